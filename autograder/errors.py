"""Every error of our own, in one tree.

GraderError
├── ClusterError       a Dask cluster cannot be used, or was lost
├── ConfigError        course.toml, or an option of a command, does not make sense
├── ExportError        a gradebook or a download cannot be filled in without guessing
├── IntakeError        a path, an archive or a platform's download cannot be read
├── NotJudged          one submission has no score, through a fault that is not the student's
├── PackageError       a zip cannot be made from this checkout
├── SandboxError       students' code cannot be confined, or a confined process cannot be started
│   └── SandboxLost    it can no longer be confined as it was when the command began
├── StoreError         the record cannot be read or written
├── TableError         a table that a person made (CSV) cannot be read, or does not fit
└── WireError          bytes from a worker that are not a frame of ours
    └── Unsendable     a value cannot cross the border
"""


class GraderError(Exception):
    """An error that instructors see as one sentence instead of a traceback."""


class ClusterError(GraderError):
    """A Dask cluster that does not answer, judges in another way, or was lost."""


class ConfigError(GraderError):
    """A setting that does not make sense, with the file and key that it is in."""


class ExportError(GraderError):
    """A gradebook or a platform's download that cannot be filled in without guessing."""


class IntakeError(GraderError):
    """A submission or download that cannot be opened or searched."""


class NotJudged(GraderError):
    """A submission that must not get a score: the fault is ours or the machine's."""


class PackageError(GraderError):
    """A zip that cannot be made from this checkout."""


class SandboxError(GraderError):
    """The host cannot confine students' code, or a confined process did not start."""


class SandboxLost(SandboxError):
    """The host no longer confines students' code as it did when the command began."""


class StoreError(GraderError):
    """A record that cannot be read, written or locked."""


class TableError(GraderError):
    """A fault in a roster or a table of decisions, with the line and what to do."""


class WireError(GraderError):
    """Bytes that are not a frame of the agreed form."""


class Unsendable(WireError):
    """A value that may not cross the border.

    ``reason`` is one of the words in ``values.Reason``; ``what`` names a type of Python or numpy,
    never a student's own, whose name could contain a hidden input.
    """

    def __init__(self, reason: str, what: str = "") -> None:
        super().__init__(reason, what)
        self.reason = reason
        self.what = what
