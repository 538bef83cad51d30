"""Patterns of scale: every number is wrong in the same way."""

import math
from collections.abc import Iterator

import numpy as np

from ..model.case import Array, Case
from .wrong_output import WrongOutput, alike, same


def zeros(wrong: WrongOutput) -> str:
    """Everything is 0."""
    if wrong.got.size < 2 or np.any(wrong.got) or not all(map(np.any, wrong.right)):
        return ""
    if wrong.got.dtype.kind in "iu" and wrong.right[0].dtype.kind == "f":
        return (
            "Everything here is 0, a whole number: is it kept in an array of whole numbers, "
            "which cuts off the decimals, or never filled in?"
        )
    return "Everything here is 0: is it filled in, and is the filled one returned?"


def sign(wrong: WrongOutput) -> str:
    """Everything is multiplied by -1."""
    big = max(float(np.max(np.abs(right), initial=0.0)) for right in wrong.right)
    if big > 1e3 * wrong.tolerance and wrong.becomes_right_as(-wrong.got.astype(float)):
        return "The size is right and the sign is wrong: everything is multiplied by -1."
    return ""


def no_sign(wrong: WrongOutput) -> str:
    """The minus signs are lost."""
    for right in wrong.right:
        mixed = np.any(right < -1e-3) and np.any(right > 1e-3)
        if mixed and same(wrong.got, np.abs(right), wrong.tolerance):
            return "The sizes are right, but the minus signs are lost: nothing is below 0."
    return ""


def complement(wrong: WrongOutput) -> str:
    """Right guesses are counted instead of wrong ones."""
    if wrong.output == "misclassification_rate" and wrong.becomes_right_as(
        1.0 - wrong.got.astype(float)
    ):
        return "This is the share of right guesses; the rate asked for counts the wrong ones."
    return ""


def running_sum(wrong: WrongOutput) -> str:
    """The values of a curve are added up."""
    if wrong.output not in ("E_total", "misclassification_rate") or wrong.got.size < 3:
        return ""
    got = wrong.got.reshape(-1)
    for right in wrong.right:
        if np.count_nonzero(right) > 2 and same(got, np.cumsum(right), wrong.tolerance):
            return (
                "Every value includes those of all iterations before it: is it set to 0 at the "
                "beginning of each iteration?"
            )
    return ""


def cut(wrong: WrongOutput) -> str:
    """Some or all decimals are cut off."""
    got = wrong.got.astype(float)
    for right in wrong.right:
        if right.dtype.kind != "f" or got.size != right.size or not np.any(got):
            continue
        if same(got, np.trunc(right), 1e-12) and _is_telling(wrong.got):
            return "The decimals are cut off: is this kept in an array of whole numbers?"
        for digits in range(2, 6):
            if same(got, np.round(right, digits), 1e-12):
                return (
                    f"This is the right answer, rounded to {digits} decimals: return it with all "
                    "its digits."
                )
    return ""


def _is_telling(whole: Array) -> bool:
    """Whether whole numbers say something: stored as such, or more than a few zeros and ones."""
    kept = whole.dtype.kind in "iu" and whole.size > 1
    return kept or whole.size > 2 or bool(np.any(np.abs(whole) > 1))


def factor(wrong: WrongOutput) -> str:
    """Everything is multiplied by one number."""
    if wrong.expected[wrong.output].tolerance == 0:
        return ""
    for got, right in _pairs(wrong, 1):
        for times, word in ((2.0, "twice"), (0.5, "half")):
            if np.any(np.abs(right) > 1e-3) and same(got, times * right, wrong.tolerance):
                what = "This" if right.size == 1 else "Everything"
                named = _name_factor(wrong, times) if right.size > 2 else ""
                return named or f"{what} is {word} the right value."
    for got, right in _pairs(wrong):
        big = int(np.argmax(np.abs(right)))
        if abs(right[big]) < 1e-3 or np.count_nonzero(np.abs(right) > 1e-3) < 2:
            continue
        times = float(got[big] / right[big])
        if abs(times) < 1e-3 or not np.isfinite(times) or abs(times - 1) < 1e-4:
            continue
        if same(got, times * right, wrong.tolerance):
            return _name_factor(wrong, times)
    return ""


def _pairs(wrong: WrongOutput, least: int = 3) -> Iterator[tuple[Array, Array]]:
    """Pairs of the output and an accepted answer, as vectors, where their shapes agree."""
    got = wrong.got.astype(float)
    for right in wrong.right:
        if alike(got, right) and right.size >= least:
            yield got.reshape(-1), right.reshape(-1)


def _name_factor(wrong: WrongOutput, times: float) -> str:
    def near(number: float) -> bool:
        return math.isclose(times, number, rel_tol=1e-5)

    rate, error = wrong.output == "misclassification_rate", wrong.output == "E_total"
    sizes = _sizes(wrong.case)
    if rate and near(100):
        return "This is in percent; the rate asked for is a share between 0 and 1."
    if rate and near(sizes.get("N", 0)):
        return "These are counts; the rate asked for is a share of the N patterns."
    if error and near(sizes.get("N", 0)):
        return "Everything is N times too large: is it summed over the N patterns, not averaged?"
    for base in (2, 10):
        if error and near(1 / math.log(base)):
            return f"This is what a logarithm to base {base} gives; use the natural one."
    for number, word in ((2, "twice"), (0.5, "half"), (-2, "-2 times"), (-0.5, "-0.5 times")):
        if near(number):
            return f"Everything is {word} the right value."
    named = [name for name, size in sizes.items() if size > 1 and near(size)]
    if len(named) == 1:
        return f"Everything is {named[0]} = {sizes[named[0]]} times the right value."
    named = [name for name, size in sizes.items() if size > 1 and near(1 / size)]
    if len(named) == 1:
        return f"Everything is the right value divided by {named[0]} = {sizes[named[0]]}."
    if not wrong.case.public:
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


def offset(wrong: WrongOutput) -> str:
    """Everything is too large or too small by one number."""
    for got, right in _pairs(wrong):
        by = float(got[0] - right[0])
        if not np.isfinite(by) or abs(by) < 1e-3 or np.ptp(right) < 1e-3:
            continue
        if same(got, right + by, wrong.tolerance):
            much = "large" if by > 0 else "small"
            if not wrong.case.public and not math.isclose(abs(by), 1, rel_tol=1e-6):
                return f"Everything is too {much} by one and the same number."
            return f"Everything is too {much} by {abs(by):.6g}."
    return ""


def not_a_number(wrong: WrongOutput) -> str:
    """A nan is among the numbers."""
    if np.any(np.isnan(wrong.got.astype(float))):
        return (
            "nan is what 0 times infinity, infinity divided by infinity, or the logarithm of a "
            "negative number gives: print what goes into the step before it."
        )
    return ""
