"""Render ``feedback/<id>.html``, with pictures of wrong answers to public cases."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from assignment.checks.html.feedback import (
    CaseFeedback,
    Feedback,
    FunctionFeedback,
    OutputFeedback,
    feedback_html,
)
from assignment.checks.judging.judge import in_shape, nearest
from assignment.checks.model.case import Expected
from assignment.checks.model.questions import BONUS, QUESTIONS
from autograder.course.settings import Course
from autograder.gradebook.policy import Grade
from autograder.results import OutputResult, SubmissionResult, left_out_words

ExpectedOf = Callable[[str, str], Expected | None]
"""Return the expected answer for a case's id and an output's name; None if it is unknown."""

LEVELS = {
    3: "proved, with namespaces",
    2: "proved",
    1: "proved in part",
    0: "limits of time and memory only",
}
"""The isolation levels in words."""


def feedback_page(
    result: SubmissionResult,
    expected: ExpectedOf,
    course: Course | None = None,
    grade: Grade | None = None,
) -> str:
    """Render the page of one submission; nothing in it is for staff only.

    ``grade`` has what people have decided about this result.
    """
    return feedback_html(as_feedback(result, expected, course or Course(), grade))


def as_feedback(
    result: SubmissionResult,
    expected: ExpectedOf,
    course: Course,
    grade: Grade | None = None,
) -> Feedback:
    """Collect the content of the page."""
    message = result.message
    if result.status == "refused":
        message = f"Not graded: {message}"
    marks = grade.marks if grade else ()
    return Feedback(
        name=result.submission,
        functions=tuple(_functions(result, expected)),
        facts=tuple(_facts(result)),
        message=message,
        remarks=result.remarks,
        notes=(*result.notes, *left_out_words(result.left_out)),
        course=course.name,
        report=course.course_points().report,
        decisions=grade.notes if grade else (),
        marks=tuple((mark.item, mark.points, mark.comment) for mark in marks),
    )


def _functions(result: SubmissionResult, expected: ExpectedOf) -> Iterable[FunctionFeedback]:
    for question in (*QUESTIONS, *BONUS):
        outputs = [one for one in result.outputs if one.function == question.function]
        if outputs:
            yield FunctionFeedback(
                question,
                _cases(outputs, expected),
                sum(output.points for output in outputs),
                sum(output.max_points for output in outputs),
            )


def _cases(outputs: Iterable[OutputResult], expected: ExpectedOf) -> tuple[CaseFeedback, ...]:
    groups: dict[str, list[OutputResult]] = {}
    for output in outputs:
        groups.setdefault(output.case, []).append(output)
    return tuple(_case(group, expected) for group in groups.values())


def _case(outputs: list[OutputResult], expected: ExpectedOf) -> CaseFeedback:
    first = outputs[0]
    return CaseFeedback(
        id=first.case,
        function=first.function,
        title=first.title,
        public=first.public,
        outputs=tuple(_output(output, expected) for output in outputs),
    )


def _output(output: OutputResult, expected: ExpectedOf) -> OutputFeedback:
    feedback = OutputFeedback(
        output=output.output,
        status=output.status,
        points=output.points,
        max_points=output.max_points,
        message=output.message,
        hint=output.hint,
        decision=output.decision,
        call=output.call,
    )
    shown = output.public and output.got
    right = expected(output.call or output.case, output.output) if shown else None
    if right is None or output.got is None:
        return feedback
    got = output.got.array()
    shaped = in_shape(got, right.accepted[0])
    accepted = right.accepted[0] if shaped is None else nearest(shaped, right)
    return replace(feedback, got=got, expected=accepted, tolerance=right.tolerance)


def _facts(result: SubmissionResult) -> Iterable[tuple[str, str]]:
    if result.file:
        yield "File", result.file
    if result.ignored:
        more = len(result.ignored) - 20
        rest = f" and {more} more" if more > 0 else ""
        yield "Ignored files", ", ".join(result.ignored[:20]) + rest
    if result.digest:
        yield "Digest", f"{result.digest} (of kit, cases and file; `check.py --submit` shows it)"
    if result.sha256:
        yield "SHA-256 of the file", result.sha256
    if result.status == "judged":
        yield "Isolation", f"level {result.isolation}: {LEVELS.get(result.isolation, '')}"
        yield "Time", f"{result.seconds:.2f} s"
