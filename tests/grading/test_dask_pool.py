"""Grading on a Dask cluster: a real scheduler and real workers on this machine's loopback."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import msgspec
import pytest

from assignment.checks.model.questions import FUNCTIONS
from autograder.cases.answers import Answers
from autograder.cases.expected import reference_source
from autograder.course.settings import Course
from autograder.errors import ClusterError
from autograder.grading import dask_worker, outcomes
from autograder.grading.batch import Summary, grade_all
from autograder.grading.pool import LocalPool
from autograder.intake.submission import Submission
from autograder.paths import ROOT
from autograder.record.fingerprint import conditions
from autograder.record.reader import History
from autograder.record.writer import Record
from autograder.results import SubmissionResult
from autograder.sandbox import Limits

try:
    import distributed
except ImportError:
    if os.environ.get("CI"):
        raise
    pytest.skip("the extra `cluster` is not installed", allow_module_level=True)

from autograder.grading.dask_pool import AHEAD, DaskPool

RIGHT = reference_source()
STUB = b"\n".join(b"def %s(*a): raise NotImplementedError" % name.encode() for name in FUNCTIONS)
pytestmark = pytest.mark.filterwarnings(
    "ignore::DeprecationWarning:distributed", "ignore::DeprecationWarning:tornado"
)


PATIENCE = 60
"""Seconds for processes to find each other on a busy machine."""


class Dask:
    """A scheduler and workers, each a process of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._processes: list[subprocess.Popen[str]] = []
        # The scheduler chooses its port: one that was free a moment ago may be another test's now.
        address = folder / "scheduler.json"
        arguments = ["--host", "127.0.0.1", "--port", "0", "--scheduler-file", str(address)]
        self.scheduler = self.start("scheduler", *arguments, "--no-dashboard")
        with distributed.Client(
            scheduler_file=str(address), set_as_default=False, timeout=PATIENCE
        ) as client:
            self.address = client.scheduler.address
        self.workers: list[subprocess.Popen[str]] = []

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        with (self._folder / f"{arguments[0]}-{len(self._processes)}.log").open("w") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "dask", *arguments],
                stdout=subprocess.DEVNULL,
                stderr=log,
                cwd=ROOT,
                text=True,
            )
        self._processes.append(process)
        return process

    def worker(self) -> None:
        arguments = ["worker", self.address, "--nthreads", "1", "--no-nanny", "--no-dashboard"]
        arguments += ["--local-directory", str(self._folder)]
        self.workers.append(self.start(*arguments))

    def wait_for(self, count: int) -> None:
        with distributed.Client(self.address, set_as_default=False, timeout=PATIENCE) as client:
            client.wait_for_workers(count, timeout=PATIENCE)

    def stop(self) -> None:
        for process in self._processes:
            process.kill()
        for process in self._processes:
            process.wait()


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@contextmanager
def dask(folder: Path, workers: int) -> Iterator[Dask]:
    started = Dask(folder)
    try:
        for _ in range(workers):
            started.worker()
        if workers:
            started.wait_for(workers)
        yield started
    finally:
        started.stop()


def grade(folder: Path, pool: object, submissions: object, **options: object) -> Summary:
    with Record.writing(folder) as record:
        return grade_all(
            submissions,  # type: ignore[arg-type]
            pool,  # type: ignore[arg-type]
            record,
            conditions(Answers().cases, Limits()),
            **options,  # type: ignore[arg-type]
        )


def results(folder: Path) -> list[SubmissionResult]:
    with History.open(folder) as history:
        return [msgspec.structs.replace(result, seconds=0.0) for result in history.results()]


