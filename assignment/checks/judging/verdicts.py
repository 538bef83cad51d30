"""Judge one run of a file: each reply by itself, then all replies of a function together.

The first judgement needs the accepted answers only and decides whether other functions need to be
asked. The second one looks for misconceptions where something is wrong: their outputs take time to
compute, and other replies may contradict a misconception that fits one reply.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from ..model.case import Case, Expected, Reply, Verdict
from .judge import all_calls, both_replies, contradicted, judge

ExpectedOf = Callable[[Case], Mapping[str, Expected]]
"""Returns what is expected of each output of a call."""


class RunVerdicts:
    """Judges the replies of one run on ``cases``; ``file`` is the name of the student's file.

    ``known`` returns what is expected together with the misconception outputs.
    """

    def __init__(
        self, cases: Sequence[Case], expected: ExpectedOf, known: ExpectedOf, file: str
    ) -> None:
        self._cases = cases
        self._expected = expected
        self._known = known
        self._file = file
        self._replies: dict[str, list[Reply]] = {}
        self._judged: dict[str, list[Verdict]] = {}  # by call, without hints

    def add(self, call: Case, reply: Reply) -> None:
        """Judge a reply by the accepted answers; a call that is asked twice has two replies."""
        self._replies.setdefault(call.id, []).append(reply)
        self._judged[call.id] = self._judge(call, self._expected(call), hints=False)

    def first(self, case: Case) -> list[Verdict]:
        """The verdicts on a case by the accepted answers alone: without hints, quickly."""
        return _of_case(case, self._judged)

    def final(self, functions: Collection[str]) -> dict[str, list[Verdict]]:
        """The verdicts by case on all replies so far; on these ``functions``, with hints."""
        cases = [case for case in self._cases if case.id in self._judged]
        judged = dict(self._judged)
        for function in functions:
            judged |= self._with_hints([case for case in cases if case.function == function])
        return {case.id: _of_case(case, judged) for case in cases}

    def _with_hints(self, cases: Sequence[Case]) -> dict[str, list[Verdict]]:
        """The verdicts by call where something is wrong that a misconception could explain."""
        # What misconceptions give takes time to compute, and most further calls decide nothing.
        deciding = {verdict.case for case in cases for verdict in self.first(case)}
        calls = [
            call for case in cases for call in case.calls if call is case or call.id in deciding
        ]
        unclear = [
            call
            for call in calls
            if self._replies[call.id][0].status in ("returned", "error")
            and not all(verdict.passed for verdict in self._judged[call.id])
        ]
        if not unclear:
            return {}
        known = {call.id: self._known(call) for call in calls}
        excluded = contradicted(
            (verdict, known[call.id][verdict.output])
            for call in calls
            for verdict in self._judged[call.id]
        )
        return {call.id: self._judge(call, known[call.id], excluded=excluded) for call in unclear}

    def _judge(self, call: Case, expected: Mapping[str, Expected], **how: Any) -> list[Verdict]:
        """The verdicts on a call: on its first reply, or on what a second, different one means."""
        replies = self._replies[call.id]
        first, *again = (judge(call, expected, one, file=self._file, **how) for one in replies)
        for second in again:
            first = [both_replies(a, b) for a, b in zip(first, second, strict=True)]
        return first


def _of_case(case: Case, judged: Mapping[str, list[Verdict]]) -> list[Verdict]:
    """The verdicts on a case, from those on its calls; a short run asks the first call only."""
    return all_calls(case, [judged[call.id] for call in case.calls if call.id in judged])
