"""What stands around the code: commands, CI, and files that say where they are."""

import os
import re
import tomllib
from contextlib import suppress
from importlib import import_module
from pathlib import Path

import pytest
import yaml

from assignment.checks.model.version import VERSION
from autograder.paths import ROOT
from autograder.platforms.student_kit import WORKFLOW
from tests.builders.checkouts import bare_checkout, fake, make
from tests.builders.processes import run

README = (ROOT / "README.md").read_text("utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
MAKEFILE = (ROOT / "Makefile").read_text("utf-8")
WORKFLOWS = [*ROOT.glob(".github/workflows/*.yml"), ROOT / "assignment" / WORKFLOW]
DOCS = sorted((ROOT / "docs").glob("*.md"))
DOCUMENTS = (*(ROOT / f"{name}.md" for name in ("README", "CONTRIBUTING", "CHANGELOG")), *DOCS)


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """A checkout with the Makefile and nothing else."""
    return bare_checkout(tmp_path)


def test_commands_are_targets() -> None:
    """The README's commands are those that the Makefile has, and `make` alone shows them all."""
    named = set(re.findall(r"(?:`|^    )make ([a-z-]+)", README, re.MULTILINE))
    targets = set(" ".join(re.findall(r"^([a-z -]+):", MAKEFILE, re.MULTILINE)).split())
    assert {"grade", "test"} <= named <= targets
    assert targets == set(re.findall(r"^\.PHONY: (.+)$", MAKEFILE, re.MULTILINE)[0].split())
    assert set(re.findall(r"^make ([a-z-]+)", make().stdout, re.MULTILINE)) == targets - {"help"}


@pytest.mark.parametrize("script", sorted({*re.findall(r"-m (tests\.[\w.]+)", MAKEFILE)}))
def test_scripts_of_the_makefile_find_what_they_import(script: str) -> None:
    """No test runs most of them, so nothing else notices a builder that has moved."""
    import_module(script)


def test_every_folder_of_the_table_is_there() -> None:
    """The table of what is where speaks of what exists, and names each folder at the top."""
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    table = re.findall(r"^\| `([\w./]+)` \|", text.partition("| where |")[2], re.MULTILINE)
    assert [name for name in table if not (ROOT / name).exists()] == []
    assert {"assignment/", "data/", "solution/", "autograder/", "tests/"} <= set(table)


def anchors(document: Path) -> set[str]:
    """The anchors that the headings of a document have on GitHub."""
    titles = re.findall(r"^#+ (.+)$", document.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title).lower().replace(" ", "-") for title in titles}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(document: Path) -> None:
    """Relative links point to files and headings that are there."""
    for path, anchor in re.findall(r"\]\(([^)#:]*)#?([^):]*)\)", document.read_text("utf-8")):
        target = document.parent / path if path else document
        assert target.exists(), path
        assert not anchor or anchor in anchors(target), anchor


def test_the_readme_is_short_and_names_every_document() -> None:
    """At most 900 words, and two clicks lead to every page of docs/."""
    assert len(README.split()) <= 900
    assert [path.name for path in DOCS if f"docs/{path.name}" not in README] == []


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("exit 1", r"Python 3\.11 or newer is needed.* make PYTHON="),
        ('case "$2" in *ensurepip*) exit 1;; esac', "apt install python3-venv"),
        (None, r"There is no .*/python3 here: install it, or leave PYTHON= out"),
    ],
)
def test_a_python_that_will_not_do_is_told(
    bare: Path, tmp_path: Path, script: str | None, said: str
) -> None:
    """Set-up with an old one, one without venv or none is one sentence that says what to do."""
    python = fake(tmp_path, "python3", script) if script else str(tmp_path / "python3")
    done = make("grade", cwd=bare, PYTHON=python)
    assert done.returncode != 0
    assert re.search(said, done.stderr)


def test_a_checkout_that_cannot_be_written_is_told(bare: Path) -> None:
    """Set-up says so in a sentence, before it looks for a Python."""
    bare.chmod(0o555)
    if os.access(bare, os.W_OK):
        pytest.skip("root may write everything")
    done = make("grade", cwd=bare)
    bare.chmod(0o755)
    assert "cannot be written to, and .venv is made in it" in done.stderr


def test_a_half_made_environment_is_made_again(bare: Path, tmp_path: Path) -> None:
    """What an interrupted set-up has left is no set-up, and neither is one from another place."""
    log, offline, link = (tmp_path / name for name in ("log", "offline", "link"))
    python = fake(
        tmp_path,
        "python 3",
        f'[ "$1 $2" = "-m venv" ] || exit 0\necho made >> "{log}"\n'
        f'mkdir -p .venv/bin && touch .venv/pyvenv.cfg && cp "{tmp_path}/inner" .venv/bin/python',
    )
    fake(tmp_path, "inner", f'[ ! -e "{offline}" ]')

    def made(folder: Path, **variables: str) -> tuple[bool, int]:
        """Whether set-up in a folder succeeds, and how often an environment was made until then."""
        done = make(".venv/.grade", cwd=folder, PYTHON=python, **variables)
        return done.returncode == 0, len(log.read_text().splitlines())

    offline.touch()
    assert made(bare) == (False, 1)
    offline.unlink()
    assert made(bare) == made(bare) == (True, 2)
    link.symlink_to(bare)
    assert made(link, PWD=str(link)) == (True, 2)
    assert made(bare.rename(tmp_path / "another place")) == (True, 3)


