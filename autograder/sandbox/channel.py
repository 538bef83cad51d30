"""The line to one worker: frames there and back under a deadline, and what it prints.

Reading never blocks, takes bounded memory, and neither side can be held up by the other: what the
worker prints is read while its answer is awaited, and thrown away beyond the limit.
"""

from __future__ import annotations

import os
import select
import socket
import time

from autograder.errors import WireError
from autograder.sandbox import wire

FLOOD = 1 << 20
"""Bytes of output after which the line for it is shut."""
_PIECE = 1 << 16  # more would be fresh pages of memory for every frame, however small


class Silent(Exception):
    """The deadline has passed without a frame."""


class Closed(Exception):
    """The other end of the line is gone."""


class Line:
    """The grader's end; ``channel`` and ``speak`` are the worker's, until ``hand_over``."""

    def __init__(self, keep: int) -> None:
        self._socket, self._theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        self._listen, self.speak = os.pipe()
        self._socket.setblocking(False)
        os.set_blocking(self._listen, False)
        self._poll = select.poll()
        self._events = select.POLLIN
        self._poll.register(self._socket, self._events)
        self._poll.register(self._listen, select.POLLIN)
        self._frames = wire.Frames()
        self._unsent = memoryview(b"")
        self._keep = keep
        self._drained = 0
        self._handed_over = False
        self._output = bytearray()

    @property
    def channel(self) -> int:
        """The worker's descriptor of the line."""
        return self._theirs.fileno()

    @property
    def output(self) -> bytes:
        """What the worker has printed so far, up to the limit."""
        self._drain_all()
        return bytes(self._output)

    def hand_over(self) -> None:
        """Close the worker's ends here: the worker has them, or nobody will."""
        if not self._handed_over:
            self._handed_over = True
            self._theirs.close()
            os.close(self.speak)

    def talk(self, request: bytes, deadline: float) -> wire.Answer:
        """Send ``request`` and return the next frame that comes; Silent, Closed or WireError.

        What the worker has not taken by then is sent with the next request.
        """
        if request:
            self._unsent = memoryview(bytes(self._unsent) + request)
        while True:
            if self._unsent:
                self._send()
            body = self._frames.next()
            if body is not None:
                return wire.read_answer(body)
            left = deadline - time.monotonic()
            if left <= 0:
                raise Silent
            for descriptor, _ in self._poll.poll(left * 1000 + 1):
                if descriptor == self._listen:
                    self._drain()
                else:
                    self._read()

    def close(self) -> None:
        """Close everything; what was printed last is kept."""
        self.hand_over()
        self._socket.close()
        self._drain_all()
        self._stop_listening()

    def _send(self) -> None:
        try:
            sent = self._socket.send(self._unsent)
        except BlockingIOError:
            sent = 0  # it reads slowly: poll says when there is room
        except OSError:
            sent = len(self._unsent)  # it has gone: reading says so
        self._unsent = self._unsent[sent:]
        events = select.POLLIN | (select.POLLOUT if self._unsent else 0)
        if events != self._events:
            self._events = events
            self._poll.modify(self._socket, events)

    def _read(self) -> None:
        try:
            data = self._socket.recv(_PIECE)
        except BlockingIOError:
            return  # nothing yet, or only room to write
        except OSError as error:
            raise Closed from error
        if not data:
            raise Closed
        self._frames.feed(data)

    def _drain_all(self) -> None:
        while self._listen >= 0 and self._drain():
            continue

    def _drain(self) -> bool:
        """Take what was printed; False when there is no more at the moment."""
        try:
            data = os.read(self._listen, 1 << 16)
        except BlockingIOError:
            return False
        self._output += data[: max(self._keep - len(self._output), 0)]
        self._drained += len(data)
        if not data or self._drained > FLOOD:
            self._stop_listening()
        return bool(data)

    def _stop_listening(self) -> None:
        if self._listen >= 0:
            self._poll.unregister(self._listen)
            os.close(self._listen)
            self._listen = -1


__all__ = ["Closed", "Line", "Silent", "WireError"]
