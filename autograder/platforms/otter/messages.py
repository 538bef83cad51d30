"""What students and staff read in otter's results; hidden cases are told as everywhere else."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assignment.checks.model.questions import NUMBERS
from autograder.course.settings import Course
from autograder.platforms.otter.rendering import OtterCase
from autograder.platforms.summary import LATER, PublicSummary, points_of, public_summary
from autograder.results import OutputResult, SubmissionResult

MAX_MESSAGE = 2_000
"""Characters of one message; the whole of it is in the native grader's feedback."""
_LATER = {**LATER, "after_due_date": LATER["after_published"]}
"""otter knows no due date."""


def told(output: OutputResult, *, hint: bool = True) -> str:
    """What the test case of one output says: points, message, and the hint where it is wanted."""
    parts = [points(output.points, output.max_points)]
    if output.message:
        parts.append(cut(output.message))
    if output.decision:
        parts.append(output.decision)
    if output.hint and hint:
        parts.append(f"Hint: {output.hint}")
    return "\n".join(parts)


def nothing(asked: OtterCase, result: SubmissionResult) -> str:
    """What a test case says that was not judged: all of a refused submission, or the bonus."""
    reason = (
        f"Not graded. {cut(result.message)}" if result.status == "refused" else "Not submitted."
    )
    return f"{points(0, asked.points)}\n{reason}"


def points(got: int, most: int) -> str:
    """Points in words."""
    return f"{got} of {most} point{'' if most == 1 else 's'}."


def cut(text: str) -> str:
    """A message that fits, without what no file can hold."""
    if len(text) > MAX_MESSAGE:
        text = text[: MAX_MESSAGE - 1] + "…"
    return text.encode("utf-8", "replace").decode()


def top(result: SubmissionResult, course: Course) -> str:
    """What the student reads at once about the submission; nothing in it is from hidden cases."""
    return "\n".join(_top(result, course))


def _top(result: SubmissionResult, course: Course) -> Iterator[str]:
    summary = public_summary(result)
    if result.status == "refused":
        yield f"Nothing was graded. {cut(result.message)}"
    else:
        yield from _public(summary, course)
        if summary.message:
            yield cut(summary.message)
        yield from _with_credit(result.outputs)
        yield f"Graded: {result.file}. Digest {result.digest}; `check.py --submit` shows its own."
    if result.ignored:
        yield f"Not looked at: {', '.join(result.ignored)}."
    yield from map(cut, summary.notes)


def _with_credit(outputs: Sequence[OutputResult]) -> Iterator[str]:
    """Outputs that are right only with reference functions below; otter shows none that pass."""
    found: dict[str, dict[str, None]] = {}
    for output in outputs:
        if output.public and output.status == "passed" and output.message:
            found.setdefault(output.message, {})[output.function] = None
    for message, functions in found.items():
        yield f"{', '.join(functions)}: {cut(message)}"


def _public(summary: PublicSummary, course: Course) -> Iterator[str]:
    shown = _LATER[course.visibility.hidden]
    later = f"{summary.hidden} are judged by hidden cases, which {shown}."
    if course.visibility.public != "visible":
        yield f"Judged. Of the automatic points {later}"
        return
    yield f"Public cases: {points(*points_of(summary.public))}"
    yield f"Of the other points {later}"
    if summary.bonus:
        optional = points(*points_of(summary.bonus))
        yield f"Public cases of the bonus, on top of these: {optional}"


def staff(result: SubmissionResult) -> Iterator[str]:
    """The lines of otter's plugin report, which students do not see."""
    most = sum(o.max_points for o in result.outputs if o.question in NUMBERS)
    bonus = f", {result.bonus} of them bonus" if result.bonus else ""
    yield f"native: {result.status}, {result.score} of {most}{bonus}, {result.file or 'no file'}"
    if result.message:
        yield f"  {cut(result.message)}"
    if result.status == "judged":
        yield f"isolation level {result.isolation} ({', '.join(result.mechanisms)})"
        yield f"digest {result.digest}, SHA-256 {result.sha256}, {result.seconds:.2f} s"
    if result.misconceptions:
        yield f"misconceptions: {', '.join(result.misconceptions)}"
