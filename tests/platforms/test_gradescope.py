"""gradescope.zip and results.json: valid, with the right visibility, and never a wrong 0."""

import json
import os
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

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
from autograder.platforms.gradescope import bundle, markdown, metadata, results_json, run
from autograder.platforms.gradescope.metadata import Metadata
from autograder.platforms.summary import MAX_MESSAGE
from autograder.results import OutputResult, SubmissionResult
from tests.platforms.results_schema import Results, checked

RIGHT = (ROOT / "solution/neural_network.py").read_bytes()
Grade = Callable[..., tuple[Results, str]]


@pytest.fixture
def platform(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folders of the platform, with the course's defaults."""
    monkeypatch.setattr(run, "ROOT", tmp_path / "source")
    for name in ("source", "submission", "results"):
        (tmp_path / name).mkdir()
    (tmp_path / "submission_metadata.json").write_text("{}")
    return tmp_path


@pytest.fixture
def grade(platform: Path, capsys: pytest.CaptureFixture[str]) -> Grade:
    """Submit files and run; returns the content of results.json and the output."""

    def graded(files: dict[str, bytes], about: object = None) -> tuple[Results, str]:
        for name, content in files.items():
            path = platform / "submission" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        if about is not None:
            (platform / "submission_metadata.json").write_text(json.dumps(about))
        run.main(platform)
        return checked(read(platform)), capsys.readouterr().out

    return graded


def read(platform: Path) -> Any:
    """results.json as it was written."""
    return json.loads((platform / "results/results.json").read_text("utf-8"))


def output(**fields: Any) -> OutputResult:
    """An output of a public case, correct by default."""
    told = {
        "question": "1.3", "function": "ffnn", "case": "ffnn-handout", "title": "`ffnn`: a case",
        "output": "y", "public": True, "status": "passed", "points": 2, "max_points": 2,
    }  # fmt: skip
    return OutputResult(**{**told, **fields})


def result(*outputs: OutputResult, **fields: Any) -> SubmissionResult:
    """A judged submission with these outputs."""
    return SubmissionResult(submission="s", status="judged", outputs=outputs, **fields)


def document(*outputs: OutputResult, settings: Course | None = None, **fields: Any) -> Results:
    """results.json for such a submission, validated."""
    made = results_json.judged(result(*outputs, **fields), settings or Course())
    return checked(json.loads(msgspec.json.encode({**made, "execution_time": 0.1})))


# --- the zip


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The zip, made once."""
    return bundle.gradescope_zip(tmp_path_factory.mktemp("dist"))


def test_the_root_of_the_zip_is_what_the_platform_wants(package: Path) -> None:
    """setup.sh and run_autograder are executable; the kit is complete, without our tests."""
    with zipfile.ZipFile(package) as archive:
        rights = {entry.filename: entry.external_attr >> 16 for entry in archive.infolist()}
    assert {name for name, right in rights.items() if right & 0o111} == set(bundle.SCRIPTS)
    assert set(rights) >= {
        *("solution/neural_network.py", "autograder/platforms/gradescope/run.py", "data/iris.csv"),
        *("tests/public/cases.json", "constraints.txt", "requirements.txt", "pyproject.toml"),
    }
    ours = [name for name in rights if name.startswith("tests/") and "/public/" not in name]
    assert ours == []
    assert "course.toml" not in rights


def test_the_course_is_baked_in(tmp_path: Path) -> None:
    """The zip contains its file unchanged; an invalid one is refused before anything is written."""
    config = tmp_path / "mine.toml"
    config.write_text('name = "Nets"\nhidden_seed = 7\n')
    with zipfile.ZipFile(bundle.gradescope_zip(tmp_path, config)) as archive:
        assert archive.read("course.toml") == config.read_bytes()
    config.write_text("hidden_sead = 7\n")
    with pytest.raises(ConfigError, match="hidden_sead"):
        bundle.gradescope_zip(tmp_path / "no", config)
    assert not (tmp_path / "no").exists()


def test_every_package_that_is_installed_there_is_pinned(package: Path) -> None:
    """requirements.txt names what grading needs, and constraints.txt has a version of each."""
    with zipfile.ZipFile(package) as archive:
        wanted = archive.read("requirements.txt").decode().split("\n")[:-1]
        pinned = archive.read("constraints.txt").decode()
    names = [line.split(">")[0] for line in wanted]
    assert {"numpy", "scipy", "msgspec", "pyseccomp"} <= set(names)
    assert not bundle.NOT_NEEDED.keys() & set(names)
    assert [name for name in names if f"{name}==" not in pinned] == []


@pytest.mark.parametrize("name", bundle.SCRIPTS)
def test_the_scripts_are_bash(name: str) -> None:
    """They can be parsed and are executable in the checkout."""
    script = ROOT / "autograder/platforms/gradescope" / name
    assert os.access(script, os.X_OK)
    subprocess.run(["bash", "-n", script], check=True)


def test_without_a_grader_there_is_a_result_and_no_score() -> None:
    """run_autograder writes a valid file even if Python cannot start."""
    script = (ROOT / "autograder/platforms/gradescope/run_autograder").read_text("utf-8")
    text = script.partition("<<'END'")[2].partition("\n")[2].partition("\nEND\n")[0]
    found = checked(json.loads(text))
    assert found.score is msgspec.UNSET
    assert [test.visibility for test in found.tests] == ["hidden"]
    assert found.stdout_visibility == "hidden"


# --- one submission


def test_a_right_file_has_every_point(grade: Grade) -> None:
    """80 points, one entry for each graded case, numbered by section, public ones visible."""
    found, _ = grade({"neural_network.py": RIGHT})
    cases = Answers().graded
    assert found.score == 80
    assert len(found.tests) == len(cases)
    assert {test.status for test in found.tests} == {"passed"}
    assert sum(test.score for test in found.tests if test.score) == 80
    numbers = [test.number for test in found.tests]
    assert numbers[:2] == ["1.1.1", "1.1.2"]
    assert len(set(numbers)) == len(numbers)
    public = [test for test in found.tests if test.visibility == "visible"]
    assert [case.title.replace("`", "") for case in cases if case.public] == [
        test.name for test in public
    ]
    most = sum(int(test.score) for test in public if test.score)
    assert f"{most} of {most} points.** {80 - most} more points" in found.output
    assert found.extra_data
    assert found.extra_data["isolation"]["level"] >= 2


def test_a_repository_is_one_submission(grade: Grade) -> None:
    """Folders, other files and .git are not further submissions."""
    files = {".git/HEAD": b"ref", "README.md": b"# mine", "hw/one/neural_network.py": RIGHT}
    found, _ = grade({**files, "hw/two/plots.py": b"1/0"})
    assert found.score == 80
    assert "hw/one/neural_network.py" in found.output.replace("&#95;", "_").replace("&#47;", "/")


def test_nothing_to_grade_is_0_points_and_a_sentence(grade: Grade) -> None:
    """The student reads what is missing and what was found; the score is 0."""
    found, _ = grade({"report.pdf": b"%PDF"})
    assert found.score == 0
    assert found.tests == []
    assert "no Python file" in found.output
    assert "report.pdf" in found.output


def test_staff_read_more_than_the_student(grade: Grade) -> None:
    """Expected values of hidden cases are printed for staff and are not in the results."""
    wrong = RIGHT.replace(b"return 1.0 / (1.0 + np.exp(-x))", b"return 0.123")
    wrong += b"\ndef sigmoid(x):\n    return 0.123\n"
    found, printed = grade({"neural_network.py": wrong})
    assert found.stdout_visibility == "hidden"
    assert "0.123" in printed
    hidden = [test for test in found.tests if test.visibility == "after_published"]
    # The one fact of a probe is about an input of ours that is no secret.
    fact = "Your `sigmoid(0)` returns 0.123"
    assert [test for test in hidden if "0.123" in str(test.output).replace(fact, "")] == []
    assert "expected" not in "".join(str(test.output) for test in hidden)


# --- where the fault is ours


def test_without_isolation_the_earlier_score_counts(
    grade: Grade, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is repeated in an entry that students do not see, and staff read the reason."""
    monkeypatch.setattr(sandbox, "SAFE_LEVEL", 4)
    earlier = {"submission_time": "2026-10-01T10:00:00+00:00", "score": "61.0", "results": {}}
    found, printed = grade({"neural_network.py": RIGHT}, {"previous_submissions": [earlier]})
    assert found.score == 61
    assert {test.visibility for test in found.tests} == {"hidden", "after_published"}
    assert "at level" in str(found.tests[0].output)
    assert "no fault of yours" in found.output
    assert "61" not in found.output
    assert "not judged" in printed


def raises(problem: Exception) -> Callable[..., None]:
    """A function that raises this."""

    def raising(*_: object) -> None:
        raise problem

    return raising


def hangs(*_: object) -> None:
    signal.raise_signal(signal.SIGALRM)


@pytest.mark.parametrize(
    ("where", "name", "value", "why"),
    [
        (sandbox, "SAFE_LEVEL", 4, "at level"),
        (run, "grade", raises(ZeroDivisionError("secret detail")), "ZeroDivisionError"),
        (run, "grade", hangs, f"within {run.HARD_STOP} seconds"),
        (grade_one, "LocalPool", raises(SandboxError("no worker starts")), "no worker starts"),
        (run, "ROOT", None, "points"),
        (entries, "files_below", raises(NotJudged("disk broken")), "disk broken"),
    ],
    ids=["isolation", "exception", "hard stop", "sandbox", "course", "reading"],
)
def test_a_fault_of_ours_is_no_score(
    where: Any, name: str, value: object, why: str, platform: Path, grade: Grade,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """No score anywhere: no student gets a 0 for our fault; only staff read what it was."""
    if value is None:
        (platform / "source/course.toml").write_text("points = 3")
    else:
        monkeypatch.setattr(where, name, value)
    found, printed = grade({"neural_network.py": RIGHT})
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


def test_private_files_are_roots_alone(platform: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only root may read earlier results and the folder of the new ones."""
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    (platform / "submission_metadata.json").chmod(0o644)
    run.keep_private(platform)
    assert (platform / "submission_metadata.json").stat().st_mode & 0o777 == 0o600
    assert (platform / "results").stat().st_mode & 0o777 == 0o700


# --- the platform's metadata


def about(*earlier: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """A submission's metadata."""
    return {"created_at": "2026-11-05T12:00:00+00:00", "previous_submissions": earlier, **fields}


def entry(day: int, score: object, **fields: Any) -> dict[str, Any]:
    """An earlier submission of October 2026."""
    return {"submission_time": f"2026-10-{day:02}T09:00:00+00:00", "score": score, **fields}


def latest_score(tmp_path: Path, found: object) -> float | None:
    """The earlier score, by a metadata file with this content."""
    path = tmp_path / "submission_metadata.json"
    path.write_text(json.dumps(found))
    return metadata.read(path).previous


def test_the_latest_judged_score_counts(tmp_path: Path) -> None:
    """By date, not by order; errors of the autograder and unjudged submissions do not count."""
    not_judged = {"extra_data": {"status": "not_judged"}}
    restated = {"extra_data": {"status": "not_judged"}, "score": 40.0}
    assert latest_score(tmp_path, about(entry(9, 50.0), entry(3, 30.0))) == 50
    assert latest_score(tmp_path, about(entry(3, 30.0), entry(9, 0.0, autograder_error=True))) == 30
    assert latest_score(tmp_path, about(entry(3, 30.0), entry(9, 0.0, results=not_judged))) == 30
    assert latest_score(tmp_path, about(entry(3, 40.0), entry(9, 40.0, results=restated))) == 40
    assert latest_score(tmp_path, about()) is None


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    ["previous_submissions", "score", "results", "assignment", "due_date"]
                ),
                inner,
                max_size=4,
            )
        ),
    )
)
def test_odd_metadata_stops_nothing(odd: object) -> None:
    """Any content can be read; an earlier score is a finite number."""
    found = metadata.parse(json.dumps(odd).encode(), "m.json").previous
    assert found is None or abs(found) < float("inf")


