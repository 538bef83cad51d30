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
        root = replace(wrong, output=name, got=wrong.outputs[name])
        name = _made_from(root)
    if root is wrong:
        return ""
    return f"This follows from your `{root.output}`, which is wrong. Fix `{root.output}` first."


def _made_from(wrong: WrongOutput) -> str:
    """The output from which the handout's step makes this one; "" if it does not."""
    inputs, outputs, output = wrong.case.inputs, wrong.outputs, wrong.output
    step = _STEPS.get((wrong.case.function, output))
    if step is None:
        return ""
    name, make = step
    if name not in outputs:
        return ""
    source = outputs[name]
    if not any(source.size == right.size for right in wrong.expected[name].accepted):
        return ""
    try:
        made = make(source.reshape(-1).astype(float), inputs)
    except (ValueError, IndexError):
        return ""
    return name if same(wrong.got, made, wrong.tolerance) else ""


def _logistic(a: Array) -> Array:
    return np.asarray(1.0 / (1.0 + np.exp(-a)))


def _with_bias(x: Array) -> Array:
    return np.concatenate([[1.0], np.ravel(x)])


def _hidden_gradient(y: Array, inputs: Mapping[str, object]) -> Array:
    W1, W2 = np.asarray(inputs["W1"]), np.asarray(inputs["W2"])
    z0 = _with_bias(np.asarray(inputs["x"]))
    z1 = _logistic(z0 @ W1)
    return np.outer(z0, z1 * (1.0 - z1) * (W2[1:] @ (y - np.asarray(inputs["target_y"]))))


def _output_gradient(y: Array, inputs: Mapping[str, object]) -> Array:
    z0 = _with_bias(np.asarray(inputs["x"]))
    z1 = _with_bias(_logistic(z0 @ np.asarray(inputs["W1"])))
    return np.outer(z1, y - np.asarray(inputs["target_y"]))


_STEPS: Mapping[tuple[str, str], tuple[str, Callable[[Array, Mapping[str, object]], Array]]] = {
    ("perceptron", "activation"): ("sum", lambda a, _: _logistic(a)),
    ("ffnn", "a1"): ("z0", lambda z0, inputs: z0 @ np.asarray(inputs["W1"])),
    ("ffnn", "z1"): ("a1", lambda a1, _: _with_bias(_logistic(a1))),
    ("ffnn", "a2"): ("z1", lambda z1, inputs: z1 @ np.asarray(inputs["W2"])),
    ("ffnn", "y"): ("a2", lambda a2, _: _logistic(a2)),
    ("backprop", "dE1"): ("y", _hidden_gradient),
    ("backprop", "dE2"): ("y", _output_gradient),
}
"""How an output is computed from another one; the handout's steps, 1.2 to 1.4."""
