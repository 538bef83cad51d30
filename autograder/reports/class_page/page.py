"""Render ``class.html``: what a class has understood, and which submissions need attention."""

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
from autograder.results import TOGETHER

ROWS = 200
"""Rows of the table that are shown at first: laying out thousands takes a browser seconds."""
FEW = 3
"""Names that are shown at once; more are folded away."""
MOST_LISTED = 50
"""Submissions that are listed in each group at the top; the table has them all."""


class Group(NamedTuple):
    """Submissions that need attention for the same reason; ``meaning`` says what to do."""

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
    """Number the submissions in an order that is unrelated to their names."""
    ids = sorted(
        (row.submission for row in rows), key=lambda name: hashlib.sha256(name.encode()).digest()
    )
    return {name: number for number, name in enumerate(ids, 1)}


def _groups(rows: list[SubmissionRow]) -> Iterator[Group]:
    """Group the submissions that need attention; leave out empty groups."""
    groups = (
        Group(
            "Not judged",
            "an error of the grader. They have no score yet: run the command again.",
            [row for row in rows if row.status == "not_judged"],
        ),
        Group(
            "Refused",
            "nothing in them could be graded. They have 0 points unless you decide otherwise.",
            [row for row in rows if row.status == "refused"],
        ),
        Group(
            "No answer in time, or crashed",
            "the named functions count as failed. The students may need help.",
            [row for row in rows if row.stopped and row.status == "judged"],
        ),
        Group(
            "Functions that do not work together",
            "each passes its own tests. They lose few points; look whether you agree.",
            [row for row in rows if any(TOGETHER in name for name in row.misconceptions)],
        ),
    )
    return (group for group in groups if group.rows)


def _why(row: SubmissionRow) -> str:
    if row.status == "judged" and not row.message:
        pairs = [name.split(TOGETHER) for name in row.misconceptions if TOGETHER in name]
        names = [*row.stopped, *dict.fromkeys(name for pair in pairs for name in pair)]
        return ", ".join(f"`{name}`" for name in names)
    return row.message


def _status(row: SubmissionRow) -> str:
    if row.status == "judged" and row.stopped:
        return "stopped"
    return row.status.replace("_", " ")


def _scores(statistics: Statistics) -> str:
    """Summarise the points of the class; "" if nothing was judged."""
    scores = [row.score for row in statistics.judged]
    if not scores:
        return ""
    most = statistics.course_points.automatic
    full = sum(score >= most for score in scores)
    return (
        f"Points, of {most}: median {median(scores):g}, mean {mean(scores):.1f}, "
        f"full marks: {full:,}."
    )
