"""Who imports whom among our modules, read from the sources; nothing is imported for it."""

import ast
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.util import resolve_name
from pathlib import Path

from autograder.paths import ROOT

Graph = dict[str, set[str]]
"""For each of our modules, by its dotted name, the modules of ours that it imports."""


def modules(root: Path, packages: Iterable[str]) -> dict[str, Path]:
    """The files of these packages by their dotted names; a package has the name of its folder."""
    found = {}
    for package in packages:
        for path in sorted((root / package).rglob("*.py")):
            parts = path.relative_to(root).with_suffix("").parts
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def graph(files: Mapping[str, Path]) -> Graph:
    """All imports between these modules, those inside functions and for type checkers too."""
    return {name: set(_imported(name, path, files)) for name, path in files.items()}


@cache
def ours() -> Graph:
    """The imports between all our modules."""
    return graph(modules(ROOT, ("assignment", "solution", "autograder", "tests")))


def closure(imports: Graph, starts: Iterable[str]) -> set[str]:
    """All modules that importing these brings along, the packages that hold them included."""
    found: set[str] = set()
    waiting = list(starts)
    while waiting:
        name = waiting.pop()
        if name in imports and name not in found:
            found.add(name)
            waiting += [*imports[name], name.rpartition(".")[0]]
    return found


def _imported(name: str, path: Path, files: Mapping[str, Path]) -> Iterator[str]:
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in files)
        elif isinstance(node, ast.ImportFrom):
            base = resolve_name("." * node.level + (node.module or ""), package)
            for alias in node.names:
                inner = f"{base}.{alias.name}"
                if inner in files or base in files:
                    yield inner if inner in files else base
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith(
            ("import_module", "__import__")
        ):
            named = (argument.value for argument in node.args if isinstance(argument, ast.Constant))
            yield from (str(other) for other in named if other in files)
