"""The project's own pages about surfaces, paths and spectra."""

from __future__ import annotations

import html
import json
import math
import pathlib

import numpy as np

from . import _gradus


def about(model, network, samples: dict) -> dict:
    """Return what a page says of a model and of the samples that its loss is a mean over."""
    words, weighting = _gradus.described(network, samples["sample_weight"] is not None)
    count = len(samples["x"])
    return {
        "model": model._called(),
        "network": words,
        "classes": samples["classes"] > 0,
        "samples": {
            "data": "X, y", "split": "given", "samples": count, "available": count, "sample_seed": None, "by_class": False,
            "weighting": weighting,
        },
    }  # fmt: skip


def _plain(value):
    """Return a value as JSON holds it; numbers that it cannot hold become the texts of the programs."""
    if isinstance(value, np.ndarray):
        value = value.tolist()
    if isinstance(value, dict):
        return {key: _plain(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(part) for part in value]
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    return value


class Paged:
    """A result that has a page of its own, the one that the program ``landscape`` writes."""

    _kind: str
    _about: dict

    def _record(self) -> dict:
        """Return the numbers as they stand in the JSON file of the program."""
        raise NotImplementedError

    def to_html(self, path=None) -> str | None:
        """Return the page about it as the program ``landscape`` writes it, or write it to a file.

        Parameters
        ----------
        path : path, optional
            The file; without it the text is returned.

        Returns
        -------
        str or None
            One page of HTML that needs nothing beside it.

        Raises
        ------
        ValueError
            If there is nothing to draw, such as where a coordinate is not finite.
        OSError
            If the file cannot be written.
        """
        text = self._text()
        if path is None:
            return text
        pathlib.Path(path).write_text(text, encoding="utf-8")
        return None

    def _text(self) -> str:
        record = {**self._record(), **self._about["samples"], "version": _gradus.__version__}
        return _gradus.page(self._kind, json.dumps(_plain(record)), self._about["network"])

    def _repr_html_(self) -> str:
        """Return the page in a frame, as notebooks show it."""
        return f'<iframe srcdoc="{html.escape(self._text())}" width="100%" height="640" style="border: 0"></iframe>'
