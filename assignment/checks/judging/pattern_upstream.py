"""Patterns of consequence: an output is wrong because another one is that it is computed from."""

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np

from ..model.case import Array
from .wrong_output import WrongOutput, same


def follows(wrong: WrongOutput) -> str:
    """The output follows from a wrong one by the handout's steps; name the first wrong one."""
    root, name = wrong, _made_from(wrong)
    while name and name not in wrong.right_outputs:
        root = replace(wrong, output=name)
        name = _made_from(root)
    if root is wrong:
        return ""
    return f"This follows from your `{root.output}`, which is wrong. Fix `{root.output}` first."


def _made_from(wrong: WrongOutput) -> str:
    """The output from which the handout's step makes this one; "" if it does not."""
    step = _STEPS.get((wrong.case.function, wrong.output))
    if step is None or step[0] not in wrong.outputs:
        return ""
    name, make = step
    source = wrong.outputs[name]
    if not any(source.size == right.size for right in wrong.expected[name].accepted):
        return ""
    inputs = {name: np.asarray(value) for name, value in wrong.case.inputs.items()}
    try:
        made = make(source.reshape(-1).astype(float), inputs)
    except (ValueError, IndexError):
        return ""
    return name if same(wrong.got, made, wrong.tolerance) else ""


def _logistic(a: Array) -> Array:
    return np.asarray(1.0 / (1.0 + np.exp(-a)))


def _with_bias(x: Array) -> Array:
    return np.concatenate([[1.0], np.ravel(x)])


def _hidden_gradient(y: Array, inputs: Mapping[str, Array]) -> Array:
    z0 = _with_bias(inputs["x"])
    z1 = _logistic(z0 @ inputs["W1"])
    return np.outer(z0, z1 * (1.0 - z1) * (inputs["W2"][1:] @ (y - inputs["target_y"])))


def _output_gradient(y: Array, inputs: Mapping[str, Array]) -> Array:
    z1 = _with_bias(_logistic(_with_bias(inputs["x"]) @ inputs["W1"]))
    return np.outer(z1, y - inputs["target_y"])


_STEPS: Mapping[tuple[str, str], tuple[str, Callable[[Array, Mapping[str, Array]], Array]]] = {
    ("perceptron", "activation"): ("sum", lambda a, _: _logistic(a)),
    ("ffnn", "a1"): ("z0", lambda z0, inputs: z0 @ inputs["W1"]),
    ("ffnn", "z1"): ("a1", lambda a1, _: _with_bias(_logistic(a1))),
    ("ffnn", "a2"): ("z1", lambda z1, inputs: z1 @ inputs["W2"]),
    ("ffnn", "y"): ("a2", lambda a2, _: _logistic(a2)),
    ("backprop", "dE1"): ("y", _hidden_gradient),
    ("backprop", "dE2"): ("y", _output_gradient),
}
"""How an output is computed from another one; the handout's steps, 1.2 to 1.4."""
