"""Write the record, ``results.sqlite`` in the output folder: the only place with results.

Theory of operation. One grader at a time has the folder (``lock``). Each submission is one
transaction, and is on the disk before the grader reports it. So a grader that is killed at any
moment loses nothing that it reported, and the next run finds every result by its fingerprint and
goes on. Results never change: another grading is another row, and a run says which one counts.
"""

import hashlib
import sqlite3
import tempfile
import time
import zlib
from collections.abc import Collection, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from operator import attrgetter
from pathlib import Path
from typing import Self

import msgspec

from autograder.errors import StoreError
from autograder.record import blob
from autograder.record.connection import connect, damaged, is_damage, move_aside, store_errors
from autograder.record.fingerprint import Conditions
from autograder.record.lock import FolderLock
from autograder.record.reader import DEMO, NAME, History, RunState
from autograder.record.schema import insert, prepare
from autograder.results import OutputResult, SubmissionResult

PASSING_FAULTS = frozenset({"timeout", "killed", "not_judged"})
"""Statuses that may pass: a submission with one of them is always run again."""

_TOGETHER = 500
"""Unchanged submissions that share one transaction; a lost one is found again by the next run."""


class Record(History):
    """The record, opened for writing.

    Every method raises StoreError, with a sentence, when the disk or the file fails; everything
    that was recorded before is safe.
    """

    def __init__(self, connection: sqlite3.Connection, path: Path, held: ExitStack) -> None:
        """``held`` is given back when the record is closed."""
        super().__init__(connection, path)
        self._held = held
        self._kept: list[tuple[int, str, int, str]] = []
        self.run = 0

    @classmethod
    def writing(cls, folder: Path, *, move_damaged: bool = False) -> Self:
        """Lock the folder and open its record, or create one.

        With ``move_damaged``, a damaged record gets another name; it is never deleted.

        Raises:
            StoreError: where another grader has the folder, the folder is read-only, or the
                record is damaged, or not one that this grader reads.
        """
        path = folder / NAME
        with ExitStack() as held, store_errors(path):
            folder.mkdir(parents=True, exist_ok=True)
            held.callback(FolderLock(folder).release)
            if move_damaged and not _sound(path):
                move_aside(path)
            return cls(connect(path, _prepare, write=True), path, held.pop_all())

    @classmethod
    def rehearsal(cls, folder: Path) -> Self:
        """Open a copy of the record that is deleted on closing; the record stays as it is."""
        path = folder / NAME
        with ExitStack() as held:
            scratch = tempfile.TemporaryDirectory(
                prefix="backprop-rehearsal-", ignore_cleanup_errors=True
            )
            copied = Path(held.enter_context(scratch), NAME)
            if path.is_file():
                with (
                    History.open(folder) as real,
                    store_errors(path),
                    closing(sqlite3.connect(copied)) as copy,
                ):
                    real._connection.backup(copy)
            with store_errors(path):
                connection = connect(copied, _prepare, write=True)
                connection.execute("PRAGMA synchronous = OFF")
            return cls(connection, path, held.pop_all())

    def close(self) -> None:
        """Write unchanged submissions that are still waiting, and unlock the folder."""
        with self._held, closing(self._connection):
            if self._kept:
                with self.transaction():
                    pass

    def begin(self, conditions: Conditions, *, empty: bool = False) -> int:
        """Begin a run and return its number.

        It begins with all submissions of the run before it, unless it is to be ``empty``; then a
        demo class is forgotten.
        """
        text = msgspec.json.encode(conditions).decode()
        before = 0 if empty else self.last() or 0
        with self.transaction() as connection:
            self.run = insert(connection, "runs", started=now(), state="running", conditions=text)
            if empty:
                connection.execute("DELETE FROM facts WHERE name = ?", (DEMO,))
            connection.execute(_CARRY, (self.run, before))
        return self.run

    def finish(self, state: RunState = "finished", *, only: Collection[str] | None = None) -> None:
        """End the run: "finished", or "stopped" if submissions were left ungraded.

        With ``only``, a finished run drops all other submissions.
        """
        sql = "UPDATE runs SET ended = ?, state = ? WHERE id = ?"
        with self.transaction() as connection:
            connection.execute(sql, (now(), state, self.run))
            if only is not None and state == "finished":
                dropped = [(self.run, one) for one in self.attempts(self.run) if one not in only]
                sql = "DELETE FROM submissions WHERE run = ? AND submission = ?"
                connection.executemany(sql, dropped)
                sql = "INSERT INTO reports (run, submission, sha256) VALUES (?, ?, '')"
                connection.executemany(sql, dropped)

    def withdraw(self, submissions: Collection[str]) -> None:
        """Take these submissions out of the latest run's tables and pages, and no others."""
        run = self.last()
        with self.transaction() as connection:
            connection.execute("UPDATE submissions SET withdrawn = 0 WHERE run = ?", (run,))
            sql = "UPDATE submissions SET withdrawn = 1 WHERE run = ? AND submission = ?"
            connection.executemany(sql, [(run, one) for one in submissions])

    def remember(self, name: str, value: str) -> None:
        """Make the folder remember a fact, or forget it if the value is empty."""
        with self.transaction() as connection:
            connection.execute("DELETE FROM facts WHERE name = ?", (name,))
            if value:
                connection.execute("INSERT INTO facts VALUES (?, ?)", (name, value))

    def save_reports(self, reports: Mapping[str, str]) -> None:
        """Save the SHA-256 of each submission's report where it is another than before."""
        before = self.reports()
        with self.transaction() as connection:
            for one, sha in reports.items():
                if before.get(one) != sha:
                    insert(connection, "reports", submission=one, run=self.run, sha256=sha)

    def unchanged(self, submission: str, fingerprint: bytes, levels: Collection[int]) -> int | None:
        """Return the latest grading that still holds for this submission, or None.

        ``levels`` are the isolation levels of this run.
        """
        sql = """SELECT id, isolation FROM gradings
                 WHERE submission = ? AND fingerprint = ? AND reusable ORDER BY id DESC"""
        rows = self.rows(sql, (submission, fingerprint))
        return next((grading for grading, level in rows if level in levels), None)

    def keep(self, submission: str, grading: int, note: str = "") -> None:
        """Count an earlier grading in this run."""
        self._kept.append((self.run, submission, grading, note))
        if len(self._kept) >= _TOGETHER:
            with self.transaction():
                pass

    def add(
        self,
        result: SubmissionResult,
        fingerprint: bytes,
        source: bytes | None,
        *,
        counting: int | None = None,
        note: str = "",
    ) -> None:
        """Record a result; on return it is on the disk.

        It counts for its submission, unless ``counting`` is the grading that does.
        """
        reusable = result.status != "not_judged" and not any(
            output.status in PASSING_FAULTS for output in result.outputs
        )
        with self.transaction() as connection:
            grading = insert(
                connection,
                "gradings",
                run=self.run,
                fingerprint=fingerprint,
                reusable=reusable,
                source=None if source is None else self._source(source),
                details=blob.pack(result),
                **{column: getattr(result, column) for column in _COLUMNS},
            )
            for position, output in enumerate(result.outputs):
                insert(
                    connection,
                    "outputs",
                    grading=grading,
                    position=position,
                    place=self._place(output),
                    misconception=output.misconception or None,
                    **{name: getattr(output, name) for name in ("status", "points", "own_chain")},
                )
            counts = grading if counting is None else counting
            connection.execute(_COUNTS, (self.run, result.submission, counts, note))

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Open a transaction, which is written as a whole or not at all.

        Unchanged submissions that are waiting are written with it.
        """
        with store_errors(self.path):
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                self._connection.executemany(_COUNTS, self._kept)
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise
            self._kept.clear()

    def _source(self, source: bytes) -> int:
        sha256 = hashlib.sha256(source).digest()
        find = "SELECT id FROM sources WHERE sha256 = ?"
        row = self._connection.execute(find, (sha256,)).fetchone()
        if row is None:
            content = zlib.compress(source)
            size = len(source)
            return insert(self._connection, "sources", sha256=sha256, size=size, content=content)
        return int(row[0])

    def _place(self, output: OutputResult) -> int:
        values = _place_of(output)
        self._connection.execute(_ADD_PLACE, values)
        return int(self._connection.execute(_FIND_PLACE, values).fetchone()[0])


_place_of = attrgetter("case", "output", "question", "function", "title", "public", "max_points")
_COLUMNS = ("submission", "status", "score", "message", "isolation", "seconds", "digest", "file")
_COUNTS = "INSERT OR REPLACE INTO submissions (run, submission, grading, note) VALUES (?, ?, ?, ?)"
_CARRY = """INSERT INTO submissions SELECT ?, submission, grading, note, withdrawn
            FROM submissions WHERE run = ?"""
_PLACE = "(case_id, output, question, function, title, public, max_points)"
_ADD_PLACE = f"INSERT OR IGNORE INTO places {_PLACE} VALUES (?, ?, ?, ?, ?, ?, ?)"
_FIND_PLACE = f"SELECT id FROM places WHERE {_PLACE} = (?, ?, ?, ?, ?, ?, ?)"


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    """Make the tables, and read the whole record where the last run was killed."""
    prepare(connection, path)
    sql = "SELECT state FROM runs ORDER BY id DESC LIMIT 1"
    if connection.execute(sql).fetchone() == ("running",):
        _check(connection, path)


def _check(connection: sqlite3.Connection, path: Path) -> None:
    (found,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    if found != "ok":
        raise StoreError(damaged(path, found))


def _sound(path: Path) -> bool:
    """Tell whether the whole record can be read."""
    if not path.exists():
        return True
    try:
        with closing(sqlite3.connect(path)) as connection:
            _check(connection, path)
    except StoreError:
        return False
    except sqlite3.DatabaseError as error:
        if is_damage(error):
            return False
        raise
    return True


def now() -> str:
    """Return the time as the record has it: local, with the difference from UTC."""
    return time.strftime("%Y-%m-%dT%H:%M:%S%z")
