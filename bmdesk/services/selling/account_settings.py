"""The settings of one seller account, read together into their types.

Their names, bounds and defaults are in `services.setting_table`; the token is a secret of the machine and never here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal

from bmdesk.domain.effects import Kind
from bmdesk.domain.markets import Environment, Region, market, markets_of
from bmdesk.domain.orders import Handling
from bmdesk.services.setting_addresses import shown_of
from bmdesk.services.setting_table import (
    ACCOUNT_SETTINGS,
    BadSetting,
    account_key,
    account_setting,
)
from bmdesk.store.engine import Connection
from bmdesk.store.queries import people
from bmdesk.texts import Failure

_MAIN_MARKET = {Region.EU: "fr-fr", Region.NA: "en-us", Region.AP: "ja-jp"}


class StrayMarkets(Failure):
    """Markets that the account's platform does not have; its region was changed. Params: `markets`, `region`, `fit`."""

    code = "account.stray_markets"


ORDERS, LISTINGS, TASKS = "orders", "listings", "tasks"
UNFINISHED, PAPERS, BACKSHIP, HISTORY = "unfinished", "papers", "backship", "history"
"""The kinds of data that are read. The last three ask for nothing while there is nothing to fetch."""
BACKBOX, CATEGORIES = "backbox", "categories"
"""What is only asked for while nothing else waits: so is history."""
PATIENT = frozenset({BACKBOX, CATEGORIES, HISTORY})

PRICES = "prices"
"""No reading, but looked at like one: the rules of prices that are switched to automatic."""

CONTENT = "content"
"""No reading either: texts whose facts changed, and listings that lack nothing any more."""

_AT_ONCE = timedelta(minutes=1)
_HOURLY = timedelta(hours=1)
_BACKSHIP = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Reading:
    """One kind of data, in one market or in all (empty), and how often it is read."""

    kind: str
    market: str
    every: timedelta


@dataclass(frozen=True, slots=True)
class AccountSettings:
    """All that is set for one account. `rate` is a share of the marketplace's limits; intervals are in minutes."""

    region: Region
    environment: Environment
    url: str
    """Scheme and host instead of the platform's own; empty means the platform's own."""
    markets: tuple[str, ...]
    """Locales; never empty."""
    company: str
    contact: str
    rate: Decimal
    orders: str
    import_orders: bool
    """Whether orders are read by themselves; while they are not, no stock is written."""
    every_orders: int
    every_listings: int
    every_prices: int
    """0 means at once: whenever the engine runs."""
    every_backbox: int
    every_categories: int
    """0 means never by itself."""
    hold_minutes: int
    low_stock: int
    gather_seconds: int
    backpricer: bool
    """Whether prices go with a min_price, and the marketplace may move them between the two by itself."""
    proposal_columns: tuple[str, ...] = ()
    """`part=column`, for each `domain.proposals.Part` whose column is not called as in the contract."""

    @property
    def primary_market(self) -> str:
        """The market in which listings are pulled."""
        return self.markets[0]

    @property
    def readings(self) -> tuple[Reading, ...]:
        """What is read on a schedule: orders, where they are read by themselves; tasks under way; listings in the
        primary market, the others in turn; papers and parcels of orders; then what is patient, history last.
        """
        listings = timedelta(minutes=self.every_listings) or _AT_ONCE
        others = listings * max(1, len(self.markets) - 1)
        orders = timedelta(minutes=self.every_orders) or _AT_ONCE
        by_itself = (Reading(ORDERS, "", orders), Reading(UNFINISHED, "", _HOURLY))
        patient = ((BACKBOX, self.every_backbox), (CATEGORIES, self.every_categories))
        return (
            *(by_itself if self.import_orders else ()),
            Reading(TASKS, "", _AT_ONCE),
            *(Reading(LISTINGS, m, others if n else listings) for n, m in enumerate(self.markets)),
            Reading(PRICES, "", timedelta(minutes=self.every_prices) or _AT_ONCE),
            Reading(CONTENT, "", _BACKSHIP),
            Reading(BACKSHIP, "", _BACKSHIP),
            Reading(PAPERS, "", _AT_ONCE),
            *(Reading(kind, "", timedelta(minutes=every)) for kind, every in patient if every),
            Reading(HISTORY, "", _AT_ONCE),
        )

    @property
    def held(self) -> tuple[Kind, ...]:
        """What is not sent: while orders are not read, no stock, because a quantity older than the newest order
        oversells.
        """
        return () if self.import_orders else (Kind.STOCK,)

    @property
    def is_sandbox(self) -> bool:
        """Whether nothing that is sent there is real."""
        return self.environment is Environment.PREPROD

    @property
    def trouble(self) -> StrayMarkets | None:
        """What does not go together; nothing may be sent while there is something."""
        strays = [locale for locale in self.markets if market(locale).region is not self.region]
        if not strays:
            return None
        fit = ", ".join(known.locale for known in markets_of(self.region))
        return StrayMarkets(markets=", ".join(strays), region=self.region.value, fit=fit)


def of(connection: Connection, company: str, name: str) -> AccountSettings:
    """The settings of this account in this snapshot. Raises BadSetting where a stored value cannot be read."""
    settings = read(people.settings(connection, company), name)
    # Marketplaces want to know who calls: the company's own name, where no other is set.
    return (
        settings if settings.company else replace(settings, company=people.company(connection, company).name)
    )


def read(stored: Mapping[str, str], name: str) -> AccountSettings:
    """The settings of this account among the company's stored ones; an empty `company` stays empty.

    Raises BadSetting.
    """
    values = {}
    for key, spec in ACCOUNT_SETTINGS.items():
        full = account_setting(name, key)
        text = stored.get(full) or spec.default
        try:
            values[key.replace(".", "_")] = spec.read(text)
        except ValueError:
            # Never the default instead: an unreadable address must not send to the real marketplace.
            raise BadSetting(name=full, given=shown_of(full, text), expected=spec.expected) from None
    values["markets"] = values["markets"] or (_MAIN_MARKET[values["region"]],)
    return AccountSettings(**values)


def handling(connection: Connection, company: str, name: str) -> Handling:
    """What bmdesk does with the orders of this account; only shows them where the setting cannot be read."""
    given = people.setting(connection, company, account_setting(name, "orders"))
    return Handling(given) if given in set(Handling) else Handling.READ


def backpricer(connection: Connection, company: str, name: str) -> bool:
    """Whether this account's prices go with a min_price; not where the setting cannot be read."""
    spec = ACCOUNT_SETTINGS["backpricer"]
    given = people.setting(connection, company, account_setting(name, "backpricer"))
    try:
        return bool(spec.read(given or spec.default))
    except ValueError:
        return False


def names_in(stored: Mapping[str, str]) -> list[str]:
    """The accounts that any stored setting speaks of."""
    found = (account_key(name) for name in stored)
    return sorted({pair[0] for pair in found if pair is not None})
