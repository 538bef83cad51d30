# ---
# jupyter:
#   jupytext:
#     formats: ipynb,py:percent
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Look inside the network that you have written
#
# Every picture here is drawn with *your* functions: those of `neural_network.py`,
# and for sections 1, 2, 10, 11 and 12 those of `bonus.py`. Where one is missing, the
# section says what to finish first, and the others go on. Nothing here has points.
#
# In a terminal, in this folder:
#
#     pip install -r requirements-explore.txt
#     jupyter lab explore.ipynb
#
# Then choose *Run All Cells*; with short functions it takes half a minute. After you
# have changed your file, run all cells once more. The pictures come from the folder
# `figures`, and you can use them in programs of your own.

# %%
# %matplotlib inline
import numpy as np
from figures import activations, curves, graph, perceptron, rates, regions, surface, xor
from figures.epsilon import epsilon
from figures.fit import fit
from figures.student import Student
from IPython.display import HTML, display
from iris import load_iris, split_train_test

own = Student()  # your functions: own.sigmoid, own.ffnn, …

CLASSES = ("setosa", "versicolor", "virginica")
FEATURES = ("sepal\nlength", "sepal\nwidth", "petal\nlength", "petal\nwidth")
features, targets, _ = load_iris()
np.random.seed(123)  # the split and the weights of the handout's examples
(X_train, t_train), (X_test, t_test) = split_train_test(features, targets)


def start(D, M, K, seed=1234):
    """Weights to begin with, between -1 and 1."""
    np.random.seed(seed)
    return 2 * np.random.rand(D + 1, M) - 1, 2 * np.random.rand(M + 1, K) - 1


# %% [markdown]
# ## 1. One neuron draws one line
#
# The first neural network was a single neuron with a step instead of a sigmoid
# (handout B.1; Bishop 4.52 and 4.53). Its weighted sum is 0 along a line: on one side
# it says 1, on the other 0. Learning moves that line: whenever a point is on the wrong
# side, the rule adds the point to the weights, or takes it away (Bishop 4.55).
#
# Here the neuron is to find out where x₁ + x₂ > 1. A pass may well make things worse
# for a while, for the rule looks at one point at a time; but when some line separates
# the classes, it gets there after finitely many steps.

# %%
with own.needs("step", "perceptron_pass"):
    points = np.random.default_rng(3).random((50, 2))
    above = (points.sum(axis=1) > 1).astype(int)
    first = np.array([0.1, -0.1])
    moments = perceptron.history(own.perceptron_pass, points, above, first, 0.02, 0.1, 200)
    display(perceptron.frames(points, above, moments))
    display(HTML(perceptron.animation(points, above, moments).to_jshtml()))

# %% [markdown]
# *Coloured: where the neuron says 1. Above some moments of its learning, below all of
# them as a film: press the triangle.*
#
# ## 2. XOR: no line will do
#
# "One or the other, but not both" puts the ones on one diagonal of a square and the
# zeros on the other. Follow the neuron of B.1 in the handout for a while and its line
# runs in circles. That is not bad luck: the right picture goes through *all* lines, by
# their direction and their offset, and counts the points on their own sides. Three is
# the most there is (Bishop, section 4.1.7, tells what this did to the field).

# %%
with own.needs("step", "perceptron_pass"):
    display(xor.lines(xor.tried(own.perceptron_pass, np.array([0.13, -0.1]), 0.02, 0.1, 40)))

# %% [markdown]
# *Left: where the line went in 40 passes. Right: the darkest shade of the scale, four
# points right, does not occur.*
#
# ## 3. Two layers, wired by hand
#
# Two neurons in a hidden layer and one after them: two lines, and a third neuron that
# combines what they say. This is your `ffnn` with D = 2, M = 2 and K = 1 (handout 1.3;
# Bishop 5.48, 5.49 and Figure 5.1). The first network has small weights as a training
# would start with: it says about 0.55 to everything. In the second, `z1` says "at
# least one", `z2` says "not both", and `y` wants both of them: that is XOR.

# %%
W1_small = np.array([[-0.1, 0.2], [-0.2, -0.3], [0.2, -0.25]])
W2_small = np.array([[0.1], [0.1], [0.2]])
W1_wired = np.array([[-10.0, 30.0], [20.0, -20.0], [20.0, -20.0]])
W2_wired = np.array([[-30.0], [20.0], [20.0]])


def output(x, W1, W2):
    """What your network with two hidden neurons and one output says."""
    return float(np.ravel(own.ffnn(x, 2, 1, W1, W2)[0])[0])


for title, W1, W2 in (
    ("as training would start", W1_small, W2_small),
    ("wired by hand for XOR", W1_wired, W2_wired),
):
    with own.needs("ffnn"):
        said = [f"{x[0]:g} {x[1]:g}: {output(x, W1, W2):.3f}" for x in xor.POINTS]
        picture = graph.network_graph(W1, W2, ["x1", "x2"], ["y"])
        display(graph.networks([(f"{title}\n{'     '.join(said)}", picture)]))

