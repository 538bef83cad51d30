"""The story of a submission as text for a console of 80 columns."""

from __future__ import annotations

import textwrap
from collections.abc import Collection, Iterable, Iterator

import numpy as np

from assignment.checks.case import Array, Reply
from assignment.checks.html.array_grid import is_whole
from assignment.checks.questions import FUNCTIONS, by_function
from assignment.checks.words import number, shape, signature
from autograder.reports.feedback_page import LEVELS
from autograder.results import OutputResult, left_out_words
from autograder.story import Asked, Story, Told, Way

WIDTH = 78
MOST = 60
"""Elements of an array that are printed; of a larger one the edges are, and the page has it all."""
NOTHING = "Every output is right. --case C shows the inputs and answers of one all the same."


def told(story: Story, *, whole: bool) -> str:
    """The story; ``whole`` says that it is of all that failed, not of one case."""
    lines = [*_head(story), ""]
    for said in story.said:
        lines += wrap(said)
    if whole and story.result.outputs and not story.cases:
        lines += wrap(NOTHING)
    for asked in story.cases:
        lines += ["", *_case(asked)]
    if story.printed.strip():
        lines += ["", "It printed, while it was run again:"]
        lines += [f"  | {line[: WIDTH - 4]}" for line in story.printed.splitlines()[:10]]
    return "\n".join(lines) + "\n"


def facts(story: Story) -> Iterator[tuple[str, str]]:
    """Name and value of what is known about the file and its run."""
    result = story.result
    yield "judged in", f"run {story.run.id}, {story.run.started}"
    if result.file:
        size = "" if story.source is None else f" ({len(story.source):,} bytes)"
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
        yield "beside it", f"{', '.join(result.ignored)} (not looked at)"
    if story.loaded is not None and story.loaded.ok:
        whole = ", with every statement run, which is better for it" if story.full else ""
        names = ", ".join(story.loaded.functions) or "none of the seven functions"
        yield "loaded", names + whole
        if story.loaded.placeholders:
            yield "stand-ins", f"{', '.join(story.loaded.placeholders)} (packages not here)"
    if story.ran:
        yield "run again", f"just now, at {story.ran}"


def score(story: Story) -> str:
    """The automatic points, or why there are none."""
    result = story.result
    if not result.outputs:
        return result.status.replace("_", " ")
    most = sum(output.max_points for output in result.outputs if output.function in FUNCTIONS)
    bonus = f" and {result.bonus} of the bonus" if result.bonus else ""
    return f"{result.score - result.bonus} of {most} automatic points{bonus}"


def _head(story: Story) -> Iterator[str]:
    result = story.result
    yield f"{result.submission}: {score(story)}"
    if result.message:
        yield from wrap(result.message, 2)
    for name, value in facts(story):
        yield from _entry(name, value)
    for line in (*result.notes, *left_out_words(result.left_out), *result.remarks):
        yield from _entry("note", line)


def _entry(name: str, value: str) -> list[str]:
    return textwrap.wrap(
        value,
        WIDTH,
        initial_indent=f"  {name:<10} ",
        subsequent_indent=" " * 13,
        break_on_hyphens=False,
    )


def _case(asked: Asked) -> Iterator[str]:
    first = asked.outputs[0].output
    kind = "public" if first.public else "hidden"
    yield f"-- {asked.id} ({kind}) ".ljust(WIDTH, "-")
    yield from wrap(first.title)
    if asked.case is not None:
        yield f"Inputs of {signature(asked.case.function)}:"
        for name in by_function(asked.case.function).parameters:
            yield from _value(name, asked.case.inputs[name])
    hints: set[str] = set()
    for group in grouped(asked.outputs):
        yield ""
        yield from _group(group, hints)
        hints.add(group[0].output.hint)
    if asked.ways:
        yield ""
        yield "Both chains, run just now:"
        above = {told_.output.staff for told_ in asked.outputs}
        for before, way in zip((None, *asked.ways), asked.ways, strict=False):
            yield from _way(way, before, above)


def grouped(outputs: Iterable[Told]) -> list[list[Told]]:
    """Outputs that failed as one, such as by one exception, together."""
    groups: dict[tuple[object, ...], list[Told]] = {}
    for told_ in outputs:
        one = told_.output
        alone = one.output if told_.got is not None else ""
        said = (one.staff, one.message, one.hint, one.decision)
        key = (one.status, *said, told_.differs, alone)
        groups.setdefault(key, []).append(told_)
    return list(groups.values())


def _group(group: list[Told], hints: Collection[str]) -> Iterator[str]:
    first = group[0]
    output = first.output
    names = ", ".join(told_.output.output for told_ in group)
    points = sum(told_.output.points for told_ in group)
    most = sum(told_.output.max_points for told_ in group)
    yield f"{names}: {output.status.replace('_', ' ')}, {points} of {most}"
    if output.staff:
        yield from wrap(output.staff, 2)
    if output.decision:
        yield from wrap(f"Decided by people: {output.decision}", 2)
    if first.differs:
        yield from wrap(f"Run again: {first.differs}.", 2)
    for told_ in group:
        yield from _answers(told_, several=len(group) > 1)
    yield from _mistake(first)
    yield from _seen(first.output, again=output.hint in hints)


