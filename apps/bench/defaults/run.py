"""The defaults of `classify` and `regress` for tables against scikit-learn's, on equal splits.

    python run.py PROGRAMS DATA OUT.csv [--seeds 5] [--large-seeds 1] [--only NAME] [-- FLAG...]

PROGRAMS is a folder with `classify` and `regress`, DATA one with tables beside those that are generated here (see
TABLES). Every table is written as CSV, trained on with `csv:FILE` and nothing else but a seed, and evaluated on the test
lines of `predictions.csv`; `MLP...` and `HistGradientBoosting...` of scikit-learn with their defaults (the MLP behind a
StandardScaler and one-hot encoding, as its users have it) are fitted to all other lines. A score is accuracy, or F1 of
the rare class where the table says so, or R2, the mean over targets. OUT.csv has a line a table, model and seed, and is
written after each table. A table of more than 50 000 rows takes --large-seeds, since scikit-learn's MLP needs minutes there.
Flags after -- go to the programs, to try other settings.

results.csv has the scores of five strengths of L2 with three seeds each, by which the default of CSV files was chosen;
scikit-learn's are not in it. peers.csv has the defaults beside scikit-learn 1.9.1's, three seeds, one thread each.
"""

import argparse
import csv
import subprocess
import sys
import tempfile
import time
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import sklearn
from sklearn import datasets as toy
from sklearn.compose import make_column_selector, make_column_transformer
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.impute import SimpleImputer
from sklearn.metrics import accuracy_score, f1_score, r2_score
from sklearn.multioutput import MultiOutputRegressor
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler


# Rows of a table from which on --large-seeds says how many seeds there are.
LARGE = 50_000


def frame(x, y, names=("y",)):
    x = pd.DataFrame(x, columns=[f"x{i}" for i in range(x.shape[1])])
    y = np.asarray(y)
    return pd.concat([x, pd.DataFrame(y.reshape(len(y), -1), columns=list(names))], axis=1)


def classes(n, columns, informative, k, seed, flip=0.01, weights=None):
    x, y = toy.make_classification(
        n, columns, n_informative=informative, n_redundant=min(2, columns - informative), n_classes=k,
        n_clusters_per_class=2, flip_y=flip, weights=weights, class_sep=1.0, random_state=seed)
    return frame(x, np.array([f"c{v}" for v in y]))


def fraud(n=20_000, seed=0):
    return classes(n, 12, 6, 2, seed, flip=0.0, weights=[0.995]).rename(columns={"y": "fraud"})


def passengers(n=1200, seed=0):
    """Categories and missing cells; who lives depends on them."""
    r = np.random.default_rng(seed)
    sex, port, rank = r.choice(["f", "m"], n), r.choice(list("SCQ"), n, p=[.7, .2, .1]), r.integers(1, 4, n)
    age = r.normal(32, 13, n).clip(1, 80).round(1)
    score = 2.2 * (sex == "f") - 0.9 * (rank - 2) - 0.02 * (age - 30) + 0.4 * (port == "C") + r.logistic(0, 0.8, n)
    table = pd.DataFrame({"sex": sex, "port": port, "rank": rank, "age": age, "lived": np.where(score > 0.8, "yes", "no")})
    table.loc[r.random(n) < 0.2, "age"] = np.nan
    return table


def targets(n=2000, seed=0):
    r = np.random.default_rng(seed)
    x = r.uniform(-1, 1, (n, 6))
    y = np.c_[np.sin(3 * x[:, 0]) + x[:, 1], x[:, 2] * x[:, 3], np.exp(x[:, 4]) - x[:, 5] ** 2]
    return frame(x, y + r.normal(0, 0.1, y.shape), ("a", "b", "c"))


def series(n=1500, seed=0):
    """Two columns of a series: the month before and the year before tell the next value."""
    r = np.random.default_rng(seed)
    t = np.arange(n + 12)
    z = 10 + 0.01 * t + 3 * np.sin(2 * np.pi * t / 12) + r.normal(0, 0.5, n + 12)
    return pd.DataFrame({"last": z[11:-1], "year_ago": z[:-12], "y": z[12:]})


