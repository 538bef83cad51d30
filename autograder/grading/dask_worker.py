"""Run in a Dask worker: check that it judges as the grader does, then grade.

Bytes in, bytes out, both in our own format (`outcomes`); nothing that student code has touched is
ever pickled. Each thread of a worker has a sandbox of its own, kept from task to task.
"""

import threading
from dataclasses import dataclass

import msgspec

from autograder.cases.answers import Answers
from autograder.errors import SandboxError
from autograder.grading import outcomes
from autograder.grading.grader import Grader
from autograder.record.fingerprint import Conditions, conditions
from autograder.sandbox import Limits, Sandbox


class Setting(msgspec.Struct, frozen=True):
    """What the grader sends with every task; the worker's own conditions must equal these."""

    hidden_seed: int
    limits: Limits
    least: int
    conditions: Conditions


@dataclass
class WorkerGrader:
    """What one thread grades with; ``refused`` says why it must not."""

    setting: bytes
    refused: str = ""
    sandbox: Sandbox | None = None
    grader: Grader | None = None

    def close(self) -> None:
        if self.sandbox is not None:
            self.sandbox.close()


_thread = threading.local()


def check(setting: bytes) -> bytes:
    """Say at which level this worker confines code, or why it cannot grade."""
    prepared = _prepare(setting)
    try:
        if prepared.sandbox is None or prepared.refused:
            return outcomes.encode(outcomes.CannotGrade(prepared.refused))
        return outcomes.encode(outcomes.GraderStarted(prepared.sandbox.isolation.level))
    finally:
        prepared.close()


def grade(setting: bytes, submission: bytes) -> bytes:
    """Grade one submission; every failure is an outcome, because exceptions would be pickled."""
    prepared: WorkerGrader | None = getattr(_thread, "grader", None)
    if prepared is None or prepared.setting != setting:
        if prepared is not None:
            prepared.close()
        prepared = _thread.grader = _prepare(setting)
    if prepared.grader is None:
        return outcomes.encode(outcomes.CannotGrade(prepared.refused))
    return outcomes.encode(outcomes.grade(prepared.grader, outcomes.read_submission(submission)))


def _prepare(data: bytes) -> WorkerGrader:
    prepared = WorkerGrader(data)
    try:
        setting = msgspec.msgpack.decode(data, type=Setting)
    except msgspec.MsgspecError:
        prepared.refused = "it runs another version of the grader"
        return prepared
    answers = Answers(setting.hidden_seed)
    unlike = setting.conditions.differences(conditions(answers.cases, setting.limits))
    if unlike:
        prepared.refused = f"it judges differently: {', '.join(unlike)} differ from the grader's"
        return prepared
    try:
        prepared.sandbox = Sandbox(setting.limits).__enter__()
    except SandboxError as error:
        prepared.refused = str(error)
        return prepared
    prepared.refused = outcomes.refusal(prepared.sandbox.isolation, setting.least)
    if not prepared.refused:
        prepared.grader = Grader(answers, prepared.sandbox)
    return prepared
