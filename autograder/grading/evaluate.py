"""Judge one source: decide which runs it needs, and which verdict on each output counts.

Public cases come first, in all runs that they ask for; then every worker is ended, and the hidden
cases follow, in fresh workers. So nothing that a student reads about a public case was made after
a hidden input was heard; what is made later becomes a fixed sentence.

1. The file is run as it was submitted. If a top-level statement was left out and an output failed,
   the file is run once more with all of its statements.
2. Where a function fails, it is run again with reference functions below it, so that no mistake
   costs twice (`credit`).
3. Public outputs that are wrong for no known reason are probed (`probing`).

Of all verdicts on an output the best one counts.
"""

from collections.abc import Sequence
from dataclasses import replace

from assignment.checks.judging.probes.find import Output
from assignment.checks.judging.saturated import not_for_nothing
from assignment.checks.judging.settled import settled
from assignment.checks.model.case import Case
from autograder.cases.answers import Answers
from autograder.grading.credit import Credit
from autograder.grading.probing import probe, with_facts
from autograder.grading.run import RunOutcome
from autograder.grading.runs import SourceRuns
from autograder.grading.verdicts import EvaluatedRun, JudgedOutput, Verdicts
from autograder.sandbox import Sandbox


class Evaluation:
    """Judges one source.

    ``outcome`` is the run as submitted that students read of, ``full`` says whether the run of all
    statements was better, ``facts`` are what probes found, and ``runs`` lists every run in order,
    to explain the verdicts with.
    """

    def __init__(self, answers: Answers, sandbox: Sandbox, source: bytes, file: str) -> None:
        self.outcome = RunOutcome()
        self.full = False
        self.facts: dict[Output, str] = {}
        self._runs = SourceRuns(answers, sandbox, source, file)
        self.runs = self._runs.made

    def judge(self) -> Verdicts:
        """The best verdict on every output."""
        runs, graded = self._runs, self._runs.answers.graded
        own, full = runs.new(), runs.new(full=True)
        self.outcome = own.outcome
        credit = Credit(runs)
        try:
            for hidden in (False, True):
                runs.hidden = hidden
                cases = [case for case in graded if hidden or case.public]
                self._as_submitted(own, full, cases)
                if own.outcome.load is not None and own.outcome.load.ok:
                    credit.give(cases, full=self.full)
                runs.end_worker()
                verdicts = self._earned(credit.noted(runs.best()))
                if not hidden:
                    self.facts = probe(runs, verdicts, full=self.full)
                    public = with_facts(verdicts, self.facts)
        finally:
            runs.close()
        return _as_first_read(with_facts(verdicts, self.facts), public)

    def _earned(self, verdicts: Verdicts) -> Verdicts:
        """The verdicts, without points for constants that happen to be right, and with hints."""
        answers = self._runs.answers
        expected = {
            (case.id, output): answers.expected(case)[output]
            for case in answers.graded
            for output in case.points
            if (case.id, output) in verdicts
        }
        found = {place: judged.verdict for place, judged in verdicts.items()}
        for place, verdict in not_for_nothing(found, expected).items():
            verdicts[place] = JudgedOutput(verdict)
        found = {place: judged.verdict for place, judged in verdicts.items()}
        for place, verdict in settled(answers.graded, found).items():
            verdicts[place] = replace(verdicts[place], verdict=verdict)
        return verdicts

    def _as_submitted(self, own: EvaluatedRun, full: EvaluatedRun, cases: Sequence[Case]) -> None:
        """Judge the student's own functions; of two runs the better verdict counts."""
        runs = self._runs
        runs.ask(own, cases)
        places = [(case.id, output) for case in cases for output in case.points]
        for place in places:
            if place not in runs.own:
                runs.own[place] = own.first[place]
                runs.count(place, own)
        if not own.outcome.left_out or all(own.first[place].passed for place in places):
            return
        runs.ask(full, cases)
        points = [sum(run.first[place].points for place in places) for run in (own, full)]
        if points[1] > points[0]:
            self.full = True
            if not runs.hidden:
                self.outcome = full.outcome
        for place in places:
            mine, other = runs.own[place], full.first[place]
            if other.points > mine.points or (self.full and not mine.passed):
                runs.own[place] = other
                if not runs.verdict(place).passed:
                    runs.count(place, full)


def _as_first_read(verdicts: Verdicts, public: Verdicts) -> Verdicts:
    """The verdicts, with the hints that public ones had before a hidden case was asked.

    They are those of the student's own checks. A verdict that has become another one keeps its own.
    """
    found = dict(verdicts)
    for place, first in public.items():
        last = found[place]
        same = (last.verdict.status, last.verdict.message, last.replaced)
        if same == (first.verdict.status, first.verdict.message, first.replaced):
            found[place] = replace(last, verdict=first.verdict)
    return found
