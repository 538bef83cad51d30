"""A student's network: loaded as the grader loads it, trained and tested on iris."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
from checks.kit import FILE, Kit
from checks.loader import Failure, SourceError, failure, load
from checks.local import CannotRun
from iris import load_iris, split_train_test

Vector = np.ndarray


class NotYet(Exception):
    """Something of the student's is not right yet; the text says what, in a sentence."""


@dataclass(frozen=True)
class Settings:
    """How a network is trained; ``scale`` is the bound of the weights to begin with."""

    M: int
    eta: float
    iterations: int
    seed: int
    scale: float = 1.0

    def __str__(self) -> str:
        words = f"M = {self.M}, eta = {self.eta:g}, {self.iterations} iterations, seed {self.seed}"
        return words if self.scale == 1 else f"{words}, scale {self.scale:g}"


@dataclass(frozen=True)
class Run:
    """One training and its test: curves (iterations,), guesses and right classes (N,)."""

    E_total: Vector
    misclassification_rate: Vector
    guesses: Vector
    targets: Vector


class Network:
    """The student's seven functions, loaded as the grader loads them, and the iris data."""

    def __init__(self, kit: Kit) -> None:
        self._source = kit.source
        self._filename = str(kit.folder / FILE)
        try:
            loaded = load(self._source, filename=self._filename)
        except SourceError as problem:
            raise CannotRun(f"{FILE} cannot be run. {problem}") from None
        self._module: Any = loaded.module
        self._complete = not loaded.left_out
        self._data = load_iris()

    @property
    def classes(self) -> int:
        """The number of classes."""
        return len(self._data[2])

    def train(self, settings: Settings) -> Run:
        """Train on 80 % of the flowers and test on the others.

        Raises:
            NotYet: where the student's functions raise, or return what they must not.
        """
        try:
            return self._train(settings)
        except NotYet:
            raise
        except (Exception, SystemExit) as exc:
            if self._complete:
                raise NotYet(self._told(failure(exc))) from None
        # Perhaps it needs a statement of the file that was left out.
        self._complete = True
        loaded = load(self._source, full=True, filename=self._filename)
        if loaded.crashed:
            raise NotYet(self._told(loaded.crashed))
        self._module = loaded.module
        return self.train(settings)

    def _train(self, chosen: Settings) -> Run:
        features, targets, classes = self._data
        np.random.seed(chosen.seed)
        (X_train, t_train), (X_test, t_test) = split_train_test(features, targets)
        K, M = len(classes), chosen.M
        W1 = chosen.scale * (2 * np.random.rand(X_train.shape[1] + 1, M) - 1)
        W2 = chosen.scale * (2 * np.random.rand(M + 1, K) - 1)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            trained = self._module.train_nn(
                X_train, t_train, M, K, W1, W2, chosen.iterations, chosen.eta
            )
            try:
                W1tr, W2tr, E_total, rate, _ = trained
                curves = vector(E_total, chosen.iterations), vector(rate, chosen.iterations)
            except (TypeError, ValueError):
                raise NotYet(_wrong("train_nn")) from None
            answer = self._module.test_nn(X_test, M, K, W1tr, W2tr)
            try:
                guesses = vector(answer, len(t_test)).astype(int)
            except (TypeError, ValueError):
                raise NotYet(_wrong("test_nn")) from None
        if guesses.min() < 0 or guesses.max() >= K:
            raise NotYet(_wrong("test_nn"))
        return Run(*curves, guesses, t_test)

    def _told(self, found: Failure) -> str:
        where = f", line {found.line}" if found.line else ""
        what = f"{found.kind}: {found.text}" if found.text else found.kind
        if len(what) > 200:
            what = f"{what[:200]} …"
        name = f"python check.py {found.origin}" if found.origin else "python check.py"
        return f"First mend {FILE}: {what} ({FILE}{where}). {name} says more."


def vector(value: Any, length: int) -> Vector:
    """Numbers as a flat array of this length; TypeError or ValueError where they are not that."""
    vector = np.ravel(np.asarray(value, dtype=float))
    if len(vector) != length:
        raise ValueError
    return vector


def _wrong(name: str) -> str:
    return f"First mend `{name}`: what it returns is not what 2.3 needs. python check.py {name}"
