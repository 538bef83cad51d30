"""Judge a source from the record once more, list every run, and compare with the record."""

from collections.abc import Collection, Iterator, Mapping, Sequence

import numpy as np

from assignment.checks.judging.judge import REMEMBERED, contradicted
from assignment.checks.judging.wrong_output import same
from assignment.checks.model.case import Array, Case, Expected, Verdict, every_call
from assignment.checks.model.questions import FUNCTIONS
from autograder.cases.answers import Answers
from autograder.course.settings import Course
from autograder.grading.evaluate import Evaluation
from autograder.grading.reference_functions import Convention, as_lists, as_rows
from autograder.grading.verdicts import EvaluatedRun, JudgedOutput, Verdicts
from autograder.reports.explain.model import CaseRun, ExplainedCase, ExplainedOutput, Fit, Rerun
from autograder.results import Numbers, OutputResult
from autograder.sandbox import SAFE_LEVEL, Sandbox

_ALIKE = 1e-6  # answers of two processors differ by rounding


def rerun(answers: Answers, settings: Course, source: bytes, file: str, *, unsafe: bool) -> Rerun:
    """Judge a source again.

    Raises:
        SandboxError: if this machine cannot confine it.
    """
    with Sandbox(settings.sandbox_limits(), least=0 if unsafe else SAFE_LEVEL) as sandbox:
        evaluation = Evaluation(answers, sandbox, source, file)
        return Rerun(evaluation, evaluation.judge(), str(sandbox.isolation))


def explained(
    case: Case, answers: Answers, outputs: Sequence[OutputResult], again: Rerun | None
) -> ExplainedCase:
    """Return a case with its outputs, and its runs if the file was judged again."""
    known = {call.id: answers.with_misconceptions(call) for call in case.calls}
    verdicts = again.verdicts if again else {}
    excluded = _contradicted(case.function, answers, verdicts)
    compared = tuple(
        _compared(
            output,
            known[output.call or case.id][output.output],
            verdicts.get((case.id, output.output)),
            excluded,
        )
        for output in outputs
    )
    runs = tuple(_runs(case, again.evaluation.runs)) if again else ()
    return ExplainedCase(case.id, case, compared, runs, known[case.id])


def _contradicted(
    function: str, answers: Answers, verdicts: Verdicts
) -> frozenset[tuple[str, str]]:
    """Return the misconceptions that other outputs or cases of a function speak against."""
    calls = {call.id: call for call in every_call(answers.graded)}
    return contradicted(
        (judged.verdict, answers.with_misconceptions(calls[judged.verdict.case])[output])
        for (_, output), judged in verdicts.items()
        if judged.verdict.function == function
    )


def _runs(case: Case, runs: Sequence[EvaluatedRun]) -> Iterator[CaseRun]:
    """Yield the runs in which a case was asked and judged, in their order."""
    for one in runs:
        found = [judged.verdict for (id_, _), judged in one.explained().items() if id_ == case.id]
        replies = one.outcome.replies  # a short run asks the first call only
        if found:
            yield CaseRun(
                run_name(one.full, one.replaced, one.convention),
                tuple(replies[call.id] for call in case.calls if call.id in replies),
                one.outcome.again.get(case.id),
                tuple(found),
                one.outcome.load.crashed if one.outcome.load else None,
            )


_CONVENTIONS: Mapping[Convention, str] = {as_lists: ", in lists", as_rows: ", in rows"}


def run_name(full: bool, replaced: Sequence[str], convention: Convention) -> str:
    """Name a run, such as "with our `ffnn` in place of theirs, in lists"."""
    whole = ", every statement run" if full else ""
    if not replaced:
        return f"own functions{whole}"
    names = ", ".join(f"`{name}`" for name in FUNCTIONS if name in replaced)
    return f"with our {names} in place of theirs{_CONVENTIONS.get(convention, '')}{whole}"


def recorded(outputs: Sequence[OutputResult]) -> tuple[ExplainedOutput, ...]:
    """Return what the record alone has of these outputs."""
    return tuple(ExplainedOutput(one, got=one.got.array() if one.got else None) for one in outputs)


def _compared(
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
