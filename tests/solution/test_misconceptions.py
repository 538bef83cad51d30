"""The catalogue of misconceptions: each applies, breaks what it says, and is named."""

import re
import sys
import types
from dataclasses import replace
from functools import cache
from itertools import combinations
from pathlib import Path

import pytest

from assignment.checks.judging.diagnose import same
from assignment.checks.judging.judge import all_calls, judge
from assignment.checks.model.case import (
    Case,
    Expected,
    MisconceptionOutput,
    Verdict,
    every_call,
)
from assignment.checks.model.public_key import load
from assignment.checks.model.questions import BONUS_FUNCTIONS, FUNCTIONS
from autograder.cases.answers import Answers
from autograder.cases.expected import call
from autograder.cases.misconceptions import add_misconceptions
from autograder.paths import BONUS_KEY, ROOT
from solution import neural_network as reference
from solution.misconceptions import (
    BONUS_CATALOGUE,
    CATALOGUE,
    EVERY_ENTRY,
    DoesNotApply,
    Misconception,
    source_of,
    swayed,
)
from solution.misconceptions.entry import text_of

ANSWERS = Answers()
MISTAKES = tuple(e for e in CATALOGUE if not e.remark and not e.remembers)
REMARKS = tuple(e for e in CATALOGUE if e.remark)
REMEMBERED = tuple(e for e in CATALOGUE if e.remembers)

each_entry = pytest.mark.parametrize("entry", EVERY_ENTRY, ids=lambda entry: entry.id)
each_mistake = pytest.mark.parametrize(
    "entry", [*MISTAKES, *BONUS_CATALOGUE], ids=lambda entry: entry.id
)


def graded_with(entry: Misconception, answers: Answers = ANSWERS) -> tuple[Case, ...]:
    """All graded cases of the file that the entry is about."""
    return (answers.bonus if entry.function in BONUS_FUNCTIONS else answers).graded


def cases_of(entry: Misconception, answers: Answers = ANSWERS) -> list[Case]:
    """The graded cases of the entry's function."""
    return [case for case in graded_with(entry, answers) if case.function == entry.function]


@cache
def expected(case_id: str) -> dict[str, Expected]:
    """Accepted answers and misconception outputs of a case, computed instead of read."""
    graded = (*ANSWERS.graded, *ANSWERS.bonus.graded)
    case = next(case for case in every_call(graded) if case.id == case_id)
    return add_misconceptions(case, ANSWERS.expected(case))


def fresh(entry: Misconception) -> types.ModuleType:
    """The entry as a module that has not been called yet, everything at its top level run."""
    module = types.ModuleType("neural_network")
    exec(compile(source_of(entry), f"<{entry.id}>", "exec"), module.__dict__)
    return module


module_of = cache(fresh)


@cache
def verdicts(entry: Misconception) -> tuple[Verdict, ...]:
    """What the judge says of the function with this entry in it, all other functions right."""
    found: list[Verdict] = []
    for case in cases_of(entry):
        judged = (judge(c, expected(c.id), call(module_of(entry), c)) for c in case.calls)
        found += all_calls(case, judged)
    return tuple(found)


def lost_in(
    module: types.ModuleType, case: Case, answers: Answers = ANSWERS
) -> set[tuple[str, str]]:
    """The outputs of a case that are not right in every call."""
    judged = (judge(c, answers.expected(c), call(module, c)) for c in case.calls)
    return failed(all_calls(case, judged))


def failed(found: tuple[Verdict, ...] | list[Verdict]) -> set[tuple[str, str]]:
    """The pairs (case, output) that are not right."""
    return {(v.case.partition("+")[0], v.output) for v in found if not v.passed}


@pytest.fixture(autouse=True)
def plotting(monkeypatch: pytest.MonkeyPatch) -> None:
    """A pyplot that does nothing: the real one takes a second to import and wants a screen."""
    pyplot = types.ModuleType("matplotlib.pyplot")
    pyplot.plot = pyplot.show = lambda *_: None  # type: ignore[attr-defined]
    package = types.ModuleType("matplotlib")
    package.pyplot = pyplot  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "matplotlib", package)
    monkeypatch.setitem(sys.modules, "matplotlib.pyplot", pyplot)


# What an entry is.


