"""Find the mistake behind a wrong output: a misconception if exactly one fits, else a pattern.

A wrong hint is worse than none. A misconception is named for an output only where

- it gives this output, and every output that is computed before it and that the mistake changes;
- it changes nothing that is right here, and no other case of the function contradicts it
  (``excluded``, see ``judge.contradicted``);
- no other misconception fits as well. One that gives all the outputs that it changes fits better
  than one that gives only those up to this one.

So two mistakes in different outputs are both named, and a coincidence in one output is not.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np

from ..model.case import Array, Expected
from . import patterns
from .messages import COMPUTED
from .wrong_output import WrongOutput, same

BEFORE: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "perceptron": {"activation": ("sum",)},
    "ffnn": {output: COMPUTED[:place] for place, output in enumerate(COMPUTED)},
    "backprop": {"dE1": ("y",), "dE2": ("y",)},
    "train_nn": {
        **{"W1tr": ("W2tr",), "W2tr": ("W1tr",)},
        **dict.fromkeys(("E_total", "misclassification_rate", "guesses"), ("W1tr", "W2tr")),
    },
}
"""What an output is computed from. The two weight matrices of a training depend on each other."""

FEW = 4
"""Fewer whole numbers than this agree by chance."""


@dataclass(frozen=True)
class Diagnosis:
    """A hint, and the id of the misconception if it is one."""

    hint: str = ""
    misconception: str = ""


@dataclass(frozen=True)
class KnownOutputs:
    """What one misconception gives in this case, by output; only where that is wrong."""

    id: str
    hint: str
    values: dict[str, Array] = field(default_factory=dict)


def diagnose(wrong: WrongOutput, excluded: Collection[tuple[str, str]] = ()) -> Diagnosis:
    """Diagnose a wrong output; the diagnosis is empty if nothing is known.

    ``excluded`` are the misconceptions, as (output, id), that another reply contradicts.
    """
    fitting = [
        known
        for known in _known(wrong.expected)
        if (wrong.output, known.id) not in excluded and _allows(wrong, known)
    ]
    best = [k for k in fitting if all(_gives(wrong, k, name) for name in k.values)] or fitting
    if len(best) == 1:
        return Diagnosis(best[0].hint, best[0].id)
    return Diagnosis() if best else Diagnosis(patterns.describe(wrong))


def _known(expected: Mapping[str, Expected]) -> Iterator[KnownOutputs]:
    found: dict[str, KnownOutputs] = {}
    for output, right in expected.items():
        for alike in right.misconception_outputs:
            if alike.value is not None:
                known = found.setdefault(alike.id, KnownOutputs(alike.id, alike.hint))
                known.values[output] = alike.value
    return iter(found.values())


def _allows(wrong: WrongOutput, known: KnownOutputs) -> bool:
    """Whether the mistake gives this output and all before it, and changes nothing right."""
    output, changed = wrong.output, known.values
    if output not in changed or not changed.keys().isdisjoint(wrong.right_outputs):
        return False
    if _belongs_elsewhere(wrong, known):
        return False
    before = BEFORE.get(wrong.case.function, {}).get(output, ())
    if not all(_gives(wrong, known, name) for name in (output, *before) if name in changed):
        return False
    return not _by_chance(wrong, known, output) or any(
        _gives(wrong, known, name) and not _by_chance(wrong, known, name)
        for name in changed
        if name != output
    )


def _belongs_elsewhere(wrong: WrongOutput, known: KnownOutputs) -> bool:
    """Whether this is the right answer to another wrong output that the mistake leaves alone.

    Then the outputs have changed places, so it is another mistake.
    """
    alone = {wrong.output, *wrong.right_outputs, *known.values}
    return any(
        same(wrong.got, accepted, right.tolerance or 1e-9)
        for name, right in wrong.expected.items()
        if name not in alone
        for accepted in right.accepted
    )


def _gives(wrong: WrongOutput, known: KnownOutputs, output: str) -> bool:
    got = wrong.outputs.get(output)
    tolerance = wrong.expected[output].tolerance or 1e-9
    return got is not None and same(got, known.values[output], tolerance)


def _by_chance(wrong: WrongOutput, known: KnownOutputs, output: str) -> bool:
    """Whether guesses or rates, which have few different values, may agree by chance."""
    if output not in ("guesses", "misclassification_rate"):
        return False
    value = known.values[output].reshape(-1)
    for accepted in wrong.expected[output].accepted:
        if value.size == accepted.size and not np.any(np.abs(value) > accepted.size + 1):
            differ = np.count_nonzero(np.abs(value - accepted.reshape(-1)) > 1e-9)
            if value.size < FEW or differ < 2:
                return True
    return False
