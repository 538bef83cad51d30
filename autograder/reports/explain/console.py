"""The explanation of a submission as text; arrays fit the console, ``say`` breaks the rest."""

import textwrap
from collections.abc import Collection, Iterable, Iterator

import numpy as np

from assignment.checks.console import heading, width
from assignment.checks.html.array_grid import is_whole
from assignment.checks.judging.messages import number, shape, signature
from assignment.checks.model.case import Array, Case
from assignment.checks.model.questions import FUNCTIONS, by_function
from autograder.reports.explain.model import CaseRun, ExplainedCase, ExplainedOutput, Explanation
from autograder.reports.feedback_page import LEVELS
from autograder.results import OutputResult, left_out_words
from autograder.text import by_lines, joined

MOST = 60
"""Elements of the largest array that is printed in full; the page has larger ones, too."""
NOTHING = "Every output is right. --case C shows the inputs and answers of one all the same."


def as_text(found: Explanation, *, failed: bool) -> str:
    """Return the explanation; ``failed`` means of all failed outputs, not of one case."""
    lines = [*_head(found), ""]
    for note in found.notes:
        lines += _indented(note)
    if failed and found.result.outputs and not found.cases:
        lines += _indented(NOTHING)
    for case in found.cases:
        lines += ["", *_case(case)]
    if found.printed.strip():
        lines += ["", "It printed, while it was run again:"]
        lines += [f"  | {line[: width() - 4]}" for line in found.printed.splitlines()[:10]]
    return by_lines("\n".join(lines)) + "\n"


def facts(found: Explanation) -> Iterator[tuple[str, str]]:
    """Yield name and value of each fact about the file and its run."""
    result = found.result
    yield "judged in", f"run {found.run.id}, {found.run.started}"
    if result.file:
        size = "" if found.source is None else f" ({len(found.source):,} bytes)"
        yield "file", f"{result.file}{size}"
    if result.sha256:
        yield "sha256", result.sha256
    if result.digest:
        yield "digest", f"{result.digest} (of kit, cases and file; the student sees it too)"
    if result.status == "judged":
        level = f"level {result.isolation}: {LEVELS.get(result.isolation, '')}"
        mechanisms = f" ({', '.join(result.mechanisms)})" if result.mechanisms else ""
        yield "isolation", level + mechanisms
        yield "time", f"{result.seconds:.2f} s"
    if result.ignored:
        yield "beside it", f"{', '.join(result.ignored)} (ignored)"
    if found.again is not None:
        evaluation = found.again.evaluation
        loaded = evaluation.outcome.load
        if loaded is not None and loaded.ok:
            whole = ", with every statement run, which is better for it" * evaluation.full
            names = ", ".join(loaded.functions) or "none of the seven functions"
            yield "loaded", names + whole
            if loaded.placeholders:
                missing = ", ".join(loaded.placeholders)
                yield "stand-ins", f"{missing} (packages that are missing here)"
        yield "run again", f"just now, at {found.again.isolation}"


def remarks(found: Explanation) -> tuple[str, ...]:
    """Return what was noted when the file was graded."""
    result = found.result
    return (*result.notes, *left_out_words(result.left_out), *result.remarks)


def score(found: Explanation) -> str:
    """Return the automatic points, or why there are none."""
    result = found.result
    if not result.outputs:
        return result.status.replace("_", " ")
    most = sum(output.max_points for output in result.outputs if output.function in FUNCTIONS)
    bonus = f" and {result.bonus} of the bonus" if result.bonus else ""
    return f"{result.score - result.bonus} of {most} automatic points{bonus}"


def _head(found: Explanation) -> Iterator[str]:
    result = found.result
    yield from _indented(f"{found.who}: {score(found)}")
    if result.message:
        yield from _indented(result.message, 2)
    for name, value in facts(found):
        yield f"  {name:<10} {value}"
    for line in remarks(found):
        yield f"  {'note':<10} {line}"


def _case(case: ExplainedCase) -> Iterator[str]:
    first = case.outputs[0].recorded
    kind = "public" if first.public else "hidden"
    yield heading(f"{case.id} ({kind})")
    yield from _indented(first.title)
    if case.case is not None:
        yield f"Inputs of {signature(case.case.function)}:"
        for name in by_function(case.case.function).parameters:
            yield from _value(name, case.case.inputs[name])
        for call in case.case.also:
            yield f"And with {call.title}:"
            for name in changed(case.case, call):
                yield from _value(name, call.inputs[name])
    hints: set[str] = set()
    for group in grouped(case.outputs):
        yield ""
        yield from _group(group, hints)
        hints.add(group[0].recorded.hint)
    if case.runs:
        yield ""
        yield "Every run, made just now:"
        above = {output.recorded.staff for output in case.outputs}
        for before, run in zip((None, *case.runs), case.runs, strict=False):
            yield from _run(run, before, above)


def changed(case: Case, call: Case) -> list[str]:
    """Return the names of the inputs in which a further call differs from the first one."""
    return [n for n, v in call.inputs.items() if not np.array_equal(v, case.inputs[n])]  # type: ignore[arg-type]


def grouped(outputs: Iterable[ExplainedOutput]) -> list[list[ExplainedOutput]]:
    """Group outputs that failed as one, such as by one exception."""
    groups: dict[tuple[object, ...], list[ExplainedOutput]] = {}
    for output in outputs:
        one = output.recorded
        alone = one.output if output.got is not None else ""
        words = (one.staff, one.message, one.hint, one.decision)
        key = (one.status, *words, output.differs, alone)
        groups.setdefault(key, []).append(output)
    return list(groups.values())


