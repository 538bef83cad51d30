"""What pool processes and Dask workers are sent, and what they send back.

A submission goes there and an outcome comes back, both as bytes of msgpack and never as pickles.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from typing import Protocol

import msgspec

from autograder.grading.grader import Grader
from autograder.intake.submission import Submission
from autograder.results import SubmissionResult
from autograder.sandbox import Isolation


class Graded(msgspec.Struct, frozen=True, tag="graded"):
    """The result of a submission."""

    result: SubmissionResult


class GraderStarted(msgspec.Struct, frozen=True, tag="started"):
    """A pool process or worker has started, and confines students' code at this level."""

    level: int


class CannotGrade(msgspec.Struct, frozen=True, tag="cannot grade"):
    """A pool process or worker cannot grade; ``text`` says why, and no submission is at fault."""

    text: str


class GraderFailed(msgspec.Struct, frozen=True, tag="failed"):
    """The grader itself failed on a submission."""

    text: str


Outcome = Graded | GraderStarted | CannotGrade | GraderFailed

_encoder = msgspec.msgpack.Encoder()
_submissions: msgspec.msgpack.Decoder[Submission] = msgspec.msgpack.Decoder(Submission)
_outcomes: msgspec.msgpack.Decoder[Outcome] = msgspec.msgpack.Decoder(Outcome)


def encode(message: Submission | Outcome) -> bytes:
    """The bytes of a message."""
    return _encoder.encode(message)


def read_submission(data: bytes) -> Submission:
    """The submission in these bytes; msgspec.MsgspecError for anything else."""
    return _submissions.decode(data)


def read_outcome(data: bytes) -> Outcome:
    """The outcome in these bytes; msgspec.MsgspecError for anything else."""
    return _outcomes.decode(data)


def outcome(grader: Grader, submission: Submission) -> Graded | GraderFailed:
    """Grade; a failure of our own is an outcome and no exception, so that the others go on."""
    try:
        return Graded(grader.grade(submission))
    except Exception as error:  # whatever it is, it is ours and must be seen
        return GraderFailed(f"{type(error).__name__}: {error}")


def refused(submission: Submission) -> SubmissionResult:
    """The result of a submission without anything that could be graded."""
    return SubmissionResult(
        submission=submission.id,
        status="refused",
        message=submission.refused,
        ignored=submission.ignored,
        notes=submission.notes,
    )


def not_judged(submission: Submission, why: str) -> SubmissionResult:
    """The result of a submission that we could not grade: never a 0 without a person looking."""
    return SubmissionResult(
        submission=submission.id,
        status="not_judged",
        message=f"The grader could not judge this file, through no fault of its author: {why}",
        sha256=hashlib.sha256(submission.source or b"").hexdigest(),
        file=submission.path,
        ignored=submission.ignored,
        notes=submission.notes,
        bonus_source=submission.bonus,
    )


def refusal(isolation: Isolation, least: int) -> str:
    """Why students' code is not run here; "" where it may be."""
    if isolation.level >= least:
        return ""
    return (
        f"This machine confines students' code at level {isolation.level} only, and at least "
        f"{least} is asked for. `autograder doctor` says what is missing; --unsafe grades all the "
        "same."
    )


class Pool(Protocol):
    """What grades submissions: processes of this machine, or the workers of a Dask cluster."""

    def levels(self) -> Collection[int]:
        """The isolation levels that results may have."""

    def free(self) -> bool:
        """Whether another submission may be handed over."""

    def busy(self) -> int:
        """How many submissions are being graded."""

    def hand(self, submission: Submission) -> None:
        """Hand a submission over."""

    def wait(self, seconds: float) -> list[tuple[Submission, SubmissionResult]]:
        """The results that have come, as soon as there is one; [] when the time is over."""

    def close(self) -> None:
        """End everything, at once."""
