"""What is kept with an order's record at Odoo when both sides agree: what it is called there, which lines went there,
and what whoever wrote it wants to be given back. Kept as JSON; names nobody, but the last part is dropped with the
buyer's other traces.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bmdesk.services.odoo.units_there import Base
from bmdesk.store.transaction import Row


@dataclass(frozen=True, slots=True)
class Agreed:
    """`name`: "S00012", or "". `lines`: ids. `base`: unread; None where nothing was agreed yet, or it was erased."""

    name: str = ""
    lines: frozenset[str] = frozenset()
    base: Base | None = None


def read(kept: object) -> Agreed:
    """What was kept; nothing of it where it cannot be read."""
    if not isinstance(kept, Mapping):
        return Agreed()
    lines, base = kept.get("lines"), kept.get("base")
    return Agreed(
        str(kept.get("name") or ""),
        frozenset(str(one) for one in lines) if isinstance(lines, list) else frozenset(),
        base if isinstance(base, Mapping) else None,
    )


def write(agreed: Agreed) -> Row:
    """To be kept."""
    base = dict(agreed.base) if agreed.base is not None else None
    return {"name": agreed.name, "lines": sorted(agreed.lines), "base": base}
