"""Exchange rates: units of a currency for one unit of the company's own. Dated, never overwritten, newest counts.

A person gives one by the setting `rate.GBP` (`services.settings`) or reads a file (`services.files.rates_file`);
fetching them from a bank is not built.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from bmdesk.domain.markets import MARKETS
from bmdesk.domain.prices.rules import RuleBook
from bmdesk.services.desk import Desk
from bmdesk.services.policies import Policies
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
    """A rate as somebody gave it. `in_force`: nobody has given a newer one of this currency.

    `stale`: it is in force, and older than the rules for prices let a rate be.
    """

    currency: str
    rate: Decimal
    at: datetime
    source: str
    in_force: bool
    stale: bool = False


@dataclass(frozen=True, slots=True)
class RateBook:
    """The last rates that were given, newest first, and older ones that are in force; for one unit of `currency`."""

    currency: str
    rates: tuple[GivenRate, ...]


def book(desk: Desk) -> RateBook:
    """What a person looks at before giving a new rate."""
    return desk.read(lambda connection: _book(connection, desk))


def stale(connection: Connection, desk: Desk) -> tuple[GivenRate, ...]:
    """The rates in force that are older than the rules for prices let them be."""
    return tuple(rate for rate in _book(connection, desk).rates if rate.stale)


def _book(connection: Connection, desk: Desk) -> RateBook:
    policies, now = desk.policies(connection), desk.clock.now()
    rules = RuleBook(tuple(policies.pricing.all_rules()))
    seen: set[str] = set()
    found = []
    rows = queries.history(connection, desk.company, _LAST)
    named = {row.currency for row in rows}
    rows += [row for row in queries.newest(connection, desk.company) if row.currency not in named]
    for row in rows:
        counts = row.currency not in seen
        age = (_day(now, policies) - _day(row.at, policies)).days
        old = counts and age > _good_for(rules, row.currency)
        found.append(GivenRate(row.currency, row.rate, row.at, row.source, counts, old))
        seen.add(row.currency)
    return RateBook(policies.currency, tuple(found))


def _day(moment: datetime, policies: Policies) -> date:
    return moment.astimezone(policies.timezone).date()


def _good_for(rules: RuleBook, currency: str) -> int:
    """Days; where markets of one currency have rules of their own, the fewest."""
    markets = [market.locale for market in MARKETS if market.currency == currency] or [""]
    counting = (rules.counting(("", "", ""), "", market)["stale_days"].stale_days for market in markets)
    return min(days for days in counting if days is not None)


def add(tx: Tx, currency: str, rate: Decimal, source: str = BY_HAND, at: datetime | None = None) -> None:
    """A new rate from now on, or from `at`; the same number again is a new row, because somebody looked again."""
    queries.add(tx, currency, rate, source, at)
