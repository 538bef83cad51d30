"""Probe the student's functions locally, as the grader does: see ``judging.probes``."""

from collections.abc import Collection
from contextlib import closing

from ..judging.probes.find import Output, facts, unexplained
from ..judging.probes.own import SECONDS
from ..model.case import Verdict
from .kit import Kit
from .process import Child


def facts_about(kit: Kit, verdicts: Collection[Verdict], *, full: bool) -> dict[Output, str]:
    """Facts about outputs that are wrong for no known reason.

    They come from a fresh process. ``full`` loads all statements of the file.
    """
    wrong = {(verdict.function, verdict.output) for verdict in verdicts if not verdict.passed}
    outputs = unexplained(verdicts, {function for function, _ in wrong})
    if not outputs:
        return {}
    with closing(Child(kit.folder, SECONDS)) as child:
        child.load(kit.source, full=full, file=kit.file)
        return facts(
            outputs, lambda case: child.call(case.function, list(case.inputs.values())), wrong
        )
