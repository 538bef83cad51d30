"""Read the record: the results of a run, and what changed since the last finished run."""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Literal, Self, cast

import msgspec

from assignment.checks.model.case import Status
from autograder.errors import StoreError
from autograder.record import blob
from autograder.record.connection import connect, damaged, store_errors
from autograder.record.fingerprint import Conditions
from autograder.record.schema import check
from autograder.results import OutputResult, SubmissionResult, SubmissionStatus

NAME = "results.sqlite"
RunState = Literal["running", "stopped", "finished"]


class RunInfo(msgspec.Struct, frozen=True):
    """One run of the grader; a run without an end is still running, or was killed."""

    id: int
    started: str
    ended: str | None
    state: RunState
    conditions: Conditions


class Score(msgspec.Struct, frozen=True):
    """The status, the score and the points by question of one result."""

    status: SubmissionStatus
    score: int
    questions: dict[str, int]


class ScoreChange(msgspec.Struct, frozen=True):
    """A score or status that differs from the last finished run with this submission."""

    submission: str
    before: Score
    after: Score

    def __str__(self) -> str:
        """For example "alice: 62 -> 70 (1.3 8 -> 16)"."""
        old, new = self.before, self.after
        numbers = sorted(old.questions.keys() | new.questions.keys())
        pairs = [(n, old.questions.get(n, 0), new.questions.get(n, 0)) for n in numbers]
        questions = ", ".join(f"{n} {a} -> {b}" for n, a, b in pairs if a != b)
        text = f"{self.submission}: {old.score} -> {new.score}"
        if old.status != new.status:
            text += f", {old.status} -> {new.status}"
        return f"{text} ({questions})" if questions else text


