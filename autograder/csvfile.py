"""Read a table that a person made, in any format that a spreadsheet writes.

Commas, semicolons or tabs; UTF-8 with or without a byte-order mark, UTF-16 (Excel's "Unicode
text"), else Windows-1252; an Excel line ``sep=;`` on top. One TableError lists all faulty lines, so
that they can be fixed at once.
"""

import codecs
import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from autograder.errors import TableError
from autograder.files import read_at_most
from autograder.text import at_most, did_you_mean

DELIMITERS = ",;\t"
MAX_BYTES = 20 << 20
MAX_HEADER = 1 << 20
MAX_LISTED = 12
"""Faults that are listed at once."""
_UTF16 = ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_BYTES = ((codecs.BOM_UTF8, "utf-8"), (b"", "utf-8"), (b"", "cp1252"))


@dataclass(frozen=True)
class TableRow:
    """One line of a table: its number in the file, and its cells by the names of the columns.

    ``fault`` says what is wrong with the line as a whole.
    """

    line: int
    cells: dict[str, str]
    fault: str = ""

    def __getitem__(self, column: str) -> str:
        """The cell without the space around it; "" where it is empty or the column is missing."""
        return self.cells.get(column, "")


@dataclass
class Faults:
    """Faults of a table, collected so that one error lists them all."""

    path: Path
    found: list[str] = field(default_factory=list)

    def add(self, line: int, sentence: str) -> None:
        """Add a fault: a sentence on what is wrong in a line, and what to do about it."""
        self.found.append(f"line {line}: {sentence}")

    def raise_if_any(self) -> None:
        """Raise a TableError if there are faults."""
        if not self.found:
            return
        if len(self.found) == 1:
            raise TableError(f"{self.path}, {self.found[0]}")
        raise TableError(f"{self.path}:\n  " + "\n  ".join(at_most(MAX_LISTED, self.found)))


def read(
    path: Path,
    required: Sequence[str],
    optional: Sequence[str] = (),
    *,
    others: bool = False,
    strict: bool = True,
) -> list[TableRow]:
    """Return the rows of a table with a header, without empty lines.

    Columns may be in any order and in capitals. Columns that are neither required nor optional are
    refused, since a misspelt one would be lost silently; with ``others`` they are kept, under their
    names in lower case. Rows with too many cells are refused too, unless ``strict`` is false: then
    they say so themselves.

    Raises:
        TableError: if the file cannot be read, or its header or rows are faulty.
    """
    table = Table.read(path)
    names = [name.strip().lower() for name in table.header]
    _check_header(path, names, required, optional, others)
    faults = Faults(path)
    rows = []
    for line, cells in table.rows:
        stripped = [cell.strip() for cell in cells]
        fault = ""
        if any(stripped[len(names) :]):
            fault = (
                f"it has {len(stripped)} cells and the header {len(names)}. Put quotation marks "
                "around text that has a comma or semicolon in it."
            )
            faults.add(line, fault)
        if any(stripped):
            rows.append(TableRow(line, dict(zip(names, stripped, strict=False)), fault))
    if strict:
        faults.raise_if_any()
    return rows


@dataclass(frozen=True)
class Table:
    """The header of a table, and its rows with the line in which each begins."""

    header: list[str]
    rows: list[tuple[int, list[str]]]

    @classmethod
    def read(cls, path: Path) -> "Table":
        """Read any table; TableError if there is none."""
        text, first = _without_sep(_read_text(path))
        source = io.StringIO(text, newline="")
        reader = csv.reader(source, delimiter=delimiter_of(text), strict=True)
        found: list[tuple[int, list[str]]] = []
        begins = first
        try:
            for cells in reader:
                if any(cell.strip() for cell in cells):
                    found.append((begins, cells))
                begins = first + reader.line_num
        except csv.Error as problem:
            raise TableError(
                f"{path}, line {begins}: {problem}. Is there a quotation mark that is never "
                "closed, or a single one inside a text?"
            ) from None
        if not found:
            raise TableError(f"{path} is empty: it needs a line with the names of its columns.")
        return cls(found[0][1], found[1:])


def _read_text(path: Path) -> str:
    """Return the text of a file in any of the encodings above.

    Raises:
        TableError: if it cannot be read, or is not a text file.
    """
    data = read_at_most(MAX_BYTES, path, TableError, "the right file")
    if is_binary(data):
        raise TableError(
            f"{path} is not a text file. Save it from the spreadsheet as CSV (“CSV UTF-8”)."
        )
    found = decode(data)
    if found is None:
        raise TableError(f"{path} is neither UTF-8 nor Windows-1252. Save it as “CSV UTF-8”.")
    return found.text


class Decoded(NamedTuple):
    """A text and its encoding; ``mark`` and the encoded text are the bytes of the file."""

    mark: bytes
    encoding: str
    text: str


def decode(data: bytes) -> Decoded | None:
    """Decode a file in any of the encodings above; None if it is in none of them."""
    marked = [pair for pair in _UTF16 if data.startswith(pair[0])]
    for mark, encoding in marked or _BYTES:
        if data.startswith(mark):
            try:
                return Decoded(mark, encoding, data[len(mark) :].decode(encoding))
            except UnicodeDecodeError:
                continue
    return None


def is_binary(data: bytes) -> bool:
    """Whether a file is not text, such as a workbook."""
    utf16 = any(data.startswith(mark) for mark, _ in _UTF16)
    return data.startswith(b"PK\x03\x04") or (b"\x00" in data and not utf16)


def _without_sep(text: str) -> tuple[str, int]:
    """The text without Excel's line ``sep=;``, and the number of its first line."""
    head, newline, rest = text.partition("\n")
    if newline and head.strip().lower()[:-1] == "sep=":
        return rest, 2
    return text, 1


def delimiter_of(text: str) -> str:
    """Return the delimiter that occurs most often in the header, outside quotes.

    The header is the first line that is not empty.
    """
    unquoted = re.sub(r'"[^"]*"', "quoted", text[:MAX_HEADER])
    header = next((line for line in unquoted.splitlines() if line.strip(DELIMITERS + " ")), "")
    return max(DELIMITERS, key=header.count)


def _check_header(
    path: Path, names: list[str], required: Sequence[str], optional: Sequence[str], others: bool
) -> None:
    known = [*required, *optional]
    wanted = f"Its first line must name the columns: {', '.join(required)}"
    wanted += f" (and optionally {', '.join(optional)})." if optional else "."
    for name in names:
        if name and names.count(name) > 1:
            raise TableError(f"{path}: the column “{name}” occurs twice. {wanted}")
    missing = [name for name in required if name not in names]
    unknown = [name for name in names if name and name not in known]
    if missing:
        names_missing = ", ".join(f"“{name}”" for name in missing)
        columns = "the column {} is" if len(missing) == 1 else "the columns {} are"
        raise TableError(f"{path}: {columns.format(names_missing)} missing. {wanted}")
    if unknown and not others:
        meant = did_you_mean(unknown[0], known)
        raise TableError(f"{path}: unknown column “{unknown[0]}”. {meant}{wanted}")
