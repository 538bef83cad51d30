"""Look up submissions and students by id, login, e-mail or name."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime

import msgspec

from autograder.course.roster import Person, name_keys
from autograder.text import did_you_mean, joined, safe_id, shown


class SubmissionInfo(msgspec.Struct, frozen=True):
    """What a platform or the roster says about a submission: its student and its time.

    ``known_as`` is the platform's own name for the student, ``original`` are the names of the
    files there. ``late`` is None where the platform does not say.
    """

    submission: str
    person: Person | None = None
    known_as: str = ""
    submitted_at: datetime | None = None
    late: bool | None = None
    original: tuple[str, ...] = ()


class Directory:
    """All submissions and students, found by any of their names.

    A student has an id, a login and an e-mail address; a submission has its id and the names of
    its student. The key of both is the submission's id, or the student's id without a submission.
    """

    def __init__(
        self,
        submissions: Iterable[str],
        info: Mapping[str, SubmissionInfo] | None = None,
        people: Iterable[Person] = (),
    ) -> None:
        self.submissions = frozenset(submissions)
        self.info = dict(info or {})
        self.people = {person.id: person for person in people}
        self._keys: dict[str, set[str]] = defaultdict(set)
        self._submission_of: dict[str, str] = {}
        for submission in sorted(self.submissions):
            owner = self.person(submission)
            if owner is not None:
                self._submission_of[owner.id] = submission
                self._add_names(owner, submission)
        for person in self.people.values():
            self._add_names(person, self._submission_of.get(person.id, person.id))

    def _add_names(self, person: Person, key: str) -> None:
        for name in (person.id, safe_id(person.id), person.login, person.email):
            if name:
                self._keys[name.casefold()].add(key)

    def person(self, key: str) -> Person | None:
        """Return the student with this id, or the student of this submission."""
        info = self.info.get(key)
        if info is not None and info.person is not None:
            return self.people.get(info.person.id, info.person)
        return self.people.get(key)

    def student(self, id_: str) -> Person | None:
        """Return the student with this id, from the roster or from a submission."""
        return self.people.get(id_) or self.person(self._submission_of.get(id_, ""))

    def name(self, key: str) -> str:
        """Return the name of a student, from the roster or else from the platform; or ""."""
        person, info = self.person(key), self.info.get(key)
        found = person.name if person else info.known_as if info else ""
        return shown(found)

    def section(self, key: str) -> str:
        """Return the section of a student; or ""."""
        person = self.person(key)
        return shown(person.section) if person else ""

    def label(self, key: str) -> str:
        """Write a student with name, id and section, as far as they are known."""
        name, section = self.name(key), self.section(key)
        id_ = "" if name and safe_id(name) == key else key
        about = ", ".join(filter(None, [id_, f"section {section}" if section else ""]))
        return f"{name} ({about})" if name and about else name or about

    def named(self, name: str) -> list[str]:
        """Return the keys of the submissions of students with this name, in any order of words."""
        wanted = name_keys(name)
        return sorted(one for one in self.submissions if wanted & name_keys(self.name(one)))

    def find(self, name: str) -> str | None:
        """Return the key that belongs to a name; None where none fits, or more than one."""
        keys = self._fitting(name)
        return next(iter(keys)) if len(keys) == 1 else None

    def key(self, name: str, *, students: bool = False) -> str:
        """Return the key that belongs to a name.

        Raises:
            ValueError: where none fits, or more than one, with what to do. Students without a
                submission count only with ``students``.
        """
        keys = sorted(self._fitting(name))
        if not keys:
            known = sorted(self.submissions | self.people.keys())
            who = "student or submission" if students else "submission"
            raise ValueError(
                f"there is no {who} “{shown(name)}”. {did_you_mean(name, known)}"
                "Fix or delete that line."
            )
        if len(keys) > 1:
            raise ValueError(f"“{shown(name)}” fits {joined(keys)}: write one of them instead.")
        if keys[0] not in self.submissions and not students:
            raise ValueError(f"“{shown(name)}” has submitted nothing. Delete that line.")
        return keys[0]

    def _fitting(self, name: str) -> set[str]:
        return {name} if name in self.submissions else self._keys.get(name.casefold(), set())
