"""Made-up gradebooks, as Canvas and Moodle export them, for the classes of ``downloads``."""

import codecs
import csv
import io
from collections.abc import Iterable, Sequence

from tests.builders.downloads import Student

CANVAS_COLUMN = "Back-propagation (8812)"
MOODLE_COLUMN = "Aufgabe: Back-propagation (Punkte)"


def canvas_gradebook(students: Iterable[Student]) -> bytes:
    """With a byte-order mark, commas, both rows above the students, and Canvas' test student.

    Every third student has no SIS User ID, every fifth no SIS Login ID.
    """
    header = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Quiz 1 (8801)"]
    rows: list[list[str]] = [
        [*header, CANVAS_COLUMN, "Assignments Current Points", "Current Score"],
        ["", "", "", "", "", "", "Manual Posting", "(read only)", "(read only)"],
        ["    Points Possible", "", "", "", "", "10", "100", "(read only)", "(read only)"],
    ]
    for place, one in enumerate(students):
        sis = one.id if place % 3 else ""
        login = one.login if place % 5 else ""
        quiz = f"{place % 11}.00"
        first, _, last = one.name.rpartition(" ")
        name = f"{last}, {first}"
        rows.append([name, str(one.number), sis, login, one.section, quiz, "", quiz, "70.1"])
    rows.append(["Student, Test", "99999", "", "4f2a", "A", "", "", "", ""])
    return codecs.BOM_UTF8 + _csv(rows, ",", "\n")


def moodle_gradebook(students: Iterable[Student]) -> bytes:
    """In German, with semicolons, decimal commas and Windows' line ends; "-" is no grade.

    Every third student has no id, so that the e-mail address has to do.
    """
    header = ["Vorname", "Nachname", "ID-Nummer", "Institution", "E-Mail-Adresse"]
    rows = [[*header, "Test: Quiz 1 (Punkte)", MOODLE_COLUMN, "Letzter Download"]]
    for place, one in enumerate(students):
        first, _, last = one.name.rpartition(" ")
        quiz = f"{place % 11},50"
        id_ = one.id if place % 3 else ""
        rows.append([first, last, id_, "Uni; Süd", one.email, quiz, "-", "1764500000"])
    return _csv(rows, ";", "\r\n")


def column(data: bytes, title: str) -> tuple[list[list[str]], list[str]]:
    """A gradebook's rows without one column, header included, and that column."""
    text = data.decode("utf-8-sig")
    delimiter = max(",;", key=text.partition("\n")[0].count)
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    place = rows[0].index(title)
    return [row[:place] + row[place + 1 :] for row in rows], [row[place] for row in rows]


def _csv(rows: Sequence[Sequence[str]], delimiter: str, end: str) -> bytes:
    stream = io.StringIO(newline="")
    csv.writer(stream, delimiter=delimiter, lineterminator=end).writerows(rows)
    return stream.getvalue().encode()
