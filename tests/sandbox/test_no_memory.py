"""No state of a file can be set by one worker and seen by another."""

import ctypes
import mmap
import os
import select
import signal
import sysconfig
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from autograder.errors import SandboxError
from autograder.sandbox import Sandbox, isolation, readable
from autograder.sandbox.readable import Readable
from autograder.sandbox.sandbox import LAYERS
from tests.builders.processes import descendants

READ = b"""
def read(path):
    with open(path, "rb") as file:
        return len(file.read())
"""


@pytest.fixture(scope="module", params=[(), ("namespaces",)], ids=["all layers", "no namespaces"])
def sandbox(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    """A sandbox with and without namespaces."""
    os.sync()  # what is on the disk can be dropped from memory
    with Sandbox(forbid=frozenset(request.param)) as sandbox:
        yield sandbox


def resident(path: str) -> bool:
    """Whether the first page of a file is in memory."""
    libc, pages = ctypes.CDLL(None, use_errno=True), ctypes.create_string_buffer(1)
    with Path(path).open("rb") as file, mmap.mmap(file.fileno(), 1, mmap.MAP_PRIVATE) as place:
        at = ctypes.c_void_p(ctypes.addressof(ctypes.c_char.from_buffer(place)))
        assert libc.mincore(at, ctypes.c_size_t(1), pages) == 0
    return bool(pages.raw[0] & 1)


def drop(*paths: str) -> None:
    """Have the kernel drop files from memory, as far as it does that for anybody."""
    for path in paths:
        with Path(path).open("rb") as file:
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def unlisted() -> str:
    """A file beside the listed ones that can be dropped from memory."""
    library = os.path.realpath(sysconfig.get_paths()["stdlib"])
    hidden = readable.readable_paths(scipy=False).hidden
    inside = Readable(tuple(path for path in hidden if path.startswith(library)))
    for path in inside.files():
        if Path(path).stat().st_size:
            drop(path)
            if not resident(path):
                return path
    pytest.skip("this file system drops nothing from memory")


def test_no_worker_makes_a_cold_file_warm(sandbox: Sandbox) -> None:
    """A file that is not on the list stays out of memory when a worker tries to read it."""
    path = unlisted()
    with sandbox.worker(READ) as worker:
        assert worker.call("read", [path]).status == "error"
    assert not resident(path)


@pytest.mark.parametrize("scipy", [False, True])
def test_every_listed_file_is_in_memory_and_stays(sandbox: Sandbox, scipy: bool) -> None:
    """Files that nobody has read are in memory before the first worker, and cannot be dropped."""
    unlisted()  # or there is nothing to see here
    with sandbox.worker(b"# scipy" if scipy else b"") as worker:
        assert worker.load().ok
    listed = readable.readable_paths(scipy=scipy).files()
    paths = [path for path in listed if Path(path).is_file() and Path(path).stat().st_size]
    drop(*paths)
    assert [path for path in paths if not resident(path)] == []


def test_no_mark_is_left(sandbox: Sandbox) -> None:
    """Two workers in turn: the second sees nothing of what the first has done to shared files."""
    assert isolation.marks(sandbox.worker, readable.rarely_read(scipy=False)) == ()


def test_marks_are_seen_where_they_can_be_left(tmp_path: Path) -> None:
    """Without layers, on files that nothing keeps, the proof finds the marks that it looks for."""
    file, link = tmp_path / "file", tmp_path / "link"
    file.write_bytes(bytes(1 << 16))
    link.symlink_to(file)
    for path in (file, link):
        os.utime(path, ns=(0, 1), follow_symlinks=False)  # read before it was written
    os.sync()
    tmp_path.chmod(0o755)
    with Sandbox(forbid=LAYERS) as sandbox:
        marks = isolation.marks(sandbox.worker, [str(file), str(link)])
    drop(str(file))
    if os.lstat(link).st_atime_ns == 0:
        pytest.skip("this file system keeps no access times")
    expected = [f"access time of {link}", f"access time of {file}", f"lock on {file}"]
    expected += [] if resident(str(file)) else [f"page cache of {file}"]
    assert {f"a mark of another worker: the {what}" for what in expected} <= set(marks)


def test_marks_lower_the_level(monkeypatch: pytest.MonkeyPatch) -> None:
    """A mark that was found is an escape."""
    monkeypatch.setattr(isolation, "marks", lambda *_: ("a mark of another worker: a cold file",))
    with Sandbox() as sandbox:
        assert sandbox.isolation.level == 1
        assert sandbox.isolation.escapes == ("a mark of another worker: a cold file",)


def test_a_proof_that_does_not_run_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the workers of the proof do not answer, nothing is said about marks."""
    monkeypatch.setattr(isolation, "MARKS", b"def look(paths): raise ValueError('broken')\n")
    with pytest.raises(SandboxError, match=r"proof of isolation did not run.*broken"):
        Sandbox().__enter__()


def keepers() -> set[int]:
    """The processes that keep files in memory for this one."""
    file, found = readable.rarely_read(scipy=False)[0], set()
    for pid in descendants():
        with suppress(OSError):
            if file in Path(f"/proc/{pid}/maps").read_text():
                found.add(pid)
    return found


@pytest.mark.parametrize("forbidden", [(), ("namespaces",)])
def test_a_keeper_that_ends_is_replaced(forbidden: tuple[str, ...]) -> None:
    """Without the process that keeps the files no worker starts: there is a new fork server."""
    before = keepers()
    with Sandbox(forbid=frozenset(forbidden)) as sandbox:
        with sandbox.worker(READ) as worker:
            assert worker.load().ok
            server = worker._server
        (keeper,) = keepers() - before
        ended = os.pidfd_open(keeper)
        os.kill(keeper, signal.SIGKILL)
        assert select.select([ended], [], [], 20)[0]
        os.close(ended)
        with sandbox.worker(READ) as worker:
            assert worker.load().ok
            assert worker._server is not server
        assert len(keepers() - before) == 1
    assert keepers() == before
