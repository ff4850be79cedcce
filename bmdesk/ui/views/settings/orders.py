"""Orders: what bmdesk does with them in each account, which unit it takes for one, and the warranty that follows."""

from __future__ import annotations

from PySide6.QtWidgets import QGridLayout, QHBoxLayout

from bmdesk.domain.changes import Change
from bmdesk.domain.orders import Handling
from bmdesk.domain.rights import Right
from bmdesk.domain.warranty import Begins
from bmdesk.services.desk import Actor, Desk
from bmdesk.services.orders import handling
from bmdesk.services.orders.handling import Handled, OpenLine
from bmdesk.services.selling import accounts
from bmdesk.services.selling.accounts import AccountView
from bmdesk.services.setting_table import account_setting
from bmdesk.texts import Failure, msg, render, t
from bmdesk.ui.palette import Tone
from bmdesk.ui.theme import px
from bmdesk.ui.views.settings.fields import (
    FieldCard,
    SettingField,
    choice_editor,
    line_editor,
    switch_editor,
)
from bmdesk.ui.views.settings.section import Section
from bmdesk.ui.views.settings.sources import company_setting
from bmdesk.ui.views.settings.take_over import TakeOver, handling_choices, handling_note
from bmdesk.ui.widgets.allowed import needs
from bmdesk.ui.widgets.confirm import Confirm
from bmdesk.ui.widgets.inputs import ChoiceBox
from bmdesk.ui.widgets.label import PlainLabel
from bmdesk.ui.workplace import Workplace


class OrdersSection(Section):
    """A card for each account, and what all of them share."""

    reloads_on = frozenset({Change.SETTINGS, Change.ACCOUNTS})

    def __init__(self, workplace: Workplace) -> None:
        super().__init__(workplace)
        self.accounts: dict[str, AccountOrders] = {}
        self.empty = PlainLabel(t("settings.orders.no_account"), "note", wrap=True)
        self.column.addWidget(self.empty)
        self._rules()
        self._warranty()
        self.column.addStretch(1)

    def load(self) -> None:
        super().load()
        self.workplace.read(accounts.listed, then=self._show, key=(id(self), "accounts"))

    def _show(self, found: tuple[AccountView, ...]) -> None:
        self.empty.setVisible(not found)
        for at, view in enumerate(found):
            name = view.row.name
            if name not in self.accounts:
                made = AccountOrders(self.workplace, name)
                self.accounts[name] = made
                self.cards.append(made)
                self.column.insertWidget(1 + at, made)
                made.load()
            self.accounts[name].show_view(view)

    def _rules(self) -> None:
        card = self.card(t("settings.orders.rules"), t("settings.orders.rules_note"))
        better = msg("settings.orders.better")
        steps = [
            ("0", t("settings.orders.better_0")),
            ("1", t("settings.orders.better_1")),
            ("2", t("settings.orders.better_2")),
            ("3", t("settings.orders.better_3")),
        ]
        self.better = self.field(
            card, better, company_setting("orders.better_grade"), choice_editor(render(better), steps)
        )
        self.warehouses = self.field(
            card,
            msg("settings.orders.warehouses"),
            company_setting("orders.warehouses"),
            line_editor(t("settings.orders.warehouses_hint")),
        )
        self.fee = self.field(
            card, msg("settings.orders.fee"), company_setting("orders.fee_percent"), line_editor(), "%"
        )

    def _warranty(self) -> None:
        card = self.card(t("settings.orders.warranty"))
        begins = msg("settings.orders.begins")
        starts = [
            (Begins.SALE.value, t("settings.orders.begins_sale")),
            (Begins.DISPATCH.value, t("settings.orders.begins_dispatch")),
            (Begins.DELIVERY.value, t("settings.orders.begins_delivery")),
        ]
        self.begins = self.field(
            card, begins, company_setting("warranty.begins"), choice_editor(render(begins), starts)
        )
        self.months = self.field(
            card,
            msg("settings.orders.months"),
            company_setting("warranty.months"),
            line_editor(),
            t("settings.orders.months_unit"),
        )


