"""Messages between the grader and a fork server: one a packet, typed, never pickled.

Both sides are our own code, so the types guard against mistakes, not attackers: a worker has no
descriptor of this socket.
"""

from collections.abc import Callable

import msgspec

from autograder.sandbox.limits import Limits
from autograder.sandbox.readable import Readable

MAX_PACKET = 1 << 16
NO_NAMESPACES = "namespaces"
"""How the text of CommandFailed begins where the kernel does not allow namespaces."""


class Configure(msgspec.Struct, tag="configure", frozen=True):
    """The first message to a fork server: how to confine its workers.

    ``uids`` are user ids for workers where the grader is root and there are no namespaces: one for
    each worker that is alive, so that ending all processes of one user ends one worker.
    """

    limits: Limits
    readable: Readable
    namespaces: bool
    landlock: bool
    seccomp: bool
    uids: tuple[int, ...]
    scipy: bool


class StartWorker(msgspec.Struct, tag="start_worker", frozen=True):
    """Fork a worker; the packet carries the descriptors of its channel and of its output."""


class EndWorker(msgspec.Struct, tag="end_worker", frozen=True):
    """Kill a worker with all its descendants and report how it ended.

    ``gone`` says that it has closed its channel: then it is ending by itself, as a rule.
    """

    pid: int
    gone: bool = False


class ServerReady(msgspec.Struct, tag="server_ready", frozen=True):
    """The fork server is ready; its workers will have the layers ``mechanisms``.

    ``missing`` names the other layers, each with the reason.
    """

    pid: int
    mechanisms: tuple[str, ...]
    missing: tuple[str, ...]


class WorkerStarted(msgspec.Struct, tag="worker_started", frozen=True):
    """A worker was forked."""

    pid: int


class WorkerEnded(msgspec.Struct, tag="worker_ended", frozen=True):
    """A worker has ended, with this exit code, or minus the signal that ended it.

    The code is 0 for one that had closed its channel and had to be killed.
    """

    code: int


class CommandFailed(msgspec.Struct, tag="command_failed", frozen=True):
    """A command could not be carried out."""

    text: str


Command = Configure | StartWorker | EndWorker
Report = ServerReady | WorkerStarted | WorkerEnded | CommandFailed

encode: Callable[[Command | Report], bytes] = msgspec.msgpack.Encoder().encode
"""Returns the packet for a message."""
read_command: Callable[[bytes], Command] = msgspec.msgpack.Decoder(Command).decode
"""Returns the command in a packet; msgspec.MsgspecError for anything else."""
read_report: Callable[[bytes], Report] = msgspec.msgpack.Decoder(Report).decode
"""Returns the report in a packet; msgspec.MsgspecError for anything else."""
