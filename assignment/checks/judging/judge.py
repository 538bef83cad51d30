"""Is a reply right? Output by output, in a fixed order of questions, with a message for each.

The order: not implemented, exception, nothing returned, number of outputs, kind, shape, NaN,
values. Comparing is all the arithmetic that is done on what a student's code returned.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from ..model.case import Array, Case, Expected, Reply, Verdict
from ..model.questions import by_function
from . import diagnose
from . import messages as words
from .exception_hints import explain

REMEMBERED = "state-kept"
"""Stands for the misconception behind an answer that is right only the first time."""


class NotNumbers(ValueError):
    """An output is not made of numbers; the text ends a sentence that begins with its name."""


def judge(
    case: Case,
    expected: Mapping[str, Expected],
    reply: Reply,
    *,
    file: str = "neural_network.py",
    excluded: Collection[tuple[str, str]] = (),
) -> list[Verdict]:
    """The verdict on each output of ``case`` that has points (or all, for a practice case).

    ``excluded`` are misconceptions, as (output, id), that other answers speak against: ``cleared``.
    """
    judged = tuple(case.points) or by_function(case.function).outputs
    if reply.status == "not_implemented" and reply.origin not in ("", case.function):
        # What is still to do is a function below; this one may well be written.
        reply = replace(reply, status="error", kind="NotImplementedError")
    if reply.status != "returned":
        message = words.no_answer(case, reply, file)
        failure = failure_of(case, reply)
        status = reply.status
        return [
            replace(
                _verdict(
                    case,
                    output,
                    status,
                    message,
                    _known(output, expected[output], failure, excluded) or _meaning(case, reply),
                ),
                kind=reply.kind,
                failure=failure,
            )
            for output in judged
        ]
    outputs = split(case, reply.value)
    if isinstance(outputs, str):
        failure = failure_of(case, reply)
        return [
            _verdict(
                case, output, "failed", outputs, _known(output, expected[output], failure, excluded)
            )
            for output in judged
        ]
    # What a student returns may be as large as numbers get; overflow here is no news.
    with np.errstate(all="ignore"):
        right = frozenset(name for name in outputs if _is_right(outputs[name], expected[name]))
        return [
            _judge_output(case, expected, output, outputs, right, excluded) for output in judged
        ]


def cleared(judged: Iterable[tuple[Verdict, Expected]]) -> frozenset[tuple[str, str]]:
    """Misconceptions that the answers to a function's cases speak against: (output, id).

    What a mistake spoils is right, so it has not been made; or it would give something else for
    this output of another case, so that it fits in one case by chance only.
    """
    found: set[tuple[str, str]] = set()
    for verdict, expected in judged:
        if verdict.passed:
            outputs = by_function(verdict.function).outputs
            found |= {
                (name, alike.id) for name in outputs for alike in expected.misconception_outputs
            }
        elif verdict.failure:
            found |= {
                (name, alike.id)
                for name in by_function(verdict.function).outputs
                for alike in expected.misconception_outputs
                if alike.failure != verdict.failure
            }
        elif verdict.got is not None:
            tolerance = expected.tolerance or 1e-9
            found |= {
                (verdict.output, alike.id)
                for alike in expected.misconception_outputs
                if alike.value is None or not diagnose.same(verdict.got, alike.value, tolerance)
            }
    return frozenset(found)


def _judge_output(
    case: Case,
    expected: Mapping[str, Expected],
    output: str,
    outputs: Mapping[str, object],
    right_ones: Collection[str],
    excluded: Collection[tuple[str, str]],
) -> Verdict:
    if output in right_ones:
        points = case.points.get(output, 0)
        return Verdict(case.id, case.function, output, "passed", points, points)
    right = expected[output]
    try:
        got = as_numbers(outputs[output])
    except NotNumbers as problem:
        return _verdict(case, output, "failed", f"`{output}` {problem}.")
    accepted = right.accepted[0]
    diagnosis = diagnose.diagnose(
        case, expected, output, numbers_of(outputs), right=right_ones, excluded=excluded
    )
    where = None
    shaped = in_shape(got, accepted)
    if shaped is None:
        message = words.wrong_shape(output, got, accepted)
    else:
        accepted = nearest(shaped, right)
        where = worst(shaped, accepted, right.tolerance)
        wrong = misses(shaped, accepted, right.tolerance)
        message = words.wrong_value(output, shaped, accepted, right.tolerance, where, wrong)
    return _verdict(case, output, "failed", message, diagnosis, where, accepted, got)


def remembered(first: Verdict, again: Verdict) -> Verdict:
    """The verdict on an output that was asked for twice: both answers must be right."""
    if again.passed or not first.passed:
        return first
    return replace(
        again,
        message=f"Right at first, and not when the same is asked again: {again.message}",
        hint="Something is remembered between two calls, in a global or a default argument: "
        "begin afresh in every call.",
        misconception=REMEMBERED,
    )


def _verdict(
    case: Case,
    output: str,
    status: Any,
    message: str,
    diagnosis: diagnose.Diagnosis | None = None,
    where: tuple[int, ...] | None = None,
    expected: Array | None = None,
    got: Array | None = None,
) -> Verdict:
    diagnosis = diagnosis or diagnose.Diagnosis()
    return Verdict(
        case=case.id,
        function=case.function,
        output=output,
        status=status,
        points=0,
        max_points=case.points.get(output, 0),
        message=message,
        hint=diagnosis.hint,
        misconception=diagnosis.misconception,
        where=where,
        expected=expected,
        got=got,
    )


def _is_right(value: object, right: Expected) -> bool:
    try:
        got = as_numbers(value)
    except NotNumbers:
        return False
    return any(agrees(got, accepted, right.tolerance) for accepted in right.accepted)


def _meaning(case: Case, reply: Reply) -> diagnose.Diagnosis | None:
    """What an exception means, in words; of a hidden case its text is not to be told."""
    if reply.status != "error" or not case.public:
        return None
    if reply.kind == "NotImplementedError":
        return None
    meaning = explain(reply.kind, reply.text)
    return diagnose.Diagnosis(f"{meaning} {case.hint}".strip()) if meaning else None


def _known(
    output: str, expected: Expected, failure: str, excluded: Collection[tuple[str, str]]
) -> diagnose.Diagnosis | None:
    """The misconception that fails in just this way, if there is exactly one."""
    alike = [
        known
        for known in expected.misconception_outputs
        if known.failure == failure and (output, known.id) not in excluded
    ]
    if len(alike) != 1 or not failure:
        return None
    return diagnose.Diagnosis(alike[0].hint, alike[0].id)


def failure_of(case: Case, reply: Reply) -> str:
    """How a reply fails as a whole, in words that two runs can be compared by; "" if it does not.

    Newer Pythons add what they got to a message (``…, got 5``); that part is left out.
    """
    if reply.status == "error":
        return f"{reply.kind}: {reply.text.split(', got ')[0].rstrip(')')}"
    if reply.status != "returned":
        return ""
    if reply.value is None:
        return "nothing returned"
    outputs = split(case, reply.value)
    if isinstance(outputs, str):
        return f"returned {words.length(reply.value)}"
    return ""


def split(case: Case, value: object) -> dict[str, object] | str:
    """The outputs by name, or the sentence that says why they cannot be told apart."""
    names = by_function(case.function).outputs
    if value is None:
        return words.nothing_returned(case)
    if len(names) == 1:
        return {names[0]: value}
    count = words.length(value)
    if count != len(names):
        return words.wrong_count(case, names, value)
    assert isinstance(value, list | tuple | np.ndarray)
    return dict(zip(names, value, strict=True))


def as_numbers(value: object) -> Array:
    """One output as an array of numbers, without copying an array that is one already.

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
    if array.dtype.kind == "c":
        raise NotNumbers("has complex numbers in it")
    if array.dtype.kind == "O":
        raise NotNumbers("has something in it that is not a number")
    if array.dtype.kind not in "biuf":
        raise NotNumbers("is text, not numbers")
    return array


