"""Turning notebooks into scripts."""

import json

import pytest

from autograder.intake.notebooks import to_source


def notebook(*cells: object) -> bytes:
    """A notebook of these code cells."""
    return json.dumps(
        {
            "nbformat": 4,
            "metadata": {"x": [{}]},
            "cells": [{"cell_type": "code", "source": cell, "outputs": []} for cell in cells],
        }
    ).encode()


def test_cells_are_joined_and_magics_commented_out() -> None:
    """The script is Python, with the cells in their order."""
    script = to_source(
        notebook(
            "%matplotlib inline\nimport numpy as np\n!pip install x\nnp.exp?",
            ["def sigmoid(x):\n", "    %time\n", "    return (x\n      % 2)"],
            "%%time\ny = %timeit f()\nz = !ls\nw = 7 % 3",
            "%%bash\nrm -rf /",
        )
    ).decode()
    space: dict[str, object] = {}
    exec(script.replace("import numpy as np", ""), space)
    assert (space["w"], space["y"], space["z"]) == (1, None, None)
    assert "# cell 2\ndef sigmoid(x):\n    pass  # %time" in script
    assert "# rm -rf /" in script


def test_other_cells_are_not_code() -> None:
    """Text cells are left out."""
    data = b'{"cells": [{"cell_type": "markdown", "source": "x"}]}'
    assert to_source(data) == b""


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"x = 1",
        b'{"cells": 3}',
        b'{"cells": [{"cell_type": "code", "source": [1]}]}',
        b'{"worksheets": []}',
        b'{"cells": [], "metadata": ' + b"[" * 1_000_000,
        b'{"cells": [{"cell_type": "code", "source": "\xff"}]}',
    ],
)
def test_other_files_are_refused(data: bytes) -> None:
    """Broken, old and hostile files raise a ValueError with a message."""
    with pytest.raises(ValueError, match="not a Jupyter notebook"):
        to_source(data)
