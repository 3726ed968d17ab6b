"""Experiments as the programs run them, and runs opened again."""

from __future__ import annotations

import json
import pathlib
import sys
import warnings

import numpy as np

from . import _gradus, _validation

_KINDS = {"classification": "classify", "regression": "regress", "reconstruction": "autoencode"}


def _text(name: str, value) -> str:
    """Return a setting's value as the programs take it on their command line."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (list, tuple)):
        return ",".join(_text(name, part) for part in value) or "none"
    if isinstance(value, dict):
        return ",".join(f"{key}={_text(name, part)}" for key, part in value.items())
    if isinstance(value, (int, np.integer)):
        return str(int(value))
    if isinstance(value, (float, np.floating)):
        return repr(float(value))
    if isinstance(value, (str, pathlib.PurePath)):
        return str(value)
    raise TypeError(f"{name} is to be a text, a number, a switch or a list of them, and is {value!r}")


def _finite(value):
    """Return a value of JSON with the programs' texts for numbers that JSON cannot hold as numbers."""
    special = {"NaN": np.nan, "Infinity": np.inf, "-Infinity": -np.inf}
    if isinstance(value, dict):
        return {key: _finite(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_finite(part) for part in value]
    return special.get(value, value) if isinstance(value, str) else value


class Experiment:
    """The definition of a training, as the programs have it.

    Parameters
    ----------
    kind : {"classification", "regression", "reconstruction"}
        What is learned.
    config : path, optional
        A ``config.toml``, such as that of a run.
    **settings
        Settings by the names of the programs' flags, with ``_`` for ``-``: ``data="digits"``, ``hidden=(64, 32)``,
        ``epochs=20``, ``batch_norm=True``. They win over the file.

    Raises
    ------
    ValueError
        If a setting is unknown or refused, in a sentence.

    Examples
    --------
    >>> from gradus import Experiment
    >>> experiment = Experiment("classification", data="iris", hidden=(8,), epochs=5)
    >>> "epochs = 5" in experiment.config
    True
    """

    def __init__(self, kind: str = "classification", config=None, **settings):
        if kind not in _KINDS:
            raise ValueError(f"there is no kind {kind!r}; choose one of {', '.join(_KINDS)}")
        self.kind = kind
        self._file = None if config is None else pathlib.Path(config)
        self._named = []
        for name, value in settings.items():
            if value is None:
                continue
            key = name.replace("_", "-")
            many = isinstance(value, (list, tuple)) and key in ("drop", "categorical", "numeric")
            self._named += [(key, _text(name, part)) for part in (value if many else [value])]
        self.config = _gradus.config_text(kind, self._named, self._file)

    def run(self, verbose: bool = True) -> Run:
        """Train into a run folder, as the program does, and return the run.

        ``out`` or ``name`` among the settings say where; by default it is ``runs/PROGRAM-DATA-N`` with the first free N.
        Progress is printed to ``sys.stderr``. Ctrl-C stops it at once; what is done stays in the folder, and
        ``resume=FOLDER`` goes on from it.

        Parameters
        ----------
        verbose : bool, default=True
            Whether progress is printed. Warnings are given in any case.

        Raises
        ------
        ValueError
            If the data cannot be had or learned from.
        KeyboardInterrupt
            After Ctrl-C, with a sentence on how to go on.
        """
        return Run(_gradus.run_experiment(self.kind, self._named, self._file, _Listener(verbose)))

    def __repr__(self) -> str:
        return f"Experiment({self.kind!r}):\n{self.config}"


class _Listener:
    """Shows what a run says: lines, and one line for the epochs that is written over."""

    def __init__(self, verbose: bool):
        self.verbose, self.epochs, self.open = verbose, 0, False

    def __call__(self, kind: str, text: str) -> None:
        if kind == "warn":
            warnings.warn(text, stacklevel=2)
        if not self.verbose:
            return
        if kind == "begin":
            self.epochs = int(text)
        elif kind == "epoch":
            record = _finite(json.loads(text))
            validation = record.get("validation")
            more = f", validation loss {validation['loss']:.4f}" if validation else ""
            sys.stderr.write(f"\repoch {record['epoch']} of {self.epochs}: loss {record['train']['loss']:.4f}{more}   ")
            self.open = True
        else:
            if self.open:
                sys.stderr.write("\n")
                self.open = False
            if kind == "say":
                sys.stderr.write(f"{text}\n")
        sys.stderr.flush()


class Run:
    """A finished run: what it was told, how it went, and what it learned.

    Attributes
    ----------
    folder : pathlib.Path
        Its folder.
    config : str
        Its settings, the text of its ``config.toml``.
    metrics : dict
        The content of its ``metrics.json``.
    history : pandas.DataFrame, or list of dict where pandas is not installed
        A row an epoch; columns such as ``train.loss`` and ``validation.accuracy``.
    figures : dict of str to str
        Its figures as SVG, by name.
    model : Model
        What it learned.
    """

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        if not (self.folder / "metrics.json").is_file():
            raise FileNotFoundError(f"{self.folder} holds no finished run: it has no metrics.json")
        self.config = (self.folder / "config.toml").read_text(encoding="utf-8")
        self.metrics = _finite(json.loads((self.folder / "metrics.json").read_text(encoding="utf-8")))
        self._model = None

    @property
    def history(self):
        """A row an epoch."""
        lines = (self.folder / "history.jsonl").read_text(encoding="utf-8").splitlines()
        records = [_flat(_finite(json.loads(line))) for line in lines]
        try:
            import pandas
        except ImportError:
            return records
        return pandas.DataFrame(records)

    @property
    def figures(self) -> dict[str, str]:
        """Figures as SVG, by name."""
        files = sorted((self.folder / "figures").glob("*.svg"))
        return {file.stem: file.read_text(encoding="utf-8") for file in files}

    @property
    def model(self) -> Model:
        """What the run learned."""
        if self._model is None:
            self._model = Model(_gradus.load_model(self.folder), self.folder)
        return self._model

    @property
    def report(self) -> pathlib.Path:
        """The page about the run."""
        return self.folder / "report.html"

    def __repr__(self) -> str:
        test = self.metrics["test"]
        names = [name for name in ("accuracy", "r2", "rmse", "loss") if isinstance(test.get(name), float)]
        figures = ", ".join(f"{name} {test[name]:.4g}" for name in names)
        return f"Run({str(self.folder)!r}; test {figures})"


def _flat(record: dict, before: str = "") -> dict:
    out = {}
    for key, value in record.items():
        if isinstance(value, dict):
            out.update(_flat(value, f"{before}{key}."))
        elif value is not None:
            out[before + key] = value
    return out


class Model:
    """The model of a run.

    Attributes
    ----------
    classes_ : list of str
        The names of the classes; empty for a regressor.
    targets_, columns_ : list of str
        The names of what is predicted, and of the columns of a table as the network takes them.
    """

    def __init__(self, network, folder=None):
        self.network_, self._folder = network, folder
        self.classes_, self.targets_, self.columns_ = network.names()

    def _network(self):
        return self.network_

    def _called(self) -> str:
        return "network" if self._folder is None else pathlib.Path(self._folder).resolve().name

    def _snapshots(self) -> list[tuple[int, np.ndarray]]:
        if self._folder is None:
            raise ValueError("this model is of no run, which would have snapshots; hand over snapshots of your own")
        return _gradus.run_snapshots(self.network_, self._folder)

    def _rows(self, X) -> np.ndarray:
        """Return samples as the network takes them before it scales them: columns of a data frame by their names."""
        if not (hasattr(X, "to_csv") or hasattr(X, "write_csv")):
            array = np.asarray(X)
            return _validation.features(array.reshape(len(array), -1) if array.ndim > 2 else array)
        if _validation.column_names(X) is None:
            raise ValueError("columns of a data frame are found by their names, which are no text here; hand over X.to_numpy()")
        text = X.to_csv(index=False) if hasattr(X, "to_csv") else X.write_csv()
        rows, said = _gradus.table_rows(self.network_, text.encode())
        for warning in said:
            warnings.warn(warning, stacklevel=3)
        if len(rows) != len(X):
            # Names that are numbers are taken for a row, lines without a cell for none.
            raise ValueError(f"{len(rows)} rows were read of a data frame of {len(X)}; hand over X.to_numpy()")
        return rows

    def predict(self, X) -> np.ndarray:
        """Return the class names, or the values, of samples.

        Parameters
        ----------
        X : data frame, or array-like of shape (n_samples, ...)
            A data frame with the columns of the table that the run learned, found by their names; or numbers as the
            data set has them, images in any shape of their pixels from 0 to 1.

        Raises
        ------
        ValueError
            If columns are missing or have no names, or cells cannot be understood.
        """
        rows = self._rows(X)
        if self.classes_:
            return np.asarray(self.classes_)[self.network_.classes(rows, 1)]
        said = self.network_.predict(rows, 1)
        return said.ravel() if said.shape[1] == 1 else said

    def predict_proba(self, X) -> np.ndarray:
        """Return the probability of each class, ``(n_samples, n_classes)``.

        Raises
        ------
        AttributeError
            If the run learned values.
        """
        if not self.classes_:
            raise AttributeError("the run learned values, which have no probabilities")
        return self.network_.predict(self._rows(X), 1)

    def _looked_at(self, X, y, sample_weight) -> dict:
        X = self._rows(X)
        if self.classes_:
            names = {name: i for i, name in enumerate(self.classes_)}
            labels = [str(label) for label in np.asarray(y).ravel()]
            unknown = [label for label in labels if label not in names]
            if unknown:
                raise ValueError(f"y contains {unknown[0]!r}, which is none of the classes {self.classes_}")
            y = np.array([names[label] for label in labels], dtype=np.uint32)
        else:
            y = _validation.values(y, "Model").reshape(len(X), -1)
        _validation.same_length(X, y)
        return {
            "x": X,
            "y": y,
            "sample_weight": _validation.weights(sample_weight, len(X)),
            "columns": self.columns_ or [f"x{i}" for i in range(X.shape[1])],
            "training": len(X),
            "classes": len(self.classes_),
        }


def load(folder) -> Run:
    """Open the run in a folder, of the programs or of an ``Experiment``.

    Raises
    ------
    FileNotFoundError
        If it holds no finished run.
    """
    return Run(folder)
