"""How right functions may answer a student's function that was written for its own lower ones."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

Convention = Callable[[Any], Any]


def as_arrays(value: Any) -> Any:
    """As the reference answers: vectors of (n,)."""
    return value


def as_lists(value: Any) -> Any:
    """Lists for vectors, lists of lists for matrices."""
    if isinstance(value, list | tuple):
        return type(value)(as_lists(item) for item in value)
    return value.tolist() if isinstance(value, np.ndarray) else value


def as_rows(value: Any) -> Any:
    """Vectors as rows of (1, n)."""
    if isinstance(value, list | tuple):
        return type(value)(as_rows(item) for item in value)
    return value[np.newaxis] if isinstance(value, np.ndarray) and value.ndim == 1 else value


OTHERS: tuple[Convention, ...] = (as_lists, as_rows)
"""What is tried where a function fails although right functions answer it in arrays."""
