"""Read the record: the results of a run, and what counted before it."""

import sqlite3
import zlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, Self

import msgspec

from autograder.errors import StoreError
from autograder.record import blob
from autograder.record.connection import connect, damaged, store_errors
from autograder.record.fingerprint import Conditions
from autograder.record.schema import check
from autograder.results import OutputResult, SubmissionResult, SubmissionStatus

NAME = "results.sqlite"
DEMO = "demo"
"""The fact that the folder has the demo class and no students."""
RunState = Literal["running", "stopped", "finished"]


class RunInfo(msgspec.Struct, frozen=True):
    """A run of the grader, and the conditions under which a result that counts there was made."""

    id: int
    started: str
    conditions: Conditions


class Attempt(msgspec.Struct, frozen=True, array_like=True):
    """What counts for a submission in a run: its grading, the SHA-256 of its code, and the note.

    ``code`` is "" where nothing could be graded.
    """

    grading: int
    status: SubmissionStatus
    code: str
    note: str
    withdrawn: bool


class History:
    """The record, opened for reading by ``History.open``.

    A run has all submissions of the run before it, and those that it was given.
    """

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self.path = path
        self._connection = connection

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Open the record in ``folder``; another process may write to it at the same time.

        Raises:
            StoreError: where the record does not exist or cannot be read.
        """
        path = folder / NAME
        if not path.is_file():
            raise StoreError(f"{folder} has no {NAME}: grade something with --out {folder} first.")
        with store_errors(path):
            return cls(connect(path, check, write=False), path)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._connection.close()

    def last(self, state: RunState | None = None) -> int | None:
        """Return the id of the latest run (with this state), or None."""
        sql = "SELECT max(id) FROM runs WHERE state = coalesce(?, state)"
        run: int | None = self._value(sql, (state,))
        return run

    @property
    def is_finished(self) -> bool:
        """Whether the latest run was ended by "finished"; false without a run."""
        return self.last() is not None and self.last() == self.last("finished")

    def results(self, run: int | None = None) -> Iterator[SubmissionResult]:
        """Read the results of a run (by default the latest) one at a time, sorted by submission."""
        sql = """SELECT grading, note FROM submissions
                 WHERE run = ? AND NOT withdrawn ORDER BY submission"""
        for row in self.rows(sql, (self._run(run),)):
            yield self.grading(*row)

    def result(self, submission: str, run: int | None = None) -> SubmissionResult | None:
        """Return the result of one submission in a run (by default the latest), or None."""
        sql = "SELECT grading, note FROM submissions WHERE run = ? AND submission = ?"
        found = self.rows(sql, (self._run(run), submission))
        return self.grading(*found[0]) if found else None

    def points_of(self, grading: int) -> str:
        """Return the key of the points that a grading was given."""
        sql = """SELECT coalesce(json_extract(conditions, '$.course_points'), '')
                 FROM gradings JOIN runs ON runs.id = run WHERE gradings.id = ?"""
        return str(self._value(sql, (grading,)))

    def source(self, submission: str, run: int | None = None) -> bytes | None:
        """Return the source that was graded, or None."""
        sql = """SELECT content FROM submissions JOIN gradings ON gradings.id = grading
                 JOIN sources ON sources.id = source
                 WHERE submissions.run = ? AND submissions.submission = ?"""
        packed = self._value(sql, (self._run(run), submission))
        return None if packed is None else zlib.decompress(packed)

    def all_submissions(self) -> list[str]:
        """Return the sorted ids of all submissions of all runs."""
        sql = "SELECT DISTINCT submission FROM submissions ORDER BY submission"
        return [submission for (submission,) in self.rows(sql)]

    def run_of(self, submission: str) -> RunInfo:
        """Return the latest run with this submission of the record."""
        sql = """SELECT runs.id, runs.started, judged.conditions FROM submissions
                 JOIN runs ON runs.id = submissions.run JOIN gradings ON gradings.id = grading
                 JOIN runs AS judged ON judged.id = gradings.run
                 WHERE submissions.submission = ? ORDER BY runs.id DESC LIMIT 1"""
        ((run, started, conditions),) = self.rows(sql, (submission,))
        return RunInfo(run, started, msgspec.json.decode(conditions, type=Conditions))

    def attempts(self, run: int | None = None) -> dict[str, Attempt]:
        """Return what counts for each submission of a run (by default the latest)."""
        sql = """SELECT submissions.submission, grading, status, lower(hex(sha256)), note, withdrawn
                 FROM submissions JOIN gradings ON gradings.id = grading
                 LEFT JOIN sources ON sources.id = source
                 WHERE submissions.run = ? ORDER BY submissions.submission"""
        rows = self.rows(sql, (self._run(run),))
        return {one: msgspec.convert(rest, Attempt, strict=False) for one, *rest in rows}

    def submissions(self, run: int | None = None) -> frozenset[str]:
        """Return the ids of a run's submissions, without those that are withdrawn."""
        attempts = self.attempts(run).items()
        return frozenset(one for one, attempt in attempts if not attempt.withdrawn)

    def judged_before(self, submission: str, run: int) -> int | None:
        """Return the grading that counted before this run, the latest that is not "not judged".

        Runs before one that has dropped the submission do not count.
        """
        sql = """SELECT grading FROM submissions AS past JOIN gradings ON gradings.id = grading
                 WHERE past.submission = :one AND past.run < :run AND status <> 'not_judged'
                 AND past.run > (
                     SELECT coalesce(max(id), 0) FROM runs WHERE id < :run AND NOT EXISTS (
                         SELECT 1 FROM submissions WHERE run = runs.id AND submission = :one))
                 ORDER BY past.run DESC LIMIT 1"""
        grading: int | None = self._value(sql, {"one": submission, "run": run})
        return grading

    def judged_under(self, run: int, others: Collection[str]) -> list[tuple[Conditions, int]]:
        """Return the conditions under which a run's submissions were judged, with their number.

        Submissions in ``others`` and those without code are left out.
        """
        counts: dict[str, int] = {}
        sql = """SELECT submissions.submission, conditions FROM submissions
                 JOIN gradings ON gradings.id = grading JOIN runs ON runs.id = gradings.run
                 WHERE submissions.run = ? AND source IS NOT NULL"""
        for submission, found in self.rows(sql, (run,)):
            if submission not in others:
                counts[found] = counts.get(found, 0) + 1
        return [(msgspec.json.decode(key, type=Conditions), n) for key, n in counts.items()]

    def reports(self) -> dict[str, str]:
        """Return the SHA-256 of the report of each submission that has one."""
        sql = """SELECT submission, sha256 FROM reports WHERE id IN (
                     SELECT max(id) FROM reports GROUP BY submission) AND sha256 <> ''"""
        return dict(self.rows(sql))

    def fact(self, name: str) -> str:
        """Return what the folder remembers under a name, or ""."""
        return self._value("SELECT value FROM facts WHERE name = ?", (name,)) or ""

    def rows(
        self, sql: str, parameters: Sequence[object] | Mapping[str, object] = ()
    ) -> list[tuple[Any, ...]]:
        """Return the rows of a query, also of a module with its own tables (``decision_log``)."""
        with store_errors(self.path):
            return self._connection.execute(sql, parameters).fetchall()

    def _value(self, sql: str, parameters: Sequence[object] | Mapping[str, object]) -> Any:
        """Return the first column of the first row, or None without a row."""
        return next((row[0] for row in self.rows(sql, parameters)), None)

    def _run(self, run: int | None) -> int:
        return (self.last() or 0) if run is None else run

    def grading(self, grading: int, note: str = "") -> SubmissionResult:
        """Return the result of one grading, whether or not it counts in any run.

        A ``note`` is added to its notes.
        """
        with store_errors(self.path):
            cursor = self._connection.cursor()
            cursor.row_factory = sqlite3.Row
            row = dict(cursor.execute(_GRADING, (grading,)).fetchone())
            outputs = [dict(output) for output in cursor.execute(_OUTPUTS, (grading,))]
        try:
            details = msgspec.structs.asdict(blob.unpack(row.pop("details")))
        except (zlib.error, msgspec.MsgspecError) as error:
            raise StoreError(damaged(self.path, f"the result of {row['submission']}")) from error
        for texts in details.pop("texts"):
            outputs[texts.position] |= msgspec.structs.asdict(texts)
        details["notes"] += (note,) if note else ()
        # SQLite has no booleans.
        judged = msgspec.convert(outputs, tuple[OutputResult, ...], strict=False)
        return SubmissionResult(**row, **details, outputs=judged)


_GRADING = """SELECT submission, status, message, isolation, seconds, digest, file, details
              FROM gradings WHERE id = ?"""
_OUTPUTS = """SELECT question, function, case_id AS "case", title, output, public, status, points,
                     max_points, coalesce(misconception, '') AS misconception, own_chain
              FROM outputs JOIN places ON places.id = place WHERE grading = ? ORDER BY position"""
