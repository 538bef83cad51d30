"""Submission times and lateness from what Canvas, Moodle and Gradescope export."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from autograder.record import decision_log
from autograder.record.reader import History
from tests.builders.commands import CourseFolder
from tests.builders.downloads import (
    DUE,
    Student,
    canvas_zip,
    gradescope_zip,
    made_class,
    moodle_zip,
    roster_csv,
)
from tests.builders.files import code
from tests.builders.sources import RIGHT, mistake

COURSE = f'name = "Back-propagation"\ndue = {DUE.isoformat()}\n[late]\n'
ONE, ANOTHER = b"x = 1\n", b"def sigmoid(x):\n    return x\n"


@pytest.fixture
def course(tmp_path: Path) -> CourseFolder:
    """A course with a late policy."""
    course = CourseFolder(tmp_path)
    course.write("course.toml", COURSE)
    return course


def students(source: str | bytes = ONE) -> list[Student]:
    """Four students who have submitted this code."""
    return [replace(one, files=code(source)) for one in made_class(20)[12:16]]


def entered(course: CourseFolder) -> list[str]:
    """The times that the record has from times.csv."""
    with History.open(course.out) as record:
        return [one.submitted_at for one in decision_log.current(record).times or ()]


def test_without_the_mark_of_canvas_one_is_on_time(course: CourseFolder) -> None:
    """Nobody is listed without a time; who has the mark now, and had not before, is named."""

    def grade() -> str:
        course.write("roster.csv", roster_csv(people, participant=True))
        download = course.write("submissions.zip", canvas_zip(people))
        return course.grade(download, "--config", course.config)

    people = students(mistake("train-plus-eta"))
    grade()
    timeless = "Late, with unknown time"
    assert timeless not in course.status()
    late = people[1] = replace(people[1], late=True, attempt=2, files=code(RIGHT))
    assert f"  {late.id}: 60 -> 80 (2.1 0 -> 20), late now and not before" in grade()
    found = course.status()
    assert f"{timeless}: 1. No points are taken off." in found
    assert f"({late.id}, section B): marked late by the platform\n" in found


WORKSHEETS = (
    ("Day, {} November 2026, {}", "Last modified (submission)"),
    ("Day, November {}, 2026, {}", "Last modified (submission)"),
    ("Day, {}. November 2026, {}", "Zuletzt geändert (Abgabe)"),
    ("Day {} novembre 2026, {}", "Dernière modification (travail remis)"),
    ("Day, {} de noviembre de 2026, {}", "Última modificación (entrega)"),
)
"""Times and the title of their column in worksheets of several languages."""


def test_times_come_from_moodles_worksheet(course: CourseFolder) -> None:
    """As exported, in any language; a time that cannot be read is one student's problem."""
    people = [replace(one, number=one.number + 77) for one in students()]
    download = course.write("submissions.zip", moodle_zip(people))
    course.grade(download, "--config", course.config)
    for day, (form, title) in enumerate(WORKSHEETS, 26):
        english = title.startswith("Last")
        hours = ("11:05 AM", "11:05 PM") if english else ("11:05", "23:05")
        times = [*(form.format(day, hour) for hour in hours), "whenever", "-"]
        head = f"Identifier,Full name,Status,Changes,{title},Last modified (grade),Feedback\n"
        rows = (
            f'Participant {one.number},{one.name},Submitted,Yes,"{time}","{times[0]}",\n'
            for one, time in zip(people, times, strict=True)
        )
        course.write("times.csv", head + "".join(rows))
        assert "“whenever” is not a time that can be read" in course.export(expect=1)
        date = f"2026-11-{day}T"
        assert entered(course) == [f"{date}11:05:00+00:00", f"{date}23:05:00+00:00"], title
        with History.open(course.out) as record:
            (problem,) = decision_log.problems(record)
        assert problem.submission.endswith(f"_{people[2].number}")
    assert "Late, with unknown time: 2. No points are taken off." in course.status()


def test_times_come_from_gradescope(course: CourseFolder) -> None:
    """From its export: the same files keep their time; or from its table of grades as times.csv."""
    people = students()[:3]
    people[0] = replace(people[0], submitted_at=DUE + timedelta(hours=3))
    course.write("roster.csv", roster_csv(people))
    download = course.write("export.zip", gradescope_zip(people))
    course.grade(download, "--config", course.config)
    for student, source in zip(people, (ONE, ANOTHER, None), strict=True):
        name = "neural_network.py" if source else "notes.txt"
        course.write(f"again/{student.id}/{name}", source or b"later")
    course.grade(course.folder / "again")
    with History.open(course.out) as record:
        infos = decision_log.submission_info(record)
    first, _, third = (one.submitted_at for one in people)
    assert [infos[one.id].submitted_at for one in people] == [first, None, third]
    rows = [f"A,B,{one.id},{one.email},2026-12-02 21:59:00 +0100,0:00:00" for one in people]
    head = "First Name,Last Name,SID,Email,Submission Time,Lateness (H:M:S)"
    course.write("times.csv", "\n".join([head, *rows, "Z,Z,zz,z@z.z,,"]))
    course.export()
    assert entered(course) == ["2026-12-02T21:59:00+01:00"] * 3