def test_hostile_metadata_stops_nothing(tmp_path: Path) -> None:
    """Lists in lists, huge numbers and a file that is too large are named, and cost no time."""
    path = tmp_path / "m.json"
    for data in (b"[" * 10_000_000, b"9" * 20_000_000, b" " * (51 << 20)):
        path.write_bytes(data)
        began = time.monotonic()
        assert metadata.read(path).problem.startswith("m.json ")
        assert time.monotonic() - began < 6


def test_times_have_zones(tmp_path: Path) -> None:
    """The platform's due date is read; one without a zone is ignored."""
    path = tmp_path / "m.json"
    due = datetime(2026, 11, 2, 7, 59, tzinfo=UTC)
    for zone, expected in (("-08:00", due), ("", None)):
        path.write_text(json.dumps(about(assignment={"due_date": f"2026-11-01T23:59:00{zone}"})))
        assert metadata.read(path).due == expected
    assert metadata.read(tmp_path / "none").problem


def late_by(rule: Late | None, **fields: Any) -> Penalty:
    """The penalty of one day for 50 points."""
    day = datetime(2026, 11, 2, 12, tzinfo=UTC)
    settings = Course(due=datetime(2026, 11, 1, 12, 30, tzinfo=UTC), late=rule)
    earned = result(output(points=50, max_points=50))
    return run._late(earned, settings, Metadata(**{"created": day, **fields}))


