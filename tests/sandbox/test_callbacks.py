"""Calls of replaced functions go to the grader and come back, within limits."""

import time
from dataclasses import replace

import numpy as np
import pytest

from assignment.checks.model.case import Reply
from autograder.sandbox import Budget, Limits, Sandbox, Worker, values

CALLER = b"""
def sigmoid(x): return -1
alias = sigmoid
def perceptron(x, w):
    return alias(x=x), sigmoid(w)
"""


def answering(*replies: Reply) -> tuple[list[object], object]:
    """A handler that gives these replies in turn, and the list of the calls it got."""
    calls: list[object] = []

    def handler(function: str, arguments: list[values.Node]) -> Reply:
        calls.append((function, values.unpack(arguments)))
        reply = replies[(len(calls) - 1) % len(replies)]
        return replace(reply, value=values.pack(reply.value))

    return calls, handler


def caller(
    sandbox: Sandbox, handler: object, source: bytes = CALLER, budget: Budget | None = None
) -> Worker:
    """A worker whose ``sigmoid`` is replaced."""
    return sandbox.worker(source, inject=("sigmoid",), handler=handler, budget=budget)  # type: ignore[arg-type]


def test_calls_of_replaced_functions_are_answered(sandbox: Sandbox) -> None:
    """Calls by any name, with positions or keywords, go to the handler and come back."""
    calls, handler = answering(Reply("returned", 0.25), Reply("returned", np.ones(2)))
    with caller(sandbox, handler) as worker:
        value = worker.call("perceptron", [1.0, 2.0]).value
    assert isinstance(value, tuple)
    assert value[0] == 0.25
    np.testing.assert_array_equal([1, 1], value[1])
    assert calls == [("sigmoid", [1.0]), ("sigmoid", [2.0])]


def test_replaced_functions_take_what_they_took_before(sandbox: Sandbox) -> None:
    """Arguments arrive in order whatever their names; wrong ones are a TypeError at the call."""
    calls, handler = answering(Reply("returned", 0.5))
    source = b"def sigmoid(x): ...\ndef perceptron(x, w): ...\n"
    source += b"def ffnn(arguments):\n    return eval('perceptron' + arguments)\n"
    with sandbox.worker(source, inject=("perceptron",), handler=handler) as worker:  # type: ignore[arg-type]
        for right in ("(1, 2)", "(1, w=2)", "(w=2, x=1)"):
            assert worker.call("ffnn", [right]).value == 0.5
        for wrong in ("(1)", "(1, 2, 3)", "(1, 2, w=3)", "(1, v=2)", "(1, {})", "(1, print)"):
            reply = worker.call("ffnn", [wrong])
            assert (reply.kind, reply.line, reply.origin) == ("TypeError", 4, "ffnn"), wrong
    assert calls == [("perceptron", [1, 2])] * 3


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (Reply("error", kind="TypeError", text="no"), ("error", "TypeError", "no")),
        (Reply("error", kind="SystemExit", text="no"), ("error", "ValueError", "no")),
        (Reply("timeout"), ("error", "ValueError", "")),
        (Reply("killed"), ("error", "ValueError", "")),
        (Reply("bad_answer"), ("error", "ValueError", "")),
        (Reply("not_judged", text="no worker"), ("not_judged", "", "no worker")),
    ],
)
def test_replaced_functions_that_do_not_answer(
    sandbox: Sandbox, given: Reply, expected: tuple[str, str, str]
) -> None:
    """Errors of the reference are raised where it was called; our own fault is not judged."""
    _, handler = answering(given)
    with caller(sandbox, handler) as worker:
        reply = worker.call("perceptron", [1.0, 2.0])
    assert (reply.status, reply.kind) == expected[:2]
    assert expected[2] in reply.text


def test_callbacks_cost_the_student_no_time(sandbox: Sandbox) -> None:
    """The clock stands still while the grader answers, which has a limit of its own."""

    def slow(function: str, arguments: list[values.Node]) -> Reply:
        end = time.monotonic() + 0.4
        while time.monotonic() < end:
            pass
        return Reply("returned", [1.0])

    budget = sandbox.budget()
    with caller(sandbox, slow, budget=budget) as worker:
        reply = worker.call("perceptron", [1.0, 2.0])
    assert reply.status == "returned"
    assert reply.seconds < 0.4
    assert budget.callback_seconds > 0.1


def test_callbacks_are_limited(sandbox: Sandbox) -> None:
    """Too many calls, or too long ones of all workers of a file together, are a timeout."""
    source = b"def sigmoid(x): ...\ndef perceptron(x, w):\n    for _ in range(60): sigmoid(x)\n"
    _, handler = answering(Reply("returned", 1.0))
    for allowed, spent, ends in (
        (Limits(), 0.0, "returned"),
        (Limits(callbacks=50), 0.0, "timeout"),
        (Limits(callback_seconds=5.0), 6.0, "timeout"),
    ):
        with caller(sandbox, handler, source, Budget(allowed, callback_seconds=spent)) as worker:
            reply = worker.call("perceptron", [1.0, 2.0])
        assert (reply.status, "too often" in reply.text) == (ends, ends == "timeout")


def test_callbacks_for_other_functions_are_refused(sandbox: Sandbox) -> None:
    """A forged callback for a function that is not replaced is a NameError."""
    calls, handler = answering(Reply("returned", 1.0))
    source = (
        b"import os, struct\ndef sigmoid(x): ...\ndef perceptron(x, w):\n"
        b"    body = b'\\x94\\xa8callback\\x01\\xa4ffnn\\x91\\x93\\xa1s\\x00\\xc2'\n"
        b"    os.write(3, struct.pack('<I', len(body)) + body)\n"
        b"    return os.read(3, 999).decode('latin-1')\n"
    )
    with caller(sandbox, handler, source) as worker:
        reply = worker.call("perceptron", [1.0, 2.0])
    assert calls == []
    assert "NameError" in str(reply.value)
