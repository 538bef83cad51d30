"""Many submissions: handed out one by one, recorded as they come back, never twice for nothing.

Each result is on the disk before anybody is told of it. While a result is being written, the
process that made it already has the next submission.
"""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from types import FrameType

import msgspec

from autograder.cases.points import CoursePoints, kit_points
from autograder.errors import GraderError
from autograder.grading.jobs import Pool, refused
from autograder.grading.progress import Progress
from autograder.intake.submission import Submission
from autograder.record.fingerprint import Conditions
from autograder.record.writer import Record
from autograder.results import SubmissionResult

TICK = 0.2
"""Seconds after which the batch looks up from waiting: for Ctrl-C, and for the display."""


class Summary(msgspec.Struct):
    """What a batch has done. ``unchanged`` ones are counted under their status as well."""

    run: int
    judged: int = 0
    refused: int = 0
    not_judged: int = 0
    unchanged: int = 0
    interrupted: bool = False
    seconds: float = 0.0

    @property
    def total(self) -> int:
        """All submissions that are recorded."""
        return self.judged + self.refused + self.not_judged


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

    ``course_points`` are the course's points (the kit's); an earlier result of other points is not
    run again, but recorded anew with these. ``fresh`` runs everything again. ``on_result`` gets
    each newly graded submission once it is on the disk. After one Ctrl-C what is being graded is
    finished, after a second one it is given up; either way the summary says so and everything
    recorded stays.

    Raises:
        GraderError: where intake, sandbox, cluster or record fail; what was recorded before stays.
    """
    course_points = course_points or kit_points()
    conditions = msgspec.structs.replace(conditions, course_points=course_points.key)
    batch = _Batch(
        submissions,
        pool,
        record,
        conditions,
        course_points,
        fresh,
        progress or Progress(),
        on_result,
    )
    return batch.run(total)


class _Batch:
    def __init__(
        self,
        submissions: Iterable[Submission],
        pool: Pool,
        record: Record,
        conditions: Conditions,
        course_points: CoursePoints,
        fresh: bool,
        progress: Progress,
        on_result: OnResult | None,
    ) -> None:
        self._submissions = submissions
        self._pool = pool
        self._record = record
        self._conditions = conditions
        self._worth = course_points
        self._fresh = fresh
        self._progress = progress
        self._on_result = on_result
        self._summary = Summary(run=0)
        self._stopping = False

    def run(self, total: int | None) -> Summary:
        began = time.monotonic()
        self._summary.run = self._record.begin(self._conditions)
        self._progress.begin(total)
        try:
            with self._ctrl_c():
                self._work()
        except KeyboardInterrupt:
            self._stopping = True
        except GraderError:
            self._pool.close()
            self._stopped_if_possible()
            raise
        finally:
            self._pool.close()
            self._progress.end()
        self._summary.interrupted = self._stopping
        self._summary.seconds = time.monotonic() - began
        self._record.finish("stopped" if self._stopping else "finished")
        return self._summary

    def _work(self) -> None:
        changed = self._changed()
        upcoming = next(changed, None)
        results: list[tuple[Submission, SubmissionResult]] = []
        while True:
            while upcoming is not None and not self._stopping and self._pool.free():
                self._pool.hand(upcoming)
                upcoming = next(changed, None)
            for submission, result in results:
                self._keep(result, submission)
            if not self._pool.busy() and (upcoming is None or self._stopping):
                return
            results = self._pool.wait(TICK)
            self._progress.tick()

    def _changed(self) -> Iterator[Submission]:
        """What has to be graded; refused and unchanged submissions are recorded on the way."""
        for submission in self._submissions:
            if self._stopping:
                return
            if submission.source is None:
                self._refuse(submission)
            elif not self._is_unchanged(submission):
                yield submission

    def _refuse(self, submission: Submission) -> None:
        result = refused(submission)
        fingerprint = self._conditions.fingerprint(submission)
        known = self._record.unchanged(submission.id, fingerprint, {result.isolation})
        if known is None:
            self._keep(result, submission)
        else:
            self._record.keep(submission.id, known)
            self._count("refused", submission.id)

    def _is_unchanged(self, submission: Submission) -> bool:
        if self._fresh:
            return False
        fingerprint = self._conditions.fingerprint(submission)
        known = self._record.unchanged(submission.id, fingerprint, self._pool.levels())
        if known is None:
            return False
        if self._record.points_of(known) == self._worth.key:
            self._record.keep(submission.id, known)
        else:
            weighed = self._worth.applied(self._record.grading(known))
            self._record.add(weighed, fingerprint, submission.source)
        self._summary.unchanged += 1
        self._count("judged", submission.id)
        return True

    def _keep(self, result: SubmissionResult, submission: Submission) -> None:
        fingerprint = self._conditions.fingerprint(submission)
        self._record.add(self._worth.applied(result), fingerprint, submission.source)
        self._count(result.status, result.submission)
        if self._on_result is not None:
            self._on_result(result)

    def _count(self, status: str, submission: str) -> None:
        setattr(self._summary, status, getattr(self._summary, status) + 1)
        self._progress.done(submission)

    def _stopped_if_possible(self) -> None:
        try:
            self._record.finish("stopped")
        except GraderError:
            return  # the record is what failed; the first error says it better

    @contextmanager
    def _ctrl_c(self) -> Iterator[None]:
        """Once: finish what is being graded. Twice: stop at once."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return

        def stop(number: int, frame: FrameType | None) -> None:
            if self._stopping:
                raise KeyboardInterrupt
            self._stopping = True
            self._progress.note(
                f"Stopping: {self._pool.busy()} being graded will be finished and kept. "
                "Ctrl-C again stops at once."
            )

        before = signal.signal(signal.SIGINT, stop)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, before)
