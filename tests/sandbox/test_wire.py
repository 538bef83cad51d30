"""The format that crosses the border: what survives, what is refused, and that nothing crashes."""

import struct
import tracemalloc
from collections import namedtuple
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.errors import Unsendable, WireError
from autograder.sandbox import values, wire
from autograder.sandbox.values import Array, Sequence


def there_and_back(value: object) -> object:
    """Return the value as it arrives on the other side of the border."""
    frames = wire.FrameReader()
    frames.feed(wire.encode(wire.Returned(1, values.pack(value), [])))
    body = frames.next()
    assert body is not None
    response = wire.read_response(body)
    assert isinstance(response, wire.Returned)
    return values.unpack(response.value)


def reason(value: object) -> tuple[str, str]:
    """Why a value is refused."""
    with pytest.raises(Unsendable) as refused:
        values.pack(value)
    return refused.value.reason, refused.value.what


@pytest.mark.parametrize(
    "array",
    [
        np.arange(6.0).reshape(2, 3), np.array(3.0), np.empty((0, 3)), np.array([True, False]),
        np.arange(24, dtype=np.int8).reshape(2, 3, 4), np.array([1 + 2j]), np.arange(4.0)[::-1],
        np.asfortranarray(np.arange(6.0).reshape(2, 3)), np.array([1, 2], dtype=">i4"),
        np.float16([1.5]), np.broadcast_to(1.0, (3, 4)), np.array([np.nan, np.inf, -np.inf]),
    ],
)  # fmt: skip
def test_arrays_survive(array: np.ndarray) -> None:
    """Arrays of every memory layout arrive with shape, kind and values."""
    arrived = there_and_back(array)
    assert isinstance(arrived, np.ndarray)
    assert arrived.shape == array.shape
    assert arrived.dtype.kind == array.dtype.kind
    np.testing.assert_array_equal(array, arrived)


point = namedtuple("point", "x y")


@pytest.mark.parametrize(
    ("value", "arrived"),
    [
        ([np.float64(0.5), np.int8(3), np.bool_(True), np.complex64(1j)], [0.5, 3, True, 1j]),
        ([point(1, 2), range(3)], [(1, 2), [0, 1, 2]]),
        (np.ma.array([1.0, 2.0]), np.array([1.0, 2.0])),
        (2**70, float(2**70)),
    ],
)
def test_other_values_arrive_as_built_in_ones(value: object, arrived: object) -> None:
    """Numpy's numbers are Python's, subclasses their built-in type, and huge numbers floats."""
    assert repr(there_and_back(value)) == repr(arrived)


def leave(*_: object, **__: object) -> None:
    """A method that ends the process."""
    raise SystemExit


class Hostile(list):  # type: ignore[type-arg]
    """A list that ends the process when it is looked at."""

    __len__ = __iter__ = leave  # type: ignore[assignment]
    __class__ = property(leave)  # type: ignore[assignment]


class HostileArray(np.ndarray):
    """An array that does the same."""

    tobytes = __array__ = leave  # type: ignore[assignment]
    dtype = property(leave)  # type: ignore[assignment]


def test_methods_of_hostile_objects_are_not_called() -> None:
    """Overridden methods of lists and arrays are never called while they are packed."""
    array = np.arange(3.0).view(HostileArray)
    assert there_and_back(Hostile([1, 2])) == [1, 2]
    np.testing.assert_array_equal([0, 1, 2], there_and_back(array))


