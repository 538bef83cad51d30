"""Grade every kind of file, and write what each got: ``python -m tests.builders.file_kinds_page``.

docs/file-kinds.md is the page; tests/intake/test_file_kinds.py says whether it is up to date.
"""

import json
import re
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from autograder.paths import ROOT
from tests.builders.commands import autograder
from tests.builders.file_kinds import DOWNLOADS, SINGLE, Kind
from tests.builders.files import folder_of, unzipped

PAGE = ROOT / "docs/file-kinds.md"
Graded = Mapping[str, Any]
"""What was graded: feedback by submission."""
_JOINED = "The code cells of “"
_BY_PYTHON = re.compile(r"(Syntax error in line \d+|has a syntax error)\b.*")
"""Sentences whose end differs between versions of Python."""


def single() -> Iterator[tuple[str, Kind]]:
    """All kinds but the downloads, by the name of the submission."""
    for title, kinds in SINGLE.items():
        for number, kind in enumerate(kinds, 1):
            yield f"{title.split()[0].lower()}-{number:02}", kind


def grade(folder: Path) -> Graded:
    """Grade all kinds at once, in a new folder."""
    for name, kind in single():
        folder_of(folder / "single" / name, kind.files)
    paths = [folder / "single"]
    for number, download in enumerate(DOWNLOADS):
        paths.append(folder / f"{number}")
        if isinstance(download.content, bytes):
            paths[-1] = paths[-1].with_suffix(".zip")
            paths[-1].write_bytes(download.content)
        else:
            folder_of(paths[-1], download.content)
    autograder("grade", *paths, "--out", folder / "out")
    found = (json.loads(path.read_text()) for path in (folder / "out/feedback").glob("*.json"))
    return {one["submission"]: one for one in found}


def score(feedback: Mapping[str, Any]) -> int | None:
    """The points of a submission; None where it was refused."""
    assert feedback["status"] in ("judged", "refused")
    return None if feedback["status"] == "refused" else feedback["score"]


def page(graded: Graded) -> str:
    """The text of the page."""
    names = {id(kind): name for name, kind in single()}
    text = f"""# Kinds of files, and what each gets

`tests/intake/test_file_kinds.py` grades these {len(names) + len(DOWNLOADS)} kinds of
submissions in one run, and `make kinds` writes this page. The code in them is the
reference, so one that is read as its student meant it gets 80 of 80 points.
"""
    for title, kinds in SINGLE.items():
        note = (
            "Each also has a note that its cells were joined.\n\n" if title == "Notebooks" else ""
        )
        text += f"\n## {title}\n\n{note}| kind | files | gets | and reads |\n|---|---|---:|---|\n"
        for kind in kinds:
            found = graded[names[id(kind)]]
            files = "<br>".join(map(_name, kind.files))
            text += f"| {kind.what} | {files} | {_points(score(found))} | {_told(found)} |\n"
    text += "\n## Downloads from platforms\n\nEach with a right file and a stub.\n\n"
    text += "| download | begins with | submissions |\n|---|---|---|\n"
    for download in DOWNLOADS:
        content = download.content
        first = min(unzipped(content) if isinstance(content, bytes) else content)
        rows = [f"`{name}`: {_points(score(graded[name]))}" for name in download.scores]
        text += f"| {download.what} | {_name(first)} | {', '.join(rows)} |\n"
    return text


def _points(points: int | None) -> str:
    return "refused" if points is None else str(points)


def _told(feedback: Mapping[str, Any]) -> str:
    told = [text for text in (feedback["message"], *feedback["notes"]) if text]
    plain = [_BY_PYTHON.sub(r"\1 …", text) for text in told if not text.startswith(_JOINED)]
    return "<br>".join(text.replace("<", "&lt;").replace("|", "\\|") for text in plain)


def _name(name: str) -> str:
    return f"`{name if len(name) < 100 else f'{name[:9]}…{name[-9:]}'}`"


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="backprop-kinds-") as place:
        PAGE.write_text(page(grade(Path(place))), encoding="utf-8")
