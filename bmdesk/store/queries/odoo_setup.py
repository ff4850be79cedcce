"""What there is here that must be something at Odoo, too: ways to pay, carriers."""

from __future__ import annotations

from sqlalchemy import Connection, select, union

from bmdesk.store.tables import accounts, orders, parcels


def payment_methods(connection: Connection, company_id: str) -> list[str]:
    """How customers paid so far, in the marketplace's words."""
    order, account = orders.customer_order.c, accounts.account.c
    query = (
        select(order.payment_method)
        .join(accounts.account, account.id == order.account_id)
        .where(account.company_id == company_id, order.payment_method != "")
        .distinct()
    )
    return list(connection.execute(query.order_by(order.payment_method)).scalars())


def shippers(connection: Connection, company_id: str) -> list[str]:
    """Who carries the seller's parcels or has carried one, in the marketplace's words."""
    carrier, parcel, account = parcels.carrier.c, parcels.parcel.c, accounts.account.c
    own = select(carrier.shipper).where(carrier.company_id == company_id)
    seen = (
        select(parcel.shipper)
        .join(accounts.account, account.id == parcel.account_id)
        .where(account.company_id == company_id, parcel.shipper != "")
    )
    return sorted(connection.execute(union(own, seen)).scalars())
