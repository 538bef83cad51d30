"""The child process for untrusted bytes: what it may use, and whose fault an end is."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from unittest.mock import Mock

import pytest

from autograder.errors import IntakeError, NotJudged
from autograder.intake.limited import Limit, call
from autograder.intake.pick_file import Refused
from tests.builders.processes import descendants

SMALL = Limit(1, 3.0, 64 << 20)


def forever() -> bytes:
    while True:
        pass


@pytest.mark.parametrize(
    ("work", "error", "sentence"),
    [
        (forever, Refused, "a few seconds"),
        (lambda: bytes(100 << 20), Refused, "more than 64 MiB of memory"),
        (Mock(side_effect=MemoryError), Refused, "more than 64 MiB of memory"),
        (
            partial(signal.raise_signal, signal.SIGSEGV),
            Refused,
            r"damaged .*more than 64 MiB of memory .signal 11",
        ),
        (partial(signal.raise_signal, signal.SIGKILL), NotJudged, "ended from outside"),
        (partial(signal.raise_signal, signal.SIGTERM), NotJudged, "ended from outside"),
        (lambda: (time.sleep(60), b"")[1], NotJudged, "too busy"),
        (lambda: os._exit(0), NotJudged, "ended from outside"),
        (lambda: os.write(3, b"\x92\xa0") and os._exit(0), NotJudged, "ended from outside"),
        (
            Mock(side_effect=ZeroDivisionError("ours")),
            NotJudged,
            "failed with ZeroDivisionError: ours",
        ),
        (Mock(side_effect=Refused("too bad")), Refused, "too bad"),
        (Mock(side_effect=IntakeError("not a class")), IntakeError, "not a class"),
    ],
)
def test_each_end_is_the_right_ones_fault(
    work: Callable[[], bytes], error: type[Exception], sentence: str
) -> None:
    """Bytes that cost too much or crash are refused; a fault of ours or the machine never is."""
    others = descendants()
    with pytest.raises(error, match=sentence):
        call(work, SMALL)
    assert descendants() <= others
    with suppress(ChildProcessError):  # no child at all
        assert os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None


def test_the_child_gives_bytes_and_nothing_else(tmp_path: Path) -> None:
    """Large answers arrive, too large ones do not; no file is open or can be written."""
    assert call(lambda: b"x" * (30 << 20)) == b"x" * (30 << 20)
    with pytest.raises(Refused, match="64 MiB for what is in it"):
        call(lambda: bytes(65 << 20))
    with (tmp_path / "open").open("wb"):
        files = call(lambda: " ".join(map(str, Path("/proc/self/fd").iterdir())).encode())
    assert len(files.split()) <= 5  # the three standard ones, the pipe and the folder itself
    with pytest.raises(NotJudged, match="File too large"):
        call(lambda: bytes((tmp_path / "new").write_bytes(b"x")))
    assert call(lambda: call(lambda: str(os.getppid()).encode())) == str(os.getpid()).encode()


def test_threads_of_the_grader_do_no_harm() -> None:
    """A Dask client has threads; newer Pythons warn of forks then, and warnings are errors here."""
    done = threading.Event()
    thread = threading.Thread(target=done.wait)
    thread.start()
    try:
        assert call(lambda: b"answer") == b"answer"
    finally:
        done.set()
        thread.join()


def test_no_process_can_be_started(monkeypatch: pytest.MonkeyPatch) -> None:
    """That is the machine's fault."""
    monkeypatch.setattr(os, "fork", Mock(side_effect=BlockingIOError(11, "full")))
    with pytest.raises(NotJudged, match="No process could be started"):
        call(lambda: b"")


def test_the_child_ends_with_the_grader() -> None:
    """Where the grader is killed, its own limit of processor time ends the child."""
    program = (
        "import os\n"
        "from autograder.intake.limited import Limit, call\n"
        "def work():\n"
        "    os.write(2, b'%d\\n' % os.getpid())\n"
        "    while True: pass\n"
        "call(work, Limit(1, 9.0, 1 << 26))\n"
    )
    with subprocess.Popen([sys.executable, "-c", program], stderr=subprocess.PIPE) as grader:
        assert grader.stderr is not None
        child = int(grader.stderr.readline())
        grader.kill()
        grader.wait()
        assert grader.stderr.read() == b""  # its end: the child has closed it too
    assert not Path(f"/proc/{child}/exe").exists()
