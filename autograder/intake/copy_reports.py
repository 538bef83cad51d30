"""Copy students' reports (PDF) into ``staff/reports/`` of the output folder.

An attempt without a report keeps the report of the attempt before.
"""

import hashlib
from collections.abc import Container, Iterable, Iterator, Mapping
from pathlib import Path

from autograder.errors import NotJudged
from autograder.files import remove, replacing
from autograder.intake.pick_file import Refused, SubmittedFile
from autograder.intake.submission import Submission

REPORTS = Path("staff", "reports")
"""The folder of the copies, in the output folder; each is named by its submission's id."""


class ReportCopier:
    """Copies each submission's report when the submission is read.

    ``reports`` are those of an intake, by id; ``known`` are submissions that may have a copy from
    an attempt before. ``copied`` has the SHA-256 of each copy, ``problems`` messages about reports
    that could not be copied.
    """

    def __init__(
        self, out: Path, reports: Mapping[str, SubmittedFile], known: Container[str] = ()
    ) -> None:
        self._folder = out / REPORTS
        self._reports = reports
        self._known = known
        self.copied: dict[str, str] = {}
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
        report = self._reports.get(submission.id)
        if report is None:
            if submission.id not in self._known:
                remove(path)  # it is of another record
            return
        try:
            data = report.read()
            if b"%PDF-" not in data[:1024]:
                raise Refused("It is not a PDF.")
        except (Refused, NotJudged) as problem:
            self.problems.append(f"{submission.id}: “{report.path}” was not copied. {problem}")
            if isinstance(problem, Refused) and submission.id not in self._known:
                remove(path)
            return
        with replacing(path) as file:
            file.write(data)
        self.copied[submission.id] = hashlib.sha256(data).hexdigest()
