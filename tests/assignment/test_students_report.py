"""report.py as a student runs it: from the stubs to the whole report, and what goes wrong."""

import inspect
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from assignment import iris
from assignment import report as stub
from assignment.checks.commands import report as checks
from assignment.checks.running.kit import Kit
from assignment.checks.running.process import CannotRun
from assignment.paper.training import NotYet, Settings, train
from autograder.paths import ROOT
from solution import neural_network as right
from solution import report as reference
from tests.builders.files import folder_of, written
from tests.builders.home import said
from tests.builders.sources import FAST, STUB
from tests.builders.student_kit import copied, python

KIT = ROOT / "assignment"
FUNCTIONS = [n for n, found in vars(stub).items() if inspect.isfunction(found) and n != "build"]


def a_report(*names: str, **bodies: str) -> str:
    """The stubs with the reference's text for these functions, and with bodies of their own."""
    source = (KIT / "report.py").read_text("utf-8")
    for name in (*names, *bodies):
        text = inspect.getsource(getattr(stub, name))
        head = text.partition('    """')[0]
        new = inspect.getsource(getattr(reference, name)) if name in names else head + bodies[name]
        source = source.replace(text, f"{new}\n")
    return source.replace('NAME = ""', 'NAME = "Åsa"\nLABELS = {}')


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A kit with a network that is right and fast, and stubs for the report."""
    kit = copied(tmp_path / "my kit")
    shutil.copytree(ROOT / "tests/public", kit / "tests", ignore=shutil.ignore_patterns("__py*"))
    (kit / "neural_network.py").write_text(FAST, "utf-8")
    return kit


def run(folder: Path, *arguments: str) -> tuple[int, str]:
    """Run this Python in the folder, by default the report: exit code and text in one line."""
    done: subprocess.CompletedProcess[str] = python(*(arguments or ("report.py",)), cwd=folder)
    assert "Traceback" not in done.stdout + done.stderr
    return done.returncode, " ".join((done.stdout + done.stderr).split())


def pages(folder: Path) -> int:
    """The number of pages of the report."""
    return len(re.findall(rb"/Type /Page\b", (folder / "report.pdf").read_bytes()))


def test_an_untouched_kit_says_what_to_finish_first(folder: Path) -> None:
    """All seven are named, nothing is written."""
    code, text = run(folder_of(folder, {"neural_network.py": STUB}))
    assert code == 2
    assert "First finish neural_network.py: `sigmoid`" in text
    assert not (folder / "report.pdf").exists()


def test_what_is_written_goes_in_and_the_rest_is_listed(folder: Path) -> None:
    """With stubs there is a report already; the list has every stub, the text and the name.

    The network may need a statement at its top level, which the loader leaves out at first.
    """
    source = FAST.replace("eta / N", "H['step'] * eta / N") + "\nH = {}\nH['step'] = 1.0\n"
    code, text = run(folder_of(folder, {"neural_network.py": source}))
    assert code == 1
    assert [name for name in FUNCTIONS if name not in text] == []
    named = re.findall(r"- `?([\w.]+)`?", text)
    assert {"accuracy", "plot_E_total", "discussion.md", "NAME"} <= set(named)
    assert pages(folder) >= 1


def test_a_finished_report_leaves_nothing_to_do(folder: Path) -> None:
    """Exit code 0, and the receipt finds the PDF."""
    source = a_report(*FUNCTIONS).replace("ITERATIONS = 500", "ITERATIONS = 100")
    discussion = "# Mine\n\nEverything falls.\n"
    code, text = run(folder_of(folder, {"report.py": source, "discussion.md": discussion}))
    assert code == 0, text
    assert "to do" not in text
    assert text.count("trial:") == 12
    assert pages(folder) >= 2
    assert re.search(r"report\.pdf +found", run(folder, "check.py", "--submit")[1])


@pytest.mark.parametrize(("module", "package"), [("fpdf", "fpdf2"), ("numpy", "numpy")])
def test_a_missing_package_is_named_with_the_remedy(
    folder: Path, module: str, package: str
) -> None:
    """Without one of them, report.py says what to install."""
    missing = f"raise ModuleNotFoundError('no', name='{module}')\n"
    code, text = run(folder_of(folder, {f"{module}.py": missing}))
    assert code in (1, 2)
    words = re.escape(f"The package {package} is missing here: ") + r".*-m pip install -r requirem"
    assert re.search(words, text)


def test_a_broken_network_is_reported_with_its_line(folder: Path) -> None:
    """What it raised and where, and which check says more."""
    broken = FAST.replace("    N = len(X_train)\n", "    N = len(X_trian)\n")
    code, text = run(folder_of(folder, {"neural_network.py": broken}))
    assert code == 2
    line = broken.splitlines().index("    N = len(X_trian)") + 1
    assert f"(neural_network.py, line {line})" in text
    assert "python check.py train_nn" in text


@pytest.mark.parametrize(
    ("name", "function"),
    [
        ("train_nn", lambda *_: None),
        ("train_nn", lambda *_: (1, 2, [1], [1], "guesses")),
        ("test_nn", lambda *_: [1, 2]),
        ("test_nn", lambda X, *_: [7] * len(X)),
    ],
)
def test_a_network_with_other_results_is_reported(
    name: str, function: Callable[..., object]
) -> None:
    """The function to fix is named."""
    functions = {"train_nn": right.train_nn, "test_nn": right.test_nn, name: function}
    with pytest.raises(NotYet, match=f"First fix `{name}`"):
        train(SimpleNamespace(**functions), Settings(iterations=2), iris)


def test_mistakes_in_the_report_are_listed_with_their_line(folder: Path) -> None:
    """A percentage, a wrong shape, an exception, plt instead of axes, bad mathematics."""
    source = a_report(
        *("accuracy", "plot_accuracy"),
        confusion_matrix="    return np.zeros(3)",
        plot_E_total="    import matplotlib.pyplot as plt; plt.plot(E_total); plt.show()",
        plot_misclassification_rate="    axes.plot([1]); axes.set_xlabel('$\\\\frac{$')",
        compare="    return 'M', [1, 2], [trial(N=1)]",
    )
    code, text = run(folder_of(folder, {"report.py": source, "discussion.md": "[E total]\n"}))
    assert code == 1
    assert "`confusion_matrix`: it must return numbers in the shape (3, 3)" in text
    assert "`plot_E_total`: it drew nothing on `axes`" in text
    assert "`plot_misclassification_rate`: ValueError" in text
    assert "trial takes M, eta, iterations, scale and seed, not N (report.py, line" in text
    assert "there is no figure [E total]" in text
    assert pages(folder) >= 1


def test_check_report_says_what_pytest_says(folder: Path) -> None:
    """To do, right, and wrong with a hint; pytest says the same of the wrong one."""
    code, text = said(lambda: checks.run(Kit(folder)))
    assert (code, text.count("to do")) == (1, 2)
    source = a_report("accuracy", "confusion_matrix")
    folder_of(folder, {"report.py": source})
    assert said(lambda: checks.run(Kit(folder)))[0] == 0
    folder_of(folder, {"report.py": source.replace("(targets, guesses)", "(guesses, targets)")})
    code, text = said(lambda: checks.run(Kit(folder)))
    assert code == 1
    assert "Rows are the true classes" in text
    text = run(folder, "-m", "pytest", "tests/test_report.py")[1]
    assert "Rows are the true classes" in text
    assert "1 failed, 1 passed" in text


@pytest.mark.parametrize(
    ("body", "hint"),
    [
        ("return 100 * np.mean(guesses == targets)", "percentage"),
        ("return np.sum(guesses == targets)", "number of right guesses"),
        ("return np.mean(guesses != targets)", "share of wrong guesses"),
        ("print(guesses)", "`return` missing"),
        ("return 'a lot'", "gave a lot; expected 0.75"),
        ("return [0.5, 0.5]", "gave [0.5, 0.5]; expected 0.75"),
        ("return undefined", "NameError"),
    ],
)
def test_a_wrong_accuracy_gets_its_hint(body: str, hint: str, tmp_path: Path) -> None:
    """Misconceptions have a sentence; all others are shown with what was expected."""
    source = f"import numpy as np\ndef accuracy(guesses, targets):\n    {body}\n"
    finding, other = checks.examine(written(tmp_path / "report.py", source))
    assert finding.state == "wrong"
    assert hint in finding.message
    assert "no function `confusion_matrix`" in other.message


@pytest.mark.parametrize("text", ["def accuracy(:\n", "import nowhere_at_all\n", "exit(3)\n"])
def test_a_report_that_cannot_be_run_is_a_sentence(text: str, tmp_path: Path) -> None:
    """A syntax error, a missing package, an exit: a message with the line if there is one."""
    with pytest.raises(CannotRun, match=r"report\.py"):
        checks.examine(written(tmp_path / "report.py", text))
