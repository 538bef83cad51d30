"""The judge: what is equal, in which order questions are asked, and what it says."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from assignment.checks.judging.judge import agrees, both_replies, judge
from assignment.checks.judging.settled import settled
from assignment.checks.model.case import Case, Expected, Reply, Verdict, as_inputs
from assignment.checks.model.questions import FUNCTIONS, QUESTIONS, below

RIGHT = {
    "y": np.array([0.2, 0.7, 0.4]),
    "dE1": np.array([[0.1, -0.2], [0.3, 0.4], [-0.5, 0.6]]),
    "dE2": np.array([[0.1, 0.2, 0.3], [0.4, -0.5, 0.6], [0.7, 0.8, -0.9]]),
}
EXPECTED = {name: Expected((value,), 1e-6) for name, value in RIGHT.items()}
CASE = Case(
    "backprop-test",
    "backprop",
    "a case",
    as_inputs(
        x=np.ones(2), target_y=np.eye(3)[1], M=2, K=3, W1=np.ones((3, 2)), W2=np.ones((3, 3))
    ),
    {"y": 1, "dE1": 2, "dE2": 3},
    public=True,
)
SIGMOID = Case("sigmoid-test", "sigmoid", "a case", as_inputs(x=0.5), {"value": 1}, public=True)
HALF = {"value": Expected((np.array(0.5),), 1e-6)}


def returned(*outputs: object) -> Reply:
    return Reply("returned", outputs)


@pytest.mark.parametrize(
    ("reply", "status", "expected_text"),
    [
        (Reply("not_implemented"), "not_implemented", "still to do"),
        (Reply("error", kind="ValueError", line=7), "error", "raised ValueError in line 7"),
        (Reply("error", kind="ValueError", origin="ffnn"), "error", "inside `ffnn`"),
        (Reply("not_implemented", origin="ffnn"), "error", "needs `ffnn`, which is still to do"),
        (Reply("timeout"), "timeout", "endless loop"),
        (Reply("killed", text="It crashed."), "killed", "It crashed."),
        (Reply("bad_answer", text="A dict."), "bad_answer", "A dict."),
        (Reply("not_judged", text="Our fault."), "not_judged", "Our fault."),
        (Reply("returned", None), "failed", "returned nothing (None)"),
        (Reply("returned", (1.0, 2.0)), "failed", "returned 2 values; the handout asks for 3"),
        (Reply("returned", np.ones((2, 3))), "failed", "returned 2 values"),
        (Reply("returned", 3.0), "failed", "returned 1 value;"),
    ],
)  # fmt: skip
def test_replies_without_a_value(reply: Reply, status: str, expected_text: str) -> None:
    """Every other reply gives each output its status, no points and a sentence."""
    for verdict in judge(CASE, EXPECTED, reply):
        assert (verdict.status, verdict.points) == (status, 0)
        assert expected_text in verdict.message


@pytest.mark.parametrize(
    ("value", "expected_text"),
    [
        (None, "`y` is None"),
        ("abc", "is text"),
        (np.array(["a", "b"]), "is text"),
        ([[1.0], [1.0, 2.0]], "rows differ in length"),
        (np.array([1j, 2, 3]), "complex"),
        ([None, 1.0, 2.0], "not a number"),
        (np.ones(4), "`y` has shape (4,); expected shape (3,)"),
        (np.ones((3, 3)), "shape (3, 3)"),
        (np.ones((1, 1, 3)), "shape (1, 1, 3)"),
        (0.5, "a single number"),
        (np.array([0.2, np.nan, 0.4]), "is nan; expected 0.7"),
        (np.array([0.2, np.inf, 0.4]), "is inf; expected 0.7"),
        (np.array([0.2, 0.7, 0.5]), "`y[2]` (output 2) is 0.5; expected 0.4"),
    ],
)
def test_the_message_says_what_is_wrong_with_an_output(value: object, expected_text: str) -> None:
    """Kind, shape, NaN and value each have a message, with the place of the element."""
    verdict = judge(CASE, EXPECTED, returned(value, RIGHT["dE1"], RIGHT["dE2"]))[0]
    assert verdict.status == "failed"
    assert expected_text in verdict.message


def test_the_worst_element_is_named_in_words() -> None:
    """Row 0 of a weight matrix is called the bias row, and the count says how much is wrong."""
    wrong = RIGHT["dE1"].copy()
    wrong[0, 1] += 1
    verdict = judge(CASE, EXPECTED, returned(RIGHT["y"], wrong, RIGHT["dE2"]))[1]
    assert "`dE1[0, 1]` (bias row, column 1) is 0.8; expected -0.2" in verdict.message
    assert "Only this one of 6 elements is wrong." in verdict.message
    assert verdict.where == (0, 1)


def test_values_that_print_alike_are_printed_in_full() -> None:
    """Where eight digits look the same, all digits are shown."""
    right = {"value": Expected((np.array(1234567.0),), 1e-9)}
    assert "1234567.01" in judge(SIGMOID, right, Reply("returned", 1234567.01))[0].message


@given(
    hnp.arrays(np.float64, hnp.array_shapes(max_dims=2, max_side=4)),
    hnp.arrays(np.float64, hnp.array_shapes(max_dims=2, max_side=4), elements=st.floats(-9, 9)),
)
def test_only_shapes_that_mean_the_same_agree(got: np.ndarray, accepted: np.ndarray) -> None:
    """Arrays of another number of elements never agree, and no comparison broadcasts."""
    if got.size != accepted.size or (accepted.ndim == 2 and got.shape != accepted.shape):
        assert not agrees(got, accepted, 1e-6)


def test_guesses_must_be_equal_to_an_accepted_answer() -> None:
    """Exactly, as whole numbers or floats; a mixture of two accepted answers is wrong."""
    case = Case("t", "test_nn", "t", {}, {"guesses": 1}, public=True)
    right = {"guesses": Expected((np.array([0, 2, 1]), np.array([1, 2, 0])), 0.0)}
    for guesses in ([0.0, 2.0, 1.0], [1, 2, 0]):
        assert judge(case, right, Reply("returned", guesses))[0].passed
    wrong = judge(case, right, Reply("returned", [0, 2, 0]))[0]
    assert "`guesses[2]` (pattern 2) is 0; expected 1." in wrong.message


def test_an_output_that_is_right_only_once_fails() -> None:
    """An answer that is right once and wrong the second time has no points, and says so."""
    right, wrong = (judge(SIGMOID, HALF, Reply("returned", value))[0] for value in (0.5, 0.7))
    verdict = both_replies(right, wrong)
    assert not verdict.passed
    assert verdict.message.startswith("Right the first time")
    assert "kept between two calls" in verdict.hint
    assert both_replies(wrong, wrong) == wrong


def hints_of(*outputs: tuple[str, object, object, str, str], output: str = "y") -> list[str]:
    """The hints that stay on (hint of the case, got, expected, hint, misconception)."""
    cases, verdicts = [], {}
    for n, (special, got, expected, hint, known) in enumerate(outputs):
        more = tuple(special.split("+"))
        cases.append(replace(CASE, id=str(n), hint=more[0], special=more[1:]))
        right = got is not None and np.array_equal(got, expected)  # type: ignore[arg-type]
        verdicts[str(n), output] = Verdict(
            *(str(n), "backprop", output, "passed" if right else "failed" if got else "error"),
            *(0, 1, "", hint, known),
            got=None if got is None else np.array(got),
            expected=np.array(expected),
        )
    return [verdict.hint for verdict in settled(cases, verdicts).values()]


def test_the_hint_of_a_case_needs_every_case_without_its_speciality() -> None:
    """It is shown where all others are right, the rarest speciality first, never for exceptions."""
    good, bad = ([0.1, 0.2], [0.1, 0.2], "", ""), ([0.3, 0.2], [0.1, 0.2], "", "")
    assert hints_of(("", *good), ("K", *bad)) == ["", "K"]
    assert hints_of(("", *bad), ("K", *bad)) == ["", ""]
    assert hints_of(("", *good), ("M", *bad), ("K", *bad)) == ["", "", ""]
    assert hints_of(("", *good), ("M+K", *bad), ("K", *bad)) == ["", "K", "K"]
    assert hints_of(("", *good), ("M+K", *bad), ("K", *good)) == ["", "M", ""]
    assert hints_of(("", *good), ("K", None, [0.1], "", "")) == ["", ""]
    assert hints_of(("K", *bad)) == [""]


def test_what_fits_few_plain_numbers_needs_a_second_case() -> None:
    """One element, zeros or two classes fit by chance: another case agrees, or says what is so."""
    zero, many = ([0.0], [1.0], "zero", "z"), ([0.2, 0.3, 0.7], [1.0, 0.5, 0.1], "many", "m")
    reverse = ([0, 1, 1, 0, 1], [1, 0, 1, 1, 0], "reverse", "")
    assert hints_of(("", *zero)) == [""]
    assert hints_of(("", *zero), ("", *zero)) == ["zero", "zero"]
    assert hints_of(("", *zero), ("", *many)) == ["many", "many"]
    assert hints_of(("", [0.3775], [0.6225], "odd", "o")) == ["odd"]
    assert hints_of(("", *reverse), output="guesses") == [""]
    assert hints_of(("", *reverse), ("", *reverse), output="guesses") == ["reverse", "reverse"]


def test_no_function_calls_a_later_one() -> None:
    """The table is in the order in which functions are written; what is below comes from it."""
    for place, question in enumerate(QUESTIONS):
        assert set(question.calls) <= set(FUNCTIONS[:place])
    assert below("train_nn") == ("sigmoid", "d_sigmoid", "perceptron", "ffnn", "backprop")
    assert below("test_nn") == ("sigmoid", "perceptron", "ffnn")
