"""No attack gains anything, and an honest file after it still gets full points."""

import json
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache
from pathlib import Path

import pytest
from hostile import ATTACKS, MARK, Attack

import solution.neural_network
from assignment.checks.model.case import every_call
from assignment.checks.model.questions import FUNCTIONS
from autograder.cases.answers import Answers
from autograder.cases.expected import reference_source
from autograder.grading.grader import Grader
from autograder.intake.submission import Submission
from autograder.results import MAX_SCORE, SubmissionResult, feedback
from autograder.sandbox import Limits, Sandbox
from solution.variants import matrix_form
from tests.builders.processes import descendants

ANSWERS = Answers()
LEVELS = {
    "namespaces": (),
    "landlock": ("namespaces", "uid"),
    "worker_user": ("namespaces",),
    "worker_user_alone": ("namespaces", "landlock"),
}
"""The layers to do without. Workers with users of their own need a Python that everybody can read
(`test_three_ways`) and, where there is no other layer, answers that not everybody can read."""
PLACES = ("/tmp", "/dev/shm", "/var/tmp", "/", "/home", ".")
HONEST = Path(str(matrix_form.__file__)).read_bytes()
"""A right file, of the variants the one that takes the least time."""
LIMITS = Limits(call_seconds=0.4, submission_seconds=20.0)
EXTENT = os.environ.get("ATTACKS", "")
"""`make attacks` says "all": each attack on each level and in each function. Otherwise each is
tried on the first level, in two functions, one of them with dependency credit, and a sample on the
others; "layered" tries those that depend on the layers, in one function."""
WHERE = {"all": FUNCTIONS, "layered": ("sigmoid",)}.get(EXTENT, ("sigmoid", "ffnn"))
PLAN = [
    (level, attack)
    for level in LEVELS
    for attack in ATTACKS
    if attack.layered
    or (attack.sample and EXTENT != "layered")
    or EXTENT == "all"
    or (level == "namespaces" and not EXTENT)
]


@pytest.fixture(scope="module")
def graders() -> Iterator[Callable[[str], Grader]]:
    """Make the grader of a level when it is first asked for; it serves all tests of the level.

    A fixture that is parametrised by level does not: pytest ends it after each attack, as PLAN has
    another place for each.
    """
    with ExitStack() as opened:

        @cache
        def grader(level: str) -> Grader:
            forbid = frozenset(LEVELS[level])
            return Grader(ANSWERS, opened.enter_context(Sandbox(LIMITS, forbid=forbid)))

        yield grader


@pytest.fixture
def grader(request: pytest.FixtureRequest, graders: Callable[[str], Grader]) -> Grader:
    """The grader at this level; skips where the machine does not have it."""
    level = request.param
    found = graders(level)
    isolation = found.sandbox.isolation
    if level.startswith("worker_user") and "uid" not in isolation.mechanisms:
        pytest.skip("workers get no user of their own here")
    if level == "worker_user_alone" and isolation.level < 2:
        pytest.skip("everybody can read the answers here")
    assert isolation.level >= 2, isolation
    return found


def at(*levels: str) -> pytest.MarkDecorator:
    """Run a test at these levels."""
    return pytest.mark.parametrize("grader", levels or tuple(LEVELS), indirect=True)


def graded_in_time(grader: Grader, source: bytes) -> SubmissionResult:
    """The result for a file that is not slow; tried again, since the limit is short."""
    for _ in range(5):
        result = grader.grade(Submission("honest", source))
        if "timeout" not in {output.status for output in result.outputs}:
            break
    return result


@pytest.mark.parametrize(
    ("grader", "attack"), PLAN, indirect=["grader"], ids=[f"{lvl}-{a.name}" for lvl, a in PLAN]
)
def test_an_attack_gains_nothing(grader: Grader, attack: Attack) -> None:
    """No points, no fault of ours, no process left, no file left, and the next file is graded."""
    before = descendants()
    result = grader.grade(Submission("attack", attack.source(WHERE)))
    assert result.status == "judged", [output.message for output in result.outputs]
    assert result.score == 0, attack.gain
    assert descendants() <= before, attack.gain
    assert not [place for place in PLACES if os.path.lexists(f"{place}/{MARK}")], attack.gain
    assert MARK not in result.printed, attack.gain
    assert len(result.printed) <= LIMITS.output
    honest = graded_in_time(grader, HONEST)
    assert (honest.status, honest.score) == ("judged", MAX_SCORE)


@at("namespaces")
def test_a_file_that_hangs_while_it_is_loaded_is_not_tried_again(grader: Grader) -> None:
    """A file that does not load is not run again with reference functions."""
    source = reference_source() + b"\nK = 9 ** 9 ** 9\n"
    result = grader.grade(Submission("hangs", source))
    assert {output.status for output in result.outputs} == {"timeout"}
    assert result.seconds < 4 * LIMITS.call_seconds + 2


WRITES = """
import contextlib, mmap, os, posix
from _io import open  # the builtin one writes to memory
def sigmoid(paths):
    done = []
    def tries(name, action):
        with contextlib.suppress(OSError, ValueError, SystemError):
            action()
            done.append(name)
    def shared(path):
        with open(path, 'r+b') as file:
            mmap.mmap(file.fileno(), 0)[:1] = b'x'
    for path in paths:
        if os.path.isdir(path):
            tries('create in ' + path, lambda: open(path + '/border-was-here', 'x'))
            tries('make a folder in ' + path, lambda: posix.mkdir(path + '/border-was-here'))
        else:
            tries('append to ' + path, lambda: open(path, 'ab', buffering=0).write(b'x'))
            tries('change ' + path, lambda: shared(path))
            tries('empty ' + path, lambda: open(path, 'wb'))
            tries('remove ' + path, lambda: posix.unlink(path))
    return done
"""


