"""What the estimators refuse, and in which words."""

import numpy as np
import pytest
from helpers import quick

import gradus
from gradus import MLPClassifier, MLPRegressor, NotFittedError


def test_unfitted_estimators_say_so(classes):
    for ask in (quick().predict, quick().predict_proba, MLPRegressor().predict):
        with pytest.raises(NotFittedError, match="is not fitted yet"):
            ask(classes[0])


@pytest.mark.parametrize(
    ("parameters", "sentence"),
    [
        ({"hidden_layer_sizes": (0,)}, "hidden_layer_sizes must be > 0"),
        ({"hidden_layer_sizes": (1.5,)}, "hidden_layer_sizes is to be a whole number"),
        ({"activation": "swoosh"}, "activation.*swoosh"),
        ({"solver": "magic"}, "solver.*magic"),
        ({"learning_rate": "adaptive"}, "learning_rate='adaptive' is not one of Gradus"),
        ({"learning_rate": "sometimes"}, "learning_rate.*sometimes"),
        ({"learning_rate_init": -1.0}, "learning_rate_init"),
        ({"alpha": -1.0}, "alpha"),
        ({"max_iter": 0}, "max_iter is to be a whole number of 1 or more, and is 0"),
        ({"max_iter": -5}, "max_iter is to be a whole number of 1 or more, and is -5"),
        ({"snapshots": -1}, "snapshots is to be a whole number of 0 or more, and is -1"),
        ({"snapshots": 2**70}, "snapshots is to be a whole number from 0 to"),
        ({"warmup": -1}, "warmup"),
        ({"batch_size": -1}, "batch_size"),
        ({"n_iter_no_change": -1}, "n_iter_no_change"),
        ({"random_state": -1}, "-1 cannot be used to seed"),
        ({"random_state": 2**70}, "cannot be used to seed"),
        ({"batch_size": 0}, "batch_size"),
        ({"dropout": 1.0}, "dropout"),
        ({"beta_1": 0.8}, "beta_1=0.8: Gradus has beta_1=0.9 and no other"),
        ({"shuffle": False}, "shuffle=False"),
        ({"random_state": "seven"}, "cannot be used to seed"),
        ({"missing": "drop"}, "missing is to be"),
        ({"early_stopping": True, "validation_fraction": 1.5}, "validation_fraction is to be"),
        ({"solver": "lbfgs", "early_stopping": True}, "early_stopping: lbfgs ends by itself"),
        ({"solver": "lbfgs", "batch_norm": True}, "batch_norm"),
        ({"class_weight": {7: 1.0}}, "class_weight names 7"),
        ({"hidden_layer_sizes": (10**12,)}, "hidden_layer_sizes .* asks for"),
        ({"n_threads": 0}, "n_threads"),
    ],
)
def test_parameters_are_refused_in_a_sentence(classes, parameters, sentence):
    with pytest.raises(ValueError, match=sentence):
        MLPClassifier(**{"max_iter": 2, **parameters}).fit(*classes)


@pytest.mark.parametrize(
    ("X", "y", "kind", "sentence"),
    [
        (np.zeros((0, 3)), [], ValueError, "Found array with 0 sample"),
        (np.zeros((3, 0)), [0, 1, 0], ValueError, "Found array with 0 feature"),
        (np.zeros(3), [0, 1, 0], ValueError, "Expected 2D array, got 1D array instead"),
        (np.zeros((3, 2)), [0, 1], ValueError, "inconsistent numbers of samples"),
        (np.full((3, 2), np.inf), [0, 1, 0], ValueError, "infinity"),
        (np.array([["a", 1], ["b", 2], ["c", 3]], dtype=object), [0, 1, 0], ValueError, "column 0 of X holds text"),
        (np.zeros((3, 2), dtype=complex), [0, 1, 0], ValueError, "Complex data"),
        (np.zeros((3, 2)), [0.5, 1.25, 0.1], ValueError, "Unknown label type: continuous"),
        (np.zeros((3, 2)), [0, np.nan, 1], ValueError, "Input y contains NaN"),
        (np.zeros((3, 2)), [1, 1, 1], ValueError, "y has 1 class"),
        (np.zeros((3, 2)), None, ValueError, "requires y to be passed"),
        (np.zeros((3, 2)), np.zeros((3, 2, 2)), ValueError, "y should be a 1d array"),
    ],
)
def test_samples_are_refused_in_a_sentence(X, y, kind, sentence):
    with pytest.raises(kind, match=sentence):
        MLPClassifier(max_iter=2).fit(X, y)


def test_weights_that_leave_nothing_to_train_on_are_refused(classes):
    X, y = classes
    found = set()
    for row in range(len(y)):
        try:
            MLPClassifier((4,), max_iter=1, early_stopping=True, random_state=0).fit(X, y, sample_weight=np.eye(len(y))[row])
        except ValueError as error:
            found.add(str(error).split("; ")[0])
    # The one sample that counts is held out or it is not, and the other part weighs nothing either way.
    assert found == {
        f"sample_weight: all of the {n} samples to {what} on weigh 0" for n, what in [(108, "train"), (12, "validate")]
    }


@pytest.mark.parametrize("threads", [0, -1, 1025, 1.5, True, None])
def test_threads_are_refused_in_one_sentence(classes, threads):
    X, y = classes
    model = quick().fit(X, y)
    sentence = "n_threads is to be a whole number from 1 to 1024"
    for look in (gradus.landscape, gradus.hessian):
        with pytest.raises(ValueError, match=sentence):
            look(model, X, y, n_threads=threads)
    model.set_params(n_threads=threads)
    for ask in (model.predict, model.predict_proba, lambda X: model.fit(X, y), lambda X: model.partial_fit(X, y)):
        with pytest.raises(ValueError, match=sentence):
            ask(X)


def test_scores_are_of_as_many_targets_as_samples(classes, values):
    X, y = classes
    with pytest.raises(ValueError, match="inconsistent numbers of samples"):
        quick().fit(X, y).score(X, y[:1])
    X, y = values
    model = MLPRegressor(max_iter=2).fit(X, y)
    with pytest.raises(ValueError, match="inconsistent numbers of samples"):
        model.score(X, y.reshape(60, 2))
    with pytest.raises(ValueError, match="y has 2 outputs, and the regressor 1"):
        model.score(X, np.column_stack([y, y]))


def test_weights_are_refused_in_a_sentence(classes):
    X, y = classes
    for weights, sentence in [
        (np.zeros(120), "weigh 0"),
        (-np.ones(120), "Negative"),
        (np.ones(3), "expected"),
        (np.full(120, np.nan), "NaN"),
    ]:
        with pytest.raises(ValueError, match=sentence):
            quick().fit(X, y, sample_weight=weights)
