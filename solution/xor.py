"""How often a network of the bonus exercises learns XOR: python -m solution.xor [--seeds 200].

Layer sizes 2, 4, 4, 1, tanh in the hidden layers, linear output, targets -0.5 and 0.5, and 250
passes at a rate of 0.5, one pattern after the other. Learnt means that the output is on the right
side of 0 for all four patterns.
"""

import argparse
from itertools import pairwise

import numpy as np

from solution.bonus import mlp_epoch, mlp_forward

Vector = np.ndarray

SIZES = (2, 4, 4, 1)
X = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
T = np.array([[-0.5], [0.5], [0.5], [-0.5]])


def start(seed: int, scale: float) -> Vector:
    """Normally distributed weights, (37,), with standard deviation ``scale``."""
    count = sum((before + 1) * after for before, after in pairwise(SIZES))
    return scale * np.random.default_rng(seed).standard_normal(count)


def trained(seed: int, scale: float, *, eta: float = 0.5, passes: int = 250) -> Vector:
    """The outputs (4,) after training."""
    w = start(seed, scale)
    for _ in range(passes):
        w = mlp_epoch(X, T, SIZES, w, "tanh", "identity", eta)
    return mlp_forward(X, SIZES, w, "tanh", "identity")[:, 0]


def learnt(outputs: Vector) -> bool:
    """Whether all four outputs are on the side of 0 that their targets are on."""
    return bool(np.all(outputs * T[:, 0] > 0))


def success(seeds: int, scale: float) -> tuple[int, int]:
    """Of this many seeds: how many learnt XOR, and how many to within 0.05 of each target."""
    with np.errstate(all="ignore"):
        found = [trained(seed, scale) for seed in range(seeds)]
    close = [np.all(np.abs(outputs - T[:, 0]) < 0.05) for outputs in found]
    return sum(map(learnt, found)), int(sum(close))


def main() -> None:
    """Print the table of successes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=200, help="how many starts to try")
    seeds = parser.parse_args().seeds
    print(f"XOR, layers 2-4-4-1, rate 0.5, 250 passes, seeds 0 to {seeds - 1}")
    print("scale of the first weights   learnt   within 0.05 of the targets")
    for scale in (0.1, 0.5, 1.0):
        right, close = success(seeds, scale)
        print(f"{scale:26g}   {right:6}   {close:26}")


if __name__ == "__main__":
    main()
