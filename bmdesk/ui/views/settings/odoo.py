"""Odoo: where it stands, as whom bmdesk works there, whether it works, and what is what in it."""

from __future__ import annotations

from PySide6.QtWidgets import QFileDialog, QPushButton, QVBoxLayout

from bmdesk.domain.changes import Change
from bmdesk.domain.effects import Direction
from bmdesk.texts import Text, msg, render, t
from bmdesk.ui.palette import Tone
from bmdesk.ui.views.settings import odoo_facts
from bmdesk.ui.views.settings.account_form import interval_choices
from bmdesk.ui.views.settings.fields import (
    FieldCard,
    SettingField,
    choice_editor,
    line_editor,
    switch_editor,
)
from bmdesk.ui.views.settings.odoo_facts import OdooFacts
from bmdesk.ui.views.settings.odoo_left import OrdersLeftDialog
from bmdesk.ui.views.settings.odoo_setup import OdooSetupDialog
from bmdesk.ui.views.settings.odoo_status import OdooStatusCard
from bmdesk.ui.views.settings.odoo_words import by_kind, local_words, meant_words
from bmdesk.ui.views.settings.section import Section
from bmdesk.ui.views.settings.sources import company_setting
from bmdesk.ui.views.settings.token import SecretCard, SecretWords
from bmdesk.ui.widgets.card import Card
from bmdesk.ui.widgets.facts import Facts
from bmdesk.ui.widgets.label import PlainLabel
from bmdesk.ui.workplace import Workplace

_NAME_WIDTH = 200
_ABOVE_HEAD = 8


class OdooSection(Section):
    """Each value is kept by itself; the password or key has a button of its own, and the choices a dialog."""

    reloads_on = frozenset({Change.SETTINGS, Change.ACCOUNTS})

    def __init__(self, workplace: Workplace) -> None:
        super().__init__(workplace)
        self.fields: dict[str, SettingField] = {}
        self.status = OdooStatusCard(workplace)
        self.status.set_up_button.clicked.connect(self.set_up)
        self.column.addWidget(self.status)
        self._where()
        self.key = _key_card(workplace)
        self.key.changed.connect(self.load)
        self.key.changed.connect(self.status.forget_verdict)
        self.column.addWidget(self.key)
        self.chosen = _ChosenCard()
        self.chosen.change.clicked.connect(self.set_up)
        self.column.addWidget(self.chosen)
        self._data()
        self._money()
        self._way()
        self.column.addStretch(1)
        for field in self.fields.values():
            field.kept.connect(lambda _: self.status.forget_verdict())

    def load(self) -> None:
        super().load()
        self.workplace.read(odoo_facts.facts, then=self._show, key=(id(self), "facts"))

    def set_up(self) -> None:
        """Make Odoo ready, or choose anew what is what there."""
        dialog = OdooSetupDialog(self, self.workplace)
        dialog.finished.connect(lambda _: self.status.forget_verdict())
        dialog.open()

    def look_at_orders(self) -> None:
        """What Odoo lacks of the orders that have left."""
        OrdersLeftDialog(self, self.workplace).open()

    def _show(self, found: OdooFacts) -> None:
        self.orders_button.setEnabled(found.account is not None and found.account.active)
        self.status.show_facts(found)
        self.key.show_place(found.key)
        self.chosen.show_facts(found)

    def _where(self) -> None:
        card = self.card(t("settings.odoo.where"), t("settings.odoo.where_note"))
        self._line(card, "url", msg("settings.odoo.url"), t("settings.odoo.url_hint"))
        self._line(card, "database", msg("settings.odoo.database"))
        self._line(card, "user", msg("settings.odoo.user"))
        self._line(card, "company", msg("settings.odoo.company"))

    def _data(self) -> None:
        """Which way each kind of data goes, and how often it is read."""
        card = self.card(t("settings.odoo.data"), t("settings.odoo.data_note"))
        ways = [
            (Direction.BOTH.value, t("settings.odoo.go_both")),
            (Direction.OUT.value, t("settings.odoo.go_out")),
            (Direction.IN.value, t("settings.odoo.go_in")),
            (Direction.OFF.value, t("settings.odoo.go_off")),
        ]
        for kind, way_words, every_words in (
            ("units", msg("settings.odoo.units_direction"), msg("settings.odoo.units_every")),
            ("orders", msg("settings.odoo.orders_direction"), msg("settings.odoo.orders_every")),
        ):
            self._choice(card, f"{kind}.direction", way_words, ways)
            self._choice(card, f"{kind}.every", every_words, interval_choices())
        only = [one for one in ways if one[0] in {Direction.OUT.value, Direction.OFF.value}]
        self._choice(card, "prices.direction", msg("settings.odoo.prices_direction"), only)
        self.orders_button = QPushButton(t("settings.odoo.orders_left"))
        self.orders_button.clicked.connect(self.look_at_orders)
        card.add_action(self.orders_button)

    def _choice(self, card: FieldCard, key: str, label: Text, choices: list[tuple[str, str]]) -> None:
        editor = choice_editor(render(label), choices)
        self.fields[key] = self.field(card, label, company_setting(f"odoo.{key}"), editor)

    def _money(self) -> None:
        card = self.card(t("settings.odoo.money"), t("settings.odoo.money_note"))
        source = company_setting("odoo.invoices")
        label = msg("settings.odoo.invoices")
        self.fields["invoices"] = self.field(card, label, source, switch_editor(t("settings.on")))

    def _way(self) -> None:
        card = self.card(t("settings.odoo.way"), t("settings.odoo.way_note"))
        self._line(card, "proxy", msg("settings.odoo.proxy"), t("settings.odoo.proxy_hint"))
        self._line(card, "ca_file", msg("settings.odoo.ca_file"))
        self.choose_file = QPushButton(t("settings.odoo.choose_file"))
        self.choose_file.clicked.connect(self._choose_file)
        card.add_action(self.choose_file)
        self._line(card, "seconds", msg("settings.odoo.seconds"), unit=t("settings.unit.seconds"))

    def _line(self, card: FieldCard, key: str, label: Text, hint: str = "", unit: str = "") -> None:
        source = company_setting(f"odoo.{key}")
        self.fields[key] = self.field(card, label, source, line_editor(hint), unit)

    def _choose_file(self) -> None:
        field = self.fields["ca_file"]
        path, _ = QFileDialog.getOpenFileName(self, t("settings.odoo.choose_file"), field.editor.read())
        if path:
            field.editor.show(path)
            field.keep()


