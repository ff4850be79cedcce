"""The label of a unit: what stands on it and where, on a PDF, a picture or a printer.

Code 128 and Data Matrix of the identifier, SKU, grade, model. Every bar is a whole number of printer dots
wide and has its white around it. Knows no store: callers bring the words.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from bmdesk.reports.drawing import (
    RIGHT,
    WHITE,
    PdfFile,
    dots,
    draw_bars,
    draw_fitted,
    draw_matrix,
    ensure_gui,
    fitted_size,
    plain,
)
from bmdesk.reports.printing import THERMAL_DPI, open_printer, require_printed
from bmdesk.reports.symbols import QUIET_CODE128, Bars, Matrix, NotEncodable, code128, data_matrix
from bmdesk.texts import Failure, t

from PySide6.QtCore import QRect, Qt  # isort: skip  # after drawing, which looks for Qt's libraries first
from PySide6.QtGui import QFont, QImage, QPainter  # isort: skip

_THINNEST_MM = 0.185  # 7.5 mil bars; thinner ones are read by some scanners only
_WIDEST_MM = 0.5
_MATRIX_QUIET = 2


class SizeUnreadable(Failure):
    """A label size that is not WxH in millimetres, or one that no label has. Parameter: `size`."""

    code = "label.size_unreadable"


class NothingToScan(Failure):
    """The identifier fits on this label neither as Code 128 nor as Data Matrix. Parameters: `identifier`,
    `size`."""

    code = "label.nothing_to_scan"


class NoLabels(Failure):
    """Labels were asked for and there is none."""

    code = "label.none"


@dataclass(frozen=True, slots=True)
class LabelSize:
    """Width and height in millimetres."""

    width: float = 62.0
    height: float = 29.0

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `62x29` (also `62 X 29`, `57,5x32`). 20 to 200 wide, 12 to 300 high. Raises SizeUnreadable."""
        found = re.fullmatch(
            r"\s*([0-9]{1,3}(?:[.,][0-9])?)\s*[xX\u00d7*]\s*([0-9]{1,3}(?:[.,][0-9])?)\s*(?:mm)?\s*", text
        )
        if found is None:
            raise SizeUnreadable(size=text[:40])
        width, height = (float(part.replace(",", ".")) for part in found.groups())
        if not (20 <= width <= 200 and 12 <= height <= 300):
            raise SizeUnreadable(size=text[:40])
        return cls(width, height)

    def __str__(self) -> str:
        return f"{self.width:g}x{self.height:g}"


@dataclass(frozen=True, slots=True)
class UnitLabel:
    """The words of one label. An empty one is left out. `unit_id` is encoded where a unit has no identifier
    at all."""

    identifier: str
    sku: str
    title: str
    grade: str
    battery: int | None = None  # percent
    batch: str = ""
    unit_id: str = ""
    company: str = ""

    @property
    def scanned(self) -> str:
        """What a scanner reads from this label."""
        return self.identifier or self.unit_id


def write_label_pdf(
    labels: Sequence[UnitLabel], path: Path, size: LabelSize | None = None, dpi: int = THERMAL_DPI
) -> None:
    """One page a label, pages of exactly the label's size. `dpi` is that of the printer the file is meant
    for.

    Raises NoLabels, NothingToScan, FileNotWritten.
    """
    size = size or LabelSize()
    _require_some(labels)
    with PdfFile(path, size.width, size.height, dpi, t("label.document")) as pdf:
        for n, label in enumerate(labels):
            if n:
                pdf.next_page()
            draw_label(pdf.painter, label, size, dpi)


def label_image(label: UnitLabel, size: LabelSize | None = None, dpi: int = THERMAL_DPI) -> QImage:
    """The label as a picture, dot for dot as a printer of this resolution gets it."""
    ensure_gui()
    size = size or LabelSize()
    picture = QImage(dots(size.width, dpi), dots(size.height, dpi), QImage.Format.Format_RGB32)
    picture.setDotsPerMeterX(round(dpi / 0.0254))
    picture.setDotsPerMeterY(round(dpi / 0.0254))
    picture.fill(WHITE)
    painter = QPainter(picture)
    try:
        draw_label(painter, label, size, dpi)
    finally:
        painter.end()
    return picture


