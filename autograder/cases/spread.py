"""How far equally right solutions lie apart, output by output, beside the tolerance."""

from __future__ import annotations

import types
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from assignment.checks.judging.judge import as_numbers, distance, in_shape, split
from assignment.checks.model.case import Case
from autograder.cases import expected as answers_
from autograder.cases.expected import Answers, tolerance

LEAST_FACTOR = 100
"""A tolerance is at least this many times the spread between right solutions."""


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
    modules = {variant.id: answers_.module_of(variant.source) for variant in answers_.variants()}
    widest: dict[tuple[str, str], tuple[float, str]] = {}
    for case in answers.graded:
        for name, module in modules.items():
            for output, apart in _apart(answers, case, module).items():
                place = (case.function, output)
                widest[place] = max(widest.get(place, (0.0, name)), (apart, name))
    for (function, output), (apart, name) in widest.items():
        yield Spread(function, output, tolerance(output), apart, name)


def _apart(answers: Answers, case: Case, module: types.ModuleType) -> dict[str, float]:
    named = split(case, answers_.call(module, case).value)
    if isinstance(named, str):
        return dict.fromkeys(case.points, np.inf)
    apart = {}
    for output, expected in answers.expected(case).items():
        got = as_numbers(named[output])
        shaped = [(in_shape(got, right), right) for right in expected.accepted]
        near = [float(np.max(distance(got_, right))) for got_, right in shaped if got_ is not None]
        apart[output] = min(near, default=np.inf)
    return apart
