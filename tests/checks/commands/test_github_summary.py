"""The workflow for students' repositories: its own steps, run in the unzipped kit."""

import base64
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from assignment import check
from assignment.checks.commands.github_summary import fenced
from assignment.checks.model.questions import FUNCTIONS
from autograder.cases.expected import reference_source
from autograder.platforms.student_kit import WORKFLOW
from tests.builders.processes import run
from tests.builders.student_kit import unzipped

RIGHT = reference_source()
BROKEN = RIGHT.replace(b"z1 = np.ones(M + 1)", b"z1 = np.zeros(M + 1)")
ENDLESS = BROKEN.replace(b"    N = len(X_test)\n", b"    while True:\n        pass\n")


@dataclass
class Job:
    """The results of a run of the workflow's steps."""

    code: int
    summary: str
    printed: str
    classroom: dict[str, Any]


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A student's repository: the unzipped kit."""
    return unzipped(tmp_path / "repository")


def steps(repository: Path) -> list[str]:
    """The commands of the workflow, in their order."""
    loaded = yaml.safe_load((repository / WORKFLOW).read_text("utf-8"))
    return [step["run"] for step in loaded["jobs"]["check"]["steps"] if "run" in step]


def job(repository: Path, source: bytes | None, *, installed: bool = True) -> Job:
    """Run the steps as GitHub does: by bash, ending with the first that fails.

    All but the last of them install packages, which one test does for all.
    """
    if source is not None:
        (repository / "neural_network.py").write_bytes(source)
    summary, outputs = repository.parent / "summary.md", repository.parent / "outputs"
    summary.touch()
    env = {
        "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin",
        "HOME": str(repository.parent),
        "GITHUB_STEP_SUMMARY": str(summary),
        "GITHUB_OUTPUT": str(outputs),
        "PIP_NO_INDEX": "1",  # all that the kit needs is here already
    }
    done = None
    for command in steps(repository)[-1 if installed else 0 :]:
        bash = ["/bin/bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", command]
        done = run(bash, repository, env, timeout=180)
        assert "Traceback" not in done.stderr
        if done.returncode:
            break
    assert done is not None
    name, _, value = outputs.read_text("utf-8").partition("=")
    assert name == "result"
    loaded = json.loads(base64.b64decode(value))
    return Job(done.returncode, summary.read_text("utf-8"), done.stdout, loaded)


def test_the_workflow_asks_for_little(repository: Path) -> None:
    """It may only read, ends by itself, and runs on each push."""
    loaded = yaml.safe_load((repository / WORKFLOW).read_text("utf-8"))
    assert loaded["permissions"] == {"contents": "read"}
    assert "push" in loaded[True]  # YAML 1.1 reads the key `on` as true
    assert loaded["jobs"]["check"]["timeout-minutes"] <= 10
    assert len(steps(repository)) == 2


def test_a_right_file_passes(repository: Path) -> None:
    """All points, nothing to fix, the log says what check.py says at home."""
    done = job(repository, RIGHT, installed=False)
    assert done.code == 0
    assert "## neural_network.py: 34 of 34 public points" in done.summary
    assert done.summary.count("✅ right") == len(FUNCTIONS)
    assert "All seven are right" in done.printed
    assert (done.classroom["status"], done.classroom["max_score"]) == ("pass", 34)


def test_functions_to_do_do_not_fail(repository: Path) -> None:
    """The first push of an untouched kit does not fail; it says what is next."""
    done = job(repository, None)
    assert done.code == 0
    assert done.summary.count("| to do |") == len(FUNCTIONS)
    assert "**Next: 1.1 `sigmoid`: write it" in done.summary
    assert done.classroom["status"] == "fail"
    assert {test["message"] for test in done.classroom["tests"]} == {"still to do"}


def test_an_endless_loop_ends_in_a_result(repository: Path) -> None:
    """What is wrong fails the job, with message and hint; a loop does not affect the others."""
    done = job(repository, ENDLESS)
    assert done.code == 1
    assert "| 1.2 | `perceptron` | ✅ right | 4 | 0 | 4 |" in done.summary
    assert "| 1.3 | `ffnn` | ❌ to fix |" in done.summary
    assert "| 1.4 | `backprop` | blocked by `ffnn` |" in done.summary
    assert "`z1[0]` (bias) is 0; expected 1" in done.summary
    assert "Hint: Your `z1[0]` is 0; `z1` begins with the 1.0" in done.summary
    tests = {test["name"]: test for test in done.classroom["tests"]}
    assert len(tests) == len(FUNCTIONS)
    assert "a loop that never ends" in tests["2.2 test_nn"]["message"]
    assert sum(test["score"] for test in tests.values()) < 34


def test_a_syntax_error_is_reported(repository: Path) -> None:
    """The summary has the sentence, and the job fails."""
    done = job(repository, b"def sigmoid(x)\n    return 1\n")
    assert done.code == 2
    assert "## neural_network.py could not be checked" in done.summary
    assert "Syntax error in line 1" in done.summary
    assert done.classroom["status"] == "error"
    assert len(done.classroom["tests"]) == 1


def test_a_summary_is_added_to(repository: Path) -> None:
    """What other steps have written stays, and a single section can be asked for."""
    (repository / "neural_network.py").write_bytes(RIGHT)
    (repository / "mine.md").write_text("before\n")
    words = [sys.executable, "check.py", "1.1", "--summary", "mine.md"]
    subprocess.run(words, cwd=repository, check=True, capture_output=True, env=dict(os.environ))
    text = (repository / "mine.md").read_text("utf-8")
    assert text.startswith("before\n## neural_network.py: 4 of 4 public points\n")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--summary"], "--summary needs a file"),
        (["--summary", "--classroom"], "--summary needs a file"),
        (["--summary", "none/x.md"], "cannot be written"),
        (["--summary", "x.md", "fnn"], "did you mean `ffnn`?"),
    ],
)
def test_a_summary_that_cannot_be_made_is_a_sentence(
    arguments: list[str],
    message: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Exit code 2 and what to do."""
    monkeypatch.chdir(tmp_path)
    assert check.main(arguments) == 2
    printed = capsys.readouterr()
    assert message in " ".join(printed.out.split())
    assert printed.err == ""


def test_no_text_can_close_its_fence() -> None:
    """Whatever a student's code prints stays between the fences."""
    assert fenced("a") == "```text\na\n```"
    assert fenced("a ````b````` c") == "``````text\na ````b````` c\n``````"
