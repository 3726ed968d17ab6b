"""What the estimators do of their own, with and without scikit-learn."""

import subprocess
import sys

import numpy as np
import pytest
from helpers import quick

from gradus import MLPClassifier, MLPRegressor


def test_it_learns_classes(classes):
    X, y = classes
    model = MLPClassifier((32,), max_iter=400, learning_rate_init=0.01, random_state=0).fit(X, y)
    assert model.score(X, y) > 0.95
    assert model.classes_.tolist() == [0, 1] and model.n_outputs_ == 1 and model.out_activation_ == "logistic"
    proba = model.predict_proba(X)
    assert proba.shape == (120, 2) and np.allclose(proba.sum(axis=1), 1)
    assert (proba.argmax(axis=1) == model.predict(X)).all()
    assert [c.shape for c in model.coefs_] == [(4, 32), (32, 1)] and [b.shape for b in model.intercepts_] == [
        (32,),
        (1,),
    ]


def test_it_learns_several_classes_with_text_labels(classes):
    X, _ = classes
    y = np.array(["low", "middle", "high"])[np.digitize(X[:, 0], [-0.5, 0.5])]
    model = MLPClassifier((16,), max_iter=300, learning_rate_init=0.01, random_state=0).fit(X, y)
    assert model.classes_.tolist() == ["high", "low", "middle"] and model.score(X, y) > 0.95


def test_it_learns_several_values(values):
    X, y = values
    Y = np.column_stack([y, -2 * y + 1, X[:, 0]])
    model = MLPRegressor(hidden_layer_sizes=(32,), solver="lbfgs", activation="tanh", random_state=0).fit(X, Y)
    assert model.predict(X).shape == (120, 3) and model.score(X, Y) > 0.98
    assert MLPRegressor(max_iter=2).fit(X, y).predict(X).shape == (120,)


@pytest.mark.parametrize("solver", ["sgd", "adam", "adamw", "nadam", "rmsprop", "adagrad", "lbfgs"])
def test_solvers_lower_the_loss(classes, solver):
    model = quick(solver=solver, tol=None).fit(*classes)
    assert model.loss_curve_[-1] < model.loss_curve_[0]


@pytest.mark.parametrize("activation", ["identity", "logistic", "tanh", "relu", "gelu", "silu", "elu", ("relu",)])
def test_activations(classes, activation):
    assert np.isfinite(quick(activation=activation).fit(*classes).loss_)


@pytest.mark.parametrize("schedule", ["cosine", "one-cycle", "step:5,0.5", "exponential:0.9", "plateau:1,0.5"])
def test_schedules_change_the_course(classes, schedule):
    # A rate so high that the loss does not fall in every epoch, which a plateau waits for.
    rate = dict(tol=None, learning_rate_init=0.5)
    usual, other = quick(**rate).fit(*classes), quick(learning_rate=schedule, **rate).fit(*classes)
    assert usual.loss_curve_ != other.loss_curve_


@pytest.mark.parametrize(
    "extra",
    [
        {"dropout": 0.3},
        {"batch_norm": True},
        {"l1": 0.01},
        {"max_norm": 0.5},
        {"clip_norm": 0.01},
        {"warmup": 5},
        {"weight_decay": 0.1},
    ],
)
def test_what_is_asked_for_changes_the_weights(classes, extra):
    usual, other = quick(tol=None).fit(*classes), quick(tol=None, **extra).fit(*classes)
    assert not np.array_equal(usual.coefs_[0], other.coefs_[0])


def test_equal_seeds_give_equal_bits_on_any_number_of_threads(classes):
    X, y = np.tile(classes[0], (30, 10)), np.tile(classes[1], 30)
    one, two = (MLPClassifier((200,), batch_size=1000, max_iter=3, random_state=1, n_threads=n).fit(X, y) for n in (1, 2))
    assert np.array_equal(one.network_.flat, two.network_.flat)


def test_precision_is_that_of_the_samples(classes):
    X, y = classes
    single = quick().fit(X.astype(np.float32), y)
    assert single.predict_proba(X).dtype == np.float32 and single.coefs_[0].dtype == np.float32
    assert quick().fit(X, y).predict_proba(X.astype(np.float32)).dtype == np.float64


def test_tol_ends_training_and_says_nothing(classes, recwarn):
    model = MLPClassifier((8,), max_iter=5000, tol=1e-2, random_state=0).fit(*classes)
    assert model.n_iter_ < 5000 and model.network_.ended == "tol" and not recwarn.list


def test_early_stopping_keeps_the_best_weights(classes):
    X, y = classes
    best = MLPClassifier((64,), max_iter=300, early_stopping=True, n_iter_no_change=5, learning_rate_init=0.02, random_state=0)
    held = X[90:], y[90:]
    best.fit(X[:90], y[:90], eval_set=held)
    assert len(best.validation_scores_) == best.n_iter_ < 300
    assert best.score(*held) == best.best_validation_score_ == max(best.validation_scores_)


def test_early_stopping_of_a_regressor_looks_at_r2(values):
    X, y = values
    model = MLPRegressor(hidden_layer_sizes=(32,), early_stopping=True, learning_rate_init=0.01, random_state=0)
    model.fit(X[:90], y[:90], eval_set=(X[90:], y[90:]))
    assert model.score(X[90:], y[90:]) == pytest.approx(model.best_validation_score_, abs=1e-12)


