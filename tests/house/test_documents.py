"""Every command of the README and of docs/ does what it says, for a small class."""

import re
import shutil
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from typer.main import get_command

from autograder.cases.expected import reference_source
from autograder.cli import app
from autograder.paths import ROOT
from tests.builders import gradebooks
from tests.builders.downloads import canvas_zip, made_class, moodle_zip, roster_csv
from tests.builders.processes import run

NAMES = ("README.md", "docs/week-by-week.md")
DOCUMENTS = (*(ROOT / name for name in NAMES), *sorted((ROOT / "docs").glob("*.md")))
_LINE = re.compile(r"^ {4}\.venv/bin/(autograder .+?)(?: +#.*)?$", re.MULTILINE)
COMMANDS = list(
    dict.fromkeys(
        command for path in DOCUMENTS for command in _LINE.findall(path.read_text("utf-8"))
    )
)
ELSEWHERE = ("autograder verify", "--cluster")
"""Commands that take long or need a cluster: tests/commands and tests/grading run them."""
RIGHT = reference_source()


def test_what_messages_refer_to_exists() -> None:
    """A page that the grader names is there, and so is a section of the README."""
    headings = re.findall(r"^#+ (.+)$", (ROOT / "README.md").read_text("utf-8"), re.MULTILINE)
    texts = [path.read_text("utf-8") for path in (ROOT / "autograder").rglob("*.py")]
    pages = {page for text in texts for page in re.findall(r"docs/[\w-]+\.md", text)}
    sections = {name for text in texts for name in re.findall(r"README\.md, “([^”]+)”", text)}
    assert sections - set(headings) == set()
    assert {page for page in pages if not (ROOT / page).is_file()} == set()
    assert pages


def a_class(folder: Path, platform: str) -> None:
    """Write a download, stragglers, a gradebook and the course's tables into a folder."""
    first, *others = made_class(17, [RIGHT, RIGHT.replace(b"tr - eta", b"tr + eta")])[12:15]
    students = [replace(first, login="ada"), *others]
    packed = {"canvas": canvas_zip, "moodle": moodle_zip}[platform]
    exported = {"canvas": gradebooks.canvas_gradebook, "moodle": gradebooks.moodle_gradebook}
    (folder / "submissions.zip").write_bytes(packed(students[:2]))
    (folder / "late.zip").write_bytes(packed(students[2:]))
    for name in ("submissions", "late"):
        shutil.unpack_archive(folder / f"{name}.zip", folder / name)
    (folder / "theirs.csv").write_bytes(exported[platform](students))
    (folder / "roster.csv").write_bytes(roster_csv(students, participant=True))


@pytest.mark.parametrize("platform", ["canvas", "moodle"])
def test_every_command_of_the_documents_runs(tmp_path: Path, platform: str) -> None:
    """In the order of the documents, none ends with a usage error or a traceback."""
    a_class(tmp_path, platform)
    other = {"canvas": "moodle", "moodle": "canvas"}[platform]
    env = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT), "LC_ALL": "C.UTF-8"}
    for command in COMMANDS:
        if other in command or any(words in command for words in ELSEWHERE):
            continue
        if platform == "moodle" and not re.search("moodle| init| grade ", command):
            continue
        done = run([sys.executable, "-m", *command.split()], cwd=tmp_path, env=env)
        assert "Traceback" not in done.stderr, done.stderr
        assert done.returncode in (0, 1), f"{command}: {done.stdout + done.stderr}"
        if command == "autograder init":  # the gradebooks' columns are called like this
            config = tmp_path / "course.toml"
            text = config.read_text("utf-8")
            config.write_text(re.sub("^name = .*", 'name = "Back-propagation"', text, flags=re.M))


def test_the_documents_name_every_command() -> None:
    """The README and docs/ show each command once at least, and none that there is not."""
    text = "\n".join(path.read_text("utf-8") for path in DOCUMENTS)
    there = set(get_command(app).commands)  # type: ignore[attr-defined]
    assert there <= set(re.findall(r"autograder ([a-z]+)", text))
    assert {command.split()[1] for command in COMMANDS} <= there
