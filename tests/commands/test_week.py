"""Made-up courses of 60 and 50 students through their week, as an instructor types it.

From the platform's zip over reports marked by two graders, a late policy, an extension, groups,
an adjustment, stragglers, an excused case and other points to the platform's own gradebook and its
feedback zip, until nothing needs a person.
"""

import csv
import io
import json
import re
import shutil
import zipfile
from collections import Counter
from collections.abc import Collection
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from autograder.cases.expected import reference_source
from autograder.paths import ROOT
from tests.builders import gradebooks as books
from tests.builders.downloads import (
    DUE,
    Student,
    canvas_zip,
    made_class,
    moodle_zip,
    pdf,
    roster_csv,
    zipped,
)
from tests.builders.processes import autograder

RIGHT = reference_source()
STUB = (ROOT / "assignment" / "neural_network.py").read_bytes()
MISTAKE = RIGHT.replace(b"tr - eta", b"tr + eta")
BEGUN = RIGHT[: RIGHT.index(b"def ffnn(")]
"""Only the first functions: most of the class, so that all are graded soon."""
UNNAMED = BEGUN.replace(b"value * (1.0 - value)", b"value * (1.0 - value) ** 0.7")
"""A wrong answer that no misconception explains."""
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
LATE, WAIVED, UNMARKED, AGAIN, ADJUSTED, DROPPED = (
    *("s10005", "s10003", "s10002", "s10013", "s10040", "s10030"),
)
ALIKE = ["s10021", "s10026"]
"""Two students with the same wrong answers."""
MARKS = "submission,item,points,comment,grader\n"
POINTS = '{"1.1"=10,"1.2"=8,"1.3"=15,"1.4"=17,"2.1"=22,"2.2"=8,"2.3"=20}'
ADJUSTMENTS = "submission,question,points,reason,by,date\n"
EXPORTED = {"canvas": books.canvas_gradebook, "moodle": books.moodle_gradebook}
DOWNLOADED = {"canvas": canvas_zip, "moodle": moodle_zip}
COLUMN = {"canvas": books.CANVAS_COLUMN, "moodle": books.MOODLE_COLUMN}


class Week:
    """An instructor's folder and commands."""

    def __init__(self, platform: str, folder: Path, students: list[Student]) -> None:
        self.platform, self.folder, self.students = platform, folder, students
        self.by_id = {one.id: one for one in students}
        self.out, self.config = folder / "results", folder / "course.toml"

    def write(self, name: str, content: str | bytes) -> Path:
        path = self.folder / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def download(self, *only: Student) -> Path:
        """The platform's zip of all students' files, or of a few with the names that they have."""
        whole = DOWNLOADED[self.platform](self.students)
        with zipfile.ZipFile(io.BytesIO(whole)) as archive:
            members = [
                (name, archive.read(name))
                for name in archive.namelist()
                if any(f"_{one.number}_" in name for one in only)
            ]
        return self.write("submissions.zip", zipped(members) if only else whole)

    def grade(self, download: Path) -> str:
        options = ("--out", self.out, "--config", self.config, "--jobs", "1")
        return autograder("grade", download, *options)

    def gradebook(self, name: str = "theirs.csv", expect: int = 0) -> str:
        """Fill a gradebook in."""
        options = ("--gradebook", self.folder / name, "--config", self.config)
        return autograder("export", self.platform, self.out, *options, expect=expect)

    def publish(self) -> str:
        return autograder("export", "grades", self.out, "--config", self.config)

    def status(self, expect: int = 1) -> str:
        return autograder("status", self.out, expect=expect)

    def grades(self) -> dict[str, dict[str, str]]:
        """``grades.csv`` by id."""
        text = (self.out / "grades.csv").read_text("utf-8-sig")
        return {row["id"]: row for row in csv.DictReader(io.StringIO(text, newline=""))}

    def filled(self) -> dict[str, str]:
        """What the gradebook has for each student; all other fields must be as they were."""
        before = (self.folder / "theirs.csv").read_bytes()
        after = (self.folder / "theirs.filled.csv").read_bytes()
        rows, _ = books.column(before, COLUMN[self.platform])
        same, grades = books.column(after, COLUMN[self.platform])
        assert same == rows
        students = [one for one in self.students if one.id != DROPPED]
        above = 3 if self.platform == "canvas" else 1
        return {one.id: grade for one, grade in zip(students, grades[above:], strict=False)}

    def lost(self, submission: str, question: str) -> dict[str, int]:
        """Points lost in each case of a question, from the student's own feedback."""
        feedback = json.loads((self.out / "feedback" / f"{submission}.json").read_text("utf-8"))
        found: Counter[str] = Counter()
        for output in feedback["outputs"]:
            if output["question"] == question:
                found[output["case"]] += output["max_points"] - output["points"]
        return found