def test_the_late_rule_is_applied_only_if_the_course_says_so() -> None:
    """Off by default, because the platform has its own; the platform's due date comes first."""
    assert late_by(None).points == 0
    assert late_by(Late()).points == 0
    assert late_by(Late(on_gradescope=True)).points == 5
    later = datetime(2026, 11, 3, tzinfo=UTC)
    assert late_by(Late(on_gradescope=True), due=later).points == 0


def test_the_late_penalty_has_the_visibility_of_hidden_cases() -> None:
    """Its sentence contains the total, which includes their points."""
    made = results_json.judged(
        result(output(points=2)), Course(), Penalty(1, "1 day: 1 point off.")
    )
    assert made["score"] == 1
    (told,) = [test for test in made["tests"] if test["name"] == "Late"]
    assert told["visibility"] == "after_published"
    assert "1 day" not in made["output"]


# --- what is shown


def test_visibility_is_the_courses() -> None:
    """The values in course.toml are those of the platform."""
    settings = Course(visibility=Visibility(public="after_due_date", hidden="hidden"))
    found = document(output(), output(case="h", public=False), settings=settings)
    assert [test.visibility for test in found.tests] == ["after_due_date", "hidden"]
    assert "to your teachers only" in found.output


def test_a_hang_in_a_hidden_case_is_not_shown_at_once() -> None:
    """The text at the top, which is shown at once, is about public cases only."""
    hangs = output(case="h", public=False, status="timeout", points=0)
    found = document(output(), hangs, message="No answer in time: ffnn.")
    assert "No answer in time" not in found.output
    bonus = output(question="9.1", case="b", function="step", status="timeout", points=0)
    found = document(output(), hangs, bonus, message="No answer in time: ffnn.")
    assert "No answer in time" not in found.output
    both = document(output(status="timeout", points=0), hangs, message="No answer in time: ffnn.")
    assert "No answer in time" in both.output


