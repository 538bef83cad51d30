"""Limit memory and processor time as the platform does, with control groups or systemd."""

import os
import shutil
from contextlib import ExitStack
from pathlib import Path
from typing import Self

MEMORY = 768 << 20
CORES = 0.5
_PERIOD = 100_000
_MOUNTED = Path("/sys/fs/cgroup")


class Groups:
    """Limits for one program, in a ``with`` statement; ``description`` says how they are set.

    Where the machine has neither version 1 of control groups nor systemd, nothing is limited.
    """

    def __init__(self) -> None:
        self.folders: list[Path] = []
        self.prefix: tuple[str, ...] = ()
        self.description = (
            "memory and processor are not limited: no control groups that can be used"
        )
        self._memory: Path | None = None
        self._left = ExitStack()

    def __enter__(self) -> Self:
        own = _own()
        if "memory" in own and "cpu" in own:
            self._memory = self._make(own["memory"], {"memory.limit_in_bytes": MEMORY})
            swap = self._memory / "memory.memsw.limit_in_bytes"
            if swap.exists():
                swap.write_text(str(MEMORY))
            quota = {"cpu.cfs_period_us": _PERIOD, "cpu.cfs_quota_us": round(CORES * _PERIOD)}
            self._make(own["cpu"], quota)
            self.description = f"{MEMORY >> 20} MiB and {CORES:g} cores by control groups"
        elif Path("/run/systemd/system").is_dir() and shutil.which("systemd-run"):
            limits = (f"MemoryMax={MEMORY}", "MemorySwapMax=0", f"CPUQuota={CORES:.0%}")
            options = [word for limit in limits for word in ("--property", limit)]
            self.prefix = ("systemd-run", "--scope", "--quiet", "--collect", *options)
            self.description = f"{MEMORY >> 20} MiB and {CORES:g} cores by systemd"
        return self

    def __exit__(self, *_: object) -> None:
        self._left.close()

    def peak(self) -> int | None:
        """The most bytes in use at once, page cache included; None where that is not counted."""
        if self._memory is None:
            return None
        return int((self._memory / "memory.max_usage_in_bytes").read_text())

    def _make(self, above: Path, settings: dict[str, int]) -> Path:
        folder = above / f"backprop-proof-{os.getpid()}"
        folder.mkdir()
        self._left.callback(folder.rmdir)
        for name, value in settings.items():
            (folder / name).write_text(str(value))
        self.folders.append(folder)
        return folder


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
