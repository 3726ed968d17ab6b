"""Checks of what users hand over: features, targets and weights, as arrays that the engine takes.

The sentences are those that scikit-learn's users know, since its tools look for them.
"""

from __future__ import annotations

import numbers
import warnings

import numpy as np

from ._optional import DataConversionWarning


def column_names(X) -> np.ndarray | None:
    """Return the names of a data frame's columns, or None where it has none that are text.

    Raises
    ------
    TypeError
        If some names are text and others are not.
    """
    columns = getattr(X, "columns", None)
    if columns is None or callable(columns):
        return None
    names = np.asarray(list(columns), dtype=object)
    kinds = sorted({type(name).__name__ for name in names})
    if kinds == ["str"]:
        return names
    if "str" in kinds:
        raise TypeError(
            "Feature names are only supported if all input features have string names, but your "
            f"input has {kinds} as feature name / column name types. If you want feature names to be "
            "stored and validated, you must convert them all to strings."
        )
    return None


def features(X, dtype=None, allow_nan: bool = False) -> np.ndarray:
    """Return features as a contiguous array ``(n_samples, n_features)`` of float32 or float64.

    Parameters
    ----------
    X : array-like, data frame or sparse matrix
        The features. A sparse matrix is made dense.
    dtype : numpy dtype, optional
        The precision wanted; by default float32 stays, and all else becomes float64.
    allow_nan : bool
        Whether NaN may stand for missing values.

    Raises
    ------
    ValueError
        If it is no table of finite numbers with at least one row and column.
    TypeError
        If a cell is no number and no text of one.
    """
    if hasattr(X, "toarray"):
        X = X.toarray()
    array = X.to_numpy() if hasattr(X, "to_numpy") else np.asarray(X)
    if array.dtype.kind == "c":
        raise ValueError(f"Complex data not supported\n{array}\n")
    if array.ndim != 2:
        kind = {0: "scalar", 1: "1D"}.get(array.ndim)
        if kind is None:
            raise ValueError(f"Found array with dim {array.ndim}, while dim <= 2 is required.")
        raise ValueError(
            f"Expected 2D array, got {kind} array instead:\narray={array}.\nReshape your data either using "
            "array.reshape(-1, 1) if your data has a single feature or array.reshape(1, -1) if it "
            "contains a single sample."
        )
    for axis, what in enumerate(["sample(s)", "feature(s)"]):
        if array.shape[axis] == 0:
            raise ValueError(f"Found array with 0 {what} (shape={array.shape}) while a minimum of 1 is required.")
    if array.dtype.kind in "OUSmMV":
        array = _numbers(array, column_names(X))
    if dtype is None:
        dtype = np.float32 if array.dtype == np.float32 else np.float64
    with np.errstate(over="ignore"):
        array = np.ascontiguousarray(array, dtype=dtype)
    finite = np.isfinite(array)
    if allow_nan:
        finite |= np.isnan(array)
    if not finite.all():
        row, column = np.argwhere(~finite)[0]
        what = "NaN" if np.isnan(array[row, column]) else "infinity or a value too large for its dtype"
        hint = "; missing='impute' takes missing values" if what == "NaN" and not allow_nan else ""
        raise ValueError(f"Input X contains {what}, first in row {row}, column {column}{hint}.")
    return array


def _numbers(array: np.ndarray, names) -> np.ndarray:
    try:
        return array.astype(np.float64)
    except ValueError as error:
        for column in range(array.shape[1]):
            try:
                array[:, column].astype(np.float64)
            except (ValueError, TypeError):
                name = repr(names[column]) if names is not None else column
                raise ValueError(
                    f"column {name} of X holds text that is no number ({error}); encode it first, "
                    "for example by sklearn.preprocessing.OneHotEncoder"
                ) from None
        raise


def same_length(*arrays) -> None:
    """Refuse arrays of different lengths; those that are None do not count."""
    lengths = [len(array) for array in arrays if array is not None]
    if len(set(lengths)) > 1:
        raise ValueError(f"Found input variables with inconsistent numbers of samples: {lengths}")


def weights(sample_weight, n_samples: int) -> np.ndarray | None:
    """Return how much each sample counts, or None where all count the same."""
    if sample_weight is None:
        return None
    array = np.asarray(sample_weight, dtype=np.float64)
    if array.ndim == 0:
        array = np.full(n_samples, float(array))
    if array.ndim != 1:
        raise ValueError(f"Sample weights must be 1D array or scalar, got {array.ndim}D array.")
    if len(array) != n_samples:
        raise ValueError(f"sample_weight.shape == {array.shape}, expected {(n_samples,)}!")
    if not np.isfinite(array).all():
        raise ValueError("Input sample_weight contains NaN or infinity.")
    if (array < 0).any():
        raise ValueError("Negative values in data passed to `sample_weight`.")
    if not array.any():
        raise ValueError("Sample weights must contain at least one non-zero number: all samples weigh 0.")
    return np.ascontiguousarray(array)


