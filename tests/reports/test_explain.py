"""Staff see all about a result, only they see it, and no code runs outside the sandbox."""

from collections.abc import Collection, Iterator
from functools import cache
from pathlib import Path

import pytest

from assignment.checks.model.questions import FUNCTIONS, by_function
from autograder.cases.answers import Answers
from autograder.commands.explain import run
from autograder.course import roster
from autograder.course.directory import SubmissionInfo
from autograder.course.settings import Course
from autograder.errors import ConfigError, StoreError
from autograder.gradebook.sync import sync_decisions
from autograder.record.fingerprint import conditions
from autograder.record.reader import History
from autograder.record.writer import Record
from autograder.reports.explain import collect, rerun
from autograder.reports.explain.collect import explain
from autograder.reports.explain.console import array, as_text
from autograder.reports.explain.model import Explanation
from autograder.reports.explain.page import explanation_page
from autograder.results import SubmissionResult
from tests.builders import records
from tests.builders.courses import course_in
from tests.builders.files import written
from tests.builders.html_page import Page
from tests.builders.results import ANSWERS, a_result, an_output, verdict
from tests.builders.sources import RIGHT, mistake
from tests.builders.sources import graded as grade_files

KIT = Course()
EVIL = "</pre></script><script>alert(1)</script><img src=x onerror=alert(2)>"
LEFT_OUT = f"""{RIGHT}
print({EVIL!r})
def perceptron(x, w):
    print({EVIL!r})
    raise ValueError({EVIL!r})
CONFIG = open("settings.txt").read()
"""
RESTLESS = "import time\ndef sigmoid(x):\n    return time.perf_counter()\n"


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with two runs; ``bob`` is only in the first one."""
    folder = tmp_path_factory.mktemp("submissions")
    sources = {
        "anna": RIGHT,
        "bob": RIGHT,
        "cecilia": mistake("ffnn-output-softmax", "train-gradient-summed"),
        "mallory": LEFT_OUT,
        "restless": RESTLESS,
    }
    written(folder / "empty/notes.txt", "to do")
    out = grade_files(folder, sources, tmp_path_factory.mktemp("results"))
    (folder / "bob.py").unlink()
    return grade_files(folder, {}, out, replace=True)


@pytest.fixture(scope="module", autouse=True)
def judged_once() -> Iterator[None]:
    """Judge every source again only once, with cases that are computed once."""
    again = cache(lambda answers, *file, unsafe: rerun.rerun(answers, KIT, *file, unsafe=unsafe))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(collect, "Answers", cache(Answers))
        patch.setattr(
            collect, "rerun", lambda one, _, *file, unsafe: again(one, *file, unsafe=unsafe)
        )
        yield


def explained(graded: Path, submission: str, case: str = "") -> Explanation:
    return explain(graded, submission, KIT, case=case, unsafe=True)


def test_a_failed_output_is_explained(graded: Path) -> None:
    """Inputs, expected, got, tolerance, misconception with its reason, and every run are shown."""
    (shown,) = explained(graded, "cecilia", "train-small").cases
    assert shown.case is not None
    assert tuple(shown.case.inputs) == by_function("train_nn").parameters
    weights = shown.outputs[0]
    assert (weights.recorded.output, weights.got is None) == ("W1tr", False)
    assert weights.expected is not None
    assert weights.expected.tolerance > 0
    why = "named: it gives this very answer, and no other one does"
    assert [(fit.id, fit.why) for fit in weights.fits] == [("train-gradient-summed", why)]
    runs = {run.name: run for run in shown.runs}
    own = runs["own functions"]
    with_reference = next(run for name, run in runs.items() if "with our `ffnn`" in name)
    assert own.verdicts != with_reference.verdicts
    assert set(own.answers(shown.case)) == {*shown.expected}


def test_a_hidden_input_is_shown_to_staff(graded: Path) -> None:
    """The text has what the student must not read: inputs, and the values that differ."""
    text = as_text(explained(graded, "cecilia", "ffnn-two-classes"), failed=False)
    (case,) = (case for case in ANSWERS.cases if case.id == "ffnn-two-classes")
    assert array(case.inputs["x"], 4, 78)[0] in text  # type: ignore[arg-type]
    assert "The student read: Not right in this hidden case." in text
    assert "expected, shape (2,)" in text


@pytest.mark.parametrize("submission", ["anna", "cecilia", "mallory", "empty", "restless"])
def test_text_and_page_are_whole(graded: Path, submission: str) -> None:
    """The text is not empty, and the page is one file without scripts."""
    found = explained(graded, submission)
    assert as_text(found, failed=True).startswith(f"{submission}: ")
    page = Page(explanation_page(found))
    assert page.all("script") == page.all("img") == []


def test_a_passed_case_can_be_explained(graded: Path) -> None:
    """A case can be asked for whether it failed or not, with all its outputs."""
    for function in FUNCTIONS:
        case = next(case for case in ANSWERS.graded if case.function == function)
        (shown,) = explained(graded, "anna", case.id).cases
        assert [output.recorded.output for output in shown.outputs] == list(case.points)
        assert all(output.recorded.status == "passed" for output in shown.outputs)


def test_what_was_left_out_and_why_loading_ended(graded: Path) -> None:
    """Statements that were not run are listed, and loading with them is a run of its own."""
    text = as_text(explained(graded, "mallory", "perceptron-handout"), failed=False)
    assert "was not run: CONFIG = open(" in text
    assert "own functions, every statement run: loading ended in line" in text
    assert "and: " not in text  # public: the student read just that message


def test_an_answer_that_differs_needs_attention(
    graded: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A result that differs from the record has exit code 1; the others have 0."""
    found = explained(graded, "restless", "sigmoid-handout")
    assert found.differs
    assert found.notes[-1].startswith("Run again just now, it differs from the record: sigmoid-")
    for submission, code in (("restless", 1), ("cecilia", 0)):
        asked = run(graded, submission, case="sigmoid-handout", config=None, unsafe=True)
        assert asked == code
    assert "every answer shown here is as it is in the record" in capsys.readouterr().out


