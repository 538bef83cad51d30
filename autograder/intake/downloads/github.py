"""GitHub Classroom: a clone for each student or team, ``assignment-login``.

Both parts may contain hyphens; the roster decides where the login begins. A clone has the latest
state.
"""

from collections.abc import Sequence

from autograder.intake.downloads.entries import Entry
from autograder.intake.downloads.uploads import ClassUploads, Identity, Part, Upload
from autograder.text import shown

NAME = "GitHub Classroom"


def group(entries: Sequence[Entry]) -> ClassUploads | None:
    """The students, if there are at least two clones whose names begin with the same word."""
    clones = [entry for entry in entries if entry.is_folder and entry.is_clone]
    begin = {entry.name.partition("-")[:2] for entry in clones}
    if len(clones) < 2 or len(begin) > 1 or ("-" not in clones[0].name):
        return None
    strays = [entry for entry in entries if entry not in clones]
    return ClassUploads([_upload(entry) for entry in clones], strays)


def _upload(entry: Entry) -> Upload:
    words = entry.name.split("-")
    logins = tuple("-".join(words[start:]) for start in range(1, len(words)))
    return Upload(entry.name, Identity(shown(entry.name), logins=logins), (Part(entry),))
