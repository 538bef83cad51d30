"""``autograder manual``: write the page on which people mark the reports."""

from collections.abc import Sequence
from pathlib import Path

from assignment.checks.console import count as plural
from autograder.errors import ConfigError
from autograder.files import write_text
from autograder.gradebook import rubric
from autograder.record.course_file import course_of
from autograder.record.decision_log import Problem
from autograder.reports.marking import PAGE, Report, collect, marking_page
from autograder.reports.say import place, say
from autograder.text import listed

MAX_NAMES = 10


def run(folder: Path, config: Path | None) -> int:
    """Write the page for the latest run in ``folder``, and print what is on it.

    Returns 1 where a line of the marks is wrong.

    Raises:
        GraderError: if there is no record, or the course gives the report no points.
    """
    settings = course_of(folder, config)
    if not rubric.criteria(settings):
        raise ConfigError('the report has no points in this course ("2.3" = 0 in [points]).')
    reports, directory = collect(folder)
    wrong: list[Problem] = []
    marks = rubric.read(settings, directory, wrong) or ()
    page = write_text(folder / PAGE, marking_page(reports, settings, marks))
    say("\n".join(_summary(reports)))
    if marks:
        say(f"The page has the {plural(len(marks), 'mark')} that you have already.")
    for problem in wrong:
        say(f"Not on the page: {problem.text}")
    say(f"page: {place(page)}")
    say("Open it in a browser, mark the reports, and put the manual.csv beside course.toml.")
    return 1 if wrong else 0


def _summary(reports: Sequence[Report]) -> list[str]:
    without = [report.id for report in reports if not report.report]
    counts = f"{plural(len(reports), 'submission')}, {len(reports) - len(without)} with a report."
    if not without:
        return [counts]
    return [counts, f"Without a report: {listed(MAX_NAMES, without)}"]
