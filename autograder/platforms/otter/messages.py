"""Messages in otter's results, for students and staff."""

from collections.abc import Iterator, Sequence

from assignment.checks.model.questions import NUMBERS
from autograder.course.settings import Course
from autograder.platforms.otter.rendering import OtterCase
from autograder.platforms.summary import (
    LATER,
    PublicSummary,
    points_of,
    public_summary,
    shortened,
    submission_lines,
)
from autograder.results import OutputResult, SubmissionResult

_LATER = {**LATER, "after_due_date": LATER["after_published"]}
"""otter has no due date."""


def output_message(output: OutputResult, *, hint: bool = True) -> str:
    """The message of the test case of one output: points, message, and perhaps the hint."""
    score = points(output.points, output.max_points)
    help_ = f"Hint: {output.hint}" if output.hint and hint else ""
    return "\n".join(filter(None, (score, shortened(output.message), output.decision, help_)))


def not_graded(case: OtterCase, result: SubmissionResult) -> str:
    """The message of a test case without a verdict: the submission was refused, or has no bonus."""
    refused = f"Not graded. {shortened(result.message)}" if result.status == "refused" else ""
    return f"{points(0, case.points)}\n{refused or 'Not submitted.'}"


def points(got: int, most: int) -> str:
    """Points as a sentence, such as "1 of 2 points."."""
    return f"{got} of {most} point{'' if most == 1 else 's'}."


def summary_lines(result: SubmissionResult, course: Course) -> Iterator[str]:
    """The lines above all entries, which the student reads at once; without hidden cases."""
    if result.status == "refused":
        yield f"Nothing was graded. {shortened(result.message)}"
    else:
        summary = public_summary(result)
        yield from _public(summary, course)
        if summary.message:
            yield shortened(summary.message)
        yield from _with_credit(result.outputs)
    yield from map(shortened, submission_lines(result))


def _with_credit(outputs: Sequence[OutputResult]) -> Iterator[str]:
    """Messages of outputs with dependency credit: otter shows no message of a test that passes."""
    found: dict[str, dict[str, None]] = {}
    for output in outputs:
        if output.public and output.status == "passed" and output.message:
            found.setdefault(output.message, {})[output.function] = None
    for message, functions in found.items():
        yield f"{', '.join(functions)}: {shortened(message)}"


def _public(summary: PublicSummary, course: Course) -> Iterator[str]:
    later = f"are for hidden cases, which {_LATER[course.visibility.hidden]}."
    if course.visibility.public != "visible":
        yield f"Graded. {summary.hidden} of the automatic points {later}"
        return
    yield f"Public cases: {points(*points_of(summary.public))}"
    yield f"{summary.hidden} of the other points {later}"
    if summary.bonus:
        yield f"Public cases of the bonus, in addition: {points(*points_of(summary.bonus))}"


def staff_lines(result: SubmissionResult) -> Iterator[str]:
    """The lines of otter's plugin report, which students do not see."""
    most = sum(o.max_points for o in result.outputs if o.question in NUMBERS)
    bonus = f", {result.bonus} of them bonus" if result.bonus else ""
    yield f"native: {result.status}, {result.score} of {most}{bonus}, {result.file or 'no file'}"
    if result.message:
        yield f"  {shortened(result.message)}"
    if result.status == "judged":
        yield f"isolation level {result.isolation} ({', '.join(result.mechanisms)})"
        yield f"digest {result.digest}, SHA-256 {result.sha256}, {result.seconds:.2f} s"
    if result.misconceptions:
        yield f"misconceptions: {', '.join(result.misconceptions)}"
