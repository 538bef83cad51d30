"""Make the inputs of cases: drawn networks, and the handout's examples.

Drawn numbers are uniform, which is the same on every processor.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from assignment.checks.model.case import as_inputs
from assignment.iris import load_iris, split_train_test

Floats = NDArray[np.float64]


def hidden_rng(hidden_seed: int, function: str) -> np.random.Generator:
    """A separate generator for each function, so that the cases of one can change alone."""
    return np.random.default_rng([hidden_seed, *function.encode()])


def uniform(rng: np.random.Generator, shape: Any, low: float = -1.0, high: float = 1.0) -> Floats:
    """Uniform numbers of the given shape in [low, high)."""
    drawn: Floats = rng.uniform(low, high, size=shape)
    return drawn


def network(rng: np.random.Generator, *, D: int, M: int, K: int) -> dict[str, object]:
    """One pattern x (D,) and weights W1 (D+1, M), W2 (M+1, K) in [-1, 1)."""
    return as_inputs(
        x=uniform(rng, D, -2, 2),
        M=M,
        K=K,
        W1=uniform(rng, (D + 1, M)),
        W2=uniform(rng, (M + 1, K)),
    )


def with_target(inputs: dict[str, object], label: int) -> dict[str, object]:
    """The inputs of ``backprop``: those of ``ffnn`` and the one-hot target of ``label``."""
    target_y = np.zeros(int(inputs["K"]))  # type: ignore[call-overload]
    target_y[label] = 1.0
    return as_inputs(
        x=inputs["x"], target_y=target_y, **{k: inputs[k] for k in ("M", "K", "W1", "W2")}
    )


def training(
    rng: np.random.Generator,
    *,
    D: int,
    M: int,
    K: int,
    targets: tuple[int, ...],
    iterations: int,
    eta: float,
) -> dict[str, object]:
    """Patterns (N, D) with integer labels, and weights under which the first guesses differ."""
    X_train = uniform(rng, (len(targets), D), -3, 3)
    W1, W2 = uniform(rng, (D + 1, M)), uniform(rng, (M + 1, K), -2, 2)
    if len(targets) > 1:
        W2[0] = _centre(X_train, W1, W2)
    else:
        # The first guess is wrong, so that the rates are not all 0.
        W2[0] = np.where(np.arange(K) == targets[0], -0.8, 0.8)
    return as_inputs(
        X_train=X_train,
        t_train=np.array(targets),
        M=M,
        K=K,
        W1=W1,
        W2=W2,
        iterations=iterations,
        eta=eta,
    )


def testing(rng: np.random.Generator, *, D: int, M: int, K: int, N: int) -> dict[str, object]:
    """Patterns (N, D), and weights under which the guesses differ."""
    X_test = uniform(rng, (N, D), -3, 3)
    W1, W2 = uniform(rng, (D + 1, M), -2, 2), uniform(rng, (M + 1, K), -2, 2)
    W2[0] = _centre(X_test, W1, W2)
    return as_inputs(X_test=X_test, M=M, K=K, W1=W1, W2=W2)


def _centre(X: Floats, W1: Floats, W2: Floats) -> Floats:
    """Bias weights (K,) under which no class is preferred on average, so that guesses differ.

    Rounded, so that they are the same on every processor.
    """
    hidden = 1.0 / (1.0 + np.exp(-(W1[0] + X @ W1[1:])))
    centred: Floats = -np.mean(hidden @ W2[1:], axis=0).round(3)
    return centred


def _split_iris() -> tuple[tuple[Floats, NDArray[np.int64]], tuple[Floats, NDArray[np.int64]]]:
    """The split of the handout's examples (legacy generator, seed 123); its state is put back."""
    features, targets, _ = load_iris()
    state = np.random.get_state()
    np.random.seed(123)
    split = split_train_test(features, targets)
    np.random.set_state(state)
    return split


def _legacy_weights(seed: int, D: int, M: int, K: int) -> tuple[Floats, Floats]:
    """The weights of the handout's examples, drawn as the handout draws them."""
    legacy = np.random.RandomState(seed)
    return 2 * legacy.rand(D + 1, M) - 1, 2 * legacy.rand(M + 1, K) - 1


def handout_pattern() -> dict[str, object]:
    """Section 1.3: the first training flower through 10 hidden neurons, weights of seed 1234."""
    (train_features, _), _ = _split_iris()
    W1, W2 = _legacy_weights(1234, D=4, M=10, K=3)
    return as_inputs(x=train_features[0].copy(), M=10, K=3, W1=W1, W2=W2)


def handout_gradient() -> dict[str, object]:
    """Section 1.4: the first flower of the file, 6 hidden neurons, weights of seed 42."""
    features, _, _ = load_iris()
    W1, W2 = _legacy_weights(42, D=4, M=6, K=3)
    return with_target(as_inputs(x=features[0].copy(), M=6, K=3, W1=W1, W2=W2), 0)


def handout_training(iterations: int) -> dict[str, object]:
    """Section 2.1: the first 20 training flowers, 6 hidden neurons, seed 1234, eta 0.1."""
    (train_features, train_targets), _ = _split_iris()
    W1, W2 = _legacy_weights(1234, D=4, M=6, K=3)
    return as_inputs(
        X_train=train_features[:20].copy(),
        t_train=train_targets[:20].copy(),
        M=6,
        K=3,
        W1=W1,
        W2=W2,
        iterations=iterations,
        eta=0.1,
    )


def iris_test() -> dict[str, object]:
    """The 30 test rows, and untrained weights under which all three classes are guessed."""
    _, (test_features, _) = _split_iris()
    rng = np.random.default_rng(8)
    W1, W2 = uniform(rng, (5, 6)), uniform(rng, (7, 3), -2, 2)
    W2[0] = _centre(test_features, W1, W2)
    return as_inputs(X_test=test_features.copy(), M=6, K=3, W1=W1, W2=W2)
