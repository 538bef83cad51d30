"""Files beside submissions, odd names and tables, as real downloads have them."""

from pathlib import Path

import pytest

from autograder.course import clock, roster
from autograder.errors import IntakeError, TableError
from autograder.intake import who_submitted
from autograder.intake.downloads.detect import open_download
from autograder.intake.submissions import Intake
from tests.builders.archives import zipped
from tests.builders.downloads import pdf
from tests.builders.files import folder_of, written

GOOD = b"def sigmoid(x):\n    return 1\n"
JUNK = ["ann.py:Zone.Identifier", "desktop.ini", "Desktop.ini", "Thumbs.db", "index.html"]


def test_files_of_systems_and_platforms_are_no_submissions(tmp_path: Path) -> None:
    """They are passed over beside submissions, in a folder and in a download's zip."""
    folder_of(tmp_path / "class", dict.fromkeys([*JUNK, "env/x.py"], GOOD) | {"ann.py": GOOD})
    with Intake([tmp_path / "class"]) as given:
        assert [one.id for one in given.submissions()] == ["ann"]
    words = "Jane_1_assignsubmission_file_/"
    members = [*JUNK, *(f"{words}{name}" for name in JUNK), f"{words}neural_network.py"]
    path = written(tmp_path / "moodle.zip", zipped(*dict.fromkeys(members, GOOD).items()))
    with Intake([path]) as given:
        assert [(one.id, one.ignored) for one in given.submissions()] == [("Jane_1", ())]


ROSTER = "id,name,participant\ns1,Jane Doe,123\ns2,Jo Roe,124\n"


@pytest.mark.parametrize(
    ("names", "with_roster", "ids"),
    [
        (["doejane_123_456_nn.py"], True, ["s1"]),
        (["doejane_123_456_r.pdf", "roejo_124_457_nn.py"], True, ["s1", "s2"]),
        (["doejane_123_456_r.pdf", "poemo_125_457_nn.py"], True, ["one"]),
        (["lab_1_2_nn.py"], True, ["one"]),
        (["doe_1_7_a.py"], False, ["one"]),
        (["doe_1_7_a.py", "fox_2_8_report.pdf"], False, ["one"]),
        (["doe_LATE_1_7_a.py"], False, ["doe_1"]),
        (["doe_LATE_1_7_r.pdf", "fox_LATE_2_8_a.py"], False, ["doe_1", "fox_2"]),
        (["doe_LATE_1_7_a.py", "fox_2_8_report.pdf"], False, ["doe_1", "fox_2"]),
    ],
)
def test_a_few_stragglers_on_canvas(
    tmp_path: Path, names: list[str], with_roster: bool, ids: list[str]
) -> None:
    """A class if all its students are in the roster, or one is late; else there is a warning."""
    path = written(tmp_path / "one.zip", zipped(*dict.fromkeys(names, GOOD).items()))
    known = roster.read(written(tmp_path / "roster.csv", ROSTER)) if with_roster else None
    with Intake([path], known) as given:
        assert [one.id for one in given.submissions()] == ids
        said = "If it is a download from Canvas, list the students in roster.csv"
        assert [said in text for text in given.warnings] == [True] * ids.count("one")


MAP = "file,student,time\n1.py,s1,2026-11-30T10:00+01:00\n2.pdf,s1,\n3,s2,2026-11-30 11:00\n"


def test_a_table_says_whose_the_files_are(tmp_path: Path) -> None:
    """map.csv names file, student and time for any platform; other code stays on its own."""
    files = {"map.csv": MAP.encode(), "1.py": GOOD, "2.pdf": pdf(), "3/nn.py": GOOD, "4.py": GOOD}
    folder = folder_of(tmp_path / "class", files)
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
        with pytest.raises(TableError, match=problem), open_download(folder):
            pass


def test_no_student_brings_a_table_of_their_own(tmp_path: Path) -> None:
    """A map.csv in a zip, or in a student's folder, is one file among others."""
    files = {"map.csv": MAP.encode(), "neural_network.py": GOOD}
    archive = written(tmp_path / "eve.zip", zipped(*files.items()))
    for path in (archive, folder_of(tmp_path / "class" / "eve", files).parent):
        with Intake([path]) as given:
            assert [one.id for one in given.submissions()] == ["eve"]
