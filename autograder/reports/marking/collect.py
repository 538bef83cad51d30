"""List the reports of a class, with the students who submitted them."""

from pathlib import Path

import msgspec

from autograder.course.directory import SubmissionInfo
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
        known = decision_log.submission_info(history)
    return [
        _report(id_, known.get(id_), there=(folder / REPORTS / f"{id_}.pdf").is_file())
        for id_ in ids
    ]


def _report(id_: str, whose: SubmissionInfo | None, *, there: bool) -> Report:
    person = whose.person if whose else None
    return Report(
        id=id_,
        name=person.name if person else whose.known_as if whose else "",
        section=person.section if person else "",
        report=there,
    )
