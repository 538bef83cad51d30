"""student.zip: its files, what must not be in it, and that it works where it is unzipped."""

import compileall
import re
import shutil
from pathlib import Path

import pytest

from autograder.cases.graded import all_cases
from autograder.errors import PackageError
from autograder.paths import ROOT
from autograder.platforms import student_kit as packages
from autograder.platforms.handout_html import formula, page
from autograder.platforms.student_kit import FOLDER, WORKFLOW, student_zip
from tests.builders import files
from tests.builders.sources import RIGHT, STUB, edited
from tests.builders.student_kit import python, unzipped


@pytest.fixture(scope="module")
def kit(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The kit, unzipped and compiled; copies with the same dates need not be compiled again."""
    place = unzipped(tmp_path_factory.mktemp("dist") / "kit")
    assert compileall.compile_dir(place, quiet=1)
    return place


@pytest.fixture(scope="module")
def texts(kit: Path) -> dict[str, str]:
    """All files of the zip as text, by their names in its folder."""
    packed = files.unzipped(kit.parent.with_name("student.zip").read_bytes())
    return {name.removeprefix(f"{FOLDER}/"): data.decode() for name, data in packed.items()}


@pytest.fixture
def folder(kit: Path, tmp_path: Path) -> Path:
    """A copy of the kit in a folder whose name needs quoting."""
    return shutil.copytree(kit, tmp_path / "my kit é")


def test_the_same_kit_gives_the_same_bytes(kit: Path, tmp_path: Path) -> None:
    """Dates, rights and order do not depend on the checkout."""
    first = kit.parent.with_name("student.zip").read_bytes()
    assert student_zip(tmp_path).read_bytes() == first


def test_a_students_files_are_in_one_folder(kit: Path, texts: dict[str, str]) -> None:
    """The files named in the handout are there, and no package marker or cache."""
    assert [path.name for path in kit.parent.iterdir()] == [FOLDER]
    assert texts.keys() >= {
        *("README.md", "README.html", "LICENSE", "check.py", "neural_network.py", "iris.py"),
        *("requirements.txt", "data/iris.csv", "tests/cases.json"),
        *("checks/judging/judge.py", "tests/test_neural_network.py"),
        *("checks/html/templates/feedback.html", "checks/html/static/feedback.css"),
    }
    assert "__init__.py" not in texts
    odd = [name for name in texts if "cache" in name or name.startswith((".", "/"))]
    assert odd == [WORKFLOW.as_posix()]


def test_nothing_of_solution_or_grader_is_in_it(texts: dict[str, str]) -> None:
    """Not one of their files, no line of the reference, no hidden case, nor the seed of those."""
    paths = (path for part in ("solution", "autograder") for path in (ROOT / part).rglob("*.py"))
    assert not {path.read_text("utf-8") for path in paths} - {""} & {*texts.values()}
    lines = {line.strip() for line in RIGHT.splitlines() if "=" in line}
    secrets = [line for line in lines if len(line) > 30 and line not in STUB]
    assert len(secrets) > 15
    secrets += [f'"{case.id}"' for case in all_cases() if not case.public]
    secrets += ["hidden_seed", "from solution", "from autograder"]
    for name, text in texts.items():
        assert not [secret for secret in secrets if secret in text], name


BROKEN = edited(
    "ffnn",
    ("z1 = np.ones(M + 1)", "z1 = np.zeros(M + 1)"),
    ("    x = np.ravel(x)\n", '    x = np.ravel(x)\n    print("seen")\n'),
)


@pytest.mark.parametrize(
    ("source", "codes", "states"),
    [
        (STUB, (1, 0), "9 skipped"),
        (RIGHT, (0, 0), "7 passed, 2 skipped"),
        (BROKEN, (1, 1), "1 failed, 3 passed, 5 skipped"),
    ],
    ids=["stub", "right", "broken"],
)
def test_pytest_says_what_check_says(
    folder: Path, source: str, codes: tuple[int, int], states: str
) -> None:
    """It prints the same details, overview, next step and points, from any folder; no traceback."""
    (folder / "neural_network.py").write_text(source, "utf-8")
    checked = python(str(folder / "check.py"), cwd=folder.parent)
    tested = python("-m", "pytest", cwd=folder)
    assert (checked.returncode, tested.returncode, checked.stderr) == (*codes, "")
    shown = tested.stdout
    assert [line for line in checked.stdout.splitlines()[1:] if line not in shown] == []
    assert states in shown
    assert ("  | seen" in shown) == (source == BROKEN)
    assert "Traceback" not in shown
    assert "def test(" not in shown


def test_one_function_can_be_tested(folder: Path) -> None:
    """`pytest -k` runs the tests of one function."""
    done = python("-m", "pytest", "-k", "test_nn", cwd=folder)
    assert "1 skipped, 8 deselected" in done.stdout


def test_a_broken_file_stops_pytest_with_the_sentence(folder: Path) -> None:
    """One message instead of seven failures."""
    (folder / "neural_network.py").write_text("def sigmoid(x)\n", "utf-8")
    done = python("-m", "pytest", cwd=folder)
    assert done.returncode == 2
    assert done.stdout.count("Syntax error in line 1") == 1


def test_a_notebook_reads_the_file_again(folder: Path) -> None:
    """check() in one session sees an edit, and so does an import after it."""
    (folder / "session.py").write_text(
        "from pathlib import Path\n"
        "from check import check\n"
        "from neural_network import sigmoid\n"
        "check('sigmoid')\n"
        f"Path('neural_network.py').write_text({RIGHT!r}, encoding='utf-8')\n"
        "assert check(sigmoid) is None\n"
        "from neural_network import sigmoid\n"
        "print(sigmoid(0.0))\n",
        "utf-8",
    )
    done = python("session.py", cwd=folder)
    assert done.returncode == 0, done.stderr
    assert re.findall(r"sigmoid +(to do|ok)", done.stdout) == ["to do", "ok"]
    assert done.stdout.rstrip().endswith("0.5")


def test_the_lines_to_paste_can_be_pasted(folder: Path) -> None:
    """They load the input and make the call, in the kit and in the repository."""
    broken = RIGHT.replace("delta_k = y - target_y", "delta_k = target_y - y")
    (folder / "neural_network.py").write_text(broken, "utf-8")
    said = python("check.py", "backprop", cwd=folder).stdout
    lines = re.findall(r"^    (from .* import .*)$", said, re.MULTILINE)
    assert len(lines) == 2
    done = python("-c", "\n".join(lines), cwd=folder)
    assert done.stdout.startswith("(array("), done.stderr
    done = python("-c", "\n".join(lines), cwd=ROOT / "assignment")
    assert "NotImplementedError" in done.stderr


def test_the_example_names_its_arguments(folder: Path) -> None:
    """The inputs are named copies, and for a wrong name similar ones are suggested."""
    done = python(
        "-c",
        "from check import example\n"
        "inputs = example('ffnn-handout')\n"
        "inputs.W1[:] = 0\n"
        "assert example('ffnn-handout').W1.any()\n"
        "print(inputs._fields)\n"
        "example('fnn-handout')",
        cwd=folder,
    )
    assert "('x', 'M', 'K', 'W1', 'W2')" in done.stdout
    assert "Did you mean 'ffnn-handout'?" in done.stderr


def test_feedback_pages_in_the_checkout_are_not_packed(tmp_path: Path) -> None:
    """Only templates and style sheets of the checks are packed as HTML and CSS."""
    inside = {"checks/html/templates/feedback.html", "checks/html/static/document.css"}
    others = ("assignment/feedback.html", "data/mine.css", "LICENSE")
    files.folder_of(tmp_path, dict.fromkeys([*(f"assignment/{x}" for x in inside), *others], ""))
    assert {name for name, _ in packages._student_files(tmp_path)} == {*inside, "LICENSE"}


def test_a_missing_package_is_named(folder: Path) -> None:
    """Without numpy a message has the command that installs it."""
    done = python("-S", "-E", "check.py", cwd=folder)
    assert done.returncode == 2
    assert "The package numpy is missing here" in done.stdout
    assert "-m pip install -r requirements.txt" in done.stdout


@pytest.mark.parametrize(
    ("lost", "said"),
    [
        ("checks", "unzip the kit again"),
        *((path, "zip") for path in ("iris.py", "data/iris.csv", "tests/cases.json")),
    ],
)
def test_a_lost_file_of_the_kit_is_named(folder: Path, lost: str, said: str) -> None:
    """The message names it and says where to get it."""
    (folder / lost).rename(folder / "elsewhere")
    done = python("check.py", cwd=folder)
    assert (done.returncode, done.stderr) == (2, "")
    assert Path(lost).name in "".join(done.stdout.split())
    assert said in done.stdout


def test_the_page_needs_no_network_and_has_no_raw_formula(texts: dict[str, str]) -> None:
    """Nothing is loaded, and every formula of the handout is converted."""
    text = texts["README.html"]
    assert not re.search(r"<(script|link)\b|\ssrc=|\$|\\sigma", text)
    assert "default-src &#39;none&#39;" in text
    assert len(re.findall(r"<mfrac>", text)) == 4
    assert "<munder><mo>&#x02211;</mo><mi>i</mi></munder>" in text


def test_formulas_are_converted_or_refused() -> None:
    """Indices, fractions and limits become MathML; wrong TeX is an error."""
    assert "<msub><mi>&#x003B4;</mi><mi>k</mi></msub>" in formula(r"W2_{j+1,k} \delta_k")
    assert "<mo>&#x0003C;</mo>" in formula("a < b")
    assert "<msub>" in page("text $a_1$")
    assert '<div class="math"><math' in page("$$a = b$$")
    for wrong in (r"\mystery", "a_", "{"):
        with pytest.raises(PackageError, match=re.escape(wrong)):
            formula(wrong)


def test_the_page_has_contents_that_lead_to_its_headings(texts: dict[str, str]) -> None:
    """Each section is linked below the title, and code boxes end with their last line."""
    text = texts["README.html"]
    links = re.findall(r'<a href="#([^"]+)">', text.partition("</nav>")[0])
    assert {"how-to-start", "14-backward-propagation"} <= set(links)
    assert [link for link in links if text.count(f'id="{link}"') != 1] == []
    assert "\n</code></pre>" not in text
