"""Attempts are per file: what a new one gives, and what stays of the one before."""

from pathlib import Path

import pytest

from autograder.grading import attempts
from autograder.grading.batch import Summary, grade_all
from autograder.intake.submission import Submission
from autograder.record.fingerprint import Conditions
from autograder.record.reader import History
from autograder.record.writer import Record
from autograder.results import SubmissionResult
from autograder.sandbox import Limits
from tests.builders.records import a_result, an_output

CONDITIONS = Conditions("1", "c", "k", "3", "2", "1", Limits())


class FakePool:
    """Judges each file by its first word: "right", "raises" or "ours", a fault of the machine."""

    def __init__(self) -> None:
        self.submitted: list[Submission] = []
        self._waiting: list[Submission] = []

    def levels(self) -> set[int]:
        return {3}

    def free(self) -> bool:
        return not self._waiting

    def busy(self) -> int:
        return len(self._waiting)

    def submit(self, submission: Submission) -> None:
        self.submitted.append(submission)
        self._waiting.append(submission)

    def wait(self, seconds: float) -> list[tuple[Submission, SubmissionResult]]:
        found, self._waiting = self._waiting, []
        return [(one, judged(one)) for one in found]

    def close(self) -> None:
        """Nothing to end."""


def judged(submission: Submission) -> SubmissionResult:
    word, _, _ = (submission.source or b"").partition(b" ")
    status = "not_judged" if word == b"ours" else "judged"
    output = an_output("error" if word == b"raises" else "passed")
    return a_result(
        submission.id,
        output,
        status=status,
        message="It raises." if word == b"raises" else "",
        notes=submission.notes,
        bonus_source=submission.bonus,
    )


def grade(folder: Path, *given: Submission) -> tuple[Summary, list[Submission]]:
    """Grade a batch; the summary, and what was run for it."""
    pool = FakePool()
    with Record.writing(folder) as record:
        return grade_all(given, pool, record, CONDITIONS), pool.submitted


def of(source: bytes | None, **more: object) -> Submission:
    refused = "" if source is not None else "There is no code in it."
    return Submission("ann", source, refused=refused, **more)  # type: ignore[arg-type]


def now(folder: Path) -> tuple[bytes | None, SubmissionResult]:
    """The code and the result that count."""
    with History.open(folder) as record:
        result = record.result("ann")
        assert result is not None
        return record.source("ann"), result


@pytest.mark.parametrize(
    ("before", "new", "counts"),
    [
        (b"right 1", b"right 2", b"right 2"),
        (b"right 1", b"raises", b"right 1"),
        (b"right 1", None, b"right 1"),
        (b"raises 1", b"raises 2", b"raises 2"),
        (b"raises 1", None, b"raises 1"),
        (None, b"raises", b"raises"),
        (b"right 1", b"ours", b"ours"),
    ],
)
def test_code_that_does_not_run_replaces_nothing(
    tmp_path: Path, before: bytes | None, new: bytes | None, counts: bytes | None
) -> None:
    """The latest attempt counts, unless it has no code or none that runs; also when repeated."""
    grade(tmp_path, of(before))
    for _ in range(2):
        summary, _ = grade(tmp_path, of(new))
        code, result = now(tmp_path)
        assert code == counts
        assert (summary.earlier.keys() == {"ann"}) == (new != counts)
        assert ("so the code of the earlier one counts." in " ".join(result.notes)) == (
            new != counts
        )


def test_a_fault_of_ours_does_not_hide_what_was_judged(tmp_path: Path) -> None:
    """After a file that could not be judged, broken code still replaces nothing that ran."""
    for source in (b"right", b"ours", b"raises"):
        grade(tmp_path, of(source))
    assert now(tmp_path)[0] == b"right"


def test_bonus_and_code_may_come_apart(tmp_path: Path) -> None:
    """New code keeps the bonus, and a bonus alone keeps the code; both are run together."""
    grade(tmp_path, of(b"right 1", bonus=b"old"))
    _, (run,) = grade(tmp_path, of(b"right 2"))
    assert (run.bonus, run.notes) == (b"old", (attempts.KEPT_BONUS,))
    assert grade(tmp_path, of(b"right 2"))[1] == []
    _, (run,) = grade(tmp_path, of(None, bonus=b"new"))
    assert (run.source, run.bonus, run.notes) == (b"right 2", b"new", (attempts.KEPT_CODE,))
    code, result = now(tmp_path)
    assert (code, result.bonus_source) == (b"right 2", b"new")


def test_the_record_gives_submissions_again(tmp_path: Path) -> None:
    """With code, bonus, name of the file and notes; not without code."""
    ann = of(b"right", bonus=b"b", notes=("a note",))
    grade(tmp_path, ann, Submission("bo", refused="There is no code in it."))
    with History.open(tmp_path) as record:
        assert [one.id for one in attempts.from_record(record, {"ann", "bo"})] == ["ann"]
        (again,) = attempts.from_record(record, {"ann"})
    assert (again.source, again.bonus, again.notes) == (b"right", b"b", ("a note",))
