"""Report who submitted: the summary before grading, and the students for the record."""

from collections.abc import Container
from datetime import datetime, tzinfo

from autograder.course import clock
from autograder.course.directory import SubmissionInfo
from autograder.errors import IntakeError
from autograder.intake.downloads.uploads import Upload
from autograder.intake.submission import NO_REPORT
from autograder.intake.submissions import Intake, contents
from autograder.text import at_most, joined, shown

MAX_LISTED = 10
"""Names in one list."""


def summary(intake: Intake, have: Container[str] = ()) -> list[str]:
    """Lines such as "180 students, 176 with code, 171 with report, 4 unmatched", and their names.

    Only warnings where there is neither a platform's download nor a roster, or for one submission.
    Students whose ids are in ``have`` have submitted before.
    """
    if not intake.downloads and (intake.roster is None or len(intake.uploads) < 2):
        return intake.warnings
    found = [contents(upload) for upload in intake.uploads]
    counts = [
        f"{len(found)} student{'' if len(found) == 1 else 's'}",
        f"{sum(one.code for one in found)} with code",
    ]
    lists = {}
    if intake.report:
        counts.append(f"{sum(one.report for one in found)} with report")
        lists[NO_REPORT] = [
            upload.identity.label
            for upload, one in zip(intake.uploads, found, strict=True)
            if one.pdfs > 1 and not one.report
        ]
    if intake.roster is not None:
        pairs = zip(intake.uploads, intake.people, strict=True)
        unmatched = [upload.identity.label for upload, person in pairs if person is None]
        counts.append(f"{len(unmatched)} unmatched")
        lists[f"Not in {intake.roster.path.name}, but graded"] = unmatched
        lists["No submission from"] = [
            shown(f"{person.name or person.login} ({person.id})")
            for person in intake.absent
            if person.id not in have
        ]
        lists["Withdrawn, so in no table"] = [
            shown(f"{person.name} ({person.id})")
            for person in intake.people
            if person is not None and person.withdrawn
        ]
    lists["Files that belong to no submission"] = intake.unused
    platforms = joined([*dict.fromkeys(intake.downloads)])
    first = ", ".join(counts) + (f" ({platforms})" if platforms else "")
    named = (
        f"{title}: {', '.join(at_most(MAX_LISTED, names))}"
        for title, names in lists.items()
        if names
    )
    return [*intake.warnings, first, *named]


def people(intake: Intake, zone: tzinfo | None = None) -> list[SubmissionInfo]:
    """The student of each submission, as far as platform or roster say; for the record.

    Raises:
        IntakeError: for a time that has no zone, or does not exist or occurs twice in ``zone``.
    """
    if not intake.downloads and intake.roster is None:
        return []
    return [
        SubmissionInfo(
            submission=intake.ids[place][0],
            person=intake.people[place] or upload.person,
            known_as=upload.known_as,
            submitted_at=_placed(upload, zone),
            late=upload.late,
            original=upload.original,
        )
        for place, upload in enumerate(intake.uploads)
    ]


def _placed(upload: Upload, zone: tzinfo | None) -> datetime | None:
    try:
        return upload.submitted_at and clock.placed(upload.submitted_at, zone)
    except ValueError as problem:
        raise IntakeError(f"The submission of {upload.identity.label}: {problem}") from None
