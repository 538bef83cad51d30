"""The equally right solutions agree with the reference."""

import sys
from types import ModuleType

import numpy as np
import pytest
from numpy.testing import assert_allclose

from assignment import iris
from solution import neural_network as reference
from solution.variants import HERE, VARIANTS, Variant


@pytest.fixture(params=VARIANTS, ids=lambda variant: variant.id)
def variant(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """A variant as a module, with the course's helpers where a student has them."""
    monkeypatch.setitem(sys.modules, "iris", iris)
    which: Variant = request.param
    module = ModuleType("neural_network")
    exec(compile(which.source, which.path, "exec"), module.__dict__)
    return module


@pytest.fixture
def rng() -> np.random.Generator:
    """The same numbers for every variant."""
    return np.random.default_rng(8)


def same(got: object, expected: object, rtol: float = 1e-9) -> None:
    """Equal values in any of the shapes and containers that are legitimate."""
    found, wanted = np.asarray(got), np.asarray(expected)
    if wanted.ndim == 2:
        assert found.shape == wanted.shape
    assert_allclose(found.ravel(), wanted.ravel(), rtol=rtol, atol=1e-15)


def weights(rng: np.random.Generator, D: int, M: int, K: int) -> tuple[np.ndarray, np.ndarray]:
    """Weights as in training."""
    return rng.uniform(-1, 1, (D + 1, M)), rng.uniform(-1, 1, (M + 1, K))


def test_every_file_is_listed_and_there_are_enough() -> None:
    """The table and the folder agree, and no two variants are the same text."""
    files = {path.stem for path in HERE.glob("*.py")} - {"__init__"}
    assert {variant.id for variant in VARIANTS} == files
    assert len({variant.source for variant in VARIANTS}) == len(VARIANTS) >= 10


@pytest.mark.parametrize("x", [0.5, -3, 0, 40.0, -99.9, -101.0, -800.0])
def test_sigmoids_agree(variant: ModuleType, x: float) -> None:
    """Numbers on both sides of the guard, without a warning."""
    same(variant.sigmoid(x), reference.sigmoid(x))
    same(variant.d_sigmoid(x), reference.d_sigmoid(x))


def test_perceptrons_agree(variant: ModuleType, rng: np.random.Generator) -> None:
    """The printed example and a longer one, two outputs each."""
    for n in (3, 8):
        x, w = rng.normal(size=(2, n))
        got = variant.perceptron(x, w)
        assert len(got) == 2
        for one, two in zip(got, reference.perceptron(x, w), strict=True):
            same(one, two)


@pytest.mark.parametrize(("D", "M", "K"), [(4, 6, 3), (2, 1, 2), (1, 3, 5), (6, 2, 1)])
def test_forward_and_backward_agree(
    variant: ModuleType, rng: np.random.Generator, D: int, M: int, K: int
) -> None:
    """All outputs of ffnn and backprop for several sizes."""
    W1, W2 = weights(rng, D, M, K)
    x, target_y = rng.normal(size=D), np.eye(K)[K - 1]
    for function, inputs in (("ffnn", (x, M, K)), ("backprop", (x, target_y, M, K))):
        got = getattr(variant, function)(*inputs, W1.copy(), W2.copy())
        expected = getattr(reference, function)(*inputs, W1, W2)
        for one, two in zip(got, expected, strict=True):
            same(one, two)


@pytest.mark.parametrize(
    ("N", "D", "M", "K", "iterations", "eta"),
    [(12, 4, 6, 3, 25, 0.1), (5, 2, 1, 2, 10, 0.05), (9, 3, 4, 5, 20, 0.1), (20, 4, 6, 3, 40, 0.3)],
)
def test_training_agrees(
    variant: ModuleType,
    rng: np.random.Generator,
    N: int,
    D: int,
    M: int,
    K: int,
    iterations: int,
    eta: float,
) -> None:
    """Weights, error and rate of stable trainings; guesses from before or after the last update."""
    X, labels = rng.normal(size=(N, D)), rng.integers(K, size=N)
    W1, W2 = weights(rng, D, M, K)
    got = variant.train_nn(X, labels, M, K, W1.copy(), W2.copy(), iterations, eta)
    expected = reference.train_nn(X, labels, M, K, W1, W2, iterations, eta)
    for one, two in zip(got[:4], expected[:4], strict=True):
        same(one, two)
    after = reference.test_nn(X, M, K, expected[0], expected[1])
    assert np.ravel(got[4]).tolist() in (expected[4].tolist(), after.tolist())


def test_testing_agrees(variant: ModuleType, rng: np.random.Generator) -> None:
    """The guesses on the whole of iris."""
    features, _, _ = iris.load_iris()
    W1, W2 = weights(rng, 4, 7, 3)
    got = variant.test_nn(features, 7, 3, W1, W2)
    same(got, reference.test_nn(features, 7, 3, W1, W2), rtol=0)
