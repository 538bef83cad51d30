"""Combine a new attempt with what counts already: attempts are per file.

A student who uploads only report.pdf keeps the code of the attempt before, and one who uploads only
the code keeps bonus.py (``intake.copy_reports`` keeps the report). Code that does not run never
takes the place of code that does. In every other case the latest attempt counts.
"""

from collections.abc import Collection, Iterator

import msgspec

from autograder.intake.submission import Submission
from autograder.record.reader import History
from autograder.results import SubmissionResult

ANSWERS = frozenset({"passed", "failed", "bad_answer"})
"""Statuses of outputs for which the code has run to its end."""
KEPT_BONUS = "The latest attempt has no bonus.py, so that of the earlier one counts."
KEPT_CODE = "The latest attempt has only bonus.py, so the other code is that of the earlier one."


def with_bonus(submission: Submission, before: SubmissionResult, code: bytes | None) -> Submission:
    """Give a new attempt the bonus.py of the one before, or a bonus.py alone the ``code``."""
    replace, notes = msgspec.structs.replace, submission.notes
    if submission.source is not None and before.bonus_source and not submission.bonus:
        return replace(submission, bonus=before.bonus_source, notes=(*notes, KEPT_BONUS))
    if submission.refused and submission.bonus and code is not None:
        notes = (*notes, KEPT_CODE)
        return replace(submission, source=code, path=before.file, refused="", notes=notes)
    return submission


def keeps_earlier(new: SubmissionResult, before: SubmissionResult) -> str:
    """Say why the code of the attempt before counts instead of the new one; "" where it does not.

    The sentence is for student and instructor. Something that could not be judged through no fault
    of the student counts, so that it is noticed and judged again.
    """
    if new.status == "not_judged" or _rank(new) >= _rank(before):
        return ""
    what = "has no code that can be graded" if new.status == "refused" else "does not run"
    why = f" ({new.message.rstrip('.')})" if new.message else ""
    return f"The latest attempt {what}{why}, so the code of the earlier one counts."


def from_record(record: History, which: Collection[str]) -> Iterator[Submission]:
    """Make these submissions again from the files that the record has."""
    for one, attempt in record.attempts().items():
        if one in which and attempt.code:
            result = record.grading(attempt.grading)
            yield Submission(
                one,
                record.source(one),
                result.file,
                ignored=result.ignored,
                notes=(*result.notes, *filter(None, [attempt.note])),
                bonus=result.bonus_source,
            )


def _rank(result: SubmissionResult) -> int:
    """0 without code that can be graded, 1 with code that does not run, 2 with code that does."""
    if result.status != "judged":
        return 0
    return 2 if any(output.status in ANSWERS for output in result.outputs) else 1
