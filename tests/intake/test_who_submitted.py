"""Who submitted: the summary before grading, the record, and copies of the reports."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from unittest.mock import Mock

import pytest

from autograder.course import roster
from autograder.course.roster import Roster
from autograder.errors import NotJudged, StoreError
from autograder.intake import who_submitted
from autograder.intake.copy_reports import ReportCopier
from autograder.intake.pick_file import SubmittedFile
from autograder.intake.submission import NO_REPORT, Submission
from autograder.intake.submissions import Intake
from autograder.record import decision_log
from autograder.record.reader import History
from autograder.record.writer import Record
from tests.builders.archives import zipped
from tests.builders.commands import CourseFolder, autograder
from tests.builders.downloads import (
    Student,
    canvas_zip,
    gradescope_zip,
    made_class,
    moodle_zip,
    pdf,
    roster_csv,
)
from tests.builders.files import folder_of, kept, written

CLASS = made_class(16)
CODE = b"x = 1\n"


def summary_of(path: Path, known: Roster | None = None) -> list[str]:
    """The summary before grading, each message in one line."""
    with Intake([path], known) as given:
        return [" ".join(line.split()) for line in who_submitted.summary(given)]


def roster_of(folder: Path, students: Iterable[Student], **how: object) -> Roster:
    content = roster_csv(students, **how)  # type: ignore[arg-type]
    return roster.read(written(folder / "roster.csv", content))


def test_the_summary_before_grading(tmp_path: Path) -> None:
    """It counts submissions and lists who is not in the roster or has not submitted."""
    path = kept(tmp_path, canvas_zip(CLASS))
    assert summary_of(path) == ["13 students, 12 with code, 12 with report (Canvas)"]
    known = roster_of(tmp_path, CLASS[:12] + CLASS[13:], ids="number")
    assert summary_of(path, known) == [
        "13 students, 12 with code, 12 with report, 1 unmatched (Canvas)",
        "Not in roster.csv, but graded: adamsmila_4012",
        "No submission from: Bo Lee (4009), Olga Adams (4014), Paul Adams (4015)",
    ]


def test_a_report_inside_a_students_zip_counts(tmp_path: Path) -> None:
    """A single archive without code beside it is unpacked; a damaged one counts as empty."""
    first, second, third = (*CLASS[12:14], CLASS[0])
    inner = zipped(("nn.py", CODE), ("report.pdf", pdf()))
    students = [
        replace(first, files={"hw.zip": inner}),
        replace(second, files={"hw.zip": inner[:-40]}),
        replace(third, files={"nn.py": CODE}),
    ]
    path = kept(tmp_path, moodle_zip(students))
    assert summary_of(path) == ["3 students, 2 with code, 1 with report (Moodle)"]


def test_no_summary_for_one_file_or_a_plain_folder(tmp_path: Path) -> None:
    """With a roster there is one for a plain folder, and none for one submission."""
    names = ("aadams000.py", "Müller, Zoë.py", "stranger.py")
    folder = folder_of(tmp_path / "submitted", dict.fromkeys(names, CODE))
    known = roster_of(tmp_path, CLASS[:4])
    assert summary_of(folder) == []
    for roster_ in (None, known):
        assert summary_of(folder / names[0], roster_) == []
    assert summary_of(folder, known) == [
        "3 students, 3 with code, 0 with report, 1 unmatched",
        "Not in roster.csv, but graded: stranger.py",
        "No submission from: Jane Doe (s10001), José Núñez (s10002)",
    ]


def test_a_class_that_was_graded_as_one_submission(tmp_path: Path) -> None:
    """A zip of folders, and a download that is alone in a folder, have a warning."""
    members = [(f"week 5/{name}/nn.py", CODE) for name in ("anna", "bo", "cy")]
    assert summary_of(kept(tmp_path, zipped(*members), "class.zip")) == [
        "class.zip was graded as one submission. If it is a class with a folder for each student, "
        "unpack it and grade the folder, or list the students in roster.csv."
    ]
    assert summary_of(kept(tmp_path, zipped(*members[:2]))) == []
    folder = kept(tmp_path / "submissions", canvas_zip(CLASS)).parent
    assert summary_of(folder) == [
        "download.zip was graded as one submission, like every archive in a folder, but looks like "
        "a download from Canvas: grade the zip itself."
    ]
    kept(folder, CODE, "ann.py")
    assert summary_of(folder) == []


def test_what_the_record_keeps(tmp_path: Path) -> None:
    """The student, or what the platform says about an unmatched one."""
    known = roster_of(tmp_path, CLASS[1:])
    path = kept(tmp_path, gradescope_zip(CLASS))
    with Record.writing(tmp_path) as record, Intake([path], known) as given:
        decision_log.save_submission_info(record, who_submitted.people(given))
        kept_ = decision_log.submission_info(record)
    jane, other = kept_["Jane_Doe_s10000"], kept_["s10001"]
    assert other.person == replace(known.people[0], line=0)
    assert jane.person is not None
    assert (jane.person.id, jane.person.email) == ("s10000", "aadams000@example.org")
    assert (jane.known_as, jane.late) == ("Jane Doe", None)
    assert jane.submitted_at == CLASS[0].submitted_at
    assert jane.original == ("submission_9004000/",)


def test_reports_are_copied(tmp_path: Path) -> None:
    """Unchanged, by the submission's id; no other file, no huge one; an older copy is removed."""
    students = CLASS[:4]
    for place, report in ((1, b"MZ\x90"), (3, b"%PDF-" + bytes(26_000_000))):
        files = {**students[place].files, "report.pdf": report}
        students[place] = replace(students[place], name="Eve", files=files)
    path = kept(tmp_path, moodle_zip(students))
    folder = tmp_path / "out/staff/reports"
    kept(folder, pdf("of an earlier run"), "José_Núñez_4002.pdf")
    for _ in range(2):
        with Intake([path]) as given:
            reports = ReportCopier(tmp_path / "out", given.reports)
            assert len(list(reports.copying(given.submissions()))) == 4
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == {
        "Jane_Doe_4000.pdf": students[0].files["report.pdf"]
    }
    assert reports.problems == [
        "Eve_4001: “report.pdf” was not copied. It is not a PDF.",
        "Eve_4003: “report.pdf” was not copied. The file is larger than 25,000 kB.",
    ]


