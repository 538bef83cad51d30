"""``feedback/<id>.json`` and ``.html``: what a student gets, nothing of it for staff only."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import msgspec

from assignment.checks.case import Expected
from autograder.course.settings import Course
from autograder.exports.pages import ExpectedOf, feedback_page
from autograder.files import replacing
from autograder.results import SubmissionResult, feedback
from autograder.standing import About, Rules, Standing


def unknown(case: str, output: str) -> Expected | None:
    """No right answer: pages without pictures."""
    return None


def write_feedback(
    results: Iterable[SubmissionResult],
    folder: Path,
    expected: ExpectedOf = unknown,
    course: Course | None = None,
) -> None:
    """One JSON file and one page for each verdict, on which nobody has decided anything."""
    rules = Rules(course or Course())
    for result in results:
        write_standing(rules.standing(result, About()), folder, expected, rules.course)


def write_standing(standing: Standing, folder: Path, expected: ExpectedOf, course: Course) -> None:
    """The JSON file and the page of one submission; ``expected`` is for the pictures."""
    result = standing.result
    with replacing(folder / f"{result.submission}.json") as part:
        told = msgspec.json.encode(told_to_student(standing, course.worth().automatic))
        part.write_bytes(msgspec.json.format(told, indent=2))
    with replacing(folder / f"{result.submission}.html") as part:
        part.write_text(feedback_page(result, expected, course, standing), encoding="utf-8")


def told_to_student(standing: Standing, most: int) -> dict[str, object]:
    """The feedback of a verdict with what people have decided; ``most`` are automatic points."""
    grade = msgspec.structs.asdict(standing.grade)
    del grade["why"], grade["unclear"]  # are for the instructor
    marks = [
        {"item": mark.item, "points": mark.points, "comment": mark.comment}
        for mark in standing.marks
    ]
    told = feedback(standing.result, most)
    return {**told, "decisions": list(standing.said), "marks": marks, "grade": grade}
