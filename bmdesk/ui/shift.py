"""What goes on in the window while a store is open: badges and the lock, scans and what is said of them, the timers.

Wires what stands beside each other; holds no rule.
"""

from __future__ import annotations

import contextlib
import logging
import threading
from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtGui import QWindow
from PySide6.QtWidgets import QApplication, QDialog

from bmdesk.domain.changes import Change
from bmdesk.domain.scanned import Kind
from bmdesk.services import companies, settings, troubles
from bmdesk.services.desk import Desk
from bmdesk.services.figures import rebuilding
from bmdesk.services.grading import bench, bench_view
from bmdesk.services.grading.bench import Reassessed, ScanResult
from bmdesk.services.grading.bench_view import BenchView
from bmdesk.services.health import check_large
from bmdesk.store.queries.people import CompanyRow
from bmdesk.system import machine as m
from bmdesk.system.machine import MachineSettings
from bmdesk.system.paths import DataDir
from bmdesk.texts import Failure, render, t
from bmdesk.ui import rooms
from bmdesk.ui.bridge import Bridge, Priority
from bmdesk.ui.caretaker import Caretaker
from bmdesk.ui.crash import CrashDialog
from bmdesk.ui.main_window import MainWindow
from bmdesk.ui.palette import Tone
from bmdesk.ui.rail_counts import RailCounts
from bmdesk.ui.stations import Attachments
from bmdesk.ui.syncing import BackgroundSync
from bmdesk.ui.words import answer_tone
from bmdesk.ui.workplace import BADGE, Workplace, is_badge

_log = logging.getLogger(__name__)

WATCH_MS = 500
REASSESS_MS = 60_000
PAGE = 100
CLOCK_SLACK_S = 120
_TOUCHES = (QEvent.Type.KeyPress, QEvent.Type.MouseButtonPress)


