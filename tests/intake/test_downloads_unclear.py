"""Downloads in which a file may be that of two students, or whose names are odd."""

import unicodedata
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.errors import IntakeError
from autograder.intake.downloads import yamltext
from autograder.intake.downloads.detect import open_download
from autograder.intake.pick_file import Refused
from tests.builders.archives import zipped
from tests.builders.downloads import (
    CODE,
    Student,
    canvas_zip,
    gradescope_zip,
    moodle_zip,
    read,
    refusal,
)
from tests.builders.files import kept

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
