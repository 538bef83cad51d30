"""Write and read JSON with tagged arrays, for the public key and the local child process.

An array is ``{"dtype": "float64", "shape": [2, 3], "data": [...]}`` in C order. NaN and the
infinities, which JSON does not know, are the strings "nan", "inf" and "-inf" inside ``data`` and
``{"float": "nan"}`` elsewhere, so that every JSON reader can read the file.
"""

import math
from typing import Any

import numpy as np

DTYPES = frozenset("biufc")
"""Kinds of arrays that can be written: booleans, integers, floats and complex numbers."""


def encode(value: object) -> Any:
    """Turn numbers, text, arrays and sequences or dicts of these into JSON's own types.

    Raises:
        TypeError: for anything else, naming its type.
    """
    if isinstance(value, np.generic):
        return encode(value.item())
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else {"float": repr(value)}
    if isinstance(value, complex):
        return {"complex": [encode(value.real), encode(value.imag)]}
    if isinstance(value, np.ndarray):
        return _encode_array(value)
    if isinstance(value, list | tuple):
        return [encode(item) for item in value]
    if isinstance(value, dict):
        return {str(name): encode(item) for name, item in value.items()}
    raise TypeError(f"a value of type {type(value).__name__} cannot be written")


def _encode_array(array: np.ndarray[Any, Any]) -> dict[str, Any]:
    if array.dtype.kind not in DTYPES:
        raise TypeError(f"an array of dtype {array.dtype} cannot be written")
    flat = array.ravel().tolist()
    if array.dtype.kind == "f":
        flat = [item if math.isfinite(item) else repr(item) for item in flat]
    elif array.dtype.kind == "c":
        flat = [[encode(item.real), encode(item.imag)] for item in flat]
    return {"dtype": array.dtype.name, "shape": list(array.shape), "data": flat}


def decode(value: Any) -> Any:
    """Turn what ``encode`` wrote back into values; sequences become lists."""
    if isinstance(value, list):
        return [decode(item) for item in value]
    if isinstance(value, dict):
        if value.keys() == {"dtype", "shape", "data"}:
            return _decode_array(value)
        if value.keys() == {"float"}:
            return float(value["float"])
        if value.keys() == {"complex"}:
            return complex(*map(decode, value["complex"]))
        return {name: decode(item) for name, item in value.items()}
    return value


def _decode_array(tagged: dict[str, Any]) -> np.ndarray[Any, Any]:
    dtype = np.dtype(tagged["dtype"])
    if dtype.kind not in DTYPES:
        raise ValueError(f"an array of dtype {dtype} is not allowed here")
    flat = tagged["data"]
    if dtype.kind == "c":
        flat = [complex(decode(real), decode(imag)) for real, imag in flat]
    elif dtype.kind == "f":
        flat = [float(item) for item in flat]
    return np.array(flat, dtype=dtype).reshape(tagged["shape"])
