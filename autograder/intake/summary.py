"""The attendance: a summary before grading, what the record keeps, and the reports for staff."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.errors import StoreError
from autograder.files import replacing
from autograder.intake.downloads.uploads import Upload
from autograder.intake.pick_file import Refused, SubmittedFile
from autograder.intake.submission import Submission
from autograder.intake.submissions import Intake, files_of, report_of
from autograder.text import at_most, joined, shown

if TYPE_CHECKING:
    from autograder.course.directory import SubmissionInfo

MAX_TOLD = 10
"""Names of one kind that are listed."""
WIDTH = 80
REPORTS = Path("staff", "reports")
"""Where the reports lie, in the output folder; each is called by its submission's id."""


def summary(given: Intake) -> list[str]:
    """For example "180 students, 176 with code, 171 with report, 4 unmatched", and who those are.

    Nothing of that where there is neither a platform's download nor a roster, or for one
    submission; what may have been meant otherwise is told in any case.
    """
    doubts = [textwrap.fill(words, WIDTH) for words in given.doubts]
    if not given.downloads and (given.roster is None or len(given.uploads) < 2):
        return doubts
    have = [_has(upload) for upload in given.uploads]
    words = [
        f"{len(have)} student{'' if len(have) == 1 else 's'}",
        f"{sum(code for code, _ in have)} with code",
        f"{sum(report for _, report in have)} with report",
    ]
    names = {}
    if given.roster is not None:
        pairs = zip(given.uploads, given.people, strict=True)
        unmatched = [upload.identity.label for upload, person in pairs if person is None]
        words.append(f"{len(unmatched)} unmatched")
        names[f"not in {given.roster.path.name}, graded all the same"] = unmatched
        names["submitted nothing of their own"] = [
            shown(f"{person.name or person.login} ({person.id})") for person in given.absent
        ]
    names["left aside"] = given.aside
    platforms = joined([*dict.fromkeys(given.downloads)])
    first = ", ".join(words) + (f" ({platforms})" if platforms else "")
    return [*doubts, first, *(_listed(what, whom) for what, whom in names.items() if whom)]


def people(given: Intake) -> list[SubmissionInfo]:
    """Whose each submission is, as far as platform or roster say; for the record.

    Who somebody is has no part in judging, so it never causes a new run.
    """
    if not given.downloads and given.roster is None:
        return []
    from autograder.course import directory  # one file without a roster need not wait for it

    return [
        directory.SubmissionInfo(
            submission=given.ids[place][0],
            person=given.people[place] or upload.person,
            known_as=upload.known_as,
            submitted_at=upload.submitted_at,
            late=upload.late,
            original=upload.original,
        )
        for place, upload in enumerate(given.uploads)
    ]


class Reports:
    """Copies reports as submissions pass by, so that staff's pages can show them later.

    ``reports`` are those of an intake, by id; ``troubles`` are sentences about those that could
    not be copied.
    """

    def __init__(self, out: Path, reports: Mapping[str, SubmittedFile]) -> None:
        self._folder = out / REPORTS
        self._reports = reports
        self.troubles: list[str] = []

    def watching(self, submissions: Iterable[Submission]) -> Iterator[Submission]:
        """The submissions, each after its report was copied.

        Raises:
            StoreError: where a report cannot be written.
        """
        for submission in submissions:
            self._copy(submission, self._folder / f"{submission.id}.pdf")
            yield submission

    def _copy(self, submission: Submission, path: Path) -> None:
        data = b""
        report = self._reports.get(submission.id)
        if report is not None:
            try:
                data = report.read()
                if b"%PDF-" not in data[:1024]:
                    raise Refused("It is no PDF, whatever it is called.")
            except Refused as problem:
                told = f"{submission.id}: “{report.path}” was not copied. {problem}"
                self.troubles.append(told)
                data = b""
        if data:
            with replacing(path) as part:
                part.write_bytes(data)
        elif path.is_file():
            try:
                path.unlink()
            except OSError as problem:
                raise StoreError(
                    f"{path} is of an earlier run and cannot be removed: {problem.strerror}."
                ) from None


def _has(upload: Upload) -> tuple[bool, bool]:
    """Whether there is code, and whether there is a report; neither in what cannot be read."""
    try:
        files, _ = files_of(upload)
    except Refused:
        return False, False
    return any(file.kind in (".py", ".ipynb") for file in files), report_of(files) is not None


def _listed(what: str, names: list[str]) -> str:
    text = f"{what}: {', '.join(at_most(MAX_TOLD, names))}"
    return textwrap.fill(text, WIDTH, subsequent_indent="  ", break_long_words=False)
