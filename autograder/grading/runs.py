"""All runs of one source: one worker at a time, and which verdict on each output counts."""

from collections.abc import Iterable
from functools import partial

import msgspec

from assignment.checks.judging.probes.own import SECONDS
from assignment.checks.judging.verdicts import RunVerdicts
from assignment.checks.model.case import Case, Place, Verdict
from autograder.cases.answers import Answers
from autograder.grading.reference_functions import Convention, ReferenceFunctions, as_arrays
from autograder.grading.run import Run
from autograder.grading.verdicts import EvaluatedRun, Verdicts
from autograder.sandbox import Budget, CallbackHandler, Sandbox


class SourceRuns:
    """The runs of one source share its time budget and one worker with the reference.

    ``made`` lists the runs in order, and ``own`` has the verdicts on the student's own functions.
    ``hidden`` is set when hidden cases are asked from now on.
    """

    def __init__(self, answers: Answers, sandbox: Sandbox, source: bytes, file: str) -> None:
        self.made: list[EvaluatedRun] = []
        self.hidden = False
        self.answers = answers
        self._sandbox = sandbox
        self._source = source
        self._file = file
        self._budget = sandbox.budget()
        self.reference = ReferenceFunctions(sandbox, answers)
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
        start = partial(
            self._sandbox.worker,
            self._source,
            full=full,
            inject=replaced,
            watch=watched,
            handler=handler or (self.reference.answering(convention) if replaced else None),
            budget=self._budget,
        )
        run = Run(start, self._source, self._budget, replaced)
        twice = () if watched else self.answers.asked_again
        expected, known = self.answers.expected, self.answers.with_misconceptions
        judging = RunVerdicts(self.answers.graded, expected, known, self._file)
        return EvaluatedRun(run, judging, twice, full, replaced, convention)

    def probing(self, *, full: bool) -> Run:
        """A run for calls that are no cases; its time is its own, so that cases lose none."""
        self.end_worker()
        seconds = min(SECONDS, self._budget.seconds_left)
        limits = msgspec.structs.replace(self._budget.limits, submission_seconds=seconds)
        budget = Budget(limits)
        start = partial(self._sandbox.worker, self._source, full=full, budget=budget)
        return Run(start, self._source, budget)

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
        self.reference.close()

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
        return self._counts[place].first[place]

    def count(self, place: Place, run: EvaluatedRun) -> None:
        """Count the verdict of a run on an output.

        What was made after a hidden input was heard never explains a failure in a public case.
        """
        new = place not in self._counts
        if new or run.first[place].passed or not (self.hidden and place[0] in self._public):
            self._counts[place] = run

    def best(self) -> Verdicts:
        """The verdicts that count, with hints.

        Only failures that count are explained: it takes longer than judging.
        """
        failed: dict[EvaluatedRun, set[str]] = {run: set() for run in self._counts.values()}
        for place, run in self._counts.items():
            verdict = run.first[place]
            if not verdict.passed:
                failed[run].add(verdict.function)
        found = {run: run.explained(functions) for run, functions in failed.items()}
        return {place: found[run][place] for place, run in self._counts.items()}
