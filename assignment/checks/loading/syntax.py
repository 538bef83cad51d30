"""New syntax: what the grader's Python cannot read and a student's can, or the other way round."""

import ast
import io
import re
import sys
import token
import tokenize
import warnings

Version = tuple[int, int]
_NEW: tuple[tuple[Version, str, re.Pattern[str]], ...] = (
    ((3, 12), "a `type` statement", re.compile(r"\s*type\s+\w+\s*(\[.*\]\s*)?=")),
    ((3, 12), "type parameters in brackets", re.compile(r"\s*(async\s+)?(def|class)\s+\w+\[")),
    ((3, 12), "such an f-string", re.compile(r".*(?i:\bfr?|\brf)[\"']")),
    ((3, 14), "`except` without parentheses", re.compile(r"\s*except\*?\s+[\w.]+\s*,[\w., ]+:")),
    ((3, 14), "t-strings", re.compile(r".*(?i:\btr?|\brt)[\"']")),
)
NEWER = "which newer Pythons may read"
"""Words in the message on a file that a person should look at."""


def hint(line: str, here: Version = sys.version_info[:2]) -> str:
    """The sentence, after a space, on a line that this Python cannot read and a newer one may."""
    for version, what, pattern in _NEW:
        if version > here and pattern.match(line):
            return (
                f" This may be {what}, {NEWER} ({_dotted(version)} or later), and this is Python "
                f"{_dotted(here)}: write it in the older way."
            )
    return ""


def too_new(source: str, version: Version) -> str:
    """Say what in the source the Python of this version cannot read, "" where nothing is seen.

    Only the running Python's own syntax is known; a source that it cannot read says nothing.
    """
    if version >= sys.version_info[:2]:
        return ""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(source)
            try:
                ast.parse(source, feature_version=version)
                line = _new_f_string(source) if version < (3, 12) else 0
            except SyntaxError as problem:
                line = problem.lineno or 0
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ""
    if not line:
        return ""
    text = source.splitlines()[line - 1].strip()[:80]
    return f"Line {line} (“{text}”) cannot be read by the grader's Python {_dotted(version)}."


def _new_f_string(source: str) -> int:
    """The first line with an f-string that needs Python 3.12, or 0.

    These have their own quotes, a backslash, a comment or, in single quotes, a new line in braces.
    """
    start = getattr(token, "FSTRING_START", -1)
    end, open_ = getattr(token, "FSTRING_END", -1), list[str]()
    for found in tokenize.generate_tokens(io.StringIO(source).readline):
        quotes = found.string.lstrip("rRbBuUfFtT")
        if open_ and found.type in (start, token.STRING):
            same = any(quotes.startswith(outer) for outer in open_)
            if same or (found.type == token.STRING and "\\" in found.string):
                return found.start[0]
        if open_ and (
            found.type == token.COMMENT or (found.type == token.NL and len(open_[-1]) == 1)
        ):
            return found.start[0]
        if found.type == start:
            open_.append(quotes)
        elif found.type == end:
            open_.pop()
    return 0


def _dotted(version: Version) -> str:
    return ".".join(map(str, version))
