"""The fork server: a process with numpy loaded that forks one confined child for each order.

It holds no answer, no case and no submission: a child gets its source and its inputs from the
grader over a channel of its own. Its environment is empty. It never reads what a child writes.
"""

from __future__ import annotations

import gc
import importlib
import os
import signal
import socket
import sys
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import msgspec
import numpy as np

from assignment.checks.loading import loader
from autograder.errors import SandboxError
from autograder.sandbox import child as worker
from autograder.sandbox import control as orders
from autograder.sandbox import wire
from autograder.sandbox.layers import CHANNEL, Layers

USUAL = (
    "collections", "copy", "dataclasses", "functools", "itertools", "math", "operator", "random",
    "statistics", "string", "time", "timeit", "types", "typing", "warnings", "numpy.linalg",
    "numpy.random", "site",
)  # fmt: skip
OWN = ("resource",)
"""What a child needs to confine itself: loaded after the fork, it would be loaded in each."""
CONTROL = 3
"""The descriptor of the socket to the grader; in a child its channel has this number."""
SCIPY = ("scipy", "scipy.special", "scipy.linalg")
WARM_UP = """
import numpy as np

def scaled(A):
    return A @ np.exp(-A) / np.sum(A), [float(np.max(A)), int(np.argmax(A))]
"""
"""A file that is loaded and called once: what Python and numpy do at first use is then done."""


def main(descriptor: int) -> None:
    """Load the packages, prepare the layers, then carry out orders until the grader hangs up.

    ``descriptor`` is the socket to the grader.
    """
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    control = at_place(descriptor)
    end_first()
    load_packages((*USUAL, *OWN))
    packet = control.recv(orders.PACKET)
    if not packet:
        return
    plan = orders.read_order(packet)
    assert isinstance(plan, orders.Plan)
    if plan.scipy:
        load_packages(SCIPY)
    warm_up()
    try:
        layers = Layers(plan)
    except SandboxError as error:
        control.send(orders.encode(orders.Trouble(str(error))))
        os._exit(1)
    child = worker.prepare(plan.limits.output)
    forget()
    report = orders.Warm(os.getpid(), tuple(layers.mechanisms), tuple(layers.missing))
    control.send(orders.encode(report))
    try:
        serve(control, layers, child)
    finally:
        layers.end_all()
        os._exit(0)


def serve(control: socket.socket, layers: Layers, child: worker.Worker) -> None:
    """Carry out orders; a failure of ours is reported, not raised."""
    while True:
        packet, descriptors, _, _ = socket.recv_fds(control, orders.PACKET, 2)
        if not packet:
            return
        report: orders.Report
        try:
            order = orders.read_order(packet)
            if isinstance(order, orders.Start):
                channel, output = descriptors
                report = start(layers, channel, output, child)
            elif isinstance(order, orders.End):
                report = orders.Ended(layers.end(order.pid))
            else:
                report = orders.Trouble("a second plan")
        except (OSError, ValueError, SandboxError, msgspec.MsgspecError) as error:
            report = orders.Trouble(f"{type(error).__name__}: {error}")
        for descriptor in descriptors:
            os.close(descriptor)
        control.send(orders.encode(report))


def start(layers: Layers, channel: int, output: int, child: worker.Worker) -> orders.Started:
    """Fork a child that confines itself and serves; only the fork server returns from here."""
    pid = layers.fork()
    if pid:
        return orders.Started(pid)
    try:
        try:
            layers.confine(channel, output)
        except BaseException as error:
            text = f"{type(error).__name__}: {error}"[: wire.MAX_TEXT]
            os.write(CHANNEL, wire.encode(wire.Unready(text)))
            os._exit(1)
        child.run()
    except BaseException as error:  # a child must not go on as a fork server
        os.write(2, f"{type(error).__name__}: {error}\n".encode("utf-8", "replace"))
    finally:
        os._exit(1)


def at_place(descriptor: int) -> socket.socket:
    """The socket to the grader, with a number that a child's channel takes from it.

    The grader may have had many descriptors open, and this one a number that no child closes.
    """
    if descriptor != CONTROL:
        os.dup2(descriptor, CONTROL)
        os.close(descriptor)
    return socket.socket(fileno=CONTROL)


def end_first() -> None:
    """Where memory runs out, have the kernel end a worker, never the grader; children inherit it.

    A worker may take more than a small container has; that is the student's loss alone.
    """
    with suppress(OSError):  # a system without /proc has no such wish either
        Path("/proc/self/oom_score_adj").write_text("1000")


def load_packages(names: Iterable[str]) -> None:
    """Import what students' files import, so that no child has to."""
    for name in names:
        importlib.import_module(name)


def warm_up() -> None:
    """Do once, in this process, what every child does: load a file, call it, pack the answer."""
    np.random.seed(0)  # a score must not depend on it
    importlib.import_module("site").setquit()  # exit() and quit(), which -S leaves out
    loader.preload()
    scaled = vars(loader.load(WARM_UP).module)["scaled"]
    wire.unpack(wire.pack(scaled(np.array([[2.0, 1.0], [1.0, 3.0]]))), writable=True)


def forget() -> None:
    """Leave nothing that says where the grader stands or who runs it, and no way to import it."""
    os.environ.clear()
    here = sys.argv[2]
    sys.path[:] = [path for path in sys.path if path not in ("", here)]
    sys.argv[:] = [""]
    sys.orig_argv[:] = [""]
    gc.collect()
    gc.freeze()
