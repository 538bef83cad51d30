"""Batches: what is submitted comes back once, whatever happens on the way."""

import os
import random
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path

import pytest

from autograder.errors import IntakeError
from autograder.grading import outcomes
from autograder.grading.pool import LocalPool
from autograder.intake.submission import Submission
from autograder.record.reader import History
from autograder.sandbox import Limits
from tests.builders import grader_process, sources
from tests.builders.pools import FakePool, batch, given, recorded
from tests.builders.results import ANSWERS

RIGHT, STUB = sources.RIGHT.encode(), sources.STUB.encode()
SIGMOID = b"from math import exp\ndef sigmoid(x): return 1 / (1 + exp(-x)) if x > -100 else 0.0\n"
SLEEPS = b"import time\ndef sigmoid(x):\n    time.sleep(60)\n"
DIES = b"import os\ndef sigmoid(x):\n    os._exit(3)\n"


processes = partial(LocalPool, ANSWERS, Limits(call_seconds=2.0), least=0)


def states(folder: Path) -> list[str]:
    """How the runs of a record ended."""
    with History.open(folder) as history:
        return [state for (state,) in history.rows("SELECT state FROM runs")]


def test_a_submission_that_cannot_be_read_has_no_score(tmp_path: Path) -> None:
    """It is not judged instead of refused, says what to do, and is graded once it can be read."""
    broken = Submission("ann", path="", not_judged="“nn.py” cannot be read. Run it again.")
    for _ in range(2):
        summary = batch(tmp_path, [broken, given("bo", None)])
        assert (summary.refused, summary.not_judged) == (1, 1)
        ann = recorded(tmp_path)["ann"]
        assert (ann.status, ann.score) == ("not_judged", 0)
        assert ann.message.endswith("no fault of its author: “nn.py” cannot be read. Run it again.")
    assert batch(tmp_path, [given("ann", RIGHT)]).judged == 1


def test_a_batch_of_every_kind(tmp_path: Path) -> None:
    """Right, stub, crash, hang and refused: each has its result, and the summary counts them."""
    submissions = [
        given("right", RIGHT, notes=("a note",), ignored=("b.txt",)),
        given("stub", STUB),
        given("dies", DIES),
        given("sleeps", SLEEPS),
        given("none", None),
    ]
    summary = batch(tmp_path, submissions, processes(2))
    found = recorded(tmp_path)
    assert sorted(found) == ["dies", "none", "right", "sleeps", "stub"]
    assert (summary.judged, summary.refused, summary.not_judged, summary.total) == (4, 1, 0, 5)
    assert not summary.interrupted
    assert (found["right"].score, found["stub"].score, found["none"].score) == (80, 0, 0)
    assert (found["right"].notes, found["right"].ignored) == (("a note",), ("b.txt",))
    none = found["none"]
    assert (none.status, none.message) == ("refused", "There is no file in it.")
    assert {output.status for output in found["dies"].outputs} >= {"killed"}
    assert {output.status for output in found["sleeps"].outputs} >= {"timeout"}


def test_only_what_has_changed_is_run_again(tmp_path: Path) -> None:
    """Unchanged results are kept; changed code, crashes, hangs and another level are run again."""

    def run(other: bytes = b"right", level: int = 3, **options: object) -> tuple[int, list[str]]:
        pool = FakePool(level=level)
        files = {"right": b"right", "dies": b"dies", "hangs": b"hangs", "other": other, "no": None}
        submissions = [given(name, source) for name, source in files.items()]
        unchanged = batch(tmp_path, submissions, pool, **options).unchanged
        return unchanged, sorted(one.id for one in pool.submitted)

    everything = (0, ["dies", "hangs", "other", "right"])
    assert run() == everything
    before = recorded(tmp_path)
    assert run() == (2, ["dies", "hangs"])
    assert recorded(tmp_path)["right"] == before["right"]
    assert run(b"right 2") == (1, ["dies", "hangs", "other"])
    assert run(b"right 2", fresh=True) == run(b"right 2", level=2) == everything


