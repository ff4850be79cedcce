"""The Sync room: how the accounts do, what waits to be sent and what a person decides about it, and the log."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from bmdesk.domain.changes import Change
from bmdesk.domain.effects import EffectState
from bmdesk.services.odoo import odoo_account
from bmdesk.services.selling import accounts
from bmdesk.texts import msg, render, t
from bmdesk.ui.palette import Tone
from bmdesk.ui.shortcuts import bind
from bmdesk.ui.views.sync import standing
from bmdesk.ui.views.sync.account_card import AccountCard
from bmdesk.ui.views.sync.concerns import ConcernLine, ConcernList
from bmdesk.ui.views.sync.drift_dialog import DriftDialog
from bmdesk.ui.views.sync.dry_run_dialog import DryRunDialog
from bmdesk.ui.views.sync.log import Log
from bmdesk.ui.views.sync.odoo_aside_dialog import OdooAsideDialog
from bmdesk.ui.views.sync.odoo_import_dialog import OdooImportDialog
from bmdesk.ui.views.sync.queue import Queue
from bmdesk.ui.views.sync.standing import Remedy, Said, Standing
from bmdesk.ui.views.sync.words import short, since
from bmdesk.ui.widgets.confirm import Confirm
from bmdesk.ui.widgets.confirm_machine import ask_confirm_machine
from bmdesk.ui.widgets.empty_state import EmptyState
from bmdesk.ui.widgets.fresh_page import FreshPage
from bmdesk.ui.widgets.scroll import ScrollColumn
from bmdesk.ui.widgets.segmented import Segment, Segmented
from bmdesk.ui.widgets.shortcut_button import ShortcutButton
from bmdesk.ui.workplace import Workplace

if TYPE_CHECKING:
    from bmdesk.connectors.verdict import Verdict

_TABS = ("accounts", "queue", "log")


class SyncPage(FreshPage):
    """Three tabs; what must be said aloud stands above each of them."""

    shown_for = frozenset({Change.SYNC, Change.SETTINGS, Change.ACCOUNTS, Change.LISTINGS})

    def __init__(self, workplace: Workplace) -> None:
        super().__init__(workplace, stale=True)
        self.header_status = ""
        self.standing: Standing | None = None
        self.cards: dict[str, AccountCard] = {}
        self._build()
        self._connect()
        self.show_tab("accounts")

    def entered(self) -> None:
        """The room is on screen again."""
        if self._stale:
            self._redraw()
        else:
            self._read_standing()

    def show_tab(self, key: str) -> None:
        """Go to one of accounts, queue, log."""
        self.switch.set_value(key)
        self._stack.setCurrentIndex(1 + _TABS.index(key) if self.cards else 0)
        self._show_line()
        if key == "log":
            self.log.refresh()
        tab = {"accounts": self._accounts, "queue": self.queue.table, "log": self.log.table}[key]
        tab.setFocus()

    def show_listing(self, listing_id: str, sku: str) -> None:
        """What waits for this listing."""
        self.queue.show_listing(listing_id, sku)
        self.show_tab("queue")

    @property
    def tab(self) -> str:
        """The key of the tab on screen."""
        return self.switch.value() or "accounts"

    def sync_now(self) -> None:
        """Read everything and send everything, now."""
        if self.workplace.syncing is not None:
            self.workplace.syncing.sync_now()

    def dry_run(self) -> None:
        """Show what would be written."""
        if self.workplace.syncing is not None and self.cards:
            DryRunDialog(self, self.workplace.syncing).open()

    def check_stock(self) -> None:
        """Show where the stock here and Odoo's differ."""
        if self.workplace.syncing is not None:
            DriftDialog(self, self.workplace, self.workplace.syncing).open()

    # -- reading

    def _redraw(self) -> None:
        super()._redraw()
        self._read_standing()
        self.queue.refresh()
        if self.tab == "log":
            self.log.refresh()

    def _read_standing(self) -> None:
        syncing = self.workplace.syncing
        self.workplace.read(
            standing.read,
            syncing.has_secret if syncing is not None else (lambda _: True),
            syncing.trouble if syncing is not None else None,
            then=self.show_standing,
            key=(id(self), "standing"),
        )

    def show_standing(self, found: Standing) -> None:
        """Draw this."""
        was = self.standing
        self.standing = found
        self.concerns.show_all(found.said)
        self._show_cards(found)
        self.queue.show_counts(found.counts)
        for widget in (self.switch, self.dry_button, self.sync_button):
            widget.setVisible(bool(found.accounts))
        self._enable_sync()
        if was is None or bool(was.accounts) != bool(found.accounts):
            self.show_tab(self.tab)
        self._show_line()
        self.header_status = short(_who(found), 120) if found.accounts else ""
        if self.workplace.window.current_room == "sync":
            self.workplace.window.set_header_status(self.header_status)

    def _show_cards(self, found: Standing) -> None:
        names = [health.name for health in found.accounts]
        if names != list(self.cards):
            for card in self.cards.values():
                self._accounts.column.removeWidget(card)
                card.hide()
                card.deleteLater()
            self.cards = {name: self._card(name) for name in names}
        for health in found.accounts:
            self.cards[health.name].show_health(health)

    def _show_line(self) -> None:
        said: Sequence[Said] = self.standing.said if self.standing is not None else ()
        # What is in the queue is said by the queue.
        said = [one for one in said if one.remedy is not Remedy.QUEUE]
        self.line.show_first(said if self.tab != "accounts" and self.cards else ())

    # -- what a person does

    def _remedy(self, said: Said) -> None:
        name = said.concern.account
        match said.remedy:
            case Remedy.TEST:
                self.test(name)
            case Remedy.RESUME:
                self.resume(name)
            case Remedy.CONFIRM:
                self.confirm_machine()
            case Remedy.SYNC:
                self.sync_now()
            case Remedy.QUEUE:
                stuck = said.concern.title.code == "sync.stuck.title"
                self.queue.show_state(self._where_it_sticks() if stuck else EffectState.PARKED)
                self.show_tab("queue")
            case Remedy.ODOO_ASIDE:
                self.show_left_aside()
            case Remedy.LISTINGS:
                self.workplace.window.show_room("listings")
            case Remedy.SETTINGS:
                self.workplace.show_settings("odoo" if name == odoo_account.NAME else "backmarket")

    def _where_it_sticks(self) -> EffectState | None:
        counts = self.standing.counts if self.standing is not None else {}
        found = [state for state in (EffectState.PENDING, EffectState.UNCERTAIN) if counts.get(state)]
        return found[0] if len(found) == 1 else None

    def test(self, name: str) -> None:
        """Test the connection of this account."""
        syncing, card = self.workplace.syncing, self.cards.get(name)
        if syncing is None or (card is not None and not card.test.isEnabled()):
            return
        self._show_testing(name, on=True)
        errand = syncing.test(name, self._tested)
        errand.ended.connect(lambda: self._show_testing(name, on=False))

    def _show_testing(self, name: str, *, on: bool) -> None:
        card = self.cards.get(name)
        if card is not None:
            card.show_testing(on=on)

    def _tested(self, verdict: Verdict) -> None:
        lines = (short(render(verdict.happened), 600), short(render(verdict.todo), 600))
        title = short(render(verdict.title))
        self.workplace.window.say(
            Tone.OK if verdict.ok else Tone.BAD, title, *lines, for_ms=8000 if verdict.ok else 0
        )
        self.workplace.bridge.announce(frozenset({Change.SYNC}))

    def pause(self, name: str) -> None:
        """Ask, then let this account rest until somebody says otherwise."""
        Confirm(
            self,
            t("sync_page.pause_question", account=name),
            t("sync_page.pause_note"),
            t("sync_page.pause"),
            lambda _: self.workplace.write(accounts.pause, name, then=self._account_changed),
        ).open()

    def resume(self, name: str) -> None:
        """This account goes on."""
        self.workplace.write(accounts.resume, name, then=self._account_changed)

    def confirm_machine(self) -> None:
        """Ask, then this computer is the one that works with the store."""
        ask_confirm_machine(self, self.workplace)

    def import_from_odoo(self) -> None:
        """Take over products and stock from the company's Odoo, or see how far that is."""
        OdooImportDialog(self, self.workplace).open()

    def show_left_aside(self) -> None:
        """What of Odoo could not be taken over, and what a person may say of it."""
        OdooAsideDialog(self, self.workplace).open()

    def _account_changed(self, _saved: object) -> None:
        self._read_standing()

    def _with_card(self, act: str) -> None:
        """For the keys: the account whose card has the focus, or else the first."""
        if self.tab != "accounts" or not self.cards:
            return
        focused: QWidget | None = self.focusWidget()
        card = next((c for c in self.cards.values() if focused is not None and c.isAncestorOf(focused)), None)
        card = card or next(iter(self.cards.values()))
        (card.test if act == "test" else card.toggle).click()

    def _to_settings(self) -> None:
        self.workplace.show_settings("backmarket")

    # -- how it is put together

    def _build(self) -> None:
        self.switch = Segmented(
            t("sync_page.switch"), [Segment(key, words) for key, words in _tab_words().items()], small=True
        )
        self.switch.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.sync_button = ShortcutButton(msg("sync_page.sync_now"), "F5", icon="sync", kind="primary")
        self.dry_button = ShortcutButton(msg("sync_page.dry_run"), "F6", icon="search")
        self.line = ConcernLine()
        self.concerns = ConcernList()
        self.queue = Queue(self.workplace)
        self.log = Log(self.workplace)
        self._accounts = ScrollColumn()
        self._accounts.column.addWidget(self.concerns)
        self._accounts.column.addStretch(1)
        self._none = EmptyState(
            "sync",
            t("sync_page.no_account"),
            note=t("sync_page.no_account_note"),
            action=t("sync_page.no_account_do"),
            on_action=self._to_settings,
        )
        self._stack = QStackedWidget()
        for widget in (self._none, self._accounts, self.queue, self.log):
            self._stack.addWidget(widget)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self.switch)
        head.addStretch()
        head.addWidget(self.dry_button)
        head.addWidget(self.sync_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addLayout(head)
        column.addWidget(self.line)
        column.addWidget(self._stack, 1)

    def _card(self, name: str) -> AccountCard:
        card = AccountCard(name)
        card.test_asked.connect(self.test)
        card.pause_asked.connect(self.pause)
        card.resume_asked.connect(self.resume)
        card.confirm_asked.connect(self.confirm_machine)
        card.import_asked.connect(self.import_from_odoo)
        card.stock_asked.connect(self.check_stock)
        self._accounts.column.insertWidget(self._accounts.column.count() - 1, card)
        return card

    def _connect(self) -> None:
        self.switch.chosen.connect(self.show_tab)
        self.sync_button.clicked.connect(self.sync_now)
        self.dry_button.clicked.connect(self.dry_run)
        self.line.asked.connect(self._remedy)
        self.line.more_asked.connect(lambda: self.show_tab("accounts"))
        self.concerns.asked.connect(self._remedy)
        self.concerns.help_asked.connect(self.workplace.show_help)
        for number, (key, words) in enumerate(_tab_words().items(), start=1):
            bind(self, f"Alt+{number}", msg("sync_page.go_to", tab=words), partial(self.show_tab, key))
        bind(self, "T", msg("sync_page.test"), lambda: self._with_card("test"))
        bind(self, "Shift+P", msg("sync_page.pause_key"), lambda: self._with_card("toggle"))
        if self.workplace.syncing is not None:
            self.workplace.syncing.trouble_changed.connect(self._read_standing)
            self.workplace.syncing.asked_changed.connect(lambda _: self._enable_sync())

    def _enable_sync(self) -> None:
        syncing = self.workplace.syncing
        busy = syncing is not None and syncing.is_asked
        self.sync_button.setEnabled(syncing is not None and not busy)
        self.sync_button.setText(t("sync_page.syncing") if busy else t("sync_page.sync_now"))
        self.dry_button.setEnabled(syncing is not None)


def _who(found: Standing) -> str:
    """Who syncs; the number of its process says nothing to most people."""
    who = found.status.syncing
    if who is None or not found.status.is_alive:
        return render(found.status.who)
    if who.process == os.getpid():
        return t("sync_page.who_here", since=since(who.since))
    return t("sync_page.who_elsewhere", station=who.station, since=since(who.since))


def _tab_words() -> dict[str, str]:
    return {
        "accounts": t("sync_page.tab_accounts"),
        "queue": t("sync_page.tab_queue"),
        "log": t("sync_page.tab_log"),
    }
