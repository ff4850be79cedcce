"""Exactly the rows that would be sent, before they are; and who stays out of them, with what is missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QPushButton, QTabWidget, QVBoxLayout, QWidget

from bmdesk.domain.rights import Right
from bmdesk.services.selling import proposals
from bmdesk.services.selling.management import PreviewChanged
from bmdesk.services.selling.proposals import Done, Preview
from bmdesk.texts import Failure, render, t
from bmdesk.ui.models.columns import Column
from bmdesk.ui.models.rows_model import RowsModel
from bmdesk.ui.palette import Tone
from bmdesk.ui.theme import mark
from bmdesk.ui.widgets.answers import Answers
from bmdesk.ui.widgets.label import PlainLabel
from bmdesk.ui.widgets.table import DataTable
from bmdesk.ui.words import refusal_words
from bmdesk.ui.workplace import Workplace


@dataclass(frozen=True, slots=True)
class _Line:
    """One cell of one row, or one thing that lacks."""

    model_code: str
    name: str
    value: str


class ProposeDialog(QDialog):
    """`proposed(Done)` after it was done. Nothing can be confirmed before the preview is here."""

    proposed = Signal(object)
    loaded = Signal()

    def __init__(self, parent: QWidget, workplace: Workplace, account_id: str, codes: Sequence[str]) -> None:
        super().__init__(parent)
        self._workplace, self._account, self._codes = workplace, account_id, list(codes)
        self.preview: Preview | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(t("catalogue_page.propose_heading"))
        self.setModal(True)
        room = parent.window().size()
        self.resize(min(900, room.width() - 60), min(640, room.height() - 60))
        self._build()
        self.load()

    def load(self) -> None:
        """Read what would be sent now."""
        self.preview = None
        self.yes.setEnabled(False)
        self._workplace.read(
            proposals.preview,
            self._account,
            self._codes,
            then=self._show,
            failed=self._refused,
            key=(id(self), "preview"),
        )

    def confirm(self) -> None:
        """Propose exactly what is shown."""
        if self.preview is not None and self.yes.isEnabled():
            self._workplace.with_pin(Right.MANAGEMENT, self._go, self._refused)

    def _go(self) -> None:
        if self.preview is None:
            return
        self._workplace.write(
            proposals.propose,
            self._workplace.actor,
            self._account,
            self._codes,
            self.preview.digest,
            then=self._done,
            failed=self._refused,
            button=self.yes,
        )

    def _done(self, done: Done) -> None:
        self.accept()
        self.proposed.emit(done)

    def _show(self, shown: Preview) -> None:
        self.preview = shown
        rows = [
            _Line(one.built.variant.model_code, name, value)
            for one in shown.rows
            for name, value in one.built.cells.items()
        ]
        lacks = [
            _Line(one.built.variant.model_code, one.built.variant.title, render(lack.reason))
            for one in shown.lacking
            for lack in one.lacks
        ]
        lacks += [
            _Line(
                one.built.variant.model_code, one.built.variant.title, render(proposals.state_text(one.state))
            )
            for one in shown.under_way
        ]
        self.rows.reset(rows)
        self.lacks.reset(lacks)
        self.tabs.setTabText(0, t("catalogue_page.tab_rows", count=len(shown.rows)))
        self.tabs.setTabText(
            1, t("catalogue_page.tab_lacking", count=len(shown.lacking) + len(shown.under_way))
        )
        self.tabs.setCurrentIndex(0 if rows else 1)
        self.said.setText(
            t("catalogue_page.propose_note", count=len(shown.rows), market=shown.market)
            if rows
            else t("catalogue_page.propose_none")
        )
        self.said.set_tone(None if rows else Tone.WARN)
        self.yes.setEnabled(bool(rows))
        if rows:
            self.yes.setFocus()
        self.loaded.emit()

    def _refused(self, failure: Failure) -> None:
        if isinstance(failure, PreviewChanged):
            self.load()
        self.said.setText(refusal_words(failure))
        self.said.set_tone(Tone.BAD)

    def _build(self) -> None:
        self.rows = RowsModel(
            (
                Column(t("products.field.model_code"), lambda one: one.model_code, width=170),
                Column(t("catalogue_page.column_csv"), lambda one: one.name, width=170),
                Column(
                    t("catalogue_page.column_value"),
                    lambda one: " · ".join(one.value.splitlines()) or "–",
                    hint=lambda one: one.value,
                    stretch=True,
                ),
            ),
            self,
        )
        self.lacks = RowsModel(
            (
                Column(t("products.field.model_code"), lambda one: one.model_code, width=170),
                Column(t("products.product"), lambda one: one.name, width=200),
                Column(
                    t("catalogue_page.column_lacks"),
                    lambda one: one.value,
                    hint=lambda one: one.value,
                    stretch=True,
                ),
            ),
            self,
        )
        self.tabs = QTabWidget()
        for model, name in (
            (self.rows, t("catalogue_page.tab_rows", count=0)),
            (self.lacks, t("catalogue_page.tab_lacking", count=0)),
        ):
            table = DataTable(name)
            table.setModel(model)
            self.tabs.addTab(table, name)
        self.said = PlainLabel(t("catalogue_page.reading"), wrap=True)
        self.yes = QPushButton(t("catalogue_page.propose_yes"))
        mark(self.yes, kind="primary")
        self.yes.setDefault(True)
        self.yes.clicked.connect(self.confirm)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 16, 18, 16)
        column.setSpacing(12)
        column.addWidget(PlainLabel(t("catalogue_page.propose_heading"), "title"))
        column.addWidget(self.said)
        column.addWidget(self.tabs, 1)
        column.addLayout(Answers(self, self.yes))
