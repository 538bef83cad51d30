"""Submissions from files, archives, folders and downloads."""

import io
import json
import os
import sys
import tarfile
import zipfile
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest

from autograder.course.roster import Person, Roster
from autograder.errors import IntakeError
from autograder.intake.submission import Submission
from autograder.intake.submissions import Intake, one_submission
from tests.builders.downloads import Student, canvas_zip, made_class, moodle_zip

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


def make_zip(path: Path, **members: bytes) -> Path:
    """A zip archive; ``_`` in a name is a dot."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in members.items():
            archive.writestr(name.replace("_", "."), data)
    return path


def test_each_kind_of_path(tmp_path: Path) -> None:
    """A script of any name, a notebook, a zip and a tar.gz are each one submission."""
    (tmp_path / "jane.py").write_bytes(GOOD)
    notebook = {"cells": [{"cell_type": "code", "source": GOOD.decode()}]}
    (tmp_path / "kim.ipynb").write_text(json.dumps(notebook))
    make_zip(tmp_path / "li.zip", nn_py=GOOD, report_pdf=b"%PDF")
    with tarfile.open(tmp_path / "mo.tar.gz", "w:gz") as archive:
        info = tarfile.TarInfo(f"x/{NAME}")
        info.size = len(GOOD)
        archive.addfile(info, io.BytesIO(GOOD))
    found = list(submissions(sorted(tmp_path.iterdir())))
    assert [(one.id, one.path, one.refused) for one in found] == [
        ("jane", "jane.py", ""),
        ("kim", "kim.ipynb", ""),
        ("li", "nn.py", ""),
        ("mo", f"x/{NAME}", ""),
    ]
    assert all(one.source is not None and GOOD in one.source for one in found)
    assert found[2].report == "report.pdf"
    assert found[2].ignored == ("report.pdf",)
    assert "“nn.py” was graded" in found[2].notes[0]


def test_a_folder_with_the_file_is_one_submission(tmp_path: Path) -> None:
    """The other files are listed, and none of them is imported."""
    for name in (NAME, "numpy.py", "conftest.py", "results.json", "x.pth", "__init__.py"):
        (tmp_path / name).write_bytes(GOOD)
    before = list(sys.path)
    found = one(tmp_path)
    assert (found.id, found.source, found.path, found.notes) == (tmp_path.name, GOOD, NAME, ())
    assert found.ignored == ("__init__.py", "conftest.py", "numpy.py", "results.json", "x.pth")
    assert sys.path == before


def test_any_other_folder_has_one_submission_for_each_child(tmp_path: Path) -> None:
    """Folders, files and archives side by side, junk left out, each with its own id."""
    (tmp_path / "jane.doe").mkdir()
    (tmp_path / "jane.doe" / "mine.py").write_bytes(GOOD)
    (tmp_path / "ann.py").write_bytes(GOOD)
    make_zip(tmp_path / "Ann.zip", nn_py=GOOD)
    (tmp_path / "zipped").mkdir()
    make_zip(tmp_path / "zipped" / "inner.zip", nn_py=GOOD)
    (tmp_path / "empty").mkdir()
    (tmp_path / "essay.docx").touch()
    (tmp_path / "link.py").symlink_to("/etc/passwd")
    (tmp_path / ".DS_Store").touch()
    os.mkfifo(tmp_path / "pipe.py")
    found = {one.id: one for one in submissions([tmp_path])}
    assert list(found) == [
        "Ann",
        "ann-2",
        "empty",
        "essay.docx",
        "jane.doe",
        "link",
        "pipe",
        "zipped",
    ]
    assert {name for name, one in found.items() if one.source == GOOD} == {
        *("Ann", "ann-2", "jane.doe", "zipped")
    }
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


def test_refusals_inside_archives(tmp_path: Path) -> None:
    """An archive in an archive, and one with only tricks, are refused with the reason."""
    inner = make_zip(tmp_path / "inner.zip", nn_py=GOOD).read_bytes()
    outer = make_zip(tmp_path / "outer.zip", again_zip=inner)
    assert "another archive, “again.zip”" in one(outer).refused
    with zipfile.ZipFile(tmp_path / "trick.zip", "w") as archive:
        archive.writestr("../neural_network.py", GOOD)
    assert "leads out of the archive" in one(tmp_path / "trick.zip").refused
    (tmp_path / "x.7z").write_bytes(b"7z\xbc\xaf\x27\x1c" * 100)
    assert "submit a .zip or .tar.gz" in one(tmp_path / "x.7z").refused


def test_odd_names_on_disk(tmp_path: Path) -> None:
    """Names that are not text, look like options or hold markup give safe ids and texts."""
    for name in (
        b"\xff\xfe.py",
        b"-rf.py",
        b"<b>x<b>.py",
        b"a\nb.py",
        b"con.py",
        b"x" * 240 + b".py",
    ):
        (tmp_path / os.fsdecode(name)).write_bytes(GOOD)
    found = list(submissions([tmp_path]))
    assert {one.id for one in found} == {"submission", "rf", "b_x_b", "a_b", "_con", "x" * 120}
    for submission in found:
        assert submission.source == GOOD
        assert (submission.id + submission.path).isprintable()
        submission.path.encode()


def test_the_list_of_other_files_is_cut(tmp_path: Path) -> None:
    """A submission may have thousands of files."""
    (tmp_path / NAME).write_bytes(GOOD)
    for number in range(50):
        (tmp_path / f"{number:02}.txt").touch()
    assert one(tmp_path).ignored[-1] == "and 30 more"


def test_submissions_come_one_at_a_time(tmp_path: Path) -> None:
    """The first submission is there before the last one has been read."""
    for number in range(5):
        (tmp_path / f"{number}.py").write_bytes(GOOD)
    stream = submissions([tmp_path])
    assert [one.id for one in islice(stream, 2)] == ["0", "1"]
    (tmp_path / "2.py").unlink()
    gone = next(stream)
    assert (gone.source, gone.refused) == (None, "")
    assert "“2.py” cannot be read: No such file or directory." in gone.not_judged


def test_files_without_permission(tmp_path: Path) -> None:
    """They are not judged, with the reason, and the others are graded."""
    (tmp_path / "ann.py").touch(0)
    if os.access(tmp_path / "ann.py", os.R_OK):
        pytest.skip("root may read everything")
    (tmp_path / "bob").mkdir()
    (tmp_path / "bob" / "deep").mkdir(0)
    (tmp_path / "cy").mkdir(0o400)
    (tmp_path / "di.py").write_bytes(GOOD)
    texts = [one.not_judged for one in submissions([tmp_path])]
    assert ["Permission denied" in text for text in texts] == [True, True, False, False]
    tmp_path.chmod(0o400)
    with pytest.raises(IntakeError, match="Permission denied"):
        list(submissions([tmp_path]))
    tmp_path.chmod(0o700)


ANN = Person("s1", "Ann Lee", "ann@x.org", "alee", line=2)
BO = Person("s 2", "Bo Doe", line=3)
ROSTER = Roster(Path("roster.csv"), (ANN, BO))


def test_ids_are_the_rosters_where_there_is_one(tmp_path: Path) -> None:
    """A submission that is not in the roster keeps the platform's name."""
    for name in ("ann@x.org.py", "doe_bo.py", "zoe.py"):
        (tmp_path / name).write_bytes(GOOD)
    with Intake([tmp_path], ROSTER) as intake:
        ids = [one.id for one in intake.submissions()]
    assert (ids, intake.people) == (["s1", "s_2", "zoe"], [ANN, BO, None])
    (alone,) = submissions([tmp_path / "ann@x.org.py"], ROSTER)
    assert (alone.id, alone.path) == ("s1", "ann@x.org.py")