def test_nothing_goes_to_students(graded: Path) -> None:
    """Everything is written below staff/; feedback/ stays as it was, to the byte."""

    def files() -> dict[Path, bytes]:
        paths = (path for path in graded.rglob("*") if path.is_file())
        return {path: path.read_bytes() for path in paths if path.parent.name != "explain"}

    before = files()
    run(graded, "cecilia", case="", config=None, unsafe=True)
    assert files() == before
    assert (graded / "staff" / "explain" / "cecilia.html").is_file()


def test_without_isolation_the_record_is_shown(
    graded: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is run without --unsafe: what is shown comes from the record alone."""
    monkeypatch.setattr(rerun, "SAFE_LEVEL", 4)
    found = explain(graded, "cecilia", KIT, case="train-small")
    assert found.again is None
    assert found.notes[-1].startswith("Not run again, so runs and replies are missing.")
    (shown,) = found.cases
    assert (shown.runs, shown.outputs[0].got is None) == ((), False)
    assert [fit.id for fit in shown.outputs[0].fits] == ["train-gradient-summed"]
    Page(explanation_page(found))
    assert explain(graded, "cecilia", KIT, case="train-small", unsafe=True).again


def test_an_unknown_submission_or_case(graded: Path) -> None:
    """The message names similar ones."""
    refused = {
        ("cecila", ""): "has no submission “cecila”. Did you mean “cecilia”?",
        ("CECI", ""): "Did you mean “cecilia”?",
        ("x", ""): "has no submission “x”. It has anna, bob, ",
        ("cecilia", "trainsmall"): "cecilia has no case “trainsmall”. Did you mean “train-small”",
        ("cecilia", "train-500"): "“train-500” is practice: it has no points",
    }
    for (submission, case), words in refused.items():
        with pytest.raises((StoreError, ConfigError)) as caught:
            explained(graded, submission, case)
        assert words in str(caught.value)


def test_an_older_run_and_a_refusal(graded: Path) -> None:
    """A submission of an earlier run is explained from that run; a refused one says why."""
    with History.open(graded) as history:
        first, second = (run for (run,) in history.rows("SELECT id FROM runs ORDER BY id"))
    found = explained(graded, "bob")
    assert found.run.id == first
    assert found.notes[0].startswith(f"It is not in the latest run ({second});")
    refused = as_text(explained(graded, "empty"), failed=True)
    assert "There is no Python file" in refused
    assert "It was refused, so no code was run" in refused


def test_other_cases_than_were_graded(graded: Path) -> None:
    """With another hidden seed inputs would be wrong: only the record is shown, and why."""
    other = Course(hidden_seed=7)
    found = explain(graded, "cecilia", other, unsafe=True)
    assert "name the course.toml that it was graded with (--config)" in found.notes[0]
    assert {shown.case for shown in found.cases} == {None}
    assert "Misconception `ffnn-output-softmax`, as the record has it." not in found.notes
    Page(explanation_page(found))
    assert as_text(found, failed=True)


def recorded(
    folder: Path,
    *results: SubmissionResult,
    source: str = RIGHT,
    people: Collection[SubmissionInfo] = (),
) -> None:
    """A run of the kit's own cases, with results as if this source had them."""
    under = conditions(ANSWERS.cases, KIT.sandbox_limits())
    records.run(folder, *results, source=source.encode(), people=people, under=under)


def test_decisions_are_shown(tmp_path: Path) -> None:
    """An excused case stands beside the verdict, which is shown as it was."""
    recorded(tmp_path, verdict("dora", ["sigmoid-overflow"]), source=mistake("sigmoid-overflow"))
    course = course_in(tmp_path, '[excused]\n"sigmoid-overflow" = "the handout had a misprint"\n')
    with Record.writing(tmp_path) as record:
        sync_decisions(record, course)
    found = explain(tmp_path, "dora", course, case="sigmoid-overflow", unsafe=True)
    (shown,) = found.cases
    assert shown.outputs[0].recorded.status != "passed"
    text = as_text(found, failed=False)
    assert "Decided by people: Everybody has the points of this case" in text
    assert "the handout had a misprint" in Page(explanation_page(found)).text
    assert "the points have changed" not in text


def test_the_bonus_is_explained_from_the_record(tmp_path: Path) -> None:
    """Its inputs and answers are shown; it is in a file of its own, so it is not run again."""
    case = ANSWERS.bonus.graded[0]
    wrong = an_output(case.id, next(iter(case.points)), staff="It is another one.")
    recorded(tmp_path, a_result(wrong, submission="eva"))
    found = explain(tmp_path, "eva", KIT, unsafe=True)
    (shown,) = found.cases
    assert shown.case is not None
    assert shown.outputs[0].expected is not None
    assert (found.again, shown.runs) == (None, ())
    assert "It is another one." in as_text(found, failed=True)
    Page(explanation_page(found))


def test_a_student_is_found_by_any_name(tmp_path: Path) -> None:
    """Id, login, e-mail and name lead to the submission, and the name stands above it."""
    rows = 'ada,"Doe, Jane",jdoe,jane@example.org,A\nbob,"Doe, Bob",,,B\neve,"Doe, Bob",,,B\n'
    head = "id,name,login,email,section\n"
    course = course_in(tmp_path, roster=f'{head}{rows}ian,"Roe, Ian",,,B\n')
    people = [SubmissionInfo(p.id, p) for p in roster.read(tmp_path / "roster.csv").people]
    results = (a_result(submission=one, status="refused") for one in ("ada", "bob", "eve"))
    recorded(tmp_path, *results, people=people)
    for name in ("ada", "JDOE", "jane@example.org", "jane doe", "Doe, Jane"):
        found = explain(tmp_path, name, course)
        assert found.result.submission == "ada"
        assert as_text(found, failed=True).startswith("Doe, Jane (ada, section A): refused")
        assert "Doe, Jane (ada, section A)" in Page(explanation_page(found)).text
    with pytest.raises(StoreError, match=r"fits Doe, Bob \(bob, section B\) and Doe, Bob \(eve, "):
        explain(tmp_path, "Bob Doe", course)
    with pytest.raises(StoreError, match=r"Roe, Ian \(ian, section B\) has submitted nothing"):
        explain(tmp_path, "ian", course)
