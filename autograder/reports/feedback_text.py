"""Write a feedback page as plain text, for screen readers, e-mails and terminals."""

import textwrap
from collections.abc import Iterable, Iterator

from assignment.checks.html.feedback import CaseFeedback, Feedback, FunctionFeedback
from autograder.text import by_lines

WIDTH = 78


def feedback_text(page: Feedback) -> str:
    """Return the content of a page as plain text; pictures are left out."""
    return by_lines("\n".join(_lines(page)).replace("`", "").strip()) + "\n"


def _lines(page: Feedback) -> Iterator[str]:
    yield from _wrapped(f"{page.course}: {page.name}")
    points = f"{page.points} of {page.max_points} points" if page.functions else ""
    yield from _wrapped(page.grade or points)
    if page.excerpt:
        yield "The file does not run, so none of its functions has points."
    yield from _wrapped(page.message)
    yield from page.excerpt.splitlines() if page.excerpt != page.message else ()
    for text in (page.next_step, page.received):
        yield from _wrapped(text)
    yield from _listed("Decisions on your grade", page.decisions)
    if page.marks:
        yield from _heading(f"The report, {page.report} points at most")
        for name, mark, comment in page.marks:
            yield from _wrapped(f"{name}: {mark:g}. {' '.join(comment.split())}", 2)
    for function in page.functions:
        yield from _function(function)
    yield from _listed("Remarks, which cost nothing", page.remarks)
    facts = [f"{name}: {value}" for name, value in page.facts]
    yield from _listed("What was graded", [*facts, *page.notes])


def _function(one: FunctionFeedback) -> Iterator[str]:
    question = one.question
    words = f"{question.number} {question.function}: {one.points} of {one.max_points} points"
    if one.untouched:
        yield from _heading(f"{words}, to do")
        return
    yield from _heading(f"{words}, right" if one.is_folded else words)
    hints: set[str] = set()
    for case in one.wrong:
        yield from _case(case, hints)
    for case in () if one.is_folded else one.right:
        yield from _wrapped(f"Right: {case.heading} ({case.points_in_words}) {case.messages}", 2)


def _case(case: CaseFeedback, hints: set[str]) -> Iterator[str]:
    yield from _wrapped(f"{case.heading} ({case.points_in_words}):", 2)
    for group in case.groups:
        first = group.outputs[0]
        names = ", ".join(output.output for output in group.outputs)
        words = "" if first.message.startswith("Not right") else f"{first.label.words}. "
        yield from _wrapped(f"{names}: {words}{first.message}", 4)
        yield from _wrapped(first.decision, 4)
        if first.hint:
            again = first.hint in hints
            yield from _wrapped(f"Hint: {'the same as above.' if again else first.hint}", 4)
            hints.add(first.hint)


def _listed(title: str, sentences: Iterable[str]) -> Iterator[str]:
    lines = [line for sentence in sentences for line in _wrapped(f"- {sentence}", 2)]
    if lines:
        yield from _heading(title)
        yield from lines


def _heading(text: str) -> Iterator[str]:
    yield ""
    yield from _wrapped(text)


def _wrapped(text: str, indent: int = 0) -> list[str]:
    margin = " " * indent
    return textwrap.wrap(
        text, WIDTH, initial_indent=margin, subsequent_indent=margin, break_on_hyphens=False
    )
