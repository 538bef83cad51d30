"""What still needs a person: groups of submissions in the order of urgency, each with what to do.

``autograder status`` prints it, and the class page begins with it. A submission that needs somebody
to look at it is closed by a decision: a line about it in ``adjustments.csv``.
"""

import shlex
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.course.roster import plain
from autograder.gradebook.attention import Attention
from autograder.gradebook.gradebook import Gradebook, GradebookRow, by_submission
from autograder.record import decision_log
from autograder.text import joined

SAVE = "put manual.csv beside course.toml"
UNKNOWN = "no known student"


@dataclass(frozen=True)
class Entry:
    """A submission, or a student without one, and the reason."""

    submission: str
    label: str
    section: str = ""
    why: str = ""


@dataclass(frozen=True)
class Group:
    """Submissions that need a person for the same reason, what to do, and the next command.

    One that is not ``open`` is worth a look, and nothing waits for it.
    """

    title: str
    remedy: str
    command: str
    entries: tuple[Entry, ...]
    open: bool = True

    @property
    def reasons(self) -> dict[str, list[Entry]]:
        """The entries by their reason."""
        found: dict[str, list[Entry]] = defaultdict(list)
        for entry in self.entries:
            found[entry.why].append(entry)
        return dict(found)


@dataclass(frozen=True)
class Status:
    """The state of a class: its groups, and how many grades are complete."""

    groups: tuple[Group, ...]
    headline: str

    @property
    def open(self) -> bool:
        """Whether something needs a person."""
        return any(group.open for group in self.groups)


def status(
    gradebook: Gradebook,
    rows: Iterable[GradebookRow],
    attention: Attention,
    folder: Path,
    *,
    reports: Collection[str] | None = None,
    options: str = "",
    section: str = "",
) -> Status:
    """Sum up a class, or one section of it.

    ``attention`` has seen all results. ``reports`` are the submissions with a report (None where
    none was collected); ``folder`` and ``options`` belong to the commands that are named.
    """
    directory = gradebook.directory
    chosen = [
        row
        for row in rows
        if section in ("", directory.section(row.id), directory.section(row.submission))
    ]
    where = f"{shlex.quote(str(folder))}"
    commands = {
        "grade": f"autograder grade … --out {where} {options}".rstrip(),
        "explain": f"autograder explain {where} WHO {options}".rstrip(),
        "manual": f"autograder manual {where} {options}".rstrip(),
        "export": f"autograder export grades {where} {options}".rstrip(),
    }
    groups = []
    for title, remedy, command, reasons in _groups(gradebook, chosen, attention, reports):
        entries = [
            Entry(one, directory.label(one) or UNKNOWN, directory.section(one), why)
            for one, why in reasons.items()
            if section in ("", directory.section(one))
        ]
        entries.sort(key=lambda one: (plain(one.label), one.submission))
        if entries:
            open_ = title not in _CLOSED
            groups.append(Group(title, remedy, commands[command], tuple(entries), open_))
    return Status(tuple(groups), _headline(gradebook, chosen, groups, section))


_ABSENT = "Nothing submitted"
_NO_HINT = "Lost points without a hint"
_CLOSED = (_ABSENT, _NO_HINT)


