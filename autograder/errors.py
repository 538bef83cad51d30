"""Every error of our own, in one tree."""


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
