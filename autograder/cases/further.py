"""Make the further calls of a case: other kinds of input that carry the same points.

Each catches a kind of mistake that the first call of the case lets pass.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from assignment.checks.model.case import Case, as_inputs
from autograder.cases.inputs import Floats, network, testing, training, uniform, with_target

LEARNT = ("W1tr", "W2tr", "E_total")
"""Outputs of a training that no close guess decides."""

# The error goes 2.05, 2.85, 2.01, 0.60, …, and also if all numbers differ by 2 %.
_RISES = (
    np.array([[-1.9, 0.2], [0.3, -2.0]]),
    np.array([[0.8, 1.0], [-0.3, -0.8], [-0.9, 0.7]]),
    np.array([[0.0, 0.2], [0.1, 1.5], [-1.1, 0.2]]),
)


class Further(NamedTuple):
    """A further call; it judges these ``outputs`` of the case, or all that the case judges."""

    title: str
    inputs: dict[str, object]
    outputs: tuple[str, ...] = ()
    hint: str = ""


def followed(case: Case, *further: Further) -> Case:
    """The case with further calls, which are numbered from 2."""
    also = tuple(
        Case(
            f"{case.id}+{number}",
            case.function,
            one.title,
            one.inputs,
            {output: case.points[output] for output in one.outputs or case.points},
            case.public,
            one.hint,
        )
        for number, one in enumerate(further, 2)
    )
    return replace(case, also=also)


def one_changed(
    inputs: dict[str, object], other: dict[str, object], outputs: tuple[str, ...] = ()
) -> Iterator[Further]:
    """Calls in which one argument is that of ``other``, of the same sizes.

    A function that keeps its answers, and looks at some of the arguments only, is wrong in one.
    """
    for name, value in other.items():
        if name not in ("M", "K"):
            hint = f"Only `{name}` differs from an earlier call: is an answer kept from that call?"
            yield Further(f"another `{name}`", {**inputs, name: value}, outputs, hint)


def number(title: str, x: float) -> Further:
    """Another x for ``sigmoid`` or ``d_sigmoid``."""
    return Further(title, as_inputs(x=x))


def large(rng: np.random.Generator) -> Further:
    """An x whose exponential overflows."""
    return number("a large positive x", round(rng.uniform(750, 1500), 1))


def moderate(rng: np.random.Generator) -> Further:
    """An x below -10 of which the answer is still far above the tolerance."""
    return number("a moderately negative x", round(rng.uniform(-11.7, -10.4), 2))


def weighted(title: str, rng: np.random.Generator, sum_: float, n: int) -> Further:
    """Inputs and weights of a perceptron with about this weighted sum."""
    x, w = uniform(rng, n, 1, 2), uniform(rng, n, 0.5, 1)
    return Further(title, as_inputs(x=x, w=(w * sum_ / np.sum(x * w)).round(3)))


def one_neuron(rng: np.random.Generator, *, target: bool = False) -> Further:
    """``ffnn`` or ``backprop`` with one hidden neuron."""
    inputs = network(rng, D=3, M=1, K=4)
    return Further("one hidden neuron", with_target(inputs, 3) if target else inputs)


def several_patterns(rng: np.random.Generator) -> tuple[Further, ...]:
    """Trainings that find a mistake in targets, in the loop over patterns, or in when to end."""
    absent = training(rng, D=2, M=3, K=4, targets=(1, 3, 3, 1), iterations=3, eta=0.3)
    labels = tuple(n % 3 for n in range(36))
    many = training(rng, D=2, M=2, K=3, targets=labels, iterations=1, eta=0.5)
    return (
        Further("4 patterns, none of class 0 or 2", absent, LEARNT),
        Further("36 patterns", many, LEARNT),
        Further("a large eta, so that the error rises once", _rising(rng), LEARNT),
    )


def single_patterns(rng: np.random.Generator) -> tuple[Further, ...]:
    """Trainings with one pattern that find a limit of iterations, an early end, or a clipped y.

    In the first one y is at first about 0.005 away from what is wrong, not closer, because honest
    code adds 1e-8 inside the logarithm; in the other one about 0.0001 away from what is right.
    """
    long, right = (
        training(rng, D=2, M=2, K=2, targets=(1,), iterations=iterations, eta=eta)
        for iterations, eta in ((105, 0.05), (3, 0.5))
    )
    return (
        Further("105 iterations", {**long, "W2": _decided(rng, (5.2, -5.2))}, LEARNT),
        Further(
            "a pattern that is guessed right from the start",
            {**right, "W2": _decided(rng, (-9.0, 9.0))},
            LEARNT,
        ),
    )


def _decided(rng: np.random.Generator, sums: tuple[float, float]) -> Floats:
    """A W2 of (3, 2) under which a2 is about ``sums``."""
    W2 = uniform(rng, (3, 2), -0.1, 0.1)
    W2[0] += sums
    W2.flags.writeable = False
    return W2


def _rising(rng: np.random.Generator) -> dict[str, object]:
    X_train, W1, W2 = (base * uniform(rng, base.shape, 0.98, 1.02) for base in _RISES)
    return as_inputs(
        X_train=X_train, t_train=np.array([0, 1]), M=2, K=2, W1=W1, W2=W2, iterations=6, eta=6.0
    )


def small_trainings(rng: np.random.Generator) -> tuple[Further, ...]:
    """One hidden neuron, and one pattern, with every output of a training."""
    neuron = training(rng, D=2, M=1, K=2, targets=(0, 1, 1, 0), iterations=2, eta=0.3)
    pattern = training(rng, D=2, M=2, K=3, targets=(2,), iterations=2, eta=0.3)
    return Further("one hidden neuron", neuron), Further("a single pattern", pattern)


def pairs_of_trainings(rng: np.random.Generator) -> tuple[Further, ...]:
    """A small training, and others that differ from it in one argument."""
    one, other = (
        training(rng, D=2, M=2, K=2, targets=labels, iterations=iterations, eta=eta)
        for labels, iterations, eta in (((0, 1), 1, 0.3), ((1, 0), 2, 0.2))
    )
    return Further("2 patterns", one, LEARNT), *one_changed(one, other, LEARNT)


def other_tests(inputs: dict[str, object], other: dict[str, object]) -> Iterator[Further]:
    """Calls of ``test_nn`` that differ in one argument; with another W2 all guesses differ."""
    return one_changed(inputs, as_inputs(**{**other, "W2": np.roll(inputs["W2"], 1, axis=1)}))  # type: ignore[call-overload]


def tests(rng: np.random.Generator) -> tuple[Further, ...]:
    """Tests with other sizes."""
    return (
        Further("one hidden neuron", testing(rng, D=2, M=1, K=3, N=5)),
        Further("a single pattern", testing(rng, D=3, M=2, K=4, N=1)),
    )
