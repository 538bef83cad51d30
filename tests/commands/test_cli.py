"""The commands as an instructor types them: a messy folder, one file, bad options."""

import csv
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from autograder import cli
from autograder.cases.answers import Answers
from autograder.cases.expected import reference_source
from autograder.commands import verify
from autograder.paths import ROOT
from autograder.results import CSV_COLUMNS
from tests.builders.processes import autograder

RIGHT = reference_source()
STUB = ROOT / "assignment" / "neural_network.py"

MESS: dict[str, bytes] = {
    "right.py": RIGHT,
    "plus eta.py": RIGHT.replace(b"tr - eta", b"tr + eta"),
    "syntax.py": b"def sigmoid(x:\n    return 1\n",
    "nothing.py": b"print('hello')\n",
    "endless.py": RIGHT.replace(b"    N = len(X_test)\n", b"    while True:\n        pass\n"),
    "leaves.py": RIGHT.replace(b"    N = len(X_test)\n", b"    import sys\n    sys.exit(0)\n"),
    "empty.py": b"",
    "binary.py": bytes(range(256)) * 4,
    "stub.py": STUB.read_bytes(),
    "=formula.py": RIGHT,
    "notes.txt": b"no program",
}  # fmt: skip


Run = Callable[..., str]


@pytest.fixture
def run_here(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command in this process; both streams of what it printed."""

    def run(*arguments: str | Path, expect: int = 0) -> str:
        monkeypatch.setattr(sys, "argv", ["autograder", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        assert (ended.value.code or 0) == expect
        return "".join(capsys.readouterr())

    return run


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A messy folder, graded once: the output folder, and what was printed."""
    folder = tmp_path_factory.mktemp("mess")
    for name, content in MESS.items():
        (folder / name).write_bytes(content)
    out = tmp_path_factory.mktemp("out")
    config = out / "course.toml"
    config.write_text("[limits]\ncall_seconds = 1.5\n")
    return out, autograder("grade", folder, "--out", out, "--config", config)


def rows(out: Path) -> dict[str, dict[str, str]]:
    with (out / "results.csv").open(encoding="utf-8", newline="") as file:
        return {row["submission"]: row for row in csv.DictReader(file)}


@pytest.mark.parametrize(
    ("name", "score", "status", "message"),
    [
        ("right", 80, "judged", ""),
        ("plus_eta", 60, "judged", ""),
        ("syntax", 0, "judged", "Syntax error in line 1"),
        ("nothing", 0, "judged", "None of the seven functions"),
        ("endless", 72, "judged", "No answer in time: test_nn."),
        ("leaves", 72, "judged", ""),
        ("binary", 0, "refused", "null bytes"),
        ("stub", 0, "judged", "None of the seven functions"),
        ("formula", 80, "judged", ""),
        ("empty", 0, "judged", "None of the seven functions"),
        ("notes.txt", 0, "refused", "notes.txt"),
    ],
)
def test_each_file_has_its_own_row(
    graded: tuple[Path, str], name: str, score: int, status: str, message: str
) -> None:
    """Each file has a status and a message, and does not affect the others."""
    row = rows(graded[0])[name]
    assert (int(row["score"]), row["status"]) == (score, status)
    assert message in row["message"]
    assert row["max_score"] == "80"


def test_the_table_has_the_agreed_columns(graded: tuple[Path, str]) -> None:
    """results.csv has its columns, and the questions add up to the score."""
    out, _ = graded
    with (out / "results.csv").open(encoding="utf-8", newline="") as file:
        assert next(csv.reader(file)) == list(CSV_COLUMNS)
    for row in rows(out).values():
        questions = [row[number] for number in ("1.1", "1.2", "1.3", "1.4", "2.1", "2.2")]
        assert sum(map(int, questions)) == int(row["score"])
    assert rows(out)["plus_eta"]["misconceptions"] == "train-plus-eta"


def test_feedback_shows_nothing_hidden(graded: tuple[Path, str]) -> None:
    """A student's JSON has every output, but no values of hidden cases and nothing for staff."""
    out, _ = graded
    data = json.loads((out / "feedback" / "plus_eta.json").read_text(encoding="utf-8"))
    assert data["score"] == 60
    assert "staff" not in data["outputs"][0]
    hidden = [output for output in data["outputs"] if not output["public"]]
    assert hidden
    for output in hidden:
        assert "expected" not in output["message"]
    failed = [output for output in data["outputs"] if output["status"] == "failed"]
    assert {output["misconception"] for output in failed} >= {"train-plus-eta"}


def test_the_summary_fits_a_terminal(graded: tuple[Path, str]) -> None:
    """The printed table has no line over 80 columns, and a row for each submission."""
    _, text = graded
    table = [
        line
        for line in text.splitlines()
        if not line.startswith(("class:", "results:", "grades:", "feedback:"))
    ]
    assert max(len(line) for line in table if "What needs you: " not in line) <= 80
    for name in rows(graded[0]):
        assert any(line.startswith(name) for line in table), name


def test_a_regrade_runs_only_what_changed(tmp_path: Path, run_here: Run) -> None:
    """Unchanged submissions are counted, and a change is shown with both scores."""
    out = tmp_path / "out"
    folder = tmp_path / "class"
    folder.mkdir()
    (folder / "ann.py").write_bytes(MESS["plus eta.py"])
    (folder / "bob.py").write_bytes(RIGHT)
    run_here("grade", folder, "--out", out, "--jobs", "1")
    (folder / "ann.py").write_bytes(RIGHT)
    rehearsed = run_here("grade", folder, "--out", out, "--jobs", "1", "--dry-run")
    assert "ann: 60 -> 80" in rehearsed
    assert "Nothing was written" in rehearsed
    assert rows(out)["ann"]["score"] == "60"
    again = run_here("grade", folder, "--out", out, "--jobs", "1")
    assert "ann: 60 -> 80" in again
    assert "1 unchanged" in again
    assert rows(out)["ann"]["score"] == "80"


def test_one_file_shows_why(tmp_path: Path, run_here: Run) -> None:
    """For a single file everything is on the screen."""
    path = tmp_path / "neural_network.py"
    path.write_bytes(MESS["plus eta.py"])
    text = run_here("grade", path, "--out", tmp_path / "out", "--jobs", "1")
    assert "neural_network: 60 of 80" in text
    assert "2.1 train_nn    0 of 20" in text
    assert "minus eta" in " ".join(text.split())


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["grade"], "nothing to grade"),
        (["grade", "/nonexistent/x.py"], "cannot be read"),
        (["grade", "--demo", "--config", "/nonexistent.toml"], "cannot be read"),
        (["grade", "--demo", "--out", "/proc/results"], "results"),
        (["grade", "--jobs", "0"], "jobs"),
        (["grdae"], "grdae"),
    ],
)
def test_bad_input_has_a_message(
    arguments: list[str], message: str, tmp_path: Path, run_here: Run
) -> None:
    """The command ends with code 2 and a message that names the fault."""
    where = [] if "--out" in arguments or arguments[0] != "grade" else ["--out", tmp_path / "o"]
    assert message in run_here(*arguments, *where, expect=2)


