"""``check.py`` as a student has it at home, called in this process."""

import contextlib
import io
from collections.abc import Callable
from pathlib import Path

from assignment.checks.commands import check as door
from assignment.checks.commands import details
from assignment.checks.running import examine
from assignment.checks.running.examine import Examination
from assignment.checks.running.kit import FILE, Kit


def kit_with(folder: Path, source: str | bytes, file: str = FILE) -> Kit:
    """A student's folder with this source in it."""
    (folder / file).write_bytes(source.encode() if isinstance(source, str) else source)
    return Kit(folder, file=file)


def said(command: Callable[[], int]) -> tuple[int, str]:
    """Exit code and text of a command; only a path may be wider than the console."""
    with contextlib.redirect_stdout(io.StringIO()) as out:
        code = command()
    wide = [line for line in out.getvalue().splitlines() if len(line) > 80]
    assert [line for line in wide if " " in line.strip()] == []
    return code, out.getvalue()


def checked(kit: Kit, *names: str) -> tuple[int, str]:
    """Exit code and text of ``check.py``."""
    return said(lambda: door.run(names, kit))


def examined(kit: Kit, *names: str) -> Examination:
    """What ``check.py`` finds; to say what is wrong with a function takes less than a screen."""
    found = examine.examine(kit, names or None)
    assert max(details.details(outcome).count("\n") for outcome in found.shown) < 24
    return found
