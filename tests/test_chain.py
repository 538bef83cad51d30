"""The order of questions: what is sent ahead, and what must wait."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

from assignment.checks.case import Case, Reply
from assignment.checks.questions import FUNCTIONS
from autograder.answers import Answers
from autograder.chain import Run
from autograder.sandbox import LoadReport, Question

ANSWERS = Answers()


class Recorder:
    """A sandbox and its only worker: notes what is asked and what is sent along."""

    def __init__(self, *, hangs: str = "") -> None:
        self.alive = True
        self.output = ""
        self.asked: list[tuple[str, list[str]]] = []
        self.exhausted = ""
        self._hangs = hangs

    def worker(self, *_: object, **__: object) -> Recorder:
        """A fresh worker."""
        self.alive = True
        return self

    def load(self) -> LoadReport:
        """Every function is there."""
        return LoadReport(True, Reply("returned"), functions=FUNCTIONS)

    def ask(self, function: str, _: object, then: Iterable[Question], read: object) -> Reply:
        """Note the question with those that are sent along."""
        self.asked.append((function, [name for name, _ in then]))
        self.alive = function != self._hangs
        return Reply("timeout" if function == self._hangs else "returned")

    def close(self) -> None:
        """Nothing to end."""


def run(recorder: Recorder, **named: Any) -> list[tuple[Case, Reply]]:
    """Ask everything; what was heard, in its order."""
    heard: list[tuple[Case, Reply]] = []
    asking = Run(recorder, b"", recorder, **named)  # type: ignore[arg-type]
    asking.ask(ANSWERS.graded, ANSWERS.asked_again, lambda case, reply: heard.append((case, reply)))
    return heard


def test_no_hidden_input_is_sent_while_a_public_answer_is_awaited() -> None:
    """All public questions come first, and what is sent along with one is public as well."""
    recorder = Recorder()
    heard = [case for case, _ in run(recorder)]
    groups = [
        [c for c in cases if c.public is public]
        for public in (True, False)
        for cases in (ANSWERS.graded, ANSWERS.asked_again)
    ]
    assert heard == [case for group in groups for case in group]
    places = iter(recorder.asked)
    for group in groups:
        for number, case in enumerate(group):
            later = [other.function for other in group[number + 1 :]]
            assert next(places) == (case.function, later)


def test_nothing_is_sent_along_where_the_worker_asks_back() -> None:
    """Answers to the worker's own questions are not behind calls on the line."""
    recorder = Recorder()
    run(recorder, inject=("sigmoid",), answerer=lambda *_: Reply("returned"))
    assert recorder.asked
    assert all(along == [] for _, along in recorder.asked)


def test_what_is_no_longer_wanted_is_not_asked() -> None:
    """A function that is given up on while others are asked has the replies that it had by then."""
    recorder = Recorder()
    heard: list[Case] = []
    asking = Run(recorder, b"", recorder, inject=("sigmoid",))  # type: ignore[arg-type]
    chain = asking.ask(
        ANSWERS.graded,
        ANSWERS.asked_again,
        lambda case, _: heard.append(case),
        lambda function: function != "train_nn" or heard[-1].public,
    )
    given_up = [case for case in ANSWERS.graded if case.function == "train_nn" and not case.public]
    assert given_up
    assert set(chain.replies) == {case.id for case in ANSWERS.graded if case not in given_up}


@pytest.mark.parametrize("function", FUNCTIONS)
def test_what_will_not_be_asked_is_not_sent_along(function: str) -> None:
    """After a hang neither that function nor those above are asked, now or with another call."""
    recorder = Recorder(hangs=function)
    run(recorder)
    first = next(i for i, (name, _) in enumerate(recorder.asked) if name == function)
    after = recorder.asked[first + 1 :]
    assert function not in {name for asked, along in after for name in (asked, *along)}
