"""The program of a worker, which is confined already: load one source and answer calls.

Everything here shares its process with student code, so nobody trusts it: the grader judges what
comes back. Names bound before the student's code runs go on working when that
code replaces parts of numpy or of the builtins; code that goes further spoils its own answers only.
"""

import builtins
import contextlib
import io
import os
import random
import sys
import warnings
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

from assignment.checks.loading import loader
from autograder.errors import Unsendable
from autograder.sandbox import memory_files, values, wire

_EXCEPTIONS = {
    name: kind
    for name, kind in vars(builtins).items()
    if isinstance(kind, type) and issubclass(kind, Exception)
}


class BoundedOutput(io.TextIOBase):
    """stdout and stderr of the student's code: writes to a descriptor, up to ``bound`` bytes.

    Text beyond the bound is dropped here, so that printing for ever costs the grader nothing.
    """

    encoding = "utf-8"
    errors = "replace"

    def __init__(self, descriptor: int, bound: int) -> None:
        super().__init__()
        self._descriptor = descriptor
        self._left = bound
        self._write = os.write

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        """The descriptor, for code that writes to it directly."""
        return self._descriptor

    def write(self, text: str) -> int:
        """Write ``text``; returns its length, as print expects."""
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        data = text[: self._left].encode("utf-8", "replace")[: self._left]
        self._left -= len(data)
        while data:
            try:
                data = data[self._write(self._descriptor, data) :]
            except OSError:
                self._left, data = 0, b""  # the grader has closed the pipe
        return len(text)


