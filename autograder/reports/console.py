"""Print the results of grading: a table for a class, details for a single file."""

import sys
from collections.abc import Collection, Iterable, Sequence
from itertools import islice
from pathlib import Path

from assignment.checks.console import width
from assignment.checks.model.questions import BONUS, FUNCTIONS, NUMBERS, QUESTIONS
from autograder.course.directory import Directory
from autograder.gradebook.attention import does_not_run
from autograder.gradebook.policy import Grade
from autograder.grading.batch import Summary
from autograder.record.reader import History
from autograder.reports.say import place, say
from autograder.results import OutputResult, SubmissionResult
from autograder.text import one_line

NARROW = 72
"""Columns below which the table of a class has no column for each section."""
MAX_ROWS = 60
"""Submissions that are printed; results.csv has all."""


def results(
    grades: Iterable[Grade], graded: Collection[str], directory: Directory | None = None
) -> None:
    """Print the table of the submissions in ``graded``, or the details of a single one.

    ``directory`` knows the students' names and sections.
    """
    known = directory or Directory(())
    mine = (grade for grade in grades if grade.result.submission in graded)
    if len(graded) == 1:
        for grade in mine:
            one(grade.result, known.label(grade.result.submission))
            for sentence in grade.notes:
                _print(f"  decided: {sentence}")
    elif graded:
        _table((grade.result for grade in mine), len(graded), known)


def _table(found: Iterable[SubmissionResult], total: int, directory: Directory) -> None:
    columns = width() + 2
    shown = list(islice(found, MAX_ROWS))
    names = [directory.label(result.submission) for result in shown]
    # Names and sections leave room for the message.
    widest = min(36, max(24, columns - 50), max(map(len, ("submission", *names))))
    numbers = NUMBERS if columns >= NARROW else ()
    _print(_row("submission", "score", numbers, "message", widest, columns))
    for name, result in zip(names, shown, strict=True):
        points = [str(result.question_score(number)) for number in numbers]
        _print(_row(name, str(result.score), points, _message(result), widest, columns))
    if total > len(shown):
        _print(f"… and {total - len(shown)} more in results.csv")


def _row(
    name: str, score: str, points: Sequence[str], message: str, widest: int, columns: int
) -> str:
    cells = [
        f"{one_line(_cut(name, widest)):{widest}} {score:>5}",
        *(f"{one:>3}" for one in points),
    ]
    return _cut("  ".join([*cells, one_line(message)]), columns).rstrip()


def _message(result: SubmissionResult) -> str:
    if result.status != "judged":
        return f"{result.status.replace('_', ' ')}: {result.message}"
    return result.message or " ".join(result.misconceptions)


def one(result: SubmissionResult, who: str = "") -> None:
    """Print the details of one submission of ``who``, with the messages for staff."""
    most = sum(o.max_points for o in result.outputs if o.function in FUNCTIONS)
    of = f" of {most}" if most else ""
    of += f", {result.bonus} of them bonus" if result.bonus else ""
    _print(f"{who or result.submission}: {result.score}{of}, {result.file}")
    if result.message:
        _print(f"  {result.message}")
    for question in BONUS if does_not_run(result) else (*QUESTIONS, *BONUS):
        mine = [output for output in result.outputs if output.function == question.function]
        if not mine:
            continue
        got, most = sum(o.points for o in mine), sum(o.max_points for o in mine)
        _print(f"  {question.number} {question.function:10} {got:2} of {most}")
        for output in _distinct(mine):
            _print(f"      {output.case}, {output.output}: {output.staff or output.message}")
            if output.hint:
                _print(f"      hint: {output.hint}")
    for line in (*result.notes, *result.remarks):
        _print(f"  note: {line}")


def _distinct(outputs: list[OutputResult]) -> list[OutputResult]:
    """The failed outputs, one of those that share a message or a hint."""
    found: dict[str, OutputResult] = {}
    for output in outputs:
        if output.status != "passed":
            found.setdefault(output.hint or output.staff or output.message, output)
    return list(found.values())


def summary(record: History, done: Summary, out: Path | None, merged: str) -> None:
    """Print how many were judged, what needs attention, where the results are, and what merged.

    ``merged`` is the last line, such as "3 new, 2 replaced, 295 kept, 0 removed".
    """
    levels = sorted({result.isolation for result in record.results() if result.status == "judged"})
    isolation = f", isolation level {'/'.join(map(str, levels))}" if levels else ""
    _print(_counts(done) + isolation)
    if done.not_judged:
        say(
            f"{done.not_judged} not judged because of an error of the grader or this machine; they "
            "have no score yet. Run the command again, and look at `autograder doctor`.",
            sys.stderr,
        )
    if done.interrupted:
        _print(
            "The record keeps the results so far; tables and pages are written by a complete run."
        )
    elif out is None:
        _print("Nothing was written (--dry-run).")
    else:
        if len(record.submissions()) > 1:
            _print(f"class:    {place(out / 'class.html')}")
        _print(f"results:  {place(out / 'results.csv')}")
        _print(f"grades:   {place(out / 'grades.csv')}")
        _print(f"feedback: {place(out / 'feedback')}")
    if not done.interrupted:
        _print(merged)


def _counts(done: Summary) -> str:
    counts = [f"{done.judged} judged"]
    for name in ("refused", "not_judged", "unchanged"):
        if getattr(done, name):
            counts.append(f"{getattr(done, name)} {name.replace('_', ' ')}")
    stopped = "; stopped before the end" if done.interrupted else ""
    return f"{', '.join(counts)}, in {done.seconds:.1f} s{stopped}"


def _print(message: str) -> None:
    """Print a message that has no lines of its own."""
    say(one_line(message))


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 1] + "…"
