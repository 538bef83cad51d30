"""How well central differences agree with back-propagation, over the size of the difference."""

from matplotlib.figure import Figure

from . import Vector
from .colours import BLUE


def epsilon(sizes: Vector, errors: Vector) -> Figure:
    """The relative error (n,) of a numerical gradient for each epsilon (n,), both logarithmic."""
    figure = Figure(figsize=(6.4, 3.3), layout="constrained")
    axes = figure.subplots()
    axes.loglog(sizes, errors, "o-", color=BLUE)
    axes.set(xlabel="ε, how far each weight is moved", ylabel="relative error")
    axes.grid(alpha=0.3)
    return figure
