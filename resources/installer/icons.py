"""Make the program's icon in the forms that installers want: `python icons.py DIR [png|ico|icns ...]`.

The drawing is bmdesk.svg; what is made from it is not kept in the repository.
"""

from __future__ import annotations

import os
import struct
import sys
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QBuffer, QIODevice, QRectF, Qt
from PySide6.QtGui import QGuiApplication, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

DRAWING = Path(__file__).with_name("bmdesk.svg")
SIZE = 256
SMALLER = (16, 24, 32, 48, 64)
"""Windows shows an icon in all of these; one that is only large looks torn where it is small."""

_HEADER, _ENTRY = struct.Struct("<HHH"), struct.Struct("<BBBBHHII")


def main(folder: Path, kinds: list[str]) -> None:
    """Write bmdesk.<kind> for each kind."""
    QGuiApplication([])
    folder.mkdir(parents=True, exist_ok=True)
    for kind in kinds:
        sizes = (*SMALLER, SIZE) if kind == "ico" else (SIZE,)
        files = [encoded(drawn(size), kind) for size in sizes]
        (folder / f"bmdesk.{kind}").write_bytes(joined(files) if kind == "ico" else files[0])


def drawn(size: int) -> QImage:
    """The drawing in this many pixels, clear around it."""
    picture = QImage(size, size, QImage.Format.Format_ARGB32)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    QSvgRenderer(str(DRAWING)).render(painter, QRectF(0, 0, size, size))
    painter.end()
    return picture


def encoded(picture: QImage, kind: str) -> bytes:
    """The bytes of a file of this kind."""
    out = QBuffer()
    out.open(QIODevice.OpenModeFlag.WriteOnly)
    if not picture.save(out, kind):  # type: ignore[call-overload]
        raise SystemExit(f"this Qt writes no {kind}")
    return bytes(out.data().data())


def joined(files: list[bytes]) -> bytes:
    """One .ico of several that hold one picture each."""
    at = _HEADER.size + _ENTRY.size * len(files)
    entries, pictures = b"", b""
    for file in files:
        *shape, length, offset = _ENTRY.unpack_from(file, _HEADER.size)
        entries += _ENTRY.pack(*shape, length, at + len(pictures))
        pictures += file[offset : offset + length]
    return _HEADER.pack(0, 1, len(files)) + entries + pictures


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:] or ["png"])
