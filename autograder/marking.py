"""``autograder manual``: writes the page on which people mark the reports."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from assignment.checks.look import plural
from autograder import manual
from autograder.attendance import REPORTS
from autograder.course.directory import Whose
from autograder.course.load import load
from autograder.errors import ConfigError
from autograder.exports.manual_page import Report, manual_page
from autograder.files import replacing
from autograder.pdfs import Counted, counted
from autograder.record import decision_log
from autograder.record.reader import History
from autograder.slots import cores

PAGE = Path("staff", "manual.html")


def write(folder: Path, config: Path | None) -> int:
    """Write the page for the latest run in ``folder``, and say what is on it.

    Raises:
        GraderError: where there is no record, or the course gives the report no points.
    """
    settings = load(config)
    rubric = manual.rubric(settings)
    if not rubric:
        raise ConfigError('the report has no points in this course ("2.3" = 0 in [points]).')
    with History.open(folder) as history:
        ids = [result.submission for result in history.results()]
        handed = decision_log.known(history)
    paths = {id_: folder / REPORTS / f"{id_}.pdf" for id_ in ids}
    there = [path for path in paths.values() if path.is_file()]
    found = counted(there, min(cores(), 4))
    reports = [_report(id_, handed.get(id_), found.get(paths[id_])) for id_ in ids]
    page = folder / PAGE
    with replacing(page) as part:
        part.write_text(manual_page(reports, rubric, settings.name), encoding="utf-8")
    _say(page, reports, found)
    return 0


def _report(id_: str, whose: Whose | None, found: Counted | None) -> Report:
    person = whose.person if whose else None
    return Report(
        id=id_,
        name=person.name if person else whose.known_as if whose else "",
        section=person.section if person else "",
        report=found is not None,
        about="" if found is None else about(found),
    )


def about(found: Counted) -> str:
    """What was counted in a report, in words."""
    if found.problem:
        return f"pages and figures: the PDF {found.problem}"
    if found.figures is None:
        return f"{plural(found.pages, 'page')}, figures could not be counted"
    figures = plural(found.figures, "figure") if found.figures else "no figure"
    return f"{plural(found.pages, 'page')}, {figures} found"


def _say(page: Path, reports: list[Report], found: Mapping[Path, Counted]) -> None:
    without = [report.id for report in reports if not report.report]
    print(f"{plural(len(reports), 'submission')}, {len(reports) - len(without)} with a report.")
    if without:
        more = f" and {len(without) - 10} more" if len(without) > 10 else ""
        print(f"without one: {', '.join(without[:10])}{more}")
    unread = [f"{path.stem} ({one.problem})" for path, one in found.items() if one.problem]
    if unread:
        print(f"not counted: {', '.join(unread)}")
    print(f"page: {page}")
    print("Open it in a browser, mark, and put the manual.csv that it saves beside course.toml.")
