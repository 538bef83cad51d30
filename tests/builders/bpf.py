"""Ask a seccomp filter what the kernel would answer, for any architecture, without a call."""

import struct
from collections.abc import Callable, Sequence

LOAD, JUMP, AND, RETURN = 0x20, 0x05, 0x54, 0x06
JUMPS: dict[int, Callable[[int, int], bool]] = {
    0x15: lambda a, k: a == k,
    0x25: lambda a, k: a > k,
    0x35: lambda a, k: a >= k,
    0x45: lambda a, k: bool(a & k),
}
"""Operations that libseccomp uses."""


def verdict(program: bytes, architecture: int, number: int, arguments: Sequence[int] = ()) -> int:
    """Return what the filter says to a call: SECCOMP_RET_…, with the error's number."""
    data = struct.pack(
        "<IIQ6Q", number, architecture, 0, *[*(a % 2**64 for a in arguments), *[0] * 6][:6]
    )
    code, at, value = list(struct.iter_unpack("<HBBI", program)), 0, 0
    while True:
        operation, yes, no, operand = code[at]
        at += 1
        if operation == RETURN:
            return int(operand)
        if operation == LOAD:
            (value,) = struct.unpack_from("<I", data, operand)
        elif operation == AND:
            value &= operand
        elif operation == JUMP:
            at += operand
        else:
            at += yes if JUMPS[operation](value, operand) else no
