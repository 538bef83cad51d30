"""The graded cases: points, sizes, inputs that honest code can take, margins and work."""

from collections.abc import Iterable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assignment.checks.model.case import Case, every_call, work
from assignment.checks.model.questions import BONUS, BONUS_NUMBERS, QUESTIONS, Question, by_function
from autograder.cases import graded as cases
from autograder.cases.answers import Answers
from autograder.cases.bonus import bonus_cases
from autograder.cases.margins import WORK_BUDGET, margins, total_work

ALL = cases.all_cases()
OF_BONUS = bonus_cases(cases.HIDDEN_SEED)
GRADED, CALLS, EVERY_CALL = cases.graded(ALL), every_call(ALL), every_call((*ALL, *OF_BONUS))


def test_ids_are_unique() -> None:
    """Every case can be named."""
    assert len({call.id for call in EVERY_CALL}) == len(EVERY_CALL)


@pytest.mark.parametrize("question", [*QUESTIONS, *BONUS], ids=lambda q: q.function)
def test_points_of_a_question_add_up(question: Question) -> None:
    """The outputs of a function's cases have its points; of the seven functions all are judged."""
    mine = [case for case in (*GRADED, *OF_BONUS) if case.function == question.function]
    assert sum(sum(case.points.values()) for case in mine) == question.points
    judged = {output for case in mine for output in case.points}
    assert judged == set(question.outputs) or question in BONUS


@pytest.mark.parametrize(
    "functions",
    [
        *({question.function} for question in QUESTIONS),
        *({q.function for q in BONUS if q.number == number} for number in BONUS_NUMBERS),
    ],
)
def test_a_third_to_a_half_of_the_points_are_public(functions: set[str]) -> None:
    """Of each of the seven functions, and of each section of the bonus."""
    mine = [case for case in (*GRADED, *OF_BONUS) if case.function in functions]
    public = sum(sum(case.points.values()) for case in mine if case.public)
    assert 0.3 <= public / sum(sum(case.points.values()) for case in mine) <= 0.5


@pytest.mark.parametrize("case", EVERY_CALL, ids=lambda case: case.id)
def test_inputs_follow_the_signature(case: Case) -> None:
    """A case has one input per parameter in the signature's order, and cannot be changed."""
    assert tuple(case.inputs) == by_function(case.function).parameters
    for value in case.inputs.values():
        assert not isinstance(value, np.ndarray) or not value.flags.writeable


@pytest.mark.parametrize("case", CALLS, ids=lambda case: case.id)
def test_inputs_are_what_honest_code_can_take(case: Case) -> None:
    """Float patterns of one dimension, whole labels below K, at least one iteration, no lists."""
    for name, value in case.inputs.items():
        if isinstance(value, np.ndarray) and name == "t_train":
            assert value.dtype.kind == "i"
            assert 0 <= value.min() <= value.max() < case.inputs["K"]  # type: ignore[operator]
        elif isinstance(value, np.ndarray):
            assert value.dtype == np.float64
            assert value.ndim == (2 if name in ("W1", "W2", "X_train", "X_test") else 1)
        else:
            assert type(value) is (int if name in ("M", "K", "iterations") else float)
            assert name == "x" or value > 0  # type: ignore[operator]


def trainings(calls: Iterable[Case]) -> list[dict[str, Any]]:
    return [dict(case.inputs) for case in calls if case.function == "train_nn"]


def test_training_is_stable() -> None:
    """Value tests use eta <= 0.1, or at most 100 iterations (chaos begins beyond)."""
    for given_ in trainings(CALLS):
        assert given_["eta"] <= 0.1 or given_["iterations"] <= 100


def test_sizes_differ_from_iris() -> None:
    """Hidden cases have other D, M, K and N, K = 2, 4 and 5, M = 1, N = 1 and an absent class."""
    hidden = [case for case in GRADED if not case.public]
    assert {2, 4, 5} <= {case.inputs["K"] for case in hidden if "K" in case.inputs}
    assert any(case.inputs.get("M") == 1 for case in hidden)
    single = [c for c in hidden if np.size(c.inputs.get("t_train", ())) == 1]
    assert single
    assert not any("guesses" in case.points for case in single)
    assert any(len({*one["t_train"].tolist()}) < one["K"] for one in trainings(hidden))


def test_the_work_budget_holds() -> None:
    """One run over all graded cases, repeats included, stays under 2,000 pattern evaluations."""
    assert total_work(ALL) <= WORK_BUDGET


def test_one_case_per_function_is_asked_again() -> None:
    """State that is kept between calls can show in every function."""
    again = cases.asked_again(ALL)
    assert [case.function for case in again] == [q.function for q in QUESTIONS]
    assert sum(work(case) for case in again) < 100


@settings(max_examples=15)
@given(st.integers(0, 2**62))
def test_a_course_has_hidden_inputs_of_its_own(seed: int) -> None:
    """Another seed changes every hidden case and no public one."""
    others = every_call((*cases.all_cases(seed), *bonus_cases(seed)))
    for case, other in zip(EVERY_CALL, others, strict=True):
        same = all(
            np.array_equal(a, b)
            for a, b in zip(case.inputs.values(), other.inputs.values(), strict=True)
        )
        fixed = case.public or case.id in ("sigmoid-underflow", "d_sigmoid-underflow")
        assert same == (fixed or seed == cases.HIDDEN_SEED)


@pytest.mark.parametrize("seed", [cases.HIDDEN_SEED, *range(25)])
def test_guesses_and_rates_are_decided_clearly(seed: int) -> None:
    """For any seed: top-two margins far above rounding, and no constant guess is right."""
    for margin in margins(Answers(seed)):
        assert margin.ok, margin


def test_making_cases_leaves_the_global_generator_alone() -> None:
    """The legacy generator's state is the caller's."""
    before = repr(np.random.get_state())
    cases.all_cases()
    assert repr(np.random.get_state()) == before
