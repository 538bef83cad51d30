"""Human decisions as plain data: adjustments, excused cases, extensions, groups, times and marks.

They are applied to verdicts when a grade is made; they change no verdict and cause no new run.
Their tables (``adjustments.csv`` and so on, beside ``course.toml``) say what holds now;
``decision_tables`` reads the tables, and ``decision_log`` keeps every decision in the record.
"""

from collections.abc import Mapping
from typing import ClassVar

import msgspec

WAIVED = "waived"
"""Written instead of a due date: the submission is never late."""


class Adjustment(msgspec.Struct, frozen=True):
    """A change of points, or new points if ``sets`` is true."""

    submission: str
    place: str
    points: int
    sets: bool
    reason: str
    made_by: str
    made_on: str

    def __str__(self) -> str:
        """For the student: "+2 points" or "set to 4 points"."""
        points = f"point{'' if abs(self.points) == 1 else 's'}"
        if self.sets:
            return f"set to {self.points} {points}"
        return f"{'+' if self.points > 0 else '−'}{abs(self.points)} {points}"


class Excused(msgspec.Struct, frozen=True):
    """A case, or ``case/output``, whose points all students get."""

    place: str
    reason: str


class Extension(msgspec.Struct, frozen=True):
    """Another due date (ISO 8601, with its difference from UTC), or ``WAIVED``."""

    submission: str
    due: str
    reason: str


class Member(msgspec.Struct, frozen=True):
    """One student of a group."""

    team: str
    student: str


class SubmissionTime(msgspec.Struct, frozen=True):
    """The time of a submission (ISO 8601, with its difference from UTC)."""

    submission: str
    submitted_at: str


class Mark(msgspec.Struct, frozen=True):
    """The points that a person gave for one part of a report, with a comment."""

    submission: str
    item: str
    points: float
    comment: str = ""
    grader: str = ""


class Decisions(msgspec.Struct, frozen=True):
    """All decisions that hold. The names of the fields are those of the record's tables.

    A field is ``None`` where the course has no such table: the record's decisions then stay.
    """

    adjustments: tuple[Adjustment, ...] | None = None
    excused: tuple[Excused, ...] | None = None
    extensions: tuple[Extension, ...] | None = None
    members: tuple[Member, ...] | None = None
    times: tuple[SubmissionTime, ...] | None = None
    manual: tuple[Mark, ...] | None = None

    KINDS: ClassVar[Mapping[str, type[msgspec.Struct]]] = {
        "adjustments": Adjustment,
        "excused": Excused,
        "extensions": Extension,
        "members": Member,
        "times": SubmissionTime,
        "manual": Mark,
    }


TABLES = {kind: f"{kind}.csv" for kind in Decisions.KINDS} | {
    "excused": "[excused]",
    "members": "groups.csv",
}
"""What an instructor calls the table of each kind; excused cases are in ``course.toml`` itself."""
