"""Decode and parse a student's file; errors are sentences for the student."""

import ast
import codecs
import re
import warnings
from contextlib import suppress
from typing import Any

from .cells import where, without_commands
from .syntax import hint

MAX_BYTES = 1_000_000
_COOKIE = re.compile(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
_BLANK = re.compile(rb"^[ \t\f]*(?:#.*)?$")
_NO_PROGRAM = {
    rb"\s*\{(?s:.*)\"nbformat\"": "a Jupyter notebook",
    rb"(?i)\s*<(!doctype html|html)\b": "a web page",
    rb"PK\x03\x04|\x1f\x8b": "an archive",
    rb"%PDF": "a PDF",
}
"""How files begin that are something else, whatever their names say."""
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
# Encodings that are used for programs. Python knows others, some of which take minutes for a file
# of 1 MB; and it keeps unknown names in memory for ever.
_ENCODINGS = re.compile(
    r"utf_?8(_sig)?|u8|(us_)?ascii|latin_?\d+|l1|(iso_?)?8859_\d+|(cp|windows_?)\d+"
    r"|mac_\w{1,12}|koi8_[rtu]|gbk|gb2312|gb18030|big5(hkscs)?|s(hift_?)?jis|euc_\w\w"
)


class SourceError(Exception):
    """The file cannot be run; the text is a sentence for the student."""


def decode(data: bytes) -> str:
    """Decode a source file by Python's own rules, without parsing it.

    A byte order mark or a coding line in the first two lines names the encoding; otherwise it is
    UTF-8. All line ends become line feeds. SourceError for more than 1 MB, files of another kind,
    UTF-16, null bytes, and bytes that are not of the encoding.
    """
    if len(data) > MAX_BYTES:
        raise SourceError(f"The file is larger than {MAX_BYTES // 1000:,} kB.")
    for begin, kind in _NO_PROGRAM.items():
        if re.match(begin, data):
            raise SourceError(f"The file is {kind}, whatever its name says: submit a Python file.")
    if data.startswith(_UTF16):
        raise SourceError("The file is saved as UTF-16, which Python cannot run: save it as UTF-8.")
    if b"\0" in data:
        raise SourceError(
            "The file contains null bytes, so it is not a Python file "
            "(or it is saved as UTF-16): save it as UTF-8."
        )
    data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    marked = data.startswith(codecs.BOM_UTF8)
    data = data.removeprefix(codecs.BOM_UTF8)
    encoding = _declared(data)
    if marked and encoding not in ("", "utf-8"):
        raise SourceError(
            f"The file is saved as UTF-8, but its coding line says “{encoding}”: remove that line."
        )
    return _text(data, encoding or "utf-8")


def _declared(data: bytes) -> str:
    """The encoding that the first two lines name, "" if they name none."""
    for line in data.split(b"\n", 2)[:2]:
        if found := _COOKIE.match(line):
            return _known(found[1][:60].decode("ascii", "replace"))
        if not _BLANK.match(line):
            break
    return ""


def _known(name: str) -> str:
    plain = re.sub(r"[-. ]", "_", name.lower())
    if re.match(r"utf_8(_|$)", plain):  # also utf-8-unix and its like, which editors write
        return "utf-8"
    plain = re.sub(r"^(latin_1|iso_8859_1|iso_latin_1)_.*", "latin_1", plain)
    if _ENCODINGS.fullmatch(plain):
        with suppress(LookupError):
            return codecs.lookup(plain).name
    raise SourceError(
        f"The coding line names the encoding “{name[:30]}”, which cannot be used here: "
        "save the file as UTF-8 and remove that line."
    )


def _text(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as problem:
        line = data.count(b"\n", 0, problem.start) + 1
        raise SourceError(
            f"Line {line} has a character that is not {encoding.upper()}: save the file as UTF-8."
        ) from None


def parse(source: str, filename: str) -> tuple[ast.Module, list[int]]:
    """Parse the source; returns the tree and the lines with IPython's commands, which do nothing.

    SourceError with the line of a syntax error. Only for a process that may die, because a hostile
    source can crash the parser.
    """
    try:
        return _parsed(source, filename), []
    except SourceError:
        plain, commands = without_commands(source)
        if not commands:
            raise
        return _parsed(plain, filename), commands


def _parsed(source: str, filename: str) -> ast.Module:
    try:
        tree: ast.Module = compiled(source, filename, ast.PyCF_ONLY_AST)
        return tree
    except SyntaxError as problem:
        raise SourceError(_explain(problem, source)) from None


def compiled(program: str | ast.Module, filename: str, flags: int = 0) -> Any:
    """What ``compile`` makes of a program; SyntaxError, or SourceError for any other problem."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # such as for "\d" in a text
            return compile(program, filename, "exec", flags, dont_inherit=True)
    except (RecursionError, MemoryError):
        raise SourceError("The file is nested too deeply for Python to read it.") from None
    except (ValueError, OverflowError):
        raise SourceError(
            "The file is not a Python program: it holds something that Python cannot read."
        ) from None


def _explain(problem: SyntaxError, source: str) -> str:
    place = f" in {where(source, problem.lineno)}" if problem.lineno else ""
    if place and problem.offset:
        place += f", column {problem.offset}"
    text = (problem.text or "").strip()[:80]
    found = f"Syntax error{place}: {str(problem.msg)[:200]}" + (f" (“{text}”)." if text else ".")
    return found + hint((problem.text or "")[:500])
