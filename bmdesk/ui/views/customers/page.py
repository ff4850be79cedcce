"""The Customers room: who bought, with orders, devices and addresses; and doubts who is who, which a person answers."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from bmdesk.domain.changes import Change
from bmdesk.services.orders import customers
from bmdesk.services.orders.customers import Customer, Doubt
from bmdesk.texts import msg, t
from bmdesk.ui.models.columns import Column
from bmdesk.ui.models.paged_model import Page
from bmdesk.ui.views.customers.detail import WIDTH, DetailPanel
from bmdesk.ui.views.customers.doubts import DoubtsDialog
from bmdesk.ui.widgets.card import Card
from bmdesk.ui.widgets.empty_state import EmptyState
from bmdesk.ui.widgets.fitting import Fit
from bmdesk.ui.widgets.landing import lands_on
from bmdesk.ui.widgets.list_room import SheetRoom
from bmdesk.ui.widgets.search_box import SearchBox
from bmdesk.ui.widgets.shortcut_button import ShortcutButton
from bmdesk.ui.widgets.side_by_side import SideBySide
from bmdesk.ui.widgets.table import DataTable
from bmdesk.ui.words import NOTHING, day, moment
from bmdesk.ui.workplace import Workplace

_LONGEST = 200
_FIT = Fit(
    widths={"name": 200, "email": 230, "phone": 140, "country": 80, "orders": 72, "last": 110},
    gives_way=("phone", "country", "email"),
    stretches=("name",),
    grows={"email": 320, "phone": 170},
)


class CustomersPage(SheetRoom):
    """The list, and the sheet of the customer who is open."""

    room = "customers"
    shown_for = frozenset({Change.CUSTOMERS, Change.ORDERS})
    search_key = msg("customers_page.search_key")
    detail: DetailPanel

    def __init__(self, workplace: Workplace) -> None:
        table = DataTable(t("window.room.customers"))
        super().__init__(workplace, SearchBox(t("customers_page.search")), table, _columns(), _FIT)
        self.asking: DoubtsDialog | None = None
        self.doubts: tuple[Doubt, ...] = ()
        self._build()
        self._connect()
        self._search_anew()
        self._ask_doubts()

    def search_for(self, words: str) -> None:
        """Show what these words find."""
        self.search.setText(words)

    def open_customer(self, customer_id: str) -> None:
        """Show this customer beside the list, or over it where there is no room for both."""
        self.detail.show_one(customer_id)
        self._sides.open_detail()
        self._go_to_open()

    def ask_doubts(self) -> None:
        """Two records side by side: the same person, or two?"""
        if self.doubts and self.asking is None:
            self.asking = DoubtsDialog(self, self.workplace, self.doubts)
            self.asking.finished.connect(self._asked)
            self.asking.open()

    # -- the list

    def _read(self, query: str, after: Any | None, limit: int) -> Page:
        found = customers.page(self.workplace.desk, query, after, limit)
        return Page(found.rows, found.next)

    def _count(self, query: str) -> int:
        return customers.count(self.workplace.desk, query)

    def _asks(self) -> str:
        return self.search.text().strip()

    def _say_status(self) -> None:
        if self._query:
            self._empty.set_words(t("customers_page.none_found"), t("customers_page.none_found_note"))
        else:
            self._empty.set_words(t("customers_page.none_yet"), t("customers_page.none_yet_note"))
        total = self.model.total
        self._say("" if total is None else t("customers_page.count", count=total))

    def _open(self, row: Customer) -> None:
        self.open_customer(row.id)

    def _ask_doubts(self) -> None:
        self.workplace.read(customers.doubts, then=self._show_doubts, key=(id(self), "doubts"))

    def _show_doubts(self, found: tuple[Doubt, ...]) -> None:
        self.doubts = found
        words = t("customers_page.doubts_count", count=len(found)) if found else t("customers_page.doubts")
        self.doubts_button.setText(words)
        self.doubts_button.setAccessibleName(words)
        self.doubts_button.setEnabled(bool(found))

    def _asked(self) -> None:
        self.asking = None
        self._redraw()

    def _redraw(self) -> None:
        self._walk.forget()
        super()._redraw()
        self._ask_doubts()

    # -- how it is put together

    def _build(self) -> None:
        self.doubts_button = ShortcutButton(msg("customers_page.doubts"), "D", icon="customers")
        self.doubts_button.setEnabled(False)
        tools = QHBoxLayout()
        tools.setSpacing(8)
        tools.addWidget(self.search, 1)
        tools.addWidget(self.doubts_button)
        self._empty = EmptyState(
            "customers", t("customers_page.none_yet"), note=t("customers_page.none_yet_note")
        )
        self.table.set_empty(self._empty)
        self.detail = DetailPanel(self.workplace)
        self.detail.hide()
        listed = Card()
        listed.add(self.table, 1)
        self._sides = SideBySide(listed, self.detail, WIDTH, gives_way=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addLayout(tools)
        column.addWidget(self._sides, 1)
        lands_on(self, self.table)

    def _connect(self) -> None:
        self.detail.order_asked.connect(self.workplace.show_order)
        self.doubts_button.clicked.connect(self.ask_doubts)
        super()._connect()


def _columns() -> tuple[Column, ...]:
    def said(words: str) -> str:
        return words[:_LONGEST] or NOTHING

    def name(row: Customer) -> str:
        return said(row.name)

    return (
        Column(t("customers_page.column_name"), name, hint=lambda r: r.name[:500], stretch=True),
        Column(t("customers_page.column_email"), lambda r: said(r.email), hint=lambda r: r.email[:500]),
        Column(t("customers_page.column_phone"), lambda r: said(r.phone)),
        Column(t("customers_page.column_country"), lambda r: said(r.country)),
        Column(t("customers_page.column_orders"), lambda r: str(r.orders), number=True),
        Column(
            t("customers_page.column_last"),
            lambda r: day(r.last_at) or NOTHING,
            hint=lambda r: moment(r.last_at),
        ),
    )