def friedman(which, n, noise, seed):
    make = [toy.make_friedman1, toy.make_friedman2, toy.make_friedman3][which - 1]
    return frame(*make(n, noise=noise, random_state=seed))


def bundled(load, task):
    x, y = load(return_X_y=True)
    return frame(x, np.array([f"c{v}" for v in y]) if task == "c" else y)


def file(name, **how):
    def read(folder):
        return pd.read_csv(folder / name, **how)
    return read


# Name, task (c classes, r numbers), targets, score, and how the table is had from the folder of data.
TABLES = [
    ("iris", "c", ["y"], "accuracy", lambda _: bundled(toy.load_iris, "c")),
    ("wine", "c", ["y"], "accuracy", lambda _: bundled(toy.load_wine, "c")),
    ("breast-cancer", "c", ["y"], "accuracy", lambda _: bundled(toy.load_breast_cancer, "c")),
    ("digits", "c", ["y"], "accuracy", lambda _: bundled(toy.load_digits, "c")),
    ("wine-quality", "c", ["quality"], "accuracy",
     lambda d: file("uci/winequality-red.csv", sep=";")(d).assign(quality=lambda t: "q" + t.quality.astype(str))),
    ("classes-100", "c", ["y"], "accuracy", lambda _: classes(100, 8, 4, 2, 1)),
    ("classes-1000", "c", ["y"], "accuracy", lambda _: classes(1000, 20, 8, 5, 2)),
    ("noisy-2000", "c", ["y"], "accuracy", lambda _: classes(2000, 15, 5, 2, 3, flip=0.2)),
    ("classes-10000", "c", ["y"], "accuracy", lambda _: classes(10_000, 20, 10, 8, 4)),
    ("classes-100000", "c", ["y"], "accuracy", lambda _: classes(100_000, 30, 15, 4, 5, flip=0.05)),
    ("fraud", "c", ["fraud"], "f1", lambda _: fraud()),
    ("passengers", "c", ["lived"], "accuracy", lambda _: passengers()),
    ("moons", "c", ["y"], "accuracy",
     lambda _: (lambda x, y: frame(x, np.array([f"c{v}" for v in y])))(*toy.make_moons(600, noise=0.25, random_state=6))),
    ("diabetes", "r", ["y"], "r2", lambda _: bundled(toy.load_diabetes, "r")),
    ("boston", "r", ["MEDV"], "r2",
     lambda d: file("boston_housing.csv")(d).rename(columns=str.upper)),
    ("california", "r", ["MedHouseVal"], "r2", file("california_housing.csv")),
    ("concrete", "r", None, "r2", file("concrete_strength.csv")),
    ("energy", "r", 2, "r2", file("energy_efficiency.csv")),
    ("friedman1", "r", ["y"], "r2", lambda _: friedman(1, 500, 1.0, 7)),
    ("friedman2", "r", ["y"], "r2", lambda _: friedman(2, 2000, 50.0, 8)),
    ("friedman3", "r", ["y"], "r2", lambda _: friedman(3, 300, 0.1, 9)),
    ("three-targets", "r", ["a", "b", "c"], "r2", lambda _: targets()),
    ("series", "r", ["y"], "r2", lambda _: series()),
    ("linear-200", "r", ["y"], "r2",
     lambda _: frame(*toy.make_regression(200, 20, n_informative=5, noise=20.0, random_state=10))),
]


def columns_of(x):
    numbers = make_pipeline(SimpleImputer(strategy="median"), StandardScaler())
    texts = make_pipeline(SimpleImputer(strategy="constant", fill_value="?"), OneHotEncoder(handle_unknown="ignore"))
    return make_column_transformer(
        (numbers, make_column_selector(dtype_include=np.number)),
        (texts, make_column_selector(dtype_exclude=np.number)))


def peers(task, many):
    """scikit-learn's models with their defaults, by name."""
    if task == "c":
        return {"mlp": lambda seed: MLPClassifier(random_state=seed),
                "hgb": lambda seed: HistGradientBoostingClassifier(random_state=seed)}
    hgb = lambda seed: HistGradientBoostingRegressor(random_state=seed)
    return {"mlp": lambda seed: MLPRegressor(random_state=seed),
            "hgb": (lambda seed: MultiOutputRegressor(hgb(seed))) if many else hgb}


