"""The data and its split: what is loaded, where it is found, what a damaged file says."""

import hashlib
import re
import runpy
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assignment import iris
from autograder.paths import ROOT
from tests.builders.files import written

ORIGINAL = (ROOT / "data" / "iris.csv").read_bytes()
Load = Callable[[], tuple[np.ndarray, np.ndarray, list[int]]]


def loader(folder: Path) -> Load:
    """``load_iris`` of a copy of iris.py in this folder."""
    return runpy.run_path(str(shutil.copy(ROOT / "assignment/iris.py", folder)))["load_iris"]


def kit_with(folder: Path, data: bytes) -> Load:
    """``load_iris`` of an unzipped kit whose data file holds ``data``."""
    written(folder / "data/iris.csv", data)
    return loader(folder)


def test_the_data_is_what_the_handout_says() -> None:
    """Shapes, types, classes and the usual order of the rows, and fresh arrays in every load."""
    for _ in range(2):
        features, targets, classes = iris.load_iris()
        assert (features.shape, features.dtype, targets.dtype) == ((150, 4), np.float64, np.int64)
        assert classes == [0, 1, 2]
        assert targets.tolist() == [0] * 50 + [1] * 50 + [2] * 50
        assert features[[34, 149]].tolist() == [[4.9, 3.1, 1.5, 0.2], [5.9, 3.0, 5.1, 1.8]]
        features[:], targets[:], classes[:] = 0, 0, []


def test_the_checksum_is_the_one_that_the_readme_prints() -> None:
    """data/README.md, iris.py and the file agree, by the recipe that the README gives."""
    table = np.loadtxt(ROOT / "data" / "iris.csv", delimiter=",", skiprows=1)
    computed = hashlib.sha256(table.astype("<f8").tobytes()).hexdigest()
    printed = re.findall(r"\b[0-9a-f]{64}\b", (ROOT / "data" / "README.md").read_text("utf-8"))
    assert printed == [computed]
    assert computed == iris.CHECKSUM


@pytest.mark.parametrize(
    "same",
    [
        ORIGINAL,
        ORIGINAL.replace(b"\n", b"\r\n"),
        ORIGINAL.rstrip(b"\n"),
        ORIGINAL.replace(b",", b" , "),
        b"\xef\xbb\xbf" + ORIGINAL,
    ],
    ids=["the same", "crlf", "no last newline", "spaces", "byte order mark"],
)
def test_the_same_numbers_written_otherwise_are_accepted(tmp_path: Path, same: bytes) -> None:
    """What an editor or a version control system does to line ends is no damage.

    The data lies beside iris.py in a kit and one folder up in the repository.
    """
    (tmp_path / "assignment").mkdir()
    for load_iris in (kit_with(tmp_path, same), loader(tmp_path / "assignment")):
        features, targets, _ = load_iris()
        assert (features.shape, targets.sum()) == ((150, 4), 150)


@pytest.mark.parametrize(
    "damaged",
    [
        b"",
        ORIGINAL.replace(b"5.1,3.5", b"5.1,3.6", 1),
        ORIGINAL[:-8],
        ORIGINAL.replace(b",", b";"),
        b"\xff\xfe\x00\x01" * 50,
        ORIGINAL + b"1,2\n",
        ORIGINAL.split(b"\n", 1)[0],
    ],
    ids=["empty", "one digit", "a row short", "semicolons", "binary", "ragged", "header only"],
)
def test_a_damaged_file_is_a_clear_error(tmp_path: Path, damaged: bytes) -> None:
    """The sentence names the file and what to do; no warning, no parser's message."""
    load_iris = kit_with(tmp_path, damaged)
    with pytest.raises(ValueError, match=r"The iris data is damaged: .*iris\.csv .* Unzip"):
        load_iris()


def test_a_missing_file_is_a_clear_error(tmp_path: Path) -> None:
    """The sentence says where the data was expected and how to get it back."""
    with pytest.raises(FileNotFoundError, match=r"The iris data is missing: .*Unzip"):
        loader(tmp_path)()


def test_the_split_is_the_published_one() -> None:
    """Seed 123 gives the later revision's first training row; one permutation is drawn for it."""
    features, targets, _ = iris.load_iris()
    np.random.seed(123)
    (train_x, train_t), (test_x, test_t) = iris.split_train_test(features, targets)
    after = np.random.rand()
    assert train_x[0].tolist() == [6.3, 2.5, 4.9, 1.5]
    assert [len(part) for part in (train_x, train_t, test_x, test_t)] == [120, 120, 30, 30]
    np.random.seed(123)
    np.random.permutation(150)
    assert after == np.random.rand()


@given(n=st.integers(0, 60), ratio=st.floats(0, 1))
def test_every_row_is_in_exactly_one_part(n: int, ratio: float) -> None:
    """No row is lost or doubled, and each keeps its target, whatever the ratio."""
    features = np.arange(2 * n).reshape(n, 2)
    (train_x, train_t), (test_x, test_t) = iris.split_train_test(features, np.arange(n), ratio)
    order = np.concatenate([train_t, test_t])
    assert sorted(order) == list(range(n))
    assert np.array_equal(features[order], np.concatenate([train_x, test_x]))
    assert abs(len(train_t) - ratio * n) <= 0.5


def test_wrong_arguments_are_told_in_a_sentence() -> None:
    """Lengths that differ and a percentage for a ratio are refused."""
    with pytest.raises(ValueError, match="3 rows of features but 2 targets"):
        iris.split_train_test(np.zeros((3, 4)), np.zeros(2))
    with pytest.raises(ValueError, match="train_ratio is 80"):
        iris.split_train_test(np.zeros((3, 4)), np.zeros(3), 80)
