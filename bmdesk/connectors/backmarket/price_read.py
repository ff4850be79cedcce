"""A price as the marketplace shows it: its amount, whose it is, and what is remembered of a second writer."""

from __future__ import annotations

from decimal import Decimal

from bmdesk.connectors.backmarket.wire_listings import ListingWire
from bmdesk.domain.markets import currency_of
from bmdesk.domain.money import Money, NotMoney
from bmdesk.domain.price_standing import Ours, Seen, Standing, standing
from bmdesk.store.queries import listings
from bmdesk.store.queries.listings import ListingRow, MarketRow
from bmdesk.store.transaction import Tx


def minor(amount: Decimal | None, currency: str) -> int | None:
    """The amount in minor units, None for none; more decimals than the currency has are no price of ours."""
    if amount is None:
        return None
    try:
        return Money.parse(f"{amount:f}", currency).minor
    except NotMoney:
        return None


def shown(wire: ListingWire, market: str) -> Money:
    """The price as people see it; zero where there is none."""
    currency = wire.currency or currency_of(market)
    return Money(minor(wire.price, currency) or 0, currency)


def seen(wire: ListingWire, currency: str) -> Seen:
    """What was read, where a price in this currency is wanted: 500.00 EUR are not 500.00 GBP."""
    same = wire.currency in ("", currency)
    return Seen(minor(wire.price, currency), minor(wire.min_price, currency), same)


def is_ours(row: ListingRow, cell: MarketRow | None) -> bool:
    """Whether bmdesk keeps this price right: handed over, confirmed, and its market not paused."""
    return row.manage_price and cell is not None and cell.wanted_minor is not None and not cell.paused


def standing_of(cell: MarketRow, wire: ListingWire, *, backpricer: bool) -> Standing:
    """Whose price this is. `cell`: as it stood before this reading, with a wanted price."""
    assert cell.wanted_minor is not None, "nothing is wanted here"
    ours = Ours(
        cell.wanted_minor,
        cell.wanted_min_minor,
        cell.base_minor,
        cell.sent,
        cell.min_minor,
        told=cell.foreign_at is not None,
    )
    return standing(ours, seen(wire, cell.wanted_currency), backpricer=backpricer)


def note_writer(tx: Tx, cell: MarketRow, found: Standing, wire: ListingWire) -> bool:
    """Remember somebody else's price, or forget it where that is over; whether it was forgotten."""
    if found is Standing.FOREIGN:
        price = minor(wire.price, cell.wanted_currency)
        if cell.foreign_at is None or cell.foreign_minor != price:
            listings.set_market(tx, cell.listing_id, cell.market, foreign_minor=price, foreign_at=tx.now)
        return False
    if cell.foreign_at is None:
        return False
    listings.set_market(tx, cell.listing_id, cell.market, foreign_minor=None, foreign_at=None)
    return True
