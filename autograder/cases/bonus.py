"""The cases of the bonus, handout B.1 to B.5; their points come on top of all others.

Public cases are small enough to work out on paper; hidden cases make the same kinds of call with
inputs drawn from the course's ``hidden_seed`` (`bonus_inputs`). Trainings are short with small
learning rates, so that rounding decides nothing.
"""

import numpy as np

from assignment.checks.model.case import Case, as_inputs
from autograder.cases.bonus_inputs import learnable, network, rounded
from autograder.cases.further import Further, followed
from autograder.cases.inputs import hidden_rng, uniform

SQUARE = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
AND, XOR = np.array([0, 0, 0, 1]), np.array([0, 1, 1, 0])
REGRESSION = {"hidden": "tanh", "output": "identity"}
SIGMOIDS = {"hidden": "logistic", "output": "logistic"}


def bonus_cases(hidden_seed: int) -> tuple[Case, ...]:
    """Every case of the bonus, in the order of asking within each function."""
    return (
        *_step(),
        *_perceptron(hidden_rng(hidden_seed, "perceptron_pass")),
        *_activations(hidden_rng(hidden_seed, "activation")),
        *_layers(hidden_rng(hidden_seed, "layer_forward")),
        *_networks(hidden_rng(hidden_seed, "mlp_forward")),
        *_differences(hidden_rng(hidden_seed, "numerical_gradient")),
        *_trainings(hidden_rng(hidden_seed, "train_until_still")),
    )


def _step() -> list[Case]:
    title = "a weighted sum "
    above = _case("step-above", "step", title + "above 0", {"a": 0.25}, {"value": 1}, public=True)
    below, zero = as_inputs(a=-0.25), as_inputs(a=0.0)
    more = Further(title + "below 0", below), Further(title + "of exactly 0", zero)
    return [followed(above, *more)]


def _perceptron(rng: np.random.Generator) -> list[Case]:
    zero = {"w": np.zeros(2), "b": 0.0, "alpha": 0.5}
    first = SQUARE[[2, 0, 1, 3]]  # the weighted sum of (0, 0) is exactly 0 then
    short, long = learnable(rng, N=6, D=3, passes=1), learnable(rng, N=9, D=2, passes=30)
    return [
        _practice(
            "pass-and",
            "perceptron_pass",
            "AND, weights of 0.5 and -0.1, a bias of 0.3, alpha = 0.3",
            {"X": first, "t": AND, "w": np.array([0.5, -0.1]), "b": 0.3, "alpha": 0.3},
            hint="The patterns come in turn, and each meets the weights that the one before left.",
        ),
        _case("pass-drawn", "perceptron_pass", "6 patterns of 3 numbers", short, {"w": 1, "b": 1}),
        _case(
            "learn-and",
            "learn_perceptron",
            "AND, weights of 0, alpha = 0.5, at most 20 passes",
            {"X": SQUARE, "t": AND, **zero, "limit": 20},
            {"errors": 1},
            public=True,
            hint="The pass without an error is the last one, and it is counted, too.",
        ),
        _practice(
            "learn-xor",
            "learn_perceptron",
            "XOR, which no line separates, at most 6 passes",
            {"X": SQUARE, "t": XOR, **zero, "limit": 6},
        ),
        _case(
            "learn-drawn",
            "learn_perceptron",
            "9 patterns that a line separates, at most 30 passes",
            {**long, "limit": 30},
            {"w": 1},
        ),
    ]


