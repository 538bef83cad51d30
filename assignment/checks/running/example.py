"""Inputs of public cases, to try functions with."""

from collections import namedtuple
from difflib import get_close_matches
from typing import Any

import numpy as np

from ..model.case import every_call
from ..model.questions import by_function
from .kit import BONUS_FILE, FILE, Kit


def example(name: str) -> Any:
    """Return copies of the arguments of the public case ``name``; ``inputs.x`` is the one called x.

    Raises:
        LookupError: if no case has this name.
    """
    public = (case for file in (FILE, BONUS_FILE) for case in Kit(file=file).key.cases)
    cases = {call.id: call for call in every_call(public)}
    if name not in cases:
        alike = get_close_matches(str(name), cases, n=1, cutoff=0.3)
        guess = f" Did you mean {alike[0]!r}?" if alike else ""
        raise LookupError(f"There is no example {name!r}.{guess} There are: {', '.join(cases)}.")
    case = cases[name]
    parameters = by_function(case.function).parameters
    values = (case.inputs[parameter] for parameter in parameters)
    made = namedtuple("inputs", parameters)  # type: ignore[misc] # the names are the table's
    return made(*(value.copy() if isinstance(value, np.ndarray) else value for value in values))
