"""What can be said of a wrong output without knowing the mistake: how it differs from the right.

Each pattern is a function of a ``Finding`` and gives a sentence, or "" where it does not hold.
What the sentence claims of the numbers is exactly what was compared; what it says of the cause is
a question or a place to look at. Sentences about hidden cases hold no number that a student's
function could have chosen: it could be the hidden input.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from . import (
    pattern_order as arrangement,
)
from . import (
    pattern_scale as magnitude,
)
from . import (
    pattern_upstream as consequence,
)
from .wrong_output import Finding

PATTERNS: tuple[Callable[[Finding], str], ...] = (
    arrangement.other_order,
    arrangement.transposed,
    arrangement.one_more_or_less,
    arrangement.another_shape,
    magnitude.zeros,
    magnitude.sign,
    magnitude.no_sign,
    magnitude.complement,
    arrangement.bias_last,
    arrangement.only_bias,
    arrangement.reverse_order,
    arrangement.one_late,
    arrangement.shifted,
    magnitude.running_sum,
    magnitude.cut,
    consequence.follows,
    magnitude.factor,
    magnitude.offset,
    arrangement.one_line,
    arrangement.first_right,
    magnitude.not_a_number,
)
"""In the order of looking: the first that holds is told."""


def describe(finding: Finding) -> str:
    """The sentence of the first pattern that holds; "" if there is none."""
    with np.errstate(all="ignore"):
        for pattern in PATTERNS:
            sentence = pattern(finding)
            if sentence:
                return sentence
    return ""
