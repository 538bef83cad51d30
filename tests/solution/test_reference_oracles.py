"""The reference against oracles that share nothing with it.

Values worked out by hand, central differences, properties.
"""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.testing import assert_allclose
from scipy.optimize import approx_fprime, check_grad
from scipy.special import expit

from solution import neural_network as nn

Array = np.ndarray
Network = tuple[Array, int, int, Array, Array]


@st.composite
def networks(draw_: st.DrawFn) -> Network:
    """A pattern and weights of any small size, with values as in training."""
    D, M, K = (draw_(st.integers(1, 5)) for _ in range(3))
    values = st.floats(-3, 3, allow_subnormal=False)
    x, W1, W2 = (
        draw_(arrays.arrays(float, shape, elements=values)) for shape in (D, (D + 1, M), (M + 1, K))
    )
    return x, M, K, W1, W2


def matrices(weights: Array, D: int, M: int, K: int) -> tuple[Array, Array]:
    """W1 and W2 of a flat vector; ``flat`` undoes it."""
    split = (D + 1) * M
    return weights[:split].reshape(-1, M), weights[split:].reshape(-1, K)


def flat(*arrays_: Array) -> Array:
    return np.concatenate([array.ravel() for array in arrays_])


def mean_error(weights: Array, X: Array, targets: Array, M: int, K: int) -> float:
    """The mean cross-entropy, written anew with logaddexp: -ln y = ln(1 + e^-a)."""
    W1, W2 = matrices(weights, X.shape[1], M, K)
    hidden = expit(X @ W1[1:] + W1[0])
    a2 = hidden @ W2[1:] + W2[0]
    losses = targets * np.logaddexp(0, -a2) + (1 - targets) * np.logaddexp(0, a2)
    return float(losses.sum() / len(X))


def mean_gradient(weights: Array, X: Array, targets: Array, M: int, K: int) -> Array:
    """The mean of backprop's gradients, flat: what check_grad compares with differences."""
    W1, W2 = matrices(weights, X.shape[1], M, K)
    gradients = [
        flat(*nn.backprop(x, target_y, M, K, W1, W2)[1:])
        for x, target_y in zip(X, targets, strict=True)
    ]
    return np.mean(gradients, axis=0)


def test_a_network_worked_out_on_paper() -> None:
    """x = 2, W1 = (-1, 0.5), W2 = (ln 2, 2 ln 2): a1 = 0, z = 1/2, a2 = ln 4, y = 4/5."""
    W1, W2 = np.array([[-1.0], [0.5]]), np.log([[2.0], [4.0]])
    y, z0, z1, a1, a2 = nn.ffnn(np.array([2.0]), 1, 1, W1, W2)
    assert (z0.tolist(), z1.tolist(), a1.tolist()) == ([1, 2], [1, 0.5], [0])
    assert_allclose(a2, [math.log(4)], rtol=1e-15)
    assert_allclose(y, [0.8], rtol=1e-15)
    y, dE1, dE2 = nn.backprop(np.array([2.0]), np.array([1.0]), 1, 1, W1, W2)
    # delta_k = -1/5; delta_j = 1/4 * ln 4 * -1/5 = -ln 4 / 20
    assert_allclose(dE2, [[-0.2], [-0.1]], rtol=1e-14)
    assert_allclose(dE1, [[-math.log(4) / 20], [-math.log(4) / 10]], rtol=1e-14)


@given(network=networks(), data=st.data())
def test_backprop_is_the_gradient(network: Network, data: st.DataObject) -> None:
    """scipy's differences of the mean error of one or more patterns agree with dE1 and dE2."""
    x, M, K, W1, W2 = network
    X = np.stack([x, *data.draw(st.sampled_from([[], [-x], [x + 1, -x]]))])
    targets = np.eye(K)[
        data.draw(st.lists(st.integers(0, K - 1), min_size=len(X), max_size=len(X)))
    ]
    weights = flat(W1, W2)
    assert check_grad(mean_error, mean_gradient, weights, X, targets, M, K) < 1e-5


@pytest.mark.parametrize("seed", range(3))
def test_training_is_repeated_gradient_steps(seed: int) -> None:
    """Weights and errors are those of descending the differentiated mean error."""
    rng = np.random.default_rng(seed)
    N, D, M, K = 7, 3, 2, 4
    X, labels = rng.normal(size=(N, D)), rng.integers(K, size=N)
    W1, W2 = rng.uniform(-1, 1, size=(D + 1, M)), rng.uniform(-1, 1, size=(M + 1, K))
    weights, errors = flat(W1, W2), []
    arguments = (X, np.eye(K)[labels], M, K)
    for _ in range(6):
        errors.append(mean_error(weights, *arguments))
        weights = weights - 0.1 * approx_fprime(weights, mean_error, 1e-7, *arguments)
    W1tr, W2tr, E_total, _, _ = nn.train_nn(X, labels, M, K, W1, W2, 6, 0.1)
    assert_allclose(E_total, errors, atol=1e-6)
    assert_allclose(flat(W1tr, W2tr), weights, atol=1e-6)


@given(x=arrays.arrays(float, arrays.array_shapes(max_side=4), elements=st.floats(-99, 1e6)))
def test_the_sigmoid_is_the_logistic_function(x: Array) -> None:
    """Every element agrees with scipy's expit, and the shape is kept."""
    assert_allclose(nn.sigmoid(x), expit(x), rtol=1e-13)
    assert np.shape(nn.sigmoid(x)) == x.shape


