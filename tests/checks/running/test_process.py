"""The child process of the local checks, and its parent: limits, crashes, prints, answers."""

import math
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pytest

from assignment.checks.running.process import CannotRun, Child

Open = Callable[..., Child]


@pytest.fixture
def child(tmp_path: Path) -> Iterator[Open]:
    """Open a child with a source loaded in it; all are closed at the end."""
    with ExitStack() as stack:

        def open_(source: str, *, seconds: float = 10.0) -> Child:
            one = stack.enter_context(Child(tmp_path, seconds))
            one.load(source)
            return one

        yield open_


def test_values_come_back_as_they_are(child: Open) -> None:
    """Numbers, NaN, text, None and sequences survive; a matrix is an array; inputs are copies."""
    source = "import numpy as np\ndef sigmoid(x): return x\ndef ffnn(x): return np.matrix(x)\n"
    one = child(source + "def d_sigmoid(x):\n    x += 1\n    return x")
    for value in (1, 2.5, True, None, "text", [1, [2.0, "a"]], math.inf):
        assert one.call("sigmoid", [value]).value == value
    sent = np.array([[1.0, np.nan], [np.inf, -0.0]])
    for function in ("sigmoid", "ffnn"):
        np.testing.assert_array_equal(one.call(function, [sent]).value, sent, strict=True)
    np.testing.assert_equal(one.call("sigmoid", [math.nan]).value, math.nan)
    sent.flags.writeable = False
    for _ in range(2):
        np.testing.assert_array_equal(one.call("d_sigmoid", [sent]).value, sent + 1)


@pytest.mark.parametrize(
    "noise",
    [
        "print('out', end='')",
        "import sys; print('err', file=sys.stderr)",
        "import os; os.write(1, b'{}\\n')",
        "import sys; sys.stdout.close()",
        "import sys; sys.stdout = None",
        "print('\\ud800 \\x00')",
        "input('?')",
    ],
)
def test_no_output_gets_in_between(child: Open, noise: str) -> None:
    """Whatever is printed or done to stdout, the answers arrive, twice."""
    body = f"    try:\n        {noise}\n    except EOFError: pass\n    return x"
    one = child(f"def sigmoid(x):\n{body}")
    assert [one.call("sigmoid", [x]).value for x in (1, 2)] == [1, 2]


def test_prints_belong_to_their_call(child: Open) -> None:
    """Python's own, those below Python, and those without a line end, in their order."""
    one = child(
        "import os, sys\n"
        "def sigmoid(x):\n    print('σ of', x, end='')\n    return x\n"
        "def d_sigmoid(x):\n    os.write(1, b'low\\n')\n    print('err', file=sys.stderr)\n"
    )
    for function, text in (("sigmoid", "σ of 3"), ("d_sigmoid", "low\nerr\n")):
        one.call(function, [3])
        assert (one.printed().text, one.printed().more) == (text, 0)


def test_a_flood_is_counted_but_not_kept(child: Open) -> None:
    """A million characters are cut, and the further lines are counted."""
    one = child("def sigmoid(x):\n    for i in range(20000): print('x' * 50)\n    return x")
    assert one.call("sigmoid", [1]).status == "returned"
    printed = one.printed()
    assert len(printed.text) <= 64_000
    assert printed.text.count("\n") + printed.more == 20_000


def test_a_hang_ends_at_the_limit(child: Open) -> None:
    """The child is killed; what it printed before is there."""
    one = child("def sigmoid(x):\n    print('before')\n    while True: pass", seconds=0.5)
    reply = one.call("sigmoid", [1])
    assert reply.status == "timeout"
    assert "0.5 seconds" in reply.text
    assert not one.alive
    assert one.printed().text == "before\n"
    assert one.call("sigmoid", [1]).status == "killed"


@pytest.mark.parametrize("end", ["_exit(0)", "abort()"])
def test_a_crash_is_a_reply(child: Open, end: str) -> None:
    """The reply of a dead child is a sentence."""
    reply = child(f"import os\ndef sigmoid(x):\n    os.{end}").call("sigmoid", [1])
    assert reply.status == "killed"
    assert reply.text.startswith("Python itself crashed or was ended")


def test_exceptions_are_reported_with_their_place(child: Open) -> None:
    """Kind, line and function; a stub is not taken for its callers; SystemExit ends nothing."""
    source = "def sigmoid(x):\n    raise {}\ndef d_sigmoid(x):\n    return sigmoid(x)"
    for raised, status in (("SystemExit", "error"), ("NotImplementedError", "not_implemented")):
        one = child(source.format(raised))
        reply = one.call("d_sigmoid", [1])
        found = (reply.status, reply.kind, reply.line, reply.origin)
        assert found == (status, raised, 2, "sigmoid")
        assert one.alive


@pytest.mark.parametrize(
    "value",
    [
        "{1, 2}",
        "(i for i in range(3))",
        "__import__('numpy').zeros(1000000)",
        "[0] * 1000000",
        "(a := []).append(a) or a",
        "object()",
        "__import__('numpy').array([None, {}])",
    ],
)
def test_other_values_are_bad_answers(child: Open, value: str) -> None:
    """Values that are not numbers, or far too many, are a bad answer; the child goes on."""
    one = child(f"def sigmoid(x): return {value}")
    reply = one.call("sigmoid", [1])
    assert reply.status == "bad_answer"
    assert reply.text.startswith("`sigmoid` returned ")
    assert one.alive


def test_the_child_runs_in_the_students_folder(
    child: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It works there, plots without a screen, and takes Python's random, not a file beside it."""
    monkeypatch.delenv("PYTHONPATH", raising=False)
    (tmp_path / "random.py").write_text("raise RuntimeError('mine')")
    source = "import os, random\ndef sigmoid(x): return os.getcwd() + os.environ['MPLBACKEND']\n"
    one = child(source + "def d_sigmoid(x): return random.Random(1).random()")
    assert one.call("sigmoid", [1]).value == f"{tmp_path.resolve()}Agg"
    assert one.call("d_sigmoid", [1]).status == "returned"


def test_what_cannot_run_is_a_sentence_and_closing_twice_is_fine(tmp_path: Path) -> None:
    """A syntax error is named with its line, and no process is left."""
    with Child(tmp_path) as one, pytest.raises(CannotRun, match="Syntax error in line 1"):
        one.load("def")
    one.close()
    assert not one.alive
