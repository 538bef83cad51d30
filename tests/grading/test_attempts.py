"""Attempts are per file: what a new one gives, and what stays of the one before."""

from pathlib import Path

import pytest

from autograder.grading import attempts
from autograder.grading.batch import Summary
from autograder.intake.submission import Submission
from autograder.record.reader import History
from autograder.results import SubmissionResult
from tests.builders.pools import FakePool, batch, given


def grade(folder: Path, source: bytes | None, **more: object) -> tuple[Summary, list[Submission]]:
    """Grade an attempt of ann's; the summary, and what was run for it."""
    pool = FakePool()
    return batch(folder, [given("ann", source, **more)], pool), pool.submitted


def now(folder: Path) -> tuple[bytes | None, SubmissionResult]:
    """The code and the result that count."""
    with History.open(folder) as record:
        result = record.result("ann")
        assert result is not None
        return record.source("ann"), result


@pytest.mark.parametrize(
    ("before", "new", "counts"),
    [
        ([b"right 1"], b"right 2", b"right 2"),
        ([b"right 1"], b"raises", b"right 1"),
        ([b"right 1"], None, b"right 1"),
        ([b"raises 1"], b"raises 2", b"raises 2"),
        ([b"raises 1"], None, b"raises 1"),
        ([None], b"raises", b"raises"),
        ([b"right 1"], b"ours", b"ours"),
        ([b"right 1", b"ours"], b"raises", b"right 1"),
    ],
)
def test_code_that_does_not_run_replaces_nothing(
    tmp_path: Path, before: list[bytes | None], new: bytes | None, counts: bytes | None
) -> None:
    """The latest attempt counts, unless it has no code or none that runs; also when repeated.

    A fault of ours does not hide what was judged before it.
    """
    for source in before:
        grade(tmp_path, source)
    for _ in range(2):
        summary, _ = grade(tmp_path, new)
        code, result = now(tmp_path)
        kept = "so the code of the earlier one counts." in " ".join(result.notes)
        assert (code, kept, "ann" in summary.earlier) == (counts, new != counts, new != counts)


def test_bonus_and_code_may_come_apart(tmp_path: Path) -> None:
    """New code keeps the bonus, and a bonus alone keeps the code; both are run together."""
    grade(tmp_path, b"right 1", bonus=b"old")
    _, (run,) = grade(tmp_path, b"right 2")
    assert (run.bonus, run.notes) == (b"old", (attempts.KEPT_BONUS,))
    assert grade(tmp_path, b"right 2")[1] == []
    _, (run,) = grade(tmp_path, None, bonus=b"new")
    assert (run.source, run.bonus, run.notes) == (b"right 2", b"new", (attempts.KEPT_CODE,))
    code, result = now(tmp_path)
    assert (code, result.bonus_source) == (b"right 2", b"new")


def test_the_record_gives_submissions_again(tmp_path: Path) -> None:
    """With code, bonus, name of the file and notes; not without code."""
    grade(tmp_path / "right", b"right", bonus=b"b", notes=("a note",))
    with History.open(tmp_path / "right") as record:
        (again,) = attempts.from_record(record, {"ann"})
    assert (again.source, again.bonus, again.notes) == (b"right", b"b", ("a note",))
    grade(tmp_path / "none", None)
    with History.open(tmp_path / "none") as record:
        assert list(attempts.from_record(record, {"ann"})) == []
