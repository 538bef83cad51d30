"""The list of graded cases.

Public cases are the handout's own examples and one of other sizes than iris per function; hidden
cases make the same kinds of call with inputs drawn from the course's ``hidden_seed``. Every
output has its own whole points; per function they add up to the points of its question.
"""

from functools import lru_cache

import numpy as np

from assignment.checks.model.case import Case, as_inputs, work
from autograder.cases.further import (
    LEARNT,
    Further,
    followed,
    large,
    moderate,
    number,
    one_changed,
    one_neuron,
    other_tests,
    pairs_of_trainings,
    several_patterns,
    single_patterns,
    small_trainings,
    tests,
    weighted,
)
from autograder.cases.inputs import (
    handout_gradient,
    handout_pattern,
    handout_training,
    hidden_rng,
    iris_test,
    network,
    testing,
    training,
    uniform,
    with_target,
)

HIDDEN_SEED = 46
"""The seed of the hidden inputs of a course that has not chosen one."""


@lru_cache(maxsize=8)
def all_cases(hidden_seed: int = HIDDEN_SEED) -> tuple[Case, ...]:
    """Every case of the kit, public ones first within each function, in the order of asking."""
    return (
        *_sigmoid(hidden_seed),
        *_d_sigmoid(hidden_seed),
        *_perceptron(hidden_seed),
        *_ffnn(hidden_seed),
        *_backprop(hidden_seed),
        *_train_nn(hidden_seed),
        *_test_nn(hidden_seed),
    )


def graded(cases: tuple[Case, ...]) -> tuple[Case, ...]:
    """The cases with points."""
    return tuple(case for case in cases if not case.practice)


def asked_again(cases: tuple[Case, ...]) -> tuple[Case, ...]:
    """One case per function, the one of least work, which is asked a second time at the end."""
    cheapest: dict[str, Case] = {}
    for case in graded(cases):
        best = cheapest.get(case.function)
        if best is None or work(case) < work(best):
            cheapest[case.function] = case
    return tuple(cheapest.values())


def _sigmoid(hidden_seed: int) -> list[Case]:
    hint = "For x below -100 the handout asks for 0.0; exp(-x) is too large there."
    return _of_numbers("sigmoid", hidden_seed, (0.3, 3.0), 0.5, (-1000.0, -760.0), hint)


def _d_sigmoid(hidden_seed: int) -> list[Case]:
    hint = "sigma(x) (1 - sigma(x)) needs no exponential of its own."
    return _of_numbers("d_sigmoid", hidden_seed, (0.4, 2.5), 0.2, (-800.0, -900.0), hint)


def _of_numbers(
    function: str,
    hidden_seed: int,
    drawn: tuple[float, float],
    handout: float,
    far: tuple[float, float],
    hint: str,
) -> list[Case]:
    """The cases of a function of one number; ``far`` has a public x and a hidden one."""
    rng = hidden_rng(hidden_seed, function)
    a, b = rng.uniform(*drawn, size=2).round(3)
    overflow = "a very negative x, where the exponential overflows"

    def case(
        name: str, x: float, title: str, *also: Further, public: bool = False, hint: str = ""
    ) -> Case:
        title = f"`{function}`: {title}"
        points, inputs = {"value": 1}, as_inputs(x=x)
        first = Case(f"{function}-{name}", function, title, inputs, points, public, hint)
        return followed(first, *also)

    low, high = number("x = -11", -11.0), number("x = 1000", 1000.0)
    example = f"the handout's example, x = {handout}"
    return [
        case("handout", handout, example, low, public=True),
        case("overflow", far[0], overflow, high, public=True, hint=hint),
        case("positive", float(a), "a positive x", large(rng)),
        case("negative", -float(b), "a negative x", moderate(rng)),
        case("underflow", far[1], overflow),
    ]


