"""Run commands and keep what they print."""

import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from autograder.paths import ROOT


def run(
    command: Sequence[str | Path],
    cwd: Path = ROOT,
    env: Mapping[str, str] | None = None,
    timeout: float | None = None,
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end, whatever its exit code."""
    return subprocess.run(
        command,
        cwd=cwd,
        env=env,
        capture_output=True,
        text=True,
        errors="replace",
        timeout=timeout,
        check=False,
    )


def autograder(*arguments: str | Path, expect: int = 0) -> str:
    """Run a command as an instructor does: what it printed; it must end with this exit code."""
    env = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"}
    done = run([sys.executable, "-m", "autograder", *arguments], env=env)
    printed = done.stdout + done.stderr
    assert done.returncode == expect, printed
    assert "Traceback" not in printed
    return printed
