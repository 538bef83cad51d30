"""Render ``class.html``: who needs a person, and what a class has understood."""

import hashlib
from collections.abc import Iterable
from statistics import mean, median

from assignment.checks.console import count as plural
from assignment.checks.html.document import render
from assignment.checks.model.questions import NUMBERS
from autograder.cases.expected import wrong_line
from autograder.course.directory import Directory
from autograder.course.roster import plain
from autograder.gradebook.status import Status
from autograder.paths import PAGE_FOLDERS
from autograder.reports.class_page.charts import points_bars, section_bars
from autograder.reports.class_page.equal_answers import beginning
from autograder.reports.class_page.statistics import Statistics

ROWS = 200
"""Rows of the table that are shown at first: laying out thousands takes a browser seconds."""
FEW = 3
"""Names that are shown at once; more are folded away."""
MOST_LISTED = 50
"""Entries that each list shows; the number of others stands at its end."""


def class_page(
    statistics: Statistics, title: str, status: Status, directory: Directory | None = None
) -> str:
    """Render the page of a class; ``directory`` knows the students' names and sections."""
    ids = [row.submission for row in statistics.rows]
    known = directory or Directory(ids)
    names = {one: known.name(one) for one in ids}
    sections = {one: known.section(one) for one in ids}
    return render(
        "class.html",
        *PAGE_FOLDERS,
        styles=("class.css",),
        script="class.js",
        title=title,
        class_=statistics,
        status=status,
        points_bars=points_bars(statistics),
        section_bars=section_bars(statistics),
        summary=_summary(statistics),
        numbers=_numbers(ids),
        names=names,
        rows=sorted(
            statistics.rows, key=lambda row: (plain(names[row.submission]), row.submission)
        ),
        sections=sections,
        all_sections=sorted(set(sections.values()) - {""}),
        wrong_line=wrong_line,
        beginning=beginning,
        questions=NUMBERS,
        few=FEW,
        most_listed=MOST_LISTED,
        most_shown=ROWS,
    )


def _numbers(ids: Iterable[str]) -> dict[str, int]:
    """Number the submissions in an order that is unrelated to their names."""
    mixed = sorted(ids, key=lambda name: hashlib.sha256(name.encode()).digest())
    return {name: number for number, name in enumerate(mixed, 1)}


def _summary(statistics: Statistics) -> str:
    """Sum up the class in one line; files that do not run stay out of the mean."""
    rows, running = statistics.rows, statistics.running
    scores = [row.score for row in running]
    counts = plural(len(rows), "submission")
    if len(running) < len(rows):
        counts += f", {len(rows) - len(running):,} of which nothing could be run"
    if not scores:
        return f"{counts}."
    most = statistics.course_points.automatic
    full = sum(score >= most for score in scores)
    return (
        f"{counts}. The others have, of {most} automatic points: "
        if len(running) < len(rows)
        else f"{counts}. Of {most} automatic points: "
    ) + f"median {median(scores):g}, mean {mean(scores):.1f}; {full:,} with all."
