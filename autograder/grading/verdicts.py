"""One run of a source with the verdicts on it, whether or not they count in the end."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from assignment.checks.judging.verdicts import RunVerdicts
from assignment.checks.model.case import Case, Place, Verdict, work
from assignment.checks.model.questions import ALL_FUNCTIONS
from autograder.grading.reference_functions import Convention
from autograder.grading.run import Run, RunOutcome


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
    """A run and the verdicts on it; the cases in ``twice`` are asked a second time.

    ``full`` says that every top-level statement was run, ``replaced`` which functions were
    replaced by reference functions, and ``convention`` how these returned their vectors. ``first``
    has the verdicts on the outputs that were asked, without hints.
    """

    run: Run
    verdicts: RunVerdicts
    twice: Collection[Case]
    full: bool
    replaced: tuple[str, ...]
    convention: Convention
    first: dict[Place, Verdict] = field(default_factory=dict)
    _asked: list[Case] = field(default_factory=list)

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
                for replies in (self.outcome.replies, self.outcome.again):
                    if call.id in replies:
                        self.verdicts.add(call, replies[call.id])
            for verdict in self.verdicts.first(case):
                self.first[case.id, verdict.output] = verdict

    def explained(self, functions: Collection[str] = ALL_FUNCTIONS) -> Verdicts:
        """The verdicts on all outputs that were asked; with hints on those of ``functions``."""
        found = self.verdicts.final(functions)
        return {
            (case, verdict.output): JudgedOutput(verdict, self.replaced)
            for case, verdicts in found.items()
            for verdict in verdicts
        }
