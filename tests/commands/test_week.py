"""Made-up courses through their week, as an instructor types it.

From the platform's zip over reports marked by two graders, a late policy, an extension, groups,
an adjustment and stragglers to the platform's own gradebook and its feedback zip, until nothing
needs a person.
"""

import re
import zipfile
from collections.abc import Collection
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.builders import gradebooks as books
from tests.builders.archives import zipped
from tests.builders.commands import CourseFolder
from tests.builders.downloads import (
    DUE,
    Student,
    canvas_zip,
    made_class,
    moodle_zip,
    roster_csv,
)
from tests.builders.files import code, unzipped
from tests.builders.sources import RIGHT, STUB, mistake

BEGUN = RIGHT[: RIGHT.index("def ffnn(")]
"""Only the first functions: most of the class, so that all are graded soon."""
MISTAKE = mistake("train-plus-eta")
SOURCES = [MISTAKE, BEGUN, BEGUN, STUB, BEGUN, RIGHT, BEGUN, BEGUN, STUB, BEGUN]

COURSE = f"""\
name = "Back-propagation"
due = {DUE.isoformat()}

[late]
per_day = 10
cap = 50

[[rubric]]
name = "figures"
points = 10

[[rubric]]
name = "discussion"
points = 10
"""
SIZE = 32
LATE, WAIVED, UNMARKED, AGAIN, ADJUSTED, DROPPED = (
    *("s10005", "s10003", "s10002", "s10013", "s10020", "s10027"),
)
ADJUSTMENTS = "submission,question,points,reason,by,date\n"
EXPORTED = {"canvas": books.canvas_gradebook, "moodle": books.moodle_gradebook}
DOWNLOADED = {"canvas": canvas_zip, "moodle": moodle_zip}
COLUMN = {"canvas": books.CANVAS_COLUMN, "moodle": books.MOODLE_COLUMN}


class Week(CourseFolder):
    """An instructor's folder and commands."""

    def __init__(self, platform: str, folder: Path, students: list[Student]) -> None:
        super().__init__(folder)
        self.platform, self.students = platform, students
        self.by_id = {one.id: one for one in students}

    def download(self, *only: Student) -> Path:
        """The platform's zip of all students' files, or of a few with the names that they have."""
        whole = DOWNLOADED[self.platform](self.students)
        numbers = [f"_{one.number}_" for one in only]
        few = [item for item in unzipped(whole).items() if any(one in item[0] for one in numbers)]
        return self.write("submissions.zip", zipped(*few) if only else whole)

    def filled(self) -> dict[str, str]:
        """What the gradebook has for each student; all other fields must be as they were."""
        before, after = (
            books.column((self.folder / name).read_bytes(), COLUMN[self.platform])
            for name in ("theirs.csv", "theirs.filled.csv")
        )
        assert after[0] == before[0]
        students = [one.id for one in self.students if one.id != DROPPED]
        above = 3 if self.platform == "canvas" else 1
        return dict(zip(students, after[1][above:], strict=False))


def report_of(student: Student) -> tuple[int, float]:
    """The points that graders give for the two parts of a report."""
    place = int(student.id.removeprefix("s"))
    return place % 11, place % 20 / 2


def marks(students: Collection[Student]) -> str:
    """``manual.csv`` as a spreadsheet saves it: every report is marked, but for two."""
    rows = ["submission;item;points;comment;grader"]
    for one in students:
        if one.id not in (UNMARKED, AGAIN):
            figures, discussion = report_of(one)
            rows.append(f'{one.id};figures;{figures};"Axes; named";Kim')
            rows.append(f"{one.id};discussion;{discussion};;Kim".replace(".", ","))
    return "\ufeff" + "\r\n".join(rows)


def marks_of_lee(comment: str, *students: Student) -> str:
    """``manual-Lee.csv``: the second grader's marks, as the page saves them."""
    rows = "".join(
        f"{one.id},{part},{points},{comment},Lee\n"
        for one in students
        for part, points in zip(("figures", "discussion"), report_of(one), strict=True)
    )
    return f"submission,item,points,comment,grader\n{rows}"


def times(week: Week, submissions: list[str], *, minutes: int = 0) -> str:
    """``times.csv``: of the late ones, and of all where the platform's download says nothing."""
    late, before = DUE + timedelta(hours=30), DUE - timedelta(hours=2, minutes=minutes)
    of = dict.fromkeys(submissions, before) if week.platform == "moodle" else {}
    of |= {LATE: late, WAIVED: late}
    rows = "".join(f"{one},{when.isoformat()}\n" for one, when in of.items())
    return f"submission,submitted_at\n{rows}"


