"""Grade many submissions in a pool, and record each result as it comes.

Submissions that have not changed are not run again. A result is on the disk before anything shows
it. While a result is written, the process that made it already has the next submission.
"""

import signal
import time
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from types import FrameType
from typing import Protocol

import msgspec

from autograder.cases.points import CoursePoints, kit_points
from autograder.errors import GraderError
from autograder.grading import attempts
from autograder.grading.outcomes import without_source
from autograder.grading.progress import Progress
from autograder.intake.submission import Submission
from autograder.record.fingerprint import Conditions
from autograder.record.reader import Attempt
from autograder.record.writer import Record
from autograder.results import SubmissionResult

TICK = 0.2
"""Seconds between two looks at Ctrl-C and updates of the display."""


class Summary(msgspec.Struct):
    """Counts of a batch; ``unchanged`` submissions are counted under their status too.

    ``earlier`` has the submissions whose new attempt does not count, each with the reason.
    """

    run: int
    judged: int = 0
    refused: int = 0
    not_judged: int = 0
    unchanged: int = 0
    interrupted: bool = False
    seconds: float = 0.0
    earlier: dict[str, str] = {}

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


def grade_all(
    submissions: Iterable[Submission],
    pool: Pool,
    record: Record,
    conditions: Conditions,
    *,
    course_points: CoursePoints | None = None,
    fresh: bool = False,
    empty: bool = False,
    only: Collection[str] | None = None,
    total: int | None = None,
    progress: Progress | None = None,
) -> Summary:
    """Grade what has changed, keep what has not, and record everything as one run.

    The run has all submissions of the run before it too, unless it begins ``empty``; with ``only``,
    it drops all others when it has finished. Attempts are combined as ``attempts`` says.

    ``course_points`` are the kit's unless given; an earlier result with other points is not run
    again but recorded again with these. ``fresh`` runs everything again. After one Ctrl-C,
    submissions that are being graded are finished; after a second one they are given up. Either way
    the summary says so, and what is recorded stays.

    Raises:
        GraderError: where intake, sandbox, cluster or record fail; what was recorded before stays.
    """
    course_points = course_points or kit_points()
    conditions = msgspec.structs.replace(conditions, course_points=course_points.key)
    batch = _Batch(pool, record, conditions, course_points, fresh, progress or Progress())
    return batch.run(submissions, total, empty=empty, only=only)


@dataclass
class _Batch:
    """The state of one call of ``grade_all``; see there for most fields."""

    pool: Pool
    record: Record
    conditions: Conditions
    course_points: CoursePoints
    fresh: bool
    progress: Progress
    summary: Summary = field(default_factory=lambda: Summary(run=0))
    stopping: bool = False
    counting: Mapping[str, Attempt] = field(default_factory=dict)

    def run(
        self,
        submissions: Iterable[Submission],
        total: int | None,
        *,
        empty: bool,
        only: Collection[str] | None,
    ) -> Summary:
        began = time.monotonic()
        self.summary.run = self.record.begin(self.conditions, empty=empty)
        self.counting = self.record.attempts(self.summary.run)
        self.progress.begin(total)
        try:
            with self._ctrl_c():
                self._work(submissions)
        except KeyboardInterrupt:
            self.stopping = True
        except GraderError:
            self.pool.close()
            with suppress(GraderError):  # of the record: the first error explains more
                self.record.finish("stopped")
            raise
        finally:
            self.pool.close()
            self.progress.end()
        self.summary.interrupted = self.stopping
        self.summary.seconds = time.monotonic() - began
        self.record.finish("stopped" if self.stopping else "finished", only=only)
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
            known = self._known(submission)
            if (before := self._before(submission.id, known)) is not None:
                code = self.record.source(submission.id) if submission.bonus else None
                combined = attempts.with_bonus(submission, before, code)
                if combined is not submission:
                    submission, known = combined, self._known(combined)
            if known is not None:
                self._keep_known(submission, known)
            elif submission.source is None:
                self._keep(without_source(submission), submission)
            else:
                yield submission

    def _known(self, submission: Submission) -> int | None:
        """The grading of the same files under the same conditions, if there is one."""
        if submission.source is not None and self.fresh:
            return None
        levels = {0} if submission.source is None else self.pool.levels()  # 0: nothing was run
        fingerprint = self.conditions.fingerprint(submission)
        return self.record.unchanged(submission.id, fingerprint, levels)

    def _before(self, submission: str, known: int | None) -> SubmissionResult | None:
        """The result that counts so far, None where there is none or that is the ``known`` one."""
        grading = self._counting(submission)
        return None if grading in (None, known) else self.record.grading(grading or 0)

    def _counting(self, submission: str) -> int | None:
        """The grading that counts so far, but for what could not be judged."""
        counting = self.counting.get(submission)
        if counting is not None and counting.status == "not_judged":
            return self.record.judged_before(submission, self.summary.run)
        return counting.grading if counting is not None else None

    def _keep_known(self, submission: Submission, known: int) -> None:
        """Count a grading of the record again, or the earlier one that counts instead of it."""
        counting = self.counting.get(submission.id)
        same_points = self.record.points_of(known) == self.course_points.key
        if same_points and counting is not None and counting.grading == known:
            status: str = counting.status
            self.record.keep(submission.id, known)  # most of a class: nothing has to be unpacked
        else:
            result = self.record.grading(known)
            status = result.status
            earlier = self._earlier(result, known)
            if earlier is not None or same_points:
                note = self.summary.earlier.get(submission.id, "")
                self.record.keep(submission.id, known if earlier is None else earlier, note)
            else:
                fingerprint = self.conditions.fingerprint(submission)
                self.record.add(self.course_points.applied(result), fingerprint, submission.source)
        self.summary.unchanged += submission.source is not None
        self._count(status, submission.id)

    def _keep(self, result: SubmissionResult, submission: Submission) -> None:
        self.record.add(
            self.course_points.applied(result),
            self.conditions.fingerprint(submission),
            submission.source,
            counting=self._earlier(result),
            note=self.summary.earlier.get(submission.id, ""),
        )
        self._count(result.status, result.submission)

    def _earlier(self, result: SubmissionResult, known: int | None = None) -> int | None:
        """The grading that counts instead of this result, which the summary then names, or None."""
        submission = result.submission
        counting, before = self.counting.get(submission), self._before(submission, known)
        if counting is None or before is None or result.sha256 == counting.code:
            return None
        why = attempts.keeps_earlier(result, before)
        if not why:
            return None
        self.summary.earlier[submission] = why
        return self._counting(submission)

    def _count(self, status: str, submission: str) -> None:
        setattr(self.summary, status, getattr(self.summary, status) + 1)
        self.progress.done(submission)

    @contextmanager
    def _ctrl_c(self) -> Iterator[None]:
        """On one Ctrl-C finish what is being graded, on two stop at once."""

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
