"""Probe the student's functions for public outputs that are wrong for no known reason.

It happens before any hidden input is heard, in a worker that has been asked nothing else. What is
found is a hint and never changes a point.
"""

from dataclasses import replace

from assignment.checks.judging.probes.find import Output, explained, facts, unexplained
from assignment.checks.model.case import Case, Reply
from autograder.grading.runs import SourceRuns
from autograder.grading.verdicts import Verdicts


def probe(runs: SourceRuns, verdicts: Verdicts, *, full: bool) -> dict[Output, str]:
    """Facts about outputs, from the ``verdicts`` on public cases.

    Not where a function was judged with reference functions, or two do not work together.
    """
    own = [one.verdict for one in verdicts.values() if not (one.replaced or one.note)]
    wrong = {verdict.function for verdict in runs.own.values() if not verdict.passed}
    outputs = unexplained(own, wrong)
    if not outputs:
        return {}
    run = runs.probing(full=full)

    def ask(case: Case) -> Reply:
        run.ask([case])
        return run.outcome.replies[case.id]

    try:
        failed = [one.verdict for one in verdicts.values() if not one.verdict.passed]
        return facts(outputs, ask, {(verdict.function, verdict.output) for verdict in failed})
    finally:
        run.close()


def with_facts(verdicts: Verdicts, found: dict[Output, str]) -> Verdicts:
    """The verdicts with these facts as hints, hidden ones included."""
    return {
        place: replace(judged, verdict=explained(judged.verdict, found))
        for place, judged in verdicts.items()
    }
