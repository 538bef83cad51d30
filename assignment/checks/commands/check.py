"""The report of ``python check.py``, for the assignment and the bonus; pytest prints it too."""

from collections.abc import Iterator, Sequence
from difflib import get_close_matches

from ..console import hang, listed, say, show_progress, width, wrap
from ..judging.messages import next_words
from ..loading.syntax import too_new
from ..model import public_key as key
from ..model.questions import BONUS, BONUS_FUNCTIONS, BONUS_NUMBERS, FUNCTIONS, NUMBERS, by_function
from ..model.version import VERSION
from ..running.examine import Examination, Outcome, examine
from ..running.kit import BONUS_FILE, Kit
from ..running.process import CannotRun
from .details import blocked, details, output_of, printed


def run(names: Sequence[str], kit: Kit | None = None, *, bonus: bool = False) -> int:
    """Check the functions or questions ``names`` (all, if there are none) and print the result.

    With ``bonus``, or names of the bonus alone, bonus.py is checked.

    Returns the exit code: 0 everything right, 1 something wrong or to do, 2 nothing checked.
    """
    kit = kit or (Kit(file=BONUS_FILE) if bonus or are_of_bonus(names) else Kit())
    try:
        examination = reported(names, kit)
    except CannotRun as problem:
        say(wrap(str(problem)))
        return 2
    return 0 if examination.right else 1


def reported(names: Sequence[str], kit: Kit) -> Examination:
    """Examine these functions or sections and print the result."""
    examination = watched(names, kit)
    say(f"{wrap(f'{kit.file}, saved {kit.saved}')}\n\n{report(examination, kit)}")
    return examination


def watched(names: Sequence[str], kit: Kit) -> Examination:
    """Examine these functions or sections and show the progress on stderr."""
    functions = chosen(names, kit)
    try:
        return examine(kit, functions, progress=show_progress)
    finally:
        show_progress("")


def are_of_bonus(names: Sequence[str]) -> bool:
    """Tell whether there are names, and all are functions or sections of the bonus."""
    return bool(names) and all(name in (*BONUS_FUNCTIONS, *BONUS_NUMBERS) for name in names)


def chosen(names: Sequence[str], kit: Kit) -> tuple[str, ...]:
    """Find the kit's functions by names of functions or numbers of sections.

    Raises:
        CannotRun: if a name is neither; the message names the function that it looks like.
    """
    functions: list[str] = []
    for name in names:
        of_number = [q.function for q in kit.questions if q.number == name]
        if name in kit.functions:
            functions.append(name)
        elif of_number:
            functions.extend(of_number)
        else:
            alike = get_close_matches(name.lower(), kit.functions, n=1, cutoff=0.4)
            guess = f"did you mean `{alike[0]}`? " if alike else ""
            where = "the bonus" if kit.is_bonus else "the assignment"
            raise CannotRun(
                f"There is no function `{name}` in {where}: {guess}"
                f"The functions are {', '.join(kit.functions)}."
            )
    return tuple(functions) or kit.functions


def report(examination: Examination, kit: Kit) -> str:
    """Return the whole report on an examination, from the printed text to the digest."""
    wrong = (details(outcome) for outcome in examination.shown if outcome.state == "wrong")
    return summary(examination, kit, *wrong)


def summary(examination: Examination, kit: Kit, *wrong: str) -> str:
    """Return the report without the details of ``wrong`` functions, which pytest has printed."""
    parts = (
        printed(examination),
        overview(examination.shown),
        *wrong,
        blocked(examination),
        wrap(" ".join(examination.notes)),
        closing(examination, kit),
    )
    return "\n\n".join(part for part in parts if part)


def closing(examination: Examination, kit: Kit) -> str:
    """Say what to do next, how many points there are, and the digest."""
    if kit.is_bonus:
        return f"{next_step(examination, bonus=True)}\n\n{bonus_points(examination, kit)}"
    return "\n\n".join(
        [
            next_step(examination),
            f"{points(examination.shown)}\n{hidden(kit)}",
            wrap(f"Digest {kit.digest} (of kit {VERSION}, its cases and your file)."),
            *versions(kit),
        ]
    )


