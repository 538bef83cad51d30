"""The record: what is in it stays in it, and every trouble with it has a sentence."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from assignment.checks.case import Case
from autograder import cases, disk, schema
from autograder.errors import StoreError
from autograder.fingerprint import Conditions, cases_digest, code_digest, conditions
from autograder.history import NAME, History
from autograder.lock import FolderLock
from autograder.results import OutputResult, SubmissionResult
from autograder.sandbox import Limits
from autograder.store import Record
from autograder.submission import Submission

ROOT = Path(__file__).resolve().parent.parent
SOURCE = b"def sigmoid(x):\n    return 1\n"


def the_conditions(**changes: object) -> Conditions:
    made = Conditions(
        kit="1", code="c", cases="k", python="3.12.0", numpy="2.0", scipy="1.14", limits=Limits()
    )
    return msgspec.structs.replace(made, **changes)


def an_output(status: str = "passed", question: str = "1.1", **changes: object) -> OutputResult:
    passed = status == "passed"
    made = OutputResult(
        question=question,
        function="sigmoid",
        case=f"{question}-case",
        title="a call",
        output="value",
        public=True,
        status=status,  # type: ignore[arg-type]
        points=2 if passed else 0,
        max_points=2,
        message="" if passed else "It gave 3 where 4 was expected.",
        hint="" if passed else "Look at the sign.",
        misconception="" if passed else "sign",
        staff="" if passed else "got 3",
    )
    return msgspec.structs.replace(made, **changes)


def a_result(
    submission: str = "alice", *outputs: OutputResult, **changes: object
) -> SubmissionResult:
    made = SubmissionResult(
        submission=submission,
        status="judged",
        message="All right.",
        isolation=3,
        mechanisms=("seccomp", "namespaces"),
        seconds=0.25,
        digest="abc",
        sha256="00ff",
        file="neural_network.py",
        ignored=("notes.txt",),
        notes=("a note",),
        remarks=("a remark",),
        left_out=((3, "train()"),),
        outputs=outputs or (an_output(), an_output("failed", "1.2")),
        printed="hello\n",
    )
    return msgspec.structs.replace(made, **changes)


def run(
    folder: Path, *results: SubmissionResult, state: str = "finished", key: bytes = b"f"
) -> int:
    """One run that records these results."""
    with Record.writing(folder) as record:
        number = record.begin(the_conditions())
        for result in results:
            record.add(result, key, SOURCE)
        record.finish(state)  # type: ignore[arg-type]
        return number


def test_a_result_comes_back_as_it_was(tmp_path: Path) -> None:
    """Every field of every output and of the submission survives, and so does the source."""
    result = a_result()
    run(tmp_path, result)
    with History.open(tmp_path) as history:
        assert list(history.results()) == [result]
        assert history.result("alice") == result
        assert history.result("bob") is None
        assert history.source("alice") == SOURCE
        assert history.source("bob") is None
        assert history.count() == 1


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
    monkeypatch.setattr(disk, "file_system", lambda path: "nfs4")
    with Record.writing(tmp_path) as record:
        assert record._connection.execute("PRAGMA journal_mode").fetchone() == ("delete",)
        assert record._connection.execute("PRAGMA synchronous").fetchone() == (3,)
        record.begin(the_conditions())
        record.add(a_result("bob"), b"f", SOURCE)
        assert record.count() == 1


def test_the_file_system_is_that_of_the_innermost_mount(tmp_path: Path) -> None:
    """The longest mount point counts, the later one of two on one place, and spaces are spaces."""
    mounts = tmp_path / "mountinfo"
    mounts.write_text(
        "21 1 8:1 / / rw - ext4 /dev/sda1 rw\n"
        "22 21 0:5 / /home\\040of rw shared:1 - nfs4 server:/home rw\n"
        "23 21 0:6 / /mnt rw - ext4 /dev/sdb rw\n"
        "24 21 0:7 / /mnt rw - fuse.sshfs host: rw\n"
        "nonsense\n"
    )
    kinds = [disk.file_system(Path(p), mounts) for p in ("/home of/x", "/homes", "/mnt/a", "/")]
    assert kinds == ["nfs4", "ext4", "fuse.sshfs", "ext4"]
    assert disk.file_system(Path("/"), tmp_path / "nothing") == ""


def test_unchanged_is_found_by_fingerprint_and_level(tmp_path: Path) -> None:
    """The same fingerprint at a level of this run holds; another one, level or id does not."""
    run(tmp_path, a_result())
    with Record.writing(tmp_path) as record:
        assert record.unchanged("alice", b"f", {3}) is not None
        assert record.unchanged("alice", b"f", {2}) is None
        assert record.unchanged("alice", b"g", {3}) is None
        assert record.unchanged("bob", b"f", {3}) is None


@pytest.mark.parametrize("status", ["timeout", "killed", "not_judged"])
def test_what_may_not_happen_again_is_run_again(tmp_path: Path, status: str) -> None:
    """A timeout, a kill or a fault of our own is never taken from the record."""
    run(tmp_path, a_result("alice", an_output(), an_output(status)))
    with Record.writing(tmp_path) as record:
        assert record.unchanged("alice", b"f", {3}) is None


def test_a_not_judged_submission_is_run_again(tmp_path: Path) -> None:
    """Also where it has no outputs at all."""
    run(tmp_path, msgspec.structs.replace(a_result(), status="not_judged", outputs=()))
    with Record.writing(tmp_path) as record:
        assert record.unchanged("alice", b"f", {3}) is None


def test_fingerprints_see_everything() -> None:
    """Source, file name, what lay beside it, notes and each of the conditions change it."""
    base = Submission("alice", SOURCE, "a.py")
    told = [
        the_conditions().fingerprint(base),
        *(
            the_conditions().fingerprint(msgspec.structs.replace(base, **change))  # type: ignore[arg-type]
            for change in (
                {"source": SOURCE + b"#"},
                {"source": None},
                {"path": "b.py"},
                {"ignored": ("x",)},
                {"notes": ("n",)},
                {"bonus": b"x = 1"},
            )
        ),
        *(
            the_conditions(**change).fingerprint(base)  # type: ignore[arg-type]
            for change in (
                {"kit": "2"},
                {"code": "d"},
                {"cases": "l"},
                {"python": "3.13.0"},
                {"numpy": "2.1"},
                {"scipy": "1.15"},
                {"limits": Limits(call_seconds=6)},
            )
        ),
    ]
    assert len(set(told)) == len(told)


def test_conditions_name_what_differs() -> None:
    """Two machines that judge differently are told apart in words."""
    assert the_conditions().differences(the_conditions()) == ()
    other = the_conditions(numpy="3", cases="x")
    assert the_conditions().differences(other) == ("the cases", "numpy's version")


def test_the_digest_of_the_cases_sees_hidden_ones() -> None:
    """An input, a title or a point of a hidden case, or another hidden seed, is another digest."""
    every = cases.all_cases()
    hidden = next(case for case in every if not case.public)

    def digest(case: Case) -> str:
        return cases_digest([case if case.id == hidden.id else other for other in every])

    first = next(iter(hidden.points))
    told = {
        cases_digest(every),
        cases_digest(cases.all_cases(1)),
        digest(replace(hidden, title="x")),
        digest(replace(hidden, points={**hidden.points, first: 9})),
        digest(replace(hidden, hint="look there")),
    }
    assert len(told) == 5
    assert conditions(every, Limits()).cases == cases_digest(every)


def test_the_digest_of_the_code_has_the_reference_in_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """The grader's own files include the judge, the sandbox, the reference and the tolerances."""
    from autograder import fingerprint

    names = {str(path.relative_to(fingerprint._ROOT)) for path in fingerprint._own_files()}
    assert names >= {
        "assignment/checks/judge.py",
        "autograder/answers.py",
        "autograder/sandbox/host.py",
        "solution/neural_network.py",
        "data/iris.csv",
    }
    before = code_digest()
    monkeypatch.setattr(Path, "read_bytes", lambda self: b"")
    assert code_digest.__wrapped__() != before


