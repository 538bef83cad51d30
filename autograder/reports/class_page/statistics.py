"""Count right outputs, points and misconceptions of a class, in one pass over its results."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from assignment.checks.model.questions import FUNCTIONS, NUMBERS, QUESTIONS
from autograder.cases.points import CoursePoints, kit_points
from autograder.results import OutputResult, SubmissionResult, SubmissionStatus

STOPPED = ("timeout", "killed")
"""Statuses of outputs whose function hung or crashed; such a submission needs attention."""


@dataclass(frozen=True)
class SubmissionRow:
    """One submission in the table; ``stopped`` are its functions that hung or crashed."""

    submission: str
    status: SubmissionStatus
    message: str
    score: int
    questions: tuple[int, ...]
    seconds: float
    misconceptions: tuple[str, ...]
    stopped: tuple[str, ...]


@dataclass
class Count:
    """The number of right outputs, of all outputs, and of each misconception among them."""

    right: int = 0
    of: int = 0
    misconceptions: Counter[str] = field(default_factory=Counter)

    @property
    def share(self) -> float:
        """The share that is right, 0 to 1."""
        return self.right / self.of if self.of else 0.0


@dataclass(frozen=True)
class CaseOutput:
    """One output of one case."""

    function: str
    output: str
    title: str
    public: bool


@dataclass
class MisconceptionCount:
    """A misconception: its hint, and the functions and submissions in which it was found."""

    id: str
    hint: str
    found_in: set[str] = field(default_factory=set)
    submissions: list[str] = field(default_factory=list)

    @property
    def functions(self) -> list[str]:
        """The functions in which it was found, in the order of the table of questions."""
        return [name for name in FUNCTIONS if name in self.found_in]


class Statistics:
    """Count results while they are iterated: ``for result in statistics.watching(results)``."""

    def __init__(self, course_points: CoursePoints | None = None) -> None:
        self.course_points = course_points or kit_points()
        self.rows: list[SubmissionRow] = []
        self.outputs: dict[tuple[str, str], Count] = {}
        self.case_outputs: dict[CaseOutput, Count] = {}
        self.misconceptions: dict[str, MisconceptionCount] = {}

    def watching(self, results: Iterable[SubmissionResult]) -> Iterator[SubmissionResult]:
        """Count each result and yield it."""
        for result in results:
            self.add(result)
            yield result

    def add(self, result: SubmissionResult) -> None:
        """Count a result, without outputs that were not judged."""
        stopped = {output.function for output in result.outputs if output.status in STOPPED}
        self.rows.append(
            SubmissionRow(
                result.submission,
                result.status,
                result.message,
                result.score,
                tuple(result.question_score(number) for number in NUMBERS),
                result.seconds,
                result.misconceptions,
                tuple(name for name in FUNCTIONS if name in stopped),
            )
        )
        right: dict[tuple[str, str], bool] = {}
        for output in result.outputs:
            if output.status == "not_judged":
                continue
            self._count(output)
            key = output.function, output.output
            right[key] = right.get(key, True) and output.status == "passed"
            if output.misconception:
                self._add_misconception(result.submission, output)
        for key, is_right in right.items():
            count = self.outputs.setdefault(key, Count())
            count.of += 1
            count.right += is_right

    def _count(self, output: OutputResult) -> None:
        place = CaseOutput(output.function, output.output, output.title, output.public)
        count = self.case_outputs.setdefault(place, Count())
        count.of += 1
        count.right += output.status == "passed"
        if output.misconception:
            count.misconceptions[output.misconception] += 1

    def _add_misconception(self, submission: str, output: OutputResult) -> None:
        name = output.misconception
        found = self.misconceptions.setdefault(name, MisconceptionCount(name, output.hint))
        found.found_in.add(output.function)
        if found.submissions[-1:] != [submission]:
            found.submissions.append(submission)

    @property
    def judged(self) -> list[SubmissionRow]:
        """The rows of submissions that were judged."""
        return [row for row in self.rows if row.status == "judged"]

    def by_section(self) -> dict[str, float]:
        """Return the mean share of the points of each section, over all judged submissions."""
        course_points = self.course_points.sections
        judged = self.judged
        return {
            number: sum(row.questions[index] for row in judged)
            / (course_points[number] * len(judged))
            for index, number in enumerate(NUMBERS)
            if judged
        }

    def by_output(self) -> dict[tuple[str, str], Count]:
        """Count submissions with an output right in every case, in the order of the questions."""
        ordered = [(q.function, output) for q in QUESTIONS for output in q.outputs]
        return {key: self.outputs[key] for key in ordered if key in self.outputs}

    def hardest(self, most: int = 12) -> list[tuple[CaseOutput, Count]]:
        """Return the outputs of single cases that the fewest submissions have right."""
        found = [(one, count) for one, count in self.case_outputs.items() if count.right < count.of]
        return sorted(found, key=lambda pair: pair[1].share)[:most]

    def ranked(self) -> list[MisconceptionCount]:
        """Return the misconceptions, the most frequent first."""
        return sorted(self.misconceptions.values(), key=lambda one: (-len(one.submissions), one.id))