def test_a_report_that_cannot_be_read_now_keeps_its_copy(tmp_path: Path) -> None:
    """Where the machine cannot read it, or a known submission has none, the older copy stays."""
    copy = written(tmp_path / "staff/reports/ann.pdf", b"older")
    broken = Mock(side_effect=NotJudged("The disk is broken."))
    copier = ReportCopier(tmp_path, {"ann": SubmittedFile("report.pdf", broken)})
    list(copier.copying([Submission("ann")]))
    assert copier.problems == ["ann: “report.pdf” was not copied. The disk is broken."]
    list(ReportCopier(tmp_path, {}, ["ann"]).copying([Submission("ann")]))
    assert copy.read_bytes() == b"older"
    assert copier.copied == {}


def test_a_report_that_cannot_be_written(tmp_path: Path) -> None:
    """The instructor gets an error message."""
    copier = ReportCopier(kept(tmp_path, b"a file"), {"ann": SubmittedFile("report.pdf", pdf)})
    with pytest.raises(StoreError):
        list(copier.copying([Submission("ann")]))


def test_a_changed_identity_never_causes_a_new_run(tmp_path: Path) -> None:
    """The same files from Canvas, then with another roster, then from Moodle: nothing is run."""
    students = [one for one in CLASS if not one.group and not one.text][:6]
    folder = CourseFolder(tmp_path)
    folder.write("course.toml", "")
    roster_of(tmp_path, students, participant=True)
    canvas = kept(tmp_path, canvas_zip(students))
    printed = folder.grade(canvas, "--config", folder.config)
    assert "6 students, 6 with code, 5 with report, 0 unmatched (Canvas)" in printed
    roster_of(tmp_path, [replace(students[0], email="new@x.org"), *students[1:]], participant=True)
    assert "6 unchanged" in folder.grade(canvas)
    assert "6 unchanged" in folder.grade(kept(tmp_path, moodle_zip(students), "moodle.zip"))
    with History.open(folder.out) as record:
        jane = decision_log.submission_info(record)["s10000"]
    assert jane.person is not None
    assert jane.person.email == "new@x.org"
    assert jane.original == ("Jane Doe_4000_assignsubmission_file_/",)
    copied = {file.stem for file in (folder.out / "staff/reports").iterdir()}
    assert copied == {one.id for one in students if "report.pdf" in one.files}


def test_ambiguity_stops_before_anything_is_written(tmp_path: Path) -> None:
    """Two of one name without a number for either."""
    roster_of(tmp_path, CLASS)
    config = kept(tmp_path, b"", "course.toml")
    path, out = kept(tmp_path, moodle_zip(CLASS)), tmp_path / "out"
    printed = autograder("grade", path, "--config", config, "--out", out, expect=2)
    assert "Write 4000 into a column “participant”" in printed
    assert not out.exists()


def test_a_course_that_asks_for_code_alone(tmp_path: Path) -> None:
    """No line says "report": neither the summary, nor a note about two PDF files, nor the end."""
    two = {"neural_network.py": CODE, "a.pdf": pdf(), "b.pdf": pdf()}
    download = kept(tmp_path, canvas_zip([replace(one, files=two) for one in CLASS[12:14]]))
    points = '"1.1"=15,"1.2"=10,"1.3"=20,"1.4"=20,"2.1"=25,"2.2"=10,"2.3"=0'
    for text, mentions in (("", True), (f"points = {{{points}}}\n", False)):
        folder = CourseFolder(tmp_path / f"{mentions}")
        printed = folder.grade(download, "--config", folder.write("course.toml", text))
        page = next((folder.out / "feedback").glob("*.html")).read_text("utf-8")
        for shown in (printed, page):
            assert ("report" in shown, NO_REPORT in shown) == (mentions, mentions)