def report_of(student: Student) -> float:
    """The points that graders give for a report."""
    place = int(student.id.removeprefix("s"))
    return place % 11 + place % 20 / 2


def marks(submissions: list[str]) -> str:
    """``manual.csv`` as a spreadsheet saves it: every report is marked, but for two."""
    rows = ["submission;item;points;comment;grader"]
    for one in submissions:
        if one not in (UNMARKED, AGAIN):
            place = int(one.removeprefix("s"))
            rows.append(f'{one};figures;{place % 11};"Axes; named";Kim')
            rows.append(f"{one};discussion;{place % 20 / 2};;Kim".replace(".", ","))
    return "\ufeff" + "\r\n".join(rows)


def marks_of_lee(comment: str, *students: Student) -> str:
    """``manual-Lee.csv``: the second grader's marks, as the page saves them."""
    rows = [
        f"{one.id},figures,{int(one.id[1:]) % 11},{comment},Lee\n"
        f"{one.id},discussion,{int(one.id[1:]) % 20 / 2},{comment},Lee\n"
        for one in students
    ]
    return MARKS + "".join(rows)


def times(week: Week, submissions: list[str], *, minutes: int = 0) -> str:
    """``times.csv``: of the late ones, and of all where the platform's download says nothing."""
    late, before = DUE + timedelta(hours=30), DUE - timedelta(hours=2, minutes=minutes)
    of = dict.fromkeys(submissions, before) if week.platform == "moodle" else {}
    of |= {LATE: late, WAIVED: late}
    rows = "".join(f"{one},{when.isoformat()}\n" for one, when in of.items())
    return f"submission,submitted_at\n{rows}"


def decide(week: Week, submissions: list[str]) -> None:
    """Write the decisions of the week into the tables beside ``course.toml``."""
    week.write("manual.csv", marks(submissions))
    week.write("manual-Lee.csv", marks_of_lee("", week.by_id[AGAIN]))
    week.write("times.csv", times(week, submissions))
    week.write("extensions.csv", f'submission,due,reason\n{WAIVED},waived,"Ill, with a note"\n')
    week.write("groups.csv", "group,student\nGroup 1,s10008\nGroup 1,jadams009@example.org\n")
    row = f'{ADJUSTED},2.1,+3,"Right, but for a sign; see the request",Kim,2026-12-03\n'
    week.write("adjustments.csv", ADJUSTMENTS + row)


