"""Explain wrong values in a course's file: the key, the fault, the remedy."""

import re
import typing

from autograder.course.settings import Visible

LISTED = "docs/course-toml.md lists the keys; `autograder init` writes all of them."
_KINDS = {
    "int": "a whole number",
    "float": "a number",
    "str": "text in quotes",
    "bool": "true or false",
    "object": "a table",
    "array": "a list, in square brackets",
    "date": "a date without a time",
    "time": "a time without a date",
    "datetime": "a date and time without quotes, such as 2026-11-30T23:59:00+01:00",
}


def translated(problem: str) -> str:
    """Turn a message of msgspec into a sentence for an instructor."""
    found = re.fullmatch(r"(?s)(.*?)(?: - at `(.*)`)?", problem)
    assert found is not None
    what, place = found[1], found[2] or "$"
    if re.fullmatch(r"\$\.rubric(\[\d+\])?", place) and what.startswith("Expected"):
        return "each part of the rubric begins with [[rubric]], in double brackets."
    if what.startswith("Invalid RFC3339"):
        return f"`{_key(place)}` must be {_kind('datetime')}."
    if wrong := re.fullmatch(r"Expected `(.*)`, got `(.*)`", what):
        wanted = " or ".join(_kind(part) for part in wrong[1].split(" | ") if part != "null")
        return f"`{_key(place)}` must be {wanted}, not {_kind(wrong[2])}. {LISTED}"
    if wrong := re.fullmatch(r"Expected `(.*?)` (<=|>=|<|>) (.*)", what):
        return f"`{_key(place)}` must be {_BOUNDS[wrong[2]]} {float(wrong[3]):g}. {LISTED}"
    if wrong := re.fullmatch(r"Object missing required field `(.*)`", what):
        return f"`{_key(place)}` needs the key `{wrong[1]}`. {LISTED}"
    if wrong := re.fullmatch(r"Expected `str` of length (<=|>=) (.*)", what):
        few = "may not be empty" if wrong[1] == ">=" else f"may have {wrong[2]} characters"
        return f"`{_key(place)}` {few}."
    if what.startswith("Expected `str` matching regex"):
        return f"`{_key(place)}` must be a single line without control characters."
    if wrong := re.fullmatch(r"Invalid enum value '(.*)'", what):
        values = ", ".join(typing.get_args(Visible))
        return f"`{_key(place)}` must be one of {values}, not “{wrong[1]}”."
    return f"`{_key(place)}`: {what}. {LISTED}"


_BOUNDS = {"<=": "at most", ">=": "at least", "<": "less than", ">": "more than"}


def _kind(name: str) -> str:
    return _KINDS.get(name, name)


def _key(place: str) -> str:
    """Write a place of msgspec, such as ``$.limits.memory_mib``, as an instructor knows it."""
    part = re.fullmatch(r"\$\.rubric\[(\d+)\]\.?(.*)", place)
    if part is not None:
        return f"[[rubric]] number {int(part[1]) + 1}" + (f", {part[2]}" if part[2] else "")
    return place.removeprefix("$").removeprefix(".") or "the file"
