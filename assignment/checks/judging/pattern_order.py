"""Patterns of order: the right numbers, or nearly all of them, in another place or shape."""

import numpy as np

from ..model.case import Array
from .wrong_output import WrongOutput, alike, is_flat, same


def other_order(wrong: WrongOutput) -> str:
    """The output is another output's right answer: the `return` has another order."""
    if wrong.got.size < 2:
        return ""
    for name, expected in wrong.expected.items():
        if name == wrong.output or name in wrong.right_outputs:
            continue
        own = any(same(right, other, 1e-3) for right in wrong.right for other in expected.accepted)
        if not own and any(
            np.ptp(other) > 1e-6 and same(wrong.got, other, 1e-6) for other in expected.accepted
        ):
            return (
                f"This is `{name}`: look at the order of the names in `return` "
                f"({', '.join(wrong.expected)})."
            )
    return ""


def transposed(wrong: WrongOutput) -> str:
    """Rows and columns are exchanged."""
    got = wrong.got
    if got.ndim == 2 and 1 not in got.shape and wrong.becomes_right_as(got.T):
        return "This is the transpose of the right matrix: rows and columns are exchanged."
    return ""


def one_more_or_less(wrong: WrongOutput) -> str:
    """An element, a row or a column more or less at one end, and the rest right."""
    for right in wrong.right:
        for axis, line in ((0, "row" if right.ndim == 2 else "element"), (1, "column")):
            if axis >= right.ndim or wrong.got.ndim < right.ndim:
                continue
            got = wrong.got.reshape(-1) if right.ndim == 1 else wrong.got
            if sentence := _at_an_end(wrong, got, right, axis, line):
                return sentence
    return ""


def _at_an_end(wrong: WrongOutput, got: Array, right: Array, axis: int, line: str) -> str:
    size = right.shape[axis]
    if got.ndim != right.ndim or size < 3:
        return ""
    first = f"the first {line}"
    if axis == 0 and wrong.output in ("z0", "z1"):
        first = "the bias element in front"
    elif axis == 0 and right.ndim == 2:
        first = "the bias row"
    for name, end, place in ((first, "first", 0), (f"the last {line}", "last", -1)):
        more = got.shape[axis] - size
        if more == -1 and same(got, np.delete(right, place, axis), wrong.tolerance):
            return f"Only {name} is missing; all the rest is right."
        if more == 1 and same(np.delete(got, place, axis), right, wrong.tolerance):
            return f"There is one {line} too many, the {end}; all the rest is right."
    return ""


def left_over(wrong: WrongOutput) -> str:
    """The right vector at the end of a longer one."""
    got = wrong.got.reshape(-1)
    for right in (right for right in wrong.right if right.ndim == 1):
        longer = is_flat(wrong.got) and 2 < right.size < got.size
        if longer and same(got[-right.size :], right, wrong.tolerance):
            return (
                "There are too many elements, and the last ones are right: are those before them "
                "left over from an earlier call?"
            )
    return ""


def another_shape(wrong: WrongOutput) -> str:
    """The right numbers in the right order, in a shape that means something else."""
    for right in wrong.right:
        other_shape = right.size == wrong.got.size > 1 and not alike(wrong.got, right)
        if other_shape and same(wrong.got.reshape(-1), right.reshape(-1), wrong.tolerance):
            return "The numbers and their order are right; only the shape is wrong."
    return ""


def bias_last(wrong: WrongOutput) -> str:
    """The bias element is at the end of z0 or z1 instead of the beginning."""
    if wrong.output not in ("z0", "z1") or wrong.got.size < 3:
        return ""
    if wrong.becomes_right_as(np.roll(wrong.got.reshape(-1), 1)):
        return "The 1.0 for the bias is at the end; it belongs at the beginning."
    return ""


