"""The targets of adjustments: a question, a case, or one output of a case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from assignment.checks.model.questions import NUMBERS, by_function
from autograder.cases import graded as cases
from autograder.cases.points import CoursePoints


@dataclass(frozen=True)
class Target:
    """A question such as "1.3", a case (``case`` is its id) or ``case/output``; points at most."""

    name: str
    question: str
    case: str
    output: str
    points: int

    @property
    def rank(self) -> int:
        """0 for an output, 1 for a case, 2 for a question: what is larger lies over the rest."""
        return 0 if self.output else 1 if self.case else 2


def targets(course_points: CoursePoints) -> Mapping[str, Target]:
    """Every target, by its name; questions first."""
    found = {n: Target(n, n, "", "", course_points.sections[n]) for n in NUMBERS}
    # Which cases there are is the same for every hidden seed.
    for case in cases.graded(cases.all_cases()):
        number = by_function(case.function).number
        points = {output: course_points.outputs[case.id, output] for output in case.points}
        found[case.id] = Target(case.id, number, case.id, "", sum(points.values()))
        for output, most in points.items():
            name = f"{case.id}/{output}"
            found[name] = Target(name, number, case.id, output, most)
    return found
