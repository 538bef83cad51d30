"""The grader's end of the channel to one worker: frames with a deadline, and printed text.

Reading never blocks and takes bounded memory, and neither side can hold up the other: printed text
is read while an answer is awaited, and thrown away beyond the limit.
"""

import io
import os
import select
import socket
import time

from autograder.sandbox import wire

MAX_PRINTED = 1 << 20
"""Bytes of output after which the pipe for it is closed."""
_READ_SIZE = 1 << 16


class DeadlinePassed(Exception):
    """No frame arrived in time."""


class ChannelClosed(Exception):
    """The worker's end of the channel is closed."""


class WorkerChannel:
    """A socket for frames and a pipe for printed text, of which ``keep`` bytes are kept.

    The worker's ends, ``worker_socket`` and ``worker_output``, are passed to the fork server and
    then closed here.
    """

    def __init__(self, keep: int) -> None:
        self._socket, self.worker_socket = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        reading, writing = os.pipe()
        self._pipe = io.FileIO(reading, "rb")
        self.worker_output = io.FileIO(writing, "wb")
        self._socket.setblocking(False)
        os.set_blocking(reading, False)
        self._poll = select.poll()
        self._poll.register(self._socket, select.POLLIN)
        self._poll.register(self._pipe, select.POLLIN)
        self._frames = wire.FrameReader()
        self._unsent = memoryview(b"")
        self._keep = keep
        self._printed = 0
        self._output = bytearray()

    @property
    def output(self) -> bytes:
        """What the worker has printed so far, up to the limit."""
        while self._read_output():
            continue
        return bytes(self._output)

    def close_worker_ends(self) -> None:
        """Close the worker's ends in this process."""
        self.worker_socket.close()
        self.worker_output.close()

    def exchange(self, request: bytes, deadline: float) -> wire.Response:
        """Send ``request`` and return the next frame from the worker.

        What the worker has not read by then is sent with the next request.

        Raises:
            DeadlinePassed: when no frame has come by ``deadline``.
            ChannelClosed: when the worker has closed its end.
            WireError: when what it sent is not a frame.
        """
        self._unsent = memoryview(bytes(self._unsent) + request)
        while True:
            self._send()
            body = self._frames.next()
            if body is not None:
                return wire.read_response(body)
            left = deadline - time.monotonic()
            if left <= 0:
                raise DeadlinePassed
            for descriptor, _ in self._poll.poll(left * 1000 + 1):
                if descriptor == self._socket.fileno():
                    self._receive()
                else:
                    self._read_output()

    def close(self) -> None:
        """Close both ends; what was printed last is still read."""
        self.close_worker_ends()
        self._socket.close()
        _ = self.output
        self._close_pipe()

    def _send(self) -> None:
        """Send what the socket takes, and have poll report when it takes more."""
        if not self._unsent:
            return
        try:
            sent = self._socket.send(self._unsent)
        except BlockingIOError:
            sent = 0
        except OSError:
            sent = len(self._unsent)  # the worker has ended: receiving reports it
        self._unsent = self._unsent[sent:]
        self._poll.modify(self._socket, select.POLLIN | (select.POLLOUT if self._unsent else 0))

    def _receive(self) -> None:
        try:
            data = self._socket.recv(_READ_SIZE)
        except BlockingIOError:
            return  # nothing yet, or only room to write
        except OSError as error:
            raise ChannelClosed from error
        if not data:
            raise ChannelClosed
        self._frames.feed(data)

    def _read_output(self) -> bool:
        """Read printed text; False when there is no more at the moment."""
        data = None if self._pipe.closed else self._pipe.read(_READ_SIZE)
        if data is None:
            return False
        self._output += data[: max(self._keep - len(self._output), 0)]
        self._printed += len(data)
        if not data or self._printed > MAX_PRINTED:
            self._close_pipe()
        return bool(data)

    def _close_pipe(self) -> None:
        if not self._pipe.closed:
            self._poll.unregister(self._pipe)
            self._pipe.close()
