"""Match submissions with the students of the roster.

The strongest identifier decides: the platform's number, then id, login, e-mail address, and last
the name. A student who was found by one identifier is no candidate for a weaker one, so of two Jane
Does one is found by her number and the other then by her name. Nothing is guessed: where an
identifier fits two students, grading stops and both are named. A submission that matches no student
is still graded.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from autograder.course.roster import Person, Roster, folded, name_keys
from autograder.intake.downloads.uploads import Identity, raise_if_ambiguous
from autograder.text import joined, shown


def match(roster: Roster, submissions: Sequence[Identity]) -> list[Person | None]:
    """The student of each submission; None where the roster has none that fits.

    Raises:
        IntakeError: where one submission fits two students or two submissions fit one; the message
            lists them all and says what to do.
    """
    matching = _Matching(roster, submissions)
    raise_if_ambiguous(matching.problems)
    return [matching.found.get(place) for place in range(len(submissions))]


def count_matches(roster: Roster, submissions: Sequence[Identity]) -> int:
    """How many of the submissions fit at least one student."""
    matching = _Matching(roster, submissions)
    return len(matching.found) + len(matching.stuck)


@dataclass(frozen=True)
class _Identifier:
    """How a submission and a student are compared: the keys of both."""

    keys_of_submission: Callable[[Identity], Iterable[Iterable[str]]]
    keys_of_person: Callable[[Person], Iterable[str]]


def _one_by_one(values: Iterable[str]) -> Iterator[tuple[str]]:
    return ((folded(value),) for value in values if value)


_IDENTIFIERS = (
    _Identifier(lambda one: [[one.number]], lambda person: {person.participant}),
    _Identifier(lambda one: _one_by_one(one.ids), lambda person: {folded(person.id)}),
    _Identifier(lambda one: _one_by_one(one.logins), lambda person: {folded(person.login)}),
    _Identifier(lambda one: _one_by_one([one.email]), lambda person: {folded(person.email)}),
    _Identifier(lambda one: map(name_keys, one.names), lambda person: name_keys(person.name)),
)
_NAMES = _IDENTIFIERS[-1]


class _Matching:
    def __init__(self, roster: Roster, submissions: Sequence[Identity]) -> None:
        self._roster = roster
        self._submissions = submissions
        self.problems: list[str] = []
        self._by_name = self._index(_NAMES)
        self.found: dict[int, Person] = {}
        self.stuck: set[int] = set()
        for identifier in _IDENTIFIERS:
            self._match_by(identifier)

    def _match_by(self, identifier: _Identifier) -> None:
        """Match the submissions that no stronger identifier has matched."""
        index = self._by_name if identifier is _NAMES else self._index(identifier)
        taken = set(self.found.values())
        wanted: dict[Person, list[int]] = defaultdict(list)
        for place, identity in enumerate(self._submissions):
            if place in self.found or place in self.stuck:
                continue
            people = _candidates(index, identifier.keys_of_submission(identity), taken)
            if len(people) > 1:
                self._add_problem(self._several_students(identity, people), place)
            elif people:
                wanted[people[0]].append(place)
        for person, places in wanted.items():
            self._assign(person, places)

    def _assign(self, person: Person, places: list[int]) -> None:
        identities = [self._submissions[place] for place in places]
        if len(places) > 1:
            labels = joined([f"“{identity.label}”" for identity in identities])
            self._add_problem(
                f"{labels} both fit {person}. Remove one, or add the other student to "
                f"{self._roster.path.name}.",
                *places,
            )
        elif others := self._others_of_that_name(identities[0], person):
            self._add_problem(self._contradiction(identities[0], person, others), *places)
        else:
            self.found[places[0]] = person

    def _others_of_that_name(self, identity: Identity, person: Person) -> list[Person]:
        """The students with the submission's name, if the one found by its number has another."""
        if not identity.number or person.participant == identity.number:
            return []
        people = _candidates(self._by_name, _NAMES.keys_of_submission(identity), set())
        return [] if person in people else people

    def _add_problem(self, problem: str, *places: int) -> None:
        self.stuck.update(places)
        self.problems.append(problem)

    def _several_students(self, identity: Identity, people: Iterable[Person]) -> str:
        choice = " or ".join(map(str, people))
        remedy = "Rename it to the id of one of them."
        if identity.number:
            remedy = (
                f"Write {shown(identity.number)} into a column “participant” of "
                f"{self._roster.path.name}, in the line of the right one."
            )
        return f"“{identity.label}” may be {choice}. {remedy}"

    def _contradiction(self, identity: Identity, person: Person, others: Iterable[Person]) -> str:
        names = " or ".join(map(str, others))
        return (
            f"“{identity.label}” has the number of {person} but the name of {names}. "
            f"Fix the ids or names in {self._roster.path.name}, or write "
            f"{shown(identity.number)} into a column “participant” of the right one."
        )

    def _index(self, identifier: _Identifier) -> Mapping[str, list[Person]]:
        index: dict[str, list[Person]] = defaultdict(list)
        for person in self._roster.people:
            for key in identifier.keys_of_person(person):
                if key:
                    index[key].append(person)
        return index


def _candidates(
    index: Mapping[str, list[Person]], alternatives: Iterable[Iterable[str]], taken: set[Person]
) -> list[Person]:
    """The students that fit the first of the alternatives that anyone fits."""
    for keys in alternatives:
        people = {
            person: None for key in keys for person in index.get(key, ()) if person not in taken
        }
        if people:
            return list(people)
    return []
