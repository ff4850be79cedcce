"""Exchange rates: units of a currency for one unit of the company's own. Dated, never overwritten, newest counts.

A person gives one by the setting `rate.GBP` (`services.settings`); fetching them from a bank is not built.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from bmdesk.store.engine import Connection
from bmdesk.store.queries import people
from bmdesk.store.queries import rates as queries
from bmdesk.store.transaction import Tx

BY_HAND = "by hand"


@dataclass(frozen=True, slots=True)
class Rate:
    """How much of a currency one unit of the company's currency is. `at` is None for that currency itself."""

    rate: Decimal
    at: datetime | None


def newest(connection: Connection, company: str) -> dict[str, Rate]:
    """The rate in force of every currency that has one, by currency; the company's own is 1."""
    found = {row.currency: Rate(row.rate, row.at) for row in queries.newest(connection, company)}
    return {**found, people.company(connection, company).currency: Rate(Decimal(1), None)}


def add(tx: Tx, currency: str, rate: Decimal, source: str = BY_HAND) -> None:
    """A new rate from now on; the same number again is a new row, because somebody looked again."""
    queries.add(tx, currency, rate, source)
