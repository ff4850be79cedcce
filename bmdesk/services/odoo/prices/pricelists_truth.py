"""Pricelists as they must stand at Odoo, read from the store in one snapshot.

A variant that does not stand at Odoo yet has no line: no product is made there for the sake of a price. Its line
follows when its first unit does.
"""

from __future__ import annotations

from collections.abc import Iterable

from bmdesk.domain.effects import PricelistOf
from bmdesk.domain.markets import known_market
from bmdesk.services.odoo.prices.pricelists_there import LineThere, PricelistKnown, PricelistThere
from bmdesk.services.odoo.units.units_there import PRODUCT
from bmdesk.services.setting_table import DEFAULT_ACCOUNT
from bmdesk.store.engine import Connection
from bmdesk.store.queries import accounts, odoo, pricelists
from bmdesk.store.queries.pricelists import PRICELIST


def read(connection: Connection, account_id: str, keys: Iterable[str]) -> dict[str, PricelistThere]:
    """These pricelists by their key. `account_id`: of the company's Odoo."""
    return {key: _there(connection, account_id, PricelistOf.of(key)) for key in keys}


def known(connection: Connection, account_id: str, keys: Iterable[str]) -> dict[str, PricelistKnown]:
    """What is remembered of these, by key; those that never stood there are left out."""
    ids = {pricelists.record_id(PricelistOf.of(key)): key for key in keys}
    rows = odoo.records(connection, account_id, PRICELIST, ids)
    return {ids[one]: PricelistKnown(row.remote_id, row.base["lines"]) for one, row in rows.items()}


def _there(connection: Connection, account_id: str, of: PricelistOf) -> PricelistThere:
    prices = pricelists.prices(connection, of)
    market = known_market(of.market)
    # A market of tomorrow has the currency of its prices.
    currency = market.currency if market is not None else next((one.currency for one in prices.values()), "")
    products = odoo.records(connection, account_id, PRODUCT, prices)
    lines = (
        LineThere(variant_id, products[variant_id].remote_id, price.amount)
        for variant_id, price in sorted(prices.items())
        if variant_id in products and price.currency == currency
    )
    return PricelistThere(of, _name(connection, of), currency, tuple(lines))


def _name(connection: Connection, of: PricelistOf) -> str:
    """The same whatever language the station speaks that syncs. The account is named where it is not the usual one."""
    account = accounts.account(connection, of.account_id).name
    seller = "" if account == DEFAULT_ACCOUNT else f" ({account})"
    battery = ", new battery" if of.new_battery else ""
    return f"Back Market{seller} {of.market} {of.grade.replace('_', ' ').capitalize()}{battery}"
