"""Replace packages that are not installed where a solution is graded.

Nearly every file imports a plotting package, and some import other packages that are missing; none
of the seven functions needs one. So imports, calls and decorators work, and any use as a number, a
condition or a sequence raises an error that names the package. (If everything worked, ``while
placeholder`` would never end.)
"""

import sys
from collections.abc import Callable, Iterable, Iterator
from itertools import product
from types import ModuleType
from typing import Any

import numpy as np

PROGRESS = {"tqdm", "tqdm_notebook", "track"}
"""Calls that return their iterable and show progress."""
_PLOTTING = """
annotate axhline axis axvline bar barh boxplot cla clf close colorbar contour contourf draw
errorbar figlegend figure fill_between gca gcf grid hist imshow ioff ion legend loglog matshow
pause plot savefig scatter semilogx semilogy setp show stem step style subplot subplots
subplots_adjust suptitle text tick_params tight_layout title xlabel xlim xscale xticks ylabel
ylim yscale yticks
"""
PLOTTING = tuple(_PLOTTING.split())
"""The names that ``from matplotlib.pyplot import *`` binds here."""
_drawings = [0]


class Absent(ImportError):
    """A package is needed that is not installed where the assignment is graded."""


class Placeholder:
    """Replaces a package and everything in it; ``path`` is its dotted name."""

    def __init__(self, path: str) -> None:
        object.__setattr__(self, "_Placeholder__path", path[:80])

    def __getattr__(self, name: str) -> Any:
        if name == "__all__":
            return PLOTTING if self.__path == "matplotlib.pyplot" else ()
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        return Placeholder(f"{self.__path}.{name}")

    def __call__(self, *args: Any, **options: Any) -> Any:
        """Return an iterable or a decorated function; otherwise another placeholder."""
        name = self.__path.rpartition(".")[2]
        if name in ("trange", "tnrange"):
            return Progress(range(*args))
        if name in PROGRESS:
            items = args[0] if args else options.get("iterable", options.get("sequence"))
            return Progress(() if items is None else items)
        if name == "prange":
            return range(*args)
        if len(args) == 1 and callable(args[0]) and not isinstance(args[0], Placeholder):
            return args[0]
        if self.__path.startswith("matplotlib."):
            _drawings[0] += 1
            return _drawn(name, f"{self.__path}()", args, options)
        return Placeholder(f"{self.__path}()")

    def __getitem__(self, key: object) -> "Placeholder":
        return Placeholder(f"{self.__path}[]")

    def __setattr__(self, name: str, value: object) -> None:
        """Settings of an absent package change nothing."""

    def __setitem__(self, key: object, value: object) -> None:
        """Settings of an absent package change nothing."""

    def __enter__(self) -> "Placeholder":
        return self

    def __exit__(self, *exception: object) -> None:
        """Errors inside the block go on."""

    def __mro_entries__(self, bases: tuple[object, ...]) -> tuple[type, ...]:
        return ()

    def __instancecheck__(self, instance: object) -> bool:
        return False

    def __subclasscheck__(self, other: type) -> bool:
        return False

    def __or__(self, other: object) -> "Placeholder":
        # Not arithmetic but a type: ``pd.DataFrame | None`` in a signature.
        return self

    __ror__ = __or__

    def __repr__(self) -> str:
        return f"<{self.__path}, which is not there when the assignment is graded>"

    __hash__ = object.__hash__

    def _raise(self, *_: object, **__: object) -> Any:
        package, _, name = self.__path.partition("(")[0].partition(".")
        if package in sys.stdlib_module_names:
            version = f"{sys.version_info.major}.{sys.version_info.minor}"
            raise Absent(
                f"there is no `{name}` in `{package}` with Python {version}: is it spelt right, or "
                "only in a newer version?"
            )
        raise Absent(
            f"this needs `{package}` (`{self.__path}`), which is not there when the assignment "
            "is graded; the seven functions need only numpy and scipy"
        )


_ARITHMETIC = """
add sub mul matmul truediv floordiv mod divmod pow and xor lshift rshift
"""
_REFUSED = """
bool iter next len contains reversed int float complex index round trunc floor ceil
eq ne lt le gt ge neg pos abs invert array array_ufunc array_function
"""
_reflected = (f"r{name}" for name in _ARITHMETIC.split())
for _name in (*_REFUSED.split(), *_ARITHMETIC.split(), *_reflected):
    setattr(Placeholder, f"__{_name}__", Placeholder._raise)


class Progress:
    """A progress bar that only returns its items."""

    def __init__(self, items: Iterable[Any]) -> None:
        self._items = items

    def __iter__(self) -> Iterator[Any]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)  # type: ignore[arg-type] # a generator raises here, as it should

    def __enter__(self) -> "Progress":
        return self

    def __exit__(self, *exception: object) -> None:
        """Errors inside the block go on."""

    def __getattr__(self, name: str) -> Callable[..., None]:
        if name.startswith("__"):
            raise AttributeError(name)
        return lambda *_, **__: None


def drawings() -> int:
    """How many calls of a plotting package were made in this process."""
    return _drawings[0]


def pylab() -> ModuleType:
    """Make a module like pylab: numpy's names, and placeholders for the plotting."""
    module = ModuleType("pylab")
    vars(module).update({name: getattr(np, name) for name in np.__all__})
    vars(module).update({name: Placeholder(f"matplotlib.pyplot.{name}") for name in PLOTTING})
    vars(module).update(np=np, plt=Placeholder("matplotlib.pyplot"))
    return module


def _drawn(name: str, path: str, args: tuple[Any, ...], options: dict[str, Any]) -> Any:
    """Return as many placeholders as callers unpack: ``fig, ax = subplots()``."""
    if name == "plot":
        return [Placeholder(path)]
    if name == "hist":
        return Placeholder(path), Placeholder(path), Placeholder(path)
    if name == "subplots":
        return Placeholder(path), _axes(path, args, options)
    return Placeholder(path)


def _axes(path: str, args: tuple[Any, ...], options: dict[str, Any]) -> Any:
    rows, columns = (*args, 1, 1)[:2] if len(args) < 2 else args[:2]
    shape = int(options.get("nrows", rows)), int(options.get("ncols", columns))
    axes = np.empty(shape, dtype=object)
    for place in product(*map(range, shape)):
        axes[place] = Placeholder(path)
    if not options.get("squeeze", True):
        return axes
    return axes[0, 0] if shape == (1, 1) else axes.squeeze()
