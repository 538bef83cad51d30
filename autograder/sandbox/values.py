"""Values that may cross the border, as flat lists of nodes.

A value is a list of nodes in prefix order: ``(1.5, [2, 3])`` is
``[Sequence(2, tuple), 1.5, Sequence(2, list), 2, 3]``. Reading it is a loop, so no depth of nesting
can exhaust the stack, and msgspec checks its length before anything is built.

A value has at most ``MAX_BYTES`` bytes, ``MAX_ITEMS`` nodes, ``MAX_DEPTH`` sequences inside one
another, ``MAX_DIMENSIONS`` dimensions in an array and ``MAX_TEXT`` characters in a string. NaN and
infinities survive. Whole numbers beyond 64 bits become floats where a float can hold them.
"""

import math
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

DType = Literal[
    "bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64",
    "float16", "float32", "float64", "complex64", "complex128",
]  # fmt: skip
Reason = Literal["type", "dtype", "items", "depth", "dimensions", "bytes", "text", "number", "odd"]
Count = Annotated[int, Meta(ge=0, le=MAX_ITEMS)]
Side = Annotated[int, Meta(ge=0, le=MAX_BYTES)]
Short = Annotated[str, Meta(max_length=MAX_TEXT)]


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
"""Every word that ``what`` of an ``Unsendable`` or a ``BadValue`` can be."""


def pack(value: object) -> list[Node]:
    """Return the nodes of a value; Unsendable where it may not cross the border.

    No method of a hostile object is called: its true type decides, and its contents are read by the
    methods of the built-in classes.
    """
    nodes: list[Node] = []
    _pack(value, nodes, 0, [MAX_BYTES])
    return nodes


def _pack(value: Any, nodes: list[Node], depth: int, room: list[int]) -> None:
    kind = type(value)
    if len(nodes) >= MAX_ITEMS:
        raise Unsendable("items")
    if kind is bool or value is None:
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
    shape = list(array.shape)
    if len(shape) > MAX_DIMENSIONS:
        raise Unsendable("dimensions")
    size = array.size * dtype.itemsize
    if size > room[0] or max(shape, default=0) > MAX_BYTES:
        raise Unsendable("bytes")
    room[0] -= size
    data = array.astype(dtype, copy=False).tobytes()
    return Array(_NAMES[dtype], shape, data)  # type: ignore[arg-type]


def _sendable(dtype: np.dtype[Any]) -> np.dtype[Any]:
    """The dtype of ``DType`` that holds the same numbers; Unsendable where there is none."""
    kind = dtype.kind
    if kind not in "biufc":
        names = {"O": "object array", "U": "text array", "S": "text array", "V": "record array"}
        raise Unsendable("dtype", names.get(kind, "date array"))
    if dtype in _NAMES:
        return dtype
    native = dtype.newbyteorder("=")
    native = _WIDER.get(native, native)
    if native not in _NAMES:
        native = np.dtype(f"{kind}{native.itemsize}")
    if native not in _NAMES:
        raise Unsendable("dtype", "object array")
    return _DTYPES[_NAMES[native]]


def unpack(nodes: list[Node], *, writable: bool = False) -> object:
    """Return the value of a list of nodes; WireError where they do not make exactly one value.

    Arrays are read-only views of the frame's bytes, or with ``writable`` copies.
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


def check(nodes: list[Node]) -> list[Node]:
    """Return the same nodes; WireError where they make no value or exceed the limit on bytes.

    For nodes from one process that are forwarded to another one as they are.
    """
    if sum(len(node.data) for node in nodes if type(node) is Array) > MAX_BYTES:
        raise WireError("a value that is too large")
    unpack(nodes)
    return nodes


def _unpack_array(node: Array, writable: bool) -> np.ndarray[Any, Any]:
    dtype = _DTYPES[node.dtype]
    if math.prod(node.shape) * dtype.itemsize != len(node.data):
        raise WireError("an array whose bytes do not fit its shape")
    if not node.data:
        return np.empty(node.shape, dtype)
    booleans = dtype.kind == "b"
    read = np.dtype(np.uint8) if booleans else dtype
    array: np.ndarray[Any, Any] = np.frombuffer(node.data, read).reshape(node.shape)
    if booleans:  # a byte other than 0 and 1 would be an undefined boolean
        array = array != 0
    return array.copy() if writable else array