def score(kind, truth, said, rare):
    if kind == "accuracy":
        return accuracy_score(truth, said)
    if kind == "f1":
        return f1_score(truth, said, pos_label=rare, zero_division=0)
    return r2_score(truth, said)


def main():
    argv = sys.argv[1:]
    flags = argv[argv.index("--") + 1:] if "--" in argv else []
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("programs", type=Path)
    parser.add_argument("data", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--large-seeds", type=int, default=1)
    parser.add_argument("--only")
    parser.add_argument("--no-peers", action="store_true")
    args = parser.parse_args(argv[:argv.index("--")] if "--" in argv else argv)
    print(f"scikit-learn {sklearn.__version__}, {args.seeds} seeds, flags {flags}")
    lines = [("table", "rows", "columns", "model", "seed", "score", "value", "seconds")]
    for name, task, target, kind, make in TABLES:
        if args.only and args.only not in name:
            continue
        table = make(args.data)
        if target is None or isinstance(target, int):
            target = list(table.columns[-(target or 1):])
        table = table[[c for c in table.columns if c not in target] + target]
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "table.csv"
            table.to_csv(path, index=False)
            # The same numbers as the programs read.
            table = pd.read_csv(path)
            x, y = table.drop(columns=target), table[target]
            rare = y[target[0]].value_counts().index[-1] if task == "c" else None
            for seed in range(args.large_seeds if len(table) > LARGE else args.seeds):
                run = Path(folder) / f"run{seed}"
                program = args.programs / ("classify" if task == "c" else "regress")
                begun = time.perf_counter()
                subprocess.run(
                    [program, "--data", f"csv:{path}", "--target", ",".join(target), "--seed", str(seed),
                     "--split-seed", str(seed), "--quiet", "--out", run, *flags], check=True)
                seconds = time.perf_counter() - begun
                said = pd.read_csv(run / "predictions.csv")
                test = said["line"].to_numpy() - 2
                train = np.setdiff1d(np.arange(len(table)), test)
                of = lambda word: said[[word] if len(target) == 1 else [f"{word}({t})" for t in target]].to_numpy()
                value = score(kind, of("true").squeeze(), of("predicted").squeeze(), rare)
                lines.append((name, *x.shape, "gradus", seed, kind, value, seconds))
                for peer, fresh in {} if args.no_peers else peers(task, len(target) > 1).items():
                    model, inputs = make_pipeline(columns_of(x), fresh(seed)), x
                    if peer == "hgb" and all(pd.api.types.is_numeric_dtype(x[c]) for c in x):
                        model = fresh(seed)
                    truth = y.to_numpy().squeeze()
                    scale = StandardScaler().fit(y.iloc[train]) if task == "r" and peer == "mlp" else None
                    learned = scale.transform(y).squeeze() if scale else truth
                    begun = time.perf_counter()
                    with warnings.catch_warnings():
                        warnings.simplefilter("ignore")
                        model.fit(inputs.iloc[train], learned[train])
                    said_by = model.predict(inputs.iloc[test])
                    if scale:
                        said_by = scale.inverse_transform(np.reshape(said_by, (len(test), -1))).squeeze()
                    seconds = time.perf_counter() - begun
                    lines.append((name, *x.shape, peer, seed, kind, score(kind, truth[test], said_by, rare), seconds))
        found = pd.DataFrame(lines[1:], columns=lines[0])
        found = found[found.table == name].groupby("model")[["value", "seconds"]].median()
        print(name, "  ".join(f"{m} {r.value:.4f} {r.seconds:.2f}s" for m, r in found.iterrows()), flush=True)
        with open(args.out, "w", newline="") as out:
            csv.writer(out).writerows(lines)
    found = pd.DataFrame(lines[1:], columns=lines[0])
    median = found.groupby(["table", "model"]).value.median().unstack()
    ranks = median.rank(axis=1, ascending=False, method="average")
    print(median.round(4).to_string())
    print("median rank", ranks.median().to_dict(), "mean rank", ranks.mean().round(3).to_dict())


if __name__ == "__main__":
    main()
