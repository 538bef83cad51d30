"""Limit memory and processor time as the platform does, with control groups or systemd."""

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

MEMORY = 768 << 20
CORES = 0.5
_PERIOD = 100_000
_MOUNTED = Path("/sys/fs/cgroup")


@dataclass(frozen=True)
class Groups:
    """How one program is limited: groups that it joins, or a command before its own."""

    description: str = "memory and processor are not limited: no control groups that can be used"
    folders: Sequence[Path] = ()
    prefix: Sequence[str] = ()

    def peak(self) -> int | None:
        """The most bytes in use at once, page cache included; None where that is not counted."""
        used = [int((one / "memory.max_usage_in_bytes").read_text()) for one in self.folders[:1]]
        return used[0] if used else None


@contextmanager
def limited() -> Iterator[Groups]:
    """Limits for one program; none with neither version 1 of control groups nor systemd."""
    limits = f"{MEMORY >> 20} MiB and {CORES:g} cores by"
    own = _own()
    if {"memory", "cpu"} <= own.keys():
        memory, cpu = (own[name] / f"backprop-proof-{os.getpid()}" for name in ("memory", "cpu"))
        settings = {memory / "memory.limit_in_bytes": MEMORY, cpu / "cpu.cfs_period_us": _PERIOD}
        settings[cpu / "cpu.cfs_quota_us"] = round(CORES * _PERIOD)
        settings[memory / "memory.memsw.limit_in_bytes"] = MEMORY
        with ExitStack() as left:
            for folder in (memory, cpu):
                folder.mkdir()
                left.callback(folder.rmdir)
            for path, value in settings.items():
                if path.exists():  # not every kernel counts swap
                    path.write_text(str(value))
            yield Groups(f"{limits} control groups", (memory, cpu))
    elif Path("/run/systemd/system").is_dir() and shutil.which("systemd-run"):
        wanted = (f"MemoryMax={MEMORY}", "MemorySwapMax=0", f"CPUQuota={CORES:.0%}")
        options = [f"--property={limit}" for limit in wanted]
        prefix = ("systemd-run", "--scope", "--quiet", "--collect", *options)
        yield Groups(f"{limits} systemd", prefix=prefix)
    else:
        yield Groups()


def _own() -> dict[str, Path]:
    """This process's groups of version 1, by controller."""
    found = {}
    for line in Path("/proc/self/cgroup").read_text().splitlines():
        _, controllers, place = line.split(":", 2)
        for controller in filter(None, controllers.split(",")):
            folder = _MOUNTED / controller / place.lstrip("/")
            if (folder / "cgroup.procs").exists():
                found[controller] = folder
    return found
