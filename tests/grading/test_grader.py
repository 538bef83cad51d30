"""The grader: dependency credit, what a student may read, and faults of the grader.

Everything here goes through the real sandbox; one fork server serves all tests.
"""

import json
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from assignment.checks.loading.syntax import NEWER
from assignment.checks.model.case import Reply
from assignment.checks.model.questions import FUNCTIONS, QUESTIONS
from autograder.cases.answers import Answers
from autograder.errors import SandboxError
from autograder.grading import evaluate, reference_functions
from autograder.grading import run as outcome
from autograder.grading.grader import PERSON, Grader
from autograder.intake.notebooks import to_source
from autograder.intake.submission import Submission
from autograder.results import SubmissionResult
from autograder.sandbox import Limits, Sandbox
from solution import neural_network
from solution.misconceptions import CATALOGUE, source_of
from solution.misconceptions.entry import text_of
from solution.variants import VARIANTS

ANSWERS = Answers()
RIGHT = Path(str(neural_network.__file__)).read_text(encoding="utf-8")
POINTS = {question.function: question.points for question in QUESTIONS}
ALL = sum(POINTS.values())

Grade = Callable[..., SubmissionResult]


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """One fork server, impatient, so that hangs are cheap."""
    with Sandbox(Limits(call_seconds=2.0)) as warm:
        yield warm


@pytest.fixture(scope="module")
def grade(sandbox: Sandbox) -> Grade:
    """Grade a source."""
    grader = Grader(ANSWERS, sandbox)
    return lambda source: grader.grade(Submission("someone", source.encode()))


def with_(function: str, body: str, source: str = RIGHT) -> str:
    """The source with another definition of one function."""
    return source.replace(text_of(source, function), body)


def stub(function: str) -> str:
    """A function as students get it."""
    parameters = next(", ".join(q.parameters) for q in QUESTIONS if q.function == function)
    return f'def {function}({parameters}):\n    raise NotImplementedError("still to do")'


def lost(result: SubmissionResult) -> dict[str, int]:
    """Points lost, by function."""
    found = dict.fromkeys(FUNCTIONS, 0)
    for output in result.outputs:
        found[output.function] += output.max_points - output.points
    return {function: points for function, points in found.items() if points}


WRONG_FFNN = RIGHT.replace(
    "a2 = np.zeros(K)\n", "a2 = np.zeros(K)\n    W1 = W1 + 0.1\n", 1
).replace("a1[:], z1[1:] = perceptron(z0, W1)", "a1[:], z1[1:] = perceptron(z0, W1 * 1.1)")


def test_an_overflow_that_a_mistake_made_is_not_called_harmless(grade: Grade) -> None:
    """Scores that grow without bound overflow in train_nn, where the handout's guard is no help."""
    wrong = next(entry for entry in CATALOGUE if entry.id == "perceptron-no-activation")
    assert "overflow" not in " ".join(grade(source_of(wrong)).remarks)
    unguarded = with_("sigmoid", "def sigmoid(x):\n    return 1 / (1 + np.exp(-x))")
    right = grade(unguarded)
    assert "overflow" in " ".join(right.remarks)
    assert right.score == ALL


def test_only_ffnn_wrong_loses_only_its_points(grade: Grade) -> None:
    """backprop, train_nn and test_nn are right with our ffnn, and the message says so."""
    result = grade(WRONG_FFNN)
    assert set(lost(result)) == {"ffnn"}
    above = [o for o in result.outputs if o.function in ("backprop", "train_nn", "test_nn")]
    replaced = [output for output in above if not output.own_chain]
    message = "Correct when tested with our `ffnn`: full points here, fix `ffnn` itself."
    assert {output.message for output in replaced} == {message}
    assert {output.function for output in replaced} == {"backprop", "train_nn", "test_nn"}


@pytest.mark.parametrize("function", FUNCTIONS)
def test_an_empty_function_loses_only_its_own_points(function: str, grade: Grade) -> None:
    """Each of the seven functions may stay a stub and costs only its own points."""
    result = grade(with_(function, stub(function)))
    assert lost(result) == {function: POINTS[function]}
    own = [output for output in result.outputs if output.function == function]
    assert {output.status for output in own} == {"not_implemented"}


@pytest.mark.parametrize("function", ["sigmoid", "ffnn", "backprop"])
def test_a_missing_function_loses_only_its_own_points(function: str, grade: Grade) -> None:
    """A function that is not there at all is like an empty one."""
    assert lost(grade(with_(function, ""))) == {function: POINTS[function]}


def test_seven_stubs_are_summed_up(grade: Grade) -> None:
    """Seven stubs give 0 and one sentence."""
    source = RIGHT
    for function in FUNCTIONS:
        source = with_(function, stub(function), source)
    result = grade(source)
    assert result.score == 0
    assert result.message == "None of the seven functions is written yet."


