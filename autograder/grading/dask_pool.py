"""Grade in the workers of an existing Dask cluster: ``--cluster tcp://…``.

Theory of operation. Each submission is one task of plain bytes, and its result is plain bytes in
our own format. At most ``AHEAD`` tasks per thread of the workers exist at any time, so a class of
any size fills neither the scheduler nor this process. When a worker dies, the scheduler gives its
tasks to others. Before they grade, workers check that they judge exactly as this grader does
(version, own files, cases, numpy, limits); if one does not, the run ends and names it.

Anyone who reaches the scheduler's port can run programs on every worker. It belongs in a private
network, or behind TLS (``tls://…``, with certificates from Dask's own configuration).
"""

import itertools
import queue
import time
import uuid
from collections.abc import Collection
from concurrent.futures import CancelledError
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import msgspec

from autograder.cases.answers import Answers
from autograder.course.settings import Course
from autograder.errors import ClusterError
from autograder.grading import dask_worker, outcomes
from autograder.intake.submission import Submission
from autograder.record.fingerprint import conditions
from autograder.results import SubmissionResult

try:
    import distributed
except ImportError as _missing:
    raise ClusterError(
        "--cluster needs the package `distributed`: "
        ".venv/bin/pip install -c constraints.txt -e '.[cluster]'"
    ) from _missing

dask: Any = distributed  # partly typed, and not always installed where types are checked
AHEAD = 2
"""Tasks per thread of the workers: one that is graded and one that waits."""

CONNECT_SECONDS = 15.0
PATIENCE = 60.0
"""Seconds without any worker after which the run ends."""

FETCH_SECONDS = 30.0


@dataclass
class _Task:
    submission: Submission
    future: Any
    again: bool


