"""Choosing the file of a submission that is graded."""

import json
import time

import pytest

from autograder.intake.pick_file import Refused, SubmittedFile, choose, written_functions

STUB = b'def sigmoid(x):\n    """Doc."""\n    raise NotImplementedError("1.1")\n'
ONE = b"def sigmoid(x):\n    return 1\n"
TWO = ONE + b"d_sigmoid = lambda x: 2\n"
NOTEBOOK = json.dumps({"cells": [{"cell_type": "code", "source": TWO.decode()}]}).encode()


def files(**sources: bytes) -> list[SubmittedFile]:
    """Files by path; ``__`` stands for a slash, ``_py`` and ``_ipynb`` at the end for a suffix."""
    return [
        SubmittedFile(_path(name), lambda source=source: source)  # type: ignore[misc]
        for name, source in sources.items()
    ]


def _path(name: str) -> str:
    stem, _, suffix = name.replace("__", "/").rpartition("_")
    return f"{stem}.{suffix}"


@pytest.mark.parametrize(
    ("sources", "expected"),
    [
        ({"neural_network_py": ONE, "other_py": TWO}, "neural_network.py"),
        ({"a__neural_network_py": STUB, "neural_network_py": ONE}, "neural_network.py"),
        ({"a__neural_network_py": STUB, "b__neural_network_py": ONE}, "b/neural_network.py"),
        ({"one_py": ONE, "two_py": TWO}, "two.py"),
        ({"stub_py": STUB, "one_py": ONE}, "one.py"),
        ({"two_py": TWO, "two_ipynb": NOTEBOOK}, "two.py"),
        ({"one_py": ONE, "two_ipynb": NOTEBOOK}, "two.ipynb"),
        ({"a_py": ONE, "b_py": ONE}, "a.py"),
        ({"hello_py": b"print(1)", "report_pdf": b""}, "hello.py"),
        ({"one_py": ONE, "broken_py": b"\0"}, "one.py"),
    ],
)
def test_the_stated_rule(sources: dict[str, bytes], expected: str) -> None:
    """The expected name wins, then the number of functions written, then the kind of file."""
    found, source, _ = choose(files(**sources))
    assert found.path == expected
    assert found.kind == ".ipynb" or source in sources.values()


@pytest.mark.parametrize(
    ("sources", "message"),
    [
        ({}, "no Python file"),
        ({"report_pdf": b""}, "no Python file"),
        ({"a_py": ONE, "b_py": ONE + b"#"}, r"equally many .* “a.py”, “b.py”"),
        ({"a_py": b"1", "b_py": b"2"}, r"None of the seven .* “a.py”, “b.py”"),
        ({"a__neural_network_py": ONE, "b__neural_network_py": ONE + b"#"}, "equally many"),
        ({"neural_network_py": b"\0"}, "“neural_network.py” cannot be graded. .* null bytes"),
        ({"a_ipynb": b"{"}, "“a.ipynb” cannot be graded. It is not a Jupyter notebook"),
        ({f"f{i}_py": ONE for i in range(200)}, "200 Python files"),
    ],
)
def test_refusals_name_the_files(sources: dict[str, bytes], message: str) -> None:
    """A tie and a missing or unreadable file are refused."""
    with pytest.raises(Refused, match=message):
        choose(files(**sources))


@pytest.mark.parametrize(
    ("body", "written"),
    [
        ('(x):\n    """Doc.\n\nMore.\n    """\n    raise NotImplementedError(\n"1")', False),
        ("(x):\n    pass  # later", False),
        ("(x): ...", False),
        ("(x):\n    # nothing\n    return None\n", False),
        ("(x):\n    '''Doc.'''", False),
        ("(x): return 1", True),
        ("(x: int = (3), *, y={'a': 1}) -> float:\n    return 1", True),
        ("(\n    x,\n):\n    y = 1\n    return y", True),
        ("(x):\n    if x is None:\n        raise NotImplementedError\n    return x", True),
        ("(x):\n    pass\n    return x", True),
    ],
)
def test_what_counts_as_written(body: str, written: bool) -> None:
    """A stub in any style does not count; a body that does something does."""
    assert written_functions(f"def ffnn{body}\nx = 1\n") == ({"ffnn"} if written else set())


def test_names_bound_by_assignment_count() -> None:
    """Lambdas and aliases count; comparisons and methods do not."""
    text = (
        "sigmoid = np.vectorize(f)\nffnn: Any = g\ntest_nn == 3\nclass A:\n    def backprop(s): f\n"
    )
    assert written_functions(text) == {"sigmoid", "ffnn"}


@pytest.mark.parametrize(
    "text",
    [
        "def ffnn('''" * 80_000,
        "def ffnn():'''\n" * 60_000,
        "def ffnn(" + "(" * 900_000,
        "def ffnn():" + " " * 900_000,
        "ffnn" + " " * 900_000,
        "def ffnn():\n" + "#\n" * 400_000,
    ],
)
def test_hostile_text_is_fast(text: str) -> None:
    """A megabyte that was made to be slow takes about a second at most."""
    start = time.perf_counter()
    written_functions(text)
    assert time.perf_counter() - start < 2
