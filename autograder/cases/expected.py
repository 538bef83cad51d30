"""What is right, and what misconceptions give: accepted answers, tolerances, misconception outputs.

The only module that imports ``solution``. Everything here is computed when it is first asked for
and kept: the reference's answers once per run, a case's misconception outputs only when an output
of it has failed.
"""

from __future__ import annotations

import contextlib
import io
import types
import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from assignment.checks.judging.judge import (
    NotNumbers,
    agrees,
    as_numbers,
    distance,
    failure_of,
    in_shape,
    split,
)
from assignment.checks.loading.loader import failure, load
from assignment.checks.model import public_key as key
from assignment.checks.model.case import Array, Case, Expected, MisconceptionOutput, Reply
from assignment.checks.model.public_key import Key, KeyUnreadable
from assignment.checks.model.questions import BONUS_FUNCTIONS, FUNCTIONS, below, by_function
from autograder.cases import graded as cases_
from autograder.cases.bonus import bonus_cases
from autograder.cases.points import CoursePoints, kit_points
from autograder.paths import PUBLIC_KEY
from solution import bonus as bonus_reference
from solution import neural_network as reference
from solution.misconceptions import CATALOGUE, Misconception, source_of, swayed

if TYPE_CHECKING:
    from solution.variants import Variant

__all__ = ["CATALOGUE", "Answers", "Misconception", "accepted", "source_of"]

TOLERANCE = 1e-6
"""For everything that is not a whole number: |got - right| <= TOLERANCE * (1 + |right|).

It lies between the spread of right solutions, which is rounding, and what a real mistake does;
``autograder verify`` measures the first and shows the second.
"""

Recorder = Callable[[str, Sequence[object], object], None]
"""Takes a function's name, the arguments of a call, and the value it returned."""

WHOLE = frozenset({"guesses"})
"""Outputs that are whole numbers and must be equal."""


def tolerance(output: str) -> float:
    """The tolerance for an output of this name; 0 where it must be equal."""
    return 0.0 if output in WHOLE else TOLERANCE


def reference_source() -> bytes:
    """The reference as a submission like any other, for the worker that answers injected calls."""
    return Path(str(reference.__file__)).read_bytes()


class Answers:
    """The cases of one hidden seed with everything needed to judge them.

    They have the kit's own points; ``course_points`` are those of a course.
    """

    functions = FUNCTIONS
    """The functions that the cases call, lowest first."""

    def __init__(
        self, hidden_seed: int = cases_.HIDDEN_SEED, course_points: CoursePoints | None = None
    ) -> None:
        self.hidden_seed = hidden_seed
        self.course_points = course_points or kit_points()
        self.cases = self._all_cases()
        self._right: dict[str, dict[str, Expected]] = {}
        self._with_misconceptions: dict[str, dict[str, Expected]] = {}

    def _all_cases(self) -> tuple[Case, ...]:
        return cases_.all_cases(self.hidden_seed)

    def reference(self) -> bytes:
        """The reference functions, for the worker that stands in for a student's."""
        return reference_source()

    @cached_property
    def bonus(self) -> BonusAnswers:
        """The same for the optional exercises, which are in a file of their own."""
        return BonusAnswers(self.hidden_seed, self.course_points)

    @property
    def is_default(self) -> bool:
        """Whether the hidden cases are those of the kit itself."""
        return self.hidden_seed == cases_.HIDDEN_SEED

    @cached_property
    def graded(self) -> tuple[Case, ...]:
        """The cases with points."""
        return cases_.graded(self.cases)

    @cached_property
    def asked_again(self) -> tuple[Case, ...]:
        """One case per function, for a second call at the end."""
        return cases_.asked_again(self.cases)

    def expected(self, case: Case) -> Mapping[str, Expected]:
        """Accepted answers and tolerances per output, without misconception outputs."""
        if case.id not in self._right:
            self._right[case.id] = {
                output: Expected(values, tolerance(output))
                for output, values in accepted(case).items()
            }
        return self._right[case.id]

    def public(self, case: str, output: str) -> Expected | None:
        """What is right for an output of a public case; None for one that is hidden or unknown."""
        for found in self.cases:
            if found.id == case and found.public:
                return self.expected(found).get(output)
        return None

    def with_misconceptions(self, case: Case) -> Mapping[str, Expected]:
        """The same with what each misconception in this case's function gives.

        For public cases it stands in the public key; where the key is of other cases, and for
        hidden cases, it is computed.
        """
        if case.id not in self._with_misconceptions:
            known = self._key.expected.get(case.id) if self._key else None
            self._with_misconceptions[case.id] = dict(
                known or add_misconceptions(case, self.expected(case))
            )
        return self._with_misconceptions[case.id]

    @cached_property
    def _key(self) -> Key | None:
        """The public key, if it is of these cases."""
        try:
            found = key.load(PUBLIC_KEY)
        except KeyUnreadable:
            return None
        return found if found.digest == key.digest(self.cases) else None


