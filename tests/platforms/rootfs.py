"""Grade submissions in a root file system laid out as Gradescope's image.

``image(zip)`` makes it with debootstrap, unpacks the package into /autograder/source and runs its
setup.sh; ``Image.grade`` then grades one submission as the platform does. Needs root and
debootstrap. Settings for packages, proxies and certificates are those of this machine.
"""

import json
import os
import shutil
import ssl
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from configparser import ConfigParser
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from autograder.paths import ROOT
from tests.builders.files import folder_of
from tests.builders.processes import run
from tests.platforms.groups import limited
from tests.platforms.results_schema import Results, checked

SUITE = os.environ.get("SUITE") or "bookworm"
COMPONENTS = {"jammy": "main,universe", "noble": "main,universe"}
"""The components of suites that need more than the first: Ubuntu's 22.04 and 24.04."""
CONTAINED = Path(__file__).with_name("contained.py")
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
PIP_FILES = ("/etc/pip.conf", "/etc/xdg/pip/pip.conf", "~/.config/pip/pip.conf", "~/.pip/pip.conf")
_CERTIFICATES = ("PIP_CERT", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE")
HOSTS_OWN = Path("/etc/certificates-of-the-host.pem")
_PROXIES = ("http_proxy", "https_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY")
_APT = ("Acquire::http", "Acquire::Check-", "Acquire::Retries", "Acquire::Force")
Files = Mapping[str, bytes]
"""A submission: contents by their paths below /autograder/submission."""


class Unprepared(Exception):
    """This machine cannot make or run a root file system; ``str()`` says what is missing."""


@dataclass(frozen=True)
class Outcome:
    """The outcome of one submission: results.json, output, seconds, and the most bytes in use."""

    results: Results
    printed: str
    seconds: float
    peak: int | None

    @property
    def score(self) -> float | None:
        """The score at the top; None where there is none."""
        score = self.results.score
        return None if score is msgspec.UNSET else score


@dataclass
class Image:
    """The platform's image; ``seconds``, ``added`` (bytes) and ``log`` are those of setup.sh.

    ``peak`` is the most bytes that a submission had in use at once, if that was counted.
    """

    root: Path
    seconds: float
    added: int
    log: str
    limits: str = ""
    peak: int = 0

    def grade(
        self, files: Files, metadata: Mapping[str, Any] | None = None, *, landlock: bool = False
    ) -> Outcome:
        """Grade a submission as the platform would, with its memory and processor.

        Without ``landlock`` the kernel reports that it has none, as older ones do: then only the
        worker's own user and seccomp confine it.
        """
        base = self.root / "autograder"
        for name in ("submission", "results"):
            shutil.rmtree(base / name, ignore_errors=True)
            (base / name).mkdir(parents=True)
        folder_of(base / "submission", files)
        about = dict(metadata or {"created_at": "2026-11-01T12:00:00+00:00"})
        (base / "submission_metadata.json").write_text(json.dumps(about))
        with limited() as groups:
            command = [
                *(*groups.prefix, *in_namespaces(self.root)),
                *(sys.executable, "-P", CONTAINED, self.root),
                *("/autograder/run_autograder", str(landlock), *groups.folders),
            ]
            began = time.monotonic()
            done = run(command, env={"PATH": PATH, "HOME": "/root"}, timeout=600)
            seconds, peak = time.monotonic() - began, groups.peak()
        self.limits, self.peak = groups.description, max(self.peak, peak or 0)
        printed = done.stdout + done.stderr
        results = base / "results" / "results.json"
        if done.returncode or not results.exists():
            raise Unprepared(f"run_autograder ended with code {done.returncode}:\n{printed}")
        return Outcome(checked(results.read_bytes()), printed, seconds, peak)


@contextmanager
def image(package: Path) -> Iterator[Image]:
    """The image for as long as it is used, with ``package`` in it and set up."""
    check_machine()
    with tempfile.TemporaryDirectory(prefix="backprop-image-") as folder:
        # Readable for other users, because the workers run as such.
        Path(folder).chmod(0o755)
        root = Path(folder) / "root"
        system(root, SUITE)
        source = root / "autograder/source"
        _unpack(package, source)
        # As the platform does: what it runs for each submission is a copy.
        shutil.copy(source / "run_autograder", source.parent)
        print("setup.sh", flush=True)
        before, began = _bytes_below(root), time.monotonic()
        log = inside(root, "/autograder/source/setup.sh")
        seconds = time.monotonic() - began
        yield Image(root, seconds, _bytes_below(root) - before, log)


def must_run(command: Sequence[str | Path], env: Mapping[str, str] | None = None) -> str:
    """Run a command; returns what it printed, or raises Unprepared where it fails."""
    done = run(command, env=env)
    printed = done.stdout + done.stderr
    if done.returncode:
        words = " ".join(map(str, command))
        raise Unprepared(f"{words} ended with code {done.returncode}:\n{printed[-4000:]}")
    return printed


def exit_code(command: str, faults: Iterable[str]) -> int:
    """Run a proof and print its faults: 1 where there are some, 2 where it cannot be run."""
    try:
        found = list(faults)
    except Unprepared as problem:
        print(f"{command}: {problem}", file=sys.stderr)
        return 2
    print(*(f"WRONG {fault}\n" for fault in found), sep="", end="")
    return int(bool(found))


def check_machine(*packages: str) -> None:
    """Raise Unprepared where the user is not root or one of these programs is missing."""
    if os.geteuid() != 0:
        raise Unprepared("a root file system needs root: sudo --preserve-env make …")
    packages = ("debootstrap", *packages)
    missing = [name for name in (*packages, "unshare", "chroot") if not shutil.which(name)]
    if missing:
        install = f"apt-get install {' '.join(packages)}"
        raise Unprepared(f"missing here: {', '.join(missing)} ({install})")


def system(root: Path, suite: str, *packages: str) -> None:
    """Make a root file system with this machine's settings, and with these packages."""
    print(f"a root file system of {suite}", flush=True)
    _debootstrap(root, suite)
    _copy_settings(root, suite)
    if packages:
        quiet = "apt-get --quiet=2"
        wanted = f"{quiet} install --yes --no-install-recommends {' '.join(packages)}"
        environment = {**package_environment(), "DEBIAN_FRONTEND": "noninteractive"}
        inside(root, f"{quiet} update && {wanted}", environment)


def _debootstrap(root: Path, suite: str) -> None:
    """Make the smallest system, or unpack the one kept in the temporary folder."""
    kept = Path(tempfile.gettempdir()) / f"backprop-kit-{suite}.tar"
    ours = kept.exists() and kept.lstat().st_uid == 0 and not kept.is_symlink()
    root.mkdir()
    if ours:
        must_run(["tar", "-C", root, "-xpf", kept])
        return
    components = f"--components={COMPONENTS.get(suite, 'main')}"
    mirror = os.environ.get("MIRROR", "")
    command = ["debootstrap", "--variant=minbase", components, suite, root, mirror]
    if not (Path("/usr/share/debootstrap/scripts") / suite).exists():
        command.append("sid")  # a suite that is newer than this debootstrap
    must_run(command)
    part = kept.with_name(f"{kept.name}.{os.getpid()}")
    must_run(["tar", "-C", root, "-cf", part, "."])
    part.chmod(0o600)
    part.replace(kept)


def _copy_settings(root: Path, suite: str) -> None:
    """Copy the settings of apt and pip: proxies, certificates, indexes."""
    shutil.copy("/etc/resolv.conf", root / "etc/resolv.conf")
    if suite in COMPONENTS:
        with (root / "etc/apt/sources.list").open("r+") as sources:
            first = sources.readline()
            sources.writelines(
                first.replace(f" {suite} ", f" {suite}-{pocket} ")
                for pocket in ("updates", "security")
            )
    lines = [
        line for line in must_run(["apt-config", "dump"]).splitlines() if line.startswith(_APT)
    ]
    (root / "etc/apt/apt.conf.d/99host").write_text("\n".join(lines) + "\n")
    bundle = _certificates()
    if bundle is not None:
        shutil.copy(bundle, root / HOSTS_OWN.relative_to("/"))
    for path in _pip_settings():
        target = root / path.relative_to("/")
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, target)


