"""Tensors against NumPy, and derivatives against differences and known values."""

import concurrent.futures
import math
import threading

import numpy as np
import pytest

import gradus
from gradus import Tensor, grad, hvp, jacobian, value_and_grad, vjp

A = np.array([[0.5, -1.2, 2.0], [1.5, 0.3, -0.7]])


@pytest.mark.parametrize(
    "function",
    [
        lambda x: np.exp(x), lambda x: np.sin(x) + np.cos(2 * x), lambda x: np.tanh(x) / (1 + x**2), lambda x: 2 - x,
        lambda x: 3 / (x + 5), lambda x: x**3, lambda x: np.abs(x), lambda x: np.log1p(x**2), lambda x: x.T @ x,
        lambda x: x @ np.array([1.0, 2.0, 3.0]), lambda x: np.array([1.0, 2.0]) @ x, lambda x: np.sum(x, axis=0),
        lambda x: np.mean(x, axis=1, keepdims=True), lambda x: np.max(x, axis=0), lambda x: x.min(), lambda x: x.prod(axis=1),
        lambda x: np.var(x, axis=0), lambda x: np.std(x, ddof=1), lambda x: np.cumsum(x, axis=1), lambda x: np.cumsum(x),
        lambda x: np.reshape(x, (3, 2)), lambda x: x.ravel(), lambda x: np.transpose(x), lambda x: x[1], lambda x: x[:, 1:],
        lambda x: x[..., ::-1], lambda x: x[None, 0, -1], lambda x: x[:, [2, 0, 0]], lambda x: x[:, np.array([True, False, True])],
        lambda x: np.where(x > 0, x, -2 * x), lambda x: np.concatenate([x, 2 * x], axis=1), lambda x: np.stack([x, x]),
        lambda x: np.einsum("ij,kj->ik", x, x), lambda x: np.linalg.norm(x), lambda x: np.linalg.norm(x, axis=0),
        lambda x: np.dot(x, x.T), lambda x: np.dot(x, np.ones(3)),
        lambda x: np.maximum(x, 0.4), lambda x: np.clip(x, -1, 1),
        lambda x: np.outer(x[0], x[1]), lambda x: np.flip(x), lambda x: np.expand_dims(x, 1), lambda x: np.arctan2(x, 2.0),
        lambda x: 2.0 ** x, lambda x: (x >= 0.5) * 1.0, lambda x: np.broadcast_to(x[0], (4, 3)), lambda x: x[0:0],
    ],
)  # fmt: skip
def test_functions_are_those_of_numpy(function):
    found, want = function(Tensor(A)), function(A)
    assert isinstance(found, Tensor) and found.shape == np.shape(want)
    assert np.allclose(found.numpy(), want, rtol=1e-14, atol=1e-15)


@pytest.mark.parametrize("layout", [lambda a: a.T, lambda a: a[:, ::-1], lambda a: np.asfortranarray(a), lambda a: a[1:, ::2]])
def test_layouts_of_numpy_are_understood(layout):
    assert np.array_equal(Tensor(layout(A)).numpy(), layout(A))
    # Libraries of linear algebra may round the last bit otherwise.
    assert np.allclose((layout(A).T @ Tensor(layout(A))).numpy(), layout(A).T @ layout(A), rtol=1e-14)


def test_gradients_of_any_order():
    third = grad(grad(grad(lambda x: np.sin(2 * x))))
    assert third(0.3).item() == pytest.approx(-8 * np.cos(0.6), rel=1e-14)
    value, gradient = value_and_grad(lambda x: (x**2).sum())([1.0, 2.0])
    assert (value.item(), gradient.tolist()) == (5.0, [2.0, 4.0])


def test_derivatives_by_several_arguments():
    f = lambda a, b: (a * b**2).sum()  # noqa: E731
    a, b = grad(f, argnums=(0, 1))([1.0, 2.0], [3.0, 4.0])
    assert a.tolist() == [9.0, 16.0] and b.tolist() == [6.0, 16.0]
    blocks = gradus.hessian(f, argnums=(0, 1))([1.0], [3.0])
    assert [[block.tolist() for block in row] for row in blocks] == [[[[0.0]], [[6.0]]], [[[6.0]], [[2.0]]]]


