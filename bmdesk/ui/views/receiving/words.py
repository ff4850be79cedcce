"""How batches are said on screen: states, counts, cost, and the cells that show them."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QApplication, QStyle, QStyleOptionViewItem

from bmdesk.services.goods.receiving import Batch, source_text
from bmdesk.texts import render, t
from bmdesk.ui.models.columns import Column
from bmdesk.ui.palette import Tone
from bmdesk.ui.theme import colour
from bmdesk.ui.widgets.fitting import Fit
from bmdesk.ui.widgets.table import CellDelegate
from bmdesk.ui.words import arrived_words, day, sentence

_BAR_WIDTH = 96.0
FIT = Fit(
    {"code": 130, "source": 136, "supplier": 150, "opened": 108, "arrived": 330, "state": 114},
    gives_way=("opened", "source", "supplier"),
    stretches=("supplier", "code"),
    grows={"code": 260},
)


def state_words(batch: Batch) -> str:
    """Open, closed, or not told yet where it came from."""
    if batch.incomplete:
        return t("batches.state.incomplete")
    return t("batches.state.closed") if batch.closed_at else t("batches.state.open")


def state_tone(batch: Batch) -> Tone:
    """The pill's tone."""
    if batch.incomplete:
        return Tone.WARN
    return Tone.NEUTRAL if batch.closed_at else Tone.OK


def batch_columns() -> tuple[Column, ...]:
    """The list of batches."""
    return (
        Column(t("batches.column.code"), lambda b: b.code, hint=lambda b: b.code, width=FIT.widths["code"]),
        Column(
            t("batches.column.source"),
            lambda b: sentence(render(source_text(b.source))),
            width=FIT.widths["source"],
        ),
        Column(t("batches.column.supplier"), lambda b: b.supplier, hint=lambda b: b.supplier, stretch=True),
        Column(t("batches.column.opened"), lambda b: day(b.opened_at), width=FIT.widths["opened"]),
        Column(t("batches.column.arrived"), arrived_words, hint=arrived_words, width=FIT.widths["arrived"]),
        Column(t("batches.column.state"), state_words, pill=state_tone, width=FIT.widths["state"]),
    )


PROGRESS_COLUMN = 4


class ProgressDelegate(CellDelegate):
    """The count, and behind it how far the batch has come; without a list only the count."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        row = getattr(index.model(), "row", lambda _: None)(index.row())
        if not isinstance(row, Batch) or not row.expected:
            super().paint(painter, option, index)
            return
        blank = QStyleOptionViewItem(option)
        self.initStyleOption(blank, index)
        words, blank.text = blank.text, ""
        widget = option.widget
        style = widget.style() if widget is not None else QApplication.style()
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, blank, painter, widget)
        area = QRectF(option.rect)
        bar = QRectF(area.left() + 8, area.center().y() - 4, _BAR_WIDTH, 8)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour("line"))
        painter.drawRoundedRect(bar, 4, 4)
        share = min(1.0, row.found / row.expected)
        if share:
            painter.setBrush(colour(Tone.OK if share >= 1 else "fill"))
            painter.drawRoundedRect(QRectF(bar.left(), bar.top(), max(8.0, bar.width() * share), 8), 4, 4)
        painter.setPen(colour("text"))
        text = area.adjusted(_BAR_WIDTH + 18, 0, -6, 0)
        painter.drawText(text, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, words)
        painter.restore()
