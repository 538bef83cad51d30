"""Load a student's file: its functions without its training runs, or all of it.

The autograder's worker and the students' checks use this, in a process that may die. The student's
folder is not on the import path, ``__name__`` is never ``"__main__"``, and ``input`` reads nothing.
"""

import ast
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import CodeType, ModuleType
from typing import Any

from ..model.questions import ALL_FUNCTIONS, BONUS_FUNCTIONS, FUNCTIONS
from .cells import where
from .exceptions import Failure, failure, refuse_one_element_arrays, watch
from .imports import MODULE, Importer, helpers, soft_imports
from .placeholders import drawings
from .source import SourceError, compiled, decode, parse
from .statements import LeftOut, choose, note

# Imported from here by others, beside what is defined here.
__all__ = ["Failure", "LeftOut", "SourceError", "decode", "drawings", "failure", "helpers"]


@dataclass(frozen=True)
class Loaded:
    """A module with the student's functions, and what happened to the rest of the file.

    ``left_out`` are the top-level statements that were not run (none in a full load);
    ``placeholders`` the packages that were replaced; ``crashed`` the exception that ended a full
    load, which keeps the functions before it.
    """

    module: ModuleType
    left_out: tuple[LeftOut, ...] = ()
    placeholders: tuple[str, ...] = ()
    crashed: Failure | None = None

    @property
    def functions(self) -> tuple[str, ...]:
        """Which of the functions of the assignment and the bonus the module has."""
        return tuple(name for name in ALL_FUNCTIONS if callable(vars(self.module).get(name)))


def load(source: str, *, full: bool = False, filename: str = f"{MODULE}.py") -> Loaded:
    """Run the definitions of a source text, or with ``full`` all of its statements.

    Statements that raise are left out with a note, and so are IPython's commands; a full load ends
    at the first statement that raises.
    SourceError if the text is not Python; KeyboardInterrupt passes through.
    """
    tree, commands = parse(source, filename)
    code = _compile(tree, filename, source)  # so that an error in a part that is not run is found
    watch(filename, _asked_of(node.name for node in tree.body if isinstance(node, ast.FunctionDef)))
    refuse_one_element_arrays()
    try:
        module = ModuleType(MODULE)
        module.__file__ = filename
        importer = Importer(module, soft_imports(tree))
        vars(module)["__builtins__"] = importer.builtins()
        module.__doc__ = ast.get_docstring(tree, clean=False)
        with _registered(module):
            if full:
                left_out, crashed = list[LeftOut](), _run_all(code, module)
            else:
                left_out, crashed = _run_chosen(tree, source, module), None
                left_out += [note(line, source.split("\n")) for line in commands]
    except RecursionError:
        raise SourceError("The file is nested too deeply to be loaded.") from None
    importer.settle()
    refuse_one_element_arrays()
    left_out.sort(key=lambda left: left.line)
    return Loaded(module, tuple(left_out), tuple(importer.used), crashed)


def inject(module: ModuleType, name: str, function: Callable[..., Any]) -> None:
    """Replace ``name``, and every global that is the same object, by ``function``.

    Another function of the assignment that is the same object stays: it may be the one to judge.
    """
    names = vars(module)
    old = names.get(name)
    if old is not None:
        alike = (n for n, value in names.items() if value is old and n not in ALL_FUNCTIONS)
        names.update(dict.fromkeys(alike, function))
    names[name] = function


def _asked_of(functions: Iterable[str]) -> tuple[str, ...]:
    """The bonus functions where a file defines more of them than of the seven; else the seven."""
    defined = set(functions)
    bonus = len(defined.intersection(BONUS_FUNCTIONS)) > len(defined.intersection(FUNCTIONS))
    return BONUS_FUNCTIONS if bonus else FUNCTIONS


def _run_all(code: CodeType, module: ModuleType) -> Failure | None:
    try:
        exec(code, vars(module))  # noqa: S102 # running it is the purpose, in a process for that
    except (Exception, SystemExit) as exc:
        return failure(exc)
    return None


def _run_chosen(tree: ast.Module, source: str, module: ModuleType) -> list[LeftOut]:
    """Run the chosen statements one by one, so that only a statement that raises is lost."""
    filename = str(module.__file__)  # now, since a statement may set it
    chosen, notes = choose(tree, source)
    futures = [
        node for node in chosen if isinstance(node, ast.ImportFrom) and node.module == "__future__"
    ]
    for statement in chosen:
        code = _compile(ast.Module([*futures, statement], []), filename, source)
        try:
            exec(code, vars(module))  # noqa: S102 # as above
        except (Exception, SystemExit) as exc:
            notes.append(note(statement.lineno, source.split("\n"), failure(exc).kind))
    return notes


def _compile(tree: ast.Module, filename: str, source: str) -> CodeType:
    try:
        code: CodeType = compiled(tree, filename)
        return code
    except SyntaxError as problem:  # found by the compiler only: return outside a function
        place = where(source, problem.lineno or 0)
        raise SourceError(f"Syntax error in {place}: {problem.msg}.") from None


@contextmanager
def _registered(module: ModuleType) -> Iterator[None]:
    """Keep the module in ``sys.modules`` while it runs: dataclasses look it up there."""
    before = sys.modules.get(MODULE)
    sys.modules[MODULE] = module
    try:
        yield
    finally:
        if before is None:
            sys.modules.pop(MODULE, None)
        else:
            sys.modules[MODULE] = before
