"""Ask the reference solution: its answers to cases, its calls of lower functions, its variants.

This is the only module that imports ``solution``.
"""

import contextlib
import io
import types
import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from difflib import ndiff
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from assignment.checks.judging.judge import as_numbers, distance, in_shape, split
from assignment.checks.loading.loader import failure, load
from assignment.checks.model.case import Array, Case, Reply
from assignment.checks.model.questions import BONUS_FUNCTIONS, below, by_function
from solution import bonus as bonus_reference
from solution import neural_network as reference
from solution.demo import demo_class
from solution.misconceptions import EVERY_ENTRY, Misconception, source_of, swayed
from solution.variants import VARIANTS

__all__ = ["EVERY_ENTRY", "VARIANTS", "Misconception", "accepted", "demo_class", "source_of"]

TOLERANCE = 1e-6
"""For all outputs but whole numbers: |got - right| <= TOLERANCE * (1 + |right|).

It lies between the rounding differences of right solutions, which ``autograder verify`` measures,
and the effect of a mistake.
"""

Recorder = Callable[[str, Sequence[object], object], None]
"""Takes a function's name, the arguments of a call, and the value it returned."""

WHOLE = frozenset({"guesses"})
"""Outputs that are whole numbers and must be equal."""


def tolerance(output: str) -> float:
    """The tolerance for an output of this name; 0 where it must be equal."""
    return 0.0 if output in WHOLE else TOLERANCE


def reference_source() -> bytes:
    """The source of the reference, for the worker that answers calls of replaced functions."""
    return Path(str(reference.__file__)).read_bytes()


def bonus_source() -> bytes:
    """The source of the reference answer to the bonus."""
    return Path(str(bonus_reference.__file__)).read_bytes()


def accepted(case: Case) -> dict[str, tuple[Array, ...]]:
    """The reference's answers to a case by output; guesses before or after the last update."""
    module = bonus_reference if case.function in BONUS_FUNCTIONS else reference
    named = split(case, call(module, case).value)
    assert isinstance(named, dict)
    values: dict[str, tuple[Array, ...]] = {
        name: (as_numbers(value),) for name, value in named.items()
    }
    if case.function == "train_nn":
        after = reference.test_nn(
            np.asarray(case.inputs["X_train"]),
            case.inputs["M"],  # type: ignore[arg-type]
            case.inputs["K"],  # type: ignore[arg-type]
            values["W1tr"][0],
            values["W2tr"][0],
        )
        if not np.array_equal(after, values["guesses"][0]):
            values["guesses"] = (*values["guesses"], after)
    return values


def forward(case: Case) -> Array:
    """The outputs y behind every guess of a training or test case, shape (times, N, K).

    For ``train_nn`` before every update and after the last one.
    """
    inputs: Any = case.inputs
    M, K, W1, W2 = inputs["M"], inputs["K"], inputs["W1"], inputs["W2"]
    if case.function == "test_nn":
        return np.array([[reference.ffnn(x, M, K, W1, W2)[0] for x in inputs["X_test"]]])
    X, eta = inputs["X_train"], inputs["eta"]
    outputs = []
    for _ in range(inputs["iterations"]):
        outputs.append([reference.ffnn(x, M, K, W1, W2)[0] for x in X])
        W1, W2, *_ = reference.train_nn(X, inputs["t_train"], M, K, W1, W2, 1, eta)
    outputs.append([reference.ffnn(x, M, K, W1, W2)[0] for x in X])
    return np.array(outputs)


def call(module: types.ModuleType, case: Case) -> Reply:
    """Call one of our own modules in this process, with copies of the case's inputs."""
    inputs = [
        value.copy() if isinstance(value, np.ndarray) else value
        for value in (case.inputs[name] for name in by_function(case.function).parameters)
    ]
    quiet = contextlib.redirect_stdout(io.StringIO())
    with quiet, warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            return Reply("returned", getattr(module, case.function)(*inputs))
        except Exception as problem:
            what = failure(problem)
            return Reply("error", kind=what.kind, text=what.text)


def record_inner_calls(source: str, cases: Iterable[Case], record: Recorder) -> None:
    """Call our own source with these cases, and record each call of a lower function.

    ``record`` gets the function's name, the arguments and the value when the call has returned.
    """
    module = module_of(source)

    def recorded(name: str) -> Callable[..., object]:
        function = getattr(module, name)

        def recording(*arguments: object) -> object:
            value = function(*arguments)
            record(name, arguments, value)
            return value

        return recording

    cases = tuple(cases)
    own = vars(module).copy()
    lower = {name: recorded(name) for case in cases for name in below(case.function)}
    for case in cases:
        vars(module).update(lower | {case.function: own[case.function]})
        call(module, case)


@cache
def wrong_line(misconception: str) -> str:
    """Return a line of code that shows a misconception, and what is wrong with it if it is missing.

    "" for a misconception that is not in the catalogue.
    """
    entry = next((one for one in EVERY_ENTRY if one.id == misconception), None)
    if entry is None:
        return ""
    nothing = replace(entry, edits=(), source="", added="")
    right, wrong = source_of(nothing).splitlines(), source_of(entry).splitlines()
    more = Counter(map(str.strip, wrong))
    more.subtract(map(str.strip, right))
    changed = [(line[:1], line[2:].strip()) for line in ndiff(right, wrong)]
    code = [(sign, line) for sign, line in changed if line and line[0] not in '#"']
    for sign, line in code:
        if sign == "+" and more[line] > 0 and not line.startswith("import "):
            return f"`{line}`"
    for sign, line in code:
        if sign == "-" and more[line] < 0:
            return f"`{line}` is left out"
    return next((f"`{line}` in another place" for sign, line in code if sign == "+"), "")


def module_of(source: str) -> types.ModuleType:
    """Load one of our own sources; student code never runs in this process."""
    return load(source).module


def decided_by_luck(cases: Iterable[Case]) -> set[tuple[str, str]]:
    """Hidden outputs in which a mistake may or may not show under another seed."""
    return {(case.id, output) for case in cases for output in case.points if swayed(case, output)}


def moved(case: Case) -> float:
    """How far the right answers to a case move, in the judge's measure, when its inputs do.

    The inputs move by one part in 1e14; infinity if an answer changes its shape.
    """
    before, after = accepted(case), accepted(nudged(case))
    apart = 0.0
    for output in case.points:
        shaped = in_shape(after[output][0], before[output][0])
        if shaped is None:
            return float("inf")
        apart = max(apart, float(np.max(distance(shaped, before[output][0]))))
    return apart


def nudged(case: Case) -> Case:
    """Return the case with inputs that differ by one part in 1e14, as rounding might.

    Arrays of halves stay: a perceptron adds them exactly, up to a sum of 0, where the step is.
    """
    inputs: dict[str, Any] = {
        name: value * (1 + 1e-14)
        if isinstance(value, np.ndarray)
        and value.dtype.kind == "f"
        and name != "target_y"
        and np.any(2 * value % 1)
        else value
        for name, value in case.inputs.items()
    }
    return Case(case.id, case.function, case.title, inputs, case.points, case.public)
