"""The window at work: it paints first, then opens the store, then lets the person at the bench in.

Wires what stands beside each other: scanners to the bench, results to the eye and ear, timers to the services, the
lock to badges. Holds no rule.
"""

from __future__ import annotations

import base64
import logging
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QEvent, QObject, QProcess, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from bmdesk.domain.changes import Change
from bmdesk.domain.scanned import Kind
from bmdesk.services import bench, bench_view, settings
from bmdesk.services.bench import Reassessed, ScanResult
from bmdesk.services.bench_view import BenchView
from bmdesk.services.desk import Desk
from bmdesk.system import machine as m
from bmdesk.system.machine import MachineSettings
from bmdesk.system.paths import DataDir
from bmdesk.texts import Failure, render, t
from bmdesk.ui import rooms
from bmdesk.ui.bridge import Bridge, Priority
from bmdesk.ui.crash import CrashReporter
from bmdesk.ui.main_window import MainWindow
from bmdesk.ui.palette import Tone
from bmdesk.ui.scanner import ScannerFilter
from bmdesk.ui.stations import Attachments
from bmdesk.ui.theme import Theme
from bmdesk.ui.workplace import Workplace

_log = logging.getLogger(__name__)

WATCH_MS = 500
REASSESS_MS = 60_000
PAGE = 100
CLOCK_SLACK_S = 120
BADGE = "BMD:OP:"
WARNS = frozenset(
    {
        "bench.held",
        "refused.scanned_again.happened",
        "refused.unclear_scan.happened",
        "refused.reason_needed.happened",
        "refused.method_needed.happened",
    }
)
"""Answers that ask for a look, but where nobody did anything wrong."""


class Session(Protocol):
    """An open store as the composition root hands it over."""

    @property
    def desk(self) -> Desk:
        """The desk of the chosen company."""
        ...

    def close(self) -> None:
        """Close the store."""
        ...


