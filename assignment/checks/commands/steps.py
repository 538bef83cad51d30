"""``python check.py backprop --steps``: the handout's worked example, step by step.

The student's deltas are read from their gradients: row 0 of dE2 is delta_k and row 0 of dE1 is
delta_j, because z0 and z1 begin with 1.0.
"""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from ..console import say, width, wrap
from ..judging.judge import as_numbers, in_shape, split
from ..judging.messages import no_answer, wrong_shape
from ..judging.source_hints import missing
from ..model.case import Array, Case, as_inputs
from ..model.questions import by_function
from ..running.kit import Kit
from ..running.process import CannotRun, Child

EXAMPLE = Case(
    "backprop-by-hand",
    "backprop",
    "the example that is worked by hand in handout 1.4",
    as_inputs(
        x=np.array([0.5, 2.0]),
        target_y=np.array([1.0, 0.0]),
        M=2,
        K=2,
        W1=np.array([[0.1, 0.2], [0.4, -0.1], [0.1, 0.4]]),
        W2=np.array([[0.1, -0.3], [0.4, 0.2], [-0.5, 0.6]]),
    ),
    {"y": 0, "dE1": 0, "dE2": 0},
    public=True,
)
RIGHT: Mapping[str, Array] = {
    "y": np.array([0.4971, 0.5639]),
    "dE1": np.array([[-0.0208, 0.1186], [-0.0104, 0.0593], [-0.0415, 0.2372]]),
    "dE2": np.array([[-0.5029, 0.5639], [-0.3130, 0.3510], [-0.3626, 0.4067]]),
}
"""The right answers to four decimals, as the handout prints them."""
LAST_DIGIT = 1e-4
WIDE = 78
"""Columns in which the student's numbers stand beside the right ones."""
Step = tuple[int, str, Array, Array]
"""The number of a step in the handout, what it makes, the student's numbers and the right ones."""


def run(names: Sequence[str], kit: Kit | None = None) -> int:
    """Print the table. Returns 0 if all is right, 1 if not, 2 if nothing can be run."""
    kit = kit or Kit()
    if list(names) not in ([], ["backprop"], ["1.4"]):
        say(wrap("--steps is for `backprop` only: python check.py backprop --steps"))
        return 2
    try:
        found = _outputs(kit)
    except CannotRun as problem:
        say(wrap(str(problem)))
        return 2
    if isinstance(found, str):
        say(wrap(found))
        return 1
    text, right = table(found)
    say(text)
    return 0 if right else 1


def _outputs(kit: Kit) -> dict[str, Array] | str:
    """The student's outputs in the right shapes, or what is wrong with them."""
    with Child(kit.folder) as child:
        if "backprop" not in child.load(kit.source, file=kit.file).functions:
            return missing("backprop", kit.source, kit.file)
        parameters = by_function("backprop").parameters
        reply = child.call("backprop", [EXAMPLE.inputs[name] for name in parameters])
    if reply.status != "returned":
        return no_answer(EXAMPLE, reply, kit.file)
    outputs = split(EXAMPLE, reply.value)
    if isinstance(outputs, str):
        return outputs
    found = {}
    for name, value in outputs.items():
        try:
            got = as_numbers(value)
        except ValueError as problem:
            return f"`{name}` {problem}."
        shaped = in_shape(got, RIGHT[name])
        if shaped is None:
            return wrong_shape(name, got, RIGHT[name])
        found[name] = shaped.astype(float)
    return found


def table(found: Mapping[str, Array]) -> tuple[str, bool]:
    """The steps with the student's numbers beside the right ones, and whether all are right."""
    beside = width() >= WIDE
    lines = [wrap("backprop, the example that is worked by hand in README.md, section 1.4"), ""]
    if beside:
        lines.append(f"  {'step':<6}{'':<20}{'yours':>9}{'right':>22}")
    first = 0
    for number, name, got, right in _steps(found):
        first = first or (0 if _same(got, right) else number)
        mark = "" if _same(got, right) else "   differs"
        if beside:
            lines.append(f"  {number:<6}{name:<20}{_row(got):<22}{_row(right)}{mark}")
        else:
            lines.append(f"  step {number}: {name}{mark}")
            lines += [f"    yours{_row(got)}", f"    right{_row(right)}"]
    if not first:
        return "\n".join([*lines, "", "All steps are right."]), True
    where = "python check.py ffnn" if first == 1 else f"README.md, section 1.4, step {first}"
    last = wrap(f"Step {first} is the first that differs: {where}")
    return "\n".join([*lines, "", last]), False


def _steps(found: Mapping[str, Array]) -> Iterator[Step]:
    yield 1, "y", found["y"], RIGHT["y"]
    for number, name, output in ((2, "delta_k", "dE2"), (3, "delta_j", "dE1")):
        got, right = found[output][0], RIGHT[output][0]
        if not _same(got, right) and _same(found[output][1:], RIGHT[output][1:]):
            # Only the row of the bias is wrong, and the others show that the delta is right.
            yield number, f"{name} (in {output})", right, right
        else:
            yield number, f"{name} = {output}[0]", got, right
    for output in ("dE1", "dE2"):
        for row, (got, right) in enumerate(zip(found[output], RIGHT[output], strict=True)):
            yield 5, f"{output}[{row}]", got, right


def _same(got: Array, right: Array) -> bool:
    return bool(np.all(np.abs(got - right) <= LAST_DIGIT))


def _row(numbers: Array) -> str:
    return " ".join(f"{n:9.4f}" if abs(n) < 1e4 else f"{n:9.1e}" for n in numbers)