@given(x=st.floats(allow_nan=False, allow_infinity=True))
def test_the_sigmoid_of_a_number_is_a_float(x: float) -> None:
    """Between 0 and 1 for every number there is, 0.0 below -100, and without a warning."""
    value = nn.sigmoid(x)
    assert type(value) is float
    assert 0.0 <= value <= 1.0
    assert (value == 0.0) == (x < -100)
    assert type(nn.d_sigmoid(x)) is float


@given(x=arrays.arrays(float, 3, elements=st.floats(-20, 20)))
def test_d_sigmoid_is_the_slope(x: Array) -> None:
    """Central differences of the sigmoid."""
    slope = (expit(x + 1e-5) - expit(x - 1e-5)) / 2e-5
    assert_allclose(nn.d_sigmoid(x), slope, rtol=1e-6, atol=1e-10)


@given(network=networks())
def test_a_perceptron_of_a_matrix_is_a_perceptron_of_each_column(network: Network) -> None:
    """Calls with a whole weight matrix are answered neuron by neuron."""
    x, M, _, W1, _ = network
    z0 = np.concatenate([[1.0], x])
    sums, activations = nn.perceptron(z0, W1)
    assert np.shape(sums) == np.shape(activations) == (M,)
    for j in range(M):
        weighted_sum, activation = nn.perceptron(z0, W1[:, j])
        assert_allclose(
            [sums[j], activations[j]], [weighted_sum, activation], rtol=1e-12, atol=1e-14
        )


@given(network=networks())
def test_the_conventions_of_callers_make_no_difference(network: Network) -> None:
    """A row (1, D) for x, a row for the target and lists for the weights give equal answers."""
    x, M, K, W1, W2 = network
    target_y = np.eye(K)[0]
    plain = nn.ffnn(x, M, K, W1, W2), nn.backprop(x, target_y, M, K, W1, W2)
    other = (
        nn.ffnn(x[None], M, K, W1.tolist(), W2.tolist()),
        nn.backprop(x[None], target_y[None], M, K, W1.tolist(), W2.tolist()),
    )
    for one, two in zip(plain, other, strict=True):
        assert [a.tolist() for a in one] == [a.tolist() for a in two]


@given(network=networks())
def test_the_outputs_depend_on_each_other_as_the_handout_says(network: Network) -> None:
    """z0 and z1 begin with 1.0; z1 and y are the sigmoid of a1 and a2; shapes are 1-D."""
    x, M, K, W1, W2 = network
    y, z0, z1, a1, a2 = nn.ffnn(x, M, K, W1, W2)
    assert [a.shape for a in (y, z0, z1, a1, a2)] == [(K,), (len(x) + 1,), (M + 1,), (M,), (K,)]
    assert (z0[0], z1[0]) == (1.0, 1.0)
    assert_allclose(a1, z0 @ W1, rtol=1e-12, atol=1e-13)
    assert_allclose(a2, z1 @ W2, rtol=1e-12, atol=1e-13)
    assert_allclose(z1[1:], expit(a1))
    assert_allclose(y, expit(a2))


@given(network=networks(), data=st.data())
def test_training_changes_nothing_of_its_caller(network: Network, data: st.DataObject) -> None:
    """Weights, patterns and labels stay as they were, bit for bit."""
    x, M, K, W1, W2 = network
    X = np.stack([x, x + 1, x - 1])
    labels = np.array(data.draw(st.lists(st.integers(0, K - 1), min_size=3, max_size=3)))
    before = [a.tobytes() for a in (X, labels, W1, W2)]
    nn.train_nn(X, labels, M, K, W1, W2, 2, 0.1)
    nn.test_nn(X, M, K, W1, W2)
    assert [a.tobytes() for a in (X, labels, W1, W2)] == before


@given(network=networks(), iterations=st.integers(1, 4))
def test_training_is_forward_steps_of_itself(network: Network, iterations: int) -> None:
    """n iterations are one iteration n times; the first guesses are those of test_nn."""
    x, M, K, W1, W2 = network
    X, labels = np.stack([x, -x, x + 1]), np.array([0, K - 1, 0])
    W1_end, W2_end, errors, rates, last = nn.train_nn(X, labels, M, K, W1, W2, iterations, 0.1)
    weights: tuple[Array, Array] = (W1, W2)
    for i in range(iterations):
        guesses_before = nn.test_nn(X, M, K, *weights)
        W1tr, W2tr, E_total, rate, guesses = nn.train_nn(X, labels, M, K, *weights, 1, 0.1)
        assert (E_total[0], rate[0]) == (errors[i], rates[i])
        assert guesses.tolist() == guesses_before.tolist()
        assert rate[0] == np.mean(guesses != labels)
        weights = W1tr, W2tr
    assert [a.tolist() for a in weights] == [W1_end.tolist(), W2_end.tolist()]
    assert last.tolist() == guesses_before.tolist()


def test_a_saturated_network_trains_without_nan() -> None:
    """Outputs of exactly 0 and 1 give a large finite error where wrong, none where right."""
    W1, W2 = np.zeros((2, 1)), np.array([[800.0, -800.0], [0.0, 0.0]])
    X = np.array([[0.0]])
    _, _, right, rate, _ = nn.train_nn(X, np.array([0]), 1, 2, W1, W2, 1, 0.1)
    _, _, wrong, _, _ = nn.train_nn(X, np.array([1]), 1, 2, W1, W2, 1, 0.1)
    assert (right[0], rate[0]) == (0.0, 0.0)
    assert 100 < wrong[0] < 2000
