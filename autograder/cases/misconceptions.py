"""Run the catalogue: what each misconception gives for each output of a case."""

from __future__ import annotations

import types
from collections.abc import Mapping
from functools import cache

import numpy as np

from assignment.checks.judging.judge import NotNumbers, agrees, as_numbers, failure_of, split
from assignment.checks.model.case import Array, Case, Expected, MisconceptionOutput
from assignment.checks.model.questions import by_function
from autograder.cases.expected import CATALOGUE, Misconception, call, nudged, source_of, tolerance


def add_misconceptions(case: Case, right: Mapping[str, Expected]) -> dict[str, Expected]:
    """Add what each misconception gives to the accepted answers, where it is wrong."""
    found: dict[str, list[MisconceptionOutput]] = {output: [] for output in right}
    for entry in CATALOGUE:
        if entry.function != case.function or entry.remark or entry.remembers:
            continue
        for output, alike in misconception_outputs(entry, case).items():
            if alike.value is None or not _right(alike.value, right[output]):
                found[output].append(alike)
    return {
        output: Expected(expected.accepted, expected.tolerance, tuple(found[output]))
        for output, expected in right.items()
    }


def _right(value: Array, right: Expected) -> bool:
    return any(agrees(value, accepted, right.tolerance) for accepted in right.accepted)


def misconception_outputs(entry: Misconception, case: Case) -> dict[str, MisconceptionOutput]:
    """Call a misconception with the inputs of a case; its result for each output."""
    reply = call(_module(entry), case)
    named = split(case, reply.value) if reply.status == "returned" else ""
    if isinstance(named, str):
        what = failure_of(case, reply)
        return {
            output: MisconceptionOutput(entry.id, entry.hint, failure=what)
            for output in by_function(case.function).outputs
        }
    found = {}
    for output, value in named.items():
        try:
            found[output] = MisconceptionOutput(entry.id, entry.hint, as_numbers(value).copy())
        except NotNumbers:
            continue
    return found


def stable_outputs(misconception: str, case: Case) -> frozenset[str]:
    """The outputs of a case at which a misconception gives the same on every processor.

    Where the inputs move by one part in 1e14, they move by less than a hundredth of the
    tolerance. In a training that diverges they move by more.
    """
    (entry,) = (entry for entry in CATALOGUE if entry.id == misconception)
    still, moved = (misconception_outputs(entry, asked) for asked in (case, nudged(case)))
    return frozenset(
        output
        for output, alike in still.items()
        if output in moved
        and (
            alike.failure
            if alike.value is None or moved[output].value is None
            else _near(alike.value, moved[output].value, (tolerance(output) or 1e-9) / 100)
        )
    )


def _near(a: Array, b: Array | None, within: float) -> bool:
    if b is None or a.shape != b.shape:
        return False
    return bool(np.allclose(a, b, rtol=within, atol=within, equal_nan=True))


@cache
def _module(entry: Misconception) -> types.ModuleType:
    # Without the loader, which looks at every statement: judging a wrong file waits for all these.
    module = types.ModuleType("neural_network")
    exec(compile(source_of(entry), f"<{entry.id}>", "exec"), module.__dict__)  # noqa: S102
    return module
