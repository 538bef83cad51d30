"""Render otter's test files and settings from the cases and the course.

A test file is an entry in otter's results, a test case a part of its points. Of a hidden case they
contain only the title.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import msgspec

from assignment.checks.model.case import Case
from assignment.checks.model.questions import QUESTIONS
from autograder.cases import graded as cases_
from autograder.cases.bonus import bonus_cases
from autograder.course.settings import Course
from autograder.record.fingerprint import code_digest

PLUGIN = "autograder.platforms.otter.plugin.NativeVerdicts"
BONUS = "Bonus"
"""The name of the optional exercises' test file; its entry is removed if none was submitted."""
VERDICT = "native_verdict"
"""The function that the cell defines and the test cases call."""
_CELL = """\
import json

verdicts = json.loads({verdicts!r})


def {name}(key):
    '''Fail with the grader's message unless it gave this output its points.'''
    passed, message = verdicts[key]
    assert passed, message
"""
_ORDER = ("visible", "after_due_date", "after_published", "hidden")


class OtterCase(NamedTuple):
    """One test case: an output of a case, its points, and whether otter counts it as hidden.

    ``key`` is the key of its verdict, case and output.
    """

    key: str
    name: str
    points: int
    hidden: bool


class Suite(NamedTuple):
    """One test file: its name in the results, its file's name, its test cases."""

    name: str
    file: str
    cases: list[OtterCase]


def suites(course: Course) -> list[Suite]:
    """The test files of a course: one for each function in the order of the questions, and bonus.

    The test cases of the bonus have no points, because otter would add them to the maximum; the
    plugin gives the file its score.
    """
    graded = cases_.graded(cases_.all_cases(course.hidden_seed))
    optional = cases_.graded(bonus_cases(course.hidden_seed))
    found = [
        Suite(
            f"{question.number} {question.function}",
            f"q{number}_{question.function}.py",
            _cases([case for case in graded if case.function == question.function], course),
        )
        for number, question in enumerate(QUESTIONS, 1)
    ]
    return [*found, Suite(BONUS, "q_bonus.py", _cases(optional, course))]


def _cases(cases: Iterable[Case], course: Course) -> list[OtterCase]:
    course_points = course.course_points().outputs
    found = []
    for case in cases:
        visibility = course.visibility.public if case.public else course.visibility.hidden
        title = case.title.replace("`", "")
        several = len(case.points) > 1
        found += [
            OtterCase(
                f"{case.id}/{output}",
                f"{title}: {output}" if several else title,
                course_points.get((case.id, output), 0),
                hidden=visibility != "visible",
            )
            for output in case.points
        ]
    return found


def render(suite: Suite) -> str:
    """The Python source of a test file, in otter's exception-based format."""
    parts = [
        f'"""{suite.name}: rendered from the cases by `autograder package`."""\n\n'
        "from otter.test_files import test_case\n\n"
        "OK_FORMAT = False\n"
        f"name = {suite.name!r}\n"
        "points = None\n"
    ]
    for number, case in enumerate(suite.cases, 1):
        parts.append(
            f"\n\n@test_case(name={case.name!r}, points={case.points}, hidden={case.hidden})\n"
            f"def case_{number}({VERDICT}):\n"
            f"    {VERDICT}({case.key!r})\n"
        )
    return "".join(parts)


def cell(verdicts: Mapping[str, tuple[bool, str]]) -> str:
    """The cell that otter executes in place of a submission; verdicts are (passed, message) by key.

    The JSON is one ASCII string literal, so nothing in it can end the literal or be a command to
    IPython.
    """
    return _CELL.format(verdicts=json.dumps(verdicts), name=VERDICT)


def settings(course: Course) -> dict[str, object]:
    """otter's settings, with the course for the plugin.

    otter shows all entries at the same time, so they follow the later of the course's two
    visibilities; at once it can show only a summary of the visible test cases.
    """
    # Only the instructor has the folder.
    plain = msgspec.to_builtins(msgspec.structs.replace(course, folder=None))
    later, summary = _later(course), course.visibility.public == "visible"
    return {
        "lang": "python",
        # Without the summary, the plugin hides all entries: see hides_everything.
        "show_hidden": later != "hidden" or not summary,
        "force_public_test_summary": summary,
        "show_all_public": later == "visible",
        "plugins": [{PLUGIN: {"code": code_digest(), "course": plain}}],
    }


def hides_everything(course: Course) -> bool:
    """Whether students see no entry at any time."""
    return course.visibility.public != "visible" and _later(course) == "hidden"


def _later(course: Course) -> str:
    return max(course.visibility.public, course.visibility.hidden, key=_ORDER.index)


def requirements(constraints: str, dependencies: Sequence[str]) -> str:
    """The lines of requirements.txt: the ``dependencies`` in the versions of ``constraints``."""
    pinned = dict(re.findall(r"^([\w.-]+)==(\S+)", constraints, re.MULTILINE))
    return "".join(f"{name}=={pinned[name]}\n" for name in dependencies)
