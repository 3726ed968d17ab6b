"""Compares the events of a run, as TensorBoard's own reader has them, with the run's history.jsonl.

    python3 tests/formats/with_tensorboard.py FOLDER

FOLDER holds the program classify. Needs the package tensorboard. Where it is not installed the script says that it is skipped,
and fails if GRADUS_CI_STRICT is set.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

try:
    import numpy as np
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
except ImportError as error:
    print(f"skipped: {error}; python3 -m pip install tensorboard", file=sys.stderr)
    sys.exit(1 if os.environ.get("GRADUS_CI_STRICT") else 0)


def check(classify, *flags, epochs):
    subprocess.run([classify, *flags, "--quiet"], check=True)
    events = EventAccumulator("run", size_guidance={"scalars": 0}).Reload()
    lines = [json.loads(line) for line in Path("run/history.jsonl").read_text().splitlines()]
    assert len(lines) == epochs, len(lines)
    expected = {"learning_rate": [line["lr"] for line in lines]}
    for part in ("train", "validation"):
        for figure in ("loss", "accuracy", "penalty"):
            expected[f"{figure}/{part}"] = [line[part][figure] for line in lines]
    tags = events.Tags()["scalars"]
    assert sorted(tags) == sorted(expected), tags
    for tag, values in expected.items():
        scalars = events.Scalars(tag)
        assert [scalar.step for scalar in scalars] == [line["epoch"] for line in lines], tag
        assert [scalar.value for scalar in scalars] == [float(np.float32(x)) for x in values], tag
    print(f"{epochs} epochs, {len(tags)} tags: TensorBoard reads what history.jsonl has")


if __name__ == "__main__":
    classify = Path(sys.argv[1]).resolve() / "classify"
    with tempfile.TemporaryDirectory() as work:
        os.chdir(work)
        check(classify, "--data", "iris", "--schedule", "constant", "--tensorboard", "--epochs", "4", "--out", "run", epochs=4)
        check(classify, "--resume", "run", "--epochs", "7", epochs=7)
