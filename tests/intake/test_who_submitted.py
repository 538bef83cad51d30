"""Who submitted: the summary before grading, the record, and copies of the reports."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from autograder.commands import grade as grade_command
from autograder.commands.grade import Options
from autograder.course import roster
from autograder.errors import IntakeError, NotJudged, StoreError
from autograder.intake import who_submitted
from autograder.intake.copy_reports import ReportCopier
from autograder.intake.pick_file import SubmittedFile
from autograder.intake.submission import NO_REPORT, Submission
from autograder.intake.submissions import Intake
from autograder.record import decision_log
from autograder.record.reader import History
from autograder.record.writer import Record
from tests.builders.commands import autograder
from tests.builders.downloads import (
    Student,
    canvas_zip,
    gradescope_zip,
    made_class,
    moodle_zip,
    pdf,
    roster_csv,
    zipped,
)

CLASS = made_class(16)


def course(folder: Path, students: Iterable[Student], **how: object) -> Path:
    """A course's file with its roster beside it."""
    (folder / "roster.csv").write_bytes(roster_csv(students, **how))  # type: ignore[arg-type]
    config = folder / "course.toml"
    config.write_text("[limits]\ncall_seconds = 2.0\n", encoding="utf-8")
    return config


def kept(folder: Path, data: bytes, name: str = "download.zip") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def summary_of(path: Path, students: Iterable[Student] | None = None) -> list[str]:
    """The summary before grading, with or without a roster."""
    known = None
    if students is not None:
        course(path.parent, students, ids="number")
        known = roster.read(path.parent / "roster.csv")
    with Intake([path], known) as given:
        return who_submitted.summary(given)


def test_the_summary_before_grading(tmp_path: Path) -> None:
    """It counts submissions and lists who is not in the roster or has not submitted."""
    path = kept(tmp_path, canvas_zip(CLASS))
    assert summary_of(path) == ["13 students, 12 with code, 12 with report (Canvas)"]
    lines = summary_of(path, CLASS[:12] + CLASS[13:])
    assert lines == [
        "13 students, 12 with code, 12 with report, 1 unmatched (Canvas)",
        "Not in roster.csv, but graded: adamsmila_4012",
        "No submission from: Bo Lee (4009), Olga Adams (4014), Paul Adams (4015)",
    ]


def test_a_report_inside_a_students_zip_counts(tmp_path: Path) -> None:
    """A single archive without code beside it is unpacked; a damaged one counts as empty."""
    first, second, third = (*CLASS[12:14], CLASS[0])
    inner = zipped([("nn.py", b"x = 1\n"), ("report.pdf", pdf())])
    students = [
        replace(first, files={"hw.zip": inner}),
        replace(second, files={"hw.zip": inner[:-40]}),
        replace(third, files={"nn.py": b"x = 1\n"}),
    ]
    path = kept(tmp_path, moodle_zip(students))
    assert summary_of(path) == ["3 students, 2 with code, 1 with report (Moodle)"]


def test_no_summary_for_one_file_or_a_plain_folder(tmp_path: Path) -> None:
    """With a roster there is one for a plain folder, and none for one submission."""
    folder = tmp_path / "submitted"
    folder.mkdir()
    one = kept(folder, b"x = 1\n", "aadams000.py")
    assert summary_of(one) == []
    kept(folder, b"x = 1\n", "Müller, Zoë.py")
    kept(folder, b"x = 1\n", "stranger.py")
    assert summary_of(folder) == []
    course(tmp_path, CLASS[:4])
    known = roster.read(tmp_path / "roster.csv")
    with Intake([one], known) as given:
        assert who_submitted.summary(given) == []
    with Intake([folder], known) as given:
        assert [given_id for given_id, _ in given.ids] == ["s10003", "s10000", "stranger"]
        assert who_submitted.summary(given) == [
            "3 students, 3 with code, 0 with report, 1 unmatched",
            "Not in roster.csv, but graded: stranger.py",
            "No submission from: Jane Doe (s10001), José Núñez (s10002)",
        ]


def test_a_zip_that_may_have_been_meant_as_a_class(tmp_path: Path) -> None:
    """It is one submission, with a warning."""
    members = [(f"week 5/{name}/nn.py", b"x = 1\n") for name in ("anna", "bo", "cy")]
    (warning,) = summary_of(kept(tmp_path, zipped(members), "class.zip"))
    assert " ".join(warning.split()) == (
        "class.zip was graded as one submission. If it is a class with a folder for each student, "
        "unpack it and grade the folder, or list the students in roster.csv."
    )
    assert summary_of(kept(tmp_path, zipped(members[:2]))) == []


def test_a_download_in_a_folder_of_its_own(tmp_path: Path) -> None:
    """Any archive in a folder is one submission; there is a warning if it is alone there."""
    folder = tmp_path / "submissions"
    folder.mkdir()
    kept(folder, canvas_zip(CLASS))
    (warning,) = summary_of(folder)
    assert " ".join(warning.split()) == (
        "download.zip was graded as one submission, like every archive in a folder, but looks like "
        "a download from Canvas: grade the zip itself."
    )
    kept(folder, b"x = 1\n", "ann.py")
    assert summary_of(folder) == []


