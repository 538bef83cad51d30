"""The house keeps its plan: imports point one way, and what must be empty or equal is."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

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


def test_imports_point_one_way() -> None:
    """assignment <- solution <- autograder <- tests: nothing imports what stands to its right."""
    found = []
    for name in OURS:
        package = name.split("/")[0]
        allowed = ORDER[: ORDER.index(package) + 1]
        if package == "autograder" and name != "autograder/cases/expected.py":
            allowed = ("assignment", "autograder")
        found += outside(name, *allowed)
    assert found == []


def test_no_modules_import_each_other() -> None:
    """Imports have a direction between all modules, those inside functions included."""
    assert circles(graph(modules(ROOT, ORDER[:3]))) == []


def test_only_expected_imports_the_solution() -> None:
    """expected.py does import the solution, so the rule above is about something."""
    assert outside("autograder/cases/expected.py", "assignment", "autograder") != []


def test_only_paths_computes_the_root() -> None:
    """No module climbs from its own file to the repository root: `autograder.paths` has it."""
    climbs = re.compile(r"__file__\b.*\.(parent\.parent|parents)\b")
    found = [
        name
        for name in OURS
        if not name.startswith("assignment/")
        if any(climbs.search(ast.unparse(node)) for node in TREES[name].body)
    ]
    assert found == ["autograder/paths.py"]


def test_the_checks_work_under_both_names() -> None:
    """The checks import each other by dots: they are ``assignment.checks`` and ``checks``."""
    names = [name for name in OURS if name.startswith(CHECKS)]
    room = {name: name.removeprefix(CHECKS).count("/") for name in names}
    far = [name for name in names if max(dots(name), default=0) > room[name] + 1]
    assert far == []
    assert [name for name in names if absolute(name) & {*ORDER, "checks"}] == []


def dots(name: str) -> set[int]:
    """How many dots stand before what a file imports."""
    return {found.dots for found in imports(TREES[name])}


def absolute(name: str) -> set[str]:
    """The packages that a file imports without a dot."""
    return {found.module.split(".")[0] for found in imports(TREES[name]) if not found.dots}


def test_students_need_few_packages() -> None:
    """What students run needs Python and the packages of their requirements.txt."""
    required = (ROOT / "assignment/requirements.txt").read_text("utf-8")
    explore = (ROOT / "assignment/requirements-explore.txt").read_text("utf-8")
    # fpdf is the module of fpdf2, jinja2 is built on markupsafe, and IPython comes with JupyterLab.
    few = {re.split(r"\W", line)[0] for line in required.split()} | {"fpdf", "markupsafe"}
    more = few | {re.split(r"\W", line)[0] for line in explore.split()} | {"IPython"}
    own = {"checks", "iris", "neural_network", "paper", "figures", *ORDER, *sys.stdlib_module_names}
    found = {}
    for name in OURS:
        if name.startswith("assignment/"):
            exploring = name.startswith("assignment/figures/") or name == "assignment/explore.py"
            found[name] = absolute(name) - own - (more if exploring else few)
    assert {name: packages for name, packages in found.items() if packages} == {}


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


def test_packages_begin_empty() -> None:
    """Importing a package runs nothing: its __init__ has a docstring at most."""
    for package in ORDER[:3]:
        assert all(is_text(node) for node in TREES[f"{package}/__init__.py"].body), package


def test_the_seven_names_stand_in_the_table() -> None:
    """The autograder takes the functions' names from the table of questions, never from itself."""
    found = {
        name: {text for node in ast.walk(undocumented(name)) for text in SEVEN.findall(words(node))}
        for name in OURS
        if name.startswith("autograder/")
    }
    assert {name: names for name, names in found.items() if names and name not in NAMED} == {}


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


def test_nothing_is_left_for_later_or_swallowed() -> None:
    """No note to do it later, and no exception that is passed over without saying why."""
    found = []
    for name, tree in TREES.items():
        lines = FILES[name].read_text("utf-8").splitlines()
        if name != "tests/house/test_structure.py":
            found += [f"{name}: {line}" for line in lines if LATER.search(line)]
        for node in ast.walk(tree):
            if isinstance(node, ast.ExceptHandler):
                first = node.body[0]
                swallows = type(first) is ast.Pass and "#" not in lines[first.lineno - 1]
                if node.type is None or swallows:
                    found.append(f"{name}:{node.lineno}")
    assert found == []


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
