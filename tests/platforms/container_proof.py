"""``make container-proof``: build the Containerfile with podman and measure what isolates in it.

The base is made with debootstrap, so that no registry of images is asked. Everything else goes
through `make container` and `make grade-container`: for root and for an ordinary user, with and
without what container engines allow. Images and containers are in a temporary folder. The exit code
is 1 where a level is not the one stated below or a score differs from the native one, 2 where this
machine lacks something.
"""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from autograder.errors import SandboxError
from autograder.sandbox import SAFE_LEVEL, libc
from tests.builders.processes import run
from tests.platforms import rootfs
from tests.platforms.contained import LANDLOCK, NAMESPACES
from tests.platforms.rootfs import PATH, SUITE, Unprepared
from tests.platforms.runs import Scores, demo_scores, differences, read_scores

BASE = "localhost/backprop-base"
USER = "nobody"
"""The ordinary user of the rootless containers."""
USER_IDS = (65534, 65534)
LIMITS = ("nofile=1024:1024", "nproc=4096:4096")
"""podman's own are higher than some machines let root set."""
EPERM, ENOSYS = 1, 38


def settings(profiles: Path) -> Iterator[tuple[str, str, int | None]]:
    """Yield what is measured: a name, options of the engine, and the level that is expected.

    None is no start. Seccomp profiles that options name are written.
    """
    namespaces, landlock = (NAMESPACES, EPERM), (LANDLOCK, ENOSYS)
    no_namespaces = _profile(profiles / "no-namespaces.json", namespaces)
    no_landlock = _profile(profiles / "no-landlock.json", landlock)
    neither = _profile(profiles / "neither.json", namespaces, landlock)
    yield "podman's defaults", "", 3
    yield "no Landlock", no_landlock, 3
    yield "no namespaces (as Docker's defaults)", no_namespaces, 2
    yield "neither namespaces nor Landlock", neither, 2
    yield "--cap-drop ALL", "--cap-drop ALL", 2
    yield "--user 1000:1000", "--user 1000:1000", None


def _profile(path: Path, *refused: tuple[tuple[str, ...], int]) -> str:
    """Write a seccomp profile that refuses calls with an error number; returns its option."""
    rules = [
        {"names": names, "action": "SCMP_ACT_ERRNO", "errnoRet": number}
        for names, number in refused
    ]
    path.write_text(json.dumps({"defaultAction": "SCMP_ACT_ALLOW", "syscalls": rules}))
    return f"--security-opt seccomp={path}"


class Containers:
    """Podman with images of its own in ``folder``, as root or, rootless, as an ordinary user."""

    def __init__(self, folder: Path, checkout: Path, base: Path, *, rootless: bool) -> None:
        self._checkout = checkout
        self._results = folder / "results"
        runtime = folder / "run"  # podman wants a short path
        runtime.mkdir(parents=True, mode=0o700)
        engine = folder / "podman"
        limits = ", ".join(json.dumps(limit) for limit in LIMITS)
        (folder / "containers.conf").write_text(f"[containers]\ndefault_ulimits = [{limits}]\n")
        podman = [
            *("podman", "--storage-driver=overlay", "--cgroup-manager=cgroupfs"),
            *(f"--root={folder / 'images'}", f"--runroot={runtime}/run", f"--tmpdir={runtime}/tmp"),
        ]
        engine.write_text(
            f"#!/bin/sh\n"
            f'[ "$1" = build ] && {{ shift; set -- build --from {BASE} --network host "$@"; }}\n'
            f'exec {shlex.join(podman)} "$@"\n'
        )
        engine.chmod(0o755)
        self._environment = {
            **{"PATH": PATH, "HOME": str(folder), "XDG_RUNTIME_DIR": str(runtime)},
            **{"CONTAINERS_CONF": str(folder / "containers.conf"), "TMPDIR": str(runtime)},
        }
        self._prefix: list[str] = []
        if rootless:
            for path in (folder, *folder.rglob("*")):
                os.chown(path, *USER_IDS)
            uid, gid = (str(number) for number in USER_IDS)
            self._prefix = ["setpriv", "--reuid", uid, "--regid", gid, "--clear-groups"]
        self._engine = str(engine)
        variables = rootfs.package_environment().items()
        own = ("PATH", "HOME", "LANG")
        change = [f"ENV {name}={value}" for name, value in variables if name not in own]
        # Debian's pip does not install beside apt's packages; in this image nothing else is there.
        change.append("ENV PIP_BREAK_SYSTEM_PACKAGES=1")
        options = [word for line in change for word in ("--change", line)]
        self._run([self._engine, "import", "--quiet", *options, str(base), BASE])

    def _run(self, command: list[str]) -> subprocess.CompletedProcess[str]:
        done = run([*self._prefix, *command], self._checkout, self._environment)
        if command[0] == self._engine and done.returncode:
            raise Unprepared(f"{shlex.join(command)}: {done.stdout}{done.stderr}")
        return done

    def close(self) -> None:
        """End the process that rootless podman leaves to keep its user namespace."""
        if self._prefix:
            self._run([self._engine, "system", "migrate"])

    def make(self, target: str, options: str = "", arguments: str = "") -> tuple[int, str]:
        """Run a target of the Makefile with this engine; returns its code and what it printed."""
        variables = [f"ENGINE={self._engine}", f"OUT={self._results}", f"ARGS={arguments}"]
        done = self._run(["make", target, *variables, f"CONTAINER_OPTIONS={options}"])
        return done.returncode, done.stdout + done.stderr

    def scores(self, options: str) -> Scores | str:
        """The scores of the demo class by submission, or why there are none."""
        shutil.rmtree(self._results, ignore_errors=True)
        code, printed = self.make("grade-container", options)
        if code or f"/results is {self._results}\n" not in printed:
            return printed
        return read_scores(self._results)


