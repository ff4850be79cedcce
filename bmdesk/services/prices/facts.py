"""What the rules of prices need to know of an account: goods with their true cost, listings as they stand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal

from bmdesk.domain.markets import currency_of
from bmdesk.domain.money import Money
from bmdesk.domain.price_standing import counts_from
from bmdesk.domain.prices import conversion
from bmdesk.domain.prices.cost import UnitCost
from bmdesk.domain.prices.facts import Goods, NewPrice, Offer
from bmdesk.domain.prices.pricer import Pricer
from bmdesk.domain.prices.rules import PricingPolicy
from bmdesk.domain.working_time import local_day
from bmdesk.services.goods.variant_form import BY_HAND
from bmdesk.services.selling.account_snapshot import AccountSnapshot
from bmdesk.store.engine import Connection
from bmdesk.store.queries import prices
from bmdesk.store.queries.catalogue import VariantRow
from bmdesk.store.queries.listings import MarketRow
from bmdesk.store.queries.prices import PricedSku, UnitSpent
from bmdesk.store.queries.stock import pool
from bmdesk.texts import msg, render

_PAGE = 500
_SOURCES = {"": msg("prices.source_unsaid"), BY_HAND: msg("products.by_hand")}
"""Of new prices, where it is no name."""


@dataclass(frozen=True, slots=True)
class Facts:
    """An account as the rules see it on one day. `goods` by SKU id."""

    view: AccountSnapshot
    today: date
    pricer: Pricer
    goods: Mapping[str, Goods]

    def offer(self, market: str, cell: MarketRow | None) -> Offer:
        """The listing in this market as it stands there; None: it was never read nor wished for."""
        if cell is None:
            return Offer(market)
        today = cell.day_on == self.today.isoformat()
        began = cell.day_minor if today else began_with(cell, backpricer=self.view.settings.backpricer)
        return Offer(
            market,
            present_of(cell),
            Money(began, _currency(cell)) if began is not None else None,
            Money(cell.max_minor, _currency(cell)) if cell.max_minor is not None else None,
            Money(cell.chosen_minor, cell.chosen_currency) if cell.chosen_minor is not None else None,
        )


def load(
    connection: Connection,
    view: AccountSnapshot,
    sku_ids: Iterable[str],
    policy: PricingPolicy | None = None,
) -> Facts:
    """What is known of these SKUs now. `policy`: other rules than those in force."""
    today = local_day(view.now, view.policies.timezone)
    return Facts(
        view=view,
        today=today,
        pricer=Pricer(policy or view.policies.pricing, _rates(view), today),
        goods=_goods(connection, view, sorted(set(sku_ids))),
    )


def present_of(cell: MarketRow) -> Money | None:
    """The price that the marketplace showed when it was last read, or None."""
    return None if cell.price_minor is None else Money(cell.price_minor, _currency(cell))


def began_with(cell: MarketRow, *, backpricer: bool) -> int | None:
    """The price from which a day's greatest change counts where nothing was written that day yet, or None."""
    base = cell.base_minor if cell.currency in ("", cell.wanted_currency) else None
    return counts_from(cell.price_minor, cell.min_minor, base, backpricer=backpricer)


def _currency(cell: MarketRow) -> str:
    return cell.currency or currency_of(cell.market)


def _rates(view: AccountSnapshot) -> dict[str, conversion.Rate]:
    zone = view.policies.timezone
    return {
        currency: conversion.Rate(one.rate, None if one.at is None else local_day(one.at, zone))
        for currency, one in view.rates.items()
    }


def _goods(connection: Connection, view: AccountSnapshot, sku_ids: Sequence[str]) -> dict[str, Goods]:
    units = _units(connection, view, sku_ids)
    found = {}
    for page in _pages(sku_ids):
        for sku in prices.skus(connection, page):
            found[sku.id] = Goods(
                sku=sku.text,
                product=f"{sku.brand} {sku.model}".strip(),
                category=sku.category,
                grade=sku.grade,
                new_price=_new_price(sku),
                units=tuple(units.get(sku.id, ())),
            )
    return found


def _units(
    connection: Connection, view: AccountSnapshot, sku_ids: Sequence[str]
) -> dict[str, list[UnitCost]]:
    where = pool(connection, view.company, view.account.id)
    # A whole account is asked for at once: in pages the same units would be looked through for each of them.
    pages: Iterable[Sequence[str] | None] = [None] if len(sku_ids) > _PAGE else [sku_ids]
    hour = view.policies.settings["prices.labour_hour"]
    found: dict[str, list[UnitCost]] = {}
    for page in pages:
        for unit in prices.units(connection, view.company, where, page):
            found.setdefault(unit.sku_id, []).append(_cost(unit, hour, view.policies.currency))
    return found


def _cost(unit: UnitSpent, hour: Decimal, own: str) -> UnitCost:
    currency = unit.cost_currency or own
    purchase = None if unit.cost_minor is None else Money(unit.cost_minor, currency)
    worked = hour * unit.labour_minutes / 60 / Money(1, own).amount
    labour = Money(int(worked.to_integral_value(ROUND_HALF_EVEN)), own)
    return UnitCost(unit.name, purchase, _parts(unit, currency), labour, unit.vat_scheme)


def _parts(unit: UnitSpent, currency: str) -> Money | None:
    """What its parts cost, in the currency of most of them; None where one has no cost, or several currencies meet."""
    if unit.parts is None:
        return None
    given = {one: minor for one, minor in unit.parts if minor}
    if not given:
        return Money(0, currency)
    (one, minor), *others = given.items()
    return None if others else Money(minor, one or currency)


def goods_of(variant: VariantRow, grade: str) -> Goods:
    """A product in a grade of which nothing is in hand."""
    product = f"{variant.brand} {variant.model}".strip()
    return Goods(variant.model_code, product, variant.category, grade, _new_price(variant))


def new_money(sku: PricedSku | VariantRow) -> Money | None:
    """What the product costs new, as it was given; None where nobody said so."""
    if not sku.new_price_minor or not sku.new_price_currency:
        return None
    return Money(sku.new_price_minor, sku.new_price_currency)


def _new_price(sku: PricedSku | VariantRow) -> NewPrice | None:
    money = new_money(sku)
    if money is None:
        return None
    on = date.fromisoformat(sku.new_price_on) if sku.new_price_on else None
    said = _SOURCES.get(sku.new_price_source)
    return NewPrice(money, on, render(said) if said is not None else sku.new_price_source)


def _pages(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    return (ids[start : start + _PAGE] for start in range(0, len(ids), _PAGE))
