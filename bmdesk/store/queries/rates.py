"""Dated exchange rates: rows are added and never changed, and the newest of a currency counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import Connection, func, insert, select

from bmdesk.store.tables.accounts import exchange_rate
from bmdesk.store.transaction import Tx


@dataclass(frozen=True, slots=True)
class RateRow:
    """Units of the currency for one unit of the company's currency, since when, and who said so."""

    currency: str
    rate: Decimal
    at: datetime
    source: str


def newest(connection: Connection, company_id: str) -> list[RateRow]:
    """The newest rate of each currency, by currency."""
    r = exchange_rate.c
    # Two rows of one moment: the one written last counts, and ids grow.
    place = func.row_number().over(partition_by=r.currency, order_by=(r.at.desc(), r.id.desc()))
    ranked = select(r.currency, r.rate, r.at, r.source, place.label("place")).where(
        r.company_id == company_id
    )
    inner = ranked.subquery()
    query = select(inner.c.currency, inner.c.rate, inner.c.at, inner.c.source).where(inner.c.place == 1)
    return [RateRow(*row) for row in connection.execute(query.order_by(inner.c.currency))]


def history(connection: Connection, company_id: str, limit: int) -> list[RateRow]:
    """The rates that were given last, newest first."""
    r = exchange_rate.c
    query = select(r.currency, r.rate, r.at, r.source).where(r.company_id == company_id)
    return [
        RateRow(*row) for row in connection.execute(query.order_by(r.at.desc(), r.id.desc()).limit(limit))
    ]


def add(tx: Tx, currency: str, rate: Decimal, source: str, at: datetime | None = None) -> None:
    """One more rate, from this moment on, or from `at`."""
    values = {"id": tx.new_id(), "company_id": tx.company, "currency": currency, "rate": rate}
    tx.connection.execute(insert(exchange_rate).values(**values, at=at or tx.now, source=source[:80]))
