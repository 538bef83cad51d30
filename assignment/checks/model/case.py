"""Define a case (one call with fixed inputs), its reply, and the verdict on each output."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Place = tuple[str, str]
"""A case and one of its outputs."""

_Without = Literal["not_implemented", "error", "timeout", "killed", "bad_answer", "not_judged"]
ReplyStatus = Literal["returned", _Without]
Status = Literal["passed", "failed", _Without]


@dataclass(frozen=True)
class Reply:
    """The result of one call of a student's function.

    ``value`` holds plain data only: None, numbers, text, arrays and sequences of these.
    For ``error``, ``kind`` is the exception's built-in class, ``line`` the line of the student's
    file where it was raised (``cell``: "cell 4, line 3" in a notebook), and ``origin`` the function
    of the assignment that raised it. For ``killed``, ``kind`` is "SIGKILL" if that signal ended the
    process. ``advice`` is what the student's file tells of an exception (``judging.source_hints``).
    ``notes`` name habits that cost no points: ``changed`` (an input, in place), ``overflow``,
    ``plots``.
    """

    status: ReplyStatus
    value: object = None
    kind: str = ""
    text: str = ""
    line: int | None = None
    cell: str = ""
    origin: str = ""
    seconds: float = 0.0
    notes: tuple[str, ...] = ()
    advice: str = ""


@dataclass(frozen=True)
class MisconceptionOutput:
    """What a misconception gives for one output of one case.

    Either a ``value``, or a ``failure`` as ``judge.failure_of`` describes it: an exception, nothing
    returned, another number of outputs.
    """

    id: str
    hint: str
    value: Array | None = None
    failure: str = ""


@dataclass(frozen=True)
class Expected:
    """The accepted answers for one output, the tolerance, and the misconception outputs.

    A value ``got`` is right when ``|got - accepted| <= tolerance * (1 + |accepted|)`` in every
    element of one accepted answer; a tolerance of 0 asks for equality (guesses).
    """

    accepted: tuple[Array, ...]
    tolerance: float
    misconception_outputs: tuple[MisconceptionOutput, ...] = ()


@dataclass(frozen=True)
class Case:
    """One call with fixed inputs; ``points`` gives whole points for each of its outputs.

    ``inputs`` has one entry per parameter of the function, in the order of its signature.
    A practice case has no points and runs in students' checks only. ``hint`` says what is special
    about the inputs, and ``special`` what else is, in the words of other cases' hints.
    ``also`` are further calls, asked right after the first one. They have no points of their own:
    an output that one of them names in its ``points`` is right only if it is right there, too.
    The title of a further call says what is special about it and follows the word "with".
    """

    id: str
    function: str
    title: str
    inputs: Mapping[str, object]
    points: Mapping[str, int]
    public: bool
    hint: str = ""
    practice: bool = False
    special: tuple[str, ...] = ()
    also: tuple["Case", ...] = ()

    @property
    def specialities(self) -> tuple[str, ...]:
        """What is special about the inputs, the rarest first."""
        return tuple(filter(None, (self.hint, *self.special)))

    @property
    def calls(self) -> tuple["Case", ...]:
        """The call of the case itself, then the further ones."""
        return (self, *self.also)

    def call(self, name: str) -> "Case":
        """The call with this id; KeyError if there is none."""
        return {call.id: call for call in self.calls}[name]


def every_call(cases: Iterable[Case]) -> list[Case]:
    """All calls of these cases, in order."""
    return [call for case in cases for call in case.calls]


def work(case: Case) -> int:
    """Pattern evaluations of a call: patterns times iterations; 1 for a single pattern."""
    patterns = next((len(v) for k, v in case.inputs.items() if k in ("X_train", "X_test")), 1)  # type: ignore[arg-type]
    return patterns * int(case.inputs.get("iterations", 1))  # type: ignore[call-overload, no-any-return]


@dataclass(frozen=True)
class Verdict:
    """The judgement of one output of one case, with what a student needs to fix it.

    ``case`` is the id of the call that decides: of several calls the first wrong one.
    ``kind`` is the built-in class of an exception; ``where`` the index of the element to show;
    ``failure`` how the reply failed as a whole (``judge.failure_of``).
    """

    case: str
    function: str
    output: str
    status: Status
    points: int
    max_points: int
    message: str = ""
    hint: str = ""
    misconception: str = ""
    kind: str = ""
    where: tuple[int, ...] | None = None
    expected: Array | None = field(default=None, compare=False)
    got: Array | None = field(default=None, compare=False)
    failure: str = field(default="", compare=False)

    @property
    def passed(self) -> bool:
        """Whether the output has its points."""
        return self.status == "passed"


def as_inputs(**inputs: object) -> dict[str, object]:
    """Make the inputs of a case; arrays become read-only so that no run can change them."""
    for value in inputs.values():
        if isinstance(value, np.ndarray):
            value.flags.writeable = False
    return inputs
