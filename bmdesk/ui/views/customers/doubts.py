"""Two records side by side: are they one person? Nothing is guessed; who does not know goes on to the next."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from bmdesk.services.desk import Desk
from bmdesk.services.orders import customers
from bmdesk.services.orders.customers import Answered, Customer, Detail, Doubt
from bmdesk.texts import msg, render, t
from bmdesk.ui.widgets.address import broken_lines, written
from bmdesk.ui.widgets.card import Card
from bmdesk.ui.widgets.detail_sheet import cleared
from bmdesk.ui.widgets.facts import Facts, broken
from bmdesk.ui.widgets.label import PlainLabel
from bmdesk.ui.widgets.scroll import ScrollColumn
from bmdesk.ui.widgets.shortcut_button import ShortcutButton
from bmdesk.ui.words import moment
from bmdesk.ui.workplace import Workplace

_ADDRESSES, _ORDERS = 4, 8


class DoubtsDialog(QDialog):
    """One doubt after the other. `answered` counts what a person said."""

    def __init__(self, parent: QWidget, workplace: Workplace, doubts: Sequence[Doubt]) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(t("customers_page.doubts_title"))
        self.setModal(True)
        screen = parent.window().size()
        self.resize(min(900, screen.width() - 60), min(620, screen.height() - 60))
        self._workplace = workplace
        self._doubts = list(doubts)
        self._place = 0
        self.answered = 0
        self.why = PlainLabel("", wrap=True)
        self.count = PlainLabel("", "note")
        self.sides = (_Side(), _Side())
        self.same = ShortcutButton(msg("customers_page.same"), "1", icon="user")
        self.two = ShortcutButton(msg("customers_page.two"), "2", icon="customers")
        self.later = ShortcutButton(msg("customers_page.later"), "3")
        self.close_button = QPushButton(t("customers_page.close"))
        for button in (self.same, self.two, self.later, self.close_button):
            button.setAutoDefault(False)
        self.same.clicked.connect(lambda: self._answer(same=True))
        self.two.clicked.connect(lambda: self._answer(same=False))
        self.later.clicked.connect(self._next)
        self.close_button.clicked.connect(self.accept)
        self._build()
        self._show()

    def _build(self) -> None:
        records = QHBoxLayout()
        records.setSpacing(12)
        for side in self.sides:
            records.addWidget(side, 1)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.count, 1)
        for button in (self.close_button, self.later, self.two, self.same):
            buttons.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 16, 18, 16)
        column.setSpacing(12)
        column.addWidget(PlainLabel(t("customers_page.doubts_title"), "title", wrap=True))
        column.addWidget(self.why)
        column.addLayout(records, 1)
        column.addWidget(PlainLabel(t("customers_page.doubts_note"), "note", wrap=True))
        column.addLayout(buttons)

    def _show(self) -> None:
        doubt = self._doubts[self._place]
        self.why.setText(broken(render(doubt.why), 400))
        self.count.setText(t("customers_page.doubt_of", number=self._place + 1, count=len(self._doubts)))
        for side, who in zip(self.sides, (doubt.one, doubt.other), strict=True):
            side.show_customer(who, None)
        for button in (self.same, self.two):
            button.setEnabled(True)
        self._workplace.read(_both, doubt, then=self._fill, key=(id(self), "both"))
        self.later.setFocus()

    def _fill(self, found: tuple[Detail, Detail]) -> None:
        for side, seen in zip(self.sides, found, strict=True):
            side.show_customer(seen.customer, seen)

    def _answer(self, *, same: bool) -> None:
        doubt = self._doubts[self._place]
        for button in (self.same, self.two):
            button.setEnabled(False)
        place = self._workplace

        def write(desk: Desk) -> Answered:
            return customers.answer(desk, place.actor, doubt.one.id, doubt.other.id, same=same)

        place.write(write, then=self._said, failed=self._refused)

    def _said(self, _answered: Answered) -> None:
        self.answered += 1
        del self._doubts[self._place]
        self._place -= 1
        self._next()

    def _refused(self, failure: object) -> None:
        # Somebody else settled it meanwhile, or one of the two is gone: nothing is left to say.
        self._workplace.bridge.failure.emit(failure)
        self._said(Answered(""))

    def _next(self) -> None:
        if self._place + 1 < len(self._doubts):
            self._place += 1
            self._show()
        else:
            self.accept()


class _Side(Card):
    """One of the two records."""

    def __init__(self) -> None:
        super().__init__()
        self.area = ScrollColumn()
        self.area.column.setSpacing(8)
        self._inside = QVBoxLayout()
        self.area.column.addLayout(self._inside)
        self.area.column.addStretch(1)
        self.add(self.area, 1)

    def show_customer(self, who: Customer, seen: Detail | None) -> None:
        cleared(self._inside).addWidget(
            PlainLabel(broken(who.name or t("customers_page.no_name"), 120), "title", wrap=True)
        )
        facts = Facts(84)
        facts.add(t("customers_page.column_email"), who.email or t("customers_page.unknown"))
        facts.add(t("customers_page.column_phone"), who.phone or t("customers_page.unknown"))
        facts.add(t("customers_page.column_orders"), str(who.orders))
        facts.add(t("customers_page.column_last"), moment(who.last_at))
        if seen is not None:
            for one in seen.addresses[:_ADDRESSES]:
                facts.add(t("customers_page.address"), broken_lines("\n".join(written(one))))
            numbers = ", ".join(str(one.number) for one in seen.orders[:_ORDERS])
            facts.add(t("customers_page.order_numbers"), numbers)
        self._inside.addWidget(facts)


def _both(desk: Desk, doubt: Doubt) -> tuple[Detail, Detail]:
    return customers.detail(desk, doubt.one.id), customers.detail(desk, doubt.other.id)
