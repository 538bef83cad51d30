"""The child's side: loads one source and answers calls, in a process that is confined already.

Everything here shares its process with student code and is trusted by nobody: the grader judges
what comes back as an answer, whoever wrote it. What is bound to local names before the student's
code runs goes on working when that code replaces parts of numpy or of the builtins; whoever goes
further spoils their own answers only.
"""

from __future__ import annotations

import builtins
import io
import os
import random
import sys
import time
import warnings
from collections.abc import Callable
from typing import Any, NoReturn

from assignment.checks.loading import loader
from autograder.errors import Unsendable
from autograder.sandbox import wire

CHANNEL = 3
"""The descriptor of the channel to the grader; 0 reads nothing, 1 and 2 are kept and bounded."""
_EXCEPTIONS = {
    name: kind
    for name, kind in vars(builtins).items()
    if isinstance(kind, type) and issubclass(kind, Exception)
}
_FLUSH_SECONDS = 0.1


class Output(io.TextIOBase):
    """stdout and stderr of the student's code: written through to a descriptor up to a bound.

    What is beyond the bound is dropped here, so that printing for ever costs nobody but its
    author.
    """

    encoding = "utf-8"
    errors = "replace"

    def __init__(self, descriptor: int, bound: int) -> None:
        super().__init__()
        self._descriptor = descriptor
        self._left = bound
        self._waiting: list[bytes] = []
        self._flushed = 0.0
        self._write, self._clock = os.write, time.monotonic

    def writable(self) -> bool:
        """Yes."""
        return True

    def fileno(self) -> int:
        """The descriptor, for code that writes to it directly."""
        return self._descriptor

    def write(self, text: str) -> int:
        """Take ``text``; returns its length, as print expects."""
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        if self._left > 0:
            data = text[: self._left].encode("utf-8", "replace")[: self._left]
            self._left -= len(data)
            self._waiting.append(data)
            if self._clock() - self._flushed > _FLUSH_SECONDS or len(self._waiting) > 500:
                self.flush()
        return len(text)

    def flush(self) -> None:
        """Hand on what is waiting."""
        data, self._waiting = b"".join(self._waiting), []
        self._flushed = self._clock()
        while data:
            try:
                data = data[self._write(self._descriptor, data) :]
            except OSError:
                return  # nobody listens any more


