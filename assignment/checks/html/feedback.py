"""The feedback page on one submission: the grader and ``check.py --html`` make the same page.

A ``Feedback`` holds all that the page says, and ``feedback.html`` lays it out. Values of a hidden
case must not be in it: the grader puts only its title, messages and hints there.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from ..console import count
from ..judging.messages import computed, next_words, signature, to_paste
from ..model.case import Array, Status
from ..model.questions import (
    BONUS_FUNCTIONS,
    BONUS_NUMBERS,
    COURSE,
    NUMBERS,
    REPORT_POINTS,
    Question,
)
from .array_diff import Arrays, Curves, diff
from .document import render

STYLES = ("feedback.css",)


class Label(NamedTuple):
    """How pages show a status: a sign, words that suffice without it, and a CSS class."""

    sign: str
    words: str
    colour: str


LABELS: dict[Status, Label] = {
    "passed": Label("✓", "right", "good"),
    "failed": Label("✗", "not right", "bad"),
    "not_implemented": Label("○", "to do", "open"),
    "error": Label("✗", "exception", "bad"),
    "timeout": Label("✗", "no answer in time", "bad"),
    "killed": Label("✗", "crashed", "bad"),
    "bad_answer": Label("✗", "not numbers", "bad"),
    "not_judged": Label("?", "not judged yet", "open"),
}


@dataclass(frozen=True)
class OutputFeedback:
    """One output of a case. ``got`` and ``expected`` are drawn; a hidden case has neither.

    ``call`` is the id of the call that decided, "" for the first call of the case.
    ``decision`` says what a person has decided about its points.
    """

    output: str
    status: Status
    points: int
    max_points: int
    message: str = ""
    hint: str = ""
    got: Array | None = None
    expected: Array | None = None
    tolerance: float = 0.0
    decision: str = ""
    call: str = ""

    @property
    def label(self) -> Label:
        """The words and the colour of its status."""
        return LABELS[self.status]

    @property
    def drawn(self) -> Arrays | Curves | None:
        """The picture of a wrong answer, where there is something to see."""
        if self.got is None or self.expected is None:
            return None
        return diff(self.output, self.got, self.expected, self.tolerance)


class Group(NamedTuple):
    """Outputs about which the page says the same.

    ``again`` tells that an earlier group of the case has shown the hint.
    """

    outputs: tuple[OutputFeedback, ...]
    again: bool


@dataclass(frozen=True)
class CaseFeedback:
    """One case: which function was called, and the result for each output."""

    id: str
    function: str
    title: str
    public: bool
    outputs: tuple[OutputFeedback, ...]
    practice: bool = False

    @property
    def heading(self) -> str:
        """The title without the function's name, which stands above."""
        start, _, rest = self.title.partition(": ")
        title = rest if start.startswith("`") and rest else self.title
        return title[:1].upper() + title[1:]

    @property
    def right(self) -> bool:
        """Whether every output is right."""
        return all(output.status == "passed" for output in self.outputs)

    @property
    def wrong_call(self) -> str:
        """The id of the first call that went wrong."""
        return next((o.call for o in self.outputs if o.status != "passed" and o.call), self.id)

    @property
    def untouched(self) -> bool:
        """Whether the function is still to do."""
        return all(o.status == "not_implemented" and not o.decision for o in self.outputs)

    @property
    def points_in_words(self) -> str:
        """Its points out of how many, as text."""
        if self.practice:
            return "practice, no points"
        points = sum(output.points for output in self.outputs)
        most = count(sum(output.max_points for output in self.outputs), "point")
        return f"{'' if self.public else 'hidden case, '}{points} of {most}"

    @property
    def messages(self) -> str:
        """All messages, each once."""
        return " ".join(dict.fromkeys(o.message for o in self.outputs if o.message))

    @property
    def groups(self) -> tuple[Group, ...]:
        """Outputs with one status and text together: right ones, and those of one exception."""
        found: dict[tuple[str, ...], list[OutputFeedback]] = {}
        for one in self.outputs:
            found.setdefault((one.status, one.message, one.hint, one.decision), []).append(one)
        hints = [outputs[0].hint for outputs in found.values()]
        return tuple(
            Group(tuple(outputs), hints[place] in hints[:place])
            for place, outputs in enumerate(found.values())
        )


