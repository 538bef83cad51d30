"""Grades in exported gradebooks: the right rows, the right column, no guessing."""

import re
from dataclasses import replace

import pytest

from autograder.errors import ExportError
from autograder.platforms.lms import canvas, moodle
from autograder.platforms.lms.csv_edit import Sheet
from autograder.platforms.lms.fill import OPENING, Filled, fill
from autograder.platforms.lms.rows import StudentGrade

CANVAS = '''\
Student,ID,SIS User ID,SIS Login ID,Section,Homework 4 (11),Back-propagation (12),Current Score
,,,,,Manual Posting,,(read only)
    Points Possible,,,,,10,100.00,(read only)
"Doe, Jane",501,s1,jane,"A, evening",7,,70
"Doe, Jane",502,s2,jdoe2,B,8,70.00,80
"Núñez, José",503,s3,JOSE@example.org,A,,EX,
"Müller, ""Zoë""",504,s4,zoe,A,"9,5",12.5,
"Student, Test",599,,abcdef,A,,,
'''
JANE = StudentGrade("jane", "Jane Doe", id="s1", points=93.0)
OTHER_JANE = StudentGrade("jane-2", "Jane Doe", number="502", points=70.0)
JOSE = StudentGrade("jose", "José Núñez", email="jose@example.org", points=55.0)
ZOE = StudentGrade("zoe", "Zoë Müller", id="s4", login="zoe", points=65.754)

MOODLE = """\
Vorname;Nachname;ID-Nummer;Institution;E-Mail-Adresse;"Aufgabe: Netz (Punkte)";\
"Aufgabe: Netz (Feedback)";"Kurs gesamt (Punkte)";"Letzter Download"
Jane;Doe;s1;;jane@example.org;-;;12,00;1764500000
José;Núñez;;;jose@example.org;44,00;"Gut; sehr gut";3,50;1764500000
"""


STRANGER = StudentGrade("max", "Max Muster", id="s9", login="max", points=3.0)


def in_canvas(text: str, *grades: StudentGrade, title: str = "Back-propagation") -> Filled:
    sheet = Sheet.read(text.encode(), "theirs.csv")
    return fill(sheet, canvas.columns(sheet, title), grades)


def in_moodle(text: str, *grades: StudentGrade, title: str = "Aufgabe: Netz (Punkte)") -> Filled:
    sheet = Sheet.read(text.encode(), "theirs.csv")
    ids = [claim.id for claim in grades]
    return fill(sheet, moodle.columns(sheet, title, ids=ids), grades)


@pytest.mark.parametrize("title", ["Back-propagation", "back-propagation  (12)"])
def test_canvas_gets_its_column(title: str) -> None:
    """By id, number, e-mail and login, in two decimals at most; an equal grade keeps its form."""
    filled = in_canvas(CANVAS, JANE, OTHER_JANE, ZOE, title=title)
    expected = CANVAS.replace('evening",7,,70', 'evening",7,93,70').replace("12.5", "65.75")
    assert filled.data.decode() == expected
    assert (filled.new, filled.same) == (2, 1)
    assert filled.changed == ['Müller, "Zoë" (line 7): 12.5 -> 65.75']
    assert filled.without == ["Núñez, José (line 6)", "Student, Test (line 8)"]
    assert filled.column == "Back-propagation (12)"
    assert filled.keys == ("ID", "SIS User ID", "SIS Login ID")
    assert not filled.needs_attention


def test_canvas_may_split_names() -> None:
    """First and last name may have their own columns."""
    text = "LastName,FirstName,ID,Section,Net (1)\nDoe,Jane,501,A,\nRoe,Jim,502,A,\n"
    filled = in_canvas(
        text, StudentGrade("jane", "Jane Doe", number="501", points=1.0), title="Net"
    )
    assert filled.data.decode() == text.replace("501,A,", "501,A,1")
    assert filled.without == ["Roe Jim (line 3)"]
    assert not filled.renamed


@pytest.mark.parametrize(
    ("grade", "listed", "line"),
    [
        (JOSE, "kept", "Núñez, José (line 6): EX"),
        (STRANGER, "unmatched", "max (Max Muster, s9)"),
        # Canvas' letters for anonymous grading are not a user's number, nor an empty one.
        (replace(STRANGER, id="", login="", number="aBcDe"), "unmatched",
            "max (Max Muster, aBcDe)"),
        (replace(ZOE, points=None, why="report not marked"), "incomplete",
            "zoe (Zoë Müller, s4): report not marked"),
    ],
    ids=["excused", "not in it", "anonymous", "incomplete"],
)  # fmt: skip
def test_a_grade_that_is_not_filled_in_is_listed(
    grade: StudentGrade, listed: str, line: str
) -> None:
    """With everything that is known about the student, and no field changes."""
    text = CANVAS.replace(",504,s4,zoe", ",,s4,zoe")
    filled = in_canvas(text, grade, OTHER_JANE)
    assert getattr(filled, listed) == [line]
    assert filled.data.decode() == text
    assert filled.needs_attention


