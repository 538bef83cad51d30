"""What the host takes away: the processors of a virtual machine are its own for most moments only.

Linux counts what was asked for and not given ("steal" in proc(5)). A turn that the host disturbed
says little about the programs that were measured, so it is measured again.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

Result = TypeVar("Result")
_BUSY, _STOLEN = (1, 2, 3, 6, 7), 8  # fields of the first line: user, nice, system, interrupts


class Host:
    """Turns on a host that may be at other things; up to ``again`` of them are repeated.

    ``most`` is the share of what was asked for that may be taken away in a turn that counts.
    """

    def __init__(self, again: int, most: float) -> None:
        self._again = again
        self._most = most
        self._turns = 0
        self._disturbed = 0
        self._counted = 0

    def calm(self, turn: Callable[[], Result]) -> Result:
        """What an undisturbed turn gives, or any turn when no more may be repeated."""
        while True:
            before = _ticks()
            result = turn()
            asked, taken = (b - a for a, b in zip(before, _ticks(), strict=True))
            self._turns += 1
            if taken <= self._most * asked:
                return result
            self._disturbed += 1
            if self._again == 0:
                self._counted += 1
                return result
            self._again -= 1

    def told(self) -> str:
        """A sentence for the table, from its second word on."""
        if not self._disturbed:
            return f"the host disturbed none of {self._turns} turns."
        left = f", but for the last {self._counted}" if self._counted else ""
        return (
            f"the host disturbed {self._disturbed} of {self._turns} turns (more than "
            f"{self._most:.0%} of the processors' time was not given), which were measured again"
            f"{left}."
        )


def _ticks() -> tuple[int, int]:
    """The time of all processors that was asked for since the start, and that was not given."""
    fields = Path("/proc/stat").read_text().partition("\n")[0].split()
    stolen = int(fields[_STOLEN])
    return stolen + sum(int(fields[place]) for place in _BUSY), stolen
