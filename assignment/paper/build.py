"""Build report.pdf from a student's report.py, neural_network.py and discussion.md.

All three may be half finished: what is there goes into the PDF, and a list says what is missing.
"""

import time
import traceback
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar

import iris
import matplotlib
import numpy as np
from checks import console
from checks.commands.submit import unwritten
from checks.loading.loader import Failure, SourceError, failure, load
from checks.running.kit import FILE, REPORT, Kit
from checks.running.process import CannotRun

from .document import Block, confusion, parse, pdf, plot
from .training import NotYet, Run, Settings, numbers, train

T = TypeVar("T")
TEXTS = ("discussion.md", "discussion.txt")
TITLE = "The back-propagation algorithm: report"
WHOLE = ("M", "iterations", "seed")
"""Settings that are whole numbers; numpy may have made floats of them."""


def build(report: ModuleType) -> int:
    """Write report.pdf beside ``report`` and print what is still to do.

    Returns 0 when nothing is, 1 when something is, and 2 when there is nothing to build from.
    """
    matplotlib.use("Agg")  # no window, on no system
    try:
        todo = _build(report, Kit(Path(str(report.__file__)).resolve().parent))
    except (CannotRun, NotYet) as problem:
        console.say(console.wrap(str(problem)))
        return 2
    except KeyboardInterrupt:
        console.say("\nStopped; report.pdf is as it was.")
        return 2
    if todo:
        console.say("\nStill to do:")
    for thing in dict.fromkeys(todo):
        console.say(console.wrap(f"- {thing}", 2))
    return 1 if todo else 0


def _build(report: ModuleType, kit: Kit) -> list[str]:
    """Write the PDF; returns what is still to do, in sentences."""
    if missing := unwritten(kit.source):
        raise NotYet(
            f"First finish {FILE}: {console.listed(missing)} still to do. The report needs all "
            "seven functions; python check.py says how far they are."
        )
    network = Network(kit)
    settings = Settings(report.M, report.ETA, report.ITERATIONS, report.SEED)
    console.say(f"Training: {settings}")
    began = time.perf_counter()
    run = network.train(settings)
    console.say(f"  done in {time.perf_counter() - began:.1f} s")
    answers = Answers(report, network, run)
    todo = answers.todo
    name = next((name for name in TEXTS if (kit.folder / name).is_file()), TEXTS[0])
    try:
        text = (kit.folder / name).read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        text = ""
        todo.append(f"{name}: your text; there is no such file")
    except UnicodeDecodeError:
        raise NotYet(f"{name} is not UTF-8 text: save it as UTF-8 in your editor.") from None
    else:
        if all(block.level for block in parse(text, {})[0]):
            todo.append(f"{name}: your text; so far it has none")
    blocks, unknown = parse(text, answers.figures)
    names = ", ".join(f"[{name}]" for name in answers.figures)
    todo += [f"there is no figure [{name}]; the names are {names}" for name in unknown]
    author = " ".join(str(report.NAME).split())
    if not author:
        todo.append("NAME at the top of report.py: your name")
    title = Block(TITLE, level=1)
    if blocks and blocks[0].level == 1:
        title, *blocks = blocks
    footer = f"{author[:60]} digest {kit.digest}".strip()
    made = pdf([title, answers.summary, *blocks], title=TITLE, author=author, footer=footer)
    if made.missing:
        todo.append(f"{name}: these characters cannot be printed: {' '.join(made.missing[:20])}")
    try:
        (kit.folder / REPORT).write_bytes(made.content)
    except OSError as problem:
        raise NotYet(
            f"{REPORT} cannot be written ({problem.strerror}): is it open in another program?"
        ) from None
    console.say(f"{REPORT} written: {console.count(made.pages, 'page')}")
    return todo


class Network:
    """The student's seven functions, loaded as the grader loads them."""

    def __init__(self, kit: Kit) -> None:
        self._kit = kit
        self._complete = False
        try:
            self._loaded = load(kit.source, filename=str(kit.folder / FILE))
        except SourceError as problem:
            raise CannotRun(f"{FILE} cannot be run. {problem}") from None

    def train(self, settings: Settings) -> Run:
        """Train and test; NotYet where the functions raise, or return something unusable."""
        try:
            return train(self._loaded.module, settings, iris)
        except NotYet:
            raise
        except (Exception, SystemExit) as exc:
            if not self._loaded.left_out:
                raise _broken(failure(exc)) from None
        # Perhaps it needs a statement of the file that was left out.
        self._loaded = load(self._kit.source, full=True, filename=str(self._kit.folder / FILE))
        if self._loaded.crashed:
            raise _broken(self._loaded.crashed)
        return self.train(settings)