def test_a_run_has_what_was_handed_to_it(tmp_path: Path) -> None:
    """Who is not handed in any more stays in the record, and is in no result of the new run."""
    first = run(tmp_path, a_result("alice"), a_result("bob"))
    run(tmp_path, a_result("bob"))
    with History.open(tmp_path) as history:
        assert [result.submission for result in history.results()] == ["bob"]
        assert list(history.gone()) == ["alice"]
        assert [result.submission for result in history.results(first)] == ["alice", "bob"]
        assert [info.state for info in history.runs()] == ["finished", "finished"]
        assert history.last("stopped") is None


def test_kept_results_count_in_the_new_run(tmp_path: Path) -> None:
    """An unchanged submission has its old result in the new run, also with nothing added."""
    run(tmp_path, a_result("alice"))
    with Record.writing(tmp_path) as record:
        record.begin(the_conditions())
        grading = record.unchanged("alice", b"f", {3})
        assert grading is not None
        record.keep("alice", grading)
    with History.open(tmp_path) as history:
        assert list(history.results()) == [a_result("alice")]
        assert list(history.changes()) == []


def test_changes_say_from_what_to_what(tmp_path: Path) -> None:
    """Those whose score or status moved, and only those, with the questions that moved."""
    run(tmp_path, a_result("alice"), a_result("bob"), a_result("carol"))
    better = a_result("alice", an_output(), an_output(question="1.2"))
    refused = a_result("bob", status="refused", outputs=())
    run(tmp_path, better, refused, a_result("carol", seconds=9.0), a_result("dave"))
    with History.open(tmp_path) as history:
        assert [str(change) for change in history.changes()] == [
            "alice: 2 -> 4 (1.2 0 -> 2)",
            "bob: 2 -> 0, judged -> refused (1.1 2 -> 0)",
        ]