class _ChosenCard(Card):
    """What is what in Odoo, as it was chosen."""

    def __init__(self) -> None:
        super().__init__(t("settings.odoo.chosen"))
        self.change = QPushButton(t("settings.odoo.change"))
        self.add_action(self.change)
        self.add(PlainLabel(t("settings.odoo.chosen_note"), "note", wrap=True))
        self._tables = QVBoxLayout()
        self._tables.setSpacing(6)
        self.add(self._tables)
        self.tables: list[Facts] = []
        self._shown: OdooFacts | None = None

    def show_facts(self, found: OdooFacts) -> None:
        """Show what was chosen; what nobody chose and somebody has to, says so."""
        if self._shown is not None and self._shown.decisions == found.decisions:
            return
        self._shown = found
        self.tables = []
        while (item := self._tables.takeAt(0)) is not None:
            if widget := item.widget():
                widget.hide()
                widget.deleteLater()
        for number, (head, decisions) in enumerate(by_kind(found.decisions)):
            table = Facts(_NAME_WIDTH)
            for one in decisions:
                tone = Tone.WARN if one.costs is not None else None
                table.add(local_words(one), meant_words(one), tone)
            heading = PlainLabel(head, "heading", wrap=True)
            heading.setContentsMargins(0, _ABOVE_HEAD if number else 0, 0, 0)
            self._tables.addWidget(heading)
            self._tables.addWidget(table)
            self.tables.append(table)


def _key_card(workplace: Workplace) -> SecretCard:
    words = SecretWords(
        title=t("settings.odoo.key"),
        hint=t("settings.odoo.key_hint"),
        keep=msg("settings.odoo.key_keep"),
        kept=t("settings.odoo.key_kept"),
        none=t("settings.odoo.key_none"),
        there=lambda place: t("settings.odoo.key_there", place=place),
        note=t("settings.odoo.key_note"),
        forget=t("settings.bm.token_forget"),
        forget_question=t("settings.odoo.key_forget_question"),
        forget_happens=t("settings.odoo.key_forget_happens"),
    )
    return SecretCard(workplace, words, odoo_facts.keep_key, odoo_facts.forget_key)
