"""``autograder manual``: writes the page on which people mark the reports."""

from __future__ import annotations

from pathlib import Path

from assignment.checks.look import plural
from autograder import course, ledger, manual
from autograder.attendance import REPORTS
from autograder.errors import ConfigError
from autograder.exports.files import replacing
from autograder.exports.manual_page import Report, manual_page
from autograder.history import History
from autograder.register import Whose

PAGE = Path("staff", "manual.html")


def write(folder: Path, config: Path | None) -> int:
    """Write the page for the latest run in ``folder``, and say what is on it.

    Raises:
        GraderError: where there is no record, or the course gives the report no points.
    """
    settings = course.load(config)
    rubric = manual.rubric(settings)
    if not rubric:
        raise ConfigError('the report has no points in this course ("2.3" = 0 in [points]).')
    with History.open(folder) as history:
        ids = [result.submission for result in history.results()]
        handed = ledger.known(history)
    reports = [
        _report(id_, handed.get(id_), there=(folder / REPORTS / f"{id_}.pdf").is_file())
        for id_ in ids
    ]
    page = folder / PAGE
    with replacing(page) as part:
        part.write_text(manual_page(reports, rubric, settings.name), encoding="utf-8")
    _say(page, reports)
    return 0


def _report(id_: str, whose: Whose | None, *, there: bool) -> Report:
    person = whose.person if whose else None
    return Report(
        id=id_,
        name=person.name if person else whose.known_as if whose else "",
        section=person.section if person else "",
        report=there,
    )


def _say(page: Path, reports: list[Report]) -> None:
    without = [report.id for report in reports if not report.report]
    print(f"{plural(len(reports), 'submission')}, {len(reports) - len(without)} with a report.")
    if without:
        more = f" and {len(without) - 10} more" if len(without) > 10 else ""
        print(f"without one: {', '.join(without[:10])}{more}")
    print(f"page: {page}")
    print("Open it in a browser, mark, and put the manual.csv that it saves beside course.toml.")
