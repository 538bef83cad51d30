"""Enter the decisions of a course's tables into the record."""

from collections.abc import Collection

import msgspec

from autograder.course.directory import Directory
from autograder.course.settings import Course
from autograder.gradebook import decision_tables
from autograder.gradebook.gradebook import directory_of
from autograder.record import decision_log
from autograder.record.decisions import TABLES, Decisions
from autograder.record.writer import Record


def sync_decisions(
    record: Record, course: Course, kinds: Collection[str] = tuple(Decisions.KINDS)
) -> tuple[list[decision_log.TableChange], dict[str, int]]:
    """Make the record hold the decisions of the course's tables, and who has withdrawn.

    Other ``kinds`` of decisions stay as they are. Returns what changed in the record, and by the
    name of each table that no longer exists how many of its decisions still hold.

    Raises:
        ConfigError, TableError: where a table cannot be read; then nothing was changed.
    """
    problems: list[decision_log.Problem] = []
    directory = directory_of(record, course)
    wanted = decision_tables.from_course(course, directory, problems)
    others = dict.fromkeys(Decisions.KINDS.keys() - set(kinds))
    changes = decision_log.enter(record, msgspec.structs.replace(wanted, **others), problems)
    holding = decision_log.current(record)
    record.withdraw(_withdrawn(holding, directory))
    without_table = {
        table: len(rows)
        for kind, table in TABLES.items()
        if (rows := getattr(holding, kind)) and getattr(wanted, kind) is None
    }
    return changes, without_table


def _withdrawn(decisions: Decisions, directory: Directory) -> set[str]:
    """The submissions of students who have withdrawn, but for those that others share."""
    teams: dict[str, list[str]] = {}
    for member in decisions.members or ():
        teams.setdefault(member.team, []).append(member.student)

    def has_left(key: str) -> bool:
        person = directory.person(key)
        return person is not None and person.withdrawn

    shared = {one for team in teams.values() if not all(map(has_left, team)) for one in team}
    return {one for one in directory.submissions if has_left(one)} - shared
