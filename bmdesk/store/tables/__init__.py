"""Every table, one module per noun. Import `metadata` for all of them."""

from bmdesk.store.tables import (
    accounts,
    batches,
    catalogue,
    inspections,
    listings,
    orders,
    outbox,
    people,
    repairs,
    units,
)
from bmdesk.store.tables.base import metadata

__all__ = [
    "accounts",
    "batches",
    "catalogue",
    "inspections",
    "listings",
    "metadata",
    "orders",
    "outbox",
    "people",
    "repairs",
    "units",
]
