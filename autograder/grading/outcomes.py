"""Define what pool processes and Dask workers receive and what they send back.

They receive a submission and send an outcome, both as bytes of msgpack and never as pickles.
"""

import hashlib
from collections.abc import Callable

import msgspec

from autograder.errors import SandboxLost
from autograder.grading.grader import Grader
from autograder.intake.submission import Submission
from autograder.results import SubmissionResult


class Graded(msgspec.Struct, frozen=True, tag="graded"):
    """The result of a submission."""

    result: SubmissionResult


class GraderStarted(msgspec.Struct, frozen=True, tag="started"):
    """A process has started, and confines students' code at this level."""

    level: int


class CannotGrade(msgspec.Struct, frozen=True, tag="cannot grade"):
    """A process cannot grade, through no fault of a submission; ``text`` says why."""

    text: str


class GraderFailed(msgspec.Struct, frozen=True, tag="failed"):
    """The grader itself failed on a submission."""

    text: str


Outcome = Graded | GraderStarted | CannotGrade | GraderFailed

encode: Callable[[Submission | Outcome], bytes] = msgspec.msgpack.Encoder().encode
read_submission: Callable[[bytes], Submission] = msgspec.msgpack.Decoder(Submission).decode
"""Decodes a submission; msgspec.MsgspecError for anything else."""
read_outcome: Callable[[bytes], Outcome] = msgspec.msgpack.Decoder(Outcome).decode
"""Decodes an outcome; msgspec.MsgspecError for anything else."""


def grade(grader: Grader, submission: Submission) -> Graded | GraderFailed | CannotGrade:
    """Grade a submission; a failure of the grader is an outcome, so that the process goes on."""
    try:
        return Graded(grader.grade(submission))
    except SandboxLost as error:
        return CannotGrade(str(error))
    except Exception as error:  # any exception here is a fault of the grader
        return GraderFailed(f"{type(error).__name__}: {error}")


def without_source(submission: Submission) -> SubmissionResult:
    """Make the result of a submission that has nothing to grade, or could not be read."""
    if submission.not_judged:
        return not_judged(submission, submission.not_judged)
    return SubmissionResult(
        submission=submission.id,
        status="refused",
        message=submission.refused,
        ignored=submission.ignored,
        notes=submission.notes,
    )


def not_judged(submission: Submission, why: str) -> SubmissionResult:
    """Make the result of a submission that could not be graded; it has no score, not a 0."""
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
