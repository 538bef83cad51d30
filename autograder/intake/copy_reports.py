"""Copy students' reports (PDF) into ``staff/reports/`` of the output folder."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from autograder.errors import NotJudged, StoreError
from autograder.files import replacing
from autograder.intake.pick_file import Refused, SubmittedFile
from autograder.intake.submission import Submission

REPORTS = Path("staff", "reports")
"""The folder of the copies, in the output folder; each is named by its submission's id."""


class ReportCopier:
    """Copies each submission's report when the submission is read.

    ``reports`` are those of an intake, by id; ``problems`` are messages about reports that could
    not be copied.
    """

    def __init__(self, out: Path, reports: Mapping[str, SubmittedFile]) -> None:
        self._folder = out / REPORTS
        self._reports = reports
        self.problems: list[str] = []

    def copying(self, submissions: Iterable[Submission]) -> Iterator[Submission]:
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
                    raise Refused("It is not a PDF.")
            except (Refused, NotJudged) as problem:
                self.problems.append(f"{submission.id}: “{report.path}” was not copied. {problem}")
                if isinstance(problem, NotJudged):
                    return  # the copy of an earlier run stays
                data = b""
        if data:
            with replacing(path) as file:
                file.write(data)
        elif path.is_file() and not submission.not_judged:
            try:
                path.unlink()
            except OSError as problem:
                raise StoreError(
                    f"{path} is from an earlier run and cannot be removed: {problem.strerror}."
                ) from None
