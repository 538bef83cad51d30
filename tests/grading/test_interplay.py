"""Functions that are right by themselves, but not together, and answers that need no idea."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from assignment.checks.model.questions import FUNCTIONS
from autograder.cases.answers import Answers
from autograder.cases.points import cap, kit_points
from autograder.grading.grader import Grader
from autograder.grading.messages import REMARKS
from autograder.intake.submission import Submission
from autograder.results import SubmissionResult
from autograder.sandbox import Sandbox
from solution import neural_network
from solution.misconceptions.entry import text_of

ANSWERS = Answers()
RIGHT = Path(str(neural_network.__file__)).read_text(encoding="utf-8")
Grade = Callable[[str], SubmissionResult]


@pytest.fixture(scope="module")
def grade() -> Iterator[Grade]:
    """Grade a source."""
    with Sandbox() as sandbox:
        grader = Grader(ANSWERS, sandbox)
        yield lambda source: grader.grade(Submission("someone", source.encode()))


def around(function: str, body: str, source: str = RIGHT) -> str:
    """The source with a function that may call the right one under the name ``right``."""
    text = text_of(source, function)
    right = text.replace(f"def {function}(", f"def right_{function}(", 1)
    return source.replace(text, f"{right}\n\n{body.replace('right(', f'right_{function}(')}\n\n")


PLAIN_IF = RIGHT.replace(
    text_of(RIGHT, "sigmoid"),
    "def sigmoid(x):\n    if x < -100:\n        return 0.0\n    return 1 / (1 + np.exp(-x))\n\n\n",
)
MEMO = around(
    "ffnn",
    """KNOWN = {}


def ffnn(x, M, K, W1, W2):
    key = (x.tobytes(), W1.round(1).tobytes(), W2.round(1).tobytes())
    if key not in KNOWN:
        KNOWN[key] = right(x, M, K, W1, W2)
    return KNOWN[key]""",
)
BACKPROP = "def backprop(x, target_y, M, K, W1, W2):\n"
ONE_NEURON = around(
    "backprop",
    BACKPROP + "    if M == 1:\n        raise ValueError('no')\n"
    "    return right(x, target_y, M, K, W1, W2)",
)
CLIPPED = around(
    "backprop",
    BACKPROP + "    y, one, two = right(x, target_y, M, K, W1, W2)\n"
    "    return y, np.clip(one, -1, 1), np.clip(two, -1, 1)",
)
CHANGES = around(
    "backprop",
    BACKPROP + "    found = right(x, target_y, M, K, W1, W2)\n    W1 *= 0.9\n    return found",
)
COLUMN = around(
    "backprop",
    BACKPROP + "    y, one, two = right(x, target_y, M, K, W1, W2)\n"
    "    return y[:, np.newaxis], one, two",
)
MIRRORED = around("sigmoid", "def sigmoid(x):\n    return 1 - right(x)")
FLAG = RIGHT.replace(
    text_of(RIGHT, "sigmoid"),
    "def sigmoid(x, deriv=False):\n    s = 1 / (1 + np.exp(-np.maximum(x, -500.0)))\n"
    "    return s * (1 - s) if deriv else 1 - s\n\n\n",
)
FLAG = FLAG.replace(
    text_of(FLAG, "d_sigmoid"), "def d_sigmoid(x):\n    return sigmoid(x, deriv=True)\n\n\n"
)
CALLS_TEST = around(
    "train_nn",
    "def train_nn(X_train, t_train, M, K, W1, W2, iterations, eta):\n"
    "    found = right(X_train, t_train, M, K, W1, W2, iterations, eta)\n"
    "    return *found[:4], test_nn(X_train, M, K, found[0], found[1])",
    around("test_nn", "def test_nn(X, M, K, W1, W2):\n    return right(X, M, K, W1, W2) + 1"),
)


def lost(result: SubmissionResult) -> dict[str, int]:
    """Points lost, by function."""
    found = dict.fromkeys(FUNCTIONS, 0)
    for output in result.outputs:
        found[output.function] += output.max_points - output.points
    return {function: points for function, points in found.items() if points}


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
    both = MEMO.replace(text_of(MEMO, "sigmoid"), text_of(MIRRORED, "sigmoid"), 1)
    both = both.replace("def ffnn(", "def right_sigmoid(x):\n    return s(x)\n\n\ndef ffnn(", 1)
    both += "\n\ndef s(x):\n    return 1 / (1 + np.exp(-np.maximum(x, -500.0)))\n"
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

NUMBERS = ("0", "1", "0.5", "-1", "None", "x", "np.zeros(3)", "[]", "float('nan')")
SHAPED = {
    "zeros": "np.zeros", "ones": "np.ones", "halves": "(lambda s: np.full(s, 0.5))",
    "twos": "(lambda s: np.full(s, 2))", "noise": "np.random.default_rng(1).random",
}  # fmt: skip


def constant(value: str) -> str:
    """Every function returns the same."""
    sources = []
    for name in FUNCTIONS:
        first = "x" if value == "x" else ""
        head = f"def {name}({first}{', ' if first else ''}*rest):"
        sources.append(f"{head}\n    return {value}\n")
    return "import numpy as np\n\n" + "\n".join(sources)


def shaped(make: str, *, keep: bool, alias: bool) -> str:
    """Every function returns arrays of the right shapes; ``keep`` returns weights unchanged."""
    weights = "W1, W2" if keep else "make(W1.shape), make(W2.shape)"
    derivative = "d_sigmoid = sigmoid" if alias else "def d_sigmoid(x):\n    return make(())"
    return f"""import numpy as np

make = {make}


def sigmoid(x):
    return make(())


{derivative}


def perceptron(x, w):
    return make(()), make(())


def ffnn(x, M, K, W1, W2):
    return make(K), make(len(x) + 1), make(M + 1), make(M), make(K)


def backprop(x, target_y, M, K, W1, W2):
    return make(K), make(W1.shape), make(W2.shape)


def train_nn(X_train, t_train, M, K, W1, W2, iterations, eta):
    n = len(X_train)
    return {weights}, make(iterations), make(iterations), make(n).astype(int)


def test_nn(X_test, M, K, W1, W2):
    return make(len(X_test)).astype(int)
"""


IDEALESS = {
    **{f"constant {value}": constant(value) for value in NUMBERS},
    **{
        f"{name}{', same weights' * keep}{', alias' * alias}": shaped(make, keep=keep, alias=alias)
        for name, make in SHAPED.items()
        for keep in (False, True)
        for alias in (False, True)
    },
}


@pytest.mark.parametrize("name", IDEALESS)
def test_a_file_without_any_idea_gets_next_to_nothing(name: str, grade: Grade) -> None:
    """At most 2 of 80 points for constants, noise and arguments that are returned as they came."""
    result = grade(IDEALESS[name])
    got = [(output.case, output.output) for output in result.outputs if output.points]
    assert result.score <= 2, got


def test_a_constant_answer_counts_beside_an_ordinary_one(grade: Grade) -> None:
    """A sigmoid that is wrong in ordinary cases only has no points for 0 far to the left."""
    zero = grade(constant("0"))
    far = next(output for output in zero.outputs if output.case == "sigmoid-underflow")
    assert (far.status, far.points) == ("failed", 0)
    assert "a constant would be right" in far.message
    broken = RIGHT.replace(
        text_of(RIGHT, "sigmoid"),
        "def sigmoid(x):\n    s = 1 / (1 + np.exp(-np.maximum(x, -500.0)))\n"
        "    return np.where(x > 0, s, 0.9)\n\n\n",
    )
    assert {output.case for output in grade(broken).outputs if output.function == "sigmoid"}
