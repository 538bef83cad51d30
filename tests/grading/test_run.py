"""The order of calls in one run, and the calls that are left out."""

from collections.abc import Iterator, Sequence

import pytest

from assignment.checks.model.case import Case, Reply, every_call
from assignment.checks.model.questions import FUNCTIONS, below
from autograder.grading.run import Run, RunOutcome
from autograder.sandbox import LoadReport
from tests.builders.results import ANSWERS


class Recorder:
    """A sandbox and its only worker: notes what is called; one function first has faults."""

    alive, output, exhausted, callbacks, requests = True, "", "", 0, 0

    def __init__(self, function: str = "", *faults: Reply) -> None:
        self.asked: list[str] = []
        self._function, self._faults = function, list(faults)

    def worker(self, *_: object, **__: object) -> "Recorder":
        """A fresh worker."""
        self.alive = True
        return self

    def load(self) -> LoadReport:
        """Every function is there."""
        return LoadReport(True, Reply("returned"), functions=FUNCTIONS)

    def call_all(self, calls: Sequence[tuple[str, object]]) -> Iterator[Reply]:
        """Note the calls, up to the one that ends the worker."""
        self.requests += 1
        for function, _ in calls:
            self.asked.append(function)
            self.alive = function != self._function or not self._faults
            yield Reply("returned") if self.alive else self._faults.pop(0)
            if not self.alive:
                return

    def close(self) -> None:
        """Nothing to end."""


def run(recorder: Recorder, *cases: Case) -> RunOutcome:
    """Ask these cases, or all; the replies, in their order."""
    asking = Run(recorder.worker, b"", recorder)  # type: ignore[arg-type]
    asking.ask(cases or ANSWERS.graded, () if cases else ANSWERS.asked_again)
    return asking.outcome


def test_cases_are_asked_in_order_and_then_again() -> None:
    """Every case is asked in one request, and those that are asked twice in another one."""
    recorder = Recorder()
    outcome = run(recorder)
    cases = [*every_call(ANSWERS.graded), *ANSWERS.asked_again]
    assert [*outcome.replies, *outcome.again] == [case.id for case in cases]
    assert recorder.asked == [case.function for case in cases]
    assert recorder.requests == 2


@pytest.mark.parametrize(
    ("kills", "signal", "status", "times"),
    [(1, "SIGKILL", "returned", 2), (2, "SIGKILL", "killed", 2), (1, "", "killed", 1)],
)
def test_a_kill_from_outside_is_tried_once_more(
    kills: int, signal: str, status: str, times: int
) -> None:
    """The first SIGKILL may be the machine's fault; the second one is not, nor a crash."""
    recorder = Recorder("backprop", *[Reply("killed", kind=signal)] * kills)
    case = next(case for case in ANSWERS.graded if case.function == "backprop")
    assert run(recorder, case).replies[case.id].status == status
    assert recorder.asked == ["backprop"] * times


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_that_hangs_is_not_called_again(function: str) -> None:
    """After a hang neither that function nor those above it are called."""
    recorder = Recorder(function, Reply("timeout"))
    run(recorder)
    after = recorder.asked[recorder.asked.index(function) + 1 :]
    assert not {name for name in after if name == function or function in below(name)}