def test_a_solution_that_never_calls_the_lower_functions_loses_nothing_above(grade: Grade) -> None:
    """Where ffnn is empty and no function calls it, only ffnn is lost, without our functions."""
    source = next(v.source for v in VARIANTS if v.id == "matrix_form")
    result = grade(source.replace("def ffnn(", "def left_over(") + stub("ffnn") + "\n")
    assert lost(result) == {"ffnn": POINTS["ffnn"]}
    above = [o for o in result.outputs if o.function in ("backprop", "train_nn", "test_nn")]
    assert all(output.own_chain for output in above)


@pytest.mark.parametrize(
    ("function", "hang"),
    [
        ("sigmoid", "while True: pass"),
        ("ffnn", "__import__('time').sleep(60)"),
        ("test_nn", "__import__('time').sleep(60)"),
    ],
)
def test_a_hang_costs_that_function_only(function: str, hang: str, grade: Grade) -> None:
    """After a hang its other cases are skipped; those above are judged without it."""
    body = stub(function).replace('raise NotImplementedError("still to do")', hang)
    result = grade(with_(function, body))
    assert lost(result) == {function: POINTS[function]}
    assert {o.status for o in result.outputs if o.function == function} == {"timeout"}
    assert function in result.message


def test_a_crash_costs_that_function_only(grade: Grade) -> None:
    """A process that ends itself is followed by another one."""
    body = stub("perceptron").replace(
        'raise NotImplementedError("still to do")', "__import__('os')._exit(3)"
    )
    result = grade(with_("perceptron", body))
    assert lost(result) == {"perceptron": POINTS["perceptron"]}


def test_two_wrong_functions_each_lose_their_own_points(grade: Grade) -> None:
    """Lower and upper wrong: each loses its own points, and each mistake is named."""
    source = WRONG_FFNN.replace("delta_k = y - target_y", "delta_k = target_y - y")
    result = grade(source)
    assert set(lost(result)) == {"ffnn", "backprop"}
    wrong = [o for o in result.outputs if o.function == "backprop" and o.status == "failed"]
    assert {o.misconception for o in wrong} == {"delta-sign"}
    assert {(o.output, o.own_chain) for o in wrong} == {("dE1", False), ("dE2", False)}


@pytest.mark.parametrize(
    ("of", "function", "body"),
    [
        ("plain_floats", "backprop", "def backprop(*a):\n    return 1 / 0"),
        ("plain_floats", "ffnn", "def ffnn(*a):\n    return 1 / 0"),
        ("row_vectors", "ffnn", "def ffnn(*a):\n    return 1 / 0"),
        ("column_vectors", "sigmoid", "def sigmoid(x):\n    return 1 / 0"),
        ("lists_everywhere", "backprop", "def backprop(*a):\n    return 1 / 0"),
        ("lists_everywhere", "perceptron", "def perceptron(x, w):\n    return 1 / 0"),
    ],
)
def test_a_right_function_may_need_lists_or_rows_from_below(
    of: str, function: str, body: str, grade: Grade
) -> None:
    """A function that expects lists or rows is right with reference functions that give them."""
    source = next(variant.source for variant in VARIANTS if variant.id == of)
    assert set(lost(grade(with_(function, body, source)))) == {function}


def test_a_function_that_remembers_loses_only_its_own(grade: Grade) -> None:
    """It answers a second call differently; functions above are judged with ours."""
    source = RIGHT.replace(
        "    y, z0, z1, a1, _ = ffnn(x, M, K, W1, W2)\n",
        "    y, z0, z1, a1, _ = ffnn(x, M, K, W1, W2)\n    CALLS.append(1)\n"
        "    z1 = z1 * (1 + 0.01 * (len(CALLS) > 4))\n",
    ).replace("SMALLEST = 1e-300", "SMALLEST = 1e-300\nCALLS = []")
    result = grade(source)
    assert set(lost(result)) == {"backprop"}
    again = [o for o in result.outputs if o.message.startswith("Right the first time")]
    assert {output.function for output in again} == {"backprop"}
    assert all("kept between two calls" in output.hint for output in again)


def test_a_file_is_run_in_full_where_that_is_needed(grade: Grade) -> None:
    """A file that is right only with all its statements run gets everything."""
    source = RIGHT.replace("SMALLEST = 1e-300", "S = {}\nS['least'] = 1e-300").replace(
        "SMALLEST", "S['least']"
    )
    result = grade(source)
    assert result.score == ALL
    assert result.left_out == ()


def test_statements_left_out_are_listed(grade: Grade) -> None:
    """A training run at the top level is not run and costs nothing."""
    result = grade(RIGHT + "\nfor i in range(3):\n    print(i)\n")
    assert result.score == ALL
    assert [text for _, text in result.left_out]


def test_a_syntax_error_is_reported_with_its_line(grade: Grade) -> None:
    """0 points, one sentence with the line, and still a result."""
    result = grade("def sigmoid(x)\n    return x\n")
    assert (result.score, result.status) == (0, "judged")
    assert "Syntax error in line 1" in result.message
    assert result.notes == ()


