"""``python check.py --html``: the result as a page, like the grader's, for the public cases."""

from collections.abc import Sequence

from jinja2 import TemplateNotFound

from ..console import hang, say, wrap
from ..html.feedback import CaseFeedback, Feedback, FunctionFeedback, OutputFeedback, feedback_html
from ..model.case import Case, Verdict
from ..model.version import VERSION
from ..running.examine import Examination, Outcome
from ..running.kit import FILE, Kit
from ..running.process import CannotRun
from .check import hidden, next_step, watched
from .details import blocked_by

PAGE = "feedback.html"


def run(names: Sequence[str], kit: Kit | None = None) -> int:
    """Check the functions or questions ``names`` (all, if there are none) and write the page.

    Returns the exit code: 0 everything right, 1 something wrong or to do, 2 nothing checked.
    """
    kit = kit or Kit()
    try:
        examination = watched(names, kit)
        path = kit.folder / PAGE
        try:
            path.write_text(feedback_html(as_feedback(examination, kit)), encoding="utf-8")
        except TemplateNotFound as missing:
            raise CannotRun(
                f"The file {missing.name} is missing in the folder `checks`: unzip the kit again."
            ) from None
        except OSError as problem:
            raise CannotRun(f"{path} cannot be written: {problem.strerror}.") from None
    except CannotRun as problem:
        say(wrap(str(problem)))
        return 2
    got, of = (sum(getattr(o, what) for o in examination.shown) for what in ("got", "of"))
    where = path.resolve().as_uri()
    say(hang("", f"{got} of {of} public points. Open in a browser: {where}", whole=True))
    return 0 if examination.right else 1


def as_feedback(examination: Examination, kit: Kit) -> Feedback:
    """Collect the content of the page."""
    printed = [
        one.text
        for one in (examination.printed, *(p for o in examination.shown for p in o.printed))
        if one.text
    ]
    return Feedback(
        name=FILE,
        functions=tuple(_function(examination, outcome, kit) for outcome in examination.shown),
        facts=(
            ("File", f"{kit.folder.name}/{FILE}"),
            ("Saved", kit.saved),
            ("Digest", f"{kit.digest} (of kit {VERSION}, its cases and your file)"),
        ),
        next_step=next_step(examination),
        notes=(*examination.notes, " ".join(hidden(kit).split())),
        printed="".join(printed)[:4_000],
        local=True,
        course=kit.key.about.name,
        report=kit.key.about.report,
    )


def _function(examination: Examination, outcome: Outcome, kit: Kit) -> FunctionFeedback:
    note = ""
    if outcome.state == "blocked":
        note = " ".join(blocked_by(examination, [outcome]).split())
    return FunctionFeedback(
        outcome.question,
        tuple(_case(case, verdicts, kit) for case, verdicts in outcome.answers),
        outcome.got,
        outcome.of,
        outcome.open,
        note[:1].upper() + note[1:],
    )


def _case(case: Case, verdicts: Sequence[Verdict], kit: Kit) -> CaseFeedback:
    outputs = tuple(_output(case, verdict, kit) for verdict in verdicts)
    return CaseFeedback(case.id, case.function, case.title, True, outputs, case.practice)


def _output(case: Case, verdict: Verdict, kit: Kit) -> OutputFeedback:
    return OutputFeedback(
        *(verdict.output, verdict.status, verdict.points, verdict.max_points),
        message=verdict.message,
        hint=verdict.hint,
        got=verdict.got,
        expected=verdict.expected,
        tolerance=kit.key.expected[case.id][verdict.output].tolerance,
        call=verdict.case,
    )
