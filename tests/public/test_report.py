"""The two functions of section 2.3 that have one right answer; they have no points of their own."""

import sys

import pytest
from checks import console as layout
from checks.commands import report
from checks.running.kit import HERE
from checks.running.process import CannotRun


@pytest.fixture(scope="module")
def findings() -> dict[str, report.Finding]:
    """What check.py report says."""
    try:
        return {found.function: found for found in report.examine(HERE / report.FILE)}
    except CannotRun as problem:
        pytest.skip(str(problem))


@pytest.mark.parametrize("function", report.FUNCTIONS)
def test(function: str, findings: dict[str, report.Finding]) -> None:
    """The function gives the right answer to examples that were worked out by hand."""
    found = findings[function]
    if found.state == "to do":
        pytest.skip(f"`{function}` is still to do (README.md, section 2.3)")
    if found.state == "wrong":
        encoding = getattr(sys.__stdout__, "encoding", None) or "utf-8"
        pytest.fail(layout.showable(found.message, encoding), pytrace=False)
