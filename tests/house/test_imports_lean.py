"""``autograder grade FILE`` starts fast because it imports little; this keeps the list."""

import sys
from pathlib import Path

import pytest

from autograder.paths import ROOT
from tests.builders.processes import run

HEAVY = (
    "pandas", "matplotlib", "otter", "distributed", "dask", "scipy", "sklearn", "rich",
    "pytest", "nbformat", "copydetect", "asyncio", "yaml",
)  # fmt: skip
"""What one file must not wait for. rich is for a class, scipy for files that mention it.

jinja2 is not here: it writes the feedback page."""

GRADE = """
import sys
sys.argv = ["autograder", "grade", sys.argv[1], "--out", sys.argv[2], "--unsafe"]
from autograder import cli
try:
    cli.main()
finally:
    print("MODULES", *sys.modules)
"""
WARM = """
import sys
from autograder.sandbox import fork_server
fork_server.warm_up()
if len(sys.argv) > 1:
    fork_server.load_packages(fork_server.SCIPY)
print("MODULES", *sys.modules)
"""


def modules(program: str, *words: str) -> set[str]:
    """What a fresh Python has imported at the end of a program."""
    done = run([sys.executable, "-c", program, *words])
    assert done.returncode == 0, done.stderr
    return set(done.stdout.partition("MODULES ")[2].split())


def test_one_file_imports_little(tmp_path: Path) -> None:
    """Grading one right solution, from the command line to its feedback."""
    loaded = modules(GRADE, str(ROOT / "solution/neural_network.py"), str(tmp_path / "out"))
    assert (tmp_path / "out" / "results.csv").exists()
    assert loaded >= {"numpy", "msgspec", "autograder.grading.grader"}
    assert loaded & set(HEAVY) == set()


def test_a_run_starts_without_jinja2() -> None:
    """jinja2 is imported when the first page is written, and not before a submission runs."""
    start = "import sys, autograder.cli, autograder.commands.grade, autograder.reports.write_all; "
    loaded = modules(start + "print('MODULES', *sys.modules)")
    assert "autograder.reports.write_all" in loaded
    assert loaded & {"jinja2", "matplotlib"} == set()


@pytest.mark.parametrize("scipy", [False, True])
def test_the_fork_server_holds_no_answers_and_scipy_only_where_asked(scipy: bool) -> None:
    """The process that workers are forked from has numpy, the sandbox and the loader alone."""
    loaded = modules(WARM, *(["scipy"] if scipy else []))
    assert {"numpy.linalg", "assignment.checks.loading.loader"} <= loaded
    assert {"autograder.sandbox.child", "autograder.sandbox.wire"} <= loaded
    assert ("scipy.special" in loaded) == scipy
    assert loaded & {*HEAVY, "jinja2"} == ({"scipy"} if scipy else set())
    allowed = ("autograder.errors.", "autograder.paths.", "autograder.sandbox.")
    ours = {name for name in loaded if name.startswith("autograder.")}
    assert {name for name in ours if not f"{name}.".startswith(allowed)} == set()
    assert {name for name in loaded if name.split(".")[0] in ("solution", "tests")} == set()