class BonusAnswers(Answers):
    """The cases of the bonus; no catalogue of misconceptions belongs to them."""

    functions = BONUS_FUNCTIONS

    def _all_cases(self) -> tuple[Case, ...]:
        return bonus_cases(self.hidden_seed)

    def reference(self) -> bytes:
        """The reference answer to the bonus."""
        return Path(str(bonus_reference.__file__)).read_bytes()

    def with_misconceptions(self, case: Case) -> Mapping[str, Expected]:
        """The accepted answers alone."""
        return self.expected(case)


def accepted(case: Case) -> dict[str, tuple[Array, ...]]:
    """The reference's answers to a case, per output; guesses before or after the last update."""
    module = bonus_reference if case.function in BONUS_FUNCTIONS else reference
    named = split(case, call(module, case).value)
    assert isinstance(named, dict)
    values: dict[str, tuple[Array, ...]] = {
        name: (as_numbers(value),) for name, value in named.items()
    }
    if case.function == "train_nn":
        after = reference.test_nn(
            np.asarray(case.inputs["X_train"]),
            case.inputs["M"],  # type: ignore[arg-type]
            case.inputs["K"],  # type: ignore[arg-type]
            values["W1tr"][0],
            values["W2tr"][0],
        )
        if not np.array_equal(after, values["guesses"][0]):
            values["guesses"] = (*values["guesses"], after)
    return values


def forward(case: Case) -> Array:
    """The outputs y behind every guess of a training or test case, shape (times, N, K).

    For ``train_nn`` before every update and after the last one.
    """
    inputs: Any = case.inputs
    M, K, W1, W2 = inputs["M"], inputs["K"], inputs["W1"], inputs["W2"]
    if case.function == "test_nn":
        return np.array([[reference.ffnn(x, M, K, W1, W2)[0] for x in inputs["X_test"]]])
    X, eta = inputs["X_train"], inputs["eta"]
    outputs = []
    for _ in range(inputs["iterations"]):
        outputs.append([reference.ffnn(x, M, K, W1, W2)[0] for x in X])
        W1, W2, *_ = reference.train_nn(X, inputs["t_train"], M, K, W1, W2, 1, eta)
    outputs.append([reference.ffnn(x, M, K, W1, W2)[0] for x in X])
    return np.array(outputs)


def call(module: types.ModuleType, case: Case) -> Reply:
    """Call one of OUR modules in this process, quietly, with copies of the case's inputs."""
    inputs = [
        value.copy() if isinstance(value, np.ndarray) else value
        for value in (case.inputs[name] for name in by_function(case.function).parameters)
    ]
    quiet = contextlib.redirect_stdout(io.StringIO())
    with quiet, warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            return Reply("returned", getattr(module, case.function)(*inputs))
        except Exception as problem:
            what = failure(problem)
            return Reply("error", kind=what.kind, text=what.text)


def record_inner_calls(source: str, cases: Iterable[Case], record: Recorder) -> None:
    """Call OUR source in these cases; ``record`` is told each call of a lower function.

    It gets the function's name, the arguments and the value as soon as the call has returned.
    """
    module = module_of(source)

    def recorded(name: str) -> Callable[..., object]:
        function = getattr(module, name)

        def recording(*arguments: object) -> object:
            value = function(*arguments)
            record(name, arguments, value)
            return value

        return recording

    cases = tuple(cases)
    own = vars(module).copy()
    lower = {name: recorded(name) for case in cases for name in below(case.function)}
    for case in cases:
        vars(module).update(lower | {case.function: own[case.function]})
        call(module, case)


