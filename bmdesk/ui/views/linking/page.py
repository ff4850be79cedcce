"""The Linking room: which SKU of ours each listing sells. One key an answer, and the next listing is there."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSizePolicy

from bmdesk.domain.changes import Change
from bmdesk.domain.rights import Right
from bmdesk.services.selling import link_list
from bmdesk.services.selling.accounts import AccountView
from bmdesk.services.selling.link_list import LINKED, NOTHING, OPEN, LinkRow
from bmdesk.texts import Text, msg, t
from bmdesk.ui.models.paged_model import Page
from bmdesk.ui.shortcuts import bind
from bmdesk.ui.theme import px
from bmdesk.ui.views.linking.answers import Answers
from bmdesk.ui.views.linking.columns import FIT, link_columns
from bmdesk.ui.views.linking.panel import WIDTH, LinkPanel
from bmdesk.ui.widgets.account_choice import AccountChoice, AccountNeeded
from bmdesk.ui.widgets.allowed import needs
from bmdesk.ui.widgets.card import Card
from bmdesk.ui.widgets.empty_state import EmptyState
from bmdesk.ui.widgets.list_room import ListRoom
from bmdesk.ui.widgets.search_box import SearchBox
from bmdesk.ui.widgets.segmented import Segment, Segmented
from bmdesk.ui.widgets.shortcut_button import ShortcutButton
from bmdesk.ui.widgets.side_by_side import SideBySide
from bmdesk.ui.widgets.table import DataTable
from bmdesk.ui.words import listings_words
from bmdesk.ui.workplace import Workplace

_ALL = "all"
_SURE_AFTER_MS = 1200


@dataclass(frozen=True, slots=True)
class _Query:
    account: str
    words: str
    only: str


class LinkingPage(ListRoom):
    """A list of listings, and beside it the one under the keyboard with its suggestions."""

    room = "linking"
    shown_for = frozenset({Change.LISTINGS, Change.CATALOGUE})
    search_key = msg("listings_page.search_key")
    _query: _Query | None

    def __init__(self, workplace: Workplace) -> None:
        table = DataTable(t("window.room.linking"), multi=True)
        super().__init__(workplace, SearchBox(t("listings_page.search")), table, link_columns(), FIT)
        self._sure: tuple[LinkRow, ...] = ()
        self.account = AccountChoice(workplace)
        self._sure_soon = QTimer(self, singleShot=True, interval=_SURE_AFTER_MS)
        self._sure_soon.timeout.connect(self._ask_sure)
        self._build()
        self._connect()
        self.account.load()

    def entered(self) -> None:
        """The room is on screen again."""
        self.account.load()
        super().entered()

    def search_for(self, words: str) -> None:
        """Show what these words find, linked or not."""
        self.switch.set_value(_ALL)
        self.search.setText(words)
        self._search_anew()

    # -- the list

    def _read(self, query: _Query, after: Any | None, limit: int) -> Page:
        desk = self.workplace.desk
        found = link_list.suggestions(desk, query.account, after, limit, query.words, query.only)
        return Page(found.rows, found.next)

    def _count(self, query: _Query) -> int:
        return link_list.count(self.workplace.desk, query.account, query.words, query.only)

    def _key(self, row: LinkRow) -> str:
        return row.listing.id

    def _account_changed(self, view: AccountView | None) -> None:
        self._accounts.turn(found=view is not None)
        if view is not None:
            self._search_anew()
            self._ask_sure()

    def _asks(self) -> _Query | None:
        if not self.account.id:
            return None
        return _Query(self.account.id, self.search.text().strip(), self.switch.value() or OPEN)

    def _loaded(self) -> None:
        self._moved()

    def _open_row(self, number: int) -> None:
        self.answers.confirm_first()

    def _moved(self) -> None:
        """The list has loaded or moved: the panel follows. What another linked leaves it empty."""
        self.table.choose_first()
        self.panel.show_row(self.table.under_keyboard())
        self.answers.moved_on()

    def _ask_sure(self) -> None:
        """Which listings are unambiguous, of all that are open: asked once a person pauses."""
        account = self.account.id
        if account:
            self.run.read(
                lambda desk: link_list.sure(desk, account), then=self._show_sure, key=(id(self), "sure")
            )

    def _show_sure(self, found: tuple[LinkRow, ...]) -> None:
        self._sure = found
        words = t("linking_page.confirm_sure", count=len(found))
        self.sure_button.setText(words)
        self.sure_button.setAccessibleName(words)
        self.sure_button.setEnabled(bool(found))

    def _say_status(self) -> None:
        only = self._query.only if self._query is not None else OPEN
        words = self._query.words if self._query is not None else ""
        if words:
            self._empty.set_words(t("listings_page.none_found"), t("linking_page.none_found_note"))
        elif only == OPEN:
            self._empty.set_words(t("linking_page.none_open"), t("linking_page.none_open_note"))
        else:
            self._empty.set_words(t("linking_page.none_here"), t("linking_page.none_here_note"))
        self._empty.button.setVisible(not words)
        self._say(listings_words(self.model.total))
        self._moved()

    def _changed(self, flags: frozenset[Change]) -> None:
        if flags & {Change.ACCOUNTS, Change.SETTINGS} and self.isVisible():
            self.account.load()
        super()._changed(flags)

    def _redraw(self) -> None:
        super()._redraw()
        self._sure_soon.start()

    # -- how it is put together

    def _build(self) -> None:
        self.search.setMinimumWidth(px(140))
        self.switch = Segmented(
            t("linking_page.switch"),
            [
                Segment(OPEN, t("linking_page.tab_open")),
                Segment(LINKED, t("linking_page.tab_linked")),
                Segment(NOTHING, t("linking_page.tab_nothing")),
                Segment(_ALL, t("linking_page.tab_all")),
            ],
            small=True,
        )
        self.switch.set_value(OPEN)
        self.switch.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.sure_button = ShortcutButton(
            msg("linking_page.confirm_sure", count=0), "Ctrl+Return", icon="check", kind="primary"
        )
        self.sure_button.setEnabled(False)
        tools = QHBoxLayout()
        tools.setSpacing(8)
        tools.addWidget(self.account)
        tools.addWidget(self.switch)
        tools.addWidget(self.search, 1)
        tools.addWidget(self.sure_button)
        self._empty = EmptyState(
            "link",
            t("linking_page.none_open"),
            action=t("listings_page.to_sync"),
            on_action=lambda *_: self.workplace.window.show_room("sync"),
        )
        self.table.set_empty(self._empty)
        self.table.set_menu(self._fill_menu)
        sheet = Card()
        sheet.add(self.table, 1)
        self.panel = LinkPanel()
        for deciding in (self.sure_button, self.panel.product, self.panel.nothing, self.panel.unlink):
            needs(deciding, self.workplace, Right.LINKS)
        self.panel.hide()
        self.answers = Answers(
            self, self.workplace, self.run, self._walk, self.table, self.panel, lambda: self._query
        )
        self._accounts = AccountNeeded(self, self.workplace, self.table)
        room = self._accounts.room
        room.addLayout(tools)
        room.addWidget(self.run)
        room.addWidget(SideBySide(sheet, self.panel, WIDTH), 1)

    def _connect(self) -> None:
        self.account.changed.connect(self._account_changed)
        self.switch.chosen.connect(lambda _: self._search_anew())
        self.model.dataChanged.connect(lambda *_: self._moved())
        self.panel.confirmed.connect(self.answers.confirm)
        self.panel.nothing_asked.connect(self.answers.nothing_of_ours)
        self.panel.product_asked.connect(self.answers.make_product)
        self.panel.search_asked.connect(self.answers.search_sku)
        self.panel.unlink_asked.connect(self.answers.unlink)
        self.sure_button.clicked.connect(lambda: self.answers.confirm_sure(self._sure))
        for number, key in enumerate((OPEN, LINKED, NOTHING, _ALL), 1):
            words = msg("linking_page.show_tab", tab=_tab_text(key))
            bind(self, f"Alt+{number}", words, partial(self._turn_to, key))
        super()._connect()

    def _turn_to(self, key: str) -> None:
        self.switch.set_value(key)
        self._search_anew()

    def _fill_menu(self, menu: QMenu) -> None:
        for button in (self.panel.search, self.panel.product, self.panel.nothing, self.panel.unlink):
            if not button.isHidden():
                menu.addAction(button.icon(), button.text(), button.click)


def _tab_text(key: str) -> Text:
    return {
        OPEN: msg("linking_page.tab_open"),
        LINKED: msg("linking_page.tab_linked"),
        NOTHING: msg("linking_page.tab_nothing"),
    }.get(key, msg("linking_page.tab_all"))
