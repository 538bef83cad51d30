"""The program of a worker, run in this process: it answers every request."""

import os
import socket
import threading
import warnings
from collections.abc import Iterator

import pytest

from autograder.sandbox import child, values, wire


class GraderEnd:
    """The grader's end of the channel to a worker that runs in a thread."""

    def __init__(self) -> None:
        self._ours, self._theirs = socket.socketpair()
        self._ours.settimeout(20)
        self._reading, writing = os.pipe()
        self._writing = writing
        channel = child.GraderChannel(self._theirs.fileno())
        channel._exit = _stop
        self._output = child.BoundedOutput(writing, 100)
        self._frames = wire.FrameReader()
        shown = warnings.showwarning
        self._child = child.Child(channel, self._output)
        warnings.showwarning = shown  # set by Child for its own process
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        try:
            self._child.serve()
        except _Stopped:
            return

    def send(self, request: wire.Request) -> None:
        """Send a request."""
        self._ours.sendall(wire.encode(request))

    def receive(self) -> wire.Response:
        """The next answer."""
        while (body := self._frames.next()) is None:
            self._frames.feed(self._ours.recv(1 << 16))
        return wire.read_response(body)

    def ask(self, request: wire.Request) -> wire.Response:
        """Send a request and return the answer."""
        self.send(request)
        return self.receive()

    def load(self, source: str, *proxies: wire.Proxy, full: bool = False) -> wire.Response:
        """Load a source."""
        return self.ask(wire.Load(source.encode(), full, list(proxies)))

    def call(self, function: str, *arguments: object) -> wire.Response:
        """Call a function, as number 7."""
        return self.ask(wire.Calls([wire.Call(7, function, values.pack(list(arguments)))]))

    def close(self) -> None:
        """Hang up and wait for the worker to end."""
        self._ours.close()
        self._thread.join(20)
        self._theirs.close()
        os.close(self._reading)
        os.close(self._writing)


class _Stopped(BaseException):
    """Ends the worker's thread in place of its process."""


def _stop(code: int) -> None:
    raise _Stopped(code)


@pytest.fixture
def grader() -> Iterator[GraderEnd]:
    """A grader with a worker to talk to."""
    grader = GraderEnd()
    yield grader
    grader.close()


def test_load_and_call(grader: GraderEnd) -> None:
    """A loaded function is called with its arguments and its value comes back."""
    loaded = grader.load("def sigmoid(x):\n    return [x, (1.0, None)]\n")
    assert loaded == wire.Loaded(["sigmoid"], [], [], None)
    assert grader.call("sigmoid", 2) == wire.Returned(7, values.pack([2, (1.0, None)]), [])


def test_a_crash_in_a_full_load_is_reported(grader: GraderEnd) -> None:
    """An exception at the top level comes with the report, and earlier functions are there."""
    loaded = grader.load("def ffnn(x):\n    return 1\n1 / 0\n", full=True)
    assert isinstance(loaded, wire.Loaded)
    assert loaded.crashed is not None
    assert (loaded.crashed.kind, loaded.crashed.line) == ("ZeroDivisionError", 3)
    assert grader.call("ffnn", 0) == wire.Returned(7, [1], [])


def test_a_plot_during_a_call_is_a_remark(grader: GraderEnd) -> None:
    """Plots made by a call are noted with its answer, and those of the file's top are not."""
    lines = ["import matplotlib.pyplot as plt", "fig = plt.figure()", "def sigmoid(x):"]
    grader.load(
        "\n".join([*lines, "    if x:", "        plt.plot([x])", "    return 1", ""]), full=True
    )
    assert grader.call("sigmoid", 0) == wire.Returned(7, [1], [])
    assert grader.call("sigmoid", 2) == wire.Returned(7, [1], ["plots"])


def test_a_missing_name(grader: GraderEnd) -> None:
    """A missing function, and a name that is not a function, are told apart."""
    grader.load("ffnn = 3\n")
    assert grader.call("sigmoid", 1) == wire.Missing(7, False)
    assert grader.call("ffnn", 1) == wire.Missing(7, True)


