"""IPython's commands in a source, and the cells of a notebook whose cells were joined."""

import re

HEADER = "# The code cells of a notebook, one after the other."
"""The first line of a script that was made of a notebook; each cell is below its ``MARKER``."""
MARKER = "# %% cell "
_COMMAND = re.compile(
    r"([ \t]*)(?:%{1,2}[A-Za-z]|!|\?{1,2}\w|[\w.]+\?{1,2}[ \t]*$|(?:pip3?|conda) install\b)"
    r"|([ \t]*[\w, .\[\]]{1,80}=[ \t]*)(?:%[A-Za-z]|!)",
    re.M,
)
_WHOLE = re.compile(r"(?:[^\n]*\\\n)*[^\n]*")
"""A line, with those that continue it."""
_PIECE = re.compile(
    r'#[^\n]*|"""(?:\\.|[^\\])*?(?:"""|\Z)|'
    r"'''(?:\\.|[^\\])*?(?:'''|\Z)|"
    r""""(?:\\.|[^"\\\n])*"?|'(?:\\.|[^'\\\n])*'?|[()\[\]{}]|\\\n|\n""",
    re.S,
)
"""What decides where a statement may begin: comments, strings, brackets, ends of lines."""


def where(source: str, line: int) -> str:
    """Name a line of a source: "line 12", or in a script of cells "cell 4, line 3"."""
    if source.startswith(HEADER):
        for below, text in enumerate(reversed(source.split("\n")[:line])):
            if text.startswith(MARKER):
                return f"cell {text[len(MARKER) :].partition(' ')[0]}, line {below}"
    return f"line {line}"


def without_commands(source: str) -> tuple[str, list[int]]:
    """Replace IPython's commands (``%matplotlib inline``, ``!pip install``, ``help?``).

    A command begins where a statement may, so never inside brackets or a string; it becomes a
    comment, ``pass`` in a block, None where its value is assigned, and all lines keep their
    numbers. Returns the source and the lines of the commands. In a source that parses there are
    none.
    """
    parts: list[str] = []
    lines: list[int] = []
    done = place = depth = line = 0
    begins = True
    while place < len(source):
        found = _COMMAND.match(source, place) if begins else None
        if found:
            whole = _WHOLE.match(source, place)
            assert whole is not None
            line += source.count("\n", done, place)
            lines.append(line + 1)
            # At the top a comment: imports of the future may follow.
            first = f"{found[1]}pass  " if found[1] else ""
            if found[2] is not None:
                first = f"{found[2]}None  "
            text = whole[0].strip().replace("\n", "\n# ")
            parts += [source[done:place], f"{first}# {text}"]
            line += whole[0].count("\n")
            place = done = whole.end()
        piece = _PIECE.search(source, place)
        if piece is None:
            break
        depth = max(0, depth + (piece[0] in "([{") - (piece[0] in ")]}"))
        begins = depth == 0 and piece[0] == "\n"
        place = piece.end()
    return "".join([*parts, source[done:]]), lines
