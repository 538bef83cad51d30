"""What goes to whoever grades one submission, and what comes back: our own bytes, never pickles."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from typing import Protocol

import msgspec

from autograder.grade import Grader
from autograder.results import SubmissionResult
from autograder.sandbox import Isolation


class Job(msgspec.Struct, frozen=True, tag="job"):
    """One submission to be graded; ``bonus`` is empty where nothing optional was handed in."""

    submission: str
    source: bytes
    file: str
    ignored: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    bonus: bytes = b""


class Graded(msgspec.Struct, frozen=True, tag="graded"):
    """The result of a job."""

    result: SubmissionResult


class Ready(msgspec.Struct, frozen=True, tag="ready"):
    """Whoever grades has started, and confines students' code this well."""

    level: int


class Trouble(msgspec.Struct, frozen=True, tag="trouble"):
    """Whoever grades cannot; ``text`` says why. It is nobody's submission that is at fault."""

    text: str


class Failed(msgspec.Struct, frozen=True, tag="failed"):
    """The grader itself failed on a submission."""

    text: str


Outcome = Graded | Ready | Trouble | Failed

_encoder = msgspec.msgpack.Encoder()
_jobs: msgspec.msgpack.Decoder[Job] = msgspec.msgpack.Decoder(Job)
_outcomes: msgspec.msgpack.Decoder[Outcome] = msgspec.msgpack.Decoder(Outcome)


def encode(message: Job | Outcome) -> bytes:
    """The bytes of a message."""
    return _encoder.encode(message)


def read_job(data: bytes) -> Job:
    """The job in these bytes; msgspec.MsgspecError for anything else."""
    return _jobs.decode(data)


def read_outcome(data: bytes) -> Outcome:
    """The outcome in these bytes; msgspec.MsgspecError for anything else."""
    return _outcomes.decode(data)


def do(grader: Grader, job: Job) -> Graded | Failed:
    """Grade; a failure of our own is told, not raised, so that the others go on."""
    try:
        return Graded(
            grader.grade(
                job.submission,
                job.source,
                file=job.file,
                ignored=job.ignored,
                notes=job.notes,
                bonus=job.bonus,
            )
        )
    except Exception as error:  # whatever it is, it is ours and must be seen
        return Failed(f"{type(error).__name__}: {error}")


def not_judged(job: Job, why: str) -> SubmissionResult:
    """The result of a submission that we could not grade: never a 0 without a person looking."""
    return SubmissionResult(
        submission=job.submission,
        status="not_judged",
        message=f"The grader could not judge this file, through no fault of its author: {why}",
        sha256=hashlib.sha256(job.source).hexdigest(),
        file=job.file,
        ignored=job.ignored,
        notes=job.notes,
        bonus_source=job.bonus,
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


class Crew(Protocol):
    """Those who grade: slots on this machine, or the workers of a cluster."""

    def levels(self) -> Collection[int]:
        """The isolation levels that results may have."""

    def free(self) -> bool:
        """Whether another job may be handed over."""

    def busy(self) -> int:
        """How many jobs are being graded."""

    def hand(self, job: Job) -> None:
        """Hand a job over."""

    def wait(self, seconds: float) -> list[tuple[Job, SubmissionResult]]:
        """What has become of jobs, as soon as there is anything; [] when the time is over."""

    def close(self) -> None:
        """End everything, at once."""