def test_another_name_is_reported() -> None:
    """If the id fits but the name differs, the grade is filled in and listed for a check."""
    filled = in_canvas(CANVAS, replace(JANE, name="Max Muster"))
    assert filled.new == 1
    assert filled.renamed == ["jane (Max Muster, s1) is Doe, Jane (line 4)"]
    for name in ("doejane", "Jane Smith-Doe", "JANE", ""):
        assert in_canvas(CANVAS, replace(JANE, name=name)).renamed == []


@pytest.mark.parametrize(
    ("text", "grades", "title", "message"),
    [
        (CANVAS, [JANE], "Backprop", "no assignment called “Backprop”.*“Back-propagation (12)”"),
        (CANVAS, [JANE], "Section", "no assignment called"),
        (CANVAS.replace("Homework 4 (11)", "Back-propagation (11)"), [JANE], "Back-propagation",
            "2 columns.*“Back-propagation (11)”, “Back-propagation (12)”.*--column"),
        (CANVAS.replace("Homework 4 (11)", "Back-propagation (12)"), [JANE],
            "Back-propagation (12)", "2 columns.*rename one"),
        (CANVAS.replace("502,s2", "502,s1"), [ZOE], "Back-propagation",
            "“SIS User ID”.*s1: Doe, Jane (line 4) and Doe, Jane (line 5)"),
        (CANVAS, [JANE, StudentGrade("again", "Jane Doe", number="501", points=1.0)],
            "Back-propagation", "line 4): jane (Jane Doe, s1) and again (Jane Doe, 501)"),
        (CANVAS, [replace(JANE, login="jdoe2")], "Back-propagation",
            "more than one row fits.*by id “s1” .*line 4.* by login “jdoe2” .*line 5.*--id-column"),
        (CANVAS.replace("zoe", "jane"),
            [StudentGrade("jane", "Jane Doe", login="jane", points=1.0)], "Back-propagation",
            "by login “jane” Doe, Jane (line 4) and Müller"),
        (CANVAS.replace("12.5", "A-"), [JANE], "Back-propagation", "“A-” for Müller.*not a number"),
        (CANVAS.replace('"A, evening"', "A, evening"), [JANE], "Back-propagation", "line 4: .* 9"),
        (CANVAS.replace("ID,SIS", "Nr,SIS"), [JANE], "Back-propagation", "“ID”.*Gradebook, Export"),
        (CANVAS.replace("Current Score", "Current Score (13)"), [JANE], "Current Score",
            "Canvas calculates the column"),
        (CANVAS, [STRANGER], "Back-propagation",
            "no graded student .*by ID, .*: max (Max Muster, s9)\n.*roster"),
    ],
)  # fmt: skip
def test_canvas_ambiguities_are_refused(
    text: str, grades: list[StudentGrade], title: str, message: str
) -> None:
    """Each message names the file, what is ambiguous, and what to do."""
    with pytest.raises(ExportError) as problem:
        in_canvas(text, *grades, title=title)
    assert str(problem.value).startswith("theirs.csv")
    pattern = re.sub(r"[()]", r"\\\g<0>", message)
    assert re.search(pattern, str(problem.value), re.DOTALL), str(problem.value)


def test_moodle_gets_its_column() -> None:
    """By id and e-mail, in the language and with the decimal sign of the file."""
    grades = [
        StudentGrade("jane", "Jane Doe", id="s1", points=93.25),
        StudentGrade("jose", "José Núñez", id="s3", email="Jose@example.org", points=65.7),
    ]
    filled = in_moodle(MOODLE, *grades)
    expected = MOODLE.replace(".org;-;", ".org;93,25;").replace("44,00", "65,7")
    assert filled.data.decode() == expected
    assert filled.changed == ["José Núñez (line 3): 44,00 -> 65,7"]
    assert filled.keys == ("ID-Nummer", "E-Mail-Adresse")


@pytest.mark.parametrize("title", ["Netz", "Aufgabe: Netz", "aufgabe:  netz"])
def test_moodle_lists_the_columns_that_fit(title: str) -> None:
    """Points and feedback of an assignment are two columns; a title that fits both is ambiguous."""
    with pytest.raises(ExportError, match=r"2 columns .*Punkte.*Feedback.*--column"):
        in_moodle(MOODLE, JANE, title=title)
    alone = MOODLE.replace(' (Feedback)"', ' andere"')
    assert in_moodle(alone, JANE, title=title).new == 1