@pytest.mark.slow
@pytest.mark.parametrize("platform", EXPORTED)
def test_a_week(tmp_path: Path, platform: str) -> None:
    """From the platform's zip to its gradebook and feedback zip, and nothing is left to do."""
    week = Week(platform, tmp_path, made_class(SIZE, [source.encode() for source in SOURCES]))
    week.write("course.toml", COURSE)
    week.write("roster.csv", roster_csv(week.students, participant=True, delimiter=";"))
    exported = EXPORTED[platform](one for one in week.students if one.id != DROPPED)
    theirs = week.write("theirs.csv", exported)

    # Monday: the download, as it comes.
    printed = week.grade(week.download(), "--config", week.config)
    submitted = [one for one in week.students if one.files]
    groups = 1 if platform == "canvas" else 0
    students = len(submitted) - groups
    assert f"{students} students, {students - 1} with code" in printed
    assert "0 unmatched" in printed
    first = week.table()
    submissions = sorted({row["submission"] for row in first.values()} - {""})
    assert len(submissions) == students

    # Nothing is marked yet, so nothing is written into any field.
    printed = week.export(platform, "--gradebook", theirs, expect=1)
    assert f"complete, so not filled in ({students - 1}):" in printed
    assert (tmp_path / "theirs.filled.csv").read_bytes() == exported

    # Tuesday: reports, lateness, an extension, a group, a regrade request.
    week.write("manual.csv", marks([week.by_id[one] for one in submissions]))
    week.write("manual-Lee.csv", marks_of_lee("", week.by_id[AGAIN]))
    week.write("times.csv", times(week, submissions))
    week.write("extensions.csv", f'submission,due,reason\n{WAIVED},waived,"Ill, with a note"\n')
    week.write("groups.csv", "group,student\nGroup 1,s10008\nGroup 1,jadams009@example.org\n")
    row = f'{ADJUSTED},2.1,+3,"Right, but for a sign; see the request",Kim,2026-12-03\n'
    week.write("adjustments.csv", ADJUSTMENTS + row)
    week.export()
    second = week.table()
    check_grades(week, second, {one: int(row["automatic"] or 0) for one, row in first.items()})
    assert "Right, but for a sign" in week.page(ADJUSTED)
    assert "Submitted 1 day 6 hours late: 2 days begun" in week.page(LATE)

    # Wednesday: somebody submits late and somebody again, and nobody else changes.
    again, new = week.by_id[AGAIN], week.students[-1]
    again = replace(again, files=code(RIGHT, "Second report"), attempt=2)
    new = replace(new, files=code(BEGUN, "Late report"))
    week.by_id |= {AGAIN: again, new.id: new}
    week.students = [*week.by_id.values()]
    printed = week.grade(week.download(again, new))
    assert re.search(rf"  {AGAIN}: .* \(1.1 0 -> 10, .*2.2 0 -> 8\)", printed)
    end = f"1 new, 1 replaced, {students - 1} kept, 0 removed; 1 report changed after marking"
    assert end in printed.splitlines()
    third = week.table()
    assert {one for one in third if third[one] != second[one]} == {AGAIN, new.id}

    # Thursday: back to the platform.
    printed = week.export(platform, "--gradebook", theirs, expect=1)
    finals = {one: row["final"] for one, row in third.items() if one != DROPPED}
    if platform == "moodle":
        finals = {one: final.replace(".", ",") or "-" for one, final in finals.items()}
    assert week.filled() == finals
    assert_listed(printed, "Not in the gradebook", [DROPPED])
    unmarked = [f"{UNMARKED} (José Núñez", f"{new.id} ({new.name}"]
    assert_listed(printed, "Grade not complete", unmarked)
    week.export("feedback", "--for", platform, "--download", week.download())
    with zipfile.ZipFile(week.out / f"feedback-{platform}.zip") as archive:
        assert len(archive.namelist()) == students + 1
    assert theirs.read_bytes() == exported

    # Friday: the graders come back, and whatever else needs a person is decided.
    printed = week.status()
    assert "Marks or decisions for an older file: " in printed
    assert re.search(rf"\({AGAIN}, section .\): marks by Lee", printed)
    assert f"    {new.name} ({new.id}, section" in printed
    week.write("manual-Lee.csv", marks_of_lee("Seen again", again, new, week.by_id[UNMARKED]))
    week.write("times.csv", times(week, [*submissions, new.id], minutes=5))
    nothing = [one for one, row in first.items() if row["automatic"] == "0" and one != AGAIN]
    zeros = "".join(f"{one},1.1,to 0,Asked,Kim,2026-12-07\n" for one in nothing)
    week.write("adjustments.csv", ADJUSTMENTS + zeros)
    head = f"{SIZE} on the roster: {SIZE - 1} final, 0 need you, 1 not submitted\n"
    assert week.status(expect=0).startswith(head)


def check_grades(week: Week, now: dict[str, dict[str, str]], automatic: dict[str, int]) -> None:
    """Each line of ``grades.csv`` is the sum that one would work out by hand."""
    assert list(now) == list(week.by_id)
    for one, row in now.items():
        if not week.by_id[one].files:
            assert (row["final"], row["submission"]) == ("", ""), row
            continue
        # The group's second member has what the first one submitted.
        whose = "s10008" if one == "s10009" else one
        assert row["submission"] == whose
        assert int(row["automatic"]) == automatic[whose]
        assert row["adjustment"] == ("3" if one == ADJUSTED else "0")
        # 30 hours are two days begun: a fifth of 80 and 8.5 points is 17.7.
        assert row["late"] == ("-18" if one == LATE else "0")
        if one == UNMARKED:
            assert (row["report"], row["final"]) == ("", "")
            assert "not marked" in row["note"]
            continue
        assert float(row["report"]) == sum(report_of(week.by_id[whose]))
        parts = ("automatic", "report", "bonus", "late", "adjustment")
        assert float(row["final"]) == sum(float(row[part]) for part in parts)


def assert_listed(printed: str, title: str, names: list[str]) -> None:
    """These names, in this order and no others, are listed below this title."""
    listed = re.findall(rf"^{title}.*\n((?:  .*\n)*)", printed, re.MULTILINE)
    lines = [line.strip() for line in "".join(listed).splitlines()]
    assert [line[: len(name)] for line, name in zip(lines, names, strict=True)] == names