class Application(QObject):
    """The window and everything that runs behind it, from the first paint to the last write."""

    ready = Signal()  # the store is open and the rooms can be entered

    def __init__(self, open_session: Callable[[], Session], machine: MachineSettings, data: DataDir) -> None:
        super().__init__()
        self.machine = machine
        self.data = data
        self.session: Session | None = None
        self.workplace: Workplace | None = None
        self.attachments: Attachments | None = None
        self.exit_code = 0
        self._token = 0
        self._open_session = open_session
        self.crash = CrashReporter(data.logs / "bmdesk.log", self)
        self.window = MainWindow(
            geometry=base64.b64decode(machine.get(m.WINDOW_GEOMETRY) or b""),
            save_geometry=self._keep_geometry,
        )
        self.bridge = Bridge(self)
        self.scanner = ScannerFilter(
            self, gap_ms=machine.get(m.SCANNER_GAP_MS), prefixes=machine.get(m.SCANNER_PREFIXES)
        )
        self._idle = QTimer(self)
        self._idle.setSingleShot(True)
        self._idle.timeout.connect(self.sign_out)
        self._watch = QTimer(self, interval=WATCH_MS)
        self._watch.timeout.connect(self._look_for_changes)
        self._judge = QTimer(self, interval=REASSESS_MS)
        self._judge.timeout.connect(self._reassess)
        self._connect()

    def start(self) -> None:
        """Show the frame now; open the store once it is on screen."""
        rooms.register(self.window, lambda: self.workplace, self._print_label)
        self.window.feedback.sounds = self.machine.get(m.SOUNDS)
        self.window.show()
        # The store opens after the first paint: a person sees the window at once.
        QTimer.singleShot(0, self, self._open)

    def sign_out(self) -> None:
        """Nobody works here any more; the unit in hand waits in its seat."""
        place = self.workplace
        if place is None or self.window.locked:
            return
        place.operator = None
        self._idle.stop()
        self.window.lock()
        self.bridge.write(lambda: bench.sign_out(place.desk, place.seat))
        place.operator_changed.emit(None)

    # -- opening and closing

    def _connect(self) -> None:
        app = QApplication.instance()
        assert app is not None
        app.installEventFilter(self.scanner)
        app.installEventFilter(self)
        self.scanner.scanned.connect(self._on_scan)
        self.window.sign_out_asked.connect(self.sign_out)
        self.window.badge_typed.connect(self._on_badge_typed)
        self.window.closing.connect(self._close)
        self.bridge.failure.connect(self.window.show_failure)
        self.bridge.crashed.connect(self.crash.report)
        self.crash.failure.connect(self.window.show_failure)

    def _open(self) -> None:
        self.bridge.write(self._open_session, then=self._opened, failed=self._not_opened)

    def _not_opened(self, failure: Failure) -> None:
        self.exit_code = 1
        self.window.show_failure(failure)

    def _opened(self, session: Session) -> None:
        self.session = session
        desk = session.desk
        place = Workplace(desk, self.bridge, self.window, self.machine)
        self.workplace = place
        place.scanned.connect(self._answer)
        self.window.set_status(
            store=t("window.store", place=desk.store.place.shown),
            station=t("window.station", name=desk.station),
        )
        for notice in self.machine.notices:
            self.window.say(Tone.WARN, render(notice))
        self.window.open_rooms("bench")
        self.attachments = Attachments(place, self.data, self._on_scan, self.window.show_failure)
        self.attachments.start()
        self._watch.start()
        self._judge.start()
        self._reassess()
        place.read(_starting_facts, then=self._greet)

    def _greet(self, facts: tuple[bool, int]) -> None:
        set_up, seconds_behind = facts
        if seconds_behind > CLOCK_SLACK_S:
            self.window.set_status(clock=t("window.clock_behind", minutes=seconds_behind // 60))
        if set_up:
            self.window.lock()
        elif self.workplace is not None:
            rooms.welcome(self.workplace, self.data, then=self.window.lock, demo=self._start_demo)
        self.ready.emit()

    def _start_demo(self) -> None:
        """The demo is a program of its own on a store of its own; this window goes on waiting for its first start."""
        program = [sys.executable] if getattr(sys, "frozen", False) else [sys.executable, "-m", "bmdesk"]
        folder = self.data.root / "demo"
        arguments = [*program[1:], "demo", "--out", str(folder)]
        if not QProcess.startDetached(program[0], arguments)[0]:
            self.window.say(Tone.BAD, t("window.demo_did_not_start"))
        else:
            self.window.say(Tone.INFO, t("window.demo_starts"), for_ms=8000)

    def _close(self) -> None:
        for timer in (self._watch, self._judge, self._idle):
            timer.stop()
        if self.attachments is not None:
            self.attachments.stop()
        if not self.bridge.close():
            _log.error("a write was still running when the window closed")
        if self.session is not None:
            self.session.close()
        app = QApplication.instance()
        if app is not None:
            app.removeEventFilter(self.scanner)
            app.removeEventFilter(self)

    def _keep_geometry(self, geometry: bytes) -> None:
        try:
            self.machine.set(m.WINDOW_GEOMETRY, base64.b64encode(geometry).decode())
        except Failure as failure:
            _log.warning("the window's place was not kept: %s", failure)

    # -- scans and what is said of them

    def _on_scan(self, text: str, seat: str) -> None:
        place = self.workplace
        if place is None:
            self.window.feedback.bad()  # the store is not open: better heard than lost without a word
            return
        self._touched()
        if self.window.locked and not text.strip().upper().startswith(BADGE):
            self.window.feedback.bad()
            self.window.lock(t("window.lock.first"), Tone.BAD)
            return
        page = self.window.page(self.window.current_room or "")
        takes = getattr(page, "takes_scan", None)
        if not self.window.locked and callable(takes) and takes(text):
            return
        place.scan(text, seat)

    def _on_badge_typed(self, text: str) -> None:
        badge = text if text.upper().startswith("BMD:") else f"{BADGE}{text}"
        self._on_scan(badge, "")

    def _answer(self, result: ScanResult) -> None:
        feedback = self.window.feedback
        if result.code in WARNS:
            feedback.warn()
        elif result.ok:
            feedback.ok()
        else:
            feedback.bad()
        if result.kind is Kind.BADGE:
            self._signed_in(result)
        if result.finished and result.unit and self.machine.get(m.LABEL_AFTER_DONE):
            self._print_label(result.unit)

    def _print_label(self, unit_id: str) -> None:
        if self.attachments is not None:
            self.attachments.print_label(unit_id)

    def _signed_in(self, result: ScanResult) -> None:
        place = self.workplace
        assert place is not None
        if not result.ok:
            if self.window.locked:
                self.window.lock(render(result.message), Tone.BAD)
            return

        def seen(view: BenchView) -> None:
            place.operator = view.operator
            if view.operator is not None:
                self.window.unlock(view.operator.name)
            place.operator_changed.emit(view.operator)
            self._touched()

        place.read(bench_view.view, place.seat, then=seen, key="who")

    # -- time

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.KeyPress, QEvent.Type.MouseButtonPress):
            self._touched()
        return False

    def _touched(self) -> None:
        """Somebody is here: the lock waits anew."""
        if self._idle_ms > 0 and not self.window.locked:
            self._idle.start(self._idle_ms)

    _idle_ms = 0

    def _look_for_changes(self) -> None:
        place = self.workplace
        if place is not None:
            store = place.desk.store
            self.bridge.read(store.database.change_token, then=self._changes_seen, key="token")

    def _changes_seen(self, token: int) -> None:
        if token != self._token:
            if self._token:
                self.bridge.announce(frozenset(Change))
            self._token = token

    def _reassess(self) -> None:
        place = self.workplace
        if place is None:
            return

        def done(result: Reassessed) -> None:
            if result.more:
                QTimer.singleShot(0, self, self._reassess)

        self.bridge.write(
            lambda: bench.reassess(place.desk, limit=PAGE), then=done, priority=Priority.BACKGROUND
        )
        place.read(_lock_ms, then=self._set_idle, key="idle")

    def _set_idle(self, milliseconds: int) -> None:
        if milliseconds != self._idle_ms:
            self._idle_ms = milliseconds
            self._idle.stop()
            self._touched()


def run(open_session: Callable[[], Session], machine: MachineSettings, data: DataDir) -> int:
    """Open the window and stay until it is closed; the exit code. The caller has made sure that a window can open."""
    app = make_application(machine, data.root / "look")
    application = Application(open_session, machine, data)
    application.crash.install()
    try:
        application.start()
        app.exec()
    finally:
        application.crash.uninstall()
    return application.exit_code


def make_application(machine: MachineSettings, cache: Path) -> QApplication:
    """The dressed QApplication of this process."""
    found = QApplication.instance()
    app = found if isinstance(found, QApplication) else QApplication(["bmdesk"])
    app.setApplicationName("bmdesk")
    app.setApplicationDisplayName(t("app.name"))
    QGuiApplication.setDesktopFileName("bmdesk")
    Theme.apply(app, machine.get(m.LOOK), cache)
    return app


def _starting_facts(desk: Desk) -> tuple[bool, int]:
    set_up = settings.get(desk, "setup.done") == "true"
    return set_up, bench.seconds_behind(desk)


def _lock_ms(desk: Desk) -> int:
    return int(settings.get(desk, "bench.lock_minutes")) * 60_000
