"""The only format that crosses the border between the grader and a process that runs student code.

A frame is a length (four bytes, little-endian) and a MessagePack message of one of the types below.
The grader decodes with msgspec, by type: nothing is ever unpickled or imported, and there is no
field for a verdict, so a forged frame is only an answer. ``values`` says what a value may be.
"""

import struct
from typing import Annotated, Literal, TypeVar

import msgspec
from msgspec import Meta

from autograder.errors import Unsendable, WireError
from autograder.sandbox.values import MAX_BYTES, Nodes, Reason, Short, Struct

MAX_FRAME = MAX_BYTES + (1 << 17)
"""A value of the largest size and what surrounds it: up to 11 bytes for each node."""
CHANNEL = 3
"""The worker's descriptor of the channel to the grader."""

Name = Annotated[str, Meta(max_length=80)]
Number = Annotated[int, Meta(ge=0, le=1 << 40)]
LineNumber = Annotated[int, Meta(ge=0, le=1 << 20)]
Note = Literal["changed", "overflow", "plots"]

# From the grader to the worker


class Proxy(Struct):
    """A function to be replaced by one that calls back the grader.

    One that is ``watched`` goes on to be the student's own, and reports each call to the grader: a
    list of its arguments, its value, the class of its exception or "", and the parameters whose
    arguments it has changed.
    """

    function: Name
    parameters: list[Name]
    watched: bool = False


class Load(Struct, tag="load"):
    """Load this source; ``full`` runs every top-level statement."""

    source: bytes
    full: bool
    proxies: list[Proxy]


class Call(Struct):
    """A call of a function of the loaded source with ``arguments`` (a list).

    ``notes`` asks for remarks, such as whether the function changed its arguments.
    """

    number: Number
    function: Name
    arguments: Nodes
    notes: bool = True


class Calls(Struct, tag="calls"):
    """Make these calls in order, and send a response after each of them.

    All of them in one request: a worker never waits for the grader between two calls.
    """

    calls: list[Call]


class CallbackResult(Struct, tag="callback_result"):
    """The result of a ``Callback``: a value, or an exception by the name of its built-in class."""

    number: Number
    value: Nodes
    kind: Name = ""
    text: Short = ""


# From the worker to the grader


class Ready(Struct, tag="ready"):
    """All layers of confinement are in force; student code has not run yet."""


class NotReady(Struct, tag="not_ready"):
    """A layer of confinement failed; student code has not run and will not."""

    text: Short


class LeftOut(Struct):
    """A top-level statement that was left out."""

    line: LineNumber
    text: Short


class Raised(Struct, tag="raised"):
    """The function, or loading, raised an exception."""

    number: Number
    kind: Name
    text: Short
    line: LineNumber
    origin: Name
    not_implemented: bool


class Loaded(Struct, tag="loaded"):
    """The source was loaded.

    It has these functions of the assignment; these statements were left out; these packages have
    placeholders; ``crashed`` is the exception that ended a full load.
    """

    functions: Annotated[list[Name], Meta(max_length=50)]
    left_out: Annotated[list[LeftOut], Meta(max_length=200)]
    placeholders: Annotated[list[Name], Meta(max_length=50)]
    crashed: Raised | None


class Returned(Struct, tag="returned"):
    """What the function returned, and remarks on the call."""

    number: Number
    value: Nodes
    notes: Annotated[list[Note], Meta(max_length=10)]


class Missing(Struct, tag="missing"):
    """There is no function of that name; ``present`` says whether the name is anything else."""

    number: Number
    present: bool


class BadValue(Struct, tag="bad"):
    """The function returned a value that may not cross the border."""

    number: Number
    reason: Reason
    what: Name


class Callback(Struct, tag="callback"):
    """A replaced function was called with ``arguments`` (a list)."""

    number: Number
    function: Name
    arguments: Nodes


Request = Load | Calls | CallbackResult
Response = Ready | NotReady | Loaded | Returned | Raised | Missing | BadValue | Callback

_encoder = msgspec.msgpack.Encoder()
_requests: msgspec.msgpack.Decoder[Request] = msgspec.msgpack.Decoder(Request)
_responses: msgspec.msgpack.Decoder[Response] = msgspec.msgpack.Decoder(Response)
_Message = TypeVar("_Message")
_LENGTH = struct.Struct("<I")


def encode(message: Request | Response) -> bytes:
    """Return the frame for a message; Unsendable ("bytes") when it is too large."""
    body = _encoder.encode(message)
    if len(body) > MAX_FRAME:
        raise Unsendable("bytes")
    return _LENGTH.pack(len(body)) + body


def read_request(body: bytes) -> Request:
    """Return the request in the body of a frame; WireError for anything else."""
    return _decode(_requests, body)


def read_response(body: bytes) -> Response:
    """Return the response in the body of a frame; WireError for anything else."""
    return _decode(_responses, body)


def _decode(decoder: msgspec.msgpack.Decoder[_Message], body: bytes) -> _Message:
    try:
        return decoder.decode(body)
    except (msgspec.MsgspecError, ValueError, OverflowError, RecursionError) as error:
        raise WireError(f"not a frame of ours: {str(error)[:200]}") from None


class FrameReader:
    """Cuts a stream of bytes into the bodies of frames."""

    def __init__(self) -> None:
        self._bytes = bytearray()

    def feed(self, data: bytes) -> None:
        """Add bytes that were read."""
        self._bytes += data

    def next(self) -> bytes | None:
        """Return the body of the next whole frame, or None; WireError if it is too long."""
        if len(self._bytes) < _LENGTH.size:
            return None
        (length,) = _LENGTH.unpack_from(self._bytes)
        if length > MAX_FRAME:
            raise WireError(f"a frame of {length} bytes")
        end = _LENGTH.size + length
        if len(self._bytes) < end:
            return None
        body = bytes(memoryview(self._bytes)[_LENGTH.size : end])
        del self._bytes[:end]
        return body
