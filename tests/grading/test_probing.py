"""What probes find becomes a hint, in the grader and locally alike, and nothing else."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import pytest

from assignment.checks.model.case import Reply, every_call
from autograder.grading import evaluate
from autograder.grading.runs import SourceRuns
from autograder.grading.verdicts import Verdicts
from autograder.sandbox import Sandbox, Worker
from tests.builders.grading import judged
from tests.builders.local_checks import told
from tests.builders.mistakes import MISTAKES, source_of
from tests.builders.results import ANSWERS
from tests.builders.sources import RIGHT, mistake

PUBLIC = {call.id for call in every_call(ANSWERS.graded) if call.public}
SOURCES = {mistake[0]: source_of(mistake) for mistake in MISTAKES}
MOMENTUM = SOURCES["momentum"]
WORDS = "In the second step 0.9 times the first is added"


def points(verdicts: Verdicts) -> dict[tuple[str, str], int]:
    """The points of every output."""
    return {place: one.verdict.points for place, one in verdicts.items()}


def hints(verdicts: Verdicts, *, public: bool) -> dict[tuple[str, str], str]:
    """The hints of wrong outputs."""
    return {
        place: one.verdict.hint
        for place, one in verdicts.items()
        if not one.verdict.passed and (place[0] in PUBLIC) == public
    }


def test_a_fact_is_a_hint_and_changes_no_point(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is shown where the output is wrong in public and in hidden cases."""
    _, found = judged(sandbox, MOMENTUM)
    for public in (True, False):
        of_weights = {p: h for p, h in hints(found, public=public).items() if p[1] == "W1tr"}
        assert of_weights
        assert all(WORDS in hint for hint in of_weights.values())
    monkeypatch.setattr(evaluate, "probe", lambda *_, **__: {})
    assert points(judged(sandbox, MOMENTUM)[1]) == points(found)


def ids(arguments: Iterable[object]) -> frozenset[int]:
    """What tells the very arguments of a case from equal ones."""
    return frozenset(map(id, arguments))


def test_no_probe_hears_a_hidden_input(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """All calls of probes come before the first hidden case, in a worker that heard no case."""
    cases = {ids(call.inputs.values()): call.id for call in every_call(ANSWERS.graded)}
    calls: list[tuple[Worker, str]] = []
    real = Worker.call_all

    def call_all(worker: Worker, asked: Sequence[tuple[str, list[object]]]) -> Iterator[Reply]:
        calls.extend((worker, cases.get(ids(arguments), "a probe")) for _, arguments in asked)
        return real(worker, asked)

    monkeypatch.setattr(Worker, "call_all", call_all)
    judged(sandbox, MOMENTUM)
    names = [name for _, name in calls]
    last = len(names) - 1 - names[::-1].index("a probe")
    assert set(names[: last + 1]) <= {"a probe", *PUBLIC}
    workers = {worker for worker, name in calls if name == "a probe"}
    assert {name for worker, name in calls if worker in workers} == {"a probe"}


@pytest.mark.parametrize("source", [
    RIGHT,
    mistake("delta-sign"),
    SOURCES["ReLU"].replace("return y,", "y = y + 0.1\n    return y,"),
], ids=["right", "named", "wrong below"])  # fmt: skip
def test_where_probes_have_nothing_to_say_they_do_not_run(
    source: str, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not for a right file, not where the mistake is known, not above a wrong function."""
    asked: list[object] = []
    real = evaluate.probe

    def probe(runs: SourceRuns, verdicts: Verdicts, *, full: bool) -> object:
        found = real(runs, verdicts, full=full)
        asked.extend(function for function, _ in found)
        return found

    monkeypatch.setattr(evaluate, "probe", probe)
    judged(sandbox, source)
    assert set(asked) <= ({"sigmoid"} if "np.maximum(a_safe, 0.0)" in source else set())


def test_a_probe_that_hangs_costs_nothing(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A loop that only the input of a probe starts takes no hint, no point and no case."""
    hangs = SOURCES["s (1 - x)"].replace(
        "value = sigmoid(x)", "value = sigmoid(x)\n    while x == 0.7:\n        pass"
    )
    _, found = judged(sandbox, hangs)
    assert {one.verdict.status for one in found.values()} == {"passed", "failed"}
    monkeypatch.setattr(evaluate, "probe", lambda *_, **__: {})
    assert points(judged(sandbox, hangs)[1]) == points(found)


@pytest.mark.parametrize("name", ["momentum", "a2 from a1", "ReLU"])
def test_check_py_finds_the_same(name: str, sandbox: Sandbox, tmp_path: Path) -> None:
    """Students read the grader's hints before they submit."""
    function = next(mistake[1] for mistake in MISTAKES if mistake[0] == name)
    local = told(tmp_path, SOURCES[name], [function])
    graded = hints(judged(sandbox, SOURCES[name])[1], public=True)
    shared = [(hint, graded[p]) for p, (_, _, hint) in local.items() if hint and p in graded]
    assert shared
    assert all(here == there for here, there in shared)
