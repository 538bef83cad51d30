"""Judge one source: decide which runs it needs, and which verdict on each output counts.

1. The file is run as it was submitted. If a top-level statement was left out and an output failed,
   the file is run once more with all of its statements.
2. Where a function fails and a function below it has failed, it is run again with reference
   functions below it, so that no mistake costs twice (dependency credit).

Of all verdicts on an output the best one counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from assignment.checks.model.case import Case, Verdict
from assignment.checks.model.questions import below
from autograder.cases.answers import Answers
from autograder.grading.reference_functions import (
    OTHERS,
    Convention,
    ReferenceFunctions,
    Table,
    as_arrays,
    reference_table,
)
from autograder.grading.run import Inputs, Run, RunOutcome
from autograder.grading.verdicts import RunVerdicts
from autograder.sandbox import CallbackHandler, Sandbox


@dataclass(frozen=True)
class JudgedOutput:
    """A verdict, and the student's functions that were replaced by reference functions for it."""

    verdict: Verdict
    replaced: tuple[str, ...] = ()


Verdicts = dict[tuple[str, str], JudgedOutput]
"""By case and output."""


@dataclass(frozen=True)
class EvaluatedRun:
    """One run of a source with the verdicts on it, whether or not they counted in the end.

    ``full`` says that every top-level statement was run, ``replaced`` which functions were
    replaced by reference functions, and ``convention`` how these returned their vectors.
    """

    outcome: RunOutcome
    verdicts: Verdicts
    full: bool = False
    replaced: tuple[str, ...] = ()
    convention: Convention = as_arrays


class CaseData:
    """What is made from the cases alone: once, when first needed, for all submissions."""

    def __init__(self, answers: Answers) -> None:
        self.answers = answers
        self.inputs = Inputs()

    @cached_property
    def table(self) -> Table:
        """The reference's answers to the calls that it makes itself."""
        return reference_table(self.answers)