def test_version_and_licence_are_one() -> None:
    """The version of the package, of the checks, and the newest in the changelog; the licence."""
    changes = (ROOT / "CHANGELOG.md").read_text("utf-8")
    newest = re.search(r"^## (\d+\.\d+\.\d+)", changes, re.MULTILINE)
    assert newest
    assert PROJECT["version"] == VERSION == newest[1]
    assert (ROOT / "LICENSE").read_text("utf-8").startswith(f"{PROJECT['license']} License")


def test_every_direct_requirement_is_pinned() -> None:
    """constraints.txt names one version for all that the project asks for itself."""
    extras = PROJECT["optional-dependencies"].values()
    asked = [*PROJECT["dependencies"], *(line for extra in extras for line in extra)]
    pinned = re.findall(r"^([\w.-]+)==\S+", (ROOT / "constraints.txt").read_text(), re.MULTILINE)
    names = {re.split(r"[^\w-]", line)[0].lower() for line in asked}
    assert names - {name.lower() for name in pinned} == set()


def test_students_requirements_are_the_projects() -> None:
    """What students install has the same lower bounds as the kit, so that both see one numpy."""
    extras = PROJECT["optional-dependencies"]
    checks, explore = (
        (ROOT / f"assignment/requirements{name}.txt").read_text("utf-8").split()
        for name in ("", "-explore")
    )
    assert {*checks} <= {*PROJECT["dependencies"], *extras["dev"]}
    assert explore == extras["explore"]


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_workflows_are_yaml_with_limits(path: Path) -> None:
    """A workflow can be read, and no job of it can hang for hours or write to the repository."""
    workflow = yaml.safe_load(path.read_text("utf-8"))
    assert workflow["permissions"] == {"contents": "read"}
    for job in workflow["jobs"].values():
        assert job["timeout-minutes"] <= 60
        assert all(set(step) & {"run", "uses"} for step in job["steps"])


def test_ci_runs_the_same_as_everybody() -> None:
    """The workflow calls .ci/run, and the unzipped kit on three systems, with two Pythons each."""
    jobs = yaml.safe_load((ROOT / ".github/workflows/ci.yml").read_text("utf-8"))["jobs"]
    steps = {name: [one.get("run", "") for one in job["steps"]] for name, job in jobs.items()}
    assert ".ci/run" in steps["test"]
    newest = re.findall(r"^PYTHONS +:= python(\S+)", MAKEFILE, re.MULTILINE)
    for job in jobs.values():
        assert job["strategy"]["matrix"]["python"] == ["3.11", *newest]
    assert jobs["test"]["env"] == {"PYTHON": "python${{ matrix.python }}"}
    systems = jobs["student-kit"]["strategy"]["matrix"]["os"]
    assert [name.split("-")[0] for name in systems] == ["ubuntu", "macos", "windows"]
    for program, script, *_ in map(str.split, filter(None, steps["student-kit"])):
        assert program == "python"
        assert (ROOT / script).is_file()


def test_make_grade_takes_the_course(bare: Path) -> None:
    """CONFIG and the two folders reach the grader whole, whatever is in their names."""
    (bare / ".venv/bin").mkdir(parents=True)
    fake(bare / ".venv/bin", "python", "exit 0")
    fake(bare / ".venv/bin", "autograder", "printf '%s|' \"$@\"")
    (bare / ".venv/pyvenv.cfg").touch()
    (bare / ".venv/.grade").write_text(str(bare.resolve()))
    done = make("grade", "SUBMISSIONS=my class", "CONFIG=it's mine.toml", "OUT=to here", cwd=bare)
    assert done.stdout == "grade|my class|--out|to here|--config|it's mine.toml|", done.stderr
    assert make("verify", "CONFIG=a b.toml", cwd=bare).stdout == "verify|--config|a b.toml|"


def test_ci_ends_with_make_test() -> None:
    """.ci/run stops at the first failure, and the last line it prints is the tests' own."""
    path = ROOT / ".ci/run"
    script = path.read_text("utf-8")
    assert os.access(path, os.X_OK)
    assert "set -euo pipefail" in script
    assert script.rstrip().endswith("make test")
    assert not re.search(r"\|\| *true", script)
    assert run(["bash", "-n", path]).returncode == 0


def tracked() -> list[Path]:
    """The files of the project, as git or, without it, the folder has them."""
    with suppress(FileNotFoundError):
        listed = run(["git", "ls-files", "-z"])
        if listed.returncode == 0:
            return [ROOT / name for name in listed.stdout.split("\0") if (ROOT / name).is_file()]
    folders = ("assignment", "solution", "autograder", "tests", "data", ".ci", ".github")
    paths = [*ROOT.glob("*"), *(path for name in folders for path in (ROOT / name).rglob("*"))]
    return [path for path in paths if path.is_file() and "__pycache__" not in path.parts]


# Put together here, so that this file does not hold them itself.
MACHINE = re.compile(
    r"(?<![\w.])/(?:wor" + r"k|tmp/pla" + r"n|opt/whee" + r"ls|opt/py" + r"pi)/|/roo" + r"t/\."
    r"|\.pye" + r"nv|(?:py" + r"pi|pythonho" + r"sted|npm" + r"js|deb" + r"ian)\.(?:org|com)"
)


def test_no_registry_and_no_machine_is_named() -> None:
    """Packages come from where the machine gets them; no path of a machine stands in a file."""
    assert [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:80]}"
        for path in tracked()
        if path.suffix not in (".png", ".zip", ".ipynb")
        for number, line in enumerate(path.read_text("utf-8", "replace").splitlines(), 1)
        if MACHINE.search(line)
    ] == []
