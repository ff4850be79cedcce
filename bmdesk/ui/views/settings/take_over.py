"""What bmdesk does with an account's orders, and the question before it does more: which open lines does it take over?

Everything that would be taken over stands in the list before anything is switched.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtWidgets import QDialog, QPushButton, QVBoxLayout, QWidget

from bmdesk.domain.orders import Handling, state_text
from bmdesk.services.orders.handling import OpenLine
from bmdesk.texts import render, t
from bmdesk.ui.models.columns import Column
from bmdesk.ui.models.rows_model import RowsModel
from bmdesk.ui.palette import Tone
from bmdesk.ui.theme import mark
from bmdesk.ui.widgets.answers import Answers
from bmdesk.ui.widgets.label import PlainLabel
from bmdesk.ui.widgets.table import DataTable
from bmdesk.ui.words import NOTHING, moment, sentence


class TakeOver(QDialog):
    """`then(line ids)` with those that are chosen when a person says yes. Suggested ones are chosen from the start."""

    def __init__(
        self,
        parent: QWidget,
        account: str,
        how: Handling,
        lines: Sequence[OpenLine],
        then: Callable[[list[str]], object],
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        title = t("settings.orders.switch_question", account=account, how=handling_words(how))
        self.setWindowTitle(title)
        self.setModal(True)
        room = parent.window().size()
        self.resize(min(940, room.width() - 60), min(620 if lines else 260, room.height() - 60))
        self._then = then
        self.model = RowsModel(_columns(), self)
        self.table = DataTable(t("settings.orders.open_lines"), multi=True)
        self.table.setModel(self.model)
        self.model.set_rows(lines)
        self.count = PlainLabel("", "note")
        self.yes = QPushButton(t("settings.orders.switch"))
        mark(self.yes, kind="primary")
        self.yes.setDefault(True)
        self.yes.clicked.connect(self.accept)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(10)
        column.addWidget(PlainLabel(title, "heading", wrap=True))
        column.addWidget(PlainLabel(handling_note(how), wrap=True))
        if lines:
            column.addWidget(PlainLabel(t("settings.orders.open_lines_note"), "note", wrap=True))
            column.addWidget(self.table, 1)
        else:
            column.addWidget(PlainLabel(t("settings.orders.no_open_lines"), "note", wrap=True))
            column.addStretch()
            self.table.hide()
        column.addLayout(Answers(self, self.yes, left=self.count))
        self.table.selectionModel().selectionChanged.connect(lambda *_: self._say_count())
        self.choose([line.line_id for line in lines if line.suggested])
        (self.table if lines else self.yes).setFocus(Qt.FocusReason.OtherFocusReason)
        self.accepted.connect(lambda: self._then(self.chosen()))

    def choose(self, line_ids: Sequence[str]) -> None:
        """Exactly these lines are taken over."""
        selection = self.table.selectionModel()
        selection.clearSelection()
        whole = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
        for number in range(self.model.rowCount()):
            line = self.model.row(number)
            if isinstance(line, OpenLine) and line.line_id in line_ids:
                selection.select(self.model.index(number, 0), whole)
        self._say_count()

    def chosen(self) -> list[str]:
        """The lines that would be taken over now."""
        return [line.line_id for line in self.table.chosen() if isinstance(line, OpenLine)]

    def _say_count(self) -> None:
        total = self.model.rowCount()
        words = t("settings.orders.chosen", count=len(self.chosen()), total=total) if total else ""
        self.count.setText(words)


def handling_choices() -> list[tuple[str, str]]:
    """What bmdesk can do with orders."""
    return [(how.value, handling_words(how)) for how in Handling]


def handling_words(how: Handling) -> str:
    """One of them in a few words."""
    return {
        Handling.READ: t("settings.orders.read"),
        Handling.BY_HAND: t("settings.orders.by_hand"),
        Handling.AUTOMATIC: t("settings.orders.automatic"),
    }[how]


def handling_note(how: Handling) -> str:
    """What that means."""
    return {
        Handling.READ: t("settings.orders.read_note"),
        Handling.BY_HAND: t("settings.orders.by_hand_note"),
        Handling.AUTOMATIC: t("settings.orders.automatic_note"),
    }[how]


def _columns() -> tuple[Column, ...]:
    return (
        Column(t("settings.orders.order"), lambda line: str(line.order_number), identifier=True, width=110),
        Column(t("settings.orders.goods"), _goods, hint=_goods, stretch=True),
        Column(t("settings.orders.quantity"), lambda line: str(line.quantity), number=True, width=70),
        Column(t("settings.orders.state"), lambda line: sentence(render(state_text(line.state))), width=120),
        Column(t("settings.orders.ship_by"), lambda line: moment(line.ship_by) or NOTHING, width=155),
        Column(
            t("settings.orders.listing"),
            _listing,
            pill=lambda line: Tone.OK if line.suggested else Tone.WARN,
            width=130,
        ),
    )


def _goods(line: OpenLine) -> str:
    return line.title or line.our_sku or line.sku_text


def _listing(line: OpenLine) -> str:
    if line.suggested:
        return t("settings.orders.managed")
    return t("settings.orders.linked") if line.linked else t("settings.orders.unlinked")
