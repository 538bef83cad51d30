"""The reference reproduces every published number that can be reproduced."""

from typing import Any

import numpy as np
from numpy.testing import assert_allclose

from assignment.iris import load_iris, split_train_test
from solution import neural_network as nn

Array = np.ndarray


def printed(text: str) -> Array:
    """The numbers that a handout prints, as one flat array."""
    return np.array(text.replace("[", " ").replace("]", " ").split(), dtype=float)


def agrees(text: str, value: Any) -> None:
    """``value`` has all the digits that are printed, up to half a unit of the last one."""
    got = np.ravel(value)
    words = text.replace("[", " ").replace("]", " ").split()
    assert len(words) == len(got)
    for word, number in zip(words, got, strict=True):
        mantissa, _, exponent = word.partition("e")
        places = len(mantissa.partition(".")[2])
        unit = 10.0 ** (int(exponent or 0) - places)
        assert abs(float(word) - number) <= 0.5 * unit * 1.001 + 2e-16, (word, number)


def draw(seed: int, D: int, M: int, K: int) -> tuple[Array, Array]:
    """Weights as the handout draws them."""
    np.random.seed(seed)
    W1 = 2 * np.random.rand(D + 1, M) - 1
    W2 = 2 * np.random.rand(M + 1, K) - 1
    return W1, W2


def published_split() -> tuple[Array, Array]:
    """The training rows of the later revision's examples."""
    features, targets, _ = load_iris()
    np.random.seed(123)
    (train_features, train_targets), _ = split_train_test(features, targets)
    return train_features, train_targets


def test_the_printed_examples_of_1_1_and_1_2() -> None:
    """All digits of the sigmoid, its derivative and the perceptron."""
    agrees("0.6224593312018546", nn.sigmoid(0.5))
    agrees("0.24751657271185995", nn.d_sigmoid(0.2))
    agrees(
        "1.0799999999999998 0.7464939833376621",
        nn.perceptron(np.array([1.0, 2.3, 1.9]), np.array([0.2, 0.3, 0.1])),
    )
    agrees(
        "0.18000000000000005 0.5448788923735801",
        nn.perceptron(np.array([0.2, 0.4]), np.array([0.1, 0.4])),
    )


def test_the_printed_backprop_comes_out_with_seed_42() -> None:
    """All digits of y, dE1 and dE2 of the first iris flower."""
    features, targets, _ = load_iris()
    W1, W2 = draw(42, 4, 6, 3)
    y, dE1, dE2 = nn.backprop(features[0], np.eye(3)[targets[0]], 6, 3, W1, W2)
    agrees("0.42629045 0.1218163 0.56840796", y)
    agrees(
        """
        -3.17372897e-03  3.13040504e-02 -6.72419861e-03  7.39219402e-02
        -1.16539047e-04  9.29566482e-03
        -1.61860177e-02  1.59650657e-01 -3.42934129e-02  3.77001895e-01
        -5.94349138e-04  4.74078906e-02
        -1.11080514e-02  1.09564176e-01 -2.35346951e-02  2.58726791e-01
        -4.07886663e-04  3.25348269e-02
        -4.44322055e-03  4.38256706e-02 -9.41387805e-03  1.03490716e-01
        -1.63154665e-04  1.30139307e-02
        -6.34745793e-04  6.26081008e-03 -1.34483972e-03  1.47843880e-02
        -2.33078093e-05  1.85913296e-03
        """,
        dE1,
    )
    agrees(
        """
        -5.73709549e-01  1.21816299e-01  5.68407958e-01
        -3.82317044e-02  8.11777445e-03  3.78784091e-02
        -5.13977514e-01  1.09133338e-01  5.09227901e-01
        -2.11392026e-01  4.48850716e-02  2.09438574e-01
        -1.65803375e-01  3.52051896e-02  1.64271203e-01
        -3.19254175e-04  6.77875452e-05  3.16303980e-04
        -5.60171752e-01  1.18941805e-01  5.54995262e-01
        """,
        dE2,
    )


