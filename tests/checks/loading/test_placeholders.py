"""Placeholders for packages that are not installed."""

import operator
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from assignment.checks.loading.placeholders import Absent, Placeholder

pandas: Any = Placeholder("pandas")
plt: Any = Placeholder("matplotlib.pyplot")


@pytest.mark.parametrize(
    "use",
    [
        *(bool, int, float, complex, round, operator.index, operator.neg),
        *(len, iter, list, lambda p: 1 in p, lambda p: range(3)[p]),
        *(lambda p: p + 1, lambda p: 1 - p, lambda p: p == 1, lambda p: p < 1),
        *(np.exp, np.asarray, lambda p: p @ np.ones(2), lambda p: np.ones(2) * p),
        lambda p: np.dot(p, [1]),
    ],
)
def test_a_use_as_a_value_names_the_package(use: Callable[[Any], object]) -> None:
    """Numbers, truth, items and arithmetic raise an error that names the package."""
    with pytest.raises(Absent, match=r"this needs `pandas` \(`pandas.read_csv\(\)`\)"):
        use(pandas.read_csv("iris.csv"))


def test_a_name_of_a_newer_python_is_said_to_be_one() -> None:
    """A module of Python itself is not called a package that is not there."""
    later: Any = Placeholder("itertools.batched")
    with pytest.raises(Absent, match=r"there is no `batched` in `itertools` with Python 3\."):
        list(later([1, 2, 3], 2))


def test_plotting_does_nothing() -> None:
    """Attributes, calls, items, settings and with-blocks do nothing."""
    plt.rcParams["figure.figsize"] = (3, 4)
    plt.style.mode = "dark"
    with plt.style.context("ggplot"):
        plt.figure().gca()[0].set_title("E").set_color("red")
    (line,) = plt.plot([1, 2])
    line.set_label("E")


def test_subplots_can_be_unpacked() -> None:
    """``fig, axes = plt.subplots(...)`` gives axes of the shape that matplotlib gives."""
    assert isinstance(plt.subplots()[1], Placeholder)
    shapes = [plt.subplots(*sizes, figsize=(3, 3))[1].shape for sizes in ((2,), (1, 3), (2, 2))]
    assert shapes == [(2,), (3,), (2, 2)]
    assert plt.subplots(nrows=2, ncols=3)[1].shape == (2, 3)


def test_decorators_return_the_function() -> None:
    """A function that is decorated, with or without options, stays what it is."""
    numba: Any = Placeholder("numba")

    def function() -> int:
        return 1

    assert numba.njit(function) is function
    assert numba.njit(cache=True)(function) is function
    assert numba.njit(numba.float64[:](numba.float64))(function) is function


def test_progress_bars_pass_the_items_on() -> None:
    """Loops over tqdm, trange and track run as often as without them."""
    tqdm, rich = Placeholder("tqdm"), Placeholder("rich")
    bar = tqdm.tqdm(range(3), desc="training")
    assert (len(bar), list(bar), list(tqdm(iter("ab")))) == (3, [0, 1, 2], ["a", "b"])
    assert list(tqdm.auto.trange(2)) == list(rich.progress.track(sequence=[0, 1])) == [0, 1]
    with tqdm.tqdm(total=3) as bar:
        bar.update(1)
        bar.set_postfix(E=1)
    assert list(Placeholder("numba").prange(2)) == [0, 1]


def test_annotations_and_base_classes() -> None:
    """Signatures and classes that name an absent package can be defined."""

    class Frame(pandas.DataFrame):  # type: ignore[misc] # a base that is not a class
        pass

    assert Frame.__bases__ == (object,)
    assert (pandas.DataFrame | None) is not None
    assert (None | pandas.DataFrame) is not None
    assert not isinstance(1, pandas.DataFrame)
    assert not issubclass(int, pandas.DataFrame)
    assert "pandas.DataFrame, which is not there" in repr(pandas.DataFrame)
    assert len({pandas, plt}) == 2
