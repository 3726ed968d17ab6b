"""Tensors with NumPy's operators, methods and functions, through which derivatives are taken."""

from __future__ import annotations

import operator

import numpy as np

from . import _gradus
from ._indexing import operations

_VERSIONED_DLPACK = tuple(int(part) for part in np.__version__.split(".")[:2]) >= (2, 1)
"""Whether NumPy's arrays go out by DLPack 1.0: before, they know of ``stream`` alone and refuse what cannot be written to."""

_UFUNCS = {
    np.negative: "negative", np.exp: "exp", np.expm1: "expm1", np.log: "log", np.log2: "log2", np.log10: "log10",
    np.log1p: "log1p", np.sqrt: "sqrt", np.cbrt: "cbrt", np.square: "square", np.reciprocal: "reciprocal",
    np.absolute: "abs", np.fabs: "abs", np.sign: "sign", np.sin: "sin", np.cos: "cos", np.tan: "tan",
    np.arcsin: "arcsin", np.arccos: "arccos", np.arctan: "arctan", np.sinh: "sinh", np.cosh: "cosh",
    np.tanh: "tanh", np.arcsinh: "arcsinh", np.arccosh: "arccosh", np.arctanh: "arctanh", np.add: "add",
    np.subtract: "subtract", np.multiply: "multiply", np.divide: "divide", np.power: "power",
    np.arctan2: "arctan2", np.maximum: "maximum", np.minimum: "minimum", np.greater: "greater",
    np.greater_equal: "greater_equal", np.less: "less", np.less_equal: "less_equal", np.equal: "equal",
    np.matmul: "matmul",
}  # fmt: skip

FUNCTIONS = {}
"""What stands for functions of NumPy on tensors."""


def _array(x) -> _gradus.Array:
    if isinstance(x, Tensor):
        return x._array
    numbers = np.asarray(x)
    if numbers.dtype.kind not in "buif":
        raise TypeError(f"a Tensor holds real numbers, and this is of the type {numbers.dtype}")
    return _gradus.Array(numbers.astype(np.float64, copy=False))


def apply(name: str, *inputs, axes=(), numbers=()) -> Tensor:
    """Apply an operation of the engine to tensors, arrays or numbers."""
    arrays = [_array(x) for x in inputs]
    try:
        return Tensor._of(_gradus.apply(name, arrays, list(axes), [float(x) for x in numbers]))
    except OverflowError:
        raise ValueError(f"{name}: an axis, a size or an index is beyond what there can be") from None


def axes_of(x: Tensor, axis) -> list[int]:
    """Return axes as a list of numbers; all of them for None."""
    if axis is None:
        return list(range(x.ndim))
    return [operator.index(a) for a in (axis if isinstance(axis, (tuple, list)) else (axis,))]


