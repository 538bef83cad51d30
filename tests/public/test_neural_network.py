"""The public cases, one test a function: pytest, or pytest -k ffnn. It says what check.py says."""

import sys

import pytest
from checks import console as layout
from checks.commands import details
from checks.model.questions import FUNCTIONS
from checks.running.examine import Examination


@pytest.mark.parametrize("function", FUNCTIONS)
def test(function: str, examination: Examination) -> None:
    """The function gives the right answer to all its public cases."""
    outcome = examination.outcomes[function]
    if outcome.state == "to do":
        pytest.skip(f"`{function}` is still to do (README.md, section {outcome.question.number})")
    if outcome.state == "blocked":
        pytest.skip(details.blocked_by(examination, [outcome]))
    if outcome.state == "wrong":
        encoding = getattr(sys.__stdout__, "encoding", None) or "utf-8"
        pytest.fail(layout.showable(details.details(outcome), encoding), pytrace=False)
