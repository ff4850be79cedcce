"""The companies of this store: which there are, one more, another name, and the way into each."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton

from bmdesk.domain.changes import Change
from bmdesk.services import companies
from bmdesk.services.companies import CompanySaved
from bmdesk.store.queries.people import CompanyRow
from bmdesk.texts import Failure, msg, t
from bmdesk.ui.models.columns import Column
from bmdesk.ui.models.rows_model import RowsModel
from bmdesk.ui.palette import Tone
from bmdesk.ui.theme import px
from bmdesk.ui.views.settings.section import Section
from bmdesk.ui.widgets.card import Card
from bmdesk.ui.widgets.form import Form
from bmdesk.ui.widgets.label import PlainLabel
from bmdesk.ui.widgets.shortcut_button import ShortcutButton
from bmdesk.ui.widgets.table import DataTable
from bmdesk.ui.words import refusal_words
from bmdesk.ui.workplace import Workplace


class CompaniesSection(Section):
    """A list, and the one chosen in it as a form. Without one chosen the form adds one."""

    reloads_on = frozenset({Change.SETTINGS})

    def __init__(self, workplace: Workplace) -> None:
        super().__init__(workplace)
        self._row: CompanyRow | None = None
        self.model = RowsModel(
            (
                Column(t("settings.companies.code"), lambda row: row.code, width=150),
                Column(t("settings.companies.name"), lambda row: row.name, stretch=True),
                Column(t("settings.companies.zone"), lambda row: row.timezone, width=150),
                Column(t("settings.companies.currency"), lambda row: row.currency, width=90),
            ),
            self,
            key=lambda row: row.code,
        )
        self.table = DataTable(t("settings.section.companies"))
        self.table.setModel(self.model)
        self.table.setMinimumHeight(px(140))
        self.table.current_changed.connect(lambda at: self._show(self.model.row(at)))
        self.new = ShortcutButton(msg("settings.companies.new"), "Ctrl+N", icon="plus")
        self.new.clicked.connect(lambda: self._show(None))
        self.go = ShortcutButton(msg("settings.companies.go"), "Ctrl+G")
        self.go.clicked.connect(self._go)
        listed = Card(t("settings.section.companies"))
        listed.add_action(self.go)
        listed.add_action(self.new)
        listed.add(self.table, 1)
        listed.add(PlainLabel(t("settings.companies.note"), "note", wrap=True))
        self.column.addWidget(listed, 1)
        self.column.addWidget(self._form_card())
        self._show(None)

    def load(self) -> None:
        self.workplace.read(companies.listed, then=self._list, key=(id(self), "list"))

    def save(self) -> None:
        """Add this company, or give the one that is shown another name."""
        self.form.show_errors({})
        name, actor = self.name.text().strip(), self.workplace.actor
        if not name:
            self.form.show_errors({"name": t("settings.companies.name_needed")})
        elif self._row is None:
            self.workplace.write(
                companies.add,
                actor,
                self.code.text(),
                name,
                then=self._was_saved,
                failed=self._was_refused,
                button=self.save_button,
            )
        else:
            self.workplace.write(
                companies.rename,
                actor,
                self._row.code,
                name,
                then=self._was_saved,
                failed=self._was_refused,
                button=self.save_button,
            )

    def _list(self, known: tuple[CompanyRow, ...]) -> None:
        chosen = self._row.code if self._row else ""
        self.model.set_rows(list(known))
        # What is being typed in the form stays: somebody else's change must not take it away.
        self.table.blockSignals(True)
        for at, row in enumerate(known):
            if row.code == chosen:
                self.table.choose_row(at)
                self._row = row
        self.table.blockSignals(False)

    def _show(self, row: CompanyRow | None) -> None:
        self._row = row
        self.form.show_errors({})
        title = t("settings.companies.change", code=row.code) if row else t("settings.companies.add")
        self.form_card.set_title(title)
        self.code.setText(row.code if row else "")
        self.code.setReadOnly(row is not None)
        self.name.setText(row.name if row else "")
        self.go.setEnabled(row is not None and row.id != self.workplace.desk.company)
        if row is None:
            self.table.clearSelection()

    def _go(self) -> None:
        if self._row is not None:
            self.workplace.company_asked.emit(self._row.code)

    def _was_saved(self, _: CompanySaved) -> None:
        self._show(None)
        self.workplace.window.say(Tone.OK, t("settings.saved"), for_ms=2500)

    def _was_refused(self, failure: Failure) -> None:
        field = "name" if failure.params.get("name") == "company.name" else "code"
        self.form.show_errors({field: refusal_words(failure)})

    def _form_card(self) -> Card:
        self.form_card = Card(t("settings.companies.add"))
        self.form = Form()
        self.code, self.name = QLineEdit(), QLineEdit()
        self.code.setMaxLength(32)
        self.name.setMaxLength(200)
        self.form.add("code", t("settings.companies.code"), self.code, t("settings.companies.code_note"))
        self.form.add("name", t("settings.companies.name"), self.name)
        for field in (self.code, self.name):
            field.returnPressed.connect(self.save)
        self.save_button: QPushButton = ShortcutButton(
            msg("settings.document.save"), "Ctrl+S", kind="primary"
        )
        self.save_button.clicked.connect(self.save)
        row = QHBoxLayout()
        row.addStretch()
        row.addWidget(self.save_button)
        self.form_card.add(self.form)
        self.form_card.add(row)
        return self.form_card
