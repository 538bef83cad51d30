"""The commands as an instructor types them: a messy folder, one file, bad options."""

import sys
from pathlib import Path
from typing import Any

import pytest
import typer

from autograder import cli
from autograder.cases.expected import reference_source
from autograder.commands import manual, verify
from autograder.errors import ConfigError
from autograder.results import CSV_COLUMNS
from tests.builders.commands import autograder, table
from tests.builders.courses import NO_REPORT, course_in
from tests.builders.files import folder_of, written
from tests.builders.processes import run

RIGHT = reference_source()
MISTAKE = RIGHT.replace(b"tr - eta", b"tr + eta")
TEST_NN = b"    N = len(X_test)\n"
MESS: dict[str, tuple[bytes, str, int, str, str]] = {
    "plus eta.py": (MISTAKE, "plus_eta", 60, "judged", ""),
    "syntax.py": (b"def sigmoid(x:\n    pass", "syntax", 0, "judged", "Syntax error in line 1"),
    "endless.py": (RIGHT.replace(TEST_NN, b"    while True:\n        pass\n"),
                   "endless", 72, "judged", "No answer in time: test_nn."),
    "binary.py": (bytes(range(256)) * 4, "binary", 0, "refused", "null bytes"),
    "=formula.py": (RIGHT, "formula", 80, "judged", ""),
}  # fmt: skip
"""Files: the content, and the submission's id, score, status and a part of its message."""


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A messy folder, graded in a process of its own: the output folder, and what was printed."""
    place = tmp_path_factory.mktemp("mess")
    folder = folder_of(place / "class", {name: row[0] for name, row in MESS.items()})
    config, out = written(place / "course.toml", "[limits]\ncall_seconds = 1.5\n"), place / "out"
    command = ("-m", "autograder", "grade", folder, "--out", out, "--config", config)
    done = run([sys.executable, *command], env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"})
    assert (done.returncode, "Traceback" in done.stderr) == (0, False), done.stderr
    return out, done.stdout


def test_each_file_has_its_own_row(graded: tuple[Path, str]) -> None:
    """Status, message, points that add up, and a line in a table that fits a terminal."""
    out, printed = graded
    rows = table(out, "results", "submission")
    assert {one: (int(row["score"]), row["status"]) for one, row in rows.items()} == {
        one: (score, status) for _, one, score, status, _ in MESS.values()
    }
    lines = printed[printed.index("submission ") : printed.index("What needs you")].splitlines()
    assert max(map(len, lines)) <= 80
    for _, one, score, _, message in MESS.values():
        row = rows[one]
        assert tuple(row) == CSV_COLUMNS
        assert message in row["message"]
        assert row["max_score"] == "80"
        assert sum(int(row[n]) for n in ("1.1", "1.2", "1.3", "1.4", "2.1", "2.2")) == score
        assert any(line.startswith(one) for line in lines), one
    assert rows["plus_eta"]["misconceptions"] == "train-plus-eta"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["grade"], "nothing to grade"),
        (["grade", "/nonexistent/x.py"], "cannot be read"),
        (["grade", "--demo", "--config", "/nonexistent.toml"], "cannot be read"),
        (["grade", "--demo", "--out", "/proc/results"], "results"),
        (["grade", "--jobs", "0"], "jobs"),
        (["key", "--config", "/nonexistent.toml"], "cannot be read"),
        (["doctor", "--config", "/nonexistent.toml"], "cannot be read"),
        (["grdae"], "grdae"),
    ],
)
def test_bad_input_has_a_message(arguments: list[str], message: str, tmp_path: Path) -> None:
    """The command ends with code 2 and a message that names the fault."""
    where = [] if "--out" in arguments or arguments[0] != "grade" else ["--out", tmp_path / "o"]
    assert message in autograder(*arguments, *where, expect=2)


def test_verify_fails_when_a_proof_does(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A broken claim is shown as WRONG and makes the command exit with 1; --all shows the rest."""
    monkeypatch.setattr(verify, "WORK_BUDGET", 10)
    for name in ("_scores", "_catalogue", "_generated", "_print_matrix"):
        monkeypatch.setattr(verify, name, lambda *_: iter(()))
    assert verify.run(None) == 1
    settings, wrong, *_ = lines = capsys.readouterr().out.splitlines()
    assert "hidden seed 46; points 1.1 10," in settings
    assert wrong.startswith("WRONG work budget")
    assert " proofs hold, in " in lines[2]
    assert len(lines) == 3
    monkeypatch.undo()
    monkeypatch.setattr(verify, "prove", lambda *_: [verify.Proof("a", True)])
    assert verify.run(None) == 0
    assert capsys.readouterr().out.splitlines()[1].startswith("All 1 proofs hold, in ")
    assert verify.run(None, everything=True) == 0
    assert "ok    a:" in capsys.readouterr().out


@pytest.mark.parametrize(("group", "rare"), [([], ["key", "doctor"]), (["export"], [])])
def test_help_has_a_sentence_for_each_command(group: list[str], rare: list[str]) -> None:
    """In 80 columns no sentence is cut; what is needed once stands apart from the weekly ones."""
    _, _, commands = autograder(*group, "--help").partition("Commands:\n")
    weekly, _, others = (
        [line for line in part.splitlines() if line]
        for part in commands.partition("Rarely needed:\n")
    )
    assert len(weekly) + len(others) >= 4
    assert all(line.endswith(".") and not line.endswith("...") for line in weekly + others)
    assert [line.split()[0] for line in others] == rare


def test_every_command_takes_the_course() -> None:
    """--config may stand behind each of them, so that nobody has to know which read it."""
    top: dict[str, Any] = vars(typer.main.get_command(cli.app))["commands"]
    commands = {**top, **top["export"].commands}
    del commands["export"]
    assert len(commands) >= 13
    for name, command in commands.items():
        assert "--config" in [option for one in command.params for option in one.opts], name


def test_a_course_whose_report_has_no_points(tmp_path: Path) -> None:
    """A message says that there is nothing to mark."""
    course_in(tmp_path, NO_REPORT)
    with pytest.raises(ConfigError, match="the report has no points"):
        manual.run(tmp_path, tmp_path / "course.toml")
