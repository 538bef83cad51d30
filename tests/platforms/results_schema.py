"""What we write of ``results.json`` as Gradescope documents it; other fields are mistakes."""

from typing import Annotated, Any, Literal

import msgspec

Visibility = Literal["hidden", "after_due_date", "after_published", "visible"]
Format = Literal["text", "md"]
Points = Annotated[float, msgspec.Meta(ge=0, le=100)]


class Test(msgspec.Struct, forbid_unknown_fields=True):
    """One entry of ``tests``."""

    __test__ = False  # pytest takes a class of this name for its own

    name: Annotated[str, msgspec.Meta(min_length=1)]
    visibility: Visibility
    score: Points | msgspec.UnsetType = msgspec.UNSET
    max_score: Points | msgspec.UnsetType = msgspec.UNSET
    status: Literal["passed", "failed"] | msgspec.UnsetType = msgspec.UNSET
    number: Annotated[str, msgspec.Meta(pattern=r"^[1-9B](\.\d+)*$")] = "1"
    output: str = ""
    output_format: Format = "text"
    tags: list[str] = []
    extra_data: dict[str, Any] = {}


class Results(msgspec.Struct, forbid_unknown_fields=True):
    """The whole file."""

    output: str
    tests: list[Test]
    extra_data: dict[str, Any]
    stdout_visibility: Literal["hidden"]
    output_format: Format = "text"
    visibility: Literal["visible"] = "visible"
    execution_time: Annotated[float, msgspec.Meta(ge=0)] = 0.0
    score: Points | msgspec.UnsetType = msgspec.UNSET


checked = msgspec.json.Decoder(Results).decode
"""Validate and read the file's content; raises msgspec.ValidationError."""