def test_changes_are_since_the_last_finished_run(tmp_path: Path) -> None:
    """A run that was stopped told nobody, so its changes are told by the one that finishes."""
    run(tmp_path, a_result("alice"))
    better = a_result("alice", an_output(), an_output(question="1.2"))
    run(tmp_path, better, state="stopped")
    run(tmp_path, better)
    with History.open(tmp_path) as history:
        assert [str(change) for change in history.changes()] == ["alice: 2 -> 4 (1.2 0 -> 2)"]


def test_a_rehearsal_writes_nothing(tmp_path: Path) -> None:
    """A dry run sees the record, adds to a copy, and leaves every byte of the folder alone."""
    run(tmp_path, a_result("alice"))
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    with Record.rehearsal(tmp_path) as record:
        record.begin(the_conditions())
        assert record.unchanged("alice", b"f", {3}) is not None
        record.add(a_result("alice", an_output()), b"g", SOURCE)
        record.finish()
        assert len(list(record.changes())) == 1
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_a_rehearsal_needs_no_folder(tmp_path: Path) -> None:
    """Nothing there yet: nothing is there afterwards."""
    with Record.rehearsal(tmp_path / "results") as record:
        record.begin(the_conditions())
        record.add(a_result(), b"f", SOURCE)
        assert record.count() == 1
    assert list(tmp_path.iterdir()) == []


