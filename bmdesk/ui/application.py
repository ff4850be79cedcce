"""The window from the first paint to the last write: the frame first, then the store, then the shift.

Imports nothing of the services: they come in behind the first paint, with the store. What happens at an open store is
`ui.shift`.
"""

from __future__ import annotations

import base64
import logging
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QLibraryInfo, QLocale, QObject, QProcess, Qt, QTimer, QTranslator, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from bmdesk.system import machine as m
from bmdesk.system.machine import MachineSettings
from bmdesk.system.paths import DataDir
from bmdesk.texts import Failure, language, t
from bmdesk.ui import rooms
from bmdesk.ui.bridge import Bridge
from bmdesk.ui.crash import CrashReporter
from bmdesk.ui.litter import Litter
from bmdesk.ui.main_window import MainWindow
from bmdesk.ui.palette import Tone
from bmdesk.ui.scanner import ScannerFilter
from bmdesk.ui.theme import Theme
from bmdesk.ui.tray import Tray

if TYPE_CHECKING:
    from bmdesk.services.desk import Desk
    from bmdesk.system.crashes import Report
    from bmdesk.ui.shift import Shift
    from bmdesk.ui.workplace import Workplace

_log = logging.getLogger(__name__)


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
    """The frame, the bridge and the scanner; and the shift, once the store is open."""

    ready = Signal()  # the store is open and somebody may sign in
    company_asked = Signal(str)  # a person wants to work for the company with this code

    def __init__(self, open_session: Callable[[], Session], machine: MachineSettings, data: DataDir) -> None:
        super().__init__()
        self.machine = machine
        self.data = data
        self.session: Session | None = None
        self.shift: Shift | None = None
        self.exit_code = 0
        self._open_session = open_session
        self.crash = CrashReporter(data.logs / "bmdesk.log", self, folder=data.crashes)
        self.window = MainWindow(
            geometry=base64.b64decode(machine.get(m.WINDOW_GEOMETRY) or b""),
            save_geometry=self._keep_geometry,
        )
        self.bridge = Bridge(self)
        self.scanner = ScannerFilter(
            self, gap_ms=machine.get(m.SCANNER_GAP_MS), prefixes=machine.get(m.SCANNER_PREFIXES)
        )
        self.tray = Tray(self.window, self._syncs_on, data.root)
        self.litter = Litter(self)
        self._connect()

    def start(self, *, hidden: bool = False) -> None:
        """Show the frame now; open the store once it is on screen.

        `hidden`: only an icon of the desktop is seen, until somebody wants the window or has to answer something.
        """
        rooms.register(self.window, self._workplace, self._print_label)
        self.window.feedback.sounds = self.machine.get(m.SOUNDS)
        if not (hidden and self.machine.get(m.KEEP_SYNCING) and self.tray.begin_hidden()):
            self.window.show()
            self.window.activateWindow()  # a desktop does this by itself; a bare screen gives the keys to nobody
        self.litter.start()
        # The store opens after the first paint: a person sees the window at once.
        QTimer.singleShot(0, self, self._open)

    def _connect(self) -> None:
        app = QApplication.instance()
        assert app is not None
        app.installEventFilter(self.scanner)
        self.scanner.scanned.connect(self._on_scan)
        self.window.badge_typed.connect(self._on_badge_typed)
        self.window.may_close = self.tray.may_close
        self.window.closing.connect(self._close)
        self.window.needed.connect(self.tray.need_window)
        self.tray.hidden.connect(self._hidden)
        self.bridge.failure.connect(self.window.show_failure)
        self.bridge.crashed.connect(self.crash.report)
        self.crash.failure.connect(self.window.show_failure)

    def _open(self) -> None:
        self.bridge.write(self._open_session, then=self._opened, failed=self._not_opened)

    def _not_opened(self, failure: Failure) -> None:
        self.exit_code = 1
        self.tray.need_window()
        self.window.show_failure(failure)

    def _opened(self, session: Session) -> None:
        from bmdesk.ui.shift import Shift  # its services were imported with the store, off this thread

        self.session = session
        self.litter.settle()
        self.shift = Shift(session.desk, self.bridge, self.window, self.machine, self.data, self._start_demo)
        self.shift.begun.connect(self.ready)
        self.shift.place.company_asked.connect(self.company_asked)
        self.shift.begun.connect(self._look_for_crashes)
        self.shift.begin()

    def _look_for_crashes(self) -> None:
        if not self.window.isVisible():  # whoever opens the window is told
            self.tray.opened.connect(self._look_for_crashes, Qt.ConnectionType.SingleShotConnection)
            return
        if self.shift is not None:
            desk = self.shift.place.desk
            self.bridge.read(_untold, desk, self.data, then=self._tell_of_crashes, key="crashes")

    def _tell_of_crashes(self, reports: list[Report]) -> None:
        if reports:
            from bmdesk.ui.last_crash import LastCrashDialog

            LastCrashDialog(self.data.crashes, reports, self.window).open()

    def _on_scan(self, text: str, seat: str) -> None:
        if self.shift is None:
            self.window.feedback.bad()  # the store is not open: better heard than lost without a word
        else:
            self.shift.take_scan(text, seat)

    def _on_badge_typed(self, text: str) -> None:
        if self.shift is not None:
            self.shift.take_badge(text)

    def _workplace(self) -> Workplace | None:
        return self.shift.place if self.shift is not None else None

    def _print_label(self, unit_id: str) -> None:
        if self.shift is not None:
            self.shift.print_label(unit_id)

    def _start_demo(self) -> None:
        """The demo is a program of its own on a store of its own; this window goes on waiting for its first start."""
        program = [sys.executable] if getattr(sys, "frozen", False) else [sys.executable, "-m", "bmdesk"]
        arguments = [*program[1:], "--lang", language(), "demo", "--out", str(self.data.root / "demo")]
        if QProcess.startDetached(program[0], arguments)[0]:
            self.window.say(Tone.INFO, t("window.demo_starts"), for_ms=8000)
        else:
            self.window.say(Tone.BAD, t("window.demo_did_not_start"))

    def _syncs_on(self) -> bool:
        """Whether closing the window leaves bmdesk at work: there is something to sync, and this machine wants it."""
        running = self.shift is not None and self.shift.syncing.is_running
        return running and self.machine.get(m.KEEP_SYNCING)

    def _hidden(self) -> None:
        if self.shift is not None:
            self.shift.sign_out()  # whoever opens the window next shows a badge

    def _close(self) -> None:
        self.window.hide()  # what is still being written may take a slow disk seconds: nobody looks at a dead window
        self.tray.end()
        if self.shift is not None:
            self.shift.end()
        if not self.bridge.close():
            _log.error("a write was still running when the window closed")
        self.litter.stop()
        if self.session is not None:
            self.session.close()
        app = QApplication.instance()
        if app is not None:
            app.removeEventFilter(self.scanner)

    def _keep_geometry(self, geometry: bytes) -> None:
        try:
            self.machine.set(m.WINDOW_GEOMETRY, base64.b64encode(geometry).decode())
        except Failure as failure:
            _log.warning("the window's place was not kept: %s", failure)


def _untold(desk: Desk, data: DataDir) -> list[Report]:
    from bmdesk.services import support_bundle  # with whoever reads: the first paint does not wait for it

    return support_bundle.untold(desk, data)


def make_application(machine: MachineSettings, cache: Path) -> QApplication:
    """The dressed QApplication of this process."""
    found = QApplication.instance()
    app = found if isinstance(found, QApplication) else QApplication(["bmdesk"])
    app.setApplicationName("bmdesk")
    app.setApplicationDisplayName(t("app.name"))
    QGuiApplication.setDesktopFileName("bmdesk")
    _speak(app)
    Theme.apply(app, machine.get(m.LOOK), cache, machine.get(m.TEXT_SIZE))
    return app


def _speak(app: QApplication) -> None:
    """Qt's own dialogs and menus in our language; its catalogue comes with Qt."""
    QLocale.setDefault(QLocale(language()))
    words = QTranslator(app)
    if words.load(f"qtbase_{language()}", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)):
        app.installTranslator(words)
