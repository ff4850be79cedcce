"""Confirmed prices as pricelists hold them: by market, grade and whether the battery is new.

A price counts while its listing is there, linked to a SKU, and managed in its price.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Connection, Select, and_, select

from bmdesk.domain.effects import PricelistOf
from bmdesk.domain.money import Money
from bmdesk.store.queries import odoo
from bmdesk.store.tables import accounts, catalogue
from bmdesk.store.tables import listings as t

PRICELIST = "pricelist"
"""The kind of such records at Odoo. Stored so."""

_AT_ONCE = 500
_L, _M, _S = t.listing.c, t.listing_market.c, catalogue.sku.c
_LINKED = t.listing.join(catalogue.sku, _L.sku_id == _S.id)
_PRICED = _LINKED.join(t.listing_market, _M.listing_id == _L.id)
_COUNTS = and_(_L.manage_price.is_(True), _L.missing_since.is_(None), _M.wanted_minor.is_not(None))
_LIST = _L.account_id, _M.market, _S.grade, _S.new_battery
_Item = TypeVar("_Item")


def record_id(of: PricelistOf) -> str:
    """Under which id its record at Odoo is kept: a key may be longer than such ids are."""
    return hashlib.sha256(of.key.encode()).hexdigest()[:40]


def standing(connection: Connection, account_id: str) -> set[PricelistOf]:
    """Those that stand at the company's Odoo, whose account that is. The base of their record says which they are."""
    return {
        PricelistOf.of(row.base["of"]) for row in odoo.of_kind(connection, account_id, PRICELIST).values()
    }


def of_cells(connection: Connection, cells: Iterable[tuple[str, str]]) -> set[PricelistOf]:
    """The lists in which these prices stand or stood; `cells`: listings (ids) and markets."""
    markets: dict[str, list[str]] = {}
    for listing_id, market in cells:
        markets.setdefault(listing_id, []).append(market)
    found: set[PricelistOf] = set()
    for page in _pages(sorted(markets)):
        query = select(_L.id, _L.account_id, _S.grade, _S.new_battery).select_from(_LINKED)
        for listing_id, account_id, grade, new_battery in connection.execute(query.where(_L.id.in_(page))):
            found |= {PricelistOf(account_id, one, grade, new_battery) for one in markets[listing_id]}
    return found


def of_company(connection: Connection, company_id: str) -> set[PricelistOf]:
    """All lists that have a price."""
    joined = _PRICED.join(accounts.account, accounts.account.c.id == _L.account_id)
    query = select(*_LIST).select_from(joined).where(accounts.account.c.company_id == company_id)
    return _lists(connection, query)


def accounts_of(connection: Connection, listing_ids: Iterable[str]) -> set[str]:
    """The accounts of these listings."""
    found: set[str] = set()
    for page in _pages(sorted(listing_ids)):
        found |= set(connection.execute(select(_L.account_id).where(_L.id.in_(page)).distinct()).scalars())
    return found


def of_accounts(connection: Connection, account_ids: Iterable[str]) -> set[PricelistOf]:
    """All lists of these accounts that have a price."""
    return _lists(
        connection, select(*_LIST).select_from(_PRICED).where(_L.account_id.in_(sorted(account_ids)))
    )


def of_variants(connection: Connection, variant_ids: Iterable[str]) -> set[PricelistOf]:
    """The lists in which these variants have a price."""
    found: set[PricelistOf] = set()
    for page in _pages(sorted(variant_ids)):
        query = select(*_LIST).select_from(_PRICED).where(_S.variant_id.in_(page))
        found |= _lists(connection, query)
    return found


def prices(connection: Connection, of: PricelistOf) -> dict[str, Money]:
    """The price of each variant in this list. Where several listings sell it, that of the one that carries the stock;
    where that has none, of the one that was read first.
    """
    mine: tuple[ColumnElement[bool], ...] = (
        _L.account_id == of.account_id,
        _M.market == of.market,
        _S.grade == of.grade,
        _S.new_battery.is_(of.new_battery),
    )
    query = select(_S.variant_id, _M.wanted_minor, _M.wanted_currency).select_from(_PRICED)
    rows = connection.execute(query.where(_COUNTS, *mine).order_by(_L.carries.desc(), _L.id))
    found: dict[str, Money] = {}
    for variant_id, minor, currency in rows:
        found.setdefault(variant_id, Money(minor, currency))
    return found


def _lists(connection: Connection, query: Select[Any]) -> set[PricelistOf]:
    rows = connection.execute(query.where(_COUNTS).distinct())
    return {PricelistOf(account_id, market, grade, new) for account_id, market, grade, new in rows}


def _pages(ids: Sequence[_Item]) -> Iterator[Sequence[_Item]]:
    return (ids[start : start + _AT_ONCE] for start in range(0, len(ids), _AT_ONCE))
