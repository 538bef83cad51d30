"""``autograder doctor``: show versions, what this machine lacks, and its isolation level."""

import platform
import sys
from importlib import metadata
from pathlib import Path

from assignment.checks.model.version import VERSION
from autograder.course.load import load
from autograder.errors import SandboxError
from autograder.reports.say import say
from autograder.sandbox import SAFE_LEVEL, Sandbox
from autograder.sandbox.doctor import diagnose_host

PACKAGES = ("numpy", "scipy", "matplotlib", "msgspec", "pyseccomp", "typer", "rich")


def run(config: Path | None = None) -> int:
    """Print it, for a course's limits; returns 0 if files can be graded safely, otherwise 1."""
    limits = load(config).sandbox_limits()
    say(f"kit {VERSION}, Python {platform.python_version()}, {platform.platform()}")
    for package in PACKAGES:
        say(f"  {package} {_version(package)}")
    for finding in diagnose_host():
        say(f"{'ok     ' if finding.ok else 'missing'} {finding.name}: {finding.detail}")
        if finding.remedy:
            say(f"        {finding.remedy}")
    try:
        with Sandbox(limits) as sandbox:
            isolation = sandbox.isolation
    except SandboxError as problem:
        say(f"isolation: none. {problem}")
        return 1
    say(f"isolation: {isolation}")
    for missing in isolation.missing:
        say(f"  without {missing}")
    for escape in isolation.escapes:
        say(f"  the proof could {escape}")
    if isolation.level >= SAFE_LEVEL:
        say("Students' files can be graded here.")
        return 0
    say(
        "Students' files are not graded here without --unsafe: "
        f"level {isolation.level} is below {SAFE_LEVEL}.",
        sys.stderr,
    )
    return 1


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "is not installed"
