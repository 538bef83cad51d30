"""The grader's side of one warm parent: starts it, gives it orders, ends it."""

from __future__ import annotations

import contextlib
import os
import select
import socket
import subprocess
from collections import deque
from dataclasses import dataclass

import msgspec

from autograder import boot
from autograder.errors import SandboxError
from autograder.sandbox import orders
from autograder.sandbox.line import Line

START_SECONDS = 60.0
ORDER_SECONDS = 20.0


@dataclass
class _Child:
    """A child that was ordered: the line to it, and the warm parent's number once it told it."""

    line: Line
    pid: int | None = None


class WarmParent:
    """A running warm parent; SandboxError when it does not start or has gone."""

    def __init__(self, plan: orders.Plan, cpu: int | None = None) -> None:
        """Start one, on the processor ``cpu`` if that is given, as its children will be."""
        self.closed = False
        self._spare: _Child | None = None
        self._awaited: deque[_Child | None] = deque()
        self._trouble = ""
        self._output = plan.limits.output
        # Only in namespaces can a child not see, name or signal another one.
        self._ahead = plan.namespaces
        booted = boot.take()
        self._socket, self._process = booted.control, booted.process
        try:
            if cpu is not None:
                with contextlib.suppress(OSError):  # it is faster there, no more
                    os.sched_setaffinity(self._process.pid, {cpu})
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

    def start(self) -> tuple[int, Line]:
        """A confined child: the warm parent's number for it, and the line to it."""
        if self._spare is None:
            self._begin()
        self.settle()
        child, self._spare = self._spare, None
        if child is None or child.pid is None:
            raise SandboxError(f"a worker did not start: {self._trouble}")
        return child.pid, child.line

    def start_ahead(self) -> None:
        """Have the next child made while this one works, if they can be kept apart.

        It waits, confined and with nothing in it, until it is started; on a machine with a core to
        spare nobody waits for it then.
        """
        if self._ahead and self._spare is None and not self.closed:
            with contextlib.suppress(SandboxError):  # whoever starts the next one is told
                self._begin()

    def end(self, pid: int) -> int:
        """Kill a child with all it started; returns its exit code or minus its signal."""
        self.settle()
        self._send(orders.End(pid), [])
        return self._ended()

    def dismiss(self, pid: int) -> None:
        """``end``, without waiting for it: the next order does, and finds out if it failed."""
        self._send(orders.End(pid), [])
        self._awaited.append(None)

    def settle(self) -> None:
        """Wait until every order that was given is carried out."""
        while self._awaited:
            child = self._awaited.popleft()
            if child is None:
                self._ended()
            else:
                self._started(child)

    def close(self) -> None:
        """End the warm parent and every child it has left."""
        if self.closed:
            return
        self.closed = True
        self._socket.close()
        self._awaited.clear()
        if self._spare is not None:
            self._spare.line.close()
            self._spare = None
        try:
            self._process.wait(ORDER_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _begin(self) -> None:
        """Order a child, and do not wait for it."""
        line = Line(self._output)
        self._spare = _Child(line)
        self._send(orders.Start(), [line.channel, line.speak])
        self._awaited.append(self._spare)
        line.hand_over()

    def _started(self, child: _Child) -> None:
        report = self._answer()
        if isinstance(report, orders.Started):
            child.pid = report.pid
        else:
            self._trouble = getattr(report, "text", str(report))
            child.line.close()
            self._spare = None

    def _ended(self) -> int:
        report = self._answer()
        if not isinstance(report, orders.Ended):
            self.close()  # and with it every child that it has
            raise SandboxError(f"a worker did not end: {getattr(report, 'text', report)}")
        return report.code

    def _answer(self) -> orders.Report:
        try:
            return self._receive(ORDER_SECONDS)
        except SandboxError:
            self.close()  # one that fails once is not asked again
            raise

    def _send(self, order: orders.Order, descriptors: list[int]) -> None:
        try:
            socket.send_fds(self._socket, [orders.encode(order)], descriptors)
        except OSError as error:
            self.close()
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
