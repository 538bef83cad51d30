"""The content of ``course.toml`` as data: every key with its default. The file is optional."""

from datetime import datetime, tzinfo
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from assignment.checks.model.questions import COURSE
from autograder.cases import graded as cases
from autograder.cases.points import CoursePoints, course_points, kit_sections
from autograder.course import clock
from autograder.errors import ConfigError
from autograder.sandbox import Limits

Seconds = Annotated[float, msgspec.Meta(gt=0, le=3600)]
Percent = Annotated[float, msgspec.Meta(ge=0, le=100)]
Points = Annotated[int, msgspec.Meta(ge=0, le=100)]
ShortText = Annotated[
    str, msgspec.Meta(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")
]
Visible = Literal["hidden", "after_due_date", "after_published", "visible"]
"""When students see a test; the words are Gradescope's."""
FileName = Literal["roster", "adjustments", "extensions", "groups", "times", "manual"]


class CourseLimits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The table ``[limits]``: seconds for a call and for a submission, MiB for a worker."""

    call_seconds: Seconds = Limits().call_seconds
    submission_seconds: Seconds = Limits().submission_seconds
    memory_mib: Annotated[int, msgspec.Meta(ge=256, le=1 << 20)] = Limits().memory >> 20


class Late(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The table ``[late]``: what a late submission costs.

    ``per_day`` and ``cap`` are percent of the points earned, for each day begun and at most;
    nothing is lost in the first ``grace_minutes``. Gradescope has its own late policy, so this one
    counts there only with ``on_gradescope``.
    """

    per_day: Percent = 10
    cap: Percent = 50
    grace_minutes: Annotated[float, msgspec.Meta(ge=0, le=60 * 24 * 366)] = 15
    on_gradescope: bool = False


class Visibility(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The table ``[visibility]``: when students see public and hidden cases on a platform."""

    public: Visible = "visible"
    hidden: Visible = "after_published"


class Files(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The table ``[files]``: paths of the tables of decisions, relative to the course's file.

    Without a path, ``roster.csv`` and so on are used if they exist (``Course.file``).
    """

    roster: ShortText | None = None
    adjustments: ShortText | None = None
    extensions: ShortText | None = None
    groups: ShortText | None = None
    times: ShortText | None = None
    manual: ShortText | None = None


class Criterion(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One ``[[rubric]]``: a part of the report's points, with comments to choose from."""

    name: ShortText
    points: Annotated[int, msgspec.Meta(ge=1, le=100)]
    comments: tuple[ShortText, ...] = ()


class Course(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The whole file.

    ``hidden_seed`` gives a course hidden inputs of its own (``autograder verify --config`` proves
    that they separate right from wrong); ``dependency_credit`` is the share of its points that an
    output keeps if it is right only with reference functions below it; ``no_report`` is what the
    marking page makes of a submission without a report; ``excused`` says why all
    students get the points of a case (``case``) or of one output (``case/output``). ``zone`` is the
    time zone of every time that says none, else that of ``due``. ``folder`` is
    the folder of the file, None without a file; it is not a key of the file.
    """

    name: ShortText = COURSE
    hidden_seed: Annotated[int, msgspec.Meta(ge=0, le=1 << 62)] = cases.HIDDEN_SEED
    dependency_credit: Annotated[float, msgspec.Meta(ge=0, le=1)] = 1.0
    no_report: Literal["incomplete", "zero"] = "incomplete"
    due: datetime | None = None
    zone: ShortText | None = None
    points: dict[str, Points] = msgspec.field(default_factory=kit_sections)
    late: Late | None = None
    visibility: Visibility = Visibility()
    limits: CourseLimits = CourseLimits()
    files: Files = Files()
    excused: dict[str, ShortText] = {}
    rubric: tuple[Criterion, ...] = ()
    folder: Path | None = None

    @property
    def local_zone(self) -> tzinfo | None:
        """The time zone of the course's tables, if the file has one."""
        if self.zone is not None:
            return clock.zone(self.zone)
        return self.due.tzinfo if self.due else None

    def sandbox_limits(self) -> Limits:
        """Convert the limits to those of the sandbox."""
        return Limits(
            call_seconds=self.limits.call_seconds,
            submission_seconds=self.limits.submission_seconds,
            memory=self.limits.memory_mib << 20,
        )

    def course_points(self) -> CoursePoints:
        """Return the points of every section, function and output."""
        return course_points(self.points, self.dependency_credit)

    def file(self, name: FileName) -> Path | None:
        """Return the path of a table of decisions, or None.

        Raises:
            ConfigError: where course.toml names a file that does not exist.
        """
        if self.folder is None:
            return None
        named: str | None = getattr(self.files, name)
        path = self.folder / (named or f"{name}.csv")
        if path.is_file():
            return path
        if named is None:
            return None
        raise ConfigError(
            f"{path} does not exist, but [files] in course.toml names it as `{name}`. Create it, "
            "or delete that line."
        )
