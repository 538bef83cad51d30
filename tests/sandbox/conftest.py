"""The sandbox of this room: with short limits, with and without namespaces."""

from collections.abc import Iterator

import pytest

from autograder.sandbox import Limits, Sandbox

HONEST = b"import numpy as np\ndef sigmoid(x):\n    return 1 / (1 + np.exp(-x))\n"
QUICK = Limits(call_seconds=0.5, submission_seconds=5.0)


@pytest.fixture(scope="module", params=[(), ("namespaces",)], ids=["all layers", "no namespaces"])
def sandbox(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    """A sandbox with short limits, with and without namespaces."""
    with Sandbox(QUICK, forbid=frozenset(request.param)) as sandbox:
        yield sandbox
