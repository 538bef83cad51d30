"""The content of ``feedback/<id>.html``, with pictures of wrong answers to public cases."""

import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from pathlib import PurePosixPath

from assignment.checks.html.feedback import (
    CaseFeedback,
    Feedback,
    FunctionFeedback,
    OutputFeedback,
    next_step,
)
from assignment.checks.judging.judge import nearest
from assignment.checks.loading.cells import MARKER
from assignment.checks.loading.source import SourceError, decode
from assignment.checks.model.case import Expected
from assignment.checks.model.questions import BONUS, QUESTIONS
from autograder.cases.points import REPORT
from autograder.course.settings import Course
from autograder.gradebook.attention import does_not_run
from autograder.gradebook.late_policy import decimal
from autograder.gradebook.policy import Breakdown, Grade
from autograder.results import OutputResult, SubmissionResult, left_out_words
from autograder.text import listed

ExpectedOf = Callable[[str, str], Expected | None]
"""Return the expected answer for a case's id and an output's name; None if it is unknown."""

TRY = "Next: fix this, and run `python check.py` before you submit."
WIDTH = 100
"""Columns of a line of code that are shown up to its mistake."""
_PLACE = re.compile(
    r"Syntax error in (?:cell (?P<cell>\S+), )?line (?P<line>\d+)(?:, column (?P<column>\d+))?"
)

LEVELS = {
    3: "proved, with namespaces",
    2: "proved",
    1: "proved in part",
    0: "limits of time and memory only",
}
"""The isolation levels in words."""


def as_feedback(
    grade: Grade,
    expected: ExpectedOf,
    course: Course,
    *,
    who: str = "",
    source: bytes | None = None,
    reports: Collection[str] | None = None,
) -> Feedback:
    """Collect the content of the page of one submission; nothing in it is for staff only.

    ``who`` is the student with name and id, ``source`` the content of a file that does not run, and
    ``reports`` are the submissions with a report (None where none was collected).
    """
    result = grade.result
    message = result.message
    if result.status == "refused":
        message = f"Not graded: {message}"
    broken = does_not_run(result)
    functions = () if broken else tuple(_functions(result, expected))
    report_points = course.course_points().report
    reports = reports if report_points else None
    pdf = _report(result) if result.submission in (reports or ()) else ""
    received = f"Report received: {pdf}" if pdf else ""
    if reports is not None and not pdf:
        received = "No report was received."
    return Feedback(
        name=who or result.submission,
        functions=functions,
        facts=tuple(_facts(result, pdf)),
        message=message,
        excerpt=(excerpt(message, source) or message) if broken else "",
        grade=grade_in_words(grade.points, course),
        next_step=TRY if broken else next_step(functions),
        received=received,
        remarks=result.remarks,
        notes=(*result.notes, *left_out_words(result.left_out)),
        course=course.name,
        report=report_points,
        decisions=grade.notes,
        marks=tuple((mark.item, mark.points, mark.comment) for mark in grade.marks),
    )


def grade_in_words(points: Breakdown, course: Course) -> str:
    """Say how a grade adds up: "93 of 100: code 61, adjusted 20, report 12, late 0".

    "" where there is nothing to add.
    """
    if points.automatic is None or (course.folder is None and not points.adjustment):
        return ""
    marked = points.report is not None
    parts: list[tuple[str, float, bool]] = [
        ("code", points.automatic, True),
        ("adjusted", points.adjustment, False),
        ("bonus", points.bonus, False),
        ("report", points.report or 0, marked and course.points[REPORT] > 0),
        ("late", points.late, course.late is not None),
    ]
    said = [
        f"{name} {'−' if value < 0 else ''}{decimal(abs(value))}"
        for name, value, always in parts
        if value or always
    ]
    most = sum(course.points.values()) - (0 if marked else course.points[REPORT])
    text = f"{decimal(sum(value for _, value, _ in parts))} of {most}: {', '.join(said)}"
    if not marked:
        text += f". The report, worth {course.points[REPORT]}, is not marked yet."
    return text


def excerpt(message: str, source: bytes | None) -> str:
    """Return the line that a message on a syntax error names, with a caret; "" without one."""
    found = _PLACE.search(message)
    if found is None or source is None:
        return ""
    cell, line, column = found["cell"], int(found["line"]), int(found["column"] or 0)
    try:
        lines = decode(source).split("\n")
        heads = (n for n, text in enumerate(lines, 1) if f"{text} ".startswith(f"{MARKER}{cell} "))
        begin = next(heads) if cell else 0
        code = lines[begin + line - 1].replace("\t", " ").rstrip()
    except (SourceError, StopIteration, IndexError):
        return ""
    skip = max(0, column - WIDTH)
    text = f"{line:5} | {code[skip : skip + WIDTH + 20]}"
    return f"{text}\n      | {' ' * (column - skip - 1)}^" if column else text


def _report(result: SubmissionResult) -> str:
    """The name of the report among the files beside the graded one."""
    pdfs = [name for name in result.ignored if name.lower().endswith(".pdf")]
    named = [name for name in pdfs if PurePosixPath(name.lower()).name == "report.pdf"]
    return next(iter([*named, *pdfs]), "report.pdf")


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
    return tuple(
        CaseFeedback(
            *(case, group[0].function, group[0].title, group[0].public),
            outputs=tuple(_output(output, expected) for output in group),
        )
        for case, group in groups.items()
    )


def _output(output: OutputResult, expected: ExpectedOf) -> OutputFeedback:
    feedback = OutputFeedback(
        *(output.output, output.status, output.points, output.max_points),
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
    return replace(feedback, got=got, expected=nearest(got, right), tolerance=right.tolerance)


def _facts(result: SubmissionResult, report: str) -> Iterable[tuple[str, str]]:
    if result.file:
        yield "File", result.file
    if others := [name for name in result.ignored if name != report]:
        yield "Other files", listed(20, others)
    if result.digest:
        yield "Digest", f"{result.digest} (of kit, cases and file; `check.py --submit` shows it)"
    if result.sha256:
        yield "SHA-256 of the file", result.sha256
    if result.status == "judged":
        yield "Isolation", f"level {result.isolation}: {LEVELS.get(result.isolation, '')}"
        yield "Time", f"{result.seconds:.2f} s"
