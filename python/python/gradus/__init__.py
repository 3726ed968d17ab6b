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
    erf,
    gelu,
    log_softmax,
    logsumexp,
    norm,
    relu,
    sigmoid,
    silu,
    softmax,
    softplus,
    stack,
    where,
)
from ._gradus import __version__
from ._optional import NotFittedError
from ._surface import Landscape, Spectrum, hessian, landscape, path, spectrum
from ._tensor import Tensor
from ._torch import from_torch

__all__ = [
    "Experiment", "Landscape", "MLPClassifier", "MLPRegressor", "Model", "NotFittedError", "Run", "Spectrum", "Tensor",
    "__version__", "concatenate", "einsum", "erf", "from_torch", "gelu", "grad", "hessian", "hvp", "jacobian", "landscape", "load",
    "log_softmax", "logsumexp", "norm", "path", "relu", "sigmoid", "silu", "softmax", "softplus", "spectrum", "stack",
    "value_and_grad", "vjp", "where",
]  # fmt: skip
