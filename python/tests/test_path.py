"""Paths between models and of trainings, and the pages about what was found."""

import pickle

import numpy as np
import pytest

import gradus
from gradus import MLPClassifier, MLPRegressor


def loss_at(model, X, y, move):
    """The loss where the parameters are moved by so much."""
    return gradus.landscape(model, X, y, along=[1.0], across=None, directions=[move], with_biases=True).loss[0]


@pytest.fixture
def pair(classes):
    """Two classifiers of the same layers."""
    fit = lambda seed: MLPClassifier((8,), activation="tanh", max_iter=30, random_state=seed).fit(*classes)  # noqa: E731
    return fit(0), fit(5)


def test_a_path_leads_from_one_model_to_another(pair, classes):
    X, y = classes
    model, other = pair
    found = gradus.path(model, other, X, y, steps=(0, 1, 3))
    way = other.network_.flat - model.network_.flat
    assert found.t.tolist() == [0, 0.5, 1]
    assert np.allclose(found.loss, [loss_at(model, X, y, t * way) for t in found.t], rtol=1e-12)
    assert found.metric[[0, 2]].tolist() == [model.score(X, y), other.score(X, y)]
    assert found.barrier["ends"] == [found.loss[0], found.loss[2]]
    assert found.barrier["above_line"]["value"] == max(0, found.loss[1] - (found.loss[0] + found.loss[2]) / 2)
    assert gradus.path(model, other, X, y, steps=(0.25, 1, 3)).barrier is None


def test_the_ends_of_a_path_are_the_models_to_the_bit_and_it_goes_on_beyond_them(pair, classes):
    X, y = classes
    model, other = pair
    steps = np.array([-0.5, 0.0, 0.3, 1.0, 1.5])
    found = gradus.path(model, other, X, y, steps=steps)
    assert found.t.tolist() == steps.tolist()
    assert found.loss[1] == gradus.landscape(model, X, y, along=[0.0], across=None).center
    assert found.loss[3] == gradus.landscape(other, X, y, along=[0.0], across=None).center
    way = other.network_.flat - model.network_.flat
    assert np.allclose(found.loss, [loss_at(model, X, y, t * way) for t in steps], rtol=1e-12)
    # Beyond the ends nothing counts for the barrier, however high the loss is there.
    assert 0 <= found.barrier["above_line"]["t"] <= 1
    again = gradus.path(other, model, X, y, steps=1 - steps, n_threads=2)
    assert np.allclose(again.loss, found.loss, rtol=1e-13)
    weights = np.linspace(0, 1, 120)
    weighted = gradus.path(model, other, X, y, steps=[1.0], sample_weight=weights)
    z = -np.log(1 / other.predict_proba(X)[np.arange(120), y])
    assert weighted.loss[0] == pytest.approx(np.average(-z, weights=weights), rel=1e-12)


def test_a_path_to_a_model_that_diverged_has_no_barrier(values):
    X, y = values
    fit = lambda rate: MLPRegressor(  # noqa: E731
        hidden_layer_sizes=(4,), solver="sgd", max_iter=1, learning_rate_init=rate, activation="identity", random_state=0
    ).fit(X, y)
    sound, diverged = fit(1e-3), fit(1e120)
    found = gradus.path(sound, diverged, X, y, steps=(0, 1, 5))
    assert np.isfinite(found.loss[0]) and not np.isfinite(found.loss[-1])
    for name in ("above_line", "above_larger_end"):
        rise = found.barrier[name]
        assert np.isnan(rise["value"]) and rise["t"] == 1.0 and not np.isfinite(rise["loss"])
    page = found.to_html()
    assert "The barrier is not defined: the loss of the second MLPRegressor (t = 1) is not finite" in page
    assert "there is no barrier" not in page
    with pytest.raises(ValueError, match="training diverged"):
        gradus.path(diverged, sound, X, y)


