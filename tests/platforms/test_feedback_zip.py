"""The zip with feedback for a platform: original names, the same bytes, no student lost."""

import shutil
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from unittest.mock import Mock

import pytest

from autograder.course.roster import Person
from autograder.errors import ExportError
from autograder.intake.downloads.detect import open_download
from autograder.platforms.lms.feedback_zip import GradedUpload, Platform, numbers, pack
from tests.builders.archives import zipped
from tests.builders.downloads import Student, canvas_zip, made_class, moodle_zip
from tests.builders.files import unzipped

CODE = {"neural_network.py": b"x = 1\n", "report.pdf": b"%PDF-1.4"}
JANE = Student("s1", "Jane Doe", 501, files=CODE)
JIM = Student("s2", "Jim O'Roe", 502, files=CODE, late=True, attempt=2)
ZOE = Student("s3", "Zoë_M Müller", 503, files={"a b.ipynb": b"{}"})
CLASS = [JANE, JIM, ZOE]
DOWNLOAD: dict[Platform, Callable[[Iterable[Student]], bytes]]
DOWNLOAD = {"canvas": canvas_zip, "moodle": moodle_zip}
CANVAS, MOODLE = canvas_zip(CLASS), moodle_zip(CLASS)


def graded(path: Path, data: bytes) -> list[GradedUpload]:
    """Write a download and return the record of its grading; ids are the platform's numbers."""
    path.write_bytes(data)
    with open_download(path) as download:
        assert download is not None
        return [
            GradedUpload(f"id{one.identity.number}", "neural_network.py", one.original)
            for one in download.uploads
        ]


def page(submission: str) -> bytes:
    return f"<p>{submission}</p>".encode()


def test_canvas_gets_its_own_names(tmp_path: Path) -> None:
    """The name of the graded file with both numbers, as a page; the report gets none."""
    path = tmp_path / "s.zip"
    record = graded(path, CANVAS)
    result = pack("canvas", path, record, page)
    assert result.files == {
        "doejane_501_70001_neural_network.html": b"<p>id501</p>",
        "oroejim_LATE_502_70003_neural_network-1.html": b"<p>id502</p>",
        "müllerzoëm_503_70005_a b.html": b"<p>id503</p>",
    }
    assert not result.needs_attention
    assert numbers("canvas", record) == {"id501": "501", "id502": "502", "id503": "503"}
    assert numbers("moodle", record) == {}


FLAT = moodle_zip(CLASS, folders=False)
NEWER = zipped(
    *((name.replace("_file_/", "_file/"), data) for name, data in unzipped(MOODLE).items())
)
"""From Moodle 4.1 on a folder's name has no underscore at its end."""


@pytest.mark.parametrize(("data", "mark"), [(MOODLE, "_/"), (FLAT, "_"), (NEWER, "/")])
def test_moodle_gets_its_own_names(tmp_path: Path, data: bytes, mark: str) -> None:
    """In the student's folder, or with Moodle's prefix if the download has no folders."""
    # Graded with folders: the participant's number is the same in all downloads.
    record = graded(tmp_path / "a.zip", MOODLE)
    (tmp_path / "s.zip").write_bytes(data)
    assert pack("moodle", tmp_path / "s.zip", record, page).files == {
        f"Jane Doe_501_assignsubmission_file{mark}feedback.html": b"<p>id501</p>",
        f"Jim ORoe_502_assignsubmission_file{mark}feedback.html": b"<p>id502</p>",
        f"Zoë M Müller_503_assignsubmission_file{mark}feedback.html": b"<p>id503</p>",
    }


@pytest.mark.parametrize("platform", ["canvas", "moodle"])
def test_every_page_belongs_to_a_file_of_its_student(tmp_path: Path, platform: Platform) -> None:
    """In a class with all kinds of names, each name begins like one of the download."""
    data = DOWNLOAD[platform](one for one in made_class(60) if one.files)
    record = graded(tmp_path / "s.zip", data)
    result = pack(platform, tmp_path / "s.zip", record, page)
    assert len(result.files) == len(record) > 50
    stems = {name.rpartition(".")[0] for name in unzipped(data)}
    folders = {name.partition("/")[0] for name in unzipped(data)}
    for name, content in result.files.items():
        known = name.removesuffix(".html") in stems
        assert known if platform == "canvas" else name.partition("/")[0] in folders
        number = content.decode().removeprefix("<p>id").removesuffix("</p>")
        assert f"_{number}_" in name


