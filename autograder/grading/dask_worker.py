"""The side of a Dask worker: checks that it judges as it is expected to, then grades.

Bytes in, bytes out, both in our own format (``jobs``); nothing that student code has touched is
ever pickled. Each thread of a worker has a sandbox of its own, kept from task to task.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass

import msgspec

from autograder.cases.answers import Answers
from autograder.errors import SandboxError
from autograder.grading import jobs
from autograder.grading.grader import Grader
from autograder.record.fingerprint import Conditions, conditions
from autograder.sandbox import Limits, Sandbox


class Setting(msgspec.Struct, frozen=True):
    """What a worker is told with every task, and must find at home as well."""

    hidden_seed: int
    limits: Limits
    least: int
    conditions: Conditions


@dataclass
class _Desk:
    """What a thread grades with; ``refused`` says why it must not."""

    setting: bytes
    refused: str = ""
    sandbox: Sandbox | None = None
    grader: Grader | None = None

    def clear(self) -> None:
        if self.sandbox is not None:
            self.sandbox.close()


_here = threading.local()


def hello(setting: bytes) -> bytes:
    """How well this worker confines code, or why it cannot take part."""
    desk = _prepared(setting)
    try:
        return jobs.encode(_greeting(desk))
    finally:
        desk.clear()


def work(setting: bytes, submission: bytes) -> bytes:
    """Grade one submission; never raises, so that no exception has to cross."""
    desk: _Desk | None = getattr(_here, "desk", None)
    if desk is None or desk.setting != setting:
        if desk is not None:
            desk.clear()
        desk = _here.desk = _prepared(setting)
    if desk.grader is None:
        return jobs.encode(jobs.CannotGrade(desk.refused))
    return jobs.encode(jobs.outcome(desk.grader, jobs.read_submission(submission)))


def _greeting(desk: _Desk) -> jobs.Outcome:
    if desk.sandbox is None or desk.refused:
        return jobs.CannotGrade(desk.refused)
    return jobs.GraderStarted(desk.sandbox.isolation.level)


def _prepared(setting: bytes) -> _Desk:
    desk = _Desk(setting)
    try:
        told = msgspec.msgpack.decode(setting, type=Setting)
    except msgspec.MsgspecError:
        desk.refused = "it runs another version of the grader"
        return desk
    answers = Answers(told.hidden_seed)
    unlike = told.conditions.differences(conditions(answers.cases, told.limits))
    if unlike:
        desk.refused = f"it judges differently: {', '.join(unlike)} differ from the grader's"
        return desk
    try:
        desk.sandbox = Sandbox(told.limits).__enter__()
    except SandboxError as error:
        desk.refused = str(error)
        return desk
    desk.refused = jobs.refusal(desk.sandbox.isolation, told.least)
    if not desk.refused:
        desk.grader = Grader(answers, desk.sandbox)
    return desk