def _group(group: list[ExplainedOutput], hints: Collection[str]) -> Iterator[str]:
    first = group[0]
    output = first.recorded
    names = ", ".join(one.recorded.output for one in group)
    points = sum(one.recorded.points for one in group)
    most = sum(one.recorded.max_points for one in group)
    yield f"{names}: {output.status.replace('_', ' ')}, {points} of {most}"
    if output.staff:
        yield from _indented(output.staff, 2)
    if output.decision:
        yield from _indented(f"Decided by people: {output.decision}", 2)
    if first.differs:
        yield from _indented(f"Run again: {first.differs}.", 2)
    for one in group:
        yield from _answers(one, several=len(group) > 1)
    yield from _misconceptions(first)
    yield from _seen(first.recorded, again=output.hint in hints)


def _answers(output: ExplainedOutput, *, several: bool) -> Iterator[str]:
    of = f" of {output.recorded.output}" if several else ""
    if output.got is not None:
        yield from _value(f"got{of}", output.got)
    if output.expected is None:
        return
    for accepted in output.expected.accepted:
        yield from _value(f"expected{of}", accepted)
    if len(output.expected.accepted) > 1:
        yield "  (each of these answers is accepted)"
    if output.got is not None:
        yield f"  {tolerance(output.expected.tolerance)}"


def tolerance(value: float) -> str:
    """Say what a tolerance means."""
    if not value:
        return "right when equal"
    return f"right when |got - expected| <= {value:g} (1 + |expected|) everywhere"


def _misconceptions(output: ExplainedOutput) -> Iterator[str]:
    for fit in output.fits:
        yield from _indented(f"Misconception `{fit.id}`, {fit.why}.", 2)
    if output.recorded.status == "passed" or output.expected is None or output.fits:
        return
    if output.recorded.misconception:
        name = output.recorded.misconception
        yield from _indented(f"Misconception `{name}`, as the record has it.", 2)
    elif output.got is not None:
        yield "  No misconception gives this answer."


def _seen(output: OutputResult, *, again: bool) -> Iterator[str]:
    if output.staff and output.message.startswith(output.staff):
        rest = output.message.removeprefix(output.staff).strip()
        yield from _indented(f"The student read that message{f', and: {rest}' if rest else '.'}", 2)
    elif output.message:
        yield from _indented(f"The student read: {output.message}", 2)
    if output.hint:
        yield from _indented(f"Hint: {'as above.' if again else output.hint}", 2)


def _run(run: CaseRun, before: CaseRun | None, above: Collection[str]) -> Iterator[str]:
    """Describe one run without repeating the run before it or the lines above."""
    words = f"{run.name}: {replied(run)}"
    if before is not None and before.verdicts == run.verdicts:
        yield from _indented(f"{words}. The same answers as in the run before.", 2)
        return
    statuses: dict[str, list[str]] = {}
    for verdict in run.verdicts:
        statuses.setdefault(verdict.status.replace("_", " "), []).append(verdict.output)
    listed = "; ".join(f"{status}: {', '.join(names)}" for status, names in statuses.items())
    yield from _indented(f"{words}. {listed}", 2)
    new = dict.fromkeys(v.message for v in run.verdicts if v.message and v.message not in above)
    for message in new:
        yield from _indented(message, 4)
    if not new and not all(verdict.passed for verdict in run.verdicts):
        yield "    This is the answer above."


def replied(run: CaseRun) -> str:
    """Say how the call ended, and the second one if the case was asked twice.

    If running every statement ended early, say where and why first.
    """
    words = ""
    if run.crashed is not None:
        line = f" in {run.crashed.cell or f'line {run.crashed.line}'}" if run.crashed.line else ""
        words = f"loading ended{line} with {run.crashed.kind}; "
    words += f"{run.reply.status.replace('_', ' ')} after {run.reply.seconds:.3f} s"
    if run.again is not None:
        words += f", and asked once more: {run.again.status.replace('_', ' ')}"
    for status in dict.fromkeys(one.status for one in run.replies[1:]):
        calls = [str(n) for n, one in enumerate(run.replies, 1) if n > 1 and one.status == status]
        words += f"; call {joined(calls)}: {status.replace('_', ' ')}"
    return words


def _value(name: str, value: object) -> Iterator[str]:
    if isinstance(value, np.ndarray) and value.size > 1:
        yield f"  {name}, {shape(value)}, {value.dtype}:"
        yield from array(value, 4, width())
    else:
        yield f"  {name} = {_single(value)}"


def _single(value: object) -> str:
    if isinstance(value, np.ndarray):
        return number(value.reshape(-1)[0]) if value.size else f"nothing, {shape(value)}"
    return number(value) if isinstance(value, int | float) else str(value)


def array(value: Array, indent: int, columns: int, most: int = MOST) -> list[str]:
    """Print an array in lines of ``columns``; with more than ``most`` elements its edges."""
    if value.ndim == 0:
        return [" " * indent + _single(value)]
    if value.dtype.kind == "f" and is_whole(value):
        value = value.astype(int)
    text = np.array2string(
        value, max_line_width=columns - indent, precision=6, threshold=most, edgeitems=2
    )
    return textwrap.indent(text, " " * indent).splitlines()


def _indented(text: str, indent: int = 0) -> list[str]:
    """Return the lines of a text that are not empty, with a margin."""
    return [" " * indent + line for line in text.splitlines() if line.strip()]
