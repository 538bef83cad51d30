"""Bulk downloads: which are recognised, which attempt counts, and hostile ones."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from autograder.course import roster as roster_
from autograder.course.roster import Roster
from autograder.intake.downloads import entries as places
from autograder.intake.downloads.detect import open_download
from autograder.intake.pick_file import Refused
from tests.builders.archives import zipped
from tests.builders.downloads import (
    CODE,
    Student,
    canvas_zip,
    gradescope_zip,
    made_class,
    moodle_zip,
    read,
    refusal,
    roster_csv,
)
from tests.builders.files import folder_of, kept, unzipped

CLASS = made_class(30)
ALONE = [student for student in CLASS if not student.group]
DOWNLOADS = {
    "canvas": ("Canvas", canvas_zip(ALONE)),
    "moodle": ("Moodle", moodle_zip(ALONE)),
    "moodle, flat": ("Moodle", moodle_zip(ALONE, folders=False)),
    "gradescope": ("Gradescope", gradescope_zip(ALONE)),
    "gradescope, no outer folder": ("Gradescope", gradescope_zip(ALONE, root="")),
}


def unpacked(folder: Path, data: bytes) -> Path:
    """The download as a folder."""
    return folder_of(folder / "unpacked", unzipped(data))


def a_roster(folder: Path, *names: str) -> Roster:
    """A roster of students with these ids, which are also their names."""
    students = [Student(name, name, place) for place, name in enumerate(names)]
    return roster_.read(kept(folder, roster_csv(students), "roster.csv"))


@pytest.mark.parametrize("place", [kept, unpacked])
@pytest.mark.parametrize("which", DOWNLOADS)
def test_all_students_files_are_found(
    tmp_path: Path, place: Callable[[Path, bytes], Path], which: str
) -> None:
    """One upload for each student, with exactly their files under their own names."""
    platform, data = DOWNLOADS[which]
    path = place(tmp_path, data)
    with open_download(path) as download:
        assert download is not None
        assert (download.platform, download.unused) == (platform, ())
    number = re.compile(r"(?:_|submission_900)(\d{4})(?:_|/)")
    files = {int(number.findall(one.original[0])[0]): files for one, files in read(path).values()}
    assert files == {student.number: student.files for student in ALONE if student.files}


def test_data_from_canvas(tmp_path: Path) -> None:
    """Number, name, lateness and Canvas' names; a group is there once, as its first member."""
    found = read(kept(tmp_path, canvas_zip(CLASS)))
    jane, _ = found["doejane_4000"]
    assert (jane.identity.number, jane.identity.names, jane.late) == ("4000", ("doejane",), False)
    names = ("doejane_4000_70001_neural_network.py", "doejane_4000_70002_report.pdf")
    assert jane.original == names
    assert found["müllerzoë_4003"][0].late
    assert [key for key in found if "4008" in key or "4009" in key] == ["group1_4008"]


def test_data_from_moodle(tmp_path: Path) -> None:
    """With groups, names have a group in front, and the name without it is an alternative."""
    found = read(kept(tmp_path, moodle_zip(CLASS)))
    bo, files = found["Group 1-Bo Lee_4009"]
    assert (bo.identity.number, bo.identity.names) == ("4009", ("Group 1-Bo Lee", "Bo Lee"))
    assert files == found["Group 1-Ann Lee_4008"][1]
    anne, _ = read(kept(tmp_path, moodle_zip(ALONE)))["Anne-Marie de la Cruz_4007"]
    assert anne.identity.names == ("Anne-Marie de la Cruz",)
    assert anne.original == ("Anne-Marie de la Cruz_4007_assignsubmission_file_/",)


@pytest.mark.parametrize(("pack", "page"), [(canvas_zip, "Canvas'"), (moodle_zip, "Moodle's")])
def test_typed_text_is_ignored_with_a_note(
    tmp_path: Path, pack: Callable[..., bytes], page: str
) -> None:
    """A student with nothing else is not lost."""
    students = [replace(ALONE[0], text="see my file"), replace(ALONE[1], files={}, text="sorry")]
    found = [one for one, _ in read(kept(tmp_path, pack([*students, *ALONE[2:9]]))).values()]
    typed = [one for one in found if one.identity.number in ("4000", "4001")]
    note = f"Text typed into {page} page was ignored; only files are graded."
    assert [(one.notes, bool(one.parts)) for one in typed] == [((note,), True), ((note,), False)]


def canvas_files(*names: str) -> bytes:
    """A download with another student's file, too."""
    return zipped(*((name, CODE + name.encode()) for name in ("other_901_902_x.py", *names)))


