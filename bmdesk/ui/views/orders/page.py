"""The Orders room: what was bought, by when it must leave, and everything known of the order that is open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from PySide6.QtWidgets import QHBoxLayout, QMenu

from bmdesk.domain.changes import Change
from bmdesk.domain.figures import Period
from bmdesk.domain.orders import LineState
from bmdesk.reports.dashboard_words import period_words, short_period_words
from bmdesk.services.orders import order_view
from bmdesk.services.orders.order_view import OrderFilter, OrderRow, Tab
from bmdesk.services.selling import accounts
from bmdesk.services.selling.accounts import AccountView
from bmdesk.texts import msg, t
from bmdesk.ui.models.paged_model import Page
from bmdesk.ui.shortcuts import bind
from bmdesk.ui.theme import mark, px
from bmdesk.ui.views.orders.actions import Actions
from bmdesk.ui.views.orders.chosen import ChosenBar
from bmdesk.ui.views.orders.columns import FIT, order_columns
from bmdesk.ui.views.orders.detail import WIDTH, DetailPanel
from bmdesk.ui.views.orders.import_dialog import ImportOrdersDialog
from bmdesk.ui.views.orders.import_line import ImportLine
from bmdesk.ui.views.orders.parcels_dialog import ParcelsDialog
from bmdesk.ui.views.orders.tabs import FIRST, Tabs
from bmdesk.ui.views.orders.words import empty_words, orders_words, tab_words
from bmdesk.ui.widgets.account_choice import AccountNeeded
from bmdesk.ui.widgets.card import Card
from bmdesk.ui.widgets.empty_state import EmptyState
from bmdesk.ui.widgets.inputs import ChoiceBox
from bmdesk.ui.widgets.list_room import SheetRoom
from bmdesk.ui.widgets.search_box import SearchBox
from bmdesk.ui.widgets.shortcut_button import ShortcutButton
from bmdesk.ui.widgets.side_by_side import SideBySide
from bmdesk.ui.widgets.table import DataTable
from bmdesk.ui.words import order_words
from bmdesk.ui.workplace import Workplace

_PERIOD = "period"  # the days that were asked for elsewhere


class OrdersPage(SheetRoom):
    """Tabs by what is to be done, the list, and the sheet of the order that is open."""

    room = "orders"
    shown_for = frozenset({Change.ORDERS, Change.PACKING, Change.SYNC, Change.UNITS, Change.CUSTOMERS})
    search_key = msg("orders_page.search_key")
    detail: DetailPanel
    _query: OrderFilter | None

    def __init__(self, workplace: Workplace) -> None:
        table = DataTable(t("window.room.orders"), multi=True)
        super().__init__(workplace, SearchBox(t("orders_page.search")), table, order_columns(), FIT)
        self.importing: ImportOrdersDialog | None = None
        self._settled = False
        self._period: Period | None = None
        self.acts = Actions(self, workplace, self.run)
        self._build()
        self._connect()
        self._ask_accounts()
        self._ask_counts()
        self.import_line.refresh()

    def entered(self) -> None:
        """The room is on screen again."""
        self._ask_accounts()
        super().entered()

    def takes_scan(self, text: str) -> bool:
        """A code that is read while a question about a unit is open answers it; else it finds its order."""
        return self.acts.take_scan(text)

    def show_tab(self, tab: Tab) -> None:
        """List what this tab has."""
        self._settled = True  # asked for: the counts that come do not choose another
        self.tabs.set_value(tab.value)
        self._search_anew()
        self.table.setFocus()

    def search_for(self, words: str) -> None:
        """Show what these words find, in every tab."""
        self.search.put(words)
        for box in self._boxes:
            box.set_value("")
        self.show_tab(Tab.ALL)

    def show_state(self, state: LineState, market: str = "", days: Period | None = None) -> None:
        """List the orders that stand so, of one market or of all, of these days or of any."""
        if market and self.market.findData(market) < 0:  # the markets are not read yet
            self.market.addItem(market, market)
        self._period = days
        named = [(_PERIOD, short_period_words(days))] if days is not None else []
        self.days.set_choices([("", t("orders_page.every_day")), *named])
        self.days.setToolTip(period_words(days) if days is not None else "")
        chosen = ("", market, state.value, _PERIOD if days is not None else "")
        for box, value in zip(self._boxes, chosen, strict=True):
            box.set_value(value)
        self.search.put("")
        self.show_tab(Tab.ALL)

    def show_order(self, order_id: str, number: int) -> None:
        """Find this order, wherever it stands, and open it."""
        self.search_for(str(number))
        self.open_order(order_id)

    def open_order(self, order_id: str) -> None:
        """Show this order beside the list, or over it where there is no room for both."""
        self.detail.show_one(order_id)
        self._sides.open_detail()
        self._go_to_open()

    def open_import(self) -> None:
        """What is read by itself, older orders, and orders that could not be taken."""
        if self.importing is None:
            self.importing = ImportOrdersDialog(self, self.workplace)
            self.importing.finished.connect(self._import_closed)
            self.importing.open()

    def open_parcels(self) -> None:
        """What the driver takes, and what never arrived."""
        dialog = ParcelsDialog(self, self.workplace)
        dialog.finished.connect(lambda _: self._parcels_closed(dialog))
        dialog.open()

    def _parcels_closed(self, dialog: ParcelsDialog) -> None:
        if dialog.order is not None:
            number, order_id = dialog.order
            self.show_order(order_id, number)
        dialog.deleteLater()

    # -- the list

    def _tab_chosen(self) -> None:
        self.state.set_value("")
        self.days.set_value("")
        self._search_anew()

    def _read(self, query: OrderFilter, after: Any | None, limit: int) -> Page:
        found = order_view.page(self.workplace.desk, query, after, limit)
        return Page(found.rows, found.next)

    def _count(self, query: OrderFilter) -> int:
        return order_view.count(self.workplace.desk, query)

    def _ask_accounts(self) -> None:
        self.workplace.read(accounts.listed, then=self._show_accounts, key=(id(self), "accounts"))

    def _show_accounts(self, found: tuple[AccountView, ...]) -> None:
        self._accounts.turn(found=bool(found))
        every = [("", t("orders_page.every_account"))]
        self.account.set_choices([*every, *((view.row.id, view.row.name) for view in found)])
        self.account.setVisible(len(found) > 1)
        markets = {m for view in found if view.settings is not None for m in view.settings.markets}
        chosen = {self.market.value()} - {""}  # it may be one of which no account says that it sells there
        every = [("", t("orders_page.every_market"))]
        self.market.set_choices([*every, *((one, one) for one in sorted(markets | chosen))])
        self.market.setVisible(len(markets) > 1 or bool(chosen))

    def _ask_counts(self) -> None:
        self.workplace.read(order_view.counts, then=self._show_counts, key=(id(self), "counts"))

    def _show_counts(self, counts: Mapping[Tab, int]) -> None:
        self.tabs.show_counts(counts)
        if not self._settled:
            self._settled = True
            self.tabs.set_value(next((tab for tab in FIRST if counts.get(tab)), Tab.ALL))
            self._search_anew()

    def _asks(self) -> OrderFilter:
        return OrderFilter(
            tab=self.tabs.tab,
            words=self.search.text().strip(),
            account=self.account.value(),
            market=self.market.value(),
            state=self.state.value(),
            days=self._period if self.days.value() else None,
        )

    def _say_status(self) -> None:
        query = self._query or OrderFilter()
        total = self.model.total
        self.chosen.say(total)
        filtered = replace(query, tab=Tab.ALL) != OrderFilter()
        if filtered:
            self._empty.set_words(t("orders_page.none_found"), t("orders_page.none_found_note"))
        else:
            self._empty.set_words(*empty_words(query.tab))
        self._empty.button.setVisible(not filtered and query.tab is Tab.ALL)
        for box in self._boxes:
            mark(box, chosen=bool(box.value()))
        for box in (self.state, self.days):  # they are chosen elsewhere, and go when they are taken off
            box.setVisible(bool(box.value()))
        parts = [orders_words(total), tab_words().get(query.tab, "") if query.tab is not Tab.ALL else ""]
        self._say(" · ".join(part for part in parts if part))

    def _open(self, row: OrderRow) -> None:
        self.open_order(row.id)

    def _changed(self, flags: frozenset[Change]) -> None:
        if flags & {Change.ACCOUNTS, Change.SETTINGS} and self.isVisible():
            self._ask_accounts()
        super()._changed(flags)

    def _redraw(self) -> None:
        self._walk.forget()
        super()._redraw()
        self._ask_counts()
        self.import_line.refresh()

    def _import_closed(self) -> None:
        self.importing = None

    # -- how it is put together

    def _build(self) -> None:
        self.search.setMinimumWidth(px(150))
        self.account = ChoiceBox(t("orders_page.column_account"))
        self.market = ChoiceBox(t("orders_page.column_market"))
        every = [("", t("orders_page.import_every_state"))]
        states = [(state.value, order_words(state)) for state in LineState]
        self.state = ChoiceBox(t("orders_page.column_state"), [*every, *states])
        self.days = ChoiceBox(t("orders_page.days"))
        self._boxes = (self.account, self.market, self.state, self.days)
        for box in self._boxes:
            box.setSizeAdjustPolicy(ChoiceBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box.setMinimumContentsLength(9)
            box.hide()
        self.days.setMinimumContentsLength(13)
        self.days.setMinimumWidth(px(90))  # it gives way where all boxes are there
        self.parcels_button = ShortcutButton(msg("orders_page.parcels"), "P", icon="receiving")
        self.import_button = ShortcutButton(msg("orders_page.import"), "I", icon="download")
        tools = QHBoxLayout()
        tools.setSpacing(8)
        tools.addWidget(self.search, 1)
        for widget in (*self._boxes, self.parcels_button, self.import_button):
            tools.addWidget(widget)
        self.import_line = ImportLine(self.workplace)
        self.tabs = Tabs()
        self._empty = EmptyState(
            "orders",
            t("orders_page.none_yet"),
            note=t("orders_page.none_yet_note"),
            action=t("orders_page.import"),
            on_action=lambda *_: self.open_import(),
        )
        self.table.set_empty(self._empty)
        self.chosen = ChosenBar(self.run, self.table, self._walk, self.acts, lambda: self._query)
        self.table.set_menu(self._fill_menu)
        self.detail = DetailPanel(self.workplace, self.acts)
        self.detail.hide()
        listed = Card()
        listed.add(self.table, 1)
        listed.add(self.chosen)
        self._sides = SideBySide(listed, self.detail, WIDTH, gives_way=True, of_list=(self.tabs,))
        self._accounts = AccountNeeded(self, self.workplace, self.table)
        room = self._accounts.room
        room.addLayout(tools)
        room.addWidget(self.tabs)
        room.addWidget(self.import_line)
        room.addWidget(self.run)
        room.addWidget(self._sides, 1)

    def _connect(self) -> None:
        for box in self._boxes:
            box.activated.connect(lambda _: self._search_anew())
        self.tabs.chosen.connect(lambda _: self._tab_chosen())
        self.import_button.clicked.connect(self.open_import)
        self.import_line.more_asked.connect(self.open_import)
        self.parcels_button.clicked.connect(self.open_parcels)
        self.workplace.order_asked.connect(self.show_order)
        for number, (tab, words) in enumerate(tab_words().items(), start=1):
            bind(self, f"Alt+{number}", msg("orders_page.go_to", tab=words), partial(self.show_tab, tab))
        super()._connect()

    def _fill_menu(self, menu: QMenu) -> None:
        self.chosen.fill_menu(menu)
