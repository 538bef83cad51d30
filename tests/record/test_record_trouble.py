"""The file of the record: locks, disks, damage. Every fault has a message."""

import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.errors import StoreError
from autograder.record import connection
from autograder.record.lock import FolderLock
from autograder.record.reader import NAME, History
from autograder.record.writer import Record
from tests.builders.processes import run as run_command
from tests.builders.records import SOURCE, a_result, run, the_conditions


def python(program: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a program with ``folder`` as its argument."""
    return run_command([sys.executable, "-c", program, folder])


def test_the_file_is_made_to_survive_a_power_cut(tmp_path: Path) -> None:
    """WAL with synchronous=FULL on a local disk, and foreign keys are kept."""
    with Record.writing(tmp_path) as record:
        asked = record._connection
        assert asked.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert asked.execute("PRAGMA synchronous").fetchone() == (2,)
        assert asked.execute("PRAGMA foreign_keys").fetchone() == (1,)


def test_a_network_home_gets_a_journal_that_works_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On NFS there is no WAL, also for a record that was in WAL mode before it was moved there."""
    run(tmp_path, a_result())
    monkeypatch.setattr(connection, "file_system", lambda path: "nfs4")
    with Record.writing(tmp_path) as record:
        assert record._connection.execute("PRAGMA journal_mode").fetchone() == ("delete",)
        assert record._connection.execute("PRAGMA synchronous").fetchone() == (3,)
        record.begin(the_conditions())
        record.add(a_result("bob"), b"f", SOURCE)
        assert record.count() == 2


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
        program = (
            "import sys; from pathlib import Path; from autograder.record.writer import Record\n"
            "from autograder.errors import StoreError\n"
            "try: Record.writing(Path(sys.argv[1]))\n"
            "except StoreError as error: print(error)\n"
        )
        other = python(program, tmp_path)
        assert f"(process {os.getpid()} on " in other.stdout
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


def test_a_full_disk_loses_nothing(tmp_path: Path) -> None:
    """Only the submission that did not fit is missing, and grading can go on."""
    with Record.writing(tmp_path) as record:
        record.begin(the_conditions())
        record.add(a_result("alice"), b"f", SOURCE)
        pages = record._connection.execute("PRAGMA page_count").fetchone()[0]
        record._connection.execute(f"PRAGMA max_page_count = {pages}")
        noise = os.urandom(400_000).hex()
        with pytest.raises(StoreError, match=r"The disk with .* is full\. Make room"):
            record.add(a_result("bob"), b"f", noise.encode())
        record._connection.execute("PRAGMA max_page_count = 1000000")
        record.add(a_result("carol"), b"f", SOURCE)
        assert [result.submission for result in record.results()] == ["alice", "carol"]


def test_the_system_says_that_the_disk_is_full(tmp_path: Path) -> None:
    """The system refuses a write of a process that may write 200 kB."""
    program = """
import resource, signal, sys
from pathlib import Path
from autograder.errors import StoreError
from autograder.record.writer import Record
from tests.builders.records import SOURCE, a_result, the_conditions
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
record = Record.writing(Path(sys.argv[1]))
record.begin(the_conditions())
resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
reported = []
try:
    for number in range(1000):
        record.add(a_result(f"s{number:03}"), b"f", SOURCE)
        reported.append(number)
except StoreError as error:
    print(len(reported), error)
"""
    done = python(program, tmp_path)
    reported, _, words = done.stdout.partition(" ")
    assert "is full" in words, done.stderr
    assert "Traceback" not in done.stderr
    with Record.writing(tmp_path) as record:
        assert record.count() == int(reported) > 0


def test_a_folder_that_cannot_be_written_to(tmp_path: Path) -> None:
    """Read-only: the message names the folder, with or without a record."""
    run(tmp_path / "there", a_result())
    (tmp_path / "there" / NAME).chmod(0o444)
    (tmp_path / "empty").mkdir()
    program = """
import os, sys
from pathlib import Path
from autograder.errors import StoreError
from autograder.sandbox.libc import drop_capabilities
from autograder.record.writer import Record
if os.geteuid() == 0:
    drop_capabilities()  # without them root has to obey a folder's mode like anybody else
try: Record.writing(Path(sys.argv[1]))
except StoreError as error: print(error)
"""
    for folder in (tmp_path / "there", tmp_path / "empty"):
        folder.chmod(0o555)
        done = python(program, folder)
        folder.chmod(0o755)
        assert str(folder) in done.stdout, done.stderr
        assert "Make the folder writable, or choose another one with --out." in done.stdout


def test_a_folder_that_can_only_be_read(tmp_path: Path) -> None:
    """An archived record is read, and no file is created beside it."""
    run(tmp_path, a_result())
    program = """
import os, sys
from pathlib import Path
from autograder.record.reader import History
from autograder.sandbox.libc import drop_capabilities
if os.geteuid() == 0:
    drop_capabilities()
print(*(result.submission for result in History.open(Path(sys.argv[1])).results()))
"""
    tmp_path.chmod(0o555)
    done = python(program, tmp_path)
    tmp_path.chmod(0o755)
    assert (done.stdout, done.stderr) == ("alice\n", "")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["results.lock", NAME]


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
        assert record.count() == 2


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
        assert record.count() == 1


def test_a_damaged_result_is_named(tmp_path: Path) -> None:
    """For damage that SQLite cannot see, the message names the submission."""
    run(tmp_path, a_result())
    with sqlite3.connect(tmp_path / NAME) as tool:
        tool.execute("UPDATE gradings SET details = x'00'")
    tool.close()
    with History.open(tmp_path) as history, pytest.raises(StoreError, match="result of alice"):
        list(history.results())


def test_a_database_of_another_program(tmp_path: Path) -> None:
    """It is refused and not changed."""
    with sqlite3.connect(tmp_path / NAME) as other:
        other.execute("CREATE TABLE theirs (x)")
    other.close()
    with pytest.raises(StoreError, match="not a record of this grader"):
        Record.writing(tmp_path)


@pytest.mark.parametrize("version", [1, 99])
def test_a_record_of_another_version(tmp_path: Path, version: int) -> None:
    """Older or newer: refused and not changed; the message has both versions."""
    run(tmp_path, a_result())
    with sqlite3.connect(tmp_path / NAME) as tool:
        tool.execute(f"PRAGMA user_version = {version}")
    tool.close()
    before = (tmp_path / NAME).read_bytes()
    message = rf"version {version}, and this grader reads version \d+\. Nothing was changed\. Use"
    with pytest.raises(StoreError, match=message):
        Record.writing(tmp_path)
    with pytest.raises(StoreError, match=message):
        History.open(tmp_path)
    assert (tmp_path / NAME).read_bytes() == before


def test_no_record_yet(tmp_path: Path) -> None:
    """A missing or empty record is refused with a message."""
    with pytest.raises(StoreError, match=r"has no results\.sqlite"):
        History.open(tmp_path)
    (tmp_path / NAME).touch()
    with pytest.raises(StoreError, match="is empty: grade something"):
        History.open(tmp_path)
