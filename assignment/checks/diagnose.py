"""Which mistake is it? A known one, where exactly one gives this output; otherwise a pattern.

A wrong hint is worse than none: where two known mistakes fit, or a pattern could be chance,
nothing is said.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from .case import Array, Case, Expected


@dataclass(frozen=True)
class Diagnosis:
    """A hint, and the id of the known mistake if it is one."""

    hint: str = ""
    misconception: str = ""


@dataclass(frozen=True)
class Finding:
    """What a pattern is looked for in: one output, right and wrong, and the others beside it."""

    case: Case
    expected: Mapping[str, Expected]
    output: str
    got: Array
    outputs: Mapping[str, Array]

    @property
    def right(self) -> tuple[Array, ...]:
        """The accepted answers."""
        return self.expected[self.output].accepted

    @property
    def tolerance(self) -> float:
        """The output's tolerance; whole numbers are compared as closely as numbers can be."""
        return self.expected[self.output].tolerance or 1e-9


def diagnose(
    case: Case,
    expected: Mapping[str, Expected],
    output: str,
    got: Array,
    outputs: Mapping[str, Array],
) -> Diagnosis:
    """What is known about the wrong ``got`` for ``output``; an empty diagnosis if nothing is."""
    finding = Finding(case, expected, output, got, outputs)
    alike = {
        lookalike.id: lookalike
        for lookalike in expected[output].lookalikes
        if lookalike.value is not None and same(got, lookalike.value, finding.tolerance)
    }
    if len(alike) == 1:
        (lookalike,) = alike.values()
        return Diagnosis(lookalike.hint, lookalike.id)
    if alike:
        return Diagnosis()
    for pattern in PATTERNS:
        hint = pattern(finding)
        if hint:
            return Diagnosis(hint)
    return Diagnosis()


def same(got: Array, other: Array, tolerance: float) -> bool:
    """Whether two arrays agree in shape and, NaN and infinity included, in every element."""
    if got.shape != other.shape:
        if got.size != other.size or max(got.ndim, other.ndim) > 2:
            return False
        if not (_is_flat(got) and _is_flat(other)):
            return False
        got, other = got.reshape(-1), other.reshape(-1)
    return bool(np.allclose(got, other, rtol=tolerance, atol=tolerance, equal_nan=True))


def _is_flat(array: Array) -> bool:
    return array.ndim < 2 or 1 in array.shape


def _other_order(finding: Finding) -> str:
    """The output equals another output's right answer: they were returned in another order."""
    if finding.got.size < 2:
        return ""
    for name, expected in finding.expected.items():
        if name == finding.output:
            continue
        own = any(
            same(right, other, 1e-3) for right in finding.right for other in expected.accepted
        )
        if not own and any(same(finding.got, other, 1e-6) for other in expected.accepted):
            return (
                f"What stands here is `{name}`: look at the order of the names in `return` "
                f"({', '.join(finding.expected)})."
            )
    return ""


def _transposed(finding: Finding) -> str:
    got = finding.got
    if got.ndim != 2 or 1 in got.shape:
        return ""
    if any(same(got.T, right, finding.tolerance) for right in finding.right):
        return "This is the transpose of the right matrix: rows and columns are exchanged."
    return ""


def _sign(finding: Finding) -> str:
    if any(
        np.any(right) and same(-finding.got.astype(float), right, finding.tolerance)
        for right in finding.right
    ):
        return "The size is right and the sign is not: everything is multiplied by -1."
    return ""


def _complement(finding: Finding) -> str:
    if finding.output != "misclassification_rate":
        return ""
    if any(same(1.0 - finding.got.astype(float), right, 1e-6) for right in finding.right):
        return "This is the share of right guesses; the rate asked for counts the wrong ones."
    return ""


