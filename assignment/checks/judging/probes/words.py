"""Numbers and sentences of probes, and the comparisons that decide whether a property holds."""

from collections.abc import Iterable
from typing import Any

import numpy as np

from ...model.case import Array
from .own import Floats, Silent

TOLERANCE = 1e-5
"""An epsilon of 1e-8 in a logarithm stays far below it."""


def differ(got: float, right: float, tolerance: float = TOLERANCE) -> bool:
    """Whether a number is another than it should be; NaN always is."""
    return not abs(got - right) <= tolerance * (1 + abs(right))


def same(one: Floats, other: Floats) -> bool:
    """Whether two arrays agree in all elements."""
    return not any(differ(a, b) for a, b in zip(one.flat, other.flat, strict=True))


def apart(got: Floats, right: Floats) -> tuple[int, ...] | None:
    """The index of the element that differs most; None if all agree."""
    off = np.abs(got - right) / (1 + np.abs(right))
    where = np.unravel_index(int(np.argmax(off)), off.shape)
    return tuple(map(int, where)) if off[where] > TOLERANCE else None


def farthest(got: Floats, right: Floats) -> tuple[tuple[int, ...], str, str]:
    """The index of the element that differs most, the right number and the one there.

    Raises ``Silent`` where all agree, because then the property holds.
    """
    where = apart(got, right)
    if where is None:
        raise Silent
    right_one, own_one = show(right[where], got[where])
    return where, right_one, own_one


def changed(array: Array, where: Any, value: object) -> Array:
    """A copy of an array with another value in one place."""
    copy = array.copy()
    copy[where] = value
    return copy


def show(*numbers: float) -> list[str]:
    """Numbers in few digits, but in enough that different ones look different."""
    texts: list[str] = []
    for digits in (3, 4, 6, 9, 16):
        texts = [f"{number:.{digits}g}" for number in numbers]
        if len(set(texts)) == len(set(numbers)):
            break
    return ["0" if text == "-0" else text for text in texts]


def at(output: str, index: Iterable[int]) -> str:
    """An element as it is written in Python, ``dE1[0, 2]``."""
    places = ", ".join(map(str, index))
    return f"`{output}[{places}]`" if places else f"`{output}`"


def times(got: float, right: float, named: dict[str, float] | None = None) -> str:
    """How many times too large a number is, where that is a simple number: ", 3 times that"."""
    if right == 0 or got == 0:
        return ""
    ratio = got / right
    simple = {"2 times": 2, "half of": 0.5, "minus": -1, **(named or {})}
    for words, number in simple.items():
        if abs(number - 1) > 1e-9 and abs(ratio / number - 1) < 1e-6:
            return f", {words} that"
    return ""


def cross_entropy(y: Floats, target: Floats) -> float:
    """The error of one pattern; Silent where an output is 0 or 1."""
    if not ((y > 1e-6) & (y < 1 - 1e-6)).all():
        raise Silent("y")
    return -float(np.sum(target * np.log(y) + (1 - target) * np.log(1 - y)))
