"""Entering what a course's tables say into the record, and what holds there."""

from __future__ import annotations

from dataclasses import dataclass

from autograder.course.settings import Course
from autograder.gradebook import decision_tables as decision_files
from autograder.gradebook.gradebook import register
from autograder.record import decision_log
from autograder.record.decisions import FILES, Decisions
from autograder.record.reader import History
from autograder.record.writer import Record


@dataclass(frozen=True)
class Decided:
    """What entering a course's tables has changed, and how much holds without a table.

    ``left`` counts decisions by the name of the table that there is no more.
    """

    changes: list[decision_log.TableChange]
    left: dict[str, int]


def decide(record: Record, course: Course) -> Decided:
    """Let the record hold what the course's tables say now.

    Raises:
        ConfigError, TableError: where a table does not fit; then nothing was changed.
    """
    said = decision_files.from_course(course, register(record, course))
    entered = decision_log.enter(record, said)
    left = {kind: count for kind, count in holding(record).items() if getattr(said, kind) is None}
    return Decided(entered, {table(kind): count for kind, count in left.items()})


def holding(record: History) -> dict[str, int]:
    """How many decisions of each kind hold; kinds of which there are none are left out."""
    current = decision_log.current(record)
    return {kind: len(rows) for kind in Decisions.KINDS if (rows := getattr(current, kind))}


def table(kind: str) -> str:
    """What an instructor calls the place where decisions of a kind stand."""
    return "[excused]" if kind == "excused" else f"{FILES[kind]}.csv"