class DaskPool:
    """Hands submissions to the workers of one scheduler.

    Raises:
        ClusterError: where the scheduler does not answer, there is no worker, or one of them
            cannot take part; later, where the connection or the last worker is lost.
    """

    def __init__(self, address: str, course: Course, least: int = 2) -> None:
        limits = course.sandbox_limits()
        answers = Answers(course.hidden_seed)
        self._setting = dask_worker.Setting(
            course.hidden_seed, limits, least, conditions(answers.cases, limits)
        )
        self._address = address
        self._run = uuid.uuid4().hex[:12]
        self._numbers = itertools.count()
        self._tasks: dict[str, _Task] = {}
        self._finished: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._levels: set[int] = set()
        self._threads = 0
        self._counted = 0.0
        self._alive = time.monotonic()
        try:
            self._client = dask.Client(address, timeout=CONNECT_SECONDS, set_as_default=False)
        except (OSError, ValueError, TimeoutError) as error:
            raise ClusterError(
                f"No Dask scheduler answers at {address} ({error}). Start one with `dask "
                "scheduler`, and workers with `dask worker ADDRESS --nthreads 1`."
            ) from error
        try:
            self._check_workers()
        except BaseException:
            self.close()
            raise

    def levels(self) -> Collection[int]:
        """The isolation levels that the workers have."""
        return self._levels

    def free(self) -> bool:
        """Whether the workers have room for another task."""
        return len(self._tasks) < max(1, AHEAD * self._threads)

    def busy(self) -> int:
        """How many tasks are not finished."""
        return len(self._tasks)

    def submit(self, submission: Submission, *, again: bool = False) -> None:
        """Make a task of a submission; ``again`` where it is the second one."""
        key = f"backprop-{self._run}-{next(self._numbers)}"
        setting, data = msgspec.msgpack.encode(self._setting), outcomes.encode(submission)
        future = self._client.submit(dask_worker.grade, setting, data, key=key, pure=False)
        self._tasks[key] = _Task(submission, future, again)
        future.add_done_callback(lambda _: self._finished.put(key))

    def wait(self, seconds: float) -> list[tuple[Submission, SubmissionResult]]:
        """The results that have come, at the latest after ``seconds``."""
        self._count_threads()
        keys = []
        with suppress(queue.Empty):  # all that have come
            keys.append(self._finished.get(timeout=seconds))
            while True:
                keys.append(self._finished.get_nowait())
        return [done for key in keys if (done := self._fetch(key)) is not None]

    def close(self) -> None:
        """Cancel the tasks that are not finished, and disconnect."""
        futures = [task.future for task in self._tasks.values()]
        self._tasks.clear()
        try:
            if futures:
                self._client.cancel(futures, force=True)
        except (OSError, CancelledError, TimeoutError):
            return  # the scheduler is gone
        finally:
            self._client.close(timeout=5)

    # --- workers

    def _check_workers(self) -> None:
        try:
            self._client.wait_for_workers(1, timeout=CONNECT_SECONDS)
        except TimeoutError:
            raise ClusterError(
                f"The scheduler at {self._address} has no workers. Start some with `dask worker "
                f"{self._address} --nthreads 1`."
            ) from None
        setting = msgspec.msgpack.encode(self._setting)
        answers = self._client.run(dask_worker.check, setting, on_error="return")
        for worker, answer in answers.items():
            if not isinstance(answer, bytes):
                raise ClusterError(
                    f"The worker {worker} cannot run this grader ({type(answer).__name__}: "
                    f"{answer}). Install the same version of the kit there."
                )
            outcome = outcomes.read_outcome(answer)
            if isinstance(outcome, outcomes.CannotGrade):
                raise ClusterError(f"The worker {worker} cannot take part: {outcome.text}.")
            assert isinstance(outcome, outcomes.GraderStarted)
            self._levels.add(outcome.level)
        # A worker that joins or starts again later must not confine code less well than these.
        self._setting = msgspec.structs.replace(self._setting, least=min(self._levels))
        self._count_threads()

    def _count_threads(self) -> None:
        """Count the threads of the workers, at most once a second."""
        now = time.monotonic()
        if now - self._counted < 1.0:
            return
        self._counted = now
        self._threads = 0
        if self._client.status == "running":
            with suppress(OSError, TimeoutError):
                self._threads = sum(self._client.nthreads().values())
        if self._threads:
            self._alive = now
        elif now - self._alive > PATIENCE:
            raise self._lost("has had no workers for a minute")

    def _lost(self, how: str) -> ClusterError:
        return ClusterError(
            f"The scheduler at {self._address} {how}. What was graded is kept; run the same "
            "command again to go on."
        )

    # --- tasks

    def _fetch(self, key: str) -> tuple[Submission, SubmissionResult] | None:
        """Return the result of a task; None if it is sent again."""
        task = self._tasks.pop(key, None)
        if task is None:
            return None
        try:
            outcome = outcomes.read_outcome(task.future.result(timeout=FETCH_SECONDS))
        except CancelledError:
            raise self._lost("is gone") from None
        except TimeoutError:
            # The worker died before its result was fetched.
            return self._retry(task, "its result was lost")
        except Exception as error:  # anything that Dask raises for a failed task
            return self._retry(task, f"{type(error).__name__}: {error}")
        match outcome:
            case outcomes.Graded(result) if result.status != "not_judged" or task.again:
                self._levels.add(result.isolation)
                return task.submission, result
            case outcomes.Graded(result):
                return self._retry(task, result.message)
            case outcomes.GraderFailed(text):
                return self._retry(task, text)
            case outcomes.CannotGrade(text):
                raise ClusterError(
                    f"A worker of {self._address} cannot take part: {text}. What was graded is "
                    "kept; fix or stop that worker and run the same command again."
                )
        raise ClusterError(f"A worker of {self._address} sent an unexpected answer.")

    def _retry(self, task: _Task, why: str) -> tuple[Submission, SubmissionResult] | None:
        if task.again:
            return task.submission, outcomes.not_judged(task.submission, f"{why}, twice")
        self.submit(task.submission, again=True)
        return None
