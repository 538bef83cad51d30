"""The zip with feedback for a platform: original names, the same bytes, no student lost."""

import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from autograder.course.roster import Person
from autograder.errors import ExportError
from autograder.intake.downloads import canvas, moodle
from autograder.intake.downloads.entries import open_entries
from autograder.platforms.lms.feedback_zip import FeedbackZip, GradedUpload, Platform, numbers, pack
from tests.builders.downloads import Student, canvas_zip, made_class, moodle_zip, zipped

CODE = {"neural_network.py": b"x = 1\n", "report.pdf": b"%PDF-1.4"}
JANE = Student("s1", "Jane Doe", 501, files=CODE)
JIM = Student("s2", "Jim O'Roe", 502, files=CODE, late=True, attempt=2)
ZOE = Student("s3", "Zoë_M Müller", 503, files={"a b.ipynb": b"{}"})
CLASS = [JANE, JIM, ZOE]


def written(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def graded(platform: Platform, path: Path) -> list[GradedUpload]:
    """The record after this download was graded; ids are the platform's numbers."""
    group = {"canvas": canvas.group, "moodle": moodle.group}[platform]
    with open_entries(path) as entries:
        assert entries is not None
        grouped = group(entries)
        assert grouped is not None
        return [
            GradedUpload(f"id{one.identity.number}", "neural_network.py", one.original)
            for one in grouped.uploads
        ]


def page(submission: str) -> bytes:
    return f"<p>{submission}</p>".encode()


def packed(platform: Platform, path: Path) -> FeedbackZip:
    return pack(platform, path, graded(platform, path), page)


def test_canvas_gets_its_own_names(tmp_path: Path) -> None:
    """The name of the graded file with both numbers, as a page; the report gets none."""
    result = packed("canvas", written(tmp_path / "s.zip", canvas_zip(CLASS)))
    assert {name: data.decode() for name, data in result.files.items()} == {
        "doejane_501_70001_neural_network.html": "<p>id501</p>",
        "oroejim_LATE_502_70003_neural_network-1.html": "<p>id502</p>",
        "müllerzoëm_503_70005_a b.html": "<p>id503</p>",
    }
    assert not result.needs_attention


@pytest.mark.parametrize("folders", [True, False])
def test_moodle_gets_its_own_names(tmp_path: Path, folders: bool) -> None:
    """In the student's folder, or with Moodle's prefix if the download has no folders."""
    path = written(tmp_path / "s.zip", moodle_zip(CLASS, folders=folders))
    mark = "/" if folders else ""
    # Graded with folders: the participant's number is the same in both downloads.
    record = graded("moodle", written(tmp_path / "a.zip", moodle_zip(CLASS)))
    assert pack("moodle", path, record, page).files == {
        f"Jane Doe_501_assignsubmission_file_{mark}feedback.html": b"<p>id501</p>",
        f"Jim ORoe_502_assignsubmission_file_{mark}feedback.html": b"<p>id502</p>",
        f"Zoë M Müller_503_assignsubmission_file_{mark}feedback.html": b"<p>id503</p>",
    }


@pytest.mark.parametrize("platform", ["canvas", "moodle"])
def test_every_page_belongs_to_a_file_of_its_student(tmp_path: Path, platform: Platform) -> None:
    """In a class with all kinds of names, each name begins like one of the download."""
    students = [one for one in made_class(60) if one.files]
    data = {"canvas": canvas_zip, "moodle": moodle_zip}[platform](students)
    path = written(tmp_path / "s.zip", data)
    record = graded(platform, path)
    result = pack(platform, path, record, page)
    assert len(result.files) == len(record) > 50
    with zipfile.ZipFile(path) as archive:
        stems = {name.rpartition(".")[0] for name in archive.namelist()}
        folders = {name.partition("/")[0] for name in archive.namelist()}
    for name, content in result.files.items():
        known = name.removesuffix(".html") in stems
        assert known if platform == "canvas" else name.partition("/")[0] in folders
        number = content.decode().removeprefix("<p>id").removesuffix("</p>")
        assert f"_{number}_" in name


def test_newer_moodles_folders_are_the_same(tmp_path: Path) -> None:
    """From 4.1 on a folder's name has no underscore at its end; the page is in that folder."""
    with zipfile.ZipFile(written(tmp_path / "old.zip", moodle_zip(CLASS))) as archive:
        members = [(name.replace("_file_/", "_file/"), b"") for name in archive.namelist()]
    result = packed("moodle", written(tmp_path / "new.zip", zipped(members)))
    assert "Jane Doe_501_assignsubmission_file/feedback.html" in result.files
    assert len(result.files) == 3


def test_the_platforms_numbers_are_known(tmp_path: Path) -> None:
    """From the names alone, for gradebooks that have these numbers."""
    record = graded("canvas", written(tmp_path / "s.zip", canvas_zip(CLASS)))
    assert numbers("canvas", record) == {"id501": "501", "id502": "502", "id503": "503"}
    assert numbers("moodle", record) == {}


@pytest.mark.parametrize("alone", [False, True])
@pytest.mark.parametrize("platform", ["canvas", "moodle"])
def test_a_straggler_gets_a_page(tmp_path: Path, platform: Platform, alone: bool) -> None:
    """Who was graded with the class, or alone with a roster, may be the only one in the zip."""
    data = {"canvas": canvas_zip, "moodle": moodle_zip}[platform]
    record = graded(platform, written(tmp_path / "a.zip", data(CLASS)))
    if alone:
        record = [replace(record[0], person=Person("s1", "Jane Doe", participant="501"))]
    result = pack(platform, written(tmp_path / "b.zip", data([JANE])), record, page)
    assert list(result.files.values()) == [b"<p>id501</p>"]
    assert not result.needs_attention
    told = "\n".join(result.lines("b.zip"))
    assert ("The other 2 graded submissions are not in this download." in told) is not alone


def test_an_attempt_that_was_not_graded_gets_no_page(tmp_path: Path) -> None:
    """Canvas: a student who has submitted again is listed, and gets no page on the old file."""
    record = graded("canvas", written(tmp_path / "a.zip", canvas_zip(CLASS)))
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        (first, data), _, *others = [(name, archive.read(name)) for name in archive.namelist()]
    newer = (first.replace("_70001_", "_71001_"), data)
    again = written(tmp_path / "b.zip", zipped([newer, *others]))
    result = pack("canvas", again, record, page)
    assert result.again == ["doejane_501"]
    assert result.absent == ["id501"]
    assert sorted(result.files.values()) == [b"<p>id502</p>", b"<p>id503</p>"]
    assert result.needs_attention


def test_students_without_a_page_are_listed(tmp_path: Path) -> None:
    """No page, not in the download, not in the record, and other files: each in its list."""
    record = graded("canvas", written(tmp_path / "a.zip", canvas_zip(CLASS)))
    download = canvas_zip([JANE, JIM, Student("s4", "Max Muster", 504, files=CODE)])
    with zipfile.ZipFile(written(tmp_path / "b.zip", download)) as archive:
        members = [(name, archive.read(name)) for name in archive.namelist()]
    path = written(tmp_path / "c.zip", zipped([*members, ("notes.txt", b"")]))
    result = pack("canvas", path, record, lambda one: page(one) if one != "id502" else None)
    assert result.unknown == ["mustermax_504"]
    assert result.pageless == ["id502"]
    assert result.absent == ["id503"]
    assert result.strays == ["notes.txt"]


def test_a_download_in_a_folder_is_the_same(tmp_path: Path) -> None:
    """Packed again by hand, with one folder around everything, or unpacked."""
    path = written(tmp_path / "s.zip", canvas_zip(CLASS))
    files = packed("canvas", path).files
    with zipfile.ZipFile(path) as archive:
        inside = [(f"submissions/{name}", archive.read(name)) for name in archive.namelist()]
        archive.extractall(tmp_path / "unpacked")
    around = written(tmp_path / "around.zip", zipped([*inside, ("__MACOSX/._x", b"")]))
    record = graded("canvas", path)
    assert pack("canvas", around, record, page).files == files
    assert pack("canvas", tmp_path / "unpacked", record, page).files == files


@pytest.mark.parametrize(
    ("platform", "data", "message"),
    [
        ("canvas", b"no zip", "is not a download from Canvas"),
        ("canvas", zipped([("a.py", b""), ("b.py", b"")]), "is not a download from Canvas"),
        ("canvas", moodle_zip(CLASS), "use --for moodle"),
        ("moodle", canvas_zip(CLASS), "use --for canvas"),
    ],
)
def test_another_platforms_download_is_refused(
    tmp_path: Path, platform: Platform, data: bytes, message: str
) -> None:
    """The message names the right platform, if that is recognised."""
    path = written(tmp_path / "s.zip", data)
    with pytest.raises(ExportError, match=message):
        pack(platform, path, [], page)


def test_a_folder_that_cannot_be_read_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The system's error becomes a message with the folder's name."""
    folder = tmp_path / "class"
    folder.mkdir()
    monkeypatch.setattr("os.scandir", lambda _: (_ for _ in ()).throw(PermissionError(13, "No")))
    with pytest.raises(ExportError, match=r"class cannot be read, .* “class” cannot be read: No"):
        pack("canvas", folder, [], page)


def test_files_of_two_submissions_are_refused(tmp_path: Path) -> None:
    """If one student's files are two submissions, it is not clear which page is theirs."""
    path = written(tmp_path / "s.zip", canvas_zip(CLASS))
    record = [
        *graded("canvas", path),
        GradedUpload("copy", "", ("doejane_501_70001_neural_network.py",)),
    ]
    with pytest.raises(ExportError, match=r"doejane_501: copy and id501\nGrade this download"):
        pack("canvas", path, record, page)
