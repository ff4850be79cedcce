"""All listings with an unambiguous suggestion, looked over before they are linked together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QPushButton, QVBoxLayout, QWidget

from bmdesk.services.selling.link_list import LinkRow
from bmdesk.texts import msg, render, t
from bmdesk.ui.models.columns import Column
from bmdesk.ui.models.rows_model import RowsModel
from bmdesk.ui.theme import mark
from bmdesk.ui.views.linking.columns import LONGEST, target_words
from bmdesk.ui.widgets.answers import Answers
from bmdesk.ui.widgets.label import PlainLabel
from bmdesk.ui.widgets.shortcut_button import ShortcutButton
from bmdesk.ui.widgets.table import DataTable
from bmdesk.ui.words import our_words


class SureDialog(QDialog):
    """`confirmed({listing's id: SKU that was shown})`. Rows taken out with Delete stay open."""

    confirmed = Signal(object)

    def __init__(self, parent: QWidget, rows: Sequence[LinkRow]) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(t("linking_page.sure_title"))
        self.setModal(True)
        room = parent.window().size()
        self.resize(min(980, room.width() - 60), min(660, room.height() - 60))
        self._rows = list(rows)
        self._build()
        self._show()

    @property
    def seen(self) -> Mapping[str, str]:
        """What is shown, as it is confirmed."""
        return {row.listing.id: row.sure.sku_text for row in self._rows if row.sure is not None}

    def take_out(self) -> None:
        """The chosen rows are not confirmed."""
        gone = set(self.table.chosen_rows())
        at = min(gone, default=0)
        self._rows = [row for number, row in enumerate(self._rows) if number not in gone]
        self._show()
        self.table.choose_row(min(at, len(self._rows) - 1))

    def _confirm(self) -> None:
        seen = self.seen
        self.accept()
        self.confirmed.emit(seen)

    def _show(self) -> None:
        self.model.set_rows(self._rows)
        self.yes.setText(t("linking_page.sure_yes", count=len(self._rows)))
        self.yes.setEnabled(bool(self._rows))

    def _build(self) -> None:
        self.model = RowsModel(
            (
                Column(
                    t("listings_page.column_sku"),
                    lambda r: r.listing.sku_text[:LONGEST],
                    hint=lambda r: r.listing.sku_text[:500],
                    width=200,
                ),
                Column(
                    t("listings_page.column_title"),
                    lambda r: r.listing.title[:LONGEST],
                    hint=lambda r: r.listing.title[:500],
                    stretch=True,
                ),
                Column(t("listings_page.column_grade"), lambda r: our_words(r.listing.grade), width=96),
                Column(t("listings_page.column_ours"), target_words, width=200),
                Column(t("linking_page.column_reason"), _reason, hint=_reason, width=210),
            ),
            self,
        )
        self.table = DataTable(t("linking_page.sure_title"), multi=True)
        self.table.setModel(self.model)
        self.table.set_menu(lambda menu: menu.addAction(t("linking_page.take_out"), self.take_out))
        out = ShortcutButton(msg("linking_page.take_out"), "Del")
        out.setAutoDefault(False)
        out.clicked.connect(self.take_out)
        self.yes = QPushButton("")
        mark(self.yes, kind="primary")
        self.yes.setDefault(True)
        self.yes.clicked.connect(self._confirm)
        answers = Answers(self, self.yes)
        answers.insertWidget(0, out)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 16, 18, 16)
        column.setSpacing(10)
        column.addWidget(PlainLabel(t("linking_page.sure_title"), "title"))
        column.addWidget(PlainLabel(t("linking_page.sure_note"), "note", wrap=True))
        column.addWidget(self.table, 1)
        column.addLayout(answers)
        self.table.choose_row(0)
        self.yes.setFocus()


def _reason(row: LinkRow) -> str:
    return render(row.sure.reason) if row.sure is not None else ""
