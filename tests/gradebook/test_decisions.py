"""Decisions: tables are read or refused line by line, and the record forgets nothing."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from msgspec.structs import replace

from autograder.course.directory import Directory, SubmissionInfo
from autograder.course.roster import Person
from autograder.course.settings import Course
from autograder.errors import TableError
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


def read(
    folder: Path, text: str = DUE, directory: Directory = DIRECTORY, **files: str
) -> tuple[Decisions, list[str]]:
    """The decisions in these tables, and what is wrong with them."""
    problems: list[Problem] = []
    found = decision_tables.from_course(course_in(folder, text, **files), directory, problems)
    return found, [problem.text for problem in problems]


def test_what_does_not_exist_decides_nothing(tmp_path: Path) -> None:
    """Missing tables are None, so that the record keeps its decisions; course.toml excuses."""
    assert decision_tables.from_course(Course(), DIRECTORY, []) == Decisions()
    assert read(tmp_path) == (Decisions(excused=()), [])


@pytest.mark.parametrize(
    ("written", "changed"),
    [
        *((f"{who},1.3,2", {}) for who in ("anna_1", "s1", "AAE", "Anna@uni.example")),
        ('anna_1,"1,3",+2', {}),
        ("anna_1,ffnn-small,2", {"place": "ffnn-small"}),
        ("anna_1,ffnn-small/y,1", {"place": "ffnn-small/y", "points": 1}),
        ("anna_1,1.3,-1", {"points": -1}),
        ("anna_1,1.3,−1", {"points": -1}),
        ("anna_1,1.3,To 0", {"points": 0, "sets": True}),
    ],
)
def test_adjustments_are_read(tmp_path: Path, written: str, changed: dict[str, object]) -> None:
    """A submission by any of its names; a question, case or output; a change or new points."""
    found, _ = read(tmp_path, adjustments=f"{HEAD}{written},Regrade request,Kim,2026-12-03\n")
    assert found.adjustments == (replace(ROW, **changed),)


def test_question_and_case_may_have_a_column_each(tmp_path: Path) -> None:
    """Where both are filled in, the points are the case's, which must be one of that question."""
    head = "date;by;reason;points;case;question;submission\n"
    told = "ffnn-small;1.3;bo_2", ";1.1;bo_2", "ffnn-small;1.4;bo_2"
    table = head + "".join(f"2026-12-03;Kim;r;1;{places}\n" for places in told)
    found, (problem,) = read(tmp_path, adjustments=table)
    assert [entry.place for entry in found.adjustments or ()] == ["ffnn-small", "1.1"]
    assert "line 4: “ffnn-small” is not a case of question 1.4" in problem


# The head of a table, a right line, and wrong ones with what is said of them.
WRONG = {
    "adjustments": (HEAD, "bo_2,1.3,1,r,Kim,2026-12-03", {
        "ann_1,1.3,2,r,Kim,2026-12-03": "there is no submission “ann_1”. Did you mean `anna_1`? "
        "Fix or delete that line.",
        "s3,1.3,2,r,Kim,2026-12-03": "“s3” has submitted nothing. Delete that line.",
        ",1.3,2,r,Kim,2026-12-03": "it has no submission. Fill it in.",
        "bo_2,1.9,2,r,Kim,2026-12-03": "there is no question, case or output “1.9”",
        "bo_2,01. Mar,2,r,Kim,2026-12-03": "a spreadsheet takes them for dates",
        "bo_2,ffn-small,2,r,Kim,2026-12-03": "Did you mean `ffnn-small",
        "bo_2,2.3,2,r,Kim,2026-12-03": "the report's points are in manual.csv",
        "bo_2,,2,r,Kim,2026-12-03": "it does not say what the points are for",
        "bo_2,1.3,two,r,Kim,2026-12-03": "“two” is not a number of points. Write a change",
        "bo_2,1.3,=4,r,Kim,2026-12-03": "A spreadsheet would turn it into a plain number",
        "bo_2,1.3,1.5,r,Kim,2026-12-03": "“1.5” is not a number of points",
        "bo_2,1.3,0,r,Kim,2026-12-03": "a change of 0 points changes nothing",
        "bo_2,1.3,17,r,Kim,2026-12-03": "17 points, but 1.3 is worth 16. Write at most 16.",
        "bo_2,ffnn-small,-3,r,Kim,2026-12-03": "but ffnn-small is worth 2",
        "bo_2,1.3,to 17,r,Kim,2026-12-03": "but 1.3 is worth 16",
        "bo_2,1.3,2,,Kim,2026-12-03": "it has no reason. Write one: the student reads it.",
        "bo_2,1.3,2,r,,2026-12-03": "it does not say who decided",
        "bo_2,1.3,2,r,Kim,3.12.2026": "“3.12.2026” is not a date of the form 2026-12-03",
        "bo_2,1.3,2,r,Kim,2026-02-30": "the date 2026-02-30 does not exist",
        "bo_2,1.3,2,r,Kim,": "“” is not a date",
        "s2,1.3,2,r,Kim,2026-12-03": "line 2 is about the same. Combine the two lines.",
    }),
    "extensions": ("submission,due,reason\n", "bo_2,waived,ill", {
        "s1,2026-12-05,ill": "“2026-12-05” is not a date with a time. Write it as",
        "s1,5.12.2026 23:59,ill": "is not a date with a time",
        "s1,2026-12-05 25:00,ill": "the date or the time 2026-12-05 25:00 does not exist",
        "s1,2026-11-29 23:59,ill": "is before the course's due date",
        "s1,2026-12-05 23:59,": "it has no reason",
        "b_2,waived,ill": "there is no student or submission “b_2”. Did you mean `bo_2`",
        "s2,waived,ill": "line 2 is about the same",
    }),
    "members": ("group,student\n", "red,s1", {
        "red,s9": "there is no student or submission “s9”",
        "blue,anna_1": "line 2 is about the same. A student is in one group.",
        "blue,": "it needs a group and a student",
    }),
}  # fmt: skip