class GraderChannel:
    """The worker's end of the channel: frames to and from the grader over one descriptor."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._frames = wire.FrameReader()
        self._read, self._write, self._exit = os.read, os.write, os._exit
        self._encode, self._decode = wire.encode, wire.read_request

    def send(self, message: wire.Response) -> None:
        data = memoryview(self._encode(message))
        while data:
            data = data[self._write(self._descriptor, data) :]

    def receive(self) -> wire.Request:
        """Return the next request; the process ends when the grader has closed the channel."""
        while (body := self._frames.next()) is None:
            data = self._read(self._descriptor, 1 << 16)
            if not data:
                self._exit(0)
            self._frames.feed(data)
        return self._decode(body)


class Child:
    """Loads one source and calls its functions, as the grader asks over ``channel``."""

    def __init__(self, channel: GraderChannel, output: BoundedOutput) -> None:
        self._channel = channel
        self._output = output
        self._functions: dict[str, Any] = {}
        self._callbacks = 0
        self._overflowed = False
        warnings.showwarning = self._note_warning  # type: ignore[assignment]
        # Bound now: the student's code may put anything in the place of these names.
        self._pack, self._unpack, self._failure = values.pack, values.unpack, loader.failure
        self._drawings = loader.drawings
        self._unsendable = Unsendable
        self._base_exception = BaseException

    def run(self) -> NoReturn:
        """Report that all layers are in force, then serve."""
        random.seed(0)  # os.fork seeds it anew, and a score must not depend on that
        self._channel.send(wire.Ready())
        self.serve()

    def serve(self) -> NoReturn:
        """Answer requests until the grader closes the channel."""
        while True:
            request = self._channel.receive()
            if isinstance(request, wire.Load):
                self._channel.send(self._load(request))
            elif isinstance(request, wire.Calls):
                for call in request.calls:
                    response = self._call(call)
                    try:
                        self._channel.send(response)
                    except self._unsendable as refused:
                        self._channel.send(self._bad_value(call, refused.reason))

    def _load(self, request: wire.Load) -> wire.Loaded | wire.Raised:
        try:
            source = loader.decode(request.source)
            loaded = loader.load(source, full=request.full)
        except loader.SourceError as error:
            return wire.Raised(0, "SyntaxError", str(error)[: values.MAX_TEXT], 0, "", False)
        except BaseException as error:
            return self._raised(0, self._failure(error))
        self._functions = vars(loaded.module)
        for proxy in request.proxies:
            parameters = tuple(proxy.parameters)
            if not proxy.watched:
                function = self._proxy(proxy.function, parameters)
            elif callable(own := self._functions.get(proxy.function)):
                function = self._watched(proxy.function, parameters, own)
            else:
                continue
            loader.inject(loaded.module, proxy.function, function)
        crashed = loaded.crashed
        return wire.Loaded(
            list(loaded.functions)[:50],
            [
                wire.LeftOut(min(max(left.line, 0), 1 << 20), str(left.text)[: values.MAX_TEXT])
                for left in loaded.left_out[:200]
            ],
            [str(name)[:80] for name in loaded.placeholders[:50]],
            None if crashed is None else self._raised(0, crashed),
        )

    def _call(self, call: wire.Call) -> wire.Response:
        function = self._functions.get(call.function)
        if not callable(function):
            return wire.Missing(call.number, function is not None)
        self._overflowed, drawn = False, self._drawings()
        try:
            arguments: Any = self._unpack(call.arguments, writable=True)
            value = function(*arguments)
        except self._base_exception as error:
            return self._raised(call.number, self._failure(error))
        try:
            nodes = self._pack(value)
            notes = self._notes(call, arguments, drawn) if call.notes else []
            return wire.Returned(call.number, nodes, notes)
        except self._unsendable as refused:
            return self._bad_value(call, refused.reason, refused.what)
        except self._base_exception:
            return self._bad_value(call, "odd")

    def _notes(self, call: wire.Call, arguments: list[Any], drawn: int) -> list[wire.Note]:
        """Remarks on a call, which cost no points; ``drawn`` plots had been made before it."""
        notes: list[wire.Note] = ["overflow"] if self._overflowed else []
        if self._drawings() != drawn:
            notes.append("plots")
        try:
            changed = self._pack(arguments) != call.arguments
        except self._unsendable:
            changed = True
        return [*notes, "changed"] if changed else notes

    @staticmethod
    def _bad_value(call: wire.Call, reason: str, what: str = "") -> wire.BadValue:
        return wire.BadValue(call.number, reason, what)  # type: ignore[arg-type]

    def _note_warning(self, message: Warning | str, category: type[Warning], *rest: Any) -> None:
        """Note an overflow, and print a warning in one short line."""
        text = str(message)
        if issubclass(category, RuntimeWarning) and "overflow" in text:
            self._overflowed = True
        self._output.write(f"{category.__name__}: {text}\n")

    @staticmethod
    def _raised(number: int, failure: loader.Failure) -> wire.Raised:
        line = min(max(failure.line or 0, 0), 1 << 20)
        return wire.Raised(
            number, failure.kind, failure.text, line, failure.origin, failure.not_implemented
        )

    def _proxy(self, function: str, parameters: tuple[str, ...]) -> Callable[..., Any]:
        """A function that takes the place of the student's own and calls back the grader."""

        listed = _arguments(function, parameters)

        def proxy(*args: Any, **named: Any) -> Any:
            return self._call_back(function, listed(*args, **named))

        proxy.__name__ = proxy.__qualname__ = function
        return proxy

    def _watched(
        self, function: str, parameters: tuple[str, ...], own: Callable[..., Any]
    ) -> Callable[..., Any]:
        """The student's own function, which tells the grader what it was given and returned."""

        listed = _arguments(function, parameters)

        def watched(*args: Any, **named: Any) -> Any:
            try:
                arguments = listed(*args, **named)
                given = [self._pack(argument) for argument in arguments]
            except (TypeError, self._unsendable):
                return own(*args, **named)
            before = [self._unpack(nodes, writable=True) for nodes in given]
            value, kind = None, ""
            try:
                value = own(*args, **named)
            except Exception as error:
                kind = type(error).__name__
                raise
            finally:
                with contextlib.suppress(TypeError, self._unsendable):
                    after = [self._pack(argument) for argument in arguments]
                    pairs = zip(parameters, given, after, strict=True)
                    changed = [name for name, old, new in pairs if old != new]
                    self._call_back(function, [before, value, kind, changed])
            return value

        watched.__name__ = watched.__qualname__ = function
        return watched

    def _call_back(self, function: str, arguments: list[Any]) -> Any:
        try:
            nodes = self._pack(arguments)
        except self._unsendable as refused:
            raise TypeError(
                f"{function}() cannot take these arguments ({refused.reason})"
            ) from None
        self._callbacks += 1
        self._channel.send(wire.Callback(self._callbacks, function, nodes))
        result = self._channel.receive()
        if not isinstance(result, wire.CallbackResult) or result.number != self._callbacks:
            raise RuntimeError(f"{function}() was called from several threads at once")
        if result.kind:
            raise _EXCEPTIONS.get(result.kind, ValueError)(result.text)
        return self._unpack(result.value, writable=True)


def _arguments(function: str, parameters: Sequence[str]) -> Callable[..., list[Any]]:
    """A function of these parameters that lists its arguments; Python words its TypeErrors."""
    names = ", ".join(parameters)
    listed: Callable[..., list[Any]] = eval(f"lambda {names}: [{names}]")  # noqa: S307 # our names
    listed.__qualname__ = function
    return listed


def prepare(output_bound: int) -> Child:
    """Prepare in the fork server what is the same in every worker, and return its program."""
    output = BoundedOutput(1, output_bound)
    sys.stdout = sys.stderr = sys.__stdout__ = sys.__stderr__ = output  # type: ignore[misc,assignment]
    child = Child(GraderChannel(wire.CHANNEL), output)
    memory_files.install()
    loader.helpers()
    return child
