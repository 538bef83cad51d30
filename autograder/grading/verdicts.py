"""The verdicts on one run: on each reply as it comes, then on a function's replies together.

Misconceptions are sought only where something is wrong: their outputs cost time to compute, and
other replies may speak against a misconception that one reply fits.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from assignment.checks.judging.judge import cleared, judge, remembered
from assignment.checks.model.case import Case, Expected, Reply, Verdict
from assignment.checks.model.questions import below
from autograder.cases.answers import Answers

Excluded = frozenset[tuple[str, str]]


@dataclass
class _Heard:
    """A reply, and the verdicts on it by the accepted answers alone."""

    reply: Reply
    verdicts: list[Verdict]


class RunVerdicts:
    """Judges the replies of one run; ``file`` is the name of the student's file."""

    def __init__(self, answers: Answers, file: str) -> None:
        self._answers = answers
        self._file = file
        self._heard: dict[str, list[_Heard]] = {}
        self._wrong: set[str] = set()

    def hear(self, case: Case, reply: Reply) -> None:
        """Judge a reply by the accepted answers; a second one to a case belongs to the first."""
        verdicts = self._judge(case, reply, self._answers.expected(case), frozenset())
        self._heard.setdefault(case.id, []).append(_Heard(reply, verdicts))
        if not all(verdict.passed for verdict in verdicts):
            self._wrong.add(case.function)

    def stands(self, function: str) -> bool:
        """Whether nothing that was wrong was heard of those that a function is built on."""
        return self._wrong.isdisjoint(below(function))

    def _judge(
        self, case: Case, reply: Reply, expected: Mapping[str, Expected], excluded: Excluded
    ) -> list[Verdict]:
        return judge(case, expected, reply, file=self._file, excluded=excluded)

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
        known = {case.id: self._answers.with_misconceptions(case) for case in cases}
        excluded = cleared(
            (verdict, known[case.id][verdict.output])
            for case in cases
            for verdict in found[case.id]
        )
        for case in unclear:
            found[case.id] = _together(
                self._judge(case, heard.reply, known[case.id], excluded)
                for heard in self._heard[case.id]
            )
        return found

    def _is_unclear(self, case: Case, verdicts: Sequence[Verdict]) -> bool:
        """Whether something is wrong that a misconception could explain."""
        status = self._heard[case.id][0].reply.status
        return status in ("returned", "error") and not all(v.passed for v in verdicts)


def _together(judged: Iterable[list[Verdict]]) -> list[Verdict]:
    """The verdicts on the first answer, or on what two unlike answers to one question mean."""
    first, *again = judged
    for second in again:
        first = [remembered(a, b) for a, b in zip(first, second, strict=True)]
    return first
