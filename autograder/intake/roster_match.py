"""Whose submission is whose: what names of files tell, joined with the roster.

The strongest sign decides: the platform's number, then id, login, e-mail address, and last the
name. Who is found by one sign is no candidate for a weaker one, so the second Jane Doe is known by
her name alone when the first is known by her number. Nobody is guessed: where a sign points to
two, everything stops and both are named. Who matches nobody is graded all the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from autograder.course.roster import Person, Roster, folded, name_keys
from autograder.errors import IntakeError
from autograder.intake.downloads.uploads import Identity
from autograder.text import at_most, joined, shown

MAX_TOLD = 12
"""Ambiguities that are listed at once."""


def match(roster: Roster, submissions: Sequence[Identity]) -> list[Person | None]:
    """The person of each submission; None where the roster has none that fits.

    Raises:
        IntakeError: where one submission fits two people or two submissions fit one, with all of
            them and what to do.
    """
    matching = _Matching(roster, submissions)
    matching.tell()
    return [matching.found.get(place) for place in range(len(submissions))]


def fitting(roster: Roster, submissions: Sequence[Identity]) -> int:
    """How many of the submissions fit somebody, or even several."""
    matching = _Matching(roster, submissions)
    return len(matching.found) + len(matching.stuck)


@dataclass(frozen=True)
class _Sign:
    """How a submission and a person are compared: the keys of both."""

    of_submission: Callable[[Identity], Iterable[Iterable[str]]]
    of_person: Callable[[Person], Iterable[str]]


def _one_by_one(values: Iterable[str]) -> Iterator[tuple[str]]:
    return ((folded(value),) for value in values if value)


_SIGNS = (
    _Sign(lambda identity: [[identity.number]], lambda person: {person.participant}),
    _Sign(lambda identity: _one_by_one(identity.ids), lambda person: {folded(person.id)}),
    _Sign(lambda identity: _one_by_one(identity.logins), lambda person: {folded(person.login)}),
    _Sign(lambda identity: _one_by_one([identity.email]), lambda person: {folded(person.email)}),
    _Sign(lambda identity: map(name_keys, identity.names), lambda person: name_keys(person.name)),
)
_NAMES = _SIGNS[-1]


class _Matching:
    def __init__(self, roster: Roster, submissions: Sequence[Identity]) -> None:
        self._roster = roster
        self._submissions = submissions
        self._problems: list[str] = []
        self._by_name = self._index(_NAMES)
        self.found: dict[int, Person] = {}
        self.stuck: set[int] = set()
        for sign in _SIGNS:
            self._look(sign)

    def tell(self) -> None:
        """Stop where anything was ambiguous."""
        if not self._problems:
            return
        raise IntakeError(
            "nothing was graded, because it is not clear whose submission is whose:\n  "
            + "\n  ".join(at_most(MAX_TOLD, self._problems))
        )

    def _look(self, sign: _Sign) -> None:
        """Find those who are told by this sign and by none before it."""
        index = self._by_name if sign is _NAMES else self._index(sign)
        taken = set(self.found.values())
        wanted: dict[Person, list[int]] = defaultdict(list)
        for place, identity in enumerate(self._submissions):
            if place in self.found or place in self.stuck:
                continue
            people = _fitting(index, sign.of_submission(identity), taken)
            if len(people) > 1:
                self._stop(place, self._either(identity, people))
            elif people:
                wanted[people[0]].append(place)
        for person, places in wanted.items():
            self._take(person, places)

    def _take(self, person: Person, places: list[int]) -> None:
        if len(places) > 1:
            labels = joined([f"“{self._submissions[place].label}”" for place in places])
            for place in places:
                self.stuck.add(place)
            self._problems.append(
                f"{labels} both fit {person}. Take one away, or add the other student to "
                f"{self._roster.path.name}."
            )
            return
        identity = self._submissions[places[0]]
        other = self._contradicts(identity, person)
        if other:
            self._stop(places[0], self._not_both(identity, person, other))
        else:
            self.found[places[0]] = person

    def _contradicts(self, identity: Identity, person: Person) -> list[Person]:
        """Those who have this name where the one whose id is this number has another."""
        if not identity.number or person.participant == identity.number:
            return []
        people = _fitting(self._by_name, _NAMES.of_submission(identity), set())
        return [] if person in people else people

    def _stop(self, place: int, problem: str) -> None:
        self.stuck.add(place)
        self._problems.append(problem)

    def _either(self, identity: Identity, people: Iterable[Person]) -> str:
        choice = " or ".join(map(str, people))
        remedy = "Call it by the id of one of them."
        if identity.number:
            remedy = (
                f"Write {shown(identity.number)} into a column “participant” of "
                f"{self._roster.path.name}, in the line of the right one."
            )
        return f"“{identity.label}” may be {choice}. {remedy}"

    def _not_both(self, identity: Identity, person: Person, others: Iterable[Person]) -> str:
        names = " or ".join(map(str, others))
        return (
            f"“{identity.label}” has the number of {person} but the name of {names}. "
            f"Mend the ids or names in {self._roster.path.name}, or write "
            f"{shown(identity.number)} into a column “participant” of the right one."
        )

    def _index(self, sign: _Sign) -> Mapping[str, list[Person]]:
        index: dict[str, list[Person]] = defaultdict(list)
        for person in self._roster.people:
            for key in sign.of_person(person):
                if key:
                    index[key].append(person)
        return index


def _fitting(
    index: Mapping[str, list[Person]], tries: Iterable[Iterable[str]], taken: set[Person]
) -> list[Person]:
    """Those who fit the first of the tries that anybody fits."""
    for keys in tries:
        people = {
            person: None for key in keys for person in index.get(key, ()) if person not in taken
        }
        if people:
            return list(people)
    return []
