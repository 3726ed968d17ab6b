"""Operations that networks are made of: convolutions, pooling, normalization, losses, and elements by index."""

from __future__ import annotations

import numpy as np

from . import _validation
from ._functions import numpy_function
from ._tensor import Tensor, apply


def _pair(name: str, value, least: int) -> list[int]:
    """Return a whole number for each axis of an image, no smaller than the least."""
    pair = value if isinstance(value, (tuple, list)) else [value] * 2
    if len(pair) != 2:
        raise ValueError(f"{name} is to be a number, or one for each of the 2 axes of an image, and is {value!r}")
    return [_validation.whole(name, part, least) for part in pair]


def conv2d(x, weight, bias=None, *, stride=1, padding=0, dilation=1) -> Tensor:
    """Return the convolution of images with kernels, which are not flipped; padding is 0.

    Parameters
    ----------
    x : Tensor or array-like of shape (n, channels, height, width)
        The images.
    weight : Tensor or array-like of shape (out, channels, height, width)
        The kernels.
    bias : Tensor or array-like of shape (out,), optional
        What is added to each channel.
    stride, padding, dilation : int or tuple of two int
        How far apart windows are, how far the image goes on beyond its edges, and how far apart elements of a window are.

    Raises
    ------
    ValueError
        If the shapes do not fit.
    """
    inputs = (x, weight) if bias is None else (x, weight, bias)
    return apply("conv2d", *inputs, axes=_placed(stride, padding, dilation))


def max_pool2d(x, kernel, *, stride=None, padding=0, dilation=1) -> Tensor:
    """Return the largest element of each window of images ``(n, channels, height, width)``.

    Of equal elements the first gets the derivative. Padding is never the largest. By default windows do not overlap: the
    stride is the kernel.
    """
    return apply("max_pool2d", x, axes=_windows(kernel, stride, padding, dilation))


def avg_pool2d(x, kernel, *, stride=None, padding=0, padding_counts=True) -> Tensor:
    """Return the mean of each window of images ``(n, channels, height, width)``.

    Padding counts as zeros, or not at all without ``padding_counts``. By default windows do not overlap: the stride is the
    kernel.
    """
    return apply("avg_pool2d", x, axes=_windows(kernel, stride, padding, 1), numbers=[bool(padding_counts)])


def _windows(kernel, stride, padding, dilation) -> list[int]:
    return [*_pair("kernel", kernel, 1), *_placed(kernel if stride is None else stride, padding, dilation)]


def _placed(stride, padding, dilation) -> list[int]:
    return [*_pair("stride", stride, 1), *_pair("padding", padding, 0), *_pair("dilation", dilation, 1)]


def batch_norm(x, scale, shift, *, mean=None, variance=None, eps=1e-5) -> Tensor:
    """Return channels, the second axis of ``(n, channels, ...)``, at mean 0 and variance 1, then scaled and shifted.

    Mean and variance (of the population) are those of ``x`` over all other axes, through which derivatives are taken, or a
    given number for each channel.

    Raises
    ------
    ValueError
        If there is no scale and shift for each channel, or one of mean and variance is given without the other.
    """
    if (mean is None) != (variance is None):
        raise ValueError("mean and variance go together: give both, or none for those of x")
    if mean is None:
        return apply("batch_norm", x, scale, shift, numbers=[eps])
    return apply("normalize", x, mean, variance, scale, shift, numbers=[eps])


def layer_norm(x, scale, shift, *, eps=1e-5) -> Tensor:
    """Return rows at mean 0 and variance 1, then scaled and shifted element by element.

    A row is what ``scale`` and ``shift`` have the shape of: the last axes.
    """
    return apply("layer_norm", x, scale, shift, numbers=[eps])


def cross_entropy(logits, labels, *, smoothing=0.0) -> Tensor:
    """Return the mean cross-entropy of logits ``(rows, classes)`` with the label of each row, a whole number from 0.

    ``smoothing`` moves that share of the target from the label to all classes equally.

    Raises
    ------
    ValueError
        If there is not a label for each row, or one is no class.
    """
    return apply("cross_entropy", logits, axes=_indices(labels, "labels", 1).tolist(), numbers=[smoothing])


def bce_with_logits(logits, targets) -> Tensor:
    """Return the binary cross-entropy of logits with targets from 0 to 1, element by element."""
    return apply("bce_with_logits", logits, targets)


def mse(x, targets) -> Tensor:
    """Return the mean squared difference from targets of the same shape."""
    return apply("mse", x, targets)


@numpy_function(np.take_along_axis)
def take_along_axis(x, indices, axis) -> Tensor:
    """Return the elements that ``indices`` name along an axis; in all other axes they have the sizes of ``x``."""
    x = x if isinstance(x, Tensor) else Tensor(x)
    if axis is None:
        x, axis = x.ravel(), 0
    index = _indices(indices, "indices", x.ndim)
    if not -x.ndim <= axis < x.ndim:
        raise ValueError(f"axis {axis} of a tensor of {x.ndim} axes")
    size = x.shape[axis]
    index = np.where(index < 0, index + size, index)
    return apply("gather", x, axes=[axis, *index.shape, *index.ravel().tolist()])


def scatter_add(x, indices, source, axis=0) -> Tensor:
    """Return ``x`` with each element of ``source``, which has the shape of ``indices``, added at its index along an axis."""
    source = source if isinstance(source, Tensor) else Tensor(source)
    index = _indices(indices, "indices", source.ndim)
    if index.shape != source.shape:
        raise ValueError(f"indices of shape {index.shape} for a source of shape {source.shape}")
    return apply("scatter_add", x, source, axes=[axis, *index.ravel().tolist()])


def _indices(of, name: str, axes: int) -> np.ndarray:
    array = np.asarray(of)
    if array.dtype.kind not in "iu" or array.ndim != axes:
        raise ValueError(f"{name} are whole numbers along {axes} axes, not {array.dtype} of shape {array.shape}")
    return array