class Tensor:
    """An array of float64 through which derivatives are taken.

    Functions of NumPy take it as they take arrays: ``np.sin(x) @ w``. Inside of ``grad`` and its like it also knows what
    it depends on; outside it is numbers. Numbers are copied once on the way in, since the engine's storage is of its own
    making, and lent without a copy on the way out.

    Parameters
    ----------
    numbers : array-like
        Real numbers, at most six axes.

    Examples
    --------
    >>> import numpy as np
    >>> from gradus import Tensor
    >>> (np.sqrt(Tensor([4.0, 9.0])) + 1).sum().item()
    7.0
    """

    __slots__ = ("_array",)
    __hash__ = None

    def __init__(self, numbers):
        self._array = _array(numbers)

    @classmethod
    def _of(cls, array) -> Tensor:
        tensor = cls.__new__(cls)
        tensor._array = array
        return tensor

    # What it is.

    @property
    def shape(self) -> tuple[int, ...]:
        """The sizes of the axes."""
        return self._array.shape

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return len(self.shape)

    @property
    def size(self) -> int:
        """The number of elements."""
        return int(np.prod(self.shape, dtype=int))

    @property
    def dtype(self) -> np.dtype:
        """The type of the elements, float64."""
        return np.dtype(np.float64)

    def __len__(self) -> int:
        if not self.shape:
            raise TypeError("len() of a tensor without axes")
        return self.shape[0]

    def numpy(self) -> np.ndarray:
        """Return the numbers as an array that cannot be written to, and through which no derivative is taken.

        It is a view of the tensor's own storage, which it keeps alive; of a tensor whose elements do not lie in row-major
        order, such as a transpose, it is a copy.
        """
        return self._array.numpy()

    def detach(self) -> Tensor:
        """Return the numbers as a tensor through which no derivative is taken."""
        return Tensor._of(self._array.detached())

    def _numbers(self, what: str) -> np.ndarray:
        """Return the numbers for what takes no tensors, which must not lose a derivative unnoticed."""
        if self._array.is_variable:
            raise TypeError(
                f"a tensor inside of a derivative would lose it as {what}; take functions that know tensors, or detach() it"
            )
        return self.numpy()

    def __array__(self, dtype=None, copy=None) -> np.ndarray:
        numbers = self._numbers("an array of NumPy")
        other = dtype is not None and np.dtype(dtype) != numbers.dtype
        if other and copy is False:
            raise ValueError(f"a tensor is of float64, and {np.dtype(dtype)} takes a copy")
        return numbers.astype(dtype) if other else numbers.copy() if copy else numbers

    def __dlpack__(self, *, stream=None, max_version=None, dl_device=None, copy=None):
        numbers = self._numbers("an array of another library")
        # Before version 1.0 the protocol cannot say that an array is not to be written to.
        writable = not _VERSIONED_DLPACK or max_version is None or tuple(max_version) < (1, 0)
        if copy is None:
            copy = writable
        if copy:
            numbers = numbers.copy()
        if not _VERSIONED_DLPACK:
            if dl_device is not None and tuple(dl_device) != self.__dlpack_device__():
                raise BufferError(f"a tensor lies in the memory of the processor, and is asked for on the device {dl_device}")
            if not copy:
                raise BufferError("a tensor goes out without a copy by DLPack 1.0 alone, which NumPy has from 2.1 on")
            return numbers.__dlpack__(stream=stream)
        return numbers.__dlpack__(stream=stream, max_version=max_version, dl_device=dl_device, copy=False)

    def __dlpack_device__(self):
        return np.empty(0).__dlpack_device__()

    def item(self) -> float:
        """Return the only element, as a number through which no derivative is taken."""
        return self.numpy().item()

    def tolist(self):
        """Return the numbers as nested lists."""
        return self.numpy().tolist()

    def __float__(self) -> float:
        return self._numbers("a number of Python").item()

    def __bool__(self) -> bool:
        return bool(self.numpy())

    def __iter__(self):
        return (self[i] for i in range(len(self)))

    def __repr__(self) -> str:
        name = "Tensor" if not self._array.is_variable else "Tensor in a derivative"
        return f"{name}({np.array2string(self.numpy(), separator=', ')})"

    # NumPy's protocols.

    def __array_ufunc__(self, ufunc, method, *inputs, **options):
        name = _UFUNCS.get(ufunc)
        if name is None or method != "__call__" or options:
            return NotImplemented
        if ufunc is np.power:
            return inputs[0] ** inputs[1] if isinstance(inputs[0], Tensor) else Tensor(inputs[0]) ** inputs[1]
        return apply(name, *inputs)

    def __array_function__(self, function, types, arguments, options):
        own = FUNCTIONS.get(function)
        return NotImplemented if own is None else own(*arguments, **options)

    # Operators.

    def __neg__(self):
        return apply("negative", self)

    def __pos__(self):
        return self

    def __abs__(self):
        return apply("abs", self)

    def __add__(self, other):
        return apply("add", self, other)

    def __radd__(self, other):
        return apply("add", other, self)

    def __sub__(self, other):
        return apply("subtract", self, other)

    def __rsub__(self, other):
        return apply("subtract", other, self)

    def __mul__(self, other):
        return apply("multiply", self, other)

    def __rmul__(self, other):
        return apply("multiply", other, self)

    def __truediv__(self, other):
        return apply("divide", self, other)

    def __rtruediv__(self, other):
        return apply("divide", other, self)

    def __matmul__(self, other):
        return apply("matmul", self, other)

    def __rmatmul__(self, other):
        return apply("matmul", other, self)

    def __pow__(self, other):
        if isinstance(other, (int, float, np.number)):
            return apply("power", self, numbers=[other])
        return apply("power", self, other)

    def __rpow__(self, other):
        return apply("power", other, self)

    def __gt__(self, other):
        return apply("greater", self, other)

    def __ge__(self, other):
        return apply("greater_equal", self, other)

    def __lt__(self, other):
        return apply("less", self, other)

    def __le__(self, other):
        return apply("less_equal", self, other)

    def __eq__(self, other):
        return apply("equal", self, other)

    # Shapes.

    @property
    def T(self) -> Tensor:
        """The axes in reverse order."""
        return self.transpose()

    def transpose(self, *axes) -> Tensor:
        """Return the axes in another order, by default the reverse."""
        axes = axes[0] if len(axes) == 1 and isinstance(axes[0], (tuple, list)) else axes
        return apply("transpose", self, axes=axes or range(self.ndim)[::-1])

    def reshape(self, *shape) -> Tensor:
        """Return the elements in another shape, in which one size may be -1."""
        shape = shape[0] if len(shape) == 1 and isinstance(shape[0], (tuple, list)) else shape
        return apply("reshape", self, axes=shape)

    def ravel(self) -> Tensor:
        """Return the elements along one axis."""
        return self.reshape(-1)

    flatten = ravel

    def squeeze(self, axis=None) -> Tensor:
        """Return it without axes of size 1: all, or these."""
        axes = [i for i, n in enumerate(self.shape) if n == 1] if axis is None else axes_of(self, axis)
        out = self
        for a in sorted((a % self.ndim for a in axes), reverse=True):
            out = apply("squeeze", out, axes=[a])
        return out

    def __getitem__(self, index) -> Tensor:
        out = self
        for name, axes in operations(self.shape, index):
            out = apply(name, out, axes=axes)
        return out

    # Reductions.

    def _reduced(self, name: str, axis, keepdims: bool) -> Tensor:
        axes = axes_of(self, axis)
        out = apply(name, self, axes=axes)
        if keepdims:
            out = out.reshape([1 if i in [a % self.ndim for a in axes] else n for i, n in enumerate(self.shape)])
        return out

    def sum(self, axis=None, keepdims=False) -> Tensor:
        """Return sums over axes, by default over all."""
        return self._reduced("sum", axis, keepdims)

    def mean(self, axis=None, keepdims=False) -> Tensor:
        """Return means over axes, by default over all."""
        return self._reduced("mean", axis, keepdims)

    def max(self, axis=None, keepdims=False) -> Tensor:
        """Return the largest elements over axes; equal ones share the derivative."""
        return self._reduced("max", axis, keepdims)

    def min(self, axis=None, keepdims=False) -> Tensor:
        """Return the smallest elements over axes; equal ones share the derivative."""
        return self._reduced("min", axis, keepdims)

    def prod(self, axis=None, keepdims=False) -> Tensor:
        """Return products over axes, by default over all."""
        return self._reduced("prod", axis, keepdims)

    def var(self, axis=None, ddof=0) -> Tensor:
        """Return variances over axes, of the population unless ``ddof`` says otherwise."""
        return self._spread("var", axis, ddof)

    def std(self, axis=None, ddof=0) -> Tensor:
        """Return standard deviations over axes, of the population unless ``ddof`` says otherwise."""
        return self._spread("std", axis, ddof)

    def _spread(self, name: str, axis, ddof) -> Tensor:
        ddof = operator.index(ddof)
        if ddof < 0:
            raise ValueError(f"ddof is to be a whole number of 0 or more, and is {ddof}")
        return apply(name, self, axes=axes_of(self, axis), numbers=[ddof])

    def cumsum(self, axis=None) -> Tensor:
        """Return running sums along an axis, by default of all elements in order."""
        return self.ravel().cumsum(0) if axis is None else apply("cumsum", self, axes=[axis])

    def dot(self, other) -> Tensor:
        """Return the matrix product of tensors of one or two axes."""
        factors = [x if isinstance(x, Tensor) else Tensor(x) for x in (self, other)]
        if any(x.ndim > 2 for x in factors):
            raise ValueError(f"dot takes at most 2 axes, and these have {factors[0].ndim} and {factors[1].ndim}; take @ or einsum")
        return apply("matmul", *factors)

    def clip(self, low, high) -> Tensor:
        """Return elements no smaller than one number and no larger than another."""
        return apply("clip", self, numbers=[low, high])


def from_dlpack(x) -> Tensor:
    """Return the numbers of an array of another library, by the DLPack protocol, as a tensor; they are copied once.

    Raises
    ------
    TypeError
        If it holds no real numbers.
    """
    return Tensor(np.from_dlpack(x))


for _name in [
    "sum",
    "mean",
    "max",
    "min",
    "prod",
    "var",
    "std",
    "cumsum",
    "reshape",
    "transpose",
    "ravel",
    "squeeze",
    "dot",
    "clip",
]:
    FUNCTIONS[getattr(np, _name)] = getattr(Tensor, _name)
FUNCTIONS[np.amax], FUNCTIONS[np.amin] = Tensor.max, Tensor.min
