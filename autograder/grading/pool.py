"""Grade in a pool of processes of this machine, each with a fork server of its own.

Theory of operation. A pool process is forked from the grader (all but the first one with the
accepted answers computed) and talks to it over a pipe: a submission in, an outcome out, both as
msgpack. Threads would share one interpreter lock, and one that crashes would end the grader. A pool
process that dies, hangs or cannot judge is replaced, and the new one grades its submission once
more, but never at a lower isolation level. No pool process outlives the grader: it is killed with
it, and its fork server follows.
"""

import ctypes
import multiprocessing
import os
import signal
import time
import warnings
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait

import msgspec

from assignment.checks.model.case import every_call
from autograder.cases.answers import Answers
from autograder.errors import SandboxError
from autograder.grading import outcomes
from autograder.grading.grader import Grader
from autograder.intake.submission import Submission
from autograder.results import SubmissionResult
from autograder.sandbox import Limits, Sandbox

PR_SET_PDEATHSIG = 1
MAX_FAILED_STARTS = 3
LEAVE_SECONDS = 2.0
"""Time for a pool process to end its fork server."""
_fork = multiprocessing.get_context("fork")


def compute(answers: Answers) -> None:
    """Compute every accepted answer; a second time costs nothing."""
    for call in every_call(answers.graded):
        answers.expected(call)


def cores() -> int:
    """The processors that this process may use."""
    return len(os.sched_getaffinity(0))


@dataclass
class PoolProcess:
    """The grader's side of a pool process; ``level`` is -1 until it is ready."""

    handle: multiprocessing.process.BaseProcess
    connection: Connection
    level: int = -1
    submission: Submission | None = None
    again: bool = False
    """Whether this is the second try of the submission."""
    since: float = field(default_factory=time.monotonic)

    def end(self) -> None:
        """Kill it; its fork server ends when the connection closes."""
        self.handle.kill()
        self.handle.join()
        self.connection.close()
        self.handle.close()


