"""Compare the times and scores of the classifiers and regressors with scikit-learn's, alternating, and print a table.

Run it as ``python speed.py``. The fits alternate, so that what else the machine does meets both; the
table has medians of the times and means of the scores. California housing is read of the folder that the
environment variable ``GRADUS_DATA`` names, as the programs read it.
"""

import os
import pathlib
import statistics
import time
import warnings

import numpy as np
from sklearn import datasets, neural_network
from sklearn.model_selection import train_test_split

import gradus

warnings.filterwarnings("ignore")
ROUNDS = 5


def table():
    """A made table of 100 000 rows and 30 columns, in 5 classes that no line parts."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(100_000, 30))
    signal = np.tanh(X @ rng.normal(size=(30, 10)) / 3) @ rng.normal(size=(10, 5))
    return X, signal.argmax(axis=1)


def california():
    """Features and prices of California housing, or None where the file is not at hand."""
    file = pathlib.Path(os.environ.get("GRADUS_DATA", "."), "tabular", "california_housing.csv")
    if not file.is_file():
        print("california: skipped, as GRADUS_DATA names no folder with tabular/california_housing.csv")
        return None
    table = np.genfromtxt(file, delimiter=",", skip_header=1)
    return table[:, :-1], table[:, -1]


def data():
    yield "digits", *datasets.load_digits(return_X_y=True), "Classifier", dict(hidden_layer_sizes=(64, 32), max_iter=50)
    yield (
        "breast cancer",
        *datasets.load_breast_cancer(return_X_y=True),
        "Classifier",
        dict(hidden_layer_sizes=(32,), max_iter=100),
    )
    yield (
        "diabetes",
        *datasets.load_diabetes(return_X_y=True),
        "Regressor",
        dict(hidden_layer_sizes=(32,), max_iter=100),
    )
    housing = california()
    if housing is not None:
        yield "california", *housing, "Regressor", dict(hidden_layer_sizes=(64, 32), max_iter=10)
    yield "100000 x 30", *table(), "Classifier", dict(hidden_layer_sizes=(64,), max_iter=3)


def main():
    print(f"{'data':14} {'batch':>5} {'gradus s':>9} {'sklearn s':>10} {'ratio':>6} {'gradus':>7} {'sklearn':>8}")
    for name, X, y, kind, parameters in data():
        X, X_test, y, y_test = train_test_split(X, y, random_state=0)
        center, scale = X.mean(axis=0), X.std(axis=0) + 1e-12
        X, X_test = (X - center) / scale, (X_test - center) / scale
        if kind == "Regressor":
            y, y_test = (y - y.mean()) / y.std(), (y_test - y.mean()) / y.std()
        for batch in (32, "auto"):
            times, scores = ([], []), ([], [])
            for seed in range(ROUNDS if len(X) < 50_000 else 2):
                for i, package in enumerate((gradus, neural_network)):
                    model = getattr(package, f"MLP{kind}")(
                        random_state=seed, tol=0.0, n_iter_no_change=10**6, batch_size=batch, **parameters
                    )
                    start = time.perf_counter()
                    model.fit(X, y)
                    times[i].append(time.perf_counter() - start)
                    scores[i].append(model.score(X_test, y_test))
            ours, theirs = map(statistics.median, times)
            means = [f"{statistics.mean(s):.3f}" for s in scores]
            print(
                f"{name:14} {batch:>5} {ours:9.3f} {theirs:10.3f} {theirs / ours:5.1f}x {means[0]:>7} {means[1]:>8}",
                flush=True,
            )
    one_row()


def one_row():
    """Time the prediction of one row by both, and print the median and the least of twenty rounds."""
    X, y = datasets.load_breast_cancer(return_X_y=True)
    row = X[:1].copy()
    for name, package in [("gradus", gradus), ("scikit-learn", neural_network)]:
        model = package.MLPClassifier((32,), max_iter=2).fit(X, y)
        rounds = []
        for _ in range(20):
            start = time.perf_counter()
            for _ in range(200):
                model.predict(row)
            rounds.append((time.perf_counter() - start) / 200 * 1e6)
        print(f"predict of one row by {name}: {statistics.median(rounds):.1f} us in the median, {min(rounds):.1f} us at best")


if __name__ == "__main__":
    main()
