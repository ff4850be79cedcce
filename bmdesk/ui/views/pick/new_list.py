"""Which orders go on a new pick list: all that wait are chosen from the start."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QPushButton, QVBoxLayout, QWidget

from bmdesk.services.orders.order_view import OrderRow
from bmdesk.texts import t
from bmdesk.ui.models.rows_model import RowsModel
from bmdesk.ui.theme import mark
from bmdesk.ui.views.pick import rows
from bmdesk.ui.widgets.answers import Answers
from bmdesk.ui.widgets.label import PlainLabel
from bmdesk.ui.widgets.table import DataTable


class NewList(QDialog):
    """`then(order ids)` with those that are chosen."""

    def __init__(
        self, parent: QWidget, orders: Sequence[OrderRow], then: Callable[[list[str]], object]
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(t("pick_page.new"))
        self.setModal(True)
        room = parent.window().size()
        self.resize(min(880, room.width() - 60), min(600, room.height() - 60))
        self.model = RowsModel(rows.order_columns(), self)
        self.table = DataTable(t("pick_page.new"), multi=True)
        self.table.setModel(self.model)
        self.model.set_rows(orders)
        self.count = PlainLabel("", "note")
        self.yes = QPushButton(t("pick_page.begin"))
        mark(self.yes, kind="primary")
        self.yes.setDefault(True)
        self.yes.clicked.connect(self.accept)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(10)
        column.addWidget(PlainLabel(t("pick_page.new"), "heading"))
        column.addWidget(PlainLabel(t("pick_page.new_note"), "note", wrap=True))
        column.addWidget(self.table, 1)
        column.addLayout(Answers(self, self.yes, left=self.count))
        self.table.selectionModel().selectionChanged.connect(lambda *_: self._say_count())
        self.table.selectAll()
        self.yes.setFocus(Qt.FocusReason.OtherFocusReason)
        self.accepted.connect(lambda: then(self.chosen()))

    def chosen(self) -> list[str]:
        """The orders that would go on the list now."""
        return [row.id for row in self.table.chosen() if isinstance(row, OrderRow)]

    def _say_count(self) -> None:
        chosen = len(self.chosen())
        self.count.setText(t("pick_page.orders_chosen", count=chosen, total=self.model.rowCount()))
        self.yes.setEnabled(chosen > 0)
