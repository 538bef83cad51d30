"""Compute the points of each output in a course: whole points that follow ``[points]``.

Cases have the kit's points and are judged with them. A course's points are applied to the judged
result, because they depend on its statuses only. So a change of points runs no code again, and no
result keeps the points of another course.
"""

import hashlib
import json
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

import msgspec

from assignment.checks.model.case import Case
from assignment.checks.model.questions import (
    NUMBERS,
    QUESTIONS,
    REPORT_POINTS,
    Question,
    by_function,
)
from autograder.cases import graded as cases_
from autograder.cases.bonus import bonus_cases
from autograder.results import OutputResult, SubmissionResult

REPORT = "2.3"
"""The section that is marked by hand."""
SECTIONS = (*NUMBERS, REPORT)
"""Every section that has points, in the handout's order."""

FULL_CREDIT = "full points"
"""What the message about dependency credit says where the credit is not reduced."""
_CREDIT = re.compile(r"(full points|no points|[\d.e+-]+ % of the points \(rounded\)) here")


@dataclass(frozen=True)
class CoursePoints:
    """Points by section, by function, and by (case, output).

    ``dependency_credit`` is the share of its points, 0 to 1, that an output has if it is right only
    with reference functions below it; they are rounded, half a point up.
    """

    sections: Mapping[str, int]
    functions: Mapping[str, int]
    outputs: Mapping[tuple[str, str], int]
    dependency_credit: float = 1.0

    @property
    def report(self) -> int:
        """The points that are given by hand."""
        return self.sections[REPORT]

    @property
    def automatic(self) -> int:
        """The points that the grader gives, without bonus."""
        return sum(self.functions.values())

    @property
    def key(self) -> str:
        """A key that differs for different points; "" for the kit's points."""
        if self.sections == kit_sections() and self.dependency_credit == 1:
            return ""
        points = json.dumps([*self.sections.items(), self.dependency_credit])
        return hashlib.sha256(points.encode()).hexdigest()[:16]

    @property
    def _credit(self) -> str:
        if self.dependency_credit in (0, 1):
            return FULL_CREDIT if self.dependency_credit else "no points"
        return f"{100 * self.dependency_credit:g} % of the points (rounded)"

    def credited_points(self, points: int) -> int:
        """The points of an output that is right only with reference functions below it."""
        # Rounded first, so that 0.35 is not a little more or less than it says.
        return math.floor(round(points * self.dependency_credit, 9) + 0.5)

    def output(self, output: OutputResult) -> OutputResult:
        """Give a judged output this course's points, whatever points it had.

        The bonus, and a case that the kit no longer has, keep their points.
        """
        most = self.outputs.get((output.case, output.output), output.max_points)
        points, message = 0, output.message
        if output.status == "passed":
            points = most if output.own_chain else self.credited_points(most)
            if not output.own_chain:
                message = _CREDIT.sub(f"{self._credit} here", message, count=1)
        if (points, most, message) == (output.points, output.max_points, output.message):
            return output
        return msgspec.structs.replace(output, points=points, max_points=most, message=message)

    def applied(self, result: SubmissionResult) -> SubmissionResult:
        """Give a result this course's points; it is the same object if it has them already."""
        outputs = tuple(self.output(output) for output in result.outputs)
        if all(new is old for new, old in zip(outputs, result.outputs, strict=True)):
            return result
        return msgspec.structs.replace(result, outputs=outputs)


def cap(points: CoursePoints, function: str) -> int:
    """The points of the dearest hidden case of a function.

    A function above that does not work together with it loses no more.
    """
    graded = (*_graded(), *bonus_cases(cases_.HIDDEN_SEED))
    hidden = [case for case in graded if case.function == function and not case.public]
    return max((sum(case.points.values()) for case in pointed(hidden, points)), default=0)


def kit_sections() -> dict[str, int]:
    """The kit's points by section, with those of the report; 100 together."""
    given = dict.fromkeys(NUMBERS, 0)
    for question in QUESTIONS:
        given[question.number] += question.points
    return {**given, REPORT: REPORT_POINTS}


def least(number: str) -> int:
    """The fewest points that a section may have: one for each output of its graded cases."""
    return sum(_least(question.function) for question in QUESTIONS if question.number == number)


