"""Any other platform: a table ``map.csv`` beside the files says whose they are.

It has the columns file (or folder), student (id, login, e-mail address or name) and, optionally,
time, when the file was submitted. Several files of one student are one submission.
"""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from autograder.course import clock
from autograder.course.roster import folded
from autograder.csvfile import Faults, TableRow, read
from autograder.intake.downloads.entries import Entry
from autograder.intake.downloads.uploads import ClassUploads, Identity, Part, Upload
from autograder.text import did_you_mean, shown

NAME = "map.csv"


def group(folder: Path, entries: Sequence[Entry]) -> ClassUploads | None:
    """The students, if the folder has such a table; a time without a zone is left without one.

    Raises:
        TableError: with every line of the table that does not fit.
    """
    if not any(entry.name == NAME and not entry.is_folder for entry in entries):
        return None
    files = {entry.name: entry for entry in entries if entry.name != NAME}
    path = folder / NAME
    faults = Faults(path)
    lines: dict[str, int] = {}
    students: dict[str, list[tuple[TableRow, datetime | None]]] = {}
    for row in read(path, ("file", "student"), ("time",)):
        name = row["file"].rstrip("/")
        time = None
        if not name or not row["student"]:
            faults.add(row.line, "it needs a file and a student. Fill in both.")
        elif name not in files:
            hint = did_you_mean(name, files)
            faults.add(row.line, f"there is no file “{shown(name)}” beside it. {hint}Correct it.")
        elif name in lines:
            faults.add(row.line, f"“{shown(name)}” is also in line {lines[name]}. Keep one.")
        else:
            try:
                time = clock.written(row["time"]) if row["time"] else None
            except ValueError as problem:
                faults.add(row.line, str(problem))
        lines.setdefault(name, row.line)
        students.setdefault(folded(row["student"]), []).append((row, time))
    faults.raise_if_any()
    strays = [entry for name, entry in files.items() if name not in lines]
    return ClassUploads([_upload(mine, files) for mine in students.values()], strays)


def _upload(rows: Sequence[tuple[TableRow, datetime | None]], files: dict[str, Entry]) -> Upload:
    student = rows[0][0]["student"]
    times = [time for _, time in rows if time is not None]
    # Of a table with and without zones nobody can say which time is the latest.
    latest = max(times, key=lambda time: time.replace(tzinfo=None), default=None)
    names = (student,)
    return Upload(
        key=student,
        identity=Identity(shown(student), ids=names, logins=names, email=student, names=names),
        parts=tuple(Part(files[row["file"].rstrip("/")]) for row, _ in rows),
        submitted_at=latest,
    )
