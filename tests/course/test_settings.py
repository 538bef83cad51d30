"""course.toml: defaults, all keys, and messages for wrong values."""

import re
from datetime import datetime, timedelta, timezone
from pathlib import Path

import msgspec
import pytest

from assignment.checks.model.questions import REPORT_POINTS
from autograder.cases.answers import Answers
from autograder.cases.graded import HIDDEN_SEED
from autograder.cases.margins import Margin, margins
from autograder.cases.points import kit_points
from autograder.commands import init
from autograder.course import template
from autograder.course.load import load
from autograder.course.settings import Course, CourseLimits, Criterion, Files, Late, Visibility
from autograder.errors import ConfigError
from autograder.paths import ROOT
from tests.builders.courses import course_in
from tests.builders.files import written

DOCUMENT = (ROOT / "docs/course-toml.md").read_text("utf-8")
TAIL = '"1.4" = 18\n"2.1" = 20\n"2.2" = 8\n"2.3" = 20\n'
DUE = "due = 2026-11-30T23:59:00+01:00\n"


def test_everything_works_without_a_file() -> None:
    """The defaults are the kit's own."""
    kit = load(None)
    assert kit == Course()
    assert kit.hidden_seed == HIDDEN_SEED
    assert kit.sandbox_limits().call_seconds == 5.0
    assert (kit.course_points(), kit.course_points().key) == (kit_points(), "")
    assert (kit.late, kit.due, kit.file("roster")) == (None, None, None)


def test_settings_are_read(tmp_path: Path) -> None:
    """Every value of the file is in the course; what it does not have is the default."""
    course = course_in(
        tmp_path,
        'name = "ML"\nhidden_seed = 7\ndependency_credit = 0.5\n' + DUE + "[limits]\n"
        "call_seconds = 2.5\nmemory_mib = 512\n[late]\nper_day = 20\n[points]\n"
        '"1.1" = 12\n"1.2" = 8\n"1.3" = 16\n"1.4" = 18\n"2.1" = 20\n"2.2" = 8\n"2.3" = 18\n'
        '[visibility]\nhidden = "visible"\n[excused]\n"ffnn-handout/z0" = "unclear"\n'
        '[[rubric]]\nname = "Text"\npoints = 18\ncomments = ["short"]\n',
    )
    sections = {"1.1": 12, "1.2": 8, "1.3": 16, "1.4": 18, "2.1": 20, "2.2": 8, "2.3": 18}
    assert course == Course(
        name="ML",
        hidden_seed=7,
        dependency_credit=0.5,
        due=datetime(2026, 11, 30, 23, 59, tzinfo=timezone(timedelta(hours=1))),
        points=sections,
        late=Late(per_day=20, cap=50, grace_minutes=15, on_gradescope=False),
        visibility=Visibility(public="visible", hidden="visible"),
        limits=CourseLimits(call_seconds=2.5, memory_mib=512),
        excused={"ffnn-handout/z0": "unclear"},
        rubric=(Criterion("Text", 18, ("short",)),),
        folder=tmp_path,
    )
    limits = course.sandbox_limits()
    assert (limits.call_seconds, limits.memory) == (2.5, 512 << 20)
    assert (course.course_points().report, course.course_points().automatic) == (18, 82)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("hiden_seed = 7", "no key `hiden_seed`. Did you mean `hidden_seed`?"),
        ('[limits]\nname = "x"', "`name` belongs at the top"),
        ("[limits]\ncall_second = 1", "`call_second` in [limits]. Did you mean `call_seconds`?"),
        ('folder = "x"', "no key `folder`"),
        ('hidden_seed = "7"', "`hidden_seed` must be a whole number, not text in quotes"),
        ("hidden_seed = true", "`hidden_seed` must be a whole number, not true or false"),
        ("hidden_seed = -1", "`hidden_seed` must be at least 0"),
        ("dependency_credit = 1.5", "`dependency_credit` must be at most 1."),
        ("dependency_credit = nan", "`dependency_credit` must be"),
        ("name = ''", "`name` may not be empty"),
        ('name = "a\\nb"', "a single line"),
        ("limits = 3", "`limits` must be a table"),
        ("[limits]\ncall_seconds = 0", "`limits.call_seconds` must be more than 0"),
        ("[limits\n", "is not TOML: "),
        ("[points]\n1.1 = 10", 'must be in quotes, such as "1.1" = 10'),
        ('[points]\n"1.1" = 9.5', '`points."1.1"` must be a whole number, not a number'),
        ('[points]\n"1.1" = 10\n"1.2" = 8\n' + TAIL, "has no points for 1.3"),
        ('[points]\n"1.1" = 10\n"1.2" = 8\n"1.5" = 16\n' + TAIL, '"1.5", which is not a section'),
        ('[points]\n"1.1" = 10\n"1.2" = 8\n"1.3" = 14\n' + TAIL, "give it 15 or more"),
        ('[points]\n"1.1" = 10\n"1.2" = 8\n"1.3" = 15\n' + TAIL, "add up to 99 and must add"),
        ('[points]\n"1.1" = 10\n"1.2" = 8\n"1.3" = 18\n' + TAIL, "take 2 away"),
        ("due = 2026-11-30", "not a date without a time"),
        ("due = 2026-11-30T23:59:00", "due = 2026-11-30T23:59:00+01:00 (Central Europe"),
        ('due = "soon"', "`due` must be a date and time"),
        ("[late]\nper_day = 10", "[late] needs a due date: write `due`"),
        (DUE + "[late]\nper_day = 60", "make cap at least as large as per_day"),
        ('[visibility]\nhidden = "later"', "visible, not “later”"),
        ("[excused]\nffnn-handot = 'x'", "no case `ffnn-handot`. Did you mean `ffnn-handout`"),
        ("[excused]\n'ffnn-handout/z' = 'x'", "points are y, z0, z1, a1, a2"),
        ("[excused]\ntrain-500 = 'x'", "that case is practice without points"),
        ("[excused]\nffnn-handout = ''", '`excused."ffnn-handout"` may not be empty'),
        ("[files]\nrooster = 'x'", "`rooster` in [files]. Did you mean `roster`?"),
        ("[[rubric]]\nname = 'Text'", "[[rubric]] number 1` needs the key `points`"),
        ("[rubric]\nname = 'Text'\npoints = 20", "begins with [[rubric]], in double brackets"),
        ("[[rubric]]\nname = 'Text'\npoints = 19", 'the report, "2.3" in [points], has 20'),
        (
            "[[rubric]]\nname = 'Text'\npoints = 10\n[[rubric]]\nname = 'Text'\npoints = 10",
            "rename one",
        ),
    ],
)
def test_a_wrong_value_has_a_message(tmp_path: Path, text: str, message: str) -> None:
    """The message names the key and says what to do."""
    with pytest.raises(ConfigError, match=re.escape(message)) as problem:
        course_in(tmp_path, text)
    assert str(problem.value).startswith(str(tmp_path / "course.toml"))