@pytest.mark.parametrize("table", WRONG)
def test_lines_that_do_not_fit(tmp_path: Path, table: str) -> None:
    """The message has the line, the fault and what to do; right lines are read all the same."""
    head, right, wrong = WRONG[table]
    name = {"members": "groups"}.get(table, table)
    found, problems = read(tmp_path, **{name: "\n".join([head + right, *wrong])})
    assert len(getattr(found, table)) == 1
    for line, (message, text) in enumerate(zip(wrong.values(), problems, strict=True), 3):
        assert text.startswith(f"{name}.csv, line {line}: ")
        assert message in text


def test_the_header_must_say_what_points_are_for(tmp_path: Path) -> None:
    """Without either of the two columns, or with an unknown column, the table is refused."""
    for head, missing in (
        ("submission,points,reason,by,date", "a column “question” or “case” is missing"),
        ("submission,points,reasons,by,date", "the column “reason” is missing"),
    ):
        with pytest.raises(TableError, match=missing):
            read(tmp_path, adjustments=f"{head}\nbo_2,2,r,Kim,2026-12-03\n")


def test_points_are_bounded_by_those_of_the_course(tmp_path: Path) -> None:
    """A course that gives a section fewer points bounds adjustments by these."""
    points = 'points = {"1.1"=11,"1.2"=8,"1.3"=15,"1.4"=18,"2.1"=20,"2.2"=8,"2.3"=20}\n'
    _, (problem,) = read(tmp_path, points, adjustments=HEAD + "bo_2,1.3,16,r,Kim,2026-12-03\n")
    assert "1.3 is worth 15" in problem


def test_extensions_and_times_know_their_zone(tmp_path: Path) -> None:
    """Without a zone it is the due date's; students without a submission may have an extension."""
    times = "submission,submitted_at\nlost,2026-12-01T01:00:05Z\ns1,2026-12-01 03:00\n"
    extensions = "submission,due,reason\nS3,2026-12-05 9:30,ill\nbo_2,Waived,exam\n"
    decided, _ = read(tmp_path, extensions=extensions, times=times)
    assert decided.extensions == (
        Extension("s3", "2026-12-05T09:30:00+01:00", "ill"),
        Extension("bo_2", "waived", "exam"),
    )
    assert decided.times == (
        SubmissionTime("lost", "2026-12-01T01:00:05+00:00"),
        SubmissionTime("anna_1", "2026-12-01T03:00:00+01:00"),
    )
    _, (problem,) = read(tmp_path / "no due date", "name = 'x'\n", times=times)
    assert "does not say in which time zone" in problem


