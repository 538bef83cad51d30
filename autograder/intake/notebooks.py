"""Turn a Jupyter notebook into a script: its code cells, as Jupyter runs them one by one.

A cell that does not parse, which Jupyter refuses alone, is left out with a note. The text of a cell
keeps its lines, below a comment with its number, so that messages can name cell and line.
"""

import ast
import codecs
import re
import warnings
from pathlib import PurePosixPath

import msgspec

from assignment.checks.loading.cells import HEADER, MARKER, without_commands
from autograder.text import shown

MAX_BYTES = 20_000_000
"""Notebooks carry pictures, so they may be larger than a script."""
_FILE = "neural_network.py"
_CELL_MAGIC = re.compile(r"\s*%%(\w+)[ \t]*([^\n]*)")
_PYTHON = ("capture", "debug", "memit", "prun", "time", "timeit")
"""Cell magics below which there is Python."""
_LEFT_OUT = "is left out"


class _Cell(msgspec.Struct):
    cell_type: str
    source: str | list[str] = ""


class _Notebook(msgspec.Struct):
    # Only these fields are read: the rest of a hostile notebook takes no memory.
    cells: list[_Cell]


def to_source(data: bytes) -> bytes:
    """Join the code cells as UTF-8, each under a comment with its number.

    IPython commands become comments. Where cells write neural_network.py (``%%writefile``), the
    file is the script, and nothing else. Raises ValueError when it is not a notebook of format 4;
    only for a process that may die, because a hostile cell can crash the parser.
    """
    try:
        notebook = msgspec.json.decode(data.removeprefix(codecs.BOM_UTF8), type=_Notebook)
    except (msgspec.MsgspecError, RecursionError, ValueError):
        raise ValueError("It is not a Jupyter notebook of format 4.") from None
    futures: list[str] = []
    cells: list[str] = []
    file: list[str] = []
    for number, cell in enumerate(notebook.cells, 1):
        text = "".join(cell.source).replace("\r\n", "\n").replace("\r", "\n")
        text = f"\n{text}".replace(f"\n{MARKER}", f"\n#{MARKER}")[1:]  # no cell makes a marker
        magic = _CELL_MAGIC.match(text)
        if cell.cell_type != "code":
            continue
        if magic is None or magic[1] in _PYTHON:
            cells.append(f"{MARKER}{number}{_as_script(text, futures)}\n")
        elif magic[1] in ("writefile", "file") and _name(magic[2]) == _FILE:
            rest = text[: magic.start(1) - 2] + "# " + text[magic.start(1) - 2 :]
            file = [*(file if "-a" in magic[2].split() else ()), f"{MARKER}{number}\n{rest}\n"]
    if not (file or cells):
        return b""
    return "\n".join([HEADER, *(file or [*futures, *cells])]).encode("utf-8", "replace")


def notes(source: bytes) -> list[str]:
    """The sentences on cells that were left out of a script."""
    lines = source.decode("utf-8", "replace").split("\n")
    found = [line[len(MARKER) - 5 :] for line in lines if line.startswith(MARKER)]
    return [f"{line[0].upper()}{line[1:]}" for line in found if _LEFT_OUT in line]


def _name(options: str) -> str:
    """The name of the file that ``%%writefile`` writes, without its folder."""
    return PurePosixPath((options.split() or [""])[-1].strip("\"'").replace("\\", "/")).name


def _as_script(text: str, futures: list[str]) -> str:
    """What follows the number of a cell; its imports of the future are moved to ``futures``."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # such as for "\d" in a text
            try:
                tree, plain = ast.parse(text), text
            except SyntaxError:
                plain, _ = without_commands(text)
                tree = ast.parse(plain)
            compile(tree, _FILE, "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
            lines = plain.split("\n")
            for node in tree.body:
                if isinstance(node, ast.ImportFrom) and node.module == "__future__":
                    futures.append(ast.unparse(node))
                elif _is_module_code(node):
                    continue
                last = node.end_lineno or node.lineno
                for line in range(node.lineno - 1, last):
                    lines[line] = f"# {lines[line]}"
    except SyntaxError as problem:
        why = f"line {problem.lineno} has a syntax error ({shown(str(problem.msg), 200)})"
        return f" {_LEFT_OUT}: {why}."
    except (RecursionError, MemoryError, ValueError, OverflowError):
        return f" {_LEFT_OUT}: Python cannot read it."
    return "\n" + "\n".join(lines)


def _is_module_code(node: ast.stmt) -> bool:
    """Whether a statement may stand in a module; one that awaits something may not."""
    try:
        compile(ast.Module([node], []), _FILE, "exec", dont_inherit=True)
    except SyntaxError:
        return False
    return True