def test_the_doctor_says_whether_files_can_be_graded(run_here: Run) -> None:
    """Versions, findings and the proved level."""
    text = run_here("doctor")
    assert "isolation: level" in text
    assert "Students' files can be graded here." in text


def test_verify_fails_when_a_proof_does(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A broken claim is shown as WRONG and makes the command exit with 1; --all shows the rest."""
    monkeypatch.setattr("autograder.commands.verify.WORK_BUDGET", 10)
    monkeypatch.setattr("autograder.commands.verify._scores", lambda *_: iter(()))
    monkeypatch.setattr("autograder.commands.verify._catalogue", lambda *_: iter(()))
    monkeypatch.setattr("autograder.commands.verify._generated", lambda *_: iter(()))
    monkeypatch.setattr("autograder.commands.verify.matrix", lambda *_: iter(()))
    assert verify.run(None) == 1
    settings, wrong, *_ = lines = capsys.readouterr().out.splitlines()
    assert "hidden seed 46; points 1.1 10," in settings
    assert wrong.startswith("WRONG work budget")
    assert " proofs hold, in " in lines[2]
    assert len(lines) == 3
    monkeypatch.undo()
    monkeypatch.setattr("autograder.commands.verify.prove", lambda *_: [verify.Proof("a", True)])
    assert verify.run(None) == 0
    assert capsys.readouterr().out.splitlines()[1].startswith("All 1 proofs hold, in ")
    assert verify.run(None, everything=True) == 0
    assert "ok    a:" in capsys.readouterr().out


@pytest.mark.parametrize("group", [[], ["export"]])
def test_no_help_text_is_cut(group: list[str], run_here: Run) -> None:
    """In 80 columns each command has its whole sentence."""
    _, _, commands = run_here(*group, "--help").partition("Commands:\n")
    lines = [line for line in commands.splitlines() if line and line != "Rarely needed:"]
    assert len(lines) >= 4
    assert all(line.endswith(".") and not line.endswith("...") for line in lines)


def test_every_command_takes_the_course() -> None:
    """--config may stand behind each of them, so that nobody has to know which read it."""

    def leaves(command: Any, name: str) -> Iterator[tuple[str, Any]]:
        if hasattr(command, "commands"):
            for inner, one in command.commands.items():
                yield from leaves(one, f"{name} {inner}")
        else:
            yield name, command

    found = dict(leaves(typer.main.get_command(cli.app), "autograder"))
    assert len(found) >= 13
    for name, command in found.items():
        assert "--config" in [option for one in command.params for option in one.opts], name


def test_rare_commands_have_a_group_of_their_own(run_here: Run) -> None:
    """What an instructor needs each week is not mixed with what is needed once."""
    _, _, rare = run_here("--help").partition("Rarely needed:\n")
    assert [line.split()[0] for line in rare.splitlines() if line] == ["key", "doctor"]


@pytest.mark.parametrize("command", ["key", "doctor"])
def test_a_wrong_course_is_refused_everywhere(command: str, tmp_path: Path, run_here: Run) -> None:
    """Also by commands that need little of it."""
    (tmp_path / "course.toml").write_text("nmae = 'x'")
    assert "there is no key `nmae`" in run_here(
        command, "--config", tmp_path / "course.toml", expect=2
    )


def test_answers_of_another_seed_are_not_the_default() -> None:
    """The default is the kit's own seed."""
    assert Answers().is_default
    assert not Answers(1).is_default
