"""Run in a Dask worker: check that it judges as the grader does, then grade.

Bytes in, bytes out, both in our own format (`outcomes`); nothing that student code has touched is
ever pickled. Each thread of a worker has a sandbox of its own, kept from task to task.
"""

import threading

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


_thread = threading.local()


def check(setting: bytes) -> bytes:
    """Say at which level this worker confines code, or why it cannot grade."""
    try:
        with _grader(setting).sandbox as sandbox:
            return outcomes.encode(outcomes.GraderStarted(sandbox.isolation.level))
    except SandboxError as error:
        return outcomes.encode(outcomes.CannotGrade(str(error)))


def grade(setting: bytes, submission: bytes) -> bytes:
    """Grade one submission; every failure is an outcome, because exceptions would be pickled."""
    known: bytes
    grader: Grader | None
    known, grader = getattr(_thread, "prepared", (b"", None))
    if grader is None or known != setting:
        if grader is not None:
            grader.sandbox.close()
        try:
            grader = _grader(setting)
        except SandboxError as error:
            return outcomes.encode(outcomes.CannotGrade(str(error)))
        _thread.prepared = (setting, grader)
    return outcomes.encode(outcomes.grade(grader, outcomes.read_submission(submission)))


def _grader(data: bytes) -> Grader:
    """Make a grader with a sandbox of its own; SandboxError says why this worker must not grade."""
    try:
        setting = msgspec.msgpack.decode(data, type=Setting)
    except msgspec.MsgspecError:
        raise SandboxError("it runs another version of the grader") from None
    answers = Answers(setting.hidden_seed)
    unlike = setting.conditions.differences(conditions(answers.cases, setting.limits))
    if unlike:
        words = ", ".join(unlike)
        raise SandboxError(f"it judges differently: {words} differ from the grader's")
    return Grader(answers, Sandbox(setting.limits, least=setting.least).__enter__())
