"""Describe how a wrong output differs from the right one, without knowing the mistake.

Each pattern is a function of a ``WrongOutput`` and returns a sentence, or "" where it does not
hold. The sentence claims of the numbers exactly what was compared; of the cause it only asks, or
names a place to look at. Sentences about hidden cases contain no number that a student's function
could have chosen: it could be the hidden input.
"""

from collections.abc import Callable

import numpy as np

from . import pattern_order, pattern_scale, pattern_upstream
from .wrong_output import WrongOutput

PATTERNS: tuple[Callable[[WrongOutput], str], ...] = (
    pattern_order.other_order,
    pattern_order.transposed,
    pattern_order.one_more_or_less,
    pattern_order.left_over,
    pattern_order.another_shape,
    pattern_scale.zeros,
    pattern_scale.sign,
    pattern_scale.no_sign,
    pattern_scale.complement,
    pattern_order.bias_last,
    pattern_order.only_bias,
    pattern_order.reverse_order,
    pattern_order.one_late,
    pattern_order.shifted,
    pattern_scale.running_sum,
    pattern_scale.cut,
    pattern_upstream.follows,
    pattern_scale.factor,
    pattern_scale.offset,
    pattern_order.one_line,
    pattern_order.first_right,
    pattern_scale.not_a_number,
)
"""In the order in which they are tried; the first that holds is shown."""


def describe(wrong: WrongOutput) -> str:
    """Return the sentence of the first pattern that holds; "" if none does."""
    with np.errstate(all="ignore"):
        return next(filter(None, (pattern(wrong) for pattern in PATTERNS)), "")
