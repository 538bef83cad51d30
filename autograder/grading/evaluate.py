"""The judging of one source: which runs it takes, and which verdict counts.

A file is judged first as it is, in its own chain of functions. If something at its top level was
left out and an output failed, it is run in full as well. Where a function's outputs fail and
something below it has failed, they are judged again with reference functions below (dependency
credit). Per output the best verdict counts, so that no mistake costs twice.
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
from autograder.sandbox import Relay, Sandbox


@dataclass(frozen=True)
class Judged:
    """A verdict, and the functions that were replaced by right ones for it."""

    verdict: Verdict
    replaced: tuple[str, ...] = ()


Verdicts = dict[tuple[str, str], Judged]
"""By case and output."""


@dataclass(frozen=True)
class EvaluatedRun:
    """One run of a source with the verdicts on it, whether or not they counted in the end.

    ``full`` says that every top-level statement was run, ``replaced`` which functions were
    answered for by right ones, and ``convention`` how these answered.
    """

    outcome: RunOutcome
    verdicts: Verdicts
    full: bool = False
    replaced: tuple[str, ...] = ()
    convention: Convention = as_arrays


class Prepared:
    """Made from the cases alone when it is first needed, and used for every submission."""

    def __init__(self, answers: Answers) -> None:
        self.answers = answers
        self.inputs = Inputs()

    @cached_property
    def table(self) -> Table:
        """The reference's answers to the calls that it makes itself."""
        return reference_table(self.answers)


