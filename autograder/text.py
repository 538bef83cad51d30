"""Make names safe to show and to use in file names, put lists into sentences."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from difflib import get_close_matches

SUFFIXES = (".tar.gz", ".tgz", ".tar", ".zip", ".ipynb", ".py")
"""Suffixes that are removed from a file's name to make an id."""
MAX_ID_BYTES = 120
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)


def shown(name: str, limit: int = 100) -> str:
    """Return a name as one line of text: no control characters, at most ``limit`` characters."""
    text = name.encode("utf-8", "replace").decode("utf-8")
    text = "".join(char if char.isprintable() else "�" for char in text)
    # Shortened in the middle, because the end says which type of file it is.
    return text if len(text) <= limit else f"{text[: limit - 21]}…{text[-20:]}"


def one_line(text: str) -> str:
    """Return a message as one line for a terminal: no line breaks and no control characters."""
    return "".join(c if c.isprintable() else " " if c.isspace() else "�" for c in text)


def by_lines(text: str) -> str:
    """Return a text of several lines, each as ``one_line`` makes it."""
    return "\n".join(map(one_line, text.split("\n")))


def without_suffix(name: str) -> str:
    """Return the name of a file without its suffix, if that is one of ``SUFFIXES``."""
    for suffix in SUFFIXES:
        if name.lower().endswith(suffix) and len(name) > len(suffix):
            return name[: -len(suffix)]
    return name


def safe_id(name: str) -> str:
    """Return a name for files on every system: letters, digits, ``_``, ``-`` and ``.`` only.

    It does not begin or end with punctuation, is not the name of a Windows device, and leaves room
    for a suffix.
    """
    text = unicodedata.normalize("NFC", shown(name, 1000))
    text = re.sub(r"[^\w.-]+", "_", text).strip("._-")
    text = text.encode()[:MAX_ID_BYTES].decode("utf-8", "ignore").rstrip("._-")
    if _RESERVED.match(text):
        text = f"_{text}"
    return text or "submission"


class Ids:
    """Gives each submission a different id, also on systems that ignore upper and lower case."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def take(self, name: str) -> tuple[str, str]:
        """Return an id for this name, and a note if another submission has the id of that name."""
        wanted = safe_id(name)
        given, number = wanted, 2
        while given.casefold() in self._taken:
            given, number = f"{wanted}-{number}", number + 1
        self._taken.add(given.casefold())
        if given == wanted:
            return given, ""
        return given, f"Another submission is called “{wanted}” too, so this one is “{given}”."


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Suggest known names that look like ``name``: "Did you mean `x` or `y`? ", or ""."""
    alike = get_close_matches(name, list(known), n=3, cutoff=0.6)
    return f"Did you mean {' or '.join(f'`{word}`' for word in alike)}? " if alike else ""


def joined(words: Sequence[str]) -> str:
    """Join words as in a sentence: "a", "a and b", "a, b and c"."""
    return " and ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))


def at_most(limit: int, items: Sequence[str]) -> list[str]:
    """Return the first items, then how many more there are: "and 3 more"."""
    rest = [f"and {len(items) - limit} more"] if len(items) > limit else []
    return [*items[:limit], *rest]


def listed(limit: int, items: Sequence[str]) -> str:
    """Return the first items in a line, and how many more there are: "a, b and 3 more"."""
    rest = f" and {len(items) - limit} more" if len(items) > limit else ""
    return ", ".join(items[:limit]) + rest