@each_entry
def test_an_entry_changes_its_function_and_nothing_else(entry: Misconception) -> None:
    """All edits apply, and the text of every other function stays as it is in the reference."""
    right, wrong = without(entry), source_of(entry)
    assert wrong != right
    functions = BONUS_FUNCTIONS if entry.function in BONUS_FUNCTIONS else FUNCTIONS
    others = [name for name in functions if name != entry.function]
    assert [text_of(wrong, name) for name in others] == [text_of(right, name) for name in others]


NOTHING = Misconception("nothing", "sigmoid", (), "There is nothing to say.")


def without(entry: Misconception) -> str:
    """The reference that the entry is an edit of."""
    return source_of(replace(NOTHING, function=entry.function))


def test_an_entry_without_edits_is_the_reference() -> None:
    """The source is handed out whole and unchanged."""
    whole = Path(str(reference.__file__)).read_text(encoding="utf-8")
    assert source_of(NOTHING) == whole


@pytest.mark.parametrize("old", ["no such line", "value"])
def test_an_edit_that_does_not_apply_exactly_once_is_an_error(old: str) -> None:
    """A change of the reference cannot quietly turn a misconception into a right solution."""
    with pytest.raises(DoesNotApply, match=old):
        source_of(Misconception("stale", "sigmoid", ((old, "new"),), "A hint."))


def test_a_function_of_its_own_replaces_the_references() -> None:
    """Where edits are not enough, a whole function replaces the text."""
    entry = Misconception("own", "d_sigmoid", (), "A hint.", source="def d_sigmoid(x):\n    ...")
    assert text_of(source_of(entry), "d_sigmoid") == entry.source


def test_there_are_enough_of_them_in_every_function() -> None:
    """At least 40 mistakes, some in each function, and the remarks."""
    assert len(MISTAKES) >= 40
    assert {entry.function for entry in MISTAKES} == set(FUNCTIONS)
    assert len(REMARKS) >= 4


def test_ids_and_hints_belong_to_one_entry_each() -> None:
    """A name or a sentence that two entries shared would say nothing of either."""
    assert len({entry.id for entry in EVERY_ENTRY}) == len(EVERY_ENTRY)
    assert len({entry.hint for entry in EVERY_ENTRY}) == len(EVERY_ENTRY)


@each_entry
def test_a_hint_points_at_the_step_and_does_not_give_the_code(entry: Misconception) -> None:
    """Plain sentences that name the place in the handout, without a line of the answer in them."""
    assert entry.hint.endswith(".")
    assert len(entry.hint) <= 250
    assert entry.remark or "handout" in entry.hint.lower()
    lines = {line.strip() for old, _ in entry.edits for line in old.splitlines()}
    lines |= {line.strip() for line in text_of(without(entry), entry.function).splitlines()}
    assert [line for line in lines if len(line) > 8 and line in entry.hint] == []
    assert [sign for sign in ("np.", " @ ", "+=", "==", "[n]", "[1:]") if sign in entry.hint] == []


@pytest.mark.parametrize(
    "hint", sorted({one.hint for one in (*EVERY_ENTRY, *every_call(ANSWERS.cases))})
)
def test_every_place_that_a_hint_names_is_in_the_handout(hint: str) -> None:
    """Sections and steps exist; nothing is said of notes, lines or editions that nobody sees."""
    text = (ROOT / "assignment" / "README.md").read_text(encoding="utf-8")
    sections = re.findall(r"HANDOUT (\w\.\d)", hint.upper())
    steps = [int(step) for step in re.findall(r"steps? (\d)", hint)]
    assert len(set(sections)) == 1 or not steps
    for section in sections:
        begin = rf"^(###|\*\*) ?{re.escape(section)} "
        found = re.search(rf"{begin}.*?(?=^##|^\*\*)", text, re.MULTILINE | re.DOTALL)
        assert found
        assert set(steps) <= {int(n) for n in re.findall(r"^(\d)\. ", found[0], re.MULTILINE)}
    assert not re.search(r"\b(notes?|fraction line|edition|misprint|points?|Eq)\b", hint)


# What an entry breaks.


@each_mistake
def test_a_mistake_breaks_exactly_its_outputs(entry: Misconception) -> None:
    """Neither more nor less is lost than the catalogue says, and it says something."""
    assert entry.broken(graded_with(entry)) == failed(verdicts(entry)) != set()


@pytest.mark.parametrize("entry", MISTAKES, ids=lambda entry: entry.id)
def test_a_mistake_is_caught_in_public_and_in_hidden(entry: Misconception) -> None:
    """Students can find each one themselves, and a solution made for the public cases fails."""
    lost = {case for case, _ in failed(verdicts(entry))}
    assert {case.public for case in cases_of(entry) if case.id in lost} == {True, False}