def inside(root: Path, script: str, env: Mapping[str, str] | None = None) -> str:
    """Run a shell script as root in a root file system, as `must_run` does."""
    command = [*in_namespaces(root), "chroot", root, "sh", "-euc", script]
    return must_run(command, package_environment() if env is None else env)


def _pip_settings() -> Iterator[Path]:
    """The files of pip's settings, and the files of constraints that they name."""
    for name in PIP_FILES:
        path = Path(name).expanduser()
        if path.is_file():
            yield path
            settings = ConfigParser(interpolation=None)
            settings.read(path)
            for section in settings.values():
                yield from filter(Path.is_file, map(Path, section.get("constraint", "").split()))


def copy_checkout(place: Path) -> None:
    """Copy this checkout, without what is made in it, so that every user can read it."""
    made = (".git", ".venv", ".*_cache", ".hypothesis", "__pycache__", "results", "dist", "mutants")
    shutil.copytree(ROOT, place, ignore=shutil.ignore_patterns(*made))
    must_run(["chmod", "-R", "go+rX", place])


def _certificates() -> Path | None:
    """The file with the authorities that this machine trusts."""
    configured = [os.environ.get(name) for name in _CERTIFICATES]
    for name in (*configured, ssl.get_default_verify_paths().cafile):
        if name and Path(name).is_file():
            return Path(name)
    return None


def package_environment() -> dict[str, str]:
    """Return the variables with which pip and apt find packages in such a root file system."""
    copied = {
        name: value
        for name, value in os.environ.items()
        if name in _PROXIES or name.startswith("PIP_")
    }
    if _certificates() is not None:
        # Under a name of its own: installing certificates overwrites the usual file.
        copied |= dict.fromkeys(_CERTIFICATES, str(HOSTS_OWN))
    return {"PATH": PATH, "HOME": str(Path.home()), "LANG": "C.UTF-8", **copied}


def _unpack(package: Path, place: Path) -> None:
    """Unzip with the rights in the zip, as `unzip` does."""
    with zipfile.ZipFile(package) as archive:
        archive.extractall(place)
        for entry in archive.infolist():
            (place / entry.filename).chmod(entry.external_attr >> 16 & 0o777)


def in_namespaces(root: Path) -> list[str]:
    """Run in new namespaces: processes end with the first one and have their own /proc."""
    return [
        *("unshare", "--mount", "--pid", "--ipc", "--fork", "--kill-child"),
        f"--mount-proc={root / 'proc'}",
    ]


def _bytes_below(root: Path) -> int:
    return int(must_run(["du", "-s", "-x", "-B1", root]).split()[0])
