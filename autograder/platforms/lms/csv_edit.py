"""Edit fields of somebody else's CSV file; everything else keeps every byte.

``csv.writer`` would choose quotes, line ends and encoding anew. Here each field knows where it
stands in the text, and only that piece is exchanged; what a field says is what ``csv.reader``
reads there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from autograder.csvfile import decode, delimiter_of, is_binary
from autograder.errors import ExportError

_LINE_END = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True)
class Field:
    """What a field says, and the piece ``[start, end)`` of the text that it is written in."""

    text: str
    start: int
    end: int
    quoted: bool


@dataclass(frozen=True)
class SheetRow:
    """The fields of a row, and the line of the file that it begins on, counted from 1."""

    line: int
    fields: tuple[Field, ...]


@dataclass(frozen=True)
class Sheet:
    """A table with at least a header, which is the first row; blank lines are in no row."""

    name: str
    mark: bytes
    encoding: str
    text: str
    delimiter: str
    rows: tuple[SheetRow, ...]

    @classmethod
    def read(cls, data: bytes, name: str) -> Sheet:
        """Read a CSV file; ``name`` is what messages call it.

        Raises:
            ExportError: where it is no table, or not in UTF-8, UTF-16 or Windows' own encoding.
        """
        found = decode(data)
        if is_binary(data) or (found and "\0" in found.text):
            raise ExportError(
                f"{name} is no CSV file. Export the gradebook as CSV, and give that file."
            )
        if found is None:
            raise ExportError(
                f"{name} is not in UTF-8. Save it as “CSV UTF-8”, or export it once more."
            )
        mark, encoding, text = found
        if not text.strip():
            raise ExportError(f"{name} is empty. Export the gradebook once more.")
        delimiter = delimiter_of(text)
        rows = tuple(_rows(text, delimiter, name))
        if len(rows[0].fields) < 2:
            raise ExportError(
                f"{name} has only one column, “{rows[0].fields[0].text[:40]}”; its fields must be "
                "divided by commas, semicolons or tabs. Export the gradebook as CSV."
            )
        return cls(name, mark, encoding, text, delimiter, rows)

    @property
    def header(self) -> tuple[str, ...]:
        """The titles of the columns."""
        return tuple(field.text for field in self.rows[0].fields)

    def replaced(self, values: Mapping[tuple[int, int], str]) -> bytes:
        """The file with new values at (row, column), both counted from 0."""
        pieces, position = [], 0
        for (row, column), value in sorted(values.items()):
            field = self.rows[row].fields[column]
            pieces += [self.text[position : field.start], self._written(value, field.quoted)]
            position = field.end
        text = "".join([*pieces, self.text[position:]])
        return self.mark + text.encode(self.encoding)

    def _written(self, value: str, quoted: bool) -> str:
        if quoted or any(sign in value for sign in (self.delimiter, '"', "\r", "\n")):
            return '"' + value.replace('"', '""') + '"'
        return value


def _rows(text: str, delimiter: str, name: str) -> Iterator[SheetRow]:
    pattern = _field(delimiter)
    position, line = 0, 1
    while position < len(text):
        if blank := _LINE_END.match(text, position):
            position, line = blank.end(), line + 1
            continue
        fields: list[Field] = []
        start = position
        while True:
            match = pattern.match(text, position)
            if match is None:
                at = line + len(_LINE_END.findall(text, start, position))
                raise ExportError(
                    f"{name} has a quotation mark in line {at} that is never closed. Close it, or "
                    "export the gradebook once more."
                )
            inside, rest = match.groups()
            said = rest if inside is None else inside.replace('""', '"') + rest
            fields.append(Field(said, position, match.end(), inside is not None))
            position = match.end()
            if not text.startswith(delimiter, position):
                break
            position += 1
        yield SheetRow(line, tuple(fields))
        if end := _LINE_END.match(text, position):
            position = end.end()
        line += len(_LINE_END.findall(text, start, position))


@lru_cache
def _field(delimiter: str) -> re.Pattern[str]:
    """One field: what is in its quotes, if it begins with one, and what stands behind them."""
    return re.compile(rf'(?:"((?:[^"]|"")*+)"|(?!"))([^{delimiter}\r\n]*)')
