"""What commands print fits terminals of 40, 80 and 120 columns, and is whole in a pipe."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from autograder.reports.say import place, say
from tests.builders.commands import CourseFolder, autograder
from tests.builders.downloads import Student, canvas_zip, made_class, roster_csv
from tests.builders.files import code, folder_of
from tests.builders.sources import RIGHT, mistake

LONG = "The first sentence of a message that goes on and on. " * 4
COURSE = 'name = "Networks"\ndue = 2026-11-30T23:59:00+01:00\n[late]\n'
GRADE = ("grade", "--out", "{folder}/results", "--jobs", "1", "--unsafe")
RESULTS = ("{folder}/results", "--config", "{folder}/course.toml")
PRINTED: dict[str, tuple[tuple[str, ...], str]] = {
    "grade one file": (
        (*GRADE[:2], "{folder}/alone", *GRADE[3:], "{folder}/one.py"),
        r"one: 60 of 80.* 2\.1 train_nn 0 of 20 .*minus eta",
    ),
    "grade more": (
        (*GRADE, "--dry-run", "--config", "{folder}/other.toml", "{folder}/late.zip"),
        "results of other submissions were made with other cases",
    ),
    "grade --replace": (
        (*GRADE, "--dry-run", "--replace", "--config", "{folder}/course.toml", "{folder}/late.zip"),
        "--replace removes 14: s10000, ",
    ),
    "grade nothing": (("grade",), "nothing to grade: "),
    "export grades": (("export", "grades", *RESULTS), "Wrong lines .1.; each leaves"),
    "status": (("status", *RESULTS), "Look again, and change something in their lines"),
    "explain": (
        ("explain", *RESULTS, "s10012", "--case", "train-small", "--unsafe"),
        "Inputs of train_nn",
    ),
    "manual": (("manual", *RESULTS), "Without a report: "),
}
"""Commands, and an expression for a part of what each must have printed."""
ONCE: dict[str, tuple[tuple[str, ...], str]] = {
    "doctor": (("doctor",), "Students' files can be graded here."),
    "verify": (("verify", "--config", "{folder}/wrong.toml"), "points"),
    "help": (("--help",), "grade"),
    "export help": (("export", "--help"), "canvas"),
}
"""Those that are tried at 40 columns only."""
TABLE = [(name, columns) for name in PRINTED for columns in (40, 80, 120)]
TABLE += [(name, 40) for name in ONCE]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A class that was graded, with decisions that have changed and a straggler who has not come.

    The straggler replaces a file whose marks are there; one table has a wrong line.
    """
    course = CourseFolder(tmp_path_factory.mktemp("course"))
    students = made_class(18, [b"x = 1\n"])
    students[12] = replace(students[12], files=code(mistake("train-plus-eta"), "first"))
    again, later = (canvas_zip([late(students[13], title)]) for title in ("again", "later"))
    course.write("course.toml", COURSE)
    course.write("roster.csv", roster_csv(students, participant=True))
    course.write("other.toml", f"hidden_seed = 20260131\n{COURSE}")
    course.write("wrong.toml", "[points]\n1.1 = 10\n")
    course.write("one.py", mistake("train-plus-eta"))
    course.write("late.zip", later)
    course.write("manual.csv", "submission,item,points\ns10013,discussion,3\n")
    course.grade(course.write("class.zip", canvas_zip(students)), "--config", course.config)
    course.grade(course.write("again.zip", again))
    course.write(
        "adjustments.csv",
        "submission,question,points,reason,by,date\n"
        "s10000,1.1,4,Seen again,Kim,2026-12-03\nnobody,1.1,4,Seen again,Kim,2026-12-03\n",
    )
    return course.folder


def late(student: Student, report: str) -> Student:
    """The student with another report, and a file that loses nothing by it."""
    return replace(student, attempt=2, files=code("x = 2\n", report))


@pytest.mark.parametrize(("name", "columns"), TABLE)
def test_no_line_is_wider(
    name: str, columns: int, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each command follows the terminal; a path or a command to copy stays whole."""
    monkeypatch.setenv("COLUMNS", str(columns))
    arguments, part = (PRINTED | ONCE)[name]
    printed = autograder(*(one.format(folder=folder) for one in arguments), expect=None)
    lines = printed.splitlines()
    assert re.search(part, " ".join(" ".join(lines).split()))
    whole = (str(folder.parents[1]), "Usage: ", "  $ ")
    texts = [line for line in lines if not any(one in line for one in whole)]
    assert [line for line in texts if len(line) > columns and " " in line.strip()] == []
    assert columns < 120 or name == "grade nothing" or max(map(len, texts)) > 80


def test_the_table_keeps_its_columns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Scores stand below their title; a narrow terminal has no sections, but a message."""
    sources = {"adaeze_with_a_long_name_that_goes_on.py": RIGHT, "bo.py": mistake("train-plus-eta")}
    folder = folder_of(tmp_path / "in", sources | {"cy.py": "def sigmoid(x:\n"})
    for columns, sections in ((40, 0), (80, 6), (120, 6)):
        monkeypatch.setenv("COLUMNS", str(columns))
        printed = autograder("grade", folder, "--out", tmp_path / "out", "--jobs", "1")
        lines = printed.splitlines()
        (place,) = [place for place, line in enumerate(lines) if line.startswith("submission")]
        head, *rows = lines[place : place + 4]
        assert len(head.split()) == 2 + sections + bool("message" in head)
        end = head.index("score") + len("score")
        scores = [row[:end].split()[-1] for row in rows]
        assert scores == ["80", "60", "0"]
        assert max(map(len, rows)) <= columns
        assert "Syntax" in rows[2] or columns == 40


def test_a_pipe_gets_whole_lines(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing is broken where nobody looks; on a terminal the rest of a line is indented."""
    text = f"{LONG}\n  ann: \x1b[2J{LONG}"
    say(text)
    assert len(capsys.readouterr().out.splitlines()) == 2
    monkeypatch.setenv("COLUMNS", "40")
    say(text)
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= 40
    assert [line for line in lines if not line.startswith("  ")] == [LONG[:40].rsplit(" ", 1)[0]]
    assert sum(line.startswith("  ann: \ufffd[2J") for line in lines) == 1


def test_a_path_is_a_link_in_a_terminal_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A terminal gets a URL, which a click opens; a pipe gets the path as it was given."""
    assert place(Path("results/class.html")) == "results/class.html"
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    assert place(tmp_path / "a b.html") == (tmp_path / "a b.html").as_uri()
