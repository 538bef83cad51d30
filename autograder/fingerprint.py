"""What a result depends on, so that an unchanged submission need not be run again."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import msgspec
import numpy as np

from assignment.checks import tagged
from assignment.checks.case import Case
from assignment.checks.version import VERSION
from autograder.sandbox import Limits
from autograder.submission import Submission

_ROOT = Path(__file__).resolve().parent.parent
_JUDGES = (
    "assignment/*.py",
    "assignment/checks/*.py",
    "autograder/*.py",
    "autograder/sandbox/*.py",
    "solution/*.py",
    "solution/misconceptions/*.py",
    "tests/public/cases.json",
    "data/*.csv",
)
"""The grader's own files that can change a result; exports and packages cannot."""


class Conditions(msgspec.Struct, frozen=True):
    """Under what a run judges. Results of equal sources under equal conditions are equal.

    ``code`` is a digest of the grader's own files, so of the reference and the tolerances too;
    ``cases`` one of all cases, hidden ones included. The isolation level is not here: each
    result has its own (``Record.unchanged`` compares it). ``worth`` tells which course's points
    the results have (``Worth.key``); as these are laid over a result, it is no part of ``key``.
    """

    kit: str
    code: str
    cases: str
    python: str
    numpy: str
    scipy: str
    limits: Limits
    worth: str = ""

    @property
    def key(self) -> str:
        """One digest of all that the statuses of a result depend on."""
        told = msgspec.structs.replace(self, worth="")
        return hashlib.sha256(msgspec.json.encode(told)).hexdigest()

    def fingerprint(self, submission: Submission) -> bytes:
        """What must be equal for a result to stand: these conditions and the submission."""
        content, file = None, submission.refused
        if submission.source is not None:
            content, file = hashlib.sha256(submission.source).hexdigest(), submission.path
        told = json.dumps([self.key, content, file, submission.ignored, submission.notes])
        if submission.bonus:
            told += hashlib.sha256(submission.bonus).hexdigest()
        return hashlib.sha256(told.encode("utf-8", "surrogatepass")).digest()

    def differences(self, other: Conditions) -> tuple[str, ...]:
        """What is not the same in ``other``, in words."""
        return tuple(
            _WORDS.get(name, name)
            for name in self.__struct_fields__
            if getattr(self, name) != getattr(other, name)
        )


_WORDS = {
    "kit": "the version of the kit",
    "code": "the grader's own files",
    "cases": "the cases",
    "python": "Python's version",
    "numpy": "numpy's version",
    "scipy": "scipy's version",
    "limits": "the limits",
    "worth": "the points",
}


def conditions(cases: Iterable[Case], limits: Limits) -> Conditions:
    """The conditions of a run on this machine."""
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
    """The version of a package, without importing it.

    ``importlib.metadata`` knows as well, but takes longer to import than all the rest here.
    """
    found = importlib.util.find_spec(package)
    for place in (found and found.submodule_search_locations) or ():
        for info in Path(place).parent.glob(f"{package}-*.dist-info"):
            return info.name.removeprefix(f"{package}-").removesuffix(".dist-info")
    return "unknown"


def cases_digest(cases: Iterable[Case]) -> str:
    """SHA-256 of everything that the cases ask, in hexadecimal; hidden cases count."""
    digest = hashlib.sha256()
    for case in cases:
        asked = [case.id, case.function, case.title, case.hint, case.public, case.practice]
        told = [*asked, tagged.encode(dict(case.points)), tagged.encode(dict(case.inputs))]
        digest.update(json.dumps(told).encode())
    return digest.hexdigest()


@cache
def code_digest() -> str:
    """SHA-256 of the grader's own files, in hexadecimal."""
    digest = hashlib.sha256()
    for path in _own_files():
        content = path.read_bytes()
        digest.update(f"{path.relative_to(_ROOT).as_posix()}\n{len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()


def _own_files() -> Iterator[Path]:
    for pattern in _JUDGES:
        yield from sorted(_ROOT.glob(pattern))
