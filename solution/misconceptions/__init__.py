"""The catalogue of misconceptions: each an edit of the reference, each with its own hint.

It serves four ends: wrong submissions whose failures are known exactly; misconception outputs, by
which a student's mistake is recognised; the unit of the class page; the demo class.
"""

from solution.misconceptions import (
    backward,
    bonus,
    forward,
    neuron,
    remarks,
    reporting,
    sigmoids,
    testing,
    training,
)
from solution.misconceptions.entry import DoesNotApply, Misconception, source_of, swayed

CATALOGUE: tuple[Misconception, ...] = (
    *sigmoids.ENTRIES,
    *neuron.ENTRIES,
    *forward.ENTRIES,
    *backward.ENTRIES,
    *training.ENTRIES,
    *reporting.ENTRIES,
    *testing.ENTRIES,
    *remarks.ENTRIES,
)
"""The entries about the seven functions."""

BONUS_CATALOGUE: tuple[Misconception, ...] = bonus.ENTRIES

EVERY_ENTRY = (*CATALOGUE, *BONUS_CATALOGUE)

__all__ = [
    "BONUS_CATALOGUE",
    "CATALOGUE",
    "EVERY_ENTRY",
    "DoesNotApply",
    "Misconception",
    "source_of",
    "swayed",
]
