"""Compare a wrong answer with the expected one: arrays side by side, curves over each other.

``array_diff.html`` draws what this module finds out. Every picture says in words what it shows, and
no colour stands alone: wrong cells are crossed, the row or column that holds them all is pointed
at, and the two curves differ in their stroke and have their names at their ends.
"""

from dataclasses import dataclass
from functools import partial

import numpy as np

from ..console import joined
from ..judging.judge import distance, in_shape
from ..model.case import Array
from .array_grid import LONG, Grid, Lines, Outline, Sign, grid, is_whole, largest

CURVES = frozenset({"E_total", "misclassification_rate"})
"""Outputs that have one value for each iteration."""
MOST = 1_000
"""Elements of the largest array that is drawn."""
NUMBERS = 80
"""Elements of the largest array whose numbers are printed beside its picture."""

_BEYOND = 3  # heights of the expected curve that another one may leave it by


@dataclass(frozen=True)
class Table:
    """A printed array, whose rows and columns are counted from 0.

    Of each element it has the text, and whether it is wrong.
    """

    caption: str
    rows: tuple[tuple[tuple[str, bool], ...], ...]


@dataclass(frozen=True)
class Arrays:
    """Drawings side by side, or below each other for vectors; ``words`` say what is wrong."""

    output: str
    words: str
    vector: bool
    grids: tuple[Grid, ...]
    tables: tuple[Table, ...] = ()


@dataclass(frozen=True)
class Curves:
    """Two curves over the iterations with their names at the ends.

    ``bottom`` and ``top`` are the ends of the axis.
    """

    output: str
    words: str
    described: str
    curves: tuple[Outline, ...]
    labels: tuple[Sign, ...]
    bottom: str
    top: str
    last: int


def diff(output: str, got: Array, expected: Array, tolerance: float) -> Arrays | Curves | None:
    """Compare what came back with what was expected.

    None where there is nothing to see: for single numbers, large arrays and three dimensions.
    """
    if expected.ndim == 0 or not _drawable(got) or not _drawable(expected):
        return None
    with np.errstate(all="ignore"):
        got, expected = got.astype(float), expected.astype(float)
        if output in CURVES and got.size > 1 and expected.size > 1:
            return _curves(output, got.ravel(), expected.ravel())
        shaped = in_shape(got, expected)
        if shaped is None:
            return _unlike(output, got, expected)
        wrong = distance(shaped, expected) > tolerance
        return _alike(output, shaped, expected, wrong)


def _drawable(array: Array) -> bool:
    return array.ndim <= 2 and 0 < array.size <= MOST


def _alike(output: str, got: Array, expected: Array, wrong: Array) -> Arrays:
    """Draw two arrays of one shape and their difference, with wrong elements marked."""
    got2, expected2, wrong2 = np.atleast_2d(got), np.atleast_2d(expected), np.atleast_2d(wrong)
    most = largest(expected2) or largest(got2)
    apart = got2 - expected2
    digits = is_whole(expected2) and is_whole(got2)
    # A folded vector has no columns of its own to point at.
    pointed: Lines = ([], []) if wrong2.shape[1] > LONG else lines(wrong2)
    draw = partial(grid, digits=digits, pointed=pointed)
    grids = (
        draw("expected", expected2, most),
        draw("yours", got2, most, wrong=wrong2),
        draw("yours − expected", apart, largest(apart), wrong=wrong2),
    )
    tables = _tables(got2, expected2, wrong2)
    return Arrays(output, where_wrong(wrong), expected.ndim == 1, grids, tables)


def _unlike(output: str, got: Array, expected: Array) -> Arrays:
    """Draw two arrays of different shapes."""
    most = largest(expected) or largest(got)
    digits = is_whole(expected) and is_whole(got)
    grids = (
        grid(f"expected, {_size(expected)}", np.atleast_2d(expected), most, digits=digits),
        grid(f"yours, {_size(got)}", np.atleast_2d(got), most, digits=digits),
    )
    return Arrays(output, "the shapes differ", False, grids)


def where_wrong(wrong: Array) -> str:
    """Say which elements are wrong: the row or column that has them all, or how many."""
    count = int(wrong.sum())
    if count == wrong.size:
        return "every element is wrong"
    rows, columns = lines(wrong)
    names = ["row 0 (the bias)" if row == 0 else f"row {row}" for row in rows]
    names += [f"column {column}" for column in columns]
    if names:
        return f"wrong in {joined(names)} only"
    return f"{count} of {wrong.size} elements {'is' if count == 1 else 'are'} wrong"


