"""The reference report: seeded, its figures show its numbers, and it fits on six pages."""

import re
from pathlib import Path

import numpy as np
import pytest
from matplotlib.figure import Figure

from assignment.paper import document
from solution import neural_network, report
from solution.sweep import Settings, Sweep, fast, sweep, train


@pytest.fixture(scope="module")
def study() -> report.Study:
    """The quick study, once."""
    return report.study(quick=True)


def test_the_same_seed_gives_the_same_run() -> None:
    """The fast variant agrees with the reference, and another seed is another split."""
    start = Settings(iterations=20)
    right, again = train(start, neural_network), train(start)
    assert np.allclose(right.E_total, again.E_total, rtol=1e-9)
    assert (right.guesses == again.guesses).all()
    assert len(right.targets) == 30
    assert (train(Settings(iterations=2, seed=2)).targets != right.targets).any()
    assert fast() is fast()


def test_a_sweep_repeats_every_value_with_every_seed() -> None:
    """One training for each value and seed; the bars are the deviation over the seeds."""
    calls: list[int] = []
    found = sweep("eta", (0.0, 0.1), 3, Settings(iterations=10), lambda: calls.append(1))
    assert len(calls) == 6
    assert found.accuracies.shape == (2, 3)
    alone = train(Settings(iterations=10, eta=0.1, seed=3))
    assert found.accuracies[1, 2] == np.mean(alone.guesses == alone.targets)
    assert np.allclose(found.deviations, np.std(found.accuracies, axis=1, ddof=1))


def test_the_numbers_are_in_the_text(study: report.Study) -> None:
    """Accuracy, number of right guesses and settings stand in the report."""
    texts = " ".join(getattr(block, "text", "") for block in report.blocks(study))
    right = int(np.sum(study.run.guesses == study.run.targets))
    assert f"Accuracy on the test set: {right / 30:.3f}, which is {right} of 30" in texts
    assert "{" not in texts


def test_the_figures_show_the_curves_and_bars(
    study: report.Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Tested by the data of what is drawn: two curves, three sweeps with dots and bars."""
    figures: list[Figure] = []

    def kept(*size: object, **options: object) -> Figure:
        figures.append(Figure(*size, **options))
        return figures[-1]

    monkeypatch.setattr(document, "Figure", kept)
    plots = report.plots(study)
    assert list(plots) == ["E_total", "misclassification_rate", "confusion_matrix", *report.VALUES]
    assert all(plot.picture for plot in plots.values())
    drawn = {name: figure.axes[0] for name, figure in zip(plots, figures, strict=True)}
    for name in ("E_total", "misclassification_rate"):
        assert (drawn[name].lines[0].get_ydata() == getattr(study.run, name)).all()
        assert drawn[name].get_xlabel() == "iteration"
    counts = [int(text.get_text()) for text in drawn["confusion_matrix"].texts]
    assert sum(counts) == 30
    for result in study.sweeps:
        axes = drawn[result.setting]
        assert (axes.containers[0][0].get_ydata() == result.means).all()
        assert len(axes.lines) >= study.seeds
        assert axes.get_xlabel() == report.LABELS[result.setting]


def test_no_bar_reaches_above_one() -> None:
    """An accuracy over 1 does not exist, so it is not drawn."""
    axes = Figure().add_subplot()
    report.plot_sweep(axes, Sweep("M", (1, 2), np.array([[0.2, 1.0], [0.9, 1.0]])))
    tops = [path.vertices[:, 1].max() for path in axes.collections[0].get_paths()]
    assert max(tops) <= 1.0


def test_the_command_writes_at_most_six_pages(
    study: report.Study,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The text is the same length in the quick report, so the pages are those of the full one."""
    out = tmp_path / "new" / "report.pdf"
    monkeypatch.setattr(report, "study", lambda quick: {True: study}[quick])
    report.main(["--quick", "--out", str(out)])
    pages = len(re.findall(rb"/Type /Page\b", out.read_bytes()))
    assert 2 <= pages <= 6
    assert capsys.readouterr() == (f"wrote {out}: {pages} pages\n", "")