def test_running_statistics_are_those_of_each_place(classes):
    X, y = classes
    fit = lambda seed: MLPClassifier((8,), batch_norm=True, max_iter=5, random_state=seed).fit(X, y)  # noqa: E731
    model, other = fit(0), fit(1)
    found = gradus.path(model, other, X, y, steps=(0, 1, 3))
    # With the moments of all samples, of which there are fewer than a batch has, evaluating is what training sees.
    flat = (model.network_.flat + other.network_.flat) / 2
    parts, start = {}, 0
    for name, _, array in model.network_.parameters():
        parts[name] = flat[start : start + array.size].reshape(array.shape)
        start += array.size
    names = [name for name, kind, _ in model.network_.parameters() if kind != "buffer"]
    weight, bias, scale, shift, last, last_bias = (parts[name] for name in names)
    hidden = X @ weight + bias
    hidden = (hidden - hidden.mean(axis=0)) / np.sqrt(hidden.var(axis=0) * 120 / 119 + 1e-5) * scale + shift
    logits = (np.maximum(hidden, 0) @ last + last_bias).ravel()
    assert found.loss[1] == pytest.approx(np.mean(np.logaddexp(0, logits) - y * logits), rel=1e-12)


def test_other_models_are_refused(pair, classes):
    X, y = classes
    for other, sentence in [
        (MLPClassifier((9,), activation="tanh", max_iter=2).fit(X, y), "has the network"),
        (MLPClassifier((8,), activation="sigmoid", max_iter=2).fit(X, y), "8 sigmoid"),
        (MLPClassifier((8,), activation="tanh", max_iter=2).fit(X.astype("float32"), y), "precision f32"),
        (MLPClassifier((8,), activation="tanh", max_iter=2, standardize=True).fit(X, y), "standardize their features differently"),
    ]:
        with pytest.raises(ValueError, match=sentence):
            gradus.path(pair[0], other, X, y)
        with pytest.raises(ValueError, match=sentence):
            gradus.landscape(pair[0], X, y, towards=other, across=None)


@pytest.fixture
def passed(classes):
    """A classifier that kept its parameters on the way."""
    return MLPClassifier((8,), activation="tanh", max_iter=10, tol=None, random_state=0, snapshots=2).fit(*classes)


def test_snapshots_are_the_parameters_on_the_way(passed, classes):
    assert [epoch for epoch, _ in passed.snapshots_] == [0, 2, 4, 6, 8, 10]
    assert np.array_equal(passed.snapshots_[-1][1], passed.network_.flat)
    # They are held once.
    assert passed.network_.take_snapshots() == []
    short = MLPClassifier((8,), activation="tanh", max_iter=4, tol=None, random_state=0).fit(*classes)
    assert np.array_equal(passed.snapshots_[2][1], short.network_.flat)
    assert not hasattr(short, "snapshots_")
    again = pickle.loads(pickle.dumps(passed))
    assert np.array_equal(again.snapshots_[1][1], passed.snapshots_[1][1])
    assert not hasattr(passed.set_params(snapshots=0).fit(*classes), "snapshots_")


def test_snapshots_have_the_precision_of_the_network(classes):
    X, y = classes
    single = MLPClassifier((8,), max_iter=4, tol=None, random_state=0, snapshots=2).fit(X.astype(np.float32), y)
    assert [at.dtype for _, at in single.snapshots_] == [np.float32] * 3
    assert np.array_equal(single.snapshots_[-1][1], single.network_.flat)
    assert gradus.trajectory(single, X, y, along=(-1, 1, 3), across=None).loss.shape == (3,)


def test_snapshots_of_partial_fits(classes):
    X, y = classes
    model = MLPClassifier((8,), random_state=0, snapshots=1)
    for _ in range(3):
        model.partial_fit(X, y, classes=[0, 1])
    assert [epoch for epoch, _ in model.snapshots_] == [0, 1, 2, 3]
    assert np.array_equal(model.snapshots_[-1][1], model.network_.flat)


