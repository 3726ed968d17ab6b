"""That the examples of the README and of the docstrings run, and the notebook from its first cell to its last."""

import doctest
import importlib
import json
import pathlib
import re

import pytest

_HERE = pathlib.Path(__file__).parents[1]
_BLOCKS = re.findall(r"```python\n(.*?)```", (_HERE / "README.md").read_text(encoding="utf-8"), re.DOTALL)


def test_there_are_five_examples():
    assert len(_BLOCKS) == 5


@pytest.mark.parametrize("block", _BLOCKS, ids=range(len(_BLOCKS)))
def test_an_example_of_the_readme(block, tmp_path, monkeypatch):
    pytest.importorskip("sklearn")
    monkeypatch.chdir(tmp_path)
    exec(compile(block, "README.md", "exec"), {"__name__": "example"})


@pytest.mark.parametrize("name", ["_estimators", "_tensor", "_derivatives", "_experiment"])
def test_examples_of_docstrings(name):
    found = doctest.testmod(importlib.import_module(f"gradus.{name}"))
    assert found.failed == 0 < found.attempted


@pytest.mark.parametrize("file", sorted((_HERE / "examples").glob("*.ipynb")), ids=lambda file: file.stem)
def test_a_notebook(file, tmp_path, monkeypatch):
    pytest.importorskip("sklearn")
    monkeypatch.chdir(tmp_path)
    names = {"__name__": "notebook"}
    cells = [cell for cell in json.loads(file.read_text(encoding="utf-8"))["cells"] if cell["cell_type"] == "code"]
    assert len(cells) >= 5
    for number, cell in enumerate(cells):
        exec(compile("".join(cell["source"]), f"{file.name}, cell {number}", "exec"), names)
