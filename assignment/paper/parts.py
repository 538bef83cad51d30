"""The student's numbers and figures, each as far as it is written."""

from __future__ import annotations

import traceback
import warnings
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
from checks import layout
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from .blocks import Block, Paragraph, Plot
from .figures import confusion
from .network import Network, NotYet, Run, Settings, vector

WHOLE = ("M", "iterations", "seed")
"""Settings that are whole numbers; numpy may have made floats of them."""


class Parts:
    """The student's figures and numbers, each as far as it is written; ``todo`` is the rest."""

    def __init__(self, report: ModuleType, run: Run, settings: Settings, network: Network) -> None:
        self.todo: list[str] = []
        self._report = report
        self._network = network
        self._settings = settings
        self.accuracy = self._accuracy(run)
        correct = int(np.sum(run.guesses == run.targets))
        score = "still to do" if self.accuracy is None else f"{self.accuracy:.3f}"
        self.summary = Paragraph(
            f"{settings}. Accuracy on the test set: {score} ({correct} of {len(run.targets)} "
            "guesses are right)."
        )
        self.blocks: dict[str, Block] = {
            "E_total": self._plot("plot_E_total", "The error in each iteration.", run.E_total),
            "misclassification_rate": self._plot(
                "plot_misclassification_rate",
                "The misclassification rate of the training set in each iteration.",
                run.misclassification_rate,
            ),
            "confusion_matrix": self._confusion(run),
            "comparison": self._comparison(),
        }

    def _accuracy(self, run: Run) -> float | None:
        value = self._call("accuracy", run.guesses, run.targets)
        if value is None:
            return None
        try:
            share = float(np.ravel(np.asarray(value, dtype=float))[0])
        except (TypeError, ValueError, IndexError):
            share = -1.0
        if not 0 <= share <= 1:
            self.todo.append("`accuracy`: it must return a number between 0 and 1")
            return None
        return share

    def _confusion(self, run: Run) -> Block:
        names = self._report.CLASS_NAMES
        K = self._network.classes
        value = self._call("confusion_matrix", run.guesses, run.targets, K)
        try:
            matrix = None if value is None else np.asarray(value, dtype=float)
        except (TypeError, ValueError):
            matrix = np.empty(0)
        if matrix is not None and (matrix.shape != (K, K) or not np.isfinite(matrix).all()):
            self.todo.append(f"`confusion_matrix`: it must return numbers in the shape ({K}, {K})")
            matrix = None
        if matrix is None:
            return _gap("confusion_matrix")
        return confusion(matrix, names, "The confusion matrix of the test set.")

    def _comparison(self) -> Block:
        if self.accuracy is None:
            self.todo.append("`compare` and `plot_accuracy`: they need `accuracy`")
            return _gap("compare")
        answer = self._call("compare", self._trial)
        if answer is None:
            return _gap("compare")
        try:
            setting, values, accuracies = answer
            setting, values = str(setting), np.ravel(np.asarray(values))
            accuracies = vector(accuracies, len(values))
        except (TypeError, ValueError):
            self.todo.append("`compare`: it must return a name, the values, and as many accuracies")
            return _gap("compare")
        caption = f"Accuracy on the test set for different values of {setting}."
        return self._plot("plot_accuracy", caption, setting, values, accuracies)

    def _trial(self, **changed: Any) -> float:
        try:
            changed = {k: int(v) if k in WHOLE else float(v) for k, v in changed.items()}
            settings = replace(self._settings, **changed)
        except TypeError:
            raise ValueError(
                f"trial takes M, eta, iterations, scale and seed, not {', '.join(changed)}"
            ) from None
        run = self._network.train(settings)
        accuracy = float(self._report.accuracy(run.guesses, run.targets))
        layout.say(f"  trial: {settings}: {accuracy:.3f}")
        return accuracy

    def _plot(self, name: str, caption: str, *data: Any) -> Block:
        function = getattr(self._report, name, None)

        def draw(axes: Axes) -> None:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                function(axes, *data)  # type: ignore[misc] # _call has seen that it is there

        def rehearse(_: object) -> bool:
            figure = Figure()
            axes = figure.add_subplot()
            draw(axes)
            figure.draw_without_rendering()
            return bool(axes.has_data())

        drawn = self._call(name, None, function=rehearse)
        if drawn is False:
            self.todo.append(f"`{name}`: it drew nothing on `axes` (axes.plot, not plt.plot)")
        return Plot(draw, caption) if drawn else _gap(name)

    def _call(
        self, name: str, *arguments: Any, function: Callable[..., Any] | None = None
    ) -> Any | None:
        """What a function of report.py returns; None, with a line in the list, where it cannot."""
        if not callable(getattr(self._report, name, None)):
            self.todo.append(f"`{name}` is not in report.py any more")
            return None
        try:
            answer = (function or getattr(self._report, name))(*arguments)
        except NotImplementedError:
            self.todo.append(f"`{name}`: write it, in report.py")
            return None
        except NotYet as problem:
            self.todo.append(f"`{name}`: {problem}")
            return None
        except (Exception, SystemExit) as exc:
            self.todo.append(f"`{name}`: {self._told(exc)}")
            return None
        if answer is None:
            self.todo.append(f"`{name}`: it returned nothing")
        return answer

    def _told(self, exc: BaseException) -> str:
        own = str(self._report.__file__)
        lines = [
            frame.lineno
            for frame in traceback.extract_tb(exc.__traceback__)
            if Path(frame.filename).name == Path(own).name
        ]
        where = f" (report.py, line {lines[-1]})" if lines else ""
        return f"{type(exc).__name__}: {layout.shortened(str(exc))}{where}"


def _gap(name: str) -> Paragraph:
    return Paragraph(f"[still to do: {name}]")
