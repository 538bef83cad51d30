"""The sandbox as the grader sees it: fork servers, their workers, and the proof of isolation."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Sequence
from functools import cached_property, partial

from autograder.errors import SandboxError
from autograder.sandbox import control as orders
from autograder.sandbox import readable
from autograder.sandbox.budget import Budget
from autograder.sandbox.callbacks import Answerer
from autograder.sandbox.isolation import Isolation, prove
from autograder.sandbox.limits import Limits
from autograder.sandbox.parent import ForkServer
from autograder.sandbox.worker import Worker

LAYERS = frozenset({"namespaces", "landlock", "seccomp", "uid"})
FIRST_UID = 57_000
UIDS = 2_900
USERS = 3
"""For the workers of one fork server that are alive at the same time: the student's, the one that
answers for reference functions, and one to spare."""


class Sandbox:
    """Confines student code on this host; use it in a ``with`` statement, one per pool process.

    ``forbid`` names layers (of ``LAYERS``) to do without, so that every level can be tested.
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
        self._parents: dict[bool, ForkServer] = {}
        self._users: dict[bool, list[tuple[int, socket.socket]]] = {}
        self._readable = readable.readable()

    def __enter__(self) -> Sandbox:
        try:
            self._parent(scipy=False)
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
        return prove(self)

    @property
    def mechanisms(self) -> tuple[str, ...]:
        """The layers in force."""
        return self._parent(scipy=False).mechanisms

    @property
    def missing(self) -> tuple[str, ...]:
        """The layers that are not, each with the reason."""
        return (*self._missing, *self._parent(scipy=False).missing)

    @property
    def parent_pid(self) -> int:
        """The process id of the fork server, as it sees itself."""
        return self._parent(scipy=False).pid

    def budget(self) -> Budget:
        """A fresh budget for one submission."""
        return Budget(self.limits)

    def worker(
        self,
        source: bytes,
        *,
        full: bool = False,
        inject: Sequence[str] = (),
        answerer: Answerer | None = None,
        budget: Budget | None = None,
    ) -> Worker:
        """A worker for this source; it starts when it is loaded or called.

        ``inject`` names functions that ``answerer`` answers for. Workers of one submission share
        one ``budget``.
        """
        return Worker(
            partial(self._parent, scipy=b"scipy" in source),
            source,
            full=full,
            inject=inject,
            answerer=answerer,
            budget=budget or self.budget(),
        )

    def close(self) -> None:
        """End everything that runs."""
        while self._parents:
            self._parents.popitem()[1].close()
        while self._users:
            for _, mark in self._users.popitem()[1]:
                mark.close()

    def _parent(self, *, scipy: bool) -> ForkServer:
        parent = self._parents.get(scipy)
        if parent is None or parent.closed:
            parent = self._start(scipy)
            proved = {other.mechanisms for other in self._parents.values() if not other.closed}
            self._parents[scipy] = parent
            if proved - {parent.mechanisms}:
                self.close()
                raise SandboxError("a second fork server has other layers than the one proved")
        return parent

    def _start(self, scipy: bool) -> ForkServer:
        if "namespaces" not in self._forbid:
            try:
                return ForkServer(self._plan(scipy, namespaces=True))
            except SandboxError as error:
                self._forbid.add("namespaces")
                self._missing.append(str(error))
        return ForkServer(self._plan(scipy, namespaces=False))

    def _plan(self, scipy: bool, *, namespaces: bool) -> orders.Plan:
        return orders.Plan(
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

        None at all where they cannot be had or would not help.
        """
        if os.geteuid() != 0:
            return ()
        unreadable = readable.unreadable_for_others(self._readable)
        if unreadable:
            self._forbid.add("uid")
            self._missing.append(f"uid: other users cannot read {unreadable}")
            return ()
        claimed = self._users.setdefault(scipy, [])
        while len(claimed) < USERS:
            claimed.append(_claim())
        return tuple(uid for uid, _ in claimed)


def _claim() -> tuple[int, socket.socket]:
    """A free user id with the socket whose name marks it as taken, for as long as it is open."""
    for uid in range(FIRST_UID, FIRST_UID + UIDS):
        mark = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        try:
            mark.bind(f"\0backprop-slot-{uid}")
        except OSError:
            mark.close()
        else:
            return uid, mark
    raise SandboxError("every user id for workers is taken by another grader")
