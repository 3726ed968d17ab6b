"""Landscapes and Hessians of estimators."""

import numpy as np
import pytest

import gradus
from gradus import MLPClassifier, MLPRegressor


@pytest.fixture
def model(classes):
    return MLPClassifier((8,), activation="tanh", max_iter=100, alpha=0.0, random_state=0).fit(*classes)


def loss_at(model, X, y, move):
    """The cross-entropy of a one-layer classifier of two classes with parameters moved, by NumPy."""
    sizes = [(4, 8), (8,), (8, 1), (1,)]
    flat, parts = model.network_.flat + move, []
    for (name, _, array), size in zip(model.network_.parameters(), sizes):
        parts.append(flat[: array.size].reshape(array.shape))
        flat = flat[array.size :]
        assert array.shape == size, name
    z = (np.tanh(X @ parts[0] + parts[1]) @ parts[2] + parts[3]).ravel()
    return np.mean(np.logaddexp(0, z) - y * z)


def test_a_surface_is_the_loss_of_moved_parameters(model, classes):
    X, y = classes
    found = gradus.landscape(model, X, y, along=(-1, 1, 5), across=(-0.5, 0.5, 3), with_biases=True)
    assert found.loss.shape == found.metric.shape == (3, 5) and found.gradient_norm is None
    for i, b in enumerate(found.y):
        for j, a in enumerate(found.x):
            want = loss_at(model, X, y, a * found.directions[0] + b * found.directions[1])
            assert found.loss[i, j] == pytest.approx(want, rel=1e-12)
    assert found.x[2] == 0 and found.loss[1, 2] == pytest.approx(found.center, rel=1e-14)
    assert found.metric[1, 2] == pytest.approx(model.score(X, y))


def test_results_do_not_depend_on_threads_or_pieces(model, classes):
    one, two = (gradus.landscape(model, *classes, along=(-1, 1, 21), across=(-1, 1, 11), n_threads=n) for n in (1, 2))
    assert np.array_equal(one.loss, two.loss)
    some = gradus.landscape(model, *classes, along=one.x[3:5], across=[one.y[2]])
    assert np.array_equal(some.loss, one.loss[2:3, 3:5])


def test_plain_centres_are_evaluations_to_the_bit(model, classes):
    line = gradus.landscape(model, *classes, along=(-1, 1, 3), across=None, plain=True)
    assert line.y is None and line.loss.shape == (3,) and line.loss[1] == line.center


def test_gradient_norms_are_slopes(model, classes):
    X, y = classes
    norm = gradus.landscape(model, X, y, along=[0.0], across=None, gradient_norm=True).gradient_norm[0]
    n, h = len(model.network_.flat), 1e-6
    slopes = [(loss_at(model, X, y, h * e) - loss_at(model, X, y, -h * e)) / (2 * h) for e in np.eye(n)]
    assert norm == pytest.approx(np.linalg.norm(slopes), rel=1e-6)


def dense_hessian(model, X, y, h=1e-4):
    n = len(model.network_.flat)
    basis = np.eye(n) * h
    at = lambda move: loss_at(model, X, y, move)  # noqa: E731
    out = np.empty((n, n))
    for i in range(n):
        for j in range(i + 1):
            a, b = basis[i], basis[j]
            out[i, j] = out[j, i] = (at(a + b) - at(a - b) - at(b - a) + at(-a - b)) / (4 * h * h)
    return out


def test_a_hessian_is_that_of_differences(model, classes):
    X, y = classes
    found = gradus.hessian(model, X, y, top=3, bottom=2, trace_vectors=400)
    dense = dense_hessian(model, X, y)
    values = np.linalg.eigvalsh(dense)
    assert found.converged
    assert np.allclose(found.top, values[::-1][:3], atol=1e-5) and np.allclose(found.bottom, values[:2], atol=1e-5)
    for value, vector in zip(found.top, found.top_vectors):
        assert np.allclose(dense @ vector, value * vector, atol=1e-4)
    assert abs(found.trace - np.trace(dense)) < 4 * found.trace_standard_error
    step = np.diff(found.density_grid)
    assert np.sum((found.density[1:] + found.density[:-1]) / 2 * step) == pytest.approx(1, abs=1e-3)
    assert [(block["name"], len(block["top"])) for block in found.per_layer] == [("0", 3), ("2", 3)]
    assert found.per_layer[1]["top"][0] == pytest.approx(np.linalg.eigvalsh(dense[40:, 40:])[-1], abs=1e-5)


