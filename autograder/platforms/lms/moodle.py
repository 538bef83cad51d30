"""Find the columns in a gradebook or a grading worksheet exported from Moodle.

The titles are in the site's language. Columns of e-mail addresses are recognised by the @; the
other titles are known for some languages. For other languages there are ``--id-column`` and
``--column``.
"""

import re
from collections.abc import Iterable

from autograder.errors import ExportError
from autograder.platforms.lms.columns import Columns, chosen, place_of, plain_title
from autograder.platforms.lms.csv_edit import Sheet
from autograder.platforms.lms.rows import EMPTY, NUMBER
from autograder.text import shown

_ID = {
    *("id number", "idnumber", "id-nummer", "idnummer", "matrikelnummer", "codice identificativo"),
    *("numéro d'identification", "numéro d’identification", "número de id"),
    *("número de identificación", "número de identificação"),
}
_LOGIN = {
    *("username", "anmeldename", "nom d'utilisateur", "nom d’utilisateur", "nombre de usuario"),
    *("nome utente", "gebruikersnaam", "nome de usuário", "brukernavn", "användarnamn"),
}
_NAME = {
    *("first name", "last name", "surname", "full name", "vorname", "nachname"),
    *("vollständiger name", "prénom", "nom", "nom de famille", "nom complet", "nombre"),
    *("apellido(s)", "apellidos", "nombre completo", "nome", "cognome", "nome completo"),
    *("sobrenome", "apelido", "voornaam", "achternaam", "volledige naam", "fornavn", "etternavn"),
    *("efternavn", "förnamn", "efternamn"),
}
_PARTICIPANT = re.compile(r"([^\W\d_][^\d]{3,}|[^\W\d_a-zA-Z]{2,})\d+")
"""The first column of a grading worksheet: a word and the participant's number.

The Chinese word has three letters, and no space behind it.
"""
_DISPLAY = re.compile(r"(.*\S)\s*\([^()]*\)", re.DOTALL)
_MODULE = re.compile(r"[^:]{1,40}:\s*(.*\S)", re.DOTALL)


def columns(
    sheet: Sheet, title: str, id_column: str | None = None, ids: Iterable[str] = ()
) -> Columns:
    """Find the columns; ``title`` is an assignment's, with or without Moodle's additions: the
    module in front and the kind of display at the end.

    ``ids`` are the students' ids: a column without a known title is recognised by them.

    Raises:
        ExportError: where no column identifies students, or no title or several fit.
    """
    header = [plain_title(text) for text in sheet.header]
    emails = tuple(place for place in range(len(header)) if _all_emails(_column(sheet, place)))
    logins = tuple(place for place, name in enumerate(header) if name in _LOGIN)
    names = tuple(place for place, name in enumerate(header) if name in _NAME)
    numbers = (0,) if _all_participants(_column(sheet, 0)) else ()
    if id_column is None:
        known = tuple(place for place, name in enumerate(header) if name in _ID)
        known = known or _by_content(sheet, set(ids))
    else:
        known = (place_of(sheet, id_column),)
    keys = {"number": numbers, "id": known, "login": logins, "email": emails}
    people = {*numbers, *known, *logins, *emails, *names}
    if not people - set(names):
        if {"student", "id", "section"} <= set(header):
            raise ExportError(
                f"{sheet.name} is not a gradebook of Moodle, but of Canvas: use `autograder export "
                "canvas`."
            )
        titles = ", ".join(f"“{shown(text)}”" for text in sheet.header[:12])
        raise ExportError(
            f"{sheet.name}: no column has e-mail addresses or a known title for ids. Say with "
            f"--id-column which column has the ids of your roster: {titles}."
        )
    whole = {place: text for place, text in enumerate(sheet.header) if place not in people}
    shorter = {place: _within(_DISPLAY, text) for place, text in whole.items()}
    shortest = {place: _within(_MODULE, text) for place, text in shorter.items()}
    grade = chosen(sheet, title, [whole, shorter, shortest], "assignment")
    if grade != worksheet_grade(sheet):
        return Columns(grade, keys, names)
    possible = float(_column(sheet, grade + 1)[0].replace(",", "."))
    after = _column(sheet, grade + 2)
    words = 0 < len(set(after)) <= 2 and not any(map(NUMBER.fullmatch, after))
    return Columns(grade, keys, names, possible, grade + 2 if words else None)


def worksheet_grade(sheet: Sheet) -> int | None:
    """The column of the grade in a grading worksheet, in any language; None in other tables.

    It is the one before that of the maximum, which is the same number for all students.
    """
    if not _all_participants(_column(sheet, 0)):
        return None
    for place in range(1, len(sheet.header) - 1):
        grades, most = _column(sheet, place), _column(sheet, place + 1)
        given = all(one in EMPTY or NUMBER.fullmatch(one) for one in grades)
        if given and len(set(most)) == 1 and NUMBER.fullmatch(most[0]):
            return place
    return None


def _column(sheet: Sheet, place: int) -> list[str]:
    """The fields of a column, without its title and empty fields."""
    return [text for row in range(1, len(sheet.rows)) if (text := sheet.cell(row, place))]


def _all_emails(values: list[str]) -> bool:
    return bool(values) and all(re.fullmatch(r"[^@\s]+@[^@\s]+", value) for value in values)


def _all_participants(values: list[str]) -> bool:
    matches = [_PARTICIPANT.fullmatch(value) for value in values]
    return all(matches) and len({match[1] for match in matches if match}) == 1


def _by_content(sheet: Sheet, ids: set[str]) -> tuple[int, ...]:
    """The only column with different values and most of these ids, if there is one."""
    places = []
    for place in range(len(sheet.header)):
        values = _column(sheet, place)
        if 2 * len(ids & set(values)) > len(ids) and len(values) == len(set(values)):
            places.append(place)
    return tuple(places) if len(places) == 1 else ()


def _within(pattern: re.Pattern[str], title: str) -> str:
    match = pattern.fullmatch(title.strip())
    return match[1] if match else title
