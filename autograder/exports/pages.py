"""``feedback/<id>.html``: the feedback page, with pictures of what is wrong in public cases."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from assignment.checks.case import Expected
from assignment.checks.judge import in_shape, nearest
from assignment.checks.page import Asked, Line, Page, Part, render
from assignment.checks.questions import BONUS, QUESTIONS
from autograder.course.settings import Course
from autograder.results import OutputResult, SubmissionResult, left_out_words
from autograder.standing import Standing

ExpectedOf = Callable[[str, str], Expected | None]
"""What is right for an output, by the case's id and the output's name; None if not known."""

LEVELS = {
    3: "proved, with namespaces",
    2: "proved",
    1: "proved in part",
    0: "limits of time and memory only",
}


def feedback_page(
    result: SubmissionResult,
    expected: ExpectedOf,
    course: Course | None = None,
    standing: Standing | None = None,
) -> str:
    """The page of one submission as HTML; nothing in it is for staff only.

    ``standing`` is that of this result, where people may have decided something.
    """
    return render(as_page(result, expected, course or Course(), standing))


def as_page(
    result: SubmissionResult,
    expected: ExpectedOf,
    course: Course,
    standing: Standing | None = None,
) -> Page:
    """What the page says."""
    parts = []
    for question in (*QUESTIONS, *BONUS):
        mine = [output for output in result.outputs if output.function == question.function]
        if mine:
            parts.append(
                Part(
                    question,
                    _cases(mine, expected),
                    sum(output.points for output in mine),
                    sum(output.max_points for output in mine),
                )
            )
    message = result.message
    if result.status == "refused":
        message = f"Not graded: {message}"
    return Page(
        name=result.submission,
        parts=tuple(parts),
        facts=tuple(_facts(result)),
        message=message,
        remarks=result.remarks,
        notes=(*result.notes, *left_out_words(result.left_out)),
        course=course.name,
        report=course.worth().report,
        decisions=standing.said if standing else (),
        marks=tuple((mark.item, mark.points, mark.comment) for mark in standing.marks)
        if standing
        else (),
    )


def _cases(outputs: Iterable[OutputResult], expected: ExpectedOf) -> tuple[Asked, ...]:
    groups: dict[str, list[OutputResult]] = {}
    for output in outputs:
        groups.setdefault(output.case, []).append(output)
    return tuple(_case(group, expected) for group in groups.values())


def _case(outputs: list[OutputResult], expected: ExpectedOf) -> Asked:
    first = outputs[0]
    return Asked(
        id=first.case,
        function=first.function,
        title=first.title,
        public=first.public,
        lines=tuple(_line(output, expected) for output in outputs),
    )


def _line(output: OutputResult, expected: ExpectedOf) -> Line:
    line = Line(
        output=output.output,
        status=output.status,
        points=output.points,
        max_points=output.max_points,
        message=output.message,
        hint=output.hint,
        decision=output.decision,
    )
    right = expected(output.case, output.output) if output.public and output.got else None
    if right is None or output.got is None:
        return line
    got = output.got.array()
    shaped = in_shape(got, right.accepted[0])
    accepted = right.accepted[0] if shaped is None else nearest(shaped, right)
    return replace(line, got=got, expected=accepted, tolerance=right.tolerance)


def _facts(result: SubmissionResult) -> Iterable[tuple[str, str]]:
    if result.file:
        yield "File", result.file
    if result.ignored:
        more = len(result.ignored) - 20
        rest = f" and {more} more" if more > 0 else ""
        yield "Not looked at", ", ".join(result.ignored[:20]) + rest
    if result.digest:
        yield "Digest", f"{result.digest} (of kit, cases and file; `check.py --submit` shows it)"
    if result.sha256:
        yield "SHA-256 of the file", result.sha256
    if result.status == "judged":
        yield "Isolation", f"level {result.isolation}: {LEVELS.get(result.isolation, '')}"
        yield "Time", f"{result.seconds:.2f} s"