@at()
def test_nothing_can_be_written(grader: Grader) -> None:
    """No file that everybody may write to, none beside the results and none in the packages."""
    with tempfile.TemporaryDirectory(dir="/tmp") as name:
        victim = Path(name, "results.json")
        victim.write_bytes(b"{}")
        victim.chmod(0o666)
        victim.parent.chmod(0o777)
        root = Path(solution.neural_network.__file__).parent.parent
        package, python = Path(json.__file__), Path(sys.executable)
        places = [*PLACES, root, root / "results", package, package.parent, python, Path.home()]
        with grader.sandbox.worker(WRITES.encode()) as worker:
            reply = worker.call("sigmoid", [list(map(str, (victim, victim.parent, *places)))])
        assert (reply.status, reply.value) == ("returned", [])
        assert victim.read_bytes() == b"{}"
        assert list(victim.parent.iterdir()) == [victim]


KEEP = """
import numpy as np
kept = []
def keep(*args):
    for a in args: kept.extend(float(n) for n in np.ravel(a))
def short(text): return bytes([160 + len(text[:31])]) + text[:31].encode()
"""
LEAKS = {
    "the text of an exception": "raise ValueError(secret)",
    "the name of an exception": "raise type(secret, (Exception,), {})('x')",
    "the name of a type": "return type(secret, (), {})()",
    "a text": "return secret",
    "texts in a list": "return [secret, secret]",
    "a print": "print(secret)",
    "the process's last words": "import os; os.write(2, secret.encode()); os._exit(1)",
    "a warning": "import warnings; warnings.warn(secret); return 0.0",
    "an exception's notes": "e = ValueError('x'); e.add_note(secret); raise e",
    "what it remembers, in a later exception": "raise ValueError(repr(kept))",
    "what it remembers, in a later value": "return kept[-1]",
    "a forged exception": r"send(b'\x97\xa6raised\x01' + short(secret) * 2 + b'\x01\xa0\xc2')",
    "a forged reason": r"send(b'\x94\xa3bad\x01\xa4type' + short(secret))",
}


@at("namespaces", "landlock")
@pytest.mark.parametrize("way", LEAKS)
def test_hidden_inputs_do_not_come_back(grader: Grader, way: str) -> None:
    """Nothing that a student gets to read holds a number of a hidden input."""
    code = f"{KEEP}def attack(*args):\n    keep(*args)\n"
    code += f"    secret = 'LEAK ' + ' '.join(repr(n) for n in kept[-40:])\n    {LEAKS[way]}\n"
    result = grader.grade(Submission("leak", Attack(way, "hidden inputs", code).source()))
    assert result.status == "judged"
    shown = json.dumps(feedback(result))
    assert not [number for number in hidden_numbers() if number in shown]


HOARDER = f"""{KEEP}
def sigmoid(x):
    keep(x)
    return np.where(np.asarray(x) < -100, 0.0, 1 / (1 + np.exp(-np.maximum(x, -100))))
def d_sigmoid(x):
    keep(x)
    return sigmoid(x) * (1 - sigmoid(x))
def attack(*args):
    raise NotImplementedError
def perceptron(x, w):
    """


@at("namespaces", "landlock")
@pytest.mark.parametrize(
    "way",
    [
        "raise ValueError('LEAK ' + repr(kept[-40:]))",
        "return kept[-1], kept[-2]",
        "keep(x, w); n = len(kept); s = np.dot(x, w); r = (s, sigmoid(s)); "
        "kept.append(0.0); asked = sum(v == 0.0 for v in kept); "
        "return r if asked < 3 else (kept[-5], kept[-6])",
    ],
)
def test_hidden_inputs_of_other_functions_do_not_come_back(grader: Grader, way: str) -> None:
    """A function that is right and hoards its inputs cannot have them shown by a public case."""
    result = graded_in_time(grader, Attack("hoarder", "inputs", HOARDER + way).source())
    assert result.question_score("1.1") == 10
    hidden = {
        str(float(case.inputs["x"]))  # type: ignore[arg-type]
        for case in every_call(ANSWERS.graded)
        if case.function in ("sigmoid", "d_sigmoid") and not case.public
    }
    for output in result.outputs:
        assert not [number for number in hidden if number in output.message], output.case


@cache
def hidden_numbers() -> list[str]:
    """Numbers that stand in inputs of hidden cases only, as Python writes them."""
    found: dict[bool, set[str]] = {True: set(), False: set()}
    for case in every_call(ANSWERS.graded):
        for value in case.inputs.values():
            numbers = getattr(value, "ravel", lambda value=value: [value])()
            found[case.public] |= {repr(float(number)) for number in numbers}
    return [number for number in found[False] - found[True] if len(number) > 8]


def test_there_are_enough_attacks() -> None:
    """At least sixty, each with a name of its own."""
    assert len({attack.name for attack in ATTACKS}) == len(ATTACKS) >= 60