def test_groups_name_students(tmp_path: Path) -> None:
    """By any name; without a roster a member with no submission is known from the group alone."""
    decided, _ = read(tmp_path, groups="group,student\nred,s1\nred,CNG\n")
    assert decided.members == (Member("red", "anna_1"), Member("red", "s3"))
    groups = "group,student\nred,anna_1\nred,zoe\n"
    decided, _ = read(tmp_path, directory=Directory(("anna_1",)), groups=groups)
    assert decided.members == (Member("red", "anna_1"), Member("red", "zoe"))


def test_an_ambiguous_name_is_refused() -> None:
    """A login that is another student's id finds nobody."""
    directory = Directory((), {}, (Person("x1", login="x2"), Person("x2")))
    assert directory.find("x2") is None
    with pytest.raises(ValueError, match="fits x1 and x2"):
        directory.key("x2", students=True)


EVERYTHING = Decisions(
    adjustments=(ROW, replace(ROW, submission="bo_2", points=0, sets=True)),
    excused=(Excused("ffnn-small", "a printing error"),),
    extensions=(Extension("bo_2", "waived", "ill"),),
    members=(Member("red", "anna_1"),),
    times=(SubmissionTime("bo_2", "2026-12-01T03:00:00+01:00"),),
    manual=(Mark("bo_2", "discussion", 2.5, "Good", "Kim"),),
)


@pytest.fixture
def record(tmp_path: Path) -> Iterator[Record]:
    """A record with every kind of decision."""
    with Record.writing(tmp_path) as made:
        entered = {change.kind: change.entered for change in decision_log.enter(made, EVERYTHING)}
        kinds = ("excused", "extensions", "members", "times", "manual")
        assert entered == {"adjustments": 2, **dict.fromkeys(kinds, 1)}
        yield made


def test_current_decisions_are_read_back_unchanged(record: Record) -> None:
    """Every kind of decision, entered once, even if its table is read twice or deleted."""
    assert decision_log.enter(record, EVERYTHING) == []
    assert decision_log.enter(record, Decisions()) == []
    assert decision_log.current(record) == EVERYTHING


def test_withdrawn_decisions_stay_with_time_and_user(record: Record) -> None:
    """A deleted line withdraws its row; staff read who adjusted, and who withdrew it when."""
    kept = EVERYTHING.adjustments or ()
    (change,) = decision_log.enter(record, Decisions(adjustments=kept[1:]))
    assert (change.entered, change.withdrawn) == (0, 1)
    assert decision_log.current(record).adjustments == kept[1:]
    decision_log.enter(record, Decisions(adjustments=kept))
    first, second = decision_log.adjustment_history(record, "anna_1")
    day = r"\d{4}-\d\d-\d\d by \w+"
    start = r"Kim, 2026-12-03: 1\.3, \+2 points \(entered "
    assert re.fullmatch(rf"{start}{day}, withdrawn {day}\)\.", first)
    assert re.fullmatch(rf"{start}{day}\)\.", second)
    (never,) = decision_log.adjustment_history(record, "bo_2")
    assert "withdrawn" not in never


def test_student_and_submission_time_are_kept(record: Record) -> None:
    """The person, the time with its zone and the platform's names; the latest save counts."""
    time, files = datetime(2026, 12, 1, tzinfo=UTC), ("a_LATE_1.py",)
    first, bo = (
        SubmissionInfo("anna_1", ANNA, "amter", time, True, files),
        SubmissionInfo("bo_2", BO),
    )
    decision_log.save_submission_info(record, [first, bo, SubmissionInfo("lost")])
    assert decision_log.submission_info(record) == {"anna_1": first, "bo_2": bo}
    again = SubmissionInfo("anna_1", ANNA)
    decision_log.save_submission_info(record, [again, SubmissionInfo("bo_2")])
    assert decision_log.submission_info(record) == {"anna_1": again}


def test_exported_grades_are_kept(record: Record) -> None:
    """A grade that differs from the exported one is another row, and the last one counts."""
    grade = decision_log.Published("anna_1", 60, None, 0, -6, 2, None)
    lower = decision_log.Published("anna_1", 50, 12.5, 0, -5, 2, 59.5)
    run = record.begin(the_conditions())
    for grades in ([grade], [grade], [lower], [lower]):
        decision_log.publish(record, run, grades)
    assert decision_log.published(record) == {"anna_1": lower}
    assert record.rows("SELECT count(*) FROM published") == [(2,)]
