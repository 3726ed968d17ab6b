"""Trains on a table as CSV, as Parquet of pandas and as Parquet of polars, and compares the models bit by bit.

    python3 tests/formats/with_parquet.py FOLDER

FOLDER holds the program classify, built with the feature parquet. Needs the packages numpy, pandas, polars and pyarrow.
Where they are not installed the script says that it is skipped, and fails if CI is set.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

try:
    import numpy as np
    import pandas
    import polars
    import pyarrow  # noqa: F401, pandas writes Parquet by it
except ImportError as error:
    print(f"skipped: {error}; python3 -m pip install numpy pandas polars pyarrow", file=sys.stderr)
    sys.exit(1 if os.environ.get("CI") else 0)


def table(rows):
    """Numbers, categories, truth values, dates and times, some of them missing, and a class."""
    random = np.random.default_rng(0)
    frame = pandas.DataFrame(
        {
            "size": random.normal(170, 9, rows),
            "single": random.normal(0, 1, rows).astype(np.float32),
            "visits": random.integers(0, 40, rows),
            "member": random.random(rows) < 0.3,
            "city": random.choice(["Oslo", "Turku", "São Paulo", 'the "old" town, north'], rows),
            "plan": pandas.Categorical(random.choice(["a", "b", "c"], rows)),
            "since": pandas.Timestamp("2019-02-27") + pandas.to_timedelta(random.integers(0, 900, rows), "D"),
            "last": pandas.Timestamp("2024-02-27 08:30") + pandas.to_timedelta(random.integers(0, 10**9, rows), "ms"),
        }
    )
    score = frame["size"] / 9 + frame["visits"] / 10 + 3 * frame["member"] + random.normal(0, 0.5, rows)
    frame.loc[random.random(rows) < 0.1, "size"] = np.nan
    frame.loc[random.random(rows) < 0.1, "city"] = None
    frame["kind"] = np.where(score > score.median(), "high", "low")
    return frame


def model(path):
    """The tensors of a model file, as bytes; its metadata name the kind of the data."""
    data = Path(path).read_bytes()
    start = 8 + int.from_bytes(data[:8], "little")
    header = json.loads(data[8:start])
    header.pop("__metadata__")
    return header, data[start:]


def program(classify, *line, code=0):
    done = subprocess.run([classify, *map(str, line)], capture_output=True, text=True, check=False)
    if done.returncode != code:
        sys.exit(f"classify {' '.join(map(str, line))}: {done.stderr}")
    return done


def main(classify):
    frame = table(600)
    frame.to_csv("table.csv", index=False)
    frame.to_parquet("pandas.parquet")
    polars.from_pandas(frame).write_parquet("polars.parquet")
    frame.drop(columns="kind").head(50).to_csv("rows.csv", index=False)
    frame.drop(columns="kind").head(50).to_parquet("rows.parquet")
    models, answers = {}, {}
    for data in ("csv:table.csv", "parquet:pandas.parquet", "parquet:polars.parquet"):
        run = data.replace(":", "-")
        program(classify, "--data", data, "--target", "kind", "--epochs", 8, "--quiet", "--out", run)
        models[data] = model(f"{run}/model.safetensors")
        for rows in ("rows.csv", "rows.parquet"):
            said = program(classify, "predict", run, rows, "--json").stdout
            answers[data, rows] = json.loads(said)["rows"]
    for found, what in ((models, "models"), (answers, "answers")):
        expected = next(iter(found.values()))
        other = [name for name, value in found.items() if value != expected]
        if other:
            sys.exit(f"other {what} than of csv:table.csv: {other}")
    nested = frame.assign(tags=[["x", "y"]] * len(frame))
    nested.to_parquet("nested.parquet")
    flags = ["--data", "parquet:nested.parquet", "--target", "kind", "--epochs", 1, "--quiet", "--out", "nested"]
    said = program(classify, *flags, code=1).stderr
    if 'lists, structs or maps in column "tags"' not in said:
        sys.exit(f"nested columns: {said}")
    program(classify, *flags, "--drop", "tags")
    print(f"equal bits of {len(models)} models, {len(models[data][0])} tensors each, and of their answers")


if __name__ == "__main__":
    program_under_test = Path(sys.argv[1]).resolve() / "classify"
    with tempfile.TemporaryDirectory() as work:
        os.chdir(work)
        main(program_under_test)
