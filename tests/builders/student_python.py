"""Run Python as a student does: no screen, and nothing of the repository on its path."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.builders.processes import run

LEFT_OUT = ("PYTEST", "PYTHON", "COV", "DISPLAY", "MPL")


def python(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run this Python in a folder; what it wrote, and its exit code."""
    env = {name: value for name, value in os.environ.items() if not name.startswith(LEFT_OUT)}
    env |= {"PYTHONSAFEPATH": "", "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUTF8": "1"}
    return run([sys.executable, *arguments], cwd, env, timeout=120)
