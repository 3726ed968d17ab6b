"""That scikit-learn takes the estimators for its own."""

import numpy as np
import pytest

pytest.importorskip("sklearn")

from sklearn.base import clone, is_classifier, is_regressor
from sklearn.calibration import CalibratedClassifierCV
from sklearn.datasets import load_breast_cancer, load_digits
from sklearn.inspection import permutation_importance
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.multioutput import MultiOutputClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import check_estimator

from gradus import MLPClassifier, MLPRegressor

# scikit-learn leaves this out by itself where there is no `decision_function`, as its own MLPClassifier has none.
_LEFT_OUT = [("check_classifiers_multilabel_output_format_decision_function", "skipped")]


@pytest.mark.parametrize(("estimator", "left_out"), [(MLPClassifier(), _LEFT_OUT), (MLPRegressor(), [])], ids=["classes", "values"])
def test_every_check_passes(estimator, left_out):
    results = check_estimator(estimator, on_skip=None, on_fail=None)
    others = [(r["check_name"], r["status"]) for r in results if r["status"] != "passed"]
    assert len(results) > 40 and others == left_out
    assert left_out == [] or not hasattr(estimator, "decision_function")


def test_kinds_and_clones():
    assert is_classifier(MLPClassifier()) and is_regressor(MLPRegressor())
    model = MLPClassifier((3, 4), dropout=0.2, class_weight={0: 1.0, 1: 2.0})
    assert clone(model).get_params() == model.get_params()


def test_grid_search_in_a_pipeline_on_two_processes():
    X, y = load_breast_cancer(return_X_y=True)
    pipeline = make_pipeline(StandardScaler(), MLPClassifier(max_iter=60, random_state=0))
    grid = {"mlpclassifier__hidden_layer_sizes": [(8,), (16, 8)], "mlpclassifier__alpha": [1e-4, 1.0]}
    search = GridSearchCV(pipeline, grid, cv=3, n_jobs=2).fit(X, y)
    assert search.best_score_ > 0.95
    alone = GridSearchCV(pipeline, grid, cv=3).fit(X, y)
    assert np.array_equal(search.cv_results_["mean_test_score"], alone.cv_results_["mean_test_score"])


def test_cross_validation_on_two_processes(values):
    X, y = values
    scores = cross_val_score(MLPRegressor(hidden_layer_sizes=(32,), solver="lbfgs", random_state=0), X, y, cv=3, n_jobs=2)
    assert scores.mean() > 0.8


def test_calibration_and_importance(classes):
    X, y = classes
    model = MLPClassifier((16,), max_iter=100, learning_rate_init=0.01, random_state=0)
    calibrated = CalibratedClassifierCV(model, cv=3).fit(X, y, sample_weight=np.ones(len(y)))
    assert calibrated.predict_proba(X).shape == (120, 2)
    found = permutation_importance(model.fit(X, y), X, y, n_repeats=5, random_state=0)
    assert found.importances_mean[3] < found.importances_mean[0]


def test_several_outputs_of_classes_by_a_wrapper(classes):
    X, y = classes
    Y = np.column_stack([y, 1 - y])
    assert MultiOutputClassifier(MLPClassifier(max_iter=5)).fit(X, Y).predict(X).shape == (120, 2)


@pytest.mark.parametrize("solver", ["adam", "sgd"])
def test_scores_are_those_of_scikit_learn_within_seeds(solver):
    from sklearn.model_selection import train_test_split
    from sklearn.neural_network import MLPClassifier as Theirs

    X, y = load_digits(return_X_y=True)
    X, X_test, y, y_test = train_test_split(X / 16, y, random_state=0)
    parameters = dict(hidden_layer_sizes=(32,), solver=solver, learning_rate_init=0.01, max_iter=30)
    scores = [
        [kind(random_state=s, **parameters).fit(X, y).score(X_test, y_test) for s in range(5)] for kind in (MLPClassifier, Theirs)
    ]
    spread = np.sqrt(sum(np.var(s, ddof=1) for s in scores) / 5)
    assert abs(np.mean(scores[0]) - np.mean(scores[1])) < max(4 * spread, 0.01)
