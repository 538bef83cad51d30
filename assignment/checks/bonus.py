"""``python check.py bonus``: the optional exercises of bonus.py, with the words of the door."""

from __future__ import annotations

from collections.abc import Sequence

from .details import details, output_of, printed, waiting
from .door import overview, watched
from .examine import Examination
from .kit import BONUS_FILE, Kit
from .layout import say, wrap
from .local import CannotRun
from .questions import BONUS, BONUS_FUNCTIONS, BONUS_NUMBERS

POINTS = sum(question.points for question in BONUS)


def run(names: Sequence[str] = (), kit: Kit | None = None) -> int:
    """Check the bonus, or the functions and sections ``names`` of it, and print the result.

    Returns the exit code: 0 everything right, 1 something wrong or to do, 2 nothing checked.
    """
    kit = kit or Kit(file=BONUS_FILE)
    try:
        functions = chosen(names)
        examination = watched(kit, functions)
        say(f"{BONUS_FILE}, saved {kit.saved}\n\n{report(examination, kit)}")
    except CannotRun as problem:
        say(wrap(str(problem)))
        return 2
    return 0 if examination.right else 1


def chosen(names: Sequence[str]) -> tuple[str, ...]:
    """The functions meant by names of functions or numbers of sections; all, if there are none.

    Raises:
        CannotRun: for a name that is neither.
    """
    for name in names:
        if name not in (*BONUS_FUNCTIONS, *BONUS_NUMBERS):
            raise CannotRun(
                f"There is no function `{name}` in the bonus. The functions are "
                f"{', '.join(BONUS_FUNCTIONS)}."
            )
    meant = {q.function for q in BONUS if not names or {q.function, q.number} & set(names)}
    return tuple(name for name in BONUS_FUNCTIONS if name in meant)


def report(examination: Examination, kit: Kit) -> str:
    """Everything that is said about an examination of the bonus."""
    wrong = (details(outcome) for outcome in examination.shown if outcome.state == "wrong")
    parts = (
        printed(examination),
        overview(examination.shown),
        *wrong,
        waiting(examination),
        wrap(" ".join(examination.notes)),
        next_step(examination),
        points(examination, kit),
    )
    return "\n\n".join(part for part in parts if part)


def next_step(examination: Examination) -> str:
    """The one thing to do next; the bonus may be done in any order and left at any time."""
    for outcome in examination.shown:
        if outcome.state == "wrong":
            name = outcome.question.function
            return f"Next: {outcome.question.number} `{name}`{output_of(outcome)}"
    if examination.right:
        return f"Right. Hand in {BONUS_FILE} together with neural_network.py."
    return wrap(
        "Nothing is wrong. What is still to do is up to you: each function has points of its own, "
        "and none is lost without them."
    )


def points(examination: Examination, kit: Kit) -> str:
    """Public points, and what the hidden cases decide."""
    got, of = (sum(getattr(o, what) for o in examination.shown) for what in ("got", "of"))
    public = sum(sum(case.points.values()) for case in kit.key.cases)
    return wrap(
        f"Public points: {got} of {of}. The bonus has {POINTS} points, on top of all others; "
        f"hidden cases decide {POINTS - public} of them: the same kinds of call with other numbers."
    )
