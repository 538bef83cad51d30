"""The verdicts on one run: on each reply as it comes, then on what a function's replies say.

A reply is first judged by the accepted answers, while the worker is at the next call.

Known mistakes are sought only where something is wrong: their answers cost time to compute, and
other replies may speak against a mistake that one of them looks like.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from assignment.checks.case import Case, Expected, Reply, Verdict
from assignment.checks.judge import cleared, judge, remembered
from assignment.checks.questions import below
from autograder.answers import Answers
from autograder.precedents import Excluded, Precedent, Precedents


@dataclass
class _Heard:
    """A reply with its precedent, if it returned anything, and the first verdicts on it."""

    reply: Reply
    precedent: Precedent | None
    verdicts: list[Verdict] = field(default_factory=list)


class Jury:
    """Hears the replies of one run; ``file`` is what students call it.

    ``precedents`` are those that the replies were read by.
    """

    def __init__(self, answers: Answers, file: str, precedents: Precedents) -> None:
        self._answers = answers
        self._file = file
        self._precedents = precedents
        self._heard: dict[str, list[_Heard]] = {}
        self._wrong: set[str] = set()

    def hear(self, case: Case, reply: Reply) -> None:
        """Judge a reply by the accepted answers; a second one to a case belongs to the first."""
        precedent = None
        if reply.status == "returned":
            precedent = self._precedents.of(case, reply.value)
        heard = _Heard(reply, precedent)
        heard.verdicts = self._judge(case, heard, self._answers.expected(case), None)
        self._heard.setdefault(case.id, []).append(heard)
        if not all(verdict.passed for verdict in heard.verdicts):
            self._wrong.add(case.function)

    def stands(self, function: str) -> bool:
        """Whether nothing that was wrong was heard of those that a function is built on."""
        return self._wrong.isdisjoint(below(function))

    def _judge(
        self,
        case: Case,
        heard: _Heard,
        expected: Mapping[str, Expected],
        excluded: Excluded | None,
    ) -> list[Verdict]:
        def judged() -> list[Verdict]:
            found = excluded or frozenset()
            return judge(case, expected, heard.reply, file=self._file, excluded=found)

        return heard.precedent.verdicts(excluded, judged) if heard.precedent else judged()

    def verdicts(self, cases: Sequence[Case]) -> dict[str, list[Verdict]]:
        """The verdicts by case; if it was asked twice, on both answers together.

        Of a function some of whose cases have no reply there are none.
        """
        missing = {case.function for case in cases if case.id not in self._heard}
        found: dict[str, list[Verdict]] = {}
        for function in dict.fromkeys(case.function for case in cases):
            if function not in missing:
                found |= self._of_function([case for case in cases if case.function == function])
        return {case.id: found[case.id] for case in cases if case.id in found}

    def _of_function(self, cases: Sequence[Case]) -> dict[str, list[Verdict]]:
        found = {
            case.id: _together(heard.verdicts for heard in self._heard[case.id]) for case in cases
        }
        unclear = [case for case in cases if self._is_unclear(case, found[case.id])]
        if not unclear:
            return found
        known = {case.id: self._answers.with_lookalikes(case) for case in cases}
        excluded = cleared(
            (verdict, known[case.id][verdict.output])
            for case in cases
            for verdict in found[case.id]
        )
        for case in unclear:
            found[case.id] = _together(
                self._judge(case, heard, known[case.id], excluded) for heard in self._heard[case.id]
            )
        return found

    def _is_unclear(self, case: Case, verdicts: Sequence[Verdict]) -> bool:
        """Whether something is wrong that a known mistake could explain."""
        status = self._heard[case.id][0].reply.status
        return status in ("returned", "error") and not all(v.passed for v in verdicts)


def _together(judged: Iterable[list[Verdict]]) -> list[Verdict]:
    """The verdicts on the first answer, or on what two unlike answers to one question mean."""
    first, *again = judged
    for second in again:
        first = [remembered(a, b) for a, b in zip(first, second, strict=True)]
    return first
