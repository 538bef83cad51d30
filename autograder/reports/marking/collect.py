"""List the reports of a class, with the students who submitted them."""

from pathlib import Path

import msgspec

from autograder.course.directory import Directory
from autograder.intake.copy_reports import REPORTS
from autograder.record import decision_log
from autograder.record.reader import History


class Report(msgspec.Struct, frozen=True):
    """A submission with its student; ``report`` tells whether there is a report."""

    id: str
    name: str = ""
    section: str = ""
    report: bool = False


def collect(folder: Path) -> list[Report]:
    """Return a report for each submission of the latest run in ``folder``.

    Raises:
        StoreError: if there is no record.
    """
    with History.open(folder) as history:
        ids = [result.submission for result in history.results()]
        known = Directory(ids, decision_log.submission_info(history))
    return [
        Report(
            id_, known.name(id_), known.section(id_), (folder / REPORTS / f"{id_}.pdf").is_file()
        )
        for id_ in ids
    ]
