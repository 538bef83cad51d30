"""What ``python check.py`` says; pytest and the notebook say it with the same words."""

from __future__ import annotations

import re
import sys
import textwrap
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import TextIO

from .case import Case, Verdict
from .examine import Examination, Outcome, examine
from .kit import FILE, Kit
from .local import CannotRun, Printed
from .questions import FUNCTIONS, NUMBERS, QUESTIONS, REPORT_POINTS, by_function
from .version import VERSION

WIDTH = 78
CASES = 2
"""Failing cases that are told per function."""
PRINTED_LINES = 12
MESSAGE = 400
_PLAIN = str.maketrans(
    {
        **{"…": "...", "–": "-", "—": "-", "“": '"', "”": '"', "‘": "'", "’": "'", "−": "-"},
        **{"×": "x", "·": "*", "σ": "sigma", "δ": "delta", "Σ": "sum", "∂": "d", "η": "eta"},
        **{"≥": ">=", "≤": "<=", "→": "->", "′": "'", "ₖ": "_k", "ⱼ": "_j", "≠": "!="},
    }
)
# In ffnn the outputs are asked for in another order than they are computed in; the first that is
# wrong in the computation is the one to mend.
_COMPUTED = {name: place for place, name in enumerate(("z0", "a1", "z1", "a2", "y"))}


def run(names: Sequence[str], kit: Kit | None = None) -> int:
    """Check the functions or questions ``names`` (all, if there are none) and print the result.

    Returns the exit code: 0 everything right, 1 something wrong or to do, 2 nothing checked.
    """
    kit = kit or Kit()
    try:
        functions = chosen(names)
        progress = _Progress(sys.stderr)
        try:
            examination = examine(kit, functions, progress=progress.show)
        finally:
            progress.clear()
        say(f"{FILE}, saved {kit.saved}\n\n{report(examination, kit)}")
    except CannotRun as problem:
        say(wrap(str(problem)))
        return 2
    return 0 if examination.right else 1


def say(text: str) -> None:
    """Print ``text`` with such signs only as this console can show."""
    print(showable(text, getattr(sys.stdout, "encoding", None) or "utf-8"))


def showable(text: str, encoding: str) -> str:
    """The text itself if ``encoding`` has all its signs, otherwise one in plain letters."""
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return text.translate(_PLAIN).encode(encoding, "replace").decode(encoding)
    return text


def chosen(names: Sequence[str]) -> tuple[str, ...]:
    """The functions meant by names of functions or numbers of questions.

    Raises:
        CannotRun: for a name that is neither, with the one that it looks like.
    """
    functions: list[str] = []
    for name in names:
        if name in FUNCTIONS:
            functions.append(name)
        elif name in NUMBERS:
            functions.extend(q.function for q in QUESTIONS if q.number == name)
        else:
            alike = get_close_matches(name.lower(), FUNCTIONS, n=1, cutoff=0.4)
            guess = f"did you mean `{alike[0]}`? " if alike else ""
            raise CannotRun(
                f"There is no function `{name}` in the assignment: {guess}"
                f"The functions are {', '.join(FUNCTIONS)}."
            )
    return tuple(functions) or FUNCTIONS


def report(examination: Examination, kit: Kit) -> str:
    """Everything that is said about an examination, from what was printed to the digest."""
    wrong = (details(outcome) for outcome in examination.shown if outcome.state == "wrong")
    return _paragraphs(
        printed(examination),
        overview(examination.shown),
        *wrong,
        waiting(examination),
        wrap(" ".join(examination.notes)),
        closing(examination, kit),
    )


def summary(examination: Examination, kit: Kit) -> str:
    """What is left to say where each function's details have been told: by pytest."""
    return _paragraphs(
        printed(examination),
        overview(examination.shown),
        waiting(examination),
        wrap(" ".join(examination.notes)),
        closing(examination, kit),
    )


def _paragraphs(*parts: str) -> str:
    return "\n\n".join(part for part in parts if part)


def closing(examination: Examination, kit: Kit) -> str:
    """What to do next, the points, and the digest."""
    return "\n\n".join(
        [
            next_step(examination),
            f"{points(examination.shown)}\n{hidden(kit)}",
            wrap(f"Digest {kit.digest} (of kit {VERSION}, its cases and your file)."),
        ]
    )


def overview(outcomes: Iterable[Outcome]) -> str:
    """One line a function."""
    width = max(map(len, FUNCTIONS))
    return "\n".join(
        f"  {outcome.question.number}  {outcome.question.function:<{width}}  {_state(outcome)}"
        for outcome in outcomes
    )


