"""The order of calls in one run, and the calls that are left out."""

from __future__ import annotations

import pytest

from assignment.checks.model.case import Case, Reply
from assignment.checks.model.questions import FUNCTIONS, below
from autograder.cases.answers import Answers
from autograder.grading.run import Run
from autograder.sandbox import LoadReport

ANSWERS = Answers()


class Recorder:
    """A sandbox and its only worker: notes the functions that are called."""

    def __init__(self, *, hangs: str = "") -> None:
        self.alive = True
        self.output = ""
        self.asked: list[str] = []
        self.exhausted = ""
        self._hangs = hangs

    def worker(self, *_: object, **__: object) -> Recorder:
        """A fresh worker."""
        self.alive = True
        return self

    def load(self) -> LoadReport:
        """Every function is there."""
        return LoadReport(True, Reply("returned"), functions=FUNCTIONS)

    def call_packed(self, function: str, _: object) -> Reply:
        """Note the call."""
        self.asked.append(function)
        self.alive = function != self._hangs
        return Reply("timeout" if function == self._hangs else "returned")

    def close(self) -> None:
        """Nothing to end."""


def run(recorder: Recorder) -> list[tuple[Case, Reply]]:
    """Ask all cases; the replies, in their order."""
    replies: list[tuple[Case, Reply]] = []
    asking = Run(recorder, b"", recorder)  # type: ignore[arg-type]
    asking.ask(
        ANSWERS.graded, ANSWERS.asked_again, lambda case, reply: replies.append((case, reply))
    )
    return replies


def test_every_public_case_is_asked_before_any_hidden_one() -> None:
    """All public cases come first, those asked twice included, so that no hidden input is known."""
    recorder = Recorder()
    asked = [case for case, _ in run(recorder)]
    expected = [
        case
        for public in (True, False)
        for cases in (ANSWERS.graded, ANSWERS.asked_again)
        for case in cases
        if case.public is public
    ]
    assert asked == expected
    assert recorder.asked == [case.function for case in expected]


def test_a_function_that_is_not_wanted_is_not_asked() -> None:
    """A function that is given up during a run has the replies that came before."""
    recorder = Recorder()
    asked: list[Case] = []
    asking = Run(recorder, b"", recorder, replaced=("sigmoid",))  # type: ignore[arg-type]
    outcome = asking.ask(
        ANSWERS.graded,
        ANSWERS.asked_again,
        lambda case, _: asked.append(case),
        lambda function: function != "train_nn" or asked[-1].public,
    )
    given_up = [case for case in ANSWERS.graded if case.function == "train_nn" and not case.public]
    assert given_up
    assert set(outcome.replies) == {case.id for case in ANSWERS.graded if case not in given_up}


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_that_hangs_is_not_called_again(function: str) -> None:
    """After a hang neither that function nor those above it are called."""
    recorder = Recorder(hangs=function)
    run(recorder)
    after = recorder.asked[recorder.asked.index(function) + 1 :]
    assert not {name for name in after if name == function or function in below(name)}
