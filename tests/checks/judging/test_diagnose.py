"""Diagnosis: a pattern is named exactly where it is true, a misconception only with evidence."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from assignment.checks.judging.diagnose import diagnose
from assignment.checks.judging.judge import contradicted, judge
from assignment.checks.judging.patterns import describe
from assignment.checks.judging.wrong_output import WrongOutput, same
from assignment.checks.model.case import Case, Expected, MisconceptionOutput, Reply, as_inputs
from assignment.checks.model.questions import by_function
from autograder.cases.answers import Answers

ANSWERS = Answers()
ODD = arrays(np.float64, 3, elements=st.floats() | st.sampled_from([0.0, 1.0, np.nan, np.inf]))
BY_ID = {case.id: case for case in ANSWERS.cases}


def case(case_id: str) -> Case:
    return BY_ID[case_id]


def right(case_id: str) -> dict[str, np.ndarray]:
    return {name: e.accepted[0] for name, e in ANSWERS.expected(case(case_id)).items()}


def hint_on(case_id: str, **wrong: object) -> str:
    """The hint on the first of ``wrong``, where everything else is right."""
    outputs = {name: np.asarray(value) for name, value in {**right(case_id), **wrong}.items()}
    expected, name = ANSWERS.expected(case(case_id)), next(iter(wrong))
    good = frozenset(outputs) - frozenset(wrong)
    return describe(WrongOutput(case(case_id), expected, name, outputs, good))


FFNN, BACK, TRAIN, TEST = "ffnn-handout", "backprop-handout", "train-handout", "test-iris"
ONE = "perceptron-handout"
F, B, T = right(FFNN), right(BACK), right(TRAIN)
GUESSES = right(TEST)["guesses"]


def changed(array: np.ndarray, *index: object, by: float = 0.3) -> np.ndarray:
    """A copy with some elements moved, each by another amount."""
    copy = array.astype(float)
    part = copy[index]
    copy[index] = part + by * (1 + np.arange(np.size(part)).reshape(np.shape(part)))
    return copy


@pytest.mark.parametrize(
    ("where", "wrong", "expected_text"),
    [
        (BACK, {"dE1": B["dE2"], "dE2": B["dE1"]}, "This is `dE2`"),
        (BACK, {"dE1": B["dE1"].T}, "transpose"),
        (BACK, {"dE1": -B["dE1"]}, "multiplied by -1"),
        (BACK, {"dE1": np.abs(B["dE1"])}, "minus signs are lost"),
        (BACK, {"dE1": 0 * B["dE1"]}, "Everything here is 0: is it filled in"),
        (BACK, {"dE1": 6 * B["dE1"]}, "M = 6 times the right value"),
        (BACK, {"dE1": B["dE1"] / 6}, "divided by M = 6"),
        (BACK, {"dE1": B["dE1"] * 2}, "twice the right value"),
        (BACK, {"dE1": B["dE1"] * -1.7}, "-1.7 times"),
        (BACK, {"dE1": B["dE1"] + 1}, "too large by 1."),
        (BACK, {"dE1": B["dE1"] - 0.25}, "too small by 0.25."),
        (BACK, {"dE1": B["dE1"][1:]}, "Only the bias row is missing"),
        (BACK, {"dE1": B["dE1"][:-1]}, "Only the last row is missing"),
        (BACK, {"dE1": np.hstack([np.ones((5, 1)), B["dE1"]])}, "one column too many, the first"),
        (BACK, {"dE1": B["dE1"].ravel()}, "only the shape is wrong"),
        (BACK, {"dE1": changed(B["dE1"], 0)}, "Only the bias row is wrong"),
        (BACK, {"dE1": changed(B["dE1"], 3)}, "Only row 3 is wrong"),
        (BACK, {"dE1": changed(B["dE1"], slice(None), 2)}, "Only column 2 is wrong"),
        (BACK, {"dE1": changed(B["dE1"], slice(1, None))}, "Only the bias row is right"),
        (BACK, {"dE1": np.round(B["dE1"], 4)}, "rounded to 4 decimals"),
        (BACK, {"dE1": B["dE1"] * np.nan}, "nan is what"),
        (FFNN, {"z0": np.roll(F["z0"], -1)}, "is at the end"),
        (FFNN, {"z0": F["z0"][1:]}, "bias element in front is missing"),
        (FFNN, {"z1": changed(F["z1"], 0)}, "Only the bias element in front is wrong"),
        (FFNN, {"z0": np.append(1.0, F["z0"][1:] * 3 + 1)}, "elements of x as they are"),
        (FFNN, {"y": F["y"][::-1]}, "reverse order"),
        (FFNN, {"a2": np.trunc(F["a2"])}, "decimals are cut off"),
        (FFNN, {"a2": np.zeros(3, int)}, "a whole number"),
        (FFNN, {"y": 1 / (1 + np.exp(-F["a2"] - 0.3)), "a2": F["a2"] + 0.3}, "from your `a2`"),
        (TRAIN, {"E_total": T["E_total"] * 20}, "summed over the N patterns"),
        (TRAIN, {"E_total": T["E_total"] / np.log(10)}, "base 10"),
        (TRAIN, {"E_total": np.cumsum(T["E_total"])}, "of all iterations before it"),
        (TRAIN, {"E_total": np.append(T["E_total"][1:], 1.6)}, "of the next iteration"),
        (TRAIN, {"E_total": np.append(0.0, T["E_total"][:-1])}, "one iteration late"),
        (TRAIN, {"misclassification_rate": T["misclassification_rate"] * 100}, "percent"),
        (TRAIN, {"misclassification_rate": T["misclassification_rate"] * 20}, "counts"),
        (TRAIN, {"misclassification_rate": 1 - T["misclassification_rate"]}, "right guesses"),
        (TRAIN, {"W1tr": T["W1tr"] * 1.01, "W2tr": changed(T["W2tr"], 0),
                 "E_total": np.append(T["E_total"][0], T["E_total"][1:] + 0.1)}, "1.01 times"),
        (TRAIN, {"W2tr": changed(T["W2tr"], slice(None)), "W1tr": T["W1tr"] * 1.01,
                 "E_total": np.append(T["E_total"][0], T["E_total"][1:] + 0.1)},
         "right in iteration 0"),
        (TRAIN, {"E_total": np.append([3.0, 2.5], T["E_total"])}, "left over from"),
        (TEST, {"guesses": np.roll(GUESSES, 1)}, "one place too late"),
        (TEST, {"guesses": np.roll(GUESSES, -1)}, "one place too early"),
        (ONE, {"activation": right(ONE)["activation"] / 2}, "half"),
        (ONE, {"sum": -right(ONE)["sum"]}, "multiplied by -1"),
        # A single wrong element and constant, empty and odd answers have no pattern.
        (BACK, {"dE1": np.ones((5, 6))}, ""),
        (BACK, {"dE1": np.array(0.5)}, ""),
        (BACK, {"dE1": np.zeros((0, 6))}, ""),
        (BACK, {"dE1": np.ones((5, 6, 1))}, ""),
        (BACK, {"dE2": np.vstack([B["y"] + [0, 1, 0] - np.eye(3)[0], np.ones((6, 3))])}, ""),
        (FFNN, {"y": np.ones(3)}, ""),
        (FFNN, {"y": np.array([True, False, True])}, ""),
        (FFNN, {"a1": changed(F["a1"], 4)}, ""),
        (FFNN, {"z0": changed(F["z0"], 2)}, ""),
        (TEST, {"guesses": np.ones(30, int)}, ""),
        (TRAIN, {"E_total": changed(T["E_total"], 5)}, ""),
        (ONE, {"sum": np.array(0.0)}, ""),
        ("sigmoid-handout", {"value": np.array(0.0)}, ""),
    ],
)  # fmt: skip
def test_a_pattern_says_what_is_true(
    where: str, wrong: dict[str, object], expected_text: str
) -> None:
    """Each pattern is found where nothing else is wrong, and none where nothing is known."""
    hint = hint_on(where, **wrong)
    assert expected_text in hint
    assert bool(expected_text) == bool(hint)


SOME = np.arange(1.0, 7.0).reshape(3, 2)


@pytest.mark.parametrize(
    ("accepted", "got", "public", "said"),
    [
        # Zeros, ones, symmetric and tiny matrices, and vectors of one or two elements.
        (np.zeros((3, 3)), np.ones((3, 3)), True, ""),
        (np.ones((3, 3)), -np.ones((3, 3)), True, "multiplied by -1"),
        (np.ones((3, 3)), np.zeros((3, 3)), True, "Everything here is 0"),
        (np.eye(3), np.eye(3) + 1e-3, True, ""),
        (np.eye(3) * 1e-9, -np.eye(3), True, ""),
        (np.eye(2), np.eye(2)[::-1], True, ""),
        ([0.5, 0.5], [0.25, 0.25], True, "half"),
        ([0.5], [1.0], True, "twice"),
        ([0.0, 0.0, 0.0], [0.0, 0.0, 1.0], True, ""),
        # Where M and K are equal, a factor of that size is given as a number only.
        (SOME, SOME * 2, True, "Everything is twice the right value."),
        (SOME, SOME * 3, True, "3 times"),
        # Factor and offset of a hidden case could be made from its input.
        (SOME, SOME * 1.2345, False, "one and the same number"),
        (SOME, SOME + 1.2345, False, "one and the same number"),
    ],
)
def test_a_pattern_claims_and_shows_no_more_than_it_may(
    accepted: object, got: object, public: bool, said: str
) -> None:
    """In a matrix or a vector of a case made by hand."""
    function, output = ("backprop", "dE1") if np.ndim(accepted) == 2 else ("ffnn", "y")
    asked = Case("c", function, "t", {"M": 2, "K": 2}, {output: 1}, public=public)
    expected = {output: Expected((np.asarray(accepted, float),), 1e-6)}
    hint = describe(WrongOutput(asked, expected, output, {output: np.asarray(got)}))
    assert said in hint
    assert bool(hint) == bool(said)
    assert "1.2345" not in hint


# Misconceptions: what counts as evidence.

ASKED = Case(
    "f", "ffnn", "t", as_inputs(x=np.array([1.0, 2.0]), M=2, K=2), {"y": 1, "z1": 1}, public=True
)
GOOD = {
    "y": np.array([0.1, 0.2, 0.3]),
    "z0": np.array([1.0, 1.0, 2.0]),
    "z1": np.array([1.0, 0.4, 0.7]),
    "a1": np.array([0.5, -0.3]),
    "a2": np.array([1.5, 2.25]),
}


def known(**values: dict[str, object]) -> dict[str, Expected]:
    """The right answers with misconception outputs: id=dict(output=value)."""
    alike = {
        output: [
            MisconceptionOutput(name, f"{name}.", np.asarray(by[output], float))
            for name, by in values.items()
            if output in by
        ]
        for output in GOOD
    }
    return {name: Expected((value,), 1e-6, tuple(alike[name])) for name, value in GOOD.items()}


def name_of(output: str, expected: dict[str, Expected], **wrong: object) -> str:
    outputs = {**GOOD, **{key: np.asarray(value, float) for key, value in wrong.items()}}
    good = frozenset(GOOD) - frozenset(wrong)
    return diagnose(WrongOutput(ASKED, expected, output, outputs, good)).misconception


Z, Y, Y2 = [0.0, 1.0, 2.0], [0.11, 0.21, 0.33], [0.5, 0.1, 0.05]


ONE_TWO = known(one={"y": Y}, two={"y": Y2})
TWINS = known(one={"y": Y}, two={"y": Y})
BOTH = known(both={"z0": Z, "y": Y})
RIVALS = known(all={"z0": Z, "y": Y}, some={"z0": Z, "y": Y2})


@pytest.mark.parametrize(
    ("expected", "wrong", "names"),
    [
        # A value that exactly one gives names it, no other value does, and two that fit do not.
        (ONE_TWO, {"y": Y}, {"y": "one"}),
        (ONE_TWO, {"y": Y2}, {"y": "two"}),
        (ONE_TWO, {"y": [0.5, 0.5, 0.9]}, {"y": ""}),
        (TWINS, {"y": Y}, {"y": ""}),
        # What would also have changed z0 is not named where z0 is right, or wrong otherwise.
        (BOTH, {"y": Y}, {"y": ""}),
        (known(both={"z0": Z, "y": Y}, only={"y": Y}), {"y": Y}, {"y": "only"}),
        (BOTH, {"z0": [2.0, 1.0, 2.0], "y": Y}, {"y": ""}),
        (BOTH, {"z0": Z, "y": Y2}, {"z0": "both"}),
        # Of two that give this z0 the one that gives this y as well is named.
        (RIVALS, {"z0": Z, "y": Y}, {"z0": "all"}),
        (RIVALS, {"z0": Z, "y": [0.9, 0.9, 0.8]}, {"z0": ""}),
        # Two mistakes in two outputs are both named.
        (known(first={"a1": [1.0, 2.0]}, second={"y": Y}), {"a1": [1.0, 2.0], "y": Y},
         {"a1": "first", "y": "second"}),
    ],
)  # fmt: skip
def test_a_misconception_is_named_with_evidence_only(
    expected: dict[str, Expected], wrong: dict[str, object], names: dict[str, str]
) -> None:
    """It must fit this output and all that are computed before, and no other may fit as well."""
    assert {output: name_of(output, expected, **wrong) for output in names} == names


def test_a_few_whole_numbers_are_no_evidence() -> None:
    """Guesses that differ in one place only, or three of them, name nothing."""
    asked = Case("t", "test_nn", "t", {}, {"guesses": 1}, public=True)

    def named(accepted: list[int], value: list[int]) -> str:
        alike = MisconceptionOutput("one", "one.", np.array(value))
        expected = {"guesses": Expected((np.array(accepted),), 0.0, (alike,))}
        wrong = WrongOutput(asked, expected, "guesses", {"guesses": np.array(value)})
        return diagnose(wrong).misconception

    assert named([0, 1, 2, 0, 1], [0, 1, 2, 0, 0]) == ""
    assert named([0, 1, 2], [2, 2, 1]) == ""
    assert named([0, 1, 2, 0, 1], [0, 1, 1, 0, 0]) == "one"
    assert named([0, 1, 2, 0, 1], [0, 1, 2]) == "one"


def test_another_case_contradicts_a_misconception() -> None:
    """A mistake that fits one case by chance, and not another, is named in neither."""
    expected = known(one={"y": Y})

    def contradicts(**wrong: object) -> frozenset[tuple[str, str]]:
        outputs = {**GOOD, **wrong}
        reply = Reply("returned", [outputs[name] for name in by_function("ffnn").outputs])
        return contradicted([(judge(ASKED, expected, reply)[0], expected["y"])])

    assert contradicts(y=Y) == frozenset()
    assert ("y", "one") in contradicts(y=Y2)
    assert ("z1", "one") not in contradicts(y=Y2)
    assert {("y", "one"), ("z1", "one")} <= contradicts()


@given(ODD, ODD)
def test_same_is_what_numpy_calls_close(a: np.ndarray, b: np.ndarray) -> None:
    """Comparing the first number first changes no verdict; vectors may be rows or columns."""
    with np.errstate(all="ignore"):
        for other in (b, a, np.where(np.isnan(a), 0, a) * (1 + 1e-12)):
            close = np.allclose(a, other, rtol=1e-9, atol=1e-9, equal_nan=True)
            for shape in ((3,), (1, 3), (3, 1)):
                assert same(a.reshape(shape), other, 1e-9) is bool(close)
    assert same(np.ones(0), np.ones(0), 1e-9)
    assert not same(np.ones((2, 3)), np.ones((3, 2)), 1e-9)
    assert not same(np.ones((1, 1, 3)), np.ones(3), 1e-9)
