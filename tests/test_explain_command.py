"""What staff are told of a result: all, to them only, and no code runs outside the sandbox."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from assignment.checks.questions import FUNCTIONS, by_function
from autograder import course, explain, explain_text, rejudge, replay, session
from autograder.answers import Answers
from autograder.errors import ConfigError, StoreError
from autograder.exports.explain_page import explain_page
from autograder.fingerprint import conditions
from autograder.history import History
from autograder.results import OutputResult, SubmissionResult
from autograder.store import Record
from autograder.story import Story
from solution.misconceptions import CATALOGUE, source_of
from tests.builders.html_page import Page

ROOT = Path(__file__).resolve().parent.parent
RIGHT = (ROOT / "solution" / "neural_network.py").read_text("utf-8")
ANSWERS = Answers()
KIT = course.Course()
EVIL = "</pre></script><script>alert(1)</script><img src=x onerror=alert(2)>"
LEFT_OUT = f"""{RIGHT}
print({EVIL!r})
def perceptron(x, w):
    print({EVIL!r})
    raise ValueError({EVIL!r})
CONFIG = open("settings.txt").read()
"""
RESTLESS = "import time\ndef sigmoid(x):\n    return time.perf_counter()\n"


def mistake(*names: str) -> str:
    """The source with known mistakes in different functions."""
    source = RIGHT
    for name in names:
        (entry,) = (entry for entry in CATALOGUE if entry.id == name)
        wrong, function = source_of(entry), f"def {entry.function}("
        source = source.replace(_text(source, function), _text(wrong, function))
    return source


def _text(source: str, start: str) -> str:
    begin = source.index(start)
    end = source.find("\ndef ", begin + 1)
    return source[begin : end if end > 0 else len(source)]


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
    for name, source in sources.items():
        (folder / f"{name}.py").write_text(source, encoding="utf-8")
    (folder / "empty").mkdir()
    (folder / "empty" / "notes.txt").write_text("to do")
    out = tmp_path_factory.mktemp("results")
    session.grade([folder], session.Options(out=out, unsafe=True))
    (folder / "bob.py").unlink()
    session.grade([folder], session.Options(out=out, unsafe=True))
    return out


def story(graded: Path, submission: str, case: str = "") -> Story:
    return explain.explain(graded, submission, KIT, case=case, unsafe=True)


def test_all_about_a_failed_output(graded: Path) -> None:
    """Inputs, expected, got, tolerance, the known mistake with its reason, both chains."""
    told = story(graded, "cecilia", "train-small")
    (asked,) = told.cases
    (case,) = (case for case in ANSWERS.cases if case.id == "train-small")
    assert asked.case is not None
    assert dict(asked.case.inputs).keys() == dict(case.inputs).keys()
    weights = asked.outputs[0]
    assert weights.output.output == "W1tr"
    assert weights.got is not None
    assert weights.expected is not None
    assert weights.expected.tolerance > 0
    assert [fit.id for fit in weights.fits] == ["train-gradient-summed"]
    assert weights.fits[0].why == "named: it gives this very answer, and no other one does"
    ways = {way.name: way for way in asked.ways}
    own = ways["own chain"]
    assert own.own
    merits = [way for way in asked.ways if not way.own]
    assert merits
    assert "right `ffnn`" in merits[0].name
    assert own.verdicts != merits[0].verdicts
    assert set(own.answers(asked.case)) == {*asked.expected}


def test_a_hidden_input_is_shown_to_staff(graded: Path) -> None:
    """What the student must not read stands in the text: inputs, and the values that differ."""
    text = explain_text.told(story(graded, "cecilia", "ffnn-two-classes"), whole=False)
    (case,) = (case for case in ANSWERS.cases if case.id == "ffnn-two-classes")
    assert explain_text.array(case.inputs["x"], 4)[0] in text  # type: ignore[arg-type]
    assert "The student read: Not right in this hidden case." in text
    assert "expected, shape (2,)" in text


@pytest.mark.parametrize("submission", ["anna", "cecilia", "mallory", "empty", "restless"])
def test_text_and_page_are_whole(graded: Path, submission: str) -> None:
    """No line of the text is wider than a console, and the page is one file without scripts."""
    told = story(graded, submission)
    lines = explain_text.told(told, whole=True).splitlines()
    assert max(len(line) for line in lines) < 80
    page = Page(explain_page(told))
    page.check()
    assert page.all("script") == page.all("img") == []


def test_every_case_is_explained(graded: Path) -> None:
    """A case can be asked for whether it failed or not, with all its outputs."""
    for function in FUNCTIONS:
        case = next(case for case in ANSWERS.graded if case.function == function)
        (asked,) = story(graded, "anna", case.id).cases
        assert [told.output.output for told in asked.outputs] == list(case.points)
        assert all(told.output.status == "passed" for told in asked.outputs)


def test_what_was_left_out_and_why_loading_ended(graded: Path) -> None:
    """Statements that were not run are listed, and the load with them is a way of its own."""
    told = story(graded, "mallory", "perceptron-handout")
    assert told.loaded is not None
    text = explain_text.told(told, whole=False)
    assert "was not run: CONFIG = open(" in text
    assert "own chain, every statement run: loading ended in line" in text
    assert "and: " not in text  # public: the student read just that message


def test_an_answer_that_differs_needs_a_person(
    graded: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A result that does not come out again is told, with exit code 1; the others with 0."""
    told = story(graded, "restless", "sigmoid-handout")
    assert told.differs
    assert told.said[-1].startswith("Run again just now, it is not as in the record: sigmoid-")
    shown = {"case": "sigmoid-handout", "config": None, "unsafe": True}
    assert explain.show(graded, "restless", **shown) == 1  # type: ignore[arg-type]
    assert explain.show(graded, "cecilia", **shown) == 0  # type: ignore[arg-type]
    assert "every answer shown here is as it is in the record" in capsys.readouterr().out


