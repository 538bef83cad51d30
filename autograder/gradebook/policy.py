"""The grading policy: make a grade from a verdict and what people have decided about it.

    automatic   points of the outputs, with those of excused cases
    adjustment  what ``adjustments.csv`` changes
    bonus       points of the optional exercises
    report      points given by hand; None as long as one part is missing
    late        what lateness takes away: 0 or negative, a share of all the points above
    final       their sum; None where the report or the verdict is missing

The verdict stays in the record as it was judged, and no student code runs for any of this.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime

import msgspec

from autograder.cases.points import Target, targets
from autograder.course.settings import Course
from autograder.gradebook import late_policy, rubric
from autograder.gradebook.adjustments import apply_adjustments
from autograder.record.decisions import WAIVED, Adjustment, Excused, Extension, Mark
from autograder.results import OutputResult, SubmissionResult

UNKNOWN_LATENESS = "marked late by the platform, but without a submission time: add it to times.csv"


class Breakdown(msgspec.Struct, frozen=True, kw_only=True):
    """The points of one grade; ``final`` is their sum. None means not known yet.

    ``why`` tells the instructor what is missing or unclear; ``unclear`` is true where something is
    late and its submission time is unknown.
    """

    automatic: int | None
    report: float | None
    bonus: int
    late: int
    adjustment: int
    final: float | None
    why: str = ""
    unclear: bool = False


class Grade(msgspec.Struct, frozen=True, kw_only=True):
    """The grade of one submission: its result with excused cases, its points, and the reasons.

    ``notes`` are sentences for the student about decisions, ``marks`` the points given by hand for
    each part of the report.
    """

    result: SubmissionResult
    points: Breakdown
    notes: tuple[str, ...] = ()
    marks: tuple[Mark, ...] = ()


class SubmissionDecisions(msgspec.Struct, frozen=True, kw_only=True):
    """What people have decided about one submission.

    ``submitted_at`` and ``marked_late`` come from the platform or from ``times.csv``;
    ``group_notes`` are sentences about the group, ``problems`` what is wrong in the tables.
    """

    adjustments: tuple[Adjustment, ...] = ()
    extensions: tuple[Extension, ...] = ()
    marks: tuple[Mark, ...] = ()
    submitted_at: datetime | None = None
    marked_late: bool = False
    group_notes: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()


def grade_by_course(course: Course, verdict: SubmissionResult) -> SubmissionResult:
    """Apply the points and the excused cases of a course's file to a verdict.

    For platforms: they have no record, so nothing was decided about a single submission.
    """
    excused = [Excused(place, reason) for place, reason in course.excused.items()]
    return GradingPolicy(course, excused).grade(verdict).result


class GradingPolicy:
    """Makes grades from verdicts and decisions under a course's rules."""

    def __init__(self, course: Course, excused: Iterable[Excused] = ()) -> None:
        self.course = course
        self.course_points = course.course_points()
        self._excused = {entry.place: entry.reason for entry in excused}
        self._targets: Mapping[str, Target] = targets(self.course_points)
        self._parts = [part.name for part in rubric.criteria(course)]

    def grade(
        self, verdict: SubmissionResult, decisions: SubmissionDecisions | None = None
    ) -> Grade:
        """Apply decisions to a verdict."""
        decisions = decisions or SubmissionDecisions()
        result = self.course_points.applied(verdict)
        if self._excused:
            outputs = tuple(map(self._excuse, result.outputs))
            result = msgspec.structs.replace(result, outputs=outputs)
        automatic = result.score - result.bonus
        changes = apply_adjustments(result, decisions.adjustments, self._targets)
        most = max(0, self.course_points.automatic - automatic)
        adjustment = min(sum(change.points for change in changes), most)
        report, missing = self._report(decisions.marks)
        earned = automatic + adjustment + result.bonus + (report or 0)
        off, late_notes = self._late(earned, decisions)
        notes = [*decisions.group_notes, *map(str, changes), *late_notes]
        unclear = (
            self.course.late is not None
            and decisions.marked_late
            and decisions.submitted_at is None
        )
        why = UNKNOWN_LATENESS if unclear else ""
        not_judged = verdict.status == "not_judged"
        if not_judged:
            why = "not judged because of an error of the grader: grade again"
        else:
            why = "; ".join(filter(None, (*decisions.problems, missing, why)))
        open_ = not_judged or report is None or bool(decisions.problems)
        points = Breakdown(
            automatic=None if not_judged else automatic,
            report=report,
            bonus=result.bonus,
            late=-off,
            adjustment=adjustment,
            final=None if open_ else earned - off,
            why=why,
            unclear=unclear,
        )
        # Marks for half a report would look like all of them.
        marks = () if report is None else decisions.marks
        return Grade(result=result, points=points, notes=tuple(notes), marks=marks)

    def _excuse(self, output: OutputResult) -> OutputResult:
        """Give an output its points if it, or its case, is excused."""
        for what, place in ("case", output.case), ("output", f"{output.case}/{output.output}"):
            reason = self._excused.get(place)
            if reason is not None and output.points < output.max_points:
                why = f"Everybody has the points of this {what}: {reason}"
                return msgspec.structs.replace(output, points=output.max_points, decision=why)
        return output

    def _report(self, marks: Iterable[Mark]) -> tuple[float | None, str]:
        """Return the points of the report, None as long as some are missing, and which are."""
        given = {mark.item: mark.points for mark in marks}
        missing = [part for part in self._parts if part not in given]
        if not missing:
            return round(sum(given[part] for part in self._parts), 2), ""
        if len(missing) == len(self._parts):
            return None, "the report is not marked yet"
        return None, f"the report is not marked in full: {', '.join(missing)}"

    def _late(self, earned: float, decisions: SubmissionDecisions) -> tuple[int, list[str]]:
        """Return the points lost through lateness, and sentences for the student."""
        rule, due, submitted_at = self.course.late, self.course.due, decisions.submitted_at
        if rule is None or due is None or submitted_at is None:
            return 0, []
        if not late_policy.seconds_late(due, submitted_at):
            return 0, []
        extended = [extension.due for extension in decisions.extensions]
        if WAIVED in extended:
            return 0, ["Submitted after the due date, which costs nothing, as agreed."]
        notes = []
        if extended:
            due = max(map(datetime.fromisoformat, extended))
            notes.append(f"Your own due date was {due:%Y-%m-%d %H:%M}.")
        cost = late_policy.penalty(earned, due, submitted_at, rule)
        return cost.points, [*notes, *filter(None, [cost.sentence])]
