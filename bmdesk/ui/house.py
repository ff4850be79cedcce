"""One window after the other: another company is another window on the same store, with nothing left of the one before.

So no page, thread or answer under way can show what belongs to somebody else.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication

from bmdesk.system import machine as m
from bmdesk.system.machine import MachineSettings
from bmdesk.system.paths import DataDir
from bmdesk.texts import Failure
from bmdesk.ui.application import Application, Session, make_application

_log = logging.getLogger(__name__)


def run(
    open_company: Callable[[str], Session],
    machine: MachineSettings,
    data: DataDir,
    company: str = "",
    *,
    hidden: bool = False,
) -> int:
    """Open the window and stay until it is closed; the exit code. The caller has made sure that a window can open."""
    app = make_application(machine, data.root / "look")
    house = House(open_company, machine, data)
    try:
        house.enter(company, hidden=hidden)
        app.exec()
    finally:
        house.leave()
    return house.application.exit_code


class House(QObject):
    """`application` is the one that is open. GUI thread only."""

    application: Application

    def __init__(
        self, open_company: Callable[[str], Session], machine: MachineSettings, data: DataDir
    ) -> None:
        super().__init__()
        self._open_company, self._machine, self._data = open_company, machine, data

    def enter(self, company: str, *, hidden: bool = False) -> None:
        """Open the window of this company; "" for the one that was open last. `hidden`: it is at work unseen."""
        made = Application(lambda: self._open_company(company), self._machine, self._data)
        # Not from within a press of a button that goes with its window.
        made.company_asked.connect(lambda code: QTimer.singleShot(0, self, lambda: self.switch(code)))
        self.application = made
        made.crash.install()
        made.start(hidden=hidden)

    def leave(self) -> None:
        """The program ends, or another window comes: one that nobody sees is closed as every window is, what is under
        way included; nothing of it catches errors any more.
        """
        self.application.tray.end_unseen()
        self.application.crash.uninstall()

    def switch(self, company: str) -> None:
        """Close this window, whatever it shows, and open the other company's; people sign in there anew."""
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        before = self.application
        quits = app.quitOnLastWindowClosed()
        app.setQuitOnLastWindowClosed(False)
        try:
            if not before.window.close():
                return
            self.leave()
            self._keep(company)
            self.enter(company)
        finally:
            app.setQuitOnLastWindowClosed(quits)
        before.window.deleteLater()
        before.deleteLater()

    def _keep(self, company: str) -> None:
        try:
            self._machine.set(m.COMPANY, company)
        except Failure as failure:
            _log.warning("the company was not kept for the next start: %s", failure)
