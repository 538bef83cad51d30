"""The file of the record: locks, disks, damage. Every fault has a message."""

import os
import resource
import signal
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path

import pytest

from autograder.errors import StoreError
from autograder.record import connection
from autograder.record.lock import FolderLock
from autograder.record.reader import NAME, History
from autograder.record.writer import Record
from tests.builders.processes import run as run_command
from tests.builders.records import SOURCE, a_result, run, the_conditions

BEGIN = """
import os, sys
from pathlib import Path
from autograder.errors import StoreError
from autograder.record.reader import History
from autograder.record.writer import Record
from autograder.sandbox.libc import drop_capabilities
folder = Path(sys.argv[1])
if os.geteuid() == 0:
    drop_capabilities()  # without them root has to obey a folder's mode like anybody else
"""
WRITE = "try: Record.writing(folder)\nexcept StoreError as error: print(error)"
READ = "print(*(result.submission for result in History.open(folder).results()))"


def elsewhere(program: str, folder: Path) -> str:
    """What another process prints about a folder."""
    done = run_command([sys.executable, "-c", BEGIN + program, folder])
    assert done.stderr == ""
    return done.stdout


def pragmas(record: Record) -> list[object]:
    """How its file is written, and whether foreign keys are kept."""
    names = ("journal_mode", "synchronous", "foreign_keys")
    return [record._connection.execute(f"PRAGMA {name}").fetchone()[0] for name in names]


def test_the_file_is_made_to_survive_a_power_cut(tmp_path: Path) -> None:
    """WAL with synchronous=FULL on a local disk, and foreign keys are kept."""
    with Record.writing(tmp_path) as record:
        assert pragmas(record) == ["wal", 2, 1]


def test_a_network_home_gets_a_journal_that_works_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On NFS there is no WAL, also for a record that was in WAL mode before it was moved there."""
    run(tmp_path, a_result())
    monkeypatch.setattr(connection, "file_system", lambda path: "nfs4")
    with Record.writing(tmp_path) as record:
        assert pragmas(record) == ["delete", 3, 1]
        record.begin(the_conditions())
        record.add(a_result("bob"), b"f", SOURCE)
        assert len(record.submissions()) == 2


def test_the_file_system_is_that_of_the_innermost_mount(tmp_path: Path) -> None:
    """The longest mount point counts, of two equal ones the later, and spaces are decoded."""
    mounts = tmp_path / "mountinfo"
    mounts.write_text(
        "21 1 8:1 / / rw - ext4 /dev/sda1 rw\n"
        "22 21 0:5 / /home\\040of rw shared:1 - nfs4 server:/home rw\n"
        "23 21 0:6 / /mnt rw - ext4 /dev/sdb rw\n"
        "24 21 0:7 / /mnt rw - fuse.sshfs host: rw\n"
        "nonsense\n"
    )
    kinds = [
        connection.file_system(Path(p), mounts) for p in ("/home of/x", "/homes", "/mnt/a", "/")
    ]
    assert kinds == ["nfs4", "ext4", "fuse.sshfs", "ext4"]
    assert connection.file_system(Path("/"), tmp_path / "nothing") == ""


def test_two_graders_on_one_folder(tmp_path: Path) -> None:
    """The second one, in this process or another, reads which process has the lock."""
    with Record.writing(tmp_path):
        with pytest.raises(StoreError, match=r"Another grader is at work.*this very process"):
            Record.writing(tmp_path)
        assert f"(process {os.getpid()} on " in elsewhere(WRITE, tmp_path)
    Record.writing(tmp_path).close()


def test_a_lock_is_gone_with_its_process(tmp_path: Path) -> None:
    """A grader that was killed leaves no lock behind, and a forked child does not hold it."""
    lock = FolderLock(tmp_path)
    child = os.fork()
    if child == 0:
        signal.pause()
        os._exit(0)
    try:
        lock.release()
        FolderLock(tmp_path).release()
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


@contextmanager
def few_pages(record: Record) -> Iterator[None]:
    """SQLite finds the disk full."""
    (pages,) = record._connection.execute("PRAGMA page_count").fetchone()
    record._connection.execute(f"PRAGMA max_page_count = {pages}")
    yield
    record._connection.execute("PRAGMA max_page_count = 1000000")


@contextmanager
def small_files(record: Record) -> Iterator[None]:
    """The system refuses a write of this process."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("full", [few_pages, small_files])
def test_a_full_disk_loses_nothing(
    tmp_path: Path, full: Callable[[Record], AbstractContextManager[None]]
) -> None:
    """Only the submission that did not fit is missing, and grading can go on."""
    with Record.writing(tmp_path) as record:
        record.begin(the_conditions())
        record.add(a_result("alice"), b"f", SOURCE)
        noise = os.urandom(400_000).hex().encode()
        message = r"The disk with .* is full\. Make room"
        with full(record), pytest.raises(StoreError, match=message):
            record.add(a_result("bob"), b"f", noise)
        record.add(a_result("carol"), b"f", SOURCE)
        assert [result.submission for result in record.results()] == ["alice", "carol"]


