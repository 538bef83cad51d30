"""What check.py prints fits consoles of 40, 80 and 120 columns."""

import io
import re
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from assignment.checks.commands import check as door
from tests.builders.home import kit_with
from tests.builders.sources import RIGHT, STUB
from tests.builders.student_kit import python, unzipped

FILES = {
    "stub": STUB,
    "right": RIGHT,
    "wrong": RIGHT.replace("delta_k = y - target_y", "delta_k = target_y - y").replace(
        "    x = np.ravel(x)\n", '    x = np.ravel(x)\n    print("a line that is long", x, x, x)\n'
    ),
    "broken": RIGHT.replace("def d_sigmoid(x", "def d_sigmoid(x:"),
    "two": RIGHT.replace("1 / (1 + np.exp", "2 / (1 + np.exp").replace(
        "def test_nn", "def tset_nn"
    ),
}
COMMANDS = ("", "backprop --steps", "2.1", "bckprop", "--submit", "--html", "bonus", "report", "-h")
Printed = Callable[..., list[str]]


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> Printed:
    """The lines that ``check.py`` prints in a student's folder with one of these files."""
    kit = unzipped(tmp_path_factory.mktemp("kit") / "kit")

    @cache
    def lines(name: str, command: str = "", columns: int = 40) -> list[str]:
        (kit / "neural_network.py").write_text(FILES[name], "utf-8")
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("COLUMNS", str(columns))
            done = python("check.py", *command.split(), cwd=kit)
        assert done.stderr == ""
        return done.stdout.splitlines()

    return lines


@pytest.mark.parametrize(
    ("name", "command"), [*((name, "") for name in FILES), *(("wrong", c) for c in COMMANDS[1:])]
)
def test_no_line_is_wider_than_40_columns(name: str, command: str, printed: Printed) -> None:
    """Whatever is wrong, and for every option; only a word, such as a path, may be wider."""
    lines = printed(name, command)
    assert not any("unzip" in line for line in lines)
    assert [line for line in lines if len(line) > 40 and " " in line.strip()] == []


@pytest.mark.parametrize(("columns", "widest"), [(80, 80), (200, 120)])
def test_wider_consoles_are_used(columns: int, widest: int, printed: Printed) -> None:
    """Up to 120 columns, and no more."""
    assert widest - 20 < max(map(len, printed("wrong", columns=columns))) <= widest


def test_tables_keep_their_columns(printed: Printed) -> None:
    """On a narrow console the points stand below their sections, and numbers below each other."""
    lines = printed("wrong", "")
    (place,) = [place for place, line in enumerate(lines) if line.startswith("Points")]
    table = lines[place : place + 4]
    assert [line.split()[0] for line in table] == ["Points", "got", "open", "of"]
    ends = [[found.end() for found in re.finditer(r"\S+", line)][1:] for line in table]
    assert all(one == ends[0] and len(one) == 7 for one in ends)
    steps = printed("wrong", "backprop --steps")
    first = steps.index("  step 1: y")
    assert steps[first + 1 : first + 3] == [
        f"    {w}   0.4971    0.5639" for w in ("yours", "right")
    ]
    assert "  step 2: delta_k = dE2[0]   differs" in steps


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
