"""That the programs and the package compute the same bits. It needs the programs: `GRADUS_PROGRAMS` names their folder."""

import json
import os
import pathlib
import subprocess

import numpy as np
import pytest

import gradus
from gradus import MLPClassifier, MLPRegressor

_TARGET = pathlib.Path(__file__).parents[2] / "target"
_FOLDERS = (
    [pathlib.Path(os.environ["GRADUS_PROGRAMS"])] if "GRADUS_PROGRAMS" in os.environ else [_TARGET / "release", _TARGET / "debug"]
)


def run(program: str, *arguments) -> None:
    for folder in _FOLDERS:
        if (folder / program).is_file():
            subprocess.run([folder / program, *map(str, arguments), "--quiet"], check=True, timeout=600)
            return
    pytest.skip(f"the program {program} is not built; cargo build --workspace makes it, or GRADUS_PROGRAMS names its folder")


def table(folder, name: str, X, y) -> pathlib.Path:
    path = folder / name
    lines = [",".join([*(f"x{i}" for i in range(X.shape[1])), "y"])]
    lines += [",".join([*map(repr, map(float, row)), str(target)]) for row, target in zip(X, y)]
    path.write_text("\n".join(lines) + "\n")
    return path


_COMMON = [
    "--val-fraction",
    0,
    "--split-seed",
    7,
    "--seed",
    7,
    "--init",
    "xavier-uniform",
    "--schedule",
    "constant",
    "--l1",
    0,
]
_COMMON += ["--weight-decay", 0, "--warmup", 0, "--no-standardize", "--l2-form", "l2-per-batch", "--threads", 2]


@pytest.mark.parametrize("precision", ["f32", "f64"])
def test_a_classifier_and_its_surface(tmp_path, classes, precision):
    X, y = classes
    dtype = np.float32 if precision == "f32" else np.float64
    X = X.astype(np.float32).astype(dtype)
    train, test = table(tmp_path, "train.csv", X[:90], y[:90]), table(tmp_path, "test.csv", X[90:], y[90:])
    run(
        "classify", "--data", f"csv:{train}", "--test", test, "--hidden", "16,8", "--activation", "tanh", "--optimizer", "adam",
        "--lr", 0.01, "--batch-size", 32, "--epochs", 15, "--l2", 0.001, "--head", "sigmoid", "--dropout", 0.1, "--class-weight",
        "balanced", "--out", tmp_path / "run", *_COMMON, *(["--f64"] if precision == "f64" else []),
    )  # fmt: skip
    model = MLPClassifier(
        (16, 8), activation="tanh", learning_rate_init=0.01, batch_size=32, max_iter=15, tol=None, alpha=0.001, dropout=0.1,
        class_weight="balanced", random_state=7,
    ).fit(X[:90], y[:90])  # fmt: skip
    theirs = gradus.load(tmp_path / "run")
    assert np.array_equal(theirs.model.network_.flat, model.network_.flat)
    assert theirs.metrics["test"]["accuracy"] == model.score(X[90:], y[90:])


def test_a_landscape_and_a_hessian(tmp_path, classes):
    X, y = classes
    train, test = table(tmp_path, "train.csv", X[:90], y[:90]), table(tmp_path, "test.csv", X[90:], y[90:])
    run(
        "classify",
        "--data",
        f"csv:{train}",
        "--test",
        test,
        "--hidden",
        "8",
        "--epochs",
        5,
        "--f64",
        "--out",
        tmp_path / "run",
        *_COMMON,
    )
    run("landscape", tmp_path / "run", "--x", "-1:1:7", "--y", "-0.5:0.5:5", "--seed", 3, "--out", tmp_path / "slice")
    run("landscape", "hessian", tmp_path / "run", "--seed", 3, "--out", tmp_path / "hessian")
    model, labels = gradus.load(tmp_path / "run").model, y[90:].astype(str)
    want = json.loads((tmp_path / "slice" / "landscape.json").read_text())
    for threads in (1, 2):
        found = gradus.landscape(model, X[90:], labels, along=(-1, 1, 7), across=(-0.5, 0.5, 5), seed=3, n_threads=threads)
        assert found.x.tolist() == want["x"] and found.y.tolist() == want["y"]
        assert found.loss.tolist() == want["loss"] and found.metric.tolist() == want["accuracy"]
        assert found.center == want["centre"]["loss"]
    want = json.loads((tmp_path / "hessian" / "hessian.json").read_text())
    found = gradus.hessian(model, X[90:], labels, seed=3)
    assert found.top.tolist() == want["top"] and found.bottom.tolist() == want["bottom"]
    assert found.trace == want["trace"]["mean"] and found.density.tolist() == want["density"]["values"]
    assert found.products == want["matvecs"]


def test_a_path_and_a_trajectory(tmp_path, classes):
    X, y = classes
    train, test = table(tmp_path, "train.csv", X[:90], y[:90]), table(tmp_path, "test.csv", X[90:], y[90:])
    common = [*_COMMON]
    place = common.index("--seed") + 1
    for seed in (7, 8):
        common[place] = seed
        run(
            "classify", "--data", f"csv:{train}", "--test", test, "--hidden", "8", "--epochs", 6, "--snapshots", 2,
            "--out", tmp_path / f"run-{seed}", *common,
        )  # fmt: skip
    run("landscape", "path", tmp_path / "run-7", tmp_path / "run-8", "--t", "-0.5:1.5:9", "--out", tmp_path / "path")
    run("landscape", tmp_path / "run-7", "--directions", "pca", "--out", tmp_path / "pca")
    model, other = (gradus.load(tmp_path / f"run-{seed}").model for seed in (7, 8))
    X, labels = X[90:], y[90:].astype(str)
    want = json.loads((tmp_path / "path" / "path.json").read_text())
    found = gradus.path(model, other, X, labels, steps=(-0.5, 1.5, 9))
    assert (found.t.tolist(), found.loss.tolist(), found.metric.tolist()) == (want["t"], want["loss"], want["accuracy"])
    assert found.barrier == want["barrier"]
    want = json.loads((tmp_path / "pca" / "landscape.json").read_text())
    found = gradus.trajectory(model, X, labels)
    assert found.x.tolist() == want["x"] and found.y.tolist() == want["y"] and found.loss.tolist() == want["loss"]
    way = want["trajectory"]
    assert found.trajectory.epoch.tolist() == way["epoch"] and list(found.trajectory.explained) == way["explained"]
    assert found.trajectory.x.tolist() == way["x"] and found.trajectory.y.tolist() == way["y"]


def test_a_regressor(tmp_path, values):
    X, y = values
    train, test = table(tmp_path, "train.csv", X[:90], y[:90]), table(tmp_path, "test.csv", X[90:], y[90:])
    run(
        "regress", "--data", f"csv:{train}", "--test", test, "--hidden", "16", "--activation", "relu", "--optimizer", "nesterov",
        "--momentum", 0.9, "--lr", 0.005, "--batch-size", 32, "--epochs", 10, "--l2", 0.002, "--no-standardize-targets", "--f64",
        "--out", tmp_path / "run", *_COMMON,
    )  # fmt: skip
    model = MLPRegressor(
        hidden_layer_sizes=(16,), solver="sgd", learning_rate_init=0.01, batch_size=32, max_iter=10, tol=None, alpha=0.001,
        random_state=7,
    ).fit(X[:90], y[:90])  # fmt: skip
    theirs = gradus.load(tmp_path / "run")
    assert np.array_equal(theirs.model.network_.flat, model.network_.flat)
    assert np.array_equal(theirs.model.predict(X[90:]), model.predict(X[90:]))