@pytest.mark.parametrize(
    "body",
    [
        "raise type('E', (Exception,), {'__str__': lambda s: 1/0})",
        "raise type('E', (Exception,), {'__str__': lambda s: 'x' * 10**6})",
        "raise type('E', (Exception,), {'__str__': lambda s: s.nothing})('a')",
        "raise BaseException('\\ud800')",
        "raise KeyboardInterrupt",
        "raise GeneratorExit",
    ],
)
def test_hostile_exceptions_are_answers(grader: GraderEnd, body: str) -> None:
    """Whatever an exception does when it is looked at, there is an answer with bounded text."""
    grader.load(f"def sigmoid(x):\n    {body}\n")
    answer = grader.call("sigmoid", 1)
    assert isinstance(answer, wire.Raised)
    assert len(answer.text) <= values.MAX_TEXT
    assert answer.line == 2


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("l = []; l.append(l); return l", "depth"),
        ("return {}", "type"),
        ("return iter(int, 1)", "type"),
        ("return 'x' * 10**6", "text"),
        ("return [0] * 10**6", "items"),
        ("return ['x' * 500] * 9000", "bytes"),
        ("return 10 ** 5000", "number"),
        ("return type('T', (), {'__class__': property(lambda s: 1 / 0)})()", "type"),
    ],
)
def test_values_that_may_not_cross_are_refused(grader: GraderEnd, body: str, reason: str) -> None:
    """A value that may not cross the border is refused with its reason, and calls go on."""
    grader.load(f"def sigmoid(x):\n    {body}\ndef ffnn(x):\n    return x\n")
    answer = grader.call("sigmoid", 1)
    assert isinstance(answer, wire.BadValue)
    assert answer.reason == reason
    assert grader.call("ffnn", 1) == wire.Returned(7, [1], [])


PROXY = wire.Proxy("perceptron", ["x", "w"])
CALLER = "def perceptron(x, w): ...\ndef ffnn(x):\n    return {}\n"


@pytest.mark.parametrize("call", ["perceptron(x, 2)", "perceptron(x, w=2)", "perceptron(w=2, x=x)"])
def test_a_proxy_calls_back(grader: GraderEnd, call: str) -> None:
    """A replaced function sends its arguments in order and returns the result."""
    grader.load(CALLER.format(call), PROXY)
    callback = grader.call("ffnn", 1)
    assert callback == wire.Callback(1, "perceptron", values.pack([1, 2]))
    assert grader.ask(wire.CallbackResult(1, values.pack((5, 6)))) == wire.Returned(
        7, values.pack((5, 6)), []
    )


@pytest.mark.parametrize(
    "call",
    [
        "perceptron(x)", "perceptron(x, 1, 2)", "perceptron(x, 1, w=2)", "perceptron(x, v=2)",
        "perceptron(x, {})", "perceptron(x, print)",
    ],
)  # fmt: skip
def test_a_proxy_is_called_wrongly(grader: GraderEnd, call: str) -> None:
    """Wrong arguments raise a TypeError at the call, as the function itself would."""
    grader.load(CALLER.replace("{}", call), PROXY)
    answer = grader.call("ffnn", 1)
    assert isinstance(answer, wire.Raised)
    assert (answer.kind, answer.line, answer.origin) == ("TypeError", 3, "ffnn")


def test_a_proxy_raises(grader: GraderEnd) -> None:
    """An exception of the reference is raised by its class; an unknown class is a ValueError."""
    grader.load(CALLER.format("perceptron(x, 1)"), PROXY)
    for kind, expected in (("IndexError", "IndexError"), ("SystemExit", "ValueError")):
        number = grader.call("ffnn", 1).number  # type: ignore[union-attr]
        answer = grader.ask(wire.CallbackResult(number, [None], kind, "no"))
        assert isinstance(answer, wire.Raised)
        assert (answer.kind, answer.text) == (expected, "no")


def test_output_is_bounded() -> None:
    """Beyond the bound text is dropped, and a reader that has gone does not matter."""
    reading, writing = os.pipe()
    output = child.BoundedOutput(writing, 5)
    assert output.write("abc") == 3
    assert output.write("défg") == 4
    assert os.read(reading, 100) == b"abcd" + "é".encode()[:1]
    os.close(reading)
    other = child.BoundedOutput(writing, 5)
    other.write("x")
    os.close(writing)


def test_output_takes_text_only() -> None:
    """Anything but text is the TypeError that print gives everywhere."""
    with pytest.raises(TypeError):
        child.BoundedOutput(1, 5).write(b"x")  # type: ignore[arg-type]
