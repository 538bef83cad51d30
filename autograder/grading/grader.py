"""Grade one submission: from its files to a result with verdicts, messages and a digest.

The path, one module a step: ``grader`` (here) has the source judged and makes the result;
``evaluate`` decides which runs the source needs and which verdicts count; ``run`` calls its
functions in a confined worker; ``verdicts`` judges the replies of a run with
``assignment.checks.judging.judge``; ``messages`` writes what students and staff read.
"""

import hashlib
import time

import msgspec

from assignment.checks.loading import cells
from assignment.checks.loading.syntax import NEWER
from assignment.checks.model import public_key as key
from assignment.checks.model.case import Case, every_call
from assignment.checks.model.version import VERSION
from autograder.cases.answers import Answers
from autograder.grading import messages
from autograder.grading.evaluate import Evaluation
from autograder.grading.verdicts import JudgedOutput, Verdicts
from autograder.intake.pick_file import BONUS
from autograder.intake.submission import Submission
from autograder.results import OutputResult, SubmissionResult
from autograder.sandbox import Sandbox

PERSON = "For staff: it may be right on a newer Python than the grader's. Look at it."


class Grader:
    """Grades one submission after the other in one sandbox."""

    def __init__(self, answers: Answers, sandbox: Sandbox) -> None:
        self.answers = answers
        self.sandbox = sandbox
        self._cases = key.digest(answers.cases)

    def grade(self, submission: Submission) -> SubmissionResult:
        """Run and judge the source; whatever it does, there is a result and no process is left.

        The file of the bonus is judged in workers of its own and costs no point of the other file.
        """
        assert submission.source is not None, "a refused submission has nothing to grade"
        source, file, bonus = submission.source, submission.path, submission.bonus
        notes = submission.notes
        began = time.monotonic()
        evaluation = Evaluation(self.answers, self.sandbox, source, file)
        verdicts = evaluation.judge()
        outputs = self._outputs(self.answers, verdicts)
        message = messages.summary(evaluation.outcome, outputs)
        left_out = () if evaluation.full else evaluation.outcome.left_out
        if source.startswith(cells.HEADER.encode()):
            text = source.decode("utf-8", "replace")
            found = [f"{cells.where(text, line)} was not run: {what}" for line, what in left_out]
            left_out, notes = (), (*notes, *found)
        if NEWER in message:
            notes = (*notes, PERSON)
        if bonus:
            extra, bonus_notes = self._bonus(bonus)
            outputs, notes = (*outputs, *extra), (*notes, *bonus_notes)
        ours = [output.staff for output in outputs if output.status == "not_judged"]
        return SubmissionResult(
            submission=submission.id,
            status="not_judged" if ours else "judged",
            message=f"Not judged: {ours[0]}" if ours else message,
            isolation=self.sandbox.isolation.level,
            mechanisms=tuple(self.sandbox.isolation.mechanisms),
            seconds=time.monotonic() - began,
            digest=key.receipt(self._cases, VERSION, source),
            sha256=hashlib.sha256(source).hexdigest(),
            file=file,
            ignored=submission.ignored,
            notes=tuple(dict.fromkeys(notes)),  # those of a record's result may be there already
            remarks=messages.remarks(
                evaluation.outcome,
                self._calls_with_failures(verdicts),
                together=not any(judged.pair for judged in verdicts.values()),
            ),
            left_out=left_out,
            outputs=outputs,
            printed=evaluation.outcome.printed,
            bonus_source=bonus,
        )

    def _bonus(self, source: bytes) -> tuple[tuple[OutputResult, ...], tuple[str, ...]]:
        """The outputs of the bonus, none where nothing of it is written, and notes on it."""
        evaluation = Evaluation(self.answers.bonus, self.sandbox, source, BONUS)
        outputs = self._outputs(self.answers.bonus, evaluation.judge())
        loaded = evaluation.outcome.load
        if loaded is not None and not loaded.ok and loaded.reply.status != "not_judged":
            return (), (f"{BONUS} was not judged and has no points: {loaded.reply.text}",)
        if all(output.status == "not_implemented" for output in outputs):
            return (), (f"Nothing of {BONUS} is written, which costs nothing.",)
        return outputs, ()

    def _outputs(self, answers: Answers, verdicts: Verdicts) -> tuple[OutputResult, ...]:
        """The result of each output that has points, in the order of the cases."""
        return tuple(
            self._output(answers, case, verdicts[case.id, output])
            for case in answers.graded
            for output in case.points
        )

    def _output(self, answers: Answers, case: Case, judged: JudgedOutput) -> OutputResult:
        output = messages.output(case, judged.verdict, judged.replaced)
        if judged.pair:
            output = msgspec.structs.replace(output, hint=judged.note, misconception=judged.pair)
        return answers.course_points.output(output)

    def _calls_with_failures(self, verdicts: Verdicts) -> set[str]:
        """All calls of cases with an output that is wrong with the student's own functions."""
        wrong = {
            case
            for (case, _), judged in verdicts.items()
            if judged.replaced or not judged.verdict.passed
        }
        failed = (case for case in self.answers.graded if case.id in wrong)
        return {call.id for call in every_call(failed)}
