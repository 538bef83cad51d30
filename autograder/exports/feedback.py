"""``feedback/<id>.json`` and ``.html``: what a student gets, nothing of it for staff only."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import msgspec

from assignment.checks.case import Expected
from autograder.course import Course
from autograder.exports.files import replacing
from autograder.exports.pages import ExpectedOf, feedback_page
from autograder.results import SubmissionResult, feedback


def unknown(case: str, output: str) -> Expected | None:
    """No right answer: pages without pictures."""
    return None


def write_feedback(
    results: Iterable[SubmissionResult],
    folder: Path,
    expected: ExpectedOf = unknown,
    course: Course | None = None,
) -> None:
    """One JSON file and one page for each submission; ``expected`` is for the pictures."""
    course = course or Course()
    most = course.worth().automatic
    for result in results:
        with replacing(folder / f"{result.submission}.json") as part:
            told = msgspec.json.encode(feedback(result, most))
            part.write_bytes(msgspec.json.format(told, indent=2))
        with replacing(folder / f"{result.submission}.html") as part:
            part.write_text(feedback_page(result, expected, course), encoding="utf-8")
