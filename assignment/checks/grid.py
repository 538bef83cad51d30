"""One array as coloured cells, in SVG: strong where large, orange above zero and blue below it."""

from __future__ import annotations

import math
from collections.abc import Iterable
from html import escape

import numpy as np

from .case import Array
from .words import number

Marks = tuple[list[int], list[int]]
"""Rows and columns that are pointed at."""
LONG = 30
"""Elements of a vector that stand in one row."""

_CELL = 18
_STEPS = 5
_DIGIT_STEPS = 2  # where digits are printed, no cell may be so dark that they cannot be read


def grid(
    label: str,
    values: Array,
    most: float,
    *,
    digits: bool = False,
    marks: Marks = ([], []),
    wrong: Array | None = None,
) -> str:
    """The picture of a matrix with a label above it.

    ``most`` is the strongest colour's value. ``digits`` prints small whole numbers into the cells.
    ``wrong`` cells are crossed, or framed where there are digits, unless ``marks`` points at them.
    """
    values = _folded(values)
    height, width = values.shape
    left, top = (14 if marks[0] else 0), (14 if marks[1] else 0)
    w, h = left + width * _CELL + 1, top + height * _CELL + 1
    parts = [f'<g transform="translate({left + 0.5} {top + 0.5})">', *_cells(values, most, digits)]
    if wrong is not None:
        parts += [_pointed_row(row, width) for row in marks[0]]
        parts += [_pointed_column(column, height) for column in marks[1]]
        if not wrong.all() and not any(marks):
            parts.append(_crosses(_folded(wrong, False), digits))
    parts.append("</g>")
    return (
        f'<div><span>{escape(label)}</span><svg role="img" aria-label="{escape(label)}: '
        f'{escape(_described(values))}" width="{w}" height="{h}" viewBox="0 0 {w} {h}">'
        f"{''.join(parts)}</svg></div>"
    )


def largest(array: Array) -> float:
    """The largest finite magnitude; 0 where there is none."""
    finite = np.abs(array[np.isfinite(array)])
    return float(finite.max()) if finite.size else 0.0


def is_whole(values: Array) -> bool:
    """Whether all are small whole numbers, so that their digits fit into the cells."""
    return all(value.is_integer() and -9 <= value <= 99 for value in values.ravel().tolist())


def _folded(values: Array, filler: float | bool = np.nan) -> Array:
    """A long vector as several rows; what is beyond its end is ``filler``."""
    if values.shape[0] != 1 or values.shape[1] <= LONG:
        return values
    count = -(-values.shape[1] // LONG)
    folded = np.full(count * LONG, filler, values.dtype)
    folded[: values.shape[1]] = values[0]
    return folded.reshape(count, LONG)


def _cells(values: Array, most: float, digits: bool) -> Iterable[str]:
    """The ground, one path for the cells of each strength, the lines between, and the texts."""
    height, width = values.shape
    strong = _DIGIT_STEPS if digits else _STEPS
    by_step: dict[int, list[str]] = {}
    texts = []
    for y, row in enumerate(values.tolist()):
        for x, value in enumerate(row):
            step = _step(value, most, strong)
            if step:
                cell = f"M{x * _CELL} {y * _CELL}h{_CELL}v{_CELL}h-{_CELL}z"
                by_step.setdefault(step, []).append(cell)
            sign = _sign(value, digits)
            if sign:
                texts.append(f'<text x="{x * _CELL + 9}" y="{y * _CELL + 13}">{sign}</text>')
    yield f'<path class="cell" d="M0 0h{width * _CELL}v{height * _CELL}H0z"/>'
    for step, cells in by_step.items():
        kind = "above" if step > 0 else "below"
        yield f'<path class="{kind} s{abs(step)}" d="{"".join(cells)}"/>'
    across = "".join(f"M0 {y * _CELL}H{width * _CELL}" for y in range(height + 1))
    down = "".join(f"M{x * _CELL} 0V{height * _CELL}" for x in range(width + 1))
    yield f'<path class="rule" d="{across}{down}"/>'
    yield from texts


def _step(value: float, most: float, strong: int) -> int:
    """How strong a cell is, -``strong`` to ``strong``; 0 for nothing to see."""
    if value == 0 or math.isnan(value):
        return 0
    share = min(abs(value) / (most or 1.0), 1.0)
    return int(math.copysign(max(math.ceil(share * strong), 1), value))


def _sign(value: float, digits: bool) -> str:
    """What is printed into a cell: what is not finite is told, and digits where they fit."""
    if math.isnan(value):
        return "" if digits else "n"
    if math.isinf(value):
        return "∞"
    return f"{value:.0f}" if digits else ""


def _crosses(wrong: Array, digits: bool) -> str:
    mark = f"h{_CELL}v{_CELL}h-{_CELL}z" if digits else "m2 2l14 14m0 -14l-14 14"
    d = "".join(f"M{x * _CELL} {y * _CELL}{mark}" for y, x in np.argwhere(wrong).tolist())
    return f'<path class="{"frame" if digits else "cross"}" d="{d}"/>'


def _pointed_row(index: int, width: int) -> str:
    """A triangle beside the row and a frame around it."""
    y = index * _CELL
    return (
        f'<path class="frame" d="M0 {y}h{width * _CELL}v{_CELL}H0z"/>'
        f'<path class="pointer" d="M-12 {y + 3}l9 6l-9 6z"/>'
    )


def _pointed_column(index: int, height: int) -> str:
    """A triangle above the column and a frame around it."""
    x = index * _CELL
    return (
        f'<path class="frame" d="M{x} 0v{height * _CELL}h{_CELL}V0z"/>'
        f'<path class="pointer" d="M{x + 3} -12l6 9l6 -9z"/>'
    )


def _described(values: Array) -> str:
    finite = values[np.isfinite(values)]
    if not finite.size:
        return "no finite number"
    return (
        f"{values.shape[0]} by {values.shape[1]}, from {number(finite.min())} "
        f"to {number(finite.max())}"
    )
