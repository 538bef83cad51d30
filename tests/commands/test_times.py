"""Submission times and lateness from what Canvas, Moodle and Gradescope export."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from autograder.record import decision_log
from autograder.record.reader import History
from tests.builders.downloads import (
    DUE,
    Student,
    canvas_zip,
    gradescope_zip,
    made_class,
    moodle_zip,
    roster_csv,
)
from tests.builders.processes import autograder
from tests.builders.sources import RIGHT, mistake

MISTAKE = mistake("train-plus-eta")
COURSE = f'name = "Back-propagation"\ndue = {DUE.isoformat()}\n[late]\n'


def code(source: str | bytes = RIGHT) -> dict[str, bytes]:
    """The files of a submission with this code only."""
    return {"neural_network.py": source if isinstance(source, bytes) else source.encode()}


def canvas(folder: Path, students: list[Student]) -> Path:
    path = folder / "submissions.zip"
    path.write_bytes(canvas_zip(students))
    return path


@pytest.fixture
def canvas_class(tmp_path: Path) -> Callable[[list[Student]], str]:
    """Grade a download of Canvas into the class's folder."""
    (tmp_path / "course.toml").write_text(COURSE, "utf-8")

    def grade(students: list[Student]) -> str:
        (tmp_path / "roster.csv").write_bytes(roster_csv(students, participant=True))
        download = canvas(tmp_path, [one for one in students if one.files])
        options = ("--config", tmp_path / "course.toml", "--out", tmp_path / "out")
        return autograder("grade", download, *options)

    return grade


def test_without_the_mark_of_canvas_one_is_on_time(
    tmp_path: Path, canvas_class: Callable[[list[Student]], str]
) -> None:
    """Nobody is listed without a time; who has the mark now, and had not before, is named."""
    students = [replace(one, files=code(MISTAKE)) for one in made_class(20)[12:16]]
    canvas_class(students)
    timeless = "Late, with unknown time"
    assert timeless not in autograder("status", tmp_path / "out", expect=1)
    students[1] = replace(students[1], late=True, attempt=2, files=code())
    printed = canvas_class(students)
    one = students[1].id
    assert f"  {one}: 60 -> 80 (2.1 0 -> 20), late now and not before" in printed
    found = autograder("status", tmp_path / "out", expect=1)
    assert f"{timeless}: 1. No points are taken off." in found
    assert f"({one}, section B): marked late by the platform\n" in found


@pytest.mark.parametrize(
    ("form", "title"),
    [
        ("{day}, {n} November 2026, {h12}:{m} {half}", "Last modified (submission)"),
        ("{day}, November {n}, 2026, {h12}:{m} {half}", "Last modified (submission)"),
        ("{day}, {n}. November 2026, {h}:{m}", "Zuletzt geändert (Abgabe)"),
        ("{day} {n} novembre 2026, {h}:{m}", "Dernière modification (travail remis)"),
        ("{day}, {n} de noviembre de 2026, {h}:{m}", "Última modificación (entrega)"),
    ],
)
def test_times_come_from_moodles_worksheet(tmp_path: Path, form: str, title: str) -> None:
    """As exported, in any language; a time that cannot be read is one student's problem."""
    students = [
        replace(one, files=code(b"x = 1\n"), number=one.number + 77)
        for one in made_class(20)[12:16]
    ]
    (tmp_path / "submissions.zip").write_bytes(moodle_zip(students))
    (tmp_path / "course.toml").write_text(COURSE, "utf-8")

    def written(hour: int) -> str:
        half = "AM" if hour < 12 else "PM"
        return form.format(day="Day", n=30, h=hour, h12=(hour - 1) % 12 + 1, m="05", half=half)

    times = [written(11), written(23), "whenever", "-"]
    rows = [
        f'Participant {one.number},{one.name},Submitted,-,100,Yes,"{time}","{written(1)}",'
        for one, time in zip(students, times, strict=True)
    ]
    head = (
        f"Identifier,Full name,Status,Grade,Maximum,Changes,{title},Last modified (grade),Feedback"
    )
    (tmp_path / "times.csv").write_text("\n".join([head, *rows]), "utf-8")
    (tmp_path / "course.toml").write_text(
        COURSE.replace("30T23:59:00", "30T12:00:00"), encoding="utf-8"
    )
    options = ("--config", tmp_path / "course.toml", "--out", tmp_path / "out")
    printed = autograder("grade", tmp_path / "submissions.zip", *options, expect=1)
    assert "“whenever” is not a time that can be read" in " ".join(printed.split())
    with History.open(tmp_path / "out") as record:
        found = decision_log.current(record).times or ()
        (problem,) = decision_log.problems(record)
    assert [one.submitted_at for one in found] == [
        "2026-11-30T11:05:00+00:00",
        "2026-11-30T23:05:00+00:00",
    ]
    assert problem.submission.endswith(f"_{students[2].number}")
    found = autograder("status", tmp_path / "out", expect=1)
    assert "Late, with unknown time: 2. No points are taken off." in found


def test_a_time_belongs_to_its_file(tmp_path: Path) -> None:
    """Files that are given once more without a time keep it; of other files it is unknown."""
    students = [replace(one, files=code(b"x = 1\n")) for one in made_class(20)[12:15]]
    (tmp_path / "export.zip").write_bytes(gradescope_zip(students))
    (tmp_path / "course.toml").write_text(COURSE, "utf-8")
    (tmp_path / "roster.csv").write_bytes(roster_csv(students))
    autograder(
        *("grade", tmp_path / "export.zip", "--out", tmp_path / "out"),
        *("--config", tmp_path / "course.toml"),
    )
    sources = (b"x = 1\n", b"def sigmoid(x):\n    return x\n", None)
    for student, source in zip(students, sources, strict=True):
        folder = tmp_path / "again" / student.id
        folder.mkdir(parents=True)
        name = "neural_network.py" if source else "notes.txt"
        (folder / name).write_bytes(source or b"later")
    autograder("grade", tmp_path / "again", "--out", tmp_path / "out")
    with History.open(tmp_path / "out") as record:
        infos = decision_log.submission_info(record)
    when = students[0].submitted_at
    assert [infos[one.id].submitted_at for one in students] == [when, None, when]


def test_times_come_from_gradescope(tmp_path: Path) -> None:
    """From its export of submissions, or from its table of grades as times.csv."""
    students = [replace(one, files=code(b"x = 1\n")) for one in made_class(20)[12:15]]
    students[0] = replace(students[0], submitted_at=DUE + timedelta(hours=3))
    (tmp_path / "export.zip").write_bytes(gradescope_zip(students))
    (tmp_path / "course.toml").write_text(COURSE, "utf-8")
    options = ("--config", tmp_path / "course.toml", "--out", tmp_path / "out")
    autograder("grade", tmp_path / "export.zip", *options)
    with History.open(tmp_path / "out") as record:
        infos = decision_log.submission_info(record).values()
    assert {info.submitted_at for info in infos} == {one.submitted_at for one in students}
    rows = [f"A,B,{one.id},{one.email},2026-12-02 21:59:00 +0100,0:00:00" for one in students]
    head = "First Name,Last Name,SID,Email,Submission Time,Lateness (H:M:S)"
    (tmp_path / "times.csv").write_text("\n".join([head, *rows, "Z,Z,zz,z@z.z,,"]), "utf-8")
    autograder("export", "grades", tmp_path / "out")
    with History.open(tmp_path / "out") as record:
        found = decision_log.current(record).times or ()
    assert [one.submitted_at for one in found] == ["2026-12-02T21:59:00+01:00"] * 3
