"""The Linking room: which SKU of ours each listing sells. One key an answer, and the next listing is there."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from bmdesk.domain.changes import Change
from bmdesk.services import link_list
from bmdesk.services.accounts import AccountView
from bmdesk.services.link_list import LINKED, NOTHING, OPEN, LinkRow
from bmdesk.texts import Text, msg, t
from bmdesk.ui.models.paged_model import Page, PagedModel
from bmdesk.ui.models.walk import Walk
from bmdesk.ui.shortcuts import bind
from bmdesk.ui.theme import mark
from bmdesk.ui.views.linking.answers import Answers
from bmdesk.ui.views.linking.columns import FIT, WIDTHS, link_columns
from bmdesk.ui.views.linking.panel import WIDTH, LinkPanel
from bmdesk.ui.widgets.account_choice import AccountChoice, no_account
from bmdesk.ui.widgets.card import Card
from bmdesk.ui.widgets.empty_state import EmptyState
from bmdesk.ui.widgets.fitting import Fitting
from bmdesk.ui.widgets.long_run import LongRun
from bmdesk.ui.widgets.search_box import SearchBox
from bmdesk.ui.widgets.segmented import Segment, Segmented
from bmdesk.ui.widgets.shortcut_button import ShortcutButton
from bmdesk.ui.widgets.side_by_side import SideBySide
from bmdesk.ui.widgets.table import DataTable
from bmdesk.ui.words import listings_words
from bmdesk.ui.workplace import Workplace

_SHOWN_FOR = frozenset({Change.LISTINGS, Change.CATALOGUE})
_ALL = "all"
_SURE_AFTER_MS = 1200


@dataclass(frozen=True, slots=True)
class _Query:
    account: str
    words: str
    only: str


class LinkingPage(QWidget):
    """A list of listings, and beside it the one under the keyboard with its suggestions."""

    def __init__(self, workplace: Workplace) -> None:
        super().__init__()
        self.workplace = workplace
        self.header_status = ""
        self._stale = False
        self._query: _Query | None = None
        self._sure: tuple[LinkRow, ...] = ()
        self.run = LongRun(workplace)
        self._walk = Walk(self._read)
        self.model = PagedModel(self.run.beside, link_columns(), self._walk.fetch, self._count, self)
        self.account = AccountChoice(workplace)
        self._sure_soon = QTimer(self)
        self._sure_soon.setSingleShot(True)
        self._sure_soon.setInterval(_SURE_AFTER_MS)
        self._sure_soon.timeout.connect(self._ask_sure)
        self._build()
        self._connect()
        self.account.load()

    def entered(self) -> None:
        """The room is on screen again."""
        self.account.load()
        if self._stale:
            self._redraw()

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

    def _account_changed(self, view: AccountView | None) -> None:
        self._stack.setCurrentWidget(self._room if view is not None else self._nobody)
        self.setFocusProxy(self.table if view is not None else self._nobody.button)
        within = self.window().focusWidget()
        if self.isVisible() and (within is None or not within.isVisible()):
            self.setFocus()
        if view is not None:
            self._search_anew()
            self._ask_sure()

    def _search_anew(self) -> None:
        if not self.account.id:
            return
        asked = _Query(self.account.id, self.search.text().strip(), self.switch.value() or OPEN)
        if asked != self._query:
            self._query = asked
            self.table.clearSelection()
            self.model.reset(asked)
        self._say_status()

    def _show_current(self) -> None:
        """The list has loaded or moved: the panel follows, and somebody is always under the keyboard."""
        rows, at = self.model.rowCount(), self.table.currentIndex().row()
        if rows and not 0 <= at < rows:
            self.table.choose_row(min(max(at, 0), rows - 1))
            at = self.table.currentIndex().row()
        self.panel.show_row(self.model.row(at) if rows else None)
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
        words = t("linking_page.confirm_sure", count=f"{len(found):,}")
        self.sure_button.setText(words)
        self.sure_button.setAccessibleName(words)
        self.sure_button.setEnabled(bool(found))

    def _say_status(self) -> None:
        total = self.model.total
        only = self._query.only if self._query is not None else OPEN
        words = self._query.words if self._query is not None else ""
        if words:
            self._empty.set_words(t("listings_page.none_found"), t("linking_page.none_found_note"))
        elif only == OPEN:
            self._empty.set_words(t("linking_page.none_open"), t("linking_page.none_open_note"))
        else:
            self._empty.set_words(t("linking_page.none_here"), t("linking_page.none_here_note"))
        self._empty.button.setVisible(not words)
        self.header_status = listings_words(total)
        if self.workplace.window.current_room == "linking":
            self.workplace.window.set_header_status(self.header_status)
        self._show_current()

    def _changed(self, flags: frozenset[Change]) -> None:
        if flags & {Change.ACCOUNTS, Change.SETTINGS} and self.isVisible():
            self.account.load()
        if not flags & _SHOWN_FOR:
            return
        if self.isVisible():
            self._redraw()
        else:
            self._stale = True

    def _redraw(self) -> None:
        self._stale = False
        self.model.refresh()
        self._sure_soon.start()

    # -- how it is put together

    def _build(self) -> None:
        self.search = SearchBox(t("listings_page.search"))
        self.search.setMinimumWidth(140)
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
        self.table = DataTable(t("window.room.linking"), multi=True)
        self.table.setModel(self.model)
        for number, width in enumerate(WIDTHS.values()):
            self.table.horizontalHeader().resizeSection(number, width)
        Fitting(self.table, FIT)
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
        self.panel.hide()
        self.answers = Answers(
            self, self.workplace, self.run, self._walk, self.table, self.panel, lambda: self._query
        )
        self._room = QWidget()
        mark(self._room, kind="clear")
        room = QVBoxLayout(self._room)
        room.setContentsMargins(0, 0, 0, 0)
        room.setSpacing(12)
        room.addLayout(tools)
        room.addWidget(self.run)
        room.addWidget(SideBySide(sheet, self.panel, WIDTH), 1)
        self._nobody = no_account(self.workplace)
        self._stack = QStackedWidget()
        self._stack.addWidget(self._room)
        self._stack.addWidget(self._nobody)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._stack)

    def _connect(self) -> None:
        self.account.changed.connect(self._account_changed)
        self.search.searched.connect(lambda _: self._search_anew())
        self.switch.chosen.connect(lambda _: self._search_anew())
        self.model.counted.connect(lambda _: self._say_status())
        self.model.loaded.connect(self._show_current)
        self.model.dataChanged.connect(lambda *_: self._show_current())
        self.model.failed.connect(self.workplace.window.show_failure)
        self.table.current_changed.connect(lambda _: self._show_current())
        self.table.opened.connect(lambda _: self.answers.confirm_first())
        self.panel.confirmed.connect(self.answers.confirm)
        self.panel.nothing_asked.connect(self.answers.nothing_of_ours)
        self.panel.product_asked.connect(self.answers.make_product)
        self.panel.search_asked.connect(self.answers.search_sku)
        self.panel.unlink_asked.connect(self.answers.unlink)
        self.sure_button.clicked.connect(lambda: self.answers.confirm_sure(self._sure))
        self.workplace.bridge.changed.connect(self._changed)
        for number, key in enumerate((OPEN, LINKED, NOTHING, _ALL), 1):
            words = msg("linking_page.show_tab", tab=_tab_text(key))
            bind(self, f"Alt+{number}", words, partial(self._turn_to, key))
        for keys in ("/", "Ctrl+F"):
            bind(self, keys, msg("listings_page.search_key"), self._to_search)

    def _turn_to(self, key: str) -> None:
        self.switch.set_value(key)
        self._search_anew()

    def _to_search(self) -> None:
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

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
