"""Read submission times from tables of platforms: ``times.csv`` may be one as it was exported.

Moodle's grading worksheet has them in "Last modified (submission)", in the site's language, and
Gradescope's table of grades in "Submission Time". Students in them who have submitted nothing here
are passed over, since nobody has written these lines by hand.
"""

import re
from collections.abc import Callable, Sequence
from datetime import datetime, tzinfo
from pathlib import Path

from autograder.course import clock
from autograder.course.directory import Directory
from autograder.csvfile import Table
from autograder.errors import TableError
from autograder.record.decision_log import Problem
from autograder.record.decisions import SubmissionTime
from autograder.text import shown

_PARTICIPANT = re.compile(r"[^\W\d_]{2,}\s?(\d+)")
"""The first column of Moodle's worksheet: a word and the participant's number."""
_MOODLE_NAME = re.compile(r"_(\d+)_assignsubmission_")
_CLOCK = re.compile(r"\b(\d{1,2})[:.](\d\d)(?:[:.]\d\d)?(?:\s*([ap])\.?m\b)?", re.I)
_DATES = (
    re.compile(r"\b(?P<day>\d{1,2})\.?\s+(?:de\s+)?(?P<month>[^\W\d_]{3,})\.?,?\s+(?:de\s+)?"
               r"(?P<year>\d{4})\b"),
    re.compile(r"\b(?P<month>[^\W\d_]{3,})\s+(?P<day>\d{1,2}),?\s+(?P<year>\d{4})\b"),
)  # fmt: skip
_MONTHS = (
    *("jan gen", "feb fév fev", "mar mär mrt maa", "apr avr abr", "may mai maj mei mag"),
    *("jun juin giu", "jul juil lug", "aug aoû ago", "sep set", "oct okt out ott"),
    *("nov", "dec dez déc dic des"),
)
"""How the months begin in English, German, French, Spanish, Italian, Portuguese, Dutch, Nordic."""


def read_platform(
    path: Path, directory: Directory, zone: tzinfo | None, problems: list[Problem]
) -> tuple[SubmissionTime, ...] | None:
    """Read a table as Moodle or Gradescope exports it; None where it is another table.

    Times that cannot be read are added to ``problems``.

    Raises:
        TableError: where the file cannot be read, or a worksheet has no readable times.
    """
    table = Table.read(path)
    names = [" ".join(name.split()).casefold() for name in table.header]
    parse: Callable[[str], datetime] = _written
    if "submission time" in names:
        place, parse = names.index("submission time"), clock.written
    elif table.rows and all(_PARTICIPANT.fullmatch(cells[0].strip()) for _, cells in table.rows):
        place = _dates(path, table)
    else:
        return None
    submissions = _by_participant(directory)
    times = {}
    for line, cells in table.rows:
        text = cells[place].strip() if place < len(cells) else ""
        whose = _whose(cells[:place], submissions, directory)
        if not text or text == "-" or whose is None:
            continue
        try:
            time = clock.placed(parse(text), zone)
        except ValueError as problem:
            problems.append(Problem(whose, f"{path.name}, line {line}: {problem}"))
        else:
            times[whose] = SubmissionTime(whose, time.isoformat())
    return tuple(times.values())


def _dates(path: Path, table: Table) -> int:
    """The first column with dates: the time of the grade comes after that of the submission."""
    for place in range(1, len(table.header)):
        if any(_is_date(cells[place]) for _, cells in table.rows if place < len(cells)):
            return place
    raise TableError(
        f"{path} looks like Moodle's grading worksheet, but no column has times that can be read. "
        "Make a times.csv with the columns submission and submitted_at instead."
    )


def _is_date(text: str) -> bool:
    try:
        return bool(_written(text))
    except ValueError:
        return False


def _written(text: str) -> datetime:
    """Parse a time as Moodle writes it: "Monday, 30 November 2026, 11:59 PM"."""
    date = next((found for one in _DATES if (found := one.search(text))), None)
    time = _CLOCK.search(text)
    month = 0 if date is None else _month(date["month"].casefold())
    if date is None or time is None or not month:
        raise ValueError(
            f"“{shown(text)}” is not a time that can be read. Write it as {clock.FORM}."
        )
    hour, minute, half = int(time[1]), int(time[2]), (time[3] or "").lower()
    if half:
        hour = hour % 12 + 12 * (half == "p")
    try:
        return datetime(int(date["year"]), month, int(date["day"]), hour, minute)
    except ValueError:
        raise ValueError(f"the date or the time {shown(text)} does not exist. Fix it.") from None


def _month(name: str) -> int:
    """The number of a month, 0 for another word."""
    begins = (name.startswith(tuple(starts.split())) for starts in _MONTHS)
    return next((number for number, fits in enumerate(begins, 1) if fits), 0)


def _by_participant(directory: Directory) -> dict[str, str]:
    """Each submission by Moodle's number for its student."""
    found = {}
    for submission, info in directory.info.items():
        numbers = [match[1] for name in info.original if (match := _MOODLE_NAME.search(name))]
        person = directory.person(submission)
        for number in (*numbers, person.participant if person else ""):
            if number and submission in directory.submissions:
                found[number] = submission
    return found


def _whose(cells: Sequence[str], submissions: dict[str, str], directory: Directory) -> str | None:
    """The submission of a line's student, by Moodle's number, id or e-mail address."""
    match = _PARTICIPANT.fullmatch(cells[0].strip()) if cells else None
    if match is not None and match[1] in submissions:
        return submissions[match[1]]
    keys = (directory.find(cell.strip()) for cell in cells[match is not None :])
    return next((key for key in keys if key in directory.submissions), None)
