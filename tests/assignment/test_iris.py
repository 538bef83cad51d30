"""The data and its split: what is loaded, where it is found, what a damaged file says."""

import hashlib
import importlib.util
import re
import shutil
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assignment import iris
from autograder.paths import ROOT

ORIGINAL = (ROOT / "data" / "iris.csv").read_bytes()


def load_copy(folder: Path) -> ModuleType:
    """The iris module as it is when iris.py lies in ``folder``."""
    shutil.copy(ROOT / "assignment" / "iris.py", folder / "iris.py")
    spec = importlib.util.spec_from_file_location("iris_copy", folder / "iris.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def kit_with(folder: Path, data: bytes) -> ModuleType:
    """The module in an unzipped kit whose data file holds ``data``."""
    (folder / "data").mkdir()
    (folder / "data" / "iris.csv").write_bytes(data)
    return load_copy(folder)


def test_the_data_is_what_the_handout_says() -> None:
    """Shapes, types, classes and the usual order of the rows."""
    features, targets, classes = iris.load_iris()
    assert (features.shape, features.dtype) == ((150, 4), np.float64)
    assert (targets.shape, targets.dtype) == ((150,), np.int64)
    assert classes == [0, 1, 2]
    assert targets.tolist() == [0] * 50 + [1] * 50 + [2] * 50
    assert features[[0, 34, 37, 149]].tolist() == [
        [5.1, 3.5, 1.4, 0.2],
        [4.9, 3.1, 1.5, 0.2],
        [4.9, 3.6, 1.4, 0.1],
        [5.9, 3.0, 5.1, 1.8],
    ]


def test_every_load_gives_fresh_arrays() -> None:
    """A student who changes the arrays does not change the next load."""
    features, targets, classes = iris.load_iris()
    features[:], targets[:] = 0, 0
    classes.clear()
    again = iris.load_iris()
    assert again[0].sum() > 0
    assert again[1].sum() == 150
    assert again[2] == [0, 1, 2]


def test_the_checksum_is_the_one_that_the_readme_prints() -> None:
    """data/README.md, iris.py and the file agree, by the recipe that the README gives."""
    table = np.loadtxt(ROOT / "data" / "iris.csv", delimiter=",", skiprows=1)
    computed = hashlib.sha256(table.astype("<f8").tobytes()).hexdigest()
    printed = re.findall(r"\b[0-9a-f]{64}\b", (ROOT / "data" / "README.md").read_text("utf-8"))
    assert printed == [computed]
    assert computed == iris.CHECKSUM


def test_the_data_is_found_beside_iris_and_one_folder_up(tmp_path: Path) -> None:
    """Both layouts work: the unzipped kit and the repository."""
    kit, repo = tmp_path / "kit", tmp_path / "repo"
    (repo / "assignment").mkdir(parents=True)
    kit.mkdir()
    shutil.copytree(ROOT / "data", repo / "data")
    for module in (kit_with(kit, ORIGINAL), load_copy(repo / "assignment")):
        assert module.load_iris()[0].shape == (150, 4)


@pytest.mark.parametrize(
    "same",
    [
        ORIGINAL.replace(b"\n", b"\r\n"),
        ORIGINAL.rstrip(b"\n"),
        ORIGINAL.replace(b",", b" , "),
        b"\xef\xbb\xbf" + ORIGINAL,
    ],
    ids=["crlf", "no last newline", "spaces", "byte order mark"],
)
def test_the_same_numbers_written_otherwise_are_accepted(tmp_path: Path, same: bytes) -> None:
    """What an editor or a version control system does to line ends is no damage."""
    assert kit_with(tmp_path, same).load_iris()[1].sum() == 150


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
    module = kit_with(tmp_path, damaged)
    with pytest.raises(ValueError, match=r"The iris data is damaged: .*iris\.csv .* Unzip"):
        module.load_iris()


def test_a_missing_file_is_a_clear_error(tmp_path: Path) -> None:
    """The sentence says where the data was expected and how to get it back."""
    module = load_copy(tmp_path)
    with pytest.raises(FileNotFoundError, match=r"The iris data is missing: .*Unzip"):
        module.load_iris()


def test_the_split_is_the_published_one() -> None:
    """Seed 123 gives the later revision's first training row, and 120 and 30 rows."""
    features, targets, _ = iris.load_iris()
    np.random.seed(123)
    (train_features, train_targets), (test_features, test_targets) = iris.split_train_test(
        features, targets
    )
    assert train_features[0].tolist() == [6.3, 2.5, 4.9, 1.5]
    assert (train_features.shape, train_targets.shape) == ((120, 4), (120,))
    assert (test_features.shape, test_targets.shape) == ((30, 4), (30,))


def test_the_split_takes_exactly_one_permutation() -> None:
    """What is drawn after the split does not depend on how the split is written."""
    features, targets, _ = iris.load_iris()
    np.random.seed(7)
    iris.split_train_test(features, targets)
    after = np.random.rand()
    np.random.seed(7)
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
