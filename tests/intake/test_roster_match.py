"""Matching submissions with students: the order of the identifiers, and what stops grading."""

from pathlib import Path

import pytest

from autograder.course.roster import Person, Roster
from autograder.errors import IntakeError
from autograder.intake.downloads.uploads import MAX_LISTED, Identity
from autograder.intake.roster_match import count_matches, match

JANE = Person("s1", "Jane Doe", "jane@x.org", "jdoe", participant="501", line=2)
OTHER = Person("s2", "Doe, Jane", "jd@x.org", "jdoe2", line=3)
JOSE = Person("s3", "José Núñez", "jn@x.org", "jnunez", line=4)
FOUR = Person("4004", "Anne-Marie Roe", line=5)
ROSTER = Roster(Path("roster.csv"), (JANE, OTHER, JOSE, FOUR))


def named(name: str, number: str = "") -> Identity:
    """A submission with a known name, and perhaps a number."""
    return Identity(f"{name}_{number}", number=number, ids=(number,), names=(name,))


def refusal(*identities: Identity) -> str:
    """Why nothing is graded."""
    with pytest.raises(IntakeError) as caught:
        match(ROSTER, identities)
    return str(caught.value)


@pytest.mark.parametrize(
    ("identity", "person"),
    [
        (Identity("a", number="501"), JANE),
        (Identity("a", ids=("S2",)), OTHER),
        (Identity("a", logins=("back-jnunez", "jnunez")), JOSE),
        (Identity("a", email="JN@x.org"), JOSE),
        (Identity("a", names=("nunezjose",)), JOSE),
        (Identity("a", names=("Group 7-José Núñez", "José Núñez")), JOSE),
        (named("nobody at all", "4004"), FOUR),
        (named("Jane Doe", "501"), JANE),
        # A stronger identifier counts even if a weaker one contradicts it.
        (Identity("a", ids=("s3",), email="jane@x.org", names=("Doe",)), JOSE),
        (Identity("a", number="s1"), None),
        (named("Jane Roe", "77"), None),
        (Identity("a", ids=("",), logins=("",), names=("",)), None),
        (Identity("a"), None),
    ],
)
def test_the_strongest_identifier_decides(identity: Identity, person: Person | None) -> None:
    """The order is the platform's number, id, login, address, name."""
    assert match(ROSTER, [identity]) == [person]
    assert count_matches(ROSTER, [identity]) == (person is not None)


def test_the_second_of_one_name_is_found_when_the_first_is() -> None:
    """A student who is found by a number is no candidate for a name."""
    one, two = named("Jane Doe", "501"), named("doejane", "502")
    assert match(ROSTER, [two, one]) == [OTHER, JANE]


def test_an_ambiguous_submission_stops_grading() -> None:
    """The message lists all of them, with the lines of the roster and what to do."""
    jane = Identity("Jane Doe", names=("Jane Doe",))
    assert refusal(named("doejane", "7"), jane, named("x")) == (
        "nothing was graded, because some submissions cannot be assigned to a student:\n"
        "  “doejane_7” may be Jane Doe (id s1, line 2) or Doe, Jane (id s2, line 3). "
        "Write 7 into a column “participant” of roster.csv, in the line of the right one.\n"
        "  “Jane Doe” may be Jane Doe (id s1, line 2) or Doe, Jane (id s2, line 3). "
        "Rename it to the id of one of them."
    )
    assert count_matches(ROSTER, [named("doejane", "7"), named("x")]) == 1


def test_a_number_and_a_name_that_contradict_each_other() -> None:
    """An id in the roster may by chance be another student's number on the platform."""
    assert (
        "“nunezjose_4004” has the number of Anne-Marie Roe (id 4004, line 5) but the name of "
        "José Núñez (id s3, line 4). Fix the ids or names in roster.csv, or write 4004 into a "
        "column “participant” of the right one."
    ) in refusal(named("nunezjose", "4004"))
    sure = Person("s3", "José Núñez", participant="4004", line=4)
    assert match(Roster(Path("roster.csv"), (sure, FOUR)), [named("nunezjose", "4004")]) == [sure]


def test_a_long_list_is_cut() -> None:
    """With a wrong roster the message would be very long."""
    lines = refusal(*(named("Jane Doe", str(n)) for n in range(MAX_LISTED + 3))).splitlines()
    assert (len(lines), lines[-1]) == (MAX_LISTED + 2, "  and 3 more")
