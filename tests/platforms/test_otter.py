"""otter-grader with the native grader: rendered files, messages and scores.

Cheats are in test_otter_cheats.py.
"""

import json
import re
import stat
import sys
import tempfile
import zipfile
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import msgspec
import pytest

from assignment.checks.model.questions import BONUS, FUNCTIONS
from autograder.cases.answers import Answers
from autograder.cases.points import REPORT, kit_sections
from autograder.course.settings import Course, Visibility
from autograder.errors import ConfigError, NotJudged
from autograder.paths import ROOT
from autograder.platforms import grade_one
from autograder.platforms.otter import bundle, container, messages, native, rendering
from autograder.results import SubmissionResult
from tests.builders.archives import zipped
from tests.builders.courses import course_in
from tests.builders.files import folder_of, notebook
from tests.builders.processes import run
from tests.builders.sources import RIGHT, STUB, mistake
from tests.conftest import lacking
from tests.platforms.runs import Ran, contained, otter_run

WRONG = mistake("sigmoid-overflow", "delta-sign")
HIDDEN = Course(visibility=Visibility(public="visible", hidden="hidden"))


def shown(ran: Ran, *visibilities: str) -> str:
    """The students' text at the top and in the entries with these visibilities."""
    assert ran.results is not None, ran.printed
    entries = [test for test in ran.results["tests"] if test["visibility"] in visibilities]
    return "\n".join([ran.results.get("output", ""), *(entry["output"] for entry in entries)])


# --- rendered files


def test_every_output_is_a_test_case_with_its_points() -> None:
    """Each graded output occurs once, in the file of its function, with the course's points."""
    answers = Answers()
    points = {**kit_sections(), "1.3": 26, REPORT: 10}
    course = Course(points=points)
    asked = [one for suite in rendering.suites(course) for one in suite.cases]
    graded = (*answers.graded, *answers.bonus.graded)
    wanted = {f"{case.id}/{output}" for case in graded for output in case.points}
    assert sorted(one.key for one in asked) == sorted(wanted)
    by_section = {**dict.fromkeys(points, 0), REPORT: 10}
    *suites, bonus = rendering.suites(course)
    assert sum(one.points for one in bonus.cases) == 0
    for suite in suites:
        by_section[suite.name.split()[0]] += sum(one.points for one in suite.cases)
    assert by_section == points


def test_a_test_file_asks_for_verdicts_and_knows_nothing() -> None:
    """The file is Python without data of cases; of a hidden case it has only the title."""
    for suite in rendering.suites(Course()):
        text = rendering.render(suite)
        compile(text, suite.file, "exec")
        assert text.count("@test_case(") == len(suite.cases)
        assert text.count(f"{rendering.VERDICT}('") == len(suite.cases)
        assert "import" not in text.replace("from otter.test_files import test_case", "", 1)
    *suites, bonus = rendering.suites(Course())
    assert [suite.name.split()[1] for suite in suites] == list(FUNCTIONS)
    assert bonus.name == rendering.BONUS


@pytest.mark.parametrize(
    ("public", "hidden", "settings", "hides"),
    [
        ("visible", "after_published", (True, True, False), False),
        ("visible", "hidden", (False, True, False), False),
        ("visible", "visible", (True, True, True), False),
        ("after_published", "after_published", (True, False, False), False),
        ("hidden", "hidden", (True, False, False), True),
    ],
)
def test_visibility_becomes_otters_settings(
    public: Any, hidden: Any, settings: tuple[bool, ...], hides: bool
) -> None:
    """Entries follow the later visibility; a summary exists if public cases are visible at once."""
    course = Course(visibility=Visibility(public=public, hidden=hidden))
    found = rendering.settings(course)
    names = ("show_hidden", "force_public_test_summary", "show_all_public")
    assert tuple(found[name] for name in names) == settings
    assert rendering.hides_everything(course) is hides
    asked = [one for suite in rendering.suites(course) for one in suite.cases]
    assert {one.hidden for one in asked} == {public != "visible", hidden != "visible"}


def test_a_course_survives_json(tmp_path: Path) -> None:
    """Everything except the folder on the instructor's machine comes back."""
    course = course_in(
        tmp_path, "hidden_seed = 5\ndue = 2026-11-30T23:59:00+01:00\nlimits = {call_seconds = 2}\n"
    )
    (plugin,) = json.loads(json.dumps(rendering.settings(course)))["plugins"]
    plain = plugin[rendering.PLUGIN]["course"]
    assert msgspec.convert(plain, Course) == msgspec.structs.replace(course, folder=None)
    assert str(tmp_path) not in json.dumps(plain)


NASTY = [
    "'''\"\"\"\\", "%%bash\ntouch x", "!touch x", "\n!touch x\n", "help?", "{verdicts!r}",
    "\x00\x1b[31m", "\u2028\u202e", "\\'); raise SystemExit #", "$(x) `x` ]]>",
]  # fmt: skip