def test_a_trajectory_lies_in_its_principal_plane(passed, classes):
    X, y = classes
    found = gradus.trajectory(passed, X, y)
    ways = np.array([at - passed.network_.flat for _, at in passed.snapshots_])
    _, sizes, axes = np.linalg.svd(ways, full_matrices=False)
    for direction, axis in zip(found.directions, axes):
        assert abs(direction @ axis) == pytest.approx(1, rel=1e-10)
    shares = sizes**2 / np.sum(sizes**2)
    assert np.allclose(found.trajectory.explained, shares[:2], rtol=1e-8)
    assert found.trajectory.epoch.tolist() == [0, 2, 4, 6, 8, 10]
    for at, direction in [(found.trajectory.x, found.directions[0]), (found.trajectory.y, found.directions[1])]:
        assert np.allclose(at, ways @ direction, atol=1e-12)
    assert found.x[0] < found.trajectory.x.min() and found.x[-1] > found.trajectory.x.max()
    corner = found.x[3] * found.directions[0] + found.y[7] * found.directions[1]
    assert found.loss[7, 3] == pytest.approx(loss_at(passed, X, y, corner), rel=1e-12)


def test_snapshots_of_ones_own(passed, pair, classes):
    own = [(0, pair[1]), (1, passed.snapshots_[2][1]), (2, passed.snapshots_[4][1])]
    found = gradus.trajectory(passed, *classes, snapshots=own, along=(-1, 1, 3), across=None)
    assert found.y is None and found.loss.shape == (3,) and not found.trajectory.y.any()
    with pytest.raises(ValueError, match="3 parameters, and the network 49"):
        gradus.trajectory(passed, *classes, snapshots=[(0, [1, 2, 3])])
    with pytest.raises(ValueError, match="span no plane"):
        gradus.trajectory(passed, *classes, snapshots=own[:1])
    far = [(0, np.full(49, 1e10)), (1, 1e10 * np.arange(49.0))]
    with pytest.raises(ValueError, match="give along and across"):
        gradus.trajectory(passed, *classes, snapshots=far)
    assert gradus.trajectory(passed, *classes, snapshots=far, along=(-1, 1, 3), across=(-1, 1, 3)).loss.shape == (3, 3)
    with pytest.raises(ValueError, match="snapshots=1"):
        gradus.trajectory(pair[0], *classes)
    for epoch in (-1, 0.5, True, 2**70):
        with pytest.raises(ValueError, match="the epoch of a snapshot is to be a whole number"):
            gradus.trajectory(passed, *classes, snapshots=[(epoch, pair[1])])
    with pytest.raises(ValueError, match="no slice without a first axis"):
        gradus.trajectory(passed, *classes, along=None)


def test_pages_are_those_of_the_program(passed, pair, classes, tmp_path):
    surface = gradus.landscape(passed, *classes, along=(-1, 1, 5), across=(-1, 1, 5), gradient_norm=True)
    page = surface.to_html()
    assert page.startswith("<!DOCTYPE html>") and "<title>MLPClassifier: loss surface on 120 given samples of X, y</title>" in page
    for words in ["4 → 8 tanh → 1", "Contour and heat map", "Gradient norm", "Accuracy", "<script"]:
        assert words in page
    assert surface.to_html(tmp_path / "page.html") is None
    assert (tmp_path / "page.html").read_text(encoding="utf-8") == page
    way = gradus.trajectory(passed, *classes, along=(-3, 3, 5), across=(-1, 1, 3)).to_html()
    assert "training trajectory" in way and "pca" in way
    line = gradus.path(*pair, *classes).to_html()
    assert "Linear interpolation from the first MLPClassifier to the second MLPClassifier" in line and "Barrier" in line
    spectrum = gradus.hessian(passed, *classes)
    assert "Hessian spectrum" in spectrum.to_html() and "Curvature by layer" in spectrum.to_html()
    assert spectrum._repr_html_().startswith("<iframe srcdoc=")


def test_a_page_of_one_line_and_of_what_is_not_finite(pair, values):
    X, y = values
    model = MLPRegressor(hidden_layer_sizes=(4,), max_iter=3, random_state=0).fit(X, y)
    far = gradus.landscape(model, X, y, along=[-1e200, 0, 1e200], across=None)
    assert not np.isfinite(far.loss[0])
    page = far.to_html()
    assert "1-D slice" in page and "Non-finite points" in page and "Accuracy" not in page
    weighted = gradus.hessian(model, X, y, sample_weight=np.arange(1.0, len(X) + 1)).to_html()
    assert "samples weigh by sample_weight" in weighted
