"""The schema of ``results.json`` as Gradescope documents it; other fields are mistakes."""

from typing import Annotated, Any, Literal

import msgspec

Visibility = Literal["hidden", "after_due_date", "after_published", "visible"]
Format = Literal["text", "html", "simple_format", "md", "ansi"]
Points = Annotated[float, msgspec.Meta(ge=0, le=100)]


class Test(msgspec.Struct, forbid_unknown_fields=True):
    """One entry of ``tests``."""

    __test__ = False  # pytest takes a class of this name for its own

    name: Annotated[str, msgspec.Meta(min_length=1)]
    score: Points | msgspec.UnsetType = msgspec.UNSET
    max_score: Points | msgspec.UnsetType = msgspec.UNSET
    status: Literal["passed", "failed"] | msgspec.UnsetType = msgspec.UNSET
    number: Annotated[str, msgspec.Meta(pattern=r"^\d+(\.\d+)*$")] | msgspec.UnsetType = (
        msgspec.UNSET
    )
    output: str | msgspec.UnsetType = msgspec.UNSET
    output_format: Format | msgspec.UnsetType = msgspec.UNSET
    tags: list[str] | msgspec.UnsetType = msgspec.UNSET
    visibility: Visibility = "visible"
    extra_data: dict[str, Any] | msgspec.UnsetType = msgspec.UNSET


class Results(msgspec.Struct, forbid_unknown_fields=True):
    """The whole file."""

    output: str
    stdout_visibility: Visibility
    tests: list[Test]
    execution_time: Annotated[float, msgspec.Meta(ge=0)] | msgspec.UnsetType = msgspec.UNSET
    score: Points | msgspec.UnsetType = msgspec.UNSET
    output_format: Format = "text"
    visibility: Visibility = "visible"
    extra_data: dict[str, Any] | msgspec.UnsetType = msgspec.UNSET
    leaderboard: list[Any] | msgspec.UnsetType = msgspec.UNSET


def checked(found: object) -> Results:
    """Convert and validate the file's content; raises msgspec.ValidationError."""
    return msgspec.convert(found, Results)
