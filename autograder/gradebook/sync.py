"""Enter the decisions of a course's tables into the record."""

from __future__ import annotations

from dataclasses import dataclass

from autograder.course.settings import Course
from autograder.gradebook import decision_tables
from autograder.gradebook.gradebook import directory_of
from autograder.record import decision_log
from autograder.record.decisions import FILES, Decisions
from autograder.record.reader import History
from autograder.record.writer import Record


@dataclass(frozen=True)
class SyncedDecisions:
    """What changed in the record, and how many decisions hold whose table no longer exists.

    ``without_table`` counts these by the name of the table.
    """

    changes: list[decision_log.TableChange]
    without_table: dict[str, int]


def sync_decisions(record: Record, course: Course) -> SyncedDecisions:
    """Make the record hold the decisions of the course's tables.

    Raises:
        ConfigError, TableError: where a table does not fit; then nothing was changed.
    """
    wanted = decision_tables.from_course(course, directory_of(record, course))
    changes = decision_log.enter(record, wanted)
    without_table = {
        table_name(kind): count
        for kind, count in count_decisions(record).items()
        if getattr(wanted, kind) is None
    }
    return SyncedDecisions(changes, without_table)


def count_decisions(record: History) -> dict[str, int]:
    """Count the decisions of each kind that hold; kinds without any are left out."""
    current = decision_log.current(record)
    return {kind: len(rows) for kind in Decisions.KINDS if (rows := getattr(current, kind))}


def table_name(kind: str) -> str:
    """Return what an instructor calls the table of a kind: "adjustments.csv" or "[excused]"."""
    return "[excused]" if kind == "excused" else f"{FILES[kind]}.csv"
