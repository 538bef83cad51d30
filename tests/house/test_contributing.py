"""The recipes of CONTRIBUTING.md work on a copy, and a forgotten step is noticed."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from assignment.checks.model.version import VERSION
from autograder.paths import ROOT
from tests.builders.processes import run

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

    recipe = ""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        # Compiled files come along, since a copy keeps its dates; not those that are being written.
        ignored = shutil.ignore_patterns("*.pyc.*", ".*")
        for name in COPIED:
            if (ROOT / name).is_dir():
                shutil.copytree(ROOT / name, folder / name, ignore=ignored)
            else:
                shutil.copy(ROOT / name, folder / name)

    def follow(self, recipe: str) -> None:
        """Carry out this recipe from here on."""
        self.recipe = RECIPES[recipe]

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
        clean["PYTHONDONTWRITEBYTECODE"] = "1"
        return run([sys.executable, *arguments], self.folder, clean)


def test_every_recipe_is_carried_out() -> None:
    """No recipe without a test below; renewing versions needs a network and is not one of them."""
    text = Path(__file__).read_text("utf-8")
    untested = {name for name in RECIPES if f'"{name}"' not in text.partition("def test_every")[2]}
    assert untested <= {"Renew the versions"}
    assert "make update" in RECIPES["Renew the versions"]


STALE = "tests/cases/test_public_key.py"
ADD_UP = "tests/cases/test_graded.py::test_points_of_a_question_add_up"
SIGNATURE = "tests/cases/test_graded.py::test_inputs_follow_the_signature"
STUBS, HANDOUT = "tests/assignment/test_stubs.py", "tests/assignment/test_handout.py"


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    """One copy for all recipes: they change different places."""
    return Checkout(tmp_path_factory.mktemp("checkout"))


@pytest.mark.slow
def test_recipes_that_end_with_a_new_key(copy: Checkout) -> None:
    """Each forgotten step makes a test red; one `make key` after all of them makes these green."""
    for change in (the_points, a_case, a_question, a_misconception, the_bonus):
        change(copy)
    for recipe in (
        *("Change the points", "Change a case", "Change a question"),
        *("Add a misconception", "Change the bonus"),
    ):
        assert "make key" in RECIPES[recipe]
    assert STALE in copy.red(f"{STALE}::test_everything_generated_is_fresh")
    assert copy.do("make key") == (
        "cases.json: written (the public cases have changed)\n"
        "bonus.json: written (the public cases have changed)\n"
        "README.md: written (its table of points is another)\n"
    )
    assert not copy.red(ADD_UP, SIGNATURE, STUBS, HANDOUT, STALE)


def the_points(copy: Checkout) -> None:
    """One point goes from 1.4 to 1.3; in the table of questions alone it makes a test red."""
    copy.follow("Change the points")
    copy.edit(
        "assignment/checks/model/questions.py",
        ('("perceptron", "sigmoid"),\n        16,', '("perceptron", "sigmoid"),\n        17,'),
        ('("ffnn", "d_sigmoid"),\n        18,', '("ffnn", "d_sigmoid"),\n        17,'),
    )
    assert copy.red(ADD_UP)
    copy.edit(
        "autograder/cases/graded.py",
        ("two, every, public", 'two, {**every, "y": 2}, public'),
        ('{"y": 1, "dE1": 3, "dE2": 3}', '{"y": 1, "dE1": 3, "dE2": 2}'),
    )


def a_case(copy: Checkout) -> None:
    """A public network gets another hidden neuron."""
    copy.follow("Change a case")
    copy.edit(
        "autograder/cases/graded.py",
        ("`ffnn`: 2 inputs, 3 hidden", "`ffnn`: 2 inputs, 4 hidden"),
        ("small, two = network(own, D=2, M=3,", "small, two = network(own, D=2, M=4,"),
        (
            "*one_changed(small, network(own, D=2, M=3, K=4)),",
            "*one_changed(small, network(own, D=2, M=4, K=4)),",
        ),
    )


def a_question(copy: Checkout) -> None:
    """A parameter gets another name; each place that is forgotten makes a test red."""
    copy.follow("Change a question")
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
    copy.edit("autograder/cases/further.py", ("as_inputs(x=x, w=", "as_inputs(x=x, weights="))


ENTRY = """    Misconception(
        "sigmoid-doubled",
        "sigmoid",
        ((_LOGISTIC, "value = 2.0 / (1.0 + np.exp(-a_safe))"),),
        "This is twice the sigmoid of handout 1.1: look at the number that is divided.",
        BREAKS,
    ),
"""


def a_misconception(copy: Checkout) -> None:
    """One that lists other outputs than it breaks makes a test red."""
    copy.follow("Add a misconception")
    mistakes = "solution/misconceptions/sigmoids.py"
    mine = ("tests/solution/test_misconceptions.py", "-k", "sigmoid-doubled")
    wrong = ENTRY.replace("BREAKS", '("sigmoid-handout:value",)')
    copy.edit(mistakes, ("\n_SIGMOID = (\n", f"\n_SIGMOID = (\n{wrong}"))
    assert copy.red(*mine)
    copy.edit(mistakes, (wrong, ENTRY.replace("BREAKS", '(*_ORDINARY, "sigmoid-overflow:value")')))
    assert not copy.red(*mine)


def the_bonus(copy: Checkout) -> None:
    """A public case of the bonus gets another input."""
    copy.follow("Change the bonus")
    copy.edit("autograder/cases/bonus.py", ('{"a": 0.25}', '{"a": 0.5}'))


def test_change_the_notebook(copy: Checkout) -> None:
    """A changed script makes a test red until the notebook has been written anew."""
    copy.follow("Change the notebook")
    same = "tests/assignment/test_notebook_explore.py::test_the_notebook_is_the_script"
    copy.edit("assignment/explore.py", ("# ## 5. Activations\n", "# ## 5. What neurons do\n"))
    assert copy.red(same)
    copy.do(NOTEBOOK)
    assert not copy.red(same)


def test_release(copy: Checkout) -> None:
    """The version stands in three places, and a release that forgets one of them is noticed."""
    copy.follow("Release")
    one = "tests/house/test_project.py::test_version_and_licence_are_one"
    copy.edit("pyproject.toml", (f'\nversion = "{VERSION}"', '\nversion = "9.1.0"'))
    assert copy.red(one)
    copy.edit("assignment/checks/model/version.py", (f'VERSION = "{VERSION}"', 'VERSION = "9.1.0"'))
    assert copy.red(one)
    copy.edit("CHANGELOG.md", (f"\n## {VERSION} ", f"\n## 9.1.0 (2030-01-31)\n\n## {VERSION} "))
    assert not copy.red(one)
