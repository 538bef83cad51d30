"""Functions that are right by themselves, but not together, and answers that need no idea."""

import pytest

from assignment.checks.model.questions import FUNCTIONS, QUESTIONS
from autograder.cases.points import cap, kit_points
from autograder.grading.messages import REMARKS
from tests.builders.grading import Grade, lost
from tests.builders.sources import around, with_function

LOGISTIC = "1 / (1 + np.exp(-np.maximum(x, -500.0)))"


def with_backprop(statement: str) -> str:
    """The reference with a statement before backprop returns y, one and two."""
    return around(
        "backprop",
        "def backprop(x, target_y, M, K, W1, W2):\n"
        "    y, one, two = before(x, target_y, M, K, W1, W2)\n"
        f"    {statement}\n    return y, one, two",
    )


PLAIN_IF = with_function(
    "sigmoid",
    "def sigmoid(x):\n    if x < -100:\n        return 0.0\n    return 1 / (1 + np.exp(-x))\n",
)
MEMO = around(
    "ffnn",
    """KNOWN = {}


def ffnn(x, M, K, W1, W2):
    key = (x.tobytes(), W1.round(1).tobytes(), W2.round(1).tobytes())
    if key not in KNOWN:
        KNOWN[key] = before(x, M, K, W1, W2)
    return KNOWN[key]""",
)
ONE_NEURON = with_backprop("assert M > 1")
CLIPPED = with_backprop("one, two = np.clip(one, -1, 1), np.clip(two, -1, 1)")
CHANGES = with_backprop("W1 *= 0.9")
COLUMN = with_backprop("y = y[:, np.newaxis]")
FLAG = with_function("d_sigmoid", "def d_sigmoid(x):\n    return sigmoid(x, deriv=True)\n")
FLAG = with_function(
    "sigmoid",
    f"def sigmoid(x, deriv=False):\n    s = {LOGISTIC}\n"
    "    return s * (1 - s) if deriv else 1 - s\n",
    FLAG,
)
CALLS_TEST = around(
    "train_nn",
    "def train_nn(X_train, t_train, M, K, W1, W2, iterations, eta):\n"
    "    found = before(X_train, t_train, M, K, W1, W2, iterations, eta)\n"
    "    return *found[:4], test_nn(X_train, M, K, found[0], found[1])",
    around("test_nn", "def test_nn(X, M, K, W1, W2):\n    return before(X, M, K, W1, W2) + 1"),
)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        pytest.param(PLAIN_IF, {"ffnn": 1}, id="sigmoid with a plain if"),
        pytest.param(MEMO, {"train_nn": 5}, id="memo by x"),
        pytest.param(ONE_NEURON, {"backprop": 6}, id="one neuron"),
        pytest.param(CLIPPED, {"train_nn": 6}, id="clipped gradients"),
        pytest.param(CHANGES, {"train_nn": 7}, id="changed arguments"),
        pytest.param(COLUMN, {"train_nn": 5}, id="y as a column"),
        pytest.param(FLAG, {"sigmoid": 5}, id="a flag of sigmoid"),
        pytest.param(CALLS_TEST, {"test_nn": 8}, id="train_nn calls test_nn"),
    ],
)
def test_a_fault_that_its_own_tests_do_not_show_costs_little_and_once(
    source: str, expected: dict[str, int], grade: Grade
) -> None:
    """The upper function loses at most the dearest hidden case of the lower one."""
    assert lost(grade(source)) == expected


def test_what_is_charged_does_not_depend_on_another_mistake(grade: Grade) -> None:
    """A memo costs the same beside a wrong sigmoid, which costs its own points."""
    both = with_function("sigmoid", f"def sigmoid(x):\n    return 1 - {LOGISTIC}\n", MEMO)
    assert lost(grade(both)) == {"sigmoid": 5, "train_nn": 5}


