"""What an index of a tensor means: the operations of the engine that take its elements out, one after the other."""

from __future__ import annotations

import numpy as np


def operations(shape: tuple[int, ...], index) -> list[tuple[str, list[int]]]:
    """Return the operations, with their axes and numbers, that lead from a tensor of a shape to its elements at an index.

    Raises
    ------
    IndexError
        If it names elements that there are not, or is none that a tensor takes.
    """
    parts = index if isinstance(index, tuple) else (index,)
    used = sum(part is not None and part is not Ellipsis for part in parts)
    if used > len(shape):
        raise IndexError(f"too many indices: {used} for a tensor of {len(shape)} axes")
    lists = [part for part in parts if not (part is None or part is Ellipsis or isinstance(part, slice) or _is_whole(part))]
    if len(lists) > 1:
        raise IndexError("a tensor takes one list of indices at a time")
    if lists and any(_is_whole(part) for part in parts):
        # NumPy moves the axis of the list to the front where something stands between the two.
        raise IndexError("a tensor takes no list of indices beside a whole number; index by one after the other")
    # The axis of the tensor that the next part is about, and where that stands in what is made of the parts before.
    found, source, axis = [], 0, 0
    for part in parts:
        if part is None:
            found.append(("expand_dims", [axis]))
            axis += 1
            continue
        if part is Ellipsis:
            source, axis = source + len(shape) - used, axis + len(shape) - used
            continue
        size = shape[source]
        if _is_whole(part):
            if not -size <= part < size:
                raise IndexError(f"index {part} is out of bounds for axis {source} with size {size}")
            found.append(("index", [axis, int(part) % size]))
            axis -= 1
        elif isinstance(part, slice):
            start, stop, step = part.indices(size)
            count = len(range(start, stop, step))
            found.append(("slice", [axis, start if count else 0, count, step]))
        else:
            found.append(("take", [axis, *_places(np.asarray(part), source, size)]))
        source, axis = source + 1, axis + 1
    return found


def _is_whole(index) -> bool:
    return isinstance(index, (int, np.integer)) and not isinstance(index, bool)


def _places(index: np.ndarray, axis: int, size: int) -> list[int]:
    """Return the places along an axis that a list of indices or a mask names."""
    if index.dtype == bool:
        if index.shape != (size,):
            raise IndexError(f"a mask of shape {index.shape} for an axis of {size}")
        index = np.flatnonzero(index)
    if index.ndim != 1 or index.dtype.kind not in "iu":
        raise IndexError("a list of indices is whole numbers along one axis")
    if len(index) and (index.min() < -size or index.max() >= size):
        raise IndexError(f"an index is out of bounds for axis {axis} with size {size}")
    return [int(i) % size for i in index]
