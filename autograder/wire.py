"""The only format that crosses the border between the grader and a process that runs student code.

A frame is a length (four bytes, little-endian) and a MessagePack message of one of the types below.
The grader decodes with msgspec, by type: nothing is ever unpickled or imported, and there is no
field for a verdict, so a forged frame is only an answer.

A value is a flat list of nodes in prefix order: ``(1.5, [2, 3])`` is
``[Sequence(2, tuple), 1.5, Sequence(2, list), 2, 3]``. Reading it is a loop, so no depth of nesting
can exhaust the stack, and its length is checked before anything is built.

A value has at most ``MAX_BYTES`` bytes, ``MAX_ITEMS`` nodes, ``MAX_DEPTH`` sequences inside one
another, ``MAX_DIMENSIONS`` dimensions in an array and ``MAX_TEXT`` characters in a string. NaN and
infinities survive. Whole numbers beyond 64 bits become floats where a float can hold them.
"""

from __future__ import annotations

import math
import struct
from typing import Annotated, Any, Literal, get_args

import msgspec
import numpy as np
from msgspec import Meta

from autograder.errors import Unsendable, WireError

MAX_BYTES = 1 << 20
MAX_ITEMS = 10_000
MAX_DEPTH = 4
MAX_DIMENSIONS = 3
MAX_TEXT = 500
MAX_FRAME = MAX_BYTES + (1 << 17)
"""A value of the largest size with its wrapping: up to 11 bytes for each node."""

DType = Literal[
    "bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64",
    "float16", "float32", "float64", "complex64", "complex128",
]  # fmt: skip
Reason = Literal["type", "dtype", "items", "depth", "dimensions", "bytes", "text", "number", "odd"]
Count = Annotated[int, Meta(ge=0, le=MAX_ITEMS)]
Side = Annotated[int, Meta(ge=0, le=MAX_BYTES)]
Short = Annotated[str, Meta(max_length=MAX_TEXT)]
Name = Annotated[str, Meta(max_length=80)]
Number = Annotated[int, Meta(ge=0, le=1 << 40)]
Line = Annotated[int, Meta(ge=0, le=1 << 20)]


class Struct(msgspec.Struct, array_like=True, forbid_unknown_fields=True):
    """A message or a part of one, written as an array; unknown fields are refused."""


class Sequence(Struct, tag="s"):
    """The next ``length`` values are the items of a list, or of a tuple."""

    length: Count
    is_tuple: bool


class Complex(Struct, tag="c"):
    """A complex number."""

    real: float
    imag: float


class Array(Struct, tag="a"):
    """An array in C order; ``data`` has exactly as many bytes as dtype and shape say."""

    dtype: DType
    shape: Annotated[list[Side], Meta(max_length=MAX_DIMENSIONS)]
    data: Annotated[bytes, Meta(max_length=MAX_BYTES)]


Node = None | bool | int | float | Short | Complex | Array | Sequence
Nodes = Annotated[list[Node], Meta(max_length=MAX_ITEMS)]

# --- from the grader to the worker


class Proxy(Struct):
    """A function to be replaced by one that asks the grader."""

    function: Name
    parameters: list[Name]


class Load(Struct, tag="load"):
    """Load this source; ``full`` runs every top-level statement."""

    source: bytes
    full: bool
    proxies: list[Proxy]


class Call(Struct, tag="call"):
    """Call a function of the loaded source with ``arguments`` (a sequence)."""

    number: Number
    function: Name
    arguments: Nodes


class Told(Struct, tag="told"):
    """The answer to an ``Ask``: a value, or an exception by the name of its built-in class."""

    number: Number
    value: Nodes
    kind: Name = ""
    text: Short = ""


# --- from the worker to the grader


class Ready(Struct, tag="ready"):
    """All layers are in force; student code has not run yet."""


class Unready(Struct, tag="unready"):
    """A layer failed; student code has not run and will not."""

    text: Short


class Left(Struct):
    """A top-level statement that was left out."""

    line: Line
    text: Short


class Raised(Struct, tag="raised"):
    """The function, or loading, raised an exception."""

    number: Number
    kind: Name
    text: Short
    line: Line
    origin: Name
    not_implemented: bool


class Loaded(Struct, tag="loaded"):
    """The source was loaded: functions of the assignment found, statements left out, stand-ins."""

    functions: Annotated[list[Name], Meta(max_length=50)]
    left_out: Annotated[list[Left], Meta(max_length=200)]
    placeholders: Annotated[list[Name], Meta(max_length=50)]
    crashed: Raised | None


class Returned(Struct, tag="returned"):
    """What the function returned."""

    number: Number
    value: Nodes


