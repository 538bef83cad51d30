"""Equally right solutions, written as different people write.

Each is a file of this folder, and graded like any submission it gets every point. They are never
imported here; ``source`` is the text to submit. The tolerances of the cases are measured against
the differences between them.
"""

from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Variant:
    """One equally right solution, with a title for its style."""

    id: str
    title: str

    @property
    def path(self) -> Path:
        """The file of the variant."""
        return HERE / f"{self.id}.py"

    @property
    def source(self) -> str:
        """Its text, a whole neural_network.py."""
        return self.path.read_text(encoding="utf-8")


VARIANTS: tuple[Variant, ...] = (
    Variant("by_the_letter", "the handout word for word: a loop over every index, float guesses"),
    Variant("plain_floats", "math.exp, plain Python floats and lists of lists, no numpy"),
    Variant("matrix_form", "all patterns at once; train_nn and test_nn call no lower function"),
    Variant("einsum", "einsum, and the mean of a list of gradients"),
    Variant("reversed_order", "sums from the last point to the first; lists of outputs"),
    Variant("lists_everywhere", "lists for every vector and matrix, ints where a value is whole"),
    Variant("row_vectors", "every vector as a (1, n) row"),
    Variant("column_vectors", "every vector as an (n, 1) column"),
    Variant("in_place", "updates the caller's weights; guesses from after the last update"),
    Variant("epsilon_log", "an epsilon inside the logarithm"),
    Variant("assigned", "functions bound by assignment: np.vectorize, lambdas, an alias"),
    Variant("network_class", "a class does the work; settings in a dict with expressions"),
    Variant("one_loop", "scipy's expit without a guard; train_nn never calls backprop"),
    Variant("plots_and_prints", "imports pyplot and iris, prints, plots under a __main__ guard"),
)