def test_an_inner_derivative_does_not_see_the_outer_variable():
    # d/dx [x · d/dy (x·y)] = d/dx x² = 2x, whatever y is.
    assert grad(lambda x: x * grad(lambda y: x * y)(1.0))(3.0).item() == 6.0
    # Also where the inner one is taken at the outer variable itself: d/dx [x · x] = 2x.
    assert grad(lambda x: x * grad(lambda y: x * y)(x))(3.0).item() == 6.0
    # And d/dx of the derivative of y³ at y = x is 6x.
    assert grad(lambda x: grad(lambda y: y**3)(x))(3.0).item() == 18.0
    # A constant inside: the derivative of y³ at 2 does not depend on x.
    assert grad(lambda x: grad(lambda y: y**3)(2.0) * x)(3.0).item() == 12.0


def test_jacobians_have_the_axes_of_value_and_argument():
    found = jacobian(lambda x: x.T @ np.array([1.0, 2.0]))(A)
    assert found.shape == (3, 2, 3)
    want = np.einsum("ij,k->ikj", np.eye(3), [1.0, 2.0])
    assert np.array_equal(found.numpy(), want)


def test_products_are_those_with_the_matrices():
    f = lambda x: np.sum(np.exp(x[0] * x[1]) * x[2] ** 3)  # noqa: E731
    x, v = np.array([0.3, -0.7, 1.1]), np.array([1.0, 2.0, -1.0])
    h = gradus.hessian(f)(x)
    assert np.allclose(hvp(f)(x, v).numpy(), h.numpy() @ v, rtol=1e-13)
    value, pullback = vjp(lambda x: x * x, x)
    assert value.tolist() == (x * x).tolist() and pullback(v)[0].tolist() == (2 * x * v).tolist()


def test_what_a_function_does_not_depend_on_has_derivative_0():
    assert grad(lambda x: Tensor(3.0))([1.0, 2.0]).tolist() == [0.0, 0.0]
    assert jacobian(lambda x: Tensor([1.0, 2.0]))([1.0]).tolist() == [[0.0], [0.0]]


def test_branches_and_loops_of_python():
    def power(x, n):
        y = x * 0 + 1
        for _ in range(n):
            y = y * x if x > 0 else y
        return y

    assert grad(lambda x: power(x, 5))(2.0).item() == 80.0
    assert grad(lambda x: power(x, 5))(-2.0).item() == 0.0


def test_masked_infinities_have_derivative_0():
    assert grad(lambda x: np.where(x > 0, np.log(x), 0.0).sum())([0.0, 2.0]).tolist() == [0.0, 0.5]


def test_dlpack_goes_out():
    assert np.from_dlpack(Tensor(A)).tolist() == A.tolist()


class OldArray(np.ndarray):
    """An array as NumPy had it before 2.1, whose DLPack knows of streams alone and takes what can be written to alone."""

    def __dlpack__(self, *, stream=None):
        if not self.flags.writeable:
            raise BufferError("Cannot export readonly array since signalling readonly is unsupported by DLPack.")
        return np.asarray(self).__dlpack__(stream=stream)


def test_dlpack_goes_out_with_older_numpy(monkeypatch):
    own = Tensor.numpy
    monkeypatch.setattr(Tensor, "numpy", lambda self: own(self).view(OldArray))
    monkeypatch.setattr("gradus._tensor._VERSIONED_DLPACK", False)
    tensor = Tensor(A)

    class Lender:
        """Asks as a library does that knows of version 1.0."""

        def __init__(self, **asked):
            self.asked = asked

        def __dlpack__(self, **_):
            return tensor.__dlpack__(**self.asked)

        def __dlpack_device__(self):
            return tensor.__dlpack_device__()

    for asked in ({}, {"max_version": (1, 0)}, {"copy": True}, {"max_version": (1, 1), "dl_device": (1, 0), "copy": None}):
        assert np.from_dlpack(Lender(**asked)).tolist() == A.tolist()
    assert tensor.tolist() == A.tolist()
    with pytest.raises(BufferError, match="without a copy by DLPack 1.0 alone"):
        tensor.__dlpack__(max_version=(1, 0), copy=False)
    with pytest.raises(BufferError, match=r"on the device \(2, 0\)"):
        tensor.__dlpack__(dl_device=(2, 0))


