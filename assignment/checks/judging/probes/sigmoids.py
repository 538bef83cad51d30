"""Probes of ``sigmoid`` and ``d_sigmoid``: numbers only."""

import math

from .own import Own, probes
from .words import differ, show

FAR = (-1000.0, -200.0, -20.0, 20.0, 200.0, 1000.0)


def half_at_zero(own: Own, output: str) -> str:
    """The value at 0 is 0.5."""
    value = own.sigmoid(0.0)
    if not differ(value, 0.5):
        return ""
    return f"Your `sigmoid(0)` returns {value:.6g}; the logistic function is 0.5 there."


def rises(own: Own, output: str) -> str:
    """It rises from -1 to 1."""
    low, high = own.sigmoid(-1.0), own.sigmoid(1.0)
    if low < high:
        return ""
    a, b = show(low, high)
    return (
        f"Your `sigmoid(-1)` is {a} and `sigmoid(1)` is {b}; the logistic function rises from left "
        "to right. Possible causes: the sign in the exponent, or a result that is 1 minus it."
    )


def sums_to_one(own: Own, output: str) -> str:
    """The values at x and -x add up to 1."""
    for x in (1.0, 0.7, 3.0):
        total = own.sigmoid(x) + own.sigmoid(-x)
        if differ(total, 1.0):
            return (
                f"Your `sigmoid({x:g})` + `sigmoid({-x:g})` is {total:.6g}; for the logistic "
                "function it is 1."
            )
    return ""


def logit(own: Own, output: str) -> str:
    """The logarithm of y / (1 - y) is x again."""
    for x in (1.0, -2.0, 0.3, -0.3, 3.0, -6.0, 6.0, -12.0, 12.0):
        value = own.sigmoid(x)
        if not 0 < value < 1:
            continue
        found = math.log(value / (1 - value))
        if differ(found, x):
            return (
                f"Your `sigmoid({x:g})` is y = {value:.6g}. For the logistic function ln(y / "
                f"(1 - y)) is x again, here {x:g}; yours gives {found:.6g}. Possible causes: a "
                "factor at x, another base than e, or a bracket in the wrong place."
            )
    return ""


def guard(own: Own, output: str) -> str:
    """Only far out it is exactly 0 or 1, on the right sides."""
    for x, right in ((-12.0, 6.14e-06), (12.0, 0.99999386), (-20.0, 2.06e-09)):
        value = own.sigmoid(x)
        if value in (0.0, 1.0) or differ(value, right, 1e-6):
            return (
                f"Your `sigmoid({x:g})` returns {value:.8g}; it should be {right:.8g}. Only below "
                "x = -100 is it exactly 0.0: look at the check for large or small x."
            )
    for x, right in ((-1000.0, 0.0), (-200.0, 0.0), (200.0, 1.0), (1000.0, 1.0)):
        value = own.sigmoid(x)
        if differ(value, right, 1e-6):
            return (
                f"Your `sigmoid({x:g})` returns {value:.6g}; so far out it is {right:g}. Possible "
                "causes: the check for x below -100 looks at the wrong side, or exp overflows."
            )
    return ""


def slope(own: Own, output: str) -> str:
    """It is the slope of own ``sigmoid``."""
    for x in (0.7, 0.0, -1.2, 2.5):
        step = 0.001
        rise = own.sigmoid(x + step) - own.sigmoid(x - step)
        right, value = rise / (2 * step), own.d_sigmoid(x)
        if differ(value, right):
            a, b = show(right, value)
            return (
                f"From x = {x - step:g} to {x + step:g} your `sigmoid` rises by {rise:.3g}: a "
                f"slope of {a}. Your `d_sigmoid({x:g})` returns {b}."
            )
    return ""


def flat_far_out(own: Own, output: str) -> str:
    """Far out the slope is 0."""
    for x in FAR:
        value = own.d_sigmoid(x)
        if differ(value, 0.0, 1e-6):
            return (
                f"Your `d_sigmoid({x:g})` returns {value:.6g}; so far out the sigmoid is flat, and "
                "its slope is 0."
            )
    return ""


PROBES = (
    *probes("sigmoid", ("value",), half_at_zero, rises, sums_to_one, logit, guard),
    *probes("d_sigmoid", ("value",), slope, flat_far_out),
)
