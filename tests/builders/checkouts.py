"""A checkout with the Makefile and nothing else, make in it, and programs that only look real."""

import os
import shutil
import subprocess
from pathlib import Path

from autograder.paths import ROOT
from tests.builders.processes import run
from tests.conftest import lacking


def make(*arguments: str, cwd: Path = ROOT, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run make without what the test run itself has set."""
    if shutil.which("make") is None:
        lacking("make")
    kept = ("PATH", "HOME", "LANG", "TMPDIR")
    env = {name: os.environ[name] for name in kept if name in os.environ}
    return run(["make", *arguments], cwd, {**env, **variables})


def bare_checkout(place: Path) -> Path:
    """A folder with the Makefile and nothing else, in a place that needs quoting."""
    folder = place / "a checkout"
    folder.mkdir()
    shutil.copy(ROOT / "Makefile", folder)
    for name in ("pyproject.toml", "constraints.txt"):
        (folder / name).touch()
    return folder


def fake(folder: Path, name: str, script: str) -> str:
    """An executable shell script."""
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return str(path)
