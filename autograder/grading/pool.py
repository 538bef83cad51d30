"""Slots: processes of this machine that grade side by side, each with a fork server of its own.

Theory of operation. A slot is forked from the grader (all but the first one with the accepted
answers computed) and talks to it over a pipe: a submission in, an outcome out, both as msgpack.
Processes and not threads: judging would share one interpreter lock, and a slot that is killed
takes nothing with it. A slot that dies, hangs or cannot judge is replaced, and its submission is
graded once more by the new one. No slot outlives the grader: it is killed with it, and
its fork server follows.
"""

from __future__ import annotations

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

from autograder.cases.answers import Answers
from autograder.errors import SandboxError
from autograder.grading import jobs
from autograder.grading.grader import Grader
from autograder.intake.submission import Submission
from autograder.results import SubmissionResult
from autograder.sandbox import Limits, Sandbox

PR_SET_PDEATHSIG = 1
MAX_FAILED_STARTS = 3
LEAVE_SECONDS = 2.0
"""Time for a slot to end its fork server when it is sent home."""
_fork = multiprocessing.get_context("fork")


def compute(answers: Answers) -> None:
    """Have every accepted answer computed; a second time costs nothing."""
    for case in answers.graded:
        answers.expected(case)


def cores() -> int:
    """The processors that this process may use."""
    return len(os.sched_getaffinity(0))


@dataclass
class PoolProcess:
    """The grader's side of a slot; ``level`` is -1 until it is ready."""

    process: multiprocessing.process.BaseProcess
    connection: Connection
    level: int = -1
    submission: Submission | None = None
    again: bool = False
    """Whether this is the second try of the submission."""
    since: float = field(default_factory=time.monotonic)

    def end(self) -> None:
        """Kill it; its fork server ends when it hangs up."""
        self.process.kill()
        self.process.join()
        self.connection.close()
        self.process.close()