def test_one_student_in_two_downloads(tmp_path: Path) -> None:
    """With a roster that stops grading; without one, the second gets an id of its own."""
    data = canvas_zip(
        [
            Student("s1", "Ann Lee", 31, files={NAME: GOOD}),
            Student("x", "Cy Do", 32, files={NAME: GOOD}),
        ]
    )
    paths = [tmp_path / "one.zip", tmp_path / "two.zip"]
    for path in paths:
        path.write_bytes(data)
    assert [one.id for one in submissions(paths)] == [
        "docy_32",
        "leeann_31",
        "docy_32-2",
        "leeann_31-2",
    ]
    with pytest.raises(IntakeError, match="“leeann_31” and “leeann_31” both fit Ann Lee"):
        list(submissions(paths, ROSTER))


def test_an_archive_below_is_never_a_class(tmp_path: Path) -> None:
    """A download in a folder of submissions, or in a student's zip, is one submission."""
    inner = canvas_zip(made_class(4))
    (tmp_path / "submitted").mkdir()
    (tmp_path / "submitted" / "eve.zip").write_bytes(inner)
    (tmp_path / "submitted" / "ann.py").write_bytes(GOOD)
    assert [one.id for one in submissions([tmp_path / "submitted"])] == ["ann", "eve"]
    files = {"eve.zip": inner}
    path = tmp_path / "moodle.zip"
    path.write_bytes(moodle_zip([Student("x", "Eve", 5, files=files)]))
    (eve,) = submissions([path])
    assert eve.id == "Eve_5"


def test_skipped_files_are_in_the_notes(tmp_path: Path) -> None:
    """Notes on earlier attempts are notes of the submission."""
    name = "assign_801_{}_neural_network{}.py"
    members = {name.format(11, "-1"): GOOD, name.format(9, ""): b"", "bo_802_12_x.py": GOOD}
    for member, data in members.items():
        (tmp_path / member).write_bytes(data)
    first, _ = submissions([tmp_path])
    assert (first.source, first.path) == (GOOD, NAME)
    assert first.notes == (
        "“neural_network.py” is from an earlier attempt; “neural_network-1.py” counts.",
    )


def test_one_submission_recognises_no_download(tmp_path: Path) -> None:
    """A platform that grades one submission passes one folder, whatever it looks like."""
    for member in ("a_101_201_x.py", "b_102_202_y.py"):
        (tmp_path / member).write_bytes(GOOD)
    assert len(list(submissions([tmp_path]))) == 2
    assert one_submission(tmp_path).id == tmp_path.name


def test_a_zip_beside_single_submissions_is_one_of_them(tmp_path: Path) -> None:
    """No zip made by a student can submit for others, or stop grading."""
    looks = tmp_path / "eve.zip"
    looks.write_bytes(moodle_zip([Student("x", "Ann Lee", 5, files={NAME: GOOD})]))
    nearly = tmp_path / "fay.zip"
    nearly.write_bytes(canvas_zip(made_class(4)) + b"")
    with zipfile.ZipFile(nearly, "a") as archive:
        archive.writestr("notes.txt", b"")
    single = make_zip(tmp_path / "bob.zip", nn_py=GOOD)
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
    return len(list(Path("/proc/self/fd").iterdir()))


def test_only_downloads_stay_open(tmp_path: Path) -> None:
    """Thousands of zips may be named at once, and everything is closed in the end."""
    paths = [make_zip(tmp_path / f"{number}.zip", nn_py=GOOD) for number in range(5)]
    download = tmp_path / "download.zip"
    download.write_bytes(canvas_zip(made_class(4)))
    before = open_files()
    with Intake(paths):
        assert open_files() == before
    with Intake([download]):
        assert open_files() == before + 1
    assert open_files() == before
