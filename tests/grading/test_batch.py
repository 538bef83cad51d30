"""Batches: what is submitted comes back once, whatever happens on the way."""

import os
import random
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import msgspec
import pytest

from assignment.checks.model.questions import FUNCTIONS
from autograder.cases.answers import Answers
from autograder.cases.expected import reference_source
from autograder.errors import IntakeError
from autograder.grading import outcomes
from autograder.grading.batch import Summary, grade_all
from autograder.grading.pool import LocalPool
from autograder.intake.submission import Submission
from autograder.record.fingerprint import Conditions, conditions
from autograder.record.reader import History
from autograder.record.writer import Record
from autograder.results import SubmissionResult
from autograder.sandbox import Limits
from tests.builders import grader_process

LIMITS = Limits(call_seconds=2.0)
RIGHT = reference_source()
STUB = b"\n".join(b"def %s(*a): raise NotImplementedError" % name.encode() for name in FUNCTIONS)
SIGMOID = (
    b"from math import exp\ndef sigmoid(x):\n    return 1 / (1 + exp(-x)) if x > -100 else 0.0\n"
)
SLEEPS = b"import time\ndef sigmoid(x):\n    time.sleep(60)\n"
DIES = b"import os\ndef sigmoid(x):\n    os._exit(3)\n"


@pytest.fixture(scope="module")
def answers() -> Answers:
    return Answers()


def given(name: str, source: bytes | None = RIGHT, **more: object) -> Submission:
    refused = "" if source is not None else "There is no Python file in it."
    return Submission(name, source, "neural_network.py", refused=refused, **more)  # type: ignore[arg-type]


def grade(
    folder: Path, answers: Answers, *submissions: Submission, count: int = 2, **options: object
) -> Summary:
    """Grade a batch in processes of this machine, recorded in ``folder``."""
    with Record.writing(folder) as record:
        return grade_all(
            submissions,
            LocalPool(answers, LIMITS, count, least=0),
            record,
            conditions(answers.cases, LIMITS),
            **options,  # type: ignore[arg-type]
        )


def results(folder: Path) -> dict[str, SubmissionResult]:
    with History.open(folder) as history:
        return {result.submission: result for result in history.results()}


class FakePool:
    """A pool without processes: grades with a function, out of order, and can be interrupted."""

    def __init__(self, width: int = 2, level: int = 3) -> None:
        self.width = width
        self.level = level
        self.submitted: list[str] = []
        self.closed = False
        self._waiting: list[Submission] = []

    def levels(self) -> set[int]:
        return {self.level}

    def free(self) -> bool:
        return len(self._waiting) < self.width

    def busy(self) -> int:
        return len(self._waiting)

    def submit(self, submission: Submission) -> None:
        self.submitted.append(submission.id)
        self._waiting.append(submission)

    def wait(self, seconds: float) -> list[tuple[Submission, SubmissionResult]]:
        submission = self._waiting.pop()
        return [
            (submission, SubmissionResult(submission=submission.id, status="judged", isolation=3))
        ]

    def close(self) -> None:
        self.closed = True


def grade_in(
    folder: Path,
    pool: FakePool,
    submissions: Iterator[Submission] | list[Submission],
    **options: object,
) -> Summary:
    conditions_ = Conditions("1", "c", "k", "3", "2", "1", LIMITS)
    with Record.writing(folder) as record:
        return grade_all(submissions, pool, record, conditions_, **options)  # type: ignore[arg-type]


def test_a_submission_that_cannot_be_read_has_no_score(tmp_path: Path) -> None:
    """It is not judged instead of refused, says what to do, and is graded once it can be read."""
    broken = Submission("ann", path="", not_judged="“nn.py” cannot be read. Run it again.")
    for _ in range(2):
        summary = grade_in(tmp_path, FakePool(), [broken, given("bo", None)])
        assert (summary.refused, summary.not_judged) == (1, 1)
        ann = results(tmp_path)["ann"]
        assert (ann.status, ann.score) == ("not_judged", 0)
        assert ann.message.endswith("no fault of its author: “nn.py” cannot be read. Run it again.")
    assert grade_in(tmp_path, FakePool(), [given("ann")]).judged == 1