def course_points(sections: Mapping[str, int], dependency_credit: float = 1.0) -> CoursePoints:
    """Compute all points of a course from those of its sections.

    Within a section, points follow the kit's in proportion: first the functions', then those of
    its public and its hidden cases, then each output's, whole and at least 1. Every section must
    have at least ``least`` points.
    """
    return _points(tuple(sections[number] for number in SECTIONS), dependency_credit)


def kit_points() -> CoursePoints:
    """The kit's own points."""
    return course_points(kit_sections())


@cache
def _points(points: tuple[int, ...], dependency_credit: float) -> CoursePoints:
    sections = dict(zip(SECTIONS, points, strict=True))
    functions: dict[str, int] = {}
    outputs: dict[tuple[str, str], int] = {}
    for number in NUMBERS:
        asked = [question for question in QUESTIONS if question.number == number]
        shares = apportioned(
            sections[number],
            [question.points for question in asked],
            [_least(question.function) for question in asked],
        )
        for question, share in zip(asked, shares, strict=True):
            functions[question.function] = share
            outputs |= _outputs(question, share)
    return CoursePoints(sections, functions, outputs, dependency_credit)


def _outputs(question: Question, points: int) -> dict[tuple[str, str], int]:
    # Hidden ones come first: a point that falls to neither side is decided by a hidden case.
    sides = [_kit_points(question.function, public=public) for public in (False, True)]
    shares = apportioned(points, [sum(side.values()) for side in sides], list(map(len, sides)))
    found: dict[tuple[str, str], int] = {}
    for side, share in zip(sides, shares, strict=True):
        each = apportioned(share, list(side.values()), [1] * len(side))
        found |= zip(side, each, strict=True)
    return found


def apportioned(total: int, weights: Sequence[int], least: Sequence[int]) -> list[int]:
    """Divide ``total`` into whole parts in proportion to the weights, each at least its least.

    The largest remainders are rounded up; of equal ones the first. The sum of ``least`` must not be
    above ``total``.
    """
    parts = list(least)
    free = list(range(len(weights)))
    rest = total
    while True:
        weight = sum(weights[i] for i in free)
        low = [i for i in free if rest * weights[i] < least[i] * weight]
        if not low:
            break
        free = [i for i in free if i not in low]
        rest -= sum(least[i] for i in low)
    for i in free:
        parts[i] = rest * weights[i] // weight
    left = total - sum(parts)
    by_remainder = sorted(free, key=lambda i: -(rest * weights[i] % weight))
    for i in by_remainder[:left]:
        parts[i] += 1
    return parts


def _least(function: str) -> int:
    return sum(len(_kit_points(function, public=public)) for public in (True, False))


def _kit_points(function: str, *, public: bool) -> dict[tuple[str, str], int]:
    """The kit's points of a function's public or hidden outputs."""
    return {
        (case.id, output): points
        for case in _graded()
        if case.function == function and case.public == public
        for output, points in case.points.items()
    }


@cache
def _graded() -> tuple[Case, ...]:
    # Which cases there are, and their points, is the same for every hidden seed.
    return cases_.graded(cases_.all_cases(cases_.HIDDEN_SEED))


def pointed(cases: Iterable[Case], course_points: CoursePoints) -> tuple[Case, ...]:
    """Give cases a course's points; the bonus has the same in every course."""
    return tuple(
        replace(
            case,
            points={
                name: course_points.outputs.get((case.id, name), n)
                for name, n in case.points.items()
            },
        )
        for case in cases
    )


@dataclass(frozen=True)
class Target:
    """What an adjustment is for: a question such as "1.3", a case, or an output of a case.

    ``name`` is the question, the id of the case, or ``case/output``; ``points`` is its maximum.
    """

    name: str
    question: str
    case: str
    output: str
    points: int

    @property
    def rank(self) -> int:
        """0 for an output, 1 for a case, 2 for a question, which overrides the others."""
        return 0 if self.output else 1 if self.case else 2


def targets(course_points: CoursePoints) -> Mapping[str, Target]:
    """All targets by name, questions first."""
    found = {n: Target(n, n, "", "", course_points.sections[n]) for n in NUMBERS}
    for case in _graded():
        number = by_function(case.function).number
        points = {output: course_points.outputs[case.id, output] for output in case.points}
        found[case.id] = Target(case.id, number, case.id, "", sum(points.values()))
        for output, most in points.items():
            name = f"{case.id}/{output}"
            found[name] = Target(name, number, case.id, output, most)
    return found