def test_what_the_record_keeps(tmp_path: Path) -> None:
    """The student, or what the platform says about an unmatched one."""
    course(tmp_path, CLASS[1:])
    known = roster.read(tmp_path / "roster.csv")
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
    """Unchanged, by the submission's id; not if it is no PDF, and an older copy is removed."""
    students = [replace(one, group="") for one in CLASS[:3]]
    students[1] = replace(students[1], files={**students[1].files, "report.pdf": b"MZ\x90"})
    path = kept(tmp_path, moodle_zip(students))
    folder = tmp_path / "out" / "staff" / "reports"
    folder.mkdir(parents=True)
    (folder / "José_Núñez_4002.pdf").write_bytes(pdf("of an earlier run"))
    for _ in range(2):
        with Intake([path]) as given:
            reports = ReportCopier(tmp_path / "out", given.reports)
            assert len(list(reports.copying(given.submissions()))) == 3
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == {
        "Jane_Doe_4000.pdf": students[0].files["report.pdf"]
    }
    assert reports.problems[0] == ("Jane_Doe_4001: “report.pdf” was not copied. It is not a PDF.")


def test_a_report_that_cannot_be_read_now_keeps_its_copy(tmp_path: Path) -> None:
    """Where the machine cannot read it, or a known submission has none, the older copy stays."""
    copy = tmp_path / "staff" / "reports" / "ann.pdf"
    copy.parent.mkdir(parents=True)
    copy.write_bytes(b"older")

    def broken() -> bytes:
        raise NotJudged("The disk is broken.")

    copier = ReportCopier(tmp_path, {"ann": SubmittedFile("report.pdf", broken)})
    list(copier.copying([Submission("ann")]))
    assert copier.problems == ["ann: “report.pdf” was not copied. The disk is broken."]
    list(ReportCopier(tmp_path, {}, ["ann"]).copying([Submission("ann")]))
    assert copy.read_bytes() == b"older"
    assert copier.copied == {}


def test_reports_are_bounded(tmp_path: Path) -> None:
    """A small zip may contain a huge PDF."""
    members = [("Eve_1_assignsubmission_file_report.pdf", b"%PDF-" + bytes(26_000_000))]
    with Intake([kept(tmp_path, zipped(members))]) as given:
        reports = ReportCopier(tmp_path / "out", given.reports)
        assert len(list(reports.copying(given.submissions()))) == 1
    assert reports.problems == [
        "Eve_1: “report.pdf” was not copied. The file is larger than 25,000 kB."
    ]
    assert not list(tmp_path.glob("out/staff/reports/*"))


def test_a_report_that_cannot_be_written(tmp_path: Path) -> None:
    """The instructor gets an error message."""
    (tmp_path / "out").write_bytes(b"a file")
    with Intake([kept(tmp_path, moodle_zip(CLASS))]) as given, pytest.raises(StoreError):
        list(ReportCopier(tmp_path / "out", given.reports).copying(given.submissions()))


def test_a_changed_identity_never_causes_a_new_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The same files from Canvas, then with another roster, then from Moodle: nothing is run."""
    students = [one for one in CLASS if not one.group and not one.text][:6]
    config = course(tmp_path, students, participant=True)
    options = Options(out=tmp_path / "out", config=config, unsafe=True, jobs=2)
    canvas = kept(tmp_path, canvas_zip(students), "canvas.zip")
    assert grade_command.grade([canvas], options) == 0
    assert "6 students, 6 with code, 5 with report, 0 unmatched (Canvas)" in capsys.readouterr().out
    married = [replace(students[0], email="new@x.org"), *students[1:]]
    course(tmp_path, married, participant=True)
    assert grade_command.grade([canvas], options) == 0
    assert "6 unchanged" in capsys.readouterr().out
    moodle = kept(tmp_path, moodle_zip(students), "moodle.zip")
    assert grade_command.grade([moodle], options) == 0
    assert "6 unchanged" in capsys.readouterr().out
    with History.open(tmp_path / "out") as record:
        jane = decision_log.submission_info(record)["s10000"]
    assert jane.person is not None
    assert jane.person.email == "new@x.org"
    assert jane.original == ("Jane Doe_4000_assignsubmission_file_/",)
    copied = {file.stem for file in (tmp_path / "out" / "staff" / "reports").iterdir()}
    assert copied == {one.id for one in students if "report.pdf" in one.files}


def test_ambiguity_stops_before_anything_is_written(tmp_path: Path) -> None:
    """Two of one name without a number for either."""
    config = course(tmp_path, CLASS)
    path = kept(tmp_path, moodle_zip(CLASS))
    with pytest.raises(IntakeError, match=r"Write 4000 into a column “participant”"):
        grade_command.grade([path], Options(out=tmp_path / "out", config=config, unsafe=True))
    assert not (tmp_path / "out").exists()


def test_a_course_that_asks_for_code_alone(tmp_path: Path) -> None:
    """No line says "report": neither the summary, nor a note about two PDF files, nor the end."""
    two = {"neural_network.py": b"x = 1\n", "a.pdf": pdf(), "b.pdf": pdf()}
    download = kept(tmp_path, canvas_zip([replace(one, files=two) for one in CLASS[12:14]]))
    config = course(tmp_path, CLASS[12:14])
    points = '"1.1"=15,"1.2"=10,"1.3"=20,"1.4"=20,"2.1"=25,"2.2"=10,"2.3"=0'
    options = ["--config", config, "--jobs", "1", "--out"]
    for text, mentions in (("", True), (f"points = {{{points}}}\n", False)):
        config.write_text(text, "utf-8")
        out = tmp_path / f"out-{mentions}"
        printed = autograder("grade", download, *options, out)
        page = next((out / "feedback").glob("*.html")).read_text("utf-8")
        assert [("report" in one, NO_REPORT in one) for one in (printed, page)] == [
            (mentions, mentions)
        ] * 2
