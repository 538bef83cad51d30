"""Two functions that are right by themselves, but not together: which call shows it.

The student's lower function is watched in one more run of the public cases. It is called as in the
run that failed, so that a value kept from an earlier call shows again, and the reference is asked
the same. The first call that differs becomes a sentence for the student.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from assignment.checks.judging.judge import judge
from assignment.checks.model.case import Case, Expected, Place, Reply
from assignment.checks.model.questions import by_function
from autograder.cases.expected import tolerance
from autograder.errors import WireError
from autograder.grading.reference_functions import ReferenceFunctions, as_arrays
from autograder.results import TOGETHER
from autograder.sandbox import values


@dataclass
class Interplay:
    """Two functions that do not work together; the outputs in ``kept`` stay failed.

    ``cap`` is the most points that they may have, and ``call`` a sentence on the first inner call
    that is wrong in the case ``shown``, a public one.
    """

    upper: str
    lower: str
    cap: int
    kept: dict[Place, int] = field(default_factory=dict)
    shown: str = ""
    call: str = ""

    def has_room_for(self, points: int) -> bool:
        """Whether another output may stay failed."""
        return sum(self.kept.values()) + points <= self.cap

    @property
    def pair(self) -> str:
        """The two, as staff see them among the misconceptions."""
        return f"{self.upper}{TOGETHER}{self.lower}"

    def note(self, case: str) -> str:
        """What a student reads about an output that stays failed.

        Nothing if every call of the lower function was right: the upper one is at fault itself.
        """
        if self.shown and not self.call:
            return ""
        note = (
            f"Your `{self.upper}` and `{self.lower}` do not work together, although each is right "
            f"by itself: `{self.upper}` is right with our `{self.lower}`."
        )
        return f"{note} {self.call}" if self.call and case == self.shown else note


class Watch:
    """Hears the calls of a lower function.

    ``sentence`` is about the first call that went wrong, ``shapes`` about the first value that is
    right in another shape than the reference has.
    """

    def __init__(self, reference: ReferenceFunctions, lower: str) -> None:
        self.sentence = ""
        self._lower = lower
        self.shapes = ""
        self._ask = reference.answering(as_arrays)
        self._number = 0
        self._heard = False
        self._values: list[Any] = []

    def start(self, *, heard: bool) -> None:
        """Count the calls of another case; only those that are ``heard`` are judged."""
        self._number = 0
        self._heard = heard

    def handler(self, function: str, nodes: list[values.Node]) -> Reply:
        """Take the report of one call, and answer calls of functions that are replaced.

        WireError where the report cannot be read.
        """
        if function != self._lower:
            return self._ask(function, nodes)
        self._number += 1
        if not self.sentence:
            report = values.unpack(nodes)
            if not isinstance(report, list) or len(report) != 4 or not isinstance(report[0], list):
                raise WireError("a strange report")
            if self._heard:
                self.sentence = self._judged(function, *report)
            self._values = [*self._values[-200:], report[1]]
        return Reply("returned", values.pack(None))

    def _judged(
        self, function: str, arguments: list[Any], value: Any, kind: object, changed: Any
    ) -> str:
        """The sentence about a call, "" if nothing is wrong with it."""
        where = f"In this case, call {self._number} of your `{function}`"
        if kind:
            return f"{where}, with {_described(function, arguments)}, raises {str(kind)[:40]}."
        right = self._ask(function, values.pack(arguments))
        if right.status != "returned":
            return ""
        ours = values.unpack(right.value)  # type: ignore[arg-type]
        wrong = _wrong(function, arguments, value, ours)
        self.shapes = self.shapes or _other_shape(where, function, value, ours)
        if wrong:
            if any(_equal(value, earlier) for earlier in self._values):
                return f"{where} has other arguments than an earlier one and returns the same."
            return f"{where} does not return what it should: {wrong}"
        if changed:
            names = " and ".join(f"`{name}`" for name in changed if isinstance(name, str))
            return f"{where} changes its argument {names[:60]}, with which the caller goes on."
        return ""


def _wrong(function: str, arguments: Sequence[Any], value: object, right: object) -> str:
    """The message about a wrong value; "" if it is right."""
    question = by_function(function)
    rights = right if len(question.outputs) > 1 else (right,)
    assert isinstance(rights, tuple)
    inputs = dict(zip(question.parameters, arguments, strict=True))
    points = dict.fromkeys(question.outputs, 1)
    case = Case("inner-call", function, "this call", inputs, points, public=True)
    expected = {
        output: Expected((np.asarray(one),), tolerance(output))
        for output, one in zip(question.outputs, rights, strict=True)
    }
    found = judge(case, expected, Reply("returned", value))
    return next((verdict.message for verdict in found if not verdict.passed), "")


def _other_shape(where: str, function: str, value: Any, right: Any) -> str:
    """The sentence about an output that has another shape than that of the reference."""
    outputs = by_function(function).outputs
    pairs = [(value, right)] if len(outputs) == 1 else list(zip(value, right, strict=False))
    for output, (theirs, ours) in zip(outputs, pairs, strict=False):
        if np.shape(theirs) != np.shape(ours):
            return (
                f"{where} returns {output} of shape {np.shape(theirs)}; ours has {np.shape(ours)}."
            )
    return ""


def _described(function: str, arguments: Sequence[Any]) -> str:
    """The arguments in words: numbers, and arrays by their shapes."""
    named = zip(by_function(function).parameters, arguments, strict=True)
    return ", ".join(
        f"{name} of shape {np.shape(value)}" if np.ndim(value) else f"{name} = {value!s:.12}"
        for name, value in named
    )


def _equal(one: object, other: object) -> bool:
    """Whether two values are the same, element by element."""
    if isinstance(one, tuple | list) and isinstance(other, tuple | list):
        return len(one) == len(other) and all(map(_equal, one, other))
    return np.array_equal(np.asarray(one), np.asarray(other))
