"""Judging a source from the record once more, and every way in which a case was asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from assignment.checks.case import Case
from assignment.checks.judge import cleared
from assignment.checks.questions import FUNCTIONS
from autograder.answers import Answers
from autograder.attempt import Attempt, Prepared, Tried, Verdicts
from autograder.course.settings import Course
from autograder.errors import SandboxError
from autograder.jobs import refusal
from autograder.likeness import told_of
from autograder.reference_functions import Convention, as_lists, as_rows
from autograder.results import OutputResult
from autograder.sandbox import SAFE_LEVEL, Sandbox
from autograder.story import Asked, Way


@dataclass(frozen=True)
class Attempted:
    """The file judged once more: every run of it, and the best verdicts."""

    attempt: Attempt
    verdicts: Verdicts
    ran: str


def judge_again(
    answers: Answers, settings: Course, source: bytes, file: str, *, unsafe: bool
) -> Attempted:
    """Judge a source again; SandboxError where that may or can not be done here."""
    with Sandbox(settings.sandbox_limits()) as sandbox:
        refused = refusal(sandbox.isolation, 0 if unsafe else SAFE_LEVEL)
        if refused:
            raise SandboxError(refused)
        attempt = Attempt(Prepared(answers), sandbox, source, file)
        return Attempted(attempt, attempt.judge(), str(sandbox.isolation))


def asked_of(
    case: Case, answers: Answers, outputs: Sequence[OutputResult], attempted: Attempted | None
) -> Asked:
    """A case with its outputs, and each way in which it was asked if the file was run again."""
    known = answers.with_lookalikes(case)
    if attempted is None:
        told = [told_of(output, known[output.output], None, frozenset()) for output in outputs]
        return Asked(case.id, case, tuple(told), expected=known)
    excluded = _contradicted(case.function, answers, attempted.verdicts)
    told = [
        told_of(
            output,
            known[output.output],
            attempted.verdicts[case.id, output.output],
            excluded,
        )
        for output in outputs
    ]
    ways = tuple(_ways(case, attempted.attempt.tried))
    return Asked(case.id, case, tuple(told), ways, known)


def _contradicted(
    function: str, answers: Answers, verdicts: Verdicts
) -> frozenset[tuple[str, str]]:
    """Known mistakes that other outputs or cases of a function speak against."""
    by_id = {case.id: case for case in answers.graded}
    return cleared(
        (judged.verdict, answers.with_lookalikes(by_id[id_])[output])
        for (id_, output), judged in verdicts.items()
        if by_id[id_].function == function
    )


def _ways(case: Case, tried: Sequence[Tried]) -> Iterator[Way]:
    """The runs in which a case was asked and judged, in their order."""
    for one in tried:
        found = [judged.verdict for (id_, _), judged in one.verdicts.items() if id_ == case.id]
        if found:
            yield Way(
                way_name(one.full, one.replaced, one.convention),
                not one.replaced,
                one.chain.replies[case.id],
                one.chain.again.get(case.id),
                tuple(found),
                one.chain.load.crashed if one.chain.load else None,
            )


_CONVENTIONS: Mapping[Convention, str] = {as_lists: ", in lists", as_rows: ", in rows"}


def way_name(full: bool, replaced: Sequence[str], convention: Convention) -> str:
    """A way of asking in words, such as "own merits: right ffnn, in lists"."""
    whole = ", every statement run" if full else ""
    if not replaced:
        return f"own chain{whole}"
    names = ", ".join(f"`{name}`" for name in FUNCTIONS if name in replaced)
    return f"own merits: right {names} in place of theirs{_CONVENTIONS.get(convention, '')}{whole}"
