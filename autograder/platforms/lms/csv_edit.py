"""Replace fields of a CSV file and keep every other byte.

``csv.writer`` would change quotes, line ends and encoding. Here each field has its place in the
text, and only that piece is replaced; the text of a field is what ``csv.reader`` reads there.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from autograder.csvfile import Decoded, decode, delimiter_of, is_binary
from autograder.errors import ExportError

_LINE_END = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True)
class Field:
    """The text of a field, and its place ``[start, end)`` in the file's text."""

    text: str
    start: int
    end: int


@dataclass(frozen=True)
class SheetRow:
    """The fields of a row, and the line on which it begins, counted from 1."""

    line: int
    fields: tuple[Field, ...]


@dataclass(frozen=True)
class Sheet:
    """A table whose first row is the header; blank lines are not rows."""

    name: str
    source: Decoded
    delimiter: str
    rows: tuple[SheetRow, ...]

    @classmethod
    def read(cls, data: bytes, name: str) -> "Sheet":
        """Read a CSV file; ``name`` is its name in messages.

        Raises:
            ExportError: where it is not a table, or not in UTF-8, UTF-16 or Windows-1252.
        """
        found = decode(data)
        if is_binary(data) or (found and "\0" in found.text):
            raise ExportError(
                f"{name} is not a CSV file. Export the gradebook as CSV, and use that file."
            )
        if found is None:
            raise ExportError(
                f"{name} is not in UTF-8. Save it as “CSV UTF-8”, or export it again."
            )
        if not found.text.strip():
            raise ExportError(f"{name} is empty. Export the gradebook again.")
        delimiter = delimiter_of(found.text)
        rows = tuple(_rows(found.text, delimiter, name))
        if len(rows[0].fields) < 2:
            raise ExportError(
                f"{name} has only one column, “{rows[0].fields[0].text[:40]}”; fields must be "
                "separated by commas, semicolons or tabs. Export the gradebook as CSV."
            )
        return cls(name, found, delimiter, rows)

    @property
    def header(self) -> tuple[str, ...]:
        """The titles of the columns."""
        return tuple(field.text for field in self.rows[0].fields)

    def cell(self, row: int, column: int) -> str:
        """The text of a field without the space around it; "" where the row has no such field."""
        fields = self.rows[row].fields
        return fields[column].text.strip() if column < len(fields) else ""

    def replaced(self, values: Mapping[tuple[int, int], str]) -> bytes:
        """The file with new values at (row, column), both counted from 0."""
        text, pieces, position = self.source.text, [], 0
        for (row, column), value in sorted(values.items()):
            field = self.rows[row].fields[column]
            quoted = text.startswith('"', field.start)
            if quoted or any(sign in value for sign in (self.delimiter, '"', "\r", "\n")):
                value = '"' + value.replace('"', '""') + '"'
            pieces += [text[position : field.start], value]
            position = field.end
        new = "".join([*pieces, text[position:]])
        return self.source.mark + new.encode(self.source.encoding)


def _rows(text: str, delimiter: str, name: str) -> Iterator[SheetRow]:
    # One field: the text in its quotes, if any, and the text behind them.
    pattern = re.compile(rf'(?:"((?:[^"]|"")*+)"|(?!"))([^{delimiter}\r\n]*)')
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
                    "export the gradebook again."
                )
            inside, rest = match.groups()
            value = rest if inside is None else inside.replace('""', '"') + rest
            fields.append(Field(value, position, match.end()))
            position = match.end()
            if not text.startswith(delimiter, position):
                break
            position += 1
        yield SheetRow(line, tuple(fields))
        if end := _LINE_END.match(text, position):
            position = end.end()
        line += len(_LINE_END.findall(text, start, position))
