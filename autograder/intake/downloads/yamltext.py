"""Read YAML as plain dicts, lists and strings. Tags are ignored, so no object is constructed.

An alias is the same object as its anchor, so a small file cannot expand to a large one.
"""

from collections.abc import Iterator
from typing import Any

import yaml
from yaml import events

MAX_DEPTH = 50


def mapping(data: bytes) -> dict[str, Any]:
    """Read the first document, a mapping; keys lose the colons of Ruby's symbols.

    Every scalar is a string; keys that are not strings are skipped. Raises ValueError.
    """
    stream = yaml.parse(data, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    try:
        for event in stream:
            if isinstance(event, events.MappingStartEvent):
                return _Reader(stream).mapping(0)
            if isinstance(event, events.NodeEvent):
                break
    except (yaml.YAMLError, RecursionError) as problem:
        raise ValueError(f"{problem}.") from None
    raise ValueError("It is not a mapping.")


class _Reader:
    def __init__(self, stream: Iterator[events.Event]) -> None:
        self._stream = stream
        self._anchors: dict[str, object] = {}

    def mapping(self, depth: int) -> dict[str, Any]:
        found = {}
        for event in self._until(events.MappingEndEvent):
            key = self._value(event, depth + 1)
            value = self._value(next(self._stream), depth + 1)
            if isinstance(key, str):
                found[key.removeprefix(":").removesuffix(":")] = value
        return found

    def _value(self, event: events.Event, depth: int) -> object:
        if depth > MAX_DEPTH:
            raise ValueError("It is nested too deeply.")
        if isinstance(event, events.AliasEvent):
            return self._anchors.get(event.anchor or "")
        value: object = None
        if isinstance(event, events.ScalarEvent):
            value = event.value
        elif isinstance(event, events.SequenceStartEvent):
            ends = events.SequenceEndEvent
            value = [self._value(item, depth + 1) for item in self._until(ends)]
        elif isinstance(event, events.MappingStartEvent):
            value = self.mapping(depth)
        if isinstance(event, events.NodeEvent) and event.anchor:
            self._anchors[event.anchor] = value
        return value

    def _until(self, end: type[events.Event]) -> Iterator[events.Event]:
        for event in self._stream:
            if isinstance(event, end):
                return
            yield event
