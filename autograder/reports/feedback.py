"""Write ``feedback/<id>.json``, ``.html`` and ``.txt``, with nothing that is for staff only."""

from pathlib import Path

import msgspec

from assignment.checks.html.feedback import Feedback, feedback_html
from autograder.files import write_text
from autograder.gradebook.policy import Grade
from autograder.reports.feedback_text import feedback_text
from autograder.results import feedback


def write_feedback(grade: Grade, page: Feedback, folder: Path, most: int) -> None:
    """Write JSON, page and plain text of one submission; ``most`` are all automatic points."""
    one = grade.result.submission
    told = msgspec.json.encode(student_json(grade, most))
    write_text(folder / f"{one}.json", msgspec.json.format(told, indent=2).decode())
    write_text(folder / f"{one}.html", feedback_html(page))
    write_text(folder / f"{one}.txt", feedback_text(page))


def student_json(grade: Grade, most: int) -> dict[str, object]:
    """Return the content of the JSON file; ``most`` is the maximum of automatic points."""
    points = msgspec.structs.asdict(grade.points)
    del points["why"], points["unclear"]  # are for the instructor
    marks = [
        {"item": mark.item, "points": mark.points, "comment": mark.comment} for mark in grade.marks
    ]
    told = feedback(grade.result, most)
    return {**told, "decisions": list(grade.notes), "marks": marks, "grade": points}
