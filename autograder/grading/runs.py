"""All runs of one source: one worker at a time, and which verdict on each output counts."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cached_property

import msgspec

from assignment.checks.judging.probes.own import SECONDS
from assignment.checks.model.case import Case, Verdict, work
from assignment.checks.model.questions import ALL_FUNCTIONS
from autograder.cases.answers import Answers
from autograder.grading.reference_functions import (
    Convention,
    ReferenceFunctions,
    Table,
    as_arrays,
    reference_table,
)
from autograder.grading.run import Inputs, Run, RunOutcome
from autograder.grading.verdicts import RunVerdicts
from autograder.sandbox import Budget, CallbackHandler, Sandbox

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


class CaseData:
    """What is made from the cases alone: once, when first needed, for all submissions."""

    def __init__(self, answers: Answers) -> None:
        self.answers = answers
        self.inputs = Inputs()

    @cached_property
    def table(self) -> Table:
        """The reference's answers to the calls that it makes itself."""
        return reference_table(self.answers)


class EvaluatedRun:
    """One run of a source with the verdicts on it, whether or not they count in the end.

    ``full`` says that every top-level statement was run, ``replaced`` which functions were
    replaced by reference functions, and ``convention`` how these returned their vectors.
    """

    def __init__(
        self,
        run: Run,
        judging: RunVerdicts,
        asked_again: Collection[Case],
        *,
        full: bool = False,
        replaced: tuple[str, ...] = (),
        convention: Convention = as_arrays,
    ) -> None:
        self.run = run
        self.full = full
        self.replaced = replaced
        self.convention = convention
        self._judging = judging
        self._asked_again = asked_again
        self._asked: list[Case] = []
        self._first: dict[Place, Verdict] = {}

    @property
    def outcome(self) -> RunOutcome:
        """The replies."""
        return self.run.outcome

    @property
    def verdicts(self) -> Verdicts:
        """The verdicts on all outputs that were asked, with hints."""
        return self.explained(ALL_FUNCTIONS)

    def explained(self, functions: Collection[str]) -> Verdicts:
        """The verdicts on all outputs that were asked; with hints on those of ``functions``."""
        return {
            (case, verdict.output): JudgedOutput(verdict, self.replaced)
            for case, found in self._judging.final(functions).items()
            for verdict in found
        }

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
        again = [case for case in new if case in self._asked_again]
        self.run.ask(new, again, self._judging.add)
        for case in new:
            for verdict in self._judging.first(case):
                self._first[case.id, verdict.output] = verdict

    def first(self, place: Place) -> Verdict:
        """The verdict on an output that was asked, without a hint."""
        return self._first[place]


class SourceRuns:
    """The runs of one source share its time budget and one worker with the reference.

    ``made`` lists the runs in order, and ``own`` has the verdicts on the student's own functions.
    ``hidden`` is set when hidden cases are asked from now on.
    """

    def __init__(self, data: CaseData, sandbox: Sandbox, source: bytes, file: str) -> None:
        self.made: list[EvaluatedRun] = []
        self.hidden = False
        self.answers = data.answers
        self._data = data
        self._sandbox = sandbox
        self._source = source
        self._file = file
        self._budget = sandbox.budget()
        self._reference: ReferenceFunctions | None = None
        self._open: EvaluatedRun | None = None
        self.own: dict[Place, Verdict] = {}
        self._counts: dict[Place, EvaluatedRun] = {}
        self._public = {case.id for case in self.answers.graded if case.public}

    def new(
        self,
        *,
        full: bool = False,
        replaced: tuple[str, ...] = (),
        convention: Convention = as_arrays,
        watched: tuple[str, ...] = (),
        handler: CallbackHandler | None = None,
    ) -> EvaluatedRun:
        """A run of which nothing has been asked yet; ``handler`` hears what is ``watched``."""
        run = Run(
            self._sandbox,
            self._source,
            self._budget,
            full=full,
            replaced=replaced,
            watched=watched,
            handler=handler or (self.reference.answering(convention) if replaced else None),
            inputs=self._data.inputs,
        )
        judging = RunVerdicts(self.answers, self._file)
        again = () if watched else self.answers.asked_again
        return EvaluatedRun(
            run, judging, again, full=full, replaced=replaced, convention=convention
        )

    def probing(self, *, full: bool) -> Run:
        """A run for calls that are no cases; its time is its own, so that cases lose none."""
        self.end_worker()
        seconds = min(SECONDS, self._budget.seconds_left)
        limits = msgspec.structs.replace(self._budget.limits, submission_seconds=seconds)
        return Run(self._sandbox, self._source, Budget(limits), full=full, inputs=Inputs())

    @property
    def reference(self) -> ReferenceFunctions:
        """The reference functions; their worker starts with the first call."""
        if self._reference is None:
            self._reference = ReferenceFunctions(
                self._sandbox, self._data.table, self.answers.reference
            )
        return self._reference

    def ask(self, run: EvaluatedRun, cases: Iterable[Case]) -> None:
        """Ask cases in a run; the worker of any other run of the source is ended."""
        if run is not self._open:
            self.end_worker()
            self._open = run
        if run not in self.made:
            self.made.append(run)
        run.ask(cases)

    def end_worker(self) -> None:
        """End the worker that was asked last; what is asked next starts a fresh one."""
        if self._open is not None:
            self._open.run.close()
            self._open = None

    def close(self) -> None:
        """End all workers."""
        self.end_worker()
        if self._reference is not None:
            self._reference.close()

    # Which verdict counts

    def places(self, function: str) -> list[Place]:
        """The outputs of a function that have a verdict, public ones first."""
        found = [
            (case.id, output)
            for case in self.answers.graded
            if case.function == function
            for output in case.points
            if (case.id, output) in self._counts
        ]
        return sorted(found, key=lambda place: place[0] not in self._public)

    def verdict(self, place: Place) -> Verdict:
        """The verdict that counts so far, without a hint."""
        return self._counts[place].first(place)

    def statuses(self, function: str) -> set[str]:
        """The statuses of a function's outputs so far."""
        return {self.verdict(place).status for place in self.places(function)}

    def count(self, place: Place, run: EvaluatedRun) -> None:
        """Count the verdict of a run on an output.

        What was made after a hidden input was heard never explains a failure in a public case.
        """
        new = place not in self._counts
        if new or run.first(place).passed or not (self.hidden and place[0] in self._public):
            self._counts[place] = run

    def best(self) -> Verdicts:
        """The verdicts that count, with hints.

        Only failures that count are explained: it takes longer than judging.
        """
        failed: dict[EvaluatedRun, set[str]] = {run: set() for run in self._counts.values()}
        for place, run in self._counts.items():
            verdict = run.first(place)
            if not verdict.passed:
                failed[run].add(verdict.function)
        found = {run: run.explained(functions) for run, functions in failed.items()}
        return {place: found[run][place] for place, run in self._counts.items()}
