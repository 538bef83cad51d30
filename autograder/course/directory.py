"""Look up submissions and students by id, login, e-mail or the name of a submission."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime

import msgspec

from autograder.course.roster import Person
from autograder.text import did_you_mean, joined, safe_id, shown


class Whose(msgspec.Struct, frozen=True):
    """The student of a submission, and what the platform says about the submission.

    ``known_as`` is the platform's own name for the student, ``original`` are the names of the
    files there.
    """

    submission: str
    person: Person | None = None
    known_as: str = ""
    handed_in: datetime | None = None
    late: bool = False
    original: tuple[str, ...] = ()


class Register:
    """All submissions and students, found by any of their names.

    A student has an id, a login and an e-mail address; a submission has its id and the names of
    its student. The key of both is the submission's id, or the student's id without a submission.
    """

    def __init__(
        self,
        submissions: Iterable[str],
        handed: Mapping[str, Whose] | None = None,
        people: Iterable[Person] = (),
    ) -> None:
        self.submissions = frozenset(submissions)
        self.handed = dict(handed or {})
        self.people = {person.id: person for person in people}
        self._keys: dict[str, set[str]] = defaultdict(set)
        self._of: dict[str, str] = {}
        for submission in sorted(self.submissions):
            owner = self.person(submission)
            if owner is not None:
                self._of[owner.id] = submission
                self._note(owner, submission)
        for person in self.people.values():
            self._note(person, self._of.get(person.id, person.id))

    def _note(self, person: Person, key: str) -> None:
        for name in (person.id, safe_id(person.id), person.login, person.email):
            if name:
                self._keys[name.casefold()].add(key)

    def person(self, key: str) -> Person | None:
        """Return the student with this id, or the student of this submission."""
        handed = self.handed.get(key)
        if handed is not None and handed.person is not None:
            return self.people.get(handed.person.id, handed.person)
        return self.people.get(key)

    def student(self, id_: str) -> Person | None:
        """Return the student with this id, from the roster or from a submission."""
        return self.people.get(id_) or (self.person(self._of[id_]) if id_ in self._of else None)

    def find(self, name: str) -> str | None:
        """Return the key that belongs to a name; None where none fits, or more than one."""
        if name in self.submissions:
            return name
        keys = self._keys.get(name.casefold(), set())
        return next(iter(keys)) if len(keys) == 1 else None

    def unknown(self, name: str, *, students: bool = False) -> str:
        """Say why ``find`` has no answer, and what to do; "" where it has one.

        Students without a submission count only with ``students``.
        """
        keys = self._keys.get(name.casefold(), set())
        if name not in self.submissions and len(keys) > 1:
            return f"“{shown(name)}” fits {joined(sorted(keys))}: write one of them instead."
        key = self.find(name)
        if key is None:
            known = sorted(self.submissions | self.people.keys())
            who = "student or submission" if students else "submission"
            return (
                f"there is no {who} “{shown(name)}”. {did_you_mean(name, known)}"
                "Fix it, or take the line out."
            )
        if key not in self.submissions and not students:
            return f"“{shown(name)}” has submitted nothing. Take the line out."
        return ""