class History:
    """The record, opened for reading by ``History.open``.

    A run has the submissions that it was given. A submission that is missing from a later run
    stays in the record under its earlier runs, and ``gone`` lists it.
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
            connection = connect(path, write=False)
            history = cls(connection, path)
            try:
                check(connection, path)
            except BaseException:
                connection.close()
                raise
            return history

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._connection.close()

    def runs(self) -> list[RunInfo]:
        """Return every run, the first one first."""
        sql = "SELECT id, started, ended, state, conditions FROM runs ORDER BY id"
        with self._errors():
            return [
                RunInfo(run, started, ended, state, msgspec.json.decode(found, type=Conditions))
                for run, started, ended, state, found in self._connection.execute(sql)
            ]

    def last(self, state: RunState | None = None) -> int | None:
        """Return the id of the latest run (with this state), or None."""
        sql = "SELECT max(id) FROM runs WHERE state = coalesce(?, state)"
        with self._errors():
            run: int | None = self._connection.execute(sql, (state,)).fetchone()[0]
        return run

    def count(self, run: int | None = None) -> int:
        """Count the submissions of a run (by default the latest)."""
        sql = "SELECT count(*) FROM submissions WHERE run = ?"
        with self._errors():
            return int(self._connection.execute(sql, (self._run(run),)).fetchone()[0])

    def results(self, run: int | None = None) -> Iterator[SubmissionResult]:
        """Read the results of a run (by default the latest) one at a time, sorted by submission."""
        sql = "SELECT submission, grading FROM submissions WHERE run = ? ORDER BY submission"
        with self._errors():
            for _, grading in self._connection.execute(sql, (self._run(run),)):
                yield self._grading(grading)

    def result(self, submission: str, run: int | None = None) -> SubmissionResult | None:
        """Return the result of one submission in a run (by default the latest), or None."""
        sql = "SELECT grading FROM submissions WHERE run = ? AND submission = ?"
        with self._errors():
            row = self._connection.execute(sql, (self._run(run), submission)).fetchone()
            return None if row is None else self._grading(row[0])

    def grading(self, grading: int) -> SubmissionResult:
        """Return the result of one grading, whether or not it counts in any run."""
        with self._errors():
            return self._grading(grading)

    def points_of(self, grading: int) -> str:
        """Return the key of the points that a grading was given."""
        sql = """SELECT coalesce(json_extract(conditions, '$.course_points'), '')
                 FROM gradings JOIN runs ON runs.id = run WHERE gradings.id = ?"""
        with self._errors():
            return str(self._connection.execute(sql, (grading,)).fetchone()[0])

    def source(self, submission: str, run: int | None = None) -> bytes | None:
        """Return the source that was graded, or None."""
        sql = """SELECT content FROM submissions JOIN gradings ON gradings.id = grading
                 JOIN sources ON sources.id = source
                 WHERE submissions.run = ? AND submissions.submission = ?"""
        with self._errors():
            row = self._connection.execute(sql, (self._run(run), submission)).fetchone()
            return None if row is None else zlib.decompress(row[0])

    def all_submissions(self) -> list[str]:
        """Return the sorted ids of all submissions of all runs."""
        sql = "SELECT DISTINCT submission FROM submissions ORDER BY submission"
        with self._errors():
            return [submission for (submission,) in self._connection.execute(sql)]

    def latest_with(self, submission: str) -> int | None:
        """Return the latest run with this submission, or None."""
        sql = "SELECT max(run) FROM submissions WHERE submission = ?"
        with self._errors():
            run: int | None = self._connection.execute(sql, (submission,)).fetchone()[0]
        return run

    def changes(self, run: int | None = None) -> Iterator[ScoreChange]:
        """Find submissions whose score or status differs from the last finished run before.

        Runs that were stopped or killed do not count, because nobody has seen their results.
        """
        sql = f"""SELECT submission, was, grading FROM (
                      SELECT submission, grading, ({_BEFORE}) AS was
                      FROM submissions AS now WHERE run = ?)
                  WHERE was <> grading ORDER BY submission"""
        with self._errors():
            for submission, was, grading in self._connection.execute(sql, (self._run(run),)):
                before, after = self._score(was), self._score(grading)
                if before != after:
                    yield ScoreChange(submission, before, after)

    def gone(self, run: int | None = None) -> Iterator[str]:
        """Find submissions of the last finished run before this one that are missing here."""
        sql = """SELECT submission FROM submissions WHERE run = (
                     SELECT max(id) FROM runs WHERE id < :run AND state = 'finished')
                 EXCEPT SELECT submission FROM submissions WHERE run = :run
                 ORDER BY submission"""
        with self._errors():
            for (submission,) in self._connection.execute(sql, {"run": self._run(run)}):
                yield submission

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Give the connection to a module that reads its own tables, such as ``decision_log``."""
        with self._errors():
            yield self._connection

    def _run(self, run: int | None) -> int:
        return (self.last() or 0) if run is None else run

    def _score(self, grading: int) -> Score:
        sql = """SELECT question, sum(points) FROM outputs JOIN places ON places.id = place
                 WHERE grading = ? GROUP BY question"""
        questions = dict(self._connection.execute(sql, (grading,)).fetchall())
        sql = "SELECT status, score FROM gradings WHERE id = ?"
        status, score = self._connection.execute(sql, (grading,)).fetchone()
        return Score(cast(SubmissionStatus, status), score, questions)

    def _grading(self, grading: int) -> SubmissionResult:
        row = self._connection.execute(_GRADING, (grading,)).fetchone()
        submission, status, message, isolation, seconds, digest, file, packed = row
        try:
            details = blob.unpack(packed)
        except (zlib.error, msgspec.MsgspecError) as error:
            raise StoreError(damaged(self.path, f"the result of {submission}")) from error
        texts = {entry.position: entry for entry in details.texts}
        rows = self._connection.execute(_OUTPUTS, (grading,))
        return SubmissionResult(
            submission=submission,
            status=cast(SubmissionStatus, status),
            message=message,
            isolation=isolation,
            mechanisms=details.mechanisms,
            seconds=seconds,
            digest=digest,
            sha256=details.sha256,
            file=file,
            ignored=details.ignored,
            notes=details.notes,
            remarks=details.remarks,
            left_out=details.left_out,
            outputs=tuple(
                _output(row, texts.get(position, blob.OutputTexts(position)))
                for position, row in enumerate(rows)
            ),
            printed=details.printed,
            bonus_source=details.bonus_source,
        )

    def _errors(self) -> AbstractContextManager[None]:
        return store_errors(self.path)


_BEFORE = """SELECT past.grading FROM submissions AS past JOIN runs ON runs.id = past.run
             WHERE past.submission = now.submission AND past.run < now.run
             AND runs.state = 'finished' ORDER BY past.run DESC LIMIT 1"""
_GRADING = """SELECT submission, status, message, isolation, seconds, digest, file, details
              FROM gradings WHERE id = ?"""
_OUTPUTS = """SELECT question, function, case_id, title, output, public, status, points,
                     max_points, misconception, own_chain
              FROM outputs JOIN places ON places.id = place WHERE grading = ? ORDER BY position"""


def _output(row: tuple[object, ...], texts: blob.OutputTexts) -> OutputResult:
    question, function, case, title, output, public, status, points, most, misconception, own = row
    return OutputResult(
        question=str(question),
        function=str(function),
        case=str(case),
        title=str(title),
        output=str(output),
        public=bool(public),
        status=cast(Status, status),
        points=cast(int, points),
        max_points=cast(int, most),
        message=texts.message,
        hint=texts.hint,
        misconception=str(misconception or ""),
        own_chain=bool(own),
        staff=texts.staff,
        got=texts.got,
        call=texts.call,
    )
