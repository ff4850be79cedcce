"""A PDF of one page with lines of text: enough for any reader to open and print it."""

from __future__ import annotations

from collections.abc import Sequence

_TOP, _LEFT, _LEADING = 780, 56, 22


def page(title: str, lines: Sequence[str]) -> bytes:
    """One A4 page. What Helvetica cannot write becomes a question mark."""
    shown = [b"BT /F1 20 Tf %d TL %d %d Td" % (_LEADING, _LEFT, _TOP), _text(title), b"T* /F1 12 Tf"]
    for line in lines:
        shown += [_text(line), b"T*"]
    stream = b"\n".join([*shown, b"ET"])
    return _file(
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    )


def _text(line: str) -> bytes:
    plain = line.encode("cp1252", "replace")
    for special in (b"\\", b"(", b")"):
        plain = plain.replace(special, b"\\" + special)
    return b"(" + plain + b") Tj"


def _file(*objects: bytes) -> bytes:
    """The objects one after the other, and where each begins."""
    made = b"%PDF-1.4\n"
    starts = []
    for number, content in enumerate(objects, 1):
        starts.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % start for start in starts)
    size = len(objects) + 1
    return made + (
        b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n"
        % (size, table, size, len(made))
    )
