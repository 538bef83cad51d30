"""Run the catalogue: what each misconception gives for each output of a case."""

import types
from collections.abc import Collection, Mapping
from dataclasses import replace
from functools import cache

import numpy as np

from assignment.checks.judging.judge import NotNumbers, agrees, as_numbers, failure_of, split
from assignment.checks.model.case import Array, Case, Expected, MisconceptionOutput
from assignment.checks.model.questions import by_function
from autograder.cases.expected import EVERY_ENTRY, Misconception, call, source_of


def add_misconceptions(
    case: Case,
    right: Mapping[str, Expected],
    known: Mapping[str, Collection[str]] | None = None,
) -> dict[str, Expected]:
    """Add what each misconception gives to the accepted answers, where it is wrong.

    ``known`` has, for a further call, the ids that the first call finds in each output. A further
    call decides only on outputs that are right in the first one, so these are left out.
    """
    found: dict[str, list[MisconceptionOutput]] = {output: [] for output in right}
    for entry in EVERY_ENTRY:
        if entry.function != case.function or entry.remark or entry.remembers:
            continue
        if known is not None and all(entry.id in known[output] for output in right):
            continue
        for output, alike in misconception_outputs(entry, case).items():
            if known is not None and entry.id in known[output]:
                continue
            one = right[output]
            if alike.value is None or not any(
                agrees(alike.value, accepted, one.tolerance) for accepted in one.accepted
            ):
                found[output].append(alike)
    return {
        output: Expected(expected.accepted, expected.tolerance, tuple(found[output]))
        for output, expected in right.items()
    }


def found_in(expected: Mapping[str, Expected]) -> dict[str, frozenset[str]]:
    """The ids of the misconceptions that show in each output."""
    return {
        output: frozenset(alike.id for alike in one.misconception_outputs)
        for output, one in expected.items()
    }


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


def stable(expected: Expected, moved: Expected) -> Expected:
    """Keep the misconception outputs that are the same on every processor.

    ``moved`` is the same output where the inputs differ by one part in 1e14. In a training that
    diverges, a misconception then gives something that differs by more than a hundredth of the
    tolerance.
    """
    after = {alike.id: alike.value for alike in moved.misconception_outputs}
    within = (expected.tolerance or 1e-9) / 100
    kept = (
        alike
        for alike in expected.misconception_outputs
        if alike.id in after and (alike.failure or _near(alike.value, after[alike.id], within))
    )
    return replace(expected, misconception_outputs=tuple(kept))


def _near(a: Array | None, b: Array | None, within: float) -> bool:
    if a is None or b is None or a.shape != b.shape:
        return False
    return bool(np.allclose(a, b, rtol=within, atol=within, equal_nan=True))


@cache
def _module(entry: Misconception) -> types.ModuleType:
    # Without the loader, which looks at every statement: judging a wrong file waits for all these.
    module = types.ModuleType("neural_network")
    exec(compile(source_of(entry), f"<{entry.id}>", "exec"), module.__dict__)  # noqa: S102
    return module
