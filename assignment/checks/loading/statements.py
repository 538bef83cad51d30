"""Choose the top-level statements of a student's file that define its functions.

Kept are imports, functions, classes, and assignments whose right side is cheap and, by its syntax,
changes nothing: constants, lambdas, names, arithmetic and containers of these, and calls that make
something small (``np.vectorize(f)``, ``np.random.default_rng(0)``). Of ``if``, ``try`` and ``with``
the kept statements of their bodies remain. An assignment to one of the seven names is a definition
and always kept. Everything else is left out with a note; the block under
``if __name__ == "__main__"`` needs none.

This is a guess. Where it is wrong, outputs fail and the file is loaded again in full.
"""

import ast
import builtins
import sys
from collections.abc import Iterator
from dataclasses import dataclass

from ..model.questions import FUNCTIONS
from .known_packages import BUILTINS, HELPERS, SETTINGS, WRAPPERS, is_absent, is_cheap

_PLAIN = (
    *(ast.Attribute, ast.BinOp, ast.BoolOp, ast.Compare, ast.Constant, ast.Dict, ast.DictComp),
    *(ast.FormattedValue, ast.GeneratorExp, ast.IfExp, ast.JoinedStr, ast.List, ast.ListComp),
    *(ast.Name, ast.Set, ast.SetComp, ast.Slice, ast.Starred, ast.Subscript, ast.Tuple),
    *(ast.UnaryOp, ast.comprehension, ast.keyword),
)


@dataclass(frozen=True)
class LeftOut:
    """A top-level statement that was not run: its line, its first line of text, and why not.

    ``reason`` is "" for a statement that is left out by rule, else the exception it raised.
    """

    line: int
    text: str
    reason: str = ""


def note(line: int, lines: list[str], reason: str = "") -> LeftOut:
    """Make the note for a statement in this line, with its first line of text."""
    text = lines[line - 1].strip() if line <= len(lines) else ""
    return LeftOut(line, text if len(text) <= 80 else text[:79] + "…", reason)


def choose(tree: ast.Module, source: str) -> tuple[list[ast.stmt], list[LeftOut]]:
    """Return the statements to run, in order, and a note for each one left out."""
    chooser = _Chooser(source.split("\n"))
    return list(chooser.block(tree.body)), chooser.notes


