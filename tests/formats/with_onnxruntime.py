"""Compares exported models in onnxruntime with what the programs say, to 1e-5.

    python3 tests/formats/with_onnxruntime.py FOLDER

FOLDER holds the programs classify, regress and autoencode. Needs the packages numpy, onnx and onnxruntime. Where they are
not installed the script says that it is skipped, and fails if GRADUS_CI_STRICT is set.
"""

import csv
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

try:
    import numpy as np
    import onnx
    import onnxruntime
except ImportError as error:
    print(f"skipped: {error}; python3 -m pip install numpy onnx onnxruntime", file=sys.stderr)
    sys.exit(1 if os.environ.get("GRADUS_CI_STRICT") else 0)

TOLERANCE = 1e-5
checked = 0


def program(folder, *line):
    """Runs a program and returns what it prints."""
    name, *flags = map(str, line)
    done = subprocess.run([folder / name, *flags], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"{name} {' '.join(flags)}: {done.stderr}")
    return done.stdout


def activations(folder):
    """The names that the program knows: it tells them to whom gives it another."""
    done = subprocess.run(
        [folder / "classify", "--activation", "?"], capture_output=True, text=True, check=False
    )
    _, _, names = done.stderr.partition("possible values: ")
    names = [name for name in names.partition("]")[0].split(", ") if name != "identity"]
    if "relu" not in names:
        sys.exit(f"the program does not tell its activations: {done.stderr}")
    return names


def exported(folder, kind, flags, export=()):
    """Trains, exports, and returns the model in onnxruntime with its notes."""
    program(folder, kind, *flags, "--quiet", "--force", "--out", "run")
    program(folder, kind, "export", "run", "model.onnx", "--force", *export)
    onnx.checker.check_model("model.onnx", full_check=True)
    session = onnxruntime.InferenceSession("model.onnx", providers=["CPUExecutionProvider"])
    return session, session.get_modelmeta().custom_metadata_map


def run(session, rows):
    """The outputs by their names."""
    element = {"tensor(float)": np.float32, "tensor(double)": np.float64}[session.get_inputs()[0].type]
    shape = [len(rows), *session.get_inputs()[0].shape[1:]]
    values = session.run(None, {"x": np.asarray(rows, element).reshape(shape)})
    return dict(zip((output.name for output in session.get_outputs()), values))


def predictions(folder, kind, names, rows):
    """What the program predicts for rows of a table, or for lines of pixels if there are no names."""
    with open("rows.csv", "w", newline="") as file:
        writer = csv.writer(file)
        if names:
            writer.writerow(names)
        writer.writerows(rows)
    return json.loads(program(folder, kind, "predict", "run", "rows.csv", "--json"))["rows"]


def compare(what, found, expected):
    """Counts a comparison, or ends with what is wrong."""
    global checked
    found, expected = np.asarray(found, float), np.asarray(expected, float)
    scale = np.maximum(np.abs(expected), 1.0)
    off = np.max(np.abs(found - expected) / scale)
    if found.shape != expected.shape or not off < TOLERANCE:
        sys.exit(f"{what}: onnxruntime differs by {off}")
    checked += 1
    print(f"{what}: at most {off:.1e}")


def classifier(folder, what, flags, rows, export=(), names=None, table=None):
    """Compares a classifier; `table` are the rows for the program where they are others than those of the graph."""
    session, notes = exported(folder, "classify", flags, export)
    classes = json.loads(notes["classes"])
    names = names if names is not None else json.loads(notes["inputs"])
    answers = predictions(folder, "classify", names, rows if table is None else table)
    found = run(session, rows)
    compare(what, found["probabilities"], [answer["probabilities"] for answer in answers])
    labels = [classes.index(answer["label"]) for answer in answers]
    if list(found["class"]) != labels:
        sys.exit(f"{what}: onnxruntime predicts {found['class']}, the program {labels}")


def safetensors(path):
    """The tensors of a model file in single precision."""
    data = Path(path).read_bytes()
    start = 8 + int.from_bytes(data[:8], "little")
    tensors = {}
    for name, about in json.loads(data[8:start]).items():
        if name != "__metadata__":
            first, last = about["data_offsets"]
            numbers = np.frombuffer(data[start + first : start + last], "<f4")
            tensors[name] = numbers.reshape(about["shape"]).astype(float)
    return tensors


