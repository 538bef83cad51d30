"""Fair, sharp and honest, whatever comes: properties of judging, tried with random answers.

Right answers in any combination of legitimate conventions keep every point; wrong answers never
have one; no misconception is named that was not made, and no pattern claims what is not so.
"""

import re
from collections.abc import Callable, Mapping
from functools import cache
from itertools import combinations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from assignment.checks.judging.judge import contradicted, judge
from assignment.checks.model.case import Case, Expected, Reply, Verdict
from assignment.checks.model.questions import by_function
from autograder.cases.expected import call, module_of
from solution.misconceptions import CATALOGUE, DoesNotApply, Misconception, source_of
from tests.builders.results import ANSWERS
from tests.builders.sources import SOLUTIONS

cases = st.sampled_from(ANSWERS.graded)
MISTAKES = [e for e in CATALOGUE if not (e.remark or e.remembers or e.source or e.added)]


def outputs_of(case: Case) -> tuple[str, ...]:
    return by_function(case.function).outputs


expected = ANSWERS.with_misconceptions
CALLABLE = ("by_the_letter", "matrix_form", "einsum", "reversed_order", "plain_floats")
module = cache(module_of)


# Right answers, in every convention.


def vector(value: np.ndarray) -> st.SearchStrategy[object]:
    """The ways of giving a vector back: rows, columns, lists, tuples, views, other types."""
    flat = value.ravel()
    ways: list[object] = [
        flat, flat[None, :], flat[:, None], flat.tolist(), tuple(flat.tolist()), list(flat),
        flat[None, :].tolist(), flat[:, None].tolist(), flat[::-1][::-1],
        flat.astype(np.longdouble),
    ]  # fmt: skip
    if np.all(flat == np.round(flat)):
        ways += [flat.astype(int), flat.astype(float), [int(v) for v in flat], flat.astype(np.int8)]
    if flat.size == 1:
        ways.append(flat[0])
    return st.sampled_from(ways)


def matrix(value: np.ndarray) -> st.SearchStrategy[object]:
    """The ways of giving a matrix back."""
    padded = np.zeros((value.shape[0] * 2, value.shape[1]))
    padded[::2] = value
    return st.sampled_from(
        [value, value.tolist(), np.asfortranarray(value), list(value), padded[::2], tuple(value)]
    )


def scalar(value: np.ndarray) -> st.SearchStrategy[object]:
    """The ways of giving a number back."""
    one = float(value)
    arrays = (np.float64(one), np.array(one), np.array([one]), np.array([[one]]))
    return st.sampled_from([one, [one], (one,), *arrays])


def conventional(value: np.ndarray) -> st.SearchStrategy[object]:
    return {0: scalar, 1: vector, 2: matrix}[value.ndim](value)


@given(st.data(), cases)
@settings(max_examples=300)
def test_right_in_any_convention_is_right(data: st.DataObject, case: Case) -> None:
    """Any accepted answer to each output, in any container, keeps all points without a hint."""
    chosen = [
        data.draw(st.sampled_from(ANSWERS.expected(case)[name].accepted).flatmap(conventional))
        for name in outputs_of(case)
    ]
    value: object = (
        chosen[0] if len(chosen) == 1 else data.draw(st.sampled_from([list, tuple]))(chosen)
    )
    if case.function == "perceptron" and data.draw(st.booleans()):
        value = np.array([float(np.ravel(part)[0]) for part in chosen])
    verdicts = judge(case, expected(case), Reply("returned", value))
    assert sum(v.points for v in verdicts) == sum(case.points.values())
    assert {(v.hint, v.misconception) for v in verdicts} == {("", "")}


@given(st.sampled_from(CALLABLE), cases, st.integers(-1, 1))
@settings(max_examples=60)
def test_right_by_other_arithmetic_is_right(name: str, case: Case, ulps: int) -> None:
    """Variants sum in other orders, and inputs may be off by their last digit."""
    moved = {
        key: value * (1 + ulps * 2.0**-52)
        if isinstance(value, np.ndarray) and value.dtype.kind == "f" and key != "target_y"
        else value
        for key, value in case.inputs.items()
    }
    nudged = Case(case.id, case.function, case.title, moved, case.points, case.public)
    assert all(v.passed for v in judge(case, expected(case), call(module(SOLUTIONS[name]), nudged)))


# Wrong answers.


def wrong(right: np.ndarray, whole: bool) -> st.SearchStrategy[np.ndarray]:
    """An answer of the right shape with at least one element off by more than the tolerance."""
    index = st.integers(0, right.size - 1)
    size = st.floats(1.001e-6, 1e3) if not whole else st.integers(1, 3).map(float)
    off = st.tuples(size, st.sampled_from([-1, 1])).map(lambda pair: pair[0] * pair[1])

    def changed(where: int, change: Callable[[float], float]) -> np.ndarray:
        copy = right.astype(float).ravel()
        copy[where] = change(copy[where])
        return copy.reshape(right.shape)

    special = st.sampled_from([np.nan, np.inf, -np.inf, 1e308])
    noise = st.integers(0, 2**32).map(
        lambda seed: (
            right + (1 + np.abs(right)) * np.random.default_rng(seed).uniform(0.01, 2, right.shape)
        )
    )
    return st.one_of(
        st.builds(lambda n, by: changed(n, lambda v: v + by * (1 + abs(v))), index, off),
        st.builds(lambda n, value: changed(n, lambda _: value), index, special),
        noise,
        off.map(lambda by: right * (1 + by) + by),
        st.permutations(range(right.size)).map(
            lambda p: right.ravel()[list(p)].reshape(right.shape)
        ),
        st.sampled_from(
            [right[..., None, None], np.append(right.ravel(), 0.5), right.ravel()[:-1]]
        ),
    )


