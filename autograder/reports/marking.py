"""``staff/manual.html``: each report beside the rubric, to be marked by hand."""

from collections.abc import Sequence
from pathlib import Path

import msgspec
from markupsafe import Markup

from assignment.checks.html.document import render
from autograder.course.directory import Directory
from autograder.course.settings import Course
from autograder.gradebook.rubric import criteria
from autograder.intake.copy_reports import REPORTS
from autograder.paths import PAGE_FOLDERS
from autograder.record import decision_log
from autograder.record.decisions import Mark
from autograder.record.reader import History

PAGE = Path("staff", "manual.html")


class Report(msgspec.Struct, frozen=True):
    """A submission with its student; ``report`` tells whether there is a report."""

    id: str
    name: str = ""
    section: str = ""
    report: bool = False


def collect(folder: Path) -> tuple[list[Report], Directory]:
    """Return a report for each submission of the latest run in ``folder``, and their directory.

    Raises:
        StoreError: if there is no record.
    """
    with History.open(folder) as history:
        ids = [result.submission for result in history.results()]
        known = Directory(ids, decision_log.submission_info(history))
    reports = [
        Report(
            id_, known.name(id_), known.section(id_), (folder / REPORTS / f"{id_}.pdf").is_file()
        )
        for id_ in ids
    ]
    return reports, known


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
