"""Pages and figures of PDFs, of which some are made to do harm."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from autograder import marking, pdfs
from autograder.sandbox import landlock, syscalls
from tests.pdfs_made import HOSTILE, REPORT


def test_pages_and_figures_are_counted(tmp_path: Path) -> None:
    """Figures by the numbers of their captions, or by what matplotlib has drawn."""
    from matplotlib.backends.backend_pdf import FigureCanvasPdf
    from matplotlib.figure import Figure

    captioned, drawn = tmp_path / "captioned.pdf", tmp_path / "drawn.pdf"
    captioned.write_bytes(REPORT)
    figure = Figure()
    FigureCanvasPdf(figure)
    for axes, values in zip(figure.subplots(3, 1), ([1, 2], [2, 1], [3, 3]), strict=True):
        axes.plot(values)
    content = io.BytesIO()
    figure.savefig(content, format="pdf")
    drawn.write_bytes(content.getvalue())
    found = pdfs.counted([captioned, drawn], jobs=2)
    assert found[captioned] == pdfs.Counted(pages=3, figures=2)
    assert found[drawn] == pdfs.Counted(pages=1, figures=3)
    assert marking.about(found[captioned]) == "3 pages, 2 figures found"


def test_a_hostile_pdf_stops_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Bombs, loops and junk could not be read; the reports beside them are counted all the same."""
    for name, content in HOSTILE.items():
        (tmp_path / f"{name}.pdf").write_bytes(content)
    (tmp_path / "a.pdf").write_bytes(REPORT)
    (tmp_path / "z.pdf").write_bytes(REPORT)
    (tmp_path / "large.pdf").write_bytes(REPORT + b"\0" * 100_000)
    monkeypatch.setattr(pdfs, "LARGEST", 90_000)
    (tmp_path / "nested.pdf").write_bytes(HOSTILE["nested"][:89_000])
    began = time.monotonic()
    found = {path.stem: one for path, one in pdfs.counted(sorted(tmp_path.iterdir())).items()}
    assert time.monotonic() - began < 60
    for name in ("cut", "empty", "junk", "loop", "nested"):
        assert found[name] == pdfs.UNREADABLE, name
    assert found["bomb"].figures is None
    assert found["large"] == pdfs.TOO_LARGE
    assert found["a"] == found["z"] == pdfs.Counted(pages=3, figures=2)
    assert "could not be read" in marking.about(found["loop"])


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
