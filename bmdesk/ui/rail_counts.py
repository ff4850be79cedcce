"""What waits in the rooms of the orders, as numbers on the rail. Asks again when orders or parcels changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import QObject, QTimer

from bmdesk.domain.changes import Change
from bmdesk.services.desk import Desk
from bmdesk.services.orders import customers, order_view
from bmdesk.services.orders.order_view import Tab
from bmdesk.texts import t
from bmdesk.ui.palette import Tone
from bmdesk.ui.workplace import Workplace

_SHOWN_FOR = frozenset({Change.ORDERS, Change.PACKING, Change.CUSTOMERS, Change.SYNC, Change.UNITS})
_GATHER_MS = 250  # a page of orders read is many changes


@dataclass(frozen=True, slots=True)
class _Waiting:
    """`both`: orders to accept about which something must be decided; they are one thing to do, not two."""

    counts: Mapping[Tab, int]
    both: int
    doubts: int


class RailCounts(QObject):
    """Lives as long as the store is open."""

    def __init__(self, workplace: Workplace) -> None:
        super().__init__(workplace)
        self._workplace = workplace
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_GATHER_MS)
        self._soon.timeout.connect(self.ask)
        workplace.bridge.changed.connect(self._changed)

    def ask(self) -> None:
        """Read the numbers."""
        self._workplace.read(_read, then=self._show, key="rail")

    def stop(self) -> None:
        """Nothing is asked any more."""
        self._soon.stop()
        self._workplace.bridge.changed.disconnect(self._changed)

    def _changed(self, flags: frozenset[Change]) -> None:
        if flags & _SHOWN_FOR and not self._soon.isActive():
            self._soon.start()

    def _show(self, found: _Waiting) -> None:
        counts = found.counts
        rail = self._workplace.window.rail
        accept, conflicts = counts.get(Tab.TO_ACCEPT, 0), counts.get(Tab.CONFLICTS, 0)
        pick, pack = counts.get(Tab.TO_PICK, 0), counts.get(Tab.TO_PACK, 0)
        words = [t("window.rail_accept", count=accept)] if accept else []
        words += [t("window.rail_conflicts", count=conflicts)] if conflicts else []
        rail.set_count(
            "orders", accept + conflicts - found.both, ", ".join(words), Tone.BAD if conflicts else Tone.INFO
        )
        rail.set_count("pick", pick, t("window.rail_pick", count=pick))
        rail.set_count("pack", pack, t("window.rail_pack", count=pack))
        rail.set_count("customers", found.doubts, t("window.rail_doubts", count=found.doubts), Tone.WARN)


def _read(desk: Desk) -> _Waiting:
    both = order_view.count_in_both(desk, Tab.TO_ACCEPT, Tab.CONFLICTS)
    return _Waiting(order_view.counts(desk), both, len(customers.doubts(desk)))
