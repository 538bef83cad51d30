"""The grader: dependency credit, what a student may read, and faults of the grader.

Everything here goes through the real sandbox.
"""

import re
import sys

import pytest

from assignment.checks.loading.syntax import NEWER
from assignment.checks.model.case import Reply
from assignment.checks.model.questions import FUNCTIONS, by_function
from autograder.cases.answers import Answers
from autograder.errors import SandboxError
from autograder.grading import evaluate, reference_functions
from autograder.grading.grader import PERSON, Grader
from autograder.grading.run import Run
from autograder.intake.notebooks import to_source
from autograder.intake.submission import Submission
from autograder.results import MAX_SCORE
from autograder.sandbox import Sandbox
from tests.builders.files import notebook
from tests.builders.grading import Grade, lost
from tests.builders.results import ANSWERS
from tests.builders.sources import FAST, RIGHT, SOLUTIONS, STUB, mistake, with_function

ABOVE_FFNN = ("backprop", "train_nn", "test_nn")


def defined(function: str, statement: str) -> str:
    """A function with its parameters and one statement."""
    return f"def {function}({', '.join(by_function(function).parameters)}):\n    {statement}"


WRONG_FFNN = RIGHT.replace("perceptron(z0, W1)", "perceptron(z0, W1 * 1.1 + 0.1)")


def test_an_overflow_that_a_mistake_made_is_not_called_harmless(grade: Grade) -> None:
    """Scores that grow without bound overflow in train_nn, where the handout's guard is no help."""
    assert "overflow" not in " ".join(grade(mistake("perceptron-no-activation")).remarks)
    unguarded = with_function("sigmoid", defined("sigmoid", "return 1 / (1 + np.exp(-x))"))
    right = grade(unguarded)
    assert "overflow" in " ".join(right.remarks)
    assert right.score == MAX_SCORE


def test_only_ffnn_wrong_loses_only_its_points(grade: Grade) -> None:
    """backprop, train_nn and test_nn are right with our ffnn, and the message says so."""
    result = grade(WRONG_FFNN)
    assert lost(result).keys() == {"ffnn"}
    replaced = [o for o in result.outputs if o.function in ABOVE_FFNN and not o.own_chain]
    message = "Correct when tested with our `ffnn`: full points here, fix `ffnn` itself."
    assert {output.message for output in replaced} == {message}
    assert {output.function for output in replaced} == {*ABOVE_FFNN}


@pytest.mark.parametrize(
    ("function", "statement", "status"),
    [
        *((name, "raise NotImplementedError", "not_implemented") for name in FUNCTIONS),
        *((name, "", "not_implemented") for name in ("sigmoid", "ffnn", "backprop")),
        ("sigmoid", "while True: pass", "timeout"),
        ("ffnn", "__import__('time').sleep(60)", "timeout"),
        ("perceptron", "__import__('os')._exit(3)", "killed"),
    ],
)
def test_a_function_that_cannot_answer_loses_only_its_own_points(
    function: str, statement: str, status: str, grade: Grade
) -> None:
    """A stub, a function that is missing, hangs or ends its process: those above are judged."""
    result = grade(with_function(function, statement and defined(function, statement)))
    assert lost(result) == {function: by_function(function).points}
    assert {o.status for o in result.outputs if o.function == function} == {status}
    assert status == "not_implemented" or function in result.message


def test_seven_stubs_are_summed_up(grade: Grade) -> None:
    """Seven stubs give 0 and one sentence."""
    result = grade(STUB)
    assert (result.score, result.message) == (0, "None of the seven functions is written yet.")


def test_a_solution_that_never_calls_the_lower_functions_loses_nothing_above(grade: Grade) -> None:
    """Where ffnn is empty and no function calls it, only ffnn is lost, without our functions."""
    stub = defined("ffnn", "raise NotImplementedError")
    result = grade(FAST.replace("def ffnn(", "def left_over(") + stub + "\n")
    assert lost(result) == {"ffnn": by_function("ffnn").points}
    assert all(output.own_chain for output in result.outputs if output.function in ABOVE_FFNN)


def test_two_wrong_functions_each_lose_their_own_points(grade: Grade) -> None:
    """Lower and upper wrong: each loses its own points, and each mistake is named."""
    result = grade(WRONG_FFNN.replace("delta_k = y - target_y", "delta_k = target_y - y"))
    assert lost(result).keys() == {"ffnn", "backprop"}
    wrong = [o for o in result.outputs if o.function == "backprop" and o.status == "failed"]
    assert {o.misconception for o in wrong} == {"delta-sign"}
    assert {(o.output, o.own_chain) for o in wrong} == {("dE1", False), ("dE2", False)}


