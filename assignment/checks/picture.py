"""Small pictures of wrong answers as inline SVG: arrays beside each other, curves over each other.

Every picture says in words what it shows, and no colour tells anything alone: wrong cells are
crossed, the row or column that holds them all is pointed at, and the two curves differ in their
stroke and are labelled.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

import numpy as np

from .case import Array
from .grid import LONG, Marks, grid, is_whole, largest
from .judge import distance, in_shape

CURVES = frozenset({"E_total", "misclassification_rate"})
"""Outputs that are told over the iterations."""
MOST = 1_000
"""Elements of the largest array that a picture is made of."""
NUMBERS = 80
"""Elements of the largest array whose numbers are printed beside its picture."""

_BEYOND = 3  # heights of the expected curve that another one may leave it by
_KEY = " (orange is above zero, blue below)"


def picture(output: str, got: Array, expected: Array, tolerance: float) -> str:
    """A ``<figure>`` of what was expected, what came back, and the difference.

    Empty where there is nothing to see: for single numbers, large arrays and three dimensions.
    """
    if expected.ndim == 0 or not _drawable(got) or not _drawable(expected):
        return ""
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


def _alike(output: str, got: Array, expected: Array, wrong: Array) -> str:
    """Three pictures of one shape, wrong elements marked."""
    words = where_wrong(wrong)
    got2, expected2, wrong2 = np.atleast_2d(got), np.atleast_2d(expected), np.atleast_2d(wrong)
    most = largest(expected2) or largest(got2)
    apart = got2 - expected2
    digits = is_whole(expected2) and is_whole(got2)
    # A folded vector has no columns of its own to point at.
    marks: Marks = ([], []) if wrong2.shape[1] > LONG else lines(wrong2)
    grids = [
        grid("expected", expected2, most, digits=digits, marks=marks),
        grid("yours", got2, most, digits=digits, marks=marks, wrong=wrong2),
        grid("yours − expected", apart, largest(apart), digits=digits, marks=marks, wrong=wrong2),
    ]
    caption = f"<code>{escape(output)}</code>: {words}{_KEY}"
    return _figure(caption, grids, _numbers(got2, expected2, wrong2), expected.ndim == 1)


def _unlike(output: str, got: Array, expected: Array) -> str:
    """Two pictures of different shapes."""
    most = largest(expected) or largest(got)
    digits = is_whole(expected) and is_whole(got)
    grids = [
        grid(f"expected, {_size(expected)}", np.atleast_2d(expected), most, digits=digits),
        grid(f"yours, {_size(got)}", np.atleast_2d(got), most, digits=digits),
    ]
    return _figure(f"<code>{escape(output)}</code>: the shapes differ{_KEY}", grids, "", False)


def _figure(caption: str, grids: Iterable[str], numbers: str, vector: bool) -> str:
    kind = "rows" if vector else "beside"
    return (
        f'<figure class="picture {kind}"><figcaption>{caption}</figcaption>'
        f"<div>{''.join(grids)}</div>{numbers}</figure>"
    )


def where_wrong(wrong: Array) -> str:
    """Which elements are wrong, in words: the row or column that has them all, or how many."""
    count = int(wrong.sum())
    if count == wrong.size:
        return "every element is wrong"
    rows, columns = lines(wrong)
    if rows:
        return f"wrong in {_listed([_row(row) for row in rows])} only"
    if columns:
        return f"wrong in {_listed([f'column {column}' for column in columns])} only"
    return f"{count} of {wrong.size} elements {'is' if count == 1 else 'are'} wrong"


def lines(wrong: Array) -> tuple[list[int], list[int]]:
    """The few rows, or else the few columns, that hold all wrong elements of a matrix."""
    if wrong.ndim != 2 or wrong.sum() < 2:
        return [], []
    rows = np.flatnonzero(wrong.any(axis=1)).tolist()
    columns = np.flatnonzero(wrong.any(axis=0)).tolist()
    few_rows = rows if len(rows) <= wrong.shape[0] / 2 else []
    few_columns = columns if len(columns) <= wrong.shape[1] / 2 else []
    if few_rows and few_columns:
        return (few_rows, []) if len(few_rows) <= len(few_columns) else ([], few_columns)
    return few_rows, few_columns


def _row(index: int) -> str:
    return "row 0 (the bias)" if index == 0 else f"row {index}"


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _size(array: Array) -> str:
    return " × ".join(map(str, array.shape)) if array.ndim else "a single number"


def _numbers(got: Array, expected: Array, wrong: Array) -> str:
    """The numbers themselves, in tables that a screen reader can read; wrong ones are marked."""
    if got.size > NUMBERS:
        return ""
    tables = _table("Expected", expected) + _table("Yours; wrong ones have a ✗", got, wrong)
    return f"<details><summary>The numbers</summary>{tables}</details>"


def _table(caption: str, values: Array, wrong: Array | None = None) -> str:
    heads = "".join(f'<th scope="col" class="n">{x}</th>' for x in range(values.shape[1]))
    body = []
    for y, row in enumerate(values.tolist()):
        cells = "".join(
            f'<td class="n">{"✗ " if wrong is not None and wrong[y, x] else ""}{_short(value)}</td>'
            for x, value in enumerate(row)
        )
        body.append(f'<tr><th scope="row">{y}</th>{cells}</tr>')
    return (
        f'<div class="wide" role="region" tabindex="0" aria-label="{caption}"><table>'
        f"<caption>{caption}</caption><thead><tr><td></td>{heads}</tr></thead>"
        f"<tbody>{''.join(body)}</tbody></table></div>"
    )


def _short(value: float) -> str:
    return f"{value:.5g}"


def _curves(output: str, got: Array, expected: Array) -> str:
    """Both curves over the iterations; what leaves the picture is drawn at its edge."""
    finite = expected[np.isfinite(expected)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)
    span = (high - low) or abs(high) or 1.0
    mine = got[np.isfinite(got)]
    floor = max(float(mine.min()), low - _BEYOND * span) if mine.size else low
    ceiling = min(float(mine.max()), high + _BEYOND * span) if mine.size else high
    bottom, top = min(low, floor), max(high, ceiling)
    if top == bottom:
        bottom, top = bottom - 0.5, top + 0.5
    count = max(got.size, expected.size)
    lines_ = [
        f'<path class="{kind}" d="{_path(values, count, bottom, top)}"/>'
        for kind, values in (("curve", expected), ("curve yours", got))
    ]
    outside = int(np.sum((got < bottom) | (got > top) | ~np.isfinite(got)))
    note = f"; {outside} of your {got.size} values leave the picture" if outside else ""
    label = (
        f"{output} over {count} iterations. Expected: {_course(expected)}. Yours: {_course(got)}"
    )
    return (
        f'<figure class="picture"><figcaption><code>{escape(output)}</code> over the iterations: '
        "expected is the thin solid line, yours the thick dashed one"
        f'{note}</figcaption><svg role="img" aria-label="{escape(label)}" width="460" height="170" '
        'viewBox="0 0 460 170">'
        f'<path class="axis" d="M50 10V140H450"/>{"".join(lines_)}'
        f'<text class="end" x="46" y="16">{_short(top)}</text>'
        f'<text class="end" x="46" y="144">{_short(bottom)}</text>'
        f'<text x="50" y="158">0</text><text class="end" x="450" y="158">iteration {count - 1}'
        f"</text></svg></figure>"
    )


def _path(values: Array, count: int, bottom: float, top: float) -> str:
    """A line through the values, broken where one is not a number."""
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


def _course(values: Array) -> str:
    return f"from {_short(float(values[0]))} to {_short(float(values[-1]))}"


STYLE = """
.picture { margin: .6rem 0; } .picture figcaption { font-size: .9rem; color: var(--soft); }
.picture > div { display: flex; flex-wrap: wrap; gap: .6rem 1.6rem; align-items: flex-start; }
.picture.rows > div { flex-direction: column; align-items: flex-start; gap: .3rem; }
.picture div span { font-size: .85rem; color: var(--soft); display: block; }
.picture text { font: 11px system-ui, sans-serif; fill: var(--ink); text-anchor: middle; }
.picture text.end { text-anchor: end; } .picture details { font-size: .9rem; }
.picture td, .picture th { padding: .1rem .5rem .1rem 0; }
.cell { fill: var(--cell); } .above { fill: var(--above); } .below { fill: var(--below); }
.s1 { fill-opacity: .16; } .s2 { fill-opacity: .34; } .s3 { fill-opacity: .52; }
.s4 { fill-opacity: .7; } .s5 { fill-opacity: .9; }
.rule, .axis { stroke: var(--line); fill: none; } .axis { stroke: var(--soft); }
.cross { stroke: var(--ink); stroke-width: 1.6; fill: none; }
.frame { stroke: var(--ink); stroke-width: 2.5; fill: none; } .pointer { fill: var(--ink); }
.curve { stroke: var(--below); stroke-width: 1.6; fill: none; }
.curve.yours { stroke: var(--above); stroke-width: 2.6; stroke-dasharray: 6 4; }
"""
