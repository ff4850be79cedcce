"""The Listings room: what is offered where and why not, what a person hands over; the mistakes in it; the BackBoxes."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QMenu,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from bmdesk.domain.changes import Change
from bmdesk.domain.rights import Right
from bmdesk.services.selling import listing_view, sold
from bmdesk.services.selling.accounts import AccountView
from bmdesk.services.selling.listing_view import ListingFilter
from bmdesk.services.selling.listing_why import ListedRow
from bmdesk.texts import Text, msg, render, t
from bmdesk.ui.models.paged_model import Page
from bmdesk.ui.palette import Tone
from bmdesk.ui.shortcuts import bind
from bmdesk.ui.theme import mark, px, set_icon, set_pixmap
from bmdesk.ui.views.listings.actions import Actions
from bmdesk.ui.views.listings.boxes import Boxes
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
from bmdesk.ui.views.listings.mistakes import Mistakes
from bmdesk.ui.views.listings.which_unit import WhichUnitDialog
from bmdesk.ui.widgets.account_choice import AccountChoice, AccountNeeded
from bmdesk.ui.widgets.allowed import needs
from bmdesk.ui.widgets.card import Card
from bmdesk.ui.widgets.empty_state import EmptyState
from bmdesk.ui.widgets.label import PlainLabel
from bmdesk.ui.widgets.landing import lands_on
from bmdesk.ui.widgets.list_room import SheetRoom
from bmdesk.ui.widgets.listing_files import FilesButton
from bmdesk.ui.widgets.search_box import SearchBox
from bmdesk.ui.widgets.segmented import Segment, Segmented
from bmdesk.ui.widgets.shortcut_button import ShortcutButton
from bmdesk.ui.widgets.side_by_side import SideBySide
from bmdesk.ui.widgets.table import DataTable
from bmdesk.ui.words import listings_words
from bmdesk.ui.workplace import Workplace

_Query = tuple[str, ListingFilter]
ALL, MISTAKES, BOXES = "all", "mistakes", "boxes"


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
        self._listed_status = ""
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
        for tab in (self.mistakes, self.boxes):
            if tab.isVisible():
                tab.entered()

    def takes_scan(self, text: str) -> bool:
        """While it is asked which unit left, a scan answers."""
        return self.which is not None and self.which.take_scan(text)

    def show_tab(self, key: str) -> None:
        """Go to one of all, mistakes, boxes."""
        self.switch.set_value(key)
        tabs: dict[str, Mistakes | Boxes] = {MISTAKES: self.mistakes, BOXES: self.boxes}
        tab = tabs.get(key)
        self._stack.setCurrentWidget(tab or self.listed)
        for widget in self._of_list:
            widget.setVisible(key == ALL)
        table = tab.table if tab is not None else self.table
        lands_on(self, table)
        if tab is not None:
            tab.entered()
        if self.isVisible():
            table.setFocus()
        self._say_tab()

    @property
    def tab(self) -> str:
        """The key of the tab on screen."""
        return self.switch.value() or ALL

    def search_for(self, words: str) -> None:
        """Show what these words find, whatever was filtered before."""
        self.show_tab(ALL)
        self.search.setText(words)
        self.filters.set_values()

    def open_listing(self, listing_id: str) -> None:
        """Show this listing beside the list, or over it where there is no room for both."""
        self.show_tab(ALL)
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
        for tab in (self.mistakes, self.boxes):
            tab.show_account(view)
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
        self._listed_status = " · ".join(part for part in parts if part)
        self._say_tab()

    def _say_tab(self) -> None:
        own = {MISTAKES: self.mistakes.status, BOXES: self.boxes.status}
        self._say(own.get(self.tab, self._listed_status))

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
        self.mistakes.refresh()
        self.boxes.refresh()

    def _to_sync(self) -> None:
        sheet = self.detail.seen
        if sheet is not None:
            listing = sheet.row.listing
            self._ask_room("sync", "show_listing", listing.id, listing.sku_text)

    def _to_linking(self, sku: str) -> None:
        self._ask_room("linking", "search_for", sku)

    def _ask_room(self, key: str, method: str, *args: object) -> None:
        """Go to another room and ask its page for something that it may be able to do."""
        if key not in {room.key for room in self.workplace.window.rooms}:
            return
        found = getattr(self.workplace.window.show_room(key), method, None)
        if callable(found):
            found(*args)

    # -- how it is put together

    def _build(self) -> None:
        self.search.setMinimumWidth(px(150))
        self.which_button = ShortcutButton(msg("listings_page.which_unit"), "W", icon="scan")
        self.pause_all = ShortcutButton(msg("listings_page.pause_all"), "Ctrl+Shift+P", icon="pause")
        self.take_all = ShortcutButton(msg("listings_page.hand_over_all"), "Ctrl+H", icon="check")
        self.files = FilesButton(self.workplace, self, lambda: self.account.now)
        needs(self.pause_all, self.workplace, Right.MANAGEMENT)
        needs(self.take_all, self.workplace, Right.HAND_OVER_ALL)
        self.switch = Segmented(
            t("listings_page.switch"),
            [Segment(key, render(words)) for key, words in _tab_words().items()],
            small=True,
        )
        self.switch.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        tools = QHBoxLayout()
        tools.setSpacing(8)
        tools.addWidget(self.switch)
        tools.addWidget(self.account)
        tools.addWidget(self.search, 1)
        tools.addStretch()
        tools.addWidget(self.files)
        self._of_list = (self.search, self.files, self.which_button, self.pause_all, self.take_all)
        for button in (self.which_button, self.pause_all, self.take_all):
            button.give_way()
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
        card = Card()
        card.add(self.table, 1)
        self._sides = SideBySide(card, self.detail, WIDTH, gives_way=True, of_list=(self.filters,))
        self.listed = QWidget()
        mark(self.listed, kind="clear")
        column = QVBoxLayout(self.listed)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(self.filters)
        column.addWidget(self._sides, 1)
        column.addWidget(self.chosen)
        self.mistakes, self.boxes = Mistakes(self.workplace, self.run), Boxes(self.workplace, self.run)
        self._stack = QStackedWidget()
        for tab in (self.listed, self.mistakes, self.boxes):
            self._stack.addWidget(tab)
        self._accounts = AccountNeeded(self, self.workplace, self.table)
        room = self._accounts.room
        room.addWidget(self.banner)
        room.addLayout(tools)
        room.addWidget(self.run)
        room.addWidget(self._stack, 1)
        self.switch.set_value(ALL)

    def _connect(self) -> None:
        self.account.changed.connect(self._account_changed)
        self.filters.changed.connect(self._search_anew)
        self.filters.clear_button.clicked.connect(lambda *_: self.search_for(""))
        self.detail.sync_asked.connect(self._to_sync)
        self.detail.linking_asked.connect(self._to_linking)
        self.switch.chosen.connect(self.show_tab)
        for tab in (self.mistakes, self.boxes):
            tab.listing_asked.connect(self.open_listing)
            tab.status_changed.connect(self._say_tab)
        self.mistakes.linking_asked.connect(self._to_linking)
        self.mistakes.prices_asked.connect(partial(self._ask_room, "prices", "show_price"))
        for number, (key, words) in enumerate(_tab_words().items(), start=1):
            bind(self, f"Alt+{number}", words, partial(self.show_tab, key))
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


def _tab_words() -> dict[str, Text]:
    return {
        ALL: msg("listings_page.tab_all"),
        MISTAKES: msg("listings_page.tab_mistakes"),
        BOXES: msg("listings_page.tab_boxes"),
    }