def test_no_message_gets_out_of_its_literal() -> None:
    """The cell returns every message unchanged, before and after IPython's rewriting."""
    source = rendering.cell({text: (False, text) for text in NASTY})
    assert source.isascii()
    if find_spec("IPython") is None:
        lacking("otter-grader")
    from IPython.core.inputtransformer2 import TransformerManager

    assert TransformerManager().transform_cell(source) == source
    scope: dict[str, Any] = {}
    exec(source, scope)
    for text in NASTY:
        with pytest.raises(AssertionError) as caught:
            scope[rendering.VERDICT](text)
        assert caught.value.args == (text,)


# --- moving a submission


def test_only_otters_own_files_stay(tmp_path: Path) -> None:
    """Files, links, logs and a fake folder of the kit are moved or removed; links stay links."""
    names = (
        ".OTTER_LOG",
        "neural_network.py",
        "tests/x.py",
        "otter/x.py",
        f"{native.SUPPORT}/x.py",
    )
    files = {**dict.fromkeys(names, "x"), "__init__.py": ""}
    place = folder_of(tmp_path / "submission", files)
    (place / "link").symlink_to("/etc")
    taken = native.take(tmp_path)
    assert sorted(path.name for path in place.iterdir()) == ["__init__.py", "tests"]
    names = [".OTTER_LOG", "link", "neural_network.py", "otter"]
    assert sorted(path.name for path in taken.iterdir()) == names
    assert (taken / "link").is_symlink()
    assert stat.S_IMODE(taken.stat().st_mode) == 0o700
    (place / "neural_network.py").touch()
    assert native.take(tmp_path) == taken
    assert (taken / "neural_network.py").read_text() == "x"


