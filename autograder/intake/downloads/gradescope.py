"""Gradescope: a folder for each submission, ``submission_123456``, and a file with the students.

``submission_metadata.yml`` beside the folders is written by Ruby: keys are symbols, times are
objects. ``yamltext`` reads it as plain dicts, lists and strings.

A group's submission counts for each of its members. The latest attempt is the one with the
latest ``created_at``.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

import msgspec

from autograder.course.roster import Person, folded
from autograder.errors import IntakeError, NotJudged
from autograder.intake import limited
from autograder.intake.downloads.entries import Entry
from autograder.intake.downloads.uploads import (
    ClassUploads,
    Identity,
    Part,
    Upload,
    raise_if_ambiguous,
)
from autograder.intake.pick_file import Refused
from autograder.text import shown

NAME = "Gradescope"
METADATA = "submission_metadata.yml"
MAX_METADATA = 200_000_000
_FOLDER = re.compile(r"submission_\d+")
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class _Attempt:
    """One student as a submitter of one submission."""

    folder: str
    name: str
    sid: str
    email: str
    at: datetime | None

    @property
    def who(self) -> str:
        """The student as an instructor may find them."""
        known = ", ".join(filter(None, (self.name, self.email)))
        return f"“{shown(known)}” ({self.folder})"

    @property
    def student(self) -> str:
        """The key that distinguishes students."""
        return self.sid or self.email or self.name or self.folder


def group(entries: Sequence[Entry]) -> ClassUploads | None:
    """The students, if this is an export of Gradescope, with metadata and at least one folder.

    Raises:
        IntakeError: where the metadata cannot be read, or one SID belongs to two people.
    """
    metadata = [entry for entry in entries if entry.name == METADATA and not entry.is_folder]
    folders = {
        entry.name: entry for entry in entries if entry.is_folder and _FOLDER.fullmatch(entry.name)
    }
    if not metadata or not folders:
        return None
    attempts: dict[str, list[_Attempt]] = defaultdict(list)
    for attempt in _attempts(metadata[0], folders):
        attempts[attempt.student].append(attempt)
    raise_if_ambiguous(map(_two_people, attempts.values()))
    strays = [entry for entry in entries if entry.name not in folders and entry is not metadata[0]]
    return ClassUploads([_upload(mine, folders) for mine in attempts.values()], strays)


def _attempts(metadata: Entry, folders: dict[str, Entry]) -> Iterator[_Attempt]:
    try:
        data = metadata.read(MAX_METADATA)
        found = limited.call(partial(_described, data), limited.CLASS)
    except (Refused, NotJudged) as problem:
        raise IntakeError(
            f"{METADATA} cannot be read, so the students of these folders are unknown: "
            f"{shown(' '.join(str(problem).split()), 200)} Export from Gradescope once more."
        ) from None
    described = msgspec.json.decode(found, type=dict[str, list[_Attempt]])
    for folder in folders:
        if not described.get(folder):
            yield _Attempt(folder, "", "", "", None)
    for attempts in described.values():
        yield from attempts


def _two_people(attempts: Sequence[_Attempt]) -> str:
    """The sentence on a SID or e-mail address that two people have, or ""."""
    first = attempts[0]
    for other in attempts[1:]:
        pairs = ((first.name, other.name), (first.email, other.email))
        if any(one and two and folded(one) != folded(two) for one, two in pairs):
            return (
                f"Gradescope's {'SID' if first.sid else 'e-mail address'} "
                f"“{shown(first.student)}” belongs to {first.who} and to {other.who}. "
                "Correct it in Gradescope's roster, and export once more."
            )
    return ""


def _described(data: bytes) -> bytes:
    """The attempts of each folder, as JSON, which keeps time zones; Refused if there are none."""
    from autograder.intake.downloads import yamltext  # only here: yaml is slow to import

    try:
        found = yamltext.mapping(data)
    except ValueError as problem:
        raise Refused(str(problem)) from None
    return msgspec.json.encode(
        {
            folder: list(_submitters(folder, about))
            for folder, about in found.items()
            if _FOLDER.fullmatch(folder)
        }
    )


def _submitters(folder: str, about: object) -> Iterator[_Attempt]:
    about = about if isinstance(about, dict) else {}
    submitters = about.get("submitters")
    for one in submitters if isinstance(submitters, list) else [{}]:
        one = one if isinstance(one, dict) else {}
        name, sid, email = (_text(one.get(key)) for key in ("name", "sid", "email"))
        yield _Attempt(folder, name, sid, email, _time(about.get("created_at")))


def _upload(attempts: Sequence[_Attempt], folders: dict[str, Entry]) -> Upload:
    *older, latest = sorted(attempts, key=lambda one: (one.at or _LONG_AGO, one.folder))
    key = "_".join(filter(None, (latest.name, latest.sid or latest.email))) or latest.folder
    entry = folders.get(latest.folder)
    return Upload(
        key=key,
        identity=Identity(
            shown(f"{key} ({latest.folder})" if latest.name else key),
            ids=(latest.sid,),
            email=latest.email,
            names=(latest.name,),
        ),
        parts=(Part(entry),) if entry else (),
        submitted_at=latest.at,
        person=Person(latest.sid, latest.name, latest.email) if latest.sid else None,
        notes=tuple(
            f"“{one.folder}” is an earlier attempt; “{latest.folder}” counts." for one in older
        ),
    )


def _text(value: object) -> str:
    """The value if it is a string and not YAML's null, else ""."""
    return value.strip() if isinstance(value, str) and value not in ("~", "null") else ""


def _time(value: object) -> datetime | None:
    """Parse a time as Ruby writes it, "2026-11-30 21:59:00.000000000 Z", or an object with one."""
    if isinstance(value, dict):
        value = value.get("utc") or value.get("time")
    if not isinstance(value, str):
        return None
    text = re.sub(r"\s+(?=Z$|UTC$|[+-]\d)", "", value.strip()).replace("UTC", "Z")
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        return None
    return time if time.tzinfo else time.replace(tzinfo=UTC)
