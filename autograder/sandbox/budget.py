"""What one submission has used up, over all workers that were opened for it."""

from __future__ import annotations

from dataclasses import dataclass

from autograder.sandbox.limits import Limits


@dataclass
class Budget:
    """Seconds and workers used by one submission; hand the same one to each of its workers.

    ``ask_seconds`` were spent on answering its calls of injected functions.
    """

    limits: Limits
    seconds: float = 0.0
    workers: int = 0
    ask_seconds: float = 0.0

    @property
    def left(self) -> float:
        """Seconds that are left, never negative."""
        return max(0.0, self.limits.submission_seconds - self.seconds)

    @property
    def spent_now(self) -> str:
        """The sentence for a call in which the submission's time ran out; "" if it did not."""
        if self.left > 0:
            return ""
        return f"The {self.limits.submission_seconds:g} seconds for the whole file are used up."

    @property
    def exhausted(self) -> str:
        """Why nothing more may be run, as a sentence; "" while there is something left."""
        if self.left <= 0:
            return (
                f"The {self.limits.submission_seconds:g} seconds for the whole file were used up "
                "before this call."
            )
        if self.workers >= self.limits.workers:
            return f"The file had to be started again {self.workers} times; that is the limit."
        return ""
