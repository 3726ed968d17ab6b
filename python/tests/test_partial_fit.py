"""Trainings that go on: partial fits, warm starts, pickles, and fits that fail."""

import pickle

import numpy as np
import pytest
from helpers import quick

from gradus import MLPClassifier, MLPRegressor


def test_partial_fit_goes_on(classes):
    X, y = classes
    model = MLPClassifier((16,), random_state=0)
    with pytest.raises(ValueError, match="classes must be passed"):
        model.partial_fit(X, y)
    losses = [model.partial_fit(X, y, classes=[0, 1]).loss_ for _ in range(50)]
    assert losses[-1] < losses[0] and len(model.loss_curve_) == model.n_iter_ == 50
    whole = MLPClassifier((16,), random_state=0, max_iter=50, tol=None).fit(X, y)
    assert np.array_equal(whole.network_.flat, model.network_.flat)


def test_partial_fit_takes_batches_of_each_calls_samples(classes):
    X, y = classes
    flat = {}
    for size in ("auto", 200, 10):
        model = MLPClassifier((16,), random_state=0, batch_size=size)
        flat[size] = model.partial_fit(X[:10], y[:10], classes=[0, 1]).partial_fit(X, y).network_.flat
    assert np.array_equal(flat["auto"], flat[200]) and not np.array_equal(flat["auto"], flat[10])


@pytest.mark.parametrize(
    ("parameters", "sentence"),
    [
        ({"learning_rate": "cosine"}, "learning_rate='cosine': its rates depend on the number of epochs"),
        ({"learning_rate": "one-cycle"}, "learning_rate='one-cycle'"),
        ({"warmup": 3}, "warmup=3: its rates depend"),
        ({"early_stopping": True}, "does not support early_stopping"),
        ({"beta_1": 0.5}, "beta_1=0.5: Gradus has"),
        ({"learning_rate_init": 0.5}, "learning_rate_init was 0.001 when the training began"),
    ],
)
def test_partial_fit_refuses_what_it_cannot_do_in_every_call(classes, parameters, sentence):
    X, y = classes
    if "learning_rate_init" not in parameters:
        with pytest.raises(ValueError, match=sentence):
            MLPClassifier((4,), **parameters).partial_fit(X, y, classes=[0, 1])
    begun = MLPClassifier((4,), random_state=0).partial_fit(X, y, classes=[0, 1])
    with pytest.raises(ValueError, match=sentence):
        begun.set_params(**parameters).partial_fit(X, y)
    assert begun.n_iter_ == 1


def test_a_failed_fit_leaves_the_estimator_as_it_was(classes):
    X, y = classes
    model = quick(missing="impute").fit(X, y)
    before, said = dict(vars(model)), model.predict_proba(X)
    other = np.where(X > 2, np.nan, X).astype(np.float32)
    with pytest.raises(ValueError, match="solver.*magic"):
        model.set_params(solver="magic").fit(other[:, :3], np.array(["a", "b", "c"])[np.digitize(X[:, 0], [-0.5, 0.5])])
    model.set_params(solver="adam")
    assert vars(model) == before and np.array_equal(model.predict_proba(X), said)

    def fail(epoch):
        raise KeyError("mine")

    fresh = quick(callbacks=fail)
    with pytest.raises(KeyError):
        fresh.fit(X, y)
    assert vars(fresh) == vars(quick(callbacks=fail))


def test_warm_start_begins_with_the_last_weights(classes):
    model = quick(tol=None, warm_start=True)
    first = model.fit(*classes).loss_curve_
    assert model.fit(*classes).loss_curve_[0] < first[0]
    cold = quick(tol=None)
    assert cold.fit(*classes).loss_curve_ == first == cold.fit(*classes).loss_curve_


def test_pickles_have_equal_bits_and_go_on(classes):
    X, y = classes
    model = MLPClassifier((16,), random_state=0, dropout=0.1, class_weight="balanced").partial_fit(X, y, classes=[0, 1])
    again = pickle.loads(pickle.dumps(model))
    assert np.array_equal(again.predict_proba(X), model.predict_proba(X))
    assert np.array_equal(again.partial_fit(X, y).network_.flat, model.partial_fit(X, y).network_.flat)


@pytest.mark.parametrize(
    ("parameters", "sentence"),
    [
        ({"max_iter": -1}, "max_iter is to be a whole number of 1 or more, and is -1"),
        ({"random_state": "seven"}, "'seven' cannot be used to seed"),
        ({"random_state": -3}, "-3 cannot be used to seed"),
        ({"snapshots": -1}, "snapshots is to be a whole number of 0 or more"),
        ({"n_iter_no_change": 0}, "n_iter_no_change is to be at least 1"),
        ({"tol": -1.0}, "tol is to be 0 or more"),
        ({"n_threads": 0}, "n_threads is to be"),
    ],
)
def test_partial_fit_refuses_parameters_that_fit_refuses_in_every_call(classes, parameters, sentence):
    X, y = classes
    for call in (MLPClassifier.fit, lambda model, X, y: model.partial_fit(X, y, classes=[0, 1])):
        with pytest.raises(ValueError, match=sentence):
            call(MLPClassifier((4,), **parameters), X, y)
    begun = MLPClassifier((4,), random_state=0).partial_fit(X, y, classes=[0, 1])
    with pytest.raises(ValueError, match=sentence):
        begun.set_params(**parameters).partial_fit(X, y)
    assert begun.n_iter_ == 1


def test_partial_fit_draws_no_seed_after_the_first_call(classes):
    X, y = classes
    state = np.random.RandomState(0)
    model = MLPClassifier((4,), random_state=state).partial_fit(X, y, classes=[0, 1])
    before = state.get_state()[2]
    model.partial_fit(X, y)
    assert state.get_state()[2] == before


def test_partial_fit_refuses_other_features_classes_and_outputs(classes, values):
    X, y = classes
    model = MLPClassifier((4,), random_state=0).partial_fit(X, y, classes=[0, 1])
    for work, sentence in [
        (lambda: model.partial_fit(X[:, :3], y), "X has 3 features, but MLPClassifier is expecting 4 features as input"),
        (lambda: model.partial_fit(X, y, classes=[0, 1, 2]), "is not the same as on last call to partial_fit"),
        (lambda: model.partial_fit(X, y + 1), "y contains 2, which is none of the classes"),
        (lambda: model.partial_fit(X, np.column_stack([y, y])), r"y is to be of shape \(n_samples,\) as in the first fit"),
    ]:
        with pytest.raises(ValueError, match=sentence):
            work()
    X, y = values
    regressor = MLPRegressor(hidden_layer_sizes=(4,), random_state=0).partial_fit(X, y)
    with pytest.raises(ValueError, match="X has 2 features, but MLPRegressor is expecting 3"):
        regressor.partial_fit(X[:, :2], y)
    with pytest.raises(ValueError, match="y has 2 outputs, and had 1"):
        regressor.partial_fit(X, np.column_stack([y, y]))
    assert model.n_iter_ == regressor.n_iter_ == 1
