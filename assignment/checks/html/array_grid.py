"""Draw one array as coloured cells: strong where large, orange above zero and blue below it.

``array_diff.html`` makes SVG of it.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from ..judging.messages import number
from ..model.case import Array

Lines = tuple[list[int], list[int]]
"""Rows and columns that a triangle points at."""
LONG = 30
"""Elements of a vector that stand in one row."""

_CELL = 18
_STEPS = 5
_DIGIT_STEPS = 2  # where digits are printed, no cell may be so dark that they cannot be read
_POINTER = 14  # room for a triangle at the left or at the top


class Outline(NamedTuple):
    """A path: its CSS classes and the commands that draw it."""

    kind: str
    d: str


class Sign(NamedTuple):
    """A text in a cell, and where it stands."""

    x: int
    y: int
    text: str


@dataclass(frozen=True)
class Grid:
    """The drawing of a matrix. ``left`` and ``top`` are the margins for triangles.

    ``cells`` lie below the ``signs``, ``marks`` above them; ``described`` says the same in words.
    """

    label: str
    described: str
    left: int
    top: int
    width: int
    height: int
    cells: tuple[Outline, ...]
    signs: tuple[Sign, ...]
    marks: tuple[Outline, ...]


def grid(
    label: str,
    values: Array,
    most: float,
    *,
    digits: bool = False,
    pointed: Lines = ([], []),
    wrong: Array | None = None,
) -> Grid:
    """Draw a matrix with a label above it.

    ``most`` is the strongest colour's value. ``digits`` prints small whole numbers into the cells.
    Where ``wrong`` is given, the rows and columns that are ``pointed`` at are marked, or else the
    wrong cells: crossed, or framed where there are digits.
    """
    values = _folded(values)
    height, width = values.shape
    left, top = (_POINTER if lines else 0 for lines in pointed)
    marks: list[Outline] = []
    if wrong is not None:
        marks += (mark for row in pointed[0] for mark in _row(row, width))
        marks += (mark for column in pointed[1] for mark in _column(column, height))
        if not marks and not wrong.all():
            marks.append(_wrong(_folded(wrong, False), digits))
    return Grid(
        label=label,
        described=_described(values),
        left=left,
        top=top,
        width=left + width * _CELL + 1,
        height=top + height * _CELL + 1,
        cells=tuple(_cells(values, most, _DIGIT_STEPS if digits else _STEPS)),
        signs=tuple(_signs(values, digits)),
        marks=tuple(marks),
    )


def largest(array: Array) -> float:
    """Return the largest finite magnitude; 0 where there is none."""
    finite = np.abs(array[np.isfinite(array)])
    return float(finite.max()) if finite.size else 0.0


def is_whole(values: Array) -> bool:
    """Tell whether all values are small whole numbers, so that their digits fit into the cells."""
    return all(value.is_integer() and -9 <= value <= 99 for value in values.ravel().tolist())


def _folded(values: Array, filler: float | bool = np.nan) -> Array:
    """Break a long vector into several rows; ``filler`` follows its end."""
    if values.shape[0] != 1 or values.shape[1] <= LONG:
        return values
    count = -(-values.shape[1] // LONG)
    folded = np.full(count * LONG, filler, values.dtype)
    folded[: values.shape[1]] = values[0]
    return folded.reshape(count, LONG)


def _cells(values: Array, most: float, strong: int) -> Iterator[Outline]:
    """The ground, one path for the cells of each strength, and the lines between the cells."""
    height, width = values.shape
    by_step: dict[int, list[str]] = {}
    for (y, x), value in np.ndenumerate(values):
        if step := _step(value, most, strong):
            cell = f"M{x * _CELL} {y * _CELL}h{_CELL}v{_CELL}h-{_CELL}z"
            by_step.setdefault(step, []).append(cell)
    yield Outline("cell", f"M0 0h{width * _CELL}v{height * _CELL}H0z")
    for step, cells in by_step.items():
        yield Outline(f"{'above' if step > 0 else 'below'} s{abs(step)}", "".join(cells))
    across = "".join(f"M0 {y * _CELL}H{width * _CELL}" for y in range(height + 1))
    down = "".join(f"M{x * _CELL} 0V{height * _CELL}" for x in range(width + 1))
    yield Outline("rule", across + down)


def _step(value: float, most: float, strong: int) -> int:
    """How strong a cell is, -``strong`` to ``strong``; 0 for nothing to see."""
    if value == 0 or math.isnan(value):
        return 0
    share = min(abs(value) / (most or 1.0), 1.0)
    return int(math.copysign(max(math.ceil(share * strong), 1), value))


def _signs(values: Array, digits: bool) -> Iterator[Sign]:
    """The texts in cells: n for NaN, ∞ for both infinities, and digits where they fit."""
    for (y, x), value in np.ndenumerate(values):
        if math.isfinite(value):
            text = f"{value:.0f}" if digits else ""
        else:
            text = "∞" if math.isinf(value) else "" if digits else "n"
        if text:
            yield Sign(x * _CELL + 9, y * _CELL + 13, text)


def _wrong(wrong: Array, digits: bool) -> Outline:
    """A cross over every wrong cell; a frame around it where a cross would hide a digit."""
    mark = f"h{_CELL}v{_CELL}h-{_CELL}z" if digits else "m2 2l14 14m0 -14l-14 14"
    places = np.argwhere(wrong).tolist()
    d = "".join(f"M{x * _CELL} {y * _CELL}{mark}" for y, x in places)
    return Outline("frame" if digits else "cross", d)


def _row(index: int, width: int) -> Iterator[Outline]:
    """A frame around a row and a triangle beside it."""
    y = index * _CELL
    yield Outline("frame", f"M0 {y}h{width * _CELL}v{_CELL}H0z")
    yield Outline("pointer", f"M-12 {y + 3}l9 6l-9 6z")


def _column(index: int, height: int) -> Iterator[Outline]:
    """A frame around a column and a triangle above it."""
    x = index * _CELL
    yield Outline("frame", f"M{x} 0v{height * _CELL}h{_CELL}V0z")
    yield Outline("pointer", f"M{x + 3} -12l6 9l6 -9z")


def _described(values: Array) -> str:
    finite = values[np.isfinite(values)]
    if not finite.size:
        return "no finite number"
    return (
        f"{values.shape[0]} by {values.shape[1]}, from {number(finite.min())} "
        f"to {number(finite.max())}"
    )
