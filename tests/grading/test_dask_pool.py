"""Grading on a Dask cluster: a real scheduler and real workers on this machine's loopback."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import msgspec
import pytest

from autograder.course.settings import Course
from autograder.errors import ClusterError
from autograder.grading import dask_worker, outcomes
from autograder.grading.pool import LocalPool
from autograder.intake.submission import Submission
from autograder.paths import ROOT
from autograder.record.fingerprint import conditions
from autograder.sandbox import Limits
from tests.builders import sources
from tests.builders.pools import batch, given, recorded
from tests.builders.results import ANSWERS

try:
    import distributed
except ImportError:
    if os.environ.get("CI"):
        raise
    pytest.skip("the extra `cluster` is not installed", allow_module_level=True)

from autograder.grading import dask_pool
from autograder.grading.dask_pool import AHEAD, DaskPool

RIGHT, STUB = sources.RIGHT.encode(), sources.STUB.encode()
pytestmark = pytest.mark.filterwarnings(
    "ignore::DeprecationWarning:distributed", "ignore::DeprecationWarning:tornado"
)


SETTING = dask_worker.Setting(ANSWERS.hidden_seed, Limits(), 0, conditions(ANSWERS.cases, Limits()))
PATIENCE = 60
"""Seconds for processes to find each other on a busy machine."""


class Dask:
    """A scheduler and workers, each a process of its own."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self._folder, self._stack = folder, stack
        # The scheduler chooses its port: one that was free a moment ago may be another test's now.
        address = folder / "scheduler.json"
        arguments = ["--host", "127.0.0.1", "--port", "0", "--scheduler-file", str(address)]
        self.scheduler = self._start("scheduler", *arguments)
        with distributed.Client(
            scheduler_file=str(address), set_as_default=False, timeout=PATIENCE
        ) as client:
            self.address = client.scheduler.address

    def _start(self, *arguments: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "dask", *arguments, "--no-dashboard"]
        quiet = subprocess.DEVNULL
        process = subprocess.Popen(command, stdout=quiet, stderr=quiet, cwd=ROOT)
        self._stack.callback(process.wait)
        self._stack.callback(process.kill)
        return process

    def start_workers(self, count: int) -> list[subprocess.Popen[bytes]]:
        arguments = ["worker", self.address, "--nthreads", "1", "--no-nanny"]
        arguments += ["--local-directory", str(self._folder)]
        workers = [self._start(*arguments) for _ in range(count)]
        with distributed.Client(self.address, set_as_default=False, timeout=PATIENCE) as client:
            client.wait_for_workers(count, timeout=PATIENCE)
        return workers


@pytest.fixture
def dask(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dask]:
    with ExitStack() as stack:
        yield Dask(tmp_path_factory.mktemp("dask"), stack)


def test_other_workers_grade_for_one_that_is_killed(tmp_path: Path, dask: Dask) -> None:
    """Three workers, one killed midway: the record equals that of this machine's own processes."""
    workers = dask.start_workers(3)
    pool = DaskPool(dask.address, Course(), least=0)
    most_out = 0
    files = [
        given(f"s{number:02}", source + b"# %d" % number)
        for number, source in enumerate([RIGHT, STUB] * 8)
    ]
    files.append(given("zip", None))

    def submissions() -> Iterator[Submission]:
        nonlocal most_out
        for number, submission in enumerate(files):
            most_out = max(most_out, pool.busy())
            if number == 8:
                workers[0].kill()
            yield submission

    summary = batch(tmp_path / "cluster", submissions(), pool)
    assert (summary.judged, summary.refused, summary.not_judged) == (16, 1, 0)
    assert most_out <= AHEAD * 3
    again = DaskPool(dask.address, Course(), least=0)
    assert batch(tmp_path / "cluster", files, again).unchanged == 16
    batch(tmp_path / "local", files, LocalPool(ANSWERS, Limits(), 2, least=0))
    assert recorded(tmp_path / "cluster") == recorded(tmp_path / "local")


def test_errors_of_a_cluster_are_explained(
    tmp_path: Path, dask: Dask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No worker yet, too little isolation, a scheduler that goes away, and none at all.

    What is asked of a worker that joins later is the level of those at the start.
    """
    with monkeypatch.context() as patch:
        patch.setattr(dask_pool, "CONNECT_SECONDS", 5.0)
        with pytest.raises(ClusterError, match=r"has no workers. Start some with `dask worker tcp"):
            DaskPool(dask.address, Course())
    dask.start_workers(1)
    with pytest.raises(ClusterError, match=r"The worker tcp://.* at least 4 is asked for"):
        DaskPool(dask.address, Course(), least=4)
    pool = DaskPool(dask.address, Course(), least=0)
    assert {pool._setting.least} == pool.levels()  # asked of workers that join later

    def submissions() -> Iterator[Submission]:
        yield Submission("first", STUB)
        dask.scheduler.kill()
        dask.scheduler.wait()
        for number in range(50):
            yield Submission(f"s{number}", STUB)

    with pytest.raises(ClusterError, match=r"What was graded is kept; run the same"):
        batch(tmp_path, submissions(), pool)
    monkeypatch.setattr(dask_pool, "CONNECT_SECONDS", 1.0)
    with pytest.raises(ClusterError, match="No Dask scheduler answers"):
        DaskPool(dask.address, Course())


def test_a_worker_that_judges_differently_is_found() -> None:
    """Other cases or another numpy: a sentence that says what differs, and nothing is graded."""
    other = msgspec.structs.replace(SETTING.conditions, numpy="1.0", cases="other")
    setting = msgspec.msgpack.encode(msgspec.structs.replace(SETTING, conditions=other))
    job = outcomes.encode(Submission("alice", RIGHT))
    for answer in (dask_worker.check(setting), dask_worker.grade(setting, job)):
        assert outcomes.read_outcome(answer) == outcomes.CannotGrade(
            "it judges differently: the cases, numpy's version differ from the grader's"
        )
    outcome = outcomes.read_outcome(dask_worker.check(b"no setting"))
    assert outcome == outcomes.CannotGrade("it runs another version of the grader")


def test_only_our_bytes_cross() -> None:
    """A task is given bytes and gives bytes, which decode as our own format and nothing else."""
    setting = msgspec.msgpack.encode(SETTING)
    answer = dask_worker.grade(setting, outcomes.encode(Submission("alice", RIGHT)))
    dask_worker._thread.prepared[1].sandbox.close()
    assert type(answer) is bytes
    outcome = outcomes.read_outcome(answer)
    assert isinstance(outcome, outcomes.Graded)
    assert outcome.result.score == 80
    assert re.match(r"[0-9a-f]{64}$", outcome.result.sha256)
    with pytest.raises(msgspec.MsgspecError):
        outcomes.read_outcome(answer[:-1])
