"""Pack the texts of a result, such as messages, hints and prints, into one bounded blob."""

import zlib
from collections.abc import Sequence

import msgspec

from autograder.results import Numbers, OutputResult, SubmissionResult

MAX_MESSAGE = 4_000
"""Characters kept of one message, and of one text for staff."""
MAX_PRINTED = 65_536
MAX_GOT = 200_000
"""Bytes kept of all wrong answers of one submission."""
MAX_ALL = 1_000_000
"""Characters kept of one submission; beyond it, outputs have messages but no texts for staff."""


class OutputTexts(msgspec.Struct, array_like=True):
    """The texts about the output at ``position``."""

    position: int
    message: str = ""
    hint: str = ""
    staff: str = ""
    got: Numbers | None = None
    call: str = ""


class Details(msgspec.Struct, omit_defaults=True):
    """The parts of a result, by its own names, that need no column of their own in the tables."""

    texts: list[OutputTexts] = []
    mechanisms: tuple[str, ...] = ()
    sha256: str = ""
    ignored: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    left_out: tuple[tuple[int, str], ...] = ()
    printed: str = ""
    bonus_source: bytes = b""


_AS_THEY_ARE = ("mechanisms", "sha256", "ignored", "notes", "remarks", "bonus_source")
_decoder = msgspec.msgpack.Decoder(Details)


def pack(result: SubmissionResult) -> bytes:
    """Pack the details of a result; a student's prints take at most 64 kB."""
    details = Details(
        texts=_texts(result.outputs),
        left_out=tuple((line, _cut(text, MAX_MESSAGE)) for line, text in result.left_out[:1000]),
        printed=_cut(result.printed, MAX_PRINTED),
        **{name: getattr(result, name) for name in _AS_THEY_ARE},
    )
    return zlib.compress(msgspec.msgpack.encode(details))


def unpack(data: bytes) -> Details:
    """Unpack the result of ``pack``; zlib.error or msgspec.MsgspecError where it is damaged."""
    return _decoder.decode(zlib.decompress(data))


def _texts(outputs: Sequence[OutputResult]) -> list[OutputTexts]:
    texts = []
    characters, numbers = MAX_ALL, MAX_GOT
    for position, output in enumerate(outputs):
        if not (output.message or output.hint or output.staff or output.got):
            continue
        message = _cut(output.message, MAX_MESSAGE)
        staff = _cut(output.staff, min(MAX_MESSAGE, max(characters, 0)))
        characters -= len(message) + len(staff)
        got = output.got
        if got is not None:
            numbers -= len(got.data)
        if numbers < 0:
            got = None
        texts.append(OutputTexts(position, message, output.hint, staff, got, output.call))
    return texts


def _cut(text: str, length: int) -> str:
    if len(text) > length:
        text = text[: max(length - 1, 0)] + "…"
    # A student may print half of a surrogate pair, which UTF-8 does not have.
    return text.encode("utf-8", "replace").decode()
