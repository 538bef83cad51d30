"""Print text on a console, whatever its width and encoding."""

import shutil
import sys
import textwrap
from collections.abc import Sequence

NARROWEST, WIDEST = 40, 120
"""Columns of the consoles that text is fitted to."""
MESSAGE = 400
_PLAIN = str.maketrans(
    {
        **{"…": "...", "–": "-", "—": "-", "“": '"', "”": '"', "‘": "'", "’": "'", "−": "-"},
        **{"×": "x", "·": "*", "σ": "sigma", "δ": "delta", "Σ": "sum", "∂": "d", "η": "eta"},
        **{"≥": ">=", "≤": "<=", "→": "->", "′": "'", "ₖ": "_k", "ⱼ": "_j", "≠": "!="},
    }
)


def width() -> int:
    """Return the columns for text: two less than the console has, or 78 if it has none."""
    return min(WIDEST, max(NARROWEST, shutil.get_terminal_size((80, 24)).columns)) - 2


def say(text: str) -> None:
    """Print ``text``, in plain letters if this console cannot show all its characters."""
    print(showable(text, getattr(sys.stdout, "encoding", None) or "utf-8"))


def showable(text: str, encoding: str) -> str:
    """Return the text itself if ``encoding`` has all its characters, otherwise plain letters."""
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return text.translate(_PLAIN).encode(encoding, "replace").decode(encoding)
    return text


def heading(text: str) -> str:
    """Return a line that begins a section."""
    return f"-- {text} ".ljust(width(), "-")


def wrap(text: str, indent: int = 0) -> str:
    """Break a paragraph into lines that fit the console."""
    return hang(" " * indent, text)


def hang(label: str, text: str, *, whole: bool = False) -> str:
    """Break a text beside its label into lines; with ``whole`` words, such as paths, no word."""
    return textwrap.fill(
        text,
        width(),
        initial_indent=label,
        subsequent_indent=" " * len(label),
        break_on_hyphens=False,
        break_long_words=not whole,
    )


def one_line(text: str, indent: int) -> str:
    """Return the text in one line, cut off if it is too long."""
    return " " * indent + textwrap.shorten(text, width() - indent, placeholder=" ...")


def shortened(text: str) -> str:
    """Return the text, cut off if it would take half a screen."""
    return text if len(text) <= MESSAGE else text[:MESSAGE].rsplit(" ", 1)[0] + " ..."


def joined(words: Sequence[str]) -> str:
    """Join words as in a sentence: "a", "a and b", "a, b and c"."""
    return " and ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))


def listed(names: Sequence[str]) -> str:
    """Join names: `a`, `b` and `c`."""
    return joined([f"`{name}`" for name in names])


def count(number: int, what: str) -> str:
    """Count things: 1 line, 2 lines."""
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def show_progress(name: str) -> None:
    """Show what runs now in one changing line of a terminal; with "" remove the line."""
    if sys.stderr is not None and sys.stderr.isatty():
        line, end = (f"running {name} ..."[: width()], "") if name else ("", "\r")
        sys.stderr.write(f"\r{line.ljust(width())}{end}")
        sys.stderr.flush()
