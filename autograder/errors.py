"""Every error of our own, in one tree.

GraderError
├── ClusterError       a Dask cluster cannot be used, or was lost
├── ConfigError        course.toml, or an option of a command, does not make sense
├── ExportError        a gradebook or a download cannot be filled in without guessing
├── IntakeError        a path, an archive or a platform's download cannot be read
├── NotJudged          one submission has no score, through a fault that is not the student's
├── PackageError       a zip cannot be made from this checkout
├── SandboxError       students' code cannot be confined, or a confined process cannot be started
├── StoreError         the record cannot be read or written
├── TableError         a table that a person made (CSV) cannot be read, or does not fit
└── WireError          bytes from across the border are no frame of ours
    └── Unsendable     a value cannot cross the border
"""

from __future__ import annotations


class GraderError(Exception):
    """What the grader tells an instructor in one sentence instead of a traceback."""


class ClusterError(GraderError):
    """A Dask cluster that does not answer, does not judge as we do, or has gone."""


class ConfigError(GraderError):
    """A setting that does not make sense, with the place where it stands."""


class ExportError(GraderError):
    """A gradebook or a platform's download that cannot be filled in without guessing."""


class IntakeError(GraderError):
    """Something submitted that cannot be opened or searched."""


class NotJudged(GraderError):
    """A submission that a platform must not score: the fault is ours, or the machine's."""


class PackageError(GraderError):
    """A package that cannot be made from this checkout."""


class SandboxError(GraderError):
    """The host cannot confine students' code, or a confined process did not start."""


class StoreError(GraderError):
    """A record that cannot be read, written or locked."""


class TableError(GraderError):
    """A roster or a table of decisions, with the line and what to do about it."""


class WireError(GraderError):
    """Bytes that are not a frame of the agreed form."""


class Unsendable(WireError):
    """A value that may not cross the border.

    ``reason`` is one of the words in ``wire.Reason``; ``what`` names a type, and only a type that
    Python or numpy brought along (a student could write a hidden input into a name of their own).
    """

    def __init__(self, reason: str, what: str = "") -> None:
        super().__init__(reason, what)
        self.reason = reason
        self.what = what
