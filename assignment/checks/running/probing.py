"""Probe the student's functions locally, as the grader does: see ``judging.probes``."""

from collections.abc import Collection

from ..judging.probes.find import Output, facts, unexplained
from ..judging.probes.own import SECONDS
from ..model.case import Case, Reply, Verdict
from .kit import Kit
from .process import Child


def facts_about(
    kit: Kit, verdicts: Collection[Verdict], *, full: bool, call_seconds: float
) -> dict[Output, str]:
    """Facts about outputs that are wrong for no known reason.

    They come from a fresh process, which is started with the first call that a probe makes.
    ``full`` loads all statements of the file.
    """
    wrong = {(verdict.function, verdict.output) for verdict in verdicts if not verdict.passed}
    outputs = unexplained(verdicts, {function for function, _ in wrong})
    children: list[Child] = []

    def ask(case: Case) -> Reply:
        if not children:
            children.append(Child(kit.folder, min(call_seconds, SECONDS)))
            children[0].load(kit.source, full=full, file=kit.file)
        return children[0].call(case.function, list(case.inputs.values()))

    try:
        return facts(outputs, ask, wrong)
    finally:
        for child in children:
            child.close()
