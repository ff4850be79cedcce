"""What was seen of a sale at Odoo: what left for it, by which number, whether it was cancelled there. Values only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bmdesk.services.odoo.units.units_seen import SaleSeen


@dataclass(frozen=True, slots=True)
class PieceSeen:
    """A serial that left. `lot`: its id there."""

    lot: int
    serial: str


@dataclass(frozen=True, slots=True)
class DeliverySeen:
    """A sale order and its deliveries as they are now.

    `transfers`: the deliveries by which something left, by id; `name`: what the last of them is called. `pieces`: what
    left with a serial and did not come back; `counted`: how much of other products, by their ids. `numbers`: of the
    parcels, as they stand there; `carrier`: the id of their carrier, 0 for none. `opened`: more is to leave. `left_at`:
    when the last of it left, by Odoo's clock. `cancelled`: what is cancelled, the sale order or its deliveries, "" for
    nothing. `by`: who did it.
    """

    sale: SaleSeen
    transfers: tuple[int, ...] = ()
    name: str = ""
    pieces: tuple[PieceSeen, ...] = ()
    counted: Mapping[int, int] = field(default_factory=dict)
    numbers: tuple[str, ...] = ()
    carrier: int = 0
    opened: bool = False
    left_at: datetime | None = None
    cancelled: str = ""
    by: str = ""

    @property
    def has_left(self) -> bool:
        """Whether anything of it is with the customer."""
        return bool(self.pieces) or any(self.counted.values())
