"""Print messages so that they fit the terminal."""

import os
import sys
import textwrap
from collections.abc import Iterable
from pathlib import Path
from typing import TextIO

from assignment.checks.console import width
from autograder.text import by_lines


def say(text: str, file: TextIO | None = None) -> None:
    """Print a message on stdout, or another stream, so that its lines fit the terminal.

    Control characters are not printed: names and messages come from students' files. A broken line
    goes on indented, so that it cannot look like a line of its own. A command to copy, after "$ ",
    stays whole. In a file or a pipe nothing is broken.
    """
    stream = file or sys.stdout
    lines = by_lines(text).split("\n")
    if stream.isatty() or os.environ.get("COLUMNS"):
        lines = [part for line in lines for part in _fitted(line)]
    print("\n".join(lines), file=stream, flush=True)


def say_all(lines: Iterable[str]) -> None:
    """Print several messages, each as ``say`` does."""
    for line in lines:
        say(line)


def place(path: Path) -> str:
    """Return a path for a message: in a terminal a URL, which most terminals open."""
    return path.resolve().as_uri() if sys.stdout.isatty() else str(path)


def _fitted(line: str) -> list[str]:
    if line.lstrip().startswith("$ "):
        return [line]
    indent = " " * (len(line) - len(line.lstrip()) + 2)
    return textwrap.wrap(
        line,
        width() + 2,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    ) or [""]
