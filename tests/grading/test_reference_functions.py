"""Reference functions in place of a student's: the table of answers, and the worker beside it."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from assignment.checks.model.questions import below, by_function
from autograder.cases.expected import record_inner_calls, reference_source
from autograder.grading.reference_functions import (
    ReferenceFunctions,
    as_arrays,
    as_lists,
    name_of,
    reference_table,
)
from autograder.sandbox import Sandbox, values
from tests.builders.results import ANSWERS

SMALL = arrays(np.float64, st.tuples(st.integers(1, 3)), elements=st.floats(-5, 5))


TABLE = reference_table(ANSWERS)


def test_the_table_answers_as_the_worker_does(sandbox: Sandbox) -> None:
    """The forward pass of each graded backprop case needs no worker, and is the same to a bit."""
    reference, worker = ReferenceFunctions(sandbox, ANSWERS), sandbox.worker(reference_source())
    for case in [case for case in ANSWERS.graded if case.function == "backprop"]:
        call = values.pack([case.inputs[name] for name in by_function("ffnn").parameters])
        kept = reference.answering(as_arrays)("ffnn", call)
        assert kept.value == worker.forward("ffnn", call).value
    assert reference._worker is None
    worker.close()


def test_nothing_is_ever_added_to_the_table(sandbox: Sandbox) -> None:
    """What one submission asks leaves nothing behind for the next one."""
    before = dict(TABLE)
    reference = ReferenceFunctions(sandbox, ANSWERS)
    call = values.pack([np.array([0.1234, 7.5])])
    assert name_of("sigmoid", call) not in TABLE
    assert reference.answering(as_arrays)("sigmoid", call).status == "returned"
    reference.close()
    assert before == TABLE


def test_every_function_below_is_in_the_table() -> None:
    """The reference calls all functions that the table of questions says it is built on."""
    called = {name for case in ANSWERS.graded for name in below(case.function)}
    found: set[str] = set()
    record_inner_calls(
        reference_source().decode(), ANSWERS.graded, lambda name, *_: found.add(name)
    )
    assert found == called


def test_a_convention_changes_the_form_alone(sandbox: Sandbox) -> None:
    """Vectors come as lists where a student's function wants lists."""
    reference = ReferenceFunctions(sandbox, ANSWERS)
    call = values.pack([np.array([0.0, 0.0])])
    listed = reference.answering(as_lists)("sigmoid", call)
    reference.close()
    assert values.unpack(listed.value) == [0.5, 0.5]  # type: ignore[arg-type]


@given(SMALL, SMALL)
def test_calls_differ_where_a_bit_differs(a: np.ndarray, b: np.ndarray) -> None:
    """Two calls have one name only if function, shape and every bit are the same.

    A call larger than any of the kit's own has none.
    """
    same = a.shape == b.shape and a.tobytes() == b.tobytes()
    first, second = (name_of("sigmoid", values.pack([array])) for array in (a, b))
    assert (first == second) is same
    assert name_of("d_sigmoid", values.pack([a])) != first
    assert name_of("sigmoid", values.pack([np.zeros(100_000)])) is None
