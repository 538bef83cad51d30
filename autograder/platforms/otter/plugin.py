"""otter's plugin: grade natively before otter runs anything, then have otter report the result."""

from pathlib import Path
from typing import Any

import msgspec
import nbformat
from nbformat.v4 import new_code_cell, new_notebook
from otter.plugins import AbstractOtterPlugin

from assignment.checks.model.questions import NUMBERS
from autograder.course.settings import Course
from autograder.errors import ConfigError, NotJudged
from autograder.platforms.otter import messages, native, rendering
from autograder.platforms.otter.rendering import OtterCase, Suite
from autograder.record.fingerprint import code_digest

_EMPTY = {".py": "", ".ipynb": nbformat.writes(new_notebook())}


class NativeVerdicts(AbstractOtterPlugin):  # type: ignore[misc] # otter has no types
    """Gradebook one submission; otter makes a new object for each."""

    submission_path: str | None
    plugin_config: dict[str, Any]

    def before_grading(self, config: object) -> None:
        """Move the submission away and grade it.

        Raises:
            GraderError: where it could not be judged, through a fault that is not the student's.
        """
        assert self.submission_path is not None
        path = Path(self.submission_path)
        self._course = self._settings()
        taken = native.take(path.parent.parent)
        # otter reads the file before it calls before_execution.
        path.write_text(_EMPTY[path.suffix])
        self._result = native.grade(taken, self._course)
        self._suites = rendering.suites(self._course)
        self._outputs = {f"{o.case}/{o.output}": o for o in self._result.outputs}

    def before_execution(self, submission: object) -> Any:
        """The notebook to be executed in place of the submission: one cell of ours."""
        verdicts = {
            case.key: (self._passed(case), self._message(case, set()))
            for suite in self._suites
            for case in suite.cases
        }
        return new_notebook(cells=[new_code_cell(rendering.cell(verdicts))])

    def after_grading(self, results: Any) -> None:
        """Compare otter's results with the native ones, and put in our messages.

        Raises:
            NotJudged: where they differ.
        """
        error = results.catastrophic_error
        if error is not None:
            raise NotJudged(f"otter's kernel gave no results back: {error}")
        for suite in self._suites:
            self._check(suite, results.results.get(suite.name))
        if all(output.question in NUMBERS for output in self._result.outputs):
            del results.results[rendering.BONUS]  # no bonus.py was submitted
        if results.total != self._result.score:
            raise NotJudged(f"otter counts {results.total} points, not {self._result.score}")
        results.set_output("\n".join(messages.summary_lines(self._result, self._course)))
        if rendering.hides_everything(self._course):
            results.hide_everything()

    def _check(self, suite: Suite, file: Any) -> None:
        """Compare a test file's results with the native ones, and put in our messages."""
        found = () if file is None else file.test_case_results
        passed = [(one.test_case.name, one.passed) for one in found]
        if passed != [(case.name, self._passed(case)) for case in suite.cases]:
            raise NotJudged(f"otter's kernel returned other verdicts in {suite.name}")
        hints: set[str] = set()
        for case, one in zip(suite.cases, found, strict=True):
            one.message = self._message(case, hints)
        given = (self._outputs.get(case.key) for case in suite.cases)
        file.update_score(sum(output.points for output in given if output is not None))

    def generate_report(self) -> str:
        """The report for staff in otter's output."""
        return "\n".join(messages.staff_lines(self._result))

    def _settings(self) -> Course:
        if self.plugin_config.get("code") != code_digest():
            raise ConfigError(
                "this autograder.zip was made by another version of the kit than the one installed "
                "here: make it again with `autograder package`."
            )
        try:
            return msgspec.convert(self.plugin_config.get("course"), Course)
        except msgspec.ValidationError as problem:
            raise ConfigError(f"otter_config.json: {problem}") from None

    def _passed(self, case: OtterCase) -> bool:
        output = self._outputs.get(case.key)
        return output is not None and output.status == "passed"

    def _message(self, case: OtterCase, hints: set[str]) -> str:
        """The message of a test case; ``hints`` are those that its file has given already."""
        output = self._outputs.get(case.key)
        if output is None:
            return messages.not_graded(case, self._result)
        new = output.hint not in hints
        hints.add(output.hint)
        return messages.output_message(output, hint=new)