def test_a_folder_that_cannot_be_written_to(tmp_path: Path) -> None:
    """Read-only: the message names the folder, with or without a record; a record can be read."""
    run(tmp_path / "there", a_result())
    (tmp_path / "there" / NAME).chmod(0o444)
    (tmp_path / "empty").mkdir()
    for folder in (tmp_path / "there", tmp_path / "empty"):
        folder.chmod(0o555)
        said = elsewhere(WRITE, folder)
        assert str(folder) in said
        assert "Make the folder writable, or choose another one with --out." in said
    before = sorted((tmp_path / "there").iterdir())
    assert elsewhere(READ, tmp_path / "there") == "alice\n"
    assert sorted((tmp_path / "there").iterdir()) == before
    for folder in (tmp_path / "there", tmp_path / "empty"):
        folder.chmod(0o755)


def test_a_file_in_place_of_the_folder(tmp_path: Path) -> None:
    """If --out names a file, it is refused and stays."""
    (tmp_path / "results").write_text("mine")
    with pytest.raises(StoreError, match="cannot be used"):
        Record.writing(tmp_path / "results")
    assert (tmp_path / "results").read_text() == "mine"


def test_a_locked_record(tmp_path: Path) -> None:
    """While another program holds SQLite's lock nothing is written and nothing is lost."""
    run(tmp_path, a_result())
    with Record.writing(tmp_path) as record:
        record.begin(the_conditions())
        record._connection.execute("PRAGMA busy_timeout = 10")
        browser = sqlite3.connect(tmp_path / NAME, isolation_level=None)
        browser.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match=r"Another program has .* locked"):
            record.add(a_result("bob"), b"f", SOURCE)
        browser.execute("ROLLBACK")
        browser.close()
        record.add(a_result("bob"), b"f", SOURCE)
        assert len(record.submissions()) == 2


@pytest.mark.parametrize("content", [b"no database at all" * 100, None])
def test_a_damaged_record_is_left_or_moved_never_deleted(
    tmp_path: Path, content: bytes | None
) -> None:
    """Noise, or overwritten pages: refused, and moved aside only with --move-damaged."""
    path = tmp_path / NAME
    if content is None:
        run(tmp_path, *(a_result(f"s{n}") for n in range(50)), state="running")
        spoilt = bytearray(path.read_bytes())
        spoilt[4096 * 3 : 4096 * 12] = b"\xaa" * 4096 * 9
        content = bytes(spoilt)
    path.write_bytes(content)
    with pytest.raises(StoreError, match=r"is damaged .*--move-damaged"):
        Record.writing(tmp_path)
    assert path.read_bytes() == content
    with Record.writing(tmp_path, move_damaged=True) as record:
        record.begin(the_conditions())
        record.add(a_result(), b"f", SOURCE)
    assert (tmp_path / "results.damaged-1.sqlite").read_bytes() == content
    with Record.writing(tmp_path, move_damaged=True) as record:
        assert len(record.submissions()) == 1


def tool(folder: Path, sql: str) -> None:
    """Change the record, or make one, with another program."""
    with closing(sqlite3.connect(folder / NAME)) as database, database:
        database.execute(sql)


def test_a_damaged_result_is_named(tmp_path: Path) -> None:
    """For damage that SQLite cannot see, the message names the submission."""
    run(tmp_path, a_result())
    tool(tmp_path, "UPDATE gradings SET details = x'00'")
    with History.open(tmp_path) as history, pytest.raises(StoreError, match="result of alice"):
        list(history.results())


@pytest.mark.parametrize("version", [1, 99])
def test_a_record_of_another_version(tmp_path: Path, version: int) -> None:
    """Older or newer: refused and not changed; the message has both versions."""
    run(tmp_path, a_result())
    tool(tmp_path, f"PRAGMA user_version = {version}")
    before = (tmp_path / NAME).read_bytes()
    message = rf"version {version}, and this grader reads version \d+\. Nothing was changed\. Use"
    for opening in (Record.writing, History.open):
        with pytest.raises(StoreError, match=message):
            opening(tmp_path)
    assert (tmp_path / NAME).read_bytes() == before


def test_what_is_no_record_is_refused(tmp_path: Path) -> None:
    """A missing file, an empty one, and a database of another program."""
    with pytest.raises(StoreError, match=r"has no results\.sqlite"):
        History.open(tmp_path)
    (tmp_path / NAME).touch()
    with pytest.raises(StoreError, match="is empty: grade something"):
        History.open(tmp_path)
    tool(tmp_path, "CREATE TABLE theirs (x)")
    with pytest.raises(StoreError, match="not a record of this grader"):
        Record.writing(tmp_path)
