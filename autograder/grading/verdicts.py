"""Judge one run: each reply as it comes, then all replies of a function together.

The first judgement needs the accepted answers only and decides whether other functions need to be
asked. The second one looks for misconceptions where something is wrong: their outputs take time to
compute, and other replies may contradict a misconception that fits one reply.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from assignment.checks.judging.judge import all_calls, both_replies, contradicted, judge
from assignment.checks.model.case import Case, Reply, Verdict
from autograder.cases.answers import Answers


@dataclass
class _JudgedReply:
    """A reply, and the verdicts on it by the accepted answers alone."""

    reply: Reply
    verdicts: list[Verdict]


class RunVerdicts:
    """Judges the replies of one run; ``file`` is the name of the student's file."""

    def __init__(self, answers: Answers, file: str) -> None:
        self._answers = answers
        self._file = file
        self._replies: dict[str, list[_JudgedReply]] = {}

    def add(self, call: Case, reply: Reply) -> None:
        """Judge a reply by the accepted answers; a call that is asked twice has two replies."""
        verdicts = judge(call, self._answers.expected(call), reply, file=self._file, hints=False)
        self._replies.setdefault(call.id, []).append(_JudgedReply(reply, verdicts))

    def first(self, case: Case) -> list[Verdict]:
        """The verdicts on a case by the accepted answers alone: without hints, quickly."""
        return all_calls(case, map(self._of_call, self._asked(case)))

    def _asked(self, case: Case) -> list[Case]:
        """The calls of a case that have a reply."""
        return [call for call in case.calls if call.id in self._replies]

    def _of_call(self, call: Case) -> list[Verdict]:
        return _together(judged.verdicts for judged in self._replies[call.id])

    def final(self, functions: Collection[str]) -> dict[str, list[Verdict]]:
        """The verdicts by case on all replies so far; on these ``functions``, with hints."""
        cases = [case for case in self._answers.graded if case.id in self._replies]
        found = {case.id: self.first(case) for case in cases if case.function not in functions}
        for function in functions:
            found |= self._of_function([case for case in cases if case.function == function])
        return found

    def _of_function(self, cases: Sequence[Case]) -> dict[str, list[Verdict]]:
        found = {case.id: self.first(case) for case in cases}
        deciding = {verdict.case for verdicts in found.values() for verdict in verdicts}
        # What misconceptions give takes time to compute, and most further calls decide nothing.
        calls = [
            call
            for case in cases
            for call in self._asked(case)
            if call is case or call.id in deciding
        ]
        judged = {call.id: self._of_call(call) for call in calls}
        unclear = [call for call in calls if self._is_unclear(call, judged[call.id])]
        if not unclear:
            return found
        known = {call.id: self._answers.with_misconceptions(call) for call in calls}
        excluded = contradicted(
            (verdict, known[call.id][verdict.output])
            for call in calls
            for verdict in judged[call.id]
        )
        for call in unclear:
            judged[call.id] = _together(
                judge(call, known[call.id], one.reply, file=self._file, excluded=excluded)
                for one in self._replies[call.id]
            )
        return {
            case.id: all_calls(case, (judged[call.id] for call in case.calls if call.id in judged))
            for case in cases
        }

    def _is_unclear(self, call: Case, verdicts: Sequence[Verdict]) -> bool:
        """Whether something is wrong that a misconception could explain."""
        status = self._replies[call.id][0].reply.status
        return status in ("returned", "error") and not all(v.passed for v in verdicts)


def _together(judged: Iterable[list[Verdict]]) -> list[Verdict]:
    """The verdicts on a case: on its first reply, or on what a second, different reply means."""
    first, *again = judged
    for second in again:
        first = [both_replies(a, b) for a, b in zip(first, second, strict=True)]
    return first
