"""The tables of ``results.sqlite``.

runs         one for each call of the grader, with the conditions of the run
sources      every source that was graded, once
gradings     one for each time that a submission was run and judged; never changed afterwards
outputs      the outputs of a grading, in the order of the cases
places       the description of an output: question, function, case, output, title, maximum points
submissions  the submissions of a run, and the grading of each that counts there. A run begins with
             all that the run before it had. ``note`` says why an earlier attempt counts. Those of
             students who have withdrawn stay here, and are in no table and on no page
reports      one for each report in PDF that differs from the one before it; the latest counts
people       what a platform or a roster says about a submission: its student and its time. ``late``
             is NULL where the platform does not say
facts        what the folder remembers, by name: its course's file, or that it has a demo class

Human decisions name submissions or students by id, and so survive every regrade. A decision that
no longer holds is marked as withdrawn, and a new decision is a new row. In the tables below,
``entered`` and ``withdrawn`` are times, ``entered_by`` and ``withdrawn_by`` users of this machine.
``made_for`` is the SHA-256 of the file that counted when a decision was entered: of the code for an
adjustment, of the report for a mark, of both for a time. Where another file counts now, a person
has to look again.

adjustments  a change of points, or new points, for a question, a case or an output
excused      cases and outputs whose points all students get
extensions   another due date, or "waived"
members      the students of each group
times        times of submissions that the platform does not know
manual       points given by hand for a part of the report; ``item`` is a part of the rubric

problems     wrong lines of the tables as they are now, each with the submission that it leaves
             incomplete
published    every exported grade that differs from the one exported before it
"""

import sqlite3
from pathlib import Path
from typing import get_type_hints

import msgspec

from autograder.errors import StoreError
from autograder.record.decisions import Decisions

APPLICATION = 0x62706B74
"""SQLite's application_id of a record, "bpkt"."""

VERSION = 4
"""SQLite's user_version of a record with these tables; other tables need another number."""

TABLES = """
CREATE TABLE runs (
    id INTEGER PRIMARY KEY,
    started TEXT NOT NULL,
    ended TEXT,
    state TEXT NOT NULL CHECK (state IN ('running', 'stopped', 'finished')),
    conditions TEXT NOT NULL
);
CREATE TABLE sources (
    id INTEGER PRIMARY KEY,
    sha256 BLOB NOT NULL UNIQUE,
    size INTEGER NOT NULL,
    content BLOB NOT NULL
);
CREATE TABLE places (
    id INTEGER PRIMARY KEY,
    question TEXT NOT NULL,
    function TEXT NOT NULL,
    case_id TEXT NOT NULL,
    output TEXT NOT NULL,
    title TEXT NOT NULL,
    public INTEGER NOT NULL,
    max_points INTEGER NOT NULL,
    UNIQUE (case_id, output, question, function, title, public, max_points)
);
CREATE TABLE gradings (
    id INTEGER PRIMARY KEY,
    submission TEXT NOT NULL,
    run INTEGER NOT NULL REFERENCES runs,
    fingerprint BLOB NOT NULL,
    reusable INTEGER NOT NULL,
    status TEXT NOT NULL,
    score INTEGER NOT NULL,
    message TEXT NOT NULL,
    isolation INTEGER NOT NULL,
    seconds REAL NOT NULL,
    digest TEXT NOT NULL,
    file TEXT NOT NULL,
    source INTEGER REFERENCES sources,
    details BLOB NOT NULL
);
CREATE INDEX gradings_known ON gradings (submission, fingerprint);
CREATE TABLE outputs (
    grading INTEGER NOT NULL REFERENCES gradings,
    position INTEGER NOT NULL,
    place INTEGER NOT NULL REFERENCES places,
    status TEXT NOT NULL,
    points INTEGER NOT NULL,
    misconception TEXT,
    own_chain INTEGER NOT NULL,
    PRIMARY KEY (grading, position)
) WITHOUT ROWID;
CREATE TABLE submissions (
    run INTEGER NOT NULL REFERENCES runs,
    submission TEXT NOT NULL,
    grading INTEGER NOT NULL REFERENCES gradings,
    note TEXT NOT NULL,
    withdrawn INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (run, submission)
) WITHOUT ROWID;
CREATE INDEX submissions_history ON submissions (submission, run);
CREATE TABLE reports (
    id INTEGER PRIMARY KEY,
    submission TEXT NOT NULL,
    run INTEGER NOT NULL REFERENCES runs,
    sha256 TEXT NOT NULL
);
CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE people (
    submission TEXT PRIMARY KEY,
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    email TEXT NOT NULL,
    login TEXT NOT NULL,
    section TEXT NOT NULL,
    participant TEXT NOT NULL,
    known_as TEXT NOT NULL,
    submitted_at TEXT NOT NULL,
    late INTEGER,
    original TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE problems (submission TEXT NOT NULL, problem TEXT NOT NULL);
CREATE TABLE published (
    id INTEGER PRIMARY KEY,
    submission TEXT NOT NULL,
    run INTEGER NOT NULL REFERENCES runs,
    at TEXT NOT NULL,
    automatic INTEGER,
    report REAL,
    bonus REAL NOT NULL,
    late REAL NOT NULL,
    adjustment INTEGER NOT NULL,
    final REAL,
    status TEXT NOT NULL,
    questions TEXT NOT NULL,
    code TEXT NOT NULL,
    is_late INTEGER NOT NULL
);
CREATE INDEX published_history ON published (submission, id);
"""


