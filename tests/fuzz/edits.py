"""Random edits: of a file's bytes, of its syntax tree, and of frames."""

import ast
import copy
import random
import struct
import warnings

import numpy as np

from autograder.sandbox import values, wire

BYTES = (b"\0", b"\xff", b"\xef\xbb\xbf", b"\r", b"\t", b"\\", b"'", b'"""', b"(", b"]", b"#", b":",
         b"# coding: utf-16\n", b"\nwhile True: pass\n", b"return None\n", "é∇".encode(),
         b"-", b"0", b"9" * 40, b"lambda: ", b"yield ", b"*", b"==", b"\x0c")  # fmt: skip
VALUES = (0, 1, -1, 2, 10**30, 1e308, float("inf"), float("nan"), None, True, "x", b"y", 1j, ...)
OPERATORS = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.Pow, ast.MatMult, ast.FloorDiv, ast.LShift)
FIRST = bytes((0xC0, 0xC1, 0xC3, 0xC4, 0xC6, 0xCB, 0xCF, 0xD3, 0xD9, 0xDB, 0xDC, 0xDD, 0xDF, 0x90))
"""First bytes of MessagePack's types: nothing, the unused one, numbers, texts, sequences, maps."""


def edited(rng: random.Random, sources: list[bytes]) -> bytes:
    """One of the sources with a few edits, of its bytes or of its syntax tree."""
    source = rng.choice(sources)
    if rng.random() < 0.5:
        for _ in range(rng.randint(1, 4)):
            source = _edit_bytes(rng, source, rng.choice(sources))
        return source
    try:
        return _edit_tree(rng, source, rng.choice(sources))
    except (SyntaxError, ValueError, RecursionError):  # a tree that cannot be written down again
        return _edit_bytes(rng, source, source)


def _edit_bytes(rng: random.Random, source: bytes, other: bytes) -> bytes:
    start, end = sorted(rng.randrange(len(source) + 1) for _ in range(2))
    end = min(end, start + rng.choice((1, 1, 5, 40, 400)))
    foreign = rng.randrange(max(len(other), 1))
    borrowed = other[foreign : foreign + rng.choice((5, 80, 400))]
    old = source[start:end]
    new = (b"", rng.randbytes(1), rng.choice(BYTES), old * 2, old[::-1], borrowed)
    if rng.random() < 0.03:
        return source[:start]
    return source[:start] + rng.choice(new) + source[end:]


def _edit_tree(rng: random.Random, source: bytes, other: bytes) -> bytes:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tree, second = ast.parse(source), ast.parse(other)
    for _ in range(rng.randint(1, 3)):
        nodes = list(ast.walk(tree))
        rng.choice(_EDITS)(rng, nodes, list(ast.walk(second)))
    return ast.unparse(ast.fix_missing_locations(tree)).encode("utf-8", "surrogatepass")


def _change_leaf(rng: random.Random, nodes: list[ast.AST], _: list[ast.AST]) -> None:
    """Give another value to a constant, an operator or a name."""
    names = [node.id for node in nodes if isinstance(node, ast.Name)]
    operators = [operator() for operator in OPERATORS]
    kind, field, choices = rng.choice(
        ((ast.Constant, "value", VALUES), (ast.BinOp, "op", operators), (ast.Name, "id", names))
    )
    if found := [node for node in nodes if isinstance(node, kind)]:
        setattr(rng.choice(found), field, rng.choice(choices))


def _change_body(rng: random.Random, nodes: list[ast.AST], others: list[ast.AST]) -> None:
    """Delete, repeat, move, borrow or loop a statement."""
    bodies = [body for node in nodes if isinstance(body := getattr(node, "body", None), list)]
    body = rng.choice([body for body in bodies if body])
    at = rng.randrange(len(body))
    old, loop = body[at], ast.While(ast.Constant(True), [body[at]], [])
    borrowed = rng.choice([node for node in others if isinstance(node, ast.stmt)] or [ast.Pass()])
    body[at : at + 1] = rng.choice(
        ([ast.Pass()], [old, copy.deepcopy(old)], [*body[at + 1 : at + 2], old],
         [copy.deepcopy(borrowed), old], [loop], [ast.Return(None)])
    )  # fmt: skip


def _change_call(rng: random.Random, nodes: list[ast.AST], _: list[ast.AST]) -> None:
    if found := [node for node in nodes if isinstance(node, ast.Call)]:
        call = rng.choice(found)
        rng.choice((lambda: rng.shuffle(call.args), call.args.clear, call.args.reverse))()


def _swap_expressions(rng: random.Random, nodes: list[ast.AST], others: list[ast.AST]) -> None:
    """Put an expression of another file in the place of a value."""
    found = [node for node in nodes if isinstance(node, ast.Assign | ast.Return | ast.AugAssign)]
    foreign = [node for node in others if isinstance(node, ast.expr)]
    if found and foreign:
        rng.choice(found).value = copy.deepcopy(rng.choice(foreign))


_EDITS = (*[_change_leaf] * 3, _change_body, _change_call, _swap_expressions)


def frame(rng: random.Random) -> bytes:
    """A frame as a worker would send it, with a few edits of its bytes."""
    data = bytearray(wire.encode(_response(rng)))
    for _ in range(rng.choice((0, 1, 1, 2, 5))):
        at = rng.randrange(4, max(len(data), 4) + 1) if rng.random() < 0.9 else rng.randrange(4)
        end = at + rng.choice((0, 1, 1, 2, 9))
        data[at:end] = rng.choice(
            (b"", rng.randbytes(1), rng.choice(FIRST).to_bytes(1, "big"), bytes(data[at:end]) * 2,
             struct.pack(">I", rng.choice((0, 7, 1 << 16, (1 << 32) - 1))))
        )  # fmt: skip
    if rng.random() < 0.7:  # mostly with a true length, so that the inside is read
        data[:4] = struct.pack("<I", max(len(data) - 4, 0))
    return bytes(data)


def _response(rng: random.Random) -> wire.Response:
    number = rng.choice((0, 1, 7, 1 << 40))
    nodes = values.pack(_value(rng, 0))
    raised = wire.Raised(number, "ValueError", "text", 3, "ffnn", False)
    loaded = wire.Loaded(["ffnn"], [wire.LeftOut(1, "x")], ["tqdm"], rng.choice((None, raised)))
    return rng.choice(
        (wire.Ready(), wire.NotReady("no"), loaded, raised, wire.Returned(number, nodes, []),
         wire.Returned(number, nodes, ["overflow"]), wire.Missing(number, True),
         wire.BadValue(number, "type", "dict"), wire.Callback(number, "sigmoid", nodes))
    )  # fmt: skip


def _value(rng: random.Random, depth: int) -> object:
    """Something a function may return."""
    if depth < 3 and rng.random() < 0.4:
        items = [_value(rng, depth + 1) for _ in range(rng.randrange(6))]
        return tuple(items) if rng.random() < 0.5 else items
    shape = [rng.randrange(5) for _ in range(rng.randrange(4))]
    dtype = rng.choice((np.float64, np.int64, np.bool_, np.complex128, np.float16))
    return rng.choice(
        (None, True, 3, -1.5, 2j, "text", float("nan"), 1 << 63, np.zeros(shape, dtype))
    )
