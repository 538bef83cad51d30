"""What was judged before need not be judged again: the same answer to the same case.

Many files of a class answer a question bit for bit alike, the right ones above all. Such an answer
is read and compared once; a verdict depends on nothing but the case and the answer.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

import msgspec

from assignment.checks.case import Case, Verdict
from autograder import wire

MAX_REMEMBERED = 8 << 20
"""Bytes of answers, roughly counted, that are remembered."""
_MAX_ANSWER = 1 << 15
_OBJECTS = 4  # times the bytes of an answer that its value and its verdicts take
_LEAST = 1 << 10  # bytes of the objects of the smallest one
_MOST_WAYS = 4

_encoder = msgspec.msgpack.Encoder()
Key = tuple[str, bytes]
Excluded = frozenset[tuple[str, str]]


@dataclass
class Precedent:
    """An answer to a case, and the verdicts on it under each way of looking at it."""

    key: Key
    value: object
    _verdicts: dict[Excluded | None, list[Verdict]] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """Bytes that it may take, roughly."""
        return _LEAST + _OBJECTS * len(self.key[1])

    def verdicts(
        self, excluded: Excluded | None, judge: Callable[[], list[Verdict]]
    ) -> list[Verdict]:
        """The verdicts, by ``judge`` where there are none yet.

        ``excluded`` is None where known mistakes are not sought, else those that are ruled out.
        """
        found = self._verdicts.get(excluded)
        if found is None:
            found = judge()
            if len(self._verdicts) < _MOST_WAYS:
                self._verdicts[excluded] = found
        return found


class Precedents:
    """Answers by case and bytes with the verdicts on them; what was not met lately is forgotten."""

    def __init__(self, most: int = MAX_REMEMBERED) -> None:
        self._most = most
        self._size = 0
        self._known: OrderedDict[Key, Precedent] = OrderedDict()
        self._last: Precedent | None = None

    def __len__(self) -> int:
        return len(self._known)

    def read(self, case: Case, nodes: list[wire.Node]) -> object:
        """The value of a reply to a case: the very object that equal nodes have had before.

        Raises:
            WireError: where the nodes do not make exactly one value.
        """
        key = case.id, _encoder.encode(nodes)
        self._last = self._known.get(key)
        if self._last is None:
            self._last = Precedent(key, wire.unpack(nodes))
            self._add(self._last)
        else:
            self._known.move_to_end(key)
        return self._last.value

    def of(self, case: Case, value: object) -> Precedent:
        """The precedent of the value that was read last; of any other a new one, not kept."""
        last = self._last
        if last is None or last.value is not value or last.key[0] != case.id:
            return Precedent((case.id, b""), value)
        return last

    def _add(self, precedent: Precedent) -> None:
        if len(precedent.key[1]) > _MAX_ANSWER:
            return
        self._known[precedent.key] = precedent
        self._size += precedent.size
        while self._size > self._most:
            self._size -= self._known.popitem(last=False)[1].size
