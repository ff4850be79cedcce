"""Asks again and again what the rules come to, on threads of the room's own; only the newest question is answered.

An older one stops where it is (`keep_going`), so whoever types in a rule waits for one answer, not for ten.
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, Signal

from bmdesk.services.desk import Desk
from bmdesk.services.prices import simulation
from bmdesk.services.prices.simulation import Simulation
from bmdesk.texts import Failure
from bmdesk.ui.widgets.long_run import LongRun


class Feed(QObject):
    """`found(Simulation)` or `failed(Failure)` for the newest question; `busy` while one is under way."""

    found = Signal(object)
    failed = Signal(object)
    busy = Signal(bool)

    def __init__(self, run: LongRun) -> None:
        super().__init__(run)
        self._run = run
        self._newest = 0
        self.is_busy = False

    def ask(
        self,
        account_id: str,
        document: dict[str, Any] | None = None,
    ) -> None:
        """Simulate: with these rules instead of those in force."""
        self._newest += 1
        number = self._newest

        def work(desk: Desk) -> Simulation | None:
            if number != self._newest:
                return None  # a newer question waits already
            return simulation.simulate(
                desk,
                account_id,
                document=document,
                keep_going=lambda: number == self._newest and not self._run.beside.over,
            )

        def answered(result: Simulation | None) -> None:
            if number == self._newest and result is not None and not result.stopped:
                self._turn(on=False)
                self.found.emit(result)

        def refused(failure: Failure) -> None:
            if number == self._newest:
                self._turn(on=False)
                self.failed.emit(failure)

        self._turn(on=True)
        self._run.read(work, then=answered, key=(id(self), "simulation"), failed=refused)

    def stop(self) -> None:
        """Whatever is asked is not wanted any more."""
        self._newest += 1
        self._turn(on=False)

    def _turn(self, *, on: bool) -> None:
        if on != self.is_busy:
            self.is_busy = on
            self.busy.emit(on)
