"""Grades: verdicts and decisions, added up."""

from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.cases.points import kit_points, targets
from autograder.course.directory import SubmissionInfo
from autograder.course.roster import Person
from autograder.course.settings import Course, Late
from autograder.gradebook import rubric
from autograder.gradebook.adjustments import apply_adjustments
from autograder.gradebook.gradebook import ABSENT, Gradebook, GradebookRow, difference
from autograder.gradebook.policy import Grade, GradingPolicy, SubmissionDecisions
from autograder.gradebook.sync import sync_decisions
from autograder.record import decision_log
from autograder.record.decisions import Adjustment, Excused, Extension, Mark
from autograder.record.reader import History
from autograder.record.writer import Record
from autograder.results import SubmissionResult
from tests.builders.courses import course_in
from tests.builders.records import run
from tests.builders.results import a_result, verdict

DUE = datetime(2026, 11, 30, 22, 59, tzinfo=UTC)
LATE = Course(due=DUE, late=Late(per_day=10, cap=50, grace_minutes=15))
ALL_MARKS = tuple(
    Mark("anna", part.name, part.points, "Well done.") for part in rubric.criteria(Course())
)
PLACES = targets(kit_points())


def change(place: str, points: int, *, sets: bool = False) -> Adjustment:
    return Adjustment("anna", place, points, sets, "Seen again", "Kim", "2026-12-03")


def graded(
    result: SubmissionResult | None = None,
    course: Course | None = None,
    excused: Collection[Excused] = (),
    **decided: object,
) -> Grade:
    policy = GradingPolicy(course or Course(), excused)
    decisions = SubmissionDecisions(**decided)  # type: ignore[arg-type]
    return policy.grade(result or verdict(), decisions)


def test_without_decisions_a_grade_is_the_verdict() -> None:
    """There is no note, and the report is missing, not 0."""
    grade = graded()
    assert (grade.notes, grade.marks, grade.result) == ((), (), verdict())
    points = grade.points
    assert (points.automatic, points.report, points.final) == (80, None, None)
    assert points.why == "the report is not marked yet"


def test_points_add_up() -> None:
    """Automatic, adjusted, report and lateness make the final grade."""
    grade = graded(
        verdict(wrong=["ffnn-handout"]),
        LATE,
        adjustments=(change("1.3", 2),),
        marks=ALL_MARKS,
        submitted_at=datetime(2026, 12, 1, 3, tzinfo=UTC),
    )
    points = grade.points
    assert (points.automatic, points.adjustment, points.report, points.late) == (74, 2, 20, -10)
    assert (points.final, points.why) == (86, "")
    assert grade.notes == (
        "1.3: +2 points. Seen again. (2026-12-03)",
        "Submitted 4 hours 1 minute late: 1 day begun × 10 % of 96 points = 9.6 → 10 points off.",
    )


def test_missing_parts_of_the_report_are_named() -> None:
    """Without the last mark there is no final grade."""
    grade = graded(marks=ALL_MARKS[:-1])
    assert (grade.points.final, grade.marks) == (None, ())
    assert grade.points.why == "the report is not marked in full: independent section"
    assert graded(marks=ALL_MARKS).points.final == 100


def test_a_course_without_a_report_has_final_grades() -> None:
    """Where the report has no points, nothing is missing."""
    points = {"1.1": 20, "1.2": 12, "1.3": 20, "1.4": 20, "2.1": 20, "2.2": 8, "2.3": 0}
    points = graded(course=Course(points=points)).points
    assert (points.automatic, points.report, points.final, points.why) == (100, 0, 100, "")


def test_an_excused_case_gives_everybody_its_points() -> None:
    """The verdict stays and is shown; a right submission is unchanged."""
    excused = (Excused("ffnn-small", "a misprint"), Excused("train-small/E_total", "unclear"))
    wrong = ("ffnn-small/y", "train-small")
    grade = graded(verdict(wrong=wrong), excused=excused)
    assert grade.points.automatic == 80 - 2
    decided = {
        (output.case, output.output): (output.status, output.points, output.decision)
        for output in grade.result.outputs
        if output.decision
    }
    assert decided == {
        ("ffnn-small", "y"): ("failed", 1, "Everybody has the points of this case: a misprint"),
        ("train-small", "E_total"): (
            "failed", 1, "Everybody has the points of this output: unclear"
        ),
    }  # fmt: skip
    assert graded(excused=excused).result == verdict()


def test_a_refused_submission_has_points_from_people_only() -> None:
    """An excused case needs outputs that it can give points for; an adjustment does not."""
    refused = a_result(submission="anna", status="refused", message="No file.")
    excused = (Excused("ffnn-small", "a misprint"),)
    assert graded(refused, excused=excused).points.automatic == 0
    grade = graded(refused, adjustments=(change("1.3", 12, sets=True),), marks=ALL_MARKS)
    assert (grade.points.automatic, grade.points.adjustment) == (0, 12)
    assert grade.points.final == 32


def test_a_submission_that_was_not_judged_has_no_grade() -> None:
    """An error of the grader is never a 0."""
    points = graded(a_result(status="not_judged"), marks=ALL_MARKS).points
    assert (points.automatic, points.final) == (None, None)
    assert "grade again" in points.why


