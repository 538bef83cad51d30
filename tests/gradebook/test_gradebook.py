"""Grades: verdicts with decisions laid over them, added up alike wherever they are told."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.cases.points import kit_points, targets
from autograder.course.directory import Whose
from autograder.course.load import load
from autograder.course.roster import Person
from autograder.course.settings import Course, Late
from autograder.errors import TableError
from autograder.gradebook import gradebook as grades
from autograder.gradebook import rubric as manual
from autograder.gradebook import sync as deciding
from autograder.gradebook.adjustments import adjusted
from autograder.gradebook.gradebook import Grades, Row
from autograder.gradebook.policy import About, Rules, Standing
from autograder.record import decision_log
from autograder.record.decisions import Adjustment, Excused, Extension, Mark
from autograder.record.fingerprint import Conditions
from autograder.record.reader import History
from autograder.record.writer import Record
from autograder.results import SubmissionResult
from autograder.sandbox import Limits
from tests.builders.verdicts import verdict

DUE = datetime(2026, 11, 30, 22, 59, tzinfo=UTC)
LATE = Course(due=DUE, late=Late(per_day=10, cap=50, grace_minutes=15))
ALL_MARKS = tuple(
    Mark("anna", part.name, part.points, "Well done.") for part in manual.rubric(Course())
)
PLACES = targets(kit_points())


def change(place: str, points: int, *, sets: bool = False, submission: str = "anna") -> Adjustment:
    return Adjustment(submission, place, points, sets, "Seen again", "Kim", "2026-12-03")


def stands(
    result: SubmissionResult | None = None,
    course: Course | None = None,
    excused: Collection[Excused] = (),
    **about: object,
) -> Standing:
    rules = Rules(course or Course(), excused)
    return rules.standing(result or verdict(), About(**about))  # type: ignore[arg-type]


def test_without_decisions_a_verdict_stays_as_it_is() -> None:
    """Nothing is said, and the report is missing, not 0."""
    standing = stands()
    assert standing.plain
    assert standing.result == verdict()
    grade = standing.grade
    assert (grade.automatic, grade.report, grade.final) == (80, None, None)
    assert grade.why == "the report is not marked yet"


def test_points_add_up() -> None:
    """Automatic, adjusted, report and lateness make the final grade, and the student reads how."""
    standing = stands(
        verdict(wrong=["ffnn-handout"]),
        LATE,
        adjustments=(change("1.3", 2),),
        marks=ALL_MARKS,
        handed_in=datetime(2026, 12, 1, 3, tzinfo=UTC),
    )
    grade = standing.grade
    assert (grade.automatic, grade.adjustment, grade.report, grade.late) == (74, 2, 20, -10)
    assert grade.final == 86
    assert grade.why == ""
    assert standing.said == (
        "1.3: +2 points. Seen again. (2026-12-03)",
        "Submitted 4 hours 1 minute late: 1 day begun × 10 % of 96 points = 9.6 → 10 points off.",
        "Together 86 points: 74 automatic + 2 adjusted + 20 for the report − 10 for lateness.",
    )


def test_without_a_report_the_rest_is_told() -> None:
    """The sum so far, and that the report is still to come."""
    standing = stands(verdict(wrong=["ffnn-handout"]), adjustments=(change("1.3", 2),))
    assert standing.said[-1] == (
        "Together 76 points: 74 automatic + 2 adjusted, without the report: it is not marked yet."
    )
    assert standing.grade.final is None


def test_what_costs_nothing_adds_nothing_up() -> None:
    """Within the grace there is one sentence, and no sum of one number."""
    standing = stands(course=LATE, handed_in=datetime(2026, 11, 30, 23, 5, tzinfo=UTC))
    assert standing.said == (
        "Submitted 6 minutes late, within the 15 minutes of grace: nothing is taken off.",
    )


def test_a_report_of_which_parts_are_missing_names_them() -> None:
    """One mark more or less decides whether there is a final grade."""
    standing = stands(marks=ALL_MARKS[:-1])
    assert standing.grade.final is None
    assert standing.grade.why == "the report is not marked in full: independent section"
    assert standing.marks == ()
    assert stands(marks=ALL_MARKS).grade.final == 100


def test_a_course_without_a_report_has_final_grades() -> None:
    """Where the report has no points, nothing is missing."""
    points = {"1.1": 20, "1.2": 12, "1.3": 20, "1.4": 20, "2.1": 20, "2.2": 8, "2.3": 0}
    grade = stands(course=Course(points=points)).grade
    assert (grade.automatic, grade.report, grade.final, grade.why) == (100, 0, 100, "")


def test_a_void_gives_everybody_its_points() -> None:
    """The verdict stays and is told; whoever was right has what they had."""
    excused = (Excused("ffnn-small", "a misprint"), Excused("train-small/E_total", "unclear"))
    wrong = ("ffnn-small/y", "train-small")
    standing = stands(verdict(wrong=wrong), excused=excused)
    assert standing.grade.automatic == 80 - 2
    told = {
        (output.case, output.output): (output.status, output.points, output.decision)
        for output in standing.result.outputs
        if output.decision
    }
    assert told == {
        ("ffnn-small", "y"): ("failed", 1, "Everybody has the points of this case: a misprint"),
        ("train-small", "E_total"): (
            "failed", 1, "Everybody has the points of this output: unclear"
        ),
    }  # fmt: skip
    assert stands(excused=excused).result == verdict()


def test_a_refused_submission_has_no_points_of_voids() -> None:
    """Nothing was submitted that could be judged, so there is nothing to lay a excused over."""
    refused = SubmissionResult(submission="anna", status="refused", message="No file.")
    standing = stands(refused, excused=(Excused("ffnn-small", "a misprint"),))
    assert standing.grade.automatic == 0


def test_a_person_can_give_points_to_what_was_refused() -> None:
    """Adjustments lie over nothing as well."""
    refused = SubmissionResult(submission="anna", status="refused", message="No file.")
    standing = stands(refused, adjustments=(change("1.3", 12, sets=True),), marks=ALL_MARKS)
    assert (standing.grade.automatic, standing.grade.adjustment) == (0, 12)
    assert standing.grade.final == 32


def test_what_was_not_judged_has_no_grade() -> None:
    """The grader's own fault is never a 0."""
    grade = stands(SubmissionResult(submission="anna", status="not_judged"), marks=ALL_MARKS).grade
    assert (grade.automatic, grade.final) == (None, None)
    assert "grade again" in grade.why


