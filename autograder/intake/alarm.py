"""Limit the time of our own code, in the process that runs it."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def limited(seconds: float, error: Exception, again: float = 0.0) -> Iterator[None]:
    """Raise ``error`` if the block takes longer; it may be inside the matching of a pattern.

    It is raised once more every ``again`` seconds, if that is not 0: Python drops what is raised
    while it runs the callback of a weak reference.
    """

    def stop(*_: object) -> None:
        raise error

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds, again)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