def _activations(rng: np.random.Generator) -> list[Case]:
    sums = np.array([-2.0, -0.5, 0.0, 0.5, 1.7])
    outputs = {
        "identity": sums,
        "tanh": np.array([-0.9, -0.1, 0.0, 0.4]),
        "logistic": np.array([0.1, 0.25, 0.5, 0.9]),
        "relu": np.array([0.0, 0.0, 0.5, 2.0]),
    }
    far = np.array([-900.0, *uniform(rng, 3, -3, 3), 900.0])
    values = uniform(rng, (2, 3), -0.9, 0.9)
    some = as_inputs(name="relu", y=np.array([0.0, *uniform(rng, 2, 0.1, 3), 0.0]))
    return [
        _case(
            "activation-relu",
            "activation",
            "relu, five weighted sums",
            {"name": "relu", "a": sums},
            {"value": 1},
            public=True,
        ),
        *(
            _practice(
                f"activation-{name}",
                "activation",
                f"{name}, five weighted sums",
                {"name": name, "a": sums},
            )
            for name in ("identity", "tanh", "logistic")
        ),
        _case(
            "activation-far",
            "activation",
            "logistic, also far from 0, where an exponential overflows",
            {"name": "logistic", "a": far},
            {"value": 1},
            hint="Far from 0 the value is 0.0 or 1.0.",
        ),
        *(
            _practice(
                f"derivative-{name}",
                "d_activation",
                f"{name}, from its outputs",
                {"name": name, "y": outputs[name]},
                hint="y is the output already: do not apply the function again.",
            )
            for name in outputs
        ),
        followed(
            _case(
                "derivative-drawn",
                "d_activation",
                "tanh, a matrix of outputs",
                {"name": "tanh", "y": values},
                {"value": 1},
                hint="y is the output already: do not apply the function again.",
            ),
            Further("relu, from outputs of which some are 0", some),
        ),
    ]


def _layers(rng: np.random.Generator) -> list[Case]:
    small = np.random.default_rng(37)
    X, W = rounded(small, (3, 2)), rounded(small, (3, 2))
    inputs, weights = uniform(rng, (5, 3)), uniform(rng, (4, 2))
    ones = np.ones((1, 2))
    return [
        _case(
            "layer-forward-small",
            "layer_forward",
            "3 patterns, 2 inputs, 2 neurons, tanh",
            {"X": X, "W": W, "name": "tanh"},
            {"Y": 1},
            public=True,
            hint="Row 0 of W holds the bias weights: it meets a column of ones.",
        ),
        _case(
            "layer-backward-small",
            "layer_backward",
            "the same layer, with made-up derivatives dY",
            {
                **{"X": X, "W": W, "name": "tanh"},
                "Y": rounded(small, (3, 2), 0.9),
                "dY": rounded(small, (3, 2)),
            },
            {"dW": 1},
            public=True,
            hint="Y is given and need not be computed; dW adds up over the patterns.",
        ),
        _practice(
            "layer-backward-one",
            "layer_backward",
            "one pattern, both derivatives",
            {"X": X[:1], "W": W, "name": "logistic", "Y": ones / 4, "dY": ones},
        ),
        _case(
            "layer-backward-drawn",
            "layer_backward",
            "5 patterns, 3 inputs, 2 neurons, logistic",
            {
                **{"X": inputs, "W": weights, "name": "logistic"},
                "Y": uniform(rng, (5, 2), 0.1, 0.9),
                "dY": uniform(rng, (5, 2)),
            },
            {"dX": 1},
            hint="dX has a column for each input and none for the bias.",
        ),
    ]


def _networks(rng: np.random.Generator) -> list[Case]:
    known = network(np.random.default_rng(41), N=3, sizes=[2, 3, 2])
    drawn = network(rng, N=4, sizes=[3, 5, 4, 2])
    deep = network(rng, N=3, sizes=[2, 3, 4, 3, 2])
    without_T = {key: value for key, value in deep.items() if key != "T"}
    small, large = "3 patterns, layers of 2, 3 and 2", "4 patterns, layers of 3, 5, 4 and 2"
    return [
        _practice(
            "forward-small",
            "mlp_forward",
            f"{small}, tanh, then linear",
            {**{k: v for k, v in known.items() if k != "T"}, **REGRESSION},
        ),
        _case(
            "forward-deep",
            "mlp_forward",
            "3 patterns, layers of 2, 3, 4, 3 and 2, relu, then logistic",
            {**without_T, "hidden": "relu", "output": "logistic"},
            {"Y": 1},
            hint="There may be any number of layers.",
        ),
        _practice(
            "gradient-small", "mlp_gradient", f"{small}, tanh, then linear", {**known, **REGRESSION}
        ),
        _case(
            "gradient-drawn",
            "mlp_gradient",
            f"{large}, tanh, then linear",
            {**drawn, **REGRESSION},
            {"dw": 1},
            hint="There may be any number of layers.",
        ),
        _practice(
            "epoch-small", "mlp_epoch", f"{small}, eta = 0.1", {**known, **REGRESSION, "eta": 0.1}
        ),
        _case(
            "epoch-drawn",
            "mlp_epoch",
            f"{large}, eta = 0.1",
            {**drawn, **REGRESSION, "eta": 0.1},
            {"w": 1},
            hint="Each pattern meets the weights that the one before has left.",
        ),
    ]