@pytest.mark.parametrize("entry", BONUS_CATALOGUE, ids=lambda entry: entry.id)
def test_a_mistake_of_the_bonus_is_named_at_home(entry: Misconception) -> None:
    """The public key knows it in a case of its function, which may be one for practice."""
    key = load(BONUS_KEY)
    shown = {
        call.function
        for call in every_call(key.cases)
        for right in key.expected[call.id].values()
        if entry.id in {wrong.id for wrong in right.misconception_outputs}
    }
    assert shown == {entry.function}


@each_mistake
def test_every_token_of_breaks_says_something(entry: Misconception) -> None:
    """No token is about a case or an output that there is not, or repeats another one."""
    everything = entry.broken(graded_with(entry))
    for token in entry.breaks:
        others = tuple(other for other in entry.breaks if other != token)
        less = Misconception(entry.id, entry.function, entry.edits, entry.hint, others)
        assert less.broken(graded_with(entry)) < everything


@pytest.mark.parametrize("entry", REMARKS, ids=lambda entry: entry.id)
def test_a_remark_costs_nothing(entry: Misconception) -> None:
    """Every output of every function is right, in the whole chain."""
    assert entry.breaks == ()
    for case in ANSWERS.graded:
        assert lost_in(module_of(entry), case) == set()


@pytest.mark.parametrize("entry", REMEMBERED, ids=lambda entry: entry.id)
def test_what_is_remembered_shows_when_cases_are_asked_in_order_and_again(
    entry: Misconception,
) -> None:
    """In one process, the graded cases of the function and then the ones asked again."""
    module = fresh(entry)
    again = [case for case in ANSWERS.asked_again if case.function == entry.function]
    lost = set()
    for case in (*cases_of(entry), *(replace(case, also=()) for case in again)):
        lost |= lost_in(module, case)
    assert entry.broken(ANSWERS.graded) == lost != set()


@each_mistake
def test_a_mistake_breaks_the_same_under_another_hidden_seed(entry: Misconception) -> None:
    """But for outputs of hidden cases that may come out right by luck (``swayed``)."""
    cases = cases_of(entry, OTHER_SEED)
    by_id = {case.id: case for case in cases}
    lost: set[tuple[str, str]] = set()
    for case in cases:
        lost |= lost_in(module_of(entry), case, OTHER_SEED)
    differs = entry.broken(cases) ^ lost
    assert [pair for pair in differs if not swayed(by_id[pair[0]], pair[1])] == []


OTHER_SEED = Answers(2)


# What a student reads.


@each_mistake
def test_a_mistake_is_told_by_its_own_hint_and_no_other(entry: Misconception) -> None:
    """Where it costs points, in public and in hidden; nowhere does another entry's hint stand."""
    named = {v.case.partition("+")[0] for v in verdicts(entry) if v.misconception == entry.id}
    assert {v.misconception for v in verdicts(entry)} <= {entry.id, ""}
    assert {v.hint for v in verdicts(entry) if v.misconception} <= {entry.hint}
    lost = {case for case, _ in failed(verdicts(entry))}
    public = [{case.public for case in cases_of(entry) if case.id in ids} for ids in (named, lost)]
    assert public[0] == public[1]


def test_two_mistakes_that_no_case_can_tell_apart_are_one() -> None:
    """Every two of a function give different answers to some call of a graded case."""
    twins = [
        (one.id, other.id)
        for one, other in combinations((*MISTAKES, *BONUS_CATALOGUE), 2)
        if one.function == other.function and not told_apart(one, other)
    ]
    assert twins == []


def told_apart(one: Misconception, other: Misconception) -> bool:
    """Whether some judged output of some case differs."""
    return any(
        not alike(wrong_answer(one, case.id, output), wrong_answer(other, case.id, output))
        for case in every_call(cases_of(one))
        for output in case.points
    )


def wrong_answer(entry: Misconception, case_id: str, output: str) -> MisconceptionOutput | None:
    """What an entry answers to a case; None where that is right."""
    found = expected(case_id)[output].misconception_outputs
    return next((answer for answer in found if answer.id == entry.id), None)


def alike(one: MisconceptionOutput | None, other: MisconceptionOutput | None) -> bool:
    """Whether two answers are equal in every respect that is judged."""
    if one is None or other is None:
        return one is other
    if one.value is None or other.value is None:
        return one.value is other.value and one.failure == other.failure
    return same(one.value, other.value, 1e-6)
