"""gradescope.zip and results.json: valid, with the right visibility, and never a wrong 0."""

import html
import json
import os
import signal
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from autograder import sandbox
from autograder.cases.answers import Answers
from autograder.course.settings import Course, CourseLimits, Late, Visibility
from autograder.errors import ConfigError, NotJudged, SandboxError
from autograder.gradebook.late_policy import Penalty
from autograder.intake.downloads import entries
from autograder.paths import ROOT
from autograder.platforms import grade_one
from autograder.platforms.gradescope import bundle, markdown, results_json, run
from autograder.platforms.gradescope.metadata import Metadata
from autograder.platforms.summary import MAX_MESSAGE
from autograder.results import OutputResult
from tests.builders.files import folder_of, written
from tests.builders.results import a_result, an_output
from tests.platforms.results_schema import Results, checked

RIGHT = {"neural_network.py": (ROOT / "solution/neural_network.py").read_bytes()}
Grade = Callable[..., tuple[Results, str]]


def folders(place: Path, files: Mapping[str, bytes], about: object = None) -> Path:
    """The folders of the platform with a submission."""
    (place / "results").mkdir()
    folder_of(place / "submission", files)
    written(place / "submission_metadata.json", json.dumps(about or {}))
    return place


@pytest.fixture
def grade(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Grade:
    """Submit files and run; returns the content of results.json and the output."""
    monkeypatch.setattr(run, "ROOT", tmp_path)

    def graded(files: Mapping[str, bytes], about: object = None) -> tuple[Results, str]:
        run.main(folders(tmp_path, files, about))
        return read(tmp_path), capsys.readouterr().out

    return graded


def read(platform: Path) -> Results:
    """results.json as it was written, validated."""
    return checked((platform / "results/results.json").read_bytes())


def public(**changes: object) -> OutputResult:
    """An output of a public case with 2 points, correct by default."""
    return an_output("ffnn-handout", "y", **{"status": "passed", "points": 2, **changes})


def hidden(**changes: object) -> OutputResult:
    """A wrong output of a hidden case."""
    return an_output("ffnn-one-neuron", "y", **changes)


def document(*outputs: OutputResult, settings: Course | None = None, message: str = "") -> Results:
    """results.json for a submission with these outputs, validated."""
    made = results_json.judged(a_result(*outputs, message=message), settings or Course())
    return checked(msgspec.json.encode(made))


# --- the zip


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Iterator[zipfile.ZipFile]:
    """The zip, made once."""
    with zipfile.ZipFile(bundle.gradescope_zip(tmp_path_factory.mktemp("dist"))) as archive:
        yield archive


def test_the_root_of_the_zip_is_what_the_platform_wants(package: zipfile.ZipFile) -> None:
    """setup.sh and run_autograder are executable bash; the kit is complete, without our tests."""
    rights = {entry.filename: entry.external_attr >> 16 for entry in package.infolist()}
    assert {name for name, right in rights.items() if right & 0o111} == set(bundle.SCRIPTS)
    assert set(rights) >= {
        *("solution/neural_network.py", "autograder/platforms/gradescope/run.py", "data/iris.csv"),
        *("tests/public/cases.json", "constraints.txt", "requirements.txt", "pyproject.toml"),
    }
    ours = [name for name in rights if name.startswith("tests/") and "/public/" not in name]
    assert ours == []
    assert "course.toml" not in rights
    for name in bundle.SCRIPTS:
        subprocess.run(["bash", "-n"], input=package.read(name), check=True)


def test_every_package_that_is_installed_there_is_pinned(package: zipfile.ZipFile) -> None:
    """requirements.txt names what grading needs, and constraints.txt has a version of each."""
    wanted = package.read("requirements.txt").decode().split("\n")[:-1]
    pinned = package.read("constraints.txt").decode()
    names = [line.split(">")[0] for line in wanted]
    assert {"numpy", "scipy", "msgspec", "pyseccomp"} <= set(names)
    assert not bundle.NOT_NEEDED.keys() & set(names)
    assert [name for name in names if f"{name}==" not in pinned] == []


def test_without_a_grader_there_is_a_result_and_no_score() -> None:
    """run_autograder writes a valid file even if Python cannot start."""
    script = (ROOT / "autograder/platforms/gradescope/run_autograder").read_text("utf-8")
    text = script.partition("<<'END'")[2].partition("\n")[2].partition("\nEND\n")[0]
    found = checked(text)
    assert found.score is msgspec.UNSET
    assert [test.visibility for test in found.tests] == ["hidden"]


# --- one submission


def test_a_right_file_in_a_repository_has_every_point(tmp_path: Path) -> None:
    """80 points, one entry for each graded case, numbered by section, public ones visible.

    Other files are no further submissions, and packages that are not installed there are not used.
    """
    files = {".git/HEAD": b"ref", "README.md": b"# mine", "hw/two/plots.py": b"1/0"}
    files |= {f"hw/one/{name}": source for name, source in RIGHT.items()}
    missing = [*bundle.NOT_NEEDED.values(), "markupsafe", "distributed", "otter"]
    code = (
        f"import sys; sys.modules.update(dict.fromkeys({missing}))\n"
        "from pathlib import Path; from autograder.platforms.gradescope.run import main\n"
        "main(Path(sys.argv[1]))"
    )
    command = [sys.executable, "-c", code, folders(tmp_path, files)]
    subprocess.run(command, cwd=ROOT, check=True)
    found, cases = read(tmp_path), Answers().graded
    assert found.score == 80
    assert "Graded: hw/one/neural_network.py" in html.unescape(found.output)
    assert len(found.tests) == len(cases)
    assert {test.status for test in found.tests} == {"passed"}
    assert sum(test.score for test in found.tests if test.score) == 80
    numbers = [test.number for test in found.tests]
    assert numbers[:2] == ["1.1.1", "1.1.2"]
    assert len(set(numbers)) == len(numbers)
    shown = [test for test in found.tests if test.visibility == "visible"]
    titles = [case.title.replace("`", "") for case in cases if case.public]
    assert [test.name for test in shown] == titles
    most = sum(int(test.score) for test in shown if test.score)
    assert f"{most} of {most} points.** {80 - most} more points" in found.output
    assert found.extra_data["isolation"]["level"] >= 2


def test_nothing_to_grade_is_0_points_and_a_sentence(grade: Grade) -> None:
    """The student reads what is missing and what was found; the score is 0."""
    found, _ = grade({"report.pdf": b"%PDF"})
    assert found.score == 0
    assert found.tests == []
    assert "no Python file" in found.output
    assert "report.pdf" in found.output


def test_staff_read_more_than_the_student(grade: Grade, tmp_path: Path) -> None:
    """Expected values of hidden cases are printed for staff and are not in the results.

    The course.toml beside the grader says when these cases are shown.
    """
    written(tmp_path / "course.toml", 'visibility = {hidden = "after_due_date"}\n')
    wrong = b"\ndef sigmoid(x):\n    return 0.123\n"
    found, printed = grade({name: source + wrong for name, source in RIGHT.items()})
    assert "0.123" in printed
    later = [test for test in found.tests if test.visibility == "after_due_date"]
    assert later
    # The one fact of a probe is about an input of ours that is no secret.
    fact = "Your `sigmoid(0)` returns 0.123"
    told = "".join(str(test.output) for test in later)
    assert "0.123" not in told.replace(fact, "")
    assert "expected" not in told


# --- where the fault is ours


def test_without_isolation_the_earlier_score_counts(
    grade: Grade, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is repeated in an entry that students do not see, and staff read the reason."""
    monkeypatch.setattr(sandbox, "SAFE_LEVEL", 4)
    earlier = {"submission_time": "2026-10-01T10:00:00+00:00", "score": "61.0", "results": {}}
    found, printed = grade(RIGHT, {"previous_submissions": [earlier]})
    assert found.score == 61
    assert {test.visibility for test in found.tests} == {"hidden", "after_published"}
    assert "at level" in str(found.tests[0].output)
    assert "no fault of yours" in found.output
    assert "61" not in found.output
    assert "not judged" in printed


def out_of_time(*_: object) -> None:
    """What the hard stop does."""
    signal.raise_signal(signal.SIGALRM)


@pytest.mark.parametrize(
    ("where", "name", "fault", "why"),
    [
        (run, "grade", ZeroDivisionError("secret detail"), "ZeroDivisionError"),
        (run, "grade", out_of_time, f"within {run.HARD_STOP} seconds"),
        (run, "load", ConfigError("points must be a table"), "points must"),
        (grade_one, "LocalPool", SandboxError("no worker starts"), "no worker starts"),
        (entries, "files_below", NotJudged("disk broken"), "disk broken"),
    ],
    ids=["exception", "hard stop", "course", "sandbox", "reading"],
)
def test_a_fault_of_ours_is_no_score(
    where: Any, name: str, fault: Any, why: str, grade: Grade, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No score anywhere: no student gets a 0 for our fault; only staff read what it was."""
    monkeypatch.setattr(where, name, Mock(side_effect=fault))
    found, printed = grade(RIGHT)
    assert found.score is msgspec.UNSET
    assert [test.score for test in found.tests] == [msgspec.UNSET]
    assert found.tests[0].visibility == "hidden"
    assert why in str(found.tests[0].output)
    assert found.output == results_json.NOT_JUDGED
    assert "Traceback" not in json.dumps(msgspec.to_builtins(found))
    assert ("Traceback" in printed) == (why == "ZeroDivisionError")
    assert signal.getsignal(signal.SIGALRM) == signal.SIG_DFL


def test_our_limits_lie_within_the_platforms() -> None:
    """Even for a generous course, calls and starts end before the hard stop."""
    generous = CourseLimits(call_seconds=600, submission_seconds=3600, memory_mib=1 << 20)
    told = run.limits(Course(limits=generous))
    assert told.submission_seconds + told.callback_seconds < run.HARD_STOP < 600
    assert told.memory + (100 << 20) <= 768 << 20
    modest = CourseLimits(submission_seconds=20, memory_mib=300)
    assert run.limits(Course(limits=modest)) == Course(limits=modest).sandbox_limits()


def test_private_files_are_roots_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only root may read earlier results and the folder of the new ones."""
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    run.keep_private(folders(tmp_path, {}))
    for name, mode in (("submission_metadata.json", 0o600), ("results", 0o700)):
        assert (tmp_path / name).stat().st_mode & 0o777 == mode


@pytest.mark.parametrize(
    ("rule", "due", "points"),
    [
        (None, None, 0),
        (Late(), None, 0),
        (Late(on_gradescope=True), None, 5),
        (Late(on_gradescope=True), datetime(2026, 11, 3, tzinfo=UTC), 0),
    ],
)
def test_the_late_rule_is_applied_only_if_the_course_says_so(
    rule: Late | None, due: datetime | None, points: int
) -> None:
    """Off by default, because the platform has its own; the platform's due date comes first."""
    course = Course(due=datetime(2026, 11, 1, 12, 30, tzinfo=UTC), late=rule)
    about = Metadata(datetime(2026, 11, 2, 12, tzinfo=UTC), due)
    assert run._late(a_result(public(points=50)), course, about).points == points


def test_the_late_penalty_has_the_visibility_of_hidden_cases() -> None:
    """Its sentence contains the total, which includes their points."""
    made = results_json.judged(a_result(public()), Course(), Penalty(1, "1 day: 1 point off."))
    assert made["score"] == 1
    (told,) = [test for test in made["tests"] if test["name"] == "Late"]
    assert told["visibility"] == "after_published"
    assert "1 day" not in made["output"]


# --- what is shown


def test_visibility_is_the_courses() -> None:
    """The values in course.toml are those of the platform."""
    settings = Course(visibility=Visibility(public="after_due_date", hidden="hidden"))
    found = document(public(), hidden(), settings=settings)
    assert [test.visibility for test in found.tests] == ["after_due_date", "hidden"]
    assert "to your teachers only" in found.output


def test_a_hang_in_a_hidden_case_is_not_shown_at_once() -> None:
    """The text at the top, which is shown at once, is about public cases only."""
    message = "No answer in time: ffnn."
    bonus = an_output("bonus-step-above", "value", status="timeout")
    for asked in (public(), bonus, public(status="timeout", points=0)):
        found = document(asked, hidden(status="timeout"), message=message)
        assert (message in found.output) == (asked.function == "ffnn" and asked.points == 0)


def test_an_excused_case_has_full_points() -> None:
    """The entry has the points that all students get, with the reason."""
    found = document(public(status="failed", decision="Everybody has the points of this case: x"))
    assert found.tests[0].score == 2
    assert "Everybody has the points" in str(found.tests[0].output)


def test_hints_and_shared_messages_appear_once() -> None:
    """Two outputs with the same message and hint show them once."""
    told = {"message": "Not right.", "hint": "Look below."}
    found = document(*(an_output("ffnn-handout", name, **told) for name in ("y", "z0")))
    text = str(found.tests[0].output)
    assert text.count("Not right") == text.count("Look below") == 1
    assert "`y`: failed, 0 of 2" in text


def tokens(text: str) -> Iterator[tuple[str, str]]:
    """The tokens of a Markdown parser, with raw HTML and links."""
    for token in MarkdownIt("gfm-like", {"html": True, "linkify": False}).parse(text):
        for part in (token, *(token.children or ())):
            yield part.type, part.content


@given(st.text(max_size=60) | st.text("<>[]()!*_`~#|\\-+&;:/.@$^{}=1wx \n\t", max_size=60))
def test_text_of_a_student_is_escaped(text: str) -> None:
    """Nothing in it becomes a tag, a link, an image or a heading."""
    line = f"- `y`: failed, 0 of 2. {markdown.text(text)}"
    plain = {"text", "inline", "code_inline", "text_special"}
    known = {*plain, "bullet_list_open", "bullet_list_close", "list_item_open", "list_item_close"}
    found = list(tokens(line))
    assert {kind for kind, _ in found} <= {*known, "paragraph_open", "paragraph_close"}
    assert len([kind for kind, _ in found if kind == "list_item_open"]) == 1


def test_escaped_text_reads_as_it_was_written() -> None:
    """All characters are shown; names between backticks are code."""
    said = "`ffnn` is <b> & 3*4_5 # [x](y) www.example.org | a\\b at https://example.org"
    parts = [part for kind, part in tokens(markdown.text(said)) if kind in ("text", "text_special")]
    assert "".join(parts) == said.replace("`ffnn`", "")
    assert ("code_inline", "ffnn") in list(tokens(markdown.text(said)))


def test_long_texts_are_cut() -> None:
    """A student cannot fill the page."""
    assert len(markdown.text("word " * 10_000)) == MAX_MESSAGE