@pytest.mark.parametrize(
    ("dues", "off", "note"),
    [
        (("waived",), 0, "Submitted after the due date, which costs nothing, as agreed."),
        (("2026-12-01T00:59:00+01:00",), 0, "Your own due date was 2026-12-01 00:59."),
        (("2026-12-01T00:29:00+01:00",), -8, "Your own due date was 2026-12-01 00:29."),
        (("2026-12-01T00:29:00+01:00", "2026-12-02T00:00:00+01:00"), 0, "2026-12-02 00:00."),
    ],
)
def test_extensions_come_first(dues: tuple[str, ...], off: int, note: str) -> None:
    """A waiver, another due date; of a group's extensions the latest counts for all."""
    grade = graded(
        course=LATE,
        submitted_at=DUE + timedelta(hours=1),
        extensions=tuple(Extension("anna", due, "ill") for due in dues),
    )
    assert grade.points.late == off
    assert note in grade.notes[0]


def test_late_without_a_submission_time() -> None:
    """The reason is for the instructor, and no points are taken off."""
    grade = graded(course=LATE, marked_late=True, marks=ALL_MARKS)
    assert grade.points.late == 0
    assert "add it to times.csv" in grade.points.why


@pytest.mark.parametrize(
    ("changes", "each"),
    [
        ([change("1.3", 2)], [2]),
        ([change("1.3", 9)], [6]),
        ([change("1.4", 2)], [0]),
        ([change("1.3", -16)], [-10]),
        ([change("ffnn-handout", 4)], [4]),
        ([change("ffnn-handout/y", 2), change("ffnn-handout", 5)], [2, 4]),
        ([change("1.3", 9), change("ffnn-handout/y", 2)], [2, 4]),
        ([change("1.3", 7, sets=True)], [-3]),
        ([change("ffnn-handout", 6, sets=True), change("1.3", 12, sets=True)], [6, -4]),
    ],
)
def test_adjustments_stay_within_bounds(changes: list[Adjustment], each: list[int]) -> None:
    """No output, case or question gets below 0 or above its points; smaller places count first."""
    found = apply_adjustments(verdict(wrong=["ffnn-handout"]), changes, PLACES)
    assert [one.points for one in found] == each


def test_a_note_says_how_many_points_count() -> None:
    """And why not all of them do."""
    changes = [change("ffnn-small", 1, sets=True), change("1.3", 2)]
    assert [str(one) for one in apply_adjustments(verdict(), changes, PLACES)] == [
        "`ffnn-small`: set to 1 point. Seen again. (2026-12-03)",
        "1.3: +2 points (1 of them count: there are no more to gain). Seen again. (2026-12-03)",
    ]


ANY = st.sampled_from(sorted(PLACES))
CHANGES = st.builds(change, ANY, st.integers(-20, 20)) | st.builds(
    change, ANY, st.integers(0, 20), sets=st.just(True)
)


@given(changes=st.lists(CHANGES, max_size=6), wrong=st.sets(ANY, max_size=8))
def test_points_stay_between_nothing_and_everything(
    changes: list[Adjustment], wrong: set[str]
) -> None:
    """Whatever is adjusted, the sum is a possible number of points."""
    result = verdict(wrong=wrong)
    total = result.score + sum(one.points for one in apply_adjustments(result, changes, PLACES))
    assert 0 <= total <= 80


# The rows of a course: a record with submissions, a folder with tables.

ANNA, BO = Person("s1", "Anna Ämter"), Person("s2", "Bo Li")
ROSTER = "id,name\ns1,Anna Ämter\ns2,Bo Li\ns3,Cleo Ng\n"
EARLY, LATER = datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 11, 2, tzinfo=UTC)


def rows_of(
    course: Course, folder: Path, *people: str | SubmissionInfo, alike: bool = False
) -> tuple[list[GradebookRow], dict[str, Grade]]:
    """The rows for right submissions of these people, and the grades of the submissions."""
    infos = [SubmissionInfo(one) if isinstance(one, str) else one for one in people]
    results = (verdict(i.submission, sha256="" if alike else i.submission) for i in infos)
    run(folder / "out", *results, people=infos, empty=True)
    with Record.writing(folder / "out") as record:
        sync_decisions(record, course)
        gradebook = Gradebook(record, course)
        grades = list(gradebook)
        return gradebook.rows(grades), {one.result.submission: one for one in grades}


def named(rows: Collection[GradebookRow]) -> list[tuple[str, str, str]]:
    return [(row.id, row.name, row.submission) for row in rows]


def test_a_row_for_each_student_of_the_roster(tmp_path: Path) -> None:
    """In the roster's order, also without a submission; all others come after them."""
    people = SubmissionInfo("li", BO), SubmissionInfo("zoe", known_as="Zoë Q")
    course = course_in(tmp_path, roster=ROSTER)
    rows, _ = rows_of(course, tmp_path, *people, SubmissionInfo("anna", ANNA))
    assert named(rows) == [
        ("s1", "Anna Ämter", "anna"),
        ("s2", "Bo Li", "li"),
        ("s3", "Cleo Ng", ""),
        ("zoe", "Zoë Q", "zoe"),
    ]
    assert (rows[2].points, rows[2].status, rows[2].why) == (None, None, ABSENT)
    rows, _ = rows_of(Course(), tmp_path, "b", "a")
    assert named(rows) == [("a", "", "a"), ("b", "", "b")]


