"""The cases of a course with everything that judges them, computed when first needed.

The reference's answers are computed once per run, and the misconception outputs of a case only when
one of its outputs has failed.
"""

from collections.abc import Mapping
from functools import cached_property

from assignment.checks.model import public_key as key
from assignment.checks.model.case import Case, Expected, every_call
from assignment.checks.model.public_key import Key, KeyUnreadable
from assignment.checks.model.questions import BONUS_FUNCTIONS, FUNCTIONS
from autograder.cases import graded as cases_
from autograder.cases.bonus import bonus_cases
from autograder.cases.expected import accepted, bonus_source, reference_source, tolerance
from autograder.cases.misconceptions import add_misconceptions, found_in
from autograder.cases.points import CoursePoints, kit_points
from autograder.paths import BONUS_KEY, PUBLIC_KEY


class Answers:
    """The cases of one hidden seed with everything needed to judge them.

    The cases have the kit's points; ``course_points`` are those of a course.
    """

    functions = FUNCTIONS
    """The functions that the cases call, lowest first."""
    public_key = PUBLIC_KEY
    """The file with the public key of these cases."""
    reference = staticmethod(reference_source)
    """Returns the source of the reference functions."""

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

    @cached_property
    def bonus(self) -> "BonusAnswers":
        """The same for the bonus, which is in a file of its own."""
        return BonusAnswers(self.hidden_seed, self.course_points)

    @property
    def is_default(self) -> bool:
        """Whether the hidden cases are those of the kit."""
        return self.hidden_seed == cases_.HIDDEN_SEED

    @cached_property
    def graded(self) -> tuple[Case, ...]:
        return cases_.graded(self.cases)

    @cached_property
    def asked_again(self) -> tuple[Case, ...]:
        """One case per function, which is asked a second time at the end."""
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
        """The accepted answers for an output of a public case; None if it is hidden or unknown."""
        for call in every_call(self.cases):
            if call.id == case and call.public:
                return self.expected(call).get(output)
        return None

    def with_misconceptions(self, case: Case) -> Mapping[str, Expected]:
        """Accepted answers together with the misconception outputs.

        Those of public cases are read from the public key if it is of these cases; all others are
        computed.
        """
        if case.id not in self._with_misconceptions:
            public = self._key.expected.get(case.id) if self._key else None
            first = self._first.get(case.id)
            self._with_misconceptions[case.id] = dict(
                public
                or add_misconceptions(
                    case,
                    self.expected(case),
                    found_in(self.with_misconceptions(first)) if first else None,
                )
            )
        return self._with_misconceptions[case.id]

    @cached_property
    def _first(self) -> dict[str, Case]:
        """The case of each further call, by the id of that call."""
        return {call.id: case for case in self.cases for call in case.also}

    @cached_property
    def _key(self) -> Key | None:
        """The public key, if it is of these cases."""
        try:
            found = key.load(self.public_key)
        except KeyUnreadable:
            return None
        return found if found.digest == key.digest(self.cases) else None


class BonusAnswers(Answers):
    """The cases of the bonus."""

    functions = BONUS_FUNCTIONS
    public_key = BONUS_KEY
    reference = staticmethod(bonus_source)

    def _all_cases(self) -> tuple[Case, ...]:
        return bonus_cases(self.hidden_seed)
