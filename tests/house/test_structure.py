"""The house keeps its plan: imports point one way, and what must be empty or equal is."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from assignment.checks.model.questions import FUNCTIONS
from autograder.paths import ROOT
from tests.builders.import_graph import circles, graph, modules
from tests.builders.processes import run

ORDER = ("assignment", "solution", "autograder", "tests")
CHECKS = "assignment/checks/"
LOADER = "assignment.checks.loading.loader"
FILES = {
    path.relative_to(ROOT).as_posix(): path
    for package in ORDER
    for path in sorted((ROOT / package).rglob("*.py"))
}
TREES = {name: ast.parse(path.read_text("utf-8")) for name, path in FILES.items()}
OURS = [name for name in FILES if not name.startswith("tests/")]
NAMED = {
    "autograder/cases/graded.py": "a case says which function it calls",
    "autograder/cases/inputs.py": "makes the inputs of cases",
    "autograder/cases/expected.py": "asks the reference for what no single call gives",
}
"""Modules of the autograder in which the names of the seven functions may stand, and why."""
SEVEN = re.compile(rf"(?<![\w-])({'|'.join(FUNCTIONS)})(?![\w-])")
LATER = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")


@dataclass(frozen=True)
class Import:
    """One imported module: its dotted name, the dots before it, the line."""

    module: str
    dots: int
    line: int


def imports(tree: ast.Module) -> Iterator[Import]:
    """All imports of a file: at its top, inside functions, and by importlib with a fixed name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (Import(alias.name, 0, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = node.module or ""
            yield Import(module, node.level, node.lineno)
            if not node.level:  # "from autograder import wire" means autograder.sandbox.wire
                yield from (Import(f"{module}.{a.name}", 0, node.lineno) for a in node.names)
        elif isinstance(node, ast.Call) and called(node) in ("import_module", "__import__"):
            (name, *_) = [*node.args, None]
            if isinstance(name, ast.Constant):
                yield Import(str(name.value), 0, node.lineno)


def called(node: ast.Call) -> str:
    """The last name of what is called."""
    function = node.func
    return str(getattr(function, "attr", getattr(function, "id", "")))


def outside(name: str, *allowed: str) -> list[str]:
    """Where a file imports something of ours that is, or is in, none of the ``allowed``."""
    return [
        f"{name}:{found.line}: {found.module}"
        for found in imports(TREES[name])
        if found.module.split(".")[0] in ORDER
        and not any(f"{found.module}.".startswith(f"{module}.") for module in allowed)
    ]


@pytest.mark.parametrize("name", OURS)
def test_imports_point_one_way(name: str) -> None:
    """assignment <- solution <- autograder <- tests: nothing imports what stands to its right."""
    package = name.split("/")[0]
    allowed = ORDER[: ORDER.index(package) + 1]
    if package == "autograder":
        allowed = ("assignment", "autograder")
        if name == "autograder/cases/expected.py":
            allowed = (*allowed, "solution")
    assert outside(name, *allowed) == []


def test_no_modules_import_each_other() -> None:
    """Imports have a direction between all modules, those inside functions included."""
    assert circles(graph(modules(ROOT, ORDER[:3]))) == []


def test_only_expected_imports_the_solution() -> None:
    """expected.py does import the solution, so the rule above is about something."""
    assert outside("autograder/cases/expected.py", "assignment", "autograder") != []


@pytest.mark.parametrize("name", [name for name in OURS if not name.startswith("assignment/")])
def test_only_paths_computes_the_root(name: str) -> None:
    """No module climbs from its own file to the repository root: `autograder.paths` has it."""
    climbs = re.compile(r"__file__\b.*\.(parent\.parent|parents)\b")
    found = [text for text in map(ast.unparse, TREES[name].body) if climbs.search(text)]
    assert bool(found) <= (name == "autograder/paths.py"), found


@pytest.mark.parametrize("name", [name for name in OURS if name.startswith(CHECKS)])
def test_the_checks_work_under_both_names(name: str) -> None:
    """The checks import each other by dots: they are ``assignment.checks`` and ``checks``."""
    room = name.removeprefix(CHECKS).count("/")
    assert {found.dots for found in imports(TREES[name])} <= {0, *range(1, room + 2)}
    absolute = {found.module.split(".")[0] for found in imports(TREES[name]) if not found.dots}
    assert absolute & {*ORDER, "checks"} == set()


@pytest.mark.parametrize("name", [name for name in OURS if name.startswith("assignment/")])
def test_students_need_few_packages(name: str) -> None:
    """What students run needs Python and the packages of their requirements.txt."""
    required = (ROOT / "assignment/requirements.txt").read_text("utf-8")
    if name.startswith("assignment/figures/") or name == "assignment/explore.py":
        # IPython comes with JupyterLab.
        required += (ROOT / "assignment/requirements-explore.txt").read_text("utf-8") + " IPython"
    installed = {re.split(r"\W", line)[0] for line in required.split()} | {"fpdf"}  # of fpdf2
    absolute = {found.module.split(".")[0] for found in imports(TREES[name]) if not found.dots}
    installed |= {"markupsafe"} if "jinja2" in installed else set()  # jinja2 is built on it
    own = {"checks", "iris", "neural_network", "paper", "figures", *ORDER}
    assert absolute - installed - own <= sys.stdlib_module_names


def test_the_child_imports_the_loader_and_the_wire() -> None:
    """The process of student code imports the frames, their errors and the loader, no more."""
    ours = {
        found.module
        for found in imports(TREES["autograder/sandbox/child.py"])
        if found.module.split(".")[0] in ORDER
    }
    allowed = ("autograder.errors", "autograder.sandbox", LOADER.rpartition(".")[0])
    assert {module for module in ours if not f"{module}.".startswith(allowed)} == set()


def test_the_fork_server_holds_no_answers() -> None:
    """The process that workers are forked from has loaded the sandbox and the loader alone."""
    code = (
        "import sys; from autograder.sandbox import fork_server; "
        "fork_server.load_packages(fork_server.SCIPY); "
        "fork_server.warm_up(); print(*sorted(sys.modules))"
    )
    done = run([sys.executable, "-c", code])
    assert done.returncode == 0, done.stderr
    loaded = set(done.stdout.split())
    assert {"autograder.sandbox.child", "autograder.sandbox.wire", LOADER} <= loaded
    allowed = ("autograder.errors.", "autograder.paths.", "autograder.sandbox.")
    ours = {name for name in loaded if name.startswith("autograder.")}
    assert {name for name in ours if not f"{name}.".startswith(allowed)} == set()
    assert {name for name in loaded if name.split(".")[0] in ("solution", "tests")} == set()


@pytest.mark.parametrize("name", [f"{package}/__init__.py" for package in ORDER[:3]])
def test_packages_begin_empty(name: str) -> None:
    """Importing a package runs nothing: its __init__ has a docstring at most."""
    assert all(is_text(node) for node in TREES[name].body)


@pytest.mark.parametrize("name", [name for name in OURS if name.startswith("autograder/")])
def test_the_seven_names_stand_in_the_table(name: str) -> None:
    """The autograder takes the functions' names from the table of questions, never from itself."""
    found = {text for node in ast.walk(undocumented(name)) for text in SEVEN.findall(words(node))}
    assert bool(found) <= (name in NAMED), f"{name}: {found}"


def undocumented(name: str) -> ast.Module:
    """A file without its docstrings, which may speak of anything."""
    tree = ast.parse(FILES[name].read_text("utf-8"))
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list):
            node.body = [part for part in body if not is_text(part)]  # type: ignore[attr-defined]
    return tree


def is_text(node: ast.AST) -> bool:
    """Whether a statement is nothing but a string."""
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )


def words(node: ast.AST) -> str:
    """What a node says in names and strings."""
    value = getattr(node, "value", None) if isinstance(node, ast.Constant) else None
    text = value.decode("utf-8", "replace") if isinstance(value, bytes) else value
    names = (getattr(node, attribute, None) for attribute in ("id", "attr", "name", "arg"))
    return " ".join(part for part in (text, *names) if isinstance(part, str))


@pytest.mark.parametrize("name", FILES)
def test_nothing_is_left_for_later_or_swallowed(name: str) -> None:
    """No note to do it later, and no exception that is passed over without saying why."""
    text = FILES[name].read_text("utf-8")
    if name != "tests/house/test_structure.py":
        assert LATER.findall(text) == []
    handlers = [node for node in ast.walk(TREES[name]) if isinstance(node, ast.ExceptHandler)]
    assert [node.lineno for node in handlers if node.type is None] == []
    passed = [node.body[0].lineno for node in handlers if type(node.body[0]) is ast.Pass]
    assert [line for line in passed if "#" not in text.splitlines()[line - 1]] == []


def test_every_package_is_installed() -> None:
    """An installed kit is whole: setuptools finds every package and every file beside them."""
    tool = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["setuptools"]
    assert tool["packages"]["find"]["include"] == [f"{package}*" for package in ORDER[:3]]
    assert [name for name in OURS if not FILES[name].with_name("__init__.py").exists()] == []
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
