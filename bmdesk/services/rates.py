"""Exchange rates: units of a currency for one unit of the company's own. Dated, never overwritten, newest counts.

A person gives one by the setting `rate.GBP` (`services.settings`); fetching them from a bank is not built.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from bmdesk.services.desk import Desk
from bmdesk.store.engine import Connection
from bmdesk.store.queries import people
from bmdesk.store.queries import rates as queries
from bmdesk.store.transaction import Tx

BY_HAND = "by hand"
_LAST = 500


@dataclass(frozen=True, slots=True)
class Rate:
    """How much of a currency one unit of the company's currency is. `at` is None for that currency itself."""

    rate: Decimal
    at: datetime | None


def newest(connection: Connection, company: str) -> dict[str, Rate]:
    """The rate in force of every currency that has one, by currency; the company's own is 1."""
    found = {row.currency: Rate(row.rate, row.at) for row in queries.newest(connection, company)}
    return {**found, people.company(connection, company).currency: Rate(Decimal(1), None)}


@dataclass(frozen=True, slots=True)
class GivenRate:
    """A rate as somebody gave it. `in_force`: nobody has given a newer one of this currency."""

    currency: str
    rate: Decimal
    at: datetime
    source: str
    in_force: bool


@dataclass(frozen=True, slots=True)
class RateBook:
    """The last rates that were given, newest first, all of them for one unit of the company's `currency`."""

    currency: str
    rates: tuple[GivenRate, ...]


def book(desk: Desk) -> RateBook:
    """What a person looks at before giving a new rate."""

    def work(connection: Connection) -> RateBook:
        own = people.company(connection, desk.company).currency
        seen: set[str] = set()
        found = []
        for row in queries.history(connection, desk.company, _LAST):
            found.append(GivenRate(row.currency, row.rate, row.at, row.source, row.currency not in seen))
            seen.add(row.currency)
        return RateBook(own, tuple(found))

    return desk.read(work)


def add(tx: Tx, currency: str, rate: Decimal, source: str = BY_HAND) -> None:
    """A new rate from now on; the same number again is a new row, because somebody looked again."""
    queries.add(tx, currency, rate, source)
