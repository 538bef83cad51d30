"""The grades of a course: where each submission stands, and a row for each student.

All of it is a function of the record and the course: what was judged, what people have decided,
and who is in the roster.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import TypeVar

import msgspec

from autograder.course import roster
from autograder.course.directory import Register
from autograder.course.roster import Person
from autograder.course.settings import Course
from autograder.gradebook import groups
from autograder.gradebook.groups import Team
from autograder.gradebook.policy import About, Grade, Rules, Standing
from autograder.record import decision_log
from autograder.record.decisions import Extension
from autograder.record.reader import History
from autograder.results import SubmissionResult, SubmissionStatus
from autograder.text import shown

ABSENT = "nothing submitted"
Key = TypeVar("Key", bound=Hashable)
Entry = TypeVar("Entry")


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """A student's line of ``grades.csv``; ``grade`` is None where nothing was submitted.

    ``submission`` is what counts for them, their own or their group's; "" without one.
    """

    id: str
    name: str
    submission: str
    status: SubmissionStatus | None
    grade: Grade | None
    person: Person | None = None

    @property
    def why(self) -> str:
        """Why the grade is not complete; "" where it is."""
        return ABSENT if self.grade is None else self.grade.why


class Grades:
    """The standings of one run, the latest one unless said, under a course's rules.

    Raises:
        TableError: where the roster does not fit, or nobody can say which of two submissions
            counts.
    """

    def __init__(self, record: History, course: Course, run: int | None = None) -> None:
        self.record = record
        self.course = course
        self.run = run or record.last() or 0
        self.decisions = decision_log.current(record)
        self.register = register(record, course)
        self._ids = decision_log.submissions(record, run)
        self._times = self._handed_in()
        self.teams = self._teams()
        self._team_of = {one: team for team in self.teams for one in team.submissions}
        self._adjustments = _by(self.decisions.adjustments or (), "submission")
        self._extensions = _by(self.decisions.extensions or (), "submission")
        self._marks = _by(self.decisions.manual or (), "submission")
        self.rules = Rules(course, self.decisions.excused or ())

    def __iter__(self) -> Iterator[Standing]:
        """Where each submission stands, in the order of their ids, one at a time."""
        for result in self.record.results(self.run):
            yield self.standing(result)

    def standing(self, verdict: SubmissionResult) -> Standing:
        """Where this submission stands."""
        one = verdict.submission
        team = self._team_of.get(one)
        students = {one, *(team.members if team else ())}
        return self.rules.standing(
            verdict,
            About(
                adjustments=tuple(self._adjustments.get(one, ())),
                extensions=tuple(e for name in students for e in self._extensions_of(name)),
                marks=tuple(self._marks.get(one, ())),
                handed_in=self._times.get(one),
                marked_late=self._is_marked(one),
                group=() if team is None else tuple(self._of_team(team, one)),
            ),
        )

    def rows(self, standings: Iterable[Standing]) -> list[Row]:
        """A row for each student: the roster's in its order, then everybody else.

        Where there is neither a roster nor a group, a submission is a student.
        """
        found = {standing.result.submission: standing for standing in standings}
        counts = {self._student(one): one for one in sorted(found)}
        for team in self.teams:
            members = [self._student(member) for member in team.members]
            for one in team.submissions:
                # What was handed out under a group's own name is no student's.
                if self._student(one) not in members:
                    counts.pop(self._student(one), None)
            counts |= dict.fromkeys(members, team.counts)
        people = list(self.register.people)
        students = [*people, *sorted(counts.keys() - people)]
        return [self._row(student, found.get(counts.get(student, ""))) for student in students]

    def without_time(self) -> list[str]:
        """Submissions of which nobody says when they were submitted, where lateness costs points.

        Where the platform marks late ones and gives no times, those without its mark are on time.
        """
        marked = any(map(self._is_marked, self._ids))
        if self.course.late is None or (marked and not self._times):
            return []
        return sorted(one for one in self._ids - set(self._times) if not self._is_marked(one))

    def _is_marked(self, one: str) -> bool:
        whose = self.register.handed.get(one)
        return whose is not None and whose.late

    def _row(self, student: str, standing: Standing | None) -> Row:
        one = standing.result.submission if standing else ""
        person, name = self.register.student(student), ""
        if person is not None:
            name = person.name
        elif self._student(one) == student and one in self.register.handed:
            name = self.register.handed[one].known_as
        return Row(
            id=student,
            name=name,
            submission=one,
            status=standing.result.status if standing else None,
            grade=standing.grade if standing else None,
            person=person,
        )

    def _student(self, key: str) -> str:
        """The student's id for a submission or a student, else what it is called."""
        person = self.register.person(key)
        return person.id if person else key

    def _handed_in(self) -> dict[str, datetime]:
        """When things were submitted: what ``times.csv`` says, else what the platform says."""
        found = {one: whose.handed_in for one, whose in self.register.handed.items()}
        for entry in self.decisions.times or ():
            key = self.register.find(entry.submission) or entry.submission
            found[key] = datetime.fromisoformat(entry.handed_in)
        return {one: when for one, when in found.items() if when is not None}

    def _teams(self) -> list[Team]:
        return groups.teams(
            self.decisions.members or (),
            self.register,
            self._ids,
            self._times,
            self._source,
        )

    def _source(self, one: str) -> str:
        """What is equal for two submissions with the same file."""
        result = self.record.result(one, self.run)
        return result.sha256 if result is not None and result.sha256 else one

    def _extensions_of(self, name: str) -> Iterable[Extension]:
        names = {name, self._student(name)}
        return [entry for known in sorted(names) for entry in self._extensions.get(known, ())]

    def _of_team(self, team: Team, one: str) -> Iterator[str]:
        """What the members are told."""
        whom = f"Your group, {team.name}," if team.name else "You"
        if team.counts != one:
            has = "has" if team.name else "have"
            yield f"{whom} {has} submitted `{team.counts}` as well, and that counts, not this one."
        elif team.name:
            names = ", ".join(shown(self._name(member)) for member in team.members)
            yield f"Submitted for the group {team.name}: {names}."

    def _name(self, key: str) -> str:
        person = self.register.person(key)
        return person.name or person.id if person else key


