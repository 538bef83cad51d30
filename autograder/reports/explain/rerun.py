"""Judge a source from the record once more, and list every run of a case."""

from collections.abc import Iterator, Mapping, Sequence

from assignment.checks.judging.judge import contradicted
from assignment.checks.model.case import Case, every_call
from assignment.checks.model.questions import FUNCTIONS
from autograder.cases.answers import Answers
from autograder.course.settings import Course
from autograder.grading.evaluate import Evaluation
from autograder.grading.reference_functions import Convention, as_lists, as_rows
from autograder.grading.verdicts import EvaluatedRun, Verdicts
from autograder.reports.explain.compare import compare
from autograder.reports.explain.model import CaseRun, ExplainedCase, Rerun
from autograder.results import OutputResult
from autograder.sandbox import SAFE_LEVEL, Sandbox


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
        compare(
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
