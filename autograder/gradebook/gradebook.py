"""The gradebook: a grade for each submission, and a row for each student.

It depends on the record and the course alone: on verdicts, decisions and the roster.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import TypeVar

import msgspec

from assignment.checks.model.questions import NUMBERS
from autograder.course import roster
from autograder.course.directory import Directory
from autograder.course.roster import Person
from autograder.course.settings import Course
from autograder.gradebook import groups
from autograder.gradebook.groups import Team
from autograder.gradebook.policy import Breakdown, Grade, GradingPolicy, SubmissionDecisions
from autograder.record import decision_log
from autograder.record.decision_log import Problem, Published
from autograder.record.reader import History
from autograder.results import SubmissionResult, SubmissionStatus
from autograder.text import shown

ABSENT = "nothing submitted"
NUMBERS_OF_A_GRADE = ("automatic", "report", "bonus", "late", "adjustment", "final")
Entry = TypeVar("Entry")


class GradebookRow(msgspec.Struct, frozen=True, kw_only=True):
    """One student's row of ``grades.csv``; ``points`` is None where nothing was submitted.

    ``submission`` is the one that counts, the student's own or the group's; "" without one.
    """

    id: str
    name: str
    submission: str
    status: SubmissionStatus | None
    points: Breakdown | None
    person: Person | None = None

    @property
    def why(self) -> str:
        """Why the grade is not complete; "" where it is."""
        return ABSENT if self.points is None else self.points.why


class Gradebook:
    """The grades of one run (by default the latest) under a course's rules.

    ``submissions`` are the ids of all but those who have withdrawn. ``problems`` are the wrong
    lines of the tables, and groups of which it is unknown which of two submissions counts; each
    leaves its students incomplete, and nobody else.

    Raises:
        TableError: where the roster does not fit.
    """

    def __init__(self, record: History, course: Course, run: int | None = None) -> None:
        self.record = record
        self.course = course
        self.run = run or record.last() or 0
        self.decisions = decision_log.current(record)
        self.directory = directory_of(record, course)
        self.submissions = record.submissions(run)
        self._times = self._submission_times()
        self.teams = groups.teams(
            self.decisions.members or (),
            self.directory,
            self.submissions,
            self._times,
            self._source,
        )
        self._team_of = {one: team for team in self.teams for one in team.submissions}
        self._adjustments = by_submission(self.decisions.adjustments or ())
        self._extensions = by_submission(self.decisions.extensions or ())
        self._marks = by_submission(self.decisions.manual or ())
        lines = decision_log.problems(record)
        self.problems = [*lines, *(Problem(t.counts, t.problem) for t in self.teams if t.problem)]
        self._problems = by_submission(lines)
        self.policy = GradingPolicy(course, self.decisions.excused or ())

    def __iter__(self) -> Iterator[Grade]:
        """Grade the submissions one at a time, in the order of their ids."""
        return map(self.grade, self.record.results(self.run))

    def grade(self, verdict: SubmissionResult) -> Grade:
        """Grade one submission."""
        one = verdict.submission
        info = self.directory.info.get(one)
        team = self._team_of.get(one) or Team("", (one,), (one,), counts=one)
        students = {one, *team.members}
        keys = {*students, *map(self._student, students)}
        decisions = SubmissionDecisions(
            adjustments=tuple(self._adjustments.get(one, ())),
            extensions=tuple(e for key in keys for e in self._extensions.get(key, ())),
            marks=tuple(self._marks.get(one, ())),
            submitted_at=self._times.get(one),
            marked_late=bool(info and info.late),
            group_notes=tuple(self._group_notes(team, one)),
            problems=(
                *(one.text for key in sorted(students) for one in self._problems.get(key, ())),
                *filter(None, [team.problem]),
            ),
        )
        return self.policy.grade(verdict, decisions)

    def rows(self, grades: Iterable[Grade]) -> list[GradebookRow]:
        """Return a row for each student: first the roster's, in its order, then all others.

        Without a roster and groups, each submission is a student.
        """
        found = {grade.result.submission: grade for grade in grades}
        counting = {self._student(one): one for one in sorted(found)}
        for team in self.teams:
            members = [self._student(member) for member in team.members]
            for one in team.submissions:
                # A submission under the group's own name is no student.
                if self._student(one) not in members:
                    counting.pop(self._student(one), None)
            counting |= dict.fromkeys(members, team.counts)
        known = self.directory.people
        people = [id_ for id_, person in known.items() if not person.withdrawn]
        students = [*people, *sorted(counting.keys() - known)]
        return [self._row(student, found.get(counting.get(student, ""))) for student in students]

    def without_time(self) -> list[str]:
        """List submissions of which it is unknown whether they are late, if that matters.

        Canvas marks late submissions, so without the mark they are on time.
        """
        if self.course.late is None:
            return []
        info = self.directory.info
        told = {one for one in self.submissions if one in info and info[one].late is not None}
        return sorted(self.submissions - set(self._times) - told)

    def _row(self, student: str, grade: Grade | None) -> GradebookRow:
        one = grade.result.submission if grade else ""
        person, name = self.directory.student(student), ""
        if person is not None:
            name = person.name
        elif self._student(one) == student and one in self.directory.info:
            name = self.directory.info[one].known_as
        return GradebookRow(
            id=student,
            name=name,
            submission=one,
            status=grade.result.status if grade else None,
            points=grade.points if grade else None,
            person=person,
        )

    def _student(self, key: str) -> str:
        """Return the student's id for the key of a submission or student, else the key itself."""
        person = self.directory.person(key)
        return person.id if person else key

    def _submission_times(self) -> dict[str, datetime]:
        """Return when submissions were made, from ``times.csv`` or else from the platform.

        A time in ``times.csv`` is not that of a file that came later.
        """
        found = {one: info.submitted_at for one, info in self.directory.info.items()}
        older = decision_log.for_older_files(self.record)
        stale = {one.submission for one in older if one.kind == "times"}
        for entry in self.decisions.times or ():
            key = self.directory.find(entry.submission) or entry.submission
            if entry.submission not in stale:
                found[key] = datetime.fromisoformat(entry.submitted_at)
        return {one: when for one, when in found.items() if when is not None}

    def _source(self, one: str) -> str:
        """Return a key that is equal for two submissions with the same file."""
        result = self.record.result(one, self.run)
        return result.sha256 if result is not None and result.sha256 else one

    def _group_notes(self, team: Team, one: str) -> Iterator[str]:
        """Tell the members which submission counts for them."""
        if team.problem:
            return
        if team.counts != one:
            who = f"Your group, {team.name}, has" if team.name else "You have"
            yield f"{who} submitted `{team.counts}` as well, and that counts, not this one."
        elif team.name:
            names = ", ".join(shown(self._name(member)) for member in team.members)
            yield f"Submitted for the group {team.name}: {names}."

    def _name(self, key: str) -> str:
        person = self.directory.person(key)
        return person.name or person.id if person else key


