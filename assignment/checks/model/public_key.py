"""Write and read the public key, ``tests/public/cases.json``: what judges the public cases.

``autograder key`` generates it, and students' checks read it. It is plain JSON (`json_arrays`).
"""

import hashlib
import json
import re
import sys
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from . import json_arrays as tagged
from .case import Case, Expected, MisconceptionOutput, as_inputs, every_call
from .questions import COURSE, QUESTIONS, REPORT_POINTS

FORMAT = 1
_COPIED = ("id", "function", "title", "hint", "special", "practice", "points")
"""Fields of a case that the key has as they are."""


class KeyUnreadable(Exception):
    """The key is missing, damaged or of another format; the text says what to do."""


@dataclass(frozen=True)
class About:
    """What a course sets: its name, points by function, and points of the report."""

    name: str = COURSE
    points: Mapping[str, int] = field(
        default_factory=lambda: {question.function: question.points for question in QUESTIONS}
    )
    report: int = REPORT_POINTS


@dataclass(frozen=True)
class Key:
    """Public cases, their accepted answers, and the digest that every result carries.

    ``grader`` has the versions of the grader's Python and numpy, such as ("3.13", "2.4"); it is
    empty where they are unknown.
    """

    cases: tuple[Case, ...]
    expected: Mapping[str, Mapping[str, Expected]]
    digest: str
    about: About = About()
    grader: tuple[str, ...] = ()


def digest(cases: Iterable[Case]) -> str:
    """SHA-256 over what the public cases ask, in hexadecimal.

    Only what is the same on every processor is included: ids, titles, points and inputs, no
    answers. The points are the kit's; those of a course do not change what is asked.
    """
    asked = [_asked(call) for call in every_call(cases) if call.public]
    return hashlib.sha256(json.dumps(asked).encode()).hexdigest()


def _asked(case: Case) -> list[Any]:
    points, inputs = tagged.encode(dict(case.points)), tagged.encode(dict(case.inputs))
    return [case.id, case.function, case.title, case.hint, case.practice, points, inputs]


def receipt(cases: str, version: str, source: bytes) -> str:
    """The short digest of kit, cases and source that results, pages and local checks show."""
    # Line ends depend on the editor.
    text = source.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return hashlib.sha256(f"{version}\n{cases}\n".encode() + text).hexdigest()[:12]


def versions() -> tuple[str, str]:
    """The versions of this Python and its numpy, without the last number: ("3.13", "2.4")."""
    numpy = np.__version__.split(".")
    return ".".join(map(str, sys.version_info[:2])), ".".join(numpy[:2])


def with_versions(text: str) -> str:
    """The text of a key that names this Python and numpy as the grader's."""
    return re.sub(r'(?m)^"grader": .*$', f'"grader": "{" ".join(versions())}",', text, count=1)


def dumps(
    cases: Iterable[Case],
    expected: Mapping[str, Mapping[str, Expected]],
    about: About | None = None,
    kits: str = "",
) -> str:
    """The key as text, one line per case so that a change can be read in a diff.

    For a course, ``about`` describes it, the cases have its points, and ``kits`` is the digest of
    the same cases with the kit's points.
    """
    public = [case for case in cases if case.public]
    hints = {
        known.id: known.hint
        for call in every_call(public)
        for right in expected[call.id].values()
        for known in right.misconception_outputs
    }
    head: dict[str, Any] = {"format": FORMAT, "digest": kits or digest(public)}
    head |= {"grader": " ".join(versions()), "hints": hints}
    if about is not None:
        head["course"] = asdict(about)
    lines = [json.dumps(_case(case, expected), ensure_ascii=False) for case in public]
    opening = json.dumps(head, ensure_ascii=False, indent=0)[:-2]
    return f'{opening},\n"cases": [\n' + ",\n".join(lines) + "\n]\n}\n"


def _case(case: Case, expected: Mapping[str, Mapping[str, Expected]]) -> dict[str, Any]:
    entry = {name: getattr(case, name) for name in _COPIED}
    entry["inputs"] = tagged.encode(dict(case.inputs))
    entry["expected"] = {name: _expected(right) for name, right in expected[case.id].items()}
    if case.also:
        entry["also"] = [_case(call, expected) for call in case.also]
    return entry


def _expected(right: Expected) -> dict[str, Any]:
    return {
        "tolerance": right.tolerance,
        "accepted": tagged.encode(list(right.accepted)),
        "misconceptions": [
            {"id": alike.id, "failure": alike.failure, "value": tagged.encode(alike.value)}
            for alike in right.misconception_outputs
        ],
    }


def loads(text: str) -> Key:
    """Read what ``dumps`` wrote.

    Raises:
        KeyUnreadable: where it is not a key of this format.
    """
    try:
        data = json.loads(text)
        if data["format"] != FORMAT:
            raise KeyUnreadable(f"this kit reads keys of format {FORMAT}, not {data['format']}")
        cases = tuple(_read_case(entry) for entry in data["cases"])
        expected = {
            entry["id"]: {
                output: _read_expected(right, data["hints"])
                for output, right in entry["expected"].items()
            }
            for first in data["cases"]
            for entry in (first, *first.get("also", ()))
        }
        about = About(**data.get("course", {}))
        grader = tuple(str(data.get("grader", "")).split())
        return Key(cases, expected, str(data["digest"]), about, grader)
    except (ValueError, KeyError, TypeError, AttributeError) as problem:
        raise KeyUnreadable(
            "the file with the public cases is damaged: take cases.json from the zip again"
        ) from problem


def load(path: Path) -> Key:
    """Read the key from a file.

    Raises:
        KeyUnreadable: where there is none, or none that can be read.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as problem:
        raise KeyUnreadable(
            f"{path} cannot be read: take the folder `tests` from the zip again"
        ) from problem
    return loads(text)


def _read_case(entry: dict[str, Any]) -> Case:
    copied = {name: entry[name] for name in _COPIED} | {"special": tuple(entry["special"])}
    return Case(
        **copied,
        inputs=as_inputs(**tagged.decode(entry["inputs"])),
        public=True,
        also=tuple(_read_case(call) for call in entry.get("also", ())),
    )


def _read_expected(right: dict[str, Any], hints: Mapping[str, str]) -> Expected:
    return Expected(
        accepted=tuple(tagged.decode(right["accepted"])),
        tolerance=right["tolerance"],
        misconception_outputs=tuple(
            MisconceptionOutput(
                alike["id"], hints[alike["id"]], tagged.decode(alike["value"]), alike["failure"]
            )
            for alike in right["misconceptions"]
        ),
    )
