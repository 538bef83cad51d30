"""What students and staff read: hidden cases tell little, and every status has its sentence."""

import dataclasses
from typing import get_args

import pytest

from assignment.checks.model.case import Case, Reply, Status, Verdict
from autograder.grading import messages
from autograder.grading.run import RunOutcome

PUBLIC = Case("c", "ffnn", "`ffnn`: a case", {}, {"y": 2}, public=True)
HIDDEN = dataclasses.replace(PUBLIC, public=False)
FAILED = Verdict("c", "ffnn", "y", "failed", 0, 2, "`y[0]` is 0.123; expected 0.456.", "A hint.")
PASSED = dataclasses.replace(FAILED, status="passed", points=2, message="", hint="")


@pytest.mark.parametrize(
    ("verdict", "replaced", "message", "hint"),
    [
        (FAILED, (), FAILED.message, "A hint."),
        (FAILED, ("sigmoid",), f"{FAILED.message} (Tested with our `sigmoid` instead of yours.)",
         "A hint."),
        (PASSED, ("sigmoid", "perceptron"), "Correct when tested with our `sigmoid` and "
         "`perceptron`: full points here, fix these functions themselves.", ""),
        (dataclasses.replace(FAILED, status="not_implemented"), (), FAILED.message, ""),
    ],
)  # fmt: skip
def test_of_a_public_case_everything_is_told(
    verdict: Verdict, replaced: tuple[str, ...], message: str, hint: str
) -> None:
    """The message and the hint are the judge's, but a stub needs no hint on a mistake.

    Where reference functions were needed below, the message says so.
    """
    output = messages.output(PUBLIC, verdict, replaced)
    assert (output.message, output.hint, output.own_chain) == (message, hint, not replaced)


@pytest.mark.parametrize("status", [s for s in get_args(Status) if s != "passed"])
@pytest.mark.parametrize("kind", ["ValueError", "Sec123"])
def test_of_a_hidden_case_no_value_is_told(status: Status, kind: str) -> None:
    """Students read a sentence without the values, staff read all.

    A class of the student's own could carry the hidden input in its name.
    """
    output = messages.output(HIDDEN, dataclasses.replace(FAILED, status=status, kind=kind))
    assert output.message
    assert not any(secret in output.message for secret in ("0.123", "0.456", "Sec123"))
    assert ("ValueError" in output.message) == (status == "error" and kind == "ValueError")
    assert output.staff == FAILED.message


@pytest.mark.parametrize(
    ("printed", "expected"), [("", 0), ("epoch 1\n", 1), ("RuntimeWarning: overflow in exp\n", 0)]
)
def test_warnings_are_no_prints(printed: str, expected: int) -> None:
    """The remark on prints is for what the student printed."""
    assert len(messages.remarks(RunOutcome(printed=printed))) == expected


def test_a_habit_is_called_harmless_only_where_it_cost_nothing() -> None:
    """In a wrong answer it may be the mistake, and a change in place may spoil another function.

    The same remark on several calls is one remark.
    """
    replies = {str(n): Reply("returned", 1.0, notes=("changed", "overflow")) for n in range(3)}
    outcome = RunOutcome(replies=replies)
    assert len(messages.remarks(outcome)) == 2
    assert messages.REMARKS["overflow"] in messages.remarks(outcome, {"0", "1"})
    assert messages.remarks(outcome, {"0", "1", "2"}) == ()
    assert messages.remarks(outcome, together=False) == (messages.REMARKS["overflow"],)