class Shift(QObject):
    """From the opened store to the closed window."""

    begun = Signal()  # somebody may sign in, or answer the first start's questions
    _found_damage = Signal(object)  # a StoreFailure

    def __init__(
        self,
        desk: Desk,
        bridge: Bridge,
        window: MainWindow,
        machine: MachineSettings,
        data: DataDir,
        start_demo: Callable[[], object],
    ) -> None:
        super().__init__(window)
        self.bridge = bridge
        self.window = window
        self.machine = machine
        self.data = data
        self.place = Workplace(desk, bridge, window, machine)
        self.attachments = Attachments(self.place, data, self.take_scan, window.show_failure)
        self.syncing = BackgroundSync(desk, bridge, window, data)
        self.place.syncing = self.syncing
        self.caretaker = Caretaker(desk, bridge, window, machine, data)
        self.counts = RailCounts(self.place)
        self._start_demo = start_demo
        self._token = 0
        self._idle_ms = 0
        self._is_new = True  # nobody was signed in yet since the window opened
        self._idle = QTimer(self)
        self._idle.setSingleShot(True)
        self._idle.timeout.connect(self.sign_out)
        self._watch = QTimer(self, interval=WATCH_MS)
        self._watch.timeout.connect(self._look_for_changes)
        self._judge = QTimer(self, interval=REASSESS_MS)
        self._judge.timeout.connect(self._reassess)
        self._found_damage.connect(window.show_failure)

    def begin(self) -> None:
        """Open the rooms, start devices and timers, and ask who is here."""
        desk = self.place.desk
        self.place.scanned.connect(self._answer)
        self.window.sign_out_asked.connect(self.sign_out)
        self.window.sync_asked.connect(lambda: self.window.show_room("sync"))
        app = QApplication.instance()
        assert app is not None
        app.installEventFilter(self)
        self.window.set_status(station=t("window.station", name=desk.station))
        for notice in self.machine.notices:
            self.window.say(Tone.WARN, render(notice))
        self.window.open_rooms("bench")
        self.window.lock()  # until the store has said whether there is anybody to sign in: nobody has every right
        self.attachments.start()
        self.syncing.start()
        self.caretaker.start()
        self._watch.start()
        self._judge.start()
        self._reassess()
        self.counts.ask()
        self.window.company_asked.connect(self.place.company_asked)
        self.window.help_asked.connect(self.place.show_help)
        self.window.banners.explained_at = _explained_at
        self.bridge.changed.connect(self._companies_changed)
        self._companies_changed(frozenset({Change.SETTINGS}))
        # A large store is checked whole behind the window, on a thread of its own: pages of lists must not wait for it.
        threading.Thread(target=self._check_store, name="store check", daemon=True).start()
        self.place.read(_starting_facts, then=self._greet)

    def end(self) -> None:
        """The window closes: no timer and no device begins anything new."""
        for timer in (self._watch, self._judge, self._idle):
            timer.stop()
        self.counts.stop()
        self.attachments.stop()
        self.caretaker.stop()
        if not self.syncing.stop():
            _log.info("the window closed during a call; what became of it is looked up at the next start")
        app = QApplication.instance()
        if app is not None:
            app.removeEventFilter(self)

    def sign_out(self) -> None:
        """Nobody works here any more; the unit in hand waits in its seat."""
        if self.window.locked:
            return
        place = self.place
        place.operator = None
        self._idle.stop()
        self.window.lock()
        self.bridge.write(lambda: bench.sign_out(place.desk, place.seat))
        place.operator_changed.emit(None)
        self._close_dialogs()

    def _close_dialogs(self) -> None:
        """The curtain covers the rooms only: what stands above it would go on for whoever comes by."""
        for open_ in QApplication.topLevelWidgets():
            if isinstance(open_, QDialog) and open_.isVisible() and not isinstance(open_, CrashDialog):
                open_.reject()

    def take_scan(self, text: str, seat: str) -> None:
        """A code was read: for the lock, for the page that asks for codes, or for the bench."""
        self._touched()
        if self.window.locked and not is_badge(text):
            self.window.feedback.bad()
            self.window.lock(t("window.lock.first"), Tone.BAD)
            return
        self.place.sit(seat)  # a page that takes the scan works for whose scanner it was
        page = self.window.page(self.window.current_room or "")
        takes = getattr(page, "takes_scan", None)
        if not self.window.locked and callable(takes) and takes(text):
            return
        self.place.scan(text, seat)

    def take_badge(self, text: str) -> None:
        """A badge was typed at the lock."""
        self.take_scan(text if text.upper().startswith("BMD:") else f"{BADGE}{text}", "")

    def print_label(self, unit_id: str) -> None:
        """Print this unit's label at this station."""
        self.attachments.print_label(unit_id)

    def _greet(self, facts: tuple[bool, str, int]) -> None:
        set_up, name, seconds_behind = facts
        self.window.set_status(store=name)
        if seconds_behind > CLOCK_SLACK_S:
            self.window.set_status(clock=t("window.clock_behind", minutes=seconds_behind // 60))
        if not set_up:
            self.window.unlock("")
            self.window.needed.emit()
            rooms.welcome(self.place, self.data, then=self.window.lock, demo=self._start_demo)
        self.begun.emit()

    def _companies_changed(self, changes: frozenset[Change]) -> None:
        if Change.SETTINGS in changes:
            self.place.read(companies.listed, then=self._show_companies, key="companies")

    def _show_companies(self, known: tuple[CompanyRow, ...]) -> None:
        here = next((row.code for row in known if row.id == self.place.desk.company), "")
        self.window.rail.company.show_companies({row.code: row.name or row.code for row in known}, here)

    def _check_store(self) -> None:
        try:
            check_large(self.place.desk.store)
        except Failure as failure:
            # The window may have closed meanwhile; the next start says it again.
            with contextlib.suppress(RuntimeError):
                self._found_damage.emit(failure)

    # -- what is said of scans

    def _answer(self, result: ScanResult) -> None:
        feedback = self.window.feedback
        match answer_tone(result):
            case Tone.WARN:
                feedback.warn()
            case Tone.OK:
                feedback.ok()
            case _:
                feedback.bad()
        if result.kind is Kind.BADGE:
            self._signed_in(result)
        if result.finished and result.unit and self.machine.get(m.LABEL_AFTER_DONE):
            self.print_label(result.unit)

    def _signed_in(self, result: ScanResult) -> None:
        if not result.ok:
            if self.window.locked:
                self.window.lock(render(result.message), Tone.BAD)
            return
        place = self.place

        def seen(view: BenchView) -> None:
            place.operator = view.operator
            if view.operator is not None:
                self.window.offer_rooms(place.may)
                self.window.unlock(view.operator.name)
            place.operator_changed.emit(view.operator)
            if self._is_new and view.operator is not None:
                self._is_new = False
                if view.unit is None:  # a unit in hand waits at the bench
                    self.window.show_first()
            self._touched()

        place.read(bench_view.view, place.seat, then=seen, key="who")

    # -- time

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # A key or a press comes to the window before it comes to a widget; most events are none of it.
        if isinstance(watched, QWindow) and event.type() in _TOUCHES:
            self._touched()
        return False

    def _touched(self) -> None:
        """Somebody is here: the lock waits anew."""
        if self._idle_ms > 0 and not self.window.locked:
            self._idle.start(self._idle_ms)

    def _look_for_changes(self) -> None:
        self.bridge.read(self.place.desk.store.database.change_token, then=self._changes_seen, key="token")

    def _changes_seen(self, token: int) -> None:
        if token != self._token:
            if self._token:
                self.bridge.announce(frozenset(Change))
            self._token = token

    def _reassess(self) -> None:
        place = self.place

        def done(result: Reassessed) -> None:
            if result.more:
                QTimer.singleShot(0, self, self._reassess)
            else:
                self._catch_up()

        self.bridge.write(
            lambda: bench.reassess(place.desk, limit=PAGE), then=done, priority=Priority.BACKGROUND
        )
        place.read(_lock_ms, then=self._set_idle, key="idle")

    def _catch_up(self) -> None:
        """Figures that are to be made anew, a page at a time, behind every scan."""
        place = self.place

        def done(more: bool) -> None:
            if more:
                QTimer.singleShot(0, self, self._catch_up)

        self.bridge.write(lambda: rebuilding.catch_up(place.desk), then=done, priority=Priority.BACKGROUND)

    def _set_idle(self, milliseconds: int) -> None:
        if milliseconds != self._idle_ms:
            self._idle_ms = milliseconds
            self._idle.stop()
            self._touched()


def _starting_facts(desk: Desk) -> tuple[bool, str, int]:
    set_up = settings.get(desk, "setup.done") == "true"
    return set_up, settings.get(desk, "company.name"), bench.seconds_behind(desk)


def _explained_at(code: str) -> str:
    """Where help says what to do about a failure with this code; "" where it is none of the known troubles."""
    trouble = troubles.of_failure(code)
    return f"troubles#{trouble.code}" if trouble is not None else ""


def _lock_ms(desk: Desk) -> int:
    return int(settings.get(desk, "bench.lock_minutes")) * 60_000
