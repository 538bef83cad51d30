"""The layers of a worker's confinement: prepared once in the fork server, applied in each worker.

What a fork server can give up itself is given up there, once, and inherited; the rest is given up
in each worker, in the order of ``confine``. If a step fails, the worker ends before any student
code has run. Layers that the host does not have are listed in ``missing``; the proof (`isolation`)
measures what the others are worth.
"""

import os
import select
import signal
from contextlib import suppress

from autograder.errors import SandboxError
from autograder.sandbox import landlock, libc, limits, namespaces, syscalls
from autograder.sandbox.control import NO_NAMESPACES, Configure
from autograder.sandbox.readable import Readable, symbolic_links
from autograder.sandbox.resident import Keeper
from autograder.sandbox.wire import CHANNEL

RULES = limits.OPEN_FILES - 1
"""The descriptor of the Landlock rules."""
MAX_THREADS = 64
"""Threads of a worker that has a user of its own."""


class Layers:
    """The layers that this host has, and the workers that were forked with them."""

    def __init__(self, configure: Configure) -> None:
        self._configure = configure
        self._pid_namespace: int | None = None
        self._rules: int | None = None
        self._filter: syscalls.Filter | None = None
        self._workers: dict[int, int | None] = {}  # process id and user id
        self._uids = configure.uids
        self._uid: int | None = None  # of the worker that is being forked
        self.mechanisms: list[str] = []
        self.missing: list[str] = []
        self.keeper = Keeper(configure.readable)
        libraries = {os.path.realpath(name) for name in self.keeper.libraries}
        paths = sorted({*configure.readable.paths, *libraries})
        self._readable = Readable(tuple(paths), configure.readable.hidden)
        self._prepare_seccomp()  # first: it needs files that the workers' root does not have
        self._prepare_namespaces()
        self._prepare_uid()
        self.mechanisms += ["capabilities", "limits"]
        self._prepare_landlock()
        self._give_up_rights()
        self.keeper.wait()

    def _prepare_namespaces(self) -> None:
        if not self._configure.namespaces:
            return
        try:
            self._pid_namespace = namespaces.enter()
            namespaces.shrink_root(self._readable, symbolic_links(self.keeper.libraries))
        except OSError as error:
            # This process cannot go back: the grader starts another one without namespaces.
            raise SandboxError(f"{NO_NAMESPACES}: {error}") from error
        self.mechanisms.append("namespaces")

    def _prepare_uid(self) -> None:
        """See whether the kernel lets this process change its user: some containers do not."""
        if not self._uids:
            return
        pid = os.fork()
        if pid == 0:
            try:
                _change_user(self._uids[0])
            except OSError as error:
                os._exit(error.errno or 1)
            finally:
                os._exit(0)
        _, status = os.waitpid(pid, 0)
        failed = os.waitstatus_to_exitcode(status)
        if failed:
            self._uids = ()
            self.missing.append(f"uid: {os.strerror(failed)}")
        else:
            self.mechanisms.append("uid")

    def _prepare_landlock(self) -> None:
        if not self._configure.landlock:
            return
        try:
            listed = self._readable
            if self._pid_namespace is None:
                rules = landlock.ruleset(listed.entries(), listed.paths)
            else:  # all that is in the workers' own root is readable
                rules = landlock.ruleset(listed.paths, (os.sep,))
            self._rules = os.dup2(rules, RULES)
            os.close(rules)
            self.mechanisms.append("landlock")
        except OSError as error:
            self.missing.append(f"landlock: {error}")

    def _prepare_seccomp(self) -> None:
        if not self._configure.seccomp:
            return
        try:
            landlocked = self._configure.landlock and landlock.version() > 0
            self._filter = syscalls.build(creating=self._configure.namespaces or landlocked)
            self.mechanisms.append("seccomp")
        except OSError as error:
            self.missing.append(f"seccomp: {error}")

    def _give_up_rights(self) -> None:
        """Give up what the fork server does not need itself; workers inherit that."""
        null_device = os.open(os.devnull, os.O_RDONLY)
        os.dup2(null_device, 0)
        os.close(null_device)
        libc.drop_bounding_set()
        # The ambient set: capabilities that a program would be started with.
        libc.prctl(libc.PR_CAP_AMBIENT, libc.PR_CAP_AMBIENT_CLEAR_ALL)
        libc.prctl(libc.PR_SET_NO_NEW_PRIVS, 1)
        limits.limit_fork_server(self._configure.limits)

    def fork(self) -> int:
        """Fork a worker; 0 in the worker, which has its namespaces but no other layer yet."""
        self._uid = self._free_uid()
        if self._pid_namespace is None:
            pid = os.fork()
        else:
            pid = namespaces.fork_inside(self._pid_namespace)
        if pid:
            self._workers[pid] = self._uid
        return pid

    def _free_uid(self) -> int | None:
        if not self._uids:
            return None
        free = set(self._uids) - set(self._workers.values())
        if not free:
            raise SandboxError("no user id is left for another worker")
        return min(free)

    def confine(self, channel: int, output: int) -> None:
        """Give up everything, in order; only ``channel`` (as 3) and ``output`` (as 1, 2) remain."""
        self._keep_descriptors(channel, output)  # first: failures are reported over the channel
        os.setsid()
        own_user = self._pid_namespace is not None or self._uid is not None
        limits.limit_worker(self._configure.limits, MAX_THREADS if own_user else None)
        if self._uid is not None:
            _change_user(self._uid)
        libc.prctl(libc.PR_SET_PDEATHSIG, signal.SIGKILL)  # a change of user would clear it
        libc.drop_capabilities()
        if self._rules is not None:
            landlock.restrict(RULES)
        if self._filter is not None:
            self._filter.load()

    def _keep_descriptors(self, channel: int, output: int) -> None:
        # The channel last: until then its number may be that of the output.
        for old, new in ((output, 1), (output, 2), (channel, CHANNEL)):
            os.dup2(old, new)
        os.closerange(CHANNEL + 1, RULES)  # the rules are closed when they are in force

    def end(self, pid: int, *, gone: bool = False) -> int:
        """Kill a worker and all it has started; returns its exit code, or minus its signal.

        One that is ``gone`` gets a moment to end by itself, which tells how it ended; it is 0 for
        one that does not.
        """
        if pid not in self._workers:
            raise SandboxError(f"no worker {pid}")
        alive = gone and not _ends(pid)
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, signal.SIGKILL)
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        uid = self._workers[pid]
        if uid is not None:
            _kill_all_of(uid)
        _, status = os.waitpid(pid, 0)
        del self._workers[pid]
        return 0 if alive else os.waitstatus_to_exitcode(status)

    def end_all(self) -> None:
        """End every worker that is left, and the keeper of files."""
        for pid in tuple(self._workers):
            self.end(pid)
        self.keeper.close()


def _change_user(uid: int) -> None:
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)


def _ends(pid: int) -> bool:
    """Whether a process ends within a second."""
    descriptor = os.pidfd_open(pid)
    try:
        return bool(select.select([descriptor], [], [], 1.0)[0])
    finally:
        os.close(descriptor)


def _kill_all_of(uid: int) -> None:
    """Kill every process of a worker's user, as that user, so that no other can be hit."""
    pid = os.fork()
    if pid == 0:
        try:
            os.setresuid(uid, uid, uid)
            os.kill(-1, signal.SIGKILL)  # every process that this user may signal, except this one
        finally:
            os._exit(0)
    os.waitpid(pid, 0)
