"""What only a count over many rows can tell of a known trouble. Asked by the doctor and by help, never on a timer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, func, select

from bmdesk.domain.effects import EffectState, Fault
from bmdesk.store.tables import accounts, listings, orders, outbox, people


def refused_listings(connection: Connection, company_id: str) -> dict[str, int]:
    """How many writes about listings (stock, prices, new ones) each account's remote refused, by the account's name."""
    e, a = outbox.effect.c, accounts.account.c
    query = (
        select(a.name, func.count())
        .join_from(outbox.effect, accounts.account, e.account_id == a.id)
        .where(
            e.company_id == company_id,
            e.state == EffectState.PARKED.value,
            e.fault.in_([Fault.REJECTED.value, Fault.GONE.value]),
            e.order_id.is_(None),
            a.active,
        )
        .group_by(a.name)
        .order_by(a.name)
    )
    return {name: int(number) for name, number in connection.execute(query)}


def orders_aside(connection: Connection, company_id: str) -> dict[str, int]:
    """How many orders each account has that could not be taken, by the account's name."""
    q, a = orders.quarantined.c, accounts.account.c
    query = (
        select(a.name, func.count())
        .join_from(orders.quarantined, accounts.account, q.account_id == a.id)
        .where(a.company_id == company_id, a.active, q.kind == "order")
        .group_by(a.name)
        .order_by(a.name)
    )
    return {name: int(number) for name, number in connection.execute(query)}


def currencies(connection: Connection, company_id: str) -> list[tuple[str, str, str]]:
    """Account's name, market and currency as prices were last read there, each once."""
    m, listing, a = listings.listing_market.c, listings.listing.c, accounts.account.c
    joined = listings.listing_market.join(listings.listing, m.listing_id == listing.id).join(
        accounts.account, listing.account_id == a.id
    )
    query = (
        select(a.name, m.market, m.currency)
        .select_from(joined)
        .where(a.company_id == company_id, a.active, m.currency != "", m.price_minor.is_not(None))
        .distinct()
        .order_by(a.name, m.market, m.currency)
    )
    return [(name, market, currency) for name, market, currency in connection.execute(query)]


def second_writers(connection: Connection, company_id: str, since: datetime) -> dict[str, int]:
    """How many managed listings of each account somebody else changed since then, by the account's name."""
    listing, a = listings.listing.c, accounts.account.c
    query = (
        select(a.name, func.count())
        .join_from(listings.listing, accounts.account, listing.account_id == a.id)
        .where(a.company_id == company_id, a.active, listing.foreign_at >= since)
        .group_by(a.name)
        .order_by(a.name)
    )
    return {name: int(number) for name, number in connection.execute(query)}


def open_conflicts(connection: Connection, company_id: str, codes: Sequence[str]) -> list[int]:
    """The numbers at the marketplace of orders with an open conflict of one of these kinds, oldest first."""
    k, o, a = orders.conflict.c, orders.customer_order.c, accounts.account.c
    joined = orders.conflict.join(orders.customer_order, k.order_id == o.id).join(
        accounts.account, o.account_id == a.id
    )
    query = (
        select(o.remote_id)
        .select_from(joined)
        .where(a.company_id == company_id, k.closed_at.is_(None), k.code.in_(codes))
        .distinct()
        .order_by(o.remote_id)
    )
    return list(connection.execute(query).scalars())


def in_two_hands(connection: Connection, company_id: str) -> list[tuple[str, str]]:
    """Units that lie at more than one station: the unit's name and a station, sorted by both."""
    s = people.seat.c
    here = (s.company_id == company_id, s.unit_id.is_not(None))
    several = select(s.unit_id).where(*here).group_by(s.unit_id).having(func.count(s.station.distinct()) > 1)
    query = (
        select(s.unit_id, s.station)
        .where(*here, s.unit_id.in_(several))
        .distinct()
        .order_by(s.unit_id, s.station)
    )
    return [(unit, station) for unit, station in connection.execute(query)]
