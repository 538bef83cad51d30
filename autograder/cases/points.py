"""What each output is worth in a course: whole points that follow ``[points]`` of its file.

Cases carry the kit's own points and are judged by them. A course's points are laid over what has
been judged, as they depend on nothing but its statuses: so a change of points needs no new run of
anybody's code, and no result can keep points of another course.
"""

from __future__ import annotations

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
from autograder.results import OutputResult, SubmissionResult

REPORT = "2.3"
"""The section that a person marks."""
SECTIONS = (*NUMBERS, REPORT)
"""Every section that has points, in the handout's order."""

FULL_CREDIT = "full points"
"""What a message about dependency credit promises where it is not reduced."""
_CREDIT = re.compile(r"(full points|no points|[\d.e+-]+ % of the points \(rounded\)) here")


@dataclass(frozen=True)
class CoursePoints:
    """Points by section, by function, and by (case, output).

    ``dependency_credit`` is the share, 0 to 1, of its points that an output keeps if it is right
    only with reference functions below it; they are rounded, half a point up.
    """

    sections: Mapping[str, int]
    functions: Mapping[str, int]
    outputs: Mapping[tuple[str, str], int]
    dependency_credit: float = 1.0

    @property
    def report(self) -> int:
        """The points that a person gives."""
        return self.sections[REPORT]

    @property
    def automatic(self) -> int:
        """The points that the grader gives, without bonus."""
        return sum(self.functions.values())

    @property
    def key(self) -> str:
        """Tells courses of unlike points apart; "" for the kit's own points."""
        if self.sections == kit_sections() and self.dependency_credit == 1:
            return ""
        told = json.dumps([*self.sections.items(), self.dependency_credit])
        return hashlib.sha256(told.encode()).hexdigest()[:16]

    @property
    def _credit(self) -> str:
        if self.dependency_credit in (0, 1):
            return FULL_CREDIT if self.dependency_credit else "no points"
        return f"{100 * self.dependency_credit:g} % of the points (rounded)"

    def credited_points(self, points: int) -> int:
        """What an output of so many points has when it is right on its own merits only."""
        # A weight as it is written has few digits; what binary fractions add to it must not count.
        return math.floor(round(points * self.dependency_credit, 9) + 0.5)

    def output(self, output: OutputResult) -> OutputResult:
        """A judged output with this course's points, whatever points it had.

        The bonus, and a case that the kit no longer has, keep what they have.
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
        """A result with this course's points; the same object where it has them already."""
        outputs = tuple(self.output(output) for output in result.outputs)
        if all(new is old for new, old in zip(outputs, result.outputs, strict=True)):
            return result
        return msgspec.structs.replace(result, outputs=outputs)


def kit_sections() -> dict[str, int]:
    """Points by section as the kit gives them, the report's included; 100 together."""
    given = dict.fromkeys(NUMBERS, 0)
    for question in QUESTIONS:
        given[question.number] += question.points
    return {**given, REPORT: REPORT_POINTS}


def least(number: str) -> int:
    """The fewest points that a section may have: one for each output of its graded cases."""
    return sum(_least(question.function) for question in QUESTIONS if question.number == number)


def course_points(sections: Mapping[str, int], dependency_credit: float = 1.0) -> CoursePoints:
    """The worth of everything where the sections have these points.

    Within a section, points follow the kit's in proportion: first the functions', then those of
    its public and its hidden cases, then each output's, whole and at least 1. Every section must
    have at least ``least`` points.
    """
    return _worth(tuple(sections[number] for number in SECTIONS), dependency_credit)


def kit_points() -> CoursePoints:
    """The kit's own points."""
    return course_points(kit_sections())


@cache
def _worth(points: tuple[int, ...], dependency_credit: float) -> CoursePoints:
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
    sides = [_places(question.function, public=public) for public in (False, True)]
    shares = apportioned(points, [sum(side.values()) for side in sides], list(map(len, sides)))
    found: dict[tuple[str, str], int] = {}
    for side, share in zip(sides, shares, strict=True):
        each = apportioned(share, list(side.values()), [1] * len(side))
        found |= zip(side, each, strict=True)
    return found


def apportioned(total: int, weights: Sequence[int], least: Sequence[int]) -> list[int]:
    """``total`` in whole parts, in proportion to the weights and each at least its least.

    By the largest remainder; of equal ones the first. The leasts together may not be above
    ``total``.
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
    return sum(len(_places(function, public=public)) for public in (True, False))


def _places(function: str, *, public: bool) -> dict[tuple[str, str], int]:
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
    """Cases with a course's points; the bonus has the same everywhere."""
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
    for case in _graded():
        number = by_function(case.function).number
        points = {output: course_points.outputs[case.id, output] for output in case.points}
        found[case.id] = Target(case.id, number, case.id, "", sum(points.values()))
        for output, most in points.items():
            name = f"{case.id}/{output}"
            found[name] = Target(name, number, case.id, output, most)
    return found