class Missing(Struct, tag="missing"):
    """There is no function of that name; ``present`` says whether the name is anything else."""

    number: Number
    present: bool


class Bad(Struct, tag="bad"):
    """The function returned something that may not cross the border."""

    number: Number
    reason: Reason
    what: Name


class Ask(Struct, tag="ask"):
    """A replaced function was called with ``arguments`` (a sequence)."""

    number: Number
    function: Name
    arguments: Nodes


Request = Load | Call | Told
Answer = Ready | Unready | Loaded | Returned | Raised | Missing | Bad | Ask

_encoder = msgspec.msgpack.Encoder()
_requests = msgspec.msgpack.Decoder(Request)
_answers: msgspec.msgpack.Decoder[Answer] = msgspec.msgpack.Decoder(Answer)
_LENGTH = struct.Struct("<I")
_DTYPES: dict[str, np.dtype[Any]] = {name: np.dtype(name) for name in get_args(DType)}
_NAMES: dict[np.dtype[Any], str] = {dtype: name for name, dtype in _DTYPES.items()}
_WIDER = {
    np.dtype(np.longdouble): np.dtype(np.float64),
    np.dtype(np.clongdouble): np.dtype(np.complex128),
}
_NAMED_TYPES: dict[Any, str] = {
    kind: kind.__name__
    for kind in (
        dict, set, frozenset, bytes, bytearray, memoryview, zip, map, filter, enumerate, reversed,
        type, object, slice,
    )
} | {
    type(_ for _ in ()): "generator",
    type(lambda: None): "function",
    type(len): "function",
    type(np.add): "function",
    type(np): "module",
    type(NotImplemented): "NotImplemented",
    type(...): "Ellipsis",
    type({}.keys()): "dict_keys",
    type({}.values()): "dict_values",
    type({}.items()): "dict_items",
    np.datetime64: "datetime64",
    np.timedelta64: "timedelta64",
}  # fmt: skip
TYPE_NAMES = frozenset(_NAMED_TYPES.values()) | {
    "object array", "text array", "date array", "record array"
}  # fmt: skip
"""Every word that ``what`` of an ``Unsendable`` or a ``Bad`` can be."""


def encode(message: Request | Answer) -> bytes:
    """The frame for a message; Unsendable ("bytes") when it is too large."""
    body = _encoder.encode(message)
    if len(body) > MAX_FRAME + (MAX_BYTES if type(message) is Load else 0):
        raise Unsendable("bytes")
    return _LENGTH.pack(len(body)) + body


def read_request(body: bytes) -> Request:
    """The request in the body of a frame; WireError for anything else."""
    request: Request = _decode(_requests, body)
    return request


def read_answer(body: bytes) -> Answer:
    """The answer in the body of a frame; WireError for anything else."""
    answer: Answer = _decode(_answers, body)
    return answer


def _decode(decoder: msgspec.msgpack.Decoder[Any], body: bytes) -> Any:
    try:
        return decoder.decode(body)
    except (msgspec.MsgspecError, ValueError, OverflowError, RecursionError) as error:
        raise WireError(f"not a frame of ours: {str(error)[:200]}") from None


class Frames:
    """Cuts a stream of bytes into the bodies of frames, and never holds more than one too many."""

    def __init__(self) -> None:
        self._bytes = bytearray()

    def feed(self, data: bytes) -> None:
        """Take what was read."""
        self._bytes += data

    def next(self) -> bytes | None:
        """The body of the next whole frame, or None; WireError when its length is not allowed."""
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

    @property
    def pending(self) -> int:
        """How many bytes are waiting."""
        return len(self._bytes)


def pack(value: object) -> list[Node]:
    """The nodes of a value; Unsendable where it may not cross the border.

    Hostile objects are not asked anything: only their true type decides, and what they contain is
    read by the methods of the built-in classes themselves.
    """
    nodes: list[Node] = []
    _pack(value, nodes, 0, [MAX_BYTES])
    return nodes


def _pack(value: Any, nodes: list[Node], depth: int, room: list[int]) -> None:
    kind = type(value)
    if len(nodes) >= MAX_ITEMS:
        raise Unsendable("items")
    if kind is float or kind is bool or value is None:
        nodes.append(value)
    elif issubclass(kind, np.ndarray):
        nodes.append(_pack_array(value, room))
    elif issubclass(kind, np.generic):
        nodes.append(_pack_scalar(value))
    elif issubclass(kind, int):
        nodes.append(_pack_int(int.__index__(value)))
    elif issubclass(kind, float):
        nodes.append(float.__float__(value))
    elif issubclass(kind, (list, tuple, range)):
        _pack_sequence(value, kind, nodes, depth, room)
    elif issubclass(kind, complex):
        nodes.append(Complex(complex.__complex__(value).real, complex.__complex__(value).imag))
    elif issubclass(kind, str):
        nodes.append(_pack_text(str.__str__(value)))
    else:
        raise Unsendable("type", _NAMED_TYPES.get(kind, ""))