@pytest.mark.parametrize(
    ("dues", "off", "said"),
    [
        ((), -8, "Submitted 1 hour late"),
        (("waived",), 0, "Submitted after the due date, which costs nothing, as agreed."),
        (("2026-12-01T00:59:00+01:00",), 0, "Your own due date was 2026-12-01 00:59."),
        (("2026-12-01T00:29:00+01:00",), -8, "Your own due date was 2026-12-01 00:29."),
        (("2026-12-01T00:29:00+01:00", "2026-12-02T00:00:00+01:00"), 0, "2026-12-02 00:00."),
    ],
)
def test_extensions_come_first(dues: tuple[str, ...], off: int, said: str) -> None:
    """A waiver, and another due date; of a group's extensions the latest counts for all."""
    standing = stands(
        course=LATE,
        handed_in=datetime(2026, 11, 30, 23, 59, tzinfo=UTC),
        extensions=tuple(Extension("anna", due, "ill") for due in dues),
    )
    assert standing.grade.late == off
    assert said in standing.said[0]


def test_who_is_late_but_nobody_says_how_late() -> None:
    """The instructor is told; points are not taken on a guess."""
    standing = stands(course=LATE, marked_late=True, marks=ALL_MARKS)
    assert standing.grade.late == 0
    assert "add it to times.csv" in standing.grade.why


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
def test_adjustments_stay_within_what_there_is(changes: list[Adjustment], each: list[int]) -> None:
    """No output, case or question gets below 0 or above its points; smaller places count first."""
    found = adjusted(verdict(wrong=["ffnn-handout"]), changes, PLACES)
    assert [one.points for one in found] == each


def test_points_that_do_not_count_are_told() -> None:
    """The student reads how many count, and why not all."""
    said = [str(one) for one in adjusted(verdict(), [change("1.3", 2)], PLACES)]
    assert said == [
        "1.3: +2 points (0 of them count: there are no more to gain). Seen again. (2026-12-03)"
    ]
    (told,) = adjusted(verdict(), [change("ffnn-small", 1, sets=True)], PLACES)
    assert str(told) == "`ffnn-small`: set to 1 point. Seen again. (2026-12-03)"


