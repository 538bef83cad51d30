"""The grader's handle on one fork server: start it, send it commands, end it."""

import os
import select
import socket
import subprocess
import sys

import msgspec

from autograder.errors import SandboxError
from autograder.paths import ROOT
from autograder.sandbox import control, readable
from autograder.sandbox.channel import WorkerChannel

START_SECONDS = 60.0
COMMAND_SECONDS = 20.0
_PROGRAM = (
    "import sys; sys.path[:0] = sys.argv[2:3]; sys.path += sys.argv[3:]; "
    "from autograder.sandbox.fork_server import main; main(int(sys.argv[1]))"
)
_ENVIRONMENT = {
    **dict.fromkeys(
        ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "BLIS_NUM_THREADS"), "1"
    ),
    "PYTHONHASHSEED": "0",
    "PYTHONDONTWRITEBYTECODE": "1",
    "LC_ALL": "C.UTF-8",
    "TZ": "UTC",
}


class ForkServer:
    """A running fork server; SandboxError when it does not start or has ended."""

    def __init__(self, configure: control.Configure) -> None:
        """Start a fork server and wait until it is ready."""
        self.closed = False
        self._max_output = configure.limits.output
        self._socket, self._process = _start_process()
        report = self._command(configure, START_SECONDS)
        if not isinstance(report, control.ServerReady):
            self.close()
            raise SandboxError(_text(report))
        self.pid = report.pid
        self.mechanisms = report.mechanisms
        self.missing = report.missing

    def start_worker(self) -> tuple[int, WorkerChannel]:
        """Fork a confined worker; returns its process id in the fork server, and its channel."""
        channel = WorkerChannel(self._max_output)
        try:
            descriptors = [channel.worker_socket.fileno(), channel.worker_output.fileno()]
            report = self._command(control.StartWorker(), descriptors=descriptors)
            if not isinstance(report, control.WorkerStarted):
                raise SandboxError(f"a worker did not start: {_text(report)}")
        except SandboxError:
            channel.close()
            raise
        channel.close_worker_ends()
        return report.pid, channel

    def end_worker(self, pid: int, *, gone: bool = False) -> int:
        """Kill a worker with all it started; returns its exit code or minus its signal.

        ``gone`` says that it has closed its channel (see ``control.EndWorker``).
        """
        report = self._command(control.EndWorker(pid, gone))
        if not isinstance(report, control.WorkerEnded):
            self.close()  # which ends all its workers
            raise SandboxError(f"a worker did not end: {_text(report)}")
        return report.code

    def close(self) -> None:
        """End the fork server and every worker it still has."""
        if self.closed:
            return
        self.closed = True
        self._socket.close()
        try:
            self._process.wait(COMMAND_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _command(
        self,
        command: control.Command,
        seconds: float = COMMAND_SECONDS,
        descriptors: list[int] | None = None,
    ) -> control.Report:
        """Send a command and wait for its report; a fork server that fails once is closed."""
        try:
            socket.send_fds(self._socket, [control.encode(command)], descriptors or [])
            poll = select.poll()  # select() cannot wait for a descriptor above 1,023
            poll.register(self._socket, select.POLLIN)
            if not poll.poll(seconds * 1000):
                raise SandboxError("the fork server does not answer")
            packet = self._socket.recv(control.MAX_PACKET)
            if not packet:
                raise SandboxError("the fork server has ended")
            return control.read_report(packet)
        except (OSError, msgspec.MsgspecError) as error:
            self.close()
            raise SandboxError(f"the fork server has ended ({error})") from error
        except SandboxError:
            self.close()
            raise


def _start_process() -> tuple[socket.socket, subprocess.Popen[bytes]]:
    """Start the process of a fork server; returns the socket for its commands, and the process.

    Its environment has nothing of the grader's, it runs without ``site``, and the socket is its
    only descriptor apart from the null device.
    """
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    arguments = [str(theirs.fileno()), str(ROOT), *readable.import_folders()]
    with theirs:
        process = subprocess.Popen(
            [sys.executable, "-s", "-S", "-P", "-c", _PROGRAM, *arguments],
            env=_ENVIRONMENT,
            pass_fds=(theirs.fileno(),),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
            cwd=os.sep,
        )
    return ours, process


def _text(report: control.Report) -> str:
    return str(getattr(report, "text", report))
