"""Answers that were judged before: the same one has the same verdict, and no other has it."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from assignment.checks.case import Case, Verdict
from autograder import wire
from autograder.answers import Answers
from autograder.attempt import Attempt, Known
from autograder.errors import WireError
from autograder.precedents import Precedents
from autograder.sandbox import Limits, Sandbox
from solution.variants import VARIANTS

ANSWERS = Answers()
CASES = ANSWERS.graded
ONE, OTHER = CASES[:2]

values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-9, 9)
    | st.floats()
    | arrays(st.sampled_from([np.float64, np.int64]), array_shapes(max_dims=2, max_side=3)),
    lambda inner: st.lists(inner, max_size=3) | st.tuples(inner, inner),
    max_leaves=5,
)


class Judge:
    """Counts how often it is asked, and says another thing each time."""

    def __init__(self) -> None:
        self.asked = 0

    def __call__(self) -> list[Verdict]:
        """A verdict of its own."""
        self.asked += 1
        return [Verdict(str(self.asked), "sigmoid", "value", "passed", 1, 1)]


def decide(precedents: Precedents, case: Case, value: object, judge: Judge) -> list[Verdict]:
    """The verdicts on a value that comes over the wire."""
    nodes = wire.pack(value)
    return precedents.of(case, precedents.read(case, nodes)).verdicts(None, judge)


@given(st.lists(values, min_size=1, max_size=6))
def test_what_is_read_is_what_was_sent(sent: list[Any]) -> None:
    """Remembered or not, a value has the same types, shapes and bits as when it is unpacked."""
    precedents = Precedents()
    for value in (*sent, *sent):
        nodes = wire.pack(value)
        assert wire.pack(precedents.read(ONE, nodes)) == wire.pack(wire.unpack(nodes))


def test_the_same_answer_is_judged_once() -> None:
    """Bit for bit the same, whatever came in between."""
    precedents, judge = Precedents(), Judge()
    first = decide(precedents, ONE, (0.5, np.arange(3.0)), judge)
    decide(precedents, ONE, 0.25, judge)
    assert decide(precedents, ONE, (0.5, np.arange(3.0)), judge) is first
    assert judge.asked == 2


@pytest.mark.parametrize(
    ("value", "alike"),
    [
        (0.0, -0.0),
        (1, 1.0),
        (1, True),
        (np.ones(3), np.ones((3, 1))),
        (np.ones(3), [1.0, 1.0, 1.0]),
        ([1.0], (1.0,)),
        (0.1 + 0.2, 0.3),
        (np.zeros(2), np.zeros(2, int)),
    ],
)
def test_what_differs_in_a_bit_is_judged_for_itself(value: object, alike: object) -> None:
    """Equal numbers of another type, shape or sign are another answer."""
    precedents, judge = Precedents(), Judge()
    assert decide(precedents, ONE, value, judge) != decide(precedents, ONE, alike, judge)


def test_another_case_has_its_own_verdict() -> None:
    """What is right for one case is not right for another."""
    precedents, judge = Precedents(), Judge()
    assert decide(precedents, ONE, 0.5, judge) != decide(precedents, OTHER, 0.5, judge)


def test_only_the_value_that_was_read_has_a_precedent() -> None:
    """An equal value that came another way is judged, and its verdict is not kept."""
    precedents, judge = Precedents(), Judge()
    decide(precedents, ONE, 0.5, judge)
    first, second = (precedents.of(ONE, 0.25).verdicts(None, judge) for _ in range(2))
    assert first != second


def test_each_way_of_looking_has_its_verdict() -> None:
    """Verdicts with other mistakes ruled out are kept apart, and their number is bounded."""
    judge, precedent = Judge(), Precedents().of(ONE, 0.5)
    ways = [None, frozenset(), *(frozenset({("value", str(n))}) for n in range(9))]
    first = [precedent.verdicts(way, judge) for way in ways]
    assert judge.asked == len(ways)
    assert [precedent.verdicts(way, judge) for way in ways[:3]] == first[:3]
    assert precedent.verdicts(ways[-1], judge) != first[-1]


def test_what_was_not_met_lately_is_forgotten() -> None:
    """Memory is bounded; an answer that is met again and again stays."""
    precedents, judge = Precedents(most=100_000), Judge()
    kept = decide(precedents, ONE, 0.5, judge)
    for number in range(1000):
        decide(precedents, ONE, (number, np.zeros(100)), judge)
        assert decide(precedents, ONE, 0.5, judge) is kept
    assert len(precedents) < 40
    decide(precedents, ONE, np.zeros(10**5), judge)  # too large to be kept
    assert decide(precedents, ONE, 0.5, judge) is kept


def test_a_broken_answer_leaves_nothing() -> None:
    """Nodes that make no value are refused each time."""
    precedents = Precedents()
    for _ in range(2):
        with pytest.raises(WireError):
            precedents.read(ONE, [0.5, 0.5])
    assert len(precedents) == 0


@pytest.mark.skipif(sys.platform != "linux", reason="confinement needs Linux")
def test_most_answers_of_right_solutions_have_a_precedent() -> None:
    """Solutions that are all written differently give the same bits in more than half of all."""
    known = Known()
    met = new = 0
    with Sandbox(Limits()) as sandbox:
        for variant in VARIANTS:
            before = len(known.precedents)
            attempt = Attempt(ANSWERS, sandbox, variant.source.encode(), "", known)
            attempt.judge()
            met += sum(len(one.chain.replies) for one in attempt.tried)
            new += len(known.precedents) - before
    assert new < met / 2