def _bias_last(finding: Finding) -> str:
    """The bias element stands at the end of z0 or z1 instead of the beginning."""
    if finding.output not in ("z0", "z1") or finding.got.size < 3:
        return ""
    moved = np.roll(finding.got.reshape(-1), 1)
    if any(same(moved, right, finding.tolerance) for right in finding.right):
        return "The 1.0 for the bias stands at the end; it belongs at the beginning."
    return ""


def _one_late(finding: Finding) -> str:
    """The curve is shifted by one iteration."""
    if finding.output not in ("E_total", "misclassification_rate") or finding.got.size < 4:
        return ""
    got = finding.got.reshape(-1)
    for right in finding.right:
        if right.size != got.size or np.ptp(right) <= 1e-3:
            continue
        if same(got[:-1], right[1:], finding.tolerance):
            return (
                "Every value is the one of the iteration after: it is taken after the update "
                "instead of before it."
            )
        if same(got[1:], right[:-1], finding.tolerance):
            return "Every value is the one of the iteration before: the curve is one late."
    return ""


def _factor(finding: Finding) -> str:
    """Everything is multiplied by one number."""
    got = finding.got.astype(float).reshape(-1)
    for right in (right.reshape(-1) for right in finding.right):
        if (
            right.size != got.size
            or right.size < 3
            or finding.expected[finding.output].tolerance == 0
        ):
            continue
        big = int(np.argmax(np.abs(right)))
        if abs(right[big]) < 1e-3 or np.count_nonzero(np.abs(right) > 1e-6) < 2:
            continue
        factor = got[big] / right[big]
        if abs(factor) < 1e-6 or not np.isfinite(factor) or abs(factor - 1) < 1e-4:
            continue
        if same(got, factor * right, finding.tolerance * max(1.0, abs(factor))):
            return _name_factor(finding, float(factor))
    return ""


def _name_factor(finding: Finding, factor: float) -> str:
    if finding.output == "misclassification_rate" and abs(factor - 100) < 1e-6:
        return "This is in percent; the rate asked for is a share between 0 and 1."
    sizes = _sizes(finding.case)
    for name, size in sizes.items():
        if size > 1 and abs(factor - size) < 1e-6 * size:
            if name == "N":
                return (
                    "Everything is N times too large: is it summed over the N points, not averaged?"
                )
            return f"Everything is {name} = {size} times too large."
        if size > 1 and abs(factor * size - 1) < 1e-6:
            return f"Everything is divided by {name} = {size}, which is not asked for here."
    return f"Everything is {factor:.6g} times the right value."


def _sizes(case: Case) -> dict[str, int]:
    sizes = {}
    for name in ("X_train", "X_test"):
        if isinstance(value := case.inputs.get(name), np.ndarray):
            sizes["N"] = len(value)
    for name in ("K", "M"):
        if isinstance(value := case.inputs.get(name), int):
            sizes[name] = value
    return sizes


def _one_line(finding: Finding) -> str:
    """Exactly one row or one column of a matrix is wrong and the rest is right."""
    got = finding.got
    for right in finding.right:
        if right.ndim != 2 or got.shape != right.shape:
            continue
        with np.errstate(all="ignore"):
            wrong = ~(np.abs(got - right) <= finding.tolerance * (1 + np.abs(right)))
        rows, columns = np.flatnonzero(wrong.any(axis=1)), np.flatnonzero(wrong.any(axis=0))
        if len(rows) == 1 and right.shape[0] > 1 and len(columns) > 1:
            name = "the bias row" if rows[0] == 0 else f"row {rows[0]}"
            return f"Only {name} is wrong, all other rows are right."
        if len(columns) == 1 and right.shape[1] > 1 and len(rows) > 1:
            return f"Only column {columns[0]} is wrong, all other columns are right."
    return ""


PATTERNS: tuple[Callable[[Finding], str], ...] = (
    _other_order,
    _transposed,
    _sign,
    _complement,
    _bias_last,
    _one_late,
    _factor,
    _one_line,
)
