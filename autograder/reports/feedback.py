"""Write ``feedback/<id>.json`` and ``.html``, which contain nothing that is for staff only."""

from __future__ import annotations

from pathlib import Path

import msgspec

from autograder.course.settings import Course
from autograder.files import replacing
from autograder.gradebook.policy import Grade
from autograder.reports.feedback_page import ExpectedOf, feedback_page
from autograder.results import feedback


def write_feedback(grade: Grade, folder: Path, expected: ExpectedOf, course: Course) -> None:
    """Write the JSON file and the page of one submission; ``expected`` is for the pictures."""
    result = grade.result
    with replacing(folder / f"{result.submission}.json") as file:
        told = msgspec.json.encode(student_json(grade, course.course_points().automatic))
        file.write(msgspec.json.format(told, indent=2))
    with replacing(folder / f"{result.submission}.html") as file:
        file.write(feedback_page(result, expected, course, grade).encode())


def student_json(grade: Grade, most: int) -> dict[str, object]:
    """Return the content of the JSON file; ``most`` is the maximum of automatic points."""
    points = msgspec.structs.asdict(grade.points)
    del points["why"], points["unclear"]  # are for the instructor
    marks = [
        {"item": mark.item, "points": mark.points, "comment": mark.comment} for mark in grade.marks
    ]
    told = feedback(grade.result, most)
    return {**told, "decisions": list(grade.notes), "marks": marks, "grade": points}