class Evaluation:
    """Judges one source; the runs share its time budget and one worker with the reference.

    ``outcome`` is the run of the file as submitted, ``full`` says whether that was the run of all
    its statements, and ``runs`` lists every run in order, to explain the verdicts with.
    """

    def __init__(self, data: CaseData, sandbox: Sandbox, source: bytes, file: str) -> None:
        self.outcome = RunOutcome()
        self.full = False
        self.runs: list[EvaluatedRun] = []
        self._data = data
        self._answers = data.answers
        self._graded = data.answers.graded
        self._again = data.answers.asked_again
        self._sandbox = sandbox
        self._source = source
        self._file = file
        self._budget = sandbox.budget()
        self._reference: ReferenceFunctions | None = None
        self._known: dict[tuple[str, ...], dict[str, Verdicts]] = {}

    def judge(self) -> Verdicts:
        """The best verdict on every output."""
        try:
            return self._best()
        finally:
            if self._reference is not None:
                self._reference.close()

    def _best(self) -> Verdicts:
        verdicts = self._as_submitted()
        loaded = self.outcome.load
        if loaded is not None and not loaded.ok:
            return verdicts  # reference functions cannot help a file that does not load
        functions = self._answers.functions
        failed = {name for name in functions if _failed(verdicts, name)}
        wrong: set[str] = set()
        for name in functions:
            # First replace only what is wrong by itself, then everything that has failed.
            sets = [tuple(low for low in below(name) if low in bad) for bad in (wrong, failed)]
            for replaced in dict.fromkeys(sets):
                if replaced and _may_gain(verdicts, name):
                    self._credit(verdicts, name, replaced)
            if _failed(verdicts, name):
                wrong.add(name)
        return verdicts

    def _as_submitted(self) -> Verdicts:
        """The verdicts on the student's own functions; of two runs the better one by output."""
        run = self._run(self._graded)
        self.outcome, verdicts = run.outcome, dict(run.verdicts)
        if not self.outcome.left_out or all(judged.verdict.passed for judged in verdicts.values()):
            return verdicts
        run = self._run(self._graded, full=True)
        others = dict(run.verdicts)
        if _points(others) > _points(verdicts):
            self.full = True
            self.outcome, verdicts, others = run.outcome, others, verdicts
        for place, judged in others.items():
            if judged.verdict.points > verdicts[place].verdict.points:
                verdicts[place] = judged
        return verdicts

    def _credit(self, verdicts: Verdicts, function: str, replaced: tuple[str, ...]) -> None:
        """Judge a function with reference functions below it; keep the better verdicts.

        A failure with reference functions counts too: it is the function's own, so its message says
        more than the first one.
        """
        for place, judged in self._with_references(verdicts, function, replaced).items():
            if judged.verdict.status != "not_judged" and not verdicts[place].verdict.passed:
                verdicts[place] = judged
        # A correct function may expect lists or rows from the functions below. One case shows it.
        cases = [case for case in self._graded if case.function == function]
        probe = [case for case in self._again if case.function == function]
        for convention in OTHERS:
            if not _statuses(verdicts, function) & {"failed", "error", "bad_answer"}:
                return
            if _gains(verdicts, self._run_with_references(probe, replaced, convention)):
                better = self._run_with_references(cases, replaced, convention)
                verdicts |= {place: better[place] for place in _gains(verdicts, better)}

    def _with_references(
        self, verdicts: Verdicts, function: str, replaced: tuple[str, ...]
    ) -> Verdicts:
        """The verdicts on a function with reference functions in place of ``replaced``.

        Functions above it that need the same reference functions are asked in the same run. What
        passes there is kept for them; what fails is judged again in a run of its own, because
        another function of the run may be at fault.
        """
        known = self._known.setdefault(replaced, {})
        if function not in known:
            together = self._asked_together(verdicts, function, replaced)
            cases = [case for case in self._graded if case.function in together]
            found = self._run_with_references(cases, replaced, as_arrays)
            for name in together:
                if name == function or not _failed(found, name):
                    known[name] = {
                        place: judged
                        for place, judged in found.items()
                        if judged.verdict.function == name
                    }
        return known[function]

    def _asked_together(
        self, verdicts: Verdicts, function: str, replaced: tuple[str, ...]
    ) -> list[str]:
        """The function, and those above it that need just ``replaced`` if the function passes."""
        found = [function]
        after = self._answers.functions.index(function) + 1
        for name in self._answers.functions[after:]:
            needed = [low for low in below(name) if _failed(verdicts, low) and low not in found]
            if tuple(needed) == replaced and _may_gain(verdicts, name):
                found.append(name)
        return found

    def _run_with_references(
        self, cases: Sequence[Case], replaced: tuple[str, ...], convention: Convention
    ) -> Verdicts:
        return self._run(cases, full=self.full, replaced=replaced, convention=convention).verdicts

    def _run(
        self,
        cases: Sequence[Case],
        *,
        full: bool = False,
        replaced: tuple[str, ...] = (),
        convention: Convention = as_arrays,
    ) -> EvaluatedRun:
        """Run the source once, and judge the replies."""
        run = Run(
            self._sandbox,
            self._source,
            self._budget,
            full=full,
            replaced=replaced,
            handler=self._references(convention) if replaced else None,
            inputs=self._data.inputs,
        )
        judging = RunVerdicts(self._answers, self._file)
        again = [case for case in self._again if case in cases]
        outcome = run.ask(cases, again, judging.add, judging.right_below if replaced else None)
        verdicts = {
            (case_id, verdict.output): JudgedOutput(verdict, replaced)
            for case_id, found in judging.verdicts(cases).items()
            for verdict in found
        }
        self.runs.append(EvaluatedRun(outcome, verdicts, full, replaced, convention))
        return self.runs[-1]

    def _references(self, convention: Convention) -> CallbackHandler:
        if self._reference is None:
            self._reference = ReferenceFunctions(
                self._sandbox, self._data.table, self._answers.reference
            )
        return self._reference.answering(convention)


def _statuses(verdicts: Verdicts, function: str) -> set[str]:
    return {
        judged.verdict.status for judged in verdicts.values() if judged.verdict.function == function
    }


def _failed(verdicts: Verdicts, function: str) -> bool:
    return _statuses(verdicts, function) != {"passed"}


def _may_gain(verdicts: Verdicts, function: str) -> bool:
    """Whether reference functions below could help: not where all that fails is unwritten."""
    return not _statuses(verdicts, function) <= {"passed", "not_implemented"}


def _gains(verdicts: Verdicts, others: Verdicts) -> list[tuple[str, str]]:
    """The outputs that pass in ``others`` and not in ``verdicts``."""
    return [
        place
        for place, judged in others.items()
        if judged.verdict.passed and not verdicts[place].verdict.passed
    ]


def _points(verdicts: Verdicts) -> int:
    return sum(judged.verdict.points for judged in verdicts.values())
