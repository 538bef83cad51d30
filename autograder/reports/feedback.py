"""Write ``feedback/<id>.json`` and ``.html``, which contain nothing that is for staff only."""

from __future__ import annotations

from pathlib import Path

import msgspec

from autograder.course.settings import Course
from autograder.files import replacing
from autograder.gradebook.policy import Standing
from autograder.reports.feedback_page import ExpectedOf, feedback_page
from autograder.results import feedback


def write_feedback(standing: Standing, folder: Path, expected: ExpectedOf, course: Course) -> None:
    """Write the JSON file and the page of one submission; ``expected`` is for the pictures."""
    result = standing.result
    with replacing(folder / f"{result.submission}.json") as part:
        told = msgspec.json.encode(student_json(standing, course.course_points().automatic))
        part.write_bytes(msgspec.json.format(told, indent=2))
    with replacing(folder / f"{result.submission}.html") as part:
        part.write_text(feedback_page(result, expected, course, standing), encoding="utf-8")


def student_json(standing: Standing, most: int) -> dict[str, object]:
    """Return the content of the JSON file; ``most`` is the maximum of automatic points."""
    grade = msgspec.structs.asdict(standing.grade)
    del grade["why"], grade["unclear"]  # are for the instructor
    marks = [
        {"item": mark.item, "points": mark.points, "comment": mark.comment}
        for mark in standing.marks
    ]
    told = feedback(standing.result, most)
    return {**told, "decisions": list(standing.said), "marks": marks, "grade": grade}
