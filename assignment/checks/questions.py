"""The table of questions: what is asked, what it returns, what it calls, what it is worth."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache


@dataclass(frozen=True)
class Question:
    """One function of the assignment.

    ``outputs`` are the handout's names in the order of the return statement; ``calls`` are the
    functions of the assignment that it is built on.
    """

    number: str
    function: str
    parameters: tuple[str, ...]
    outputs: tuple[str, ...]
    calls: tuple[str, ...]
    points: int
    title: str


QUESTIONS: tuple[Question, ...] = (
    Question("1.1", "sigmoid", ("x",), ("value",), (), 5, "The sigmoid"),
    Question("1.1", "d_sigmoid", ("x",), ("value",), ("sigmoid",), 5, "Its derivative"),
    Question(
        "1.2", "perceptron", ("x", "w"), ("sum", "activation"), ("sigmoid",), 8, "The perceptron"
    ),
    Question(
        "1.3",
        "ffnn",
        ("x", "M", "K", "W1", "W2"),
        ("y", "z0", "z1", "a1", "a2"),
        ("perceptron", "sigmoid"),
        16,
        "Forward propagation",
    ),
    Question(
        "1.4",
        "backprop",
        ("x", "target_y", "M", "K", "W1", "W2"),
        ("y", "dE1", "dE2"),
        ("ffnn", "d_sigmoid"),
        18,
        "Backward propagation",
    ),
    Question(
        "2.1",
        "train_nn",
        ("X_train", "t_train", "M", "K", "W1", "W2", "iterations", "eta"),
        ("W1tr", "W2tr", "E_total", "misclassification_rate", "guesses"),
        ("backprop",),
        20,
        "Training",
    ),
    Question(
        "2.2",
        "test_nn",
        ("X_test", "M", "K", "W1", "W2"),
        ("guesses",),
        ("ffnn",),
        8,
        "Testing",
    ),
)

FUNCTIONS: tuple[str, ...] = tuple(question.function for question in QUESTIONS)
_BY_FUNCTION = {question.function: question for question in QUESTIONS}
NUMBERS: tuple[str, ...] = tuple(dict.fromkeys(question.number for question in QUESTIONS))
REPORT_POINTS = 20
"""Points for the report of section 2.3, given by hand."""


def by_function(name: str) -> Question:
    """The question that asks for the function called ``name``; KeyError if there is none."""
    return _BY_FUNCTION[name]


@cache
def below(name: str) -> tuple[str, ...]:
    """All functions that ``name`` is built on, directly or through others, lowest first."""
    found: set[str] = set()
    open_ = list(by_function(name).calls)
    while open_:
        lower = open_.pop()
        if lower not in found:
            found.add(lower)
            open_.extend(by_function(lower).calls)
    return tuple(function for function in FUNCTIONS if function in found)