def register(record: History, course: Course) -> Register:
    """Who is known: all that was ever graded, whose it is, and the course's roster."""
    path = course.file("roster")
    people = roster.read(path).people if path is not None else ()
    return Register(record.known(), decision_log.known(record), people)


def publishable(standing: Standing) -> decision_log.Published:
    """A grade as the record keeps it once it was exported."""
    grade = standing.grade
    return decision_log.Published(
        standing.result.submission,
        grade.automatic,
        grade.report,
        grade.bonus,
        grade.late,
        grade.adjustment,
        grade.final,
    )


def without_outputs(standing: Standing) -> Standing:
    """A standing of which only the grade is left to be told: small, whatever was submitted."""
    result = SubmissionResult(submission=standing.result.submission, status=standing.result.status)
    return msgspec.structs.replace(standing, result=result, said=(), marks=())


def changed(
    before: Mapping[str, decision_log.Published],
    now: decision_log.Published,
    *,
    verdict: bool = False,
) -> str:
    """What is not as it was exported, such as "adjustment 0 -> 2, final 62 -> 64".

    Nothing where another ``verdict`` explains it all: it is told by itself.
    """
    old = before.get(now.submission)
    if old is None:
        return ""
    names = now.__struct_fields__
    differ = [name for name in names if getattr(old, name) != getattr(now, name)]
    if verdict and not set(differ) & {"report", "adjustment"}:
        return ""
    return ", ".join(
        f"{name} {_told(getattr(old, name))} -> {_told(getattr(now, name))}" for name in differ
    )


def _told(points: float | None) -> str:
    return "none" if points is None else f"{points:g}"


def _by(entries: Iterable[Entry], field: str) -> dict[str, list[Entry]]:
    found: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        found[getattr(entry, field)].append(entry)
    return found
