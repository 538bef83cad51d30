"""Keep decisions and exported grades in the record: who decided what, and when.

A course's tables say which decisions hold. A row that only the tables have is entered. A row that
only the record has is withdrawn: it stays, with the time and the user. If the course has no such
table, the record's rows stay as they are.
"""

import getpass
import json
import os
from collections.abc import Iterable
from dataclasses import astuple, dataclass
from datetime import datetime
from typing import Any

import msgspec

from autograder.course.directory import SubmissionInfo
from autograder.course.roster import Person
from autograder.record.decisions import Adjustment, Decisions
from autograder.record.reader import History
from autograder.record.schema import insert
from autograder.record.writer import Record, now


class Published(msgspec.Struct, frozen=True):
    """A grade as it was exported; None where it was unknown at that time.

    ``questions`` are the points of each question as text ("1.1 10, 1.2 8"), ``code`` is the SHA-256
    of the code that was graded.
    """

    submission: str
    automatic: int | None
    report: float | None
    bonus: float
    late: float
    adjustment: int
    final: float | None
    status: str = "judged"
    questions: str = ""
    code: str = ""
    is_late: int = 0

    @property
    def total(self) -> float:
        """All points that are known."""
        known = (self.automatic or 0, self.report or 0, self.bonus, self.late, self.adjustment)
        return round(sum(known), 2)


class Problem(msgspec.Struct, frozen=True):
    """A wrong line of a table, and the submission that it leaves incomplete, "" for none."""

    submission: str
    text: str


class OlderFile(msgspec.Struct, frozen=True):
    """A decision that was made for a file that no longer counts; ``who`` made it, if known."""

    kind: str
    submission: str
    who: str


@dataclass(frozen=True)
class TableChange:
    """How many rows of a table were entered and withdrawn."""

    kind: str
    entered: int
    withdrawn: int


def enter(record: Record, wanted: Decisions, problems: Iterable[Problem] = ()) -> list[TableChange]:
    """Enter these decisions, and withdraw all others of the same kinds; save the wrong lines."""
    changes = []
    files, at, who = _files_that_count(record), now(), _user()
    with record.transaction() as connection:
        for kind, of in Decisions.KINDS.items():
            if getattr(wanted, kind) is None:
                continue
            rows = dict.fromkeys(getattr(wanted, kind))
            holding = {row: id_ for id_, row in _holding(record, kind, of)}
            gone = [(at, who, id_) for row, id_ in holding.items() if row not in rows]
            new = [msgspec.structs.asdict(row) for row in rows if row not in holding]
            sql = f"UPDATE {kind} SET withdrawn = ?, withdrawn_by = ? WHERE id = ?"
            connection.executemany(sql, gone)
            for row in new:
                made_for = files.get(kind, {}).get(row.get("submission", ""), "")
                insert(connection, kind, **row, entered=at, entered_by=who, made_for=made_for)
            if new or gone:
                changes.append(TableChange(kind, len(new), len(gone)))
        connection.execute("DELETE FROM problems")
        wrong = [msgspec.structs.astuple(problem) for problem in problems]
        connection.executemany("INSERT INTO problems VALUES (?, ?)", wrong)
    return changes


def problems(record: History) -> list[Problem]:
    """Return the wrong lines of the tables, as they were read last."""
    return [Problem(*row) for row in record.rows("SELECT * FROM problems")]


def for_older_files(record: History) -> list[OlderFile]:
    """Return marks, adjustments and times that were entered for a file that no longer counts.

    Each submission and person is listed once for each kind. A line that is changed in any way is
    a new decision, and so is made for the file that counts now.
    """
    found: dict[OlderFile, None] = {}
    here = record.submissions()
    for kind, files in _files_that_count(record).items():
        who = {"manual": "grader", "adjustments": "made_by"}.get(kind, "''")
        sql = f"""SELECT submission, {who}, made_for FROM {kind}
                  WHERE withdrawn IS NULL ORDER BY submission, id"""
        for submission, person, made_for in record.rows(sql):
            if submission in here and files.get(submission, "") != made_for:
                found[OlderFile(kind, submission, person)] = None
    return list(found)


