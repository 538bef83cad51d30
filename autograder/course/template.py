"""Write a course's file with every key explained: a hidden seed, and defaults for the rest."""

from pathlib import Path

from autograder.cases.points import REPORT, least
from autograder.course.settings import Course, Files, Late
from autograder.errors import ConfigError

NAME = "course.toml"


def write(path: Path, hidden_seed: int = Course().hidden_seed) -> Path:
    """Write the file to ``path``, or into it if it is a folder; return its path.

    Raises:
        ConfigError: where the file exists already, or cannot be written.
    """
    if path.is_dir():
        path = path / NAME
    try:
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text(hidden_seed))
    except FileExistsError:
        raise ConfigError(
            f"{path} exists already and was not changed. Choose another name: "
            f"`autograder init {path.with_name('new-' + path.name)}`."
        ) from None
    except OSError as problem:
        raise ConfigError(f"{path} cannot be written: {problem.strerror}.") from None
    return path


def text(hidden_seed: int = Course().hidden_seed) -> str:
    """Return the text of the file. Lines that begin with "#:" are examples."""
    kit, late = Course(), Late()
    points = "\n".join(_points(number, of) for number, of in kit.points.items())
    files = "\n".join(f'#: {name} = "{name}.csv"' for name in Files.__struct_fields__)
    return f"""\
# A course of your own: `autograder grade PATH --config course.toml`, and the same with
# every other command. Every value here but hidden_seed is the default, so you can delete its line.
# Lines that begin with "#:" are examples; delete the "#:" to use them.

# The course's name, shown on the pages and in the handout of `autograder package`.
name = "{kit.name}"

# The seed of your own hidden inputs: any whole number from 0. `autograder init` has drawn this one;
# `autograder verify --config` proves that they separate right from wrong. Without this line the
# inputs are the kit's, which anybody may know. Do not show it, or this file, to students.
hidden_seed = {hidden_seed}

# The share of its points, 0 to 1, that an output keeps if it is right only with reference functions
# below it; rounded to whole points, half a point up.
dependency_credit = {kit.dependency_credit}

# A submission without a report: "incomplete" has no grade until a person marks it, "zero" has 0
# points for every part of it on the page of `autograder manual`.
no_report = "{kit.no_report}"

# The time zone of every time that says none, here and in the tables; without it, that of `due`.
#: zone = "Atlantic/Reykjavik"

# The due date; without `zone`, with the difference from UTC. [late], below, needs it.
#: due = 2026-11-30T23:59:00+01:00

# Points of each section; together they must be 100. Within a section the outputs follow the kit's
# points in proportion, each with at least one. {REPORT} is the report, which a person marks.
[points]
{points}

# What lateness costs: percent of the points earned for each day begun, at most `cap` percent,
# nothing in the first minutes. Gradescope has its own late policy, so this one counts there only
# with on_gradescope = true.
#: [late]
#: per_day = {late.per_day:g}
#: cap = {late.cap:g}
#: grace_minutes = {late.grace_minutes:g}
#: on_gradescope = {str(late.on_gradescope).lower()}

# When students see the cases on a platform: "hidden", "after_due_date", "after_published" or
# "visible". A case that is not visible hides the total, too.
[visibility]
public = "{kit.visibility.public}"
hidden = "{kit.visibility.hidden}"

# Seconds for one call and for all calls of a submission, MiB of memory for a worker.
[limits]
call_seconds = {kit.limits.call_seconds}
submission_seconds = {kit.limits.submission_seconds}
memory_mib = {kit.limits.memory_mib}

# Cases, or single outputs, whose points everybody gets, with the reason that students read.
[excused]
#: "ffnn-handout/z0" = "The handout was unclear about the bias until Tuesday."

# Tables of decisions, relative to this file. Without a line, a file of this name beside this one
# is read if it exists.
[files]
{files}

# The parts of the report's points, with comments that graders can choose from; one that
# begins with "-2:" takes 2 points from its part.
#: [[rubric]]
#: name = "Figures"
#: points = 12
#: comments = ["-2: Axes have no names.", "Which curve is which?"]
#: [[rubric]]
#: name = "Discussion"
#: points = 8
"""


def _points(number: str, of: int) -> str:
    comment = "" if number == REPORT else f"   # {least(number)} or more"
    return f'"{number}" = {of:<2}{comment}'.rstrip()
