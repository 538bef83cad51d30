"""A network of one hidden layer as a graph: neurons, signed and weighted edges, labels."""

from collections.abc import Sequence

import networkx as nx
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from . import Matrix
from .colours import BLUE, RED

WIDEST = 5.0
"""Width, in points, of the edge with the largest weight of all."""
STAGGER = (0.16, 0.3, 0.44)
"""Where along the edges labels stand, in turn, so that neighbours do not cover each other."""


def network_graph(
    W1: Matrix, W2: Matrix, inputs: Sequence[str], outputs: Sequence[str]
) -> nx.DiGraph:
    """Nodes with ``layer`` and ``pos``, and an edge with ``weight`` for every weight.

    W1 is (D+1, M) with D names of inputs, W2 (M+1, K) with K names of outputs; row 0 of each
    belongs to a bias, a node of its own.
    """
    layers = [
        ["bias 1", *inputs],
        ["bias 2", *(f"z{j + 1}" for j in range(W1.shape[1]))],
        list(outputs),
    ]
    graph = nx.DiGraph()
    for number, names in enumerate(layers):
        for place, name in enumerate(names):
            height = 0.5 - (place + 0.5) / len(names)
            graph.add_node(name, layer=number, pos=(float(number), height))
    for W, before, after in ((W1, layers[0], layers[1][1:]), (W2, layers[1], layers[2])):
        for i, start in enumerate(before):
            for j, end in enumerate(after):
                graph.add_edge(start, end, weight=float(W[i, j]))
    return graph


def draw(axes: Axes, graph: nx.DiGraph, title: str, *, scale: float) -> None:
    """Draw a graph; an edge of weight ``scale`` is the widest, and negative ones are dashed."""
    place = nx.get_node_attributes(graph, "pos")
    biases = [node for node in graph if node.startswith("bias")]
    others = [node for node in graph if node not in biases]
    for nodes, colour in ((others, "#DCE9F2"), (biases, "#E6E6E6")):
        nx.draw_networkx_nodes(
            graph, place, nodes, ax=axes, node_size=1700, node_color=colour, edgecolors="0.3"
        )
    nx.draw_networkx_labels(graph, place, ax=axes, font_size=6.8)
    for sign, colour, style in ((1, BLUE, "-"), (-1, RED, (0, (4, 2)))):
        edges = [(a, b) for a, b, w in graph.edges(data="weight") if (w >= 0) == (sign > 0)]
        widths = [0.4 + WIDEST * abs(graph.edges[edge]["weight"]) / scale for edge in edges]
        nx.draw_networkx_edges(
            graph,
            place,
            edges,
            ax=axes,
            width=widths,
            edge_color=colour,
            style=style,
            alpha=0.65,
            arrows=False,
        )
    for start, end, weight in graph.edges(data="weight"):
        _label(axes, graph, start, end, weight)
    axes.set_title(title, fontsize=10)
    axes.set_axis_off()
    axes.margins(0.09)


def networks(graphs: Sequence[tuple[str, nx.DiGraph]]) -> Figure:
    """Graphs with their titles, one below the other; all have the same scale of widths."""
    scale = max(abs(w) for _, graph in graphs for _, _, w in graph.edges(data="weight")) or 1.0
    tall = max(sum(layer == 0 for _, layer in g.nodes(data="layer")) for _, g in graphs)
    figure = Figure(figsize=(8.4, (0.9 * tall + 0.9) * len(graphs)), layout="constrained")
    grid = figure.subplots(len(graphs), 1, squeeze=False)
    for axes, (title, graph) in zip(grid.flat, graphs, strict=True):
        draw(axes, graph, title, scale=scale)
    signs = [
        Line2D([], [], color=BLUE, linewidth=2.5, label="positive weight"),
        Line2D([], [], color=RED, linewidth=2.5, linestyle="--", label="negative weight"),
    ]
    figure.legend(handles=signs, loc="outside lower center", ncols=2, frameon=False, fontsize=9)
    return figure


def _label(axes: Axes, graph: nx.DiGraph, start: str, end: str, weight: float) -> None:
    """The weight beside its edge, nearer to the start, on a white ground."""
    place = nx.get_node_attributes(graph, "pos")
    ends = list(graph.successors(start))
    along = STAGGER[ends.index(end) % len(STAGGER)]
    (x1, y1), (x2, y2) = place[start], place[end]
    axes.text(
        x1 + along * (x2 - x1),
        y1 + along * (y2 - y1),
        f"{weight:.2f}".replace("-", "−"),
        fontsize=7,
        ha="center",
        va="center",
        color=BLUE if weight >= 0 else RED,
        bbox={"boxstyle": "square,pad=0.1", "facecolor": "white", "edgecolor": "none"},
        zorder=5,
    )
