"""The parts of the set-up's dialog: lines that say what is or will be so, the choices, products to be ticked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from bmdesk.services.odoo.choices import Choice
from bmdesk.services.odoo.decisions import Decision
from bmdesk.texts import render, t
from bmdesk.ui.palette import Tone
from bmdesk.ui.theme import mark, px, set_pixmap
from bmdesk.ui.views.settings.odoo_words import by_kind, local_words, option_words
from bmdesk.ui.widgets.hint import hint
from bmdesk.ui.widgets.inputs import ChoiceBox
from bmdesk.ui.widgets.label import PlainLabel
from bmdesk.ui.words import sentence

if TYPE_CHECKING:
    from bmdesk.connectors.odoo.setting_up.setup import Product

_PICTURES = {Tone.OK: "check", Tone.BAD: "cross", Tone.WARN: "warning", Tone.INFO: "plus"}
_LABEL_WIDTH = 190
_MOST_ROWS = 7
_ROW, _FRAME = 28, 12
_ID = int(Qt.ItemDataRole.UserRole)


@dataclass(frozen=True, slots=True)
class Line:
    """Words in their tone; `more` stands below."""

    tone: Tone
    words: str
    more: str = ""


class Lines(QWidget):
    """One thing a line, each with a picture of its tone."""

    def __init__(self) -> None:
        super().__init__()
        mark(self, kind="clear")
        self.lines: tuple[Line, ...] = ()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(6)

    def show_lines(self, lines: Sequence[Line]) -> None:
        """Say these and nothing else."""
        if tuple(lines) == self.lines:
            return
        self.lines = tuple(lines)
        _empty(self._column)
        for line in lines:
            self._column.addWidget(_drawn(line))


class DecisionForm(QWidget):
    """`picked` fires when a person has chosen; `choices` is all that was chosen here since `clear`."""

    picked = Signal()

    def __init__(self) -> None:
        super().__init__()
        mark(self, kind="clear")
        self.boxes: dict[tuple[str, str], ChoiceBox] = {}
        self.notes: dict[tuple[str, str], PlainLabel] = {}
        self._picks: dict[tuple[str, str], tuple[Choice, ...]] = {}
        self._shown: tuple[Decision, ...] = ()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)

    @property
    def choices(self) -> tuple[Choice, ...]:
        return tuple(one for choices in self._picks.values() for one in choices)

    def clear(self) -> None:
        """Nobody has chosen anything yet."""
        self._picks = {}

    def show_decisions(self, decisions: tuple[Decision, ...]) -> None:
        """Show what there is to choose and what is chosen; the keyboard stays where it is."""
        asked = [(one.kind, one.local, one.options) for one in decisions]
        if asked != [(one.kind, one.local, one.options) for one in self._shown]:
            self._build(decisions)
        self._shown = decisions
        for one in decisions:
            key = (str(one.kind), one.local)
            at = one.options.index(one.meant) if one.meant in one.options else None
            self.boxes[key].set_value("" if at is None else str(at))
            self.boxes[key].setToolTip(hint(self.boxes[key].currentText()))
            note = self.notes[key]
            if one.guessed:
                note.setText(t("settings.odoo.guessed"))
                note.set_tone(Tone.INFO)
            elif one.costs is not None:
                note.setText(render(one.costs))
                note.set_tone(Tone.WARN)
            note.setVisible(one.guessed or one.costs is not None)

    def _build(self, decisions: tuple[Decision, ...]) -> None:
        focused = next((key for key, box in self.boxes.items() if box.hasFocus()), None)
        _empty(self._column)
        self.boxes, self.notes = {}, {}
        for head, group in by_kind(decisions):
            self._column.addWidget(PlainLabel(head, "heading", wrap=True))
            holder = QWidget()
            mark(holder, kind="clear")
            grid = QGridLayout(holder)
            grid.setContentsMargins(0, 0, 0, 4)
            grid.setHorizontalSpacing(14)
            grid.setVerticalSpacing(4)
            grid.setColumnMinimumWidth(0, px(_LABEL_WIDTH))
            grid.setColumnStretch(1, 1)
            for row, one in enumerate(group):
                self._add(grid, 2 * row, head, one)
            self._column.addWidget(holder)
        if focused in self.boxes:
            self.boxes[focused].setFocus(Qt.FocusReason.OtherFocusReason)

    def _add(self, grid: QGridLayout, row: int, head: str, one: Decision) -> None:
        words = local_words(one)
        offered = [("", sentence(render(one.unchosen)))]
        offered += [(str(number), option_words(option)) for number, option in enumerate(one.options)]
        box = ChoiceBox(f"{head}: {words}", offered)
        # Names at Odoo may be long: they must not widen the dialog.
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        box.setMinimumContentsLength(20)
        box.activated.connect(lambda _: self._pick(one, box.value()))
        label, note = PlainLabel(words, wrap=True), PlainLabel("", "note", wrap=True)
        label.setBuddy(box)
        grid.addWidget(label, row, 0)
        grid.addWidget(box, row, 1)
        grid.addWidget(note, row + 1, 1)
        key = (str(one.kind), one.local)
        self.boxes[key], self.notes[key] = box, note

    def _pick(self, one: Decision, value: str) -> None:
        self._picks[str(one.kind), one.local] = one.for_(one.options[int(value)] if value else None)
        self.picked.emit()


class ProductList(QWidget):
    """Products whose pieces Odoo cannot tell apart; those ticked are to get serial numbers.

    `ticked` fires where a person ticks or unticks.
    """

    ticked = Signal()

    def __init__(self) -> None:
        super().__init__()
        mark(self, kind="clear")
        self._products: tuple[Product, ...] = ()
        self._filling = False
        self.list = QListWidget()
        self.list.setAccessibleName(t("settings.odoo.products"))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setUniformItemSizes(True)
        self.list.itemChanged.connect(self._changed)
        self.all_button = QPushButton(t("settings.odoo.tick_all"))
        self.all_button.clicked.connect(lambda: self._tick_all(on=True))
        self.none_button = QPushButton(t("settings.odoo.tick_none"))
        self.none_button.clicked.connect(lambda: self._tick_all(on=False))
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(self.all_button)
        row.addWidget(self.none_button)
        row.addStretch()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.list)
        column.addLayout(row)

    @property
    def chosen(self) -> frozenset[int]:
        """The ids of those that are ticked."""
        items = (self.list.item(number) for number in range(self.list.count()))
        return frozenset(item.data(_ID) for item in items if item.checkState() == Qt.CheckState.Checked)

    def show_products(self, products: tuple[Product, ...]) -> None:
        """Offer these; what was ticked and is still there stays ticked."""
        if products == self._products:
            return
        before = self.chosen
        self._products = products
        self._filling = True
        self.list.clear()
        for one in products:
            words = one.name
            if one.on_hand:
                words = t("settings.odoo.product_in_stock", product=one.name, pieces=f"{one.on_hand:g}")
            item = QListWidgetItem(words)
            item.setToolTip(hint(words))
            item.setFlags(
                Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsUserCheckable
            )
            item.setCheckState(_ticked(on=one.id in before))
            item.setData(_ID, one.id)
            self.list.addItem(item)
        self._filling = False
        rows = min(max(len(products), 1), _MOST_ROWS)
        self.list.setFixedHeight(rows * max(self.list.sizeHintForRow(0), px(_ROW)) + _FRAME)

    def _tick_all(self, *, on: bool) -> None:
        self._filling = True
        for number in range(self.list.count()):
            self.list.item(number).setCheckState(_ticked(on=on))
        self._filling = False
        self.ticked.emit()

    def _changed(self, _item: QListWidgetItem) -> None:
        if not self._filling:
            self.ticked.emit()


def _ticked(*, on: bool) -> Qt.CheckState:
    return Qt.CheckState.Checked if on else Qt.CheckState.Unchecked


def _drawn(line: Line) -> QWidget:
    holder = QWidget()
    mark(holder, kind="clear")
    picture = QLabel()
    set_pixmap(picture, _PICTURES.get(line.tone, "dot"), str(line.tone), 16)
    words = QVBoxLayout()
    words.setSpacing(1)
    words.addWidget(PlainLabel(line.words, wrap=True, selectable=True))
    if line.more:
        more = PlainLabel(line.more, "note", wrap=True, selectable=True)
        more.set_tone(line.tone if line.tone in (Tone.BAD, Tone.WARN) else None)
        words.addWidget(more)
    row = QHBoxLayout(holder)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(9)
    row.addWidget(picture, 0, Qt.AlignmentFlag.AlignTop)
    row.addLayout(words, 1)
    return holder


def _empty(column: QVBoxLayout) -> None:
    while (item := column.takeAt(0)) is not None:
        if widget := item.widget():
            widget.hide()
            widget.deleteLater()