# %% [markdown]
# *A solid edge is a positive weight, a dashed one a negative weight; the wider, the
# larger. Above each network: what it says to the four points.*
#
# ## 4. The error is a landscape
#
# Keep seven of the nine weights of the small network where they are and move two: the
# squared error of the four points becomes a surface (Bishop 5.11 and Figure 5.5).
# Training (section 2 of the handout) is a walk downhill on such a surface, only with
# all weights at once. This one has hills, valleys and a flat saddle between them; where
# a walk ends depends on where it starts.

# %%
small = surface.Network(output, xor.POINTS, xor.TARGETS, W1_small, W2_small)
names = [f"{x[0]:g} {x[1]:g}" for x in xor.POINTS]
with own.needs("ffnn"):
    display(surface.surface(small, (1, 1, 1), (1, 2, 1)))
    display(surface.split(small, (2, 1, 0), (2, 2, 0), names))

# %% [markdown]
# *Above: the error over two weights of the hidden layer. Below: a straight walk
# through the weights of the output layer, with the error of each point by itself. Two
# of them want to go left and two want to go right; all together they agree on a place
# in the middle, where nobody is content.*
#
# ## 5. Activations
#
# Your `sigmoid` and `d_sigmoid` (handout 1.1; Bishop 4.59 and 4.88). The slope is 0.25
# at most, and nearly 0 where the neuron is sure: an error that goes back through such
# a neuron is all but forgotten. Others are common, too (handout B.2; Bishop 5.59 and
# 5.60 for tanh): the slope of tanh reaches 1, and that of relu stays 1 however large
# the sum.

# %%
sums = np.linspace(-5, 5, 201)
with own.needs("sigmoid", "d_sigmoid"):
    values = np.array([float(own.sigmoid(a)) for a in sums])
    slopes = np.array([float(own.d_sigmoid(a)) for a in sums])
    display(activations.activations(sums, {"your sigmoid": (values, slopes)}))

# %%
with own.needs("activation", "d_activation"):
    four = {}
    for name in ("identity", "tanh", "logistic", "relu"):
        values = own.activation(name, sums)
        four[name] = values, own.d_activation(name, values)
    display(activations.activations(sums, four))

# %% [markdown]
# *Above the values, below the derivatives, over the weighted sum a.*
#
# ## 6. Training on iris
#
# Your `train_nn` on 120 flowers with three hidden neurons (handout 2.1; Bishop 4.90
# for the error, 5.41 for the step). `E_total` falls smoothly, since each step goes
# downhill. The misclassification rate has stairs: it changes only when some flower
# changes its highest output, and it can rest for long while the error goes on falling.

# %%
M, ITERATIONS, ETA = 3, 200, 0.2
W1, W2 = start(4, M, 3)
with own.needs("backprop", "train_nn"):
    W1tr, W2tr, E_total, rate, _ = own.train_nn(X_train, t_train, M, 3, W1, W2, ITERATIONS, ETA)
    W1tr, W2tr = np.asarray(W1tr), np.asarray(W2tr)
    display(curves.curves(np.ravel(E_total), np.ravel(rate)))

# %% [markdown]
# ## 7. What has it learnt?
#
# The same network as a graph, before and after (the handout's table of names and
# shapes; Bishop, Figure 5.1). `W1[i, j]` is the edge from input i to `z` j+1, and
# row 0 of each matrix starts at a bias. Which measurements count for which flower?
# Follow the widest edges from the right to the left.

# %%
with own.needs("backprop", "train_nn"):
    before = graph.network_graph(*start(4, M, 3), FEATURES, CLASSES)
    after = graph.network_graph(W1tr, W2tr, FEATURES, CLASSES)
    display(graph.networks([("before training", before), ("after training", after)]))

# %% [markdown]
# ## 8. Who lives where
#
# With two features only, length and width of the petals, the guesses of `test_nn` can
# be seen as regions of a plane (handout 2.2; Bishop, section 4.1). The points are the
# 30 test flowers, which the training has not seen. Where are the mistakes, if any, and
# why there?

# %%
with own.needs("backprop", "train_nn", "test_nn"):
    W1, W2 = start(2, 6, 3)
    V1, V2, *_ = own.train_nn(X_train[:, 2:], t_train, 6, 3, W1, W2, 200, 0.3)
    display(
        regions.regions(
            lambda patterns: np.ravel(own.test_nn(patterns, 6, 3, V1, V2)),
            X_test[:, 2:],
            t_test,
            CLASSES,
            ("petal length (cm)", "petal width (cm)"),
        )
    )

# %% [markdown]
# ## 9. The learning rate
#
# η says how far each step goes (handout 2.1; Bishop 5.41). Too small, and 150
# iterations do not get far; larger, and the same error comes sooner; too large, and
# the steps jump across the valley and up the other side.

