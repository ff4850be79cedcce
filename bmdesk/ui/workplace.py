"""What every page of the window works with: the desk, the bridge to it, and the signals that pages share.

One object, made when the store is open. Pages ask it to scan, to show a unit, to say a failure; they never open the
store or start a thread themselves.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import shiboken6
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from bmdesk.domain.commands import Command
from bmdesk.domain.rights import Right, may, right_text
from bmdesk.domain.scanned import Kind
from bmdesk.services import rights
from bmdesk.services.desk import Actor, Desk
from bmdesk.services.grading import bench
from bmdesk.services.grading.bench import ScanResult, Seat
from bmdesk.services.rights import PinNeeded
from bmdesk.store.queries.people import OperatorRow
from bmdesk.system.machine import MachineSettings
from bmdesk.texts import Failure, Text, t
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
    order_asked = Signal(str, int)  # show this order, by id and number, in the Orders room
    settings_asked = Signal(str)  # show this section in Settings
    help_asked = Signal(str)  # show help at this address, `page#place`
    company_asked = Signal(str)  # work for the company with this code from now on
    operator_changed = Signal(object)  # OperatorRow or None
    seat_changed = Signal(str)  # the name of the scanner that was used last

    def __init__(self, desk: Desk, bridge: Bridge, window: MainWindow, machine: MachineSettings) -> None:
        super().__init__(window)
        self._desk = desk
        self._proven = False
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
            person.code if person else "",
            person.role if person else "",
            self._desk.station,
            self.seat.name,
            self._proven,
        )

    @property
    def desk(self) -> Desk:
        """The desk as whoever is signed in works at it; asked for in the GUI thread, when they want something."""
        return self._desk if self.operator is None else replace(self._desk, worker=self.actor)

    @property
    def _writing(self) -> Desk:
        """The same for who wants something changed: behind the lock nobody may what needs a right."""
        locked = self.operator is None and self.window.locked
        return replace(self._desk, worker=self.actor) if locked else self.desk

    def may(self, right: Right) -> bool:
        """Whether to offer it: services ask again. Before anybody is signed in nothing is kept back."""
        return self.operator is None or may(self.operator.role, right)

    def with_pin(
        self,
        right: Right,
        then: Callable[[], object],
        refused: Callable[[Failure], object] | None = None,
    ) -> None:
        """Call `then` where this right is there, with the PIN given where one is asked for.

        What `then` asks of services it asks with the proof; nothing later does.
        """

        def answered(asked: bool) -> None:
            if asked:
                self._ask_pin(right_text(right), lambda: self._proving(then), lambda: None)
            else:
                then()

        self.read(rights.asks_pin, self.actor, right, then=answered, failed=refused)

    def scan(self, text: str, seat: str | None = None, meant: Kind | None = None) -> None:
        """A code was read or typed; `seat` is the prefix of the scanner that read it (None: the seat on screen)."""
        if seat is not None:
            self.sit(seat)
        desk, used = self.desk, self.seat

        def send() -> ScanResult:
            return bench.scan(desk, used, text, meant=meant)

        self.bridge.write(send, then=self.scanned.emit, priority=Priority.SCAN)

    def sit(self, seat: str) -> None:
        """What this scanner reads is meant from now on."""
        if seat != self.seat.name:
            self.seat = Seat(seat)
            self.seat_changed.emit(seat)

    def perform(self, command: Command) -> None:
        """A button or a key says this: the same step as its card."""
        self.step(bench.perform, command)

    def step(self, service: Callable[..., ScanResult], *args: Any) -> None:
        """Call a bench service that takes (desk, seat, *args) and answers a ScanResult, like a scan."""
        desk, used = self.desk, self.seat
        self.bridge.write(lambda: service(desk, used, *args), then=self.scanned.emit, priority=Priority.SCAN)

    def write(
        self,
        service: Callable[..., Any],
        *args: Any,
        then: Callable[[Any], object] | None = None,
        failed: Callable[[Failure], object] | None = None,
        button: QWidget | None = None,
    ) -> None:
        """Call a service that takes (desk, *args) on the writer thread; a Failure nobody takes becomes a banner.

        Where the service wants a PIN it is asked for, and the service called again with the proof.
        `button` asked for it: it rests until the answer is here, so that an impatient second press sends nothing twice.
        """
        if button is not None:
            button.setEnabled(False)

        def answered(take: Callable[[Any], object] | None, answer: Any) -> None:
            if button is not None and shiboken6.isValid(button):
                button.setEnabled(True)
            if take is not None and alive(take):
                take(answer)

        def again() -> None:
            mine = [self.actor if isinstance(one, Actor) else one for one in args]
            self.write(service, *mine, then=then, failed=failed, button=button)

        def refused(failure: Failure) -> None:
            if isinstance(failure, PinNeeded) and not who.proven:
                what = failure.params["what"]
                assert isinstance(what, Text)
                self._ask_pin(what, lambda: self._proving(again), lambda: answered(failed, failure))
            else:
                answered(failed or self.bridge.failure.emit, failure)

        desk, who = self._writing, self.actor
        self.bridge.write(
            lambda: service(desk, *args), then=lambda result: answered(then, result), failed=refused
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
        desk = self.desk
        self.bridge.read(lambda: service(desk, *args), then=then, failed=failed, key=key)

    def say_written(self, file: Path) -> None:
        """This file is written, and where it is."""
        self.window.say(Tone.OK, t("settings.written", file=file.name), str(file), for_ms=8000)

    def show_unit(self, unit_id: str) -> None:
        """Go to the Units room and show this unit."""
        self.window.show_room("units")
        self.unit_asked.emit(unit_id)

    def show_order(self, order_id: str, number: int) -> None:
        """Go to the Orders room and show this order."""
        self.window.show_room("orders")
        self.order_asked.emit(order_id, number)

    def show_settings(self, section: str) -> None:
        """Go to Settings and show this section."""
        self.window.show_room("settings")
        self.settings_asked.emit(section)

    def show_help(self, address: str) -> None:
        """Go to the Help room and open it there: `packer#pack`, `troubles#token`."""
        self.window.show_room("help")
        self.help_asked.emit(address)

    def _ask_pin(self, what: Text, then: Callable[[], object], left: Callable[[], object]) -> None:
        from bmdesk.ui.widgets.pin_dialog import PinDialog  # stands above the workplace

        PinDialog(self, what, then, left).open()

    def _proving(self, then: Callable[[], object]) -> None:
        self._proven = True
        try:
            then()
        finally:
            self._proven = False
