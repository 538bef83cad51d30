"""The table of questions: each function, what it returns and calls, and its points."""

from dataclasses import dataclass
from functools import cache


@dataclass(frozen=True)
class Question:
    """One function of the assignment.

    ``outputs`` are the handout's names in the order of the return statement; ``calls`` are the
    functions of the assignment that it calls.
    """

    number: str
    function: str
    parameters: tuple[str, ...]
    outputs: tuple[str, ...]
    calls: tuple[str, ...]
    points: int
    title: str


def _table(text: str) -> tuple[Question, ...]:
    """Read a table with a question in each line, its fields between bars, in their order above."""
    found = []
    for line in text.strip().splitlines():
        number, function, *names, points, title = (field.strip() for field in line.split("|"))
        parameters, outputs, calls = (tuple(field.split()) for field in names)
        found.append(Question(number, function, parameters, outputs, calls, int(points), title))
    return tuple(found)


QUESTIONS = _table("""
1.1 | sigmoid | x | value | | 5 | The sigmoid
1.1 | d_sigmoid | x | value | sigmoid | 5 | Its derivative
1.2 | perceptron | x w | sum activation | sigmoid | 8 | The perceptron
1.3 | ffnn | x M K W1 W2 | y z0 z1 a1 a2 | perceptron sigmoid | 16 | Forward propagation
1.4 | backprop | x target_y M K W1 W2 | y dE1 dE2 | ffnn d_sigmoid | 18 | Backward propagation
2.1 | train_nn | X_train t_train M K W1 W2 iterations eta \
    | W1tr W2tr E_total misclassification_rate guesses | backprop | 20 | Training
2.2 | test_nn | X_test M K W1 W2 | guesses | ffnn | 8 | Testing
""")
BONUS = _table("""
B.1 | step | a | value | | 1 | The step
B.1 | perceptron_pass | X t w b alpha | w b errors | step | 2 | One pass of the perceptron
B.1 | learn_perceptron | X t w b alpha limit \
    | w b errors | perceptron_pass | 2 | Perceptron learning
B.2 | activation | name a | value | | 2 | Activation functions
B.2 | d_activation | name y | value | | 1 | Their derivatives
B.3 | layer_forward | X W name | Y | activation | 1 | One layer forward
B.3 | layer_backward | X W name Y dY | dX dW | d_activation | 2 | One layer backward
B.3 | mlp_forward | X sizes w hidden output | Y | layer_forward | 1 | All layers forward
B.3 | mlp_gradient | X T sizes w hidden output \
    | E dw | layer_forward layer_backward | 1 | Error and gradient
B.3 | mlp_epoch | X T sizes w hidden output eta | w | mlp_gradient | 1 | One online pass
B.4 | numerical_gradient | X T sizes w hidden output epsilon \
    | dw | mlp_forward | 2 | Central differences
B.4 | relative_error | one other | value | | 1 | The relative error
B.5 | train_until_still | X T sizes w hidden output eta limit change \
    | w rmse | mlp_gradient mlp_forward | 2 | Training with a stopping rule
B.5 | predict | X_new sizes w hidden output | Y | mlp_forward | 1 | Prediction
""")
"""The optional exercises of bonus.py; their points come on top of all others."""

FUNCTIONS: tuple[str, ...] = tuple(question.function for question in QUESTIONS)
BONUS_FUNCTIONS: tuple[str, ...] = tuple(question.function for question in BONUS)
ALL_FUNCTIONS = (*FUNCTIONS, *BONUS_FUNCTIONS)
_BY_FUNCTION = {question.function: question for question in (*QUESTIONS, *BONUS)}
NUMBERS: tuple[str, ...] = tuple(dict.fromkeys(question.number for question in QUESTIONS))
BONUS_NUMBERS: tuple[str, ...] = tuple(dict.fromkeys(question.number for question in BONUS))
COURSE = "The Back-propagation Algorithm"
"""The name of a course that has not set its own."""
REPORT_POINTS = 20
"""Points for the report of section 2.3, given by hand."""


def by_function(name: str) -> Question:
    """The question that asks for the function called ``name``; KeyError if there is none."""
    return _BY_FUNCTION[name]


@cache
def below(name: str) -> tuple[str, ...]:
    """All functions that ``name`` calls, directly or through others, lowest first."""
    found: set[str] = set()
    open_ = list(by_function(name).calls)
    while open_:
        lower = open_.pop()
        if lower not in found:
            found.add(lower)
            open_.extend(by_function(lower).calls)
    return tuple(function for function in ALL_FUNCTIONS if function in found)


@cache
def not_above(name: str) -> tuple[str, ...]:
    """The functions that may take part in what ``name`` does: neither itself nor built on it.

    A student's ``train_nn`` may call ``test_nn``, although the handout does not say so.
    """
    if name not in FUNCTIONS:
        return below(name)
    return tuple(other for other in FUNCTIONS if other != name and name not in below(other))