def test_a_student_cannot_fill_the_record(tmp_path: Path) -> None:
    """What is printed, left out or told is cut to a bound; half characters do not stop it."""
    flood = "x" * 10_000_000
    outputs = [an_output("failed", staff=flood, message=flood) for _ in range(100)]
    run(
        tmp_path,
        a_result("alice", *outputs, printed="\ud800" + flood, left_out=((1, flood),) * 5000),
    )
    with History.open(tmp_path) as history:
        result = history.result("alice")
    assert result is not None
    assert len(msgspec.json.encode(result)) < 6_000_000
    assert result.printed.startswith("?xxx")
    assert (tmp_path / NAME).stat().st_size < 1_000_000


def test_two_graders_on_one_folder(tmp_path: Path) -> None:
    """The second one, in this process or another, is told who has it; afterwards it may."""
    with Record.writing(tmp_path):
        with pytest.raises(StoreError, match=r"Another grader is at work.*this very process"):
            Record.writing(tmp_path)
        program = (
            "import sys; from pathlib import Path; from autograder.store import Record\n"
            "from autograder.errors import StoreError\n"
            "try: Record.writing(Path(sys.argv[1]))\n"
            "except StoreError as error: print(error)\n"
        )
        other = subprocess.run(
            [sys.executable, "-c", program, str(tmp_path)],
            check=False,
            capture_output=True,
            text=True,
        )
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


def test_a_full_disk_has_a_sentence_and_loses_nothing(tmp_path: Path) -> None:
    """The submission that did not fit is not there, all others are, and one can go on."""
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
    """The real thing: a write that the system refuses, in a process that may write 200 kB."""
    program = """
import resource, signal, sys
from pathlib import Path
from autograder.errors import StoreError
from autograder.store import Record
from tests.test_store import SOURCE, a_result, the_conditions
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
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)],
        check=False,
        capture_output=True,
        text=True,
        cwd=ROOT,
    )
    reported, _, words = done.stdout.partition(" ")
    assert "is full" in words, done.stderr
    assert "Traceback" not in done.stderr
    with Record.writing(tmp_path) as record:
        assert record.count() == int(reported) > 0


def test_a_folder_that_cannot_be_written_to(tmp_path: Path) -> None:
    """Read-only: a sentence that names the folder, and no traceback, with or without a record."""
    run(tmp_path / "there", a_result())
    (tmp_path / "there" / NAME).chmod(0o444)
    (tmp_path / "empty").mkdir()
    program = """
import os, sys
from pathlib import Path
from autograder.errors import StoreError
from autograder.sandbox.libc import drop_capabilities
from autograder.store import Record
if os.geteuid() == 0:
    drop_capabilities()  # without them root has to obey a folder's mode like anybody else
try: Record.writing(Path(sys.argv[1]))
except StoreError as error: print(error)
"""
    for folder in (tmp_path / "there", tmp_path / "empty"):
        folder.chmod(0o555)
        done = subprocess.run(
            [sys.executable, "-c", program, str(folder)],
            check=False,
            capture_output=True,
            text=True,
        )
        folder.chmod(0o755)
        assert str(folder) in done.stdout, done.stderr
        assert "Make the folder writable, or choose another one with --out." in done.stdout


def test_a_folder_that_can_only_be_read(tmp_path: Path) -> None:
    """Exports of an archived record: it is read, and no file is made beside it."""
    run(tmp_path, a_result())
    program = """
import os, sys
from pathlib import Path
from autograder.history import History
from autograder.sandbox.libc import drop_capabilities
if os.geteuid() == 0:
    drop_capabilities()
print(*(result.submission for result in History.open(Path(sys.argv[1])).results()))
"""
    tmp_path.chmod(0o555)
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)],
        check=False,
        capture_output=True,
        text=True,
        cwd=ROOT,
    )
    tmp_path.chmod(0o755)
    assert (done.stdout, done.stderr) == ("alice\n", "")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["results.lock", NAME]


def test_a_file_in_place_of_the_folder(tmp_path: Path) -> None:
    """--out names a file: a sentence."""
    (tmp_path / "results").write_text("mine")
    with pytest.raises(StoreError, match="cannot be used"):
        Record.writing(tmp_path / "results")
    assert (tmp_path / "results").read_text() == "mine"


def test_a_locked_record(tmp_path: Path) -> None:
    """Another program that holds SQLite's own lock: a sentence, and nothing is lost."""
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
        assert record.count() == 1


