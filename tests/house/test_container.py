"""Grading in a container: the Containerfile, and the targets of the Makefile that use it."""

import json
import os
import re
import subprocess
from pathlib import Path

import pytest

from autograder.paths import ROOT
from tests.builders.checkouts import bare_checkout, fake, make
from tests.builders.processes import run


def instructions() -> list[tuple[str, str]]:
    """The instructions of the Containerfile, with continued lines joined."""
    text = (ROOT / "Containerfile").read_text("utf-8").replace("\\\n", " ")
    return re.findall(r"^([^#\s]+) +(.+)$", text, re.MULTILINE)


def test_the_container_has_what_grading_needs() -> None:
    """It is of a pinned Python, copies what there is, and has libseccomp and the command."""
    found = instructions()
    assert re.fullmatch(r"FROM python:3\.\d+-slim", " ".join(found[0]))
    assert any("libseccomp2" in rest for word, rest in found if word == "RUN")
    copied = [source for word, rest in found if word == "COPY" for source in rest.split()[:-1]]
    assert [source for source in copied if not (ROOT / source).exists()] == []
    sent = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    assert [source for source in copied if f"!{source}" not in sent] == []
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests"}
    assert packages <= set(copied)
    assert json.loads(dict(found)["ENTRYPOINT"])[-1] == "autograder"
    assert any(rest.endswith("chmod -R go-rwx solution autograder") for _, rest in found)


def test_a_container_of_another_user_is_one_sentence(tmp_path: Path) -> None:
    """A user who cannot read the kit reads "leave out --user", and nothing is started."""
    command = json.loads(dict(instructions())["ENTRYPOINT"])
    started = fake(tmp_path, "autograder", 'echo "started with $*"')
    outcomes = []
    for kit in (tmp_path, tmp_path / "closed"):
        script = command[2].replace("/kit/autograder", str(kit))
        path = f"{Path(started).parent}:{os.environ['PATH']}"
        done = run([*command[:2], script, command[3], "doctor"], env={"PATH": path})
        outcomes.append((done.returncode, done.stdout, done.stderr.count("\n")))
        assert ("without --user" in done.stderr) == (done.returncode != 0)
    assert outcomes == [(0, "started with doctor\n", 0), (2, "", 1)]


class Engines:
    """Container engines that only write down how they were called, and a checkout beside them."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.checkout, self._log = folder, bare_checkout(folder), folder / "calls"
        self._log.touch()
        for name in ("docker", "podman"):
            fake(folder, name, "exit 1")

    def add(self, name: str, build: int = 0, code: int = 0) -> str:
        """An engine that answers, and whose builds and containers end with these codes."""
        script = (
            '[ "$1" = info ] && exit 0\n'
            f'{{ echo "{name} $1"; shift; printf "%s\\n" "$@"; }} >> "{self._log}"\n'
            f'case "$*" in *Containerfile*) exit {build};; *) exit {code};; esac'
        )
        return fake(self.folder, name, script)

    def make(self, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run make in the checkout with these engines in place of real ones."""
        path = f"{self.folder}:{os.environ['PATH']}"
        return make(*arguments, cwd=self.checkout, PATH=path, **variables)

    def calls(self) -> list[str]:
        """What was called, a line for each argument."""
        return self._log.read_text().splitlines()

    def ran(self) -> list[str]:
        """The arguments of the container that was started first."""
        calls = self.calls()
        return calls[calls.index("docker run") + 1 :]


@pytest.fixture
def engines(tmp_path: Path) -> Engines:
    """No engine that answers, and a checkout."""
    return Engines(tmp_path)


def test_grading_in_a_container_uses_the_engine_that_answers(engines: Engines) -> None:
    """An engine that is installed and not running is passed over; ENGINE= chooses."""
    run = engines.make("grade-container")
    assert (run.returncode, engines.calls()) == (2, [])
    assert "Neither docker nor podman answers" in run.stderr
    engines.add("podman")
    run = engines.make("grade-container")
    called = [line for line in engines.calls() if line.startswith(("docker ", "podman "))]
    assert called == ["podman build", "podman run"]
    assert run.stdout.startswith("Building the image: this takes a few minutes the first time.\n")
    assert run.stdout.endswith(f"/results is {engines.checkout}/results\n")
    run = engines.make("grade-container", ENGINE="docker")
    assert run.returncode == 2
    assert "docker does not answer" in run.stderr
    engines.make("grade-container", ENGINE=engines.add("my engine"))
    engines.add("docker")
    engines.make("grade-container")
    assert [engines.calls().count(f"{name} run") for name in ("my engine", "docker")] == [1, 1]


@pytest.mark.parametrize("name", ["SUBMISSIONS", "CONFIG"])
def test_a_path_that_is_not_there_is_told_before_the_build(engines: Engines, name: str) -> None:
    """A misspelt path costs no build, and no folder for the results is made."""
    engines.add("docker")
    run = engines.make("grade-container", **{name: "it's not here"})
    assert (run.returncode, engines.calls(), run.stdout) == (2, [], "")
    assert f"There is no it's not here: correct {name}=" in run.stderr
    assert not (engines.checkout / "results").exists()


def test_folders_of_any_name_are_mounted(engines: Engines) -> None:
    """Submissions and settings are mounted read-only, names may have quotes, the code is kept."""
    engines.add("docker", code=1)
    place = engines.folder / 'the "course\'s" files'
    (place / "week $1 'a'").mkdir(parents=True)
    (place / "course.toml").touch()
    given = {"SUBMISSIONS": str(place / "week $1 'a'"), "CONFIG": str(place / "course.toml")}
    run = engines.make("grade-container", OUT=str(place / "out put"), ARGS="--jobs 2", **given)
    assert engines.ran()[3:] == [
        "--volume", f"{place}/week $1 'a':/submissions/week $1 'a':ro",
        "--volume", f"{place}:/course:ro",
        "--volume", f"{place}/out put:/results",
        "backprop-kit", "grade", "/submissions/week $1 'a'", "--out", "/results",
        "--config", "/course/course.toml", "--jobs", "2",
    ]  # fmt: skip
    assert run.returncode == 2
    assert f"/results is {place}/out put\n" in run.stdout


def test_any_command_runs_in_a_container(engines: Engines) -> None:
    """ARGS is read as a shell reads it; an image that cannot be built is reported once."""
    engines.add("docker")
    options = {"ARGS": "explain /results 'Ada L'", "CONTAINER_OPTIONS": "--read-only"}
    assert engines.make("container", **options).returncode == 0
    called = engines.ran()
    assert called[3] == "--read-only"
    assert called[-4:] == ["backprop-kit", "explain", "/results", "Ada L"]
    engines.add("docker", build=1)
    run = engines.make("container")
    assert "docker could not build the image" in run.stderr
    assert engines.calls().count("docker run") == 1
