"""The Listings room: what is offered where, why or why not, and what a person hands over to bmdesk."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QMenu,
    QVBoxLayout,
)

from bmdesk.domain.changes import Change
from bmdesk.domain.rights import Right
from bmdesk.services.selling import listing_view, sold
from bmdesk.services.selling.accounts import AccountView
from bmdesk.services.selling.listing_view import ListingFilter
from bmdesk.services.selling.listing_why import ListedRow
from bmdesk.texts import msg, t
from bmdesk.ui.models.paged_model import Page
from bmdesk.ui.palette import Tone
from bmdesk.ui.theme import mark, px, set_icon, set_pixmap
from bmdesk.ui.views.listings.actions import Actions
from bmdesk.ui.views.listings.cells import (
    FIT,
    ChipDelegate,
    aspect_chips,
    listing_columns,
    market_chips,
)
from bmdesk.ui.views.listings.chosen import ChosenBar
from bmdesk.ui.views.listings.detail import WIDTH, DetailPanel
from bmdesk.ui.views.listings.filters import ListingFilters
from bmdesk.ui.views.listings.which_unit import WhichUnitDialog
from bmdesk.ui.widgets.account_choice import AccountChoice, AccountNeeded
from bmdesk.ui.widgets.allowed import needs
from bmdesk.ui.widgets.card import Card
from bmdesk.ui.widgets.empty_state import EmptyState
from bmdesk.ui.widgets.label import PlainLabel
from bmdesk.ui.widgets.list_room import SheetRoom
from bmdesk.ui.widgets.search_box import SearchBox
from bmdesk.ui.widgets.shortcut_button import ShortcutButton
from bmdesk.ui.widgets.side_by_side import SideBySide
from bmdesk.ui.widgets.table import DataTable
from bmdesk.ui.words import listings_words
from bmdesk.ui.workplace import Workplace

_Query = tuple[str, ListingFilter]


class ListingsPage(SheetRoom):
    """A table of listings with its filters, and the sheet of the one that is open."""

    room = "listings"
    shown_for = frozenset({Change.LISTINGS, Change.SYNC, Change.UNITS, Change.CATALOGUE})
    search_key = msg("listings_page.search_key")
    detail: DetailPanel
    _query: _Query | None

    def __init__(self, workplace: Workplace) -> None:
        table = DataTable(t("window.room.listings"), multi=True)
        super().__init__(workplace, SearchBox(t("listings_page.search")), table, listing_columns(), FIT)
        self.which: WhichUnitDialog | None = None
        self.account = AccountChoice(workplace)
        self.acts = Actions(self, workplace, self.run, lambda: self.account.now)
        self._build()
        self._connect()
        self.account.load()

    def entered(self) -> None:
        """The room is on screen again."""
        self.account.load()
        self._ask_waiting()
        super().entered()

    def takes_scan(self, text: str) -> bool:
        """While it is asked which unit left, a scan answers."""
        return self.which is not None and self.which.take_scan(text)

    def search_for(self, words: str) -> None:
        """Show what these words find, whatever was filtered before."""
        self.search.setText(words)
        self.filters.set_values()

    def open_listing(self, listing_id: str) -> None:
        """Show this listing beside the list, or over it where there is no room for both."""
        self.detail.show_listing(self.account.id, listing_id)
        self._sides.open_detail()
        self._go_to_open()

    def ask_which_unit(self) -> None:
        """The lines that wait to be told their unit."""
        self.which = WhichUnitDialog(self, self.workplace)
        self.which.finished.connect(self._which_closed)
        self.which.open()

    # -- the list

    def _read(self, query: _Query, after: Any | None, limit: int) -> Page:
        found = listing_view.listed(self.workplace.desk, query[0], query[1], after, limit)
        return Page(found.rows, found.next)

    def _count(self, query: _Query) -> int:
        account, chosen = query
        if not chosen.level:
            return listing_view.count(self.workplace.desk, account, chosen)
        number, after = 0, None
        while True:  # only counting the stock tells what runs low
            page = listing_view.listed(self.workplace.desk, account, chosen, after)
            number, after = number + len(page.rows), page.next
            if after is None:
                return number

    def _key(self, row: ListedRow) -> str:
        return row.listing.id

    def _account_changed(self, view: AccountView | None) -> None:
        self._accounts.turn(found=view is not None)
        if view is None:
            self._say("")
            return
        paused = view.row.listings_paused
        self.banner.setVisible(paused)
        self.pause_all.setText(t("listings_page.resume_all") if paused else t("listings_page.pause_all"))
        self.pause_all.setAccessibleName(self.pause_all.text())
        set_icon(self.pause_all, "refresh" if paused else "pause")
        self.filters.offer_markets(view.settings.markets if view.settings is not None else ())
        if self._query is not None and self._query[0] == view.row.id:
            self._redraw()
        else:
            self._sides.close_detail()
            self._search_anew()

    def _asks(self) -> _Query | None:
        if not self.account.id:
            return None
        return self.account.id, self.filters.narrowed(self.search.text().strip())

    def _say_status(self) -> None:
        total = self.model.total
        self.chosen.say(total)
        filtered = self._query is not None and self._query[1] != ListingFilter()
        self.filters.clear_button.setEnabled(filtered)
        if filtered:
            self._empty.set_words(t("listings_page.none_found"), t("listings_page.none_found_note"))
        else:
            self._empty.set_words(t("listings_page.none_yet"), t("listings_page.none_yet_note"))
        self._empty.button.setVisible(not filtered)
        parts = [listings_words(total), self.filters.in_words]
        self._say(" · ".join(part for part in parts if part))

    def _open(self, row: ListedRow) -> None:
        self.open_listing(row.listing.id)

    def _ask_waiting(self) -> None:
        self.workplace.read(sold.waiting, then=self._show_waiting, key=(id(self), "waiting"))

    def _show_waiting(self, found: tuple[object, ...]) -> None:
        words = (
            t("listings_page.which_unit_count", count=len(found)) if found else t("listings_page.which_unit")
        )
        self.which_button.setText(words)
        self.which_button.setAccessibleName(words)

    def _which_closed(self) -> None:
        self.which = None
        self._ask_waiting()

    def _changed(self, flags: frozenset[Change]) -> None:
        if flags & {Change.ACCOUNTS, Change.SETTINGS, Change.LISTINGS} and self.isVisible():
            self.account.load()
        super()._changed(flags)

    def _redraw(self) -> None:
        super()._redraw()
        self._ask_waiting()

    def _to_sync(self) -> None:
        sheet = self.detail.seen
        if sheet is not None:
            listing = sheet.row.listing
            self._ask_room("sync", "show_listing", listing.id, listing.sku_text)

    def _to_linking(self, sku: str) -> None:
        self._ask_room("linking", "search_for", sku)

    def _ask_room(self, key: str, method: str, *args: object) -> None:
        """Go to another room and ask its page for something that it may be able to do."""
        found = getattr(self.workplace.window.show_room(key), method, None)
        if callable(found):
            found(*args)

    # -- how it is put together

    def _build(self) -> None:
        self.search.setMinimumWidth(px(150))
        self.which_button = ShortcutButton(msg("listings_page.which_unit"), "W", icon="scan")
        self.pause_all = ShortcutButton(msg("listings_page.pause_all"), "Ctrl+Shift+P", icon="pause")
        self.take_all = ShortcutButton(msg("listings_page.hand_over_all"), "Ctrl+H", icon="check")
        needs(self.pause_all, self.workplace, Right.MANAGEMENT)
        needs(self.take_all, self.workplace, Right.HAND_OVER_ALL)
        tools = QHBoxLayout()
        tools.setSpacing(8)
        tools.addWidget(self.account)
        tools.addWidget(self.search, 1)
        for button in (self.which_button, self.pause_all, self.take_all):
            tools.addWidget(button)
        self.banner = _paused_banner()
        self.banner.hide()
        self.filters = ListingFilters()
        names = list(FIT.widths)
        for name, chips, dots in (("markets", market_chips, True), ("managed", aspect_chips, False)):
            self.table.setItemDelegateForColumn(names.index(name), ChipDelegate(self.table, chips, dots=dots))
        self._empty = EmptyState(
            "listings",
            t("listings_page.none_yet"),
            note=t("listings_page.none_yet_note"),
            action=t("listings_page.to_sync"),
            on_action=lambda *_: self.workplace.window.show_room("sync"),
        )
        self.table.set_empty(self._empty)
        self.chosen = ChosenBar(self.run, self.table, self._walk, self.acts, lambda: self._query)
        self.table.set_menu(self._fill_menu)
        self.detail = DetailPanel(self.workplace)
        self.detail.hide()
        listed = Card()
        listed.add(self.table, 1)
        self._sides = SideBySide(listed, self.detail, WIDTH, gives_way=True, of_list=(self.filters,))
        self._accounts = AccountNeeded(self, self.workplace, self.table)
        room = self._accounts.room
        room.addWidget(self.banner)
        room.addLayout(tools)
        room.addWidget(self.filters)
        room.addWidget(self.run)
        room.addWidget(self._sides, 1)
        room.addWidget(self.chosen)

    def _connect(self) -> None:
        self.account.changed.connect(self._account_changed)
        self.filters.changed.connect(self._search_anew)
        self.filters.clear_button.clicked.connect(lambda *_: self.search_for(""))
        self.detail.sync_asked.connect(self._to_sync)
        self.detail.linking_asked.connect(self._to_linking)
        self.which_button.clicked.connect(self.ask_which_unit)
        self.pause_all.clicked.connect(self.acts.switch_all)
        self.take_all.clicked.connect(lambda: self.acts.hand_over([]))
        super()._connect()

    def _fill_menu(self, menu: QMenu) -> None:
        self.chosen.fill_menu(menu)


def _paused_banner() -> QFrame:
    """Nothing is offered: nobody may overlook that."""
    frame = QFrame()
    mark(frame, kind="banner", tone=str(Tone.WARN))
    picture = QLabel()
    set_pixmap(picture, "pause", str(Tone.WARN), 28)
    words = QVBoxLayout()
    words.setSpacing(2)
    words.addWidget(PlainLabel(t("listings_page.all_paused"), "title", wrap=True))
    words.addWidget(PlainLabel(t("listings_page.all_paused_note"), wrap=True))
    row = QHBoxLayout(frame)
    row.setContentsMargins(16, 12, 16, 12)
    row.setSpacing(14)
    row.addWidget(picture)
    row.addLayout(words, 1)
    return frame
