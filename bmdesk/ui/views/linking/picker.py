"""Another SKU for a listing: a product found by typing, in a grade; or a product made from the listing itself."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCheckBox, QDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from bmdesk.domain.grading import NOT_FOR_SALE, SCALE
from bmdesk.domain.linking import named_grade
from bmdesk.domain.policy import CATEGORIES
from bmdesk.services.goods import catalog
from bmdesk.services.selling.link_list import LinkRow, offered
from bmdesk.store.queries.catalogue import VariantRow
from bmdesk.texts import t
from bmdesk.ui.models.columns import Column
from bmdesk.ui.models.rows_model import RowsModel
from bmdesk.ui.theme import mark
from bmdesk.ui.widgets.asking import Asking
from bmdesk.ui.widgets.empty_state import EmptyState
from bmdesk.ui.widgets.facts import broken
from bmdesk.ui.widgets.label import PlainLabel
from bmdesk.ui.widgets.search_box import SearchBox
from bmdesk.ui.widgets.segmented import Segment, Segmented
from bmdesk.ui.widgets.table import DataTable
from bmdesk.ui.words import category_words, grade_words
from bmdesk.ui.workplace import Workplace


class SkuPicker(QDialog):
    """`picked(variant id, grade, new battery)`. Enter in the search takes the product under the bar."""

    picked = Signal(str, str, bool)

    def __init__(self, parent: QWidget, workplace: Workplace, row: LinkRow) -> None:
        super().__init__(parent)
        self._workplace = workplace
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(t("linking_page.search_sku"))
        self.setModal(True)
        room = parent.window().size()
        self.resize(min(820, room.width() - 60), min(600, room.height() - 60))
        self._build(row)
        self._ask("")

    def take(self) -> None:
        """The product under the bar, in the chosen grade."""
        row: VariantRow | None = self.model.row(max(self.table.currentIndex().row(), 0))
        if row is not None and self.grade.value():
            self.accept()
            self.picked.emit(row.id, self.grade.value(), self.battery.isChecked())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.search and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            at = self.table.currentIndex().row()
            if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
                self.table.choose_row(at + (1 if event.key() == Qt.Key.Key_Down else -1))
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self.take()
                return True
        return super().eventFilter(watched, event)

    def _ask(self, words: str) -> None:
        self._workplace.read(catalog.list_variants, words, then=self._show, key=(id(self), "variants"))

    def _show(self, found: tuple[VariantRow, ...]) -> None:
        self.model.set_rows(found)
        self.table.choose_row(0)
        self._may_take()

    def _may_take(self) -> None:
        self.yes.setEnabled(self.model.rowCount() > 0 and bool(self.grade.value()))

    def _build(self, row: LinkRow) -> None:
        self.search = SearchBox(t("linking_page.picker_search"))
        self.search.searched.connect(self._ask)
        self.search.installEventFilter(self)
        self.model = RowsModel(
            (
                Column(t("products.field.model_code"), lambda v: v.model_code, width=220),
                Column(
                    t("listings_page.column_title"),
                    lambda v: v.title,
                    hint=lambda v: v.title,
                    stretch=True,
                ),
            ),
            self,
        )
        self.table = DataTable(t("linking_page.products_table"))
        self.table.setModel(self.model)
        self.table.set_empty(
            EmptyState("search", t("linking_page.no_product"), note=t("linking_page.no_product_note"))
        )
        self.table.opened.connect(lambda _: self.take())
        grades = [grade for grade in SCALE if grade != NOT_FOR_SALE]
        self.grade = Segmented(
            t("listings_page.column_grade"),
            [Segment(grade, grade_words(grade), f"Alt+{n}") for n, grade in enumerate(grades, 1)],
            small=True,
        )
        named = named_grade(offered(row.listing))
        self.grade.set_value(named if named in grades else "")
        self.grade.chosen.connect(lambda _: self._may_take())
        self.battery = QCheckBox(t("linking_page.new_battery"))
        self.battery.setChecked(row.listing.new_battery)
        self.yes = QPushButton(t("linking_page.link"))
        mark(self.yes, kind="primary")
        self.yes.setAutoDefault(False)
        self.yes.clicked.connect(self.take)
        no = QPushButton(t("ui.cancel"))
        no.setAutoDefault(False)
        no.clicked.connect(self.reject)
        bottom = QHBoxLayout()
        bottom.setSpacing(10)
        bottom.addWidget(self.grade)
        bottom.addWidget(self.battery)
        bottom.addStretch()
        bottom.addWidget(no)
        bottom.addWidget(self.yes)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 16, 18, 16)
        column.setSpacing(10)
        column.addWidget(PlainLabel(t("linking_page.picker_title"), "title"))
        column.addWidget(
            PlainLabel(broken(f"{row.listing.sku_text} · {row.listing.title}", 240), "note", wrap=True)
        )
        column.addWidget(self.search)
        column.addWidget(self.table, 1)
        column.addLayout(bottom)
        self.search.setFocus()


def ask_category(parent: QWidget, count: int, then: Callable[[str], object]) -> None:
    """What kind of device the products will be that are made of so many listings."""
    asking = Asking(
        parent,
        t("linking_page.make_title", count=count),
        t("linking_page.make_note"),
        t("linking_page.make_yes"),
        lambda values: then(values["category"]),
    )
    asking.choice(
        "category",
        t("products.field.category"),
        [(name, category_words(name)) for name in CATEGORIES],
        "phone",
    )
    asking.open()
