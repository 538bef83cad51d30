"""Write what a student reads about a verdict, and what only staff may read.

Of a hidden case students see the title, a hint and, for an exception, its built-in class. The text
of an exception, a value or the name of a class could carry the hidden input.
"""

import builtins
import re
from collections.abc import Collection, Sequence

from assignment.checks.judging.saturated import SATURATED
from assignment.checks.model.case import Case, Status, Verdict
from assignment.checks.model.questions import by_function
from autograder.cases.points import FULL_CREDIT
from autograder.grading.run import RunOutcome
from autograder.results import Numbers, OutputResult
from autograder.text import joined

_HIDDEN: dict[Status, str] = {
    "passed": "",
    "failed": "Not right in this hidden case.",
    "not_implemented": "Still to do.",
    "error": "Raised an exception in this hidden case.",
    "timeout": "No answer in time in this hidden case: is there an endless loop?",
    "killed": "The program ended or crashed in this hidden case.",
    "bad_answer": "This hidden case returned something other than numbers, lists and arrays.",
    "not_judged": "Not judged yet, through no fault of yours.",
}

_WARNING = re.compile(r"^\w*Warning: .*$", re.MULTILINE)
"""A line that Python prints for a warning, not the student's code."""

REMARKS: dict[str, str] = {
    "changed": "W1 or W2 of the caller is changed in place. That costs nothing; but a second "
    "call of your function with the same matrices gets another answer.",
    "overflow": "NumPy warned of an overflow in an exponential. The value is right, so that costs "
    "nothing; the handout's check for x below -100 avoids the warning.",
    "plots": "The functions plot while they run. That costs nothing; the grader draws no pictures.",
    "prints": "The functions print while they run. That costs nothing.",
}


def output(case: Case, verdict: Verdict, replaced: Sequence[str] = ()) -> OutputResult:
    """Make the result of one output, with messages for the student and for staff."""
    call = case.call(verdict.case)
    judged = verdict.status not in ("passed", "not_implemented", "not_judged")
    return OutputResult(
        question=by_function(case.function).number,
        function=case.function,
        case=case.id,
        title=case.title,
        output=verdict.output,
        public=case.public,
        status=verdict.status,
        points=verdict.points,
        max_points=verdict.max_points,
        message=_message(case, verdict, replaced),
        hint=verdict.hint if judged else "",
        misconception=verdict.misconception,
        own_chain=not replaced,
        staff=verdict.message,
        got=Numbers.of(verdict.got),
        call=call.id if call is not case else "",
    )


def _message(case: Case, verdict: Verdict, replaced: Sequence[str]) -> str:
    names = joined([f"`{name}`" for name in replaced])
    if verdict.passed:
        which = names if len(replaced) == 1 else "these functions"
        itself = "itself" if len(replaced) == 1 else "themselves"
        credit = f"Correct when tested with our {names}: {FULL_CREDIT} here, fix {which} {itself}."
        return credit if replaced else ""
    fixed = verdict.failure == SATURATED
    message = verdict.message if case.public or fixed else _hidden(verdict)
    if verdict.case != case.id and not (case.public or fixed):
        message += f" (The call with {case.call(verdict.case).title}.)"
    if replaced:
        return f"{_ended(message)} (Tested with our {names} instead of yours.)"
    return message


def _ended(text: str) -> str:
    """The text with a full stop, which Python's own messages do not have."""
    return text if text.endswith((".", "?", "!")) else f"{text}."


def _hidden(verdict: Verdict) -> str:
    if verdict.status == "error":
        # Only Python's own names: student code may have made an exception of any name.
        kind = verdict.kind if hasattr(builtins, verdict.kind) else "an exception"
        return f"Raised {kind} in this hidden case."
    return _HIDDEN[verdict.status]


def summary(outcome: RunOutcome, outputs: Sequence[OutputResult]) -> str:
    """Sum up a submission in a sentence; "" where nothing stands out."""
    if any(output.status == "not_judged" for output in outputs):
        return "Not judged: " + next(o.staff for o in outputs if o.status == "not_judged")
    if outcome.load is not None and not outcome.load.ok:
        return outcome.load.reply.text
    if all(output.status == "not_implemented" for output in outputs):
        return "None of the seven functions is written yet."
    return troubles(outputs)


def troubles(outputs: Sequence[OutputResult]) -> str:
    """Name the functions that hung or crashed in these outputs; "" if none did."""
    for status, what in (("timeout", "No answer in time"), ("killed", "Crashed or ended itself")):
        functions = dict.fromkeys(o.function for o in outputs if o.status == status)
        if functions:
            return f"{what}: {', '.join(functions)}."
    return ""


def remarks(
    outcome: RunOutcome, wrong_cases: Collection[str] = (), *, together: bool = True
) -> tuple[str, ...]:
    """Remarks on habits that cost no points.

    In ``wrong_cases`` a habit gets no remark, because it may be the mistake; nor does a change in
    place where functions do not work ``together``.
    """
    found = {
        note
        for case, reply in outcome.replies.items()
        for note in reply.notes
        if case not in wrong_cases and (together or note != "changed")
    }
    if _WARNING.sub("", outcome.printed).strip():
        found.add("prints")
    return tuple(text for note, text in REMARKS.items() if note in found)
