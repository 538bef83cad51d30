"""The parent's side of the local checks: a child process that is given calls, with a time limit.

A thread waits for the child's answers, so that the limit works on Windows too; a child that hangs
is killed, and the next one starts afresh.
"""

import json
import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from ..model import json_arrays as tagged
from ..model.case import Reply

CALL_SECONDS = 10.0
LOAD_SECONDS = 20.0
JOIN_SECONDS = 2.0
"""To read the rest of what a dead process printed; its children may hold its pipes open."""
PRINTED_BYTES = 64_000
"""Bytes kept of what one request prints; further lines are only counted."""

_ENVIRONMENT = {
    "MPLBACKEND": "Agg",
    "PYTHONIOENCODING": "utf-8:replace",
    "PYTHONDONTWRITEBYTECODE": "1",
}
# The package is loaded from its path, and the student's folder is not on the import path: a file
# called random.py there must not replace Python's.
_START = """
import importlib.util, sys
place = sys.argv[1]
spec = importlib.util.spec_from_file_location(
    "checks", place + "/__init__.py", submodule_search_locations=[place])
sys.modules["checks"] = package = importlib.util.module_from_spec(spec)
spec.loader.exec_module(package)
from checks.running.child import main
main()
"""


class CannotRun(Exception):
    """Nothing can be checked; the message is a sentence for the student."""


@dataclass(frozen=True)
class Printed:
    """The beginning of what the student's code printed, and the number of further lines."""

    text: str = ""
    more: int = 0


@dataclass(frozen=True)
class Loading:
    """The result of loading: the functions, and (line, text, why) for each statement left out.

    ``reply`` is the exception, hang or crash that ended a full load early.
    """

    functions: tuple[str, ...] = ()
    left_out: tuple[tuple[int, str, str], ...] = ()
    reply: Reply | None = None


class Child:
    """A process that runs one student's file; a context manager that ends it."""

    def __init__(self, folder: Path, call_seconds: float = CALL_SECONDS) -> None:
        self._call_seconds = call_seconds
        self._number = 0
        self._answers: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self._prints: queue.SimpleQueue[tuple[int, Printed]] = queue.SimpleQueue()
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-c", _START, str(Path(__file__).resolve().parents[1])],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                cwd=folder,
                env={**os.environ, **_ENVIRONMENT},
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
        except OSError as problem:
            raise CannotRun(f"Python could not be started to run your file: {problem}.") from None
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        assert self._process.stderr is not None
        self._requests = self._process.stdin
        self._listener = _thread(self._listen, self._process.stdout)
        self._reader = _thread(self._listen_to_prints, self._process.stderr)

    def __enter__(self) -> "Child":
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    @property
    def alive(self) -> bool:
        """Whether it still answers; not after a hang or a crash."""
        return self._process.poll() is None

    def load(self, source: str, *, full: bool = False, file: str = "neural_network.py") -> Loading:
        """Load the file of this name, with ``full`` all of its top-level statements.

        Raises:
            CannotRun: if the file has a syntax error, or the process ends before it begins.
        """
        request = {"do": "load", "source": source, "full": full, "file": file}
        answer = self._ask(request, LOAD_SECONDS)
        if isinstance(answer, Reply):
            if full or answer.status == "timeout":
                return Loading(reply=answer)
            raise CannotRun(f"Your file could not be loaded. {self.printed().text[-500:]}".strip())
        if "problem" in answer:
            raise CannotRun(answer["problem"])
        crashed = answer["crashed"] and Reply(**answer["crashed"])
        left_out = tuple((line, text, why) for line, text, why in answer["left_out"])
        return Loading(tuple(answer["functions"]), left_out, crashed)

    def call(self, function: str, inputs: Sequence[object]) -> Reply:
        """Call a function with copies of ``inputs``; a hang or crash is a reply, too."""
        request = {"do": "call", "function": function, "inputs": tagged.encode(list(inputs))}
        answer = self._ask(request, self._call_seconds)
        if isinstance(answer, Reply):
            return answer
        return Reply(**{**answer, "value": tagged.decode(answer.get("value"))})

    def printed(self) -> Printed:
        """Return what the last request printed; waits for its mark."""
        with suppress(queue.Empty):
            while True:
                seconds = 2.0 if self._reader.is_alive() else 0.0
                number, printed = self._prints.get(timeout=seconds)
                if number == self._number:
                    return printed
        return Printed()

    def close(self) -> None:
        """End the process, now."""
        if self.alive:
            self._process.kill()
        self._process.wait()
        self._listener.join(JOIN_SECONDS)
        self._reader.join(JOIN_SECONDS)
        with suppress(OSError):  # a request that the dead process had not read
            self._requests.close()

    def _ask(self, request: Mapping[str, object], seconds: float) -> dict[str, Any] | Reply:
        """Send a request; returns its answer, or a reply that says why there is none."""
        if not self.alive:
            return Reply("killed", text=_ended(self._process.wait()))
        self._number += 1
        line = json.dumps({**request, "number": self._number}).encode() + b"\n"
        try:
            self._requests.write(line)
            self._requests.flush()
            answer = self._answers.get(timeout=seconds)
        except queue.Empty:
            self.close()
            what = f"There was no answer within {seconds:g} seconds"
            return Reply("timeout", text=f"{what}: is there a loop that never ends?")
        except OSError:
            answer = b""
        if not answer:
            return Reply("killed", text=_ended(self._process.wait()))
        found: dict[str, Any] = json.loads(answer)
        return found

    def _listen(self, answers: IO[bytes]) -> None:
        for line in answers:
            self._answers.put(line)
        self._answers.put(b"")
        answers.close()

    def _listen_to_prints(self, stream: IO[bytes]) -> None:
        """Split what the process prints at the marks between two requests."""
        number, data, more = 1, b"", 0
        while not stream.closed:
            line = stream.readline(PRINTED_BYTES)
            rest = line.removesuffix(b"\0\0%d\n" % number)
            if len(data) + len(rest) <= PRINTED_BYTES:
                data += rest
            else:
                more += 1
            if rest != line or not line:
                text = data.decode("utf-8", "replace").replace("\r\n", "\n")
                self._prints.put((number, Printed(text, more)))
                number, data, more = number + 1, b"", 0
            if not line:
                stream.close()


def _thread(read: Callable[[IO[bytes]], None], stream: IO[bytes]) -> threading.Thread:
    thread = threading.Thread(target=read, args=[stream], daemon=True)
    thread.start()
    return thread


def _ended(code: int) -> str:
    """Explain from the exit code why the process ended in the middle of a call."""
    name = f"exit code {code}"
    if code < 0:
        name = f"signal {-code}"
        with suppress(ValueError):
            name = signal.Signals(-code).name
    return (
        f"Python itself crashed or was ended in the middle of the call ({name}): is there a "
        "recursion that never ends, an os._exit, or far too large an array?"
    )
