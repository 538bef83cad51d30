"""The line for GitHub Classroom's reporter: ``result=…`` with a test for each function.

The reporter takes base64 of JSON with ``version``, ``status`` (pass, fail, error), ``max_score``
and ``tests``, each with ``name``, ``status``, ``score``, ``message``, ``line_no``, ``filename``
and ``duration``; ``tests`` is required even if nothing could be checked.
"""

import base64
import json
from typing import Any

from ..running.examine import Examination, Outcome
from ..running.kit import FILE
from ..running.process import CannotRun
from .details import first_of


def output(found: Examination | CannotRun) -> str:
    """Return the line to add to a step's outputs."""
    report = json.dumps(_cannot(found) if isinstance(found, CannotRun) else _report(found))
    return f"result={base64.b64encode(report.encode()).decode()}\n"


def _report(found: Examination) -> dict[str, Any]:
    return {
        "version": 1,
        "status": "pass" if found.right else "fail",
        "max_score": sum(outcome.of for outcome in found.shown),
        "tests": [_test(outcome) for outcome in found.shown],
    }


def _cannot(problem: CannotRun) -> dict[str, Any]:
    test = {"name": FILE, "status": "error", "score": 0, "message": str(problem)}
    return {"version": 1, "status": "error", "max_score": 0, "tests": [{**test, **_PLACE}]}


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


_PLACE = {"line_no": 0, "filename": FILE, "duration": 0}
"""Constants: a wrong answer has no line, and the time of a call is of no interest."""