@pytest.mark.slow
@pytest.mark.parametrize(("platform", "size", "there"), [("canvas", 60, 55), ("moodle", 50, 45)])
def test_a_week(tmp_path: Path, platform: str, size: int, there: int) -> None:
    """From the platform's zip to its gradebook and feedback zip, and nothing is left to do."""
    week = Week(platform, tmp_path, made_class(size, SOURCES))
    for one in ALIKE:
        week.by_id[one].files["neural_network.py"] = UNNAMED
    week.write("course.toml", COURSE)
    week.write("roster.csv", roster_csv(week.students, participant=True, delimiter=";"))
    theirs = EXPORTED[platform](one for one in week.students if one.id != DROPPED)
    week.write("theirs.csv", theirs)

    # Monday: the download, as it comes.
    printed = week.grade(week.download())
    submitted = [one for one in week.students if one.files]
    groups = 1 if platform == "canvas" else 0
    students = len(submitted) - groups
    assert f"{students} students, {students - 1} with code" in printed
    assert "0 unmatched" in printed
    first = week.grades()
    submissions = sorted({row["submission"] for row in first.values()} - {""})
    assert len(submissions) == students
    page = (week.out / "class.html").read_text("utf-8")
    alike = page[page.index('id="equal"') : page.index('id="all"')]
    groups_alike = re.findall(r'<p class="who">(.*?)</p>', alike, re.DOTALL)
    assert ALIKE in [re.findall(r"feedback/(\w+)\.html", group) for group in groups_alike]

    # Nothing is marked yet, so nothing is written into any field.
    printed = week.gradebook(expect=1)
    assert f"complete, so not filled in ({students - 1}):" in printed
    assert (tmp_path / "theirs.filled.csv").read_bytes() == theirs

    # Tuesday: reports, lateness, an extension, a group, a regrade request.
    decide(week, submissions)
    printed = week.gradebook(expect=2)
    assert "`autograder export grades" in printed
    week.publish()
    second = week.grades()
    check_grades(week, second, {one: int(row["automatic"] or 0) for one, row in first.items()})
    assert "Right, but for a sign" in (week.out / f"feedback/{ADJUSTED}.html").read_text("utf-8")

    # Wednesday: somebody submits late and somebody again, and nobody else changes.
    again, new = week.by_id[AGAIN], week.students[-1]
    fresh = {"neural_network.py": RIGHT}
    again = replace(again, files={**fresh, "report.pdf": pdf("Second report")}, attempt=2)
    new = replace(new, files={"neural_network.py": BEGUN, "report.pdf": pdf("Late report")})
    week.by_id |= {AGAIN: again, new.id: new}
    week.students = [*week.by_id.values()]
    printed = week.grade(week.download(again, new))
    assert re.search(rf"  {AGAIN}: .* \(1.1 0 -> 10, .*2.2 0 -> 8\)", printed)
    end = f"1 new, 1 replaced, {students - 1} kept, 0 removed; 1 report changed after marking"
    assert end in printed.splitlines()
    third = week.grades()
    assert {one for one in third if third[one] != second[one]} == {AGAIN, new.id}

    # A case turns out to be unfair; the points of all who lost it come back.
    lost = week.lost(ADJUSTED, "2.1")
    excused = max(lost, key=lambda case: lost[case])
    week.write(
        "course.toml", COURSE.replace("[late]", f'[excused]\n"{excused}" = "Ambiguous"\n\n[late]')
    )
    week.publish()
    expected = {one: with_excused(third[one], lost[excused]) for one in third}
    third = week.grades()
    check_grades(week, third, expected, unmarked={UNMARKED, new.id})

    late_page = (week.out / f"feedback/{LATE}.html").read_text("utf-8")
    assert "Submitted 1 day 6 hours late: 2 days begun" in late_page

    # Thursday: back to the platform.
    printed = week.gradebook(expect=1)
    check_gradebook(week, third)
    assert_listed(printed, "Not in the gradebook", [DROPPED])
    unmarked = [f"{UNMARKED} (José Núñez", f"{new.id} ({new.name}"]
    assert_listed(printed, "Grade not complete", unmarked)
    export = ["export", "feedback", "--for", platform, "--download", week.download()]
    autograder(*export, week.out)
    packed = week.out / f"feedback-{platform}.zip"
    with zipfile.ZipFile(packed) as archive:
        assert len(archive.namelist()) == students + 1
    once = packed.read_bytes()
    autograder(*export, week.out)
    assert packed.read_bytes() == once
    assert (tmp_path / "theirs.csv").read_bytes() == theirs

    # Friday: the last report is marked, the adjustment taken back, the gradebook exported again.
    with (tmp_path / "manual.csv").open("a", encoding="utf-8") as file:
        file.write(f"\r\n{UNMARKED};figures;4;;Kim\r\n{UNMARKED};discussion;5;;Kim\r\n")
    week.write("adjustments.csv", ADJUSTMENTS)
    week.publish()
    shutil.copy(tmp_path / "theirs.filled.csv", tmp_path / "friday.csv")
    printed = week.gradebook("friday.csv", expect=1)
    fourth = week.grades()
    assert float(fourth[ADJUSTED]["final"]) == float(third[ADJUSTED]["final"]) - 3
    assert f"2 grades filled in; {there} there already" in printed
    finals = [row[ADJUSTED]["final"] for row in (third, fourth)]
    before, after = (one.replace(".", "," if platform == "moodle" else ".") for one in finals)
    (line,) = [line for line in printed.splitlines() if " -> " in line]
    assert line.endswith(f": {before} -> {after}")

    # Monday: other points, without running any code.
    text = week.config.read_text("utf-8")
    week.write("course.toml", f"points = {POINTS}\n{text}")
    lines = week.publish().splitlines()
    lower, right = (
        [one.id for one in week.students if source in one.files.values()]
        for source in (MISTAKE, RIGHT)
    )
    heads = [f"lower ({len(lower)})", *(f"  {one}" for one in lower)]
    assert [line.split(":")[0] for line in lines[: len(heads)]] == heads
    assert f"{len(right)} redistributed, total unchanged" in lines
    assert not [line for line in lines if " judged" in line]

    # The second grader comes back, and whatever else needs a person is decided.
    printed = week.status()
    assert "Marks or decisions for an older file: " in printed
    assert re.search(rf"\({AGAIN}, section .\): marks by Lee", printed)
    assert f"    {new.name} ({new.id}, section" in printed
    week.write("manual-Lee.csv", marks_of_lee("Seen again", again, new))
    week.write("times.csv", times(week, [*submissions, new.id], minutes=5))
    nothing = [one for one, row in first.items() if row["automatic"] == "0" and one != AGAIN]
    zeros = "".join(f"{one},1.1,to 0,Asked,Kim,2026-12-07\n" for one in nothing)
    week.write("adjustments.csv", ADJUSTMENTS + zeros)
    head = f"{size} on the roster: {size - 1} final, 0 need you, 1 not submitted\n"
    assert week.status(expect=0).startswith(head)


