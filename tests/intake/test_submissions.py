"""Submissions from files, archives, folders and downloads."""

import os
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path
from unittest.mock import Mock

import pytest

from autograder.course.roster import Person, Roster
from autograder.errors import IntakeError
from autograder.intake.submission import Submission
from autograder.intake.submissions import Intake, one_submission
from tests.builders.archives import zipped
from tests.builders.downloads import Student, canvas_zip, made_class, moodle_zip
from tests.builders.files import folder_of, written

GOOD = b"def sigmoid(x):\n    return 1\n"
NAME = "neural_network.py"


def submissions(paths: list[Path], known: Roster | None = None) -> Iterator[Submission]:
    """The submissions at these paths."""
    with Intake(paths, known) as intake:
        yield from intake.submissions()


def one(path: Path) -> Submission:
    """The only submission at this path."""
    (found,) = submissions([path])
    return found


def test_a_folder_with_the_file_is_one_submission(tmp_path: Path) -> None:
    """The other files are listed, and none of them is imported."""
    names = (NAME, "numpy.py", "conftest.py", "results.json", "x.pth", "__init__.py")
    folder_of(tmp_path, dict.fromkeys(names, GOOD))
    before = list(sys.path)
    found = one(tmp_path)
    assert (found.id, found.source, found.path, found.notes) == (tmp_path.name, GOOD, NAME, ())
    assert found.ignored == ("__init__.py", "conftest.py", "numpy.py", "results.json", "x.pth")
    assert sys.path == before


def test_any_other_folder_has_one_submission_for_each_child(tmp_path: Path) -> None:
    """Folders, files and archives side by side, junk left out, each with its own id."""
    archive = zipped(("nn.py", GOOD), ("report.pdf", b"%PDF"))
    files = {"jane.doe/mine.py": GOOD, "ann.py": GOOD, "Ann.zip": archive, "zipped/in.zip": archive}
    folder_of(tmp_path, {**files, "essay.docx": b"", ".DS_Store": b""})
    (tmp_path / "empty").mkdir()
    (tmp_path / "link.py").symlink_to("/etc/passwd")
    os.mkfifo(tmp_path / "pipe.py")
    found = {one.id: one for one in submissions([tmp_path])}
    graded = ["Ann", "ann-2", "jane.doe", "zipped"]
    assert list(found) == sorted([*graded, "empty", "essay.docx", "link", "pipe"])
    assert [name for name, one in found.items() if one.source == GOOD] == graded
    assert (found["Ann"].report, found["Ann"].ignored) == ("report.pdf", ("report.pdf",))
    assert found["ann-2"].notes == (
        "Another submission is called “ann” too, so this one is “ann-2”.",
    )
    refused = {name: one.refused for name, one in found.items() if one.refused}
    assert refused == {
        "empty": "There is no Python file (.py) or notebook (.ipynb) in it.",
        "essay.docx": "“essay.docx” is not a Python file (.py), notebook (.ipynb) or archive.",
        "link": "It is a link, and links are not followed.",
        "pipe": "“pipe.py” cannot be graded. It is not a plain file.",
    }


def test_odd_names_on_disk(tmp_path: Path) -> None:
    """Names that are not text, look like options or hold markup give safe ids and texts."""
    for name in (b"\xff\xfe", b"-rf", b"<b>x<b>", b"a\nb", b"con", b"x" * 240):
        written(tmp_path / os.fsdecode(name + b".py"), GOOD)
    found = list(submissions([tmp_path]))
    assert {one.id for one in found} == {"submission", "rf", "b_x_b", "a_b", "_con", "x" * 120}
    for submission in found:
        assert submission.source == GOOD
        assert (submission.id + submission.path).isprintable()
        submission.path.encode()


def test_the_list_of_other_files_is_cut(tmp_path: Path) -> None:
    """A submission may have thousands of files."""
    folder_of(tmp_path, {NAME: GOOD} | dict.fromkeys((f"{n:02}.txt" for n in range(50)), b""))
    assert one(tmp_path).ignored[-1] == "and 30 more"


def test_submissions_come_one_at_a_time(tmp_path: Path) -> None:
    """The first submission is there before the last one has been read."""
    folder_of(tmp_path, {f"{number}.py": GOOD for number in range(5)})
    stream = submissions([tmp_path])
    assert [one.id for one in islice(stream, 2)] == ["0", "1"]
    (tmp_path / "2.py").unlink()
    gone = next(stream)
    assert (gone.source, gone.refused) == (None, "")
    assert "“2.py” cannot be read: No such file or directory." in gone.not_judged