def lines(wrong: Array) -> Lines:
    """Find the few rows, or else the few columns, that hold all wrong elements of a matrix."""
    if wrong.ndim != 2 or wrong.sum() < 2:
        return [], []
    rows = np.flatnonzero(wrong.any(axis=1)).tolist()
    columns = np.flatnonzero(wrong.any(axis=0)).tolist()
    few_rows = rows if len(rows) <= wrong.shape[0] / 2 else []
    few_columns = columns if len(columns) <= wrong.shape[1] / 2 else []
    if few_rows and few_columns:
        return (few_rows, []) if len(few_rows) <= len(few_columns) else ([], few_columns)
    return few_rows, few_columns


def _size(array: Array) -> str:
    return " × ".join(map(str, array.shape)) if array.ndim else "a single number"


def _tables(got: Array, expected: Array, wrong: Array) -> tuple[Table, ...]:
    """The numbers of a small array, which a screen reader can read."""
    if got.size > NUMBERS:
        return ()
    return (
        Table("Expected", _numbers(expected, np.zeros_like(wrong))),
        Table("Yours; wrong ones have a ✗", _numbers(got, wrong)),
    )


def _numbers(values: Array, wrong: Array) -> tuple[tuple[tuple[str, bool], ...], ...]:
    return tuple(
        tuple(zip(map(_short, row), marks, strict=True))
        for row, marks in zip(values.tolist(), wrong.tolist(), strict=True)
    )


def _short(value: float) -> str:
    return f"{value:.5g}"


def _curves(output: str, got: Array, expected: Array) -> Curves:
    """Draw both curves over the iterations; a value beyond the picture is drawn at its edge."""
    count = max(got.size, expected.size)
    bottom, top = _range(got, expected)
    words = "over the iterations"
    if outside := int(np.sum((got < bottom) | (got > top) | ~np.isfinite(got))):
        words += f"; {outside} of your {got.size} values leave the picture"
    paths = [_path(values, count, bottom, top) for values in (expected, got)]
    return Curves(
        output,
        words,
        f"{output} over {count} iterations. Expected: {_ends(expected)}. Yours: {_ends(got)}",
        (Outline("curve", paths[0]), Outline("curve yours", paths[1])),
        _labels(*paths),
        f"{bottom:.2g}",
        f"{top:.2g}",
        count - 1,
    )


def _range(got: Array, expected: Array) -> tuple[float, float]:
    """The ends of an axis for both curves; ``got`` may be some heights of the other one beyond."""
    right, mine = expected[np.isfinite(expected)], got[np.isfinite(got)]
    low, high = (float(right.min()), float(right.max())) if right.size else (0.0, 1.0)
    span = (high - low) or abs(high) or 1.0
    if mine.size:
        low, high = (
            min(low, max(float(mine.min()), low - _BEYOND * span)),
            max(high, min(float(mine.max()), high + _BEYOND * span)),
        )
    return (low, high) if high > low else (low - 0.5, high + 0.5)


def _path(values: Array, count: int, bottom: float, top: float) -> str:
    """A line through the values, broken where one is NaN."""
    parts, pen = [], "M"
    for index, value in enumerate(values.tolist()):
        if np.isnan(value):
            pen = "M"
            continue
        x = 50 + 400 * index / max(count - 1, 1)
        y = 140 - 130 * (min(max(value, bottom), top) - bottom) / (top - bottom)
        parts.append(f"{pen}{x:.1f} {y:.1f}")
        pen = "L"
    return "".join(parts)


def _labels(expected: str, yours: str) -> tuple[Sign, ...]:
    """The names of both curves at their ends, one below the other."""
    ends = [
        (float(path.rpartition(" ")[2]), name)
        for path, name in ((expected, "expected"), (yours, "yours"))
        if path
    ]
    (first, name), *more = sorted(ends)
    signs = [Sign(455, round(first) + 4, name)]
    for y, other in more:
        signs.append(Sign(455, max(round(y) + 4, signs[0].y + 15), other))
    return tuple(signs)


def _ends(values: Array) -> str:
    return f"from {_short(float(values[0]))} to {_short(float(values[-1]))}"
