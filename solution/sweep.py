"""Measure the accuracy over one setting, each value with several seeds.

A sweep trains a hundred networks or more, so it uses the variant in matrix form, which is many
times faster than the reference.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from types import ModuleType

import numpy as np

from assignment import iris
from assignment.checks.loading.loader import load
from assignment.paper import training
from assignment.paper.training import Run, Settings
from solution.variants import VARIANTS

Vector = np.ndarray
Matrix = np.ndarray


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
    """Train on 80 % of iris and test on the rest, with the fast variant or another network."""
    return training.train(network or fast(), settings, iris)


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
