"""Builds report.pdf from a student's report.py, neural_network.py and discussion.md.

All three may be half finished: what is there goes into the PDF, the rest is told in a list.
"""

from __future__ import annotations

import time
from pathlib import Path
from types import ModuleType

import matplotlib
from checks import layout
from checks.kit import FILE, REPORT, Kit
from checks.local import CannotRun
from checks.receipt import unwritten

from .blocks import Block, Heading, Paragraph, parse, placed
from .network import Network, NotYet, Settings
from .pages import pdf, unprintable
from .parts import Parts

TEXTS = ("discussion.md", "discussion.txt")
TITLE = "The back-propagation algorithm: report"


def build(report: ModuleType) -> int:
    """Write report.pdf beside ``report`` and print what is still to do.

    Returns 0 when nothing is, 1 when something is, and 2 when there is nothing to build from.
    """
    matplotlib.use("Agg")  # no window, on no system
    kit = Kit(Path(str(report.__file__)).resolve().parent)
    try:
        return _build(report, kit)
    except (CannotRun, NotYet) as problem:
        layout.say(layout.wrap(str(problem)))
    except KeyboardInterrupt:
        layout.say("\nStopped; report.pdf is as it was.")
    return 2


def _build(report: ModuleType, kit: Kit) -> int:
    missing = unwritten(kit.source)
    if missing:
        raise NotYet(
            f"First finish {FILE}: {layout.listed(missing)} still to do. The report needs all "
            "seven functions; python check.py says how far they are."
        )
    network = Network(kit)
    settings = Settings(report.M, report.ETA, report.ITERATIONS, report.SEED)
    layout.say(f"Training: {settings}")
    began = time.perf_counter()
    run = network.train(settings)
    layout.say(f"  done in {time.perf_counter() - began:.1f} s")
    parts = Parts(report, run, settings, network)
    text, source = _text(kit.folder, parts.todo)
    blocks = _arranged(parse(text), parts)
    author = str(report.NAME).strip()
    if not author:
        parts.todo.append("NAME at the top of report.py: your name")
    foreign = unprintable(text + author)
    if foreign:
        parts.todo.append(f"{source}: these signs cannot be printed: {' '.join(foreign[:20])}")
    footer = f"{author[:60]}   digest {kit.digest}".strip()
    content, pages = pdf(blocks, title=TITLE, author=author, footer=footer)
    _write(kit.folder / REPORT, content)
    layout.say(f"{REPORT} written: {layout.count(pages, 'page')}")
    if parts.todo:
        layout.say("\nStill to do:")
    for thing in dict.fromkeys(parts.todo):
        layout.say(layout.wrap(f"- {thing}", 2))
    return 1 if parts.todo else 0


def _text(folder: Path, todo: list[str]) -> tuple[str, str]:
    """The discussion and the name of its file."""
    for name in TEXTS:
        path = folder / name
        if not path.is_file():
            continue
        try:
            text = path.read_text(encoding="utf-8-sig")
        except UnicodeDecodeError:
            raise NotYet(f"{name} is not UTF-8 text: save it as UTF-8 in your editor.") from None
        if not any(isinstance(block, Paragraph) for block in parse(text)):
            todo.append(f"{name}: your text; so far it has none")
        return text, name
    todo.append(f"{TEXTS[0]}: your text; there is no such file")
    return "", TEXTS[0]


def _arranged(blocks: list[Block], parts: Parts) -> list[Block]:
    """Title, summary, and the text with its figures."""
    title: Block = Heading(TITLE, 1)
    if blocks and isinstance(blocks[0], Heading) and blocks[0].level == 1:
        title, *blocks = blocks
    found, unknown = placed(blocks, parts.blocks)
    for name in unknown:
        names = ", ".join(f"[{known}]" for known in parts.blocks)
        parts.todo.append(f"there is no figure [{name}]; the names are {names}")
    return [title, parts.summary, *found]


def _write(path: Path, content: bytes) -> None:
    try:
        path.write_bytes(content)
    except OSError as problem:
        raise NotYet(
            f"{path.name} cannot be written ({problem.strerror}): is it open in another program?"
        ) from None
