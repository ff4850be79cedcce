"""Every table, one module per noun. Import `metadata` for all of them."""

from bmdesk.store.tables import (
    accounts,
    batches,
    catalogue,
    customers,
    figures,
    inspections,
    listings,
    odoo,
    orders,
    outbox,
    parcels,
    people,
    printing,
    repairs,
    units,
)
from bmdesk.store.tables.base import metadata

__all__ = [
    "accounts",
    "batches",
    "catalogue",
    "customers",
    "figures",
    "inspections",
    "listings",
    "metadata",
    "odoo",
    "orders",
    "outbox",
    "parcels",
    "people",
    "printing",
    "repairs",
    "units",
]
