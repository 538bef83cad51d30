"""otter's plugin: grade natively before otter does anything, then have otter report that."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
from nbformat.v4 import new_code_cell, new_notebook
from otter.plugins import AbstractOtterPlugin

from assignment.checks.model.questions import NUMBERS
from autograder.course.settings import Course
from autograder.errors import ConfigError, NotJudged
from autograder.platforms.otter import messages as words
from autograder.platforms.otter import native, rendering
from autograder.platforms.otter.rendering import OtterCase, Suite
from autograder.record.fingerprint import code_digest

_EMPTY = {
    ".py": "",
    ".ipynb": json.dumps({"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}),
}


class NativeVerdicts(AbstractOtterPlugin):  # type: ignore[misc] # otter has no types
    """Grades one submission; made anew by otter for each."""

    submission_path: str | None
    plugin_config: dict[str, Any]

    def before_grading(self, config: object) -> None:
        """Take the submission away and grade it; otter's working folder is the submission's.

        Raises:
            GraderError: where it cannot be judged through no fault of the student's.
        """
        assert self.submission_path is not None
        path = Path(self.submission_path)
        self._course = self._settings()
        taken = native.take(path.parent.parent)
        # otter reads the file before it asks for the cells to be executed.
        path.write_text(_EMPTY[path.suffix])
        self._result = native.grade(taken, self._course)
        self._suites = rendering.suites(self._course)
        self._outputs = {f"{o.case}/{o.output}": o for o in self._result.outputs}

    def before_execution(self, submission: object) -> Any:
        """The notebook to be executed in place of the submission: one cell of ours."""
        verdicts = {
            asked.key: (self._passed(asked), self._told(asked, set()))
            for suite in self._suites
            for asked in suite.asked
        }
        return new_notebook(cells=[new_code_cell(rendering.cell(verdicts))])

    def after_grading(self, results: Any) -> None:
        """Check what came back from the kernel, and give it our words.

        Raises:
            NotJudged: where it is not what the native grader said; otter would give a 0.
        """
        error = results.catastrophic_error
        if error is not None:
            raise NotJudged(f"otter's kernel gave no results back: {error}")
        for suite in self._suites:
            self._check(suite, results.results.get(suite.name))
        if all(output.question in NUMBERS for output in self._result.outputs):
            del results.results[rendering.BONUS]  # nothing optional was submitted
        if results.total != self._result.score:
            raise NotJudged(f"otter counts {results.total} points, not {self._result.score}")
        results.set_output(words.top(self._result, self._course))
        if rendering.hides_everything(self._course):
            results.hide_everything()

    def _check(self, suite: Suite, file: Any) -> None:
        """Compare a test file's results with the native ones, and say ours in their place."""
        back = () if file is None else file.test_case_results
        passed = [(case.test_case.name, case.passed) for case in back]
        if passed != [(asked.name, self._passed(asked)) for asked in suite.asked]:
            raise NotJudged(f"otter's kernel gave other verdicts back in {suite.name}")
        hints: set[str] = set()
        for asked, case in zip(suite.asked, back, strict=True):
            case.message = self._told(asked, hints)
        file.update_score(sum(self._points(asked) for asked in suite.asked))

    def generate_report(self) -> str:
        """What staff read in otter's output."""
        return "\n".join(words.staff(self._result))

    def _settings(self) -> Course:
        if self.plugin_config.get("code") != code_digest():
            raise ConfigError(
                "this autograder.zip was made by another version of the kit than the one that is "
                "installed here: make it again with `autograder package`."
            )
        try:
            return rendering.from_plain(self.plugin_config.get("course"))
        except msgspec.ValidationError as problem:
            raise ConfigError(f"otter_config.json: {problem}") from None

    def _passed(self, asked: OtterCase) -> bool:
        output = self._outputs.get(asked.key)
        return output is not None and output.status == "passed"

    def _points(self, asked: OtterCase) -> int:
        output = self._outputs.get(asked.key)
        return 0 if output is None else output.points

    def _told(self, asked: OtterCase, hints: set[str]) -> str:
        """The words of a test case; ``hints`` are those that its file has told already."""
        output = self._outputs.get(asked.key)
        if output is None:
            return words.nothing(asked, self._result)
        new = output.hint not in hints
        hints.add(output.hint)
        return words.told(output, hint=new)
