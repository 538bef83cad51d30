"""The sandbox: starts fork servers and workers, and proves how well they are isolated."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property, partial

from autograder.errors import SandboxError
from autograder.sandbox import readable
from autograder.sandbox.callbacks import CallbackHandler
from autograder.sandbox.control import Configure
from autograder.sandbox.fork_server_handle import ForkServer
from autograder.sandbox.isolation import Isolation, prove
from autograder.sandbox.limits import Budget, Limits
from autograder.sandbox.worker import Worker

LAYERS = frozenset({"namespaces", "landlock", "seccomp", "uid"})
USER_IDS = range(57_000, 59_900)
WORKERS_AT_ONCE = 2
"""Workers of one fork server that are alive at the same time: the student's, and the one that runs
the reference functions."""


class Sandbox:
    """Confines students' code on this host; use it in a ``with`` statement, one per pool process.

    ``forbid`` names layers (of ``LAYERS``) to do without, so that tests can try every level.
    """

    def __init__(self, limits: Limits | None = None, forbid: frozenset[str] = frozenset()) -> None:
        if sys.platform != "linux":
            raise SandboxError(
                "Students' code can be confined on Linux only; use the Containerfile "
                "(`make grade-container`) on this system."
            )
        unknown = forbid - LAYERS
        if unknown:
            raise SandboxError(f"no such layer: {', '.join(sorted(unknown))}")
        self.limits = limits or Limits()
        self._forbid = set(forbid)
        self._missing = [f"{name}: forbidden by a test" for name in sorted(forbid)]
        self._servers: dict[bool, ForkServer] = {}  # with scipy and without
        self._users: dict[bool, list[tuple[int, socket.socket]]] = {}
        self._readable = readable.readable_paths()

    def __enter__(self) -> Sandbox:
        try:
            self.isolation  # noqa: B018 # proved before anything else is run
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @cached_property
    def isolation(self) -> Isolation:
        """The level that was proved when the sandbox started, with the mechanisms in force."""
        proved = prove(self.worker, self._server(scipy=False))
        return replace(proved, missing=(*self._missing, *proved.missing))

    def budget(self) -> Budget:
        """Return a fresh budget for one submission."""
        return Budget(self.limits)

    def worker(
        self,
        source: bytes,
        *,
        full: bool = False,
        inject: Sequence[str] = (),
        watch: Sequence[str] = (),
        handler: CallbackHandler | None = None,
        budget: Budget | None = None,
    ) -> Worker:
        """Return a worker for this source; its process starts when it is loaded or called.

        ``inject`` names functions to replace: ``handler`` answers their calls. It also hears the
        calls of the student's functions in ``watch`` (see ``wire.Proxy``). Workers of one
        submission share one ``budget``.
        """
        return Worker(
            partial(self._server, scipy=b"scipy" in source),
            source,
            full=full,
            inject=inject,
            watch=watch,
            handler=handler,
            budget=budget or self.budget(),
        )

    def close(self) -> None:
        while self._servers:
            self._servers.popitem()[1].close()
        while self._users:
            for _, lock in self._users.popitem()[1]:
                lock.close()

    def _server(self, *, scipy: bool) -> ForkServer:
        server = self._servers.get(scipy)
        if server is None or server.closed:
            server = self._start(scipy)
            proved = {other.mechanisms for other in self._servers.values() if not other.closed}
            self._servers[scipy] = server
            if proved - {server.mechanisms}:
                self.close()
                raise SandboxError("a second fork server has other layers than the one proved")
        return server

    def _start(self, scipy: bool) -> ForkServer:
        if "namespaces" not in self._forbid:
            try:
                return ForkServer(self._configure(scipy, namespaces=True))
            except SandboxError as error:
                self._forbid.add("namespaces")
                self._missing.append(str(error))
        return ForkServer(self._configure(scipy, namespaces=False))

    def _configure(self, scipy: bool, *, namespaces: bool) -> Configure:
        return Configure(
            limits=self.limits,
            readable=self._readable,
            namespaces=namespaces,
            landlock="landlock" not in self._forbid,
            seccomp="seccomp" not in self._forbid,
            uids=() if namespaces or "uid" in self._forbid else self._uids(scipy),
            scipy=scipy,
        )

    def _uids(self, scipy: bool) -> tuple[int, ...]:
        """User ids that no other grader and no other fork server uses.

        There are none where the grader is not root, or where the users could not read Python.
        """
        if os.geteuid() != 0:
            return ()
        unreadable = readable.unreadable_for_others(self._readable)
        if unreadable:
            self._forbid.add("uid")
            self._missing.append(f"uid: other users cannot read {unreadable}")
            return ()
        claimed = self._users.setdefault(scipy, [])
        while len(claimed) < WORKERS_AT_ONCE:
            claimed.append(_claim())
        return tuple(uid for uid, _ in claimed)


def _claim() -> tuple[int, socket.socket]:
    """A free user id, and the socket whose name marks it as taken for as long as it is open."""
    for uid in USER_IDS:
        lock = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        try:
            lock.bind(f"\0backprop-worker-user-{uid}")
        except OSError:
            lock.close()
        else:
            return uid, lock
    raise SandboxError("every user id for workers is taken by another grader")
