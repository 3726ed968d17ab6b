"""Several labels a sample."""

import pickle

import numpy as np
import pytest

import gradus
from gradus import MLPClassifier


@pytest.fixture
def labels(classes):
    """Samples of 4 features, and three labels that each has or has not."""
    X, y = classes
    return X, np.column_stack([y, X[:, 1] > 0, X[:, 2] + X[:, 3] > 0.5]).astype(int)


def quick(**parameters):
    return MLPClassifier((16,), **{"max_iter": 40, "learning_rate_init": 0.01, "random_state": 0, **parameters})


def by_hand(model, X):
    """The logits of a network with one hidden layer, by NumPy."""
    (first, last), (bias, last_bias) = model.coefs_, model.intercepts_
    return np.maximum(X @ first + bias, 0) @ last + last_bias


def test_it_learns_several_labels(labels):
    X, Y = labels
    model = quick(max_iter=400).fit(X, Y)
    said, proba = model.predict(X), model.predict_proba(X)
    assert said.shape == proba.shape == (120, 3) and said.dtype == int and set(np.unique(said)) == {0, 1}
    assert (said == (proba > 0.5)).all()
    assert np.allclose(proba, 1 / (1 + np.exp(-by_hand(model, X))), rtol=1e-12)
    assert model.score(X, Y) == np.mean((said == Y).all(axis=1)) > 0.9
    assert model.n_outputs_ == 3 and model.out_activation_ == "logistic" and model.classes_.tolist() == [0, 1, 2]
    assert [weights.shape for weights in model.coefs_] == [(4, 16), (16, 3)]
    weights = np.arange(120.0)
    assert model.score(X, Y, weights) == pytest.approx(np.average((said == Y).all(axis=1), weights=weights))


def test_the_loss_is_the_sum_of_binary_cross_entropies(labels):
    X, Y = labels
    # One step of a rate that moves nothing: the loss of the epoch is that of the first weights.
    model = quick(max_iter=1, batch_size=120, solver="sgd", learning_rate_init=1e-300, alpha=0.5).fit(X, Y)
    logits = by_hand(model, X)
    cross_entropy = np.mean(np.sum(np.logaddexp(0, logits) - Y * logits, axis=1))
    penalty = 0.5 / 2 * sum(np.sum(weights**2) for weights in model.coefs_) / 120
    assert model.loss_ == pytest.approx(cross_entropy + penalty, rel=1e-12)


def test_a_step_is_that_of_scikit_learn(labels):
    theirs = pytest.importorskip("sklearn.neural_network").MLPClassifier
    X, Y = labels
    parameters = dict(hidden_layer_sizes=(16,), solver="sgd", momentum=0.0, learning_rate_init=0.1, alpha=0.01, batch_size=120)
    own = MLPClassifier(max_iter=1, random_state=0, **parameters).fit(X, Y)
    start = MLPClassifier(max_iter=1, random_state=0, **{**parameters, "learning_rate_init": 1e-300}).fit(X, Y)
    other = theirs(max_iter=1, random_state=0, **parameters).partial_fit(X, Y, classes=[0, 1, 2])
    other.coefs_, other.intercepts_ = start.coefs_, start.intercepts_
    other._optimizer.params = other.coefs_ + other.intercepts_
    other.partial_fit(X, Y)
    for mine, their in zip([*own.coefs_, *own.intercepts_], [*other.coefs_, *other.intercepts_]):
        assert np.allclose(mine, their, rtol=1e-10, atol=1e-13)
    assert own.loss_ == pytest.approx(other.loss_, rel=1e-10)


def test_early_stopping_looks_at_the_share_of_samples_that_are_right(labels):
    X, Y = labels
    model = quick(max_iter=300, early_stopping=True, n_iter_no_change=5)
    held = X[90:], Y[90:]
    model.fit(X[:90], Y[:90], eval_set=held)
    assert model.score(*held) == model.best_validation_score_ == max(model.validation_scores_) > 0.3
    assert quick(max_iter=300, early_stopping=True).fit(X, Y, sample_weight=np.linspace(1, 2, 120)).n_iter_ > 1


