"""L-BFGS of `classify` and `regress` beside scikit-learn's and beside Adam, on digits, iris and diabetes.

    python lbfgs.py PROGRAMS

PROGRAMS is a folder with `classify` and `regress`. Five seeds, equal splits, one thread; prints medians of the accuracy or
R2 on test rows and of the seconds, those of the programs with starting, reading the table and writing the report.
"""

import subprocess
import statistics
import sys
import tempfile
import time
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn import datasets as toy
from sklearn.metrics import accuracy_score, r2_score
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.preprocessing import StandardScaler

HIDDEN, STEPS = (64, 32), 200
OURS = {
    "gradus, adam, defaults": [],
    "gradus, lbfgs, defaults": ["--optimizer", "lbfgs"],
    "gradus, lbfgs, 64-32": ["--optimizer", "lbfgs", "--hidden", "64,32", "--epochs", str(STEPS)],
}


def ours(program, table, seed, flags, out):
    begun = time.perf_counter()
    subprocess.run(
        [program, "--data", f"csv:{table}", "--target", "y", "--seed", str(seed), "--split-seed", str(seed), "--quiet",
         "--threads", "1", "--out", out, *flags], check=True)
    return pd.read_csv(out / "predictions.csv"), time.perf_counter() - begun


def theirs(model, x, y, train, test, scale):
    inputs = StandardScaler().fit(x[train])
    targets = scale.transform(y.reshape(-1, 1)).ravel() if scale else y
    begun = time.perf_counter()
    model.fit(inputs.transform(x[train]), targets[train])
    seconds = time.perf_counter() - begun
    said = model.predict(inputs.transform(x[test]))
    return (scale.inverse_transform(said.reshape(-1, 1)).ravel() if scale else said), seconds


def main():
    warnings.simplefilter("ignore")
    programs = Path(sys.argv[1])
    for name, load in [("digits", toy.load_digits), ("iris", toy.load_iris), ("diabetes", toy.load_diabetes)]:
        x, y = load(return_X_y=True)
        classes = name != "diabetes"
        y = np.array([f"c{v}" for v in y]) if classes else y
        score, peer = (accuracy_score, MLPClassifier) if classes else (r2_score, MLPRegressor)
        found = {}
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "table.csv"
            pd.DataFrame(x, columns=[f"x{i}" for i in range(x.shape[1])]).assign(y=y).to_csv(path, index=False)
            for seed in range(5):
                for i, (label, flags) in enumerate(OURS.items()):
                    program = programs / ("classify" if classes else "regress")
                    said, seconds = ours(program, path, seed, flags, Path(folder) / f"run{i}-{seed}")
                    found.setdefault(label, []).append((score(said["true"], said["predicted"]), seconds))
                test = said["line"].to_numpy() - 2
                train = np.setdiff1d(np.arange(len(y)), test)
                scale = None if classes else StandardScaler().fit(y[train].reshape(-1, 1))
                for solver in ["lbfgs", "adam"]:
                    model = peer(hidden_layer_sizes=HIDDEN, max_iter=STEPS, solver=solver, random_state=seed)
                    said, seconds = theirs(model, x, y, train, test, scale)
                    found.setdefault(f"scikit-learn, {solver}, 64-32", []).append((score(y[test], said), seconds))
        for label, runs in found.items():
            values, seconds = zip(*runs)
            print(f"{name:9} {label:28} {statistics.median(values):7.4f}  {statistics.median(seconds):6.2f} s", flush=True)


if __name__ == "__main__":
    main()
