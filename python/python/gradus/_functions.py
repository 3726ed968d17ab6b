"""Functions of tensors: those that NumPy has, and those of networks."""

from __future__ import annotations

import numpy as np

from . import _validation
from ._tensor import FUNCTIONS, Tensor, apply, axes_of


def numpy_function(of):
    """Register what stands for a function of NumPy on tensors."""

    def register(own):
        FUNCTIONS[of] = own
        return own

    return register


@numpy_function(np.where)
def where(condition, x, y) -> Tensor:
    """Return x where the condition holds, else y. What is not taken has the derivative 0, though it be infinite."""
    shape = np.broadcast_shapes(*(np.shape(a) if not isinstance(a, Tensor) else a.shape for a in (condition, x, y)))
    return apply("where", *(apply("broadcast_to", a, axes=shape) for a in (condition, x, y)))


@numpy_function(np.concatenate)
def concatenate(parts, axis=0) -> Tensor:
    """Return tensors one after the other along an axis."""
    return apply("concatenate", *parts, axes=[axis])


@numpy_function(np.stack)
def stack(parts, axis=0) -> Tensor:
    """Return tensors along a new axis."""
    return apply("stack", *parts, axes=[axis])


@numpy_function(np.outer)
def outer(a, b) -> Tensor:
    """Return the products of all elements of two vectors."""
    return apply("outer", a, b)


@numpy_function(np.einsum)
def einsum(axes: str, a, b) -> Tensor:
    """Return a product of two tensors over named axes, such as ``"ij,jk->ik"``."""
    return apply(f"einsum:{axes.replace(' ', '')}", a, b)


@numpy_function(np.linalg.norm)
def norm(x, ord=None, axis=None) -> Tensor:
    """Return the Euclidean norm over axes, by default over all; its derivative at 0 is 0. There is no other ``ord``."""
    if ord is not None:
        raise ValueError(f"ord={ord!r}: a tensor has the Euclidean norm alone, which is ord=None")
    x = x if isinstance(x, Tensor) else Tensor(x)
    return apply("norm", x, axes=axes_of(x, axis))


@numpy_function(np.expand_dims)
def expand_dims(x, axis: int) -> Tensor:
    """Return it with a new axis of size 1."""
    return apply("expand_dims", x, axes=[axis])


@numpy_function(np.broadcast_to)
def broadcast_to(x, shape) -> Tensor:
    """Return it repeated to a shape."""
    sizes = shape if isinstance(shape, (tuple, list)) else [shape]
    return apply("broadcast_to", x, axes=[_validation.whole("a size", size, 0) for size in sizes])


@numpy_function(np.flip)
def flip(x, axis=None) -> Tensor:
    """Return it with axes in reverse, by default all."""
    return apply("flip", x, axes=axes_of(x, axis))


@numpy_function(np.pad)
def pad(x, pad_width, mode="constant", constant_values=0.0) -> Tensor:
    """Return it with elements of one number before and after those along each axis, as many as ``pad_width`` says."""
    if mode != "constant":
        raise ValueError(f"mode={mode!r}: a tensor is padded by a constant alone")
    x = x if isinstance(x, Tensor) else Tensor(x)
    for axis, (before, after) in enumerate(np.broadcast_to(pad_width, (x.ndim, 2)).tolist()):
        if before or after:
            sides = [_validation.whole("pad_width", side, 0) for side in (before, after)]
            x = apply("pad", x, axes=[axis, *sides], numbers=[constant_values])
    return x


@numpy_function(np.tile)
def tile(x, reps) -> Tensor:
    """Return it repeated so many times along each axis."""
    x = x if isinstance(x, Tensor) else Tensor(x)
    reps = [_validation.whole("reps", n, 0) for n in np.atleast_1d(reps)]
    reps = [1] * (x.ndim - len(reps)) + reps
    return apply("repeat", x.reshape([1] * (len(reps) - x.ndim) + list(x.shape)), axes=reps)


def _unary(name: str, doc: str):
    def function(x) -> Tensor:
        return apply(name, x)

    function.__name__ = function.__qualname__ = name
    function.__doc__ = doc
    return function


sigmoid = _unary("sigmoid", "Return 1 / (1 + exp(-x)), element by element.")
relu = _unary("relu", "Return the larger of x and 0, element by element; the derivative at 0 is 0.")
gelu = _unary("gelu", "Return x times the normal distribution function of x, element by element.")
silu = _unary("silu", "Return x times its sigmoid, element by element.")
softplus = _unary("softplus", "Return log(1 + exp(x)), element by element.")
erf = _unary("erf", "Return the error function, element by element.")


selu = _unary("selu", "Return the self-normalizing exponential linear unit of x, element by element.")
softsign = _unary("softsign", "Return x / (1 + |x|), element by element.")
rsqrt = _unary("rsqrt", "Return 1 / sqrt(x), element by element.")
gelu_tanh = _unary("gelu_tanh", "Return the approximation of gelu by tanh, element by element.")


def elu(x, alpha: float = 1.0) -> Tensor:
    """Return x where it is above 0, else alpha·(exp(x) - 1), element by element."""
    return apply("elu", x, numbers=[alpha])


def leaky_relu(x, slope: float = 0.01) -> Tensor:
    """Return x where it is above 0, else slope·x, element by element."""
    return apply("leaky_relu", x, numbers=[slope])


def xlogy(x, y) -> Tensor:
    """Return x·log(y), and 0 where x is 0, element by element."""
    return apply("xlogy", x, y)


def softmax(x, axis: int = -1) -> Tensor:
    """Return exponentials over their sum along an axis."""
    return apply("softmax", x, axes=[axis])


def log_softmax(x, axis: int = -1) -> Tensor:
    """Return the logarithm of the softmax along an axis."""
    return apply("log_softmax", x, axes=[axis])


def logsumexp(x, axis=None) -> Tensor:
    """Return the logarithm of the sum of exponentials over axes, by default over all."""
    x = x if isinstance(x, Tensor) else Tensor(x)
    return apply("logsumexp", x, axes=axes_of(x, axis))
