"""Builds report.pdf from a student's report.py, neural_network.py and discussion.md.

All three may be half finished: what is there goes into the PDF, and a list says what is missing.
"""

from __future__ import annotations

import time
from pathlib import Path
from types import ModuleType

import matplotlib
from checks import console as layout
from checks.commands.submit import unwritten
from checks.running.kit import FILE, REPORT, Kit
from checks.running.process import CannotRun

from .blocks import Block, Heading, Paragraph, parse
from .document import pdf, unprintable
from .student import Answers, Network
from .training import NotYet, Settings

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
    answers = Answers(report, network, run)
    todo = answers.todo
    text, file = _discussion(kit.folder, todo)
    blocks, unknown = parse(text, answers.figures)
    names = ", ".join(f"[{name}]" for name in answers.figures)
    todo += [f"there is no figure [{name}]; the names are {names}" for name in unknown]
    author = str(report.NAME).strip()
    if not author:
        todo.append("NAME at the top of report.py: your name")
    foreign = unprintable(text + author)
    if foreign:
        todo.append(f"{file}: these characters cannot be printed: {' '.join(foreign[:20])}")
    title: Block = Heading(TITLE, 1)
    if blocks and isinstance(blocks[0], Heading) and blocks[0].level == 1:
        title, *blocks = blocks
    footer = f"{author[:60]}   digest {kit.digest}".strip()
    content, pages = pdf(
        [title, answers.summary, *blocks], title=TITLE, author=author, footer=footer
    )
    _write(kit.folder / REPORT, content)
    layout.say(f"{REPORT} written: {layout.count(pages, 'page')}")
    if todo:
        layout.say("\nStill to do:")
    for thing in dict.fromkeys(todo):
        layout.say(layout.wrap(f"- {thing}", 2))
    return 1 if todo else 0


def _discussion(folder: Path, todo: list[str]) -> tuple[str, str]:
    """The student's text and the name of its file."""
    for name in TEXTS:
        path = folder / name
        if not path.is_file():
            continue
        try:
            text = path.read_text(encoding="utf-8-sig")
        except UnicodeDecodeError:
            raise NotYet(f"{name} is not UTF-8 text: save it as UTF-8 in your editor.") from None
        if not any(isinstance(block, Paragraph) for block in parse(text, {})[0]):
            todo.append(f"{name}: your text; so far it has none")
        return text, name
    todo.append(f"{TEXTS[0]}: your text; there is no such file")
    return "", TEXTS[0]


def _write(path: Path, content: bytes) -> None:
    try:
        path.write_bytes(content)
    except OSError as problem:
        raise NotYet(
            f"{path.name} cannot be written ({problem.strerror}): is it open in another program?"
        ) from None
