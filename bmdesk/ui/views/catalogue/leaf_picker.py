"""A leaf of the marketplace's categories, found by typing."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCheckBox, QDialog, QPushButton, QVBoxLayout, QWidget

from bmdesk.services.selling.categories import CategoryView
from bmdesk.texts import t
from bmdesk.ui.models.columns import Column
from bmdesk.ui.models.rows_model import RowsModel
from bmdesk.ui.theme import mark
from bmdesk.ui.views.catalogue.words import path_words
from bmdesk.ui.widgets.answers import Answers
from bmdesk.ui.widgets.empty_state import EmptyState
from bmdesk.ui.widgets.fitting import Fit, Fitting
from bmdesk.ui.widgets.label import PlainLabel
from bmdesk.ui.widgets.search_box import SearchBox
from bmdesk.ui.widgets.table import DataTable
from bmdesk.ui.words import category_words

_FIT = Fit(
    {"leaf": 150, "path": 180, "asks": 70, "products": 70},
    gives_way=("products", "asks", "path"),
    stretches=("path", "leaf"),
    grows={"leaf": 240},
)


class LeafPicker(QDialog):
    """`picked(category id, whole)`. Enter in the search takes the leaf under the bar. `whole`: all products of
    `category` that have no leaf yet go there too.
    """

    picked = Signal(object, bool)

    def __init__(self, parent: QWidget, leaves: Sequence[CategoryView], products: str, category: str) -> None:
        super().__init__(parent)
        self._leaves = tuple(leaves)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(t("catalogue_page.choose_leaf"))
        self.setModal(True)
        room = parent.window().size()
        self.resize(min(720, room.width() - 60), min(560, room.height() - 60))
        self._build(products, category)
        self._show("")

    def take(self) -> None:
        """The leaf under the bar."""
        row: CategoryView | None = self.model.row(max(self.table.currentIndex().row(), 0))
        if row is not None:
            self.accept()
            self.picked.emit(row.row.category_id, self.whole.isChecked())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.search and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            at = self.table.currentIndex().row()
            if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
                self.table.choose_row(at + (1 if event.key() == Qt.Key.Key_Down else -1))
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._show(self.search.text())
                self.take()
                return True
        return super().eventFilter(watched, event)

    def _show(self, words: str) -> None:
        wanted = words.casefold().split()[:8]
        found = [one for one in self._leaves if all(word in _searched(one) for word in wanted)]
        if [one.row.category_id for one in found] != [
            one.row.category_id for one in (self.model.row(n) for n in range(self.model.rowCount())) if one
        ]:
            self.model.reset(found)
            self.table.choose_row(0)
        self.yes.setEnabled(bool(found))

    def _build(self, products: str, category: str) -> None:
        self.search = SearchBox(t("catalogue_page.search_leaf"))
        self.search.searched.connect(self._show)
        self.search.installEventFilter(self)
        self.model = RowsModel(
            (
                Column(t("catalogue_page.column_leaf"), lambda one: one.row.name, width=200),
                Column(t("catalogue_page.column_path"), path_words, hint=path_words, stretch=True),
                Column(
                    t("catalogue_page.column_asks"),
                    lambda one: str(one.attributes or ""),
                    number=True,
                    width=90,
                ),
                Column(
                    t("catalogue_page.column_products"),
                    lambda one: str(one.products or ""),
                    number=True,
                    width=90,
                ),
            ),
            self,
            key=lambda one: one.row.category_id,
        )
        self.table = DataTable(t("catalogue_page.leaves"))
        self.table.setModel(self.model)
        Fitting(self.table, _FIT)
        self.table.set_empty(EmptyState("search", t("catalogue_page.no_such_leaf")))
        self.table.opened.connect(lambda _: self.take())
        self.whole = QCheckBox(t("catalogue_page.whole_category", category=category_words(category)))
        self.whole.setVisible(bool(category))
        self.yes = QPushButton(t("catalogue_page.choose"))
        mark(self.yes, kind="primary")
        self.yes.setAutoDefault(False)
        self.yes.clicked.connect(self.take)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 16, 18, 16)
        column.setSpacing(10)
        column.addWidget(PlainLabel(t("catalogue_page.choose_leaf"), "title"))
        column.addWidget(PlainLabel(products, "note", wrap=True))
        column.addWidget(self.search)
        column.addWidget(self.table, 1)
        column.addWidget(self.whole)
        answers = Answers(self, self.yes)
        answers.no.setAutoDefault(False)
        column.addLayout(answers)
        self.search.setFocus()


def _searched(one: CategoryView) -> str:
    return " ".join((*one.path, str(one.row.category_id))).casefold()
