"""``course.toml``: what an instructor may choose. Everything works without the file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import msgspec

from autograder import cases
from autograder.errors import ConfigError
from autograder.sandbox import Limits

Seconds = Annotated[float, msgspec.Meta(gt=0, le=3600)]


class CourseLimits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The table ``[limits]``: seconds for a call and for a submission, MiB for a worker."""

    call_seconds: Seconds = Limits().call_seconds
    submission_seconds: Seconds = Limits().submission_seconds
    memory_mib: Annotated[int, msgspec.Meta(ge=256, le=1 << 20)] = Limits().memory >> 20


class Course(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file.

    ``hidden_seed`` gives a course hidden inputs of its own; ``autograder verify --config`` proves
    that they decide clearly.
    """

    name: str = "The Back-propagation Algorithm"
    hidden_seed: Annotated[int, msgspec.Meta(ge=0, le=1 << 62)] = cases.HIDDEN_SEED
    limits: CourseLimits = CourseLimits()

    def sandbox_limits(self) -> Limits:
        """The limits in the sandbox's own terms."""
        return Limits(
            call_seconds=self.limits.call_seconds,
            submission_seconds=self.limits.submission_seconds,
            memory=self.limits.memory_mib << 20,
        )


def load(path: Path | None) -> Course:
    """Read a course's file; without one, the defaults.

    Raises:
        ConfigError: where it cannot be read or does not fit, with the key and what it may be.
    """
    if path is None:
        return Course()
    try:
        return msgspec.toml.decode(path.read_bytes(), type=Course)
    except OSError as problem:
        raise ConfigError(f"{path} cannot be read: {problem.strerror}.") from None
    except (msgspec.DecodeError, UnicodeDecodeError) as problem:
        raise ConfigError(f"{path}: {problem}. `README.md` lists the keys.") from None
