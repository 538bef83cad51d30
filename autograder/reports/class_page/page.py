"""Make ``class.html``: what a class has and has not understood, and who needs a person."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from statistics import mean, median
from typing import NamedTuple

from assignment.checks.html.document import render
from assignment.checks.model.questions import NUMBERS
from autograder.paths import PAGE_FOLDERS
from autograder.reports.class_page.charts import charts
from autograder.reports.class_page.statistics import Statistics, SubmissionRow

ROWS = 200
"""Rows of the table that are shown at first: laying out thousands takes a browser seconds."""
FEW = 3
"""Names that are shown at once; more are folded away."""
MOST_LISTED = 50
"""Submissions that are listed in each group at the top; the table has them all."""


class Group(NamedTuple):
    """Submissions that need a person for the same reason; ``meaning`` says what to do."""

    title: str
    meaning: str
    rows: list[SubmissionRow]


def class_page(statistics: Statistics, title: str) -> str:
    """Render the page of a class."""
    return render(
        "class.html",
        *PAGE_FOLDERS,
        styles=("class.css",),
        script="class.js",
        title=title,
        class_=statistics,
        groups=list(_groups(statistics.rows)),
        charts=charts(statistics),
        scores=_scores(statistics),
        numbers=_numbers(statistics.rows),
        why=_why,
        status=_status,
        sections=NUMBERS,
        few=FEW,
        most_listed=MOST_LISTED,
        most_shown=ROWS,
    )


def _numbers(rows: Iterable[SubmissionRow]) -> dict[str, int]:
    """A number for each submission that says nothing about its name, not even its place."""
    ids = sorted(
        (row.submission for row in rows), key=lambda name: hashlib.sha256(name.encode()).digest()
    )
    return {name: number for number, name in enumerate(ids, 1)}


def _groups(rows: list[SubmissionRow]) -> Iterator[Group]:
    """Who needs a person: not judged, refused, hung or crashed; groups with nobody are left out."""
    groups = (
        Group(
            "Not judged",
            "through the grader's own fault. They have no score yet: run the command again.",
            [row for row in rows if row.status == "not_judged"],
        ),
        Group(
            "Refused",
            "there was nothing that could be graded. They have 0 points unless you decide "
            "otherwise.",
            [row for row in rows if row.status == "refused"],
        ),
        Group(
            "No answer in time, or crashed",
            "the functions named count as failed. Their authors may want help.",
            [row for row in rows if row.stopped and row.status == "judged"],
        ),
    )
    return (group for group in groups if group.rows)


def _why(row: SubmissionRow) -> str:
    if row.status == "judged" and not row.message:
        return ", ".join(f"`{name}`" for name in row.stopped)
    return row.message


def _status(row: SubmissionRow) -> str:
    if row.status == "judged" and row.stopped:
        return "stopped"
    return row.status.replace("_", " ")


def _scores(statistics: Statistics) -> str:
    """A sentence on the points of the class; "" where nobody was judged."""
    scores = [row.score for row in statistics.judged]
    if not scores:
        return ""
    most = statistics.course_points.automatic
    full = sum(score >= most for score in scores)
    return (
        f"Points, of {most}: median {median(scores):g}, mean {mean(scores):.1f}, "
        f"all of them {full:,} times."
    )
