"""The sandbox: starts fork servers and workers, and proves how well they are isolated."""

import os
import random
import socket
import sys
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from autograder.errors import SandboxError, SandboxLost
from autograder.sandbox import readable
from autograder.sandbox.callbacks import CallbackHandler
from autograder.sandbox.control import NO_NAMESPACES, Configure
from autograder.sandbox.fork_server_handle import ForkServer
from autograder.sandbox.isolation import Isolation, prove
from autograder.sandbox.limits import Budget, Limits
from autograder.sandbox.worker import Worker

LAYERS = frozenset({"namespaces", "landlock", "seccomp", "uid"})
USER_IDS = range(57_000, 59_900)
START_TRIES = 3
WORKERS_AT_ONCE = 2
"""Workers of one fork server that are alive at the same time: the student's, and the one that runs
the reference functions."""


class Sandbox:
    """Confines students' code on this host; use it in a ``with`` statement, one per pool process.

    ``forbid`` names layers (of ``LAYERS``) to do without, so that tests can try every level.

    Raises:
        SandboxError: where students' code cannot be confined, or only below the level ``least``.
    """

    def __init__(
        self, limits: Limits | None = None, forbid: frozenset[str] = frozenset(), least: int = 0
    ) -> None:
        if sys.platform != "linux":
            raise SandboxError(
                "Students' code can be confined on Linux only; use the Containerfile "
                "(`make grade-container`) on this system."
            )
        unknown = forbid - LAYERS
        if unknown:
            raise SandboxError(f"no such layer: {', '.join(sorted(unknown))}")
        self.limits = limits or Limits()
        self._least = least
        self._forbid = set(forbid)
        self._missing = [f"{name}: forbidden by a test" for name in sorted(forbid)]
        self._servers: dict[bool, ForkServer] = {}  # with scipy and without
        self._users: dict[bool, list[tuple[int, socket.socket]]] = {}
        self._proved: Isolation | None = None

    def __enter__(self) -> "Sandbox":
        try:
            level = self.isolation.level  # proved before anything else is run
            if level < self._least:
                raise SandboxError(
                    f"This machine confines students' code at level {level} only, and at least "
                    f"{self._least} is asked for. `autograder doctor` says what is missing; "
                    "--unsafe grades anyway."
                )
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def isolation(self) -> Isolation:
        """The level that was proved when the sandbox started, with the mechanisms in force.

        It never falls: each later fork server is proved too, and does not serve below this level.
        """
        if self._proved is None:
            self._server(scipy=False)
        assert self._proved is not None
        return self._proved

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
            server = self._servers[scipy] = self._start(scipy)
        return server

    def _start(self, scipy: bool) -> ForkServer:
        """Start a fork server and prove its level; what fails is tried again with equal layers.

        Only the first fork server decides whether there are namespaces.
        """
        why = ""
        for _ in range(START_TRIES):
            try:
                return self._start_once(scipy)
            except SandboxError as error:
                why = str(error)
                if self._proved is None and why.startswith(NO_NAMESPACES):
                    self._forbid.add("namespaces")
                    self._missing.append(why)
        if self._proved is None:
            raise SandboxError(f"Students' code cannot be confined on this machine ({why}).")
        raise SandboxLost(
            f"Students' code can no longer be confined as it was at the start, at level "
            f"{self._proved.level} ({why})."
        )

    def _start_once(self, scipy: bool) -> ForkServer:
        server = ForkServer(self._configure(scipy))
        try:
            shared = readable.rarely_read(scipy=scipy)
            proved = prove(partial(self._worker_of, server), server, shared)
            first = self._proved
            if first is None:
                self._proved = replace(proved, missing=(*self._missing, *proved.missing))
            elif proved.level < first.level or proved.mechanisms != first.mechanisms:
                reasons = "; ".join([*proved.escapes, *proved.missing])
                raise SandboxError(f"a fork server has {proved} only: {reasons}")
        except BaseException:
            server.close()
            raise
        return server

    def _worker_of(self, server: ForkServer, source: bytes) -> Worker:
        return Worker(lambda: server, source, budget=self.budget())

    def _configure(self, scipy: bool) -> Configure:
        listed = readable.readable_paths(scipy=scipy)
        namespaces = "namespaces" not in self._forbid
        return Configure(
            limits=self.limits,
            readable=listed,
            namespaces=namespaces,
            landlock="landlock" not in self._forbid,
            seccomp="seccomp" not in self._forbid,
            uids=() if namespaces or "uid" in self._forbid else self._uids(scipy, listed.paths),
            scipy=scipy,
        )

    def _uids(self, scipy: bool, paths: Sequence[str]) -> tuple[int, ...]:
        """User ids that no other grader and no other fork server uses.

        There are none where the grader is not root, or where the users could not read Python.
        """
        if os.geteuid() != 0:
            return ()
        unreadable = readable.unreadable_for_others(paths)
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
    # In any order: a grader in a container has the same users and does not see these names.
    for uid in random.sample(USER_IDS, len(USER_IDS)):
        lock = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        try:
            lock.bind(f"\0backprop-worker-user-{uid}")
        except OSError:
            lock.close()
        else:
            return uid, lock
    raise SandboxError("every user id for workers is taken by another grader")
