"""Files beside submissions, odd names and tables, as real downloads have them."""

import json
from pathlib import Path

import pytest

from autograder.course import clock, roster
from autograder.errors import IntakeError
from autograder.intake import who_submitted
from autograder.intake.downloads.detect import open_download
from autograder.intake.submission import Submission
from autograder.intake.submissions import Intake, one_submission
from autograder.platforms.gradescope import metadata
from tests.builders.downloads import pdf, zipped

NAME = "neural_network.py"
STUB = b"def sigmoid(x):\n    raise NotImplementedError\n"
GOOD = b"def sigmoid(x):\n    return 1\n"
NOTEBOOK = json.dumps({"cells": [{"cell_type": "code", "source": GOOD.decode()}]}).encode()
ZIP = zipped([(NAME, GOOD)])


def kept(folder: Path, files: dict[str, bytes]) -> Path:
    """The files in a new folder."""
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return folder


def both_ways(tmp_path: Path, files: dict[str, bytes]) -> Submission:
    """The submission from a folder, which is the same from a zip."""
    folder = one_submission(kept(tmp_path / "hw", files))
    (tmp_path / "hw.zip").write_bytes(zipped(files.items()))
    archived = one_submission(tmp_path / "hw.zip")
    assert (archived.path, archived.source) == (folder.path, folder.source)
    return folder


def none_in(stub: str) -> str:
    return f"None of the seven functions is written in “{stub}”, so “"


@pytest.mark.parametrize(
    ("files", "path", "note"),
    [
        ({NAME: b"", f"src/{NAME}": GOOD}, f"src/{NAME}", none_in(NAME)),
        ({f"a/{NAME}": STUB, f"b/{NAME}": GOOD}, f"b/{NAME}", none_in(f"a/{NAME}")),
        ({NAME: GOOD, "other.py": GOOD * 2, "nn.ipynb": NOTEBOOK}, NAME, ""),
        ({"venv/nn.py": GOOD, "my/pyvenv.cfg": b"", "my/x.py": GOOD * 2}, "venv/nn.py", "my/pyv"),
        ({"venv/nn.py": GOOD, "my/conda-meta/history": b"", "my/x.py": STUB}, "venv/nn.py", "my/"),
    ],
)
def test_the_file_with_the_work_is_graded(
    tmp_path: Path, files: dict[str, bytes], path: str, note: str
) -> None:
    """An untouched stub gives way to any file with functions written; a note names the choice."""
    found = both_ways(tmp_path, files)
    assert found.path == path
    assert any(note in text for text in found.notes) if note else not found.notes


JUNK = ["ann.py:Zone.Identifier", "desktop.ini", "Desktop.ini", "Thumbs.db", "index.html"]


def test_files_of_systems_and_platforms_are_no_submissions(tmp_path: Path) -> None:
    """They are passed over beside submissions, in a folder and in a download's zip."""
    kept(tmp_path / "class", dict.fromkeys([*JUNK, "env/x.py"], GOOD) | {"ann.py": GOOD})
    with Intake([tmp_path / "class"]) as given:
        assert [one.id for one in given.submissions()] == ["ann"]
    words = "Jane_1_assignsubmission_file_/"
    members = [*JUNK, *(f"{words}{name}" for name in JUNK), f"{words}{NAME}"]
    (tmp_path / "moodle.zip").write_bytes(zipped((name, GOOD) for name in members))
    with Intake([tmp_path / "moodle.zip"]) as given:
        assert [(one.id, one.ignored) for one in given.submissions()] == [("Jane_1", ())]


def test_gradescopes_submission_without_submitters(tmp_path: Path) -> None:
    """A folder whose list of submitters is empty is a submission all the same."""
    about = b"submission_1:\n  :submitters: []\nsubmission_2:\n  :submitters:\n  - :name: Jo\n"
    names = ("submission_1/nn.py", "submission_2/nn.py")
    files = {"submission_metadata.yml": about, **dict.fromkeys(names, GOOD)}
    with open_download(kept(tmp_path / "export", files)) as download:
        assert download is not None
        assert {one.key for one in download.uploads} == {"submission_1", "Jo"}


@pytest.mark.parametrize(
    ("names", "ids"),
    [
        (["doe_LATE_1_7_a.py"], ["doe_1"]),
        (["doe_LATE_1_7_a.py", "fox_2_8_report.pdf"], ["doe_1", "fox_2"]),
        (["doe_1_7_a.py", "fox_2_8_report.pdf"], ["d"]),
        (["doe_1_7_a.py"], ["d"]),
    ],
)
def test_a_few_stragglers_from_canvas(tmp_path: Path, names: list[str], ids: list[str]) -> None:
    """A late file shows that it is a class; where nothing does, a warning says what to do."""
    (tmp_path / "d.zip").write_bytes(zipped((name, GOOD) for name in names))
    with Intake([tmp_path / "d.zip"]) as given:
        assert [one.id for one in given.submissions()] == ids
        said = "If it is a download from Canvas, list the students in roster.csv"
        assert [said in text for text in given.warnings] == [True] * ids.count("d")


