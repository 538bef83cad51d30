"""What a class has done, counted in one pass over its results."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from assignment.checks.questions import FUNCTIONS, NUMBERS, QUESTIONS
from autograder.results import OutputResult, SubmissionResult, SubmissionStatus
from autograder.worth import Worth, kit_worth

STOPPED = ("timeout", "killed")
"""Statuses of outputs that a person should look at: the program hung or died."""


@dataclass(frozen=True)
class Row:
    """One submission, as the table has it; ``stopped`` are functions that hung or died."""

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
    """How many of how many are right, and which known mistakes were found there."""

    right: int = 0
    of: int = 0
    mistakes: Counter[str] = field(default_factory=Counter)

    @property
    def share(self) -> float:
        """The part that is right, 0 to 1."""
        return self.right / self.of if self.of else 0.0


@dataclass(frozen=True)
class Place:
    """One output of one case."""

    function: str
    output: str
    title: str
    public: bool


@dataclass
class Mistake:
    """A known mistake: its hint, the functions it was seen in, and who has made it."""

    hint: str
    functions: set[str] = field(default_factory=set)
    submissions: list[str] = field(default_factory=list)


class Tally:
    """Counts as results go by: ``for result in tally.watching(results)``."""

    def __init__(self, worth: Worth | None = None) -> None:
        self.worth = worth or kit_worth()
        self.rows: list[Row] = []
        self.outputs: dict[tuple[str, str], Count] = {}
        self.places: dict[Place, Count] = {}
        self.mistakes: dict[str, Mistake] = {}

    def watching(self, results: Iterable[SubmissionResult]) -> Iterator[SubmissionResult]:
        """The same results, each counted before it is handed on."""
        for result in results:
            self.add(result)
            yield result

    def add(self, result: SubmissionResult) -> None:
        """Count a result; an output that was not judged says nothing about the class."""
        stopped = {output.function for output in result.outputs if output.status in STOPPED}
        self.rows.append(
            Row(
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
                self._mistake(result.submission, output)
        for key, is_right in right.items():
            count = self.outputs.setdefault(key, Count())
            count.of += 1
            count.right += is_right

    def _count(self, output: OutputResult) -> None:
        place = Place(output.function, output.output, output.title, output.public)
        count = self.places.setdefault(place, Count())
        count.of += 1
        count.right += output.status == "passed"
        if output.misconception:
            count.mistakes[output.misconception] += 1

    def _mistake(self, submission: str, output: OutputResult) -> None:
        mistake = self.mistakes.setdefault(output.misconception, Mistake(output.hint))
        mistake.functions.add(output.function)
        if mistake.submissions[-1:] != [submission]:
            mistake.submissions.append(submission)

    @property
    def judged(self) -> list[Row]:
        """The rows that have a score of their own."""
        return [row for row in self.rows if row.status == "judged"]

    def by_question(self) -> dict[str, float]:
        """The mean share of the points of each question, over all that were judged."""
        worth = self.worth.sections
        judged = self.judged
        return {
            number: sum(row.questions[index] for row in judged) / (worth[number] * len(judged))
            for index, number in enumerate(NUMBERS)
            if judged
        }

    def by_output(self) -> dict[tuple[str, str], Count]:
        """How many have an output right in every case, in the order of the table of questions."""
        ordered = [(q.function, output) for q in QUESTIONS for output in q.outputs]
        return {key: self.outputs[key] for key in ordered if key in self.outputs}

    def hardest(self, most: int = 12) -> list[tuple[Place, Count]]:
        """The outputs of single cases that the fewest have right."""
        found = [(place, count) for place, count in self.places.items() if count.right < count.of]
        return sorted(found, key=lambda pair: pair[1].share)[:most]

    def ranked(self) -> list[tuple[str, Mistake]]:
        """Known mistakes, the one that most have made first."""
        return sorted(self.mistakes.items(), key=lambda pair: (-len(pair[1].submissions), pair[0]))
