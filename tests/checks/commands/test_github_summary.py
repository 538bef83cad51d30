"""The summary for a page of GitHub, and the workflow that makes it in students' repositories."""

import base64
import json
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from assignment import check
from assignment.checks.commands.github_summary import fenced, run
from assignment.checks.model.questions import FUNCTIONS
from autograder.platforms.student_kit import WORKFLOW
from tests.builders import processes
from tests.builders.home import kit_with, said
from tests.builders.sources import RIGHT, STUB
from tests.builders.student_kit import unzipped

BROKEN = RIGHT.replace("z1 = np.ones(M + 1)", "z1 = np.zeros(M + 1)")
CRASH = BROKEN.replace("    N = len(X_test)\n", "    import os\n    os.abort()\n")


def added(folder: Path) -> tuple[str, dict[str, Any]]:
    """The summary, and the result for GitHub Classroom."""
    name, _, value = (folder / "outputs").read_text("utf-8").partition("=")
    assert name == "result"
    return (folder / "summary.md").read_text("utf-8"), json.loads(base64.b64decode(value))


def reported(folder: Path, source: str) -> tuple[int, str, dict[str, Any]]:
    """Exit code, summary and result of a file of this source."""
    files = ("--summary", str(folder / "summary.md"), "--classroom", str(folder / "outputs"))
    code, _ = said(lambda: run(files, kit_with(folder, source)))
    return code, *added(folder)


def test_the_workflow_passes_a_right_file_and_fails_a_wrong_one(tmp_path: Path) -> None:
    """It runs on each push, and its steps work in the kit."""
    repository = unzipped(tmp_path / "repository")
    loaded = yaml.safe_load((repository / WORKFLOW).read_text("utf-8"))
    assert "push" in loaded[True]  # YAML 1.1 reads the key `on` as true
    install, checks = (s["run"] for s in loaded["jobs"]["check"]["steps"] if "run" in s)
    env = {
        "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin",
        "HOME": str(tmp_path),
        "GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md"),
        "GITHUB_OUTPUT": str(tmp_path / "outputs"),
        "PIP_NO_INDEX": "1",  # all that the kit needs is here already
    }

    def step(command: str, source: str) -> tuple[int, str]:
        (repository / "neural_network.py").write_text(source, "utf-8")
        bash = ["/bin/bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", command]
        done = processes.run(bash, repository, env, timeout=180)
        assert "Traceback" not in done.stderr
        return done.returncode, done.stdout

    assert step(install, RIGHT)[0] == 0
    code, printed = step(checks, RIGHT)
    assert code == 0
    assert "All seven are right" in printed
    summary, result = added(tmp_path)
    assert "## neural_network.py: 34 of 34 public points" in summary
    assert summary.count("✅ right") == len(FUNCTIONS)
    assert (result["status"], result["max_score"]) == ("pass", 34)
    assert step(checks, BROKEN)[0] == 1


def test_functions_to_do_do_not_fail(tmp_path: Path) -> None:
    """The first push of an untouched kit does not fail; it says what is next."""
    code, summary, result = reported(tmp_path, STUB)
    assert code == 0
    assert summary.count("| to do |") == len(FUNCTIONS)
    assert "**Next: 1.1 `sigmoid`: write it" in summary
    assert result["status"] == "fail"
    assert {test["message"] for test in result["tests"]} == {"still to do"}


def test_what_is_wrong_fails_with_message_and_hint(tmp_path: Path) -> None:
    """A crash does not affect the other functions, which have their points."""
    code, summary, result = reported(tmp_path, CRASH)
    assert code == 1
    assert "| 1.2 | `perceptron` | ✅ right | 4 | 0 | 4 |" in summary
    assert "| 1.3 | `ffnn` | ❌ to fix |" in summary
    assert "| 1.4 | `backprop` | blocked by `ffnn` |" in summary
    assert "`z1[0]` (bias) is 0; expected 1" in summary
    assert "Hint: Your `z1[0]` is 0; `z1` begins with the 1.0" in summary
    tests = {test["name"]: test for test in result["tests"]}
    assert len(tests) == len(FUNCTIONS)
    assert "Python itself crashed" in tests["2.2 test_nn"]["message"]
    assert sum(test["score"] for test in tests.values()) < 34


def test_a_syntax_error_is_reported(tmp_path: Path) -> None:
    """The summary has the sentence, and the job fails."""
    code, summary, result = reported(tmp_path, "def sigmoid(x)\n    return 1\n")
    assert code == 2
    assert "## neural_network.py could not be checked" in summary
    assert "Syntax error in line 1" in summary
    assert result["status"] == "error"
    assert len(result["tests"]) == 1


def test_a_summary_is_added_to(tmp_path: Path) -> None:
    """What other steps have written stays, and a single section can be asked for."""
    mine = tmp_path / "mine.md"
    mine.write_text("before\n")
    assert said(lambda: run(["1.1", "--summary", str(mine)], kit_with(tmp_path, RIGHT)))[0] == 0
    text = mine.read_text("utf-8")
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
    arguments: list[str], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exit code 2 and what to do."""
    monkeypatch.chdir(tmp_path)
    code, text = said(lambda: check.main(arguments))
    assert code == 2
    assert message in " ".join(text.split())


def test_no_text_can_close_its_fence() -> None:
    """Whatever a student's code prints stays between the fences."""
    assert fenced("a") == "```text\na\n```"
    assert fenced("a ````b````` c") == "``````text\na ````b````` c\n``````"
