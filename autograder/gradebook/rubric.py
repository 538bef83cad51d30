"""The rubric of the report, and the marks that graders gave for its parts.

``manual.csv`` has a row for each marked part: submission, item, points, comment, grader. Several
graders save several files, ``manual.csv`` and ``manual-NAME.csv`` beside it, which are read
together. A part without points is missing, never 0.
"""

import re
from collections.abc import Mapping

from autograder import csvfile
from autograder.cases.points import REPORT
from autograder.course.directory import Directory
from autograder.course.settings import Course, Criterion
from autograder.record.decision_log import Problem
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
            "−3: The accuracy is missing.",
        ),
    ),
    Criterion(
        "confusion matrix",
        3,
        (
            "The confusion matrix is right: rows are true classes, columns guesses.",
            "Rows and columns are swapped, or it is not stated which is which.",
            "The matrix does not have all patterns of the test set.",
            "−3: The confusion matrix is missing.",
        ),
    ),
    Criterion(
        "plot of E_total",
        2,
        (
            "The plot is right, with its axes named.",
            "−1: The axes are not named.",
            "−2: The plot is missing.",
        ),
    ),
    Criterion(
        "plot of misclassification_rate",
        2,
        (
            "The plot is right, with its axes named.",
            "−1: The axes are not named.",
            "−2: The plot is missing.",
        ),
    ),
    Criterion(
        "discussion",
        5,
        (
            "Says what falls and what does not, which classes are confused, and why.",
            "Describes the figures, but does not say why they look like that.",
            "Says something that the figures do not show.",
            "Settings or seeds are missing, so the results cannot be repeated.",
            "−5: The discussion is missing.",
        ),
    ),
    Criterion(
        "independent section",
        5,
        (
            "Several settings are compared fairly, and a conclusion is drawn.",
            "Only one other setting was tried.",
            "Several things were changed at once, so that no conclusion can be drawn.",
            "−5: The independent section is missing.",
        ),
    ),
)
"""The kit's rubric, for a course without its own in which the report has 20 points."""


def criteria(course: Course) -> tuple[Criterion, ...]:
    """Return the parts of the report's points: the course's own, else the kit's.

    A course without a rubric that gives the report other points than the kit has one part. There
    are none where the report has no points.
    """
    report_points = course.points[REPORT]
    if course.rubric or not report_points:
        return course.rubric
    if report_points == sum(part.points for part in DEFAULT):
        return DEFAULT
    return (Criterion("report", report_points),)


def read(course: Course, directory: Directory, problems: list[Problem]) -> tuple[Mark, ...] | None:
    """Read the marks in ``manual.csv`` and the files beside it, sorted by submission.

    Rows without points are ignored. Wrong lines are added to ``problems``: an unknown submission or
    part, points that are not a number or too many, or two graders who gave one part different
    points. None where there is no such file.

    Raises:
        ConfigError: where the course's file names one that does not exist.
        TableError: where a file cannot be read.
    """
    if course.folder is None:
        return None
    path = course.file("manual") or course.folder / "manual.csv"
    files = [path] if path.is_file() else []
    files += sorted(path.parent.glob(f"{path.stem}-*{path.suffix}"))
    if not files:
        return None
    parts = {part.name: part for part in criteria(course)}
    found: _Found = {}
    for file in files:
        for row in csvfile.read(file, COLUMNS[:3], COLUMNS[3:], strict=False):
            where = f"{file.name}, line {row.line}"
            try:
                mark = _mark(row, parts, directory)
                if mark is not None:
                    _merge(found, mark, where)
            except ValueError as problem:
                whose = directory.find(row["submission"]) or ""
                problems.append(Problem(whose, f"{where}: {problem}"))
    order = list(parts)
    marks = (mark for mark, _ in found.values())
    return tuple(sorted(marks, key=lambda mark: (mark.submission, order.index(mark.item))))


_Found = dict[tuple[str, str], tuple[Mark, str]]
"""The mark of each submission and part, and where it was read first."""


def _mark(
    row: csvfile.TableRow, parts: Mapping[str, Criterion], directory: Directory
) -> Mark | None:
    """The mark of a row, None without points; ValueError says what is wrong with it."""
    if row.fault:
        raise ValueError(row.fault)
    submission, item = directory.key(row["submission"]), row["item"]
    if item not in parts:
        raise ValueError(
            f"the rubric has no part “{item}”. {did_you_mean(item, parts)}"
            f"Its parts are {', '.join(parts)}."
        )
    if not row["points"]:
        return None
    written, most = row["points"].replace(",", "."), parts[item].points
    if not re.fullmatch(rf"(?=\.?[0-9])[0-9]*\.?[0-9]{{0,{DECIMALS}}}", written):
        raise ValueError(
            f"“{row['points']}” points for {submission}, {item}: it must be a number from 0 to "
            f"{most} with at most {DECIMALS} digits after the point. Leave the cell empty where "
            "there is no mark yet."
        )
    points = float(written)
    if points > most:
        raise ValueError(
            f"{points:g} points for {submission}, {item}, which has at most {most}. Fix the "
            "points, or the rubric in course.toml."
        )
    return Mark(submission, item, points, row["comment"], row["grader"])


def _merge(found: _Found, mark: Mark, where: str) -> None:
    """Add a mark; ValueError if another grader gave the part other points."""
    place = mark.submission, mark.item
    other, there = found.setdefault(place, (mark, where))
    if other is mark:
        return
    if other.points != mark.points:
        raise ValueError(
            f"{mark.submission}, {mark.item}, has {_by(mark)} here and {_by(other)} in {there}. "
            "Agree on one, and delete the other line."
        )
    comment = _joined("\n", other.comment, mark.comment)
    grader = _joined(", ", other.grader, mark.grader)
    found[place] = Mark(*place, mark.points, comment, grader), there


def _by(mark: Mark) -> str:
    points = f"{mark.points:g} point{'' if mark.points == 1 else 's'}"
    return f"{points} by {mark.grader}" if mark.grader else points


def _joined(between: str, *texts: str) -> str:
    return between.join(dict.fromkeys(text for text in texts if text))
