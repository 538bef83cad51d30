"""The students' own checks without a process for each file, which takes most of their time."""

import contextlib
import io
import warnings
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from assignment.checks.model.case import Reply
from assignment.checks.model.public_key import Key
from assignment.checks.running import child, examine, probing
from assignment.checks.running.kit import FILE, Kit
from assignment.checks.running.process import Loading, Printed

Told = dict[tuple[str, str], tuple[str, str, str]]
"""Status, message and hint by case and output."""


class _Child:
    """Stands in for ``process.Child``: it loads and calls with the same functions, in here."""

    alive = True

    def __init__(self, folder: Path, call_seconds: float = 0.0) -> None:
        self._module: dict[str, Any] = {}

    def load(self, source: str, *, full: bool, file: str) -> Loading:
        self._module, found = child._load(source, full, file)
        crashed = found["crashed"] and Reply(**found["crashed"])
        left_out = tuple((line, text, why) for line, text, why in found["left_out"])
        return Loading(tuple(found["functions"]), left_out, crashed)

    def call(self, function: str, inputs: Sequence[object]) -> Reply:
        asked = child.tagged.encode(list(inputs))
        found = child._call(self._module, function, asked)
        return Reply(**{**found, "value": child.tagged.decode(found.get("value"))})

    def printed(self) -> Printed:
        return Printed()

    def close(self) -> None:
        pass


@cache
def _key() -> Key:
    """The public cases, which take longer to read than a file takes to check."""
    return Kit().key


def told(folder: Path, source: str, functions: Iterable[str]) -> Told:
    """What check.py says of each output of these functions that no lower one blocks."""
    (folder / FILE).write_text(source, encoding="utf-8")
    with (
        pytest.MonkeyPatch.context() as patch,
        warnings.catch_warnings(),
        contextlib.redirect_stdout(io.StringIO()),
    ):
        warnings.simplefilter("ignore")
        patch.setattr(examine, "Child", _Child)
        patch.setattr(probing, "Child", _Child)
        kit = Kit(folder)
        vars(kit)["key"] = _key()
        found = examine.examine(kit, functions)
    return {
        (case.id, one.output): (one.status, *(("", "") if one.passed else (one.message, one.hint)))
        for outcome in found.shown
        if outcome.state != "blocked"
        for case, verdicts in outcome.answers
        for one in verdicts
    }