def proof(containers: Containers, right: Scores, profiles: Path) -> Iterator[str]:
    """Measure every setting; prints a line for each and yields the failures."""
    began = time.monotonic()
    code, printed = containers.make("container", arguments="--help")
    if code:
        yield f"the image: {printed}"
        return
    print(f"  the image was built in {time.monotonic() - began:.0f} s", flush=True)
    for name, options, expected in settings(profiles):
        code, printed = containers.make("container", options)
        found = re.search(r"^isolation: level (\d) \((.*)\)$", printed, re.MULTILINE)
        level = int(found[1]) if found else None
        why = re.findall(r"^  (without .*|the proof could .*)$", printed, re.MULTILINE)
        lines = [line for line in printed.splitlines() if not line.startswith("make")]
        detail = "; ".join([found[2], *why]) if found else lines[-1]
        graded = _graded(containers.scores(options), right, level or 0)
        print(f"  {name}: level {level} ({detail}); {graded}", flush=True)
        if level != expected or "WRONG" in graded or "Traceback" in printed:
            yield f"{name}: level {level} instead of {expected}; {graded}\n{printed}"


def _graded(scores: Scores | str, right: Scores, level: int) -> str:
    if isinstance(scores, str):
        refused = level < SAFE_LEVEL and "Traceback" not in scores
        return "nothing is graded" if refused else f"WRONG: {scores}"
    if level < SAFE_LEVEL:
        return "WRONG: files are graded below a safe level"
    if wrong := differences(right, scores):
        return f"WRONG: {'; '.join(wrong)}"
    return f"{len(scores)} scores as natively, {sum(map(float, scores.values())):g} points"


def make_base(folder: Path) -> Path:
    """Make an archive of a root file system with Python and pip, like the image that is named."""
    root = folder / "base"
    packages = ("python3", "python3-pip", "python-is-python3", "ca-certificates")
    rootfs.system(root, SUITE, *packages)
    archive = folder / "base.tar"
    rootfs.must_run(["tar", "-C", root, "-cf", archive, "."])
    shutil.rmtree(root)
    return archive


def own_mounts(folder: Path) -> None:
    """Give this process mounts of its own, with ids for the containers of an ordinary user.

    crun refuses a machine with both versions of control groups, so the second is taken away.
    """
    try:
        libc.unshare(libc.CLONE_NEWNS)
        libc.mount(None, "/", None, libc.MS_REC | libc.MS_PRIVATE)
        with suppress(OSError):
            libc.umount("/sys/fs/cgroup/unified")
        ids = folder / "ids"
        ids.write_text(f"{USER}:100000:65536\n")
        for path in ("/etc/subuid", "/etc/subgid"):
            libc.mount(str(ids), path, None, libc.MS_BIND)
    except (OSError, SandboxError) as error:
        raise Unprepared(f"mounts of its own: {error}") from error


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """A folder that other users can pass; what containers have mounted in it is unmounted first."""
    folder = Path(tempfile.mkdtemp(prefix="backprop-"))
    try:
        folder.chmod(0o755)
        yield folder
    finally:
        mounts = Path("/proc/self/mounts").read_text().splitlines()
        for place in reversed([line.split()[1] for line in mounts]):
            if place.startswith(f"{folder}/"):
                subprocess.run(["umount", "--lazy", place], check=False)
        shutil.rmtree(folder)


def main() -> Iterator[str]:
    """Make the base, measure as root and as an ordinary user; yields the failures."""
    rootfs.check_machine("podman")
    with temporary_folder() as folder:
        own_mounts(folder)
        base = make_base(folder)
        checkout = folder / "checkout"
        rootfs.copy_checkout(checkout)
        right = demo_scores(folder / "native")
        for who, rootless in (("root", False), ("user", True)):
            if rootless and not shutil.which("newuidmap"):
                print("Rootless podman is left out: it needs newuidmap (apt-get install uidmap)")
                continue
            print(f"podman {'of an ordinary user' if rootless else 'of root'}", flush=True)
            containers = Containers(folder / who, checkout, base, rootless=rootless)
            with closing(containers):
                yield from (f"{who}: {fault}" for fault in proof(containers, right, folder))


if __name__ == "__main__":
    sys.exit(rootfs.exit_code("make container-proof", main()))