def _pack_sequence(value: Any, kind: type, nodes: list[Node], depth: int, room: list[int]) -> None:
    base: Any = list if issubclass(kind, list) else tuple if issubclass(kind, tuple) else range
    if depth >= MAX_DEPTH:
        raise Unsendable("depth")
    try:
        length = base.__len__(value)
    except OverflowError:
        raise Unsendable("items") from None
    if len(nodes) + length >= MAX_ITEMS:
        raise Unsendable("items")
    # A copy, because a thread of the student's may be changing the list meanwhile.
    items = base.__getitem__(value, slice(None))
    nodes.append(Sequence(len(items), base is tuple))
    for item in items:
        _pack(item, nodes, depth + 1, room)


def _pack_int(value: int) -> int | float:
    if -(1 << 63) <= value < 1 << 64:
        return value
    try:
        return float(value)
    except OverflowError:
        raise Unsendable("number") from None


def _pack_text(value: str) -> str:
    if len(value) > MAX_TEXT:
        raise Unsendable("text")
    return value.encode("utf-8", "replace").decode("utf-8")


def _pack_scalar(value: Any) -> Node:
    if issubclass(type(value), np.str_):
        return _pack_text(str.__str__(value))
    array = np.ndarray.astype(np.asarray(value), _sendable(np.asarray(value).dtype))
    item = array.item()
    return Complex(item.real, item.imag) if type(item) is complex else item


def _pack_array(value: Any, room: list[int]) -> Array:
    array = value if type(value) is np.ndarray else np.ndarray.view(value, np.ndarray)
    dtype = _sendable(array.dtype)
    if array.ndim > MAX_DIMENSIONS:
        raise Unsendable("dimensions")
    if max(array.shape, default=0) > MAX_BYTES or array.size * dtype.itemsize > room[0]:
        raise Unsendable("bytes")
    room[0] -= array.size * dtype.itemsize
    data = array.astype(dtype, copy=False).tobytes()
    return Array(_NAMES[dtype], list(array.shape), data)  # type: ignore[arg-type]


def _sendable(dtype: np.dtype[Any]) -> np.dtype[Any]:
    """The dtype of the list that holds the same numbers; Unsendable where there is none."""
    kind = dtype.kind
    if kind not in "biufc":
        words = {"O": "object array", "U": "text array", "S": "text array", "V": "record array"}
        raise Unsendable("dtype", words.get(kind, "date array"))
    native = dtype.newbyteorder("=")
    native = _WIDER.get(native, native)
    if native not in _NAMES:
        native = np.dtype(f"{kind}{native.itemsize}")
    if native not in _NAMES:
        raise Unsendable("dtype", "object array")
    return _DTYPES[_NAMES[native]]


def unpack(nodes: list[Node], *, writable: bool = False) -> object:
    """The value of a list of nodes; WireError where they do not make exactly one value.

    Arrays are read-only views of the frame's bytes, or with ``writable`` copies of their own.
    """
    stack: list[tuple[int, bool, list[object]]] = []
    last = len(nodes) - 1
    for at, node in enumerate(nodes):
        value: object = node
        if type(node) is Sequence:
            if len(stack) >= MAX_DEPTH + 1:
                raise WireError("a value that is nested too deeply")
            if node.length:
                stack.append((node.length, node.is_tuple, []))
                continue
            value = () if node.is_tuple else []
        elif type(node) is Array:
            value = _unpack_array(node, writable)
        elif type(node) is Complex:
            value = complex(node.real, node.imag)
        while stack:
            length, is_tuple, items = stack[-1]
            items.append(value)
            if len(items) < length:
                break
            stack.pop()
            value = tuple(items) if is_tuple else items
        else:
            if at != last:
                raise WireError("more than one value")
            return value
    raise WireError("less than one value")


def _unpack_array(node: Array, writable: bool) -> np.ndarray[Any, Any]:
    dtype = _DTYPES[node.dtype]
    if math.prod(node.shape) * dtype.itemsize != len(node.data):
        raise WireError("an array whose bytes do not fit its shape")
    if not node.data:
        return np.empty(node.shape, dtype)
    if dtype.kind == "b":  # any other byte than 0 and 1 would be an undefined truth value
        return (np.frombuffer(node.data, np.uint8) != 0).reshape(node.shape)
    array: np.ndarray[Any, Any] = np.frombuffer(node.data, dtype).reshape(node.shape)
    if not writable:
        return array
    copy: np.ndarray[Any, Any] = array.copy()
    return copy
