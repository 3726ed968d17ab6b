"""Operations of networks against their definitions and PyTorch, and tensors that other libraries look into."""

import numpy as np
import pytest

import gradus
from gradus import Tensor, grad

RNG = np.random.default_rng(0)
IMAGES, KERNELS = RNG.normal(size=(2, 3, 7, 6)), RNG.normal(size=(4, 3, 3, 2))
ROWS, SCALE, SHIFT = RNG.normal(size=(5, 3)), RNG.normal(size=3), RNG.normal(size=3)
LABELS, BIAS, SHARES = np.array([0, 2, 1, 1, 0]), RNG.normal(size=4), RNG.uniform(size=(5, 3))

OF_PYTORCH = {
    "conv2d": (
        IMAGES,
        lambda x: gradus.conv2d(x, KERNELS, BIAS, stride=(2, 1), padding=1, dilation=(1, 2)),
        lambda t, f, x: f.conv2d(x, t(KERNELS), t(BIAS), (2, 1), 1, (1, 2)),
    ),
    "kernels of conv2d": (KERNELS, lambda w: gradus.conv2d(IMAGES, w), lambda t, f, w: f.conv2d(t(IMAGES), w)),
    "max_pool2d": (
        IMAGES,
        lambda x: gradus.max_pool2d(x, (3, 2), stride=1, padding=(1, 0), dilation=(2, 1)),
        lambda t, f, x: f.max_pool2d(x, (3, 2), 1, (1, 0), (2, 1)),
    ),
    "max_pool2d, no overlap": (IMAGES, lambda x: gradus.max_pool2d(x, 2), lambda t, f, x: f.max_pool2d(x, 2)),
    "avg_pool2d": (IMAGES, lambda x: gradus.avg_pool2d(x, 2, padding=1), lambda t, f, x: f.avg_pool2d(x, 2, padding=1)),
    "avg_pool2d inside": (
        IMAGES,
        lambda x: gradus.avg_pool2d(x, 2, padding=1, padding_counts=False),
        lambda t, f, x: f.avg_pool2d(x, 2, padding=1, count_include_pad=False),
    ),
    "batch_norm": (
        ROWS,
        lambda x: gradus.batch_norm(x, SCALE, SHIFT, eps=0.01),
        lambda t, f, x: f.batch_norm(x, None, None, t(SCALE), t(SHIFT), True, 0.1, 0.01),
    ),
    "batch_norm, given moments": (
        ROWS,
        lambda x: gradus.batch_norm(x, SCALE, SHIFT, mean=SHIFT, variance=SCALE**2),
        lambda t, f, x: f.batch_norm(x, t(SHIFT), t(SCALE**2), t(SCALE), t(SHIFT)),
    ),
    "layer_norm": (
        ROWS,
        lambda x: gradus.layer_norm(x, SCALE, SHIFT),
        lambda t, f, x: f.layer_norm(x, (3,), t(SCALE), t(SHIFT)),
    ),
    "cross_entropy": (
        ROWS,
        lambda x: gradus.cross_entropy(x, LABELS, smoothing=0.1),
        lambda t, f, x: f.cross_entropy(x, t(LABELS), label_smoothing=0.1),
    ),
    "bce_with_logits": (
        ROWS,
        lambda x: gradus.bce_with_logits(x, SHARES),
        lambda t, f, x: f.binary_cross_entropy_with_logits(x, t(SHARES), reduction="none"),
    ),
    "mse": (ROWS, lambda x: gradus.mse(x, SHARES), lambda t, f, x: f.mse_loss(x, t(SHARES))),
    "elu": (ROWS, lambda x: gradus.elu(x, 0.7), lambda t, f, x: f.elu(x, 0.7)),
    "selu": (ROWS, gradus.selu, lambda t, f, x: f.selu(x)),
    "leaky_relu": (ROWS, lambda x: gradus.leaky_relu(x, 0.2), lambda t, f, x: f.leaky_relu(x, 0.2)),
    "softsign": (ROWS, gradus.softsign, lambda t, f, x: f.softsign(x)),
    "gelu_tanh": (ROWS, gradus.gelu_tanh, lambda t, f, x: f.gelu(x, approximate="tanh")),
    "rsqrt": (SHARES, gradus.rsqrt, lambda t, f, x: x.rsqrt()),
    "xlogy": (SHARES, lambda x: gradus.xlogy(x, x + 1), lambda t, f, x: x.xlogy(x + 1)),
    "scatter_add": (
        ROWS,
        lambda x: gradus.scatter_add(np.ones((5, 3)), [[0, 0, 4], [1, 0, 2]], x[:2] ** 2),
        lambda t, f, x: t(np.ones((5, 3))).scatter_add(0, t(np.array([[0, 0, 4], [1, 0, 2]])), x[:2] ** 2),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", OF_PYTORCH)
def test_values_and_gradients_are_those_of_pytorch(name):
    torch = pytest.importorskip("torch")
    at, ours, theirs = OF_PYTORCH[name]
    x = torch.tensor(at, requires_grad=True)
    want = theirs(torch.tensor, torch.nn.functional, x)
    cotangent = np.cos(np.arange(want.numel(), dtype=float)).reshape(want.shape)
    found = ours(Tensor(at))
    assert found.shape == tuple(want.shape) and np.allclose(found.numpy(), want.detach().numpy(), rtol=1e-12, atol=1e-14)
    (slope,) = torch.autograd.grad((want * torch.tensor(cotangent)).sum(), x)
    assert np.allclose(grad(lambda x: (ours(x) * cotangent).sum())(at).numpy(), slope.numpy(), rtol=1e-10, atol=1e-12)


def test_second_derivatives_of_a_convolution_are_differences():
    f = lambda w: (gradus.avg_pool2d(np.tanh(gradus.conv2d(IMAGES[:1, :, :4, :3], w)), 1) ** 2).sum()  # noqa: E731
    w, h = KERNELS[:1], 1e-5
    way = np.sin(np.arange(w.size, dtype=float)).reshape(w.shape)
    want = (grad(f)(w + h * way).numpy() - grad(f)(w - h * way).numpy()) / (2 * h)
    assert np.allclose(gradus.hvp(f)(w, way).numpy(), want, rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize(
    "function",
    [
        lambda x: np.pad(x, ((1, 0), (0, 2)), constant_values=3.0), lambda x: np.pad(x, 1), lambda x: np.tile(x, 2),
        lambda x: np.tile(x, (2, 1, 3)), lambda x: np.take_along_axis(x, np.array([[0, -1], [2, 2], [1, 0], [0, 0], [1, 1]]), 1),
        lambda x: np.take_along_axis(x, np.array([4, 0]), None),
    ],
)  # fmt: skip
def test_functions_are_those_of_numpy(function):
    found, want = function(Tensor(ROWS)), function(ROWS)
    assert isinstance(found, Tensor) and np.array_equal(found.numpy(), want)
    slopes = grad(lambda x: (function(x) * np.cos(want)).sum())(ROWS).numpy()
    # They are linear, but for what they pad with.
    assert np.sum(slopes * ROWS) == pytest.approx(np.sum((want - function(0 * ROWS)) * np.cos(want)), rel=1e-12)


def test_what_does_not_fit_is_refused():
    for work, sentence in [
        (lambda: gradus.conv2d(IMAGES, KERNELS[:, :2]), "conv2d"),
        (lambda: gradus.max_pool2d(ROWS, 2), "images are"),
        (lambda: gradus.max_pool2d(IMAGES, 9), "does not fit into an image"),
        (lambda: gradus.cross_entropy(ROWS, [0, 1, 2, 3, 0]), "3"),
        (lambda: gradus.cross_entropy(ROWS, [0.0] * 5), "whole numbers"),
        (lambda: gradus.batch_norm(ROWS, SCALE, SHIFT, mean=SHIFT), "go together"),
        (lambda: gradus.scatter_add(ROWS, [[0]], ROWS), "indices of shape"),
        (lambda: np.pad(Tensor(ROWS), 1, mode="edge"), "by a constant"),
        (lambda: np.take_along_axis(Tensor(ROWS), np.zeros((5, 1), int), 2), "axis 2"),
        (lambda: np.take_along_axis(Tensor(ROWS), np.full((5, 1), 3), 1), "3"),
    ]:
        with pytest.raises(ValueError, match=sentence):
            work()


def test_numbers_are_lent_and_outlive_their_tensor():
    tensor = Tensor(ROWS) * 2
    view = tensor.numpy()
    assert np.shares_memory(view, tensor.numpy()) and not view.flags.writeable and not view.flags.owndata
    with pytest.raises(ValueError, match="read-only"):
        view[0, 0] = 1
    with pytest.raises(ValueError):
        view.flags.writeable = True
    del tensor
    others = [Tensor(np.full((5, 3), float(i))) for i in range(50)]
    assert np.array_equal(view, ROWS * 2) and len(others) == 50
    # Slices of what lies in order are views, too; what does not lie so is copied.
    tensor = Tensor(ROWS)
    assert np.shares_memory(tensor[1:3].numpy(), tensor.numpy())
    assert not np.shares_memory(tensor.T.numpy(), tensor.numpy()) and np.array_equal(tensor.T.numpy(), ROWS.T)
    assert Tensor(np.empty((0, 3))).numpy().shape == (0, 3)


def test_copies_where_they_are_asked_for():
    tensor = Tensor(ROWS)
    own = np.array(tensor)
    own[0, 0] = 7
    assert tensor.numpy()[0, 0] == ROWS[0, 0]
    assert np.asarray(tensor, dtype=np.float32).dtype == np.float32
    assert np.shares_memory(np.asarray(tensor), tensor.numpy())
    if np.lib.NumpyVersion(np.__version__) >= "2.0.0":
        with pytest.raises(ValueError, match="takes a copy"):
            np.asarray(tensor, dtype=np.float32, copy=False)


def test_dlpack_in_and_out():
    tensor = Tensor(ROWS)
    found = np.from_dlpack(tensor)
    assert np.array_equal(found, ROWS)
    if np.lib.NumpyVersion(np.__version__) >= "2.1.0":
        assert np.shares_memory(found, tensor.numpy()) and not found.flags.writeable
    assert np.array_equal(gradus.from_dlpack(ROWS).numpy(), ROWS)
    with pytest.raises(TypeError, match="detach"):
        grad(lambda x: np.from_dlpack(x).sum())(ROWS)
    torch = pytest.importorskip("torch")
    assert np.array_equal(torch.from_dlpack(tensor).numpy(), ROWS)
    assert np.array_equal(gradus.from_dlpack(torch.tensor(ROWS)).numpy(), ROWS)


def test_gradients_are_lent_too():
    found = grad(lambda x: (x**3).sum())(ROWS)
    view = found.numpy()
    again = grad(lambda x: (x**2).sum())(ROWS)
    assert np.allclose(view, 3 * ROWS**2) and np.allclose(again.numpy(), 2 * ROWS)
    seen = []

    def watched(x):
        seen.append((x * 2).numpy())
        return (x * x).sum()

    grad(watched)(ROWS)
    grad(watched)(ROWS + 1)
    assert np.array_equal(seen[0], ROWS * 2)