changes_ = st.lists(
    st.builds(
        change, st.sampled_from(sorted(PLACES)), st.integers(-20, 20), sets=st.booleans()
    ).filter(lambda made: not made.sets or made.points >= 0),
    max_size=6,
)


@given(changes=changes_, wrong=st.sets(st.sampled_from(sorted(PLACES)), max_size=8))
def test_points_stay_between_nothing_and_everything(
    changes: list[Adjustment], wrong: set[str]
) -> None:
    """Whatever is adjusted, the sum is a possible number of points."""
    result = verdict(wrong=wrong)
    total = result.score + sum(one.points for one in adjusted(result, changes, PLACES))
    assert 0 <= total <= 80


# The rows of a course: a record with submissions, a folder with tables.

ANNA = Person("s1", "Anna Ämter")
BO = Person("s2", "Bo Li")
ROSTER = "id,name\ns1,Anna Ämter\ns2,Bo Li\ns3,Cleo Ng\n"


def conditions() -> Conditions:
    return Conditions(
        kit="1", code="c", cases="k", python="3.12", numpy="2", scipy="1", limits=Limits()
    )


def record_with(folder: Path, *results: SubmissionResult, whose: Collection[Whose] = ()) -> Path:
    with Record.writing(folder) as record:
        record.begin(conditions())
        for result in results:
            record.add(result, result.submission.encode(), result.submission.encode())
        decision_log.know(record, whose)
        record.finish()
    return folder


def course_in(folder: Path, text: str = "", **tables: str) -> Course:
    folder.mkdir(exist_ok=True)
    for name, content in tables.items():
        (folder / f"{name}.csv").write_text(content, encoding="utf-8")
    (folder / "course.toml").write_text(text, encoding="utf-8")
    return load(folder / "course.toml")


def rows_of(folder: Path, course: Course) -> list[Row]:
    with Record.writing(folder) as record:
        deciding.decide(record, course)
        made = Grades(record, course)
        return made.rows(list(made))


def told(rows: Collection[Row]) -> list[tuple[str, str, str]]:
    return [(row.id, row.name, row.submission) for row in rows]


def test_a_row_for_each_student_of_the_roster(tmp_path: Path) -> None:
    """In the roster's order, also without a submission; who is in no roster comes after them."""
    folder = record_with(
        tmp_path / "out",
        verdict("li"),
        verdict("zoe"),
        verdict("anna"),
        whose=[Whose("li", BO), Whose("anna", ANNA), Whose("zoe", known_as="Zoë Q")],
    )
    rows = rows_of(folder, course_in(tmp_path, roster=ROSTER))
    assert told(rows) == [
        ("s1", "Anna Ämter", "anna"),
        ("s2", "Bo Li", "li"),
        ("s3", "Cleo Ng", ""),
        ("zoe", "Zoë Q", "zoe"),
    ]
    assert (rows[2].grade, rows[2].status, rows[2].why) == (None, None, grades.ABSENT)


def test_without_a_roster_a_submission_is_a_student(tmp_path: Path) -> None:
    """Nothing but the record is needed."""
    folder = record_with(tmp_path, verdict("b"), verdict("a"))
    assert told(rows_of(folder, Course())) == [("a", "", "a"), ("b", "", "b")]


def test_a_group_shares_what_one_of_it_handed_in(tmp_path: Path) -> None:
    """Members without a submission have the same grade; they are named on its page."""
    folder = record_with(tmp_path / "out", verdict("anna"), whose=[Whose("anna", ANNA)])
    course = course_in(tmp_path, roster=ROSTER, groups="group,student\nred,s1\nred,s3\n")
    rows = rows_of(folder, course)
    assert told(rows) == [
        ("s1", "Anna Ämter", "anna"), ("s2", "Bo Li", ""), ("s3", "Cleo Ng", "anna")
    ]  # fmt: skip
    assert rows[0].grade == rows[2].grade
    with History.open(folder) as record:
        (standing,) = Grades(record, course)
    assert standing.said[0] == "Submitted for the group red: Anna Ämter, Cleo Ng."


def test_a_submission_under_the_groups_own_name_is_its_members(tmp_path: Path) -> None:
    """A platform that hands out one entry for a group: no row is called like the group."""
    folder = record_with(tmp_path / "out", verdict("Team_Red"))
    course = course_in(tmp_path, groups="group,student\nTeam Red,u1\nTeam Red,u2\n")
    assert told(rows_of(folder, course)) == [("u1", "", "Team_Red"), ("u2", "", "Team_Red")]


