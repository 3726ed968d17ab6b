"""Gradus: small networks, their loss surface and exact derivatives, for Python.

Estimators that scikit-learn takes for its own, landscapes and Hessians of what they learned, experiments as the programs run
them, and derivatives of Python functions, all on the same engine in Rust.
"""

from ._derivatives import grad, hvp, jacobian, value_and_grad, vjp
from ._estimators import MLPClassifier, MLPRegressor
from ._experiment import Experiment, Model, Run, load
from ._functions import (
    concatenate,
    einsum,
    elu,
    erf,
    gelu,
    gelu_tanh,
    leaky_relu,
    log_softmax,
    logsumexp,
    norm,
    relu,
    rsqrt,
    selu,
    sigmoid,
    silu,
    softmax,
    softplus,
    softsign,
    stack,
    where,
    xlogy,
)
from ._gradus import __version__
from ._layers import (
    avg_pool2d,
    batch_norm,
    bce_with_logits,
    conv2d,
    cross_entropy,
    layer_norm,
    max_pool2d,
    mse,
    scatter_add,
    take_along_axis,
)
from ._optional import NotFittedError
from ._path import Path, path, trajectory
from ._surface import Landscape, Spectrum, Trajectory, hessian, landscape, spectrum
from ._tensor import Tensor, from_dlpack
from ._torch import from_torch

__all__ = [
    "Experiment", "Landscape", "MLPClassifier", "MLPRegressor", "Model", "NotFittedError", "Path", "Run", "Spectrum",
    "Tensor", "Trajectory", "__version__", "avg_pool2d", "batch_norm", "bce_with_logits", "concatenate", "conv2d",
    "cross_entropy", "einsum", "elu", "erf", "from_dlpack", "from_torch", "gelu", "gelu_tanh", "grad", "hessian", "hvp",
    "jacobian", "landscape", "layer_norm", "leaky_relu", "load", "log_softmax", "logsumexp", "max_pool2d", "mse",
    "norm", "path", "relu", "rsqrt", "scatter_add", "selu", "sigmoid", "silu", "softmax", "softplus", "softsign",
    "spectrum", "stack", "take_along_axis", "trajectory", "value_and_grad", "vjp", "where", "xlogy",
]  # fmt: skip
