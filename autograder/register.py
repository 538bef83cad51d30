"""Who is meant: submissions, and the students behind them, by any name that one may write."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from difflib import get_close_matches

import msgspec

from autograder.roster import Person
from autograder.text import safe_id, shown


class Whose(msgspec.Struct, frozen=True):
    """Whose a submission is and what the platform says of it.

    ``known_as`` is the platform's own name for them, ``original`` are the files' names there.
    """

    submission: str
    person: Person | None = None
    known_as: str = ""
    handed_in: datetime | None = None
    late: bool = False
    original: tuple[str, ...] = ()


class Register:
    """Submissions and students, found by what a person may call them.

    A student is known by id, login or e-mail, a submission by its id and by its student. The key
    of both is the submission's id, or the student's where nothing was handed in.
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
        """The student of a submission, or with this id."""
        handed = self.handed.get(key)
        if handed is not None and handed.person is not None:
            return self.people.get(handed.person.id, handed.person)
        return self.people.get(key)

    def student(self, id_: str) -> Person | None:
        """The student with this id, of the roster or of a submission."""
        return self.people.get(id_) or (self.person(self._of[id_]) if id_ in self._of else None)

    def find(self, name: str) -> str | None:
        """The key of whoever is called that; None where nobody is, or more than one."""
        if name in self.submissions:
            return name
        keys = self._keys.get(name.casefold(), set())
        return next(iter(keys)) if len(keys) == 1 else None

    def unknown(self, name: str, *, students: bool = False) -> str:
        """Why ``find`` has no answer, and what to do; "" where it has one.

        Unless ``students`` are enough, something must have been handed in.
        """
        keys = self._keys.get(name.casefold(), set())
        if name not in self.submissions and len(keys) > 1:
            return f"“{shown(name)}” fits {' and '.join(sorted(keys))}: write one of these instead."
        key = self.find(name)
        if key is None:
            who = "student or submission" if students else "submission"
            return (
                f"there is no {who} “{shown(name)}”. {self._alike(name)}Mend it, or take the "
                + ("line out.")
            )
        if key not in self.submissions and not students:
            return f"“{shown(name)}” has handed nothing in. Take the line out."
        return ""

    def _alike(self, name: str) -> str:
        known: Collection[str] = [*self.submissions, *self.people]
        alike = get_close_matches(name, known, n=2, cutoff=0.6)
        return f"Did you mean {' or '.join(f'“{word}”' for word in alike)}? " if alike else ""
