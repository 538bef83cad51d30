"""Choosing the file of a submission that is graded."""

import time
from functools import partial

import pytest

from autograder.intake.pick_file import Refused, SubmittedFile, choose, written_functions
from tests.builders.files import notebook

STUB = b'def sigmoid(x):\n    """Doc."""\n    raise NotImplementedError("1.1")\n'
ONE = b"def sigmoid(x):\n    return 1\n"
TWO = ONE + b"d_sigmoid = lambda x: 2\n"
NOTEBOOK = notebook(TWO.decode())


def files(sources: dict[str, bytes]) -> list[SubmittedFile]:
    """Files by path."""
    return [SubmittedFile(path, partial(bytes, source)) for path, source in sources.items()]


@pytest.mark.parametrize(
    ("sources", "expected"),
    [
        ({"neural_network.py": ONE, "other.py": TWO}, "neural_network.py"),
        ({"a/neural_network.py": STUB, "neural_network.py": ONE}, "neural_network.py"),
        ({"a/neural_network.py": STUB, "b/neural_network.py": ONE}, "b/neural_network.py"),
        ({"one.py": ONE, "two.py": TWO}, "two.py"),
        ({"stub.py": STUB, "one.py": ONE}, "one.py"),
        ({"two.py": TWO, "two.ipynb": NOTEBOOK}, "two.py"),
        ({"one.py": ONE, "two.ipynb": NOTEBOOK}, "two.ipynb"),
        ({"a.py": ONE, "b.py": ONE}, "a.py"),
        ({"hello.py": b"print(1)", "report.pdf": b""}, "hello.py"),
        ({"one.py": ONE, "broken.py": b"\0"}, "one.py"),
    ],
)
def test_the_stated_rule(sources: dict[str, bytes], expected: str) -> None:
    """The expected name wins, then the number of functions written, then the kind of file."""
    found, source, _ = choose(files(sources))
    assert found.path == expected
    assert found.kind == ".ipynb" or source in sources.values()


@pytest.mark.parametrize(
    ("sources", "message"),
    [
        ({}, "no Python file"),
        ({"a.py": ONE, "b.py": ONE + b"#"}, r"equally many .* “a.py”, “b.py”"),
        ({"a.py": b"1", "b.py": b"2"}, r"None of the seven .* “a.py”, “b.py”"),
        ({"a/neural_network.py": ONE, "b/neural_network.py": ONE + b"#"}, "equally many"),
        ({f"f{i}.py": ONE for i in range(200)}, "200 Python files"),
    ],
)
def test_refusals_name_the_files(sources: dict[str, bytes], message: str) -> None:
    """A tie and a missing file are refused; unreadable ones are among the kinds of files."""
    with pytest.raises(Refused, match=message):
        choose(files(sources))


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
