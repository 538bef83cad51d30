"""A folder for each student, called by id, login, e-mail address or name.

On disk, whatever lies in a folder is one submission each, and nothing has to be recognised. In a
zip it has to be: see ``group``.
"""

from __future__ import annotations

from collections.abc import Sequence

from autograder.course.roster import Roster
from autograder.intake.downloads.entries import Entry
from autograder.intake.downloads.uploads import ClassUploads, Identity, Part, Upload
from autograder.text import shown, without_suffix

NAME = "one folder for each student"
LEAST = 3
"""Students below whom nobody's zip is a class."""


def upload(entry: Entry, called: str = "") -> Upload:
    """What lies at one place, whatever it is: what it is ``called`` is all that tells whose it is.

    Where that is not said, it is the entry's own name.
    """
    called = called or entry.name
    name = called if entry.is_folder else without_suffix(called)
    identity = Identity(shown(called), ids=(name,), logins=(name,), email=name, names=(name,))
    return Upload(name, identity, (Part(entry),))


def group(entries: Sequence[Entry], roster: Roster | None) -> ClassUploads | None:
    """The students, if there is nothing but folders and they are called by half of the roster.

    Two friends who submit one zip with a folder for each are not a class; without a roster
    nobody can tell such a zip from one student's ``src`` and ``old``.
    """
    if roster is None or not all(entry.is_folder for entry in entries):
        return None
    from autograder.intake.roster_match import fitting  # one file need not wait for it

    found = [upload(entry) for entry in entries]
    known = fitting(roster, [one.identity for one in found])
    if known < max(LEAST, len(roster.people) / 2, len(entries) / 2):
        return None
    return ClassUploads(found)