def directory_of(record: History, course: Course) -> Directory:
    """Return the directory of all submissions in the record and all students of the roster."""
    path = course.file("roster")
    people = roster.read(path).people if path is not None else ()
    return Directory(record.all_submissions(), decision_log.submission_info(record), people)


def as_published(grade: Grade) -> Published:
    """Convert a grade to what the record keeps of an exported one."""
    result, points = grade.result, grade.points
    questions = [(number, result.question_score(number)) for number in NUMBERS]
    return Published(
        result.submission,
        **{name: getattr(points, name) for name in NUMBERS_OF_A_GRADE},
        status=result.status,
        questions=", ".join(f"{number} {score}" for number, score in questions),
        code=result.sha256,
        is_late=points.late < 0 or points.unclear,
    )


def without_outputs(grade: Grade) -> Grade:
    """Keep only the points of a grade, so that a large class fits into memory."""
    result = SubmissionResult(submission=grade.result.submission, status=grade.result.status)
    return Grade(result=result, points=grade.points)


def difference(before: Mapping[str, Published], now: Published) -> str:
    """Say how a grade differs from the exported one: "adjustment 0 -> 2, final 62 -> 64"."""
    old = before.get(now.submission)
    if old is None:
        return ""
    pairs = [(name, getattr(old, name), getattr(now, name)) for name in NUMBERS_OF_A_GRADE]
    return ", ".join(
        f"{name} {points_text(one)} -> {points_text(other)}"
        for name, one, other in pairs
        if one != other
    )


def points_text(points: float | None) -> str:
    """Write points as they are, or "none"."""
    return "none" if points is None else f"{points:g}"


def by_submission(entries: Iterable[Entry]) -> dict[str, list[Entry]]:
    """Collect entries by their field ``submission``."""
    found: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        found[getattr(entry, "submission")].append(entry)  # noqa: B009 # a field of each Entry
    return found
