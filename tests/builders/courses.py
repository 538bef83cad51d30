"""A course's folder with the tables of decisions."""

from pathlib import Path

from autograder.course.load import load
from autograder.course.settings import Course

NO_REPORT = 'points = {"1.1"=20,"1.2"=10,"1.3"=20,"1.4"=20,"2.1"=20,"2.2"=10,"2.3"=0}\n'
"""Settings of a course whose report has no points."""


def course_in(folder: Path, text: str = "", **tables: str) -> Course:
    """Write ``course.toml`` and tables such as ``groups`` into a folder, and load the course."""
    folder.mkdir(exist_ok=True)
    for name, content in tables.items():
        (folder / f"{name}.csv").write_text(content, encoding="utf-8")
    path = folder / "course.toml"
    path.write_text(text, encoding="utf-8")
    return load(path)
