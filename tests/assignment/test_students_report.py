"""report.py as a student runs it: from the stubs to the whole report, and what goes wrong."""

import ast
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
from assignment.checks.running.process import CannotRun
from assignment.paper.training import NotYet, Settings, train
from autograder.paths import ROOT
from solution import neural_network as right
from solution import report as reference
from solution.variants import VARIANTS
from tests.builders.student_kit import copied, python

KIT = ROOT / "assignment"
STUBS = (KIT / "report.py").read_text("utf-8")
ANSWERS = (ROOT / "solution/report.py").read_text("utf-8")
NETWORK = next(v for v in VARIANTS if v.id == "matrix_form").source
FUNCTIONS = tuple(
    node.name
    for node in ast.parse(STUBS).body
    if isinstance(node, ast.FunctionDef) and node.name != "build"
)
FINISHED = "# Mine\n\nEverything falls.\n"
Done = subprocess.CompletedProcess[str]


def text_of(source: str, name: str) -> str:
    """A function as it stands in a source."""
    nodes = (n for n in ast.parse(source).body if isinstance(n, ast.FunctionDef))
    found = ast.get_source_segment(source, next(n for n in nodes if n.name == name))
    assert found
    return found


def written(*names: str, source: str = STUBS) -> str:
    """The stubs with the reference's text for these functions."""
    for name in names:
        source = source.replace(text_of(source, name), text_of(ANSWERS, name), 1)
    return source.replace('NAME = ""', 'NAME = "Åsa"\nLABELS = {}')


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A kit with a network that is right and fast, and stubs for the report."""
    kit = copied(tmp_path / "my kit")
    shutil.copytree(ROOT / "tests/public", kit / "tests", ignore=shutil.ignore_patterns("__py*"))
    (kit / "neural_network.py").write_text(NETWORK, "utf-8")
    return kit


def run(folder: Path, *arguments: str) -> Done:
    """Run this Python in the folder, by default the report."""
    done = python(*(arguments or ("report.py",)), cwd=folder)
    assert "Traceback" not in done.stdout + done.stderr
    return done


def pages(folder: Path) -> int:
    """The number of pages of the report."""
    return len(re.findall(rb"/Type /Page\b", (folder / "report.pdf").read_bytes()))


def test_the_stubs_only_raise() -> None:
    """A docstring that names all parameters, one raise, and the section of the handout."""
    definitions = {n.name: n for n in ast.parse(STUBS).body if isinstance(n, ast.FunctionDef)}
    for name in FUNCTIONS:
        function = getattr(stub, name)
        _, statement = definitions[name].body
        assert isinstance(statement, ast.Raise)
        with pytest.raises(NotImplementedError, match=rf"{name} is .*\(handout 2\.3\)"):
            function(*inspect.signature(function).parameters)
        text = inspect.getdoc(function) or ""
        assert [p for p in inspect.signature(function).parameters if p not in text] == []


@pytest.mark.parametrize("name", FUNCTIONS)
def test_stub_and_reference_have_equal_signatures(name: str) -> None:
    """Names, order and annotations are the same in both files."""
    assert inspect.signature(getattr(stub, name)) == inspect.signature(getattr(reference, name))


def test_an_untouched_kit_says_what_to_finish_first(folder: Path) -> None:
    """All seven are named, nothing is written."""
    shutil.copy(KIT / "neural_network.py", folder)
    done = run(folder)
    assert done.returncode == 2
    assert "First finish neural_network.py: `sigmoid`" in done.stdout
    assert not (folder / "report.pdf").exists()


def test_what_is_written_goes_in_and_the_rest_is_listed(folder: Path) -> None:
    """With stubs there is a report already; the list has every stub, the text and the name."""
    done = run(folder)
    assert done.returncode == 1
    named = re.findall(r"- `?([\w.]+)`?", done.stdout)
    assert [name for name in FUNCTIONS if name not in done.stdout] == []
    assert {"accuracy", "plot_E_total", "discussion.md", "NAME"} <= set(named)
    assert pages(folder) >= 1


def test_a_finished_report_leaves_nothing_to_do(folder: Path) -> None:
    """Exit code 0, and the receipt finds the PDF."""
    (folder / "report.py").write_text(written(*FUNCTIONS), "utf-8")
    (folder / "discussion.md").write_text(FINISHED, "utf-8")
    done = run(folder)
    assert done.returncode == 0, done.stdout
    assert "to do" not in done.stdout
    assert done.stdout.count("trial:") == 12
    assert pages(folder) >= 2
    assert re.search(r"report\.pdf +found", run(folder, "check.py", "--submit").stdout)


@pytest.mark.parametrize(("module", "package"), [("fpdf", "fpdf2"), ("numpy", "numpy")])
def test_a_missing_package_is_named_with_the_remedy(
    folder: Path, module: str, package: str
) -> None:
    """Without one of them, report.py says what to install."""
    missing = f"raise ModuleNotFoundError('no', name='{module}')\n"
    (folder / f"{module}.py").write_text(missing, "utf-8")
    done = run(folder)
    assert done.returncode in (1, 2)
    words = re.escape(f"The package {package} is missing here: ") + r".*-m pip install -r requirem"
    assert re.search(words, done.stdout + done.stderr)
    assert "Traceback" not in done.stderr


def test_a_broken_network_is_reported_with_its_line(folder: Path) -> None:
    """What it raised and where, and which check says more."""
    broken = NETWORK.replace("    N = len(X_train)\n", "    N = len(X_trian)\n")
    (folder / "neural_network.py").write_text(broken, "utf-8")
    done = run(folder)
    assert done.returncode == 2
    line = broken.splitlines().index("    N = len(X_trian)") + 1
    flat = " ".join(done.stdout.split())
    assert f"(neural_network.py, line {line})" in flat
    assert "python check.py train_nn" in flat


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


def test_what_the_loader_leaves_out_is_loaded_where_it_is_needed(folder: Path) -> None:
    """A network that needs a top-level statement trains all the same."""
    source = NETWORK.replace("eta / N", "H['step'] * eta / N") + "\nH = {}\nH['step'] = 1.0\n"
    (folder / "neural_network.py").write_text(source, "utf-8")
    assert "report.pdf written" in run(folder).stdout


def test_mistakes_in_the_report_are_listed_with_their_line(folder: Path) -> None:
    """A percentage, a wrong shape, an exception, plt instead of axes, bad mathematics."""
    source = written("accuracy", "plot_accuracy")
    for name, body in {
        "confusion_matrix": "return np.zeros(3)",
        "plot_E_total": "import matplotlib.pyplot as plt; plt.plot(E_total); plt.show()",
        "plot_misclassification_rate": "axes.plot([1]); axes.set_xlabel('$\\\\frac{$')",
        "compare": "return 'M', [1, 2], [trial(N=1)]",
    }.items():
        head = text_of(source, name).partition('    """')[0]
        source = source.replace(text_of(source, name), f"{head}    {body}\n")
    (folder / "report.py").write_text(source, "utf-8")
    (folder / "discussion.md").write_text("[E total]\n", "utf-8")
    done = run(folder)
    assert done.returncode == 1
    flat = " ".join(done.stdout.split())
    assert "`confusion_matrix`: it must return numbers in the shape (3, 3)" in flat
    assert "`plot_E_total`: it drew nothing on `axes`" in flat
    assert "`plot_misclassification_rate`: ValueError" in flat
    assert "trial takes M, eta, iterations, scale and seed, not N (report.py, line" in flat
    assert "there is no figure [E total]" in flat
    assert pages(folder) >= 1


