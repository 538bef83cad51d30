"""``staff/manual.html``: each report beside the rubric, to be marked by hand."""

from collections.abc import Sequence
from pathlib import Path

import msgspec
from markupsafe import Markup

from assignment.checks.html.document import render
from autograder.course.settings import Course
from autograder.gradebook.rubric import criteria
from autograder.paths import PAGE_FOLDERS
from autograder.record.decisions import Mark
from autograder.reports.marking.collect import Report

PAGE = Path("staff", "manual.html")


def marking_page(reports: Sequence[Report], course: Course, marks: Sequence[Mark] = ()) -> str:
    """Return the page as HTML; it shows the PDFs ``reports/<id>.pdf`` beside it.

    ``marks`` are those that were given before.
    """
    content = {
        "reports": reports,
        "rubric": criteria(course),
        "marks": marks,
        "no_report": course.no_report,
    }
    data = msgspec.json.encode(content).decode()
    # No character of a name or comment may end the element that it stands in.
    data = data.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    return render(
        "marking.html",
        *PAGE_FOLDERS,
        styles=["marking.css"],
        script="marking.js",
        frames=True,
        course=course.name,
        no_report=course.no_report,
        count=len(reports),
        data=Markup(data),
    )