def _perceptron(hidden_seed: int) -> list[Case]:
    rng = hidden_rng(hidden_seed, "perceptron")
    both = {"sum": 1, "activation": 1}
    first = as_inputs(x=np.array([1.0, 2.3, 1.9]), w=np.array([0.2, 0.3, 0.1]))
    second = as_inputs(x=np.array([0.2, 0.4]), w=np.array([0.1, 0.4]))
    five = as_inputs(x=uniform(rng, 5, -2, 2), w=uniform(rng, 5))
    # Sums far below -100: the weights all pull the same way.
    far = as_inputs(x=np.array([400.0, 600.0]), w=np.array([-1.0, -0.75]))
    saturated = as_inputs(x=uniform(rng, 4, 200, 300), w=uniform(rng, 4, -1.5, -1.0))
    function = "perceptron"
    return [
        Case(f"{function}-handout", function, "`perceptron`: the handout's first example, 3 inputs",
             first, both, public=True),
        followed(
            Case(f"{function}-second", function,
                 "`perceptron`: the handout's second example, 2 inputs",
                 second, {"activation": 1}, public=True),
            Further("a weighted sum of -11",
                    as_inputs(x=np.array([4.0, 5.0]), w=np.array([-1.5, -1.0]))),
        ),
        followed(
            Case(f"{function}-far", function, "`perceptron`: a weighted sum of -850",
                 far, {"activation": 1}, public=True,
                 hint="Far below -100 the activation is 0.0, without overflow (handout 1.1)."),
            Further("a weighted sum of 1000",
                    as_inputs(x=np.array([400.0, 800.0]), w=np.array([1.0, 0.75]))),
        ),
        followed(
            Case(f"{function}-five", function, "`perceptron`: 5 inputs, some of them negative",
                 five, both, public=False),
            weighted("a moderately negative weighted sum", rng, -11.0, 5),
        ),
        followed(
            Case(f"{function}-saturated", function, "`perceptron`: a very negative weighted sum",
                 saturated, both, public=False,
                 hint="Far below -100 the activation is 0.0, without overflow (handout 1.1)."),
            weighted("a large positive weighted sum", rng, 1100.0, 4),
        ),
    ]  # fmt: skip


def _ffnn(hidden_seed: int) -> list[Case]:
    rng, own = hidden_rng(hidden_seed, "ffnn"), np.random.default_rng(13)
    every = {"y": 1, "z0": 1, "z1": 1, "a1": 1, "a2": 1}
    function = "ffnn"
    small, two = network(own, D=2, M=3, K=4), network(rng, D=3, M=5, K=2)
    one = network(rng, D=6, M=1, K=4)
    return [
        Case("ffnn-handout", function,
             "`ffnn`: the handout's example, an iris flower through 10 hidden neurons",
             handout_pattern(), {**every, "y": 2}, public=True),
        followed(
            Case("ffnn-small", function, "`ffnn`: 2 inputs, 3 hidden neurons, 4 outputs",
                 small, {"y": 1, "z1": 1}, public=True,
                 hint="D, M and K are other numbers here than for iris."),
            *one_changed(small, network(own, D=2, M=3, K=4)),
            one_neuron(own),
        ),
        followed(
            Case("ffnn-two-classes", function, "`ffnn`: 3 inputs, 5 hidden neurons, 2 outputs",
                 two, every, public=False,
                 hint="D, M and K are other numbers here than for iris."),
            Further("3 inputs, 4 hidden neurons, 5 outputs", network(rng, D=3, M=4, K=5)),
            one_neuron(rng),
        ),
        followed(
            Case("ffnn-one-neuron", function, "`ffnn`: 6 inputs, 1 hidden neuron, 4 outputs",
                 one, {"y": 1, "z1": 1, "a2": 1}, public=False,
                 hint="A hidden layer may have one neuron only.",
                 special=("D, M and K are other numbers here than for iris.",)),
            *one_changed(one, network(rng, D=6, M=1, K=4)),
        ),
    ]  # fmt: skip


def _backprop(hidden_seed: int) -> list[Case]:
    rng, own = hidden_rng(hidden_seed, "backprop"), np.random.default_rng(17)
    function = "backprop"
    small, five = network(own, D=2, M=3, K=4), network(rng, D=3, M=4, K=5)
    small, two = with_target(small, 2), with_target(network(rng, D=5, M=3, K=2), 0)
    return [
        Case("backprop-handout", function,
             "`backprop`: the handout's example, the first iris flower, 6 hidden neurons",
             handout_gradient(), {"y": 1, "dE1": 2, "dE2": 2}, public=True),
        followed(
            Case("backprop-small", function, "`backprop`: 2 inputs, 3 hidden neurons, 4 outputs",
                 small, {"dE1": 1, "dE2": 1}, public=True,
                 hint="D, M and K are other numbers here than for iris."),
            *one_changed(small, with_target(network(own, D=2, M=3, K=4), 1)),
            one_neuron(own, target=True),
        ),
        Case("backprop-five-classes", function,
             "`backprop`: 3 inputs, 4 hidden neurons, 5 outputs",
             with_target(five, 3), {"y": 1, "dE1": 3, "dE2": 3}, public=False,
             hint="D, M and K are other numbers here than for iris."),
        followed(
            Case("backprop-two-classes", function,
                 "`backprop`: 5 inputs, 3 hidden neurons, 2 outputs",
                 two, {"dE1": 2, "dE2": 2}, public=False,
                 hint="D, M and K are other numbers here than for iris."),
            *one_changed(two, with_target(network(rng, D=5, M=3, K=2), 1)),
            one_neuron(rng, target=True),
        ),
    ]  # fmt: skip


