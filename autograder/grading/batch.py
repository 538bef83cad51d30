"""Grade many submissions in a pool, and record each result as it comes.

Submissions that have not changed are not run again. A result is on the disk before anything shows
it. While a result is written, the process that made it already has the next submission.
"""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import FrameType
from typing import Protocol

import msgspec

from autograder.cases.points import CoursePoints, kit_points
from autograder.errors import GraderError
from autograder.grading.outcomes import without_source
from autograder.grading.progress import Progress
from autograder.intake.submission import Submission
from autograder.record.fingerprint import Conditions
from autograder.record.writer import Record
from autograder.results import SubmissionResult

TICK = 0.2
"""Seconds between two looks at Ctrl-C and updates of the display."""


class Summary(msgspec.Struct):
    """Counts of a batch; ``unchanged`` submissions are counted under their status too."""

    run: int
    judged: int = 0
    refused: int = 0
    not_judged: int = 0
    unchanged: int = 0
    interrupted: bool = False
    seconds: float = 0.0

    @property
    def total(self) -> int:
        """How many submissions are recorded."""
        return self.judged + self.refused + self.not_judged


class Pool(Protocol):
    """Grades submissions: in processes of this machine, or in the workers of a Dask cluster."""

    def levels(self) -> Collection[int]:
        """The isolation levels that results may have."""

    def free(self) -> bool:
        """Whether another submission may be submitted."""

    def busy(self) -> int:
        """How many submissions are being graded."""

    def submit(self, submission: Submission) -> None:
        """Start to grade a submission."""

    def wait(self, seconds: float) -> list[tuple[Submission, SubmissionResult]]:
        """The results since the last call, as soon as there is one; [] when the time is over."""

    def close(self) -> None:
        """End all processes at once."""


OnResult = Callable[[SubmissionResult], None]


def grade_all(
    submissions: Iterable[Submission],
    pool: Pool,
    record: Record,
    conditions: Conditions,
    *,
    course_points: CoursePoints | None = None,
    fresh: bool = False,
    total: int | None = None,
    progress: Progress | None = None,
    on_result: OnResult | None = None,
) -> Summary:
    """Grade what has changed, keep what has not, and record everything as one run.

    ``course_points`` are the kit's unless given; an earlier result with other points is not run
    again but recorded again with these. ``fresh`` runs everything again. ``on_result`` gets each
    newly graded result once it is on the disk. After one Ctrl-C, submissions that are being graded
    are finished; after a second one they are given up. Either way the summary says so, and what is
    recorded stays.

    Raises:
        GraderError: where intake, sandbox, cluster or record fail; what was recorded before stays.
    """
    course_points = course_points or kit_points()
    conditions = msgspec.structs.replace(conditions, course_points=course_points.key)
    batch = _Batch(
        pool, record, conditions, course_points, fresh, progress or Progress(), on_result
    )
    return batch.run(submissions, total)


@dataclass
class _Batch:
    """The state of one call of ``grade_all``; see there for most fields."""

    pool: Pool
    record: Record
    conditions: Conditions
    course_points: CoursePoints
    fresh: bool
    progress: Progress
    on_result: OnResult | None
    summary: Summary = field(default_factory=lambda: Summary(run=0))
    stopping: bool = False

    def run(self, submissions: Iterable[Submission], total: int | None) -> Summary:
        began = time.monotonic()
        self.summary.run = self.record.begin(self.conditions)
        self.progress.begin(total)
        try:
            with self._ctrl_c():
                self._work(submissions)
        except KeyboardInterrupt:
            self.stopping = True
        except GraderError:
            self.pool.close()
            self._stopped_if_possible()
            raise
        finally:
            self.pool.close()
            self.progress.end()
        self.summary.interrupted = self.stopping
        self.summary.seconds = time.monotonic() - began
        self.record.finish("stopped" if self.stopping else "finished")
        return self.summary

    def _work(self, submissions: Iterable[Submission]) -> None:
        changed = self._changed(submissions)
        upcoming = next(changed, None)
        results: list[tuple[Submission, SubmissionResult]] = []
        while True:
            while upcoming is not None and not self.stopping and self.pool.free():
                self.pool.submit(upcoming)
                upcoming = next(changed, None)
            for submission, result in results:
                self._keep(result, submission)
            if not self.pool.busy() and (upcoming is None or self.stopping):
                return
            results = self.pool.wait(TICK)
            self.progress.tick()

    def _changed(self, submissions: Iterable[Submission]) -> Iterator[Submission]:
        """Yield the submissions to grade; record the others: refused, unreadable or unchanged."""
        for submission in submissions:
            if self.stopping:
                return
            if submission.source is None:
                self._without_source(submission)
            elif not self._is_unchanged(submission):
                yield submission

    def _without_source(self, submission: Submission) -> None:
        result = without_source(submission)
        fingerprint = self.conditions.fingerprint(submission)
        known = self.record.unchanged(submission.id, fingerprint, {result.isolation})
        if known is None:
            self._keep(result, submission)
        else:
            self.record.keep(submission.id, known)
            self._count(result.status, submission.id)

    def _is_unchanged(self, submission: Submission) -> bool:
        if self.fresh:
            return False
        fingerprint = self.conditions.fingerprint(submission)
        known = self.record.unchanged(submission.id, fingerprint, self.pool.levels())
        if known is None:
            return False
        if self.record.points_of(known) == self.course_points.key:
            self.record.keep(submission.id, known)
        else:
            result = self.course_points.applied(self.record.grading(known))
            self.record.add(result, fingerprint, submission.source)
        self.summary.unchanged += 1
        self._count("judged", submission.id)
        return True

    def _keep(self, result: SubmissionResult, submission: Submission) -> None:
        fingerprint = self.conditions.fingerprint(submission)
        self.record.add(self.course_points.applied(result), fingerprint, submission.source)
        self._count(result.status, result.submission)
        if self.on_result is not None:
            self.on_result(result)

    def _count(self, status: str, submission: str) -> None:
        setattr(self.summary, status, getattr(self.summary, status) + 1)
        self.progress.done(submission)

    def _stopped_if_possible(self) -> None:
        try:
            self.record.finish("stopped")
        except GraderError:
            return  # the record has failed; the first error explains more

    @contextmanager
    def _ctrl_c(self) -> Iterator[None]:
        """On one Ctrl-C finish what is being graded, on two stop at once."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return

        def stop(number: int, frame: FrameType | None) -> None:
            if self.stopping:
                raise KeyboardInterrupt
            self.stopping = True
            self.progress.note(
                f"Stopping: {self.pool.busy()} being graded will be finished and kept. "
                "Ctrl-C again stops at once."
            )

        before = signal.signal(signal.SIGINT, stop)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, before)
