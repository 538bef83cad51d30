"""What a warm parent does once before it forks: a file is loaded and its functions are called.

First uses are slower than later ones, and a child inherits that they have been made. Once more it
is done by a child alone, to see which memory that takes. What the file does is what students' files
do, of their size and with numpy's most used functions, and has nothing to do with the assignment:
children can find it in their memory.
"""

from __future__ import annotations

import importlib
import os
import socket
from collections.abc import Callable, Iterator

import numpy as np

from assignment.checks import loader
from autograder import wire, worker

SAMPLE = b'''\
"""Small exercises in linear algebra."""
import math
import numpy as np


def decay(t, rate):
    """What is left of one gram after ``t`` days."""
    return np.exp(-rate * t)


def moving_average(values, width):
    """The mean of each ``width`` neighbours."""
    averages = np.zeros(len(values) - width + 1)
    for i in range(averages.shape[0]):
        total = 0.0
        for k in range(width):
            total += values[i + k]
        averages[i] = total / width
    return averages


def orthonormal(A):
    """The columns of A by the method of Gram and Schmidt."""
    Q = A.astype(float).copy()
    for j in range(Q.shape[1]):
        for i in range(j):
            Q[:, j] -= np.dot(Q[:, i], Q[:, j]) * Q[:, i]
        Q[:, j] /= np.sqrt(np.sum(Q[:, j] ** 2))
    return Q


def largest_eigenvalue(A, steps):
    """By the power method, with all the estimates on the way."""
    v = np.ones(A.shape[0])
    estimates = []
    for step in range(steps):
        w = A @ v
        estimates.append(float(v @ w / (v @ v)))
        v = w / np.max(np.abs(w))
    return estimates[-1], np.array(estimates), v.reshape(-1, 1)


def hilbert(n):
    """A matrix that is hard to invert, and what its rows add up to."""
    rows = [[1 / (i + j + 1) for j in range(n)] for i in range(n)]
    H = np.array(rows)
    bordered = np.concatenate((np.ones((n, 1)), H), axis=1)
    sums = np.sum(bordered, axis=1)
    if np.argmax(sums) != 0 or not math.isclose(sums[0], 1 + sum(rows[0])):
        raise ValueError("a wrong matrix")
    return H, np.linalg.norm(H - H.T), np.outer(sums, np.log(sums)), int(np.argmin(sums))
'''
"""A file that no grader asks anything about."""


class _Nowhere(worker.Channel):
    """A channel on which frames are made and not sent."""

    def send(self, message: wire.Answer) -> None:
        """Make the frame."""
        self._encode(message)


def rehearse() -> None:
    """Do once, in this process, what every child does."""
    np.random.seed(0)
    importlib.import_module("site").setquit()  # exit() and quit(), which -S leaves out
    loader.preload()
    one = worker.Worker(_Nowhere(worker.CHANNEL), worker.Output(1, 0))
    frames = wire.Frames()
    for request in _requests():
        frames.feed(wire.encode(request))
        body = frames.next()
        assert body is not None
        one.answer(wire.read_request(body))


def as_child(one: worker.Worker) -> Callable[[], None]:
    """The same as a child does it that is ``one``: once, in a child of this process."""
    requests = [wire.encode(request) for request in _requests()]
    ends = socket.socketpair()  # both stay open as long as the function is there
    ends[0].sendall(b"".join(requests))  # a few thousand bytes, for which there is always room

    def rehearse_it() -> None:
        os.dup2(ends[1].fileno(), worker.CHANNEL)
        one.channel.send(wire.Ready())
        for _ in requests:
            one.answer(one.channel.receive())

    return rehearse_it


def _requests() -> Iterator[wire.Request]:
    yield wire.Load(SAMPLE, False, [])
    matrix = np.array([[2.0, 1.0, 0.5], [1.0, 3.0, 0.25], [0.5, 0.25, 4.0]])
    calls: tuple[tuple[str, list[object]], ...] = (
        ("decay", [np.linspace(0.0, 2.0, 5), 0.5]),
        ("moving_average", [np.arange(12.0), 3]),
        ("orthonormal", [matrix]),
        ("largest_eigenvalue", [matrix, 10]),
        ("hilbert", [4]),
        ("none", []),
    )
    for number, (function, arguments) in enumerate(calls, 1):
        yield wire.Call(number, function, wire.pack(arguments))
