"""The ground plan: which room may import which, what each is for, and how large the house is."""

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.paths import ROOT
from tests.builders.import_graph import ours

AUTOGRADER = {
    "commands": "platforms reports grading gradebook intake record course cases sandbox",
    "platforms": "reports grading gradebook intake record course cases sandbox",
    "reports": "grading gradebook intake record course cases sandbox",
    "grading": "intake record course cases sandbox",
    "gradebook": "record course cases",
    "record": "intake course sandbox",
    "intake": "course",
    "course": "cases sandbox",
    "cases": "",
    "sandbox": "",
}
"""The rooms of ``autograder/``, and those that each may import."""
CHECKS = {
    "commands": "html running judging loading model",
    "html": "judging loading model",
    "running": "judging loading model",
    "judging": "model",
    "loading": "model",
    "model": "",
}
"""The same for ``assignment/checks/``, the part that students have too."""
TOP = {"autograder": 7, "assignment/checks": 2}
"""How many modules stand at the top of a house, besides ``__main__`` and ``__init__``."""
MODULES_IN_A_ROOM = 24
LINES_IN_A_FILE = 350
LINES = {"product": 32_600, "tests": 23_500}
DATA = ("solution/variants/", "solution/misconceptions/")
"""Modules that are data: they do not count as code of the product."""


each_house = pytest.mark.parametrize(
    ("house", "rooms"), [("autograder", AUTOGRADER), ("assignment.checks", CHECKS)]
)


def room_of(name: str, house: str) -> str:
    """The room of a module, "" for one at the top."""
    inside = name.removeprefix(house).strip(".").split(".")
    folder = ROOT / Path(*house.split(".")) / inside[0]
    return inside[0] if folder.is_dir() else ""


@each_house
def test_imports_between_rooms_point_down(house: str, rooms: dict[str, str]) -> None:
    """A room imports only those that its line of the table names; the top modules are free."""
    wrong = []
    for name, imported in ours().items():
        room = room_of(name, house) if name.startswith(f"{house}.") else ""
        if room:
            targets = {room_of(n, house) for n in imported if n.startswith(f"{house}.")}
            beyond = targets - {"", room, *rooms[room].split()}
            wrong += [f"{name} imports {target}" for target in sorted(beyond)]
    assert wrong == []


@each_house
def test_every_room_is_in_the_plan(house: str, rooms: dict[str, str]) -> None:
    """No folder of modules is beside the plan."""
    inits = (ROOT / house.replace(".", "/")).glob("*/__init__.py")
    assert {path.parent.name for path in inits} == set(rooms)


def python_files(*folders: str) -> Iterator[tuple[str, int]]:
    """The Python files below these folders, with their lines."""
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            lines = path.read_text("utf-8").count("\n")
            yield path.relative_to(ROOT).as_posix(), lines


def test_the_house_keeps_its_sizes(capsys: pytest.CaptureFixture[str]) -> None:
    """Few modules at the top and in a room, short files, and not more code than was agreed."""
    product = dict(python_files("assignment", "solution", "autograder"))
    tests = dict(python_files("tests"))
    code = {name: lines for name, lines in product.items() if not name.startswith(DATA)}
    folders: dict[str, int] = defaultdict(int)
    for name in product:
        folders[name.rpartition("/")[0]] += Path(name).stem not in ("__init__", "__main__")
    sizes = {"product": sum(code.values()), "tests": sum(tests.values())}
    with capsys.disabled():
        print(f"\n{sizes}, {folders['autograder']} modules at the top")
    assert {folder for folder, most in TOP.items() if folders[folder] > most} == set()
    crowded = {folder for folder, count in folders.items() if count > MODULES_IN_A_ROOM}
    assert {folder for folder in crowded if not f"{folder}/".startswith(DATA)} == set()
    assert {name: lines for name, lines in code.items() if lines > LINES_IN_A_FILE} == {}
    assert {what: lines for what, lines in sizes.items() if lines > LINES[what]} == {}
