"""Count what wrong files read: a misconception by name, a probe's fact, a pattern, or nothing.

Usage: python -m tests.comparison.hints [N]

The files (or every Nth of them): the catalogue, pairs of it, and mistakes that it does not have.
Each wrong function counts once, with the best that it got, and is shown unless it is named or has a
fact. Exit code 1 if less than 95 % of the single mistakes that a public case shows are named or
have a fact.
"""

import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice

from assignment.checks.model.questions import FUNCTIONS
from autograder.cases.answers import Answers
from autograder.grading.evaluate import Evaluation
from autograder.sandbox import Limits, Sandbox
from solution.misconceptions import CATALOGUE, DoesNotApply, source_of
from tests.builders import mistakes

KINDS = ("named", "probe", "note", "pattern", "no numbers", "nothing", "hidden only")
ENTRIES = [entry for entry in CATALOGUE if not entry.remark]
SHARE = 0.95


def files() -> Iterator[tuple[str, str, str]]:
    """All wrong files: of what kind each is, its name, and its source."""
    for entry in ENTRIES:
        yield "catalogue", entry.id, source_of(entry)
    for one, two in zip(ENTRIES, ENTRIES[41:] + ENTRIES[:41], strict=True):
        with suppress(DoesNotApply):
            yield "pairs", f"{one.id} + {two.id}", source_of(one, two)
    for mistake in mistakes.MISTAKES:
        yield "not in the catalogue", mistake[0], mistakes.source_of(mistake)


def kinds(evaluation: Evaluation, public: set[str]) -> dict[str, str]:
    """The best that the student reads about each wrong function."""
    found: dict[str, set[str]] = {}
    shown: set[str] = set()
    for (case, _), one in evaluation.judge().items():
        verdict = one.verdict
        if verdict.passed:
            continue
        holds = {
            "named": verdict.misconception,
            "probe": verdict.hint in evaluation.facts.values(),
            "note": one.note,
            "no numbers": verdict.got is None,  # an exception, a hang: the message says what it is
            "pattern": verdict.hint,
            "nothing": True,
        }
        found.setdefault(verdict.function, set()).add(next(kind for kind in holds if holds[kind]))
        if case in public or verdict.misconception:
            shown.add(verdict.function)
    return {
        function: min(seen, key=KINDS.index) if function in shown else KINDS[-1]
        for function, seen in found.items()
    }


def main() -> int:
    """Grade all files and print the table."""
    every = int(sys.argv[1]) if sys.argv[1:] else 1
    answers = Answers()
    public = {case.id for case in answers.graded if case.public}
    table: dict[str, Counter[str]] = {}
    with Sandbox(Limits(call_seconds=2.0)) as sandbox:
        for group, name, source in islice(files(), 0, None, every):
            evaluation = Evaluation(answers, sandbox, source.encode(), "neural_network.py")
            found = kinds(evaluation, public)
            table.setdefault(group, Counter()).update(found.values())
            for function in sorted(found, key=FUNCTIONS.index):
                if found[function] not in KINDS[:2]:
                    print(f"{found[function]}: {group}, {name}, {function}")
    print(f"{'wrong functions':22}" + "".join(f"{kind:>13}" for kind in KINDS))
    for group, counts in table.items():
        print(f"{group:22}" + "".join(f"{counts[kind]:13}" for kind in KINDS))
    single = table.get("catalogue", Counter()) + table.get("not in the catalogue", Counter())
    shown = single.total() - single[KINDS[-1]] - single["no numbers"]
    share = (single["named"] + single["probe"]) / max(1, shown)
    print(f"Of single mistakes that public cases show, {share:.1%} are named or have a fact.")
    return 0 if share >= SHARE else 1


if __name__ == "__main__":
    sys.exit(main())
