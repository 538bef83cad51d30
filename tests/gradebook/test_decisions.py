"""Decisions: tables are read or refused line by line, and the record forgets nothing."""

import re
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from autograder.course.directory import Directory, SubmissionInfo
from autograder.course.roster import Person
from autograder.course.settings import Course
from autograder.errors import ConfigError, GraderError, TableError
from autograder.gradebook import decision_tables
from autograder.record import decision_log
from autograder.record.decision_log import Problem
from autograder.record.decisions import (
    Adjustment,
    Decisions,
    Excused,
    Extension,
    Mark,
    Member,
    SubmissionTime,
)
from autograder.record.reader import History
from autograder.record.writer import Record
from tests.builders.courses import course_in
from tests.builders.records import the_conditions

ANNA = Person("s1", "Anna Ämter", "anna@uni.example", "aae")
BO = Person("s2", "Bo Li", "bo@uni.example", "bli")
CLEO = Person("s3", "Cleo Ng", "cleo@uni.example", "cng")
DIRECTORY = Directory(
    ("anna_1", "bo_2", "lost"),
    {"anna_1": SubmissionInfo("anna_1", ANNA), "bo_2": SubmissionInfo("bo_2", BO)},
    (ANNA, BO, CLEO),
)
DUE = "due = 2026-11-30T23:59:00+01:00\n"
HEAD = "submission,question,points,reason,by,date\n"
ROW = Adjustment("anna_1", "1.3", 2, False, "Regrade request", "Kim", "2026-12-03")


def decisions_of(course: Course, directory: Directory | None = DIRECTORY) -> Decisions:
    """The decisions in a course's tables; wrong lines are an error."""
    problems: list[Problem] = []
    found = decision_tables.from_course(course, directory, problems)
    if problems:
        raise TableError("\n".join(problem.text for problem in problems))
    return found


def read(folder: Path, text: str = DUE, **files: str) -> Decisions:
    return decisions_of(course_in(folder, text, **files))


def refusal(folder: Path, text: str = DUE, **files: str) -> str:
    with pytest.raises(GraderError) as caught:
        read(folder, text, **files)
    assert isinstance(caught.value, TableError | ConfigError)
    return str(caught.value)


def test_without_a_course_there_are_no_decisions() -> None:
    """Every kind is None, so that the record keeps its decisions."""
    assert decisions_of(Course()) == Decisions()


def test_a_missing_table_decides_nothing(tmp_path: Path) -> None:
    """Only excused cases come from course.toml itself."""
    assert read(tmp_path) == Decisions(excused=())


@pytest.mark.parametrize("who", ["anna_1", "s1", "AAE", "Anna@uni.example"])
@pytest.mark.parametrize(
    ("place", "name"),
    [("1.3", "1.3"), ('"1,3"', "1.3"), ("ffnn-small", "ffnn-small"), ("ffnn-small/y",) * 2],
)
@pytest.mark.parametrize(
    ("points", "change", "sets"),
    [("1", 1, False), ("+1", 1, False), ("-1", -1, False), ("−1", -1, False), ("To 0", 0, True)],
)
def test_adjustments_are_read(
    tmp_path: Path, who: str, place: str, name: str, points: str, change: int, sets: bool
) -> None:
    """A submission by any of its names; a question, case or output; a change or new points."""
    line = f"{who},{place},{points},Regrade request,Kim,2026-12-03\n"
    wanted = msgspec.structs.replace(ROW, place=name, points=change, sets=sets)
    assert read(tmp_path, adjustments=HEAD + line).adjustments == (wanted,)