def test_an_excused_case_has_full_points() -> None:
    """The entry has the points that all students get, with the reason."""
    found = document(output(status="failed", decision="Everybody has the points of this case: x"))
    assert found.tests[0].score == 2
    assert "Everybody has the points" in str(found.tests[0].output)


def test_hints_and_shared_messages_appear_once() -> None:
    """Two outputs with the same message and hint show them once."""
    told = {"status": "failed", "points": 0, "message": "Not right.", "hint": "Look below."}
    found = document(output(**told), output(output="z0", **told))
    text = str(found.tests[0].output)
    assert text.count("Not right") == text.count("Look below") == 1
    assert "`y`: failed, 0 of 2" in text


def html(text: str) -> Iterator[tuple[str, str]]:
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
    found = list(html(line))
    assert {kind for kind, _ in found} <= {*known, "paragraph_open", "paragraph_close"}
    assert len([kind for kind, _ in found if kind == "list_item_open"]) == 1


def test_escaped_text_reads_as_it_was_written() -> None:
    """All characters are shown; names between backticks are code."""
    said = "`ffnn` is <b> & 3*4_5 # [x](y) www.example.org | a\\b at https://example.org"
    parts = [part for kind, part in html(markdown.text(said)) if kind in ("text", "text_special")]
    assert "".join(parts) == said.replace("`ffnn`", "")
    assert ("code_inline", "ffnn") in list(html(markdown.text(said)))


def test_long_texts_are_cut() -> None:
    """A student cannot fill the page."""
    assert len(markdown.text("word " * 10_000)) == MAX_MESSAGE


def test_packages_that_are_not_installed_are_not_needed(platform: Path) -> None:
    """Grading there imports none of the packages that requirements.txt leaves out."""
    (platform / "submission/neural_network.py").write_bytes(RIGHT)
    missing = [*bundle.NOT_NEEDED.values(), "markupsafe", "distributed", "otter"]
    code = (
        "import sys\n"
        f"sys.modules.update(dict.fromkeys({missing}))\n"
        "from pathlib import Path\n"
        "from autograder.platforms.gradescope.run import main\n"
        "main(Path(sys.argv[1]))\n"
    )
    subprocess.run([sys.executable, "-c", code, platform], cwd=ROOT, check=True)
    assert checked(read(platform)).score == 80
