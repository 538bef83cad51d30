"""Replacing fields of a CSV file: all other bytes stay."""

import codecs
import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.errors import ExportError
from autograder.platforms.lms.csv_edit import Sheet

DELIMITERS = st.sampled_from([",", ";", "\t"])
ENDINGS = st.sampled_from(["\n", "\r\n", "\r"])
ENCODINGS = st.sampled_from(["utf-8", "utf-8-sig", "utf-16-le", "utf-16-be"])
MARKS = {"utf-16-le": codecs.BOM_UTF16_LE, "utf-16-be": codecs.BOM_UTF16_BE}
VALUES = st.text(st.sampled_from("aé ö“1.,;\t\"'\n\r☃"), max_size=6)


@st.composite
def pieces(draw: st.DrawFn) -> tuple[str, list[list[str]], str]:
    """A delimiter, fields as written in a file, and the line end."""
    delimiter = draw(DELIMITERS)
    width = draw(st.integers(2, 4))

    def as_written(value: str) -> str:
        plain = not set(value) & {delimiter, "\n", "\r"} and not value.startswith('"')
        if plain and draw(st.booleans()):
            return value
        after = draw(st.sampled_from(["", "", "x", 'x"y']))
        return '"' + value.replace('"', '""') + '"' + after

    header = [f"h{column}" for column in range(width)]
    rows = [[as_written(draw(VALUES)) for _ in header] for _ in range(draw(st.integers(1, 3)))]
    return delimiter, [header, *rows], draw(ENDINGS)


def written(value: str, delimiter: str, old: str) -> str:
    """In quotes if the old field was, or if it must be."""
    if old.startswith('"') or set(value) & {delimiter, '"', "\n"}:
        return '"' + value.replace('"', '""') + '"'
    return value


@given(pieces(), ENCODINGS, st.data())
def test_only_the_replaced_fields_change(
    file: tuple[str, list[list[str]], str], encoding: str, data: st.DataObject
) -> None:
    """Every other byte stays, also if none is replaced, and Python's reader finds the values."""
    delimiter, rows, ending = file
    end = data.draw(st.sampled_from(["", ending, ending * 2]))
    all_places = [(row, column) for row in range(len(rows)) for column in range(len(rows[0]))]
    places = sorted(data.draw(st.sets(st.sampled_from(all_places))))
    value = data.draw(st.sampled_from(["", "7", "93.5", "93,5", 'a"b', "x;y", "two\nlines"]))

    def text() -> str:
        return ending.join(map(delimiter.join, rows)) + end

    def encoded() -> bytes:
        return MARKS.get(encoding, b"") + text().encode(encoding)

    def values() -> list[list[str]]:
        found = csv.reader(io.StringIO(text(), newline=""), delimiter=delimiter)
        return [row for row in found if row]

    sheet = Sheet.read(encoded(), "theirs.csv")
    expected = values()
    assert [[field.text for field in row.fields] for row in sheet.rows] == expected
    for row, column in places:
        rows[row][column] = written(value, delimiter, rows[row][column])
        expected[row][column] = value
    assert sheet.replaced(dict.fromkeys(places, value)) == encoded()
    assert values() == expected


def test_lines_are_those_of_an_editor() -> None:
    """Rows have the right line numbers, also after line breaks inside quotes."""
    sheet = Sheet.read(b'a,b\r\n\r\n"x\r\ny",2\r\n3,4', "theirs.csv")
    assert [row.line for row in sheet.rows] == [1, 3, 5]


def test_a_file_of_an_old_spreadsheet_is_read() -> None:
    """Windows-1252 is kept byte for byte, too."""
    data = "Prénom;Note\r\nAnaïs;3\r\n".encode("cp1252")
    sheet = Sheet.read(data, "theirs.csv")
    assert sheet.rows[0].fields[0].text == "Prénom"
    assert sheet.replaced({(1, 1): "4"}) == data.replace(b";3", b";4")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "is empty"),
        (b"\n\n", "is empty"),
        (b"PK\x03\x04 a,b", "is not a CSV file"),
        (b"a\x00,b\x00", "is not a CSV file"),
        (b'a,b\n1,"2\n3,4\n', "line 2"),
        (b"one column\n1\n", "one column"),
        (b"a,b\n\x81\x8d,1\n", "UTF-8"),
        (codecs.BOM_UTF16_LE + b"a", "UTF-8"),
    ],
)
def test_other_files_are_refused(data: bytes, message: str) -> None:
    """The message names the file and the reason."""
    with pytest.raises(ExportError, match=r"^theirs\.csv ") as problem:
        Sheet.read(data, "theirs.csv")
    assert message in str(problem.value)
