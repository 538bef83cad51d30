"""Write ``results.csv``, a row for each submission, and ``grades.csv``, one for each student."""

import csv
import io
import unicodedata
from collections.abc import Iterable, Sequence
from pathlib import Path

from autograder.files import replacing
from autograder.gradebook.gradebook import NUMBERS_OF_A_GRADE, GradebookRow
from autograder.results import CSV_COLUMNS, SubmissionResult, csv_row

_SIGNS = {"=", "+", "-", "@"}
"""The first signs of a formula."""


def write_csv(results: Iterable[SubmissionResult], path: Path, most: int) -> None:
    """Write ``results.csv``; ``most`` is the course's maximum of automatic points."""
    _write(path, CSV_COLUMNS, (csv_row(result, most) for result in results))


GRADES_COLUMNS = ("id", "name", *NUMBERS_OF_A_GRADE, "submission", "status", "note")


def write_grades(rows: Iterable[GradebookRow], path: Path, *, report: bool = True) -> None:
    """Write ``grades.csv``; unknown values are empty, and ``note`` says why.

    Without a ``report`` in the course there is no column for it.
    """
    columns = [name for name in GRADES_COLUMNS if report or name != "report"]
    _write(path, columns, map(grades_row, rows))


def grades_row(row: GradebookRow) -> dict[str, object]:
    """A student's line; ``final`` is the sum of the numbers before it."""
    return {
        "id": row.id,
        "name": row.name,
        **{name: _number(getattr(row.points, name, None)) for name in NUMBERS_OF_A_GRADE},
        "submission": row.submission,
        "status": row.status or row.why,
        "note": row.why if row.points else "",
    }


def _number(points: float | None) -> object:
    """A whole or rounded number; "" if it is not known."""
    if points is None:
        return ""
    return int(points) if points == int(points) else round(points, 2)


def _write(path: Path, columns: Sequence[str], rows: Iterable[dict[str, object]]) -> None:
    """Write a table; an earlier file is replaced only when the new one is complete."""
    with replacing(path) as file, io.TextIOWrapper(file, encoding="utf-8", newline="") as text:
        table = csv.DictWriter(text, columns, extrasaction="ignore")
        table.writeheader()
        for row in rows:
            table.writerow({name: plain(value) for name, value in row.items()})


def plain(value: object) -> object:
    """Quote text that a spreadsheet would run as a formula: messages come from students' files.

    Spreadsheets pass over blanks and signs without a width in front of a formula, and some take
    full-width signs for the usual ones.
    """
    if not isinstance(value, str):
        return value
    first = next((char for char in value if char.isprintable() and not char.isspace()), "")
    if value.startswith(("\t", "\r", "\n")) or unicodedata.normalize("NFKC", first) in _SIGNS:
        return "'" + value
    return value
