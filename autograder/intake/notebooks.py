"""Turn a Jupyter notebook into a script: its code cells one after the other."""

from __future__ import annotations

import re

import msgspec

MAX_BYTES = 20_000_000
"""Notebooks carry pictures, so they may be larger than a script."""
_MAGIC = re.compile(r"^(\s*)(%{1,2}[A-Za-z]|!|\?{1,2}\w|[\w.]+\?{1,2}\s*$)")
_ASSIGNED = re.compile(r"^(\s*[\w, ]{1,80}=\s*)(%[A-Za-z]|!)")
_FOREIGN = re.compile(
    r"\s*%%(bash|cmd|html|javascript|js|latex|markdown|perl|ruby|script|sh|svg)\b"
)


class _Cell(msgspec.Struct):
    cell_type: str
    source: str | list[str] = ""


class _Notebook(msgspec.Struct):
    # Only these fields are read: the rest of a hostile notebook takes no memory.
    cells: list[_Cell]


def to_source(data: bytes) -> bytes:
    """Join the code cells as UTF-8, each under a comment with its number.

    IPython commands (``%matplotlib inline``, ``!pip install``, ``help?``) become comments.
    Raises ValueError when it is not a notebook of format 4.
    """
    try:
        notebook = msgspec.json.decode(data, type=_Notebook)
    except (msgspec.MsgspecError, RecursionError, ValueError):
        raise ValueError("It is not a Jupyter notebook of format 4.") from None
    parts = []
    for number, cell in enumerate(notebook.cells, 1):
        if cell.cell_type == "code":
            text = cell.source if isinstance(cell.source, str) else "".join(cell.source)
            parts.append(f"# cell {number}\n{_as_script(text)}\n")
    return "\n".join(parts).encode("utf-8", "replace")


def _as_script(text: str) -> str:
    lines = text.splitlines()
    if lines and _FOREIGN.match(lines[0]):
        return "\n".join(f"# {line}" for line in lines)
    return "\n".join(map(_plain, lines))


def _plain(line: str) -> str:
    if found := _MAGIC.match(line):
        # A statement, because the line may be the whole body of an ``if``.
        return f"{found.group(1)}pass  # {line.strip()}"
    if found := _ASSIGNED.match(line):
        return f"{found.group(1)}None  # {line.strip()}"
    return line