def _state(outcome: Outcome) -> str:
    if outcome.state == "waits":
        return f"waits for {' and '.join(outcome.because[:2])}"
    if outcome.state == "to do" and not _is_stub(outcome):
        return "to do (not in the file)"
    return outcome.state


def _is_stub(outcome: Outcome) -> bool:
    return not any(
        verdict.message.startswith("There is no function")
        for _, verdicts in outcome.answers
        for verdict in verdicts
    )


def details(outcome: Outcome) -> str:
    """What is wrong with one function: message, hint and lines to paste, never a screenful."""
    question = outcome.question
    lines = [heading(f"{question.number} {question.function}")]
    failed = outcome.failed
    if not failed:
        return lines[0]
    (case, verdicts), *more = failed
    lines.append(_case(case, verdicts))
    # The second case is told in full only if it shows something else.
    for second, others in more[: CASES - 1]:
        one, other = first_of(verdicts), first_of(others)
        if one.message == other.message:
            lines.append(wrap(f"Likewise: {_title(second)}.", 2))
        elif one.output == other.output:
            lines.append(wrap(f"Likewise: {_title(second)}: {_brief(other)}", 2))
        else:
            lines.append(_case(second, others))
    if len(failed) > CASES:
        lines.append(f"  ... and {_count(len(failed) - CASES, 'more case')}.")
    lines.append(wrap("To see it yourself, paste in Python or a notebook, in this folder:", 2))
    lines += [f"    {line}" for line in to_paste(case)]
    return "\n".join(lines)


def _case(case: Case, verdicts: Sequence[Verdict]) -> str:
    """A failing case: its first wrong output in full, the others in a line each."""
    first = first_of(verdicts)
    lines = [wrap(f"{_title(case)}:", 2), wrap(_short(first.message), 4)]
    if hint := first.hint or case.hint:
        lines.append(wrap(f"Hint: {hint}", 4))
    for other in verdicts:
        if other is not first and other.message != first.message:
            brief = re.sub(r"` \([^()]*\)", "`", _brief(other))  # the index without its words
            lines.append(_one_line(f"Also wrong: {brief}", 4))
    return "\n".join(lines)


def _title(case: Case) -> str:
    return case.title.removeprefix(f"`{case.function}`: ")


def _brief(verdict: Verdict) -> str:
    return verdict.message.split(" (tolerance")[0].rstrip(".") + "."


def _short(text: str) -> str:
    return text if len(text) <= MESSAGE else text[:MESSAGE].rsplit(" ", 1)[0] + " ..."


def _one_line(text: str, indent: int) -> str:
    return " " * indent + textwrap.shorten(text, WIDTH - indent, placeholder=" ...")


def to_paste(case: Case) -> tuple[str, str]:
    """Two lines of Python that fetch the input of a case and make the call."""
    return (
        f'from check import example; inputs = example("{case.id}")',
        f"from neural_network import {case.function}; print({case.function}(*inputs))",
    )


def waiting(examination: Examination) -> str:
    """Which functions wait for which, one paragraph for all that wait for the same."""
    groups: dict[tuple[str, ...], list[Outcome]] = {}
    for outcome in examination.shown:
        if outcome.state == "waits":
            groups.setdefault(outcome.because, []).append(outcome)
    return "\n\n".join(wait(examination, group) for group in groups.values())


def wait(examination: Examination, group: Sequence[Outcome]) -> str:
    """Why these functions wait, and what is a mistake of their own where that is known."""
    lower = [examination.outcomes[name] for name in group[0].because]
    names = [outcome.question.function for outcome in group]
    calls = all(o.question.function in outcome.question.calls for outcome in group for o in lower)
    if len(group) == 1:
        verb, each = "calls" if calls else "is built on", f"`{names[0]}`"
    else:
        verb, each = "call" if calls else "are built on", "each of them"
    text = (
        f"{_listed(names)} {verb} {_listed(group[0].because)}, {_not_right(lower)} first; "
        f"the grader judges {each} for itself."
    )
    return "\n".join([wrap(text), *(line for outcome in group for line in _own(outcome))])


def _not_right(lower: Sequence[Outcome]) -> str:
    """The matter with the functions that are waited for, as a clause about them."""
    one = len(lower) == 1
    if all(outcome.state == "to do" for outcome in lower):
        return "which is still to do: write that" if one else "which are still to do: write those"
    return "which is not right yet: mend that" if one else "which are not right yet: mend those"


def _own(outcome: Outcome) -> list[str]:
    """A known mistake that is the function's own.

    It counts only if what is called is right in the main: a flipped sign in `backprop` looks just
    like a plus in the update of `train_nn`.
    """
    for _, verdicts in outcome.failed:
        for verdict in verdicts:
            if verdict.misconception and outcome.alone:
                name, output = outcome.question.function, verdict.output
                return [wrap(f"`{name}` itself, `{output}`: {verdict.hint}", 2)]
    return []


