"""The recipes of CONTRIBUTING.md work on a copy, and a forgotten step is noticed."""

import re
import shutil
from pathlib import Path

import pytest

from autograder.paths import ROOT
from tests.builders.student_kit import python

COPIED = (
    *("assignment", "solution", "autograder", "tests", "data"),
    *("pyproject.toml", "README.md", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "Makefile"),
)
NOTEBOOK = "jupytext --to ipynb --update assignment/explore.py"
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


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One copy of the checkout for all recipes: they change different places."""
    folder = tmp_path_factory.mktemp("checkout")
    # Compiled files come along, since a copy keeps its dates; not those that are being written.
    ignored = shutil.ignore_patterns("*.pyc.*", ".*")
    for path in map(ROOT.joinpath, COPIED):
        if path.is_dir():
            shutil.copytree(path, folder / path.name, ignore=ignored)
        else:
            shutil.copy(path, folder)
    return folder


def follow(copy: Path, recipe: str) -> None:
    """Replace text in files that the recipe names; each forgotten step makes tests red."""
    for path, changes, tests in STEPS[recipe]:
        assert path in RECIPES[recipe] or f"{Path(path).parent}/" in RECIPES[recipe]
        text = (copy / path).read_text("utf-8")
        for old, new in changes.items():
            assert old in text, f"{old!r} is not in {path}"
            text = text.replace(old, new)
        (copy / path).write_text(text, encoding="utf-8")
        if tests:
            files = {one.partition("::")[0] for one in tests if one.startswith("tests/")}
            assert red(copy, *tests) == files


def red(copy: Path, *arguments: str) -> set[str]:
    """The files with tests that fail in the copy, of these tests; at least one must run."""
    done = python("-m", "pytest", "-p", "no:cacheprovider", "-rf", *arguments, cwd=copy)
    found = set(re.findall(r"^FAILED ([\w/]+\.py)::", done.stdout, re.MULTILINE))
    assert done.returncode == bool(found), done.stdout + done.stderr
    return found


def test_every_recipe_is_carried_out() -> None:
    """Those without steps above need a network, or change what test_project.py compares."""
    assert RECIPES.keys() - STEPS.keys() == {"Renew the versions", "Release"}
    assert "make update" in RECIPES["Renew the versions"]
    for file in ("pyproject.toml", "assignment/checks/model/version.py", "CHANGELOG.md"):
        assert file in RECIPES["Release"]


@pytest.mark.slow
def test_recipes_that_end_with_a_new_key(copy: Path) -> None:
    """One `make key` after all of them makes all green."""
    for recipe in list(STEPS)[:5]:
        follow(copy, recipe)
        assert "make key" in RECIPES[recipe]
    assert STALE in red(copy, f"{STALE}::test_everything_generated_is_fresh")
    assert python("-m", "autograder", "key", cwd=copy).stdout == (
        "cases.json: written (the public cases have changed)\n"
        "bonus.json: written (the public cases have changed)\n"
        "README.md: written (its table of points is another)\n"
    )
    assert not red(copy, ADD_UP, SIGNATURE, STUBS, HANDOUT, STALE)
    assert not red(copy, *MINE)


def test_change_the_notebook(copy: Path) -> None:
    """A changed script makes a test red until the notebook has been written anew."""
    follow(copy, "Change the notebook")
    assert NOTEBOOK in RECIPES["Change the notebook"]
    assert python("-m", *NOTEBOOK.split(), cwd=copy).returncode == 0
    assert not red(copy, NOTEBOOK_TEST)