def print_labels(labels: Sequence[UnitLabel], printer_name: str, size: LabelSize | None = None) -> None:
    """Send the labels to this system printer, "" for the default one, as one job.

    Raises NoLabels, NothingToScan, PrinterUnavailable.
    """
    ensure_gui()
    size = size or LabelSize()
    _require_some(labels)
    printer = open_printer(printer_name, size.width, size.height)
    for label in labels:
        _plan(label, size, printer.resolution())  # what cannot be drawn is said before half a job is on paper
    painter = QPainter()
    require_printed(painter.begin(printer), printer)
    try:
        for n, label in enumerate(labels):
            if n:
                require_printed(printer.newPage(), printer)
            draw_label(painter, label, size, printer.resolution())
    finally:
        painter.end()
    require_printed(True, printer)


def _require_some(labels: Sequence[UnitLabel]) -> None:
    if not labels:
        raise NoLabels()


def draw_label(painter: QPainter, label: UnitLabel, size: LabelSize, dpi: int) -> None:
    """Draw at the painter's origin, one painter unit a dot. Raises NothingToScan before anything is drawn."""
    plan = _plan(label, size, dpi)
    if plan.bars is not None:
        draw_bars(
            painter, plan.bars, plan.bars_at.x(), plan.bars_at.y(), plan.bars_module, plan.bars_at.height()
        )
    if plan.matrix is not None:
        draw_matrix(painter, plan.matrix, plan.matrix_at.x(), plan.matrix_at.y(), plan.matrix_module)
    _draw_words(painter, label, plan.words, dots(1.2, dpi))
    _draw_foot(painter, label, plan.foot, dots(1.2, dpi))


@dataclass(frozen=True, slots=True)
class _Plan:
    """Where everything goes, in dots. No two boxes touch."""

    words: QRect
    foot: QRect
    bars: Bars | None
    bars_at: QRect
    bars_module: int
    matrix: Matrix | None
    matrix_at: QRect
    matrix_module: int