def next_step(examination: Examination) -> str:
    """The one thing to do next."""
    for outcome in examination.shown:
        place = f"{outcome.question.number} `{outcome.question.function}`"
        if outcome.state == "to do":
            return f"Next: {place}: write it (README.md, section {outcome.question.number})"
        if outcome.state == "wrong":
            return f"Next: {place}{_output_of(outcome)}"
    for outcome in examination.shown:
        if outcome.state == "waits":
            lower = by_function(outcome.because[0])
            return f"Next: {lower.number} `{lower.function}`: python check.py {lower.function}"
    if len(examination.asked) < len(FUNCTIONS):
        return "Right. Next: all seven together: python check.py"
    return "All seven are right. Next: what to hand in: python check.py --submit"


def _output_of(outcome: Outcome) -> str:
    if not outcome.failed or len(outcome.question.outputs) == 1:
        return ""
    first = first_of(outcome.failed[0][1])
    return "" if first.got is None else f", output `{first.output}`"


def first_of(verdicts: Sequence[Verdict]) -> Verdict:
    """The wrong output that is told in full: the first one in the order of computing."""
    return min(verdicts, key=lambda verdict: _COMPUTED.get(verdict.output, 0))


def points(outcomes: Sequence[Outcome]) -> str:
    """Public points per question: what is safe, what is open, and of how many."""
    if len(outcomes) < len(FUNCTIONS):
        names = _listed([outcome.question.function for outcome in outcomes])
        got, open_, of = (sum(getattr(o, what) for o in outcomes) for what in ("got", "open", "of"))
        return f"Public points of {names}: {got} got, {open_} open, of {of}."
    lines = ["Public points " + "".join(f"{name:>5}" for name in (*NUMBERS, "all"))]
    for label, what in (("got", "got"), ("still open", "open"), ("of", "of")):
        row = [
            sum(getattr(o, what) for o in outcomes if o.question.number == number)
            for number in NUMBERS
        ]
        lines.append(f"  {label:<12}" + "".join(f"{value:>5}" for value in (*row, sum(row))))
    return "\n".join(lines)


def hidden(kit: Kit) -> str:
    """The sentence on what the local checks do not see."""
    public = sum(sum(case.points.values()) for case in kit.key.cases)
    every = sum(question.points for question in QUESTIONS)
    return wrap(
        f"Hidden cases decide the other {every - public} of the {every} points: the same kinds of "
        f"call with other numbers. The report is worth {REPORT_POINTS} more."
    )


def printed(examination: Examination) -> str:
    """What the student's code printed, function by function, cut to what can be read."""
    parts = [_printed("while it was loaded", [examination.printed])]
    parts += [
        _printed(f"in {name}", outcome.printed) for name, outcome in examination.outcomes.items()
    ]
    return "\n".join(part for part in parts if part)


def _printed(where: str, texts: Sequence[Printed]) -> str:
    lines = _lines(texts)
    more = sum(one.more for one in texts) + max(0, len(lines) - PRINTED_LINES)
    shown = [f"  | {line[: WIDTH * 2]}".rstrip() for line in lines[:PRINTED_LINES]]
    if more:
        shown.append(f"  | ... and {_count(more, 'more line')}")
    return "\n".join([f"Your file printed, {where}:", *shown]) if shown else ""


def _lines(texts: Iterable[Printed]) -> list[str]:
    return [line for one in texts for line in one.text.splitlines()]


def heading(text: str) -> str:
    """A line that begins a section."""
    return f"-- {text} ".ljust(WIDTH, "-")


def wrap(text: str, indent: int = 0) -> str:
    """A paragraph of at most ``WIDTH`` columns."""
    margin = " " * indent
    return textwrap.fill(
        text, WIDTH, initial_indent=margin, subsequent_indent=margin, break_on_hyphens=False
    )


def _listed(names: Sequence[str]) -> str:
    quoted = [f"`{name}`" for name in names]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} and {quoted[-1]}"


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


class _Progress:
    """One changing line on a terminal, nothing elsewhere."""

    def __init__(self, stream: TextIO | None) -> None:
        self._stream = stream if stream is not None and stream.isatty() else None

    def show(self, name: str) -> None:
        """Say what runs now."""
        if self._stream is not None:
            self._stream.write(f"\r{'running ' + name + ' ...':<40}")
            self._stream.flush()

    def clear(self) -> None:
        """Take the line away."""
        if self._stream is not None:
            self._stream.write("\r" + " " * 40 + "\r")
            self._stream.flush()