@pytest.mark.parametrize(
    "header",
    [
        "First name,Surname,ID number,Email address,Assignment: Net (Real)",
        "Vorname,Nachname,ID-Nummer,E-Mail-Adresse,Aufgabe: Net (Punkte)",
        "Prénom,Nom,Numéro d'identification,Adresse de courriel,Devoir\xa0: Net (Réel)",
        "Nombre,Apellido(s),Número de ID,Dirección de correo,Tarea: Net (Real)",
        "Nome,Cognome,Codice identificativo,Indirizzo email,Compito: Net (Reale)",
        "Voornaam,Achternaam,ID-nummer,E-mailadres,Opdracht: Net (Score)",
        "Nome,Sobrenome,Número de identificação,Email,Tarefa: Net (Real)",
        "Ad,Soyad,Numara,E-posta,Ödev: Net (Gerçek)",
    ],
)
def test_moodle_in_many_languages(header: str) -> None:
    """Titles of common languages are known; other columns are recognised by their content."""
    text = f"{header}\nJane,Doe,s1,jane@example.org,-\nJim,Roe,s2,jim@example.org,-\n"
    filled = in_moodle(text, JANE, StudentGrade("jim", "Jim Roe", id="s2", points=1.5), title="Net")
    assert filled.data.decode() == text.replace("org,-", "org,93", 1).replace("org,-", "org,1.5")
    assert len(filled.keys) == 2


WORKSHEET = (
    "\ufeffIdentifier,Full name,Email address,Status,Grade,Maximum Grade,"
    "Grade can be changed,Feedback comments\n"
    'Participant 4711,Jane Doe,,"Submitted, not graded",,100.00,Yes,\n'
    'Participant 4712,Jane Doe,,"Submitted, not graded",,100.00,Yes,\n'
    "Participant 4713,Jim Roe,,Graded,55.00,100.00,No,\n"
    "Participant 4714,Joe Poe,,Graded,56.00,100.00,No,Come and see me.\n"
)
GERMAN = {
    "Identifier": "ID",
    "Participant": "Teilnehmer/in",
    "Maximum Grade": "Bestwertung",
    "Grade can be changed": "Bewertung kann geändert werden",
    ",Grade,": ",Bewertung,",
    ",Yes,": ",Ja,",
    ",No,": ",Nein,",
}


@pytest.mark.parametrize("translation", [{}, GERMAN])
def test_moodles_worksheet(translation: dict[str, str]) -> None:
    """Its grade needs no title in any language, participants are found by number, locked rows and
    the maximum are known, and a comment of a person stays.
    """
    text = WORKSHEET
    for english, other in translation.items():
        text = text.replace(english, other)
    grades = [
        StudentGrade("a", "Jane Doe", number="4712", points=12.0, comment=f"{OPENING}1<br>Ok"),
        StudentGrade("b", "Jane Doe", number="4711", points=8.0, comment=f"{OPENING}2"),
        StudentGrade("c", "Jim Roe", number="4713", points=50.0, comment=f"{OPENING}3"),
        StudentGrade("d", "Joe Poe", number="4714", points=56.0, comment=f"{OPENING}4"),
    ]
    sheet = Sheet.read(text.encode(), "theirs.csv")
    place = moodle.worksheet_grade(sheet)
    assert place == 4
    columns = moodle.columns(sheet, sheet.header[place])
    assert (columns.grade, columns.possible, columns.changeable) == (4, 100, 6)
    filled = fill(sheet, replace(columns, comment=7), grades)
    yes = translation.get(",Yes,", ",Yes,")
    expected = text.replace(f'd",,100.00{yes}', f'd",8,100.00{yes}{OPENING}2', 1)
    expected = expected.replace(f'd",,100.00{yes}', f'd",12,100.00{yes}{OPENING}1<br>Ok', 1)
    assert filled.data.decode() == expected
    assert filled.locked == ["Jim Roe (line 4)"]
    assert filled.commented == ["Joe Poe (line 5)"]
    assert (filled.new, filled.same, filled.comments) == (2, 1, 2)
    assert filled.needs_attention
    again = fill(Sheet.read(filled.data, "again.csv"), replace(columns, comment=7), grades)
    assert (again.new, again.comments) == (0, 0)
    assert "the platform has 100 points" in " ".join(filled.lines(columns.possible, 80))


def test_moodle_without_ids_is_refused() -> None:
    """If no column with ids or e-mail addresses is recognised, the titles are listed."""
    text = "Ad,Soyad,Numara,Net\nJane,Doe,17,-\n"
    with pytest.raises(ExportError, match=r"--id-column.*“Numara”"):
        in_moodle(text, JANE, title="Net")
    sheet = Sheet.read(text.encode(), "theirs.csv")
    columns = moodle.columns(sheet, "Net", id_column="numara")
    assert fill(sheet, columns, [replace(JANE, id="17")]).new == 1


def test_percentages_are_no_points() -> None:
    """A column in percent is refused, and the message says what to export instead."""
    with pytest.raises(ExportError, match=r"“44.00 %” for José Núñez.*Real"):
        in_moodle(MOODLE.replace("44,00", "44.00 %"), JANE)
