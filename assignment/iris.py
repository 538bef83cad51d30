"""The iris data: 150 flowers, four measurements each, three classes."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np

Vector = np.ndarray
Matrix = np.ndarray
Part = tuple[Matrix, Vector]

CLASSES = [0, 1, 2]
CHECKSUM = "6e592aace77bce225cd6af938de731a5798c8c30ee9cc5f1cd6abdea81e3bb25"
"""SHA-256 of the 150 x 5 parsed numbers, so that line endings do not matter."""

HERE = Path(__file__).resolve().parent
# Beside this file in the unzipped kit, one folder up in the repository.
PLACES = (HERE / "data" / "iris.csv", HERE.parent / "data" / "iris.csv")


def load_iris() -> tuple[Matrix, Vector, list[int]]:
    """The whole data set, in the usual order: 50 setosa, 50 versicolor, 50 virginica.

    Returns features (150, 4) of float64, in centimetres: sepal length and width, petal length
    and width; targets (150,) of int64, each 0, 1 or 2; and the classes [0, 1, 2].
    FileNotFoundError when the file is missing, ValueError when it is not the file we shipped.
    """
    table = _read(_find())
    return table[:, :4].copy(), table[:, 4].astype(np.int64), list(CLASSES)


def split_train_test(
    features: Matrix, targets: Vector, train_ratio: float = 0.8
) -> tuple[Part, Part]:
    """Shuffle the rows and split them; every row is in exactly one of the two parts.

    features is (N, D), targets (N,). Returns (train_features, train_targets) and
    (test_features, test_targets). The order is the next permutation of numpy's legacy generator,
    so ``np.random.seed(123)`` just before gives the split of the handout's examples. ValueError
    when the two lengths differ or train_ratio is not between 0 and 1.
    """
    features, targets = np.asarray(features), np.asarray(targets)
    if len(features) != len(targets):
        raise ValueError(f"There are {len(features)} rows of features but {len(targets)} targets.")
    if not 0 <= train_ratio <= 1:
        raise ValueError(f"train_ratio is {train_ratio}; it must be between 0 and 1.")
    order = np.random.permutation(len(features))
    split = round(len(features) * train_ratio)
    train, test = order[:split], order[split:]
    return (features[train], targets[train]), (features[test], targets[test])


def _find() -> Path:
    for place in PLACES:
        if place.is_file():
            return place
    raise FileNotFoundError(
        f"The iris data is missing: {PLACES[0]} does not exist. Unzip the kit again and keep "
        "the folder data beside iris.py."
    )


def _read(path: Path) -> Matrix:
    """The 150 x 5 table of the file; ValueError when its numbers are not the shipped ones."""
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()[1:]
        table = np.array([line.split(",") for line in lines if line.strip()], dtype=np.float64)
    except ValueError:  # not text, not numbers, or rows of different lengths
        table = np.empty(0)
    checksum = hashlib.sha256(table.astype("<f8").tobytes()).hexdigest()
    if table.shape != (150, 5) or checksum != CHECKSUM:
        raise ValueError(
            f"The iris data is damaged: {path} does not hold the 150 rows that came with the kit. "
            "Unzip the kit again to get the original file back."
        )
    return table