@pytest.mark.parametrize(
    ("of", "function"),
    [
        ("plain_floats", "backprop"),
        ("plain_floats", "ffnn"),
        ("row_vectors", "ffnn"),
        ("column_vectors", "sigmoid"),
        ("lists_everywhere", "backprop"),
        ("lists_everywhere", "perceptron"),
    ],
)
def test_a_right_function_may_need_lists_or_rows_from_below(
    of: str, function: str, grade: Grade
) -> None:
    """A function that expects lists or rows is right with reference functions that give them."""
    raises = defined(function, "return 1 / 0")
    assert lost(grade(with_function(function, raises, SOLUTIONS[of]))).keys() == {function}


def test_a_function_that_remembers_loses_only_its_own(grade: Grade) -> None:
    """It answers a second call differently; functions above are judged with ours."""
    source = RIGHT.replace(
        "    y, z0, z1, a1, _ = ffnn(x, M, K, W1, W2)\n",
        "    y, z0, z1, a1, _ = ffnn(x, M, K, W1, W2)\n    CALLS.append(1)\n"
        "    z1 = z1 * (1 + 0.01 * (len(CALLS) > 4))\n",
    ).replace("SMALLEST = 1e-300", "SMALLEST = 1e-300\nCALLS = []")
    result = grade(source)
    assert lost(result).keys() == {"backprop"}
    again = [o for o in result.outputs if o.message.startswith("Right the first time")]
    assert {output.function for output in again} == {"backprop"}
    assert all("kept between two calls" in output.hint for output in again)


def test_a_file_is_run_in_full_where_that_is_needed(grade: Grade) -> None:
    """A file that is right only with all its statements run gets everything."""
    source = RIGHT.replace("SMALLEST = 1e-300", "S = {}\nS['least'] = 1e-300").replace(
        "SMALLEST", "S['least']"
    )
    result = grade(source)
    assert (result.score, result.left_out) == (MAX_SCORE, ())


def test_statements_left_out_are_listed(grade: Grade) -> None:
    """A training run at the top level is not run and costs nothing."""
    result = grade(RIGHT + "\nfor i in range(3):\n    print(i)\n")
    assert result.score == MAX_SCORE
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
    result = grade(with_function("sigmoid", f"def sigmoid(*ARGS):\n    {body}"))
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


def test_no_factor_of_a_hidden_case_is_shown(
    grade_anew: Grade, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A right answer times a number made from the input would give the number away."""
    source = RIGHT.replace("return y, z0, z1", "return y * (1 + x[0] ** 2), z0, z1")
    facts = {o.hint for o in grade_anew(source).outputs if o.output == "y" and o.hint}
    assert len(facts) == 1  # a probe's, in public and in hidden cases
    monkeypatch.setattr(evaluate, "probe", lambda *_, **__: {})
    hints = {
        o.public: o.hint
        for o in grade_anew(source).outputs
        if o.case in ("ffnn-handout", "ffnn-one-neuron") and o.output == "y"
    }
    assert hints[True] == "Everything is 40.69 times the right value."
    assert hints[False] == "Everything is the right value times one and the same number."


BROKEN_PIPE = Reply("not_judged", text="The pipe broke.")


def test_our_own_failure_is_never_a_zero_without_a_flag(
    grade_anew: Grade, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the sandbox fails, the submission is not judged, and says so."""
    monkeypatch.setattr(Run, "_ask", lambda *_: iter([BROKEN_PIPE]))
    result = grade_anew(RIGHT)
    assert (result.status, result.message) == ("not_judged", "Not judged: The pipe broke.")
    assert {output.status for output in result.outputs} == {"not_judged"}
    assert {output.message for output in result.outputs if not output.public} == {
        "Not judged yet, through no fault of yours."
    }


def test_a_temporary_failure_of_ours_is_tried_again(
    grade_anew: Grade, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A broken worker is replaced, and no point is lost."""
    real, once = Run._ask, iter([[BROKEN_PIPE]])
    monkeypatch.setattr(Run, "_ask", lambda *given: next(once, None) or real(*given))
    result = grade_anew(RIGHT)
    assert (result.status, result.score) == ("judged", MAX_SCORE)


def test_the_reference_itself_failing_is_our_fault(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If the worker of the reference cannot load, the submission is not judged."""
    monkeypatch.setattr(reference_functions, "reference_table", lambda answers: {})
    monkeypatch.setattr(Answers, "reference", lambda answers: b"def (")
    with pytest.raises(SandboxError, match="reference could not be loaded"):
        Grader(ANSWERS, sandbox).grade(Submission("someone", WRONG_FFNN.encode()))


def test_messages_on_a_notebook_name_cell_and_line(grade: Grade) -> None:
    """An exception and a statement that was not run are placed as their author sees them."""
    cells = ["# Title", "import numpy as np\nprint(1)", "def sigmoid(x):\n    return 1 / 0"]
    result = grade(to_source(notebook(*cells)).decode(), "work.ipynb")
    assert "cell 2, line 2 was not run: print(1)" in result.notes
    assert "raised ZeroDivisionError in cell 3, line 2 of work.ipynb" in result.outputs[0].message
