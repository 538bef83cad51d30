"""What keeps a PDF that has taken over its reader from doing anything else."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from autograder import pdfs
from autograder.sandbox import landlock, syscalls

TAKEN_OVER = """
import json, os, pathlib, socket, sys
sys.path.insert(0, {root!r})
from autograder import pdfcount

def every_way(stream):
    tries = {{
        "read": lambda: pathlib.Path({other!r}).read_bytes(),
        "list": lambda: os.listdir({folder!r}),
        "write": lambda: pathlib.Path({new!r}).touch(),
        "remove": lambda: os.unlink({other!r}),
        "start": lambda: os.fork() or os._exit(0),
        "signal": lambda: os.kill(os.getppid(), 0),
        "connect": socket.socket,
        "rights": lambda: os.setuid(os.getuid()) if os.getuid() else os.chown("/", 0, 0),
        "own file": stream.read,
    }}
    done = []
    for name, one in tries.items():
        try:
            one()
        except OSError:
            continue
        done.append(name)
    return {{"done": done}}

pdfcount.count = every_way
pdfcount.main()
"""


def ways_out(folder: Path) -> list[str]:
    """What a reader that a PDF has taken over can do."""
    own, other = folder / "own.pdf", folder / "other.pdf"
    own.write_bytes(b"%PDF-")
    other.write_bytes(b"%PDF-")
    program = TAKEN_OVER.format(
        root=str(pdfs.COUNTER.parents[1]),
        other=str(other),
        folder=str(folder),
        new=str(folder / "new"),
    )
    words = [sys.executable, "-c", program]
    done = subprocess.run(words, input=f"{own}\n", capture_output=True, text=True, check=True)
    assert other.exists()
    return list(json.loads(done.stdout)["done"])


@pytest.mark.skipif(landlock.version() == 0, reason="this kernel has no Landlock")
def test_a_reader_that_was_taken_over_can_only_read_its_own_pdf(tmp_path: Path) -> None:
    """No other report, no folder, no process, no signal, no socket, no right is within reach."""
    syscalls.build()  # where libseccomp is missing this test is to say so
    assert ways_out(tmp_path) == ["own file"]