def test_a_group_shares_the_submission_of_one_member(tmp_path: Path) -> None:
    """Members have the same grade and are named on its page; an extension of one is the group's."""
    course = course_in(
        tmp_path,
        "due = 2026-11-30T23:59:00+01:00\n[late]\n",
        roster=ROSTER,
        groups="group,student\nred,s1\nred,s3\n",
        extensions="submission,due,reason\ns3,2026-12-05 23:59,ill\n",
    )
    anna = SubmissionInfo("anna", ANNA, submitted_at=datetime(2026, 12, 1, 3, tzinfo=UTC))
    rows, grades = rows_of(course, tmp_path, anna)
    assert named(rows) == [
        ("s1", "Anna Ämter", "anna"), ("s2", "Bo Li", ""), ("s3", "Cleo Ng", "anna")
    ]  # fmt: skip
    assert rows[0].points
    assert rows[0].points == rows[2].points
    assert rows[0].points.late == 0
    assert grades["anna"].notes[0] == "Submitted for the group red: Anna Ämter, Cleo Ng."


def test_a_submission_under_the_groups_own_name_is_its_members(tmp_path: Path) -> None:
    """A platform may have one entry for a group: no row has the group's name."""
    course = course_in(tmp_path, groups="group,student\nTeam Red,u1\nTeam Red,u2\n")
    rows, _ = rows_of(course, tmp_path, "Team_Red")
    assert named(rows) == [("u1", "", "Team_Red"), ("u2", "", "Team_Red")]


def test_of_two_in_a_group_the_latest_counts(tmp_path: Path) -> None:
    """If the platform or a table has the times; the note of the other submission says so."""
    course = course_in(tmp_path, groups="group,student\nred,s1\nred,s2\n")
    anna = SubmissionInfo("anna", ANNA, submitted_at=EARLY)
    rows, grades = rows_of(course, tmp_path, anna, SubmissionInfo("li", BO, submitted_at=LATER))
    assert [row.submission for row in rows] == ["li", "li"]
    assert grades["anna"].notes[0] == (
        "Your group, red, has submitted `li` as well, and that counts, not this one."
    )
    times = "submission,submitted_at\nanna,2026-11-02 10:00\nli,2026-11-01 10:00\n"
    course = course_in(tmp_path, "due = 2026-11-30T23:59:00Z\n", times=times)
    rows, _ = rows_of(course, tmp_path, SubmissionInfo("anna", ANNA), SubmissionInfo("li", BO))
    assert [row.submission for row in rows] == ["anna", "anna"]


def test_of_two_without_times_the_grader_does_not_guess(tmp_path: Path) -> None:
    """Two different files leave a group or a student incomplete; equal ones do not."""
    course = course_in(tmp_path, groups="group,student\nred,a\nred,b\n")
    rows, _ = rows_of(course, tmp_path, "a", "b", "c")
    assert [row.why.partition(" differ")[0] for row in rows] == [
        "group red: a and b",
        "group red: a and b",
        "the report is not marked yet",
    ]
    with History.open(tmp_path / "out") as record:
        assert "times.csv" in Gradebook(record, course).problems[0].text
    rows, _ = rows_of(course, tmp_path, "a", "b", alike=True)
    assert [row.submission for row in rows] == ["a", "a"]
    twice = SubmissionInfo("a", ANNA), SubmissionInfo("b", ANNA)
    (row,), _ = rows_of(Course(), tmp_path / "without groups", *twice)
    assert row.why.startswith("Anna Ämter: a and b differ")


@pytest.mark.parametrize(
    ("late", "time", "missing"),
    [(None, None, ["a", "b"]), (False, None, ["b"]), (True, None, ["b"]), (None, DUE, ["b"])],
)
def test_submissions_without_a_time_are_listed(
    tmp_path: Path, late: bool | None, time: datetime | None, missing: list[str]
) -> None:
    """They are treated as on time; where the platform marks late ones, the others are on time."""
    infos = [SubmissionInfo("a", ANNA, late=late, submitted_at=time)]
    run(tmp_path, verdict("a"), verdict("b"), people=infos)
    with History.open(tmp_path) as record:
        assert Gradebook(record, LATE).without_time() == missing
        assert Gradebook(record, Course()).without_time() == []


def test_what_changed_since_it_was_published() -> None:
    """Each number, before and after; nothing for a new submission."""
    now = decision_log.Published("anna", 60, 20, 0, -6, 2, 76)
    before = decision_log.Published("anna", 60, None, 0, 0, 0, None)
    assert difference({"anna": before}, now) == (
        "report none -> 20, late 0 -> -6, adjustment 0 -> 2, final none -> 76"
    )
    assert difference({}, now) == difference({"anna": now}, now) == ""
