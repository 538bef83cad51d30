"""Bulk downloads: which are recognised, which attempt counts, and hostile ones."""

import re
import unicodedata
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.course import roster as roster_
from autograder.course.roster import Roster
from autograder.errors import IntakeError
from autograder.intake.downloads import entries as places
from autograder.intake.downloads import yamltext
from autograder.intake.downloads.detect import open_download
from autograder.intake.downloads.uploads import Upload
from autograder.intake.pick_file import Refused
from tests.builders.archives import zipped
from tests.builders.downloads import (
    Student,
    canvas_zip,
    gradescope_zip,
    made_class,
    moodle_zip,
    roster_csv,
)
from tests.builders.files import folder_of, kept, unzipped

CLASS = made_class(30)
ALONE = [student for student in CLASS if not student.group]
CODE = b"def sigmoid(x):\n    return 1\n"
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


def read(path: Path, roster: Roster | None = None) -> dict[str, tuple[Upload, dict[str, bytes]]]:
    """The uploads by key, with all files; empty where nothing is recognised."""
    with open_download(path, roster) as download:
        uploads = download.uploads if download else ()
        found = {
            one.key: (one, {file.path: file.read() for file in one.files()[0]}) for one in uploads
        }
    assert len(found) == len(uploads)
    return found


def refusal(path: Path) -> str:
    """Why grading stops."""
    with pytest.raises(IntakeError) as caught, open_download(path):
        pass
    return str(caught.value)


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


JANE = Student("s1", "Jane Doe", 123, email="jane@x.org", files={"nn.py": CODE, "x.pdf": b"%PDF-"})
ANN = Student("s2", "Ann Lee", 124, email="ann@x.org", files={"nn.py": CODE})
BO = Student("s4", "Bo Day", 125, email="bo@x.org", files={"nn.py": CODE})
EVE = Student("s3", "Eve Roe", 999, email="eve@x.org", files={"evil.py": CODE + b"#"})


@pytest.mark.parametrize(
    ("pack", "change", "named"),
    [
        (gradescope_zip, {"id": "s1"}, ["SID “s1”", "Jane Doe, jane@x.org", "Eve Roe, eve@x.org"]),
        (gradescope_zip, {"id": "s1", "name": "Jane Doe"}, ["jane@x.org", "eve@x.org"]),
        (gradescope_zip, {"id": "s1", "email": "JANE@X.org"}, ["Jane Doe", "Eve Roe"]),
        (gradescope_zip, {"id": "s1", "email": ""}, ["Jane Doe", "“Eve Roe” (submission_9000999)"]),
        (moodle_zip, {"number": 123}, ["number 123", "“Jane Doe”", "“Eve Roe”"]),
        (partial(moodle_zip, folders=False), {"number": 123}, ["“Jane Doe”", "“Eve Roe”"]),
        (canvas_zip, {"number": 123}, ["user 123", "“doejane” (“doejane_123_7", "“roeeve” (“"]),
    ],
)
def test_one_number_of_two_students_stops_grading(
    tmp_path: Path, pack: Callable[..., bytes], change: dict[str, str], named: list[str]
) -> None:
    """Both are named and nobody's files take the place of the other's, in any order."""
    eve = replace(EVE, **change)
    for students in ([JANE, eve, ANN, BO], [eve, ANN, JANE, BO]):
        message = refusal(kept(tmp_path, pack(students)))
        assert [words for words in named if words not in message] == []


def test_one_student_spelt_in_two_ways_is_one(tmp_path: Path) -> None:
    """Capitals and forms of accents do not make two people."""
    one = replace(JANE, name="Zoë Doe", email="Zoe@x.org")
    name = unicodedata.normalize("NFD", one.name)
    other = replace(one, name=name, number=2, email="zoe@X.org")
    assert len(read(kept(tmp_path, gradescope_zip([one, other, ANN])))) == 2


@pytest.mark.parametrize(
    "display", ["doejane_123", "x_123", "doejane_123_70001_nn.py", "doejane_123_99999_nn"]
)
def test_a_name_on_canvas_that_contains_anothers(tmp_path: Path, display: str) -> None:
    """The file joins nobody's upload; it is refused, and both names are in the sentence."""
    eve = replace(EVE, display=display)
    honest = [JANE, ANN, BO]
    expected = read(kept(tmp_path, canvas_zip(honest)))
    with open_download(kept(tmp_path, canvas_zip([*honest, eve]))) as download:
        assert download is not None
        *others, odd = download.uploads
        assert {one.key: one.original for one in others} == {
            key: upload.original for key, (upload, _) in expected.items()
        }
        user = display.partition("_")[0]
        with pytest.raises(Refused, match=f"from “{user}”, user 123, or from “{display}”, user 99"):
            odd.files()