def main(folder):
    random = np.random.default_rng(0)
    # Numbers that single precision holds, so that both see the same.
    flowers = random.uniform(0.1, 8.0, (60, 4)).astype(np.float32).astype(float)
    points = random.uniform(-1.5, 2.5, (60, 2)).astype(np.float32).astype(float)
    images = random.integers(0, 17, (20, 64)).astype(float)
    iris = ["--data", "iris", "--epochs", "5", "--hidden", "9,7"]

    for activation in activations(folder):
        flags = [*iris, "--activation", activation]
        classifier(folder, activation, flags, flowers)
        single = ["--single"] if activation == "gelu" else []
        classifier(folder, f"{activation}, double", [*flags, "--f64"], flowers, single)
    classifier(folder, "batch norm, dropout", [*iris, "--batch-norm", "--dropout", "0.3"], flowers)
    classifier(folder, "batch norm, double", [*iris, "--batch-norm", "--f64"], flowers)
    cnn = ["--model", "cnn", "--channels", "4,6", "--hidden", "16", "--epochs", "2"]
    classifier(folder, "cnn", cnn, images, names=[])
    classifier(folder, "cnn, from double", [*cnn, "--f64"], images, ["--single"], names=[])
    moons = ["--data", "moons", "--n", "300", "--noise", "0.4", "--epochs", "8"]
    for flags in (["--calibrate"], ["--threshold", "0.7"], ["--head", "sigmoid"]):
        classifier(folder, " ".join(flags), [*moons, *flags], points)

    # Numbers that are missing, and texts, which the graph takes as columns of 0 and 1.
    lines = [["age", "city", "kind"]]
    for i in range(120):
        lines.append(["" if i % 5 == 0 else 20 + i % 11, "ab"[i % 2], "xy"[(i % 11 > 5) ^ (i % 2)]])
    with open("t.csv", "w", newline="") as file:
        csv.writer(file).writerows(lines)
    rows = [[23, 1, 0], [np.nan, 0, 1], [29, 0, 1]]
    table = [[23, "a"], ["", "b"], [29, "b"]]
    flags = ["--data", "csv:t.csv", "--target", "kind", "--epochs", "4"]
    classifier(folder, "missing and text", flags, rows, names=["age", "city"], table=table)

    with open("t.csv", "w", newline="") as file:
        lines = [[a, b, 5000 + 30 * a + 11 * b, a * b / 1000] for a in range(10) for b in range(9)]
        csv.writer(file).writerows([["a", "b", "price", "rate"], *lines])
    session, notes = exported(
        folder, "regress", ["--data", "csv:t.csv", "--target", "price,rate", "--epochs", "5"]
    )
    rows = [[i, 9 - i] for i in range(10)]
    answers = predictions(folder, "regress", json.loads(notes["inputs"]), rows)
    expected = [[answer["values"][name] for name in json.loads(notes["targets"])] for answer in answers]
    compare("regressor", run(session, rows)["prediction"], expected)

    # The programs print codes of their own data alone, so the model file is computed here.
    flags = ["--latent", "5", "--depth", "2", "--epochs", "2", "--tsne-samples", "0"]
    session, _ = exported(folder, "autoencode", flags)
    found, weights = run(session, images), safetensors("run/model.safetensors")
    # Pixels of the digits reach from 0 to 16.
    x = images / 16
    for number, activated in ((0, True), (2, False), (3, True), (5, False)):
        x = x @ weights[f"{number}.weight"].T + weights[f"{number}.bias"]
        x = np.maximum(x, 0) if activated else x
        if number == 2:
            compare("codes of an autoencoder", found["code"], x)
    compare("reconstructions of an autoencoder", found["reconstruction"], x)
    print(f"{checked} models agree in onnxruntime {onnxruntime.__version__}")


if __name__ == "__main__":
    programs = Path(sys.argv[1]).resolve()
    with tempfile.TemporaryDirectory() as work:
        os.chdir(work)
        main(programs)