def test_a_folder_without_permission(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is graded, because all who are in it would be missing."""
    monkeypatch.setattr(os, "scandir", Mock(side_effect=PermissionError(13, "Permission denied")))
    with pytest.raises(IntakeError, match="Permission denied"):
        list(submissions([tmp_path]))


ANN = Person("s1", "Ann Lee", "ann@x.org", "alee", line=2)
BO = Person("s 2", "Bo Doe", line=3)
ROSTER = Roster(Path("roster.csv"), (ANN, BO))


def test_ids_are_the_rosters_where_there_is_one(tmp_path: Path) -> None:
    """A submission that is not in the roster keeps the platform's name."""
    folder_of(tmp_path, dict.fromkeys(("ann@x.org.py", "doe_bo.py", "zoe.py"), GOOD))
    with Intake([tmp_path], ROSTER) as intake:
        ids = [one.id for one in intake.submissions()]
    assert (ids, intake.people) == (["s1", "s_2", "zoe"], [ANN, BO, None])
    (alone,) = submissions([tmp_path / "ann@x.org.py"], ROSTER)
    assert (alone.id, alone.path) == ("s1", "ann@x.org.py")


def test_one_student_in_two_downloads(tmp_path: Path) -> None:
    """With a roster that stops grading; without one, the second gets an id of its own."""
    ann = Student("s1", "Ann Lee", 31, files={NAME: GOOD})
    data = canvas_zip([ann, replace(ann, id="x", name="Cy Do", number=32)])
    paths = [written(tmp_path / name, data) for name in ("one.zip", "two.zip")]
    assert [one.id for one in submissions(paths)] == [
        *("docy_32", "leeann_31", "docy_32-2", "leeann_31-2")
    ]
    with pytest.raises(IntakeError) as caught:
        list(submissions(paths, ROSTER))
    assert (
        "“leeann_31” and “leeann_31” both fit Ann Lee (id s1, line 2). "
        "Remove one, or add the other student to roster.csv."
    ) in str(caught.value)


def test_an_archive_below_is_never_a_class(tmp_path: Path) -> None:
    """A download in a folder of submissions, or in a student's zip, is one submission."""
    inner = canvas_zip(made_class(4))
    folder = folder_of(tmp_path / "submitted", {"eve.zip": inner, "ann.py": GOOD})
    assert [one.id for one in submissions([folder])] == ["ann", "eve"]
    eve = Student("x", "Eve", 5, files={"eve.zip": inner})
    assert one(written(tmp_path / "moodle.zip", moodle_zip([eve]))).id == "Eve_5"


def test_skipped_files_are_in_the_notes(tmp_path: Path) -> None:
    """Notes on earlier attempts are notes of the submission."""
    files = {"ann_801_11_neural_network-1.py": GOOD, "ann_801_9_neural_network.py": b""}
    folder_of(tmp_path, files | {"bo_802_12_x.py": GOOD})
    first, _ = submissions([tmp_path])
    assert (first.source, first.path) == (GOOD, NAME)
    assert first.notes == (
        "“neural_network.py” is from an earlier attempt; “neural_network-1.py” counts.",
    )


def test_one_submission_recognises_no_download(tmp_path: Path) -> None:
    """A platform that grades one submission passes one folder, whatever it looks like."""
    folder_of(tmp_path, dict.fromkeys(("a_101_201_x.py", "b_102_202_y.py"), GOOD))
    assert len(list(submissions([tmp_path]))) == 2
    assert one_submission(tmp_path).id == tmp_path.name


def test_a_zip_beside_single_submissions_is_one_of_them(tmp_path: Path) -> None:
    """No zip made by a student can submit for others, or stop grading."""
    eve = Student("x", "Ann Lee", 5, files={NAME: GOOD})
    looks = written(tmp_path / "eve.zip", moodle_zip([eve]))
    nearly = written(tmp_path / "fay.zip", canvas_zip(made_class(4)))
    with zipfile.ZipFile(nearly, "a") as archive:
        archive.writestr("notes.txt", b"")
    single = written(tmp_path / "bob.zip", zipped(("nn.py", GOOD)))
    with Intake([looks, nearly, single], ROSTER) as intake:
        found = list(intake.submissions())
        assert [one.id for one in found] == ["eve", "fay", "bob"]
        assert [line.split()[0] for line in intake.warnings] == ["eve.zip", "fay.zip"]
    assert "If it is one, grade it alone." in intake.warnings[0]
    assert [one.id for one in submissions([looks], ROSTER)] == ["s1"]
    with pytest.raises(IntakeError, match=r"“notes\.txt” does not belong to one"):
        list(submissions([nearly]))


def open_files() -> int:
    """How many files this process has open."""
    return len([*Path("/proc/self/fd").iterdir()])


def test_only_downloads_stay_open(tmp_path: Path) -> None:
    """Thousands of zips may be named at once, and everything is closed in the end."""
    archive = zipped(("nn.py", GOOD))
    paths = [written(tmp_path / f"{number}.zip", archive) for number in range(5)]
    download = written(tmp_path / "download.zip", canvas_zip(made_class(4)))
    before = open_files()
    for given, more in ((paths, 0), ([download], 1)):
        with Intake(given):
            assert open_files() == before + more
    assert open_files() == before
