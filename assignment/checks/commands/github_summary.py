"""``python check.py --summary FILE``: the result as Markdown, for the page of a GitHub job.

The file is added to, as GitHub asks for. With ``--classroom FILE`` a line for GitHub Classroom's
reporter is added to that file, too: ``result=`` and base64 of JSON with ``version``, ``status``
(pass, fail, error), ``max_score`` and ``tests``, each with ``name``, ``status``, ``score``,
``message``, ``line_no``, ``filename`` and ``duration``; ``tests`` is required even if nothing could
be checked.
"""

import base64
import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ..console import listed, say, wrap
from ..model.version import VERSION
from ..running.examine import Examination, Outcome
from ..running.kit import FILE, Kit
from ..running.process import CannotRun
from .check import hidden, next_step, reported
from .details import blocked, details, first_of, printed

FLAGS = ("--summary", "--classroom")
_PLACE = {"line_no": 0, "filename": FILE, "duration": 0}
"""Constants: a wrong answer has no line, and the time of a call is of no interest."""


def run(arguments: Sequence[str], kit: Kit | None = None) -> int:
    """Check what ``arguments`` name, print the result and add it to the files behind the flags.

    Returns 0 if nothing is wrong (functions may still be to do), 1 if something is, 2 if nothing
    could be checked.
    """
    kit = kit or Kit()
    files: dict[str, Path] = {}
    try:
        names, files = _split(arguments)
        examination = reported(names, kit)
        text, line = markdown(examination, kit), classroom(examination)
        code = 1 if any(o.state == "wrong" for o in examination.outcomes.values()) else 0
    except CannotRun as problem:
        say(wrap(str(problem)))
        text = f"## {FILE} could not be checked\n\n{fenced(str(problem))}\n"
        line, code = classroom(problem), 2
    try:
        for flag, added in zip(FLAGS, (text, line), strict=True):
            if flag in files:
                with files[flag].open("a", encoding="utf-8", newline="\n") as file:
                    file.write(added)
    except OSError as problem:
        say(wrap(f"{problem.filename} cannot be written: {problem.strerror}."))
        return 2
    return code


def _split(arguments: Sequence[str]) -> tuple[list[str], dict[str, Path]]:
    """Split off the flags: names of functions or sections, and the file behind each flag."""
    names, files = list(arguments), {}
    for flag in FLAGS:
        if flag in names:
            place = names.index(flag)
            if len(names) == place + 1 or names[place + 1].startswith("-"):
                raise CannotRun(f"{flag} needs a file to add to: python check.py {flag} FILE")
            files[flag] = Path(names[place + 1])
            del names[place : place + 2]
    return names, files


def markdown(examination: Examination, kit: Kit) -> str:
    """Return the result as Markdown; text from the student's code stands between fences."""
    shown = examination.shown
    got, open_, of = (sum(getattr(o, what) for o in shown) for what in ("got", "open", "of"))
    rows = [
        f"| {o.question.number} | `{o.question.function}` | {_state(o)} | {o.got} | {o.open} "
        f"| {o.of} |"
        for o in shown
    ]
    parts = [
        f"## {FILE}: {got} of {of} public points",
        "\n".join(
            [
                "| section | function | | points | still open | of |",
                "|---|---|---|---:|---:|---:|",
                *rows,
                f"| | all | | {got} | {open_} | {of} |",
            ]
        ),
        f"**{next_step(examination)}**",
        *(_details(outcome) for outcome in shown if outcome.state == "wrong"),
        " ".join(blocked(examination).split()),
        *(fenced(text) for text in (printed(examination), *examination.notes) if text),
        " ".join(hidden(kit).split()),
        f"Digest {kit.digest} (of kit {VERSION}, its cases and your file).",
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _state(outcome: Outcome) -> str:
    if outcome.state == "blocked":
        return f"blocked by {listed(outcome.because)}"
    return {"ok": "✅ right", "wrong": "❌ to fix", "to do": "to do"}[outcome.state]


def _details(outcome: Outcome) -> str:
    question = outcome.question
    _, _, rest = details(outcome).partition("\n")
    return f"### {question.number} `{question.function}`\n\n{fenced(rest)}"


def fenced(text: str) -> str:
    """Put text between fences that are longer than any in it."""
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}text\n{text}\n{fence}"


def classroom(found: Examination | CannotRun) -> str:
    """Return the line for GitHub Classroom to add to a step's outputs."""
    if isinstance(found, CannotRun):
        test = {"name": FILE, "status": "error", "score": 0, "message": str(found), **_PLACE}
        report = {"version": 1, "status": "error", "max_score": 0, "tests": [test]}
    else:
        report = {
            "version": 1,
            "status": "pass" if found.right else "fail",
            "max_score": sum(outcome.of for outcome in found.shown),
            "tests": [_test(outcome) for outcome in found.shown],
        }
    return f"result={base64.b64encode(json.dumps(report).encode()).decode()}\n"


def _test(outcome: Outcome) -> dict[str, Any]:
    message = ""
    if outcome.state == "to do":
        message = "still to do"
    elif outcome.failed:
        message = first_of(outcome.failed[0][1]).message
    return {
        "name": f"{outcome.question.number} {outcome.question.function}",
        "status": "pass" if outcome.state == "ok" else "fail",
        "score": outcome.got,
        "message": message,
        **_PLACE,
    }
