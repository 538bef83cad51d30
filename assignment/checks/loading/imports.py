"""The ``__import__`` that a student's module gets, and the course's helpers it can import.

Only imports made by the student's own code come here, because only that module's builtins are
replaced: what numpy or pytest import optionally never meets a placeholder.
"""

from __future__ import annotations

import ast
import builtins
import importlib.util
import os
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
_ready: list[dict[str, Any]] = []
"""A copy of the builtins, made by ``preload`` for the first module that is loaded after it."""


def preload() -> None:
    """Do what the next load would else do: read the course's helpers and data, copy the builtins.

    For a process that forks: neither is done again in each child. Builtins that are replaced have
    to be replaced before.
    """
    helpers()
    _ready[:] = [dict(vars(builtins))]


@cache
def helpers() -> ModuleType:
    """The course's ``iris`` module, with its data in memory.

    It stands one folder above this package, in the repository and in the students' kit alike.
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
    """Lines of imports for which the file has a way out of its own, so that they may fail.

    ``try: import cupy as np`` / ``except ImportError: import numpy as np`` must not be given a
    placeholder. A handler that only gives up is no way out.
    """
    return frozenset(
        inner.lineno
        for node in _statements(tree)
        if isinstance(node, ast.Try | ast.With) and _has_way_out(node)
        for statement in node.body
        for inner in ast.walk(statement)
        if isinstance(inner, ast.Import | ast.ImportFrom)
    )


def _statements(tree: ast.AST) -> Iterator[ast.AST]:
    """Every statement, however deep; expressions, of which there are far more, are passed over."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        for field in ("body", "orelse", "finalbody", "handlers", "cases"):
            inner = getattr(node, field, None)
            if isinstance(inner, list):  # the body of a lambda is an expression
                waiting.extend(inner)


def _has_way_out(node: ast.Try | ast.With) -> bool:
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
    """Answers the imports of one module; ``used`` lists the packages with placeholders."""

    def __init__(self, module: ModuleType, soft: frozenset[int]) -> None:
        self.module = module
        self.soft = soft
        self.used: list[str] = []
        # Without pathlib: every worker comes by here, and has not used it yet.
        file, _ = os.path.splitext(os.path.basename(str(module.__file__)))  # noqa: PTH119, PTH122
        self._itself = {module.__name__, file}
        self._lines = 0

    def builtins(self) -> dict[str, Any]:
        """The builtins of the student's module."""
        names = _ready.pop() if _ready else dict(vars(builtins))
        names |= {"__import__": self.import_, "input": self.input}
        return names

    def settle(self) -> None:
        """Let each function of the assignment that was imported from an absent file say so."""
        for name in ALL_FUNCTIONS:
            value = vars(self.module).get(name)
            if isinstance(value, Placeholder):
                vars(self.module)[name] = value._raise

    def input(self, prompt: object = "") -> str:
        """Nobody is there to type: empty lines, and after many of them the end of the file."""
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
        """What ``__import__`` returns: of a dotted name the first, or with ``from`` the last."""
        frame = sys._getframe(1)
        soft = frame.f_lineno in self.soft and frame.f_code.co_filename == self.module.__file__
        names = tuple(fromlist or ())
        package, _, inner = name.partition(".")
        if package == "assignment":  # the repository's name for what the kit has at its top
            name, names = (inner, names) if names else ("", (inner.partition(".")[0],))
        if not name:  # also from . import tools
            return self._package(names, soft)
        found = self._resolve(name, names, soft)
        return self._complete(found, name, names) if names and not soft else found

    def _package(self, names: tuple[str, ...], soft: bool) -> ModuleType:
        package = ModuleType("assignment")
        vars(package).update({name: self._resolve(name, (), soft) for name in names if name})
        return package

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
        """``found``, with placeholders for names that it does not have (``scipy.misc.comb``)."""
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
