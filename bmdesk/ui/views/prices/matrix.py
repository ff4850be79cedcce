"""The tab with the matrix: its filters, the table, what the marks mean, and the sheet of the chosen price beside it."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from bmdesk.services.prices.simulation import PriceRow, Simulation
from bmdesk.texts import locale, msg, t
from bmdesk.ui.palette import Tone
from bmdesk.ui.shortcuts import bind
from bmdesk.ui.theme import mark, px, set_pixmap
from bmdesk.ui.views.prices.lines import (
    Line,
    MatrixFilter,
    MatrixModel,
    grade_choices,
    lines_of,
    markets_of,
    narrowed,
    show_choices,
)
from bmdesk.ui.views.prices.sheet import WIDTH, PriceSheet
from bmdesk.ui.views.prices.table import MatrixTable
from bmdesk.ui.views.prices.words import legend
from bmdesk.ui.widgets.card import Card
from bmdesk.ui.widgets.empty_state import EmptyState
from bmdesk.ui.widgets.filter_bar import FilterBar
from bmdesk.ui.widgets.flow import Flow
from bmdesk.ui.widgets.label import PlainLabel
from bmdesk.ui.widgets.search_box import SearchBox
from bmdesk.ui.widgets.side_by_side import SideBySide
from bmdesk.ui.words import category_words
from bmdesk.ui.workplace import Workplace

_FOLLOWS_AFTER_MS = 120  # whoever runs through the cells opens nothing on the way


class MatrixTab(QWidget):
    """`show_simulation` draws what was counted; `said` when the line beside the room's name changes."""

    said = Signal()

    def __init__(self, workplace: Workplace) -> None:
        super().__init__()
        mark(self, kind="clear")
        self.account_id = ""
        self.status = ""
        self._lines: tuple[Line, ...] = ()
        self.model = MatrixModel(())
        self.search = SearchBox(t("prices_page.search"))
        self.search.setMinimumWidth(px(150))
        self.filters = FilterBar(
            {
                "category": t("prices_page.filter_category"),
                "grade": t("prices_page.filter_grade"),
                "show": t("prices_page.filter_show"),
                "managed": t("prices_page.filter_managed"),
            }
        )
        self.filters.offer("show", show_choices())
        self.filters.offer(
            "managed", [("yes", t("prices_page.managed")), ("no", t("prices_page.not_managed"))]
        )
        self.table = MatrixTable(t("prices_page.matrix"))
        self._empty = EmptyState("prices", t("prices_page.reading"))
        self._empty.button.hide()
        self.table.set_empty(self._empty)
        self.sheet = PriceSheet(workplace)
        self.sheet.hide()
        self._follow = QTimer(self, singleShot=True, interval=_FOLLOWS_AFTER_MS)
        self._build()
        self._connect()
        self._take_model(self.model)

    def show_simulation(self, account_id: str, found: Simulation) -> None:
        """Draw this; what is chosen stays chosen."""
        self.account_id = account_id
        self._lines = lines_of(found.rows)
        markets = markets_of(found.rows)
        categories = sorted({line.category for line in self._lines if line.category})
        self.filters.offer("category", [(one, category_words(one)) for one in categories])
        self.filters.offer("grade", grade_choices(self._lines))
        if markets != self.model.markets:
            self._take_model(MatrixModel(markets, self))
        self._narrow()
        if self.table.is_fresh:
            self.table.choose_first()
        if not self.sheet.isHidden():
            self.sheet.refresh()

    def narrow_to(self, chosen: MatrixFilter) -> None:
        """Show what this filter leaves, whatever was filtered before."""
        self.search.setText(chosen.words)
        self.filters.set_values(
            category=chosen.category, grade=chosen.grade, show=chosen.show, managed=chosen.managed
        )

    def open_price(self) -> None:
        """Explain the price under the keyboard, beside the table or over it."""
        row = self.table.price()
        if row is not None:
            self._explain(row)
            self._sides.open_detail()

    def close_sheet(self) -> None:
        """Only the table."""
        self._sides.close_detail()
        self.table.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.sheet.isVisible():
            self.close_sheet()
        else:
            super().keyPressEvent(event)

    def _chosen(self) -> MatrixFilter:
        return MatrixFilter(words=self.search.text().strip(), **self.filters.values())

    def _narrow(self) -> None:
        chosen = self._chosen()
        found = narrowed(self._lines, chosen)
        self.model.set_rows(found)
        filtered = chosen != MatrixFilter()
        self.filters.clear_button.setEnabled(filtered)
        if filtered and self._lines:
            self._empty.set_words(t("prices_page.none_found"), t("prices_page.none_found_note"))
        else:
            self._empty.set_words(t("prices_page.none_yet"), t("prices_page.none_yet_note"))
        shown, total = locale.number(len(found)), locale.number(len(self._lines))
        self.status = t("prices_page.shown", shown=shown, total=total)
        self.said.emit()

    def _take_model(self, model: MatrixModel) -> None:
        before, self.model = self.model, model
        self.table.show_model(model)
        if before is not model:
            before.deleteLater()

    def _explain(self, row: PriceRow) -> None:
        self.sheet.show_price(self.account_id, row)

    def _moved(self) -> None:
        self._follow.start()

    def _follow_cell(self) -> None:
        row = self.table.price()
        if self.sheet.isVisible() and row is not None:
            self._explain(row)

    def _build(self) -> None:
        tools = QHBoxLayout()
        tools.setSpacing(8)
        tools.addWidget(self.search, 2)
        tools.addWidget(self.filters, 5)
        listed = Card()
        listed.add(self.table, 1)
        listed.add(_legend())
        self._sides = SideBySide(listed, self.sheet, WIDTH, gives_way=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addLayout(tools)
        column.addWidget(self._sides, 1)

    def _connect(self) -> None:
        self.search.searched.connect(lambda _: self._narrow())
        self.filters.changed.connect(self._narrow)
        self.filters.clear_button.clicked.connect(lambda *_: self.narrow_to(MatrixFilter()))
        self.table.opened.connect(lambda _: self.open_price())
        self.table.cell_changed.connect(self._moved)
        self._follow.timeout.connect(self._follow_cell)
        self.sheet.closed.connect(self.close_sheet)
        for keys in ("/", "Ctrl+F"):
            bind(self, keys, msg("prices_page.search_key"), self._to_search)

    def _to_search(self) -> None:
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()


def _legend() -> QWidget:
    """What colours and marks mean."""
    flow = Flow()
    for tone, words in (
        (Tone.BAD, t("prices_page.loss")),
        (Tone.WARN, t("prices_page.thin")),
        (Tone.OK, t("prices_page.good")),
    ):
        label = PlainLabel(words, "note")
        label.set_tone(tone)
        flow.add(label)
    for one in legend():
        holder, picture = QWidget(), QLabel()
        mark(holder, kind="clear")
        set_pixmap(picture, one.icon, str(one.tone), 14)
        row = QHBoxLayout(holder)
        row.setContentsMargins(6, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(picture)
        row.addWidget(PlainLabel(one.words, "note"))
        flow.add(holder)
    return flow