@pytest.mark.parametrize(
    "name", ["123456_nn.py", "2026_11_30_nn.py", "lab_1_2_a.py", "20261130_nn.py", "nn_v2_1_.py"]
)
def test_numbers_in_an_honest_name_do_no_harm(tmp_path: Path, name: str) -> None:
    """A date, a version or the student's own number in front is a part of the file's name."""
    for files in ({name: CODE}, {name: CODE, "report.pdf": b"%PDF-"}):
        path = kept(tmp_path, canvas_zip([replace(JANE, files=files), ANN, BO]))
        assert read(path)["doejane_123"][1] == files


def test_odd_encodings_of_names(tmp_path: Path) -> None:
    """UTF-8 without its flag is read; other bytes and long names do no harm."""
    words = "_assignsubmission_file_nn.py"
    data = zipped((f"Z@_1{words}", CODE), (f"b_2{words}", CODE))
    data = data.replace(b"Z@_1", b"\xc3\xab_1").replace(b"b_2_", b"\xff_2_")
    found = read(kept(tmp_path, data))
    assert len(found) == 2
    assert "ë_1" in found
    long = f"{'x' * 60_000}_{'1' * 5_000}{words}"
    message = refusal(kept(tmp_path, zipped((long, CODE), (f"bo_2{words}", CODE))))
    assert "does not belong to one" in message
    assert len(message) < 500


@pytest.mark.parametrize(
    ("metadata", "message"),
    [
        (b"- 1\n", "It is not a mapping"),
        (b"", "It is not a mapping"),
        (b"a: [", "did not find expected node content"),
        (b"a: " + b"[" * 5_000 + b"]" * 5_000, ""),
        (b"a: \xff\xfe\xff", ""),
    ],
)
def test_metadata_that_cannot_be_read(tmp_path: Path, metadata: bytes, message: str) -> None:
    """Without it the students of the folders are unknown, so grading stops."""
    members = [("submission_metadata.yml", metadata), ("submission_1/nn.py", CODE)]
    found = refusal(kept(tmp_path, zipped(*members)))
    assert message in found
    assert "submission_metadata.yml cannot be read, so the students" in found
    assert found.endswith("Export from Gradescope once more.")
    assert len(found) < 400


def test_yaml_constructs_nothing() -> None:
    """Tags are ignored, aliases are shared, and every scalar is a string."""
    marker = "!!python/object/apply:os.system [exit 1]"
    bomb = "\n".join(f"x{n}: &x{n} [{', '.join([f'*x{n - 1}'] * 9)}]" for n in range(1, 30))
    text = f"run: {marker}\nyes: no\n? [a]\n: b\n:key:: &x0 2026-11-30\n{bomb}\nunknown: *nobody\n"
    found = yamltext.mapping(text.encode())
    assert found["run"] == ["exit 1"]
    assert (found["yes"], found["key"], found["unknown"]) == ("no", "2026-11-30", None)
    assert found["x2"][0] is found["x1"]


@given(st.text(alphabet="ab:-[]{}&*!?#|>'\" \n\t%@,", max_size=60))
def test_no_yaml_brings_a_traceback(text: str) -> None:
    """It is read, or raises a ValueError."""
    with suppress(ValueError):
        assert isinstance(yamltext.mapping(text.encode()), dict)


@given(st.lists(st.text(alphabet="a_1/.-\\\nLATE0py", min_size=1, max_size=30), max_size=6))
def test_no_name_brings_a_traceback(
    tmp_path_factory: pytest.TempPathFactory, names: list[str]
) -> None:
    """With any names in it, a zip is a download, or none, or an IntakeError."""
    members = dict.fromkeys([*names, "x_101_102_a.py", "y_201_202_b.py"], CODE)
    path = kept(tmp_path_factory.getbasetemp(), zipped(*members.items()))
    with suppress(IntakeError), open_download(path) as download:
        for one in download.uploads if download else ():
            with suppress(Refused):
                one.files()