CYCLIC: list[object] = []
CYCLIC.append(CYCLIC)
SECRET = type("the_hidden_input_is_0_25", (), {})
"""A student's type: its name could carry a hidden input, so it does not cross."""


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({}, ("type", "dict")),
        ((n for n in ()), ("type", "generator")),
        (zip((), strict=True), ("type", "zip")),
        ({1}, ("type", "set")),
        (b"1", ("type", "bytes")),
        (print, ("type", "function")),
        (np.array([None]), ("dtype", "object array")),
        (np.array(["a"]), ("dtype", "text array")),
        (np.array(["2020-01-01"], dtype="datetime64[D]"), ("dtype", "date array")),
        (SECRET(), ("type", "")),
        (CYCLIC, ("depth", "")),
        ([[[[[1]]]]], ("depth", "")),
        ([0] * 10_000, ("items", "")),
        (range(10**30), ("items", "")),
        (np.zeros((1, 1, 1, 1)), ("dimensions", "")),
        (np.zeros(131_073), ("bytes", "")),
        ([np.zeros(131_072), 1.0, np.zeros(1)], ("bytes", "")),
        (np.broadcast_to(0.0, (10**6, 10**6)), ("bytes", "")),
        ("x" * 501, ("text", "")),
        (10**400, ("number", "")),
    ],
)
def test_refusals_name_the_reason(value: object, expected: tuple[str, str]) -> None:
    """A value that may not cross is refused for a reason from a fixed list."""
    assert reason(value) == expected


def test_the_largest_answer_fits_and_a_larger_one_is_refused() -> None:
    """1 MB of numbers, or 9,999 items with a text each, cross in one frame; longer texts do not."""
    assert np.shape(there_and_back(np.zeros(131_072))) == (131_072,)
    assert len(there_and_back(["x" * 100] * 9_999)) == 9_999  # type: ignore[arg-type]
    with pytest.raises(Unsendable):
        wire.encode(wire.Returned(1, values.pack(["x" * 500] * 9_999), []))


@pytest.mark.parametrize(
    "nodes",
    [
        [], [1, 2], [Sequence(2, True), 1], [Sequence(1, True)], [Sequence(1, True), 1, 2],
        [Sequence(1, False)] * 6, [Array("float64", [2], b"1234567")], [Array("int8", [], b"")],
        [Array("float64", [1 << 20, 1 << 20, 1 << 20], b"")],
    ],
)  # fmt: skip
def test_nodes_that_make_no_value_are_refused(nodes: list[values.Node]) -> None:
    """Lists of nodes that are too short, too long, too deep or inconsistent are a WireError."""
    for read in (values.unpack, values.check):
        with pytest.raises(WireError):
            read(nodes)


def test_booleans_are_normalised() -> None:
    """A byte of 2 in an array of booleans arrives as 1."""
    arrived = values.unpack([Array("bool", [2], b"\x02\x00")])
    assert np.asarray(arrived).tobytes() == b"\x01\x00"


def test_writable_arrays_are_copies() -> None:
    """With ``writable`` an array can be changed without changing the frame."""
    node = Array("float64", [1], struct.pack("<d", 1.0))
    array = values.unpack([node], writable=True)
    assert isinstance(array, np.ndarray)
    array[0] = 2.0
    np.testing.assert_array_equal([1.0], values.unpack([node]))  # type: ignore[arg-type]


def test_frames_arrive_in_pieces() -> None:
    """Frames are found in a stream whatever the size of the pieces it comes in."""
    frames, found = wire.FrameReader(), []
    for byte in wire.encode(wire.Ready()) + wire.encode(wire.Missing(7, False)):
        frames.feed(bytes([byte]))
        while (body := frames.next()) is not None:
            found.append(wire.read_response(body))
    assert found == [wire.Ready(), wire.Missing(7, False)]


def test_a_length_beyond_the_limit_is_refused_at_once() -> None:
    """A frame that claims four gigabytes is refused before anything of it is read."""
    frames = wire.FrameReader()
    frames.feed(b"\xff\xff\xff\xff")
    with pytest.raises(WireError):
        frames.next()


def returned(value: bytes) -> bytes:
    """The body of a hand-made answer."""
    return b"\x94\xa8returned\x01" + value + b"\x90"


