"""The Prices room: what the rules say of every listing in every market, why, what they would change, and what was."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QStackedWidget, QWidget

from bmdesk.domain.changes import Change
from bmdesk.services.prices import versions
from bmdesk.services.prices.simulation import Simulation
from bmdesk.services.prices.versions import RulesVersion
from bmdesk.services.selling.accounts import AccountView
from bmdesk.texts import msg, t
from bmdesk.ui.shortcuts import bind
from bmdesk.ui.views.prices.changes import ChangesTab
from bmdesk.ui.views.prices.feed import Feed
from bmdesk.ui.views.prices.history import HistoryTab
from bmdesk.ui.views.prices.lines import MatrixFilter
from bmdesk.ui.views.prices.matrix import MatrixTab
from bmdesk.ui.views.prices.notes import AssumedNote, RateNote
from bmdesk.ui.views.prices.rules import RulesTab
from bmdesk.ui.widgets.account_choice import AccountChoice, AccountNeeded
from bmdesk.ui.widgets.fresh_page import FreshPage
from bmdesk.ui.widgets.landing import lands_on
from bmdesk.ui.widgets.long_run import LongRun
from bmdesk.ui.widgets.price_files import PriceFilesButton
from bmdesk.ui.widgets.segmented import Segment, Segmented
from bmdesk.ui.workplace import Workplace

TABS = ("matrix", "changes", "rules", "history")
_GATHER_MS = 1500
"""A page of listings read, a scan a second are many changes, and counting a catalogue takes a moment."""


class PricesPage(FreshPage):
    """Four tabs over one simulation: what the rules in force say now."""

    room = "prices"
    shown_for = frozenset({Change.LISTINGS, Change.SETTINGS, Change.CATALOGUE, Change.UNITS})

    def __init__(self, workplace: Workplace) -> None:
        super().__init__(workplace)
        self.header_status = ""
        self.seen: Simulation | None = None
        self.run = LongRun(workplace)
        self.feed = Feed(self.run)
        self.account = AccountChoice(workplace)
        self.matrix = MatrixTab(workplace)
        self.changes = ChangesTab(workplace, self.run)
        self._rules: RulesTab | None = None
        self.history = HistoryTab(workplace, self.run)
        self._tabs: dict[str, MatrixTab | ChangesTab | RulesTab | HistoryTab] = {
            "matrix": self.matrix,
            "changes": self.changes,
            "history": self.history,
        }
        self._soon = QTimer(self, singleShot=True, interval=_GATHER_MS)
        self._build()
        self._connect()
        self.show_tab("matrix")
        self.account.load()

    def entered(self) -> None:
        """The room is on screen again."""
        self.account.load()
        super().entered()

    def left(self) -> None:
        """Nobody looks: what is not begun is not counted."""
        if self._soon.isActive():
            self._soon.stop()
            self._stale = True

    @property
    def rules(self) -> RulesTab:
        """Made when somebody goes there: its forms take longer to make than the rest of the room."""
        if self._rules is None:
            made = self._rules = self._tabs["rules"] = RulesTab(self.workplace, self.run)
            self._tables["rules"] = made.list.table
            self._stack.insertWidget(TABS.index("rules"), made)
            if self.account.id:
                made.set_account(self.account.id)
                made.load()
        return self._rules

    def show_tab(self, key: str) -> None:
        """Go to one of matrix, changes, rules, history."""
        if key == "rules":
            _ = self.rules
        self.switch.set_value(key)
        self._stack.setCurrentWidget(self._tabs[key])
        table = self._tables[key]
        lands_on(self, table)
        if key == "history":
            self.history.load(self.account.id)
        if self.isVisible():
            table.setFocus()
        self._say()

    def show_price(self, listing_id: str, market: str) -> None:
        """Explain this price."""
        self.matrix.narrow_to(MatrixFilter())
        self.show_tab("matrix")
        self.matrix.table.go_to(listing_id, market)
        self.matrix.open_price()

    def read(self) -> None:
        """Count anew what the rules in force say."""
        self._soon.stop()
        if self.account.id:
            self.feed.ask(self.account.id)
            self.workplace.read(versions.versions, then=self._show_versions, key=(id(self), "versions"))

    @property
    def tab(self) -> str:
        """The key of the tab on screen."""
        return self.switch.value() or TABS[0]

    def _redraw(self) -> None:
        super()._redraw()
        self._soon.start()

    def _changed(self, flags: frozenset[Change]) -> None:
        if not self.isVisible():
            super()._changed(flags)
            return
        if flags & {Change.ACCOUNTS, Change.SETTINGS}:
            self.account.load()
        if self._rules is not None and flags & self._rules.reloads_on:
            self._rules.load()
        if flags & {Change.SETTINGS, Change.LISTINGS} and self.tab == "history":
            self.history.load(self.account.id)
        if flags & {Change.SETTINGS}:
            self.read()  # rules or rates: whoever changed them looks at what that did
        else:
            super()._changed(flags)

    def _account_changed(self, view: AccountView | None) -> None:
        self._accounts.turn(found=view is not None)
        if view is None:
            self._say()
            return
        if self._rules is not None:
            self._rules.set_account(view.row.id)
            self._rules.load()
        self.read()
        if self.tab == "history":
            self.history.load(view.row.id)

    def _show(self, found: Simulation) -> None:
        self.seen = found
        self.rate_note.show_simulation(found)
        self.matrix.show_simulation(self.account.id, found)
        self.changes.show_simulation(self.account.id, found)
        self._say()

    def _show_versions(self, found: tuple[RulesVersion, ...]) -> None:
        self.assumed_note.setVisible(len(found) == 1)

    def _say(self) -> None:
        self.header_status = self._tabs[self.tab].status if self.account.id else ""
        if self.workplace.window.current_room == self.room:
            self.workplace.window.set_header_status(self.header_status)

    # -- how it is put together

    def _build(self) -> None:
        words = {
            "matrix": t("prices_page.matrix"),
            "changes": t("prices_page.changes"),
            "rules": t("prices_page.rules"),
            "history": t("prices_page.history"),
        }
        self._tables: dict[str, QWidget] = {
            "matrix": self.matrix.table,
            "changes": self.changes.table,
            "history": self.history.table,
        }
        self.switch = Segmented(t("prices_page.tabs"), [Segment(key, words[key]) for key in TABS], small=True)
        self.switch.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.files = PriceFilesButton(self.workplace, self, lambda: self.account.now)
        self.rate_note, self.assumed_note = RateNote(self.workplace), AssumedNote()
        self._stack = QStackedWidget()
        for tab in self._tabs.values():
            self._stack.addWidget(tab)
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(self.switch)
        head.addStretch()
        head.addWidget(self.account)
        head.addWidget(self.files)
        self._accounts = AccountNeeded(self, self.workplace, self.matrix.table)
        room = self._accounts.room
        room.addLayout(head)
        room.addWidget(self.rate_note)
        room.addWidget(self.assumed_note)
        room.addWidget(self.run)
        room.addWidget(self._stack, 1)

    def _connect(self) -> None:
        self.account.changed.connect(self._account_changed)
        self.switch.chosen.connect(self.show_tab)
        self.feed.found.connect(self._show)
        self.feed.failed.connect(self.workplace.window.show_failure)
        self._soon.timeout.connect(self.read)
        self.matrix.said.connect(self._say)
        self.changes.asked.connect(self.show_price)
        self.changes.stale.connect(self.read)
        self.changes.written.connect(lambda _: self.read())
        for number, (key, meaning) in enumerate(
            (
                ("matrix", msg("prices_page.matrix")),
                ("changes", msg("prices_page.changes")),
                ("rules", msg("prices_page.rules")),
                ("history", msg("prices_page.history")),
            ),
            1,
        ):
            bind(self, f"Alt+{number}", meaning, partial(self.show_tab, key))
        bind(self, "F5", msg("prices_page.read_again"), self.read)
