"""The program of a fork server: load numpy, then fork one confined worker for each command.

It holds no answer, no case and no submission: a worker gets its source and its inputs from the
grader over a channel of its own. It never reads what a worker writes.
"""

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
from autograder.sandbox import control, values, wire
from autograder.sandbox.child import Child, prepare
from autograder.sandbox.layers import Layers
from autograder.sandbox.wire import CHANNEL

SCIPY = ("scipy", "scipy.special", "scipy.linalg")
WARM_UP = """
import numpy as np

def scaled(A):
    return A @ np.exp(-A) / np.sum(A), [float(np.max(A)), int(np.argmax(A))]
"""
"""A file that is loaded and called once, so that no worker spends time on first uses."""


def main(descriptor: int) -> None:
    """Load the packages, prepare the layers, then carry out commands until the grader hangs up.

    ``descriptor`` is the socket to the grader.
    """
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    grader = move_socket(descriptor)
    prefer_for_oom_kill()
    packet = grader.recv(control.MAX_PACKET)
    if not packet:
        return
    configure = control.read_command(packet)
    assert isinstance(configure, control.Configure)
    if configure.scipy:
        load_packages(SCIPY)
    warm_up()
    try:
        layers = Layers(configure)
    except SandboxError as error:
        grader.send(control.encode(control.CommandFailed(str(error))))
        os._exit(1)
    child = prepare(configure.limits.output)
    clear_traces()
    ready = control.ServerReady(os.getpid(), tuple(layers.mechanisms), tuple(layers.missing))
    grader.send(control.encode(ready))
    try:
        serve(grader, layers, child)
    finally:
        layers.end_all()
        os._exit(0)


def serve(grader: socket.socket, layers: Layers, child: Child) -> None:
    """Carry out commands; a failure is reported, not raised."""
    while True:
        packet, descriptors, _, _ = socket.recv_fds(grader, control.MAX_PACKET, 2)
        if not packet or not layers.keeper.alive:
            return  # without a keeper the grader has to start another fork server
        report: control.Report
        try:
            command = control.read_command(packet)
            if isinstance(command, control.StartWorker):
                channel, output = descriptors
                report = start_worker(layers, channel, output, child)
            elif isinstance(command, control.EndWorker):
                report = control.WorkerEnded(layers.end(command.pid, gone=command.gone))
            else:
                report = control.CommandFailed("configured twice")
        except (OSError, ValueError, SandboxError, msgspec.MsgspecError) as error:
            report = control.CommandFailed(f"{type(error).__name__}: {error}")
        for descriptor in descriptors:
            os.close(descriptor)
        grader.send(control.encode(report))


def start_worker(layers: Layers, channel: int, output: int, child: Child) -> control.WorkerStarted:
    """Fork a worker, which confines itself and serves; only the fork server returns from here."""
    pid = layers.fork()
    if pid:
        return control.WorkerStarted(pid)
    try:
        try:
            layers.confine(channel, output)
        except BaseException as error:
            text = f"{type(error).__name__}: {error}"[: values.MAX_TEXT]
            os.write(CHANNEL, wire.encode(wire.NotReady(text)))
            os._exit(1)
        child.run()
    except BaseException as error:  # a worker must never go on as a fork server
        os.write(2, f"{type(error).__name__}: {error}\n".encode("utf-8", "replace"))
    finally:
        os._exit(1)


def move_socket(descriptor: int) -> socket.socket:
    """Give the socket to the grader the number that a worker's channel gets after the fork.

    That closes the socket in every worker, whatever number it had in the grader.
    """
    if descriptor != CHANNEL:
        os.dup2(descriptor, CHANNEL)
        os.close(descriptor)
    return socket.socket(fileno=CHANNEL)


def prefer_for_oom_kill() -> None:
    """Have the kernel kill a worker, never the grader, where memory runs out; workers inherit it.

    A worker may take more than a small container has; only its own submission must suffer.
    """
    with suppress(OSError):  # a system without /proc
        Path("/proc/self/oom_score_adj").write_text("1000")


def load_packages(names: Iterable[str]) -> None:
    """Import packages, so that no worker has to."""
    for name in names:
        importlib.import_module(name)


def warm_up() -> None:
    """Do once what every worker does: load a file, call it, pack the answer."""
    np.random.seed(0)  # a score must not depend on it
    importlib.import_module("site").setquit()  # exit() and quit(), which -S leaves out
    loader.helpers()
    scaled = vars(loader.load(WARM_UP).module)["scaled"]
    values.unpack(values.pack(scaled(np.array([[2.0, 1.0], [1.0, 3.0]]))), writable=True)


def clear_traces() -> None:
    """Remove what says where the grader is or who runs it, and the path to import it from."""
    os.environ.clear()
    root = sys.argv[2]
    sys.path[:] = [path for path in sys.path if path not in ("", root)]
    sys.argv[:] = [""]
    sys.orig_argv[:] = [""]
    gc.collect()
    gc.freeze()  # as the Python documentation advises before a fork
