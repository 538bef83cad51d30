"""course.toml: defaults, all keys, and messages for wrong values."""

import re
import tomllib
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
from autograder.course.settings import Course, Criterion, Late
from autograder.errors import ConfigError
from autograder.paths import ROOT
from tests.builders.courses import course_in

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
    """Every value of the file is in the course."""
    path = tmp_path / "course.toml"
    path.write_text(
        'name = "ML"\nhidden_seed = 7\ndependency_credit = 0.5\n' + DUE + "[limits]\n"
        "call_seconds = 2.5\nmemory_mib = 512\n[late]\nper_day = 20\n[points]\n"
        '"1.1" = 12\n"1.2" = 8\n"1.3" = 16\n"1.4" = 18\n"2.1" = 20\n"2.2" = 8\n"2.3" = 18\n'
        '[visibility]\nhidden = "visible"\n[excused]\n"ffnn-handout/z0" = "unclear"\n'
        '[[rubric]]\nname = "Text"\npoints = 18\ncomments = ["short"]\n'
    )
    course = load(path)
    assert (course.name, course.hidden_seed, course.dependency_credit) == ("ML", 7, 0.5)
    assert course.sandbox_limits().memory == 512 << 20
    assert course.sandbox_limits().call_seconds == 2.5
    assert course.late == Late(per_day=20, cap=50, grace_minutes=15, on_gradescope=False)
    assert course.due is not None
    assert course.due.isoformat() == "2026-11-30T23:59:00+01:00"
    assert (course.visibility.public, course.visibility.hidden) == ("visible", "visible")
    assert course.excused == {"ffnn-handout/z0": "unclear"}
    assert course.rubric == (Criterion("Text", 18, ("short",)),)
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
        (DUE + "[late]\nper_day = 101", "`late.per_day` must be at most 100"),
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
    path = tmp_path / "course.toml"
    path.write_text(text)
    with pytest.raises(ConfigError, match=re.escape(message)) as problem:
        load(path)
    assert str(problem.value).startswith(str(path))


def test_a_file_of_a_windows_editor_is_read(tmp_path: Path) -> None:
    """A byte order mark and CRLF do no harm; a file that is not UTF-8 has a message."""
    path = tmp_path / "c.toml"
    path.write_bytes(b'\xef\xbb\xbfname = "x"\r\n')
    assert load(path).name == "x"
    path.write_bytes(b'name = "\xe4"')
    with pytest.raises(ConfigError, match="is not UTF-8"):
        load(path)


def test_a_missing_file_has_a_message(tmp_path: Path) -> None:
    """It has the path and the reason."""
    with pytest.raises(ConfigError, match="cannot be read"):
        load(tmp_path / "none.toml")


def test_tables_are_beside_the_course(tmp_path: Path) -> None:
    """A table with the default name is used if it exists; a table that is named must exist."""
    path = tmp_path / "course.toml"
    path.write_text("[files]\ngroups = 'teams/teams.csv'\n")
    course = load(path)
    assert course.file("roster") is None
    (tmp_path / "roster.csv").touch()
    assert course.file("roster") == tmp_path / "roster.csv"
    with pytest.raises(ConfigError, match=r"\[files\] in course.toml names it as `groups`"):
        course.file("groups")
    (tmp_path / "teams").mkdir()
    (tmp_path / "teams/teams.csv").touch()
    assert course.file("groups") == tmp_path / "teams/teams.csv"


def keys(data: object) -> set[str]:
    """Every key of a course's file, those of tables with free keys left out."""
    found: set[str] = set()
    entries = data if isinstance(data, list) else [data]
    for entry in entries:
        if isinstance(entry, dict):
            for key, value in entry.items():
                found.add(key)
                found |= set() if key in ("points", "excused") else keys(value)
    return found


def every_key() -> set[str]:
    """Every key that a course's file may have."""
    found = set(Course.__struct_fields__) - {"folder"}
    course = Course()
    for table in (course.limits, course.visibility, course.files, Late(), Criterion("x", 1)):
        found |= set(table.__struct_fields__)
    return found


def test_the_template_is_the_kit_itself(tmp_path: Path) -> None:
    """What `autograder init` writes loads, and every value in it is the default."""
    path = template.write(tmp_path)
    assert path == tmp_path / "course.toml"
    assert msgspec.structs.replace(load(path), folder=None) == Course()


def test_the_templates_examples_count(tmp_path: Path) -> None:
    """Without their mark, its examples load too, and together they have every key."""
    text = template.text().replace("#: ", "")
    course = course_in(tmp_path, text)
    assert keys(tomllib.loads(text)) == every_key()
    assert course.late == Late()
    assert sum(part.points for part in course.rubric) == REPORT_POINTS


def test_the_readme_shows_every_key(tmp_path: Path) -> None:
    """Its example loads, and has all keys that a course may have."""
    (text,) = re.findall(r"```toml\n(.*?)```", DOCUMENT, re.DOTALL)
    course_in(tmp_path, text)
    assert keys(tomllib.loads(text)) == every_key()


def test_init_draws_a_seed_whose_margins_hold(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each course has hidden inputs of its own; a seed with a narrow margin is drawn again."""
    seeds = iter([11, 12, 13])
    monkeypatch.setattr("autograder.commands.init.secrets.randbelow", lambda _: next(seeds))
    narrow = {11, 12}
    monkeypatch.setattr(
        "autograder.commands.init.margins",
        lambda answers: [Margin("train", 0.0 if answers.hidden_seed in narrow else 1.0, 2, True)],
    )
    assert init.run(tmp_path) == 0
    assert load(tmp_path / "course.toml").hidden_seed == 13
    monkeypatch.undo()
    drawn = init.hidden_seed()
    assert drawn != Course().hidden_seed
    assert all(margin.ok for margin in margins(Answers(drawn)))


def test_init_overwrites_nothing(tmp_path: Path) -> None:
    """An existing file stays, and the message offers another name; a missing folder is an error."""
    path = tmp_path / "course.toml"
    path.write_text("name = 'mine'\n")
    with pytest.raises(ConfigError, match=r"was not changed.*new-course.toml"):
        template.write(path)
    assert path.read_text() == "name = 'mine'\n"
    with pytest.raises(ConfigError, match="cannot be written"):
        template.write(tmp_path / "none" / "course.toml")