def test_check_report_says_what_pytest_says(folder: Path) -> None:
    """To do, right, and wrong with a hint; pytest says the same of the wrong one."""
    done = run(folder, "check.py", "report")
    assert done.returncode == 1
    assert done.stdout.count("to do") == 2
    (folder / "report.py").write_text(written("accuracy", "confusion_matrix"), "utf-8")
    assert run(folder, "check.py", "report").returncode == 0
    wrong = written("accuracy", "confusion_matrix").replace(
        "(targets, guesses), 1", "(guesses, targets), 1"
    )
    (folder / "report.py").write_text(wrong, "utf-8")
    done = run(folder, "check.py", "report")
    assert done.returncode == 1
    assert "Rows are the true classes" in done.stdout
    done = run(folder, "-m", "pytest", "tests/test_report.py")
    assert "Rows are the true classes" in " ".join(done.stdout.split())
    assert "1 failed, 1 passed" in done.stdout


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
    file = tmp_path / "report.py"
    file.write_text(f"import numpy as np\ndef accuracy(guesses, targets):\n    {body}\n", "utf-8")
    finding, other = checks.examine(file)
    assert finding.state == "wrong"
    assert hint in finding.message
    assert "no function `confusion_matrix`" in other.message


@pytest.mark.parametrize("text", ["def accuracy(:\n", "import nowhere_at_all\n", "exit(3)\n"])
def test_a_report_that_cannot_be_run_is_a_sentence(text: str, tmp_path: Path) -> None:
    """A syntax error, a missing package, an exit: a message with the line if there is one."""
    (tmp_path / "report.py").write_text(text, "utf-8")
    with pytest.raises(CannotRun, match=r"report\.py"):
        checks.examine(tmp_path / "report.py")


def test_the_reference_agrees_with_the_examples() -> None:
    """The answers worked out by hand are those of the reference."""
    for example in checks.EXAMPLES:
        assert checks._equal(
            getattr(reference, example.function)(*example.arguments), example.right
        )