# %%
few, few_targets = X_train[:20], t_train[:20]
M6 = 6


def errors(eta, iterations, order=1):
    """E_total of 20 flowers, added up in order (1) or in reverse order (-1)."""
    W1, W2 = start(4, M6, 3)
    X, t = few[::order].copy(), few_targets[::order].copy()
    return np.ravel(own.train_nn(X, t, M6, 3, W1, W2, iterations, eta)[2])


with own.needs("backprop", "train_nn"):
    display(rates.effect({eta: errors(eta, 150) for eta in (0.01, 0.03, 0.1, 0.3, 1.0, 3.0)}))

# %% [markdown]
# Now train twice with the same flowers and the same weights, adding the gradients up
# in order and in reverse order. In mathematics that is the same sum; in a computer the
# last digit, the sixteenth, may differ. At η = 0.1 it stays there. At η = 0.3 the two
# agree for a while, until every step makes the difference larger than it was: in the
# end they are two different networks, and both are right. This is called chaos. It is
# why the handout's example of training uses η = 0.1, and why no test with points asks
# for hundreds of iterations at 0.3.

# %%
with own.needs("backprop", "train_nn"):
    display(rates.chaos({eta: (errors(eta, 500), errors(eta, 500, -1)) for eta in (0.1, 0.3)}))

# %% [markdown]
# *Right: the difference between the two trainings, on a scale of powers of ten. A
# difference of exactly 0 is drawn at the bottom.*
#
# ## 10. Is the gradient right?
#
# Nudge one weight up and down, and see how the error changes: that is its derivative,
# slowly but without any back-propagation in it (handout B.4; Bishop 5.69). How far to
# nudge? Far, and the error is no straight line any more; a little, and rounding eats
# the difference. In between the agreement is best, and there your gradient should agree
# to eight digits or so. If it does not get below 1e-4 anywhere, it is wrong.

# %%
with own.needs("mlp_gradient", "mlp_forward", "numerical_gradient", "relative_error"):
    rng = np.random.default_rng(5)
    sizes = [3, 4, 5, 2]
    X, T, w = rng.normal(size=(6, 3)), rng.normal(size=(6, 2)), rng.normal(size=53)
    _, dw = own.mlp_gradient(X, T, sizes, w, "tanh", "identity")
    nudges = 10.0 ** np.arange(-11, 0)
    misses = [
        own.relative_error(dw, own.numerical_gradient(X, T, sizes, w, "tanh", "identity", nudge))
        for nudge in nudges
    ]
    display(epsilon(nudges, np.array(misses)))

# %% [markdown]
# ## 11. XOR, learnt
#
# Two hidden layers of four neurons each, tanh in both, a linear output, targets -0.5
# and 0.5, and 250 passes that change the weights after every single point (handout B.3;
# Bishop 5.43). What no line could do, the network does with a bent one. Try other
# seeds and another factor than 0.5 for the weights to begin with: not every start gets
# there, and with weights ten times smaller or twice as large most do not.

# %%
with own.needs("mlp_gradient", "mlp_epoch", "mlp_forward"):
    sizes = [2, 4, 4, 1]
    w = 0.5 * np.random.default_rng(1).standard_normal(37)
    for _ in range(250):
        w = own.mlp_epoch(xor.POINTS, xor.TARGETS[:, None] - 0.5, sizes, w, "tanh", "identity", 0.5)
    display(
        regions.regions(
            lambda patterns: own.mlp_forward(patterns, sizes, w, "tanh", "identity")[:, 0] > 0,
            xor.POINTS,
            xor.TARGETS,
            ("output below 0", "output above 0"),
            ("$x_1$", "$x_2$"),
        )
    )

# %% [markdown]
# ## 12. When to stop, and what comes out
#
# A network can learn numbers as well as classes. Two inputs and two outputs, sigmoids
# in both layers, and training on all points at once until the RMSE, the root of the
# mean squared error, changes by less than 1e-5 (handout B.5; Bishop 5.11 and 5.41).
# The first updates do nearly everything; how small a change still counts is for you to
# say.

# %%
with own.needs("mlp_gradient", "mlp_forward", "train_until_still", "predict"):
    rng = np.random.default_rng(42)
    X = rng.random((50, 2))
    T = own.activation("logistic", own.activation("logistic", 4 * X - 2) + 0.1 * rng.random())
    sizes, w = [2, 2, 2], rng.standard_normal(12)
    ends = ("logistic", "logistic")
    w, curve = own.train_until_still(X, T, sizes, w, *ends, 2.0, 3000, 1e-5)
    display(curves.rmse(np.ravel(curve), 1e-5))
    display(fit(X, T, np.asarray(own.predict(X, sizes, w, *ends))))

# %% [markdown]
# *Above: the RMSE, and its change from one update to the next. Below: actual and
# predicted values; in the last picture a perfect network would have all its points on
# the line.*
