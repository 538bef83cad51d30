"""``staff/explain/<id>.html``: the explanation of a submission with pictures, for staff only."""

import numpy as np

from assignment.checks.html.array_diff import Arrays, Curves, diff
from assignment.checks.html.document import render
from assignment.checks.html.feedback import LABELS
from assignment.checks.judging.judge import nearest
from assignment.checks.judging.messages import shape, signature
from assignment.checks.loading.source import SourceError, decode
from assignment.checks.model.case import Array, Expected
from assignment.checks.model.questions import by_function
from autograder.paths import PAGE_FOLDERS
from autograder.reports.explain import console
from autograder.reports.explain.model import Explanation

MOST = 5_000
"""Elements of an array that are printed in full; no input or answer of a case has as many."""
WIDTH = 104
"""Columns of a printed array."""
LINES = 5_000
"""Lines of the student's file that are shown."""


def explanation_page(found: Explanation) -> str:
    """Return the page as HTML."""
    return render(
        "explain.html",
        *PAGE_FOLDERS,
        styles=["feedback.css", "explain.css"],
        found=found,
        score=console.score(found),
        facts=list(console.facts(found)),
        remarks=console.remarks(found),
        source=_lines(found.source),
        most_lines=LINES,
        labels=LABELS,
        parameters=lambda function: by_function(function).parameters,
        signature=signature,
        shape=shape,
        grouped=console.grouped,
        changed=console.changed,
        replied=console.replied,
        tolerance_words=console.tolerance,
        printed=_printed,
        kind=_kind,
        difference=_difference,
        small=lambda value: value.size <= MOST,
    )


def _kind(value: object) -> str:
    """Return shape and type of an array; "" for a single value."""
    if isinstance(value, np.ndarray) and value.size > 1:
        return f"{shape(value)}, {value.dtype}"
    return ""


def _printed(value: object) -> str:
    """Print an input or answer."""
    if not isinstance(value, np.ndarray):
        return str(value)
    return "\n".join(console.array(value, 0, WIDTH, MOST))


def _difference(output: str, got: Array | None, expected: Expected) -> Arrays | Curves | None:
    """Compare with the nearest accepted answer; None if there is nothing to see."""
    if got is None:
        return None
    return diff(output, got, nearest(got, expected), expected.tolerance)


def _lines(source: bytes | None) -> list[str] | str | None:
    """Return the lines of the student's file, or why it cannot be read."""
    if source is None:
        return None
    try:
        return decode(source).splitlines()
    except SourceError as problem:
        return str(problem)