def test_submissions_are_read_as_they_are_needed(tmp_path: Path) -> None:
    """A class of any size: at most one submission waits while the pool is busy."""
    pool = FakePool(width=2)
    ahead = []

    def read() -> Iterator[Submission]:
        for number in range(30):
            ahead.append(number - len(pool.submitted))
            yield given(f"s{number}", RIGHT)

    batch(tmp_path, read(), pool)
    assert max(ahead) <= 1
    assert len(pool.submitted) == 30
    assert pool.closed


def test_processes_that_are_killed_cost_nobody_anything(tmp_path: Path) -> None:
    """A pool process dies while it grades, then the fork server of the next: all are judged."""
    pool = processes(1)

    def submissions() -> Iterator[Submission]:
        yield given("victim", RIGHT)
        # It has just been submitted, and the process is grading it.
        os.kill(pool._processes[0].handle.pid, signal.SIGKILL)
        yield given("next", STUB)
        pid = pool._processes[0].handle.pid
        for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
            os.kill(int(child), signal.SIGKILL)
        yield given("last", RIGHT)

    summary = batch(tmp_path, submissions(), pool)
    assert (summary.judged, summary.not_judged) == (3, 0)
    found = recorded(tmp_path)
    assert (found["victim"].score, found["last"].score) == (80, 80)


def test_a_grader_that_fails_twice_judges_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a fault of ours the submission is tried once more; then it is not_judged, not a 0."""
    tried = tmp_path / "tried"

    def fails(grader: object, submission: Submission) -> outcomes.Graded | outcomes.GraderFailed:
        with tried.open("a") as log:
            print(os.getpid(), file=log)
        return outcomes.GraderFailed("TypeError: ours")

    monkeypatch.setattr(outcomes, "grade", fails)
    summary = batch(tmp_path, [given("alice", RIGHT)], processes(1))
    assert summary.not_judged == 1
    assert len(set(tried.read_text().split())) == 2
    alice = recorded(tmp_path)["alice"]
    assert alice.status == "not_judged"
    assert "no fault of its author: TypeError: ours, twice" in alice.message


def test_an_error_of_intake_keeps_what_was_done(tmp_path: Path) -> None:
    """The run counts as stopped, and the pool is closed."""

    def submissions() -> Iterator[Submission]:
        yield given("alice", None)
        raise IntakeError("The folder has gone.")

    pool = FakePool()
    with pytest.raises(IntakeError, match="has gone"):
        batch(tmp_path, submissions(), pool)
    assert pool.closed
    assert (states(tmp_path), recorded(tmp_path).keys()) == (["stopped"], {"alice"})


def test_ctrl_c_finishes_what_was_begun(tmp_path: Path) -> None:
    """After one Ctrl-C nothing is submitted any more; what is being graded is kept."""
    pool = FakePool(width=2)

    def submissions() -> Iterator[Submission]:
        for number in range(10):
            if number == 4:
                os.kill(os.getpid(), signal.SIGINT)
            yield given(f"s{number}", RIGHT)

    summary = batch(tmp_path, submissions(), pool)
    assert summary.interrupted
    assert len(pool.submitted) < 10
    assert recorded(tmp_path).keys() == {one.id for one in pool.submitted}
    assert states(tmp_path) == ["stopped"]
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
    assert set(recorded(tmp_path / "out")) == {"quick"}


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
            assert set(reported) <= set(recorded(tmp_path / "killed"))
    assert kills == 8
    for folder in ("killed", "calm"):
        with grader_process.start(tmp_path / folder, submissions) as grader:
            grader.communicate()
            assert grader.returncode == 0
    assert len(recorded(tmp_path / "calm")) == 100
    assert recorded(tmp_path / "killed") == recorded(tmp_path / "calm")
