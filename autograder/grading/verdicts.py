"""Judge one run: each reply by itself, then all replies of a function together.

The first judgement needs the accepted answers only and decides whether other functions need to be
asked. The second one looks for misconceptions where something is wrong: their outputs take time to
compute, and other replies may contradict a misconception that fits one reply.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from assignment.checks.judging.judge import all_calls, both_replies, contradicted, judge
from assignment.checks.model.case import Case, Expected, Verdict, work
from assignment.checks.model.questions import ALL_FUNCTIONS
from autograder.cases.answers import Answers
from autograder.grading.reference_functions import Convention
from autograder.grading.run import Run, RunOutcome

Place = tuple[str, str]
"""A case and one of its outputs."""


@dataclass(frozen=True)
class JudgedOutput:
    """A verdict, and the student's functions that were replaced by reference functions for it.

    ``pair`` names two functions that do not work together, and ``note`` says so in sentences.
    """

    verdict: Verdict
    replaced: tuple[str, ...] = ()
    pair: str = ""
    note: str = ""


Verdicts = dict[Place, JudgedOutput]


@dataclass(eq=False)
class EvaluatedRun:
    """One run of a source with the verdicts on it, whether or not they count in the end.

    ``file`` is the name of the student's file, and the cases in ``twice`` are asked a second time.
    ``full`` says that every top-level statement was run, ``replaced`` which functions were
    replaced by reference functions, and ``convention`` how these returned their vectors. ``first``
    has the verdicts on the outputs that were asked, without hints.
    """

    run: Run
    answers: Answers
    file: str
    twice: Collection[Case]
    full: bool
    replaced: tuple[str, ...]
    convention: Convention
    first: dict[Place, Verdict] = field(default_factory=dict)
    _asked: list[Case] = field(default_factory=list)
    _judged: dict[str, list[Verdict]] = field(default_factory=dict)  # by call, without hints

    @property
    def outcome(self) -> RunOutcome:
        """The replies."""
        return self.run.outcome

    def ask(self, cases: Iterable[Case]) -> None:
        """Ask those of the cases that have not been asked in this run yet."""
        new = [case for case in cases if case.id not in self.outcome.replies]
        if self._asked and not self.run.is_open:
            # A fresh worker goes on as if it had been asked before: what a function keeps from an
            # earlier call shows in hidden cases, too.
            for function in dict.fromkeys(case.function for case in new):
                before = [case for case in self._asked if case.function == function]
                self.run.prepare(sorted(before, key=work)[:1])
        self._asked += new
        self.run.ask(new, [case for case in new if case in self.twice])
        for case in new:
            for call in case.calls:
                self._judged[call.id] = self._judge(call, self.answers.expected(call), hints=False)
            for verdict in _of_case(case, self._judged):
                self.first[case.id, verdict.output] = verdict

    def explained(self, functions: Collection[str] = ALL_FUNCTIONS) -> Verdicts:
        """The verdicts on all outputs that were asked; with hints on those of ``functions``."""
        cases = [case for case in self.answers.graded if case.id in self._judged]
        judged = dict(self._judged)
        for function in functions:
            judged |= self._with_hints([case for case in cases if case.function == function])
        return {
            (case.id, verdict.output): JudgedOutput(verdict, self.replaced)
            for case in cases
            for verdict in _of_case(case, judged)
        }

    def _with_hints(self, cases: Sequence[Case]) -> dict[str, list[Verdict]]:
        """The verdicts by call where something is wrong that a misconception could explain."""
        # What misconceptions give takes time to compute, and most further calls decide nothing.
        deciding = {verdict.case for case in cases for verdict in _of_case(case, self._judged)}
        calls = [
            call for case in cases for call in case.calls if call is case or call.id in deciding
        ]
        unclear = [
            call
            for call in calls
            if self.outcome.replies[call.id].status in ("returned", "error")
            and not all(verdict.passed for verdict in self._judged[call.id])
        ]
        if not unclear:
            return {}
        known = {call.id: self.answers.with_misconceptions(call) for call in calls}
        excluded = contradicted(
            (verdict, known[call.id][verdict.output])
            for call in calls
            for verdict in self._judged[call.id]
        )
        return {call.id: self._judge(call, known[call.id], excluded=excluded) for call in unclear}

    def _judge(self, call: Case, expected: Mapping[str, Expected], **how: Any) -> list[Verdict]:
        """The verdicts on a call: on its first reply, or on what a second, different one means."""
        replies = [self.outcome.replies[call.id]]
        if call.id in self.outcome.again:
            replies.append(self.outcome.again[call.id])
        first, *again = (judge(call, expected, one, file=self.file, **how) for one in replies)
        for second in again:
            first = [both_replies(a, b) for a, b in zip(first, second, strict=True)]
        return first


def _of_case(case: Case, judged: Mapping[str, list[Verdict]]) -> list[Verdict]:
    """The verdicts on a case, from those on its calls; a short run asks the first call only."""
    return all_calls(case, [judged[call.id] for call in case.calls if call.id in judged])