def test_newer_syntax_is_for_a_person(grade: Grade) -> None:
    """A file that only a newer Python may read has a note for staff."""
    result = grade("try:\n    x = 1\nexcept KeyError, ValueError:\n    x = 2\n")
    newer = sys.version_info < (3, 14)
    assert (PERSON in result.notes) == (NEWER in result.message) == newer


LEAKS = {
    "text": "raise ValueError(repr(ARGS))",
    "name": "raise type('E' + '_'.join(str(a) for a in ARGS[:1]), (Exception,), {})('x')",
    "kind of unpacking": "raise NameError(f\"name '{ARGS[0]}' is not defined\")",
    "shapes": "raise ValueError(f'operands could not be broadcast together with shapes "
    "({int(abs(ARGS[0]) * 1e9)},) (7,)')",
    "value": "return ARGS[0] * 1e6",
    "string": "return repr(ARGS)",
    "dict": "return {repr(ARGS): 1}",
    "not implemented": "raise NotImplementedError(repr(ARGS))",
    "exit": "raise SystemExit(repr(ARGS))",
}


@pytest.mark.parametrize("body", LEAKS.values(), ids=LEAKS.keys())
def test_no_hidden_input_is_shown(body: str, grade: Grade) -> None:
    """Whatever a function raises or returns, nothing of a hidden input is shown."""
    result = grade(with_("sigmoid", f"def sigmoid(*ARGS):\n    {body}"))
    hidden = {
        case.id: str(case.inputs["x"]) for case in ANSWERS.graded if case.function == "sigmoid"
    }
    hidden_outputs = [o for o in result.outputs if not o.public and o.function == "sigmoid"]
    assert hidden_outputs
    for output in hidden_outputs:
        text = output.message + output.hint + output.misconception + output.title
        digits = hidden[output.case].strip("-").replace("0.", "").removesuffix(".0")
        assert digits not in re.sub(r"-100\b|0\.0", "", text)
        assert output.staff != output.message


def test_no_factor_of_a_hidden_case_is_shown(grade: Grade, monkeypatch: pytest.MonkeyPatch) -> None:
    """A right answer times a number made from the input would give the number away."""
    source = RIGHT.replace("return y, z0, z1", "return y * (1 + x[0] ** 2), z0, z1")
    facts = {o.hint for o in grade(source).outputs if o.output == "y" and o.hint}
    assert len(facts) == 1  # a probe's, in public and in hidden cases
    monkeypatch.setattr(evaluate, "probe", lambda *_, **__: {})
    result = grade(source)
    hints = {
        o.public: o.hint
        for o in result.outputs
        if o.case in ("ffnn-handout", "ffnn-one-neuron") and o.output == "y"
    }
    assert hints[True] == "Everything is 40.69 times the right value."
    assert hints[False] == "Everything is the right value times one and the same number."


def test_our_own_failure_is_never_a_zero_without_a_flag(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the sandbox fails, the submission is not judged, and says so."""
    monkeypatch.setattr(
        outcome.Run, "_ask", lambda *_: iter([Reply("not_judged", text="The pipe broke.")])
    )
    result = Grader(ANSWERS, sandbox).grade(Submission("someone", RIGHT.encode()))
    assert result.status == "not_judged"
    assert result.message == "Not judged: The pipe broke."
    assert {output.status for output in result.outputs} == {"not_judged"}
    assert {output.message for output in result.outputs if not output.public} == {
        "Not judged yet, through no fault of yours."
    }


def test_a_temporary_failure_of_ours_is_tried_again(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A broken worker is replaced, and no point is lost."""
    real = outcome.Run._ask
    broken = iter([[Reply("not_judged", text="The pipe broke.")]])
    monkeypatch.setattr(outcome.Run, "_ask", lambda *given: next(broken, None) or real(*given))
    result = Grader(ANSWERS, sandbox).grade(Submission("someone", RIGHT.encode()))
    assert (result.status, result.score) == ("judged", ALL)


def test_the_reference_itself_failing_is_our_fault(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If the worker of the reference cannot load, the submission is not judged."""
    monkeypatch.setattr(reference_functions, "reference_table", lambda answers: {})
    monkeypatch.setattr(Answers, "reference", lambda answers: b"def (")
    with pytest.raises(SandboxError, match="reference could not be loaded"):
        Grader(ANSWERS, sandbox).grade(Submission("someone", WRONG_FFNN.encode()))


def test_messages_on_a_notebook_name_cell_and_line(sandbox: Sandbox) -> None:
    """An exception and a statement that was not run are placed as their author sees them."""
    cells = ["# Title", "import numpy as np\nprint(1)", "def sigmoid(x):\n    return 1 / 0"]
    data = {"cells": [{"cell_type": "code", "source": cell} for cell in cells]}
    source = to_source(json.dumps(data).encode())
    result = Grader(ANSWERS, sandbox).grade(Submission("someone", source, "work.ipynb"))
    assert "cell 2, line 2 was not run: print(1)" in result.notes
    assert "raised ZeroDivisionError in cell 3, line 2 of work.ipynb" in result.outputs[0].message
