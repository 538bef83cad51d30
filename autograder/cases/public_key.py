"""Generate the files that repeat what the code says: public keys and the table of points."""

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from assignment.checks.judging.judge import agrees
from assignment.checks.judging.wrong_output import same
from assignment.checks.model import public_key as key
from assignment.checks.model.case import Case, Expected, work
from assignment.checks.model.points_table import with_points_table
from autograder.cases.answers import Answers
from autograder.cases.expected import nudged
from autograder.cases.margins import WORK_BUDGET
from autograder.cases.misconceptions import add_misconceptions, found_in, stable
from autograder.paths import ROOT

HANDOUT = ROOT / "assignment" / "README.md"


@dataclass(frozen=True)
class Generated:
    """A generated file: its path, the text it should have, and why the one on disk is stale."""

    path: Path
    text: str
    stale: str


def generated(answers: Answers) -> Iterator[Generated]:
    """Yield all generated files of the kit, as they should be."""
    for one in (answers, answers.bonus):
        text = public_key(one)
        yield Generated(one.public_key, text, stale_key(one.public_key, text))
    handout = HANDOUT.read_text(encoding="utf-8")
    table = with_points_table(handout)
    yield Generated(HANDOUT, table, "" if table == handout else "its table of points is another")


def public_key(answers: Answers) -> str:
    """Make a public key: accepted answers, and the misconception outputs that are stable."""
    public = [case for case in answers.cases if case.public]
    expected: dict[str, dict[str, Expected]] = {}
    for case in public:
        expected[case.id] = _expected(answers, case)
        known = found_in(expected[case.id])
        for call in case.also:
            expected[call.id] = _expected(answers, call, known)
    return key.dumps(public, expected)


def _expected(
    answers: Answers, case: Case, known: Mapping[str, Collection[str]] | None = None
) -> dict[str, Expected]:
    right = answers.expected(case)
    if work(case) > WORK_BUDGET:  # the mistakes would take minutes, and rounding decides
        return dict(right)
    shown = add_misconceptions(case, right, known)
    moved = add_misconceptions(nudged(case), right, known)
    return {output: stable(expected, moved[output]) for output, expected in shown.items()}


def stale_key(path: Path, text: str) -> str:
    """Say why the key on disk is not that of ``text``; "" if it is.

    Inputs must be equal. Outputs may differ within the tolerance, as last digits differ between
    processors.
    """
    try:
        old = key.load(path)
    except key.KeyUnreadable as problem:
        return str(problem)
    new = key.loads(text)
    if old.digest != new.digest:
        return "the public cases have changed"
    if json.loads(path.read_text(encoding="utf-8"))["hints"] != json.loads(text)["hints"]:
        return "the hints have changed"
    for call, outputs in new.expected.items():
        for output, expected in outputs.items():
            reason = _differs(old.expected[call][output], expected)
            if reason:
                return f"{call}, output {output}: {reason}"
    return ""


def _differs(old: Expected, new: Expected) -> str:
    if old.tolerance != new.tolerance:
        return "another tolerance"
    if len(old.accepted) != len(new.accepted) or not all(
        agrees(a, b, new.tolerance) for a, b in zip(old.accepted, new.accepted, strict=True)
    ):
        return "another accepted answer"
    if [(alike.id, alike.failure) for alike in old.misconception_outputs] != [
        (alike.id, alike.failure) for alike in new.misconception_outputs
    ]:
        return "other misconceptions"
    for a, b in zip(old.misconception_outputs, new.misconception_outputs, strict=True):
        if a.value is not None and b.value is not None and not same(a.value, b.value, 1e-8):
            return f"the misconception {a.id} gives something else"
    return ""
