"""Is a case decided far above rounding? The margins of guesses and rates, and the work budget."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from assignment.checks.model.case import Case
from autograder.cases.expected import Answers, forward
from autograder.cases.graded import asked_again, graded, work

LEAST_MARGIN = 1e-6
"""Smallest distance of the two largest outputs that a guess may be decided by.

It is far above rounding: ``autograder verify`` prints how far right solutions lie apart in ``y``.
"""

WORK_BUDGET = 1500
"""Pattern evaluations of all graded cases together: honest slow code needs 250 µs for each."""


@dataclass(frozen=True)
class Margin:
    """How clearly the guesses of a case are decided.

    ``least`` is the smallest top-two distance over all iterations that count, ``classes`` the
    number of different guesses in each accepted answer (the fewest).
    """

    case: str
    least: float
    classes: int
    guesses_judged: bool

    @property
    def ok(self) -> bool:
        """Whether rounding cannot decide, and no constant guess can be right."""
        return self.least >= LEAST_MARGIN and (self.classes >= 2 or not self.guesses_judged)


def margins(answers: Answers) -> Iterator[Margin]:
    """The margin of every graded case in which guesses or rates have points."""
    for case in answers.graded:
        if {"guesses", "misclassification_rate"} & set(case.points):
            yield _margin(answers, case)


def _margin(answers: Answers, case: Case) -> Margin:
    outputs = forward(case)
    two = np.sort(outputs, axis=-1)[..., -2:]
    classes = min(len(np.unique(a)) for a in answers.expected(case)["guesses"].accepted)
    return Margin(
        case.id, float(np.min(two[..., 1] - two[..., 0])), classes, "guesses" in case.points
    )


def total_work(cases: tuple[Case, ...]) -> int:
    """Pattern evaluations of one run over all graded cases, those asked twice counted twice."""
    return sum(work(case) for case in (*graded(cases), *asked_again(cases)))
