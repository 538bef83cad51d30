"""The recipes of CONTRIBUTING.md work on a copy, and a forgotten step is noticed."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from assignment.checks.model.version import VERSION
from autograder.paths import ROOT

COPIED = (
    *("assignment", "solution", "autograder", "tests", "data"),
    *("pyproject.toml", "README.md", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "Makefile"),
)
NOTEBOOK = "jupytext --to ipynb --update assignment/explore.py"
COMMANDS = {"make key": ["-m", "autograder", "key"], NOTEBOOK: ["-m", *NOTEBOOK.split()]}
RECIPES = dict(
    part.split("\n", 1)
    for part in (ROOT / "CONTRIBUTING.md").read_text("utf-8").split("\n### ")[1:]
)


class Checkout:
    """A copy of the checkout and the recipe that is carried out on it."""

    def __init__(self, folder: Path, recipe: str) -> None:
        self.folder = folder
        self.recipe = RECIPES[recipe]
        # Compiled files come along, since a copy keeps its dates; not those that are being written.
        ignored = shutil.ignore_patterns("*.pyc.*", ".*")
        for name in COPIED:
            if (ROOT / name).is_dir():
                shutil.copytree(ROOT / name, folder / name, ignore=ignored)
            else:
                shutil.copy(ROOT / name, folder / name)

    def edit(self, path: str, *changes: tuple[str, str]) -> None:
        """Replace text that stands once in a file that the recipe names."""
        assert path in self.recipe or f"{Path(path).parent.as_posix()}/" in self.recipe
        text = (self.folder / path).read_text("utf-8")
        for old, new in changes:
            assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {path}"
            text = text.replace(old, new)
        (self.folder / path).write_text(text, encoding="utf-8")

    def do(self, command: str) -> str:
        """What a command that the recipe names says; it must succeed."""
        assert command in self.recipe
        run = self._python(*COMMANDS[command])
        assert run.returncode == 0, run.stdout + run.stderr
        return run.stdout

    def red(self, *arguments: str) -> set[str]:
        """The files with tests that fail in the copy, of these tests; at least one must run."""
        run = self._python("-m", "pytest", "-p", "no:cacheprovider", "-rf", *arguments)
        assert run.returncode in (0, 1), run.stdout + run.stderr
        found = set(re.findall(r"^FAILED ([\w/]+\.py)::", run.stdout, re.MULTILINE))
        assert bool(found) == bool(run.returncode), run.stdout + run.stderr
        return found

    def _python(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        # The folder it is run in comes before the installed packages.
        clean = {k: v for k, v in os.environ.items() if not k.startswith(("PYTEST", "PYTHON"))}
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=self.folder,
            env={**clean, "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            text=True,
            check=False,
        )


def test_every_recipe_is_carried_out() -> None:
    """No recipe without a test below; renewing versions needs a network and is not one of them."""
    text = Path(__file__).read_text("utf-8")
    untested = {name for name in RECIPES if f'"{name}"' not in text.partition("def test_every")[2]}
    assert untested <= {"Renew the versions"}
    assert "make update" in RECIPES["Renew the versions"]


FRESH = "tests/cases/test_public_key.py::test_everything_generated_is_fresh"
ADD_UP = "tests/cases/test_graded.py::test_points_of_a_question_add_up"
STUBS, HANDOUT = "tests/assignment/test_stubs.py", "tests/assignment/test_handout.py"


@pytest.mark.slow
def test_change_the_points(tmp_path: Path) -> None:
    """One point goes from 1.4 to 1.3; in the table of questions alone it makes a test red."""
    copy = Checkout(tmp_path, "Change the points")
    copy.edit(
        "assignment/checks/model/questions.py",
        ('("perceptron", "sigmoid"),\n        16,', '("perceptron", "sigmoid"),\n        17,'),
        ('("ffnn", "d_sigmoid"),\n        18,', '("ffnn", "d_sigmoid"),\n        17,'),
    )
    assert copy.red(ADD_UP)
    copy.edit(
        "autograder/cases/graded.py",
        ("network(rng, D=3, M=5, K=2), every,", 'network(rng, D=3, M=5, K=2), {**every, "y": 2},'),
        ('{"y": 1, "dE1": 3, "dE2": 3}', '{"y": 1, "dE1": 3, "dE2": 2}'),
    )
    assert copy.do("make key") == (
        "cases.json: unchanged\nbonus.json: unchanged\n"
        "README.md: written (its table of points is another)\n"
    )
    assert not copy.red(ADD_UP, HANDOUT)


@pytest.mark.slow
def test_change_a_case(tmp_path: Path) -> None:
    """A public network gets another hidden neuron; without a new key the old one is stale."""
    copy = Checkout(tmp_path, "Change a case")
    copy.edit(
        "autograder/cases/graded.py",
        ("`ffnn`: 2 inputs, 3 hidden", "`ffnn`: 2 inputs, 4 hidden"),
        ("default_rng(13), D=2, M=3,", "default_rng(13), D=2, M=4,"),
    )
    assert copy.red(FRESH)
    assert "cases.json: written (the public cases have changed)" in copy.do("make key")
    assert not copy.red("tests/cases/test_graded.py", "-k", "points or inputs")


@pytest.mark.slow
def test_change_a_question(tmp_path: Path) -> None:
    """A parameter gets another name; each place that is forgotten makes a test red."""
    copy = Checkout(tmp_path, "Change a question")
    copy.edit("assignment/checks/model/questions.py", ('("x", "w")', '("x", "weights")'))
    changed = (STUBS, HANDOUT, "tests/cases/test_graded.py", "-k", "perceptron or signature")
    assert STUBS in copy.red(*changed)
    copy.edit(
        "assignment/neural_network.py",
        ("def perceptron(x: Vector, w: Vector)", "def perceptron(x: Vector, weights: Vector)"),
        ("    w: the weights, (n,).", "    weights: one for each input, (n,)."),
    )
    assert STUBS in copy.red(*changed)
    copy.edit(
        "solution/neural_network.py",
        ("def perceptron(x: Vector, w: Vector)", "def perceptron(x: Vector, weights: Vector)"),
        ("w = np.asarray(w, dtype=float)", "w = np.asarray(weights, dtype=float)"),
    )
    assert copy.red(*changed) == {HANDOUT, "tests/cases/test_graded.py"}
    copy.edit("assignment/README.md", ("`perceptron(x, w)`", "`perceptron(x, weights)`"))
    text = (copy.folder / "autograder/cases/graded.py").read_text("utf-8")
    lines = [line for line in text.splitlines() if "as_inputs(x=" in line and " w=" in line]
    assert lines
    copy.edit(
        "autograder/cases/graded.py", *((line, line.replace(" w=", " weights=")) for line in lines)
    )
    assert "cases.json: written (the public cases have changed)" in copy.do("make key")
    signature = "tests/cases/test_graded.py::test_inputs_follow_the_signature"
    assert not copy.red(signature, STUBS, HANDOUT)


ENTRY = """    Misconception(
        "sigmoid-doubled",
        "sigmoid",
        ((_LOGISTIC, "value = 2.0 / (1.0 + np.exp(-a_safe))"),),
        "This is twice the sigmoid of handout 1.1: look at what stands above the fraction line.",
        BREAKS,
    ),
