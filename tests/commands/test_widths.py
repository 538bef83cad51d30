"""What commands print fits terminals of 40, 80 and 120 columns, and is whole in a pipe."""

import io
import sys
from pathlib import Path

import pytest

from autograder import cli
from autograder.reports.say import say
from tests.builders.sources import RIGHT, graded, mistake

LONG = "The first sentence of a message that goes on and on. " * 4


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A class of three, one of whom has submitted nothing that can be run."""
    sources = {
        "adaeze_with_a_long_name_that_goes_on": RIGHT,
        "bo": mistake("train-plus-eta"),
        "cy": "def sigmoid(x:\n",
    }
    folder = tmp_path_factory.mktemp("class")
    (folder / "in").mkdir()
    return graded(folder / "in", sources, folder / "out")


def printed(*arguments: str | Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The lines that a command prints, on both streams."""
    stream = io.StringIO()
    monkeypatch.setattr(sys, "argv", ["autograder", *map(str, arguments)])
    monkeypatch.setattr(sys, "stdout", stream)
    monkeypatch.setattr(sys, "stderr", stream)
    with pytest.raises(SystemExit):
        cli.main()
    return stream.getvalue().splitlines()


@pytest.mark.parametrize("columns", [40, 80, 120])
def test_no_line_is_wider(
    columns: int, results: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Tables, details, lists, errors and help; a path stays whole beside its label."""
    monkeypatch.setenv("COLUMNS", str(columns))
    one = tmp_path / "one.py"
    one.write_text(mistake("train-plus-eta"))
    (tmp_path / "course.toml").write_text("[points]\n1.1 = 10\n")
    commands: list[list[str | Path]] = [
        ["grade", one, "--out", tmp_path / "o", "--jobs", "1", "--unsafe"],
        ["export", "grades", results],
        ["manual", results],
        ["doctor"],
        ["verify", "--config", tmp_path / "course.toml"],
        ["grade"],
        ["--help"],
        ["export", "--help"],
    ]
    for command in commands if columns == 40 else commands[:1]:
        lines = printed(*command, monkeypatch=monkeypatch)
        assert lines
        wide = [line for line in lines if len(line) > columns and " " in line.strip()]
        known = (str(tmp_path.parents[1]), "Usage: ")
        assert [line for line in wide if not any(one in line for one in known)] == [], command


@pytest.mark.parametrize(("columns", "sections"), [(40, 0), (80, 6), (120, 6)])
def test_the_table_keeps_its_columns(
    columns: int, sections: int, results: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Scores stand below their title; a narrow terminal has no sections, but a message."""
    monkeypatch.setenv("COLUMNS", str(columns))
    again = ("grade", results.with_name("in"), "--out", results, "--jobs", "1", "--unsafe")
    lines = printed(*again, monkeypatch=monkeypatch)
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
    monkeypatch.delenv("COLUMNS", raising=False)
    say(f"{LONG}\n  ann: \x1b[2J{LONG}")
    assert len(capsys.readouterr().out.splitlines()) == 2
    monkeypatch.setenv("COLUMNS", "40")
    say(f"{LONG}\n  ann: \x1b[2J{LONG}")
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= 40
    assert [line for line in lines if not line.startswith("  ")] == [LONG[:40].rsplit(" ", 1)[0]]
    assert sum(line.startswith("  ann: \ufffd[2J") for line in lines) == 1