BODIES: dict[str, Callable[[], bytes]] = {
    "empty": lambda: b"",
    "not MessagePack": lambda: b"\xc1" * 100,
    "a million empty arrays": lambda: returned(
        b"\xdd" + struct.pack(">I", 10**6) + b"\x90" * 10**6
    ),
    "a list that claims to be endless": lambda: returned(b"\xdd\xff\xff\xff\xff"),
    "10,000 arrays": lambda: returned(
        b"\xdc" + struct.pack(">H", 10_000) + b"\x94\xa1a\xa5int64\x91\x00\xc4\x00" * 10_000
    ),
    "nested a million deep": lambda: returned(b"\x91" * 1_000_000),
    "nested in an unknown field": lambda: b"\x95\xa8returned\x01\x90\x90" + b"\x91" * 1_000_000,
    "maps all the way": lambda: b"\x81\xa1a" * 300_000,
    "a text of 1 MB": lambda: returned(b"\x91\xdb" + struct.pack(">I", 10**6) + b"x" * 10**6),
    "a text that is not UTF-8": lambda: returned(b"\x91\xa2\xff\xfe"),
    "a number beyond a count": lambda: returned(b"\x91\x93\xa1s\xcf" + b"\xff" * 8 + b"\xc3"),
    "a pickle": lambda: b"\x80\x04cos\nsystem\n(S'true'\ntR.",
    "an extension type": lambda: returned(b"\x91\xc7\xff\x05" + b"x" * 255),
    "a map": lambda: b"\x81\xa4type\xa5ready",
    "a forged verdict": lambda: b"\x92\xa6passed\xc3",
    "a request": lambda: wire.encode(wire.Calls([wire.Call(1, "f", [])]))[4:],
}  # fmt: skip


@pytest.mark.parametrize("name", BODIES)
def test_hand_made_frames_end_in_an_answer_or_a_wire_error(name: str) -> None:
    """No frame crashes the reader or takes more than a few MB, whatever it claims."""
    body = BODIES[name]()[: wire.MAX_FRAME]
    tracemalloc.start()
    try:
        with pytest.raises(WireError):
            values.unpack(wire.read_response(body).value)  # type: ignore[union-attr]
        assert tracemalloc.get_traced_memory()[1] < 8 << 20
    finally:
        tracemalloc.stop()


def depth(value: object) -> int:
    """How many sequences are inside one another."""
    return 1 + max(map(depth, value), default=0) if isinstance(value, list | tuple) else 0


numbers = st.integers(-(2**63), 2**64 - 1) | st.floats() | st.complex_numbers()
sendable = st.recursive(
    st.none() | st.booleans() | numbers | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.lists(inner, max_size=3).map(tuple),
    max_leaves=8,
)


@given(sendable)
def test_every_packed_value_arrives(value: object) -> None:
    """A value arrives with its type, or is refused for its depth."""
    if depth(value) > values.MAX_DEPTH:
        assert reason(value) == ("depth", "")
    else:
        assert repr(there_and_back(value)) == repr(value)  # 1 is not True, and nan is nan


def test_reading_is_typed() -> None:
    """The decoders know the messages of their direction and no others."""
    with pytest.raises(WireError):
        wire.read_request(wire.encode(wire.Ready())[4:])


arrays = st.builds(
    Array,
    st.sampled_from(["float64", "bool"]),
    st.lists(st.integers(0, 2), max_size=3),
    st.sampled_from([b"", b"\1", bytes(8), bytes(16)]),
)
sequences = st.builds(Sequence, st.integers(0, 3), st.booleans())
scalars = st.sampled_from([None, True, 1, 1.5, "a", values.Complex(1.0, 2.0)])


@given(st.lists(scalars | sequences | arrays, max_size=8))
def test_checked_nodes_can_be_unpacked(nodes: list[values.Node]) -> None:
    """Nodes pass the check if, and only if, they make one value."""
    try:
        values.unpack(nodes)
    except WireError:
        with pytest.raises(WireError):
            values.check(nodes)
    else:
        values.check(nodes)


def test_checked_nodes_are_no_larger_than_a_value_may_be() -> None:
    """Arrays that are allowed one by one can be too much together."""
    half = Array("uint8", [values.MAX_BYTES // 2], bytes(values.MAX_BYTES // 2))
    values.check([Sequence(2, False), half, half])
    with pytest.raises(WireError, match="too large"):
        values.check([Sequence(3, False), half, half, Array("uint8", [1], b"\0")])
