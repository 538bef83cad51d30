"""Count points, right cases and misconceptions of a class, in one pass over its results."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from assignment.checks.model.questions import FUNCTIONS, NUMBERS, QUESTIONS, Question
from autograder.cases.points import CoursePoints, kit_points
from autograder.gradebook.attention import does_not_run, nothing_written, stopped
from autograder.reports.class_page.equal_answers import WrongAnswers
from autograder.results import TOGETHER, OutputResult, SubmissionResult, SubmissionStatus


@dataclass(frozen=True)
class SubmissionRow:
    """One submission in the table; ``stopped`` are its functions that hung or crashed.

    One that does not ``run`` could not be loaded, or has nothing written in it.
    """

    submission: str
    status: SubmissionStatus
    score: int
    questions: tuple[int, ...]
    misconceptions: tuple[str, ...]
    stopped: tuple[str, ...]
    runs: bool

    @property
    def state(self) -> str:
        """Its status in words."""
        if self.status != "judged":
            return self.status.replace("_", " ")
        return "stopped" if self.stopped else "judged" if self.runs else "0 points"


@dataclass
class Count:
    """How many of those who wrote something have it right, and their misconceptions."""

    right: int = 0
    of: int = 0
    misconceptions: Counter[str] = field(default_factory=Counter)

    @property
    def share(self) -> float:
        """The share that is right, 0 to 1."""
        return self.right / self.of if self.of else 0.0


@dataclass(frozen=True)
class CaseTitle:
    """One case."""

    id: str
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


@dataclass
class FunctionCount:
    """A function: those who wrote it, and its cases."""

    question: Question
    count: Count = field(default_factory=Count)
    cases: dict[CaseTitle, Count] = field(default_factory=dict)


class Statistics:
    """Count results, one at a time.

    ``sections`` has the points of each section, one entry for each who wrote something of it, and
    ``wrong`` the wrong answers that no misconception explains.
    """

    def __init__(self, course_points: CoursePoints | None = None) -> None:
        self.course_points = course_points or kit_points()
        self.rows: list[SubmissionRow] = []
        self.functions = {question.function: FunctionCount(question) for question in QUESTIONS}
        self.misconceptions: dict[str, MisconceptionCount] = {}
        self.sections: dict[str, list[int]] = {number: [] for number in NUMBERS}
        self.wrong = WrongAnswers()

    def add(self, result: SubmissionResult) -> None:
        """Count a result; only what the student wrote, in a file that runs, counts as right or not.

        Outputs that were not judged do not count.
        """
        runs = result.status == "judged" and not (does_not_run(result) or nothing_written(result))
        self.rows.append(
            SubmissionRow(
                result.submission,
                result.status,
                result.score,
                tuple(result.question_score(number) for number in NUMBERS),
                result.misconceptions,
                tuple(stopped(result)) if runs else (),
                runs,
            )
        )
        if not runs:
            return
        by_function: dict[str, list[OutputResult]] = defaultdict(list)
        for output in result.outputs:
            if output.status != "not_judged" and output.function in self.functions:
                by_function[output.function].append(output)
        written = [
            outputs
            for outputs in by_function.values()
            if any(output.status != "not_implemented" for output in outputs)
        ]
        for outputs in written:
            self._add_function(result.submission, outputs)
        for number in dict.fromkeys(outputs[0].question for outputs in written):
            self.sections[number].append(result.question_score(number))

    def _add_function(self, submission: str, outputs: list[OutputResult]) -> None:
        function = self.functions[outputs[0].function]
        cases: dict[CaseTitle, list[OutputResult]] = defaultdict(list)
        for output in outputs:
            cases[CaseTitle(output.case, output.title, output.public)].append(output)
            self.wrong.add(submission, output)
            if output.misconception:
                self._add_misconception(submission, output)
        _count(function.count, outputs)
        for case, some in cases.items():
            _count(function.cases.setdefault(case, Count()), some)

    def _add_misconception(self, submission: str, output: OutputResult) -> None:
        name = output.misconception
        found = self.misconceptions.setdefault(name, MisconceptionCount(name, output.hint))
        found.found_in.add(output.function)
        if found.submissions[-1:] != [submission]:
            found.submissions.append(submission)

    @property
    def running(self) -> list[SubmissionRow]:
        """The rows of submissions that run; the others have no points to compare."""
        return [row for row in self.rows if row.runs]

    def ranked(self) -> list[MisconceptionCount]:
        """Return the misconceptions, the most frequent first."""
        return sorted(self.misconceptions.values(), key=lambda one: (-len(one.submissions), one.id))

    def to_discuss(self, most: int = 3) -> list[MisconceptionCount]:
        """Return the misconceptions that most students have, for the next lecture."""
        return [one for one in self.ranked() if TOGETHER not in one.id][:most]


def _count(count: Count, outputs: Sequence[OutputResult]) -> None:
    count.of += 1
    count.right += all(output.status == "passed" for output in outputs)
    for name in {output.misconception for output in outputs} - {""}:
        count.misconceptions[name] += 1
