"""Compare a folder before and after a run: what is new, what was replaced, what was kept."""

from collections.abc import Container, Iterable, Iterator

import msgspec

from autograder.course.directory import SubmissionInfo
from autograder.record import decision_log
from autograder.record.reader import History


class FolderBefore:
    """What the last finished run left in a folder; nothing if the next run begins ``empty``."""

    def __init__(self, record: History, *, empty: bool = False) -> None:
        run = None if empty else record.last("finished")
        self.attempts = {} if run is None else record.attempts(run)
        self._reports = {} if run is None else record.reports()
        self.infos = {} if run is None else decision_log.submission_info(record)

    def students(self) -> set[str]:
        """The ids of the students who have submitted something."""
        known = (info for one, info in self.infos.items() if one in self.attempts)
        return {info.person.id for info in known if info.person is not None}

    def replaced(self, record: History) -> set[str]:
        """The submissions of which another code or report counts now."""
        now, reports = record.attempts(), record.reports()
        return {
            one
            for one, attempt in self.attempts.items()
            if one in now
            and (attempt.code, self._reports.get(one)) != (now[one].code, reports.get(one))
        }

    def settled(
        self, record: History, people: Iterable[SubmissionInfo], not_counting: Container[str]
    ) -> Iterator[SubmissionInfo]:
        """Yield what has to be saved of these submissions after the run, where that differs.

        Nothing of an attempt counts if none of its files does. Files that were given again keep
        their time where nobody says another one.
        """
        replaced = self.replaced(record)
        for info in people:
            old = self.infos.get(info.submission)
            if old is None or info.submission in replaced:
                continue
            if info.submission in not_counting:
                yield old
            elif info.submitted_at is None and info.late is None:
                yield msgspec.structs.replace(info, submitted_at=old.submitted_at, late=old.late)

    def summary(self, record: History) -> str:
        """For example "3 new, 2 replaced, 295 kept, 0 removed; 1 report changed after marking"."""
        now, before = record.attempts().keys(), self.attempts.keys()
        replaced = len(self.replaced(record))
        counts = (
            f"{len(now - before)} new, {replaced} replaced, {len(now & before) - replaced} kept, "
            f"{len(before - now)} removed"
        )
        older = decision_log.for_older_files(record)
        reports = len({one.submission for one in older if one.kind == "manual"})
        changed = f"; {reports} report{'s' if reports > 1 else ''} changed after marking"
        return counts + (changed if reports else "")
