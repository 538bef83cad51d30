"""Judge a reply output by output, with a message for each.

The order of checks: not implemented, exception, nothing returned, number of outputs, kind, shape,
NaN, values. What a student's code returned is only compared; no other arithmetic is done on it.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

import numpy as np

from ..model.case import Array, Case, Expected, Reply, Verdict
from ..model.questions import by_function
from . import diagnose, messages
from .exception_hints import explain
from .wrong_output import WrongOutput, same

REMEMBERED = "state-kept"
"""The id for a function that is right only the first time, because it keeps state."""


class NotNumbers(ValueError):
    """An output is not made of numbers; the text continues a sentence that begins with its name."""


def judge(
    case: Case,
    expected: Mapping[str, Expected],
    reply: Reply,
    *,
    file: str = "neural_network.py",
    excluded: Collection[tuple[str, str]] = (),
    hints: bool = True,
) -> list[Verdict]:
    """Judge each output of ``case`` that has points (or all outputs of a practice case).

    ``excluded`` are misconceptions, as (output, id), that other replies contradict (see
    ``contradicted``). Without ``hints``, wrong values are not diagnosed, which takes long.
    """
    judged = tuple(case.points) or by_function(case.function).outputs
    if reply.status == "not_implemented" and reply.origin not in ("", case.function):
        # A function below is still to do, while this one may be written.
        reply = replace(reply, status="error", kind="NotImplementedError")
    answered = reply.status == "returned"
    outputs = split(case, reply.value) if answered else messages.no_answer(case, reply, file)
    if isinstance(outputs, str):
        status, failure = "failed" if answered else reply.status, failure_of(case, reply)
        more = {} if answered else {"kind": reply.kind, "failure": failure}
        alike = {name: _failing_alike(name, expected[name], failure, excluded) for name in judged}
        meaning = _meaning(case, reply)
        return [
            _verdict(case, name, status, outputs, alike[name] or meaning, **more) for name in judged
        ]
    # Returned numbers may be of any size, so that comparing them overflows.
    with np.errstate(all="ignore"):
        found = numbers_of(outputs).items()
        right = frozenset(name for name, got in found if _is_right(got, expected[name]))
        return [
            _judge_output(case, expected, output, outputs, right, excluded if hints else None)
            for output in judged
        ]


def contradicted(judged: Iterable[tuple[Verdict, Expected]]) -> frozenset[tuple[str, str]]:
    """Misconceptions that the verdicts on a function's cases contradict, as (output, id).

    Either an output that the mistake changes is right; or the mistake gives something else for
    this output of another case, so that it fits one case by chance only.
    """
    found: set[tuple[str, str]] = set()
    for verdict, expected in judged:
        outputs = by_function(verdict.function).outputs
        mistakes = expected.misconception_outputs
        if verdict.passed:
            found |= {(name, wrong.id) for name in outputs for wrong in mistakes}
        elif verdict.failure:
            others = [wrong for wrong in mistakes if wrong.failure != verdict.failure]
            found |= {(name, wrong.id) for name in outputs for wrong in others}
        elif verdict.got is not None:
            tolerance = expected.tolerance or 1e-9
            found |= {
                (verdict.output, wrong.id)
                for wrong in mistakes
                if wrong.value is None or not same(verdict.got, wrong.value, tolerance)
            }
    return frozenset(found)


def _judge_output(
    case: Case,
    expected: Mapping[str, Expected],
    output: str,
    outputs: Mapping[str, object],
    right_outputs: frozenset[str],
    excluded: Collection[tuple[str, str]] | None,
) -> Verdict:
    """Judge an output; ``excluded`` is None where no diagnosis is wanted."""
    if output in right_outputs:
        points = case.points.get(output, 0)
        return Verdict(case.id, case.function, output, "passed", points, points)
    right = expected[output]
    try:
        got = as_numbers(outputs[output])
    except NotNumbers as problem:
        return _verdict(case, output, "failed", f"`{output}` {problem}.")
    diagnosis = None
    if excluded is not None:
        mistake = WrongOutput(case, expected, output, numbers_of(outputs), right_outputs)
        diagnosis = diagnose.diagnose(mistake, excluded)
    where = None
    accepted = nearest(got, right)
    shaped = in_shape(got, accepted)
    if shaped is None:
        message = messages.wrong_shape(output, got, accepted)
    else:
        where = worst(shaped, accepted, right.tolerance)
        wrong = misses(shaped, accepted, right.tolerance)
        message = messages.wrong_value(output, shaped, accepted, right.tolerance, where, wrong)
    return _verdict(
        case, output, "failed", message, diagnosis, where=where, expected=accepted, got=got
    )


def both_replies(first: Verdict, again: Verdict) -> Verdict:
    """Combine the verdicts on two replies to the same case: both must be right."""
    if again.passed or not first.passed:
        return first
    return replace(
        again,
        message=f"Right the first time, wrong when the same call is repeated: {again.message}",
        hint="Something is kept between two calls, in a global or a default argument: start "
        "afresh in every call.",
        misconception=REMEMBERED,
    )


def all_calls(case: Case, verdicts: Iterable[Sequence[Verdict]]) -> list[Verdict]:
    """Combine the verdicts on each call of a case: an output is right if it is in every call.

    Otherwise the verdict is that on the first wrong call, and its message names a further call.
    """
    first, *others = verdicts
    found = {verdict.output: verdict for verdict in first}
    for verdict in (verdict for more in others for verdict in more):
        before = found[verdict.output]
        if before.passed and not verdict.passed:
            message = f"With {case.call(verdict.case).title}: {verdict.message}"
            found[verdict.output] = replace(verdict, message=message, max_points=before.max_points)
    return list(found.values())


def _verdict(
    case: Case,
    output: str,
    status: Any,
    message: str,
    diagnosis: diagnose.Diagnosis | None = None,
    **more: Any,
) -> Verdict:
    found = diagnosis or diagnose.Diagnosis()
    return Verdict(
        case=case.id,
        function=case.function,
        output=output,
        status=status,
        points=0,
        max_points=case.points.get(output, 0),
        message=message,
        hint=found.hint,
        misconception=found.misconception,
        **more,
    )


def _is_right(got: Array, right: Expected) -> bool:
    return any(agrees(got, accepted, right.tolerance) for accepted in right.accepted)


def _meaning(case: Case, reply: Reply) -> diagnose.Diagnosis | None:
    """Explain an exception; in a hidden case its text must not be shown."""
    if reply.status != "error" or reply.kind == "NotImplementedError" or not case.public:
        return None
    return diagnose.Diagnosis(reply.advice or explain(reply.kind, reply.text))


def _failing_alike(
    output: str, expected: Expected, failure: str, excluded: Collection[tuple[str, str]]
) -> diagnose.Diagnosis | None:
    """The misconception that fails in the same way, if there is exactly one."""
    alike = [
        wrong
        for wrong in expected.misconception_outputs
        if wrong.failure == failure and (output, wrong.id) not in excluded
    ]
    if len(alike) != 1 or not failure:
        return None
    return diagnose.Diagnosis(alike[0].hint, alike[0].id)


def failure_of(case: Case, reply: Reply) -> str:
    """Describe how a reply fails as a whole, so that two runs can be compared; "" if it does not.

    Newer versions of Python add a value to some messages (``…, got 5``); it is cut off.
    """
    if reply.status == "error":
        return f"{reply.kind}: {reply.text.split(', got ')[0].rstrip(')')}"
    if reply.status != "returned":
        return ""
    if reply.value is None:
        return "nothing returned"
    outputs = split(case, reply.value)
    return f"returned {messages.length(reply.value)}" if isinstance(outputs, str) else ""


def split(case: Case, value: object) -> dict[str, object] | str:
    """Split a returned value into outputs by name, or say why that is not possible."""
    names = by_function(case.function).outputs
    if value is None:
        return messages.nothing_returned(case)
    if len(names) == 1:
        return {names[0]: value}
    count = messages.length(value)
    if count != len(names):
        return messages.wrong_count(case, names, value)
    assert isinstance(value, list | tuple | np.ndarray)
    return dict(zip(names, value, strict=True))


def as_numbers(value: object) -> Array:
    """Make one output an array of numbers; an array is not copied.

    Raises:
        NotNumbers: for text, None, dicts, complex numbers and lists of unequal lengths.
    """
    if value is None:
        raise NotNumbers("is None")
    if isinstance(value, str):
        raise NotNumbers(f"is text, not numbers: {value[:40]!r}")
    try:
        array = np.asarray(value)
    except ValueError:
        raise NotNumbers("is a list whose rows differ in length") from None
    if array.dtype.kind not in "biuf":
        known = {"c": "has complex numbers in it", "O": "has something in it that is not a number"}
        raise NotNumbers(known.get(array.dtype.kind, "is text, not numbers"))
    return array


def numbers_of(outputs: Mapping[str, object]) -> dict[str, Array]:
    """The outputs that are numbers."""
    found = {}
    for name, value in outputs.items():
        with suppress(NotNumbers):
            found[name] = as_numbers(value)
    return found


def in_shape(got: Array, accepted: Array) -> Array | None:
    """``got`` in the shape of ``accepted`` where the two shapes mean the same, otherwise None.

    Scalars may be () or hold one element; vectors may be (n,), (1, n) or (n, 1).
    """
    if got.shape == accepted.shape:
        return got
    if accepted.ndim == 0:
        return got.reshape(()) if got.size == 1 and got.ndim <= 2 else None
    if accepted.ndim == 1:
        n = accepted.shape[0]
        alike = got.shape in ((1, n), (n, 1)) or (n == 1 and got.ndim == 0)
        return got.reshape(accepted.shape) if alike else None
    return None


def distance(got: Array, accepted: Array) -> Array:
    """|got - accepted| / (1 + |accepted|) for every element; infinite where got is not finite."""
    with np.errstate(all="ignore"):
        got = got.astype(float)
        apart = np.abs(got - accepted) / (1.0 + np.abs(accepted))
    return np.where(np.isfinite(got), apart, np.inf)


def agrees(got: Array, accepted: Array, tolerance: float) -> bool:
    """Whether ``got`` is ``accepted``, in an equal shape and within the tolerance."""
    shaped = in_shape(got, accepted)
    if shaped is None:
        return False
    if shaped.dtype == accepted.dtype and shaped.tobytes() == accepted.tobytes():
        return bool(np.isfinite(accepted).all())  # most right answers are equal bit by bit
    return bool((distance(shaped, accepted) <= tolerance).all())


def nearest(got: Array, right: Expected) -> Array:
    """The accepted answer with the fewest elements that ``got`` misses.

    The first one where the shape of ``got`` fits none.
    """
    shaped = in_shape(got, right.accepted[0])
    if shaped is None:
        return right.accepted[0]
    alike = [accepted for accepted in right.accepted if accepted.shape == shaped.shape]
    return min(alike, key=lambda accepted: misses(shaped, accepted, right.tolerance))


def misses(got: Array, accepted: Array, tolerance: float) -> int:
    """How many elements differ by more than the tolerance."""
    return int(np.sum(distance(got, accepted) > tolerance))


def worst(got: Array, accepted: Array, tolerance: float) -> tuple[int, ...]:
    """Index of the element to show: of whole numbers the first wrong one, else the farthest."""
    apart = distance(got, accepted)
    flat = int(np.argmax(apart > 0)) if tolerance == 0 else int(np.argmax(apart))
    return tuple(int(i) for i in np.unravel_index(flat, accepted.shape))
