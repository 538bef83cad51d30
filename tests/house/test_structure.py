"""The house keeps its plan: imports point one way, and what must be empty or equal is."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

from assignment.checks.model.questions import FUNCTIONS
from autograder.paths import ROOT
from tests.builders.import_graph import ours

ORDER = ("assignment", "solution", "autograder", "tests")
CHECKS = "assignment/checks/"
FILES = {
    path.relative_to(ROOT).as_posix(): path
    for package in ORDER[:3]
    for path in sorted((ROOT / package).rglob("*.py"))
}
TREES = {name: ast.parse(path.read_text("utf-8")) for name, path in FILES.items()}
NAMED = {
    "autograder/cases/graded.py": "a case says which function it calls",
    "autograder/cases/expected.py": "asks the reference for what no single call gives",
}
"""Modules of the autograder in which the names of the seven functions may stand, and why."""
SEVEN = re.compile(rf"(?<![\w-])({'|'.join(FUNCTIONS)})(?![\w-])")


def test_imports_point_one_way() -> None:
    """assignment <- solution <- autograder <- tests; only expected.py asks the solution."""
    found = {(name, other.split(".")[0]) for name, imported in ours().items() for other in imported}
    assert {
        (name, package)
        for name, package in found
        if ORDER.index(package) > ORDER.index(name.split(".")[0])
        or (package == "solution" and name.startswith("autograder."))
    } == {("autograder.cases.expected", "solution")}


def test_no_modules_import_each_other() -> None:
    """Imports have a direction between all modules, those inside functions included."""
    TopologicalSorter(ours()).prepare()


def test_only_paths_computes_the_root() -> None:
    """No module climbs from its own file to the repository root: `autograder.paths` has it."""
    climbs = re.compile(r"__file__\b.*\.(parent\.parent|parents)\b")
    found = [
        name
        for name in FILES
        if not name.startswith("assignment/")
        if any(climbs.search(ast.unparse(node)) for node in TREES[name].body)
    ]
    assert found == ["autograder/paths.py"]


def imports(name: str) -> Iterator[tuple[int, str]]:
    """The dots, and the package, of what a file imports."""
    for node in ast.walk(TREES[name]):
        if isinstance(node, ast.Import):
            yield from ((0, alias.name.split(".")[0]) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.level, (node.module or "").split(".")[0]


def absolute(name: str) -> set[str]:
    """The packages that a file imports without a dot."""
    return {package for dots, package in imports(name) if not dots}


def test_the_checks_work_under_both_names() -> None:
    """The checks import each other by dots: they are ``assignment.checks`` and ``checks``."""
    names = [name for name in FILES if name.startswith(CHECKS)]
    room = {name: name.removeprefix(CHECKS).count("/") for name in names}
    assert [name for name in names if any(dots > room[name] + 1 for dots, _ in imports(name))] == []
    assert [name for name in names if absolute(name) & {*ORDER, "checks"}] == []


def test_students_need_few_packages() -> None:
    """What students run needs Python and the packages of their requirements.txt."""
    required = (ROOT / "assignment/requirements.txt").read_text("utf-8")
    explore = (ROOT / "assignment/requirements-explore.txt").read_text("utf-8")
    # fpdf is the module of fpdf2, jinja2 is built on markupsafe, and IPython comes with JupyterLab.
    few = {re.split(r"\W", line)[0] for line in required.split()} | {"fpdf", "markupsafe"}
    more = few | {re.split(r"\W", line)[0] for line in explore.split()} | {"IPython"}
    own = {"checks", "iris", "neural_network", "paper", "figures", *ORDER, *sys.stdlib_module_names}
    found = {}
    for name in FILES:
        if name.startswith("assignment/"):
            exploring = name.startswith("assignment/figures/") or name == "assignment/explore.py"
            found[name] = absolute(name) - own - (more if exploring else few)
    assert {name: packages for name, packages in found.items() if packages} == {}


def test_the_child_imports_the_loader_and_the_wire() -> None:
    """The process of student code imports the frames, their errors and the loader, no more."""
    allowed = ("autograder.errors.", "autograder.sandbox.", "assignment.checks.loading.")
    child = ours()["autograder.sandbox.child"]
    assert {module for module in child if not f"{module}.".startswith(allowed)} == set()


def test_packages_begin_empty() -> None:
    """Importing a package runs nothing: its __init__ has a docstring at most."""
    for package in ORDER[:3]:
        assert all(is_text(node) for node in TREES[f"{package}/__init__.py"].body), package


def is_text(node: ast.AST) -> bool:
    """Whether a statement is nothing but a string."""
    return isinstance(node, ast.Expr) and isinstance(getattr(node.value, "value", None), str)


def code(name: str) -> str:
    """A file without its comments and docstrings, which may speak of anything."""
    tree = ast.parse(FILES[name].read_text("utf-8"))
    for node in ast.walk(tree):
        if isinstance(body := getattr(node, "body", None), list):
            body[:] = [part for part in body if not is_text(part)]
    return ast.unparse(tree).replace("\\n", " ")


def test_the_seven_names_stand_in_the_table() -> None:
    """The autograder takes the functions' names from the table of questions, never from itself."""
    names = [name for name in FILES if name.startswith("autograder/")]
    assert {name for name in names if SEVEN.search(code(name))} == set(NAMED)


def test_every_package_is_installed() -> None:
    """An installed kit is whole: setuptools finds every package and every file beside them."""
    tool = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["setuptools"]
    assert tool["packages"]["find"]["include"] == [f"{package}*" for package in ORDER[:3]]
    assert [name for name in FILES if not FILES[name].with_name("__init__.py").exists()] == []
    shipped = tool["package-data"]["*"]
    beside = [
        path.relative_to(ROOT).as_posix()
        for package in ORDER[:3]
        for suffix in ("html", "css", "js", "sh")
        for path in (ROOT / package).rglob(f"*.{suffix}")
        if path.name != "feedback.html" or path.parent.name == "templates"  # a student's own page
    ]
    assert beside
    assert [name for name in beside if not any(Path(name).match(one) for one in shipped)] == []