class AccountOrders(FieldCard):
    """What bmdesk does with the orders of one account, and whether it reads them by itself."""

    def __init__(self, workplace: Workplace, name: str) -> None:
        super().__init__(t("settings.orders.account", account=name))
        self._workplace, self._name = workplace, name
        self._now = Handling.READ
        words = t("settings.orders.handling")
        self.choice = ChoiceBox(f"{words}: {name}", handling_choices())
        self.choice.setFixedWidth(px(270))
        self.choice.activated.connect(lambda _: self.ask(Handling(self.choice.value())))
        needs(self.choice, workplace, Right.ORDER_HANDLING)
        self.note = PlainLabel("", "note", wrap=True)
        label = PlainLabel(words, "heading")
        label.setBuddy(self.choice)
        left = QGridLayout()
        left.setVerticalSpacing(2)
        left.addWidget(label, 0, 0)
        left.addWidget(self.note, 1, 0)
        row = QHBoxLayout()
        row.setContentsMargins(0, 6, 0, 6)
        row.setSpacing(18)
        row.addLayout(left, 1)
        row.addWidget(self.choice)
        row.addSpacing(89)
        self.add(row)
        self.reads = self.add_field(
            SettingField(
                workplace,
                msg("settings.orders.import"),
                company_setting(account_setting(name, "import_orders")),
                switch_editor(t("settings.on")),
            )
        )

    def show_view(self, view: AccountView) -> None:
        """What is set now."""
        given = view.settings.orders if view.settings is not None else Handling.READ.value
        self._now = Handling(given) if given in set(Handling) else Handling.READ
        self._show_now()

    def ask(self, how: Handling) -> None:
        """Before it is switched, a person sees what that means and what would be taken over."""
        if how is self._now:
            return
        if how is Handling.READ:
            self._workplace.read(
                handling.still_sent,
                self._name,
                then=self._ask_read,
                failed=self._was_refused,
                key=(id(self), "lines"),
            )
        else:
            self._workplace.read(
                handling.open_lines,
                self._name,
                then=lambda lines: self._ask_lines(how, lines),
                failed=self._was_refused,
                key=(id(self), "lines"),
            )

    def _ask_read(self, still_sent: int) -> None:
        more = t("settings.orders.read_still_sent", count=still_sent) if still_sent else ""
        question = Confirm(
            self,
            t("settings.orders.read_question", account=self._name),
            f"{handling_note(Handling.READ)} {more}".strip(),
            t("settings.orders.switch"),
            lambda _: self._switch(Handling.READ, []),
            danger=True,
        )
        question.rejected.connect(self._show_now)
        question.open()

    def _ask_lines(self, how: Handling, lines: tuple[OpenLine, ...]) -> None:
        question = TakeOver(self, self._name, how, lines, lambda ids: self._switch(how, ids))
        question.rejected.connect(self._show_now)
        question.open()

    def _switch(self, how: Handling, line_ids: list[str]) -> None:
        self._workplace.write(
            _switch,
            self._workplace.actor,
            self._name,
            how,
            line_ids,
            then=lambda done: self._was_switched(how, done),
            failed=self._was_refused,
            button=self.choice,
        )

    def _was_switched(self, how: Handling, done: Handled) -> None:
        self._now = how
        self._show_now()
        self._workplace.window.say(Tone.OK, render(done.said), for_ms=6000)

    def _was_refused(self, failure: Failure) -> None:
        self._show_now()
        self._workplace.window.show_failure(failure)

    def _show_now(self) -> None:
        self.choice.set_value(self._now.value)
        self.note.setText(handling_note(self._now))


def _switch(desk: Desk, actor: Actor, account: str, how: Handling, line_ids: list[str]) -> Handled:
    done = handling.set_handling(desk, actor, account, how)
    return handling.take_over(desk, actor, account, line_ids) if line_ids else done
