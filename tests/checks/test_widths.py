"""What check.py prints fits consoles of 40, 80 and 120 columns."""

import io
import re
import sys
from pathlib import Path

import pytest

from assignment.checks.commands import check as door
from tests.builders.home import kit_with
from tests.builders.sources import RIGHT, STUB
from tests.builders.student_kit import python, unzipped

WRONG = RIGHT.replace("delta_k = y - target_y", "delta_k = target_y - y").replace(
    "    x = np.ravel(x)\n", '    x = np.ravel(x)\n    print("a line that is long", x, x, x)\n'
)
FILES = {
    "stub": STUB,
    "right": RIGHT,
    "wrong": WRONG,
    "broken": RIGHT.replace("def d_sigmoid(x", "def d_sigmoid(x:"),
    "two": RIGHT.replace("1 / (1 + np.exp", "2 / (1 + np.exp").replace(
        "def test_nn", "def tset_nn"
    ),
}
COMMANDS = ("", "backprop --steps", "2.1", "bckprop", "--submit", "--html", "bonus", "report", "-h")


@pytest.fixture(scope="module")
def kit(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A student's folder."""
    return unzipped(tmp_path_factory.mktemp("kit") / "kit")


@pytest.mark.parametrize("name", FILES)
def test_no_line_is_wider_than_40_columns(
    name: str, kit: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever is wrong, and for every option; only a word, such as a path, may be wider."""
    monkeypatch.setenv("COLUMNS", "40")
    (kit / "neural_network.py").write_text(FILES[name], "utf-8")
    for command in COMMANDS if name == "wrong" else COMMANDS[:1]:
        done = python("check.py", *command.split(), cwd=kit)
        assert done.stderr == ""
        assert "unzip" not in done.stdout
        wide = [line for line in done.stdout.splitlines() if len(line) > 40]
        assert [line for line in wide if " " in line.strip()] == [], command


@pytest.mark.parametrize(("columns", "widest"), [("80", 80), ("200", 120)])
def test_wider_consoles_are_used(
    columns: str, widest: int, kit: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Up to 120 columns, and no more."""
    (kit / "neural_network.py").write_text(WRONG, "utf-8")
    monkeypatch.setenv("COLUMNS", columns)
    lines = python("check.py", cwd=kit).stdout.splitlines()
    assert widest - 20 < max(map(len, lines)) <= widest


def test_tables_keep_their_columns(kit: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a narrow console the points stand below their sections, and numbers below each other."""
    (kit / "neural_network.py").write_text(WRONG, "utf-8")
    monkeypatch.setenv("COLUMNS", "40")
    lines = python("check.py", cwd=kit).stdout.splitlines()
    (place,) = [place for place, line in enumerate(lines) if line.startswith("Points")]
    table = lines[place : place + 4]
    assert [line.split()[0] for line in table] == ["Points", "got", "open", "of"]
    ends = [[found.end() for found in re.finditer(r"\S+", line)][1:] for line in table]
    assert all(one == ends[0] and len(one) == 7 for one in ends)
    steps = python("check.py", "backprop", "--steps", cwd=kit).stdout
    assert "  step 1: y\n    yours   0.4971    0.5639\n    right   0.4971    0.5639\n" in steps
    assert re.search(r"  step 2: delta_k = dE2\[0\]   differs\n", steps)


def test_the_progress_stays_in_its_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a terminal of 40 columns each state overwrites the last, and nothing of it is left."""
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.setattr(sys, "stderr", terminal := io.StringIO())
    monkeypatch.setattr(terminal, "isatty", lambda: True)
    assert door.run([], kit_with(tmp_path, RIGHT)) == 0
    before, *states, wiped, after = terminal.getvalue().split("\r")
    assert (before, wiped, after) == ("", " " * 38, "")
    assert len(states) >= 7
    assert all(len(state) == 38 and state.startswith("running ") for state in states)
