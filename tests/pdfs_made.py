"""PDFs made by hand: a report, and what is made to do harm."""

from __future__ import annotations

import zlib


def a_pdf(*contents: bytes, filters: bytes = b"") -> bytes:
    """A PDF of so many pages, by hand."""
    count = len(contents)
    kids = b" ".join(b"%d 0 R" % (3 + 2 * place) for place in range(count))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[%s]/Count %d>>" % (kids, count),
    ]
    for place, content in enumerate(contents):
        font = b"<</Font<</F1<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>"
        objects += [
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources%s/Contents %d 0 R>>"
            % (font, 4 + 2 * place),
            b"<</Length %d%s>>stream\n%s\nendstream" % (len(content), filters, content),
        ]
    body = b"%PDF-1.4\n"
    places = []
    for number, entry in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, entry)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    return b"%sxref\n0 %d\n%010d 65535 f \n%strailer<</Size %d/Root 1 0 R>>\n%s" % (
        *(body, size, 0, table, size),
        b"startxref\n%d\n%%%%EOF\n" % len(body),
    )


def a_text(words: bytes) -> bytes:
    return b"BT /F1 12 Tf 72 700 Td (%s) Tj ET" % words


def bomb() -> bytes:
    """A page of half a gigabyte in a few hundred bytes."""
    packed = zlib.compressobj(9)
    data = b"".join(packed.compress(b"\0" * (1 << 20)) for _ in range(512)) + packed.flush()
    return a_pdf(zlib.compress(data), filters=b"/Filter[/FlateDecode/FlateDecode]")


REPORT = a_pdf(a_text(b"Figure 1: falling"), a_text(b"see Figure 1 and Fig. 2"), a_text(b"end"))
LOOP = b"""%PDF-1.4
1 0 obj <</Type/Catalog/Pages 2 0 R>> endobj
2 0 obj <</Type/Pages/Kids[2 0 R 2 0 R]/Count 2>> endobj
trailer <</Root 1 0 R>>
"""
HOSTILE = {
    "bomb": bomb(),
    "cut": REPORT[: len(REPORT) // 3],
    "empty": b"",
    "junk": b"%PDF-1.7\n" + b"\xff\x00(((((<<<<[[[" * 5000,
    "loop": LOOP,
    "nested": b"%PDF-1.4\n1 0 obj " + b"[" * 200_000,
}
