"""Find what stands out in results: files that do not run, functions that hang, missing hints."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping

from assignment.checks.loading.syntax import NEWER
from assignment.checks.model.questions import FUNCTIONS
from autograder.results import TOGETHER, OutputResult, SubmissionResult
from autograder.text import joined

STOPPED = ("timeout", "killed")
"""Statuses of outputs whose function hung or crashed."""


class Attention:
    """Collects what stands out while results are read, without keeping their outputs."""

    def __init__(self) -> None:
        self._found: dict[str, dict[str, str]] = defaultdict(dict)

    def add(self, result: SubmissionResult) -> None:
        """Note what stands out in one result."""
        for kind, why in _kinds(result):
            self._found[kind][result.submission] = why

    def of(self, kind: str) -> Mapping[str, str]:
        """Return the submissions of a kind, each with the reason."""
        return self._found.get(kind, {})


def does_not_run(result: SubmissionResult) -> bool:
    """Tell whether the file could not be loaded, so that no function was judged."""
    found = {(output.function, output.status) for output in result.outputs}
    statuses = {status for function, status in found if function in FUNCTIONS}
    same = len(statuses) == 1 and statuses <= {"error", *STOPPED}
    return bool(result.message) and same and {name for name, _ in found} >= {*FUNCTIONS}


def nothing_written(result: SubmissionResult) -> bool:
    """Tell whether every function is still to do."""
    return all(output.status == "not_implemented" for output in result.outputs)


def stopped(result: SubmissionResult) -> list[str]:
    """Return the functions that hung or crashed."""
    found = {output.function for output in result.outputs if output.status in STOPPED}
    return [name for name in FUNCTIONS if name in found]


def _kinds(result: SubmissionResult) -> Iterator[tuple[str, str]]:
    """Yield the kinds to which a result belongs, with the reason."""
    together = [name.split(TOGETHER) for name in result.misconceptions if TOGETHER in name]
    if result.status == "not_judged":
        yield "not judged", result.message
    elif NEWER in result.message:
        yield "newer", result.message
    elif result.status == "refused" or nothing_written(result) or does_not_run(result):
        yield "nothing", result.message
    elif names := stopped(result):
        yield "stopped", result.message or joined([f"`{name}`" for name in names])
    elif together:
        yield "together", "; ".join(joined([f"`{name}`" for name in pair]) for pair in together)
    elif lost := list(_without_hint(result.outputs)):
        yield "no hint", ", ".join(lost)


def _without_hint(outputs: Iterable[OutputResult]) -> Iterator[str]:
    """Yield the functions with wrong answers of which no output has a hint, and the points lost."""
    hints: dict[str, set[str]] = defaultdict(set)
    lost: Counter[str] = Counter()
    for output in outputs:
        if output.status != "passed":
            hints[output.function].add(output.hint if output.status == "failed" else output.status)
            lost[output.function] += output.max_points - output.points
    for function, found in hints.items():
        if found == {""} and lost[function]:
            yield f"`{function}` −{lost[function]}"
