"""Every table, one module per noun. Import `metadata` for all of them."""

from bmdesk.store.tables import batches, catalogue, inspections, people, repairs, units
from bmdesk.store.tables.base import metadata

__all__ = ["batches", "catalogue", "inspections", "metadata", "people", "repairs", "units"]