def _files_that_count(record: History) -> dict[str, dict[str, str]]:
    """For each kind of decision about files, the SHA-256 of each submission's files."""
    codes = {one: attempt.code for one, attempt in record.attempts().items()}
    reports = record.reports()
    both = {one: code + reports.get(one, "") for one, code in codes.items()}
    return {"adjustments": codes, "manual": reports, "times": both}


def current(record: History) -> Decisions:
    """Return all decisions that hold, in the order in which they were entered."""
    holding: dict[str, Any] = {
        kind: tuple(row for _, row in _holding(record, kind, of))
        for kind, of in Decisions.KINDS.items()
    }
    return Decisions(**holding)


def adjustment_history(record: History, submission: str) -> list[str]:
    """List all adjustments of a submission for staff, with who made and who withdrew them.

    For example "Kim, 2026-12-03: 1.3, +2 points (entered 2026-12-04 by anna, withdrawn 2026-12-07
    by anna)".
    """
    sql = f"""SELECT {_columns(Adjustment)}, entered, entered_by, withdrawn, withdrawn_by
              FROM adjustments WHERE submission = ? ORDER BY id"""
    lines = []
    for *row, entered, by, withdrawn, withdrawn_by in record.rows(sql, (submission,)):
        entry = Adjustment(*row)
        when = f"entered {entered[:10]} by {by}"
        if withdrawn:
            when += f", withdrawn {withdrawn[:10]} by {withdrawn_by}"
        lines.append(f"{entry.made_by}, {entry.made_on}: {entry.place}, {entry} ({when}).")
    return lines


def save_submission_info(record: Record, infos: Iterable[SubmissionInfo]) -> None:
    """Save students and times of these submissions, replacing what was saved before."""
    with record.transaction() as connection:
        for entry in infos:
            connection.execute("DELETE FROM people WHERE submission = ?", (entry.submission,))
            if entry == SubmissionInfo(entry.submission):
                continue
            person = entry.person or Person("")
            connection.execute(
                "INSERT INTO people VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    entry.submission,
                    *astuple(person)[:6],
                    entry.known_as,
                    entry.submitted_at.isoformat() if entry.submitted_at else "",
                    entry.late,
                    json.dumps(entry.original),
                ),
            )


def submission_info(record: History) -> dict[str, SubmissionInfo]:
    """Return students and times of the submissions of all runs."""
    found = {}
    for row in record.rows("SELECT * FROM people"):
        submission, *person, known_as, submitted_at, late, original = row
        found[submission] = SubmissionInfo(
            submission,
            Person(*person) if person[0] else None,
            known_as,
            datetime.fromisoformat(submitted_at) if submitted_at else None,
            None if late is None else bool(late),
            tuple(json.loads(original)),
        )
    return found


def publish(record: Record, run: int, grades: Iterable[Published]) -> None:
    """Save exported grades that differ from the ones exported before."""
    last, at = published(record), now()
    with record.transaction() as connection:
        for grade in grades:
            if last.get(grade.submission) != grade:
                columns = msgspec.structs.asdict(grade)
                insert(connection, "published", run=run, at=at, **columns)


def published(record: History) -> dict[str, Published]:
    """Return the grade of each submission that was exported last."""
    sql = f"""SELECT {_columns(Published)} FROM published WHERE id IN (
                  SELECT max(id) FROM published GROUP BY submission)"""
    return {row[0]: Published(*row) for row in record.rows(sql)}


def _holding(
    record: History, kind: str, of: type[msgspec.Struct]
) -> list[tuple[int, msgspec.Struct]]:
    sql = f"SELECT id, {_columns(of)} FROM {kind} WHERE withdrawn IS NULL ORDER BY id"
    return [
        (id_, msgspec.convert(dict(zip(of.__struct_fields__, row, strict=True)), of, strict=False))
        for id_, *row in record.rows(sql)
    ]


def _columns(of: type[msgspec.Struct]) -> str:
    return ", ".join(of.__struct_fields__)


def _user() -> str:
    """Return the name of the user who runs this program, else the number."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container's user may have no name
        return str(os.getuid())