def test_the_spectrum_of_a_pytorch_network(values):
    torch = pytest.importorskip("torch")
    X, y = values
    model = MLPRegressor(hidden_layer_sizes=(6,), activation="tanh", max_iter=50, random_state=0).fit(X, y)
    weights = [torch.tensor(a) for pair in zip(model.coefs_, model.intercepts_) for a in pair]
    inputs, targets = torch.tensor(X), torch.tensor(y).reshape(-1, 1)
    shapes = [w.shape for w in weights]

    def loss(flat):
        parts = [p.reshape(s) for p, s in zip(torch.split(flat, [s.numel() for s in shapes]), shapes)]
        return torch.mean((torch.tanh(inputs @ parts[0] + parts[1]) @ parts[2] + parts[3] - targets) ** 2)

    dense = torch.autograd.functional.hessian(loss, torch.cat([w.ravel() for w in weights])).numpy()
    found = gradus.hessian(model, X, y, top=5, bottom=3, tolerance=1e-10)
    want = np.linalg.eigvalsh(dense)
    assert np.allclose(found.top, want[::-1][:5], rtol=1e-5) and np.allclose(found.bottom, want[:3], rtol=1e-5)


def test_what_does_not_fit_is_refused(model, classes):
    X, y = classes
    with pytest.raises(gradus.NotFittedError):
        gradus.landscape(MLPClassifier(), X, y)
    with pytest.raises(ValueError, match="expecting 4 features"):
        gradus.landscape(model, X[:, :2], y)
    with pytest.raises(ValueError, match="a direction of 3 numbers for 49 parameters"):
        gradus.landscape(model, X, y, directions=[np.zeros(3), np.zeros(3)])
    with pytest.raises(ValueError, match="none of filter, layer, weight and none"):
        gradus.landscape(model, X, y, normalize="sphere")
    for axis, sentence in [
        ((1, -1, 5), "its first end is less than its second"),
        ((-1, 1, 1), "the number of steps is to be a whole number of 2 or more, and is 1"),
        ((-1, 1, 0), "of 2 or more, and is 0"),
        ((-1, 1, -3), "of 2 or more, and is -3"),
        ((-1, 1, 5.5), "of 2 or more, and is 5.5"),
        ((-1, 1, 10**5), "2 to 10000 steps"),
        ((-np.inf, 1, 5), "between"),
        ([], "no coordinates"),
        ([[0.0, 1.0]], "coordinates along a line"),
    ]:
        for where in ({"along": axis}, {"across": axis}):
            with pytest.raises(ValueError, match=sentence):
                gradus.landscape(model, X, y, **where)
        with pytest.raises(ValueError, match=sentence):
            gradus.path(model, model, X, y, steps=axis)
    with pytest.raises(ValueError, match="steps=2 cannot find 5 eigenvalues"):
        gradus.hessian(model, X, y, steps=2)
    with pytest.raises(TypeError, match="no estimator of Gradus"):
        gradus.landscape(object(), X, y)


@pytest.mark.parametrize(
    "name", ["top", "bottom", "steps", "trace_vectors", "density_vectors", "density_steps", "density_points", "seed", "n_threads"]
)
@pytest.mark.parametrize("number", [-1, 1.5, True, 2**70])
def test_numbers_of_a_spectrum_are_refused_by_name(model, classes, name, number):
    with pytest.raises(ValueError, match=f"^{name} is to be a whole number"):
        gradus.hessian(model, *classes, **{name: number})


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"top": 0}, "top is to be a whole number of 1 or more, and is 0"),
        ({"steps": 0}, "steps is to be a whole number of 1 or more"),
        ({"trace_vectors": 0}, "trace_vectors is to be"),
        ({"density_points": 1}, "density_points is to be a whole number of 2 or more"),
        ({"density_width": 0.0}, "density_width is to be a number above 0"),
        ({"tolerance": -1e-6}, "tolerance is to be a number of 0 or more"),
    ],
)
def test_spectra_of_nothing_are_refused(model, classes, options, sentence):
    with pytest.raises(ValueError, match=sentence):
        gradus.hessian(model, *classes, **options)
    assert gradus.hessian(model, *classes, bottom=0, per_layer=False).bottom.shape == (0,)


def test_axes_are_those_of_the_programs(model, classes):
    found = gradus.landscape(model, *classes, along=(-0.7, 0.3, 11), across=None)
    assert len(found.x) == 11 and found.x[7] == 0 and not np.signbit(found.x[7]) and found.x[[0, -1]].tolist() == [-0.7, 0.3]
    with pytest.raises(ValueError, match="seed is to be a whole number of 0 or more, and is -1"):
        gradus.landscape(model, *classes, seed=-1)


def test_plots_are_drawn(model, classes):
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("Agg")
    assert gradus.landscape(model, *classes, along=(-1, 1, 5), across=(-1, 1, 5)).plot().get_xlabel() == "first direction"
    assert gradus.hessian(model, *classes).plot().get_yscale() == "log"