def only_bias(wrong: WrongOutput) -> str:
    """Only the bias element of z0 or z1 is wrong, or only that of z0 is right."""
    got = wrong.got.reshape(-1)
    if wrong.output not in ("z0", "z1") or got.size < 3:
        return ""
    right = wrong.right[0]
    if right.size != got.size:
        return ""
    differing = wrong.differing(right)
    if wrong.output == "z0" and got[0] == 1 and differing == got.size - 1:
        return (
            "After its bias element z0 should hold the elements of x as they are, and here every "
            "one of them is another number."
        )
    if differing == 1 and not abs(got[0] - right[0]) <= wrong.tolerance:
        return "Only the bias element in front is wrong: it is always 1.0."
    return ""


def reverse_order(wrong: WrongOutput) -> str:
    """The numbers are in reverse order."""
    if wrong.got.ndim > 2 or not is_flat(wrong.got) or wrong.got.size < 3:
        return ""
    if wrong.becomes_right_as(wrong.got.reshape(-1)[::-1]):
        return "These are the right numbers in reverse order."
    return ""


def shifted(wrong: WrongOutput) -> str:
    """Every element is one place too early or too late."""
    got = wrong.got.reshape(-1)
    if not is_flat(wrong.got) or got.size < 5:
        return ""
    for right in (right.reshape(-1) for right in wrong.right if right.ndim == 1):
        if right.size != got.size or wrong.differing(right) < 3:
            continue
        if same(got[1:], right[:-1], wrong.tolerance):
            return "Every number is one place too late."
        if same(got[:-1], right[1:], wrong.tolerance):
            return "Every number is one place too early."
    return ""


def one_late(wrong: WrongOutput) -> str:
    """The curve is shifted by one iteration."""
    if wrong.output not in ("E_total", "misclassification_rate") or wrong.got.size < 4:
        return ""
    got = wrong.got.reshape(-1)
    for right in wrong.right:
        if right.size != got.size or np.ptp(right) <= 1e-3 or wrong.differing(right) < 2:
            continue
        if same(got[:-1], right[1:], wrong.tolerance):
            return (
                "Every value is that of the next iteration: is it taken after the update instead "
                "of before it?"
            )
        if same(got[1:], right[:-1], wrong.tolerance):
            return "Every value is that of the iteration before: the curve is one iteration late."
    return ""


def one_line(wrong: WrongOutput) -> str:
    """Exactly one row or one column of a matrix is wrong, or only the bias row is right."""
    got = wrong.got
    for right in wrong.right:
        if right.ndim != 2 or got.shape != right.shape:
            continue
        missed = ~(np.abs(got - right) <= wrong.tolerance * (1 + np.abs(right)))
        rows, columns = np.flatnonzero(missed.any(axis=1)), np.flatnonzero(missed.any(axis=0))
        if len(rows) == 1 and right.shape[0] > 1 and len(columns) > 1:
            name = "the bias row" if rows[0] == 0 else f"row {rows[0]}"
            return f"Only {name} is wrong, all other rows are right."
        if len(columns) == 1 and right.shape[1] > 1 and len(rows) > 1:
            return f"Only column {columns[0]} is wrong, all other columns are right."
        if right.shape[0] > 2 and not missed[0].any() and len(rows) == right.shape[0] - 1:
            return "Only the bias row is right, something is wrong in every other row."
    return ""


def first_right(wrong: WrongOutput) -> str:
    """The error of a training is right at first, and wrong after the first update."""
    right = wrong.expected.get("E_total")
    got = wrong.outputs.get("E_total")
    if right is None or got is None or {"W1tr", "W2tr"} & wrong.right_outputs:
        return ""
    expected = right.accepted[0]
    if got.size != expected.size or got.size < 2:
        return ""
    near = np.isclose(got.reshape(-1), expected, rtol=right.tolerance, atol=right.tolerance)
    if near[0] and not near[1]:
        return (
            "E_total is right in iteration 0 and wrong in iteration 1: look at the update of the "
            "weights, and at the gradients that go into it."
        )
    return ""