def test_nothing_goes_to_students(graded: Path) -> None:
    """Everything is written below staff/; feedback/ stays as it was, to the byte."""
    before = {path: path.read_bytes() for path in (graded / "feedback").iterdir()}
    known = set(graded.iterdir())
    explain.show(graded, "cecilia", case="", config=None, unsafe=True)
    assert {path: path.read_bytes() for path in (graded / "feedback").iterdir()} == before
    assert set(graded.iterdir()) - known <= {graded / "staff"}
    assert (graded / "staff" / "explain" / "cecilia.html").is_file()


def test_where_code_cannot_be_confined_the_record_speaks(
    graded: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is run without --unsafe: inputs, answers and mistakes are from the record alone."""
    monkeypatch.setattr(rejudge, "SAFE_LEVEL", 4)
    told = explain.explain(graded, "cecilia", KIT, case="train-small")
    assert told.ran == ""
    assert told.said[-1].startswith("Not run again, so both chains and replies are missing.")
    (asked,) = told.cases
    assert asked.ways == ()
    assert asked.outputs[0].got is not None
    assert [fit.id for fit in asked.outputs[0].fits] == ["train-gradient-summed"]
    Page(explain_page(told)).check()
    assert explain.explain(graded, "cecilia", KIT, case="train-small", unsafe=True).ran


def test_an_unknown_submission_or_case(graded: Path) -> None:
    """A sentence with those that look like it."""
    refused = {
        ("cecila", ""): "has no submission “cecila”. Did you mean “cecilia”?",
        ("CECI", ""): "Did you mean “cecilia”?",
        ("x", ""): "has no submission “x”. It has anna, bob, ",
        ("cecilia", "trainsmall"): "cecilia has no case “trainsmall”. Did you mean “train-small”",
        ("cecilia", "train-500"): "“train-500” is practice: it has no points",
    }
    for (submission, case), words in refused.items():
        with pytest.raises((StoreError, ConfigError)) as caught:
            story(graded, submission, case)
        assert words in str(caught.value)


def test_an_older_run_and_a_refusal(graded: Path) -> None:
    """One that is not handed in any more is told from its run; a refused one says why."""
    with History.open(graded) as history:
        first, second = (run.id for run in history.runs())
    told = story(graded, "bob")
    assert told.run.id == first
    assert told.said[0].startswith(f"It is not in the latest run ({second});")
    refused = explain_text.told(story(graded, "empty"), whole=True)
    assert "There is no Python file" in refused
    assert "It was refused, so no code was run" in refused


def test_other_cases_than_were_graded(graded: Path) -> None:
    """With another hidden seed inputs would be wrong: only the record is told, and why."""
    other = course.Course(hidden_seed=7)
    told = explain.explain(graded, "cecilia", other, unsafe=True)
    assert "name the course.toml that it was graded with (--config)" in told.said[0]
    assert {asked.case for asked in told.cases} == {None}
    assert "Known mistake `ffnn-output-softmax`, as the record has it." not in told.said
    Page(explain_page(told)).check()
    assert explain_text.told(told, whole=True)
    assert replay.save(told, graded, other) == []


def test_decisions_of_people_are_told(tmp_path: Path) -> None:
    """A void case stands beside the verdict, which is shown as it was."""
    file, out, config = tmp_path / "dora.py", tmp_path / "out", tmp_path / "course.toml"
    file.write_text(mistake("sigmoid-overflow"), encoding="utf-8")
    config.write_text('[void]\n"sigmoid-overflow" = "the handout had a misprint"\n')
    session.grade([file], session.Options(out=out, unsafe=True, config=config))
    told = explain.explain(out, "dora", course.load(config), case="sigmoid-overflow", unsafe=True)
    (asked,) = told.cases
    assert asked.outputs[0].output.status != "passed"
    text = explain_text.told(told, whole=False)
    assert "Decided by people: Everybody has the points of this case" in text
    assert "the handout had a misprint" in " ".join(Page(explain_page(told)).text.split())
    assert "the points have changed" not in text


def test_the_bonus_is_told_from_the_record(tmp_path: Path) -> None:
    """Its inputs and answers are shown; it is in a file of its own, so it is not run again."""
    case = ANSWERS.bonus.graded[0]
    output = next(iter(case.points))
    wrong = OutputResult(
        question=by_function(case.function).number,
        function=case.function,
        case=case.id,
        title=case.title,
        output=output,
        public=case.public,
        status="failed",
        points=0,
        max_points=case.points[output],
        staff="It is another one.",
    )
    result = SubmissionResult(submission="eva", status="judged", isolation=3, outputs=(wrong,))
    with Record.writing(tmp_path) as record:
        record.begin(conditions(ANSWERS.cases, KIT.sandbox_limits()))
        record.add(result, b"f", RIGHT.encode())
        record.finish()
    told = explain.explain(tmp_path, "eva", KIT, unsafe=True)
    (asked,) = told.cases
    assert asked.case is not None
    assert asked.outputs[0].expected is not None
    assert (told.ran, asked.ways) == ("", ())
    assert "It is another one." in explain_text.told(told, whole=True)
    Page(explain_page(told)).check()
    assert replay.save(told, tmp_path, KIT) == []


def run_script(path: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a script as staff do, from its own folder."""
    return subprocess.run(
        [sys.executable, path.name, "--unsafe", *arguments],
        cwd=path.parent,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_script_makes_the_call_again(graded: Path) -> None:
    """It prints got against expected, also with right functions below, and 0 where all is right."""
    (script,) = replay.save(story(graded, "cecilia", "ffnn-small"), graded, KIT)
    done = run_script(script)
    assert done.returncode == 1, done.stderr
    assert "y: failed" in done.stdout
    assert "z1: passed" in done.stdout
    assert "  got\n" in done.stdout
    assert "  expected\n" in done.stdout
    (script,) = replay.save(story(graded, "anna", "backprop-small"), graded, KIT)
    done = run_script(script, "--right", "ffnn")
    assert (done.returncode, done.stderr) == (0, "")
    done = run_script(script, "--right", "train_nn")
    assert done.returncode == 2
    assert "backprop is built on sigmoid, d_sigmoid, perceptron, ffnn." in done.stderr


def test_the_script_runs_no_students_code_outside_the_sandbox(tmp_path: Path) -> None:
    """A file that writes, exits or hides in a package's name does so in the sandbox only."""
    mark = tmp_path / "mark"
    hostile = f"""
def sigmoid(x):
    open({str(mark)!r}, "w").write("was here")
    return 1.0

open({str(mark)!r}, "w").write("was here")
"""
    out = tmp_path / "out"
    (tmp_path / "numpy.py").write_text(hostile)
    session.grade([tmp_path / "numpy.py"], session.Options(out=out, unsafe=True))
    told = explain.explain(out, "numpy", KIT, case="sigmoid-handout", unsafe=True)
    (script,) = replay.save(told, out, KIT)
    for arguments in ([], ["--full"]):
        done = run_script(script, *arguments)
        assert done.returncode == 1, done.stderr
        assert "value: error" in done.stdout
    assert not mark.exists()
    assert not list(script.parent.glob("numpy*"))


def test_an_edited_input_is_used_and_a_damaged_one_refused(graded: Path) -> None:
    """Staff may try another input; what is no input any more has a sentence."""
    (script,) = replay.save(story(graded, "anna", "sigmoid-handout"), graded, KIT)
    data = script.with_suffix(".json")
    text = data.read_text("utf-8")
    assert '"x": 0.5' in text
    data.write_text(text.replace('"x": 0.5', '"x": 0.0'), encoding="utf-8")
    call = replay.load(data)
    assert replay.replay(call, unsafe=True).reply.value == 0.5
    data.write_text(text.replace('"x"', '"z"'), encoding="utf-8")
    done = run_script(script)
    assert done.returncode == 2
    assert "is not what `autograder explain` wrote" in done.stderr