"""


@pytest.mark.slow
def test_add_a_misconception(tmp_path: Path) -> None:
    """A mistake that lists other outputs than it breaks is told, and the key takes it up."""
    copy = Checkout(tmp_path, "Add a misconception")
    mistakes = "solution/misconceptions/sigmoids.py"
    mine = ("tests/solution/test_misconceptions.py", "-k", "sigmoid-doubled")
    wrong = ENTRY.replace("BREAKS", '("sigmoid-handout:value",)')
    copy.edit(mistakes, ("\n_SIGMOID = (\n", f"\n_SIGMOID = (\n{wrong}"))
    assert copy.red(*mine)
    copy.edit(mistakes, (wrong, ENTRY.replace("BREAKS", "_ORDINARY")))
    assert not copy.red(*mine)
    assert "cases.json: written (the hints have changed)" in copy.do("make key")


def test_change_the_notebook(tmp_path: Path) -> None:
    """A changed script makes a test red until the notebook has been written anew."""
    copy = Checkout(tmp_path, "Change the notebook")
    same = "tests/assignment/test_notebook_explore.py::test_the_notebook_is_the_script"
    copy.edit("assignment/explore.py", ("# ## 5. Activations\n", "# ## 5. What neurons do\n"))
    assert copy.red(same)
    copy.do(NOTEBOOK)
    assert not copy.red(same)


@pytest.mark.slow
def test_change_the_bonus(tmp_path: Path) -> None:
    """A changed public case of the bonus makes its key stale until it is generated anew."""
    copy = Checkout(tmp_path, "Change the bonus")
    copy.edit("autograder/cases/bonus.py", ('{"a": 0.25}', '{"a": 0.5}'))
    assert copy.red(FRESH)
    assert "bonus.json: written (the public cases have changed)" in copy.do("make key")
    assert not copy.red(FRESH)


def test_release(tmp_path: Path) -> None:
    """The version stands in three places, and a release that forgets one of them is noticed."""
    copy = Checkout(tmp_path, "Release")
    one = "tests/house/test_project.py::test_version_and_licence_are_one"
    copy.edit("pyproject.toml", (f'\nversion = "{VERSION}"', '\nversion = "9.1.0"'))
    assert copy.red(one)
    copy.edit("assignment/checks/model/version.py", (f'VERSION = "{VERSION}"', 'VERSION = "9.1.0"'))
    assert copy.red(one)
    copy.edit("CHANGELOG.md", (f"\n## {VERSION} ", f"\n## 9.1.0 (2030-01-31)\n\n## {VERSION} "))
    assert not copy.red(one)