def test_a_file_of_a_windows_editor_is_read(tmp_path: Path) -> None:
    """A byte order mark and CRLF do no harm; another encoding and a missing file have a message."""
    path = written(tmp_path / "c.toml", b'\xef\xbb\xbfname = "x"\r\n')
    assert load(path).name == "x"
    with pytest.raises(ConfigError, match="is not UTF-8"):
        load(written(path, b'name = "\xe4"'))
    with pytest.raises(ConfigError, match="cannot be read"):
        load(tmp_path / "none.toml")


def test_tables_are_beside_the_course(tmp_path: Path) -> None:
    """A table with the default name is used if it exists; a table that is named must exist."""
    course = course_in(tmp_path, "[files]\ngroups = 'teams/teams.csv'\n")
    assert course.file("roster") is None
    assert written(tmp_path / "roster.csv") == course.file("roster")
    with pytest.raises(ConfigError, match=r"\[files\] in course.toml names it as `groups`"):
        course.file("groups")
    assert written(tmp_path / "teams/teams.csv") == course.file("groups")


def test_the_template_is_the_kit_itself(tmp_path: Path) -> None:
    """What `autograder init` writes loads, and every value in it is the default."""
    path = template.write(tmp_path)
    assert path == tmp_path / "course.toml"
    assert msgspec.structs.replace(load(path), folder=None) == Course()


def test_the_examples_have_every_key(tmp_path: Path) -> None:
    """That of the documentation loads, and so does the template without its marks."""
    structs = (Course, CourseLimits, Visibility, Files, Late, Criterion)
    every = {key for one in structs for key in one.__struct_fields__}
    (example,) = re.findall(r"```toml\n(.*?)```", DOCUMENT, re.DOTALL)
    for text in (example, template.text().replace("#: ", "")):
        course = course_in(tmp_path, text)
        found = re.findall(r"^(\w+) *=|^\[+(\w+)\]", text, re.MULTILINE)
        assert {key or table for key, table in found} == every - {"folder"}
    assert course.late == Late()
    assert sum(part.points for part in course.rubric) == REPORT_POINTS


def test_init_draws_a_seed_whose_margins_hold(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each course has hidden inputs of its own; a seed with a narrow margin is drawn again."""
    seeds = iter([11, 12, 13])
    monkeypatch.setattr(init.secrets, "randbelow", lambda _: next(seeds))
    monkeypatch.setattr(
        init,
        "margins",
        lambda answers: [Margin("train", float(answers.hidden_seed == 13), 2, True)],
    )
    assert init.run(tmp_path) == 0
    assert load(tmp_path / "course.toml").hidden_seed == 13
    monkeypatch.undo()
    drawn = init.hidden_seed()
    assert (Answers().is_default, Answers(drawn).is_default) == (True, False)
    assert all(margin.ok for margin in margins(Answers(drawn)))


def test_init_overwrites_nothing(tmp_path: Path) -> None:
    """An existing file stays, and the message offers another name; a missing folder is an error."""
    path = written(tmp_path / "course.toml", "name = 'mine'\n")
    with pytest.raises(ConfigError, match=r"was not changed.*new-course.toml"):
        template.write(path)
    assert path.read_text() == "name = 'mine'\n"
    with pytest.raises(ConfigError, match="cannot be written"):
        template.write(tmp_path / "none" / "course.toml")
