"""The attacks once more, with the grader run by other users.

The grader is run in three ways: as an ordinary user, as root, and as root where no namespaces can
be made, so that workers get a user of their own. Root becomes nobody for the first; an ordinary
user becomes root by sudo, where that asks for no password, as in CI.

The others need a Python and a checkout that everybody can read, which a machine's own need not be:
so copies are made in a folder of their own, and pytest runs there in a process of its own.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from functools import cache
from importlib.metadata import distribution
from pathlib import Path

import pytest
from hostile import ATTACKS

from autograder.paths import ROOT
from autograder.sandbox import readable
from tests.builders.processes import run
from tests.conftest import lacking

pytestmark = pytest.mark.slow

NOBODY, LAYERED = 65534, sum(attack.layered for attack in ATTACKS)
PACKAGES = (
    "numpy", "scipy", "msgspec", "pyseccomp", "pytest", "iniconfig", "packaging", "pluggy",
    "pygments", "hypothesis", "sortedcontainers", "attrs",
)  # fmt: skip
KIT = ("assignment", "autograder", "solution", "data", "tests", "pyproject.toml", "constraints.txt")
UNUSED = shutil.ignore_patterns("tests", "public", "*.pyi", "*.a", "examples")
PROOF = """
import json, sys
from autograder.sandbox import Sandbox
with Sandbox(forbid=frozenset(sys.argv[1:])) as sandbox:
    print(json.dumps([sandbox.isolation.level, sandbox.isolation.mechanisms]))
"""


@cache
def interpreter() -> str:
    """A Python of the version that runs this, which everybody can read; "" if there is none."""
    name = f"python{sys.version_info[0]}.{sys.version_info[1]}"
    likely = [sys._base_executable, *(f"{at}/{name}" for at in ("/usr/bin", "/usr/local/bin"))]  # type: ignore[attr-defined]
    for path in filter(os.path.exists, likely):
        real = str(Path(path).resolve())
        if Path(real).stat().st_mode & 5 == 5 and not readable.unreadable_for_others([real]):
            return real
    return ""


class Elsewhere:
    """A copy of the kit and of its packages that everybody can read."""

    def __init__(self, folder: Path) -> None:
        self.kit, self.packages = folder / "kit", folder / "site-packages"
        self.kit.mkdir()
        self.packages.mkdir()
        for name in KIT:
            copy(ROOT / name, self.kit / name)
        for name in PACKAGES:
            parts = {path.parts[0] for path in distribution(name).files or ()} - {".."}
            for part in parts:
                copy(Path(str(distribution(name).locate_file(part))), self.packages / part)
        for path in (folder, *folder.rglob("*")):
            path.chmod(0o755 if path.is_dir() else 0o644)

    def run(self, *arguments: str, user: int) -> subprocess.CompletedProcess[str]:
        """Run Python there as this user."""
        environment = {"ATTACKS": "layered", **os.environ, "HOME": "/nonexistent"}
        environment |= {"PYTHONPATH": str(self.packages), "PYTEST_ADDOPTS": ""}
        command = [interpreter(), "-B", *arguments]
        if user != os.geteuid() == 0:
            rights = ["--reuid", str(user), "--regid", str(user), "--clear-groups"]
            command = ["setpriv", *rights, *command]
        elif user != os.geteuid():
            given = [f"{name}={value}" for name, value in environment.items()]
            command = ["sudo", "--non-interactive", "env", *given, *command]
        return run(command, self.kit, environment)

    def isolation(self, *forbidden: str, user: int) -> tuple[int, set[str]]:
        """The level that is proved there without these layers, and the mechanisms."""
        ran = self.run("-c", PROOF, *forbidden, user=user)
        assert ran.returncode == 0, ran.stderr
        level, mechanisms = json.loads(ran.stdout)
        return level, set(mechanisms)

    def attack(self, levels: str, user: int) -> int:
        """Run the attacks there; returns how many tests passed."""
        quiet = ("-v", "-p", "no:cacheprovider", "-k", f"({levels}) and (gains or written)")
        ran = self.run("-m", "pytest", "tests/attacks/test_attacks.py", *quiet, user=user)
        assert ran.returncode == 0, ran.stdout[-5000:] + ran.stderr[-2000:]
        passed = re.search(r"(\d+) passed", ran.stdout)
        return int(passed[1]) if passed else 0


def copy(source: Path, target: Path) -> None:
    """Copy a file or a folder, without parts that no attack needs."""
    if source.is_dir():
        unused = None if source == ROOT / "tests" else UNUSED
        shutil.copytree(source, target, ignore=unused, dirs_exist_ok=True)
    elif source.exists():
        shutil.copy2(source, target)


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[Elsewhere]:
    """The copies, where this process may change its user and there is a Python for everybody."""
    if os.geteuid() == 0 and shutil.which("setpriv") is None:
        lacking("setpriv")
    if os.geteuid() and os.system("sudo --non-interactive true 2>/dev/null") != 0:
        lacking("sudo without a password")
    if not interpreter():
        lacking(f"a Python {sys.version_info[0]}.{sys.version_info[1]} that everybody can read")
    with tempfile.TemporaryDirectory(prefix="attacks-") as folder:
        yield Elsewhere(Path(folder))


@pytest.mark.skipif(os.geteuid() != 0, reason="all other tests ran as an ordinary user")
def test_an_ordinary_user_is_safe(elsewhere: Elsewhere) -> None:
    """Without any right there is level 2, and level 3 where users may make namespaces."""
    level, mechanisms = elsewhere.isolation(user=NOBODY)
    assert "uid" not in mechanisms
    assert level == (3 if "namespaces" in mechanisms else 2)
    assert elsewhere.isolation("namespaces", user=NOBODY)[0] == 2
    assert elsewhere.attack("namespaces or landlock", user=NOBODY) >= 2 * LAYERED


@pytest.mark.skipif(os.geteuid() == 0, reason="all other tests ran as root")
def test_root_is_safe(elsewhere: Elsewhere) -> None:
    """Root's workers are nobody, without capabilities: level 3, or 2 where it is in a container."""
    level, mechanisms = elsewhere.isolation(user=0)
    assert level == (3 if "namespaces" in mechanisms else 2)
    assert elsewhere.attack("namespaces", user=0) >= LAYERED


def test_root_without_namespaces_is_safe(elsewhere: Elsewhere) -> None:
    """Workers get a user of their own: level 2 with Landlock, and without where files are private.

    That is a container without privileges on a kernel without Landlock.
    """
    level, mechanisms = elsewhere.isolation("namespaces", user=0)
    assert level == 2
    assert "uid" in mechanisms
    assert elsewhere.isolation("namespaces", "landlock", user=0)[0] == 1
    for name in ("solution", "autograder", "tests"):
        (elsewhere.kit / name).chmod(0o700)
    assert elsewhere.isolation("namespaces", "landlock", user=0)[0] == 2
    assert elsewhere.attack("worker_user", user=0) >= 2 * LAYERED
