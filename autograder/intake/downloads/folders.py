"""A folder for each student, named by id, login, e-mail address or name.

On disk every entry of a folder is one submission. A zip is read like this only if the names fit
the roster: see ``group``.
"""

from collections.abc import Sequence

from autograder.course.roster import Roster
from autograder.intake.downloads.entries import Entry
from autograder.intake.downloads.uploads import ClassUploads, Identity, Part, Upload
from autograder.intake.roster_match import count_matches
from autograder.text import shown, without_suffix

NAME = "one folder for each student"
LEAST = 3
"""A zip with fewer students is not a class."""


def upload(entry: Entry, name: str = "") -> Upload:
    """An entry as one upload; the student is known only by ``name`` (default: the entry's name)."""
    name = name or entry.name
    stem = name if entry.is_folder else without_suffix(name)
    identity = Identity(shown(name), ids=(stem,), logins=(stem,), email=stem, names=(stem,))
    return Upload(stem, identity, (Part(entry),))


def group(entries: Sequence[Entry], roster: Roster | None) -> ClassUploads | None:
    """The students, if there are only folders and half of the roster is among their names.

    Two friends who submit one zip with a folder for each are not a class; without a roster such a
    zip looks like one student's ``src`` and ``old``.
    """
    if roster is None or not all(entry.is_folder for entry in entries):
        return None
    found = [upload(entry) for entry in entries]
    known = count_matches(roster, [one.identity for one in found])
    if known < max(LEAST, len(roster.people) / 2, len(entries) / 2):
        return None
    return ClassUploads(found)