@pytest.mark.parametrize("content", [b"no database at all" * 100, None])
def test_a_damaged_record_is_left_or_moved_never_deleted(
    tmp_path: Path, content: bytes | None
) -> None:
    """Noise, or a record with pages overwritten: told; moved aside only where asked to."""
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


def test_a_damaged_result_is_told(tmp_path: Path) -> None:
    """Damage that SQLite cannot see is a sentence as well, with the name of the submission."""
    run(tmp_path, a_result())
    with sqlite3.connect(tmp_path / NAME) as tool:
        tool.execute("UPDATE gradings SET details = x'00'")
    tool.close()
    with History.open(tmp_path) as history, pytest.raises(StoreError, match="result of alice"):
        list(history.results())


def test_somebody_elses_database(tmp_path: Path) -> None:
    """An SQLite file of another program is refused and left alone."""
    with sqlite3.connect(tmp_path / NAME) as other:
        other.execute("CREATE TABLE theirs (x)")
    other.close()
    with pytest.raises(StoreError, match="not a record of this grader"):
        Record.writing(tmp_path)


def test_a_newer_record(tmp_path: Path) -> None:
    """A record of a grader that does not exist yet is refused, in words."""
    run(tmp_path, a_result())
    with sqlite3.connect(tmp_path / NAME) as tool:
        tool.execute("PRAGMA user_version = 99")
    tool.close()
    with pytest.raises(StoreError, match=r"newer grader \(version 99"):
        Record.writing(tmp_path)
    with pytest.raises(StoreError, match="newer grader"):
        History.open(tmp_path)


def test_an_older_record_is_brought_up_to_date(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A later table is added, everything is still there, and the old file is kept beside it."""
    run(tmp_path, a_result())
    monkeypatch.setattr(
        schema, "MIGRATIONS", (*schema.MIGRATIONS, "CREATE TABLE something (submission TEXT);")
    )
    monkeypatch.setattr("autograder.history.MIGRATIONS", schema.MIGRATIONS)
    with pytest.raises(StoreError, match="older grader"):
        History.open(tmp_path)
    with Record.writing(tmp_path) as record:
        assert list(record.results()) == [a_result()]
        assert record._connection.execute("SELECT count(*) FROM something").fetchone() == (0,)
    version = len(schema.MIGRATIONS) - 1
    kept = sqlite3.connect(tmp_path / f"results.version-{version}-1.sqlite")
    assert kept.execute("SELECT count(*) FROM gradings").fetchone() == (1,)
    kept.close()


def test_a_record_of_the_first_version_keeps_its_results(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A record from before there were decisions gets their tables, and has every result."""
    everything = schema.MIGRATIONS
    for module in ("autograder.schema", "autograder.history"):
        monkeypatch.setattr(f"{module}.MIGRATIONS", everything[:1])
    run(tmp_path, a_result(), a_result("bob"))
    for module in ("autograder.schema", "autograder.history"):
        monkeypatch.setattr(f"{module}.MIGRATIONS", everything)
    with Record.writing(tmp_path) as record:
        assert list(record.results()) == [a_result(), a_result("bob")]
        asked = record._connection
        for table in ("people", "adjustments", "voids", "extensions", "manual", "published"):
            assert asked.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)
        assert asked.execute("PRAGMA user_version").fetchone() == (len(everything),)
    assert (tmp_path / "results.version-1-1.sqlite").is_file()


def test_no_record_yet(tmp_path: Path) -> None:
    """Reading what was never written is a sentence."""
    with pytest.raises(StoreError, match=r"has no results\.sqlite"):
        History.open(tmp_path)