def prepare(connection: sqlite3.Connection, path: Path) -> None:
    """Create the tables in a new file, and check an old one.

    Raises:
        StoreError: where the file is another program's database, or has other tables.
    """
    if is_new(connection):
        decisions = " ".join(_table(kind, of) for kind, of in Decisions.KINDS.items())
        connection.executescript(
            f"BEGIN IMMEDIATE; {TABLES} {decisions} PRAGMA application_id = {APPLICATION}; "
            f"PRAGMA user_version = {VERSION}; COMMIT;"
        )
    check(connection, path)


def _table(kind: str, of: type[msgspec.Struct]) -> str:
    """Write the table for a kind of decision: the fields of its struct, and who entered it."""
    types = {str: "TEXT", int: "INTEGER", bool: "INTEGER", float: "REAL"}
    columns = [f"{name} {types[hint]} NOT NULL" for name, hint in get_type_hints(of).items()]
    return f"""CREATE TABLE {kind} (
        {", ".join(columns)}, id INTEGER PRIMARY KEY, entered TEXT NOT NULL,
        entered_by TEXT NOT NULL, withdrawn TEXT, withdrawn_by TEXT,
        made_for TEXT NOT NULL DEFAULT '');"""


def insert(connection: sqlite3.Connection, table: str, **values: object) -> int:
    """Add a row with these values of its columns, and return its number."""
    places = ", ".join("?" * len(values))
    sql = f"INSERT INTO {table} ({', '.join(values)}) VALUES ({places})"
    return int(connection.execute(sql, (*values.values(),)).lastrowid or 0)


def is_new(connection: sqlite3.Connection) -> bool:
    """Tell whether the file has no tables yet."""
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    return bool(tables == 0)


def check(connection: sqlite3.Connection, path: Path) -> None:
    """Refuse a file that is not a record with the tables above.

    Raises:
        StoreError: which says what the file is, and what to do.
    """
    if is_new(connection):
        raise StoreError(f"{path} is empty: grade something with --out {path.parent} first.")
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if application != APPLICATION:
        raise StoreError(
            f"{path} is an SQLite database, but not a record of this grader; it was not "
            "changed. Choose another folder with --out."
        )
    if version != VERSION:
        raise StoreError(
            f"{path} is a record of version {version}, and this grader reads version {VERSION}. "
            "Nothing was changed. Use the grader that wrote it, or grade again into another "
            "folder with --out."
        )