def test_question_and_case_may_have_a_column_each(tmp_path: Path) -> None:
    """Where both are filled in, the points are the case's."""
    head = "date;by;reason;points;case;question;submission\n"
    lines = "2026-12-03;Kim;r;1;ffnn-small;1.3;bo_2\n2026-12-03;Kim;r;1;;1.1;bo_2\n"
    found = read(tmp_path, adjustments=head + lines).adjustments
    assert [entry.place for entry in found or ()] == ["ffnn-small", "1.1"]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("ann_1,1.3,2,r,Kim,2026-12-03", "line 2: there is no submission “ann_1”. Did you mean "
         "`anna_1`? Fix or delete that line."),
        ("s3,1.3,2,r,Kim,2026-12-03", "“s3” has submitted nothing. Delete that line."),
        (",1.3,2,r,Kim,2026-12-03", "it has no submission. Fill it in."),
        ("bo_2,1.9,2,r,Kim,2026-12-03", "there is no question, case or output “1.9”"),
        ("bo_2,01. Mar,2,r,Kim,2026-12-03", "a spreadsheet takes them for dates"),
        ("bo_2,ffn-small,2,r,Kim,2026-12-03", "Did you mean `ffnn-small"),
        ("bo_2,2.3,2,r,Kim,2026-12-03", "the report's points are in manual.csv"),
        ("bo_2,,2,r,Kim,2026-12-03", "it does not say what the points are for"),
        ("bo_2,1.3,two,r,Kim,2026-12-03", "“two” is not a number of points. Write a change"),
        ("bo_2,1.3,=4,r,Kim,2026-12-03", "A spreadsheet would turn it into a plain number"),
        ("bo_2,1.3,1.5,r,Kim,2026-12-03", "“1.5” is not a number of points"),
        ("bo_2,1.3,0,r,Kim,2026-12-03", "a change of 0 points changes nothing"),
        ("bo_2,1.3,17,r,Kim,2026-12-03", "17 points, but 1.3 is worth 16. Write at most 16."),
        ("bo_2,ffnn-small,-3,r,Kim,2026-12-03", "but ffnn-small is worth 2"),
        ("bo_2,1.3,to 17,r,Kim,2026-12-03", "but 1.3 is worth 16"),
        ("bo_2,1.3,2,,Kim,2026-12-03", "it has no reason. Write one: the student reads it."),
        ("bo_2,1.3,2,r,,2026-12-03", "it does not say who decided"),
        ("bo_2,1.3,2,r,Kim,3.12.2026", "“3.12.2026” is not a date of the form 2026-12-03"),
        ("bo_2,1.3,2,r,Kim,2026-02-30", "the date 2026-02-30 does not exist"),
        ("bo_2,1.3,2,r,Kim,", "“” is not a date"),
        ("s2,1.3,2,r,Kim,2026-12-03\nbo_2,1.3,1,r,Kim,2026-12-03",
         "line 3: line 2 is about the same. Combine the two lines."),
    ],
)  # fmt: skip
def test_an_adjustment_that_does_not_fit(tmp_path: Path, line: str, message: str) -> None:
    """The message has the line, the fault and what to do."""
    assert message in refusal(tmp_path, adjustments=f"{HEAD}{line}\n")


def test_the_header_must_say_what_points_are_for(tmp_path: Path) -> None:
    """Without either of the two columns, or with an unknown column, the table is refused."""
    row = "\nbo_2,2,r,Kim,2026-12-03\n"
    message = refusal(tmp_path, adjustments="submission,points,reason,by,date" + row)
    assert "a column “question” or “case” is missing" in message
    message = refusal(tmp_path, adjustments="submission,points,reasons,by,date" + row)
    assert "the column “reason” is missing" in message


def test_a_case_of_another_question_is_refused(tmp_path: Path) -> None:
    """Where both columns are filled in they must agree."""
    text = "submission,question,case,points,reason,by,date\nbo_2,1.4,ffnn-small,1,r,K,2026-12-03\n"
    assert "“ffnn-small” is not a case of question 1.4" in refusal(tmp_path, adjustments=text)


def test_points_are_bounded_by_those_of_the_course(tmp_path: Path) -> None:
    """A course that gives a section fewer points bounds adjustments by these."""
    points = 'points = {"1.1"=11,"1.2"=8,"1.3"=15,"1.4"=18,"2.1"=20,"2.2"=8,"2.3"=20}\n'
    message = refusal(tmp_path, points, adjustments=HEAD + "bo_2,1.3,16,r,Kim,2026-12-03\n")
    assert "1.3 is worth 15" in message


