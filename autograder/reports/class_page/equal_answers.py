"""Find students who gave the same wrong answers, where no misconception explains them."""

from collections import defaultdict
from typing import NamedTuple

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


class EqualAnswers(NamedTuple):
    """Submissions with the same wrong answers of a function, in the results of one of them."""

    function: str
    submissions: tuple[str, ...]
    answers: list[OutputResult]

    @property
    def outputs(self) -> list[str]:
        """The names of the outputs, each once."""
        return list(dict.fromkeys(answer.output for answer in self.answers))


class WrongAnswers:
    """Collects wrong answers; equal ones within tolerance are one."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, ...], list[tuple[OutputResult, Array, list[str]]]]
        self._found = defaultdict(list)

    def add(self, submission: str, output: OutputResult) -> None:
        """Add an output, if it is a wrong answer without a misconception."""
        if output.status != "failed" or output.misconception or output.got is None:
            return
        known = self._found[output.case, output.output, output.call]
        got = output.got.array()
        for _, other, submissions in known:
            if _equal(got, other, output.output):
                submissions.append(submission)
                return
        if len(known) < MOST:
            known.append((output, got, [submission]))

    def groups(self) -> list[EqualAnswers]:
        """Return the groups of two or more submissions, the largest first."""
        together: dict[tuple[str, tuple[str, ...]], list[OutputResult]] = defaultdict(list)
        for known in self._found.values():
            for output, _, submissions in known:
                if len(submissions) > 1:
                    together[output.function, tuple(submissions)].append(output)
        found = [EqualAnswers(*key, answers) for key, answers in together.items()]
        return sorted(found, key=lambda one: -len(one.submissions))


def _equal(one: Array, other: Array, output: str) -> bool:
    if one.shape != other.shape:
        return False
    return agrees(one, other, tolerance(output)) or np.array_equal(one, other, equal_nan=True)


def beginning(output: OutputResult) -> str:
    """Return the beginning of an answer and its shape; "" in a hidden case."""
    if not output.public or output.got is None:
        return ""
    got = output.got.array()
    some = ", ".join(f"{number:.5g}" for number in got.ravel()[:_ELEMENTS].tolist())
    more = ", …" if got.size > _ELEMENTS else ""
    return f"{some}{more} ({shape(got)})" if got.size > 1 else some
