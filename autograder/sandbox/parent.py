"""The grader's side of one warm parent: starts it, gives it orders, ends it."""

from __future__ import annotations

import contextlib
import os
import select
import socket
import subprocess
import sys

import msgspec

from autograder.errors import SandboxError
from autograder.sandbox import orders, readable

START_SECONDS = 60.0
ORDER_SECONDS = 20.0
_BOOT = (
    "import sys; sys.path[:0] = sys.argv[2:3]; sys.path += sys.argv[3:]; "
    "from autograder.sandbox.warm import main; main(int(sys.argv[1]))"
)
_THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "BLIS_NUM_THREADS")


class WarmParent:
    """A running warm parent; SandboxError when it does not start or has gone."""

    def __init__(self, plan: orders.Plan) -> None:
        self.closed = False
        self._socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        try:
            self._process = _spawn(theirs)
        finally:
            theirs.close()
        try:
            self._socket.send(orders.encode(plan))
            report = self._receive(START_SECONDS)
        except (OSError, SandboxError):
            self.close()
            raise
        if not isinstance(report, orders.Warm):
            self.close()
            raise SandboxError(getattr(report, "text", "the warm parent sent a strange report"))
        self.pid = report.pid
        self.mechanisms = report.mechanisms
        self.missing = report.missing

    def start(self, channel: int, output: int) -> int:
        """Fork a confined child with these descriptors; returns the warm parent's number for it."""
        report = self._order(orders.Start(), [channel, output])
        if not isinstance(report, orders.Started):
            raise SandboxError(f"a worker did not start: {getattr(report, 'text', report)}")
        return report.pid

    def end(self, pid: int) -> int:
        """Kill a child with all it started; returns its exit code or minus its signal."""
        report = self._order(orders.End(pid), [])
        if not isinstance(report, orders.Ended):
            raise SandboxError(f"a worker did not end: {getattr(report, 'text', report)}")
        return report.code

    def close(self) -> None:
        """End the warm parent and every child it has left."""
        if self.closed:
            return
        self.closed = True
        self._socket.close()
        try:
            self._process.wait(ORDER_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _order(self, order: orders.Order, descriptors: list[int]) -> orders.Report:
        try:
            socket.send_fds(self._socket, [orders.encode(order)], descriptors)
            return self._receive(ORDER_SECONDS)
        except (OSError, SandboxError) as error:
            self.close()  # one that fails once is not asked again
            raise SandboxError(f"the warm parent has gone ({error})") from error

    def _receive(self, seconds: float) -> orders.Report:
        poll = select.poll()
        poll.register(self._socket, select.POLLIN)
        if not poll.poll(seconds * 1000):
            raise SandboxError("the warm parent does not answer")
        with contextlib.suppress(OSError, msgspec.MsgspecError):
            packet = self._socket.recv(orders.PACKET)
            if packet:
                return orders.read_report(packet)
        raise SandboxError("the warm parent has gone")


def _spawn(control: socket.socket) -> subprocess.Popen[bytes]:
    """A Python with an environment of its own, without site, and with one more descriptor."""
    folders = readable.import_folders()
    here = str(readable.checkout())
    environment = dict.fromkeys(_THREADS, "1") | {
        "PYTHONHASHSEED": "0",
        "PYTHONDONTWRITEBYTECODE": "1",
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
    }
    descriptor = control.fileno()
    command = [sys.executable, "-s", "-S", "-P", "-c", _BOOT, str(descriptor), here, *folders]
    return subprocess.Popen(
        command,
        env=environment,
        pass_fds=(descriptor,),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
        cwd=os.sep,
    )