@pytest.mark.parametrize(
    ("work", "kind", "sentence"),
    [
        (lambda: Tensor(A) + np.zeros(4), ValueError, "shape"),
        (lambda: Tensor(A) @ Tensor(A), ValueError, "matmul"),
        (lambda: Tensor(A)[2], IndexError, "out of bounds"),
        (lambda: Tensor(A)[0, 0, 0], IndexError, "too many indices"),
        (lambda: Tensor(A).sum(axis=5), ValueError, "axis"),
        (lambda: Tensor(["a"]), TypeError, "real numbers"),
        (lambda: Tensor(np.zeros((1,) * 7)), ValueError, "axes"),
        (lambda: grad(lambda x: x)([1.0, 2.0]), ValueError, "a gradient is of a single number"),
        (lambda: grad(lambda x: x, argnums=2)(1.0), TypeError, "argnums names the argument 2"),
        (lambda: grad(lambda x: np.asarray(x).sum())([1.0]), TypeError, "would lose it"),
        (lambda: np.fft.fft(Tensor([1.0])), TypeError, "fft"),
        (lambda: grad(lambda x: x * math.sin(x))(1.0), TypeError, "would lose it"),
        (lambda: np.linalg.norm(Tensor(A), 1), ValueError, "Euclidean norm alone"),
        (lambda: Tensor(np.zeros((2, 3, 4)))[0, :, [0, 1]], IndexError, "beside a whole number"),
        (lambda: Tensor(A)[[0, 1], [0, 1]], IndexError, "one list of indices"),
        (lambda: np.dot(Tensor(np.zeros((2, 2, 2))), np.zeros(2)), ValueError, "at most 2 axes"),
        (lambda: np.dot(np.zeros((2, 2, 2)), Tensor(np.zeros(2))), ValueError, "at most 2 axes"),
        (lambda: np.var(Tensor(A), ddof=0.5), TypeError, "integer"),
        (lambda: Tensor(A).std(ddof=-1), ValueError, "ddof"),
        (lambda: np.broadcast_to(Tensor(1.0), (-1,)), ValueError, "a size is to be a whole number of 0 or more, and is -1"),
        (lambda: np.tile(Tensor(A), -2), ValueError, "reps is to be"),
        (lambda: np.pad(Tensor(A), -1), ValueError, "pad_width is to be"),
        (lambda: Tensor(A).reshape(-2, 3), ValueError, "reshape"),
        (lambda: Tensor(A).reshape(2**70), ValueError, "beyond what there can be"),
        (lambda: Tensor(A).sum(axis=-(2**70)), ValueError, "beyond what there can be"),
        (lambda: gradus.max_pool2d(np.ones((1, 1, 4, 4)), 0), ValueError, "kernel is to be a whole number of 1 or more"),
        (lambda: gradus.conv2d(np.ones((1, 1, 4, 4)), np.ones((1, 1, 2, 2)), stride=-1), ValueError, "stride is to be"),
        (lambda: gradus.conv2d(np.ones((1, 1, 4, 4)), np.ones((1, 1, 2, 2)), padding=(0, -1)), ValueError, "padding is to be"),
        (lambda: np.broadcast_to(Tensor(1.0), (2**20, 2**20, 2**19)) * 2, MemoryError, "no memory for a tensor"),
    ],
)
def test_what_does_not_fit_is_an_exception_with_a_sentence(work, kind, sentence):
    with pytest.raises(kind, match=sentence):
        work()
    assert grad(lambda x: x * x)(3.0).item() == 6.0


def test_a_variable_does_not_outlive_its_derivative():
    kept = []
    grad(lambda x: kept.append(x) or x * x)(1.0)
    with pytest.raises(ValueError, match="a derivative that is over"):
        kept[0] + 1
    assert "over" in str(pytest.raises(ValueError, lambda: repr(kept[0])).value)


def test_a_variable_of_another_thread_is_refused():
    handed, given, used = [], threading.Event(), threading.Event()

    def keep_open(x):
        handed.append(x)
        given.set()
        assert used.wait(60)
        return x * x

    def use(y):
        assert given.wait(60)
        return y * handed[0]

    # Both threads are new, so that each makes the first record of its own.
    with concurrent.futures.ThreadPoolExecutor(2) as threads:
        first = threads.submit(grad(keep_open), 2.0)
        second = threads.submit(grad(use), 3.0)
        try:
            with pytest.raises(ValueError, match="to another thread"):
                second.result(60)
        finally:
            used.set()
        assert first.result(60).item() == 4.0


def test_an_exception_in_the_function_ends_the_record():
    def fail(x):
        raise ZeroDivisionError("mine")

    with pytest.raises(ZeroDivisionError, match="mine"):
        grad(lambda x: grad(fail)(x))(1.0)
    assert grad(np.sin)(0.0).item() == 1.0