def test_a_fault_of_ours_is_no_result(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A submission that could not be judged is an error with the reason, never a result."""

    result = SubmissionResult(submission="x", status="not_judged", message="Dust.")
    pool = Mock(**{"return_value.wait.return_value": [(None, result)]})
    monkeypatch.setattr(grade_one, "LocalPool", pool)
    (tmp_path / "neural_network.py").write_text(RIGHT)
    with pytest.raises(NotJudged, match=r"Dust\. It has no score"):
        native.grade(tmp_path, Course())
    pool.return_value.close.assert_called_once()


def test_excused_cases_have_full_points_here_too(tmp_path: Path) -> None:
    """All students have the points of an excused case, with the reason, as natively."""
    (tmp_path / "neural_network.py").write_text(STUB)
    case = next(case for case in Answers().graded if case.function == "ffnn")
    course = Course(excused={case.id: "The handout was unclear."})
    result = native.grade(tmp_path, course)
    assert result.score == sum(case.points.values())
    given = [output for output in result.outputs if output.points]
    assert {output.case for output in given} == {case.id}
    reason = "Everybody has the points of this case: The handout was unclear."
    assert reason in messages.output_message(given[0])


# --- the package


def test_the_zip_is_complete(grader: Path) -> None:
    """Test files, settings, pinned packages, and the kit in a folder of its own."""
    with zipfile.ZipFile(grader) as archive:
        names = set(archive.namelist())
        environment = archive.read("environment.yml").decode()
        start = archive.read("run_otter.py").decode()
    assert {f"tests/{suite.file}" for suite in rendering.suites(Course())} <= names
    kit = f"files/{native.SUPPORT}/"
    assert {f"{kit}solution/neural_network.py", f"{kit}data/iris.csv"} <= names
    assert not [name for name in names if re.fullmatch(r"files/[^/]+", name)]
    for package in bundle.NEEDED:
        assert re.search(rf"- {package}==\d", environment)
    compile(start, "run_otter.py", "exec")
    assert start.index("sys.path.insert") < start.index("from autograder")


def test_the_same_kit_gives_the_same_zip(grader: Path, tmp_path: Path) -> None:
    """Dates and order do not depend on when and where it was made."""
    assert bundle.otter_zip(tmp_path, Course()).read_bytes() == grader.read_bytes()


ONLY = """
import sys

class Only:
    def find_spec(self, name, path=None, target=None):
        known = {allowed!r} | sys.stdlib_module_names
        if name.split(".")[0] not in known and not name.startswith("_sysconfigdata"):
            raise ImportError(name)

sys.meta_path.insert(0, Only())
from autograder.platforms.otter import container, messages, native, rendering
"""


def test_the_packages_named_are_enough() -> None:
    """Grading in otter's container works where nothing else is installed."""
    code = ONLY.format(allowed={*bundle.NEEDED, "assignment", "autograder", "solution"})
    done = run([sys.executable, "-c", code])
    assert done.returncode == 0, done.stderr


# --- runs


def test_a_wrong_file_reads_as_it_does_natively(grader: Path, tmp_path: Path) -> None:
    """Points by output, our messages and hints, no traceback, nothing hidden before its time."""
    ran = otter_run(grader, tmp_path, "my work.ipynb", notebook(WRONG))
    (tmp_path / "native").mkdir()
    (tmp_path / "my work.ipynb").rename(tmp_path / "native/my work.ipynb")
    result = native.grade(tmp_path / "native", Course())
    assert ran.score == result.score
    now = shown(ran, "visible")
    public = "\n".join(output.message for output in result.outputs if output.public)
    for output in result.outputs:
        if output.message:
            assert (output.message in now) == output.public or output.message in public
    assert "Hint: " in now
    assert now.count("All signs are reversed") == 1
    assert "0 of 2 points." in now
    assert "The code cells" in now
    later = shown(ran, "visible", "after_published")
    assert "Not right in this hidden case." in later
    assert "Not right in this hidden case." not in now
    for text in ("Traceback", "AssertionError", "Error at line", rendering.VERDICT):
        assert text not in later
    assert "misconceptions: sigmoid-overflow, delta-sign" in ran.printed


def test_a_refused_submission_says_why_in_every_case(grader: Path, tmp_path: Path) -> None:
    """A binary file has 0 points, with the reason at the top and in each test case."""
    ran = otter_run(grader, tmp_path, "a.py", b"\xff\xfe\x00def")
    assert ran.score == 0
    told = shown(ran, "visible", "after_published")
    asked = [one for suite in rendering.suites(Course())[:-1] for one in suite.cases]
    assert told.count("Nothing was graded. ") == 1
    # Public ones stand in otter's summary, too; the bonus was not submitted and has no entry.
    assert told.count("Not graded. ") == len(asked) + sum(not one.hidden for one in asked)


def test_verdicts_of_another_origin_are_no_score(grader: Path, tmp_path: Path) -> None:
    """A test case that decides for itself: the message says so, and there is no result."""
    name = f"tests/{rendering.suites(Course())[0].file}"
    other = tmp_path / "other.zip"
    with zipfile.ZipFile(grader) as archive, zipfile.ZipFile(other, "w") as copy:
        for entry in archive.namelist():
            text = archive.read(entry)
            asked = f"    {rendering.VERDICT}(".encode()
            copy.writestr(entry, text.replace(asked, b"    repr(", entry == name))
    ran = otter_run(other, tmp_path, "a.py", "")
    assert ran.code != 0
    assert ran.results is None
    assert "NotJudged: otter's kernel returned other verdicts in 1.1 sigmoid" in ran.printed


@pytest.mark.usefixtures("grader")
@pytest.mark.filterwarnings("ignore:Traits should be given as instances")
def test_an_autograder_of_another_version_is_refused() -> None:
    """Before anything is moved: its cases could be others."""
    from autograder.platforms.otter.plugin import NativeVerdicts

    with pytest.raises(ConfigError, match=r"autograder\.zip was made by another version"):
        NativeVerdicts("/nowhere/submission/a.py", {}, {"code": "0" * 64}).before_grading(None)


def test_the_container_takes_what_the_grader_takes(tmp_path: Path) -> None:
    """A repository of many files is graded by the kit in the zip, which only root may read."""
    if not bundle.installed():
        lacking("otter-grader")
    made = bundle.otter_zip(tmp_path, HIDDEN)
    names = ("kit/check.py", "kit/tests/x.py", "iris.py", "other.py", f"{native.SUPPORT}/x.py")
    files = {**dict.fromkeys(names, "x = 1\n"), "kit/neural_network.py": RIGHT}
    files["kit/bonus.py"] = (ROOT / "solution/bonus.py").read_text("utf-8")
    place = tmp_path / "autograder"
    ran = contained(made, place, zipped(*files.items()))
    assert ran.score == 80 + sum(question.points for question in BONUS)
    assert ran.results is not None
    assert "Public cases of the bonus, in addition: " in ran.results["output"]
    assert f"Not graded: {', '.join(sorted(names[:-1]))}." in ran.results["output"]
    assert {test["visibility"] for test in ran.results["tests"]} == {"visible", "hidden"}
    assert (place / "submitted/kit/neural_network.py").exists()
    assert stat.S_IMODE((place / "source").stat().st_mode) == 0o700
    # With PYTHONPATH the tests' kit could be found too; the zip's own stands before it.
    code = (
        f"import runpy; runpy.run_path({str(place / 'source/run_otter.py')!r}); "
        "import autograder; print(autograder.__file__)"
    )
    done = run([sys.executable, "-c", code])
    assert done.stdout.startswith(str(place / "source/files"))


def test_only_the_folders_above_python_are_opened() -> None:
    """Other users may pass these folders, but not list them."""
    with tempfile.TemporaryDirectory() as name:  # pytest's own folders are closed above
        home = Path(name)
        inner = home / "python"
        private = home / "private"
        for folder in (inner, private):
            folder.mkdir(mode=0o700)
        container.make_reachable([str(inner)])
        modes = [stat.S_IMODE(folder.stat().st_mode) for folder in (home, inner, private)]
        assert modes == [0o711, 0o711, 0o700]
