"""Describe functions that are not right: what is wrong, how to reproduce it, what to fix first."""

import re
import textwrap
from collections.abc import Sequence

from ..console import count, heading, listed, one_line, shortened, width, wrap
from ..judging.messages import computed, to_paste
from ..model.case import Case, Verdict
from ..running.examine import Examination, Outcome
from ..running.process import Printed

CASES = 2
"""Failing cases that are described for each function."""
PRINTED_LINES = 12


def details(outcome: Outcome) -> str:
    """Describe what is wrong with one function: message, hint, and lines to paste."""
    question = outcome.question
    lines = [heading(f"{question.number} {question.function}")]
    failed = outcome.failed
    if not failed:
        return lines[0]
    (case, verdicts), *more = failed
    lines.append(_case(case, verdicts))
    # The second case is described in full only if it shows something else.
    for second, others in more[: CASES - 1]:
        one, other = first_of(verdicts), first_of(others)
        if one.message == other.message:
            lines.append(wrap(f"Likewise: {_title(second)}.", 2))
        elif one.output == other.output:
            lines.append(wrap(f"Likewise: {_title(second)}: {_brief(other)}", 2))
        else:
            lines.append(_case(second, others))
    if len(failed) > CASES:
        lines.append(f"  ... and {count(len(failed) - CASES, 'more case')}.")
    lines.append(wrap("To reproduce this, paste in Python or a notebook, in this folder:", 2))
    lines += _to_paste(first_of(verdicts).case, case.function)
    if question.function == "backprop":
        lines.append(wrap("Step by step, on a small example: python check.py backprop --steps", 2))
    return "\n".join(lines)


def _to_paste(case: str, function: str) -> list[str]:
    """Lines of Python, one for each statement where two do not fit beside each other."""
    lines = [f"    {line}" for line in to_paste(case, function)]
    if max(map(len, lines)) <= width():
        return lines
    return [f"  {statement}" for line in lines for statement in line.strip().split("; ")]


def _case(case: Case, verdicts: Sequence[Verdict]) -> str:
    """A failing case: its first wrong output in full, the others in a line each."""
    first = first_of(verdicts)
    lines = [wrap(f"{_title(case)}:", 2), wrap(shortened(first.message), 4)]
    if first.hint:
        lines.append(wrap(f"Hint: {first.hint}", 4))
    for other in verdicts:
        if other is not first and other.message != first.message:
            brief = re.sub(r"` \([^()]*\)", "`", _brief(other))  # the index without its words
            lines.append(one_line(f"Also wrong: {brief}", 4))
    return "\n".join(lines)


def _title(case: Case) -> str:
    return case.title.removeprefix(f"`{case.function}`: ")


def _brief(verdict: Verdict) -> str:
    return verdict.message.split(" (tolerance")[0].rstrip(".") + "."


def blocked(examination: Examination) -> str:
    """Say which functions are blocked, one paragraph for all that are blocked by the same."""
    groups: dict[tuple[str, ...], list[Outcome]] = {}
    for outcome in examination.shown:
        if outcome.state == "blocked":
            groups.setdefault(outcome.because, []).append(outcome)
    return "\n\n".join(blocked_by(examination, group) for group in groups.values())


def blocked_by(examination: Examination, group: Sequence[Outcome]) -> str:
    """Say why these functions are blocked, and which mistakes of their own are known."""
    lower = [examination.outcomes[name] for name in group[0].because]
    names = [outcome.question.function for outcome in group]
    calls = all(o.question.function in outcome.question.calls for outcome in group for o in lower)
    if len(group) == 1:
        verb, each = "calls" if calls else "is built on", f"`{names[0]}`"
    else:
        verb, each = "call" if calls else "are built on", "each of them"
    text = (
        f"{listed(names)} {verb} {listed(group[0].because)}, {_what_to_do(lower)} first; "
        f"the grader judges {each} for itself."
    )
    return "\n".join([wrap(text), *(line for outcome in group for line in _own(outcome))])


def _what_to_do(lower: Sequence[Outcome]) -> str:
    """Say in a clause what to do with the functions that block others."""
    one = len(lower) == 1
    if all(outcome.state == "to do" for outcome in lower):
        return "which is still to do: write that" if one else "which are still to do: write those"
    return "which is not right yet: fix that" if one else "which are not right yet: fix those"


def _own(outcome: Outcome) -> list[str]:
    """Describe a misconception that is the function's own.

    Only if the functions that it calls are right in the main: a flipped sign in `backprop` looks
    like a plus in the update of `train_nn`.
    """
    for _, verdicts in outcome.failed:
        for verdict in verdicts:
            if verdict.misconception and outcome.alone:
                name, output = outcome.question.function, verdict.output
                return [wrap(f"`{name}` itself, `{output}`: {verdict.hint}", 2)]
    return []


def output_of(outcome: Outcome) -> str:
    """Name the output to fix next; "" for the whole function."""
    if not outcome.failed or len(outcome.question.outputs) == 1:
        return ""
    first = first_of(outcome.failed[0][1])
    return "" if first.got is None else first.output


def first_of(verdicts: Sequence[Verdict]) -> Verdict:
    """Return the wrong output to describe in full: the first one in the order of computing."""
    return min(verdicts, key=lambda verdict: computed(verdict.output))


def printed(examination: Examination) -> str:
    """Return the beginning of what the student's code printed, function by function."""
    parts = [_printed("while it was loaded", [examination.printed])]
    parts += [
        _printed(f"in {name}", outcome.printed) for name, outcome in examination.outcomes.items()
    ]
    return "\n".join(part for part in parts if part)


def _printed(where: str, texts: Sequence[Printed]) -> str:
    lines = [line for one in texts for line in one.text.splitlines()]
    more = sum(one.more for one in texts) + max(0, len(lines) - PRINTED_LINES)
    shown = [f"  | {part}".rstrip() for line in lines[:PRINTED_LINES] for part in _pieces(line)]
    if more:
        shown.append(f"  | ... and {count(more, 'more line')}")
    return "\n".join([f"Your file printed, {where}:", *shown]) if shown else ""


def _pieces(line: str) -> list[str]:
    """A printed line, broken where the console ends; of a very long one the beginning."""
    return textwrap.wrap(line[:160], width() - 4, replace_whitespace=False) or [""]