def numbers_of(outputs: Mapping[str, object]) -> dict[str, Array]:
    """Those outputs that are numbers."""
    found = {}
    for name, value in outputs.items():
        try:
            found[name] = as_numbers(value)
        except NotNumbers:
            continue
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
        alike = {(1, n), (n, 1)} | ({()} if n == 1 else set())
        return got.reshape(accepted.shape) if got.shape in alike else None
    return None


def distance(got: Array, accepted: Array) -> Array:
    """|got - accepted| / (1 + |accepted|) in every element; infinite where got is not finite."""
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
        return bool(np.isfinite(accepted).all())  # bit by bit, as most right answers are
    return bool((distance(shaped, accepted) <= tolerance).all())


def nearest(got: Array, right: Expected) -> Array:
    """The accepted answer with the fewest elements that ``got`` misses."""
    alike = [accepted for accepted in right.accepted if accepted.shape == got.shape]
    return min(alike, key=lambda accepted: misses(got, accepted, right.tolerance))


def misses(got: Array, accepted: Array, tolerance: float) -> int:
    """How many elements are farther away than the tolerance."""
    return int(np.sum(distance(got, accepted) > tolerance))


def worst(got: Array, accepted: Array, tolerance: float) -> tuple[int, ...]:
    """Index of the element to show: the first wrong one for whole numbers, else the farthest."""
    apart = distance(got, accepted)
    flat = int(np.argmax(apart > 0)) if tolerance == 0 else int(np.argmax(apart))
    return tuple(int(i) for i in np.unravel_index(flat, accepted.shape))
