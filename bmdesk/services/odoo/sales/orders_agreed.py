"""What is kept with an order's record at Odoo when both sides agree: what it is called there, which lines went there,
and what whoever wrote it wants to be given back. Kept as JSON; names nobody, but the last part is dropped with the
buyer's other traces.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bmdesk.services.odoo.sales.orders_there import Billed
from bmdesk.services.odoo.units.units_there import Base
from bmdesk.store.transaction import Row


@dataclass(frozen=True, slots=True)
class Agreed:
    """`name`: "S00012", or "". `lines`: ids. `base`: unread; None where nothing was agreed yet, or it was erased.
    `invoice`: a person asked for its invoice there, though it had left before invoices were made there. `billed`: how
    far it was when somebody looked.
    """

    name: str = ""
    lines: frozenset[str] = frozenset()
    base: Base | None = None
    invoice: bool = False
    billed: Billed = Billed.NOT


def read(kept: object) -> Agreed:
    """What was kept; nothing of it where it cannot be read."""
    if not isinstance(kept, Mapping):
        return Agreed()
    lines, base, billed = kept.get("lines"), kept.get("base"), kept.get("billed")
    return Agreed(
        str(kept.get("name") or ""),
        frozenset(str(one) for one in lines) if isinstance(lines, list) else frozenset(),
        base if isinstance(base, Mapping) else None,
        bool(kept.get("invoice")),
        Billed(billed) if billed in set(Billed) else Billed.NOT,
    )


def write(agreed: Agreed) -> Row:
    """To be kept."""
    base = dict(agreed.base) if agreed.base is not None else None
    money: Row = {"invoice": agreed.invoice, "billed": agreed.billed.value}
    said = {name: value for name, value in money.items() if value}
    return {"name": agreed.name, "lines": sorted(agreed.lines), "base": base, **said}
