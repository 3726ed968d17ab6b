"""What the estimators do of their own, with and without scikit-learn."""

import pickle
import subprocess
import sys

import numpy as np
import pytest

import gradus
from gradus import MLPClassifier, MLPRegressor, NotFittedError


def quick(**parameters):
    return MLPClassifier((16,), max_iter=40, random_state=3, **parameters)


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


def test_pickles_have_equal_bits_and_go_on(classes):
    X, y = classes
    model = MLPClassifier((16,), random_state=0, dropout=0.1, class_weight="balanced").partial_fit(X, y, classes=[0, 1])
    again = pickle.loads(pickle.dumps(model))
    assert np.array_equal(again.predict_proba(X), model.predict_proba(X))
    assert np.array_equal(again.partial_fit(X, y).network_.flat, model.partial_fit(X, y).network_.flat)


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
        ({"max_iter": 0}, "max_iter"),
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
        (np.zeros((3, 2)), np.eye(3)[:, :2], ValueError, "y should be a 1d array"),
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
