"""Patterns of arrangement: the right numbers, or nearly all of them, in another place or shape."""

from __future__ import annotations

import numpy as np

from ..model.case import Array
from .wrong_output import Finding, is_flat, same


def other_order(finding: Finding) -> str:
    """The output equals another output's right answer: they were returned in another order."""
    if finding.got.size < 2:
        return ""
    for name, expected in finding.expected.items():
        if name == finding.output or name in finding.right_ones:
            continue
        own = any(
            same(right, other, 1e-3) for right in finding.right for other in expected.accepted
        )
        if not own and any(
            np.ptp(other) > 1e-6 and same(finding.got, other, 1e-6) for other in expected.accepted
        ):
            return (
                f"What stands here is `{name}`: look at the order of the names in `return` "
                f"({', '.join(finding.expected)})."
            )
    return ""


def transposed(finding: Finding) -> str:
    """Rows and columns are exchanged."""
    got = finding.got
    if got.ndim == 2 and 1 not in got.shape and finding.is_(got.T):
        return "This is the transpose of the right matrix: rows and columns are exchanged."
    return ""


def one_more_or_less(finding: Finding) -> str:
    """An element, a row or a column more or less at one end, and the rest right."""
    for right in finding.right:
        for axis, line in ((0, "row" if right.ndim == 2 else "element"), (1, "column")):
            if axis >= right.ndim or finding.got.ndim < right.ndim:
                continue
            got = finding.got.reshape(-1) if right.ndim == 1 else finding.got
            sentence = _at_an_end(finding, got, right, axis, line)
            if sentence:
                return sentence
    return ""


def _at_an_end(finding: Finding, got: Array, right: Array, axis: int, line: str) -> str:
    size = right.shape[axis]
    if got.ndim != right.ndim or size < 3:
        return ""
    first, last = f"the first {line}", f"the last {line}"
    if axis == 0 and finding.output in ("z0", "z1"):
        first = "the bias element in front"
    elif axis == 0 and right.ndim == 2:
        first = "the bias row"
    if got.shape[axis] == size - 1:
        if same(got, np.delete(right, 0, axis), finding.tolerance):
            return f"Only {first} is missing; all the rest is right."
        if same(got, np.delete(right, -1, axis), finding.tolerance):
            return f"Only {last} is missing; all the rest is right."
    if got.shape[axis] == size + 1:
        if same(np.delete(got, 0, axis), right, finding.tolerance):
            return f"There is one {line} too many, the first; all the rest is right."
        if same(np.delete(got, -1, axis), right, finding.tolerance):
            return f"There is one {line} too many, the last; all the rest is right."
    return ""


def another_shape(finding: Finding) -> str:
    """The right numbers in the right order, in a shape that means something else."""
    for right in finding.right:
        if right.size == finding.got.size > 1 and finding.got.shape != right.shape:
            if is_flat(right) and is_flat(finding.got) and max(right.ndim, finding.got.ndim) < 3:
                continue
            if same(finding.got.reshape(-1), right.reshape(-1), finding.tolerance):
                return "The numbers are right and so is their order; only the shape is not."
    return ""


def bias_last(finding: Finding) -> str:
    """The bias element stands at the end of z0 or z1 instead of the beginning."""
    if finding.output not in ("z0", "z1") or finding.got.size < 3:
        return ""
    if finding.is_(np.roll(finding.got.reshape(-1), 1)):
        return "The 1.0 for the bias stands at the end; it belongs at the beginning."
    return ""


def only_bias(finding: Finding) -> str:
    """z0 or z1 is right but for the bias element, or z0 is wrong but for it."""
    got = finding.got.reshape(-1)
    if finding.output not in ("z0", "z1") or got.size < 3:
        return ""
    right = finding.right[0]
    if right.size != got.size:
        return ""
    if finding.output == "z0" and got[0] == 1 and finding.differing(right) == got.size - 1:
        return (
            "After its bias element z0 should hold the elements of x as they are, and here every "
            "one of them is another number."
        )
    bias_right = abs(got[0] - right[0]) <= finding.tolerance
    if finding.differing(right) != 1 or bias_right:
        return ""
    return "Only the bias element in front is not right: it is always 1.0."


def reverse_order(finding: Finding) -> str:
    """The first is last."""
    if max(finding.got.ndim, 1) > 2 or not is_flat(finding.got) or finding.got.size < 3:
        return ""
    if finding.is_(finding.got.reshape(-1)[::-1]):
        return "The right numbers stand here in reverse order."
    return ""


def shifted(finding: Finding) -> str:
    """Every element stands one place too early or too late, the last one in front perhaps."""
    got = finding.got.reshape(-1)
    if not is_flat(finding.got) or got.size < 5:
        return ""
    for right in (right.reshape(-1) for right in finding.right if right.ndim == 1):
        if right.size != got.size or finding.differing(right) < 3:
            continue
        if same(got[1:], right[:-1], finding.tolerance):
            return "Every number stands one place too late: each belongs to the place before it."
        if same(got[:-1], right[1:], finding.tolerance):
            return "Every number stands one place too early: each belongs to the place after it."
    return ""


def one_late(finding: Finding) -> str:
    """The curve is shifted by one iteration."""
    if finding.output not in ("E_total", "misclassification_rate") or finding.got.size < 4:
        return ""
    got = finding.got.reshape(-1)
    for right in finding.right:
        if right.size != got.size or np.ptp(right) <= 1e-3 or finding.differing(right) < 2:
            continue
        if same(got[:-1], right[1:], finding.tolerance):
            return (
                "Every value is the one of the iteration after: it is taken after the update "
                "instead of before it."
            )
        if same(got[1:], right[:-1], finding.tolerance):
            return "Every value is the one of the iteration before: the curve is one late."
    return ""


def one_line(finding: Finding) -> str:
    """Exactly one row or one column of a matrix is wrong, or only the bias row is right."""
    got = finding.got
    for right in finding.right:
        if right.ndim != 2 or got.shape != right.shape:
            continue
        wrong = ~(np.abs(got - right) <= finding.tolerance * (1 + np.abs(right)))
        rows, columns = np.flatnonzero(wrong.any(axis=1)), np.flatnonzero(wrong.any(axis=0))
        if len(rows) == 1 and right.shape[0] > 1 and len(columns) > 1:
            name = "the bias row" if rows[0] == 0 else f"row {rows[0]}"
            return f"Only {name} is wrong, all other rows are right."
        if len(columns) == 1 and right.shape[1] > 1 and len(rows) > 1:
            return f"Only column {columns[0]} is wrong, all other columns are right."
        if right.shape[0] > 2 and not wrong[0].any() and len(rows) == right.shape[0] - 1:
            return "Only the bias row is right, something is wrong in every other row."
    return ""


def first_right(finding: Finding) -> str:
    """A training whose error begins right and goes astray with the first update."""
    right = finding.expected.get("E_total")
    got = finding.outputs.get("E_total")
    if right is None or got is None or {"W1tr", "W2tr"} & finding.right_ones:
        return ""
    expected = right.accepted[0]
    if got.size != expected.size or got.size < 2:
        return ""
    near = np.isclose(got.reshape(-1), expected, rtol=right.tolerance, atol=right.tolerance)
    if near[0] and not near[1]:
        return (
            "E_total is right in iteration 0 and not in iteration 1: look at the update of the "
            "weights, and at the gradients that go into it."
        )
    return ""
