"""What a result depends on: everything that can change it, and nothing else."""

from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from assignment.checks.model.case import Case
from autograder.cases import graded as cases
from autograder.intake.submission import Submission
from autograder.paths import ROOT
from autograder.record import fingerprint
from autograder.record.fingerprint import cases_digest, code_digest, conditions, judging_files
from autograder.sandbox import Limits
from tests.builders.files import written
from tests.builders.import_graph import closure, graph, modules
from tests.builders.records import SOURCE, the_conditions

JUDGES = ("autograder.grading.grader", "autograder.sandbox.fork_server", "autograder.sandbox.child")
"""The grader and the processes that it starts: together they make a verdict."""


def test_fingerprints_see_everything() -> None:
    """Source, file name, other files, notes and each of the conditions change it."""
    base = Submission("alice", SOURCE, "a.py")
    files = {"source": None, "path": "b.py", "ignored": ("x",), "notes": ("n",), "bonus": b"x = 1"}
    machine = dict.fromkeys(("kit", "code", "cases", "python", "numpy", "scipy"), "x")
    submissions = [base, msgspec.structs.replace(base, source=SOURCE + b"#")]
    submissions += [msgspec.structs.replace(base, **{name: files[name]}) for name in files]
    machines = [the_conditions(**{name: machine[name]}) for name in machine]
    machines.append(the_conditions(limits=Limits(call_seconds=6)))
    digests = {the_conditions().fingerprint(one) for one in submissions}
    digests |= {one.fingerprint(base) for one in machines}
    assert len(digests) == len(submissions) + len(machines)


def test_conditions_name_what_differs() -> None:
    """The difference between two machines is named; other points run nothing again."""
    assert the_conditions().differences(the_conditions()) == ()
    other = the_conditions(numpy="3", cases="x")
    assert the_conditions().differences(other) == ("the cases", "numpy's version")
    points = the_conditions(course_points="x")
    assert the_conditions().differences(points) == ("the points",)
    assert the_conditions().key == points.key


def test_the_digest_of_the_cases_sees_hidden_ones() -> None:
    """An input, a title or a point of a hidden case, or another hidden seed, is another digest."""
    every = cases.all_cases()
    hidden = next(case for case in every if not case.public)

    def digest(case: Case) -> str:
        return cases_digest([case if case.id == hidden.id else other for other in every])

    first = next(iter(hidden.points))
    digests = {
        cases_digest(every),
        cases_digest(cases.all_cases(1)),
        digest(replace(hidden, title="x")),
        digest(replace(hidden, points={**hidden.points, first: 9})),
        digest(replace(hidden, hint="look there")),
    }
    assert len(digests) == 5
    assert conditions(every, Limits()).cases == cases_digest(every)


def test_the_digest_covers_all_code_that_makes_a_verdict() -> None:
    """Each module that the grader, the fork server or a worker imports is in the digest."""
    files = modules(ROOT, ("assignment", "solution", "autograder"))
    covered = set(judging_files())
    used = closure(graph(files), JUDGES)
    assert len(used) > 50
    assert [name for name in used if files[name] not in covered] == []


def test_the_digest_covers_nothing_that_only_shows_results() -> None:
    """Pages, exports, platforms and commands may change, and no submission is run again."""
    covered = {path.relative_to(ROOT).as_posix() for path in judging_files()}
    showing = ("commands", "platforms", "reports", "gradebook", "record", "course", "cli.py")
    starts = tuple(f"autograder/{name}" for name in showing)
    assert [name for name in covered if name.startswith(starts)] == []
    assert not covered & {"assignment/check.py", "assignment/checks/html/feedback.py"}


def test_the_digest_sees_each_change_of_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Code, key and data are in it: equal files give an equal digest, another file another."""
    files = {path.relative_to(ROOT) for path in judging_files()}
    assert {Path("tests/public/cases.json"), Path("data/iris.csv")} <= files
    for name in files:
        written(tmp_path / name, (ROOT / name).read_bytes())
    monkeypatch.setattr(fingerprint, "ROOT", tmp_path)
    before = code_digest.__wrapped__()
    assert before == code_digest()
    for name in ("solution/neural_network.py", "autograder/cases/expected.py", "data/iris.csv"):
        content = (tmp_path / name).read_bytes()
        (tmp_path / name).write_bytes(content + b"#")
        assert code_digest.__wrapped__() != before
        (tmp_path / name).write_bytes(content)