@pytest.mark.parametrize(
    ("names", "files"),
    [
        # Several downloads in one folder: of one name, the newest.
        (("10_neural_network.py", "11_neural_network-1.py"), {"neural_network.py": 11}),
        (("12_neural_network-1.py", "9_neural_network-2.py"), {"neural_network.py": 12}),
        (("10_nn.py", "11_nn-1.py", "13_nn-2.py"), {"nn.py": 13}),
        # Canvas has put a number on what was asked for.
        (("10_neural_network-3.py",), {"neural_network.py": 10}),
        (("10_Report-1.pdf", "11_nn.py"), {"Report.pdf": 10, "nn.py": 11}),
        # The student's own numbers.
        (("10_task-1.py", "11_task-2.py"), {"task-1.py": 10, "task-2.py": 11}),
        (("10_nn-v2.py", "11_nn.py"), {"nn-v2.py": 10, "nn.py": 11}),
    ],
)
def test_the_latest_attempt_on_canvas(
    tmp_path: Path, names: tuple[str, ...], files: dict[str, int]
) -> None:
    """By attachment number, of files with the same name; there are notes on the others."""
    path = kept(tmp_path, canvas_files(*(f"doejane_777_{name}" for name in names)))
    upload, found = read(path)["doejane_777"]
    contents = {name: data.decode().rpartition("doejane_777_")[2] for name, data in found.items()}
    assert {name: int(text.partition("_")[0]) for name, text in contents.items()} == files
    assert len(upload.notes) == len(names) - len(files)
    assert all("is from an earlier attempt" in note for note in upload.notes)
    assert len(upload.original) == len(files)


def test_the_latest_attempt_on_gradescope(tmp_path: Path) -> None:
    """By time, not by the order of the folders."""
    metadata = "".join(
        f"submission_{number}:\n  :submitters:\n  - :name: Jane\n    :sid: 7\n"
        f"  :created_at: 2026-11-0{day} 10:00:00 +0100\n"
        for number, day in ((5, 2), (6, 1))
    )
    members = [(f"submission_{n}/nn.py", CODE + b"#" * n) for n in (5, 6)]
    path = kept(tmp_path, zipped(*members, ("submission_metadata.yml", metadata.encode())))
    upload, files = read(path)["Jane_7"]
    assert files == {"nn.py": CODE + b"#" * 5}
    assert upload.submitted_at == datetime(2026, 11, 2, 9, tzinfo=UTC)
    assert upload.notes == ("“submission_6” is an earlier attempt; “submission_5” counts.",)


def test_gradescope_loses_no_student(tmp_path: Path) -> None:
    """A folder without metadata or submitters and a name without a folder are all uploads."""
    about = b"submission_1:\n  :submitters: []\nsubmission_2:\n  :submitters:\n  - :name: Jo\n"
    files = {"submission_metadata.yml": about, "submission_1/x.py": CODE, "submission_3/x.py": CODE}
    found = read(kept(tmp_path, zipped(*files.items())))
    assert {*found} == {"Jo", "submission_1", "submission_3"}


@pytest.mark.parametrize("place", [kept, unpacked])
def test_clones_of_github_classroom(tmp_path: Path, place: Callable[[Path, bytes], Path]) -> None:
    """The login may begin after any hyphen; files in .git do not count."""
    members = [
        (f"backprop-submissions/back-prop-{login}/{name}", CODE)
        for login in ("anna-x", "bo")
        for name in ("neural_network.py", ".git/config", ".git/hooks/x.py")
    ]
    found = read(place(tmp_path, zipped(*members)))
    anna, files = found["back-prop-anna-x"]
    assert anna.identity.logins == ("prop-anna-x", "anna-x", "x")
    assert files == {"neural_network.py": CODE}
    assert set(found) == {"back-prop-anna-x", "back-prop-bo"}


def test_a_zip_with_a_folder_for_each_student(tmp_path: Path) -> None:
    """It is a class if half of the roster is in it, by ids, logins or names."""
    roster = a_roster(tmp_path, "anna", "Bo Lee", "cy", "di", "ed", "flo")
    for outer in ("", "week 5/"):
        members = [(f"{outer}{name}/nn.py", CODE) for name in ("anna", "Lee, Bo", "cy", "zoe")]
        path = kept(tmp_path, zipped(*members))
        assert {*read(path, roster)} == {"anna", "Lee, Bo", "cy", "zoe"}
        assert read(path) == {}


