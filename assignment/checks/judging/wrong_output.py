"""A wrong output of a case, and the comparison that diagnoses use."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from ..model.case import Array, Case, Expected


@dataclass(frozen=True)
class WrongOutput:
    """One wrong output of a case, and what else is known of the case.

    ``outputs`` are all its outputs that are numbers, ``right_outputs`` the names of the right ones.
    """

    case: Case
    expected: Mapping[str, Expected]
    output: str
    outputs: Mapping[str, Array]
    right_outputs: frozenset[str] = frozenset()

    @property
    def got(self) -> Array:
        """What came back."""
        return self.outputs[self.output]

    @property
    def right(self) -> tuple[Array, ...]:
        """The accepted answers."""
        return self.expected[self.output].accepted

    @property
    def tolerance(self) -> float:
        """The output's tolerance; whole numbers are compared as closely as numbers can be."""
        return self.expected[self.output].tolerance or 1e-9

    def becomes_right_as(self, changed: Array) -> bool:
        """Whether ``changed``, which is made from the output, is an accepted answer."""
        return any(same(changed, right, self.tolerance) for right in self.right)

    def differing(self, right: Array) -> int:
        """How many elements differ from ``right``."""
        if self.got.size != right.size:
            return max(self.got.size, right.size)
        got, right = self.got.reshape(-1).astype(float), right.reshape(-1)
        return int(np.sum(~np.isclose(got, right, rtol=self.tolerance, atol=self.tolerance)))


def same(got: Array, other: Array, tolerance: float) -> bool:
    """Whether two arrays are alike and, NaN and infinity included, agree in every element."""
    if not alike(got, other):
        return False
    got, other = got.reshape(-1), other.reshape(-1)
    if not got.size:
        return True
    # Most arrays differ in their first number, and comparing that alone is much faster.
    if abs(float(got[0]) - float(other[0])) > tolerance * (1 + abs(float(other[0]))):
        return False
    got, other = got.astype(float), other.astype(float)
    with np.errstate(all="ignore"):
        near = (np.abs(got - other) <= tolerance * (1 + np.abs(other))) & np.isfinite(other)
    return bool((near | (got == other) | (np.isnan(got) & np.isnan(other))).all())


def alike(got: Array, other: Array) -> bool:
    """Whether two shapes mean the same: a vector may be (n,), (1, n) or (n, 1)."""
    if got.shape == other.shape or got.size != other.size:
        return got.shape == other.shape
    return is_flat(got) and is_flat(other) and max(got.ndim, other.ndim) < 3


def is_flat(array: Array) -> bool:
    """Whether it is a number, or a vector as a row or a column."""
    return array.ndim < 2 or 1 in array.shape
