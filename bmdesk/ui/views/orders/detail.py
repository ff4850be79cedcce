"""Everything known of one order, on one sheet; what a person must decide stands first, what may be done at the top.

Redraws itself from one reading. Knows no rule: it shows what the services say.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QToolButton

from bmdesk.domain.orders import TO_FULFIL, Conflict, LineAction
from bmdesk.services.desk import Desk
from bmdesk.services.orders import order_view, substitutes
from bmdesk.services.orders.order_shown import OrderDetail
from bmdesk.services.orders.substitutes import Substitute
from bmdesk.services.setting_table import DEFAULT_ACCOUNT
from bmdesk.texts import msg, t
from bmdesk.ui.palette import Tone
from bmdesk.ui.shortcuts import bind, spelled
from bmdesk.ui.theme import set_icon
from bmdesk.ui.views.orders import detail_cards, line_cards
from bmdesk.ui.views.orders.actions import Actions
from bmdesk.ui.views.orders.words import (
    conflict_words,
    ship_by_tone,
    ship_by_words,
)
from bmdesk.ui.widgets.card import Card
from bmdesk.ui.widgets.detail_sheet import DetailSheet
from bmdesk.ui.widgets.facts import broken
from bmdesk.ui.widgets.label import PlainLabel
from bmdesk.ui.widgets.pill import Pill
from bmdesk.ui.words import moment, money, order_tone, order_words
from bmdesk.ui.workplace import Workplace

WIDTH = 460
_WANTS_ANOTHER = frozenset({Conflict.NO_UNIT, Conflict.UNIT_UNFIT, Conflict.MIXED_VAT})


@dataclass(frozen=True, slots=True)
class Sheet:
    """All of one order, and what could stand in for lines without a unit, by line."""

    order: OrderDetail
    offered: Mapping[str, tuple[Substitute, ...]]


class DetailPanel(DetailSheet):
    """`show_one(id)` of an order."""

    seen: Sheet | None

    def __init__(self, workplace: Workplace, acts: Actions) -> None:
        super().__init__(workplace, "orders", msg("orders_page.back"), WIDTH)
        self.acts = acts
        self._build()

    def cancel(self) -> None:
        """Cancel the first line that can be."""
        self._first(LineAction.CANCEL)

    def refund(self) -> None:
        """Refund the first line that can be."""
        self._first(LineAction.REFUND)

    def assign(self) -> None:
        """Say which unit the first line gets that needs one."""
        self._first(LineAction.ASSIGN)

    def decide(self) -> None:
        """Go to the first thing that a person must decide."""
        first = self.findChild(QPushButton, detail_cards.FIRST_WAY)
        if first is not None:
            first.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def attach_invoice(self) -> None:
        """Choose the invoice of this order."""
        if self.seen is not None:
            self.acts.attach_invoice(self.seen.order.row.id)

    def print_label(self) -> None:
        """Print the label of this order."""
        if self.seen is not None:
            self.acts.print_label(self.seen.order.row.id)

    def _first(self, action: LineAction) -> None:
        if self.seen is None:
            return
        order = self.seen.order
        lines = [line for line in order.lines if action in line.actions]
        lines.sort(key=lambda line: action is LineAction.ASSIGN and not line.missing)
        if lines:
            line_cards.act(self.acts, order, lines[0], action)

    def _reading(self) -> tuple[object, ...]:
        return read_sheet, self.open_id

    def _draw(self, sheet: Sheet) -> list[Card | None]:
        order, row = sheet.order, sheet.order.row
        self.title.setText(t("orders_page.order_title", number=row.number))
        self.state.show_words(order_words(row.state), order_tone(row.state))
        self.conflicts.setVisible(bool(row.conflicts))
        self.conflicts.show_words(conflict_words(row), Tone.BAD)
        self.market.setVisible(bool(row.market))
        self.market.show_words(row.market, Tone.NEUTRAL)
        self.backship.setVisible(row.backship)
        waits = row.ship_by is not None and row.state in TO_FULFIL
        self.ship_by.setVisible(waits)
        self.ship_by.setText(
            t("orders_page.ship_by_line", when=ship_by_words(row.ship_by, overdue=row.overdue))
            if not row.overdue
            else ship_by_words(row.ship_by, overdue=True)
        )
        self.ship_by.set_tone(ship_by_tone(row.ship_by, overdue=row.overdue))
        self.about.setText(broken(_about(order), 400))
        return [
            detail_cards.conflicts(order, sheet.offered, self.acts),
            line_cards.lines(order, self.workplace, self.acts),
            detail_cards.parcel(order, self.workplace, self.acts),
            detail_cards.addresses(order, self.workplace),
            detail_cards.at_odoo(order),
            detail_cards.queue(order, self.workplace),
            detail_cards.timeline(order),
        ]

    def _build(self) -> None:
        self.title.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.state, self.conflicts, self.market = Pill(), Pill(), Pill()
        self.backship = Pill(t("orders_page.backship"), Tone.INFO)
        pills = QHBoxLayout()
        pills.setSpacing(6)
        for pill in (self.state, self.conflicts, self.market, self.backship):
            pills.addWidget(pill)
        pills.addStretch()
        pills.addWidget(self._label_button())
        self.ship_by = PlainLabel("", "heading", wrap=True)
        self.about = PlainLabel("", "note", wrap=True)
        self._head.add(pills)
        self._head.add(self.ship_by)
        self._head.add(self.about)
        bind(self, "D", msg("orders_page.decide_key"), self.decide)
        bind(self, "U", msg("orders_page.assign_key"), self.assign)
        bind(self, "V", msg("orders_page.attach_invoice"), self.attach_invoice)
        bind(self, "R", msg("orders_page.refund_key"), self.refund)
        bind(self, "Shift+Del", msg("orders_page.cancel_key"), self.cancel)
        bind(self, "F6", msg("orders_page.label"), self.print_label)

    def _label_button(self) -> QToolButton:
        button = QToolButton()
        words = t("orders_page.label")
        button.setAccessibleName(words)
        button.setToolTip(f"{words}  {spelled('F6')}")
        set_icon(button, "printer", "muted", 18)
        button.clicked.connect(self.print_label)
        return button


def read_sheet(desk: Desk, order_id: str) -> Sheet:
    """All of one order. Raises order_view.UnknownOrder."""
    order = order_view.detail(desk, order_id)
    short = [c.line_id for c in order.conflicts if c.line_id is not None and c.code in _WANTS_ANOTHER]
    return Sheet(order, {line: tuple(substitutes.nearest(desk, line)) for line in dict.fromkeys(short)})


def _about(order: OrderDetail) -> str:
    row = order.row
    said = [row.customer[:120], money(row.price)]
    if order.paid_at is not None:
        said.append(t("orders_page.paid_at", at=moment(order.paid_at)))
    elif row.created_at is not None:
        said.append(t("orders_page.ordered_at", at=moment(row.created_at)))
    if row.account != DEFAULT_ACCOUNT:
        said.append(t("orders_page.of_account", account=row.account))
    return " · ".join(part for part in said if part)
