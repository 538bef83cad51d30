"""Right functions in place of a student's: what is remembered of their answers."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from assignment.checks.case import Reply
from autograder import wire
from autograder.conventions import as_arrays, as_lists
from autograder.merits import Remembered, RightFunctions, name_of
from autograder.sandbox import Sandbox

SMALL = arrays(np.float64, st.tuples(st.integers(1, 3)), elements=st.floats(-5, 5))


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """One warm parent for all."""
    with Sandbox() as sandbox:
        yield sandbox


def reply(size: int) -> Reply:
    """An answer of so many numbers, in nodes."""
    return Reply("returned", wire.pack(np.zeros(size)))


def test_a_remembered_answer_is_the_one_that_was_given(sandbox: Sandbox) -> None:
    """The same question, asked for another submission, has bit by bit the same answer unasked."""
    question = wire.pack([np.array([0.25, -3.0])])
    remembered = Remembered()
    first = RightFunctions(sandbox, remembered)
    asked = first.answering(as_arrays).relay("sigmoid", question)
    first.close()
    second = RightFunctions(sandbox, remembered)
    again = second.answering(as_arrays).relay("sigmoid", wire.pack([np.array([0.25, -3.0])]))
    assert second._worker is None
    assert asked.status == "returned"
    assert again.value == asked.value


def test_another_convention_has_its_own_form_of_a_remembered_answer(sandbox: Sandbox) -> None:
    """What is remembered is the answer, before it is put into lists or rows."""
    question = wire.pack([np.array([0.0, 0.0])])
    right = RightFunctions(sandbox)
    right.answering(as_arrays).relay("sigmoid", question)
    listed = right.answering(as_lists).relay("sigmoid", question)
    right.close()
    assert wire.unpack(listed.value) == [0.5, 0.5]  # type: ignore[arg-type]


def test_only_answers_are_remembered(sandbox: Sandbox) -> None:
    """An exception, or what a crowded machine made late, is asked again."""
    right = RightFunctions(sandbox)
    assert right.answering(as_arrays).relay("sigmoid", wire.pack(["text"])).status == "error"
    right.close()
    assert len(right._remembered) == 0


@given(SMALL, SMALL)
def test_questions_differ_where_a_bit_differs(a: np.ndarray, b: np.ndarray) -> None:
    """Two questions have one name only if function, shape and every bit of them are the same."""
    same = a.shape == b.shape and a.tobytes() == b.tobytes()
    first, second = (name_of("sigmoid", wire.pack([array])) for array in (a, b))
    assert (first == second) is same
    assert name_of("d_sigmoid", wire.pack([a])) != first


def test_memory_is_bounded_and_the_oldest_goes_first() -> None:
    """However much is asked, no more than the bound is kept: what was used last."""
    remembered = Remembered(most=10_000)
    for number in range(100):
        remembered.add(bytes([number]), reply(100))
        remembered.find(b"\x00")
    assert 5 <= len(remembered) <= 12
    assert remembered.find(b"\x00") is not None
    assert remembered.find(b"\x01") is None
    assert remembered.find(bytes([99])) is not None


def test_what_is_very_large_is_not_remembered() -> None:
    """One enormous question or answer does not push out all the others."""
    remembered = Remembered()
    remembered.add(b"large", reply(100_000))
    assert len(remembered) == 0
    assert name_of("sigmoid", wire.pack([np.zeros(100_000)])) is None