class LocalPool:
    """A pool of up to ``count`` processes; all but the first start when there is work for them."""

    def __init__(self, answers: Answers, limits: Limits, count: int, least: int = 2) -> None:
        """Start the first process.

        Raises:
            SandboxError: where students' code cannot be confined at level ``least``.
        """
        self._answers = answers
        self._limits = limits
        self._count = count
        self._least = least
        self._processes: list[PoolProcess] = []
        self._failed_starts = 0
        self._level = least
        """The highest isolation level so far; no process below it grades."""
        self._done: list[tuple[Submission, SubmissionResult]] = []
        self._patience = 2 * limits.submission_seconds + 4 * limits.callback_seconds + 60
        try:
            self._start()
            while not self.levels():
                self._listen(1.0)
        except BaseException:
            self.close()
            raise

    def levels(self) -> Collection[int]:
        """The isolation levels of the processes that are ready."""
        return {process.level for process in self._processes if process.level >= 0}

    def free(self) -> bool:
        """Whether a process is idle, or another one may be started."""
        return self.busy() < self._count

    def busy(self) -> int:
        """How many processes have a submission."""
        return sum(process.submission is not None for process in self._processes) + len(self._done)

    def submit(self, submission: Submission) -> None:
        """Give a submission to an idle process, or to a new one."""
        idle = [process for process in self._processes if process.submission is None]
        ready = [process for process in idle if process.level >= 0]
        process = next(iter([*ready, *idle]), None)
        if process is None:
            compute(self._answers)  # once here, not in each new process
            process = self._start()
        self._give(process, submission, again=False)

    def wait(self, seconds: float) -> list[tuple[Submission, SubmissionResult]]:
        """The results that have come, at the latest after ``seconds``."""
        if not self._done:
            self._listen(seconds)
            for process in list(self._processes):
                busy = process.submission is not None
                if busy and time.monotonic() - process.since > self._patience:
                    self._failed(process, "the grader did not come to an end")
        done, self._done = self._done, []
        return done

    def close(self) -> None:
        """End idle processes, and kill those that are grading."""
        for process in self._processes:
            if process.submission is None and process.level >= 0:
                process.connection.close()
                process.handle.join(LEAVE_SECONDS)
        while self._processes:
            self._processes.pop().end()

    # --- submissions

    def _give(self, process: PoolProcess, submission: Submission, *, again: bool) -> None:
        process.submission, process.again, process.since = submission, again, time.monotonic()
        if process.level >= 0:
            self._send(process)

    def _send(self, process: PoolProcess) -> None:
        if process.submission is None:
            return
        try:
            process.connection.send_bytes(outcomes.encode(process.submission))
        except OSError:
            self._failed(process, "the process that graded it ended")

    def _listen(self, seconds: float) -> None:
        by_connection = {process.connection: process for process in self._processes}
        for connection in wait(list(by_connection), seconds):
            process = by_connection[connection]  # type: ignore[index]
            try:
                outcome = outcomes.read_outcome(process.connection.recv_bytes())
            except (EOFError, OSError, msgspec.MsgspecError):
                self._failed(process, "the process that graded it ended")
            else:
                self._take(process, outcome)

    def _take(self, process: PoolProcess, outcome: outcomes.Outcome) -> None:
        match outcome:
            case outcomes.GraderStarted(level) if level < self._level:
                why = f"a new one confines students' code at level {level}, others at {self._level}"
                self._failed(process, why)
            case outcomes.GraderStarted(level):
                process.level = self._level = level
                self._failed_starts = 0
                self._send(process)
            case outcomes.CannotGrade(text):
                raise SandboxError(text)
            case outcomes.GraderFailed(text):
                self._failed(process, text)
            case outcomes.Graded(result) if result.status == "not_judged" and not process.again:
                self._failed(process, result.message)
            case outcomes.Graded(result):
                assert process.submission is not None
                self._done.append((process.submission, result))
                process.submission = None

    def _failed(self, process: PoolProcess, why: str) -> None:
        """Replace a process, and grade its submission again if that was the first time."""
        submission, again, started = process.submission, process.again, process.level >= 0
        self._processes.remove(process)
        process.end()
        if not started:
            self._failed_starts += 1
            if self._failed_starts >= MAX_FAILED_STARTS:
                raise SandboxError(f"No pool process can be started on this machine ({why}).")
            again = False  # the submission has not been graded yet
        if submission is not None and again:
            self._done.append((submission, outcomes.not_judged(submission, f"{why}, twice")))
            submission = None
        if submission is not None:
            self._give(self._start(), submission, again=started)
        elif not self._processes:
            self._start()

    # --- processes

    def _start(self) -> PoolProcess:
        ours, theirs = _fork.Pipe()
        others = [ours, *(process.connection for process in self._processes)]
        handle = _fork.Process(
            target=_serve,
            args=(theirs, others, os.getpid(), self._answers, self._limits, self._least),
            daemon=True,
        )
        # Ctrl-C goes to the whole group of processes; the grader alone decides what it means.
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            with warnings.catch_warnings():
                # The only other threads are those of numpy's BLAS, which knows about forks.
                warnings.simplefilter("ignore", DeprecationWarning)
                handle.start()
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
        theirs.close()
        process = PoolProcess(handle, ours)
        self._processes.append(process)
        return process


def _serve(
    connection: Connection,
    others: Iterable[Connection],
    grader_pid: int,
    answers: Answers,
    limits: Limits,
    least: int,
) -> None:
    """Run a pool process: grade one submission after the other until the grader closes the pipe."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != grader_pid:
        return
    for other in others:
        other.close()
    try:
        with Sandbox(limits, least=least) as sandbox:
            compute(answers)
            connection.send_bytes(outcomes.encode(outcomes.GraderStarted(sandbox.isolation.level)))
            grader = Grader(answers, sandbox)
            while True:
                submission = outcomes.read_submission(connection.recv_bytes())
                connection.send_bytes(outcomes.encode(outcomes.grade(grader, submission)))
    except SandboxError as error:
        connection.send_bytes(outcomes.encode(outcomes.CannotGrade(str(error))))
    except (EOFError, BrokenPipeError, ConnectionResetError):
        return
