"""Missing values: NaN becomes the median of its column, beside a column that says where it was."""

from __future__ import annotations

import numpy as np


class Imputer:
    """The medians of the columns, and which of them lacked values, over the training samples."""

    def __init__(self, X: np.ndarray, names: list[str]):
        lacking = np.isnan(X)
        empty = np.flatnonzero(lacking.all(axis=0))
        if len(empty):
            raise ValueError(f"column {names[empty[0]]} of X has no value at all; leave it out")
        self.medians = np.nanmedian(X, axis=0).astype(X.dtype)
        self.indicated = np.flatnonzero(lacking.any(axis=0))
        self.names = names + [f"{names[i]} is missing" for i in self.indicated]

    def __call__(self, X: np.ndarray) -> np.ndarray:
        """Return X with medians for missing values, and an indicator for each column that lacked some in training."""
        lacking = np.isnan(X)
        filled = np.where(lacking, self.medians, X)
        indicators = lacking[:, self.indicated].astype(X.dtype)
        return np.ascontiguousarray(np.hstack([filled, indicators]))
