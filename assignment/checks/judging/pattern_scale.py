"""Patterns of magnitude: every number is wrong in the same way."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from ..model.case import Array, Case
from .wrong_output import Finding, is_flat, same


def zeros(finding: Finding) -> str:
    """Nothing but zeros came back."""
    if finding.got.size and not np.any(finding.got) and all(map(np.any, finding.right)):
        if finding.got.size == 1:
            return ""
        if finding.got.dtype.kind in "iu" and finding.right[0].dtype.kind == "f":
            return (
                "Everything here is 0, a whole number: is it kept in an array of whole numbers, "
                "which cuts off what stands behind the decimal point, or never filled in?"
            )
        return "Everything here is 0: is it filled in, and is the filled one returned?"
    return ""


def sign(finding: Finding) -> str:
    """Everything is multiplied by -1."""
    big = max(float(np.max(np.abs(right), initial=0.0)) for right in finding.right)
    if big > 1e3 * finding.tolerance and finding.is_(-finding.got.astype(float)):
        return "The size is right and the sign is not: everything is multiplied by -1."
    return ""


def no_sign(finding: Finding) -> str:
    """Nothing is negative."""
    for right in finding.right:
        mixed = np.any(right < -1e-3) and np.any(right > 1e-3)
        if mixed and same(finding.got, np.abs(right), finding.tolerance):
            return "The sizes are right, but the minus signs are lost: nothing is below 0."
    return ""


def complement(finding: Finding) -> str:
    """Right guesses are counted, not wrong ones."""
    if finding.output == "misclassification_rate" and finding.is_(1.0 - finding.got.astype(float)):
        return "This is the share of right guesses; the rate asked for counts the wrong ones."
    return ""


def running_sum(finding: Finding) -> str:
    """The values of a curve are added up."""
    if finding.output not in ("E_total", "misclassification_rate") or finding.got.size < 3:
        return ""
    got = finding.got.reshape(-1)
    for right in finding.right:
        if right.size != got.size or np.count_nonzero(right) < 3:
            continue
        if same(got, np.cumsum(right), finding.tolerance):
            return (
                "Every value holds those of all iterations before it as well: is it set back to 0 "
                "at the beginning of each iteration?"
            )
    return ""


def cut(finding: Finding) -> str:
    """The digits behind the point are gone, some or all."""
    got = finding.got.astype(float)
    for right in finding.right:
        if right.dtype.kind != "f" or got.size != right.size or not np.any(got):
            continue
        if same(got, np.trunc(right), 1e-12) and _is_telling(finding.got):
            return (
                "Only what stands before the decimal point is left: is this kept in an array of "
                "whole numbers?"
            )
        for digits in range(2, 6):
            if same(got, np.round(right, digits), 1e-12):
                return (
                    f"This is the right answer, rounded to {digits} decimals: return it with all "
                    "its digits."
                )
    return ""


def _is_telling(whole: Array) -> bool:
    """Whether whole numbers are no accident: kept as such, or more than a few zeros and ones."""
    kept = whole.dtype.kind in "iu" and whole.size > 1
    return kept or whole.size > 2 or bool(np.any(np.abs(whole) > 1))


def factor(finding: Finding) -> str:
    """Everything is multiplied by one number."""
    if finding.expected[finding.output].tolerance == 0:
        return ""
    for got, right in _pairs(finding, 1):
        for times, word in ((2.0, "twice"), (0.5, "half")):
            if np.any(np.abs(right) > 1e-3) and same(got, times * right, finding.tolerance):
                what = "This" if right.size == 1 else "Everything"
                named = _name_factor(finding, times) if right.size > 2 else ""
                return named or f"{what} is {word} the right value."
    for got, right in _pairs(finding):
        big = int(np.argmax(np.abs(right)))
        if abs(right[big]) < 1e-3 or np.count_nonzero(np.abs(right) > 1e-3) < 2:
            continue
        times = float(got[big] / right[big])
        if abs(times) < 1e-3 or not np.isfinite(times) or abs(times - 1) < 1e-4:
            continue
        if same(got, times * right, finding.tolerance):
            return _name_factor(finding, times)
    return ""


def _pairs(finding: Finding, least: int = 3) -> Iterator[tuple[Array, Array]]:
    """What came back and what is right, as vectors, where their shapes mean the same."""
    got = finding.got.astype(float)
    for right in finding.right:
        alike = got.shape == right.shape or (is_flat(got) and is_flat(right) and got.ndim < 3)
        if alike and right.size == got.size and right.size >= least:
            yield got.reshape(-1), right.reshape(-1)


def _name_factor(finding: Finding, times: float) -> str:
    def near(number: float) -> bool:
        return math.isclose(times, number, rel_tol=1e-5)

    rate, error = (
        finding.output == "misclassification_rate",
        finding.output == "E_total",
    )
    sizes = _sizes(finding.case)
    if rate and near(100):
        return "This is in percent; the rate asked for is a share between 0 and 1."
    if rate and near(sizes.get("N", 0)):
        return "These are counts; the rate asked for is a share of the N patterns."
    if error and near(sizes.get("N", 0)):
        return "Everything is N times too large: is it summed over the N patterns, not averaged?"
    if error and (near(1 / math.log(2)) or near(1 / math.log(10))):
        base = 2 if near(1 / math.log(2)) else 10
        return f"This is what a logarithm to base {base} gives; the error has the natural one."
    for number, word in ((2, "twice"), (0.5, "half"), (-2, "-2 times"), (-0.5, "-0.5 times")):
        if near(number):
            return f"Everything is {word} the right value."
    named = [name for name, size in sizes.items() if size > 1 and near(size)]
    if len(named) == 1:
        return f"Everything is {named[0]} = {sizes[named[0]]} times the right value."
    named = [name for name, size in sizes.items() if size > 1 and near(1 / size)]
    if len(named) == 1:
        return f"Everything is the right value divided by {named[0]} = {sizes[named[0]]}."
    if not finding.case.public:
        return "Everything is the right value times one and the same number."
    return f"Everything is {times:.6g} times the right value."


def _sizes(case: Case) -> dict[str, int]:
    sizes = {}
    for name in ("X_train", "X_test"):
        if isinstance(value := case.inputs.get(name), np.ndarray):
            sizes["N"] = len(value)
    for name in ("K", "M"):
        if isinstance(value := case.inputs.get(name), int):
            sizes[name] = value
    return sizes


def offset(finding: Finding) -> str:
    """Everything is too large or too small by one number."""
    for got, right in _pairs(finding):
        by = float(got[0] - right[0])
        if not np.isfinite(by) or abs(by) < 1e-3 or np.ptp(right) < 1e-3:
            continue
        if same(got, right + by, finding.tolerance):
            much = "large" if by > 0 else "small"
            if not finding.case.public and not math.isclose(abs(by), 1, rel_tol=1e-6):
                return f"Everything is too {much} by one and the same number."
            return f"Everything is too {much} by {abs(by):.6g}."
    return ""


def not_a_number(finding: Finding) -> str:
    """A nan tells where it can come from, though not which of these it was."""
    if np.any(np.isnan(finding.got.astype(float))):
        return (
            "nan is what 0 times infinity, infinity divided by infinity, or the logarithm of a "
            "negative number gives: print what goes into the step before it."
        )
    return ""
