"""Finds the kit, asks the chosen functions once, and closes with what check.py says."""

import sys
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).resolve().parent
# The unzipped folder; in the repository the kit is `assignment/` beside `tests/`.
KIT = next(
    place
    for place in (HERE.parent, HERE.parent.parent / "assignment")
    if (place / "checks").is_dir()
)
sys.path.insert(0, str(KIT))

from checks import console as layout  # noqa: E402 # only found now
from checks.commands import check as door  # noqa: E402 # only found now
from checks.running.examine import Examination, examine  # noqa: E402
from checks.running.kit import Kit  # noqa: E402
from checks.running.process import CannotRun  # noqa: E402

_found = pytest.StashKey[Examination]()


@pytest.fixture(scope="session")
def examination(request: pytest.FixtureRequest) -> Examination:
    """The functions that were chosen, asked in one go as check.py does it."""
    chosen = [
        str(item.callspec.params["function"])
        for item in request.session.items
        if isinstance(item, pytest.Function) and "examination" in item.fixturenames
    ]
    try:
        found = examine(Kit(), chosen)
    except CannotRun as problem:
        pytest.exit(str(problem), returncode=2)
    request.config.stash[_found] = found
    return found


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """The same overview, next step and points as ``python check.py``."""
    found = config.stash.get(_found, None)
    if found is not None:
        text = door.summary(found, Kit())
        encoding = getattr(sys.__stdout__, "encoding", None) or "utf-8"
        terminalreporter.write_line("\n" + layout.showable(text, encoding))
