"""Tables that people made: any spreadsheet's format is read, and faults have their line."""

import re
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.csvfile import MAX_LISTED, Faults, TableRow, delimiter_of, read
from autograder.errors import TableError
from tests.builders.files import written

COLUMNS = ("id", "name")


def table(folder: Path, content: str | bytes) -> Path:
    return written(folder / "table.csv", content)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_every_spreadsheet_is_read(
    tmp_path: Path, encoding: str, delimiter: str, newline: str
) -> None:
    """Encodings, delimiters and line ends of Excel, LibreOffice and plain editors."""
    lines = (f"ID{delimiter} Name ", f's1{delimiter}"Müller, Zoë; the 2nd"', "", f"s2{delimiter}x")
    content = (newline.join(lines) + newline).encode(encoding)
    assert read(table(tmp_path, content), COLUMNS) == [
        TableRow(2, {"id": "s1", "name": "Müller, Zoë; the 2nd"}),
        TableRow(4, {"id": "s2", "name": "x"}),
    ]


def test_lines_are_those_of_the_file(tmp_path: Path) -> None:
    """A line ``sep=;`` counts, and so do line breaks inside a cell."""
    path = table(tmp_path, 'sep=;\nid;name\n1;"two\nlines"\n2;b\n')
    assert [(row.line, row["id"]) for row in read(path, COLUMNS)] == [(3, "1"), (5, "2")]


def test_cells_that_a_spreadsheet_left_out_are_empty(tmp_path: Path) -> None:
    """Short rows, missing optional columns and empty rows with delimiters are not faults."""
    path = table(tmp_path, "id,name,more\n1\n,,\n2,b,c,,\n")
    rows = read(path, ("id",), ("name", "rest"), others=True)
    assert [(row["id"], row["name"], row["more"], row["rest"]) for row in rows] == [
        *(("1", "", "", ""), ("2", "b", "c", ""))
    ]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "is empty"),
        ("\n\n", "is empty"),
        ('""\n', "is empty"),
        ("id\n1\n", "the column “name” is missing. Its first line must name the columns: id, name"),
        ("a\n1\n", "the columns “id”, “name” are missing"),
        ("id,name,nam\n", "unknown column “nam”. Did you mean `name`?"),
        ("id,name,ID\n", "the column “id” occurs twice"),
        ("id,name\n1,a,b\n", "line 2: it has 3 cells and the header 2. Put quotation marks"),
        ('id,name\n1,"a\n', "line 2: unexpected end of data"),
        (b"PK\x03\x04rest", "is not a text file. Save it from the spreadsheet as CSV"),
        (b"id,name\n\x00\n", "is not a text file"),
        (b"id,name\n\x81\n", "is neither UTF-8 nor Windows-1252"),
    ],
)
def test_faults_are_sentences(tmp_path: Path, content: str | bytes, message: str) -> None:
    """Each fault of a file has a sentence that says what to do, and so has a missing one."""
    with pytest.raises(TableError, match=re.escape(message)):
        read(table(tmp_path, content), COLUMNS)
    with pytest.raises(TableError, match=r"none\.csv cannot be read: No such file"):
        read(tmp_path / "none.csv", COLUMNS)


def test_all_faults_are_listed_at_once(tmp_path: Path) -> None:
    """Up to a bound, so that a table can be fixed in one go."""
    faults = Faults(tmp_path / "a.csv")
    faults.raise_if_any()
    for line in range(2, MAX_LISTED + 5):
        faults.add(line, "no reason.")
    with pytest.raises(TableError) as caught:
        faults.raise_if_any()
    lines = str(caught.value).splitlines()
    assert (lines[1], lines[-1]) == ("  line 2: no reason.", "  and 3 more")


@given(st.binary(max_size=200))
def test_no_bytes_bring_a_traceback(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    """Any file is read or refused with a sentence."""
    path = table(tmp_path_factory.getbasetemp(), data)
    with suppress(TableError):
        read(path, ("a",), others=True)


def test_the_delimiter_is_the_most_frequent_in_the_header() -> None:
    """A comma in a German header does not make it comma-separated, nor do several in quotes."""
    assert delimiter_of('"Doe, Jane, ""J"", x";id\n1,2,3,4') == ";"
    assert delimiter_of("Nachname, Vorname;Matrikelnummer;Gruppe") == ";"