@pytest.mark.parametrize(
    ("dates", "expected"),
    [
        ([], "2026-11-01"),
        ([None], "2026-11-01"),
        (["2026-11-03"], "2026-11-03"),
        (["2026-10-30", "2026-11-04"], "2026-11-04"),
        (["2026-10-30"], "2026-10-30"),
    ],
)
def test_a_students_own_due_date_on_gradescope(dates: list[str | None], expected: str) -> None:
    """It comes before the assignment's; of a group the latest counts."""

    def due(day: str | None) -> dict[str, object]:
        return {"due_date": day and f"{day}T23:59:00+00:00"}

    users = [{"assignment": due(day)} for day in dates]
    about = {"assignment": due("2026-11-01"), "users": [*users, 3, {"assignment": 4}]}
    found = metadata.parse(json.dumps(about).encode(), "m.json").due
    assert found is not None
    assert found.date().isoformat() == expected


@pytest.mark.parametrize(
    ("text", "person"),
    [
        (
            "identifier,github_username,github_id,name\nann@x.org,ann-lee,7,Ann Lee\n",
            ("ann@x.org", "Ann Lee", "ann-lee", ""),
        ),
        (
            "Student,ID,SIS User ID,SIS Login ID,Section,Lab (1)\n,,,,,Manual Posting\n"
            '"    Points Possible",,,,,80\n"Lee, Ann",31,s1,alee,A,5\n"Student, Test",32,,x,A,\n',
            ("s1", "Lee, Ann", "alee", "31"),
        ),
        ("Student,ID,Section\nAnn,31,A\n", ("31", "Ann", "31", "31")),
        ("id,name,participant\ns1,Ann,参与者4711\n", ("s1", "Ann", "", "4711")),
        ("id,name,participant\ns1,Ann,Teilnehmer4711\n", ("s1", "Ann", "", "4711")),
        ("id,name,participant\ns1,Ann,aB3d7\n", ("s1", "Ann", "", "aB3d7")),
    ],
)
def test_rosters_of_other_systems(tmp_path: Path, text: str, person: tuple[str, ...]) -> None:
    """GitHub Classroom's roster and Canvas' gradebook are read as they are."""
    path = tmp_path / "roster.csv"
    path.write_text(text, encoding="utf-8")
    (ann,) = roster.read(path).people
    assert (ann.id, ann.name, ann.login, ann.participant) == person


ROSTER = "id,name,participant\ns1,Jane Doe,123\ns2,Jo Roe,124\n"


@pytest.mark.parametrize(
    ("names", "with_roster", "ids"),
    [
        (["doejane_123_456_nn.py"], True, ["s1"]),
        (["doejane_123_456_nn.py"], False, ["one"]),
        (["doejane_LATE_123_456_nn.py"], False, ["doejane_123"]),
        (["doejane_LATE_123_456_r.pdf", "roejo_LATE_124_457_nn.py"], False, 2),
        (["doejane_123_456_r.pdf", "roejo_124_457_nn.py"], True, ["s1", "s2"]),
        (["doejane_123_456_r.pdf", "poemo_125_457_nn.py"], True, ["one"]),
        (["lab_1_2_nn.py"], True, ["one"]),
    ],
)
def test_a_few_stragglers_on_canvas(
    tmp_path: Path, names: list[str], with_roster: bool, ids: list[str] | int
) -> None:
    """A zip is a class where all its students are in the roster, or all files are late."""
    (tmp_path / "roster.csv").write_text(ROSTER)
    (tmp_path / "one.zip").write_bytes(zipped((name, GOOD) for name in names))
    known = roster.read(tmp_path / "roster.csv") if with_roster else None
    with Intake([tmp_path / "one.zip"], known) as given:
        found = [one.id for one in given.submissions()]
    assert (found == ids) if isinstance(ids, list) else (len(found) == ids)


MAP = "file,student,time\n1.py,s1,2026-11-30T10:00+01:00\n2.pdf,s1,\n3,s2,2026-11-30 11:00\n"


def test_a_table_says_whose_the_files_are(tmp_path: Path) -> None:
    """map.csv names file, student and time for any platform; other code stays on its own."""
    files = {"map.csv": MAP.encode(), "1.py": GOOD, "2.pdf": pdf(), "3/nn.py": GOOD, "4.py": GOOD}
    folder = kept(tmp_path / "class", files)
    with Intake([folder]) as given:
        assert [(one.id, one.path, one.report) for one in given.submissions()] == [
            *(("s1", "1.py", "2.pdf"), ("s2", "nn.py", ""), ("4", "4.py", ""))
        ]
        times = [one.submitted_at for one in who_submitted.people(given, clock.zone("Asia/Tokyo"))]
        assert [time and time.isoformat()[11:] for time in times] == [
            *("10:00:00+01:00", "11:00:00+09:00", None)
        ]
        with pytest.raises(IntakeError, match=r"of s2: 2026-11-30T11:00:00 does not say in which"):
            who_submitted.people(given)
    for line, problem in {
        "5.py,s1,": "line 5: there is no file “5.py”",
        "4.py,,": "line 5: it needs a file and a student",
        "1.py,s2,": "line 5: “1.py” is also in line 2",
        "4.py,s3,soon": "line 5: “soon” is not a date with a time",
    }.items():
        (folder / "map.csv").write_text(f"{MAP}{line}\n")
        with pytest.raises(IntakeError, match=problem), open_download(folder):
            pass


def test_no_student_brings_a_table_of_their_own(tmp_path: Path) -> None:
    """A map.csv in a zip, or in a student's folder, is one file among others."""
    files = {"map.csv": MAP.encode(), NAME: GOOD}
    (tmp_path / "eve.zip").write_bytes(zipped(files.items()))
    kept(tmp_path / "class" / "eve", files)
    for path in (tmp_path / "eve.zip", tmp_path / "class"):
        with Intake([path]) as given:
            assert [one.id for one in given.submissions()] == ["eve"]
