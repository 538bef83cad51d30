"""The student's functions of neural_network.py and report.py, each as far as it is written."""

from __future__ import annotations

import traceback
import warnings
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import iris
import numpy as np
from checks import console as layout
from checks.loading.loader import Failure, SourceError, failure, load
from checks.running.kit import FILE, Kit
from checks.running.process import CannotRun
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from .blocks import Block, Paragraph, Plot, confusion
from .training import NotYet, Run, Settings, train, vector

WHOLE = ("M", "iterations", "seed")
"""Settings that are whole numbers; numpy may have made floats of them."""


class Network:
    """The student's seven functions, loaded as the grader loads them."""

    def __init__(self, kit: Kit) -> None:
        self._source = kit.source
        self._filename = str(kit.folder / FILE)
        try:
            loaded = load(self._source, filename=self._filename)
        except SourceError as problem:
            raise CannotRun(f"{FILE} cannot be run. {problem}") from None
        self._module = loaded.module
        self._complete = not loaded.left_out

    def train(self, settings: Settings) -> Run:
        """Train and test; NotYet where the functions raise, or return something unusable."""
        try:
            return train(self._module, settings, iris)
        except NotYet:
            raise
        except (Exception, SystemExit) as exc:
            if self._complete:
                raise _broken(failure(exc)) from None
        # Perhaps it needs a statement of the file that was left out.
        self._complete = True
        loaded = load(self._source, full=True, filename=self._filename)
        if loaded.crashed:
            raise _broken(loaded.crashed)
        self._module = loaded.module
        return self.train(settings)


def _broken(found: Failure) -> NotYet:
    where = f", line {found.line}" if found.line else ""
    what = f"{found.kind}: {found.text}" if found.text else found.kind
    if len(what) > 200:
        what = f"{what[:200]} …"
    name = f"python check.py {found.origin}" if found.origin else "python check.py"
    return NotYet(f"First fix {FILE}: {what} ({FILE}{where}). {name} says more.")


class Answers:
    """What the functions of report.py give; ``todo`` has a line for each that gives nothing yet."""

    def __init__(self, report: ModuleType, network: Network, run: Run) -> None:
        self.todo: list[str] = []
        self._report = report
        self._network = network
        self._run = run
        self._accuracy = self._measured()
        correct, tested = int(np.sum(run.guesses == run.targets)), len(run.targets)
        score = "still to do" if self._accuracy is None else f"{self._accuracy:.3f}"
        self.summary = Paragraph(
            f"{run.settings}. Accuracy on the test set: {score} ({correct} of {tested} guesses are "
            "right)."
        )
        self.figures: dict[str, Block] = {
            "E_total": self._plot("plot_E_total", "The error in each iteration.", run.E_total),
            "misclassification_rate": self._plot(
                "plot_misclassification_rate",
                "The misclassification rate of the training set in each iteration.",
                run.misclassification_rate,
            ),
            "confusion_matrix": self._confusion(),
            "comparison": self._comparison(),
        }

    def _measured(self) -> float | None:
        value = self._call("accuracy", self._run.guesses, self._run.targets)
        if value is None:
            return None
        try:
            share = float(np.ravel(np.asarray(value, dtype=float))[0])
        except (TypeError, ValueError, IndexError):
            share = -1.0
        if 0 <= share <= 1:
            return share
        self.todo.append("`accuracy`: it must return a number between 0 and 1")
        return None

    def _confusion(self) -> Block:
        K = len(iris.CLASSES)
        value = self._call("confusion_matrix", self._run.guesses, self._run.targets, K)
        if value is None:
            return _gap("confusion_matrix")
        try:
            matrix = np.asarray(value, dtype=float)
        except (TypeError, ValueError):
            matrix = np.empty(0)
        if matrix.shape != (K, K) or not np.isfinite(matrix).all():
            self.todo.append(f"`confusion_matrix`: it must return numbers in the shape ({K}, {K})")
            return _gap("confusion_matrix")
        names = self._report.CLASS_NAMES
        return confusion(matrix, names, "The confusion matrix of the test set.")

    def _comparison(self) -> Block:
        if self._accuracy is None:
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
            settings = replace(self._run.settings, **changed)
        except TypeError:
            raise ValueError(
                f"trial takes M, eta, iterations, scale and seed, not {', '.join(changed)}"
            ) from None
        run = self._network.train(settings)
        accuracy = float(self._report.accuracy(run.guesses, run.targets))
        layout.say(f"  trial: {settings}: {accuracy:.3f}")
        return accuracy

    def _plot(self, name: str, caption: str, *data: Any) -> Block:
        """A figure that a function of report.py draws, if it can: it is tried out first."""

        def draw(axes: Axes) -> None:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                getattr(self._report, name)(axes, *data)

        def draws_something() -> bool:
            figure = Figure()
            axes = figure.add_subplot()
            draw(axes)
            figure.draw_without_rendering()
            return bool(axes.has_data())

        drawn = self._call(name, function=draws_something)
        if drawn is False:
            self.todo.append(f"`{name}`: it drew nothing on `axes` (axes.plot, not plt.plot)")
        return Plot(draw, caption) if drawn else _gap(name)

    def _call(self, name: str, *arguments: Any, function: Callable[..., Any] | None = None) -> Any:
        """What a function of report.py returns; None, with a line in the list, where it cannot."""
        own = getattr(self._report, name, None)
        if not callable(own):
            self.todo.append(f"`{name}` is not in report.py any more")
            return None
        try:
            answer = (function or own)(*arguments)
        except NotImplementedError:
            self.todo.append(f"`{name}`: write it, in report.py")
            return None
        except NotYet as problem:
            self.todo.append(f"`{name}`: {problem}")
            return None
        except (Exception, SystemExit) as exc:
            self.todo.append(f"`{name}`: {self._raised(exc)}")
            return None
        if answer is None:
            self.todo.append(f"`{name}`: it returned nothing")
        return answer

    def _raised(self, exc: BaseException) -> str:
        file = Path(str(self._report.__file__)).name
        frames = traceback.extract_tb(exc.__traceback__)
        lines = [frame.lineno for frame in frames if Path(frame.filename).name == file]
        where = f" (report.py, line {lines[-1]})" if lines else ""
        return f"{type(exc).__name__}: {layout.shortened(str(exc))}{where}"


def _gap(name: str) -> Paragraph:
    return Paragraph(f"[still to do: {name}]")
