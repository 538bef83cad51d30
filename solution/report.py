"""The reference report of section 2.3: python -m solution.report [--quick] [--out report.pdf].

The functions are the answer to those of assignment/report.py; below them the report is built.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from rich.progress import Progress

from assignment.checks.model.version import VERSION
from assignment.paper.document import Block, confusion, parse, pdf, plot
from assignment.paper.training import Run, Settings
from solution import neural_network as reference
from solution.sweep import Sweep, sweep, train

Vector = np.ndarray
Matrix = np.ndarray

CLASS_NAMES = ("setosa", "versicolor", "virginica")
TEXT = Path(__file__).with_name("discussion.md")
VALUES: dict[str, tuple[float, ...]] = {
    "M": (1, 2, 3, 4, 6, 10, 20, 40),
    "eta": (0.003, 0.01, 0.03, 0.1, 0.3, 1, 3),
    "scale": (0.01, 0.1, 0.3, 1, 3, 10),
}
LABELS = {
    "M": "number of hidden neurons M",
    "eta": "learning rate η",
    "scale": "scale of the initial weights",
}


def accuracy(guesses: Vector, targets: Vector) -> float:
    """The share of right guesses, between 0 and 1; both are (N,). Handout 2.3."""
    return float(np.mean(guesses == targets))


def confusion_matrix(guesses: Vector, targets: Vector, K: int) -> Matrix:
    """Counts (K, K): row i, column j for class i guessed to be class j. Handout 2.3."""
    counts = np.zeros((K, K), dtype=int)
    np.add.at(counts, (targets, guesses), 1)
    return counts


def plot_E_total(axes: Axes, E_total: Vector) -> None:
    """The error (iterations,) over the iterations. Handout 2.3."""
    axes.plot(np.arange(1, len(E_total) + 1), E_total, color="C0")
    axes.set(xlabel="iteration", ylabel="E_total", ylim=(0, None))
    axes.grid(alpha=0.3)


def plot_misclassification_rate(axes: Axes, misclassification_rate: Vector) -> None:
    """The rate (iterations,) over the iterations. Handout 2.3."""
    iterations = np.arange(1, len(misclassification_rate) + 1)
    axes.plot(iterations, misclassification_rate, color="C1")
    axes.set(xlabel="iteration", ylabel="misclassification_rate", ylim=(0, None))
    axes.grid(alpha=0.3)


def compare(trial: Callable[..., float]) -> tuple[str, Vector, Vector]:
    """The mean accuracy over three seeds for some sizes of the hidden layer. Handout 2.3."""
    values = np.array([1, 2, 4, 8])
    return "M", values, np.array([np.mean([trial(M=M, seed=s) for s in (1, 2, 3)]) for M in values])


def plot_accuracy(axes: Axes, setting: str, values: Vector, accuracies: Vector) -> None:
    """The accuracy (n,) over the values (n,) of the setting. Handout 2.3."""
    axes.plot(values, accuracies, "o-", color="C2")
    axes.set(xlabel=LABELS.get(setting, setting), ylabel="test accuracy", ylim=(0, 1.05))
    axes.grid(alpha=0.3)


def plot_sweep(axes: Axes, result: Sweep) -> None:
    """Plot a sweep: each seed as a pale dot, with mean and standard deviation."""
    for column in result.accuracies.T:
        axes.plot(result.values, column, "o", color="0.75", markersize=3, zorder=1)
    # No accuracy is above 1, so no bar is.
    bars = result.deviations, np.minimum(result.deviations, 1 - result.means)
    axes.errorbar(result.values, result.means, bars, fmt="o-", color="C2", capsize=3)
    axes.set_xscale("log")
    axes.set_xticks(result.values, [f"{value:g}" for value in result.values])
    axes.minorticks_off()
    axes.set(xlabel=LABELS[result.setting], ylabel="test accuracy", ylim=(0, 1.05))
    axes.grid(alpha=0.3)


@dataclass(frozen=True)
class Study:
    """The data of the report: one long training and the sweeps."""

    run: Run
    sweeps: tuple[Sweep, ...]
    seeds: int


def study(*, quick: bool = False) -> Study:
    """Train and sweep, with a progress bar on a terminal; quick: a few iterations and seeds."""
    start = Settings(iterations=30) if quick else Settings(M=6, eta=0.1, iterations=1000)
    seeds = 2 if quick else 7
    values = {name: some[::3] if quick else some for name, some in VALUES.items()}
    with Progress(transient=True, disable=not sys.stdout.isatty()) as bar:
        task = bar.add_task("training", total=1)
        run = train(start, reference)
        bar.update(task, completed=1)
        sweeps = []
        for name, some in values.items():
            task = bar.add_task(LABELS[name], total=len(some) * seeds)
            sweeps.append(sweep(name, some, seeds, start, partial(bar.advance, task)))
    return Study(run, tuple(sweeps), seeds)


def plots(found: Study) -> dict[str, Block]:
    """The figures by the names that the text uses."""
    run = found.run
    matrix = confusion_matrix(run.guesses, run.targets, len(CLASS_NAMES))
    curves = {
        "E_total": plot(
            "The error of the training set before each update, summed over the outputs and "
            "averaged over the flowers.",
            plot_E_total,
            run.E_total,
        ),
        "misclassification_rate": plot(
            "The share of wrong guesses on the training set before each update.",
            plot_misclassification_rate,
            run.misclassification_rate,
        ),
        "confusion_matrix": confusion(matrix, CLASS_NAMES, "The confusion matrix of the test set."),
    }
    return curves | {result.setting: swept(result, found.seeds) for result in found.sweeps}


def swept(result: Sweep, seeds: int) -> Block:
    """The figure of a sweep."""
    return plot(
        f"Accuracy on the test set over the {LABELS[result.setting]} (logarithmic axis). Pale dots "
        f"are single seeds ({seeds} for each value), the line is their mean, and the bars are "
        "their standard deviation.",
        plot_sweep,
        result,
    )


def blocks(found: Study) -> list[Block]:
    """The whole report: its text with numbers and figures."""
    run = found.run
    right = int(np.sum(run.guesses == run.targets))
    text = TEXT.read_text("utf-8").format(
        M=run.settings.M,
        eta=run.settings.eta,
        iterations=run.settings.iterations,
        seed=run.settings.seed,
        seeds=found.seeds,
        accuracy=accuracy(run.guesses, run.targets),
        right=right,
        tested=len(run.targets),
        first_error=run.E_total[0],
        last_error=run.E_total[-1],
        last_rate=run.misclassification_rate[-1],
    )
    result, unknown = parse(text, plots(found))
    assert not unknown
    return result


def build(out: Path, *, quick: bool = False) -> int:
    """Write the report and return its number of pages."""
    found = study(quick=quick)
    title = "The back-propagation algorithm: reference report"
    made = pdf(
        blocks(found), title=title, author="reference", footer=f"Reference report, kit {VERSION}"
    )
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_bytes(made.content)
    return made.pages


def main(arguments: Sequence[str] | None = None) -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m solution.report", description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("dist/reference-report.pdf"))
    parser.add_argument("--quick", action="store_true", help="a few iterations and seeds only")
    options = parser.parse_args(arguments)
    print(f"wrote {options.out}: {build(options.out, quick=options.quick)} pages")


if __name__ == "__main__":
    main()
