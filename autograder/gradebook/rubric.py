"""Points given by hand for the report: the rubric, and reading what graders have saved.

``manual.csv`` has a row for each part of the rubric that was looked at: submission, item, points,
comment, grader. Several graders save several files, ``manual.csv`` and ``manual-NAME.csv`` beside
it, and these are read together. A part without points is missing, never 0.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

import msgspec

from autograder import csvfile
from autograder.cases.points import REPORT
from autograder.course.settings import Course, Criterion
from autograder.record.decisions import Mark
from autograder.text import did_you_mean

COLUMNS = ("submission", "item", "points", "comment", "grader")
DECIMALS = 2
"""Digits after the point that a mark may have."""

DEFAULT = (
    Criterion(
        "accuracy",
        3,
        (
            "The accuracy on the test set is given and agrees with the confusion matrix.",
            "The accuracy is on the training set; the test set is asked for.",
            "The accuracy does not agree with the confusion matrix.",
            "The accuracy is missing.",
        ),
    ),
    Criterion(
        "confusion matrix",
        3,
        (
            "The confusion matrix is right: rows are true classes, columns guesses.",
            "Rows and columns have changed places, or it is not said which is which.",
            "The matrix does not have all patterns of the test set.",
            "The confusion matrix is missing.",
        ),
    ),
    Criterion(
        "plot of E_total",
        2,
        (
            "The plot is right, with its axes named.",
            "The axes are not named.",
            "The plot is missing.",
        ),
    ),
    Criterion(
        "plot of misclassification_rate",
        2,
        (
            "The plot is right, with its axes named.",
            "The axes are not named.",
            "The plot is missing.",
        ),
    ),
    Criterion(
        "discussion",
        5,
        (
            "Says what falls and what does not, which classes are confused, and why.",
            "Describes the figures, but does not say why they look like that.",
            "Says something that the figures do not show.",
            "Settings or seeds are missing, so that it cannot be repeated.",
            "The discussion is missing.",
        ),
    ),
    Criterion(
        "independent section",
        5,
        (
            "Several settings are compared fairly, and a conclusion is drawn.",
            "Only one other setting was tried.",
            "Several things were changed at once, so that no conclusion can be drawn.",
            "The independent section is missing.",
        ),
    ),
)
"""The rubric of a course that has none of its own, where the report is worth 20 points."""


def rubric(course: Course) -> tuple[Criterion, ...]:
    """The parts of the report's points: the course's own, else the kit's.

    A course that gives the report other points than the kit, and no rubric, has one part. Empty
    where the report has no points.
    """
    course_points = course.points[REPORT]
    if course.rubric or not course_points:
        return course.rubric
    if course_points == sum(part.points for part in DEFAULT):
        return DEFAULT
    return (Criterion("report", course_points),)


def find(course: Course) -> Path | None:
    """The course's ``manual.csv``, also where only files beside it are there; None without any.

    Raises:
        ConfigError: where the course's file names one that is not there.
    """
    path = course.file("manual")
    if path is None and course.folder is not None:
        path = course.folder / "manual.csv"
    return path if path is not None and _files(path) else None


def read(path: Path, course: Course, known: Collection[str]) -> list[Mark]:
    """The marks in this file and those beside it (``manual-*.csv``), in the order of their ids.

    ``known`` are the ids of the submissions that there are. Rows without points are ignored.

    Raises:
        TableError: with every line that does not fit: an unknown submission or part, points that
            are no number or too many, or two graders who gave one part different points.
    """
    parts = {part.name: part for part in rubric(course)}
    found: dict[tuple[str, str], _Entry] = {}
    for file in _files(path):
        faults = csvfile.Faults(file)
        for row in csvfile.read(file, COLUMNS[:3], COLUMNS[3:]):
            problem = _problem(row, parts, known)
            if problem:
                faults.add(row.line, problem)
            elif row["points"]:
                entry = _Entry(_mark(row), file, row.line)
                faults_with = _merge(found, entry)
                if faults_with:
                    faults.add(row.line, faults_with)
        faults.raise_if_any()
    order = list(parts)
    marks = (entry.mark for entry in found.values())
    return sorted(marks, key=lambda mark: (mark.submission, order.index(mark.item)))


class _Entry(msgspec.Struct, frozen=True):
    """A mark and where it was read."""

    mark: Mark
    file: Path
    line: int


def _files(path: Path) -> list[Path]:
    beside = sorted(path.parent.glob(f"{path.stem}-*{path.suffix}"))
    return [path, *beside] if path.is_file() else beside


def _problem(row: csvfile.TableRow, parts: Mapping[str, Criterion], known: Collection[str]) -> str:
    submission, item = row["submission"], row["item"]
    if submission not in known:
        return (
            f"there is no submission “{submission}”. {did_you_mean(submission, known)}"
            "Fix the id, or take the line out."
        )
    if item not in parts:
        return (
            f"the rubric has no part “{item}”. {did_you_mean(item, parts)}"
            f"Its parts are {', '.join(parts)}."
        )
    if not row["points"]:
        return ""
    points = _points(row["points"])
    most = parts[item].points
    if points is None:
        return (
            f"“{row['points']}” points for {submission}, {item}: it must be a number from 0 to "
            f"{most} with at most {DECIMALS} digits after the point. Leave the cell empty where "
            "there is no mark yet."
        )
    if points > most:
        return (
            f"{points:g} points for {submission}, {item}, which has {most} at most. Fix the "
            "points, or the rubric in course.toml."
        )
    return ""


def _points(text: str) -> float | None:
    """A number that is not negative, with a point or a comma; None for anything else."""
    whole, _, digits = text.replace(",", ".").partition(".")
    if not f"{whole}{digits}".isascii() or not f"{whole}{digits}".isdigit():
        return None
    return None if len(digits) > DECIMALS else float(f"{whole or 0}.{digits or 0}")


def _mark(row: csvfile.TableRow) -> Mark:
    points = _points(row["points"])
    assert points is not None
    return Mark(row["submission"], row["item"], points, row["comment"], row["grader"])


def _merge(found: dict[tuple[str, str], _Entry], entry: _Entry) -> str:
    """Take a mark; a sentence where another one for the same part has other points."""
    mark = entry.mark
    place = mark.submission, mark.item
    other = found.setdefault(place, entry)
    if other is entry:
        return ""
    if other.mark.points != mark.points:
        return (
            f"{mark.submission}, {mark.item}, has {_by(mark)} here and {_by(other.mark)} in "
            f"{other.file.name}, line {other.line}. Agree on one, and take the other line out."
        )
    both = msgspec.structs.replace(
        other.mark,
        comment=_joined("\n", other.mark.comment, mark.comment),
        grader=_joined(", ", other.mark.grader, mark.grader),
    )
    found[place] = msgspec.structs.replace(other, mark=both)
    return ""


def _by(mark: Mark) -> str:
    words = f"{mark.points:g} point{'' if mark.points == 1 else 's'}"
    return f"{words} by {mark.grader}" if mark.grader else words


def _joined(between: str, *texts: str) -> str:
    return between.join(dict.fromkeys(text for text in texts if text))