def _broken(found: Failure) -> NotYet:
    where = f", line {found.line}" if found.line else ""
    what = f"{found.kind}: {found.text}" if found.text else found.kind
    name = f"python check.py {found.origin}" if found.origin else "python check.py"
    return NotYet(f"First fix {FILE}: {console.shortened(what)} ({FILE}{where}). {name} says more.")


class Answers:
    """What the functions of report.py give; ``todo`` has a line for each that gives nothing yet."""

    def __init__(self, report: ModuleType, network: Network, run: Run) -> None:
        self.todo: list[str] = []
        self._report = report
        self._network = network
        self._run = run
        accuracy = self._get("accuracy", self._accuracy)
        score = "still to do" if accuracy is None else f"{accuracy:.3f}"
        self.summary = Block(
            f"{run.settings}. Accuracy on the test set: {score} "
            f"({np.sum(run.guesses == run.targets)} of {len(run.targets)} guesses are right)."
        )
        self.figures = {
            "E_total": self._plot("plot_E_total", "The error in each iteration.", run.E_total),
            "misclassification_rate": self._plot(
                "plot_misclassification_rate",
                "The misclassification rate of the training set in each iteration.",
                run.misclassification_rate,
            ),
            "confusion_matrix": self._figure("confusion_matrix", self._confusion),
            "comparison": _gap("compare"),
        }
        if accuracy is None:
            self.todo.append("`compare` and `plot_accuracy`: they need `accuracy`")
        elif compared := self._get("compare", self._compare):
            caption = f"Accuracy on the test set for different values of {compared[0]}."
            self.figures["comparison"] = self._plot("plot_accuracy", caption, *compared)

    def _accuracy(self) -> float:
        problem = "it must return a number between 0 and 1"
        (share,) = numbers(self._call("accuracy", self._run.guesses, self._run.targets), 1, problem)
        if not 0 <= share <= 1:
            raise NotYet(problem)
        return float(share)

    def _confusion(self) -> Block:
        K = len(iris.CLASSES)
        problem = f"it must return numbers in the shape ({K}, {K})"
        answer = self._call("confusion_matrix", self._run.guesses, self._run.targets, K)
        counts = numbers(answer, K * K, problem)
        if np.shape(answer) != (K, K) or not np.isfinite(counts).all():
            raise NotYet(problem)
        caption = "The confusion matrix of the test set."
        return confusion(counts.reshape(K, K), self._report.CLASS_NAMES, caption)

    def _compare(self) -> tuple[str, np.ndarray, np.ndarray]:
        problem = "it must return a name, the values, and as many accuracies"
        answer = self._call("compare", self._trial)
        try:
            setting, values, accuracies = answer
            values = np.ravel(np.asarray(values))
        except (TypeError, ValueError):
            raise NotYet(problem) from None
        return str(setting), values, numbers(accuracies, len(values), problem)

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
        console.say(f"  trial: {settings}: {accuracy:.3f}")
        return accuracy

    def _plot(self, name: str, caption: str, *data: Any) -> Block:
        return self._figure(name, lambda: plot(caption, self._function(name), *data))

    def _figure(self, name: str, make: Callable[[], Block]) -> Block:
        return self._get(name, make) or _gap(name)

    def _get(self, name: str, make: Callable[[], T]) -> T | None:
        """Return what ``make`` makes of a function; None, with a line in ``todo``, if it fails."""
        try:
            return make()
        except NotImplementedError:
            problem = "write it, in report.py"
        except NotYet as exc:
            problem = str(exc)
        except (Exception, SystemExit) as exc:
            frames = traceback.extract_tb(exc.__traceback__)
            lines = [frame.lineno for frame in frames if frame.filename == self._report.__file__]
            where = f" (report.py, line {lines[-1]})" if lines else ""
            problem = f"{type(exc).__name__}: {console.shortened(str(exc))}{where}"
        self.todo.append(f"`{name}`: {problem}")
        return None

    def _call(self, name: str, *arguments: Any) -> Any:
        answer = self._function(name)(*arguments)
        if answer is None:
            raise NotYet("it returned nothing")
        return answer

    def _function(self, name: str) -> Callable[..., Any]:
        function: Callable[..., Any] | None = getattr(self._report, name, None)
        if not callable(function):
            raise NotYet("it is not in report.py any more")
        return function


def _gap(name: str) -> Block:
    return Block(f"[still to do: {name}]")
