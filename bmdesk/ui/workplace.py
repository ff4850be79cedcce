"""What every page of the window works with: the desk, the bridge to it, and the signals that pages share.

One object, made when the store is open. Pages ask it to scan, to show a unit, to say a failure; they never open the
store or start a thread themselves.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import shiboken6
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from bmdesk.domain.commands import Command
from bmdesk.domain.scanned import Kind
from bmdesk.services import bench
from bmdesk.services.bench import ScanResult, Seat
from bmdesk.services.desk import Actor, Desk
from bmdesk.store.queries.people import OperatorRow
from bmdesk.system.machine import MachineSettings
from bmdesk.texts import Failure, t
from bmdesk.ui.bridge import Bridge, Priority, alive
from bmdesk.ui.main_window import MainWindow
from bmdesk.ui.palette import Tone

if TYPE_CHECKING:
    from bmdesk.ui.syncing import BackgroundSync

BADGE = "BMD:OP:"


def is_badge(text: str) -> bool:
    """Whether somebody's badge was read: it signs in, whatever page or form would take other scans."""
    return text.strip().upper().startswith(BADGE)


class Workplace(QObject):
    """The window's place of work. GUI thread only; everything that touches the store goes through `bridge`."""

    scanned = Signal(object)  # ScanResult, after each scan, button or key of any seat
    unit_asked = Signal(str)  # show this unit in the Units room
    settings_asked = Signal(str)  # show this section in Settings
    operator_changed = Signal(object)  # OperatorRow or None
    seat_changed = Signal(str)  # the name of the scanner that was used last

    def __init__(self, desk: Desk, bridge: Bridge, window: MainWindow, machine: MachineSettings) -> None:
        super().__init__(window)
        self.desk = desk
        self.bridge = bridge
        self.window = window
        self.machine = machine
        self.seat = Seat()
        self.operator: OperatorRow | None = None
        self.syncing: BackgroundSync | None = None
        """The worker of this window; None where nothing is synced here."""

    @property
    def actor(self) -> Actor:
        """Who acts by buttons and menus now. Only while somebody is signed in: the lock keeps pages out of reach."""
        person = self.operator
        return Actor(
            person.code if person else "", person.role if person else "", self.desk.station, self.seat.name
        )

    def scan(self, text: str, seat: str | None = None, meant: Kind | None = None) -> None:
        """A code was read or typed; `seat` is the prefix of the scanner that read it (None: the seat on screen)."""
        if seat is not None and seat != self.seat.name:
            self.seat = Seat(seat)
            self.seat_changed.emit(seat)
        used = self.seat

        def send() -> ScanResult:
            return bench.scan(self.desk, used, text, meant=meant)

        self.bridge.write(send, then=self.scanned.emit, priority=Priority.SCAN)

    def perform(self, command: Command) -> None:
        """A button or a key says this: the same step as its card."""
        self.step(bench.perform, command)

    def step(self, service: Callable[..., ScanResult], *args: Any) -> None:
        """Call a bench service that takes (desk, seat, *args) and answers a ScanResult, like a scan."""
        used = self.seat
        self.bridge.write(
            lambda: service(self.desk, used, *args), then=self.scanned.emit, priority=Priority.SCAN
        )

    def write(
        self,
        service: Callable[..., Any],
        *args: Any,
        then: Callable[[Any], object] | None = None,
        failed: Callable[[Failure], object] | None = None,
        button: QWidget | None = None,
    ) -> None:
        """Call a service that takes (desk, *args) on the writer thread; a Failure nobody takes becomes a banner.

        `button` asked for it: it rests until the answer is here, so that an impatient second press sends nothing twice.
        """
        if button is not None:
            button.setEnabled(False)

        def answered(take: Callable[[Any], object] | None, answer: Any) -> None:
            if button is not None and shiboken6.isValid(button):
                button.setEnabled(True)
            if take is not None and alive(take):
                take(answer)

        self.bridge.write(
            lambda: service(self.desk, *args),
            then=lambda result: answered(then, result),
            failed=lambda failure: answered(failed or self.bridge.failure.emit, failure),
        )

    def read(
        self,
        service: Callable[..., Any],
        *args: Any,
        then: Callable[[Any], object],
        key: object = None,
        failed: Callable[[Failure], object] | None = None,
    ) -> None:
        """Ask a service that takes (desk, *args) on the reader thread; a newer question of the same key replaces it."""
        self.bridge.read(lambda: service(self.desk, *args), then=then, failed=failed, key=key)

    def say_written(self, file: Path) -> None:
        """This file is written, and where it is."""
        self.window.say(Tone.OK, t("settings.written", file=file.name), str(file), for_ms=8000)

    def show_unit(self, unit_id: str) -> None:
        """Go to the Units room and show this unit."""
        self.window.show_room("units")
        self.unit_asked.emit(unit_id)

    def show_settings(self, section: str) -> None:
        """Go to Settings and show this section."""
        self.window.show_room("settings")
        self.settings_asked.emit(section)