class Channel:
    """Frames to and from the grader over one descriptor."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._frames = wire.Frames()
        self._read, self._write, self._exit = os.read, os.write, os._exit
        self._encode, self._decode = wire.encode, wire.read_request

    def send(self, message: wire.Answer) -> None:
        """Write one frame."""
        data = memoryview(self._encode(message))
        while data:
            data = data[self._write(self._descriptor, data) :]

    def receive(self) -> wire.Request:
        """The next request; the process ends when there is none."""
        while (body := self._frames.next()) is None:
            data = self._read(self._descriptor, 1 << 16)
            if not data:
                self._exit(0)
            self._frames.feed(data)
        return self._decode(body)


class Worker:
    """One loaded source and the ``channel`` over which its functions are called."""

    def __init__(self, channel: Channel, output: Output) -> None:
        self.channel = channel
        self._output = output
        self._functions: dict[str, Any] = {}
        self._asked = 0
        self._overflowed = False
        warnings.showwarning = self._warned  # type: ignore[assignment]
        # Bound now: the student's code may put anything in the place of these names.
        self._pack, self._unpack, self._failure = wire.pack, wire.unpack, loader.failure
        self._drawings = loader.drawings
        self._unsendable = Unsendable
        self._base_exception = BaseException

    def run(self) -> NoReturn:
        """Say that all layers are in force, then serve."""
        random.seed(0)  # forking has seeded it anew, and a score must not depend on that
        self.channel.send(wire.Ready())
        self.serve()

    def serve(self) -> NoReturn:
        """Answer requests until the grader closes the channel."""
        while True:
            self.answer(self.channel.receive())

    def answer(self, request: wire.Request) -> None:
        """Do what is asked, and say what came of it."""
        if isinstance(request, wire.Load):
            self.channel.send(self._load(request))
        elif isinstance(request, wire.Call):
            answer = self._call(request)
            self._flush()
            try:
                self.channel.send(answer)
            except self._unsendable as refused:
                self.channel.send(wire.Bad(request.number, refused.reason, ""))  # type: ignore[arg-type]

    def _flush(self) -> None:
        try:
            self._output.flush()
        except self._base_exception:
            return  # the student's code has taken the output apart: there is none to hand on

    def _load(self, request: wire.Load) -> wire.Loaded | wire.Raised:
        try:
            source = loader.decode(request.source)
            loaded = loader.load(source, full=request.full)
        except loader.SourceError as error:
            return wire.Raised(0, "SyntaxError", str(error)[: wire.MAX_TEXT], 0, "", False)
        except BaseException as error:
            return self._raised(0, error)
        finally:
            self._flush()
        self._functions = vars(loaded.module)
        for proxy in request.proxies:
            asks = self._proxy(proxy.function, tuple(proxy.parameters))
            loader.inject(loaded.module, proxy.function, asks)
        crashed = loaded.crashed
        return wire.Loaded(
            list(loaded.functions)[:50],
            [
                wire.Left(min(max(left.line, 0), 1 << 20), str(left.text)[: wire.MAX_TEXT])
                for left in loaded.left_out[:200]
            ],
            [str(name)[:80] for name in loaded.placeholders[:50]],
            None if crashed is None else self._from_failure(0, crashed),
        )

    def _call(self, request: wire.Call) -> wire.Answer:
        function = self._functions.get(request.function)
        if not callable(function):
            return wire.Missing(request.number, function is not None)
        self._overflowed, drawn = False, self._drawings()
        try:
            arguments: Any = self._unpack(request.arguments, writable=True)
            value = function(*arguments)
        except self._base_exception as error:
            return self._raised(request.number, error)
        try:
            nodes = self._pack(value)
            notes = self._notes(request, arguments, drawn) if request.notes else []
            return wire.Returned(request.number, nodes, notes)
        except self._unsendable as refused:
            return wire.Bad(request.number, refused.reason, refused.what)  # type: ignore[arg-type]
        except self._base_exception:
            return wire.Bad(request.number, "odd", "")

    def _notes(self, request: wire.Call, arguments: list[Any], drawn: int) -> list[wire.Note]:
        """Remarks on a call that cost nothing; before it ``drawn`` plots had been made."""
        notes: list[wire.Note] = ["overflow"] if self._overflowed else []
        if self._drawings() != drawn:
            notes.append("plots")
        try:
            changed = self._pack(arguments) != request.arguments
        except self._unsendable:
            changed = True
        return [*notes, "changed"] if changed else notes

    def _warned(self, message: Warning | str, category: type[Warning], *rest: Any) -> None:
        """What ``warnings`` calls instead of printing at length: a note, and one short line."""
        text = str(message)
        if issubclass(category, RuntimeWarning) and "overflow" in text:
            self._overflowed = True
        self._output.write(f"{category.__name__}: {text}\n")

    def _raised(self, number: int, error: BaseException) -> wire.Raised:
        return self._from_failure(number, self._failure(error))

    def _from_failure(self, number: int, failure: loader.Failure) -> wire.Raised:
        line = min(max(failure.line or 0, 0), 1 << 20)
        return wire.Raised(
            number, failure.kind, failure.text, line, failure.origin, failure.not_implemented
        )

    def _proxy(self, function: str, parameters: tuple[str, ...]) -> Callable[..., Any]:
        """A function that looks like the student's own and has its answers from the grader."""

        def proxy(*args: Any, **named: Any) -> Any:
            return self._ask(function, _in_order(function, parameters, args, named))

        proxy.__name__ = proxy.__qualname__ = function
        return proxy

    def _ask(self, function: str, arguments: list[Any]) -> Any:
        try:
            nodes = self._pack(arguments)
        except self._unsendable as refused:
            raise TypeError(
                f"{function}() cannot take these arguments ({refused.reason})"
            ) from None
        self._asked += 1
        self.channel.send(wire.Ask(self._asked, function, nodes))
        told = self.channel.receive()
        if not isinstance(told, wire.Told) or told.number != self._asked:
            raise RuntimeError(f"{function}() was called from several threads at once")
        if told.kind:
            raise _EXCEPTIONS.get(told.kind, ValueError)(told.text)
        return self._unpack(told.value, writable=True)


def _in_order(
    function: str, parameters: tuple[str, ...], args: tuple[Any, ...], named: dict[str, Any]
) -> list[Any]:
    """The arguments of a call in the order of the parameters; TypeError as Python would say it."""
    if len(args) > len(parameters):
        raise TypeError(
            f"{function}() takes {len(parameters)} positional arguments but {len(args)} were given"
        )
    given = dict(zip(parameters, args, strict=False))
    for name, value in named.items():
        if name not in parameters:
            raise TypeError(f"{function}() got an unexpected keyword argument '{name}'")
        if name in given:
            raise TypeError(f"{function}() got multiple values for argument '{name}'")
        given[name] = value
    missing = [name for name in parameters if name not in given]
    if missing:
        raise TypeError(f"{function}() missing required arguments: {', '.join(missing)}")
    return [given[name] for name in parameters]


def _open(file: Any, mode: str = "r", *args: Any, **named: Any) -> Any:
    """``open``, for which the null device is there already and need not be created."""
    if isinstance(file, str) and file == os.devnull and "opener" not in named:
        named["opener"] = lambda path, flags: os.open(path, flags & ~(os.O_CREAT | os.O_TRUNC))
    return io.open(file, mode, *args, **named)  # noqa: UP020 # the builtin is what this replaces


def prepare(output_bound: int) -> Worker:
    """The worker that every child of this process will be, with all that is the same in each."""
    output = Output(1, output_bound)
    sys.stdout = sys.stderr = sys.__stdout__ = sys.__stderr__ = output  # type: ignore[misc,assignment]
    builtins.open = _open
    loader.preload()
    return Worker(Channel(CHANNEL), output)
