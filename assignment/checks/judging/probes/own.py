"""Call a student's own functions with small inputs, and read what they return.

A call that raises, hangs or returns something of another shape raises ``Silent``, and the probe
that needs it says nothing. Outputs come back as float arrays in the handout's shapes, whatever
mixture of lists, rows and columns the function returns.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...model.case import Case, Reply, as_inputs
from ...model.questions import by_function
from ..judge import NotNumbers, as_numbers, in_shape, split

Floats = NDArray[np.float64]
Ask = Callable[[Case], Reply]
"""Makes one call of a student's function."""
SECONDS = 5.0
"""After this long no further call is made for the probes of a file."""


class Silent(Exception):
    """A probe has nothing to say: the property holds, or a function gave no answer to judge by."""


@dataclass(frozen=True)
class Probe:
    """A property of ``function``: ``says`` gives the fact that it does not hold.

    Where it holds, ``says`` is "" or raises ``Silent``.

    ``explains`` are the outputs that it is about; ``says`` gets one of them, to show an element of
    it. The outputs in ``follow`` are computed from these.
    """

    function: str
    explains: tuple[str, ...]
    says: Callable[["Own", str], str]
    follow: tuple[str, ...] = ()


def probes(
    function: str,
    explains: tuple[str, ...],
    *says: Callable[["Own", str], str],
    follow: tuple[str, ...] = (),
) -> tuple[Probe, ...]:
    """Several probes about the same outputs."""
    return tuple(Probe(function, explains, one, follow) for one in says)


class Answer(dict[str, Floats]):
    """The outputs of a call that have the right shape; reading another one raises ``Silent``."""

    def __missing__(self, name: str) -> Floats:
        raise Silent(name)


class Own:
    """The functions of one student; equal calls are made once."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self._known: dict[object, Answer] = {}
        self._until = time.monotonic() + SECONDS
        self._calls = 0

    def sigmoid(self, x: float) -> float:
        """Own ``sigmoid(x)``; it may be infinite or NaN."""
        return float(self._call("sigmoid", x)["value"])

    def d_sigmoid(self, x: float) -> float:
        """Own ``d_sigmoid(x)``; it may be infinite or NaN."""
        return float(self._call("d_sigmoid", x)["value"])

    def perceptron(self, x: Floats, w: Floats) -> tuple[float, float]:
        """The sum and the activation."""
        answer = self._call("perceptron", x, w)
        return float(answer["sum"]), float(answer["activation"])

    def ffnn(self, x: Floats, W1: Floats, W2: Floats) -> Answer:
        """The outputs of own ``ffnn`` by name."""
        return self._call("ffnn", x, W1.shape[1], W2.shape[1], W1, W2)

    def backprop(self, x: Floats, target: Floats, W1: Floats, W2: Floats) -> Answer:
        """The outputs of own ``backprop`` by name."""
        return self._call("backprop", x, target, W1.shape[1], W2.shape[1], W1, W2)

    def train(
        self, data: "Training", iterations: int, eta: float, *, again: bool = False
    ) -> Answer:
        """The outputs of own ``train_nn`` by name; ``again`` makes an equal call once more."""
        M, K = data.W1.shape[1], data.W2.shape[1]
        weights = data.W1, data.W2
        return self._call("train_nn", data.X, data.t, M, K, *weights, iterations, eta, again=again)

    def test(self, X: Floats, W1: Floats, W2: Floats) -> Floats:
        """The guesses of own ``test_nn``."""
        return self._call("test_nn", X, W1.shape[1], W2.shape[1], W1, W2)["guesses"]

    def _call(self, function: str, *arguments: Any, again: bool = False) -> Answer:
        name = (function, *((np.shape(a), np.asarray(a).tobytes()) for a in arguments), again)
        if name not in self._known:
            self._known[name] = self._asked(function, arguments)
        return self._known[name]

    def _asked(self, function: str, arguments: tuple[Any, ...]) -> Answer:
        if time.monotonic() > self._until:
            return Answer()
        self._calls += 1
        copies = [np.array(a) if isinstance(a, np.ndarray) else a for a in arguments]
        inputs = as_inputs(**dict(zip(by_function(function).parameters, copies, strict=True)))
        case = Case(f"probe-{self._calls}", function, "a probe", inputs, {}, public=True)
        reply = self._ask(case)
        if reply.status in ("timeout", "killed", "not_judged"):
            self._until = 0.0
        outputs = split(case, reply.value) if reply.status == "returned" else ""
        if isinstance(outputs, str):
            return Answer()
        return _read(outputs, _shapes(function, arguments))


@dataclass(frozen=True)
class Training:
    """Patterns X (N, D) with labels t (N,), and the weights to begin with."""

    X: Floats
    t: NDArray[np.int64]
    W1: Floats
    W2: Floats

    def targets(self) -> Floats:
        """The one-hot targets (N, K)."""
        return np.eye(self.W2.shape[1])[self.t]


def _read(outputs: dict[str, object], shapes: dict[str, tuple[int, ...]]) -> Answer:
    answer = Answer()
    for name, value in outputs.items():
        try:
            shaped = in_shape(as_numbers(value), np.empty(shapes[name]))
        except NotNumbers:
            continue
        if shaped is not None and (np.isfinite(shaped).all() or name == "value"):
            answer[name] = shaped.astype(np.float64)
    return answer


def _shapes(function: str, arguments: tuple[Any, ...]) -> dict[str, tuple[int, ...]]:
    """The shape of each output of a call."""
    given = dict(zip(by_function(function).parameters, arguments, strict=True))
    M, K, W1, W2 = (given.get(name, 0) for name in ("M", "K", "W1", "W2"))
    first, second, outputs = np.shape(W1), np.shape(W2), (given.get("iterations", 0),)
    sizes: dict[str, tuple[int, ...]] = {
        "y": (K,), "z0": first[:1], "z1": (M + 1,), "a1": (M,), "a2": (K,), "dE1": first,
        "dE2": second, "W1tr": first, "W2tr": second, "E_total": outputs,
        "misclassification_rate": outputs,
        "guesses": (len(given.get("X_train", given.get("X_test", ()))),),
    }  # fmt: skip
    return {name: sizes.get(name, ()) for name in by_function(function).outputs}
