"""Write the message of a verdict: the call, what came back, what was expected, where it differs."""

from collections.abc import Sequence

import numpy as np

from ..model.case import Array, Case, Reply
from ..model.questions import BONUS_FUNCTIONS, by_function

_PLACES: dict[str, str] = {
    "y": "output {0}",
    "a2": "output {0}",
    "a1": "hidden neuron {0}",
    "E_total": "iteration {0}",
    "misclassification_rate": "iteration {0}",
    "guesses": "pattern {0}",
}


COMPUTED = ("z0", "a1", "z1", "a2", "y")
"""The outputs of ffnn in the order of computing; they are asked for in another order.

The first that is wrong in the computation is the one to fix.
"""


def computed(output: str) -> int:
    """The place of an output in the order of computing, to sort by."""
    return COMPUTED.index(output) if output in COMPUTED else 0


def next_words(number: str, function: str, output: str = "", *, to_do: bool = False) -> str:
    """Say which function to write or fix next, or which ``output`` of it."""
    place = f"Next: {number} `{function}`"
    if to_do:
        return f"{place}: write it (README.md, section {number})"
    return f"{place}, output `{output}`" if output else place


def signature(function: str) -> str:
    """A function with its parameters, ``ffnn(x, M, K, W1, W2)``."""
    return f"{function}({', '.join(by_function(function).parameters)})"


def to_paste(case: str, function: str) -> tuple[str, str]:
    """Two lines of Python that fetch the input of a public case and make the call."""
    module = "bonus" if function in BONUS_FUNCTIONS else "neural_network"
    return (
        f'from check import example; inputs = example("{case}")',
        f"from {module} import {function}; print({function}(*inputs))",
    )


def number(value: object) -> str:
    """Format a number: whole numbers without a decimal point, others with eight digits."""
    assert isinstance(value, bool | int | float | np.generic)
    real = float(value)
    if np.isnan(real):
        return "nan"
    if real.is_integer() and abs(real) < 1e6:
        return str(int(real))
    return f"{real:.8g}"


def shape(array: Array) -> str:
    """Describe a shape: "a single number", "shape (7, 3)"."""
    return "a single number" if array.ndim == 0 else f"shape {array.shape}"


def length(value: object) -> int:
    """How many outputs a returned value has: the length of a sequence, otherwise 1."""
    if isinstance(value, list | tuple):
        return len(value)
    if isinstance(value, np.ndarray) and value.ndim:
        return int(value.shape[0])
    return 1


def place(output: str, index: Sequence[int], dims: Sequence[int]) -> str:
    """Describe the place of an element: "`dE1[0, 2]` (bias row, column 2)"."""
    if not dims:
        return f"`{output}`"
    code = f"`{output}[{', '.join(str(i) for i in index)}]`"
    if len(dims) == 2:
        row = "bias row" if index[0] == 0 else f"row {index[0]}"
        return f"{code} ({row}, column {index[1]})"
    if output in ("z0", "z1"):
        return f"{code} ({'bias' if index[0] == 0 else f'element {index[0]}'})"
    return f"{code} ({_PLACES.get(output, 'element {0}').format(index[0])})"


def no_answer(case: Case, reply: Reply, file: str) -> str:
    """Say why there is nothing to compare."""
    if reply.status == "error":
        return _error(case, reply, file)
    if reply.text:
        return reply.text
    if reply.status == "not_implemented":
        return f"`{case.function}` is still to do."
    when = " in time: is there an endless loop?" if reply.status == "timeout" else "."
    return f"`{signature(case.function)}` gave no answer{when}"


def _error(case: Case, reply: Reply, file: str) -> str:
    if reply.kind == "NotImplementedError" and reply.origin not in ("", case.function):
        return f"`{signature(case.function)}` needs `{reply.origin}`, which is still to do."
    line = f" in {reply.cell or f'line {reply.line}'} of {file}" if reply.line else ""
    inside = f", inside `{reply.origin}`" if reply.origin and reply.origin != case.function else ""
    text = f": {reply.text.strip()}" if reply.text else ""
    return f"`{signature(case.function)}` raised {reply.kind}{line}{inside}{text}"


def nothing_returned(case: Case) -> str:
    """Say that the function returned None."""
    return f"`{signature(case.function)}` returned nothing (None): is a `return` missing?"


def wrong_count(case: Case, names: Sequence[str], value: object) -> str:
    """Say that the number of outputs is wrong."""
    count = length(value)
    got = "1 value" if count == 1 else f"{count} values"
    return (
        f"`{signature(case.function)}` returned {got}; the handout asks for {len(names)}: "
        f"{', '.join(names)}, in this order."
    )


def wrong_shape(output: str, got: Array, accepted: Array) -> str:
    """Say that the shape is wrong."""
    verb = "has" if got.ndim else "is"
    return f"`{output}` {verb} {shape(got)}; expected {shape(accepted)}."


def wrong_value(
    output: str, got: Array, accepted: Array, tolerance: float, where: Sequence[int], wrong: int
) -> str:
    """Name one wrong element, its value, the expected value, and how many elements are wrong."""
    there = place(output, where, accepted.shape)
    is_, should = number(got[tuple(where)]), number(accepted[tuple(where)])
    if is_ == should:
        is_, should = repr(float(got[tuple(where)])), repr(float(accepted[tuple(where)]))
    within = f" (tolerance {tolerance:.0e})" if tolerance else ""
    message = f"{there} is {is_}; expected {should}{within}."
    if accepted.size > 1:
        message += f" {_count(wrong, accepted.size)}"
    return message


def _count(wrong: int, size: int) -> str:
    if wrong == 1:
        return f"Only this one of {size} elements is wrong."
    if wrong == size:
        return f"All {size} elements are wrong."
    return f"{wrong} of {size} elements are wrong."
