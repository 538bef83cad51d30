"""No attack gains anything, and an honest file after it still has all its points."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hostile import ATTACKS, MARK, Attack

from autograder.answers import Answers, reference_source
from autograder.grade import Grader
from autograder.results import MAX_SCORE, feedback
from autograder.sandbox import Limits, Sandbox

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="confinement needs Linux")

LEVELS = {
    "all layers": (),
    "no namespaces": ("namespaces",),
    "no namespaces, no user": ("namespaces", "uid"),
}
PLACES = ("/tmp", "/dev/shm", "/var/tmp", "/", "/home", ".")
LIMITS = Limits(call_seconds=0.4, submission_seconds=20.0)


@pytest.fixture(scope="session")
def answers() -> Answers:
    """The course's cases and answers."""
    return Answers()


@pytest.fixture(scope="module", params=LEVELS)
def grader(request: pytest.FixtureRequest, answers: Answers) -> Iterator[Grader]:
    """A grader on each level that this machine has."""
    forbidden = frozenset(LEVELS[request.param])
    with Sandbox(LIMITS, forbid=forbidden) as sandbox:
        if forbidden == {"namespaces"} and "uid" not in sandbox.mechanisms:
            pytest.skip("the same as without a user of its own")
        assert sandbox.isolation.level >= 2
        yield Grader(answers, sandbox)


def processes() -> set[str]:
    """All processes but threads of the kernel."""
    found = set()
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                if (entry / "cmdline").read_bytes():
                    found.add(entry.name)
            except OSError:
                continue
    return found


def ours() -> set[str]:
    """Processes that descend from this one or from a process that had it as its ancestor."""
    parents = {}
    for name in processes():
        try:
            stat = Path("/proc", name, "stat").read_text().rpartition(")")[2].split()
            parents[name] = stat[1]
        except OSError:
            continue
    found = {str(os.getpid())}
    while more := {name for name, parent in parents.items() if parent in found} - found:
        found |= more
    return found


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_an_attack_gains_nothing(grader: Grader, attack: Attack) -> None:
    """No points, no fault of ours, no process left, no file left, and the next file is graded."""
    grader.grade("before", b"x = 1\n")
    before = ours()
    result = grader.grade("attack", attack.source)
    assert result.status == "judged", [output.message for output in result.outputs]
    assert result.score == 0, attack.gain
    assert ours() <= before, attack.gain
    assert not [place for place in PLACES if os.path.lexists(f"{place}/{MARK}")], attack.gain
    assert len(result.printed) <= LIMITS.output
    honest = grader.grade("honest", reference_source())
    assert (honest.status, honest.score) == ("judged", MAX_SCORE)


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
    "a forged exception": (
        "import os, struct; s = secret.encode()[:31]; "
        "b = b'\\x97\\xa6raised\\x01' + bytes([160 + len(s)]) + s + bytes([160 + len(s)]) + s"
        " + b'\\x01\\xa0\\xc2'; os.write(3, struct.pack('<I', len(b)) + b)"
    ),
    "a forged reason": (
        "import os, struct; s = secret.encode()[:31]; "
        "b = b'\\x94\\xa3bad\\x01\\xa4type' + bytes([160 + len(s)]) + s; "
        "os.write(3, struct.pack('<I', len(b)) + b)"
    ),
}


@pytest.mark.parametrize("way", LEAKS)
def test_hidden_inputs_do_not_come_back(grader: Grader, answers: Answers, way: str) -> None:
    """Nothing that a student gets to read holds a number of a hidden input."""
    code = (
        "kept = []\n"
        "def attack(*args):\n"
        "    for a in args:\n"
        "        kept.extend(float(n) for n in __import__('numpy').ravel(a))\n"
        "    secret = 'LEAK ' + ' '.join(repr(n) for n in kept[-40:])\n"
        f"    {LEAKS[way]}\n"
    )
    result = grader.grade("leak", Attack(way, "hidden inputs", code).source)
    assert result.status == "judged"
    shown = json.dumps(feedback(result))
    for number in hidden_numbers(answers):
        assert number not in shown, way


HOARDER = """
import numpy as np
kept = []
def keep(*args):
    for a in args:
        kept.extend(float(n) for n in np.ravel(a))
def sigmoid(x):
    keep(x)
    return np.where(np.asarray(x) < -100, 0.0, 1 / (1 + np.exp(-np.maximum(x, -100))))
def d_sigmoid(x):
    keep(x)
    return sigmoid(x) * (1 - sigmoid(x))
def perceptron(x, w):
    {}
"""


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
def test_hidden_inputs_of_other_functions_do_not_come_back(
    grader: Grader, answers: Answers, way: str
) -> None:
    """A function that is right and hoards its inputs cannot have them shown by a public case."""
    result = grader.grade("hoarder", Attack("hoarder", "inputs", HOARDER.format(way)).source)
    assert result.question_score("1.1") == 10
    hidden = {
        str(float(case.inputs["x"]))  # type: ignore[arg-type]
        for case in answers.graded
        if case.function in ("sigmoid", "d_sigmoid") and not case.public
    }
    for output in result.outputs:
        assert not [number for number in hidden if number in output.message], output.case


def hidden_numbers(answers: Answers) -> list[str]:
    """Numbers that stand in inputs of hidden cases only, as Python writes them."""
    found: dict[bool, set[str]] = {True: set(), False: set()}
    for case in answers.graded:
        for value in case.inputs.values():
            numbers = getattr(value, "ravel", lambda value=value: [value])()
            found[case.public] |= {repr(float(number)) for number in numbers}
    return [number for number in found[False] - found[True] if len(number) > 8]


def test_there_are_enough_attacks() -> None:
    """At least sixty, each with a name of its own."""
    assert len(ATTACKS) >= 60
    assert len({attack.name for attack in ATTACKS}) == len(ATTACKS)
