"""``autograder doctor``: show versions, what this machine lacks, and its isolation level."""

from __future__ import annotations

import platform
import sys
from importlib import metadata
from pathlib import Path

from rich.console import Console

from assignment.checks.model.version import VERSION
from autograder.course.load import load
from autograder.errors import SandboxError
from autograder.sandbox import SAFE_LEVEL, Sandbox
from autograder.sandbox.doctor import diagnose_host

PACKAGES = ("numpy", "scipy", "matplotlib", "msgspec", "pyseccomp", "typer", "rich")


def run(config: Path | None = None) -> int:
    """Print it, for a course's limits; returns 0 if files can be graded safely, otherwise 1."""
    limits = load(config).sandbox_limits()
    console = Console(highlight=False, markup=False, soft_wrap=True)
    console.print(f"kit {VERSION}, Python {platform.python_version()}, {platform.platform()}")
    for package in PACKAGES:
        console.print(f"  {package} {_version(package)}")
    for finding in diagnose_host():
        console.print(f"{'ok     ' if finding.ok else 'missing'} {finding.name}: {finding.detail}")
        if finding.remedy:
            console.print(f"        {finding.remedy}")
    try:
        with Sandbox(limits) as sandbox:
            isolation = sandbox.isolation
    except SandboxError as problem:
        console.print(f"isolation: none. {problem}")
        return 1
    console.print(f"isolation: {isolation}")
    for missing in isolation.missing:
        console.print(f"  without {missing}")
    for escape in isolation.escapes:
        console.print(f"  the proof could {escape}")
    if isolation.level >= SAFE_LEVEL:
        console.print("Students' files can be graded here.")
        return 0
    sys.stderr.write(
        "Students' files are not graded here without --unsafe: "
        f"level {isolation.level} is below {SAFE_LEVEL}.\n"
    )
    return 1


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "is not installed"