def test_of_two_in_a_group_the_latest_counts(tmp_path: Path) -> None:
    """Where the times are known; the other page says so."""
    times = {"anna": datetime(2026, 11, 1, tzinfo=UTC), "li": datetime(2026, 11, 2, tzinfo=UTC)}
    folder = record_with(
        tmp_path / "out",
        verdict("anna"),
        verdict("li"),
        whose=[
            Whose("anna", ANNA, handed_in=times["anna"]),
            Whose("li", BO, handed_in=times["li"]),
        ],
    )
    course = course_in(tmp_path, groups="group,student\nred,s1\nred,s2\n")
    assert [row.submission for row in rows_of(folder, course)] == ["li", "li"]
    with History.open(folder) as record:
        standings = {one.result.submission: one for one in Grades(record, course)}
    assert standings["anna"].said[0] == (
        "Your group, red, has submitted `li` as well, and that counts, not this one."
    )


def test_of_two_in_a_group_nobody_guesses(tmp_path: Path) -> None:
    """Without times two different files stop the export, with names; equal ones do not."""
    folder = record_with(tmp_path / "out", verdict("a"), verdict("b"))
    course = course_in(tmp_path, groups="group,student\nred,a\nred,b\n")
    with pytest.raises(TableError, match=r"group red: a and b differ.*times\.csv"):
        rows_of(folder, course)
    course = course_in(
        tmp_path,
        "due = 2026-11-30T23:59:00Z\n",
        times="submission,handed_in\na,2026-11-02 10:00\nb,2026-11-01 10:00\n",
    )
    assert [row.submission for row in rows_of(folder, course)] == ["a", "a"]
    same = record_with(tmp_path / "same", verdict("a"), verdict("b", sha256="a"))
    (tmp_path / "times.csv").unlink()
    assert [row.submission for row in rows_of(same, course)] == ["a", "a"]


def test_a_student_with_two_submissions_is_a_group_of_one(tmp_path: Path) -> None:
    """The later one counts, or nobody can say."""
    whose = [Whose("a", ANNA), Whose("b", ANNA)]
    folder = record_with(tmp_path / "out", verdict("a"), verdict("b"), whose=whose)
    with pytest.raises(TableError, match="Anna Ämter: a and b differ"):
        rows_of(folder, Course())


def test_an_extension_of_one_member_is_the_groups(tmp_path: Path) -> None:
    """Also where that member's own name is on no submission."""
    folder = record_with(
        tmp_path / "out",
        verdict("anna"),
        whose=[Whose("anna", ANNA, handed_in=datetime(2026, 12, 1, 3, tzinfo=UTC))],
    )
    course = course_in(
        tmp_path,
        "due = 2026-11-30T23:59:00+01:00\n[late]\n",
        roster=ROSTER,
        groups="group,student\nred,s1\nred,s3\n",
        extensions="submission,due,reason\ns3,2026-12-05 23:59,ill\n",
    )
    assert [row.grade.late for row in rows_of(folder, course) if row.grade] == [0, 0]


@pytest.mark.parametrize(
    ("late", "time", "told"),
    [(False, None, ["a", "b"]), (True, None, []), (True, DUE, ["b"]), (False, DUE, ["b"])],
)
def test_without_a_time_nobody_is_late_unseen(
    tmp_path: Path, late: bool, time: datetime | None, told: list[str]
) -> None:
    """Who counts as on time for want of a time is listed, unless the platform marks late ones."""
    whose = [Whose("a", ANNA, late=late, handed_in=time)]
    folder = record_with(tmp_path, verdict("a"), verdict("b"), whose=whose)
    with History.open(folder) as record:
        assert Grades(record, LATE).without_time() == told
        assert Grades(record, Course()).without_time() == []


def test_what_changed_since_it_was_published() -> None:
    """Each number, before and after; nothing of somebody new."""
    now = decision_log.Published("anna", 60, 20, 0, -6, 2, 76)
    before = decision_log.Published("anna", 60, None, 0, 0, 0, None)
    assert grades.changed({"anna": before}, now) == (
        "report none -> 20, late 0 -> -6, adjustment 0 -> 2, final none -> 76"
    )
    assert grades.changed({}, now) == grades.changed({"anna": now}, now) == ""