class Evaluation:
    """The judging of one source, with the state that its runs share.

    ``outcome`` is the student's own chain that counted, ``full`` whether it was the full load, and
    ``tried`` every run in its order, for those who must explain the verdicts.
    """

    def __init__(
        self,
        prepared: Prepared,
        sandbox: Sandbox,
        source: bytes,
        file: str,
    ) -> None:
        answers = prepared.answers
        self.outcome = RunOutcome()
        self.full = False
        self.tried: list[EvaluatedRun] = []
        self._answers = answers
        self._sandbox = sandbox
        self._source = source
        self._file = file
        self._budget = sandbox.budget()
        self._prepared = prepared
        self._reference: ReferenceFunctions | None = None
        self._graded = answers.graded
        self._again = answers.asked_again
        self._merits: dict[tuple[str, ...], dict[str, Verdicts]] = {}

    def judge(self) -> Verdicts:
        """The best verdict on every output."""
        try:
            return self._judged()
        finally:
            if self._reference is not None:
                self._reference.close()

    def _judged(self) -> Verdicts:
        verdicts = self._own_chain()
        loaded = self.outcome.load
        if loaded is not None and not loaded.ok:
            return verdicts  # reference functions cannot help a file that does not load
        functions = self._answers.functions
        fallen = {name for name in functions if _failed(verdicts, name)}
        wrong: set[str] = set()
        for name in functions:
            # First only what is wrong on its own merits is replaced, then all that has failed.
            sets = [tuple(low for low in below(name) if low in bad) for bad in (wrong, fallen)]
            for inject in dict.fromkeys(sets):
                if inject and _may_gain(verdicts, name):
                    self._on_merits(verdicts, name, inject)
            if _failed(verdicts, name):
                wrong.add(name)
        return verdicts

    def _own_chain(self) -> Verdicts:
        tried = self._try(self._graded, self._again, full=False)
        self.outcome, verdicts = tried.outcome, dict(tried.verdicts)
        if not self.outcome.left_out or all(judged.verdict.passed for judged in verdicts.values()):
            return verdicts
        tried = self._try(self._graded, self._again, full=True)
        others = dict(tried.verdicts)
        if _points(others) > _points(verdicts):
            self.full = True
            self.outcome, verdicts, others = tried.outcome, others, verdicts
        for place, judged in others.items():
            if judged.verdict.points > verdicts[place].verdict.points:
                verdicts[place] = judged
        return verdicts

    def _on_merits(self, verdicts: Verdicts, function: str, inject: tuple[str, ...]) -> None:
        """Judge a function again with right ones in place of ``inject``; keep what is better.

        A failure with reference functions below is the function's own: it says more than the first.
        """
        cases = [case for case in self._graded if case.function == function]
        for place, judged in self._merits_of(verdicts, function, inject).items():
            if judged.verdict.status != "not_judged" and not verdicts[place].verdict.passed:
                verdicts[place] = judged
        # A right function may be written for lower ones that answer in lists or in rows; whether
        # that is so shows in one case already.
        probe = [case for case in self._again if case.function == function]
        for convention in OTHERS:
            if not _statuses(verdicts, function) & {"failed", "error", "bad_answer"}:
                return
            if _gains(verdicts, self._with_right(probe, inject, convention)):
                better = self._with_right(cases, inject, convention)
                verdicts |= {place: better[place] for place in _gains(verdicts, better)}

    def _merits_of(self, verdicts: Verdicts, function: str, inject: tuple[str, ...]) -> Verdicts:
        """The verdicts on a function with right ones in place of ``inject``.

        Those above it that need the same right ones are asked in the same run, for as long as all
        that is heard of the functions between is right. What is right there need not be asked
        anew; what is not is judged by itself, since another function may have been at fault.
        """
        known = self._merits.setdefault(inject, {})
        if function not in known:
            company = self._company(verdicts, function, inject)
            cases = [case for case in self._graded if case.function in company]
            found = self._with_right(cases, inject, as_arrays)
            for name in company:
                if name == function or not _failed(found, name):
                    known[name] = {
                        place: judged
                        for place, judged in found.items()
                        if judged.verdict.function == name
                    }
        return known[function]

    def _company(self, verdicts: Verdicts, function: str, inject: tuple[str, ...]) -> list[str]:
        """The function, and those above that need ``inject`` and no more if it is right itself."""
        found = [function]
        after = self._answers.functions.index(function) + 1
        for name in self._answers.functions[after:]:
            open_ = [low for low in below(name) if _failed(verdicts, low) and low not in found]
            if tuple(open_) == inject and _may_gain(verdicts, name):
                found.append(name)
        return found

    def _with_right(
        self, cases: Sequence[Case], inject: tuple[str, ...], convention: Convention
    ) -> Verdicts:
        again = [case for case in self._again if case in cases]
        return self._try(
            cases, again, full=self.full, inject=inject, convention=convention
        ).verdicts

    def _answering(self, convention: Convention) -> Relay:
        if self._reference is None:
            self._reference = ReferenceFunctions(
                self._sandbox, self._prepared.table, self._answers.reference
            )
        return self._reference.answering(convention)

    def _try(
        self,
        cases: Sequence[Case],
        again: Sequence[Case],
        *,
        full: bool,
        inject: tuple[str, ...] = (),
        convention: Convention = as_arrays,
    ) -> EvaluatedRun:
        """Run the source once, and judge."""
        run = Run(
            self._sandbox,
            self._source,
            self._budget,
            full=full,
            inject=inject,
            answerer=self._answering(convention) if inject else None,
            inputs=self._prepared.inputs,
        )
        jury = RunVerdicts(self._answers, self._file)
        outcome = run.ask(cases, again, jury.hear, jury.stands if inject else None)
        verdicts = {
            (case_id, verdict.output): Judged(verdict, inject)
            for case_id, found in jury.verdicts(cases).items()
            for verdict in found
        }
        self.tried.append(EvaluatedRun(outcome, verdicts, full, inject, convention))
        return self.tried[-1]


def _statuses(verdicts: Verdicts, function: str) -> set[str]:
    return {
        judged.verdict.status for judged in verdicts.values() if judged.verdict.function == function
    }


def _failed(verdicts: Verdicts, function: str) -> bool:
    return _statuses(verdicts, function) != {"passed"}


def _may_gain(verdicts: Verdicts, function: str) -> bool:
    """Whether reference functions below could help: something failed that is not just unwritten."""
    return not _statuses(verdicts, function) <= {"passed", "not_implemented"}


def _gains(verdicts: Verdicts, others: Verdicts) -> list[tuple[str, str]]:
    """Where the others pass and these do not."""
    return [
        place
        for place, judged in others.items()
        if judged.verdict.passed and not verdicts[place].verdict.passed
    ]


def _points(verdicts: Verdicts) -> int:
    return sum(judged.verdict.points for judged in verdicts.values())