def _train_nn(hidden_seed: int) -> list[Case]:
    rng, own = hidden_rng(hidden_seed, "train_nn"), np.random.default_rng(29)
    function = "train_nn"
    handout = {"W1tr": 1, "W2tr": 1, "E_total": 1, "misclassification_rate": 1, "guesses": 1}
    small = training(own, D=2, M=3, K=2, targets=(0, 1, 1, 0, 1), iterations=4, eta=0.3)
    absent = training(
        rng, D=3, M=4, K=4, targets=(0, 1, 2, 2, 1, 0, 0, 1, 2), iterations=6, eta=0.3
    )
    point = training(rng, D=2, M=1, K=2, targets=(1,), iterations=3, eta=0.5)
    other = training(rng, D=2, M=1, K=2, targets=(0,), iterations=4, eta=0.2)
    return [
        Case("train-handout", function,
             "`train_nn`: the first 7 iterations of the handout's example, eta = 0.1",
             handout_training(7), handout, public=True),
        followed(
            Case("train-small", function,
                 "`train_nn`: 5 patterns, 2 inputs, 3 hidden neurons, 2 classes, 4 iterations",
                 small, {"W1tr": 1, "W2tr": 1, "E_total": 1}, public=True,
                 hint="N, D, M and K are other numbers here than for iris."),
            *pairs_of_trainings(own),
            *several_patterns(own),
            *single_patterns(own),
        ),
        Case("train-500", function,
             "`train_nn`: the handout's example to its end, 500 iterations (practice, no points)",
             handout_training(500), {}, public=True, practice=True),
        followed(
            Case("train-absent-class", function,
                 "`train_nn`: 9 patterns, 4 classes of which one never occurs, 6 iterations",
                 absent,
                 {"W1tr": 2, "W2tr": 2, "E_total": 2, "misclassification_rate": 1, "guesses": 1},
                 public=False, hint="A class may be absent from the targets; K still counts it.",
                 special=("N, D, M and K are other numbers here than for iris.",)),
            *small_trainings(rng),
            *several_patterns(rng),
        ),
        followed(
            Case("train-one-point", function,
                 "`train_nn`: a single pattern, 2 inputs, 1 hidden neuron, 2 classes, 3 iterations",
                 point, {"W1tr": 1, "W2tr": 1, "E_total": 1, "misclassification_rate": 1},
                 public=False, hint="N = 1 and M = 1 are allowed.",
                 special=("N, D, M and K are other numbers here than for iris.",)),
            *one_changed(point, other, LEARNT),
            *single_patterns(rng),
        ),
    ]  # fmt: skip


def _test_nn(hidden_seed: int) -> list[Case]:
    rng, own = hidden_rng(hidden_seed, "test_nn"), np.random.default_rng(31)
    function = "test_nn"
    small, five = testing(own, D=3, M=2, K=4, N=7), testing(rng, D=3, M=6, K=5, N=12)
    two = testing(rng, D=2, M=3, K=2, N=8)
    return [
        Case("test-iris", function, "`test_nn`: the 30 test flowers, 6 hidden neurons",
             iris_test(), {"guesses": 2}, public=True),
        followed(
            Case("test-small", function,
                 "`test_nn`: 7 patterns, 3 inputs, 2 hidden neurons, 4 classes",
                 small, {"guesses": 1}, public=True, hint="K is not always 3."),
            *other_tests(small, testing(own, D=3, M=2, K=4, N=7)),
            Further("36 patterns", testing(own, D=2, M=3, K=3, N=36)),
            *tests(own),
        ),
        followed(
            Case("test-five-classes", function,
                 "`test_nn`: 12 patterns, 3 inputs, 6 hidden neurons, 5 classes",
                 five, {"guesses": 3}, public=False, hint="K is not always 3."),
            Further("3 inputs, 4 hidden neurons, 5 classes", testing(rng, D=3, M=4, K=5, N=6)),
            Further("36 patterns", testing(rng, D=2, M=3, K=3, N=36)),
        ),
        followed(
            Case("test-two-classes", function,
                 "`test_nn`: 8 patterns, 2 inputs, 3 hidden neurons, 2 classes",
                 two, {"guesses": 2}, public=False, hint="K is not always 3."),
            *other_tests(two, testing(rng, D=2, M=3, K=2, N=8)),
            *tests(rng),
        ),
    ]  # fmt: skip
