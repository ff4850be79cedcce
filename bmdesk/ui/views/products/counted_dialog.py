"""Counted goods: the pieces of a product by grade, to be typed, or one more and one less. Each change holds at once."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QIntValidator
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from bmdesk.domain.changes import Change
from bmdesk.services.goods import counted, counted_view
from bmdesk.services.goods.counted import Counted
from bmdesk.services.goods.counted_view import GradeCount, Sheet
from bmdesk.store.queries.catalogue import VariantRow
from bmdesk.texts import Failure, render, t
from bmdesk.ui.palette import Tone
from bmdesk.ui.theme import mark, px, set_icon
from bmdesk.ui.widgets.card import Card
from bmdesk.ui.widgets.confirm import Confirm
from bmdesk.ui.widgets.label import PlainLabel
from bmdesk.ui.widgets.scroll import ScrollColumn
from bmdesk.ui.words import grade_words, refusal_words
from bmdesk.ui.workplace import Workplace, is_badge

_REDRAWN_BY = frozenset({Change.CATALOGUE, Change.LISTINGS, Change.SYNC, Change.UNITS})
_HIGH = 40  # pressed with gloves


class CountRow(QWidget):
    """One grade: its pieces, one less, one more, and how it is offered."""

    counted = Signal(int)
    added = Signal(int)
    stopped = Signal()

    def __init__(self, row: GradeCount) -> None:
        super().__init__()
        mark(self, kind="clear")
        self.setMinimumHeight(px(_HIGH) + 8)
        self.row = row
        words = grade_words(row.grade)
        if row.new_battery:
            words = t("counted.new_battery", grade=words)
        self.listing = PlainLabel("", "note", wrap=True)
        self.field = QLineEdit()
        self.field.setValidator(QIntValidator(0, counted.MOST, self.field))
        self.field.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.field.setPlaceholderText(t("counted.not_counted"))
        self.field.setAccessibleName(t("counted.pieces_of", grade=words))
        self.field.setFixedSize(px(124), px(_HIGH))
        self.field.editingFinished.connect(self._typed)
        self.less = _button("minus", t("counted.one_less", grade=words))
        self.less.clicked.connect(lambda: self.added.emit(-1))
        self.more = _button("plus", t("counted.one_more", grade=words))
        self.more.clicked.connect(lambda: self.added.emit(1))
        self.stop = _button("cross", t("counted.stop", grade=words))
        self.stop.clicked.connect(self.stopped.emit)
        said = QVBoxLayout()
        said.setSpacing(2)
        said.addWidget(PlainLabel(words, "heading"))
        said.addWidget(self.listing)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 4, 0, 4)
        line.setSpacing(8)
        line.addLayout(said, 1)
        for widget in (self.less, self.field, self.more, self.stop):
            line.addWidget(widget)

    def show_count(self, row: GradeCount, *, may_count: bool) -> None:
        """The grade as it is stored now; what is just being typed stays."""
        self.row = row
        self.listing.setText(render(row.listing))
        if not (self.field.hasFocus() and self.field.isModified()):
            self.put_back()
        self.field.setEnabled(may_count)
        self.more.setEnabled(may_count)
        self.less.setEnabled(may_count and bool(row.pieces))
        self.stop.setEnabled(row.pieces is not None)

    def put_back(self) -> None:
        """What is stored, instead of what was typed."""
        self.field.setText("" if self.row.pieces is None else str(self.row.pieces))
        self.field.setModified(False)

    def _typed(self) -> None:
        if not self.field.isModified():
            return
        self.field.setModified(False)
        text = self.field.text().strip()
        if text and int(text) != self.row.pieces:
            self.counted.emit(int(text))
        elif not text:
            self.put_back()  # an emptied field is no count; selling by units has its own button


class CountedDialog(QDialog):
    """The counts of one product; each change is written by itself, so there is nothing to save."""

    def __init__(self, parent: QWidget, workplace: Workplace, variant: VariantRow) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        title = t("counted.title", product=variant.title[:90] or variant.model_code)
        self.setWindowTitle(title)
        self.setModal(True)
        screen = parent.window().size()
        self.resize(min(640, screen.width() - 60), min(560, screen.height() - 60))
        self.workplace = workplace
        self.variant_id = variant.id
        self.rows: dict[tuple[str, bool], CountRow] = {}
        self.units_said = PlainLabel("", wrap=True)
        self.units_said.set_tone(Tone.WARN)
        self.units_said.hide()
        self.error = PlainLabel("", "error", wrap=True)
        self.error.hide()
        self.card = Card()
        area = ScrollColumn()
        area.column.addWidget(self.card)
        area.column.addStretch()
        close = QPushButton(t("counted.close"))
        close.setAutoDefault(False)
        close.clicked.connect(self.accept)
        foot = QHBoxLayout()
        foot.addStretch()
        foot.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 16, 18, 16)
        column.setSpacing(12)
        column.addWidget(PlainLabel(title, "title", wrap=True))
        column.addWidget(PlainLabel(t("counted.note"), wrap=True))
        column.addWidget(self.units_said)
        column.addWidget(area, 1)
        column.addWidget(self.error)
        column.addLayout(foot)
        workplace.bridge.changed.connect(self._on_changed)
        self.load()

    def load(self) -> None:
        """Ask for the counts."""
        self.workplace.read(
            counted_view.sheet,
            self.variant_id,
            then=self._show,
            failed=self._refused,
            key=(id(self), "sheet"),
        )

    def take_scan(self, text: str) -> bool:
        """A scan is no count, and reaches no bench while this is open; a badge signs in."""
        return not is_badge(text)

    def reject(self) -> None:
        """Esc: what is half typed is no count."""
        for row in self.rows.values():
            row.put_back()
        super().reject()

    def _show(self, sheet: Sheet) -> None:
        self.units_said.setText(t("counted.units_here", count=sheet.units) if sheet.units else "")
        self.units_said.setVisible(bool(sheet.units))
        first = not self.rows
        for count in sheet.rows:
            key = (count.grade, count.new_battery)
            if key not in self.rows:
                self._add(key, count)
            self.rows[key].show_count(count, may_count=not sheet.units)
        if first:
            chosen = next((r for r in self.rows.values() if r.row.pieces is not None), None)
            field = (chosen or next(iter(self.rows.values()))).field
            field.setFocus()
            field.selectAll()

    def _add(self, key: tuple[str, bool], count: GradeCount) -> None:
        row = CountRow(count)
        row.counted.connect(lambda pieces: self._write(counted.set_pieces, key, pieces))
        row.added.connect(lambda more: self._write(counted.add_pieces, key, more))
        row.stopped.connect(lambda: self._ask_stop(key))
        self.rows[key] = row
        self.card.add(row)

    def _write(self, service: Callable[..., Counted], key: tuple[str, bool], number: int | None) -> None:
        self.error.hide()
        self.workplace.write(
            service,
            self.workplace.actor,
            self.variant_id,
            *key,
            number,
            then=lambda _: self.load(),
            failed=self._refused,
        )

    def _ask_stop(self, key: tuple[str, bool]) -> None:
        row = self.rows[key].row
        Confirm(
            self,
            t("counted.stop_ask", sku=row.sku[:90]),
            t("counted.stop_happens", pieces=row.pieces or 0),
            t("counted.stop_yes"),
            lambda _: self._write(counted.set_pieces, key, None),
            danger=True,
        ).open()

    def _refused(self, failure: Failure) -> None:
        self.error.setText(refusal_words(failure))
        self.error.show()
        for row in self.rows.values():
            row.put_back()
        self.load()

    def _on_changed(self, changes: frozenset[Change]) -> None:
        if not _REDRAWN_BY.isdisjoint(changes) and self.isVisible():
            self.load()


def _button(icon: str, meaning: str) -> QPushButton:
    made = QPushButton()
    made.setAutoDefault(False)
    made.setFixedSize(px(_HIGH), px(_HIGH))
    made.setAccessibleName(meaning)
    made.setToolTip(meaning)
    set_icon(made, icon)
    return made
