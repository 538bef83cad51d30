"""Where a submission stands: its verdict with what people have decided laid over it.

    automatic   points of the outputs, with those of excused
    adjustment  what ``adjustments.csv`` changes
    bonus       of the optional exercises
    report      points given by hand; None as long as one part is missing
    late        what lateness takes away: 0 or negative, a share of all the points above
    final       their sum; None where the report or the verdict is missing

The verdict itself stays in the record as it was judged, and no code runs for any of this.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

import msgspec

from autograder.cases.points import Target, targets
from autograder.course.settings import Course
from autograder.gradebook import adjustments as adjusting
from autograder.gradebook import late_policy as late
from autograder.gradebook import rubric as manual
from autograder.record.decisions import WAIVED, Adjustment, Excused, Extension, Mark
from autograder.results import OutputResult, SubmissionResult

NO_ONE_SAYS_WHEN = "the platform calls it late, but nobody says how late: add it to times.csv"


class Grade(msgspec.Struct, frozen=True, kw_only=True):
    """The points of one submission, which ``final`` adds up; None where they are not known yet.

    ``why`` says, for the instructor, what is missing or unclear; ``unclear`` tells that something
    was late, and nobody says how late.
    """

    automatic: int | None
    report: float | None
    bonus: int
    late: int
    adjustment: int
    final: float | None
    why: str = ""
    unclear: bool = False


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """A result with its points as they stand, the grade, and what the student is told of both.

    ``said`` are sentences on decisions, ``marks`` the points given by hand, part by part.
    """

    result: SubmissionResult
    grade: Grade
    said: tuple[str, ...] = ()
    marks: tuple[Mark, ...] = ()

    @property
    def plain(self) -> bool:
        """Whether nobody has decided anything, so that the automatic points say it all."""
        return not (self.said or self.marks)


class About(msgspec.Struct, frozen=True, kw_only=True):
    """What people have decided about one submission.

    ``handed_in`` and ``marked_late`` are what the platform or ``times.csv`` says; ``group`` are
    sentences about the group.
    """

    adjustments: tuple[Adjustment, ...] = ()
    extensions: tuple[Extension, ...] = ()
    marks: tuple[Mark, ...] = ()
    handed_in: datetime | None = None
    marked_late: bool = False
    group: tuple[str, ...] = ()


def by_course(course: Course, verdict: SubmissionResult) -> SubmissionResult:
    """A verdict as it stands by the course's file alone: its points, and what it has made excused.

    For platforms, where there is no record and so nothing that was decided about one submission.
    """
    excused = [Excused(place, reason) for place, reason in course.excused.items()]
    return Rules(course, excused).standing(verdict, About()).result


class Rules:
    """How a course makes grades of verdicts and decisions."""

    def __init__(self, course: Course, excused: Iterable[Excused] = ()) -> None:
        self.course = course
        self.course_points = course.course_points()
        self._excused = {one.place: one.reason for one in excused}
        self._places: Mapping[str, Target] = targets(self.course_points)
        self._parts = [part.name for part in manual.rubric(course)]

    def standing(self, verdict: SubmissionResult, about: About) -> Standing:
        """Lay decisions over a verdict."""
        result = self.course_points.applied(verdict)
        if self._excused:
            outputs = tuple(map(self._voided, result.outputs))
            result = msgspec.structs.replace(result, outputs=outputs)
        said = list(about.group)
        automatic = result.score - result.bonus
        changes = adjusting.adjusted(result, about.adjustments, self._places)
        said += map(str, changes)
        most = max(0, self.course_points.automatic - automatic)
        adjustment = min(sum(change.points for change in changes), most)
        report = self._report(about.marks)
        earned = automatic + adjustment + result.bonus + (report or 0)
        off, told = self._late(earned, about)
        said += told
        unclear = self.course.late is not None and about.marked_late and about.handed_in is None
        why = NO_ONE_SAYS_WHEN if unclear else ""
        not_judged = verdict.status == "not_judged"
        final = None if not_judged or report is None else earned - off
        if not_judged:
            why = "not judged through the grader's own fault: grade again"
        elif report is None:
            why = "; ".join(filter(None, (self._missing(about.marks), why)))
        grade = Grade(
            automatic=None if not_judged else automatic,
            report=report,
            bonus=result.bonus,
            late=-off,
            adjustment=adjustment,
            final=final,
            why=why,
            unclear=unclear,
        )
        marks = () if report is None else about.marks  # half a report's would look like all of it
        standing = Standing(result=result, grade=grade, said=tuple(said), marks=marks)
        if standing.plain or not_judged:
            return standing
        return msgspec.structs.replace(standing, said=(*said, *self._sum(grade)))

    def _voided(self, output: OutputResult) -> OutputResult:
        for place in (output.case, f"{output.case}/{output.output}"):
            reason = self._excused.get(place)
            if reason is not None and output.points < output.max_points:
                counts = "Everybody has the points of this"
                return msgspec.structs.replace(
                    output,
                    points=output.max_points,
                    decision=f"{counts} {'case' if place == output.case else 'output'}: {reason}",
                )
        return output

    def _report(self, marks: Iterable[Mark]) -> float | None:
        given = {mark.item: mark.points for mark in marks}
        if any(part not in given for part in self._parts):
            return None
        return round(sum(given[part] for part in self._parts), 2)

    def _missing(self, marks: Iterable[Mark]) -> str:
        given = {mark.item for mark in marks}
        missing = [part for part in self._parts if part not in given]
        if len(missing) == len(self._parts):
            return "the report is not marked yet"
        return f"the report is not marked in full: {', '.join(missing)}"

    def _late(self, earned: float, about: About) -> tuple[int, list[str]]:
        """Points off, and sentences for the student."""
        rule, due = self.course.late, self.course.due
        if rule is None or due is None or about.handed_in is None:
            return 0, []
        if not late.seconds_late(due, about.handed_in):
            return 0, []
        dues = [extension.due for extension in about.extensions]
        if WAIVED in dues:
            return 0, ["Submitted after the due date, which costs nothing, as agreed."]
        told = []
        if dues:
            due = max(map(datetime.fromisoformat, dues))
            told.append(f"Your own due date was {due:%Y-%m-%d %H:%M}.")
        cost = late.penalty(earned, due, about.handed_in, rule)
        return cost.points, [*told, *filter(None, [cost.sentence])]

    def _sum(self, grade: Grade) -> Iterator[str]:
        """How the points add up, for the student; nothing where there is nothing to add."""
        assert grade.automatic is not None
        total = grade.automatic + grade.bonus + grade.adjustment + grade.late + (grade.report or 0)
        told = [f"{grade.automatic} automatic"]
        for points, name in (
            (grade.adjustment, "adjusted"),
            (grade.bonus, "bonus"),
            (grade.report or 0, "for the report"),
            (grade.late, "for lateness"),
        ):
            if points:
                told.append(f"{'+' if points > 0 else '−'} {late.number(abs(points))} {name}")
        if len(told) == 1:
            return
        without = "" if grade.report is not None else ", without the report: it is not marked yet"
        yield f"Together {late.number(total)} points: {' '.join(told)}{without}."
