"""The grader's side of one fork server: starts it, gives it orders, ends it."""

from __future__ import annotations

import select
import socket
import subprocess

import msgspec

from autograder.errors import SandboxError
from autograder.sandbox import control as orders
from autograder.sandbox import launcher as boot
from autograder.sandbox.channel import Line

START_SECONDS = 60.0
ORDER_SECONDS = 20.0


class ForkServer:
    """A running fork server; SandboxError when it does not start or has gone."""

    def __init__(self, plan: orders.Plan) -> None:
        """Start one and wait until it is ready."""
        self.closed = False
        self._output = plan.limits.output
        self._socket, self._process = boot.start()
        try:
            report = self._order(plan, START_SECONDS)
        except SandboxError:
            self.close()
            raise
        if not isinstance(report, orders.Warm):
            self.close()
            raise SandboxError(_text(report))
        self.pid = report.pid
        self.mechanisms = report.mechanisms
        self.missing = report.missing

    def start(self) -> tuple[int, Line]:
        """Fork a confined child: the fork server's number for it, and the line to it."""
        line = Line(self._output)
        try:
            report = self._order(orders.Start(), descriptors=[line.channel, line.speak])
            if not isinstance(report, orders.Started):
                raise SandboxError(f"a worker did not start: {_text(report)}")
        except SandboxError:
            line.close()
            raise
        line.hand_over()
        return report.pid, line

    def end(self, pid: int) -> int:
        """Kill a child with all it started; returns its exit code or minus its signal."""
        report = self._order(orders.End(pid))
        if not isinstance(report, orders.Ended):
            self.close()  # and with it every child that it has
            raise SandboxError(f"a worker did not end: {_text(report)}")
        return report.code

    def close(self) -> None:
        """End the fork server and every child it has left."""
        if self.closed:
            return
        self.closed = True
        self._socket.close()
        try:
            self._process.wait(ORDER_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _order(
        self,
        order: orders.Order,
        seconds: float = ORDER_SECONDS,
        descriptors: list[int] | None = None,
    ) -> orders.Report:
        """Send an order and wait for its report; one that fails once is not asked again."""
        try:
            socket.send_fds(self._socket, [orders.encode(order)], descriptors or [])
            poll = select.poll()  # select() cannot wait for a descriptor above 1,023
            poll.register(self._socket, select.POLLIN)
            if not poll.poll(seconds * 1000):
                raise SandboxError("the fork server does not answer")
            packet = self._socket.recv(orders.PACKET)
            if not packet:
                raise SandboxError("the fork server has gone")
            return orders.read_report(packet)
        except (OSError, msgspec.MsgspecError) as error:
            self.close()
            raise SandboxError(f"the fork server has gone ({error})") from error
        except SandboxError:
            self.close()
            raise


def _text(report: orders.Report) -> str:
    return str(getattr(report, "text", report))
