"""Accuracy over one changed setting, each value with several seeds: the independent section.

Whole sweeps train a hundred networks and more, so the variant that works on all patterns at once
does it: an equally right solution, many times faster than the reference.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from types import ModuleType

import numpy as np

from assignment.checks.loader import load
from assignment.iris import load_iris, split_train_test
from solution.variants import VARIANTS

Vector = np.ndarray
Matrix = np.ndarray


@dataclass(frozen=True)
class Settings:
    """How one network is trained; the weights begin between -scale and scale."""

    M: int = 6
    eta: float = 0.1
    iterations: int = 1000
    scale: float = 1.0
    seed: int = 1


@dataclass(frozen=True)
class Run:
    """A trained network: its curves (iterations,), and guesses and classes of the test set (N,)."""

    settings: Settings
    E_total: Vector
    misclassification_rate: Vector
    guesses: Vector
    targets: Vector


@dataclass(frozen=True)
class Sweep:
    """Test accuracies (values, seeds) for the values of one setting."""

    setting: str
    values: tuple[float, ...]
    accuracies: Matrix

    @property
    def means(self) -> Vector:
        """The mean over the seeds, (values,)."""
        return np.asarray(self.accuracies.mean(axis=1))

    @property
    def deviations(self) -> Vector:
        """The standard deviation over the seeds, (values,)."""
        return np.asarray(self.accuracies.std(axis=1, ddof=1))


@cache
def fast() -> ModuleType:
    """The variant in matrix form as a module."""
    return load(next(v for v in VARIANTS if v.id == "matrix_form").source).module


def train(settings: Settings, network: ModuleType | None = None) -> Run:
    """Train on 80 % of iris and test on the rest; the seed fixes the split and the weights."""
    module = network or fast()
    features, targets, classes = load_iris()
    K, M = len(classes), settings.M
    np.random.seed(settings.seed)
    (X_train, t_train), (X_test, t_test) = split_train_test(features, targets)
    W1 = settings.scale * (2 * np.random.rand(X_train.shape[1] + 1, M) - 1)
    W2 = settings.scale * (2 * np.random.rand(M + 1, K) - 1)
    # With large weights an output can be 0 or 1 to the last bit, and its logarithm infinite.
    with np.errstate(divide="ignore"):
        W1tr, W2tr, E_total, rate, _ = module.train_nn(
            X_train, t_train, M, K, W1, W2, settings.iterations, settings.eta
        )
    return Run(settings, E_total, rate, module.test_nn(X_test, M, K, W1tr, W2tr), t_test)


def sweep(
    setting: str,
    values: Sequence[float],
    seeds: int,
    start: Settings,
    progress: Callable[[], object] = lambda: None,
) -> Sweep:
    """Train with each value of ``setting`` and with seeds 1 to ``seeds``, the same for each value.

    ``progress`` is called after each training.
    """
    accuracies = np.zeros((len(values), seeds))
    for i, value in enumerate(values):
        for j in range(seeds):
            run = train(replace(start, **{setting: value, "seed": j + 1}))  # type: ignore[arg-type]
            accuracies[i, j] = np.mean(run.guesses == run.targets)
            progress()
    return Sweep(setting, tuple(values), accuracies)
