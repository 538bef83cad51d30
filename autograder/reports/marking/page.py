"""``staff/manual.html``: each report beside the rubric, to be marked by hand."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec
from markupsafe import Markup

from assignment.checks.html.document import render
from autograder.course.settings import Criterion
from autograder.files import replacing
from autograder.paths import PAGE_FOLDERS
from autograder.reports.marking.collect import Report

PAGE = Path("staff", "manual.html")


def write(
    folder: Path, reports: Sequence[Report], rubric: Sequence[Criterion], course: str
) -> Path:
    """Write the page into the folder's ``staff/``; return its path."""
    page = folder / PAGE
    with replacing(page) as file:
        file.write(marking_page(reports, rubric, course).encode())
    return page


def marking_page(reports: Sequence[Report], rubric: Sequence[Criterion], course: str) -> str:
    """Return the page as HTML; it shows the PDFs ``reports/<id>.pdf`` beside it."""
    data = msgspec.json.encode({"reports": reports, "rubric": rubric}).decode()
    # No character of a name or comment may end the element that it stands in.
    data = data.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    return render(
        "marking.html",
        *PAGE_FOLDERS,
        styles=["marking.css"],
        script="marking.js",
        frames=True,
        course=course,
        count=len(reports),
        data=Markup(data),
    )