def with_excused(row: dict[str, str], lost: int) -> int:
    """Automatic points with those of the excused case, which only right files had before."""
    points = int(row["automatic"] or 0)
    return points + lost if row["status"] == "judged" and points < 80 else points


def check_grades(
    week: Week,
    now: dict[str, dict[str, str]],
    automatic: dict[str, int],
    unmarked: Collection[str] = (UNMARKED,),
) -> None:
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
        if one in unmarked:
            assert (row["report"], row["final"]) == ("", "")
            assert "not marked" in row["note"]
            continue
        assert float(row["report"]) == report_of(week.by_id[whose])
        parts = ("automatic", "report", "bonus", "late", "adjustment")
        assert float(row["final"]) == sum(float(row[part]) for part in parts)


def check_gradebook(week: Week, grades: dict[str, dict[str, str]]) -> None:
    """Every student's field has the grade of ``grades.csv``, and nobody else's has changed."""
    filled = week.filled()
    assert len(filled) == len(week.students) - 1
    for one, field in filled.items():
        final = grades[one]["final"]
        if week.platform == "moodle":
            assert field == (final.replace(".", ",") or "-")
        else:
            assert field == final


def assert_listed(printed: str, title: str, names: list[str]) -> None:
    """These names, in this order and no others, are listed below this title."""
    listed = re.findall(rf"^{title}.*\n((?:  .*\n)*)", printed, re.MULTILINE)
    lines = [line.strip() for line in "".join(listed).splitlines()]
    assert [line[: len(name)] for line, name in zip(lines, names, strict=True)] == names