def _differences(rng: np.random.Generator) -> list[Case]:
    known = network(np.random.default_rng(43), N=2, sizes=[2, 2, 1])
    drawn = network(rng, N=3, sizes=[3, 2, 2])
    hint = "Each weight is moved up and down by epsilon, one at a time: 2 epsilon apart."
    return [
        _case(
            "differences-small",
            "numerical_gradient",
            "2 patterns, layers of 2, 2 and 1, epsilon = 0.1",
            {**known, **REGRESSION, "epsilon": 0.1},
            {"dw": 1},
            public=True,
            hint=hint,
        ),
        _case(
            "differences-drawn",
            "numerical_gradient",
            "3 patterns, layers of 3, 2 and 2, epsilon = 0.05",
            {**drawn, **SIGMOIDS, "epsilon": 0.05},
            {"dw": 1},
            hint=hint,
        ),
        _practice(
            "relative-small",
            "relative_error",
            "two vectors with lengths of 5 and 5",
            {"one": np.array([3.0, 4.0]), "other": np.array([5.0, 0.0])},
        ),
        _practice(
            "relative-zero",
            "relative_error",
            "two vectors of zeros",
            {"one": np.zeros(3), "other": np.zeros(3)},
        ),
        _case(
            "relative-drawn",
            "relative_error",
            "two vectors of 5 numbers",
            {"one": uniform(rng, 5), "other": uniform(rng, 5)},
            {"value": 1},
        ),
    ]


def _trainings(rng: np.random.Generator) -> list[Case]:
    known = network(np.random.default_rng(47), N=4, sizes=[2, 3, 1])
    drawn = network(rng, N=5, sizes=[3, 2, 2])
    trained = network(rng, N=1, sizes=[3, 4, 2])
    row = {"X_new": np.ravel(np.asarray(trained["X"])), "sizes": [3, 4, 2], "w": trained["w"]}
    rows = {"X_new": known["X"], "sizes": known["sizes"], "w": known["w"]}
    return [
        _case(
            "still-small",
            "train_until_still",
            "4 patterns, layers of 2, 3 and 1, until less than 0.02 changes",
            {**known, **REGRESSION, "eta": 0.2, "limit": 30, "change": 0.02},
            {"rmse": 1},
            public=True,
            hint="The curve begins before the first update; the change that ends it is its last.",
        ),
        _case(
            "still-limit",
            "train_until_still",
            "5 patterns, layers of 3, 2 and 2, to the limit of 8 updates",
            {**drawn, **SIGMOIDS, "eta": 0.5, "limit": 8, "change": 0.0},
            {"w": 1},
            hint="With change = 0 only the limit ends the training.",
        ),
        _practice("predict-rows", "predict", "4 new rows", {**rows, **REGRESSION}),
        _case(
            "predict-row",
            "predict",
            "a single new row",
            {**row, **REGRESSION},
            {"Y": 1},
            hint="A single row, (D,), is answered with a matrix of one row.",
        ),
    ]


def _case(
    name: str,
    function: str,
    title: str,
    inputs: dict[str, object],
    points: dict[str, int],
    *,
    public: bool = False,
    hint: str = "",
) -> Case:
    """Make a case; the id and the title are completed, and without points it is for practice."""
    return Case(
        id=f"bonus-{name}",
        function=function,
        title=f"`{function}`: {title}",
        inputs=as_inputs(**inputs),
        points=points,
        public=public,
        hint=hint,
        practice=not points,
    )


def _practice(
    name: str, function: str, title: str, inputs: dict[str, object], hint: str = ""
) -> Case:
    """Make a public case without points."""
    return _case(name, function, title, inputs, {}, public=True, hint=hint)
