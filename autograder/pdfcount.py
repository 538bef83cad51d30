"""Counts pages and figures of PDFs; a program of its own, never imported by the grader.

Theory of operation. A student's PDF may be made to keep a reader busy for ever, to fill the memory
or to crash it. So the grader (``pdfs``) starts this program, which forks a child for each path on
stdin. The child has little time and memory and cannot write to files. Where Linux allows, it has no
rights, sees no file but Python's and pypdf's, and can neither start, signal nor talk to anything
(Landlock and seccomp, as workers have them). What it finds comes back as a short line of JSON, and
no more than that is read. A child that is late is killed.

Figures are counted as far as that can be told: by the numbers in their captions ("Figure 3"), or
the pictures, embedded drawings and axes of matplotlib that are found, whichever are more.
"""

from __future__ import annotations

import json
import logging
import os
import re
import resource
import select
import signal
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import pypdf
from pypdf.generic import IndirectObject

sys.path.append(str(Path(__file__).resolve().parents[1]))  # for a checkout, last

# Only now, since this file is run as a script.
from autograder.sandbox import landlock, libc, syscalls
from autograder.sandbox.readable import readable

SECONDS = 10
MEMORY = 768 << 20
LOOKED_AT = 60
"""Pages whose figures are counted."""
SMALL = 64
"""Pixels, or points, below which a picture is an ornament."""
_CAPTION = re.compile(r"\b(?:figure|fig\.?|abbildung|abb\.?)\s*(\d{1,3})\b", re.IGNORECASE)
_CLIP = re.compile(rb"\b([\d.]+) ([\d.]+) ([\d.]+) ([\d.]+) re\s+W n")


def count(stream: Any) -> dict[str, int | None]:
    """Pages and figures of a PDF; whatever pypdf raises where it cannot be read.

    Figures are None where a page has something in it that pypdf does not understand.
    """
    reader = pypdf.PdfReader(stream)
    pages = len(reader.pages)
    try:
        return {"pages": pages, "figures": _figures(reader, min(pages, LOOKED_AT))}
    except Exception:  # whatever it is, it is the PDF's
        return {"pages": pages, "figures": None}


def _figures(reader: pypdf.PdfReader, pages: int) -> int:
    numbers: set[str] = set()
    pictures: set[object] = set()
    axes: set[object] = set()
    producer = reader.metadata.producer if reader.metadata else ""
    matplotlib = "matplotlib" in str(producer).lower()
    for place in range(pages):
        page = reader.pages[place]
        numbers.update(_CAPTION.findall(page.extract_text()))
        pictures.update(_pictures(page, place))
        if matplotlib:
            axes.update((place, *one) for one in _axes(page))
    return max(len(numbers), len(pictures), len(axes))


def _pictures(page: Any, place: int) -> list[object]:
    """What tells apart the larger images and embedded drawings of a page."""
    found: list[object] = []
    objects = _inside(_inside(page, "/Resources"), "/XObject")
    for name in objects:
        entry = objects.raw_get(name)
        item = objects[name]
        if item.get("/Subtype") == "/Image":
            size = int(item.get("/Width", 0)), int(item.get("/Height", 0))
        else:
            left, low, right, high = (float(side) for side in item.get("/BBox", (0, 0, 0, 0)))
            size = int(abs(right - left)), int(abs(high - low))
        if min(size) >= SMALL:
            # The same picture on two pages is one.
            found.append(entry.idnum if isinstance(entry, IndirectObject) else (place, name))
    return found


def _inside(entry: Any, name: str) -> Any:
    """The dictionary of that name inside another one; an empty one where there is none."""
    if name not in entry:
        return {}
    return entry[name]  # unlike get, this follows a reference


def _axes(page: Any) -> set[tuple[bytes, ...]]:
    """The rectangles that matplotlib cuts curves off at: one for each axes."""
    content = page.get_contents()
    if content is None:
        return set()
    return {
        found.groups()
        for found in _CLIP.finditer(content.get_data())
        if min(float(found[3]), float(found[4])) >= SMALL
    }


class Walls:
    """What the machine has to keep a child from anything but counting; made before the forks.

    Elsewhere than on Linux there is nothing but the limits.
    """

    def __init__(self) -> None:
        self._rules: int | None = None
        self._filter: syscalls.Filter | None = None
        if sys.platform != "linux":
            return
        with suppress(OSError):
            self._rules = landlock.ruleset((*readable(), str(Path(pypdf.__file__).parent)))
        with suppress(OSError):
            self._filter = syscalls.build(creating=self._rules is not None)

    def confine(self) -> None:
        """Have them around this process; OSError where one that is there does not stand."""
        if sys.platform != "linux":
            return
        libc.prctl(libc.PR_SET_NO_NEW_PRIVS, 1)
        libc.drop_capabilities()
        if self._rules is not None:
            landlock.restrict(self._rules)
        if self._filter is not None:
            self._filter.load()


def _child(path: str, answer: int, walls: Walls) -> None:
    """Count in a process that can do nothing else; it ends here."""
    try:
        with open(path, "rb") as stream:  # noqa: PTH123 # the fewest layers before the limits
            for what, value in (
                (resource.RLIMIT_CPU, SECONDS),
                (resource.RLIMIT_AS, MEMORY),
                (resource.RLIMIT_FSIZE, 0),
                (resource.RLIMIT_CORE, 0),
                (resource.RLIMIT_NOFILE, 16),  # the rules, and modules that pypdf imports late
            ):
                resource.setrlimit(what, (value, value))
            walls.confine()
            found = count(stream)
        os.write(answer, json.dumps(found).encode())
    except BaseException as problem:  # whatever it is, it is the PDF's
        os.write(answer, json.dumps({"problem": type(problem).__name__}).encode())
    finally:
        os._exit(0)


def _ask(path: str, walls: Walls) -> bytes:
    """One line about a PDF: what the child said, or that it said nothing in time."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.close(reading)
        _child(path, writing, walls)
    os.close(writing)
    ready, _, _ = select.select([reading], [], [], 2 * SECONDS)
    answer = os.read(reading, 256) if ready else b""
    os.close(reading)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return answer.replace(b"\n", b" ")


def main() -> None:
    """Answer each path on stdin with a line of JSON."""
    logging.disable()  # pypdf tells of every oddity
    walls = Walls()
    for path in sys.stdin:
        sys.stdout.buffer.write(_ask(path.rstrip("\n"), walls) + b"\n")
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
