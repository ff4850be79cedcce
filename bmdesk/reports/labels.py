"""Labels as people get them: on a PDF, a picture or a printer of the system. What stands where is the template's.

Knows no store: callers bring the words. A label printer's own language is label_zpl.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from bmdesk.domain.label_template import Label, LabelSize, Template
from bmdesk.reports.drawing import (
    CENTRE,
    LEFT,
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
from bmdesk.reports.label_plan import PlacedBars, PlacedMatrix, PlacedText, Plan, plan
from bmdesk.reports.printing import THERMAL_DPI, open_printer, require_printed
from bmdesk.texts import Failure, t

from PySide6.QtCore import QRect, Qt  # isort: skip  # after drawing, which looks for Qt's libraries first
from PySide6.QtGui import QFont, QImage, QPainter  # isort: skip

SMALLEST_MM = 1.2
"""Smaller letters nobody reads: what needs them is shortened."""

ALIGN = {"left": LEFT, "centre": CENTRE, "right": RIGHT}
WEIGHT = {"normal": QFont.Weight.Normal, "medium": QFont.Weight.DemiBold, "bold": QFont.Weight.Bold}
ELIDE = {"end": Qt.TextElideMode.ElideRight, "middle": Qt.TextElideMode.ElideMiddle}


class NoLabels(Failure):
    """Labels were asked for and there is none."""

    code = "label.none"


def write_label_pdf(
    labels: Sequence[Label],
    path: Path,
    template: Template,
    size: LabelSize | None = None,
    dpi: int = THERMAL_DPI,
) -> None:
    """One page a label, pages of exactly the label's size. `dpi` is that of the printer the file is meant
    for.

    Raises NoLabels, NothingToScan, FileNotWritten.
    """
    size = size or template.size
    plans = plans_of(labels, template, size, dpi)
    with PdfFile(path, size.width, size.height, dpi, t("label.document")) as pdf:
        for n, one in enumerate(plans):
            if n:
                pdf.next_page()
            draw_label(pdf.painter, one)


def label_image(
    label: Label, template: Template, size: LabelSize | None = None, dpi: int = THERMAL_DPI
) -> QImage:
    """The label as a picture, dot for dot as a printer of this resolution gets it. Raises NothingToScan."""
    ensure_gui()
    drawn = plan(template, label, size or template.size, dpi)
    picture = QImage(drawn.width, drawn.height, QImage.Format.Format_RGB32)
    picture.setDotsPerMeterX(round(dpi / 0.0254))
    picture.setDotsPerMeterY(round(dpi / 0.0254))
    picture.fill(WHITE)
    painter = QPainter(picture)
    try:
        draw_label(painter, drawn)
    finally:
        painter.end()
    return picture


def print_labels(
    labels: Sequence[Label], printer_name: str, template: Template, size: LabelSize | None = None
) -> None:
    """Send the labels to this system printer, "" for the default one, as one job.

    Raises NoLabels, NothingToScan, PrinterUnavailable.
    """
    ensure_gui()
    size = size or template.size
    _require_some(labels)
    printer = open_printer(printer_name, size.width, size.height)
    # What cannot be drawn is said before half a job is on paper.
    plans = plans_of(labels, template, size, printer.resolution())
    painter = QPainter()
    require_printed(painter.begin(printer), printer)
    try:
        for n, one in enumerate(plans):
            if n:
                require_printed(printer.newPage(), printer)
            draw_label(painter, one)
    finally:
        painter.end()
    require_printed(True, printer)


def plans_of(labels: Sequence[Label], template: Template, size: LabelSize, dpi: int) -> list[Plan]:
    """Where everything goes on each label. Raises NoLabels, NothingToScan."""
    _require_some(labels)
    return [plan(template, label, size, dpi) for label in labels]


def draw_label(painter: QPainter, label: Plan) -> None:
    """Draw at the painter's origin, one painter unit a dot."""
    smallest = dots(SMALLEST_MM, label.dpi)
    for one in label.placed:
        match one:
            case PlacedBars(box, bars, module):
                draw_bars(painter, bars, box.x, box.y, module, box.height)
            case PlacedMatrix(box, matrix, module, _):
                draw_matrix(painter, matrix, box.x, box.y, module)
            case PlacedText():
                for line, words in lines_of(painter, one):
                    draw_fitted(
                        painter,
                        line,
                        words,
                        weight=WEIGHT[one.element.weight],
                        align=ALIGN[one.element.align],
                        smallest=smallest,
                        elide=ELIDE[one.element.elide],
                    )


def lines_of(painter: QPainter, text: PlacedText) -> Iterator[tuple[QRect, str]]:
    """The lines of a text and their boxes: one, or two where the template allows it and that makes the words larger."""
    box = QRect(text.box.x, text.box.y, text.box.width, text.box.height)
    words, weight = plain(text.words), WEIGHT[text.element.weight]
    half = QRect(box.left(), box.top(), box.width(), box.height() // 2)
    crowded = fitted_size(painter, box, words, weight) < half.height() * 0.7
    if text.element.lines == 1 or len(words) < 2 or not crowded:
        yield box, words
        return
    middle = len(words) // 2
    cuts = [n + 1 for n, sign in enumerate(words[:-1]) if sign in "-_ ./"] or [middle]
    cut = min(cuts, key=lambda n: abs(n - middle))
    yield half, words[:cut]
    yield half.translated(0, half.height()), words[cut:]


def _require_some(labels: Sequence[Label]) -> None:
    if not labels:
        raise NoLabels()
