"""Points for nothing: an answer of 0 or 1 counts only beside an ordinary one.

Where the right answer is 0 in every element or 1 in every element, as that of a sigmoid far from
0, a function that returns a constant is right as well. Such an output counts only if the same
output is right in a case of the other kind.
"""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from ..model.case import Expected, Place, Verdict

SATURATED = "saturated"
"""The ``failure`` of a verdict on an output that does not count for this reason."""
_MESSAGE = (
    "This is right, but a constant would be right here, too: it counts as soon as `{}` is right in "
    "an ordinary case."
)


def is_saturated(expected: Expected) -> bool:
    """Whether the answer is 0 or 1, the same in all elements; class numbers are not meant."""
    if not expected.tolerance:
        return False
    values = np.concatenate([np.ravel(answer) for answer in expected.accepted])
    return any(bool(np.all(np.abs(values - one) <= expected.tolerance)) for one in (0, 1))


def not_for_nothing(
    verdicts: Mapping[Place, Verdict], expected: Mapping[Place, Expected]
) -> dict[Place, Verdict]:
    """The verdicts on right answers of 0 or 1 that do not count, as failures."""
    saturated = {place for place in verdicts if is_saturated(expected[place])}
    ordinary = [verdict for place, verdict in verdicts.items() if place not in saturated]
    asked = {(verdict.function, verdict.output) for verdict in ordinary}
    right = {(verdict.function, verdict.output) for verdict in ordinary if verdict.passed}
    return {
        place: replace(
            verdict,
            status="failed",
            points=0,
            message=_MESSAGE.format(verdict.function),
            failure=SATURATED,
        )
        for place in saturated
        if (verdict := verdicts[place]).passed
        and verdict.max_points  # of a practice case nothing counts
        and (verdict.function, verdict.output) in asked - right
    }