def is_off(got: np.ndarray, right: Expected) -> bool:
    """Whether some element is too far away, computed here and not by the judge."""
    for accepted in right.accepted:
        if got.size == accepted.size and got.ndim <= max(accepted.ndim, 2):
            a, b = got.ravel().astype(float), accepted.ravel().astype(float)
            with np.errstate(all="ignore"):
                if np.all(np.abs(a - b) <= right.tolerance * (1 + np.abs(b))):
                    return False
    return True


@given(st.data(), cases)
@settings(max_examples=500)
def test_wrong_has_no_point_and_no_false_hint(data: st.DataObject, case: Case) -> None:
    """The output that is off loses its points, the others keep theirs, and no hint is untrue."""
    judged = expected(case)
    name = data.draw(st.sampled_from(sorted(case.points)))
    got = data.draw(wrong(judged[name].accepted[0], judged[name].tolerance == 0))
    assume(is_off(got, judged[name]))
    outputs: dict[str, object] = {n: judged[n].accepted[0] for n in outputs_of(case)}
    outputs[name] = got
    value = got if len(outputs) == 1 else list(outputs.values())
    for verdict in judge(case, judged, Reply("returned", value)):
        assert verdict.passed == (verdict.output != name)
        if verdict.output == name:
            honest(case, judged, verdict, got)


def honest(case: Case, judged: Mapping[str, Expected], verdict: Verdict, got: np.ndarray) -> None:
    """What the hint says is true: recomputed here, from its text alone."""
    known = {alike.id: alike for alike in judged[verdict.output].misconception_outputs}
    if verdict.misconception:
        alike = known[verdict.misconception]
        assert alike.value is not None
        assert close(got, alike.value)
        assert alike.hint == verdict.hint
    elif verdict.hint and verdict.hint != case.hint:
        with np.errstate(all="ignore"):
            accepted = judged[verdict.output].accepted
            assert any(true(verdict.hint, got, right) for right in accepted), verdict.hint


def close(a: np.ndarray, b: np.ndarray) -> bool:
    """Equal within a part in 100,000, NaN included, whatever the shape."""
    a, b = np.asarray(a, float).ravel(), np.asarray(b, float).ravel()
    return a.size == b.size and bool(np.allclose(a, b, rtol=1e-5, atol=1e-5, equal_nan=True))


FACTS: dict[str, Callable[[np.ndarray, np.ndarray], object]] = {
    "missing; all the rest|too many": lambda got, right: got.size != right.size,
    "only the shape": lambda got, right: close(got, right) and got.shape != right.shape,
    "reverse order": lambda got, right: close(got.ravel()[::-1], right),
    "nan is what": lambda got, right: np.isnan(got).any(),
    "one place too late|one iteration late": lambda got, right: close(
        got.ravel()[1:], right.ravel()[:-1]
    ),
    "one place too early|of the next iteration": lambda got, right: close(
        got.ravel()[:-1], right.ravel()[1:]
    ),
    "bias element in front is wrong": lambda got, right: (
        got.ravel()[0] != 1 and close(got.ravel()[1:], right.ravel()[1:])
    ),
    "elements of x": lambda got, right: (
        got.ravel()[0] == 1 and not np.isclose(got.ravel()[1:], right.ravel()[1:], 1e-7).any()
    ),
    "Only the bias row is right": lambda got, right: (
        close(got[0], right[0]) and not close(got[1], right[1])
    ),
}
"""What is so where a hint has these words. Random answers hardly ever get another hint."""


def true(hint: str, got: np.ndarray, right: np.ndarray) -> bool:
    """Whether the hint is true of the numbers."""
    for words, fact in FACTS.items():
        if re.search(words, hint):
            return bool(fact(got, right))
    if "all other rows" in hint or "all other columns" in hint:
        axis = 0 if "rows" in hint else 1
        which = 0 if "bias row" in hint else int(re.findall(r"\d+", hint)[0])
        return close(np.delete(got, which, axis), np.delete(right, which, axis))
    pytest.fail(f"Add to FACTS what this hint says: {hint}")


# Misconceptions, one and two at a time.


def apart(one: Misconception, other: Misconception) -> bool:
    """Whether they change different lines of a function, so that each is still there."""
    lines = {old for old, _ in one.edits}
    return one.function == other.function and lines.isdisjoint(old for old, _ in other.edits)


alone = [(entry, entry) for entry in MISTAKES]
pairs = [(a, b) for a, b in combinations(MISTAKES, 2) if apart(a, b)]


def verdicts_of(function: str, source: str, public: bool) -> list[Verdict]:
    """What is read about a function: by its public cases, as students do, or by all."""
    own = [c for c in ANSWERS.graded if c.function == function and (c.public or not public)]
    asked = [(case, expected(case), call(module(source), case)) for case in own]
    first = [(v, asking[1][v.output]) for asking in asked for v in judge(*asking)]
    excluded = contradicted(first)
    return [v for asking in asked for v in judge(*asking, excluded=excluded)]


@given(st.sampled_from(alone) | st.sampled_from(pairs), st.booleans())
@settings(max_examples=200)
def test_no_mistake_is_named_that_was_not_made(
    pair: tuple[Misconception, Misconception], public: bool
) -> None:
    """One misconception or two in one function: a name that is shown is one of theirs."""
    try:
        source = source_of(*dict.fromkeys(pair))
    except DoesNotApply:
        assume(False)
    named = {verdict.misconception for verdict in verdicts_of(pair[0].function, source, public)}
    assert named <= {"", *(entry.id for entry in pair)}
