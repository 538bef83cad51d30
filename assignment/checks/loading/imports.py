"""Answer the imports of a student's module: real packages, the course's helpers, placeholders.

Only the builtins of the student's module are replaced, so imports inside numpy or pytest never get
a placeholder.
"""

import ast
import builtins
import importlib.util
import sys
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from ..model.questions import ALL_FUNCTIONS
from .known_packages import HELPERS, is_absent
from .placeholders import Placeholder, pylab

MODULE = "neural_network"
EMPTY_LINES = 100


@cache
def helpers() -> ModuleType:
    """The course's ``iris`` module, with its data in memory; a process that forks asks before.

    It lies one folder above this package, in the repository and in the students' kit alike.
    """
    path = Path(__file__).resolve().parents[2] / "iris.py"
    spec = importlib.util.spec_from_file_location("iris", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    features, targets, classes = module.load_iris()

    def load_iris() -> tuple[Any, Any, list[int]]:
        return features.copy(), targets.copy(), list(classes)

    load_iris.__doc__ = module.load_iris.__doc__
    vars(module)["load_iris"] = load_iris
    return module


def soft_imports(tree: ast.AST) -> frozenset[int]:
    """Lines of imports that may fail, because the file handles their failure.

    ``try: import cupy as np`` / ``except ImportError: import numpy as np`` must not get a
    placeholder. A handler that only gives up does not count.
    """
    return frozenset(
        inner.lineno
        for node in _statements(tree)
        if isinstance(node, ast.Try | ast.With) and _has_fallback(node)
        for statement in node.body
        for inner in ast.walk(statement)
        if isinstance(inner, ast.Import | ast.ImportFrom)
    )


def _statements(tree: ast.AST) -> Iterator[ast.AST]:
    """Yield all nested statements; skip expressions, of which there are far more."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        for field in ("body", "orelse", "finalbody", "handlers", "cases"):
            inner = getattr(node, field, None)
            if isinstance(inner, list):  # the body of a lambda is an expression
                waiting.extend(inner)


def _has_fallback(node: ast.Try | ast.With) -> bool:
    if isinstance(node, ast.With):
        calls = (item.context_expr for item in node.items)
        return any("suppress" in ast.dump(call) for call in calls)
    another = (
        ast.Import | ast.ImportFrom | ast.Assign | ast.AnnAssign | ast.FunctionDef | ast.ClassDef
    )
    return any(
        isinstance(inner, another)
        for handler in node.handlers
        for statement in handler.body
        for inner in ast.walk(statement)
    )


class Importer:
    """Answers the imports of one module; ``used`` lists what placeholders replace."""

    def __init__(self, module: ModuleType, soft: frozenset[int]) -> None:
        self.module = module
        self.soft = soft
        self.used: list[str] = []
        self._itself = {module.__name__, Path(str(module.__file__)).stem}
        self._lines = 0

    def builtins(self) -> dict[str, Any]:
        """The builtins of the student's module, with those that a notebook has."""
        names = vars(builtins) | {"__import__": self.import_, "input": self.input}
        names |= {name: Placeholder(f"IPython.{name}") for name in ("display", "get_ipython")}
        return names

    def settle(self) -> None:
        """Make functions that were imported from a missing file raise an error that names it."""
        for name in ALL_FUNCTIONS:
            value = vars(self.module).get(name)
            if isinstance(value, Placeholder):
                vars(self.module)[name] = value._raise

    def input(self, prompt: object = "") -> str:
        """Return empty lines, and after many of them raise EOFError: no user can type."""
        self._lines += 1
        if self._lines > EMPTY_LINES:
            raise EOFError("input() has nothing to read when the assignment is graded")
        return ""

    def import_(
        self,
        name: str,
        globals: Mapping[str, object] | None = None,
        locals: Mapping[str, object] | None = None,
        fromlist: Sequence[str] | None = (),
        level: int = 0,
    ) -> Any:
        """Import a module; of a dotted name return the first part, or with ``from`` the last."""
        frame = sys._getframe(1)
        soft = frame.f_lineno in self.soft and frame.f_code.co_filename == self.module.__file__
        names = tuple(fromlist or ())
        package, _, inner = name.partition(".")
        if package == "assignment":  # the repository has the kit's modules in this package
            name, names = (inner, names) if names else ("", (inner.partition(".")[0],))
        if not name:  # also from . import tools
            root = ModuleType("assignment")
            vars(root).update({part: self._resolve(part, (), soft) for part in names if part})
            return root
        found = self._resolve(name, names, soft)
        return self._complete(found, name, names) if names and not soft else found

    def _resolve(self, name: str, names: tuple[str, ...], soft: bool) -> Any:
        root = name.partition(".")[0]
        if root in self._itself:
            return self.module
        if root in HELPERS:
            return helpers()
        if not is_absent(root):
            try:
                return builtins.__import__(name, {}, {}, names, 0)
            except ImportError:
                if soft:
                    raise
        elif soft:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        if root not in self.used:
            self.used.append(root)
        if root == "pylab" or name == "matplotlib.pylab":
            return pylab()
        return Placeholder(name if names else root)

    def _complete(self, found: Any, name: str, names: tuple[str, ...]) -> Any:
        """Add placeholders for names that a module does not have (``scipy.misc.comb``)."""
        if found is self.module or not isinstance(found, ModuleType):
            return found
        missing = [part for part in names if part != "*" and not hasattr(found, part)]
        if not missing:
            return found
        self.used.extend(f"{name}.{part}" for part in missing)
        completed = ModuleType(found.__name__)
        vars(completed).update(vars(found))
        vars(completed).update({part: Placeholder(f"{name}.{part}") for part in missing})
        return completed