def _groups(
    gradebook: Gradebook,
    rows: Sequence[GradebookRow],
    attention: Attention,
    reports: Collection[str] | None,
) -> Iterator[tuple[str, str, str, Mapping[str, str]]]:
    """Yield title, remedy, command, and reasons by submission, the most urgent group first."""
    people = gradebook.directory.people
    decided = {one.submission for one in gradebook.decisions.adjustments or ()}
    beside = "" if gradebook.course.folder else " beside a course.toml (`autograder init`)"
    table = f"adjustments.csv{beside}"

    def undecided(kind: str) -> dict[str, str]:
        return {one: why for one, why in attention.of(kind).items() if one not in decided}

    yield (
        "Not judged",
        "The grader or this machine failed. Grade them again.",
        "grade",
        attention.of("not judged"),
    )
    yield (
        "Identity unclear",
        "Complete roster.csv (id, login, e-mail or participant), and grade again.",
        "grade",
        {
            row.submission: "not on the roster"
            for row in rows
            if people and row.submission and row.id not in people
        },
    )
    yield (
        "Nothing could be run, 0 points",
        f"Ask for another file, or confirm the 0 points: a line for 1.1, “to 0”, in {table}.",
        "explain",
        undecided("nothing"),
    )
    yield (
        "Hung or crashed",
        f"These functions count as failed. Decide in {table}; “to 0” confirms.",
        "explain",
        undecided("stopped"),
    )
    yield (
        "Wrong lines in the tables",
        "Each leaves its student without a final grade. Correct them.",
        "export",
        {  # "" is the key of lines about no known student
            one: "; ".join(problem.text for problem in several)
            for one, several in by_submission(gradebook.problems).items()
        },
    )
    yield (
        "Marks or decisions for an older file",
        "Look again, and change something in their lines, such as the comment or the date.",
        "explain",
        _older_files(gradebook),
    )
    yield (
        "Functions that do not work together",
        f"Each passes its own tests, and few points are lost. Decide in {table}.",
        "explain",
        undecided("together"),
    )
    yield (
        "Newer Python",
        f"The file may be right there. Grade with that Python, or decide in {table}.",
        "explain",
        undecided("newer"),
    )
    yield from _about_reports(gradebook, rows, reports)
    late = dict.fromkeys(gradebook.without_time(), "treated as on time")
    late |= {
        row.submission: "marked late by the platform"
        for row in rows
        if row.points is not None and row.points.unclear
    }
    yield (
        "Late, with unknown time",
        "No points are taken off. Write the times into times.csv beside course.toml.",
        "export",
        late,
    )
    yield (
        _ABSENT,
        "They have no grade. A later file is graded into the same folder.",
        "grade",
        {row.id: "" for row in rows if row.points is None},
    )
    yield (
        _NO_HINT,
        "Worth a look: what came back fits no known misconception.",
        "explain",
        attention.of("no hint"),
    )


def _about_reports(
    gradebook: Gradebook, rows: Iterable[GradebookRow], reports: Collection[str] | None
) -> Iterator[tuple[str, str, str, Mapping[str, str]]]:
    """Yield the groups of reports that are missing or not marked."""
    if gradebook.course.folder is None:
        return  # without a course there is no table of marks
    marks = gradebook.decisions.manual or ()
    by = Counter(grader for _, grader in {(one.submission, one.grader) for one in marks})
    counts = ", ".join(f"{name or 'without a name'} {n}" for name, n in sorted(by.items()))
    begun = {one.submission: one.grader or "a grader" for one in marks}
    unmarked = {
        row.submission: f"{begun[row.submission]} has begun; {row.points.why}"
        if row.submission in begun
        else ""
        for row in rows
        if row.points is not None and row.points.report is None
    }
    missing = {one for one in unmarked if reports is not None and one not in reports}
    yield (
        "No report",
        f"Ask for it, or give it 0 points and {SAVE}.",
        "manual",
        dict.fromkeys(missing, ""),
    )
    yield (
        "Report not marked",
        f"{f'Marked by {counts}. ' if counts else ''}Mark the others, and {SAVE}.",
        "manual",
        {one: why for one, why in unmarked.items() if one not in missing},
    )


def _headline(
    gradebook: Gradebook, rows: Sequence[GradebookRow], groups: Iterable[Group], section: str
) -> str:
    """Count grades that are final, that need a person, and students without one."""
    waiting = {entry.submission for group in groups if group.open for entry in group.entries}
    people = gradebook.directory.people
    known = [row for row in rows if not people or row.id in people]
    absent = sum(row.points is None for row in known)
    need = sum(row.points is not None and row.submission in waiting for row in known)
    done = "final" if gradebook.course.folder is not None else "graded"
    parts = [f"{len(known) - absent - need} {done}", f"{need} need{'s' if need == 1 else ''} you"]
    parts += [f"{absent} not submitted"] if absent else []
    parts += [f"{len(rows) - len(known)} more not on it"] if len(known) < len(rows) else []
    where = f" in section {section}" if section else ""
    what = "on the roster" if people else "submission" if len(known) == 1 else "submissions"
    return f"{len(known)} {what}{where}: {', '.join(parts)}"


def _older_files(gradebook: Gradebook) -> dict[str, str]:
    """What was decided for a file that no longer counts, by submission."""
    found: dict[str, list[str]] = defaultdict(list)
    for one in decision_log.for_older_files(gradebook.record):
        found[one.submission].append(f"{_KINDS[one.kind]}{f' by {one.who}' if one.who else ''}")
    return {submission: joined(kinds) for submission, kinds in found.items()}


_KINDS = {
    "manual": "marks",
    "adjustments": "adjusted points",
    "times": "a submission time, which is not used",
}
