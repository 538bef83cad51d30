"""What the grader and a fork server say to each other: one message a packet, typed, never pickled.

Both sides are ours; the types are here to keep mistakes out, not attackers (a child has no
descriptor of this socket).
"""

from __future__ import annotations

import msgspec

from autograder.sandbox.limits import Limits

PACKET = 1 << 16


class Plan(msgspec.Struct, tag="plan", frozen=True):
    """The first message to a fork server: how it shall confine its children.

    ``uids`` are users for children where the grader is root and there are no namespaces: one for
    each child that is alive, so that the end of one is not the end of another.
    """

    limits: Limits
    readable: tuple[str, ...]
    namespaces: bool
    landlock: bool
    seccomp: bool
    uids: tuple[int, ...]
    scipy: bool


class Start(msgspec.Struct, tag="start", frozen=True):
    """Fork a child; the packet carries its channel and its output as descriptors."""


class End(msgspec.Struct, tag="end", frozen=True):
    """Kill a child with all its descendants and say how it ended."""

    pid: int


class Warm(msgspec.Struct, tag="warm", frozen=True):
    """The fork server is ready; the layers that its children will have, and why others are not."""

    pid: int
    mechanisms: tuple[str, ...]
    missing: tuple[str, ...]


class Started(msgspec.Struct, tag="started", frozen=True):
    """A child was forked."""

    pid: int


class Ended(msgspec.Struct, tag="ended", frozen=True):
    """A child is gone: its exit code, or minus the signal that ended it."""

    code: int


class Trouble(msgspec.Struct, tag="trouble", frozen=True):
    """An order could not be carried out."""

    text: str


Order = Plan | Start | End
Report = Warm | Started | Ended | Trouble

_encoder = msgspec.msgpack.Encoder()
_orders: msgspec.msgpack.Decoder[Order] = msgspec.msgpack.Decoder(Order)
_reports: msgspec.msgpack.Decoder[Report] = msgspec.msgpack.Decoder(Report)


def encode(message: Order | Report) -> bytes:
    """The packet for a message."""
    return _encoder.encode(message)


def read_order(packet: bytes) -> Order:
    """The order in a packet; msgspec.MsgspecError for anything else."""
    return _orders.decode(packet)


def read_report(packet: bytes) -> Report:
    """The report in a packet; msgspec.MsgspecError for anything else."""
    return _reports.decode(packet)