def _plan(label: UnitLabel, size: LabelSize, dpi: int) -> _Plan:
    """Foot at the bottom, bars over the whole width above it, then words with the Data Matrix at their right.

    What does not fit in bars of a readable width leaves its room to the Data Matrix.
    """
    margin = dots(min(1.5, size.height * 0.06), dpi)
    gap = dots(0.8, dpi)
    inside = QRect(0, 0, dots(size.width, dpi), dots(size.height, dpi)).adjusted(
        margin, margin, -margin, -margin
    )
    foot_height = dots(min(4.0, max(2.0, size.height * 0.115)), dpi)
    foot = QRect(inside.left(), inside.bottom() + 1 - foot_height, inside.width(), foot_height)

    bars, module = _bars_that_fit(label.scanned, inside.width() + 2 * margin, dpi)
    bars_at = QRect()
    above = inside.top() + inside.height() - foot_height - gap // 2
    if bars is not None:
        height = dots(min(15.0, max(4.0, size.height * 0.34)), dpi)
        width = len(bars) * module
        above -= height
        bars_at = QRect((dots(size.width, dpi) - width) // 2, above, width, height)
        above -= gap
    top = QRect(inside.left(), inside.top(), inside.width(), above - inside.top())

    matrix, cell = _matrix_that_fits(label.scanned, min(top.height(), int(top.width() * 0.4)), dpi)
    if bars is None and matrix is None:
        raise NothingToScan(identifier=label.scanned[:60], size=str(size))
    matrix_at = QRect()
    words = QRect(top)
    if matrix is not None:
        side = len(matrix) * cell
        quiet = _MATRIX_QUIET * cell
        # The label's own margin is white already: only what it lacks is kept free outside.
        outside = max(0, quiet - margin)
        matrix_at = QRect(top.right() + 1 - side - outside, top.top() + outside, side, side)
        words.setRight(matrix_at.left() - max(quiet, gap) - 1)
    return _Plan(words, foot, bars, bars_at, module, matrix, matrix_at, cell)


def _bars_that_fit(text: str, room: int, dpi: int) -> tuple[Bars | None, int]:
    try:
        bars = code128(text)
    except NotEncodable:
        return None, 0
    module = min(room // (len(bars) + 2 * QUIET_CODE128), max(1, int(_WIDEST_MM * dpi / 25.4)))
    return (bars, module) if module and module * 25.4 / dpi >= _THINNEST_MM else (None, 0)


def _matrix_that_fits(text: str, room: int, dpi: int) -> tuple[Matrix | None, int]:
    try:
        matrix = data_matrix(text)
    except NotEncodable:
        return None, 0
    module = min(room // (len(matrix) + _MATRIX_QUIET), max(1, int(0.8 * dpi / 25.4)))
    return (matrix, module) if module and module * 25.4 / dpi >= 0.24 else (None, 0)


def _draw_words(painter: QPainter, label: UnitLabel, box: QRect, smallest: int) -> None:
    """Three lines: the model, the grade as large as the room allows with the battery beside it, the SKU."""
    first, second, third = (int(box.height() * share) for share in (0.25, 0.43, 0.32))
    x, y, width = box.left(), box.top(), box.width()
    draw_fitted(painter, QRect(x, y, width, first), label.title, smallest=max(smallest, int(first * 0.6)))
    _draw_grade(painter, label, QRect(x, y + first, width, second), smallest)
    _draw_sku(painter, plain(label.sku), QRect(x, y + first + second, width, third), smallest)


def _draw_grade(painter: QPainter, label: UnitLabel, box: QRect, smallest: int) -> None:
    grade = QRect(box)
    if label.battery is not None:
        grade.setWidth(int(box.width() * 0.66))
    drawn = int(draw_fitted(painter, grade, label.grade, weight=QFont.Weight.Bold, smallest=smallest))
    if label.battery is None:
        return
    left = box.left() + (drawn + int(box.height() * 0.4) if drawn else 0)
    height = int(box.height() * 0.62)
    # On the grade's baseline, not in its middle: the two are read as one line.
    beside = QRect(left, box.bottom() + 1 - height - int(box.height() * 0.1), box.right() + 1 - left, height)
    words = t("label.battery", percent=label.battery)
    if fitted_size(painter, beside, words) < max(smallest, height // 2):
        words = t("label.battery_short", percent=label.battery)
    draw_fitted(painter, beside, words, weight=QFont.Weight.Medium, smallest=smallest)


def _draw_sku(painter: QPainter, sku: str, box: QRect, smallest: int) -> None:
    """On one line, smaller as it gets longer; on two where that is larger; its middle left out only below
    `smallest`."""
    lines = [sku]
    half = QRect(box.left(), box.top(), box.width(), box.height() // 2)
    if len(sku) > 1 and fitted_size(painter, box, sku, QFont.Weight.DemiBold) < half.height() * 0.7:
        middle = len(sku) // 2
        cuts = [n + 1 for n, sign in enumerate(sku[:-1]) if sign in "-_ ./"] or [middle]
        cut = min(cuts, key=lambda n: abs(n - middle))
        lines = [sku[:cut], sku[cut:]]
    for n, line in enumerate(lines):
        draw_fitted(
            painter,
            box if len(lines) == 1 else half.translated(0, n * half.height()),
            line,
            weight=QFont.Weight.DemiBold,
            smallest=smallest,
            elide=Qt.TextElideMode.ElideMiddle,
        )


def _draw_foot(painter: QPainter, label: UnitLabel, box: QRect, smallest: int) -> None:
    """The identifier for people, whole if at all possible; what room it leaves goes to batch and company."""
    drawn = draw_fitted(
        painter,
        box,
        label.scanned,
        weight=QFont.Weight.Medium,
        smallest=smallest,
        elide=Qt.TextElideMode.ElideMiddle,
    )
    left = box.left() + int(drawn) + box.height()
    small = QRect(left, box.top(), box.right() + 1 - left, box.height())
    origin = " \u00b7 ".join(part for part in (label.batch, label.company) if part)
    if small.width() > 3 * box.height():
        draw_fitted(painter, small, origin, align=RIGHT, smallest=max(smallest, int(box.height() * 0.6)))
