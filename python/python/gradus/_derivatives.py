"""Derivatives of Python functions of tensors, of any order: one within the other."""

from __future__ import annotations

import functools

import numpy as np

from . import _gradus
from ._functions import stack
from ._tensor import Tensor


def _as_tensor(x) -> Tensor:
    return x if isinstance(x, Tensor) else Tensor(x)


class _Recording:
    """The record of a function's run: its variables, its value, and pullbacks through it."""

    def __init__(self, function, arguments, argnums):
        self.single = not isinstance(argnums, (tuple, list))
        self.places = [argnums] if self.single else list(argnums)
        for place in self.places:
            if not -len(arguments) <= place < len(arguments):
                raise TypeError(f"argnums names the argument {place}, and there are {len(arguments)}")
        self.function, self.arguments = function, list(arguments)

    def __enter__(self) -> _Recording:
        tensors = [_as_tensor(self.arguments[place]) for place in self.places]
        self.nested, pairs = _gradus.begin([tensor._array for tensor in tensors])
        try:
            self.leaves = [leaf for _, leaf in pairs]
            for place, (variable, _) in zip(self.places, pairs):
                self.arguments[place] = Tensor._of(variable)
            self.value = _as_tensor(self.function(*self.arguments))
        except BaseException:
            _gradus.end()
            raise
        return self

    def __exit__(self, *exception) -> None:
        _gradus.end()

    def pullback(self, cotangent) -> list[Tensor]:
        """Return the products of a cotangent with the Jacobians by the arguments."""
        found = _gradus.pullback(self.value._array, _as_tensor(cotangent)._array, self.leaves, self.nested)
        return [Tensor._of(array) for array in found]

    def gradients(self) -> list[Tensor]:
        if self.value.size != 1:
            raise ValueError(
                f"the function returns a tensor of shape {self.value.shape}, and a gradient is of a single number; "
                "jacobian takes more"
            )
        return self.pullback(np.ones(self.value.shape))

    def jacobians(self) -> list[Tensor]:
        """Return the Jacobian by each argument, of the value's axes followed by the argument's."""
        shape, size = self.value.shape, self.value.size
        rows = []
        for i in range(size):
            one = np.zeros(size)
            one[i] = 1.0
            rows.append(self.pullback(one.reshape(shape)))
        by_argument = []
        for k, place in enumerate(self.places):
            own = self.arguments[place].shape
            all_rows = stack([row[k] for row in rows]) if rows else Tensor(np.zeros((0, *own)))
            by_argument.append(all_rows.reshape([*shape, *own]))
        return by_argument

    def result(self):
        """Return the value, as numbers unless another derivative is being taken."""
        return self.value if self.nested else self.value.detach()

    def one_or_all(self, found: list):
        return found[0] if self.single else tuple(found)


def value_and_grad(function, argnums=0):
    """Return a function that computes the value of another and its gradient.

    Parameters
    ----------
    function : callable
        A function of tensors that returns a single number.
    argnums : int or sequence of int, default=0
        The arguments by which the derivative is taken; several give a tuple.

    Returns
    -------
    callable
        Returns ``(value, gradient)``; a gradient has the shape of its argument.

    Raises
    ------
    ValueError
        When called, if the function returns more than a number.

    Examples
    --------
    >>> from gradus import value_and_grad
    >>> value, gradient = value_and_grad(lambda x: (x**2).sum())([1.0, 2.0])
    >>> value.item(), gradient.tolist()
    (5.0, [2.0, 4.0])
    """

    @functools.wraps(function)
    def run(*arguments):
        with _Recording(function, arguments, argnums) as recording:
            return recording.result(), recording.one_or_all(recording.gradients())

    return run


def grad(function, argnums=0):
    """Return a function that computes the gradient of another; see ``value_and_grad``.

    Examples
    --------
    >>> from gradus import grad
    >>> grad(grad(lambda x: x**3))(2.0).item()
    12.0
    """

    @functools.wraps(function)
    def run(*arguments):
        return value_and_grad(function, argnums)(*arguments)[1]

    return run


def jacobian(function, argnums=0):
    """Return a function that computes the Jacobian of another: the axes of its value, followed by those of the argument.

    Examples
    --------
    >>> from gradus import jacobian
    >>> jacobian(lambda x: x * x)([1.0, 2.0]).tolist()
    [[2.0, 0.0], [0.0, 4.0]]
    """

    @functools.wraps(function)
    def run(*arguments):
        with _Recording(function, arguments, argnums) as recording:
            return recording.one_or_all(recording.jacobians())

    return run


def hessian_of_function(function, argnums=0):
    """Return a function that computes the Hessian of another, whose value is a single number.

    With several ``argnums`` it is a tuple of tuples of blocks.

    Examples
    --------
    >>> from gradus import hessian
    >>> hessian(lambda x: x[0] ** 2 * x[1])([3.0, 5.0]).tolist()
    [[10.0, 6.0], [6.0, 0.0]]
    """
    if isinstance(argnums, (tuple, list)):

        @functools.wraps(function)
        def rows(*arguments):
            row = lambda i: jacobian(lambda *a: grad(function, i)(*a), argnums)(*arguments)  # noqa: E731
            return tuple(row(i) for i in argnums)

        return rows
    return jacobian(grad(function, argnums), argnums)


def vjp(function, *arguments):
    """Return the value of a function and the products of a cotangent with its Jacobians.

    Returns
    -------
    value : Tensor
        The value.
    pullback : callable
        Takes a cotangent of the value's shape, and returns a tuple of tensors, one for each argument.
    """
    arguments = tuple(_as_tensor(x) for x in arguments)
    everything = tuple(range(len(arguments)))
    with _Recording(function, arguments, everything) as recording:
        value = recording.result()

    def pullback(cotangent):
        with _Recording(function, arguments, everything) as recording:
            return tuple(recording.pullback(cotangent))

    return value, pullback


def hvp(function, argnums=0):
    """Return a function of the arguments and a vector that computes the product of the Hessian with it.

    Examples
    --------
    >>> from gradus import hvp
    >>> hvp(lambda x: x[0] ** 2 * x[1])([3.0, 5.0], [1.0, 0.0]).tolist()
    [10.0, 6.0]
    """
    if isinstance(argnums, (tuple, list)):
        raise TypeError("hvp is by one argument")

    @functools.wraps(function)
    def run(*arguments):
        *arguments, v = arguments
        with _Recording(grad(function, argnums), arguments, argnums) as recording:
            return recording.pullback(v)[0]

    return run