def test_the_form_can_be_checked_before_anything_is_graded(tmp_path: Path) -> None:
    """Without a directory names are taken as they are, and everything else is checked."""
    course = course_in(tmp_path, adjustments=HEAD + "nobody,1.3,2,r,Kim,2026-12-03\n")
    found = decisions_of(course, None).adjustments
    assert found is not None
    assert found[0].submission == "nobody"
    course = course_in(tmp_path, adjustments=HEAD + "nobody,1.3,99,r,Kim,2026-12-03\n")
    with pytest.raises(TableError, match=r"1\.3 is worth 16"):
        decisions_of(course, None)


def test_extensions_and_times_know_their_zone(tmp_path: Path) -> None:
    """Without a zone it is the due date's; students without a submission may have an extension."""
    decided = read(
        tmp_path,
        extensions="submission,due,reason\nS3,2026-12-05 9:30,ill\nbo_2,Waived,exam\n",
        times="submission,submitted_at\nlost,2026-12-01T01:00:05Z\ns1,2026-12-01 03:00\n",
    )
    assert decided.extensions == (
        Extension("s3", "2026-12-05T09:30:00+01:00", "ill"),
        Extension("bo_2", "waived", "exam"),
    )
    assert decided.times == (
        SubmissionTime("lost", "2026-12-01T01:00:05+00:00"),
        SubmissionTime("anna_1", "2026-12-01T03:00:00+01:00"),
    )


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("bo_2,2026-12-05,ill", "“2026-12-05” is not a date with a time. Write it as"),
        ("bo_2,5.12.2026 23:59,ill", "is not a date with a time"),
        ("bo_2,2026-12-05 25:00,ill", "the date or the time 2026-12-05 25:00 does not exist"),
        ("bo_2,2026-11-29 23:59,ill", "is before the course's due date"),
        ("bo_2,2026-12-05 23:59,", "it has no reason"),
        ("b_2,waived,ill", "there is no student or submission “b_2”. Did you mean `bo_2`"),
        ("bo_2,waived,ill\ns2,waived,ill", "line 3: line 2 is about the same"),
    ],
)
def test_an_extension_that_does_not_fit(tmp_path: Path, line: str, message: str) -> None:
    """Dates without a time, before the due date or without a reason are refused."""
    assert message in refusal(tmp_path, extensions=f"submission,due,reason\n{line}\n")


def test_a_time_needs_a_zone_from_somewhere(tmp_path: Path) -> None:
    """Where the course has no due date, nothing says which zone is meant."""
    times = "submission,submitted_at\nbo_2,2026-12-01 03:00\n"
    assert "does not say in which time zone" in refusal(tmp_path, "name = 'x'\n", times=times)


def test_groups_name_students(tmp_path: Path) -> None:
    """A student by any name; with a roster, only those in it; each in one group."""
    decided = read(tmp_path, groups="group,student\nred,s1\nred,CNG\n")
    assert decided.members == (Member("red", "anna_1"), Member("red", "s3"))
    message = refusal(tmp_path, groups="group,student\nred,s1\nred,s9\nblue,anna_1\nblue,\n")
    for part in (
        "line 3: there is no student or submission “s9”",
        "line 4: line 2 is about the same. A student is in one group.",
        "line 5: it needs a group and a student",
    ):
        assert part in message


def test_without_a_roster_groups_name_the_students(tmp_path: Path) -> None:
    """A member without a submission is known from the group alone."""
    course = course_in(tmp_path, groups="group,student\nred,anna_1\nred,zoe\n")
    decided = decisions_of(course, Directory(("anna_1",)))
    assert decided.members == (Member("red", "anna_1"), Member("red", "zoe"))


def test_an_ambiguous_name_is_refused() -> None:
    """A login that is another student's id finds nobody."""
    directory = Directory((), {}, (Person("x1", login="x2"), Person("x2")))
    assert directory.find("x2") is None
    assert "fits x1 and x2" in directory.unknown("x2", students=True)


