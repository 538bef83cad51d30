"""One submission -> its result: judged, put into words, stamped."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Collection

from assignment.checks import key
from assignment.checks.case import Case, Verdict
from assignment.checks.version import VERSION
from autograder import messages
from autograder.answers import Answers
from autograder.attempt import Attempt, Judged, Known, Verdicts
from autograder.candidates import BONUS
from autograder.results import OutputResult, SubmissionResult
from autograder.sandbox import Sandbox
from autograder.submission import Submission


class Grader:
    """Grades one submission after the other on one warm parent."""

    def __init__(self, answers: Answers, sandbox: Sandbox) -> None:
        self.answers = answers
        self.sandbox = sandbox
        self._cases = key.digest(answers.cases)
        self._known = Known()
        self._told: dict[tuple[str, str], tuple[Verdict, OutputResult]] = {}

    def grade(self, submission: Submission) -> SubmissionResult:
        """Run and judge its source; whatever it does, there is a result, and no process is left.

        The file of the optional exercises is judged by itself, in workers of its own, and what it
        does costs no point of the other.
        """
        assert submission.source is not None, "a refused submission has nothing to grade"
        source, file, bonus = submission.source, submission.path, submission.bonus
        notes = submission.notes
        began = time.monotonic()
        attempt = Attempt(self.answers, self.sandbox, source, file, self._known)
        verdicts = attempt.judge()
        outputs = self._outputs(self.answers, verdicts)
        message = messages.summary(attempt.chain, outputs)
        if bonus:
            extra, said = self._bonus(bonus)
            outputs, notes = (*outputs, *extra), (*notes, *said)
        ours = [output.staff for output in outputs if output.status == "not_judged"]
        result = SubmissionResult(
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
            notes=notes,
            remarks=messages.remarks(attempt.chain, _not_right(verdicts)),
            left_out=() if attempt.full else attempt.chain.left_out,
            outputs=outputs,
            printed=attempt.chain.printed,
            bonus_source=bonus,
        )
        self.sandbox.settle()
        return result

    def _bonus(self, source: bytes) -> tuple[tuple[OutputResult, ...], tuple[str, ...]]:
        """The outputs of the bonus, none where nothing of it is written, and what is to be said."""
        answers = self.answers.bonus
        attempt = Attempt(answers, self.sandbox, source, BONUS, self._known)
        outputs = self._outputs(answers, attempt.judge())
        loaded = attempt.chain.load
        if loaded is not None and not loaded.ok and loaded.reply.status != "not_judged":
            return (), (f"{BONUS} was not judged and has no points: {loaded.reply.text}",)
        if all(output.status == "not_implemented" for output in outputs):
            return (), (f"Nothing of {BONUS} is written, which costs nothing.",)
        return outputs, ()

    def _outputs(self, answers: Answers, verdicts: Verdicts) -> tuple[OutputResult, ...]:
        """What is told of each output that has points, in the order of the cases."""
        found = [judged.verdict for judged in verdicts.values()]
        right = {(verdict.function, verdict.output) for verdict in found if verdict.passed}
        return tuple(
            self._output(answers, case, verdicts[case.id, output], right)
            for case in answers.graded
            for output in case.points
        )

    def _output(
        self, answers: Answers, case: Case, judged: Judged, right: Collection[tuple[str, str]]
    ) -> OutputResult:
        """What is told of one output; of a right answer the very same as the last time."""
        verdict, place = judged.verdict, (case.id, judged.verdict.output)
        last = self._told.get(place)
        if last is not None and last[0] is verdict and not judged.replaced:
            return last[1]
        special = (case.function, verdict.output) in right
        told = messages.output(case, verdict, judged.replaced, special=special)
        told = answers.worth.output(told)
        if verdict.passed and not judged.replaced:
            self._told[place] = verdict, told
        return told


def _not_right(verdicts: Verdicts) -> set[str]:
    """The cases in which an output is wrong in the student's own chain."""
    return {
        case
        for (case, _), judged in verdicts.items()
        if judged.replaced or not judged.verdict.passed
    }
