"""The course in the packages: the handout, and the points of the local checks."""

import re
import sys
from datetime import datetime
from pathlib import Path

import pytest

from assignment.checks.model import public_key as key
from autograder.cases.answers import Answers
from autograder.cases.expected import reference_source
from autograder.course.settings import Course
from autograder.errors import PackageError
from autograder.paths import PUBLIC_KEY, ROOT
from autograder.platforms.grade_one import grade_one
from autograder.platforms.handout_course import course_rules, handout, moment
from autograder.platforms.otter import bundle
from tests.builders import student_kit
from tests.builders.commands import autograder
from tests.builders.courses import course_in
from tests.builders.files import unzipped, written
from tests.builders.processes import run

HANDOUT = (ROOT / "assignment/README.md").read_text("utf-8")
COURSE = """\
name = "Networks & *more*"
dependency_credit = 0.5
due = 2026-11-30T23:59:00+01:00
limits = {call_seconds = 2.5}
points = {"1.1" = 10, "1.2" = 10, "1.3" = 20, "1.4" = 20, "2.1" = 20, "2.2" = 5, "2.3" = 15}
late = {per_day = 10}
rubric = [{name = "Figures", points = 15}]
"""


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """A course in which nothing is the default."""
    return course_in(tmp_path_factory.mktemp("course"), COURSE)


@pytest.fixture(scope="module")
def kit(course: Course, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Its student.zip, unzipped, with the reference solution in it."""
    place = student_kit.unzipped(tmp_path_factory.mktemp("dist") / "kit", course)
    (place / "neural_network.py").write_bytes(reference_source())
    return place


def check(kit: Path, *arguments: str, code: int = 0) -> str:
    """The output of check.py there, as words."""
    done = run([sys.executable, "check.py", *arguments], kit)
    assert (done.returncode, done.stderr) == (code, "")
    return " ".join(done.stdout.split())


def test_the_default_course_changes_no_byte() -> None:
    """Handout and key of the default course are the committed ones."""
    assert handout(HANDOUT, Course()) == HANDOUT
    assert list(course_rules(Course())) == []
    found = key.loads(PUBLIC_KEY.read_text("utf-8"))
    assert found.about == key.About()


def test_the_handout_has_the_courses_rules(kit: Path) -> None:
    """Points, dates, lateness, dependency credit, caps, rubric and limits are in both its forms."""
    text = (kit / "README.md").read_text("utf-8")
    assert "| 1.3 | `ffnn` | 20 |" in text
    assert "(marked by hand) | 15 |" in text
    assert text.index("Submit by") < text.index("| section | what | points |")
    page = (kit / "README.html").read_text("utf-8")
    plain = " ".join(re.sub(r"<[^>]+>", "", page).split())
    for said in (
        "Course: Networks &amp; *more*.",
        "Submit by Monday 30 November 2026, 23:59 (UTC+01:00).",
        "each day begun costs 10 % of the points earned, 50 % at most; the first 15 minutes cost",
        "functions in place of yours; an output that is right only then has 50 % of its points,",
        "7 for ffnn and 8 for backprop below it.",
        "The report's 15 points are for: Figures (15).",
        "(short of 2.5 seconds for one call",
    ):
        assert said in plain


def test_local_checks_have_the_courses_points(kit: Path, course: Course, tmp_path: Path) -> None:
    """Closing table, page and receipt have them, and all digests are the same."""
    outputs = course.course_points().outputs
    cases = [case for case in Answers().graded if case.public]
    public = sum(outputs[case.id, name] for case in cases for name in case.points)
    said = check(kit)
    assert f"{public} Hidden cases decide the other {85 - public} of the 85 points" in said
    assert "The report is worth 15 more." in said
    assert f"{public} of {public} public points" in check(kit, "--html")
    page = (kit / "feedback.html").read_text("utf-8")
    assert "Local check · Networks &amp; *more*" in page
    assert "is worth 15 more" in page
    assert "it is worth 15 points" in check(kit, "--submit", code=1)  # there is none yet
    (tmp_path / "neural_network.py").write_bytes(reference_source())
    result = grade_one(tmp_path, course, course.sandbox_limits())
    assert result.score == 85
    assert f"Digest {result.digest} " in said


def test_a_course_may_have_no_2_3(tmp_path: Path) -> None:
    """Neither handout nor local checks speak of it, and what it needs is not in the kit."""
    points = {"1.1": 20, "1.2": 10, "1.3": 20, "1.4": 20, "2.1": 20, "2.2": 10, "2.3": 0}
    place = student_kit.unzipped(tmp_path / "kit", Course(points=points))
    (place / "neural_network.py").write_bytes(reference_source())
    said = [check(place, *options) for options in ((), ("--html",), ("--submit",), ("--help",))]
    pages = ("README.md", "README.html", "feedback.html")
    said += [(place / name).read_text("utf-8") for name in pages]
    said += [path.name for path in place.rglob("*") if "checks" not in path.parts]
    for text in said:
        assert not re.search(r"report|2\.3 ", text.replace(str(place), ""), re.I), text
    assert run([sys.executable, "-m", "pytest", "-q"], place).returncode == 0


def test_a_changed_handout_is_noticed(course: Course) -> None:
    """If the handout has no place for a course's rules any more, packaging fails."""
    for sentence, why in (
        ("five seconds", "five seconds for one call"),
        ("is not counted again", "is not counted again"),
        ("<!-- points:begin -->", "no place for the table"),
    ):
        with pytest.raises(PackageError, match=why):
            handout(HANDOUT.replace(sentence, ""), course)


def test_dates_have_a_zone() -> None:
    """The text has day, time and the difference from UTC."""
    half, none = "2026-12-01T08:05:00-05:30", "2026-12-01T00:00:00+00:00"
    assert moment(datetime.fromisoformat(half)) == "Tuesday 1 December 2026, 08:05 (UTC-05:30)"
    assert moment(datetime.fromisoformat(none)) == "Tuesday 1 December 2026, 00:00 (UTC)"


def test_packages_contain_the_course(
    course: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`autograder package --config` puts it into both zips, and says how to get otter's."""
    monkeypatch.setattr(bundle, "installed", lambda: False)
    assert course.folder is not None
    config = course.folder / "course.toml"
    printed = autograder("package", tmp_path, "--config", config)
    assert re.search(r"not written: autograder\.zip.*\[otter\]", printed, re.DOTALL)
    files = unzipped((tmp_path / "gradescope.zip").read_bytes())
    assert files["course.toml"] == config.read_bytes()
    files = unzipped((tmp_path / "student.zip").read_bytes())
    assert not any("course.toml" in name for name in files)
    assert b"hidden_seed" not in b"".join(files.values())


def test_a_wrong_course_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    """The message names the key that there is not."""
    config = written(tmp_path / "course.toml", "hidden_sead = 7\n")
    assert "hidden_sead" in autograder("package", tmp_path / "dist", "--config", config, expect=2)
    assert not (tmp_path / "dist").exists()
