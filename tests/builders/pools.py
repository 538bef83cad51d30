"""A pool without processes, for tests of what a batch does with the results."""

from collections.abc import Callable

from autograder.intake.submission import Submission
from autograder.results import SubmissionResult
from tests.builders.records import a_result, an_output

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
