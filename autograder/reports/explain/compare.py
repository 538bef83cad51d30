"""Compare an output's verdict of today with the record, and find the misconceptions that fit."""

from collections.abc import Collection, Iterator, Sequence

import numpy as np

from assignment.checks.judging.diagnose import same
from assignment.checks.judging.judge import REMEMBERED
from assignment.checks.model.case import Array, Expected, Verdict
from autograder.grading.verdicts import JudgedOutput
from autograder.reports.explain.model import ExplainedOutput, Fit
from autograder.results import Numbers, OutputResult

_ALIKE = 1e-6  # answers of two processors differ by rounding


def recorded(outputs: Sequence[OutputResult]) -> tuple[ExplainedOutput, ...]:
    """Return what the record alone has of these outputs."""
    return tuple(ExplainedOutput(one, got=one.got.array() if one.got else None) for one in outputs)


def compare(
    output: OutputResult,
    expected: Expected,
    judged: JudgedOutput | None,
    excluded: Collection[tuple[str, str]],
) -> ExplainedOutput:
    """Compare an output in the record with today's verdict, if there is one.

    ``excluded`` are misconceptions, as (output, id), that other answers speak against.
    """
    now = None if judged is None else judged.verdict
    got = output.got.array() if output.got else None
    if got is None and now is not None and now.status == output.status:
        got = now.got  # too large for the record
    return ExplainedOutput(
        output,
        expected,
        got,
        "" if now is None else _difference(output, now),
        tuple(_fits(output, expected, got, now, excluded)),
    )


def _difference(output: OutputResult, now: Verdict) -> str:
    """Say how today's verdict differs from the record's; "" if it does not."""
    if now.status != output.status:
        return f"now {now.status.replace('_', ' ')}, {output.status.replace('_', ' ')} then"
    if output.got is not None and Numbers.of(now.got) is not None:
        then, today = output.got.array(), now.got
        assert today is not None
        if then.shape != today.shape:
            return "the answer has another shape now"
        with np.errstate(all="ignore"):
            close = np.allclose(then, today.astype(float), rtol=_ALIKE, atol=_ALIKE, equal_nan=True)
        if not close:
            return "the answer has other values now"
    if now.misconception != output.misconception:
        return f"another misconception is named now: {now.misconception or 'none'}"
    return ""


def _fits(
    output: OutputResult,
    expected: Expected,
    got: Array | None,
    now: Verdict | None,
    excluded: Collection[tuple[str, str]],
) -> Iterator[Fit]:
    """Yield the misconceptions that give this very answer, the one that was named first."""
    if output.status == "passed":
        return
    if output.misconception == REMEMBERED:
        yield Fit(
            REMEMBERED, output.hint, "named: right the first time, wrong when asked once more"
        )
    failure = now.failure if now is not None else ""
    tolerance = expected.tolerance or 1e-9
    with np.errstate(all="ignore"):
        fitting = [
            alike
            for alike in expected.misconception_outputs
            if (alike.value is None and failure and alike.failure == failure)
            or (alike.value is not None and got is not None and same(got, alike.value, tolerance))
        ]
    fitting.sort(key=lambda alike: alike.id != output.misconception)
    for alike in fitting:
        if alike.id == output.misconception:
            others = len(fitting) - 1
            why = "named: it gives this very answer"
            why += ", and nothing speaks against it" if others else ", and no other one does"
        elif (output.output, alike.id) in excluded:
            why = "not named: another output or case speaks against it"
        else:
            why = "not named: it explains fewer outputs, or others fit as well"
        yield Fit(alike.id, alike.hint, why)
