"""The roster: all forms in which spreadsheets write it, and what is refused."""

import unicodedata
from pathlib import Path

import pytest

from autograder.course.roster import Person, name_keys, read
from autograder.errors import TableError
from tests.builders.downloads import made_class, roster_csv


def written(folder: Path, content: str) -> Path:
    path = folder / "roster.csv"
    path.write_text(content, encoding="utf-8")
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_made_up_class_is_read(tmp_path: Path, encoding: str, delimiter: str) -> None:
    """Accents, commas, quotes and semicolons come out as they went in."""
    students = made_class(40)
    path = tmp_path / "roster.csv"
    path.write_bytes(roster_csv(students, participant=True, delimiter=delimiter, encoding=encoding))
    assert [
        (one.id, one.name, one.email, one.login, one.section, one.participant)
        for one in read(path).people
    ] == [
        (one.id, one.name, one.email, one.login, one.section, str(one.number)) for one in students
    ]


def test_an_old_excel_is_read(tmp_path: Path) -> None:
    """Windows-1252 with semicolons; columns in any order, in capitals, and unknown ones."""
    path = tmp_path / "roster.csv"
    path.write_bytes("Campus;E-Mail;NAME;ID\r\nNord;zm@x.org;Zoë Müller;1\r\n".encode("cp1252"))
    assert read(path).people == (Person("1", "Zoë Müller", "zm@x.org", line=2),)


def test_a_participant_is_a_number(tmp_path: Path) -> None:
    """Also with the word that Moodle's grading worksheet puts before it, in any language."""
    path = written(tmp_path, "id,name,participant\n1,Ann,Teilnehmer/in 41\n2,Bo,42\n")
    assert [one.participant for one in read(path).people] == ["41", "42"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("name\nAnn\n", "the column “id” is missing"),
        ("id,name\n", "has no students: it needs a line for each"),
        ("id,name\n1,Ann\n,Bo\n", "line 3: the student “Bo” has no id. Fill it in."),
        ("id,name\n1,Ann\n2,Bo\n1,Cy\n", "line 4: the id “1” is also in line 2."),
        ("id,name\na b,Ann\nA_b,Bo\n", "line 3: the id “A_b” is also in line 2."),
        ("id,name,login\n1,A,x\n2,B,X\n", "line 3: the login “X” is also in line 2."),
        ("id,name,email\n1,A,x@y\n2,B,X@y\n", "line 3: the email “X@y” is also in line 2."),
    ],
)
def test_a_wrong_roster_is_refused(tmp_path: Path, content: str, message: str) -> None:
    """Each fault has its line and what to do."""
    with pytest.raises(TableError) as caught:
        read(written(tmp_path, content))
    assert message in str(caught.value)
    assert "roster.csv" in str(caught.value)


def test_a_repeated_line_is_one_fault(tmp_path: Path) -> None:
    """Its id, login and address are all the same, which is reported once."""
    rows = "s1,Ann,a@x.org,ann\ns1,Ann,a@x.org,ann\n"
    with pytest.raises(TableError) as caught:
        read(written(tmp_path, f"id,name,email,login\n{rows}"))
    assert str(caught.value).count("is also in line 2") == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Jane Doe", "Doe, Jane"),
        ("Jane Doe", "doejane"),
        ("JANE DOE", "jane_doe"),
        ("Zoë Müller", unicodedata.normalize("NFD", "Müller, Zoë")),
        ("José Núñez", "nunezjose"),
        ("Łukasz Żak-Nowak", "zaknowaklukasz"),
        ("Søren Ødegård", "odegardsoren"),
        ("Anne-Marie de la Cruz", "delacruzannemarie"),
        ("Anne-Marie de la Cruz", "cruzannemariedela"),
        ("Sam O'Neil, Jr.", "Sam ONeil, Jr."),
        ("Groß Ida", "ida gross"),
        ("李 小龍", "小龍李"),
    ],
)
def test_one_name_written_two_ways(one: str, other: str) -> None:
    """Case, accents in either form, signs and order do not matter."""
    assert name_keys(one) & name_keys(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("Jane Doe", "Jan Edoes"), ("Jane Doe", "Jane"), ("", ""), ("…", "!"), ("Ann", "Anna")],
)
def test_different_names(one: str, other: str) -> None:
    """Other letters are another name, and empty names are not equal."""
    assert not name_keys(one) & name_keys(other)