@pytest.mark.parametrize(
    "names",
    [
        ("neural_network.py", "report.pdf"),
        ("src/neural_network.py", "old/neural_network.py"),
        ("anna/nn.py", "bo/nn.py"),
        ("anna/nn.py", "bo/nn.py", "cy/nn.py", "readme.txt"),
        ("lab_1_1_a.py", "lab_1_2_b.py"),
        ("lab_1_1_a.py", "lab_2_1_b.py"),
        ("lab_1_1_a.py", "hw_2_1_b.py"),
        ("lab_1_1_a.py", "hw_1_2_b.py"),
        ("lab_1_text.py", "hw_2_text.py"),
        ("doejane_123_456_neural_network.py", "doejane_123_457_report.pdf"),
        ("doejane_123_456_neural_network.py", "roejo_124_457_report.pdf"),
        ("a_1_2_x.py/nn.py", "b_2_3_y.py/nn.py"),
        ("Jane Doe_1_assignsubmission_file_nn.py/nn.py",),
        ("Jane Doe_1_assignsubmission_onlinetext_x.html", "nn.py"),
        ("submission_metadata.yml", "nn.py"),
        ("submission_metadata.yml/x", "submission_1/nn.py"),
        ("submission_1/nn.py", "submission_2/nn.py"),
        ("repo/.git/config", "repo/nn.py"),
        (".git/config", "neural_network.py"),
        ("my-lib/.git/config", "my-lib/a.py", "src/nn.py"),
        ("a-lib/.git/config", "a-lib/a.py", "b-lib/.git/config", "b-lib/b.py"),
        (),
    ],
)
def test_no_students_own_zip_is_a_class(tmp_path: Path, names: tuple[str, ...]) -> None:
    """Names that look like a platform's by chance, and folders of versions or of two friends."""
    roster = a_roster(tmp_path, "anna", "bo", "cy")
    path = kept(tmp_path, zipped(*dict.fromkeys(names, CODE).items()))
    assert read(path, roster) == {}


def test_only_zips_and_folders_are_downloads(tmp_path: Path) -> None:
    """A file, a zip by name only, a damaged one, one behind another and a link are not."""
    data = canvas_zip(ALONE)
    (tmp_path / "link.zip").symlink_to(kept(tmp_path, data))
    files = {
        "nn.py": CODE,
        "empty.zip": b"",
        "short.zip": b"PK\x03\x04",
        "cut.zip": data[:-30],
        "two.zip": zipped(("x.py", CODE)) + data,
    }
    folder_of(tmp_path, files)
    for name in (*files, "link.zip", "nothing.zip"):
        with open_download(tmp_path / name) as download:
            assert download is None, name


def test_too_many_members_are_not_listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """zipfile would make an object of each."""
    path = kept(tmp_path, canvas_zip(ALONE))
    assert read(path)
    monkeypatch.setattr(places, "MAX_MEMBERS", 10)
    assert not read(path)


@pytest.mark.parametrize("which", DOWNLOADS)
def test_a_stray_file_in_a_zip_stops_grading(tmp_path: Path, which: str) -> None:
    """It is not clear whether that is a class or one student's zip."""
    platform, data = DOWNLOADS[which]
    outer = "assignment_5_export/" if which == "gradescope" else ""
    members = [*unzipped(data).items(), (f"{outer}notes.txt", b"")]
    message = refusal(kept(tmp_path, zipped(*members)))
    assert message.startswith(f"download.zip looks like a download from {platform} with ")
    assert "“notes.txt” does not belong to one. Remove it from the zip, or unpack" in message


@pytest.mark.parametrize("which", DOWNLOADS)
def test_files_beside_an_unpacked_download(tmp_path: Path, which: str) -> None:
    """Code is a submission of its own, other files are listed, junk is not mentioned."""
    folder = unpacked(tmp_path, DOWNLOADS[which][1])
    before = {*read(folder)}
    place = folder / "assignment_5_export" if which == "gradescope" else folder
    folder_of(place, dict.fromkeys(("late.py", "roster.csv", ".DS_Store"), CODE))
    with open_download(folder) as download:
        assert download is not None
        assert download.unused == ("roster.csv",)
        assert {one.key for one in download.uploads} == {*before, "late"}


def test_names_that_lead_out_or_are_duplicate(tmp_path: Path) -> None:
    """They give their own student a note or a refusal, and affect no other student."""
    words = "_assignsubmission_file_/"
    who = ("Jane_1", "Bo_2", "Bo_2", "Cy_3")
    members = [(f"Jane_1{words}../../x.py", CODE), *((f"{one}{words}nn.py", CODE) for one in who)]
    with open_download(kept(tmp_path, zipped(*members))) as download:
        assert download is not None
        bo, cy, jane = download.uploads
        files, notes = jane.files()
        assert [file.path for file in files] == ["nn.py"]
        assert "leads out of the archive" in notes[0]
        with pytest.raises(Refused, match="twice"):
            bo.files()
        assert [file.path for file in cy.files()[0]] == ["nn.py"]


def test_a_student_cannot_submit_for_another(tmp_path: Path) -> None:
    """The platform writes the beginning of a name; a student chooses only the end."""
    moodle = "Eve_1_assignsubmission_file_Bo_2_assignsubmission_file_neural_network.py"
    assert {*read(kept(tmp_path, zipped((moodle, CODE))))} == {"Eve_1"}
    canvas = canvas_files("eve_801_802_doejane_803_804_nn.py")
    assert {*read(kept(tmp_path, canvas))} == {"eve_801", "other_901"}
