"""The recipes of CONTRIBUTING.md work on a copy, and a forgotten step is noticed."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

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
STALE = "tests/cases/test_public_key.py"
ADD_UP = "tests/cases/test_graded.py::test_points_of_a_question_add_up"
SIGNATURE = "tests/cases/test_graded.py::test_inputs_follow_the_signature"
STUBS, HANDOUT = "tests/assignment/test_stubs.py", "tests/assignment/test_handout.py"
NOTEBOOK_TEST = "tests/assignment/test_notebook_explore.py::test_the_notebook_is_the_script"
MINE = ("tests/solution/test_misconceptions.py", "-k", "sigmoid-doubled")
SIGMOIDS = "solution/misconceptions/sigmoids.py"
QUESTIONS, GRADED = "assignment/checks/model/questions.py", "autograder/cases/graded.py"
ENTRY = """    Misconception(
        "sigmoid-doubled",
        "sigmoid",
        ((_LOGISTIC, "value = 2.0 / (1.0 + np.exp(-a_safe))"),),
        "This is twice the sigmoid of handout 1.1: look at the number that is divided.",
        ({}),
    ),
"""
WRONG = '"sigmoid-handout:value",'
NAMED = {"def perceptron(x: Vector, w: Vector)": "def perceptron(x: Vector, weights: Vector)"}
Step = tuple[str, dict[str, str], tuple[str, ...]]
STEPS: dict[str, list[Step]] = {
    "Change the points": [
        (QUESTIONS, {
            "perceptron sigmoid | 16": "perceptron sigmoid | 17",
            "ffnn d_sigmoid | 18": "ffnn d_sigmoid | 17",
        }, (ADD_UP,)),
        (GRADED, {
            "two, every, public": 'two, {**every, "y": 2}, public',
            '{"y": 1, "dE1": 3, "dE2": 3}': '{"y": 1, "dE1": 3, "dE2": 2}',
        }, ()),
    ],
    "Change a case": [
        (GRADED, {
            "`ffnn`: 2 inputs, 3 hidden": "`ffnn`: 2 inputs, 4 hidden",
            "small, two = network(own, D=2, M=3,": "small, two = network(own, D=2, M=4,",
            "(small, network(own, D=2, M=3, K=4)),": "(small, network(own, D=2, M=4, K=4)),",
        }, ()),
    ],
    "Change a question": [
        (QUESTIONS, {"| x w |": "| x weights |"}, (STUBS,)),
        ("assignment/neural_network.py", {
            **NAMED, "    w: the weights, (n,).": "    weights: one for each input, (n,).",
        }, (STUBS,)),
        ("solution/neural_network.py", {
            **NAMED, "w = np.asarray(w, dtype=float)": "w = np.asarray(weights, dtype=float)",
        }, (HANDOUT, SIGNATURE)),
        ("assignment/README.md", {"`perceptron(x, w)`": "`perceptron(x, weights)`"}, (SIGNATURE,)),
        (GRADED, {" w=": " weights="}, ()),
        ("autograder/cases/further.py", {"x=x, w=": "x=x, weights="}, ()),
    ],
    "Add a misconception": [
        (SIGMOIDS, {"\n_SIGMOID = (\n": f"\n_SIGMOID = (\n{ENTRY.format(WRONG)}"}, MINE),
        (SIGMOIDS, {ENTRY.format(WRONG): ENTRY.format('*_ORDINARY, "sigmoid-overflow:value"')}, ()),
    ],
    "Change the bonus": [("autograder/cases/bonus.py", {'{"a": 0.25}': '{"a": 0.5}'}, ())],
    "Change the notebook": [
        ("assignment/explore.py", {"# ## 5. Activations\n": "# ## 5. What neurons do\n"},
         (NOTEBOOK_TEST,)),
    ],
}  # fmt: skip
"""For each recipe: a file, what is replaced in it, and the tests that are red after that."""


class Checkout:
    """A copy of the checkout."""

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
        """Replace text in files that the recipe names; each forgotten step makes tests red."""
        for path, changes, tests in STEPS[recipe]:
            assert path in RECIPES[recipe] or f"{Path(path).parent}/" in RECIPES[recipe]
            text = (self.folder / path).read_text("utf-8")
            for old, new in changes.items():
                assert old in text, f"{old!r} is not in {path}"
                text = text.replace(old, new)
            (self.folder / path).write_text(text, encoding="utf-8")
            if tests:
                files = {one.partition("::")[0] for one in tests if one.startswith("tests/")}
                assert self.red(*tests) == files

    def do(self, command: str) -> str:
        """What a command says; it must succeed."""
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


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    """One copy for all recipes: they change different places."""
    return Checkout(tmp_path_factory.mktemp("checkout"))


def test_every_recipe_is_carried_out() -> None:
    """Those without steps above need a network, or change what test_project.py compares."""
    assert RECIPES.keys() - STEPS.keys() == {"Renew the versions", "Release"}
    assert "make update" in RECIPES["Renew the versions"]
    for file in ("pyproject.toml", "assignment/checks/model/version.py", "CHANGELOG.md"):
        assert file in RECIPES["Release"]


@pytest.mark.slow
def test_recipes_that_end_with_a_new_key(copy: Checkout) -> None:
    """One `make key` after all of them makes all green."""
    for recipe in list(STEPS)[:5]:
        copy.follow(recipe)
        assert "make key" in RECIPES[recipe]
    assert STALE in copy.red(f"{STALE}::test_everything_generated_is_fresh")
    assert copy.do("make key") == (
        "cases.json: written (the public cases have changed)\n"
        "bonus.json: written (the public cases have changed)\n"
        "README.md: written (its table of points is another)\n"
    )
    assert not copy.red(ADD_UP, SIGNATURE, STUBS, HANDOUT, STALE)
    assert not copy.red(*MINE)


def test_change_the_notebook(copy: Checkout) -> None:
    """A changed script makes a test red until the notebook has been written anew."""
    copy.follow("Change the notebook")
    assert NOTEBOOK in RECIPES["Change the notebook"]
    copy.do(NOTEBOOK)
    assert not copy.red(NOTEBOOK_TEST)
