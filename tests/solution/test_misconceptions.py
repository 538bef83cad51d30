"""The catalogue of misconceptions: each applies, breaks what it says, and is named."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import cache
from itertools import combinations
from types import ModuleType

import pytest

from assignment.checks.judging.judge import all_calls, judge
from assignment.checks.judging.wrong_output import same
from assignment.checks.loading.loader import load
from assignment.checks.model.case import Case, Expected, MisconceptionOutput, Verdict, every_call
from assignment.checks.model.public_key import load as load_key
from assignment.checks.model.questions import BONUS_FUNCTIONS, FUNCTIONS
from autograder.cases.answers import Answers
from autograder.cases.expected import call, reference_source
from autograder.cases.misconceptions import add_misconceptions, misconception_outputs
from autograder.paths import BONUS_KEY, ROOT
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
from tests.builders.results import ANSWERS

OTHER_SEED = Answers(2)
MISTAKES = tuple(e for e in CATALOGUE if not e.remark and not e.remembers)

each_entry = pytest.mark.parametrize("entry", EVERY_ENTRY, ids=lambda entry: entry.id)
each_mistake = pytest.mark.parametrize(
    "entry", [*MISTAKES, *BONUS_CATALOGUE], ids=lambda entry: entry.id
)


def of_file(entry: Misconception, answers: Answers = ANSWERS) -> Answers:
    """The answers for the file that the entry is about."""
    return answers.bonus if entry.function in BONUS_FUNCTIONS else answers


def cases_of(entry: Misconception, answers: Answers = ANSWERS) -> list[Case]:
    """The graded cases of the entry's function."""
    return [case for case in of_file(entry, answers).graded if case.function == entry.function]


def wrong(
    entry: Misconception, cases: Iterable[Case], expected: Callable[[Case], Mapping[str, Expected]]
) -> list[tuple[Case, Verdict]]:
    """The outputs that are not right in every call of a case, all other functions right."""
    found = []
    for case in cases:
        judged = (judge(c, expected(c), call(module_of(entry), c)) for c in case.calls)
        found += [(case, verdict) for verdict in all_calls(case, judged) if not verdict.passed]
    return found


COMPUTED: dict[str, Mapping[str, Expected]] = {}


def with_misconceptions(case: Case) -> Mapping[str, Expected]:
    """The answers of the catalogue, computed: the public key does not know a new entry yet."""
    if case.id not in COMPUTED:
        COMPUTED[case.id] = add_misconceptions(case, ANSWERS.expected(case))
    return COMPUTED[case.id]


@cache
def module_of(entry: Misconception) -> ModuleType:
    """The entry as a module, everything at its top level run."""
    return load(source_of(entry), full=True).module


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
    assert source_of(NOTHING) == reference_source().decode()


@pytest.mark.parametrize("old", ["no such line", "value"])
def test_an_edit_that_does_not_apply_exactly_once_is_an_error(old: str) -> None:
    """A change of the reference cannot quietly turn a misconception into a right solution."""
    with pytest.raises(DoesNotApply, match=old):
        source_of(Misconception("stale", "sigmoid", ((old, "new"),), "A hint."))


def test_a_function_of_its_own_replaces_the_references() -> None:
    """Where edits are not enough, a whole function replaces the text."""
    entry = Misconception("own", "d_sigmoid", (), "A hint.", source="def d_sigmoid(x):\n    ...")
    assert text_of(source_of(entry), "d_sigmoid") == entry.source


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
    """Neither more nor less is lost than the catalogue says, in public and in hidden cases.

    Under another seed, too, but for outputs that may come out right by luck (``swayed``).
    """
    for answers in (ANSWERS, OTHER_SEED):
        cases = cases_of(entry, answers)
        lost = wrong(entry, cases, of_file(entry, answers).expected)
        differs = entry.broken(cases) ^ {(case.id, verdict.output) for case, verdict in lost}
        if answers is OTHER_SEED:
            by_luck = {(c.id, output) for c in cases for output in c.points if swayed(c, output)}
            differs -= by_luck
        assert differs == set()
        assert entry in BONUS_CATALOGUE or {case.public for case, _ in lost} == {True, False}


@each_mistake
def test_a_mistake_is_told_by_its_own_hint_and_no_other(entry: Misconception) -> None:
    """Where it costs points, in public and in hidden; nowhere does another entry's hint stand."""
    lost = wrong(entry, cases_of(entry), with_misconceptions)
    named = [(case, verdict) for case, verdict in lost if verdict.misconception]
    assert {(v.misconception, v.hint) for _, v in named} == {(entry.id, entry.hint)}
    assert {case.public for case, _ in named} == {case.public for case, _ in lost}


@pytest.mark.parametrize("entry", BONUS_CATALOGUE, ids=lambda entry: entry.id)
def test_a_mistake_of_the_bonus_is_named_at_home(entry: Misconception) -> None:
    """The public key knows it in a case of its function, which may be one for practice."""
    key = load_key(BONUS_KEY)
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
    everything = entry.broken(cases_of(entry))
    for token in entry.breaks:
        others = tuple(other for other in entry.breaks if other != token)
        less = Misconception(entry.id, entry.function, entry.edits, entry.hint, others)
        assert less.broken(cases_of(entry)) < everything


def test_two_mistakes_that_no_case_can_tell_apart_are_one() -> None:
    """Every two of a function give different answers to some call of a graded case."""
    answers = {
        entry: [
            (misconception_outputs(entry, asked), asked.points)
            for asked in every_call(cases_of(entry))
        ]
        for entry in (*MISTAKES, *BONUS_CATALOGUE)
    }
    twins = [
        (one.id, other.id)
        for one, other in combinations(answers, 2)
        if one.function == other.function
        and all(
            alike(a[output], b[output])
            for (a, points), (b, _) in zip(answers[one], answers[other], strict=True)
            for output in points
        )
    ]
    assert twins == []


def alike(one: MisconceptionOutput, other: MisconceptionOutput) -> bool:
    """Whether two answers are equal in every respect that is judged."""
    if one.value is None or other.value is None:
        return one.value is other.value and one.failure == other.failure
    return same(one.value, other.value, 1e-6)