@dataclass(frozen=True)
class FunctionFeedback:
    """One function. ``undecided`` are points neither safe nor lost yet; ``note`` says why."""

    question: Question
    cases: tuple[CaseFeedback, ...]
    points: int
    max_points: int
    undecided: int = 0
    note: str = ""

    @property
    def is_bonus(self) -> bool:
        """Whether it is an optional exercise."""
        return self.question.function in BONUS_FUNCTIONS

    @property
    def wrong(self) -> list[CaseFeedback]:
        """The cases that are not right."""
        return [case for case in self.cases if not case.right]

    @property
    def right(self) -> list[CaseFeedback]:
        return [case for case in self.cases if case.right]

    @property
    def is_folded(self) -> bool:
        """Whether all is right and nothing more is said about it."""
        return not self.wrong and not self.note and not any(case.messages for case in self.cases)

    @property
    def untouched(self) -> bool:
        """Whether the function is still to do."""
        return bool(self.wrong) and all(case.untouched for case in self.cases)


@dataclass(frozen=True)
class Feedback:
    """All that the page says of a submission. ``facts`` are names with their values.

    ``grade`` says how the points add up, and begins with the sum. For a file that does not run
    ``excerpt`` is its line with a caret below, and there are no ``functions``. ``course`` is its
    name, ``report`` the most points of the report of section 2.3, ``received`` says whether there
    is one, and ``marks`` are its parts that a person has marked: name, points, comment.
    ``decisions`` are sentences on what people have decided.
    """

    name: str
    functions: tuple[FunctionFeedback, ...]
    facts: tuple[tuple[str, str], ...]
    message: str = ""
    excerpt: str = ""
    grade: str = ""
    next_step: str = ""
    received: str = ""
    remarks: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    printed: str = ""
    local: bool = False
    course: str = COURSE
    report: int = REPORT_POINTS
    decisions: tuple[str, ...] = ()
    marks: tuple[tuple[str, float, str], ...] = ()

    @property
    def by_section(self) -> list[FunctionFeedback]:
        """The functions in the order of the handout's sections."""
        numbers = (*NUMBERS, *BONUS_NUMBERS)
        return sorted(self.functions, key=lambda one: numbers.index(one.question.number))

    @property
    def points(self) -> int:
        """The points of all functions."""
        return sum(one.points for one in self.functions)

    @property
    def max_points(self) -> int:
        """The most points of the functions; the bonus comes on top."""
        return sum(one.max_points for one in self.functions if not one.is_bonus)

    @property
    def bonus(self) -> int:
        """The points of the optional exercises."""
        return sum(one.points for one in self.functions if one.is_bonus)

    @property
    def undecided(self) -> int:
        """Points that are neither safe nor lost yet."""
        return sum(one.undecided for one in self.functions)


def next_step(functions: Sequence[FunctionFeedback]) -> str:
    """Say which function to write or fix next, as ``check.py`` does; "" where all are right."""
    for one in functions:
        place = one.question.number, one.question.function
        if one.untouched and not one.is_bonus:
            return next_words(*place, to_do=True)
        if one.wrong and not one.is_bonus:
            wrong = [output for output in one.wrong[0].outputs if output.status != "passed"]
            first = min(wrong, key=lambda output: computed(output.output))
            several = len(one.question.outputs) > 1 and first.status == "failed"
            return next_words(*place, first.output if several else "")
    return ""


def feedback_html(feedback: Feedback) -> str:
    """Render the page."""
    return render(
        "feedback.html", styles=STYLES, page=feedback, signature=signature, to_paste=to_paste
    )
