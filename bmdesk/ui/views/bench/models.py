"""Which model is it? A list that narrows while one types; Enter takes the first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from bmdesk.domain.policy import CATEGORIES
from bmdesk.texts import msg, t
from bmdesk.ui.models.columns import Column
from bmdesk.ui.models.rows_model import RowsModel
from bmdesk.ui.theme import px
from bmdesk.ui.views.bench.floating import Floating
from bmdesk.ui.widgets.empty_state import EmptyState
from bmdesk.ui.widgets.inputs import ChoiceBox
from bmdesk.ui.widgets.label import PlainLabel
from bmdesk.ui.widgets.search_box import SearchBox
from bmdesk.ui.widgets.shortcut_button import ShortcutButton
from bmdesk.ui.widgets.table import DataTable


class Variant(Protocol):
    """What the list shows of a variant."""

    @property
    def id(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def model_code(self) -> str: ...
    @property
    def ean(self) -> str: ...


class ModelChooser(Floating):
    """`searched(words)` asks the page for variants; `chosen(variant id)` when one is taken; `unknown(words, category)`
    when nobody has this model yet and a draft is wanted.
    """

    searched = Signal(str)
    chosen = Signal(str)
    unknown = Signal(str, str)

    def __init__(self, page: QWidget) -> None:
        super().__init__(page, 720)
        self.setMinimumHeight(px(400))
        self.set_title(t("bench_page.which_model"))
        self.search = SearchBox(t("bench_page.model_search"))
        self.search.searched.connect(self.searched)
        self.search.installEventFilter(self)
        self._model = RowsModel(
            [
                Column(t("bench_page.recent_model"), lambda v: v.title, hint=lambda v: v.title, stretch=True),
                Column(t("bench_page.model_code"), lambda v: v.model_code, width=200),
                Column(t("bench_page.ean"), lambda v: v.ean, width=130),
            ]
        )
        self.table = DataTable(t("bench_page.which_model"))
        self.table.setModel(self._model)
        self._none = EmptyState(
            "search", t("bench_page.no_such_model"), note=t("bench_page.no_such_model_note")
        )
        self.table.set_empty(self._none)
        self.table.opened.connect(self._take)
        self.category = ChoiceBox(t("bench_page.category"), [(c, t(f"category.{c}")) for c in CATEGORIES])
        self.draft = ShortcutButton(msg("bench_page.unknown_model_button"), "Ctrl+N", icon="plus")
        self.draft.clicked.connect(self._draft)
        self.draft.setEnabled(False)
        self.search.textChanged.connect(lambda words: self.draft.setEnabled(bool(words.strip())))
        row = QHBoxLayout()
        row.addWidget(PlainLabel(t("bench_page.unknown_model_note"), "note", wrap=True), 1)
        row.addWidget(self.category)
        row.addWidget(self.draft)
        self.add(self.search)
        self.add(self.table, 1)
        self.add(row)

    def open_list(self) -> None:
        """Show it, with every model until something is typed."""
        self.search.clear()
        self.float_up(self.search)
        self.searched.emit("")

    def show_variants(self, variants: Sequence[Variant]) -> None:
        """The variants that were found, best first."""
        self._model.set_rows(variants)
        self.table.choose_row(0)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.search and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            row = self.table.currentIndex().row()
            if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
                self.table.choose_row(row + (1 if event.key() == Qt.Key.Key_Down else -1))
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._take(max(row, 0))
                return True
            if event.key() == Qt.Key.Key_Escape:
                self.dismiss()
                return True
        return super().eventFilter(watched, event)

    def _draft(self) -> None:
        words = self.search.text().strip()
        self.dismiss()
        self.unknown.emit(words, self.category.value())

    def _take(self, number: int) -> None:
        variant = self._model.row(number)
        if variant is not None:
            self.dismiss()
            self.chosen.emit(variant.id)