def test_other_workers_grade_for_one_that_is_killed(tmp_path: Path) -> None:
    """Three workers, one killed midway: the record equals that of this machine's own processes."""
    (tmp_path / "dask").mkdir()
    with dask(tmp_path / "dask", 3) as running:
        pool = DaskPool(running.address, Course(), least=0)
        most_out = 0

        given = [
            Submission(f"s{number:02}", source + b"# %d" % number, "neural_network.py")
            for number, source in enumerate([RIGHT, STUB] * 10)
        ]
        given.append(Submission("zip", None, refused="There is no Python file in it."))

        def submissions() -> Iterator[Submission]:
            nonlocal most_out
            for number, submission in enumerate(given):
                most_out = max(most_out, pool.busy())
                if number == 8:
                    running.workers[0].send_signal(signal.SIGKILL)
                yield submission

        summary = grade(tmp_path / "cluster", pool, submissions())
        assert (summary.judged, summary.refused, summary.not_judged) == (20, 1, 0)
        assert most_out <= AHEAD * 3
        again = DaskPool(running.address, Course(), least=0)
        assert grade(tmp_path / "cluster", again, given).unchanged == 20
    local = LocalPool(Answers(), Limits(), 2, least=0)
    grade(tmp_path / "local", local, given)
    assert results(tmp_path / "cluster") == results(tmp_path / "local")


def test_errors_of_a_cluster_are_explained(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No worker yet, too little isolation, a scheduler that goes away, and none at all.

    What is asked of a worker that joins later is the level of those at the start.
    """
    with dask(tmp_path, 0) as running:
        with monkeypatch.context() as patch:
            patch.setattr("autograder.grading.dask_pool.CONNECT_SECONDS", 5.0)
            with pytest.raises(
                ClusterError, match=r"has no workers. Start some with `dask worker tcp"
            ):
                DaskPool(running.address, Course())
        running.worker()
        running.wait_for(1)
        with pytest.raises(ClusterError, match=r"The worker tcp://.* at least 4 is asked for"):
            DaskPool(running.address, Course(), least=4)
        pool = DaskPool(running.address, Course(), least=0)
        assert {pool._setting.least} == pool.levels()  # asked of workers that join later

        def submissions() -> Iterator[Submission]:
            yield Submission("first", STUB, "a.py")
            running.scheduler.kill()
            running.scheduler.wait()
            for number in range(50):
                yield Submission(f"s{number}", STUB, "a.py")

        with pytest.raises(ClusterError, match=r"What was graded is kept; run the same"):
            grade(tmp_path / "out", pool, submissions())
    monkeypatch.setattr("autograder.grading.dask_pool.CONNECT_SECONDS", 1.0)
    with pytest.raises(ClusterError, match="No Dask scheduler answers"):
        DaskPool(f"tcp://127.0.0.1:{free_port()}", Course())


def test_a_worker_that_judges_differently_is_found() -> None:
    """Other cases or another numpy: a sentence that says what differs, and nothing is graded."""
    answers = Answers()
    conditions_ = conditions(answers.cases, Limits())
    other = msgspec.structs.replace(conditions_, numpy="1.0", cases="other")
    setting = dask_worker.Setting(answers.hidden_seed, Limits(), 0, other)
    job = outcomes.encode(Submission("alice", RIGHT, "a.py"))
    for answer in (
        dask_worker.check(msgspec.msgpack.encode(setting)),
        dask_worker.grade(msgspec.msgpack.encode(setting), job),
    ):
        outcome = outcomes.read_outcome(answer)
        assert outcome == outcomes.CannotGrade(
            "it judges differently: the cases, numpy's version differ from the grader's"
        )
    outcome = outcomes.read_outcome(dask_worker.check(b"no setting"))
    assert outcome == outcomes.CannotGrade("it runs another version of the grader")


def test_only_our_bytes_cross() -> None:
    """A task is given bytes and gives bytes, which decode as our own format and nothing else."""
    answers = Answers()
    setting = dask_worker.Setting(
        answers.hidden_seed, Limits(), 0, conditions(answers.cases, Limits())
    )
    packed = msgspec.msgpack.encode(setting)
    with ExitStack() as stack:
        answer = dask_worker.grade(packed, outcomes.encode(Submission("alice", RIGHT, "a.py")))
        stack.callback(dask_worker._thread.prepared[1].sandbox.close)
    assert type(answer) is bytes
    outcome = outcomes.read_outcome(answer)
    assert isinstance(outcome, outcomes.Graded)
    assert outcome.result.score == 80
    assert re.match(r"[0-9a-f]{64}$", outcome.result.sha256)
    with pytest.raises(msgspec.MsgspecError):
        outcomes.read_outcome(answer[:-1])
