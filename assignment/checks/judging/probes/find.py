"""Find the first property that a student's functions lack, for outputs that nothing explains."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

import numpy as np

from ...model.case import Verdict
from ...model.questions import below
from . import backward, forward, neuron, reporting, sigmoids, testing
from .own import Ask, Own, Probe, Silent

PROBES = (
    *sigmoids.PROBES,
    *neuron.PROBES,
    *forward.PROBES,
    *backward.PROBES,
    *reporting.PROBES,
    *testing.PROBES,
)
"""In the order in which they are tried, the most telling ones first."""
Output = tuple[str, str]
"""A function and one of its outputs."""


def unexplained(verdicts: Iterable[Verdict], wrong: Collection[str]) -> list[Output]:
    """Outputs that are wrong in these public cases for a reason that has no name.

    Functions built on one that is ``wrong`` are left out: a probe relies on the functions below.
    """
    failed = [verdict for verdict in verdicts if not verdict.passed]
    named = {_output(verdict) for verdict in failed if verdict.misconception}
    open_ = {_output(verdict) for verdict in failed if _is_open(verdict)} - named
    return sorted(place for place in open_ if not set(below(place[0])) & set(wrong))


def _output(verdict: Verdict) -> Output:
    return verdict.function, verdict.output


def _is_open(verdict: Verdict) -> bool:
    """Whether numbers are wrong, not their shape, and no misconception gives them."""
    got, expected = verdict.got, verdict.expected
    wrong = verdict.status == "failed" and got is not None
    shaped = got is None or expected is None or got.size == expected.size
    return wrong and shaped and not verdict.misconception and not verdict.failure


def facts(outputs: Iterable[Output], ask: Ask, wrong: Collection[Output] = ()) -> dict[Output, str]:
    """The first fact about each output, where there is one; ``ask`` calls the student's file.

    ``wrong`` are all wrong outputs: where one of them explains another, the fact stands there.
    """
    own = Own(ask)
    with np.errstate(all="ignore"):
        found = {place: _about(own, place) or _upstream(own, place, wrong) for place in outputs}
    return {place: sentence for place, sentence in found.items() if sentence}


def _about(own: Own, place: Output) -> str:
    function, output = place
    probes = (p for p in PROBES if p.function == function and output in p.explains)
    return next(filter(None, (_says(own, probe, output) for probe in probes)), "")


def _upstream(own: Own, place: Output, wrong: Collection[Output]) -> str:
    """The fact about an output from which this one is computed."""
    function, output = place
    for probe in (p for p in PROBES if p.function == function and output in p.follow):
        for name in probe.explains:
            fact = _says(own, probe, name) if name != output else ""
            if fact and (function, name) in wrong:
                return f"This follows from your `{name}`, which is wrong. Fix `{name}` first."
            if fact:
                return fact
    return ""


def _says(own: Own, probe: Probe, output: str) -> str:
    try:
        return probe.says(own, output)
    except Silent:
        return ""


def explained(verdict: Verdict, found: Mapping[Output, str]) -> Verdict:
    """A verdict with the fact as its hint, if it is a failure without a name."""
    fact = found.get(_output(verdict), "") if _is_open(verdict) else ""
    return replace(verdict, hint=fact) if fact else verdict
