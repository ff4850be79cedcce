"""Which order here a sale order at Odoo stands for."""

from __future__ import annotations

from collections.abc import Sequence

from bmdesk.services.odoo.units.units_seen import SaleSeen
from bmdesk.store.engine import Connection
from bmdesk.store.queries import odoo, odoo_orders
from bmdesk.store.queries.odoo_orders import SALE


def of_sales(
    connection: Connection, company: str, account_id: str, sales: Sequence[SaleSeen]
) -> dict[int, str]:
    """The orders of these sales, by the sale's id; a sale of somebody else's is left out.

    The remembered one; else the one whose number at the marketplace the sale bears, where there is one such order and
    no other sale stands for it.
    """
    known = odoo.by_remote(connection, account_id, SALE, [one.id for one in sales])
    found = {one.id: known[one.id].local_id for one in sales if one.id in known}
    for sale in sales:
        order_id = _bearing(connection, company, sale) if sale.id not in found else None
        if order_id is not None and not odoo.records(connection, account_id, SALE, [order_id]):
            found[sale.id] = order_id
    return found


def _bearing(connection: Connection, company: str, sale: SaleSeen) -> str | None:
    for text in (sale.reference, sale.name):
        if text.isascii() and text.isdecimal() and len(text) <= _LONGEST:
            found = odoo_orders.bearing(connection, company, int(text))
            if len(found) == 1:
                return found[0]
    return None


_LONGEST = 18