def test_the_first_ffnn_example_through_constructed_weights() -> None:
    """Its seed is lost; weights made to give its a1 and a2 give its z0, z1 and y."""
    z0 = printed("1. 5. 3.4 1.6 0.4")
    z1 = """1. 0.94226108 0.97838733 0.21444943 0.91094513 0.14620877 0.94492407 0.57909676
            0.88187859 0.99826648 0.04362534"""
    a1 = """2.79235088 3.81262569 -1.29831091 2.32522998 -1.76465113 2.84239174 0.31906659
            2.01034143 6.3558639 -3.08751164"""
    a2 = "-0.1025078 1.00267978 2.99711137"
    W1 = np.outer(z0, printed(a1)) / (z0 @ z0)
    hidden = printed(z1)
    W2 = np.outer(hidden, printed(a2)) / (hidden @ hidden)
    y, got_z0, got_z1, got_a1, got_a2 = nn.ffnn(z0[1:], 10, 3, W1, W2)
    agrees("0.47439547 0.73158513 0.95244346", y)
    assert got_z0.tolist() == z0.tolist()
    agrees(a1, got_a1)
    # z1 is a function of a1, which is printed to 8 places: the last digit may differ by one.
    assert_allclose(got_z1, hidden, rtol=0, atol=1e-8)
    assert_allclose(got_a2, printed(a2), rtol=0, atol=1e-7)


def test_the_later_ffnn_example_comes_out_with_its_seeds() -> None:
    """Split with 123, weights with 1234: all printed digits."""
    train_features, _ = published_split()
    W1, W2 = draw(1234, 4, 10, 3)
    y, _, _, a1, a2 = nn.ffnn(train_features[0], 10, 3, W1, W2)
    agrees("0.08510131 0.25863437 0.92845325", y)
    agrees("-2.37497091 -1.05307858 2.56316901", a2)
    agrees("-0.78715749 -0.73890218 1.6671074", a1[:3])


def test_the_later_training_example_comes_out_with_its_seeds() -> None:
    """500 iterations at 0.1: error, rate, weights and guesses, all printed digits."""
    train_features, train_targets = published_split()
    W1, W2 = draw(1234, 4, 6, 3)
    W1tr, W2tr, E_total, rate, guesses = nn.train_nn(
        train_features[:20], train_targets[:20], 6, 3, W1, W2, 500, 0.1
    )
    agrees("2.08789826 2.01463545 1.95876231 1.91540916 1.88107942", E_total[:5])
    agrees("0.82226302 0.82154169 0.82081961 0.82009677 0.81937318", E_total[-5:])
    assert_allclose(rate[:11], [0.7, 0.7, 0.7, 0.7, 0.65, 0.1, 0.35, 0.3, 0.3, 0.3, 0.3])
    assert rate[-1] == 0.05
    agrees("-0.98950665 0.2377717 -0.00477265 0.54839507 0.75946904 -0.32423704", W1tr[0])
    agrees("0.54871673 -0.47911188 -0.00984517", W2tr[0])
    assert guesses.tolist() == printed("2 2 2 1 0 2 1 0 0 1 2 0 1 2 2 2 0 0 1 0").tolist()


def test_the_first_training_example_in_what_can_be_tested() -> None:
    """Its seed is lost and it is chaotic: shapes, size of the first error, falling error."""
    train_features, train_targets = published_split()
    W1, W2 = draw(0, 4, 6, 3)
    W1tr, W2tr, E_total, rate, guesses = nn.train_nn(
        train_features[:20], train_targets[:20], 6, 3, W1, W2, 500, 0.3
    )
    assert [a.shape for a in (W1tr, W2tr, E_total, rate, guesses)] == [
        (5, 6), (7, 3), (500,), (500,), (20,)
    ]  # fmt: skip
    assert 1.5 < E_total[0] < 3.5
    assert E_total[-100:].mean() < 0.5 * E_total[0]
    assert rate[-100:].mean() < rate[0]
