"""The pen that labels and cards share: millimetres, the font, text that always fits, barcodes on whole
dots, PDF files.

Works with a window open or with none. Knows nothing of units or cards.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from bmdesk.reports.symbols import Bars, Matrix
from bmdesk.system.durable import replacing
from bmdesk.system.paths import resources_dir
from bmdesk.system.qt_libraries import require_libraries

require_libraries()  # before the import below, which could only name the first missing library

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QRect, QRectF, QSizeF, Qt  # noqa: E402
from PySide6.QtGui import (  # noqa: E402
    QFont,
    QFontDatabase,
    QFontMetricsF,
    QPageSize,
    QPainter,
    QPdfWriter,
)

if TYPE_CHECKING:
    from PySide6.QtCore import QCoreApplication

BLACK = Qt.GlobalColor.black
WHITE = Qt.GlobalColor.white
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
CENTRE = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter

_LINE = 1.25  # height of a line of Inter over its font size, with a hair of air
_kept_alive: list[QCoreApplication] = []


def ensure_gui() -> None:
    """Make drawing possible: a Qt application exists (an invisible one is made if there is none) and Inter
    is loaded."""
    from PySide6.QtWidgets import QApplication

    if QApplication.instance() is None:
        # A QApplication, not the smaller QGuiApplication: there is one per process, and a window may follow.
        _kept_alive.append(QApplication(["bmdesk", "-platform", "offscreen"]))
    _load_fonts()


def dots(mm: float, dpi: int) -> int:
    """The nearest whole number of printer dots."""
    return round(mm * dpi / 25.4)


def plain(text: str) -> str:
    """One bounded line: control characters, line breaks and direction marks from outside become spaces."""
    return " ".join("".join(c if c.isprintable() else " " for c in text[:400]).split())


def font(pixels: int, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
    """Inter at this size in dots of the device."""
    face = QFont("Inter")
    face.setPixelSize(max(1, pixels))
    face.setWeight(weight)
    # Hinting rounds widths to the dots of the screen; on a printer they are other dots.
    face.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return face


def text_width(painter: QPainter, text: str, face: QFont) -> float:
    """Width in dots, on the device that is painted."""
    return QFontMetricsF(face, painter.device()).horizontalAdvance(text)


def fitted_size(painter: QPainter, box: QRect, text: str, weight: QFont.Weight = QFont.Weight.Normal) -> int:
    """The largest font size in dots at which this one line stands whole in its box; 0 where there is no
    room."""
    largest = int(box.height() / _LINE)
    if not text or box.width() <= 0 or largest < 1:
        return 0
    needed = text_width(painter, text, font(largest, weight))
    return largest if needed <= box.width() else int(largest * box.width() / needed)


def fitted(
    painter: QPainter,
    box: QRect,
    text: str,
    weight: QFont.Weight = QFont.Weight.Normal,
    smallest: int = 1,
    elide: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
) -> tuple[str, QFont]:
    """What of this one line stands in its box, and in which font: as high as the box, smaller down to `smallest`
    dots, then elided. "" where there is no room.
    """
    words = plain(text)
    largest = int(box.height() / _LINE)
    if not words or box.width() <= 0 or largest < 1:
        return "", font(1, weight)
    # Measured and drawn widths differ by a few dots (hinting): without this air the clip takes a letter.
    room = box.adjusted(0, 0, -max(1, box.height() // 6), 0)
    face = font(max(min(smallest, largest), fitted_size(painter, room, words, weight)), weight)
    if text_width(painter, words, face) > room.width():
        words = QFontMetricsF(face, painter.device()).elidedText(words, elide, room.width())
    return words, face


def draw_fitted(
    painter: QPainter,
    box: QRect,
    text: str,
    *,
    weight: QFont.Weight = QFont.Weight.Normal,
    align: Qt.AlignmentFlag = LEFT,
    smallest: int = 1,
    elide: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
) -> float:
    """Draw one line that never leaves its box, as `fitted` says. Returns the width drawn, in dots."""
    words, face = fitted(painter, box, text, weight, smallest, elide)
    if not words:
        return 0.0
    painter.save()
    painter.setClipRect(box)
    painter.setFont(face)
    painter.setPen(BLACK)
    painter.drawText(QRectF(box), int(align) | int(Qt.TextFlag.TextSingleLine), words)
    painter.restore()
    return text_width(painter, words, face)


def draw_bars(painter: QPainter, bars: Bars, x: int, y: int, module: int, height: int) -> None:
    """Code 128 with its first bar at x. `module` is a whole number of dots: scanners measure ratios of
    widths."""
    for start, width in bars.runs():
        painter.fillRect(x + start * module, y, width * module, height, BLACK)


def draw_matrix(painter: QPainter, matrix: Matrix, x: int, y: int, module: int) -> None:
    """A Data Matrix or QR code with its corner at (x, y)."""
    for column, row, width in matrix.runs():
        painter.fillRect(x + column * module, y + row * module, width * module, module, BLACK)


class PdfFile:
    """A PDF of equal pages, written whole or not at all: with PdfFile(...) as pdf: draw on pdf.painter,
    pdf.next_page().

    One unit of the painter is one dot at `dpi`, so what is drawn on whole dots stays on whole dots of such
    a printer. Raises bmdesk.system.durable.FileNotWritten where the folder or disk refuses.
    """

    def __init__(self, path: Path, width_mm: float, height_mm: float, dpi: int, title: str) -> None:
        ensure_gui()
        self._path = path
        self._size = (width_mm, height_mm)
        self._buffer = QBuffer()
        self._buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        self._writer = QPdfWriter(self._buffer)
        self._writer.setTitle(title)
        self._writer.setCreator("bmdesk")
        self._writer.setResolution(dpi)
        self._writer.setPageSize(page_size(width_mm, height_mm))
        self._writer.setPageMargins(QMarginsF(0, 0, 0, 0))
        self.painter = QPainter()

    def __enter__(self) -> Self:
        if not self.painter.begin(self._writer):
            raise RuntimeError("a PDF in memory cannot be begun")  # a bug: the page has no size
        return self

    def next_page(self) -> None:
        self._writer.newPage()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.painter.end()
        if kind is None:
            pdf = _exact_pages(bytes(self._buffer.data().data()), *self._size)
            with replacing(self._path) as file:
                file.write(pdf)


def page_size(width_mm: float, height_mm: float) -> QPageSize:
    """A paper of exactly this size, not the nearest one with a name."""
    return QPageSize(
        QSizeF(width_mm, height_mm),
        QPageSize.Unit.Millimeter,
        f"{width_mm:g} x {height_mm:g} mm",
        QPageSize.SizeMatchPolicy.ExactMatch,
    )


def _exact_pages(pdf: bytes, width_mm: float, height_mm: float) -> bytes:
    # Qt rounds the page to whole points (62 mm becomes 62.09); a label printer's driver would then scale
    # the page and take the bars off their dots. The replacement has the same length, so the file's table of
    # offsets stays true.
    exact = b"/MediaBox [0 0 %.3f %.3f" % (width_mm * 72 / 25.4, height_mm * 72 / 25.4)

    def box(found: re.Match[bytes]) -> bytes:
        room = len(found.group()) - 1
        return exact.ljust(room) + b"]" if len(exact) <= room else found.group()

    return re.sub(rb"/MediaBox \[0 0 [0-9.]+ [0-9.]+\]", box, pdf)


@cache
def _load_fonts() -> None:
    for file in sorted((resources_dir() / "fonts").glob("Inter-*.otf")):
        QFontDatabase.addApplicationFont(str(file))
