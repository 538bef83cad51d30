"""Kinds of mistakes that one ordinary call lets pass: some further call of a case finds each."""

import numpy as np
import pytest

from assignment.checks.judging.judge import all_calls, judge
from assignment.checks.model.case import Reply
from autograder.cases.expected import call, module_of
from tests.builders.results import ANSWERS
from tests.builders.sources import RIGHT, edited

MEMO = """
KNOWN = {{}}
_right = {function}


def {function}(*arguments):
    key = {key}
    if key not in KNOWN:
        KNOWN[key] = _right(*arguments)
    return KNOWN[key]
"""
SHAPES = "tuple(np.shape(argument) for argument in arguments)"


def but(position: int) -> str:
    """A key of all arguments but one."""
    return f"tuple(np.asarray(a).tobytes() for i, a in enumerate(arguments) if i != {position})"


def memo(function: str, key: str) -> tuple[str, str]:
    """A function that keeps its answers by this key."""
    return function, RIGHT + MEMO.format(function=function, key=key)


def own_sigmoid(formula: str) -> tuple[tuple[str, str], ...]:
    """The reference's sigmoid of a number with another formula, in each of three functions."""
    sigmoid = RIGHT + f"\n\ndef wrong(a):\n    return {formula}\n"
    return (
        ("sigmoid", f"{sigmoid}\n\ndef sigmoid(x):\n    return wrong(x)\n"),
        ("d_sigmoid", f"{sigmoid}\n\ndef d_sigmoid(x):\n    return wrong(x) * (1 - wrong(x))\n"),
        ("perceptron", f"{sigmoid}\n\ndef perceptron(x, w):\n    return x @ w, wrong(x @ w)\n"),
    )


def train_nn(*edits: tuple[str, str]) -> tuple[tuple[str, str], ...]:
    """The reference with edits of train_nn."""
    return (("train_nn", edited("train_nn", *edits)),)


LOGS = ("np.maximum(y, SMALLEST)", "np.maximum(1.0 - y, SMALLEST)")
LOOP = "for i in range(iterations):"
END = "        E_total[i] = error / N\n"
BREAK = "            break\n"
TARGET = "target_y[t_train[n]]"
POSITIONS = {
    "ffnn": (0, 3, 4), "backprop": (0, 1, 4, 5), "train_nn": (0, 1, 4, 5, 6, 7),
    "test_nn": (0, 3, 4),
}  # fmt: skip
KINDS = {
    "guard on |x|": own_sigmoid("0.0 if abs(a) > 100 else 1 / (1 + np.exp(-a))")[::2],
    "guard at -10": own_sigmoid("0.0 if a < -10 else 1 / (1 + np.exp(-a))"),
    "exp(x) / (1 + exp(x))": own_sigmoid("0.0 if a < -100 else np.exp(a) / (1 + np.exp(a))"),
    "memo by shapes": [memo(function, SHAPES) for function in POSITIONS],
    **{
        f"memo without argument {n}": [memo(f, but(n)) for f in POSITIONS if n in POSITIONS[f]]
        for n in range(8)
    },
    "first 32 patterns": (
        ("train_nn", edited("train_nn", ("N = len(t_train)", "N = min(len(t_train), 32)"))),
        ("test_nn", edited("test_nn", ("range(N)", "range(min(N, 32))"))),
    ),
    "at most 100 iterations": train_nn((LOOP, LOOP.replace("iterations", "min(iterations, 100)"))),
    "classes that occur": train_nn(
        (TARGET, "target_y[np.unique(t_train).searchsorted(t_train[n])]")
    ),
    "lowest class present": train_nn((TARGET, "target_y[t_train[n] - t_train.min()]")),
    "logarithms clipped on one side": train_nn(
        *((log, log.replace("SMALLEST", "0.01")) for log in LOGS)
    ),
    "outputs clipped": train_nn(
        *((log, log.replace("y,", "np.clip(y, 0.001, 1),")) for log in LOGS)
    ),
    "end when the error rises": train_nn(
        (END, f"{END}        if i and E_total[i] > E_total[i - 1]:\n{BREAK}")
    ),
    "end when the error is small": train_nn((END, f"{END}        if E_total[i] < 0.01:\n{BREAK}")),
    "one hidden neuron fails": (
        ("ffnn", edited("ffnn", ("x = np.ravel(x)", "x = np.ravel(x) * (M > 1)"))),
        (
            "backprop",
            edited("backprop", ("delta_k = y - target_y", "delta_k = (y - target_y) * (M > 1)")),
        ),
    ),
}
EACH = [
    pytest.param(function, source, id=f"{kind}, {function}")
    for kind, files in KINDS.items()
    for function, source in files
]


@pytest.mark.parametrize(("function", "source"), EACH)
def test_each_kind_loses_a_point_in_public_and_in_hidden(function: str, source: str) -> None:
    """Without the further calls nothing was lost in most of them; now something is, in both."""
    module, lost = module_of(source), set()
    for case in (case for case in ANSWERS.graded if case.function == function):
        verdicts = (judge(c, ANSWERS.expected(c), call(module, c)) for c in case.calls)
        if not all(verdict.passed for verdict in all_calls(case, list(verdicts))):
            lost.add(case.public)
    assert lost == {True, False}


def test_an_output_is_right_if_it_is_in_every_call_and_the_first_wrong_one_is_named() -> None:
    """The points are those of the case, and the message says in which call it is wrong."""
    case = next(case for case in ANSWERS.graded if case.id == "sigmoid-overflow")
    right = judge(case, ANSWERS.expected(case), Reply("returned", 0.0))
    further = case.also[0]
    wrong = judge(further, ANSWERS.expected(further), Reply("returned", np.nan))
    (verdict,) = all_calls(case, [right, wrong])
    assert (verdict.status, verdict.points, verdict.max_points) == ("failed", 0, 1)
    assert verdict.case == further.id
    assert verdict.message.startswith("With x = 1000: `value` is nan; expected 1")
    assert all_calls(case, [right, right]) == right
