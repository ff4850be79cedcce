"""Back Market: the company's accounts side by side, the chosen one as a form, and which warehouse each sells."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLineEdit, QPushButton

from bmdesk.domain.changes import Change
from bmdesk.services.company import Saved
from bmdesk.services.desk import Desk
from bmdesk.services.selling import accounts
from bmdesk.services.setting_table import DEFAULT_ACCOUNT
from bmdesk.texts import Failure, msg, t
from bmdesk.ui.models.columns import Column
from bmdesk.ui.models.rows_model import RowsModel
from bmdesk.ui.palette import Tone
from bmdesk.ui.theme import px
from bmdesk.ui.views.settings import account_facts
from bmdesk.ui.views.settings.account_facts import AccountFacts, Facts
from bmdesk.ui.views.settings.account_form import AccountForm, environment_choices, region_choices
from bmdesk.ui.views.settings.account_status import state_of
from bmdesk.ui.views.settings.section import Section
from bmdesk.ui.widgets.card import Card
from bmdesk.ui.widgets.confirm import Confirm
from bmdesk.ui.widgets.form import Form
from bmdesk.ui.widgets.inputs import ChoiceBox
from bmdesk.ui.widgets.label import PlainLabel
from bmdesk.ui.widgets.shortcut_button import ShortcutButton
from bmdesk.ui.widgets.table import ROW_HEIGHT, DataTable
from bmdesk.ui.words import refusal_words
from bmdesk.ui.workplace import Workplace

_MOST_ROWS = 5
_LONGEST_NAME = 31


class AccountSection(Section):
    """A list, and the account chosen in it. Without any account the form to add one is open."""

    reloads_on = frozenset({Change.SETTINGS, Change.ACCOUNTS})

    def __init__(self, workplace: Workplace) -> None:
        super().__init__(workplace)
        self.forms: dict[str, AccountForm] = {}
        self._chosen = ""
        self._opened_by_itself = False
        self._boxes: dict[str, ChoiceBox] = {}
        self.model = RowsModel(
            (
                Column(t("settings.bm.name"), lambda f: f.name, hint=lambda f: f.name, width=150),
                Column(t("settings.bm.region"), _platform, width=90),
                Column(
                    t("settings.bm.environment"),
                    _environment,
                    pill=lambda f: Tone.WARN if f.is_sandbox else None,
                    width=115,
                ),
                Column(t("settings.bm.markets"), _markets, hint=_markets, stretch=True),
                Column(
                    t("settings.bm.state"),
                    lambda f: state_of(f)[0],
                    pill=lambda f: state_of(f)[1],
                    width=130,
                ),
            ),
            self,
            key=lambda one: one.name,
        )
        self.table = DataTable(t("settings.section.backmarket"))
        self.table.setModel(self.model)
        self.table.current_changed.connect(self._choose)
        self.new = ShortcutButton(msg("settings.bm.new"), "Ctrl+N", icon="plus")
        self.new.clicked.connect(self.ask_new)
        listed = Card(t("settings.bm.card"))
        listed.add_action(self.new)
        self.empty = PlainLabel(t("settings.bm.empty"), "note", wrap=True)
        listed.add(self.empty)
        listed.add(self.table)
        self.column.addWidget(listed)
        self.adding = self._add_card()
        self.adding.hide()
        self.column.addWidget(self.adding)
        self._place = self.column.count()
        self.warehouses = self._warehouse_card()
        self.column.addWidget(self.warehouses)
        self.column.addStretch(1)

    def shown(self) -> None:
        super().shown()
        # Settings may speak of an account that nobody has added.
        self.workplace.write(accounts.ensure, then=lambda made: self.load() if made else None)

    def load(self) -> None:
        self.workplace.read(account_facts.facts, then=self._show, key=(id(self), "facts"))
        if self._chosen in self.forms:
            self.forms[self._chosen].load()

    @property
    def form(self) -> AccountForm | None:
        """The account on screen."""
        return self.forms.get(self._chosen)

    def ask_new(self) -> None:
        """Open the form that adds an account."""
        self._opened_by_itself = False
        self.adding.show()
        self.add_form.show_errors({})
        self.name.setFocus(Qt.FocusReason.OtherFocusReason)
        self.name.selectAll()

    def add(self) -> None:
        """Add the account that the form describes."""
        self.add_form.show_errors({})
        name, region, environment = self.name.text().strip(), self.region.value(), self.environment.value()
        self.workplace.write(
            _add,
            name,
            region,
            environment,
            then=lambda _: self._was_added(name),
            failed=self._was_refused,
            button=self.add_button,
        )

    # -- what is shown

    def _show(self, found: Facts) -> None:
        names = [facts.name for facts in found.accounts]
        self.table.blockSignals(True)
        self.model.set_rows(found.accounts)
        rows = min(max(len(names), 1), _MOST_ROWS)
        self.table.setFixedHeight(
            self.table.horizontalHeader().sizeHint().height() + rows * px(ROW_HEIGHT) + 6
        )
        self.table.setVisible(bool(names))
        self.empty.setVisible(not names)
        if names:
            if self._chosen not in names:
                self._chosen = names[0]
            self.table.choose_row(names.index(self._chosen))
        if not names and not self._opened_by_itself:
            self._opened_by_itself = True
            self.adding.show()
        elif names and self._opened_by_itself:
            self._opened_by_itself = False
            self.adding.hide()
        self.cancel.setVisible(bool(names))
        if not self.name.text() and not self.name.hasFocus():
            self.name.setText("" if DEFAULT_ACCOUNT in names else DEFAULT_ACCOUNT)
        self.table.blockSignals(False)
        self._show_form()
        for facts in found.accounts:
            if facts.name in self.forms:
                self.forms[facts.name].show_facts(facts)
        self._show_warehouses(found.warehouses, names)

    def _choose(self, row: int) -> None:
        facts = self.model.row(row)
        if isinstance(facts, AccountFacts) and facts.name != self._chosen:
            self._chosen = facts.name
            self._show_form()
            if self.form is not None:
                self.form.show_facts(facts)

    def _show_form(self) -> None:
        if self._chosen and self._chosen not in self.forms:
            made = AccountForm(self.workplace, self._chosen)
            made.token.changed.connect(self.load)
            self.forms[self._chosen] = made
            self.column.insertWidget(self._place, made)
            made.load()
        for name, form in self.forms.items():
            form.setVisible(name == self._chosen)

    def _was_added(self, name: str) -> None:
        self._chosen = name
        self._opened_by_itself = False
        self.name.clear()
        self._show_form()
        if self.form is not None:  # what it lacks now
            self.form.token.field.setFocus(Qt.FocusReason.OtherFocusReason)
        self.adding.hide()
        self.load()
        self.workplace.window.say(Tone.OK, t("settings.bm.added", account=name), for_ms=6000)

    def _was_refused(self, failure: Failure) -> None:
        self.add_form.show_errors({"name": refusal_words(failure)})

    def _add_card(self) -> Card:
        card = Card(t("settings.bm.new"))
        self.add_form = Form()
        self.name = QLineEdit()
        self.name.setMaxLength(_LONGEST_NAME)
        self.name.returnPressed.connect(self.add)
        self.region = ChoiceBox(t("settings.bm.region"), region_choices())
        self.environment = ChoiceBox(t("settings.bm.environment"), environment_choices())
        self.add_form.add("name", t("settings.bm.name"), self.name, t("settings.bm.name_note"))
        self.add_form.add("region", t("settings.bm.region"), self.region)
        self.add_form.add("environment", t("settings.bm.environment"), self.environment)
        self.cancel = QPushButton(t("ui.cancel"))
        self.cancel.clicked.connect(card.hide)
        self.add_button = ShortcutButton(msg("settings.bm.add"), kind="primary")
        self.add_button.clicked.connect(self.add)
        row = QHBoxLayout()
        row.addStretch()
        row.addWidget(self.cancel)
        row.addWidget(self.add_button)
        card.add(self.add_form)
        card.add(row)
        return card

    # -- warehouses

    def serve(self, warehouse: str, name: str) -> None:
        """From now on this account sells what lies there."""
        self.workplace.write(
            accounts.serve_warehouse, warehouse, name, then=lambda _: self._was_served(), failed=self._was_not
        )

    def _was_served(self) -> None:
        self.workplace.window.say(Tone.OK, t("settings.saved"), for_ms=2500)

    def _was_not(self, failure: Failure) -> None:
        self.workplace.window.show_failure(failure)
        self.load()

    def _ask_serve(self, warehouse: str, before: str) -> None:
        name = self._boxes[warehouse].value()
        if name == before:
            return
        question = Confirm(
            self,
            t("settings.bm.serve_question", warehouse=warehouse, account=name),
            t("settings.bm.serve_happens", before=before, account=name),
            t("settings.bm.serve"),
            lambda _: self.serve(warehouse, name),
        )
        question.rejected.connect(lambda: self._boxes[warehouse].set_value(before))
        question.open()

    def _show_warehouses(self, found: tuple[tuple[str, str], ...], names: list[str]) -> None:
        self.warehouses.setVisible(bool(found) and bool(names))
        while (item := self._grid.takeAt(0)) is not None:
            if widget := item.widget():
                widget.hide()
                widget.deleteLater()
        self._boxes = {}
        for row, (code, account) in enumerate(found):
            label = PlainLabel(code)
            box = ChoiceBox(t("settings.bm.sold_by", warehouse=code), [(name, name) for name in names])
            box.set_value(account)
            box.setMinimumWidth(px(220))
            box.activated.connect(lambda _, code=code, account=account: self._ask_serve(code, account))
            label.setBuddy(box)
            self._grid.addWidget(label, row, 0)
            self._grid.addWidget(box, row, 1)
            self._boxes[code] = box

    def _warehouse_card(self) -> Card:
        card = Card(t("settings.bm.warehouses"))
        card.add(PlainLabel(t("settings.bm.warehouses_note"), "note", wrap=True))
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(18)
        self._grid.setVerticalSpacing(6)
        self._grid.setColumnStretch(0, 1)
        card.add(self._grid)
        card.hide()
        return card


def _add(desk: Desk, name: str, region: str, environment: str) -> Saved:
    return accounts.add(desk, name, region=region, environment=environment)


def _platform(facts: AccountFacts) -> str:
    found = facts.view.settings
    return found.region.value if found else ""


def _environment(facts: AccountFacts) -> str:
    found = facts.view.settings
    if found is None:
        return ""
    return t("settings.bm.sandbox") if found.is_sandbox else t("settings.bm.real")


def _markets(facts: AccountFacts) -> str:
    found = facts.view.settings
    return ", ".join(found.markets) if found else ""
