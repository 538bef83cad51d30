"""Batches, and a pool without processes for tests of what a batch does with the results."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from autograder.grading.batch import Pool, Summary, grade_all
from autograder.intake.submission import Submission
from autograder.record.reader import History
from autograder.record.writer import Record
from autograder.results import SubmissionResult
from tests.builders.records import a_result, an_output, the_conditions

STATUSES = {b"raises": "error", b"dies": "killed", b"hangs": "timeout"}


def by_first_word(submission: Submission) -> SubmissionResult:
    """A result of one output: "raises", "dies", "hangs", "ours" (the machine's fault), or right."""
    word, _, _ = (submission.source or b"").partition(b" ")
    return a_result(
        submission.id,
        an_output(STATUSES.get(word, "passed")),
        status="not_judged" if word == b"ours" else "judged",
        notes=submission.notes,
        bonus_source=submission.bonus,
    )


class FakePool:
    """Judges with a function, the last submission first, and keeps what was submitted."""

    def __init__(
        self,
        judge: Callable[[Submission], SubmissionResult] = by_first_word,
        width: int = 2,
        level: int = 3,
    ) -> None:
        self.submitted: list[Submission] = []
        self.closed = False
        self._judge, self._width, self._level = judge, width, level
        self._waiting: list[Submission] = []

    def levels(self) -> set[int]:
        return {self._level}

    def free(self) -> bool:
        return len(self._waiting) < self._width

    def busy(self) -> int:
        return len(self._waiting)

    def submit(self, submission: Submission) -> None:
        self.submitted.append(submission)
        self._waiting.append(submission)

    def wait(self, seconds: float) -> list[tuple[Submission, SubmissionResult]]:
        submission = self._waiting.pop()
        return [(submission, self._judge(submission))]

    def close(self) -> None:
        self.closed = True


def given(name: str, source: bytes | None, **more: Any) -> Submission:
    """A submission of this file; refused without one."""
    return Submission(name, source, refused="" if source else "There is no file in it.", **more)


def batch(
    folder: Path, submissions: Iterable[Submission], pool: Pool | None = None, **options: Any
) -> Summary:
    """Grade submissions, without processes if no pool is given, and record the results."""
    with Record.writing(folder) as record:
        return grade_all(submissions, pool or FakePool(), record, the_conditions(), **options)


def recorded(folder: Path) -> dict[str, SubmissionResult]:
    """The results that count, by submission, without the time that they took."""
    with History.open(folder) as history:
        return {one.submission: replace(one, seconds=0.0) for one in history.results()}