def module_of(source: str) -> types.ModuleType:
    """One of OUR sources as a module; student code never runs in this process."""
    return load(source).module


@cache
def _mistake(entry: Misconception) -> types.ModuleType:
    # Not by the loader, which looks at every statement: a wrong file waits for all of these.
    module = types.ModuleType("neural_network")
    exec(compile(source_of(entry), f"<{entry.id}>", "exec"), module.__dict__)  # noqa: S102
    return module


def variants() -> tuple[Variant, ...]:
    """The equally right solutions."""
    from solution.variants import VARIANTS

    return VARIANTS


def decided_by_luck(cases: Iterable[Case]) -> set[tuple[str, str]]:
    """Hidden outputs at which, under another seed, a mistake may or may not show."""
    return {(case.id, output) for case in cases for output in case.points if swayed(case, output)}


def demo_class() -> tuple[tuple[str, bytes], ...]:
    """The made-up class that ``autograder grade --demo`` grades: names and sources."""
    from solution.demo import demo_class as made_up

    return tuple((name, source.encode()) for name, source in made_up())


def add_misconceptions(case: Case, right: Mapping[str, Expected]) -> dict[str, Expected]:
    """Accepted answers together with what each misconception gives where that is not right."""
    found: dict[str, list[MisconceptionOutput]] = {output: [] for output in right}
    for entry in CATALOGUE:
        if entry.function != case.function or entry.remark or entry.remembers:
            continue
        for output, alike in misconception_outputs(entry, case).items():
            if alike.value is None or not _right(alike.value, right[output]):
                found[output].append(alike)
    return {
        output: Expected(expected.accepted, expected.tolerance, tuple(found[output]))
        for output, expected in right.items()
    }


def _right(value: Array, right: Expected) -> bool:
    return any(agrees(value, accepted, right.tolerance) for accepted in right.accepted)


def misconception_outputs(entry: Misconception, case: Case) -> dict[str, MisconceptionOutput]:
    """What a misconception gives for each output of a case."""
    reply = call(_mistake(entry), case)
    named = split(case, reply.value) if reply.status == "returned" else ""
    if isinstance(named, str):
        what = failure_of(case, reply)
        return {
            output: MisconceptionOutput(entry.id, entry.hint, failure=what)
            for output in by_function(case.function).outputs
        }
    found = {}
    for output, value in named.items():
        try:
            found[output] = MisconceptionOutput(entry.id, entry.hint, as_numbers(value).copy())
        except NotNumbers:
            continue
    return found


def stable_outputs(misconception: str, case: Case) -> frozenset[str]:
    """The outputs of a case for which a misconception gives something that may be compared.

    Where the inputs move by one part in 1e14, it moves by less than a hundredth of the
    tolerance. A training that diverges does not.
    """
    (entry,) = (entry for entry in CATALOGUE if entry.id == misconception)
    still, nudged = misconception_outputs(entry, case), misconception_outputs(entry, _nudge(case))
    return frozenset(
        output
        for output, alike in still.items()
        if output in nudged
        and (
            alike.failure
            if alike.value is None or nudged[output].value is None
            else _near(alike.value, nudged[output].value, (tolerance(output) or 1e-9) / 100)
        )
    )


def moved(case: Case) -> float:
    """How far the right answers to a case move, in the judge's measure, when its inputs do.

    These move by one part in 1e14, as rounding might; infinity where an answer changes its shape.
    """
    before, after = accepted(case), accepted(_nudge(case))
    apart = 0.0
    for output in case.points:
        shaped = in_shape(after[output][0], before[output][0])
        if shaped is None:
            return float("inf")
        apart = max(apart, float(np.max(distance(shaped, before[output][0]))))
    return apart


def _near(a: Array, b: Array | None, within: float) -> bool:
    if b is None or a.shape != b.shape:
        return False
    return bool(np.allclose(a, b, rtol=within, atol=within, equal_nan=True))


def _nudge(case: Case) -> Case:
    inputs: dict[str, Any] = {
        name: value * (1 + 1e-14)
        if isinstance(value, np.ndarray) and value.dtype.kind == "f" and name != "target_y"
        else value
        for name, value in case.inputs.items()
    }
    return Case(case.id, case.function, case.title, inputs, case.points, case.public)