def test_a_batch_of_every_kind(tmp_path: Path, answers: Answers) -> None:
    """Right, stub, crash, hang and refused: each has its result, and the summary counts them."""
    summary = grade(
        tmp_path,
        answers,
        given("right", notes=("a note",), ignored=("b.txt",)),
        given("stub", STUB),
        given("dies", DIES),
        given("sleeps", SLEEPS),
        given("none", None),
    )
    found = results(tmp_path)
    assert sorted(found) == ["dies", "none", "right", "sleeps", "stub"]
    assert (summary.judged, summary.refused, summary.not_judged, summary.total) == (4, 1, 0, 5)
    assert not summary.interrupted
    assert (found["right"].score, found["stub"].score, found["none"].score) == (80, 0, 0)
    assert (found["right"].notes, found["right"].ignored) == (("a note",), ("b.txt",))
    assert (found["none"].status, found["none"].message) == (
        "refused",
        "There is no Python file in it.",
    )
    assert {output.status for output in found["dies"].outputs} >= {"killed"}
    assert {output.status for output in found["sleeps"].outputs} >= {"timeout"}


def test_only_what_has_changed_is_run_again(
    tmp_path: Path, answers: Answers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Unchanged results are kept; a changed source, a hang and a crash are graded again."""
    names: list[str] = []
    submit = LocalPool.submit

    def noting(pool: LocalPool, submission: Submission) -> None:
        names.append(submission.id)
        submit(pool, submission)

    monkeypatch.setattr(LocalPool, "submit", noting)

    def run(**options: object) -> Summary:
        names.clear()
        return grade(
            tmp_path,
            answers,
            given("right"),
            given("dies", DIES),
            given("other", SIGMOID if options.pop("changed", False) else STUB),
            given("none", None),
            count=1,
            **options,
        )

    assert run().unchanged == 0
    before = results(tmp_path)
    assert (run().unchanged, names) == (2, ["dies"])
    assert results(tmp_path)["right"] == before["right"]
    assert run(changed=True).unchanged == 1
    assert sorted(names) == ["dies", "other"]
    assert (before["other"].score, results(tmp_path)["other"].score) == (0, 5)
    assert run(fresh=True).unchanged == 0
    assert len(names) == 3


def test_another_level_is_another_result(tmp_path: Path) -> None:
    """A result of level 3 is not kept in a run at level 2."""
    submissions = [given("alice"), given("bob", None)]
    grade_in(tmp_path, FakePool(), submissions)
    same, other = FakePool(), FakePool(level=2)
    grade_in(tmp_path, same, submissions)
    grade_in(tmp_path, other, submissions)
    assert (same.submitted, other.submitted) == ([], ["alice"])


def test_submissions_are_read_as_they_are_needed(tmp_path: Path) -> None:
    """A class of any size: at most one submission waits while the pool is busy."""
    pool = FakePool(width=2)
    ahead = []

    def read() -> Iterator[Submission]:
        for number in range(30):
            ahead.append(number - len(pool.submitted))
            yield given(f"s{number}")

    grade_in(tmp_path, pool, read())
    assert max(ahead) <= 1
    assert len(pool.submitted) == 30
    assert pool.closed


def test_a_process_that_is_killed_is_replaced(tmp_path: Path, answers: Answers) -> None:
    """Another process grades the submission of one that dies, and every submission has a result."""
    pool = LocalPool(answers, LIMITS, 1, least=0)

    def submissions() -> Iterator[Submission]:
        yield given("victim")
        # It has just been submitted, and the process is grading it.
        os.kill(pool._processes[0].handle.pid, signal.SIGKILL)
        yield given("next", STUB)

    with Record.writing(tmp_path) as record:
        summary = grade_all(submissions(), pool, record, conditions(answers.cases, LIMITS))
    assert summary.judged == 2
    assert results(tmp_path)["victim"].score == 80


def test_a_fork_server_that_dies_costs_nobody_anything(tmp_path: Path, answers: Answers) -> None:
    """A fork server is killed between two submissions: both are judged."""
    pool = LocalPool(answers, LIMITS, 1, least=0)

    def submissions() -> Iterator[Submission]:
        yield given("first", STUB)
        pid = pool._processes[0].handle.pid
        for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
            os.kill(int(child), signal.SIGKILL)
        yield given("second")

    with Record.writing(tmp_path) as record:
        summary = grade_all(submissions(), pool, record, conditions(answers.cases, LIMITS))
    assert (summary.judged, summary.not_judged) == (2, 0)
    assert results(tmp_path)["second"].score == 80


def test_a_grader_that_fails_twice_judges_nobody(
    tmp_path: Path, answers: Answers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a fault of ours the submission is tried once more; then it is not_judged, not a 0."""
    tried = tmp_path / "tried"

    def fails(grader: object, submission: Submission) -> outcomes.Graded | outcomes.GraderFailed:
        with tried.open("a") as log:
            print(os.getpid(), file=log)
        return outcomes.GraderFailed("TypeError: ours")

    monkeypatch.setattr(outcomes, "grade", fails)
    summary = grade(tmp_path, answers, given("alice"), count=1)
    assert summary.not_judged == 1
    assert len(set(tried.read_text().split())) == 2
    alice = results(tmp_path)["alice"]
    assert alice.status == "not_judged"
    assert "no fault of its author: TypeError: ours, twice" in alice.message


def test_an_error_of_intake_keeps_what_was_done(tmp_path: Path) -> None:
    """The run counts as stopped, and the pool is closed."""

    def submissions() -> Iterator[Submission]:
        yield given("alice", None)
        raise IntakeError("The folder has gone.")

    pool = FakePool()
    with pytest.raises(IntakeError, match="has gone"):
        grade_in(tmp_path, pool, submissions())
    assert pool.closed
    with History.open(tmp_path) as history:
        assert [info.state for info in history.runs()] == ["stopped"]
        assert history.count() == 1


def test_ctrl_c_finishes_what_was_begun(tmp_path: Path) -> None:
    """After one Ctrl-C nothing is submitted any more; what is being graded is kept."""
    pool = FakePool(width=2)

    def submissions() -> Iterator[Submission]:
        for number in range(10):
            if number == 4:
                os.kill(os.getpid(), signal.SIGINT)
            yield given(f"s{number}")

    summary = grade_in(tmp_path, pool, submissions())
    assert summary.interrupted
    assert len(pool.submitted) < 10
    assert set(results(tmp_path)) == set(pool.submitted)
    with History.open(tmp_path) as history:
        assert [info.state for info in history.runs()] == ["stopped"]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_a_second_ctrl_c_stops_at_once(tmp_path: Path) -> None:
    """A real grader on a submission that hangs: two Ctrl-C, and it is gone with exit code 130."""
    with grader_process.start(tmp_path / "out", {"quick": STUB, "hangs": SLEEPS}) as grader:
        assert grader.stdout is not None
        assert grader.stderr is not None
        assert grader.stdout.readline() == "quick\n"
        began = time.monotonic()
        os.killpg(grader.pid, signal.SIGINT)
        assert "1 being graded will be finished and kept" in grader.stderr.readline()
        os.killpg(grader.pid, signal.SIGINT)
        assert grader.wait(20) == 130
        assert time.monotonic() - began < 10
    assert set(results(tmp_path / "out")) == {"quick"}


@pytest.mark.slow
def test_eight_kills_lose_nothing_that_was_reported(tmp_path: Path) -> None:
    """SIGKILL at eight random moments in a batch of 100: in the end nothing but times differs."""
    submissions = {
        f"s{number:03}": (STUB if number % 3 else SIGMOID) + b"# %d\n" % number
        for number in range(100)
    }
    moments = random.Random(5)
    kills = 0
    while kills < 8:
        with grader_process.start(tmp_path / "killed", submissions) as grader:
            assert grader.stdout is not None
            # After so few reports that eight kills come before the batch's end, however fast the
            # machine is; after none, while it starts or opens the record.
            wanted = moments.randrange(9)
            reported = [grader.stdout.readline().strip() for _ in range(wanted)]
            with suppress(subprocess.TimeoutExpired):
                grader.wait(moments.uniform(0, 0.03 if wanted else 0.8))
            grader.kill()
            reported += grader.stdout.read().split()
            if grader.wait() == 0:
                break
        kills += 1
        if reported:
            assert set(reported) <= set(results(tmp_path / "killed"))
    assert kills == 8
    for folder in ("killed", "calm"):
        with grader_process.start(tmp_path / folder, submissions) as grader:
            grader.communicate()
            assert grader.returncode == 0

    def recorded(folder: str) -> list[SubmissionResult]:
        with History.open(tmp_path / folder) as history:
            return [msgspec.structs.replace(result, seconds=0.0) for result in history.results()]

    assert len(recorded("calm")) == 100
    assert recorded("killed") == recorded("calm")
