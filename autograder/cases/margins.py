"""Prove that rounding decides nothing: margins of guesses, spreads of outputs, the work budget."""

import types
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from assignment.checks.judging.judge import as_numbers, distance, in_shape, split
from assignment.checks.model.case import Case, every_call, work
from autograder.cases.answers import Answers
from autograder.cases.expected import VARIANTS, call, forward, module_of, tolerance
from autograder.cases.graded import asked_again, graded

LEAST_MARGIN = 1e-6
"""The least difference of the two largest outputs that may decide a guess.

It is far above rounding: ``autograder verify`` prints how far right solutions differ in ``y``.
"""

LEAST_FACTOR = 100
"""A tolerance is at least this many times the spread between right solutions."""

WORK_BUDGET = 2000
"""Pattern evaluations of all graded cases together; slow right code needs 250 µs for each."""


@dataclass(frozen=True)
class Margin:
    """How clearly the guesses of a case are decided.

    ``least`` is the smallest difference of the two largest outputs over all iterations, ``classes``
    the number of different guesses (the fewest of all accepted answers). Of a case of several calls
    the first one must have two classes (``guesses_judged``).
    """

    case: str
    least: float
    classes: int
    guesses_judged: bool

    @property
    def ok(self) -> bool:
        """Whether rounding decides nothing, and no constant guess is right."""
        return self.least >= LEAST_MARGIN and (self.classes >= 2 or not self.guesses_judged)


def margins(answers: Answers) -> Iterator[Margin]:
    """The margin of every graded case in which guesses or rates have points."""
    for one in every_call(answers.graded):
        if {"guesses", "misclassification_rate"} & set(one.points):
            judged = one in answers.graded and "guesses" in one.points
            two = np.sort(forward(one), axis=-1)[..., -2:]
            classes = min(len(np.unique(a)) for a in answers.expected(one)["guesses"].accepted)
            yield Margin(one.id, float(np.min(two[..., 1] - two[..., 0])), classes, judged)


def total_work(cases: tuple[Case, ...]) -> int:
    """Pattern evaluations of one run over all graded cases, those asked twice counted twice."""
    return sum(work(one) for one in (*every_call(graded(cases)), *asked_again(cases)))


@dataclass(frozen=True)
class Spread:
    """The widest distance of a variant from the accepted answers, over all graded cases.

    In the judge's own measure, |got - right| / (1 + |right|).
    """

    function: str
    output: str
    tolerance: float
    widest: float
    variant: str

    @property
    def holds(self) -> bool:
        """Whether no right solution comes near the tolerance."""
        return self.widest * LEAST_FACTOR <= self.tolerance


def spreads(answers: Answers) -> Iterator[Spread]:
    """One spread for each output of each function, over all variants."""
    modules = {variant.id: module_of(variant.source) for variant in VARIANTS}
    widest: dict[tuple[str, str], tuple[float, str]] = {}
    for case in every_call(answers.graded):
        for name, module in modules.items():
            for output, apart in _apart(answers, case, module).items():
                place = (case.function, output)
                widest[place] = max(widest.get(place, (0.0, name)), (apart, name))
    for (function, output), (apart, name) in widest.items():
        yield Spread(function, output, tolerance(output), apart, name)


def _apart(answers: Answers, case: Case, module: types.ModuleType) -> dict[str, float]:
    named = split(case, call(module, case).value)
    if isinstance(named, str):
        return dict.fromkeys(case.points, np.inf)
    apart = {}
    for output, expected in answers.expected(case).items():
        got = as_numbers(named[output])
        shaped = [(in_shape(got, right), right) for right in expected.accepted]
        near = [float(np.max(distance(got_, right))) for got_, right in shaped if got_ is not None]
        apart[output] = min(near, default=np.inf)
    return apart
