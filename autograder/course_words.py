"""Sentences for what does not fit in a course's file: the key, what is wrong, what to do."""

from __future__ import annotations

import re
import typing
from collections.abc import Iterable, Mapping
from difflib import get_close_matches

import msgspec

from autograder.errors import ConfigError

LISTED = (
    "README.md, \u201cA course of your own\u201d, lists the keys; `autograder init` writes all."
)
_NO_KEYS = frozenset({"folder"})
"""Fields of a course that are not in its file."""
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


def near(name: str, known: Iterable[str]) -> str:
    """ "Did you mean `x` or `y`? " where something known looks like ``name``; "" otherwise."""
    alike = get_close_matches(name, list(known), n=3, cutoff=0.6)
    return f"Did you mean {' or '.join(f'`{word}`' for word in alike)}? " if alike else ""


def known_keys(data: Mapping[str, object], schema: type[msgspec.Struct], place: str = "") -> None:
    """Refuse a key that the schema does not have, with those that look like it.

    Raises:
        ConfigError: for the first unknown key.
    """
    hints = typing.get_type_hints(schema)
    names = [name for name in schema.__struct_fields__ if name not in _NO_KEYS]
    for key, value in data.items():
        if key not in names:
            where = f" in [{place}]" if place else ""
            remedy = near(key, names) + _elsewhere(key, schema) + LISTED
            raise ConfigError(f"there is no key `{key}`{where}. {remedy}")
        inner = _struct_in(hints[key])
        if inner is not None:
            for entry in value if isinstance(value, list) else [value]:
                if isinstance(entry, dict):
                    known_keys(entry, inner, key)


def _elsewhere(key: str, schema: type[msgspec.Struct]) -> str:
    """Where a key belongs that stands in the wrong place: TOML's tables begin and do not end."""
    from autograder.course import Course

    if schema is not Course and key in Course.__struct_fields__:
        return f"`{key}` belongs at the top, before the first line in square brackets. "
    return ""


def _struct_in(hint: object) -> type[msgspec.Struct] | None:
    """The struct in ``Struct``, ``Struct | None`` or ``tuple[Struct, ...]``; None otherwise."""
    for part in (hint, *typing.get_args(hint)):
        if isinstance(part, type) and issubclass(part, msgspec.Struct):
            return part
    return None


def entries(data: Mapping[str, object], kinds: Mapping[str, object]) -> None:
    """Look at tables whose keys are free, one entry at a time, so that the key can be named.

    Raises:
        ConfigError: for the first value that is not of its table's kind.
    """
    for table, kind in kinds.items():
        found = data.get(table)
        for key, value in found.items() if isinstance(found, dict) else ():
            if table == "points" and isinstance(value, dict):
                raise ConfigError(
                    f'the sections in [points] must stand in quotes, such as "{key}.1" = 10.'
                )
            try:
                msgspec.convert(value, kind)
            except msgspec.ValidationError as problem:
                raise ConfigError(translated(f'{problem} - at `${table}."{key}"`')) from None


def translated(problem: str) -> str:
    """A message of msgspec in words for an instructor."""
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
        from autograder.course import Visible

        words = ", ".join(typing.get_args(Visible))
        return f"`{_key(place)}` may not be \u201c{wrong[1]}\u201d, but one of: {words}."
    return f"`{_key(place)}`: {what}. {LISTED}"


_BOUNDS = {"<=": "at most", ">=": "at least", "<": "less than", ">": "more than"}


def _kind(name: str) -> str:
    return _KINDS.get(name, name)


def _key(place: str) -> str:
    """A place of msgspec as an instructor sees it: ``$.limits.memory_mib``."""
    part = re.fullmatch(r"\$\.rubric\[(\d+)\]\.?(.*)", place)
    if part is not None:
        return f"[[rubric]] number {int(part[1]) + 1}" + (f", {part[2]}" if part[2] else "")
    return place.removeprefix("$").removeprefix(".") or "the file"
