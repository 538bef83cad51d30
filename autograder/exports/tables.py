"""``results.csv``, one row a submission, as design.md fixes its columns."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path

from autograder.exports.files import replacing
from autograder.results import CSV_COLUMNS, SubmissionResult, csv_row
from autograder.worth import Worth, kit_worth

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write_csv(results: Iterable[SubmissionResult], path: Path, worth: Worth | None = None) -> None:
    """Write the table; a half-written one never stands under this name."""
    most = (worth or kit_worth()).automatic
    with replacing(path) as part, part.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, CSV_COLUMNS)
        table.writeheader()
        for result in results:
            table.writerow({name: plain(value) for name, value in csv_row(result, most).items()})


def plain(value: object) -> object:
    """Text that a spreadsheet takes for text: names and messages come from students' files."""
    if isinstance(value, str) and value.startswith(_FORMULA):
        return "'" + value
    return value
