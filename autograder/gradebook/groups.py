"""Find the groups of students, and the submission that counts for each.

``groups.csv`` names the groups; a student with several submissions is treated like a group. Of
several submissions the latest counts for all members. Where the times are unknown, the files must
be equal.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from autograder.course.directory import Directory
from autograder.record.decisions import Member
from autograder.text import joined, safe_id


@dataclass(frozen=True)
class Team:
    """Students (keys of the directory) and their submissions.

    ``counts`` is the submission that counts for all members; "" where there is none. ``name`` is
    empty for a single student with several submissions. ``problem`` says that it is unknown which
    submission counts, and what to do; the first one is shown then.
    """

    name: str
    members: tuple[str, ...]
    submissions: tuple[str, ...]
    counts: str
    problem: str = ""


def teams(
    members: Iterable[Member],
    directory: Directory,
    submissions: Collection[str],
    times: Mapping[str, datetime],
    source: Callable[[str], str],
) -> list[Team]:
    """Return the groups, and the students with several submissions.

    ``submissions`` are those of the run, ``times`` the known submission times; ``source`` returns
    equal keys for equal files.
    """
    keys: dict[str, list[str]] = defaultdict(list)
    for member in members:
        keys[member.team].append(directory.find(member.student) or member.student)
    found: list[tuple[str, tuple[str, ...], set[str]]] = []
    for name, students in keys.items():
        # A platform may name the group's submission after the group.
        own = {*students, name, safe_id(name)} & set(submissions)
        own |= {one for one in submissions if _owner(directory, one) in students}
        found.append((name, tuple(students), own))
    taken = {student for _, students, own in found for student in (*students, *own)}
    several: dict[str, set[str]] = defaultdict(set)
    for one in submissions:
        owner = _owner(directory, one)
        if owner and one not in taken:
            several[owner].add(one)
    found += [("", (one,), own) for one, own in several.items() if len(own) > 1]
    found_teams = []
    for name, who, own in found:
        counts = _latest(own, times, source)
        problem = _ambiguous(name, own, directory) if counts is None else ""
        counts = min(own) if counts is None else counts
        found_teams.append(Team(name, who, tuple(sorted(own)), counts, problem))
    return found_teams


def _owner(directory: Directory, submission: str) -> str:
    person = directory.person(submission)
    return person.id if person else ""


def _latest(
    submissions: Collection[str], times: Mapping[str, datetime], source: Callable[[str], str]
) -> str | None:
    """Return the submission that counts, "" if there is none, None if that is unknown."""
    if not submissions:
        return ""
    if all(one in times for one in submissions):
        latest = max(times[one] for one in submissions)
        submissions = [one for one in submissions if times[one] == latest]
    same = len(submissions) == 1 or len(set(map(source, submissions))) == 1
    return min(submissions) if same else None


def _ambiguous(name: str, submissions: Collection[str], directory: Directory) -> str:
    names = joined(sorted(submissions))
    person = directory.person(min(submissions))
    who = f"group {name}" if name else person.name or person.id if person else "one student"
    return (
        f"{who}: {names} differ, and it is unknown which was submitted last. Write their "
        "submission times into times.csv beside course.toml, or grade only one of them."
    )
