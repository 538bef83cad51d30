"""Find students who gave the same wrong answers, where no misconception explains them."""

from collections import defaultdict
from dataclasses import dataclass

import numpy as np

from assignment.checks.judging.judge import agrees
from assignment.checks.judging.messages import shape
from assignment.checks.model.case import Array
from autograder.cases.expected import tolerance
from autograder.results import OutputResult

MOST = 100
"""Different wrong answers to one output that are compared; a large class has many typing errors and
random weights, and comparing all with all would take long."""
_ELEMENTS = 6


@dataclass(frozen=True)
class Answer:
    """A wrong answer to one output; ``value`` is its beginning, "" in a hidden case."""

    output: str
    title: str
    public: bool
    value: str


@dataclass(frozen=True)
class EqualAnswers:
    """Submissions with the same wrong answers of a function."""

    function: str
    submissions: tuple[str, ...]
    answers: tuple[Answer, ...]

    @property
    def outputs(self) -> list[str]:
        """The names of the outputs, each once."""
        return list(dict.fromkeys(answer.output for answer in self.answers))


class WrongAnswers:
    """Collects wrong answers; equal ones within tolerance are one."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str, str], list[tuple[OutputResult, list[str]]]] = defaultdict(
            list
        )

    def add(self, submission: str, output: OutputResult) -> None:
        """Add an output, if it is a wrong answer without a misconception."""
        if output.status != "failed" or output.misconception or output.got is None:
            return
        known = self._found[output.case, output.output, output.call]
        got = output.got.array()
        for other, submissions in known:
            if other.got is not None and _equal(got, other.got.array(), output.output):
                submissions.append(submission)
                return
        if len(known) < MOST:
            known.append((output, [submission]))

    def groups(self) -> list[EqualAnswers]:
        """Return the groups of two or more submissions, the largest first."""
        together: dict[tuple[str, tuple[str, ...]], list[Answer]] = defaultdict(list)
        for known in self._found.values():
            for output, submissions in known:
                if len(submissions) > 1:
                    key = output.function, tuple(submissions)
                    together[key].append(_answer(output))
        found = [EqualAnswers(*key, tuple(answers)) for key, answers in together.items()]
        return sorted(found, key=lambda one: -len(one.submissions))


def _equal(one: Array, other: Array, output: str) -> bool:
    if one.shape != other.shape:
        return False
    return agrees(one, other, tolerance(output)) or np.array_equal(one, other, equal_nan=True)


def _answer(output: OutputResult) -> Answer:
    value = ""
    if output.public and output.got is not None:
        got = output.got.array()
        some = ", ".join(f"{number:.5g}" for number in got.ravel()[:_ELEMENTS].tolist())
        more = ", …" if got.size > _ELEMENTS else ""
        value = f"{some}{more} ({shape(got)})" if got.size > 1 else some
    return Answer(output.output, output.title, output.public, value)
