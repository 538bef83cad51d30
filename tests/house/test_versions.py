"""Which Python grades: the newest that is tested; and what is said where it is another one."""

import re
from pathlib import Path

import msgspec
import pytest

from assignment.checks.commands import check
from assignment.checks.model import public_key as key
from autograder.cases.public_key import stale_key
from autograder.paths import PUBLIC_KEY, ROOT
from autograder.record.fingerprint import conditions
from autograder.sandbox import Limits
from tests.builders.files import written
from tests.builders.home import kit_with

TESTED = ["3.14", "3.13", "3.12", "3.11"]


def test_set_up_takes_the_newest_tested_python() -> None:
    """Each list of Pythons begins with the newest, and the container has that one."""
    for file, lists in (("Makefile", 1), ("autograder/platforms/gradescope/setup.sh", 2)):
        text = (ROOT / file).read_text("utf-8")
        found = re.findall(r"(?:PYTHONS +:=|candidate in)((?: python3\.\d+)+)", text)
        assert [re.findall(r"3\.\d+", one) for one in found] == [TESTED] * lists
    assert f"FROM python:{TESTED[0]}-slim\n" in (ROOT / "Containerfile").read_text("utf-8")


def test_the_key_names_the_grader(tmp_path: Path) -> None:
    """It has Python's and numpy's versions, which do not make it stale, and a package its own."""
    assert key.loads(key.dumps((), {})).grader == key.versions()
    text = key.with_versions(PUBLIC_KEY.read_text("utf-8"))
    other = re.sub('"grader": ".*"', '"grader": "3.99 9.1"', text)
    assert stale_key(written(tmp_path / "cases.json", other), text) == ""
    assert key.loads(other).grader == ("3.99", "9.1")
    assert key.with_versions(other) == text
    assert len(key.load(PUBLIC_KEY).grader) == 2


@pytest.mark.parametrize(
    ("grader", "said"),
    [
        ("", ""),
        (" ".join(key.versions()), ""),
        ("3.9 1.26", "Graded with Python 3.9 and numpy 1.2"),
    ],
)
def test_check_says_where_versions_differ(tmp_path: Path, grader: str, said: str) -> None:
    """With the line that the grader's Python cannot read; nothing is said where all is equal."""
    text = re.sub('"grader": ".*"', f'"grader": "{grader}"', PUBLIC_KEY.read_text("utf-8"))
    kit = kit_with(tmp_path, "match 1:\n    case 1: x = 1\n")
    vars(kit)["key"] = key.loads(text)
    found = " ".join(" ".join(check.versions(kit)).split())
    assert found.startswith(said)
    assert bool(found) == bool(said)
    new = "Line 2 (“case 1: x = 1”) cannot be read by the grader's Python 3.9."
    assert (new in found) == bool(said)


def test_a_regrade_with_another_python_is_announced() -> None:
    """With both versions; nothing is said of points, which are applied to every result."""
    now = conditions([], Limits())
    before = msgspec.structs.replace(now, python="3.10.1", limits=Limits(1.0), course_points="x")
    assert before.described(now) == f"Python 3.10.1 (now {now.python}) and other limits"
    same = msgspec.structs.replace(now, course_points="x")
    assert same.described(now) == ""