def _answers(told_: Told, *, several: bool) -> Iterator[str]:
    of = f" of {told_.output.output}" if several else ""
    if told_.got is not None:
        yield from _value(f"got{of}", told_.got)
    if told_.expected is None:
        return
    for accepted in told_.expected.accepted:
        yield from _value(f"expected{of}", accepted)
    if len(told_.expected.accepted) > 1:
        yield "  (each of these answers is accepted)"
    if told_.got is not None:
        yield f"  {tolerance(told_.expected.tolerance)}"


def tolerance(value: float) -> str:
    """What a tolerance means, in a line."""
    if not value:
        return "right when equal"
    return f"right when |got - expected| <= {value:g} (1 + |expected|) everywhere"


def _mistake(told_: Told) -> Iterator[str]:
    for fit in told_.fits:
        yield from wrap(f"Known mistake `{fit.id}`, {fit.why}.", 2)
    if told_.output.status == "passed" or told_.expected is None or told_.fits:
        return
    if told_.output.misconception:
        yield from wrap(f"Known mistake `{told_.output.misconception}`, as the record has it.", 2)
    elif told_.got is not None:
        yield "  No known mistake gives this answer."


def _seen(output: OutputResult, *, again: bool) -> Iterator[str]:
    if output.staff and output.message.startswith(output.staff):
        rest = output.message.removeprefix(output.staff).strip()
        yield from wrap(f"The student read that message{f', and: {rest}' if rest else '.'}", 2)
    elif output.message:
        yield from wrap(f"The student read: {output.message}", 2)
    if output.hint:
        yield from wrap(f"Hint: {'as above.' if again else output.hint}", 2)


def _way(way: Way, before: Way | None, above: Collection[str]) -> Iterator[str]:
    """One way; not again what the way before it or the lines above have said."""
    words = f"{way.name}: {ended(way)}{replied(way.reply, way.again)}"
    if before is not None and before.verdicts == way.verdicts:
        yield from wrap(f"{words}. The same answers as in the line before.", 2)
        return
    statuses: dict[str, list[str]] = {}
    for verdict in way.verdicts:
        statuses.setdefault(verdict.status.replace("_", " "), []).append(verdict.output)
    told_ = "; ".join(f"{status}: {', '.join(names)}" for status, names in statuses.items())
    yield from wrap(f"{words}. {told_}", 2)
    new = dict.fromkeys(v.message for v in way.verdicts if v.message and v.message not in above)
    for message in new:
        yield from wrap(message, 4)
    if not new and not all(verdict.passed for verdict in way.verdicts):
        yield "    This is the answer above."


def ended(way: Way) -> str:
    """Where running every statement ended early, and why; "" where it did not."""
    if way.crashed is None:
        return ""
    line = f" in line {way.crashed.line}" if way.crashed.line else ""
    return f"loading ended{line} with {way.crashed.kind}; "


def replied(reply: Reply, again: Reply | None) -> str:
    """What became of a call, and of the second one where it was asked twice."""
    words = f"{reply.status.replace('_', ' ')} after {reply.seconds:.3f} s"
    if again is None:
        return words
    return f"{words}, and asked once more: {again.status.replace('_', ' ')}"


def _value(name: str, value: object) -> Iterator[str]:
    if isinstance(value, np.ndarray) and value.size > 1:
        yield f"  {name}, {shape(value)}, {value.dtype}:"
        yield from array(value, 4)
    else:
        yield f"  {name} = {_single(value)}"


def _single(value: object) -> str:
    if isinstance(value, np.ndarray):
        return number(value.reshape(-1)[0]) if value.size else f"nothing, {shape(value)}"
    return number(value) if isinstance(value, int | float) else str(value)


def array(value: Array, indent: int, most: int = MOST, width: int = WIDTH) -> list[str]:
    """An array in lines of so many columns; of one with more than ``most`` elements the edges."""
    if value.ndim == 0:
        return [" " * indent + _single(value)]
    if value.dtype.kind == "f" and is_whole(value):
        value = value.astype(int)
    text = np.array2string(
        value, max_line_width=width - indent, precision=6, threshold=most, edgeitems=2
    )
    return textwrap.indent(text, " " * indent).splitlines()


def wrap(text: str, indent: int = 0) -> list[str]:
    """A paragraph in lines."""
    margin = " " * indent
    return [
        line
        for paragraph in text.splitlines()
        for line in textwrap.wrap(
            paragraph,
            WIDTH,
            initial_indent=margin,
            subsequent_indent=margin,
            break_on_hyphens=False,
        )
    ]