class LocalPool:
    """A pool of up to ``count`` slots; the others start when there is work for them."""

    def __init__(self, answers: Answers, limits: Limits, count: int, least: int = 2) -> None:
        """Start the first slot.

        Raises:
            SandboxError: where students' code cannot be confined at level ``least``.
        """
        self._answers = answers
        self._limits = limits
        self._count = count
        self._least = least
        self._slots: list[PoolProcess] = []
        self._failed_starts = 0
        self._done: list[tuple[Submission, SubmissionResult]] = []
        self._patience = 2 * limits.submission_seconds + 4 * limits.ask_seconds + 60
        try:
            self._spawn()
            while not self.levels():
                self._listen(1.0)
        except BaseException:
            self.close()
            raise

    def levels(self) -> Collection[int]:
        """The isolation levels of the slots that are ready."""
        return {slot.level for slot in self._slots if slot.level >= 0}

    def free(self) -> bool:
        """Whether a slot is idle, or another one may be started."""
        return self.busy() < self._count

    def busy(self) -> int:
        """How many slots have a submission."""
        return sum(slot.submission is not None for slot in self._slots) + len(self._done)

    def hand(self, submission: Submission) -> None:
        """Give a submission to an idle slot."""
        idle = [slot for slot in self._slots if slot.submission is None]
        ready = [slot for slot in idle if slot.level >= 0]
        self._give([*ready, *idle, None][0] or self._another(), submission, again=False)

    def wait(self, seconds: float) -> list[tuple[Submission, SubmissionResult]]:
        """The results that have come, at the latest after ``seconds``."""
        if not self._done:
            self._listen(seconds)
            self._replace_the_hung()
        done, self._done = self._done, []
        return done

    def close(self) -> None:
        """Let idle slots go, and kill those that are at work."""
        for slot in self._slots:
            if slot.submission is None and slot.level >= 0:
                slot.connection.close()
                slot.process.join(LEAVE_SECONDS)
        while self._slots:
            self._slots.pop().end()

    # --- submissions

    def _give(self, slot: PoolProcess, submission: Submission, *, again: bool) -> None:
        slot.submission, slot.again, slot.since = submission, again, time.monotonic()
        if slot.level >= 0:
            self._send(slot)

    def _send(self, slot: PoolProcess) -> None:
        if slot.submission is None:
            return
        try:
            slot.connection.send_bytes(jobs.encode(slot.submission))
        except OSError:
            self._failed(slot, "the process that graded it ended")

    def _listen(self, seconds: float) -> None:
        by_connection = {slot.connection: slot for slot in self._slots}
        for connection in wait(list(by_connection), seconds):
            slot = by_connection[connection]  # type: ignore[index]
            try:
                outcome = jobs.read_outcome(slot.connection.recv_bytes())
            except (EOFError, OSError, msgspec.MsgspecError):
                self._failed(slot, "the process that graded it ended")
            else:
                self._take(slot, outcome)

    def _take(self, slot: PoolProcess, outcome: jobs.Outcome) -> None:
        match outcome:
            case jobs.GraderStarted(level):
                slot.level = level
                self._failed_starts = 0
                self._send(slot)
            case jobs.CannotGrade(text):
                raise SandboxError(text)
            case jobs.GraderFailed(text):
                self._failed(slot, text)
            case jobs.Graded(result) if result.status == "not_judged" and not slot.again:
                self._failed(slot, result.message)
            case jobs.Graded(result):
                assert slot.submission is not None
                self._done.append((slot.submission, result))
                slot.submission = None

    def _replace_the_hung(self) -> None:
        for slot in list(self._slots):
            if slot.submission is not None and time.monotonic() - slot.since > self._patience:
                self._failed(slot, "the grader did not come to an end")

    def _failed(self, slot: PoolProcess, why: str) -> None:
        """Replace a slot, and grade its submission again if that was the first time."""
        submission, again, started = slot.submission, slot.again, slot.level >= 0
        self._slots.remove(slot)
        slot.end()
        if not started:
            self._failed_starts += 1
            if self._failed_starts >= MAX_FAILED_STARTS:
                raise SandboxError(f"No slot can be started on this machine ({why}).")
            again = False  # nobody has looked at the submission yet
        if submission is not None and again:
            self._done.append((submission, jobs.not_judged(submission, f"{why}, twice")))
            submission = None
        if submission is not None:
            self._give(self._spawn(), submission, again=started)
        elif not self._slots:
            self._spawn()

    # --- processes

    def _another(self) -> PoolProcess:
        """One more slot, forked with all accepted answers computed."""
        compute(self._answers)
        return self._spawn()

    def _spawn(self) -> PoolProcess:
        ours, theirs = _fork.Pipe()
        others = [ours, *(slot.connection for slot in self._slots)]
        process = _fork.Process(
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
                process.start()
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
        theirs.close()
        slot = PoolProcess(process, ours)
        self._slots.append(slot)
        return slot


def _serve(
    connection: Connection,
    others: Iterable[Connection],
    grader: int,
    answers: Answers,
    limits: Limits,
    least: int,
) -> None:
    """The slot's side: one submission after the other until the grader hangs up."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != grader:
        return
    for other in others:
        other.close()
    try:
        with Sandbox(limits) as sandbox:
            compute(answers)
            refused = jobs.refusal(sandbox.isolation, least)
            if refused:
                connection.send_bytes(jobs.encode(jobs.CannotGrade(refused)))
                return
            connection.send_bytes(jobs.encode(jobs.GraderStarted(sandbox.isolation.level)))
            at_work = Grader(answers, sandbox)
            while True:
                submission = jobs.read_submission(connection.recv_bytes())
                connection.send_bytes(jobs.encode(jobs.outcome(at_work, submission)))
    except SandboxError as error:
        connection.send_bytes(jobs.encode(jobs.CannotGrade(str(error))))
    except (EOFError, BrokenPipeError, ConnectionResetError):
        return
