"""Several students and one submission: who belongs to it, and which one counts where there are two.

A group is named in ``groups.csv``; a student with more than one submission is treated like a group.
Of several submissions the one that was submitted last counts for everybody. Where that is not
known they must be equal.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from autograder.course.directory import Register
from autograder.errors import TableError
from autograder.record.decisions import Member
from autograder.text import safe_id


@dataclass(frozen=True)
class Team:
    """Students (keys of the register) with the submissions that are theirs.

    ``counts`` is the submission that counts for all of them; "" where there is none. ``name`` is
    empty for a single student with several submissions.
    """

    name: str
    members: tuple[str, ...]
    submissions: tuple[str, ...]
    counts: str


def teams(
    members: Iterable[Member],
    register: Register,
    submissions: Collection[str],
    times: Mapping[str, datetime],
    source: Callable[[str], str],
) -> list[Team]:
    """The groups, and students with several submissions.

    ``submissions`` are those of the run, ``times`` when they were submitted where that is known,
    ``source`` gives something that is equal where the sources are.

    Raises:
        TableError: where nobody can say which of two submissions counts, with their names.
    """
    keys: dict[str, list[str]] = defaultdict(list)
    for member in members:
        keys[member.team].append(register.find(member.student) or member.student)
    found: list[tuple[str, tuple[str, ...], set[str]]] = []
    for name, students in keys.items():
        # A platform may have handed the group's files out under the group's own name.
        own = {*students, name, safe_id(name)} & set(submissions)
        own |= {one for one in submissions if _owner(register, one) in students}
        found.append((name, tuple(students), own))
    taken = {student for _, students, own in found for student in (*students, *own)}
    several: dict[str, set[str]] = defaultdict(set)
    for one in submissions:
        owner = _owner(register, one)
        if owner and one not in taken:
            several[owner].add(one)
    found += [("", (one,), own) for one, own in several.items() if len(own) > 1]
    made, faults = [], []
    for name, who, own in found:
        counts = _latest(own, times, source)
        if counts is None:
            faults.append(_ambiguous(name, own, register))
        made.append(Team(name, who, tuple(sorted(own)), counts or ""))
    if faults:
        raise TableError(" ".join(faults))
    return made


def _owner(register: Register, submission: str) -> str:
    person = register.person(submission)
    return person.id if person else ""


def _latest(
    submissions: Collection[str], times: Mapping[str, datetime], source: Callable[[str], str]
) -> str | None:
    """The one that counts, "" of none; None where nobody can say."""
    if not submissions:
        return ""
    first = min(submissions)
    if len(submissions) == 1:
        return first
    if all(one in times for one in submissions):
        latest = max(times[one] for one in submissions)
        at_last = sorted(one for one in submissions if times[one] == latest)
        if len(at_last) == 1 or len(set(map(source, at_last))) == 1:
            return at_last[0]
        return None
    return first if len(set(map(source, submissions))) == 1 else None


def _ambiguous(name: str, submissions: Collection[str], register: Register) -> str:
    told = " and ".join(sorted(submissions))
    person = register.person(min(submissions))
    who = f"group {name}" if name else person.name or person.id if person else "one student"
    return (
        f"{who}: {told} differ, and nobody says which was submitted last. Write when each was "
        "submitted into times.csv beside course.toml, or take one of them out of what is graded."
    )