def targets(y, estimator: str) -> np.ndarray:
    """Return targets as an array, of whatever shape they are; a sparse matrix is made dense.

    Raises
    ------
    ValueError
        If there are none, or they are complex.
    """
    if y is None:
        raise ValueError(f"{estimator} requires y to be passed, but the target y is None.")
    if hasattr(y, "toarray"):
        y = y.toarray()
    array = y.to_numpy() if hasattr(y, "to_numpy") else np.asarray(y)
    if array.dtype.kind == "c":
        raise ValueError(f"Complex data not supported\n{array}\n")
    return array


def label_sets(y: np.ndarray) -> np.ndarray:
    """Return which labels each sample has, ``(n_samples, n_labels)``, as 0.0 and 1.0.

    Raises
    ------
    ValueError
        If it holds anything but 0 and 1.
    """
    wanted = "y of several columns says of each label whether a sample has it, by 0 or 1, and holds"
    try:
        sets = np.ascontiguousarray(y, dtype=np.float64)
    except (ValueError, TypeError):
        raise ValueError(f"{wanted} what is no number") from None
    others = (sets != 0) & (sets != 1)
    if others.any():
        row, column = np.argwhere(others)[0]
        found = f"{y[row, column]} in row {row}, column {column}"
        raise ValueError(f"{wanted} {found}; MultiOutputClassifier takes several classes each")
    return sets


def one_column(y, estimator: str) -> np.ndarray:
    """Return targets as an array of one axis, with a warning where they came as a column.

    Raises
    ------
    ValueError
        If there are none, or they have more than one column.
    """
    array = targets(y, estimator)
    if array.ndim == 2 and array.shape[1] == 1:
        warnings.warn(
            "A column-vector y was passed when a 1d array was expected. Please change the shape of y to "
            "(n_samples,), for example using ravel().",
            DataConversionWarning,
            stacklevel=4,
        )
        array = array.ravel()
    if array.ndim != 1:
        raise ValueError(f"y should be a 1d array, got an array of shape {array.shape} instead.")
    return array


def labels(y, estimator: str) -> np.ndarray:
    """Return class labels ``(n_samples,)``.

    Raises
    ------
    ValueError
        If they are numbers on a continuous scale, or one is missing.
    """
    array = one_column(y, estimator)
    if array.dtype.kind == "f":
        if np.isnan(array).any() or np.isinf(array).any():
            raise ValueError("Input y contains NaN or infinity.")
        if (array != np.floor(array)).any():
            raise ValueError(
                "Unknown label type: continuous. Maybe you are trying to fit a classifier, which expects "
                "discrete classes on a regression target with continuous values."
            )
    if array.dtype.kind == "O":
        missing = [value is None or value != value for value in array]
        if any(missing):
            raise ValueError("Input y contains NaN or None.")
    return array


def values(y, estimator: str) -> np.ndarray:
    """Return target values, ``(n_samples,)`` or ``(n_samples, n_outputs)``, as float64.

    Raises
    ------
    ValueError
        If they are no finite numbers.
    """
    array = targets(y, estimator)
    if array.ndim not in (1, 2) or array.ndim == 2 and array.shape[1] == 0:
        raise ValueError(f"y should have one or two axes, got an array of shape {array.shape} instead.")
    array = np.ascontiguousarray(array, dtype=np.float64)
    if not np.isfinite(array).all():
        raise ValueError("Input y contains NaN or infinity.")
    return array


_LARGEST = 2**63 - 1
"""The largest whole number that the compiled part is handed."""


def whole(name: str, value, least: int, most: int = _LARGEST) -> int:
    """Return a whole number within limits.

    Raises
    ------
    ValueError
        If it is none, or beyond them, in a sentence with its name.
    """
    is_whole = isinstance(value, numbers.Integral) and not isinstance(value, bool)
    if is_whole and least <= value <= most:
        return int(value)
    unlimited = most == _LARGEST and not (is_whole and value > most)
    limits = f"of {least} or more" if unlimited else f"from {least} to {most}"
    raise ValueError(f"{name} is to be a whole number {limits}, and is {value!r}")


def threads(n_threads) -> int:
    """Return a number of threads, from 1 to 1024."""
    return whole("n_threads", n_threads, 1, 1024)


def check_seed(random_state) -> None:
    """Refuse what ``seed`` makes no seed of; nothing is drawn."""
    if random_state is None or isinstance(random_state, (np.random.RandomState, np.random.Generator)):
        return
    if isinstance(random_state, bool) or not isinstance(random_state, numbers.Integral) or not 0 <= random_state <= _LARGEST:
        raise ValueError(f"{random_state!r} cannot be used to seed; give a whole number of 0 or more, or None")


def seed(random_state) -> int:
    """Return a seed from an int, a RandomState, a Generator, or None for one drawn by NumPy's global state."""
    check_seed(random_state)
    if random_state is None:
        random_state = np.random.mtrand._rand
    if isinstance(random_state, np.random.RandomState):
        return int(random_state.randint(np.iinfo(np.int32).max))
    if isinstance(random_state, np.random.Generator):
        return int(random_state.integers(np.iinfo(np.int32).max))
    return int(random_state)
