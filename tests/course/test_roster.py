"""The roster: all forms in which spreadsheets write it, and what is refused."""

import unicodedata
from pathlib import Path

import pytest

from autograder.course.roster import Person, name_keys, read
from autograder.errors import TableError
from tests.builders.downloads import made_class, roster_csv
from tests.builders.files import written


def people(folder: Path, content: str | bytes) -> tuple[Person, ...]:
    """The people in a roster with this content."""
    return read(written(folder / "roster.csv", content)).people


def test_a_made_up_class_is_read(tmp_path: Path) -> None:
    """Accents, commas, quotes and semicolons come out as they went in."""
    students = made_class(40)
    content = roster_csv(students, participant=True, delimiter=";", encoding="utf-16")
    assert people(tmp_path, content) == tuple(
        Person(one.id, one.name, one.email, one.login, one.section, str(one.number), line)
        for line, one in enumerate(students, 2)
    )


@pytest.mark.parametrize(
    ("text", "person"),
    [
        (
            "identifier,github_username,github_id,name\nann@x.org,ann-lee,7,Ann Lee\n",
            ("ann@x.org", "Ann Lee", "ann-lee", ""),
        ),
        (
            "Student,ID,SIS User ID,SIS Login ID,Section,Lab (1)\n,,,,,Manual Posting\n"
            '"    Points Possible",,,,,80\n"Lee, Ann",31,s1,alee,A,5\n"Student, Test",32,,x,A,\n',
            ("s1", "Lee, Ann", "alee", "31"),
        ),
        ("Student,ID,Section\nAnn,31,A\n", ("31", "Ann", "31", "31")),
        ("id,name,participant\ns1,Ann,Teilnehmer/in 41\n", ("s1", "Ann", "", "41")),
        ("id,name,participant\ns1,Ann,参与者4711\n", ("s1", "Ann", "", "4711")),
        ("id,name,participant\ns1,Ann,Teilnehmer4711\n", ("s1", "Ann", "", "4711")),
        ("id,name,participant\ns1,Ann,aB3d7\n", ("s1", "Ann", "", "aB3d7")),
    ],
)
def test_rosters_of_other_systems(tmp_path: Path, text: str, person: tuple[str, ...]) -> None:
    """GitHub Classroom's roster, Canvas' gradebook and Moodle's participants are read as given."""
    (ann,) = people(tmp_path, text)
    assert (ann.id, ann.name, ann.login, ann.participant) == person


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
        ("id,name,email,login\n1,A,x@y,x\n1,A,x@y,x\n", "is also in line 2"),
    ],
)
def test_a_wrong_roster_is_refused(tmp_path: Path, content: str, message: str) -> None:
    """Each fault has its line and what to do; a repeated line is one fault."""
    with pytest.raises(TableError, match=r"roster\.csv") as caught:
        people(tmp_path, content)
    assert str(caught.value).count(message) == 1


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


@pytest.mark.parametrize("other", ["Jan Edoes", "Jane", "", "…", "Jane Does"])
def test_different_names(other: str) -> None:
    """Other letters are another name, and empty names are not equal."""
    assert not name_keys("Jane Doe") & name_keys(other)
    assert not name_keys("") & name_keys(other)