def test_weights_of_samples_are_repetitions(classes):
    X, y = classes
    weights = np.random.default_rng(0).integers(0, 4, len(y))
    fit = lambda *samples, **more: MLPClassifier((8,), max_iter=20, tol=None, batch_size=10**4, random_state=0).fit(
        *samples, **more
    )  # noqa: E731
    with pytest.warns(UserWarning, match="batch_size=10000"):
        weighted = fit(X, y, sample_weight=weights)
        repeated = fit(np.repeat(X, weights, axis=0), np.repeat(y, weights))
    assert np.allclose(weighted.predict_proba(X), repeated.predict_proba(X), rtol=1e-9)


def test_weights_of_classes_are_weights_of_samples(classes):
    X, y = classes
    parameters = dict(hidden_layer_sizes=(8,), max_iter=20, tol=None, alpha=0.0, random_state=0)
    by_class = MLPClassifier(class_weight={0: 1.0, 1: 4.0}, **parameters).fit(X, y)
    by_sample = MLPClassifier(**parameters).fit(X, y, sample_weight=np.where(y == 1, 4.0, 1.0))
    assert np.allclose(by_class.predict_proba(X), by_sample.predict_proba(X), rtol=1e-9)


def test_missing_values_become_medians_beside_indicators(classes):
    X, y = classes
    X = X.copy()
    X[::7, 1] = np.nan
    with pytest.raises(ValueError, match="Input X contains NaN, first in row 0, column 1; missing='impute'"):
        quick().fit(X, y)
    model = quick(missing="impute").fit(X, y)
    assert model.n_features_in_ == 4 and model.coefs_[0].shape[0] == 5
    filled = np.column_stack([np.where(np.isnan(X), np.nanmedian(X, axis=0), X), np.isnan(X[:, 1])])
    assert np.array_equal(quick().fit(filled, y).predict_proba(filled), model.predict_proba(X))


def test_callbacks_see_epochs_and_end_training(classes):
    seen = []

    def stop(epoch):
        seen.append(epoch)
        return epoch["epoch"] == 7

    model = quick(callbacks=[stop]).fit(*classes)
    assert model.n_iter_ == 7 and [epoch["loss"] for epoch in seen] == model.loss_curve_

    def fail(epoch):
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        quick(callbacks=fail).fit(*classes)


def test_frames_are_known_by_their_columns(classes):
    pandas = pytest.importorskip("pandas")
    X, y = classes
    frame = pandas.DataFrame(X, columns=list("abcd"))
    model = quick().fit(frame, y)
    assert model.feature_names_in_.tolist() == list("abcd")
    assert np.array_equal(model.predict(frame), quick().fit(X, y).predict(X))
    with pytest.raises(ValueError, match="must be in the same order"):
        model.predict(frame[list("bacd")])
    with pytest.raises(ValueError, match="Feature names unseen at fit time:\n- e"):
        model.predict(frame.rename(columns={"d": "e"}))
    with pytest.warns(UserWarning, match="does not have valid feature names"):
        model.predict(X)


def test_polars_frames(classes):
    polars = pytest.importorskip("polars")
    X, y = classes
    frame = polars.DataFrame({name: X[:, i] for i, name in enumerate("abcd")})
    model = quick().fit(frame, polars.Series(y))
    assert model.feature_names_in_.tolist() == list("abcd")
    assert np.array_equal(model.predict(frame), quick().fit(X, y).predict(X))


def test_sparse_matrices_are_made_dense(classes):
    sparse = pytest.importorskip("scipy.sparse")
    X, y = classes
    assert np.array_equal(quick().fit(sparse.csr_matrix(X), y).predict(X), quick().fit(X, y).predict(X))


def test_numpy_alone_suffices():
    script = (
        "import sys\n"
        "sys.modules.update({name: None for name in ('sklearn', 'pandas', 'scipy', 'matplotlib', 'joblib')})\n"
        "import numpy as np, pickle, gradus, warnings\n"
        "X = np.random.default_rng(0).normal(size=(80, 3))\n"
        "model = gradus.MLPClassifier((8,), max_iter=200, learning_rate_init=0.05, random_state=0)\n"
        "warnings.simplefilter('ignore')\n"
        "assert model.set_params(alpha=0.0).get_params()['alpha'] == 0.0\n"
        "assert model.fit(X, X[:, 0] > 0).score(X, X[:, 0] > 0) > 0.95\n"
        "assert (pickle.loads(pickle.dumps(model)).predict(X) == model.predict(X)).all()\n"
        "try:\n"
        "    gradus.MLPRegressor().predict(X)\n"
        "except gradus.NotFittedError as error:\n"
        "    print(error)\n"
        "try:\n"
        "    model.set_params(beta=1)\n"
        "except ValueError as error:\n"
        "    print(error)\n"
        "print(model)\n"
    )
    out = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert out.returncode == 0, out.stderr
    first, second, third = out.stdout.splitlines()
    assert "is not fitted yet" in first and "no parameter 'beta' of MLPClassifier" in second
    assert third == "MLPClassifier(hidden_layer_sizes=(8,), alpha=0.0, learning_rate_init=0.05, random_state=0)"