def versions(kit: Kit) -> Iterator[str]:
    """Say where the grader's Python or numpy is another one, and what it cannot read."""
    theirs, here = kit.key.grader, key.versions()
    if not theirs or theirs == here:
        return
    text = (
        f"Graded with Python {theirs[0]} and numpy {theirs[1]}; you have {here[0]} and {here[1]}."
    )
    try:
        major, minor = map(int, theirs[0].split("."))
        found = too_new(kit.source, (major, minor))
    except (CannotRun, ValueError):
        found = ""
    yield wrap(f"{text} {found}".rstrip())


def overview(outcomes: Sequence[Outcome]) -> str:
    """List the functions with their states, one a line."""
    widest = max(len(name) for name in (*FUNCTIONS, *(o.question.function for o in outcomes)))
    return "\n".join(
        hang(f"  {one.question.number}  {one.question.function:<{widest}}  ", _state(one))
        for one in outcomes
    )


def _state(outcome: Outcome) -> str:
    if outcome.state == "blocked":
        return f"blocked by {' and '.join(outcome.because[:2])}"
    messages = (verdict.message for _, verdicts in outcome.answers for verdict in verdicts)
    if outcome.state == "to do" and any(m.startswith("There is no function") for m in messages):
        return "to do (not in the file)"
    return outcome.state


def next_step(examination: Examination, *, bonus: bool = False) -> str:
    """Say which function to write or fix next; the bonus may be left at any time."""
    for outcome in examination.shown:
        to_do = outcome.state == "to do"
        if outcome.state == "wrong" or (to_do and not bonus):
            place = outcome.question.number, outcome.question.function
            return wrap(next_words(*place, output_of(outcome), to_do=to_do))
    if bonus and examination.right:
        return wrap(f"Right. Submit {BONUS_FILE} together with neural_network.py.")
    if bonus:
        return wrap(
            "Nothing is wrong. What is still to do is up to you: each function has points of its "
            "own, and none is lost without them."
        )
    for outcome in examination.shown:
        if outcome.state == "blocked":
            lower = by_function(outcome.because[0])
            words = next_words(lower.number, lower.function)
            return wrap(f"{words}: python check.py {lower.function}")
    if len(examination.asked) < len(FUNCTIONS):
        return wrap("Right. Next: all seven together: python check.py")
    return wrap("All seven are right. Next: what to submit: python check.py --submit")


def points(outcomes: Sequence[Outcome]) -> str:
    """Tabulate the public points of each section: got, still open, and the maximum."""
    if len(outcomes) < len(FUNCTIONS):
        names = listed([outcome.question.function for outcome in outcomes])
        got, open_, of = (sum(getattr(o, what) for o in outcomes) for what in ("got", "open", "of"))
        return wrap(f"Public points of {names}: {got} got, {open_} open, of {of}.")
    narrow = width() < 50
    title, still, cell = ("Points", "open", 4) if narrow else ("Public points", "still open", 5)
    lines = [f"{title} " + "".join(f"{name:>{cell}}" for name in (*NUMBERS, "all"))]
    for label, what in (("got", "got"), (still, "open"), ("of", "of")):
        row = [
            sum(getattr(o, what) for o in outcomes if o.question.number == number)
            for number in NUMBERS
        ]
        cells = "".join(f"{value:>{cell}}" for value in (*row, sum(row)))
        lines.append(f"  {label}".ljust(len(title) + 1) + cells)
    return "\n".join(lines)


def hidden(kit: Kit) -> str:
    """Say how many points the hidden cases decide."""
    public = sum(sum(case.points.values()) for case in kit.key.cases)
    about = kit.key.about
    every = sum(about.points.values())
    report = f" The report is worth {about.report} more." if about.report else ""
    return wrap(
        f"Hidden cases decide the other {every - public} of the {every} points: the same kinds of "
        f"call with other numbers.{report}"
    )


def bonus_points(examination: Examination, kit: Kit) -> str:
    """Say how many public points there are, and how many the hidden cases decide."""
    got, of = (sum(getattr(o, what) for o in examination.shown) for what in ("got", "of"))
    public = sum(sum(case.points.values()) for case in kit.key.cases)
    every = sum(question.points for question in BONUS)
    return wrap(
        f"Public points: {got} of {of}. The bonus has {every} points, on top of all others; "
        f"hidden cases decide {every - public} of them: the same kinds of call with other numbers."
    )
