"""Figures of a network: its graph, its error over two weights, the regions of its guesses."""

from typing import Any

import numpy as np
import pytest
from matplotlib.colors import to_hex
from mpl_toolkits.mplot3d import Axes3D

from assignment.figures import activations, regions, surface, xor
from assignment.figures.colours import BLUE, RED
from solution import bonus, neural_network
from tests.conftest import needed

W1 = np.array([[-0.1, 0.2], [-0.2, -0.3], [0.2, -0.25]])
W2 = np.array([[0.1], [0.1], [0.2]])


def output(x: Any, V1: Any, V2: Any) -> float:
    """The reference's network with two hidden neurons."""
    return float(neural_network.ffnn(x, 2, 1, V1, V2)[0][0])


@pytest.fixture
def network() -> surface.Network:
    """The hand-wired network for XOR."""
    return surface.Network(output, xor.POINTS, xor.TARGETS, W1, W2)


@pytest.fixture
def graph() -> Any:
    """The module that draws graphs, where networkx is installed."""
    needed("networkx")
    from assignment.figures import graph

    return graph


def test_the_error_is_that_of_the_moved_weights(network: surface.Network) -> None:
    """Both weights are in their places; the others, and the arrays given, stay as they are."""
    found = network.errors((1, 1, 1), (2, 0, 0), np.array([3.0]), np.array([-2.0]))
    V1, V2 = W1.copy(), W2.copy()
    V1[1, 1], V2[0, 0] = 3.0, -2.0
    wanted = [(output(x, V1, V2) - t) ** 2 for x, t in zip(xor.POINTS, xor.TARGETS, strict=True)]
    np.testing.assert_allclose(found[:, 0], wanted)
    assert W1[1, 1] == -0.3


def test_the_surface_has_the_summed_errors(
    network: surface.Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The height at every point of the grid is the error of the four patterns together."""
    drawn: list[Any] = []
    monkeypatch.setattr(Axes3D, "plot_surface", lambda axes, *grid, **style: drawn.extend(grid))
    figure = surface.surface(network, (1, 1, 1), (1, 2, 1), span=4.0, steps=5)
    (axes,) = figure.axes
    x, y, z = (grid.ravel() for grid in drawn)
    assert (x.min(), x.max(), len(x)) == (-4.0, 4.0, 25)
    values = network.errors((1, 1, 1), (1, 2, 1), x, y).sum(axis=0)
    np.testing.assert_allclose(z, values)
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("W1[1, 1]", "W1[2, 1]")


def test_split_errors_add_up(network: surface.Network) -> None:
    """One curve a pattern on the left, and on the right their sum."""
    figure = surface.split(network, (2, 1, 0), (2, 2, 0), ["a", "b", "c", "d"], steps=11)
    single, together = figure.axes
    curves = np.array([line.get_ydata() for line in single.get_lines()])
    assert curves.shape == (4, 11)
    np.testing.assert_allclose(together.get_lines()[0].get_ydata(), curves.sum(axis=0))
    assert [text.get_text() for text in single.get_legend().get_texts()] == ["a", "b", "c", "d"]


def test_every_weight_is_an_edge(graph: Any) -> None:
    """W1[i, j] leads from input i to hidden neuron j, row 0 from a bias; nothing leads to one."""
    V1, V2 = np.arange(15.0).reshape(5, 3), -np.arange(8.0).reshape(4, 2)
    made = graph.network_graph(V1, V2, ["a", "b", "c", "d"], ["p", "q"])
    assert made.number_of_edges() == 15 + 8
    ends = ("bias 1", "z2"), ("c", "z3"), ("z3", "q")
    assert [made.edges[end]["weight"] for end in ends] == [V1[0, 1], V1[3, 2], V2[3, 1]]
    assert made.in_degree("bias 2") == 0


def test_edges_show_sign_weight_and_label(graph: Any) -> None:
    """Positive edges are blue, negative ones red and dashed; the largest is the widest."""
    figure = graph.networks([("one", graph.network_graph(W1, W2, ["x1", "x2"], ["y"]))])
    (axes,) = figure.axes
    texts = {text.get_text() for text in axes.texts}
    assert {"−0.30", "0.20", "−0.25", "x1", "bias 2", "y"} <= texts
    made = [c for c in axes.collections if hasattr(c, "get_segments")]
    edges = {to_hex(c.get_edgecolor()[0]): len(c.get_segments()) for c in made}
    positive = int((W1 > 0).sum() + (W2 > 0).sum())
    assert edges == {BLUE.lower(): positive, RED.lower(): 9 - positive}
    widths = np.concatenate([c.get_linewidths() for c in made])
    assert widths.max() == pytest.approx(0.4 + graph.WIDEST)


def test_two_graphs_share_a_scale(graph: Any) -> None:
    """Before and after training, equal widths mean equal weights."""
    small, large = (graph.network_graph(s * W1, s * W2, ["x1", "x2"], ["y"]) for s in (1, 10))
    figure = graph.networks([("before", small), ("after", large)])
    widest = [
        max(max(c.get_linewidths()) for c in axes.collections if hasattr(c, "get_segments"))
        for axes in figure.axes
    ]
    assert widest[0] < 1.0 < widest[1]
    assert [axes.get_title() for axes in figure.axes] == ["before", "after"]


def test_regions_are_the_guesses() -> None:
    """The coloured grid is what classify says there, and the points are those given."""
    X, t = np.array([[0.0, 0.0], [1.0, 0.4], [0.2, 1.0]]), np.array([0, 1, 2])

    def classify(patterns: Any) -> Any:
        return np.where(patterns[:, 1] > 0.8, 2, patterns[:, 0] > 0.5)

    (axes,) = regions.regions(classify, X, t, ("a", "b", "c"), ("u", "v"), steps=9).axes
    mesh: Any = axes.collections[0]
    corners = mesh.get_coordinates()
    centres = (corners[:-1, :-1] + corners[1:, 1:]) / 2
    np.testing.assert_array_equal(np.ravel(mesh.get_array()), classify(centres.reshape(-1, 2)))
    points = np.vstack([c.get_offsets() for c in axes.collections[1:]])
    np.testing.assert_allclose(points, X)
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("u", "v")


def test_activations_stand_above_their_derivatives() -> None:
    """A column for each name, with its values and its slopes."""
    a = np.linspace(-2, 2, 9)
    values = {name: bonus.activation(name, a) for name in bonus.ACTIVATIONS}
    curves = {name: (y, bonus.d_activation(name, y)) for name, y in values.items()}
    axes = np.reshape(activations.activations(a, curves).axes, (2, 4))
    assert [above.get_title() for above in axes[0]] == list(curves)
    drawn = [[each.get_lines()[0].get_ydata() for each in column] for column in axes.T]
    np.testing.assert_array_equal(drawn, list(curves.values()))
