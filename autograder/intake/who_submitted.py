"""Report who submitted: the summary before grading, and the students for the record."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from autograder.intake.submissions import Intake, has_code_and_report
from autograder.text import at_most, joined, shown

if TYPE_CHECKING:
    from autograder.course.directory import SubmissionInfo

MAX_LISTED = 10
"""Names in one list."""
WIDTH = 80


def summary(intake: Intake) -> list[str]:
    """Lines such as "180 students, 176 with code, 171 with report, 4 unmatched", and their names.

    Only warnings where there is neither a platform's download nor a roster, or for one submission.
    """
    warnings = [textwrap.fill(text, WIDTH) for text in intake.warnings]
    if not intake.downloads and (intake.roster is None or len(intake.uploads) < 2):
        return warnings
    contents = [has_code_and_report(upload) for upload in intake.uploads]
    counts = [
        f"{len(contents)} student{'' if len(contents) == 1 else 's'}",
        f"{sum(code for code, _ in contents)} with code",
        f"{sum(report for _, report in contents)} with report",
    ]
    lists = {}
    if intake.roster is not None:
        pairs = zip(intake.uploads, intake.people, strict=True)
        unmatched = [upload.identity.label for upload, person in pairs if person is None]
        counts.append(f"{len(unmatched)} unmatched")
        lists[f"Not in {intake.roster.path.name}, but graded"] = unmatched
        lists["No submission from"] = [
            shown(f"{person.name or person.login} ({person.id})") for person in intake.absent
        ]
    lists["Files that belong to no submission"] = intake.unused
    platforms = joined([*dict.fromkeys(intake.downloads)])
    first = ", ".join(counts) + (f" ({platforms})" if platforms else "")
    return [*warnings, first, *(_listed(title, names) for title, names in lists.items() if names)]


def people(intake: Intake) -> list[SubmissionInfo]:
    """The student of each submission, as far as platform or roster say; for the record."""
    if not intake.downloads and intake.roster is None:
        return []
    from autograder.course import directory  # one file without a roster need not wait for it

    return [
        directory.SubmissionInfo(
            submission=intake.ids[place][0],
            person=intake.people[place] or upload.person,
            known_as=upload.known_as,
            submitted_at=upload.submitted_at,
            late=upload.late,
            original=upload.original,
        )
        for place, upload in enumerate(intake.uploads)
    ]


def _listed(title: str, names: list[str]) -> str:
    text = f"{title}: {', '.join(at_most(MAX_LISTED, names))}"
    return textwrap.fill(text, WIDTH, subsequent_indent="  ", break_long_words=False)