@pytest.mark.parametrize(
    ("source", "pair", "sentence"),
    [
        (PLAIN_IF, ("ffnn", "sigmoid"), "call 1 of your `sigmoid`, with x of shape (10,), raises"),
        (MEMO, ("train_nn", "ffnn"), "other arguments than an earlier one and returns the same"),
        (CLIPPED, ("train_nn", "backprop"), "does not return what it should: `dE1"),
        (CHANGES, ("train_nn", "backprop"), "changes its argument `W1`"),
        (COLUMN, ("train_nn", "backprop"), "returns y of shape (3, 1); ours has (3,)"),
    ],
)
def test_the_student_reads_which_two_and_which_call(
    source: str, pair: tuple[str, str], sentence: str, grade: Grade
) -> None:
    """In a public case with the first inner call that differs, in a hidden one without it."""
    result = grade(source)
    upper, lower = pair
    failed = [output for output in result.outputs if output.status != "passed"]
    assert failed
    for output in failed:
        assert f"Your `{upper}` and `{lower}` do not work together" in output.hint
        assert output.misconception == f"{upper}-with-{lower}"
        assert output.public or "In this case, call" not in output.hint
    assert any(sentence in output.hint for output in failed if output.public)
    assert REMARKS["changed"] not in result.remarks


def test_the_caps_are_the_dearest_hidden_cases() -> None:
    """With the kit's points: 1, 1, 2, 5 and 7, as the handout says."""
    lower = ("sigmoid", "d_sigmoid", "perceptron", "ffnn", "backprop")
    assert [cap(kit_points(), name) for name in lower] == [1, 1, 2, 5, 7]


# Points for nothing

PARAMETERS = {q.function: ", ".join(q.parameters) for q in QUESTIONS}
CONSTANTS = ("0", "1", "0.5", "-1", "None", "x", "np.zeros(3)", "[]", "float('nan')")
SHAPED = {
    "zeros": "np.zeros", "ones": "np.ones", "halves": "(lambda s: np.full(s, 0.5))",
    "twos": "(lambda s: np.full(s, 2))", "noise": "np.random.default_rng(1).random",
}  # fmt: skip


def returning(values: dict[str, str]) -> str:
    """Each function returns a value, whatever it is given."""
    functions = (
        f"def {name}({PARAMETERS[name]}):\n    return {value}\n" for name, value in values.items()
    )
    return "import numpy as np\n\n" + "\n".join(functions)


def constant(value: str) -> str:
    """Every function returns the same, or its first argument as ``x``."""
    first = {name: PARAMETERS[name].partition(",")[0] for name in FUNCTIONS}
    return returning({name: first[name] if value == "x" else value for name in FUNCTIONS})


def shaped(make: str, weights: str) -> str:
    """Every function returns arrays of the right shapes."""
    made = {
        "sigmoid": "make(())",
        "d_sigmoid": "make(())",
        "perceptron": "make(()), make(())",
        "ffnn": "make(K), make(len(x) + 1), make(M + 1), make(M), make(K)",
        "backprop": "make(K), make(W1.shape), make(W2.shape)",
        "train_nn": f"{weights}, make(iterations), make(iterations), make(len(t_train)) // 1",
        "test_nn": "make(len(X_test)) // 1",
    }
    return returning(made) + f"\nmake = {make}\n"


IDEALESS = {f"constant {value}": constant(value) for value in CONSTANTS}
for name, make in SHAPED.items():
    IDEALESS[name] = shaped(make, "make(W1.shape), make(W2.shape)")
    IDEALESS[f"{name}, same weights"] = shaped(make, "W1, W2")


@pytest.mark.parametrize("source", IDEALESS.values(), ids=IDEALESS)
def test_a_file_without_any_idea_gets_next_to_nothing(source: str, grade: Grade) -> None:
    """At most 2 of 80 points for constants, noise and arguments that are returned as they came."""
    result = grade(source)
    assert result.score <= 2, lost(result)


def test_a_constant_answer_counts_beside_an_ordinary_one(grade: Grade) -> None:
    """A sigmoid that is wrong in ordinary cases only has no points for 0 far to the left."""
    zero = grade(constant("0"))
    far = next(output for output in zero.outputs if output.case == "sigmoid-underflow")
    assert (far.status, far.points) == ("failed", 0)
    assert "a constant would be right" in far.message
