"""Describe everything a result depends on, so that unchanged submissions are not run again."""

import hashlib
import importlib.util
import json
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import msgspec
import numpy as np

from assignment.checks.model import json_arrays
from assignment.checks.model.case import Case, every_call
from assignment.checks.model.version import VERSION
from autograder.intake.submission import Submission
from autograder.paths import ROOT
from autograder.sandbox import Limits
from autograder.text import joined

FOLDERS = (
    "assignment/checks/judging",
    "assignment/checks/loading",
    "assignment/checks/model",
    "autograder/cases",
    "autograder/grading",
    "autograder/sandbox",
    "solution",
)
"""Folders whose modules, however deep, can all change a result."""

MODULES = {
    "assignment": "__init__ iris neural_network",
    "assignment/checks": "__init__",
    "autograder": "__init__ errors paths results text",
    "autograder/intake": "__init__ submission pick_file notebooks",
}
"""Single modules that can change a result; the others in these folders cannot."""

DATA = ("tests/public/*.json", "data/*.csv")
"""Files besides modules that can change a result."""


class Conditions(msgspec.Struct, frozen=True):
    """The conditions of a run. Equal sources give equal results under equal conditions.

    ``code`` is a digest of the code that judges, so of the reference and the tolerances too;
    ``cases`` one of all cases, hidden ones included. The isolation level is not here: each
    result has its own (``Record.unchanged`` compares it). ``course_points`` is the key of
    the course's points (``CoursePoints.key``); they are applied to results later, so ``key`` omits
    it.
    """

    kit: str
    code: str
    cases: str
    python: str
    numpy: str
    scipy: str
    limits: Limits
    course_points: str = ""

    @property
    def key(self) -> str:
        """One digest of all conditions that the statuses of a result depend on."""
        without_points = msgspec.structs.replace(self, course_points="")
        return hashlib.sha256(msgspec.json.encode(without_points)).hexdigest()

    def fingerprint(self, submission: Submission) -> bytes:
        """Digest the conditions and the submission: a result holds as long as both are equal."""
        content, file = None, submission.refused
        if submission.source is not None:
            content, file = hashlib.sha256(submission.source).hexdigest(), submission.path
        text = json.dumps([self.key, content, file, submission.ignored, submission.notes])
        if submission.bonus:
            text += hashlib.sha256(submission.bonus).hexdigest()
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()

    def differences(self, other: "Conditions") -> tuple[str, ...]:
        """Name the conditions that differ in ``other``."""
        return tuple(
            name for key, name in _NAMES.items() if getattr(self, key) != getattr(other, key)
        )

    def described(self, now: "Conditions") -> str:
        """Say how these conditions differ from those of now; "" where a result would be the same.

        Points are left out, since they are applied to every result later.
        """
        parts = []
        for name in self.__struct_fields__[:-1]:
            old, new = getattr(self, name), getattr(now, name)
            if old != new:
                version = _VERSIONS.get(name)
                other = f"other {_NAMES[name].removeprefix('the ')}"
                parts.append(f"{version} {old} (now {new})" if version else other)
        return joined(parts)


_VERSIONS = {"kit": "kit", "python": "Python", "numpy": "numpy", "scipy": "scipy"}
_NAMES = {
    "kit": "the version of the kit",
    "code": "the grader's own code",
    "cases": "the cases",
    "python": "Python's version",
    "numpy": "numpy's version",
    "scipy": "scipy's version",
    "limits": "the limits",
    "course_points": "the points",
}


def conditions(cases: Iterable[Case], limits: Limits) -> Conditions:
    """Return the conditions of a run on this machine."""
    return Conditions(
        kit=VERSION,
        code=code_digest(),
        cases=cases_digest(cases),
        python=".".join(map(str, sys.version_info[:3])),
        numpy=np.__version__,
        scipy=_installed("scipy"),
        limits=limits,
    )


def _installed(package: str) -> str:
    """Return the version of a package without importing it.

    ``importlib.metadata`` knows as well, but takes longer to import than all the rest here.
    """
    found = importlib.util.find_spec(package)
    for place in (found and found.submodule_search_locations) or ():
        for info in Path(place).parent.glob(f"{package}-*.dist-info"):
            return info.name.removeprefix(f"{package}-").removesuffix(".dist-info")
    return "unknown"


def cases_digest(cases: Iterable[Case]) -> str:
    """Return the SHA-256 of all cases, hidden ones included, in hexadecimal."""
    digest = hashlib.sha256()
    for case in every_call(cases):
        hints = list(case.specialities)
        fields = [case.id, case.function, case.title, hints, case.public, case.practice]
        arrays = [json_arrays.encode(dict(case.points)), json_arrays.encode(dict(case.inputs))]
        digest.update(json.dumps([*fields, *arrays]).encode())
    return digest.hexdigest()


@cache
def code_digest() -> str:
    """Return the SHA-256 of all code and data that can change a result, in hexadecimal."""
    digest = hashlib.sha256()
    for path in judging_files():
        content = path.read_bytes()
        digest.update(f"{path.relative_to(ROOT).as_posix()}\n{len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()


def judging_files() -> Iterator[Path]:
    """List the files that ``code_digest`` covers; pages, exports and commands are not in it."""
    for folder in FOLDERS:
        yield from sorted((ROOT / folder).rglob("*.py"))
    for folder, names in MODULES.items():
        yield from (ROOT / folder / f"{name}.py" for name in names.split())
    for pattern in DATA:
        yield from sorted(ROOT.glob(pattern))
