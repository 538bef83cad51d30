"""Cheats that fool a plain otter autograder gain nothing here, and hangs end with a result.

Each cheat leaves a mark if it runs outside the sandbox, and answers every call wrongly.
"""

import json
import pickle
import zipfile
from inspect import cleandoc
from pathlib import Path

import pytest

from assignment.checks.model.questions import FUNCTIONS
from autograder.course.settings import Course
from autograder.platforms.otter import native, rendering
from autograder.results import MAX_SCORE
from tests.builders.archives import zipped
from tests.builders.sources import RIGHT
from tests.platforms.runs import otter_run

MARK = "open({!r}, 'w').close()"
PROGRAM = """
def cheat(*args):
    for text in {cheats!r}:
        try:
            exec(text, globals())
        except Exception:
            continue
    return 0.25

"""
PATCHES = """
    from otter.test_files import exception_test, abstract_test
    exception_test.test_case.call_func = lambda self, env: None
    abstract_test.TestFile.score = property(lambda self: self.possible)
    """
ANSWERS = """
    import __main__
    __main__.native_verdict = native_verdict = lambda key: None
    verdicts = type("All", (dict,), {"__missing__": lambda self, key: (True, "")})()
    """
EXITS = "import sys; sys.exit(0)"


class Evil:
    """A pickle that leaves a mark when it is loaded."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return exec, (MARK.format(str(self.mark)),)


@pytest.fixture
def mark(tmp_path: Path) -> Path:
    """Where a cheat leaves its mark."""
    return tmp_path / "was-here"


def program(mark: Path, *cheats: str) -> str:
    """A file that tries these cheats as it is loaded and in each of the seven functions."""
    tried = PROGRAM.format(cheats=[MARK.format(str(mark)), *map(cleandoc, cheats)])
    functions = (f"def {name}(*args):\n    return cheat()\n\n" for name in FUNCTIONS)
    return "".join([tried, *functions, "FIRST = cheat()\n"])


def gains_nothing(
    grader: Path, mark: Path, content: str | bytes, name: str = "neural_network.py", score: int = 0
) -> None:
    """Check that otter ends with all test cases, the native score, and no mark."""
    ran = otter_run(grader, mark.parent, name, content)
    assert ran.score == score, ran.printed
    assert ran.code == 0
    assert not mark.exists()
    assert ran.results is not None
    names = {test["name"] for test in ran.results["tests"]}
    suites = rendering.suites(Course())[:-1]  # without the bonus, which was not submitted
    assert names == {"Public Tests", *(suite.name for suite in suites)}


def test_the_cheats_do_cheat(grader: Path, mark: Path, tmp_path: Path) -> None:
    """Without the plugin, the same test files give all points to a cheat."""
    plain = tmp_path / "plain.zip"
    with zipfile.ZipFile(grader) as archive, zipfile.ZipFile(plain, "w") as copy:
        for name in archive.namelist():
            copy.writestr(name, "{}" if name == "otter_config.json" else archive.read(name))
    ran = otter_run(plain, tmp_path, "a.py", program(mark, PATCHES))
    assert ran.score == MAX_SCORE
    assert mark.exists()


@pytest.mark.parametrize("cheats", [(PATCHES, ANSWERS), (EXITS,)], ids=["all", "SystemExit"])
def test_a_cheat_gains_nothing(cheats: tuple[str, ...], grader: Path, mark: Path) -> None:
    """Code that patches, answers for the grader or exits changes neither results nor run."""
    gains_nothing(grader, mark, program(mark, *cheats))


def test_files_beside_the_submission_are_not_imported(grader: Path, mark: Path) -> None:
    """Packages named like otter, the kit and Python's own, and a log that is a pickle."""
    shadows = ("otter", "json", "pickle", "numpy", "nbformat", "autograder", native.SUPPORT)
    marking = MARK.format(str(mark))
    files: dict[str, str | bytes] = {f"{name}/__init__.py": marking for name in shadows}
    files[f"{native.SUPPORT}/autograder/platforms/otter/plugin.py"] = marking
    files["tests/q1_sigmoid.py"] = marking
    files["neural_network.py"] = program(mark, "import otter, json")
    files[".OTTER_LOG"] = pickle.dumps(Evil(mark))
    files["work.otter"] = json.dumps({"notebook": "x.ipynb", "save_environment": True})
    gains_nothing(grader, mark, zipped(*files.items()), "work.zip")


def test_a_notebook_executes_nothing(grader: Path, mark: Path) -> None:
    """Magics, and tests and a kernel in the metadata, are ignored."""
    own = {"tests": ["1.1 sigmoid"], "assignment_name": "x"}
    test = {"name": "1.1 sigmoid", "points": 5, "hidden": False, "code": "pass"}
    common = {"cell_type": "code", "outputs": [], "execution_count": None}
    magics = f"!touch {mark}\n%%bash\ntouch {mark}\n"
    cheat = program(mark)
    cells = [
        {**common, "metadata": {"otter": own}, "source": magics},
        {**common, "metadata": {"tags": ["otter_ignore"]}, "source": cheat},
    ]
    shell = {"name": "bash", "display_name": "x", "language": "bash"}
    otter = {"OK_FORMAT": False, "tests": {"1.1 sigmoid": test}}
    book = {"metadata": {"kernelspec": shell, "otter": otter}, "nbformat": 4, "nbformat_minor": 4}
    gains_nothing(grader, mark, json.dumps({**book, "cells": cells}), "work.ipynb")


def test_reaching_a_limit_ends_with_a_result(grader: Path, mark: Path) -> None:
    """An endless loop and 6 GB of memory cost their functions; the other five have their points."""
    endless = "\n\ndef test_nn(*args):\n    while True: pass\n"
    greedy = "\n\ndef train_nn(*args):\n    import numpy; numpy.ones(6 << 30, dtype='u1')\n"
    gains_nothing(grader, mark, RIGHT + endless + greedy, score=52)
