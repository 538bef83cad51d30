"""Made-up classes, and the downloads that platforms would make of them.

``made_class`` has everything that makes a real class difficult; ``canvas_zip``, ``moodle_zip`` and
``gradescope_zip`` pack any students the way those platforms do; ``roster_csv`` lists them.
``read`` and ``refusal`` are what the intake makes of a download.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from autograder.course.roster import Roster
from autograder.errors import IntakeError
from autograder.intake.downloads.detect import open_download
from autograder.intake.downloads.uploads import Upload
from tests.builders.archives import zipped

CODE = b"def sigmoid(x):\n    return 1\n"
DUE = datetime(2026, 11, 30, 23, 59, tzinfo=UTC)
COLUMNS = ("id", "name", "email", "login", "section")


@dataclass(frozen=True)
class Student:
    """One student and what they submitted.

    ``id`` is the university's number, ``number`` the platform's own (Canvas: the user's, Moodle:
    the participant's). ``files`` are called as the student called them; without any, nothing was
    submitted. ``attempt`` 2 is the second: Canvas then adds ``-1`` to names that it has seen.
    ``text`` was typed into the platform's page. Students of one ``group`` have the same files.
    ``display`` is the name that the student has chosen to be shown in Canvas' file names.
    """

    id: str
    name: str
    number: int
    login: str = ""
    email: str = ""
    section: str = "A"
    files: dict[str, bytes] = field(default_factory=dict)
    late: bool = False
    attempt: int = 1
    submitted_at: datetime = DUE - timedelta(hours=2)
    group: str = ""
    text: str = ""
    display: str = ""


def pdf(title: str = "Report") -> bytes:
    """A PDF of an empty page that readers take; the title makes it one's own."""
    objects = (
        "1 0 obj << /Type /Catalog /Pages 2 0 R >> endobj",
        "2 0 obj << /Type /Pages /Kids [3 0 R] /Count 1 >> endobj",
        "3 0 obj << /Type /Page /Parent 2 0 R /MediaBox [0 0 300 400] >> endobj",
        f"4 0 obj << /Title <feff{title.encode('utf-16-be').hex()}> >> endobj",
    )
    return "\n".join(["%PDF-1.4", *objects, "trailer << /Root 1 0 R /Info 4 0 R >>"]).encode()


def canvas_zip(students: Iterable[Student], *, anonymous: bool = False) -> bytes:
    """Canvas' flat download: one entry for a group, under its name and its first member's id."""
    members, groups, attachment = [], set(), 70_000
    for student in students:
        if student.group in groups:
            continue
        groups |= {student.group} - {""}
        late = "_LATE" if student.late else ""
        who = f"{canvas_name(student)}{late}_{student.number}"
        if anonymous:
            who = f"anon{late}_{anonymous_id(student)}"
        for name, data in student.files.items():
            attachment += 1
            stem, dot, suffix = name.rpartition(".")
            again = f"-{student.attempt - 1}" if student.attempt > 1 else ""
            members.append((f"{who}_{attachment}_{stem}{again}{dot}{suffix}", data))
        if student.text:
            members.append((f"{who}_text.html", student.text.encode()))
    return zipped(*members)


def canvas_name(student: Student) -> str:
    """As in Canvas' file names: family name first, lower case, letters and digits only."""
    if student.display:
        return student.display
    if student.group:
        return re.sub(r"[\W_]", "", student.group).lower()
    first, _, last = student.name.rpartition(" ")
    return re.sub(r"[\W_]", "", unicodedata.normalize("NFC", last + first)).lower()


def anonymous_id(student: Student) -> str:
    """Five letters and digits, which Canvas gives to a student who is graded anonymously."""
    digits = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
    return "".join(digits[student.number * 7919 // 57**place % 57] for place in range(5))


def moodle_zip(
    students: Iterable[Student], *, folders: bool = True, anonymous: bool = False
) -> bytes:
    """Moodle's download: a folder for each student (or flat); every member of a group has one."""
    students = list(students)
    teams = any(student.group for student in students)
    members = []
    for student in students:
        who = moodle_name(student, anonymous=anonymous, teams=teams)
        mark = "/" if folders else ""
        for name, data in student.files.items():
            path = name if folders else name.rpartition("/")[2]
            members.append((f"{who}_assignsubmission_file_{mark}{path}", data))
        if student.text:
            data = f"<p>{student.text}</p>".encode()
            members.append((f"{who}_assignsubmission_onlinetext_{mark}onlinetext.html", data))
    return zipped(*members)


def moodle_name(student: Student, *, anonymous: bool = False, teams: bool = False) -> str:
    """As in Moodle's names of folders: group (for all where there are any), name, number."""
    name = "Participant" if anonymous else student.name
    group = f"{student.group or 'Default group'}-" if teams else ""
    text = re.sub(r"[&<>\"`|':\\/]", "", f"{group}{name}".replace("_", " "))
    return f"{text}_{student.number}"


def gradescope_zip(students: Iterable[Student], *, root: str = "assignment_5_export/") -> bytes:
    """Gradescope's export: a folder for each submission, and who handed it in, in YAML."""
    submitters: dict[str, list[Student]] = {}
    for student in students:
        if student.files:
            submitters.setdefault(student.group or str(student.number), []).append(student)
    members, lines = [], ["---"]
    for people in submitters.values():
        folder = f"submission_{9_000_000 + people[0].number}"
        members += [(f"{root}{folder}/{name}", data) for name, data in people[0].files.items()]
        lines += [f"{folder}:", "  :submitters:"]
        for student in people:
            name = student.name.replace('"', '\\"')
            lines += [f'  - :name: "{name}"', f"    :sid: '{student.id}'"]
            lines += [f"    :email: {student.email or '!!null '}"]
        when = people[0].submitted_at.strftime("%Y-%m-%d %H:%M:%S.%f000 Z")
        zone = "!ruby/object:ActiveSupport::TimeZone\n      name: Etc/UTC"
        lines += ["  :created_at: !ruby/object:ActiveSupport::TimeWithZone"]
        lines += [f"    utc: &{people[0].number} {when}", f"    zone: {zone}"]
        lines += [f"    time: *{people[0].number}", "  :score: 0.0", "  :history: []"]
    told = "\n".join([*lines, ""]).encode()
    return zipped(*members, (f"{root}submission_metadata.yml", told))


def roster_csv(
    students: Iterable[Student],
    *,
    ids: str = "id",
    participant: bool = False,
    delimiter: str = ",",
    encoding: str = "utf-8-sig",
) -> bytes:
    """The roster; ``ids`` names the field that is its id, "id" or "number".

    ``participant`` adds the column with the platform's number, which tells two of one name apart.
    """
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, delimiter=delimiter, lineterminator="\r\n")
    writer.writerow([*COLUMNS, *(["participant"] if participant else [])])
    for student in students:
        row = [getattr(student, ids), *(getattr(student, name) for name in COLUMNS[1:])]
        writer.writerow([*row, *([student.number] if participant else [])])
    return stream.getvalue().encode(encoding)


def made_class(size: int = 180, sources: Sequence[bytes] = (b"x = 1\n",)) -> list[Student]:
    """A class with all that is difficult; the first dozen are the odd ones, the rest ordinary.

    ``sources`` are submitted one after the other, again and again; each student's report is their
    own. The last two have submitted nothing.
    """
    students = [_ordinary(place, sources) for place in range(size)]
    for place, change in enumerate(_ODD[:size]):
        students[place] = _odd(students[place], **change)
    for place, student in enumerate(students):
        if student.group:
            first = next(one for one in students if one.group == student.group)
            students[place] = replace(student, files=first.files)
    nothing = min(2, size)
    return students[: size - nothing] + [replace(one, files={}) for one in students[-nothing:]]


def _ordinary(place: int, sources: Sequence[bytes]) -> Student:
    first = _FIRST[place % len(_FIRST)]
    last = _LAST[place // len(_FIRST) % len(_LAST)] + "abcdefgh"[place // 200 % 8] * (place > 199)
    name = f"{first} {last}"
    login = f"{first[0]}{last[:5]}{place:03}".lower()
    return Student(
        id=f"s{10_000 + place}",
        name=name,
        number=4_000 + place,
        login=login,
        email=f"{login}@example.org",
        section="AB"[place % 2],
        files={"neural_network.py": sources[place % len(sources)], "report.pdf": pdf(name)},
    )


def _odd(student: Student, **change: object) -> Student:
    source, report = student.files.values()
    handed = {
        "no report": {"neural_network.py": source},
        "renamed": {"my_network.py": source, "Hand-in (final).pdf": report},
        "zipped": {"homework.zip": zipped(("nn.py", source), ("report.pdf", report))},
        "only a report": {"report.pdf": report},
    }
    files = handed.get(str(change.pop("handed", "")), student.files)
    return replace(student, files=files, **change)  # type: ignore[arg-type]


_ODD: tuple[dict[str, object], ...] = (
    {"name": "Jane Doe"},
    {"name": "Jane Doe", "section": "B; evening"},
    {"name": "José Núñez", "handed": "no report"},
    {"name": unicodedata.normalize("NFD", "Zoë Müller"), "late": True, "attempt": 3},
    {"name": 'Maria "Mia" Rossi', "attempt": 2},
    {"name": "Sam O'Neil, Jr.", "late": True, "submitted_at": DUE + timedelta(hours=30)},
    {"name": "Łukasz Żak-Nowak", "handed": "renamed"},
    {"name": "Anne-Marie de la Cruz", "handed": "zipped"},
    {"name": "Ann Lee", "group": "Group 1"},
    {"name": "Bo Lee", "group": "Group 1"},
    {"name": "李 小龍", "handed": "only a report", "text": "I could not upload it"},
    {"name": "Søren Ødegård", "text": "See my files", "section": ""},
)
_FIRST = (
    *("Alice", "Ben", "Clara", "David", "Emma", "Felix", "Grace", "Henry", "Ida", "Jonas"),
    *("Katja", "Liam", "Mila", "Noah", "Olga", "Paul", "Rosa", "Simon", "Tara", "Victor"),
)
_LAST = (
    *("Adams", "Baker", "Clarke", "Dietz", "Evans", "Fischer", "Garcia", "Hughes", "Ivanov"),
    "Jensen",
)


def read(path: Path, roster: Roster | None = None) -> dict[str, tuple[Upload, dict[str, bytes]]]:
    """The uploads by key, with all files; empty where nothing is recognised."""
    with open_download(path, roster) as download:
        uploads = download.uploads if download else ()
        found = {
            one.key: (one, {file.path: file.read() for file in one.files()[0]}) for one in uploads
        }
    assert len(found) == len(uploads)
    return found


def refusal(path: Path) -> str:
    """Why grading stops."""
    try:
        with open_download(path):
            raise AssertionError("nothing was refused")
    except IntakeError as problem:
        return str(problem)
