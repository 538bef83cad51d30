"""No process outlives its sandbox, and a lost fork server is replaced."""

import os
import signal
from collections.abc import Callable

import pytest

from autograder.errors import SandboxError
from autograder.sandbox import Sandbox
from tests.builders.processes import descendants
from tests.sandbox.conftest import HONEST, QUICK


def test_nothing_survives() -> None:
    """When the sandbox is closed no process is left, hanging workers included."""
    before = descendants()
    with Sandbox(QUICK) as sandbox:
        worker = sandbox.worker(b"def sigmoid(x):\n    while 1: pass\n")
        assert worker.load().ok
        assert descendants() > before
    assert descendants() == before
    assert worker.call("sigmoid", [1]).status == "not_judged"


def test_a_closed_worker_is_gone(sandbox: Sandbox) -> None:
    """When a worker is closed its process has ended, and the fork server has forgotten it."""
    with sandbox.worker(HONEST) as worker:
        assert worker.load().ok
        server, pid = worker._server, worker._pid
        living = descendants()
    assert len(living - descendants()) == 1
    assert server is not None
    assert pid is not None
    with pytest.raises(SandboxError, match=f"no worker {pid}"):
        server.end_worker(pid)


@pytest.mark.parametrize("kill", [os.kill, os.killpg])
def test_a_killed_fork_server_is_replaced(
    sandbox: Sandbox, kill: Callable[[int, int], None]
) -> None:
    """Its workers end through our fault, and the next worker gets a new fork server."""
    with sandbox.worker(HONEST) as worker:
        assert worker.load().ok
        server = worker._server
        assert server is not None
        kill(server._process.pid, signal.SIGKILL)
        server._process.wait()
        assert worker.call("sigmoid", [0.0]).status in ("not_judged", "returned")
    with sandbox.worker(HONEST) as worker:
        assert worker.call("sigmoid", [0.0]).value == 0.5
        assert worker._server is not server