def everything() -> Decisions:
    return Decisions(
        adjustments=(ROW, msgspec.structs.replace(ROW, submission="bo_2", points=0, sets=True)),
        excused=(Excused("ffnn-small", "a printing error"),),
        extensions=(Extension("bo_2", "waived", "ill"),),
        members=(Member("red", "anna_1"),),
        times=(SubmissionTime("bo_2", "2026-12-01T03:00:00+01:00"),),
        manual=(Mark("bo_2", "discussion", 2.5, "Good", "Kim"),),
    )


def test_current_decisions_are_read_back_unchanged(tmp_path: Path) -> None:
    """Every kind of decision, entered once, even if its table is read twice."""
    with Record.writing(tmp_path) as record:
        changes = decision_log.enter(record, everything())
        assert {change.kind: change.entered for change in changes} == {
            "adjustments": 2, "excused": 1, "extensions": 1, "members": 1, "times": 1, "manual": 1
        }  # fmt: skip
        assert decision_log.enter(record, everything()) == []
    with History.open(tmp_path) as history:
        assert decision_log.current(history) == everything()


def test_withdrawn_decisions_stay_with_time_and_user(tmp_path: Path) -> None:
    """A deleted line withdraws its row; a deleted table withdraws nothing."""
    with Record.writing(tmp_path) as record:
        decision_log.enter(record, everything())
        decision_log.enter(record, Decisions())
        assert decision_log.current(record) == everything()
        kept = everything().adjustments
        assert kept is not None
        (change,) = decision_log.enter(record, Decisions(adjustments=kept[1:]))
        assert (change.entered, change.withdrawn) == (0, 1)
        assert decision_log.current(record).adjustments == kept[1:]
        decision_log.enter(record, Decisions(adjustments=kept))
        sql = """SELECT submission, withdrawn IS NOT NULL, withdrawn_by <> '', entered_by <> ''
                 FROM adjustments ORDER BY id"""
        rows = record.rows(sql)
    assert rows == [("anna_1", 1, 1, 1), ("bo_2", 0, None, 1), ("anna_1", 0, None, 1)]


def test_staff_read_who_adjusted_and_who_withdrew_it(tmp_path: Path) -> None:
    """All adjustments of this submission, with days and users."""
    with Record.writing(tmp_path) as record:
        decision_log.enter(record, everything())
        decision_log.enter(record, Decisions(adjustments=()))
        decision_log.enter(record, Decisions(adjustments=(ROW,)))
        first, second = decision_log.adjustment_history(record, "anna_1")
    day = r"\d{4}-\d\d-\d\d by \w+"
    start = r"Kim, 2026-12-03: 1\.3, \+2 points \(entered "
    assert re.fullmatch(rf"{start}{day}, withdrawn {day}\)\.", first)
    assert re.fullmatch(rf"{start}{day}\)\.", second)


def test_student_and_submission_time_are_kept(tmp_path: Path) -> None:
    """The person, the time with its zone and the platform's names; the latest save counts."""
    first = SubmissionInfo(
        "anna_1", ANNA, "amter", datetime(2026, 12, 1, tzinfo=UTC), True, ("a_LATE_1.py",)
    )
    with Record.writing(tmp_path) as record:
        decision_log.save_submission_info(
            record, [first, SubmissionInfo("bo_2", BO), SubmissionInfo("lost")]
        )
        assert decision_log.submission_info(record) == {
            "anna_1": first,
            "bo_2": SubmissionInfo("bo_2", BO),
        }
        decision_log.save_submission_info(
            record, [SubmissionInfo("anna_1", ANNA), SubmissionInfo("bo_2")]
        )
        assert decision_log.submission_info(record) == {"anna_1": SubmissionInfo("anna_1", ANNA)}


def test_exported_grades_are_kept(tmp_path: Path) -> None:
    """A grade that differs from the exported one is another row, and the last one counts."""
    grade = decision_log.Published("anna_1", 60, None, 0, -6, 2, None)
    lower = decision_log.Published("anna_1", 50, 12.5, 0, -5, 2, 59.5)
    with Record.writing(tmp_path) as record:
        run = record.begin(the_conditions())
        for grades in ([grade], [grade], [lower], [lower]):
            decision_log.publish(record, run, grades)
        assert decision_log.published(record) == {"anna_1": lower}
        assert record.rows("SELECT count(*) FROM published") == [(2,)]