def test_weights_of_samples_are_repetitions(labels):
    X, Y = labels
    weights = np.random.default_rng(0).integers(1, 4, len(Y))
    whole = dict(tol=None, batch_size=120)
    weighted = quick(**whole).fit(X, Y, sample_weight=weights)
    many = np.repeat(X, weights, axis=0), np.repeat(Y, weights, axis=0)
    repeated = quick(tol=None, batch_size=len(many[0])).fit(*many)
    assert np.allclose(weighted.predict_proba(X), repeated.predict_proba(X), rtol=1e-9)


def test_partial_fits_and_pickles_go_on(labels):
    X, Y = labels
    model = quick()
    with pytest.raises(ValueError, match="classes must be passed"):
        model.partial_fit(X, Y)
    with pytest.raises(ValueError, match="the numbers from 0 to 2, and not"):
        model.partial_fit(X, Y, classes=[0, 1])
    for _ in range(40):
        model.partial_fit(X, Y, classes=[0, 1, 2])
    assert np.array_equal(model.network_.flat, quick(tol=None).fit(X, Y).network_.flat)
    again = pickle.loads(pickle.dumps(model))
    assert np.array_equal(again.predict_proba(X), model.predict_proba(X))
    assert np.array_equal(again.partial_fit(X, Y).network_.flat, model.partial_fit(X, Y).network_.flat)
    for other, sentence in [(Y[:, :2], "y has 2 labels, and had 3"), (Y[:, 0], r"\(n_samples, 3\) as in the first fit")]:
        with pytest.raises(ValueError, match=sentence):
            model.partial_fit(X, other)


def test_forms_of_the_labels(labels):
    X, Y = labels
    flat = quick().fit(X, Y).network_.flat
    for same in (Y.tolist(), list(Y), Y.astype(bool), Y.astype(np.float32), np.asfortranarray(Y)):
        assert np.array_equal(quick().fit(X, same).network_.flat, flat)
    if sparse := pytest.importorskip("scipy.sparse"):
        assert np.array_equal(quick().fit(X, sparse.csr_matrix(Y)).network_.flat, flat)
    single = quick().fit(X.astype(np.float32), Y)
    assert single.predict_proba(X).dtype == np.float32


def test_what_is_no_set_of_labels_is_refused(labels):
    X, Y = labels
    for wrong, sentence in [
        (2 * Y, f"by 0 or 1, and holds 2 in row {np.argwhere(Y)[0][0]}, column {np.argwhere(Y)[0][1]}"),
        (Y - 0.5, "by 0 or 1, and holds"),
        (np.where(Y > 0, np.nan, 0.0), "by 0 or 1, and holds"),
        (np.where(Y > 0, "yes", "no"), "holds what is no number"),
        (np.zeros((120, 2, 2)), "1d array"),
        (Y[:50], "inconsistent numbers of samples"),
    ]:
        with pytest.raises(ValueError, match=sentence):
            quick().fit(X, wrong)
    for weights in ("balanced", {0: 2.0}):
        with pytest.raises(ValueError, match="class_weight is for one class a sample"):
            quick(class_weight=weights).fit(X, Y)


def test_surfaces_and_hessians(labels):
    X, Y = labels
    model, other = quick(activation="relu").fit(X, Y), quick(random_state=4).fit(X, Y)
    logits = by_hand(model, X)
    loss = np.mean(np.logaddexp(0, logits) - Y * logits)
    line = gradus.landscape(model, X, Y, along=(-1, 1, 3), across=None, plain=True)
    assert line.center == pytest.approx(loss, rel=1e-12) and line.loss[1] == line.center
    assert line.metric[1] == pytest.approx(np.mean((model.predict_proba(X) - Y) ** 2), rel=1e-10)
    assert gradus.hessian(model, X, Y, top=2).converged and "Hessian spectrum" in gradus.hessian(model, X, Y).to_html()
    found = gradus.path(model, other, X, Y, steps=(0, 1, 3))
    assert found.loss[0] == pytest.approx(loss, rel=1e-12) and "Accuracy" not in found.to_html()
    with pytest.raises(ValueError, match="has the network 4 → 16 relu → 2"):
        gradus.path(model, quick().fit(X, Y[:, :2]), X, Y)