@pytest.mark.parametrize("alone", [False, True])
@pytest.mark.parametrize("platform", ["canvas", "moodle"])
def test_a_straggler_gets_a_page(tmp_path: Path, platform: Platform, alone: bool) -> None:
    """Who was graded with the class, or alone with a roster, may be the only one in the zip."""
    record = graded(tmp_path / "a.zip", DOWNLOAD[platform](CLASS))
    if alone:
        record = [replace(record[0], person=Person("s1", "Jane Doe", participant="501"))]
    (tmp_path / "b.zip").write_bytes(DOWNLOAD[platform]([JANE]))
    result = pack(platform, tmp_path / "b.zip", record, page)
    assert list(result.files.values()) == [b"<p>id501</p>"]
    assert not result.needs_attention
    told = "\n".join(result.lines("b.zip"))
    assert ("The other 2 graded submissions are not in this download." in told) is not alone


def test_students_without_a_page_are_listed(tmp_path: Path) -> None:
    """Another attempt, no page, absent, not graded, and other files: each in its list."""
    ann, eve = (Student(f"s{n}", "Ann Lee", n, files=CODE) for n in (500, 504))
    record = graded(tmp_path / "a.zip", canvas_zip([ann, *CLASS]))
    download = unzipped(canvas_zip([ann, JANE, JIM, eve])) | {"notes.txt": b""}
    another = (
        (name.replace("_70003_", "_71003_"), data)
        for name, data in download.items()
        if "_70004_" not in name
    )
    (tmp_path / "b.zip").write_bytes(zipped(*another))
    pages = {"id500": b"page"}
    result = pack("canvas", tmp_path / "b.zip", record, pages.get)
    assert result.again == ["doejane_501"]
    assert result.unknown == ["leeann_504"]
    assert result.pageless == ["id502"]
    assert result.absent == ["id501", "id503"]
    assert result.strays == ["notes.txt"]
    assert [*result.files.values()] == [b"page"]
    assert result.needs_attention


def test_a_download_in_a_folder_is_the_same(tmp_path: Path) -> None:
    """Packed again by hand, with one folder around everything, or unpacked."""
    path, around, unpacked = (tmp_path / name for name in ("s.zip", "around.zip", "unpacked"))
    record = graded(path, CANVAS)
    inside = [(f"submissions/{name}", data) for name, data in unzipped(CANVAS).items()]
    around.write_bytes(zipped(*inside, ("__MACOSX/._x", b"")))
    shutil.unpack_archive(path, unpacked)
    expected = pack("canvas", path, record, page).files
    for other in (around, unpacked):
        assert pack("canvas", other, record, page).files == expected


@pytest.mark.parametrize(
    ("platform", "data", "message"),
    [
        ("canvas", b"no zip", "is not a download from Canvas"),
        ("canvas", zipped(("a.py", b""), ("b.py", b"")), "is not a download from Canvas"),
        ("canvas", MOODLE, "use --for moodle"),
        ("moodle", CANVAS, "use --for canvas"),
    ],
)
def test_another_platforms_download_is_refused(
    tmp_path: Path, platform: Platform, data: bytes, message: str
) -> None:
    """The message names the right platform, if that is recognised."""
    (tmp_path / "s.zip").write_bytes(data)
    with pytest.raises(ExportError, match=message):
        pack(platform, tmp_path / "s.zip", [], page)


def test_a_folder_that_cannot_be_read_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The system's error becomes a message with the folder's name."""
    monkeypatch.setattr("os.scandir", Mock(side_effect=PermissionError(13, "No")))
    name = tmp_path.name
    with pytest.raises(ExportError, match=f"{name} cannot be read, .* “{name}” cannot be read: No"):
        pack("canvas", tmp_path, [], page)


def test_files_of_two_submissions_are_refused(tmp_path: Path) -> None:
    """If one student's files are two submissions, it is not clear which page is theirs."""
    record = graded(tmp_path / "s.zip", CANVAS)
    record.append(replace(record[0], id="copy"))
    with pytest.raises(ExportError, match=r"doejane_501: copy and id501\nGrade this download"):
        pack("canvas", tmp_path / "s.zip", record, page)
