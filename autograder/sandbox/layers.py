"""The layers of a child's confinement: prepared once in the fork server, applied in each child.

What a process can give up and still be a fork server is given up there, once, and inherited; the
rest in each child, in the order of ``confine``. Whatever fails ends the child before any student
code has run. What the host does not have is left out and told (``missing``); the proof
(`isolation`) says what that is worth.
"""

from __future__ import annotations

import os
import signal
from contextlib import suppress

from autograder.errors import SandboxError
from autograder.sandbox import landlock, libc, limits, namespaces, syscalls
from autograder.sandbox.control import Plan
from autograder.sandbox.readable import links

CHANNEL, RULES = 3, limits.FILES - 1
THREADS_OF_A_SLOT = 64


class Layers:
    """What this host can do, and the children that were forked with it."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._own: int | None = None
        self._rules: int | None = None
        self._filter: syscalls.Filter | None = None
        self._children: dict[int, int | None] = {}  # with the user of each
        self._uid: int | None = None  # of the child that is being forked
        self.mechanisms: list[str] = []
        self.missing: list[str] = []
        self._prepare_seccomp()  # first: it needs files that the workers' own root does not have
        self._prepare_namespaces()
        if plan.uids:
            self.mechanisms.append("uid")
        self.mechanisms += ["capabilities", "limits"]
        self._prepare_landlock()
        self._give_up()

    def _prepare_namespaces(self) -> None:
        if not self._plan.namespaces:
            return
        try:
            self._own = namespaces.enter()
            namespaces.shrink_root(self._plan.readable, links())
        except OSError as error:
            # Too late to go on without: the grader starts another fork server that does not try.
            raise SandboxError(f"namespaces: {error}") from error
        self.mechanisms.append("namespaces")

    def _prepare_landlock(self) -> None:
        if not self._plan.landlock:
            return
        try:
            rules = landlock.ruleset(self._plan.readable)
            self._rules = os.dup2(rules, RULES)
            os.close(rules)
            self.mechanisms.append("landlock")
        except OSError as error:
            self.missing.append(f"landlock: {error}")

    def _prepare_seccomp(self) -> None:
        if not self._plan.seccomp:
            return
        try:
            walled = self._plan.namespaces or (self._plan.landlock and landlock.version() > 0)
            self._filter = syscalls.build(creating=walled)
            self.mechanisms.append("seccomp")
        except OSError as error:
            self.missing.append(f"seccomp: {error}")

    def _give_up(self) -> None:
        """What children need not give up one by one."""
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, 0)
        os.close(nothing)
        libc.drop_bounding_set()
        libc.drop_ambient_set()
        libc.prctl(libc.PR_SET_NO_NEW_PRIVS, 1)
        limits.inherit(self._plan.limits)

    def fork(self) -> int:
        """Fork a child; 0 in the child, which has namespaces but no other layer yet."""
        self._uid = self._free_user()
        pid = os.fork() if self._own is None else namespaces.fork_inside(self._own)
        if pid:
            self._children[pid] = self._uid
        return pid

    def _free_user(self) -> int | None:
        if not self._plan.uids:
            return None
        free = set(self._plan.uids) - set(self._children.values())
        if not free:
            raise SandboxError("every user of this slot has a worker already")
        return min(free)

    def confine(self, channel: int, output: int) -> None:
        """Give up everything, in order; only ``channel`` (as 3) and ``output`` (as 1, 2) remain."""
        self._own_descriptors(channel, output)  # first: failures are told over the channel
        self._own_session()
        own_user = self._own is not None or bool(self._plan.uids)
        limits.apply(self._plan.limits, THREADS_OF_A_SLOT if own_user else None)
        self._own_user()
        libc.drop_capabilities()
        if self._rules is not None:
            landlock.restrict(RULES)
        if self._filter is not None:
            self._filter.load()

    def _own_session(self) -> None:
        os.setsid()
        libc.prctl(libc.PR_SET_PDEATHSIG, signal.SIGKILL)

    def _own_descriptors(self, channel: int, output: int) -> None:
        # The channel last: the number that it gets may have been the output's until then.
        for old, new in ((output, 1), (output, 2), (channel, CHANNEL)):
            os.dup2(old, new)
        os.closerange(CHANNEL + 1, RULES)  # the rules are closed when they are in force

    def _own_user(self) -> None:
        uid = self._uid
        if uid is None:
            return
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)
        libc.prctl(libc.PR_SET_PDEATHSIG, signal.SIGKILL)  # a change of user clears it

    def end(self, pid: int) -> int:
        """Kill a child and all it has started; returns its exit code, or minus its signal."""
        if pid not in self._children:
            raise SandboxError(f"no child {pid}")
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, signal.SIGKILL)
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        uid = self._children[pid]
        if uid is not None:
            _kill_all_of(uid)
        _, status = os.waitpid(pid, 0)
        del self._children[pid]
        return os.waitstatus_to_exitcode(status)

    def end_all(self) -> None:
        """End every child that is left."""
        for pid in tuple(self._children):
            self.end(pid)


def _kill_all_of(uid: int) -> None:
    """Kill every process of a child's user, as that user, so that nobody else can be hit."""
    pid = os.fork()
    if pid == 0:
        try:
            os.setresuid(uid, uid, uid)
            os.kill(-1, signal.SIGKILL)  # all that this user may signal, this process excepted
        finally:
            os._exit(0)
    os.waitpid(pid, 0)