class _Chooser:
    """Goes through the statements once and tracks what each name means."""

    def __init__(self, lines: list[str]) -> None:
        self.lines = lines
        self.notes: list[LeftOut] = []
        self.origins: dict[str, str] = {}  # imported name -> dotted name
        self.stars: list[str] = []  # modules imported with *
        self.own: set[str] = set()  # functions and classes of the file, by any name
        self.data: set[str] = set()  # names of kept values

    def block(self, body: list[ast.stmt]) -> Iterator[ast.stmt]:
        for node in body:
            if isinstance(node, ast.If) and _is_main_guard(node.test):
                yield from self.block(node.orelse)
            elif does_nothing(node):
                continue
            elif self.keeps(node):
                yield node
            else:
                self.notes.append(note(node.lineno, self.lines))

    def keeps(self, node: ast.stmt) -> bool:
        if isinstance(node, ast.Import | ast.ImportFrom):
            self._import(node)
            return True
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            self.own.add(node.name)
            return True
        if isinstance(node, ast.Assign):
            return self._assignment(node.targets, node.value)
        if isinstance(node, ast.AnnAssign | ast.AugAssign):
            return self._assignment([node.target], node.value)
        if isinstance(node, ast.Expr):
            return self._is_setting(node.value)
        return self._compound(node)

    def _import(self, node: ast.Import | ast.ImportFrom) -> None:
        for alias in node.names:
            if isinstance(node, ast.Import):
                name = alias.asname or alias.name.partition(".")[0]
                self.origins[name] = alias.name if alias.asname else name
            elif alias.name == "*":
                self.stars.append(node.module or "")
            else:
                self.origins[alias.asname or alias.name] = ".".join(
                    filter(None, (node.module, alias.name))
                )

    def _assignment(self, targets: list[ast.expr], value: ast.expr | None) -> bool:
        if not all(self._is_target(target) for target in targets):
            return False
        names = [name for target in targets for name in _stored(target)]
        if not set(names) & set(FUNCTIONS) and value is not None and not self._is_plain(value):
            return False
        root = _root(value)
        if isinstance(value, ast.Lambda) or root in self.own:
            self.own.update(names)
        elif origin := self._dotted(value):
            self.origins.update(dict.fromkeys(names, origin))
        else:
            self.data.update(names)
        return True

    def _is_target(self, node: ast.expr) -> bool:
        if isinstance(node, ast.Name):
            return True
        if isinstance(node, ast.Tuple | ast.List):
            return all(self._is_target(part) for part in node.elts)
        if isinstance(node, ast.Starred):
            return self._is_target(node.value)
        root = _root(node)
        known = root in self.own | self.data or is_absent(self.origins.get(root, "numpy"))
        return known and self._is_plain(node)

    def _is_setting(self, value: ast.expr) -> bool:
        if not isinstance(value, ast.Call):
            return False
        callee = self._dotted(value.func)
        if callee in SETTINGS:
            return all(self._is_plain(part) for part in _arguments(value))
        return self._is_absent_call(value) and self._is_plain(value)

    def _compound(self, node: ast.stmt) -> bool:
        """Keep an ``if``, ``try`` or ``with`` with the kept statements of its blocks."""
        if isinstance(node, ast.If):
            if not self._is_plain(node.test):
                return False
        elif isinstance(node, ast.With):
            if not all(self._is_plain(item.context_expr) for item in node.items):
                return False
        elif not isinstance(node, ast.Try):
            return False
        self._filter(node)
        kept = len(self.notes)
        for handler in getattr(node, "handlers", ()):
            self._filter(handler)
        del self.notes[kept:]  # handlers hardly ever run: ``except ImportError: print(…)``
        return True

    def _filter(self, node: ast.AST) -> None:
        for name in ("body", "orelse", "finalbody"):
            if body := getattr(node, name, None):
                filler = ast.copy_location(ast.Pass(), body[0])
                setattr(node, name, list(self.block(body)) or [filler])

    def _is_plain(self, node: ast.AST) -> bool:
        if isinstance(node, ast.Call):
            return self._is_cheap(node)
        if isinstance(node, ast.Lambda):
            defaults = (*node.args.defaults, *node.args.kw_defaults)
            return all(self._is_plain(value) for value in defaults if value is not None)
        if not isinstance(node, _PLAIN):
            return False
        return all(
            self._is_plain(part)
            for part in ast.iter_child_nodes(node)
            if isinstance(part, ast.expr | ast.comprehension | ast.keyword)
        )

    def _is_cheap(self, call: ast.Call) -> bool:
        parts = _arguments(call)
        if not all(self._is_plain(part) for part in parts):
            return False
        if self._is_absent_call(call):
            return True
        callee = self._callee(call.func)
        if not callee:
            return False
        passes_own = any(
            isinstance(node, ast.Lambda) or (isinstance(node, ast.Name) and node.id in self.own)
            for part in parts
            for node in ast.walk(part)
        )
        return not passes_own or callee in WRAPPERS

    def _is_absent_call(self, call: ast.Call) -> bool:
        """Whether the call goes to a placeholder, which does nothing."""
        origin = self.origins.get(_root(call), "")
        return bool(origin) and is_absent(origin)

    def _callee(self, func: ast.expr) -> str:
        """The name of the called function if the call is cheap, else ""."""
        if isinstance(func, ast.Call):  # a decorator with options: lru_cache(maxsize=None)(f)
            inner = self._callee(func.func)
            return inner if inner.startswith("functools.") and self._is_plain(func) else ""
        dotted = self._dotted(func)
        if dotted:
            return dotted if is_cheap(dotted) else ""
        if isinstance(func, ast.Name):
            bound = func.id in self.own | self.data
            return func.id if func.id in BUILTINS and not bound else ""
        if isinstance(func, ast.Attribute):  # a method of a value: np.arange(6).reshape(2, 3)
            value = func.value
            if isinstance(value, ast.Name):
                return func.attr if value.id in self.data else ""
            plain = not isinstance(value, ast.Attribute) and self._is_plain(value)
            return func.attr if plain else ""
        return ""

    def _dotted(self, node: ast.expr | None) -> str:
        """The dotted name of an imported object, else ""."""
        if isinstance(node, ast.Attribute):
            before = self._dotted(node.value)
            return f"{before}.{node.attr}" if before else ""
        if not isinstance(node, ast.Name) or node.id in self.own | self.data:
            return ""
        if node.id in self.origins:
            return self.origins[node.id]
        if node.id in BUILTINS:
            return ""
        for module in reversed(self.stars):
            helper = module in HELPERS and not hasattr(builtins, node.id)
            if helper or hasattr(sys.modules.get(module), node.id):
                return f"{module}.{node.id}"
        return ""


def _arguments(call: ast.Call) -> list[ast.expr]:
    return [*call.args, *(keyword.value for keyword in call.keywords)]


def _stored(target: ast.expr) -> list[str]:
    return [
        node.id
        for node in ast.walk(target)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    ]


def _root(node: ast.expr | None) -> str:
    """The name at the left end of attributes, items and calls."""
    while isinstance(node, ast.Attribute | ast.Subscript | ast.Call):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else ""


def does_nothing(node: ast.stmt) -> bool:
    """Whether a statement is ``pass``, a docstring or another constant."""
    return isinstance(node, ast.Pass) or (
        isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    )


def _is_main_guard(test: ast.expr) -> bool:
    if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And):
        return any(_is_main_guard(part) for part in test.values)
    if not (isinstance(test, ast.Compare) and isinstance(test.ops[0], ast.Eq)):
        return False
    names = {
        getattr(part, "id", getattr(part, "value", None)) for part in (test.left, *test.comparators)
    }
    return names == {"__name__", "__main__"}
