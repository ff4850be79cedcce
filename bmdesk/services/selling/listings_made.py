"""What becomes of a listing that bmdesk made: it is managed in all three aspects, at the prices that were confirmed."""

from __future__ import annotations

from bmdesk.domain.effects import PriceOf, StockOf
from bmdesk.services import wants
from bmdesk.services.selling import prices_to_make
from bmdesk.store.queries import listings
from bmdesk.store.transaction import Row, Tx


def take_over(tx: Tx, listing_id: str, sku_id: str, quantity: int | None, kept: Row | None) -> None:
    """The listing sells this SKU and was just read with this quantity; its prices (as `prices_to_make` kept them) and
    its stock are to follow.
    """
    minimums = prices_to_make.minimums(kept)
    listings.set_listing(
        tx,
        listing_id,
        made_here=True,
        manage_stock=True,
        manage_price=True,
        manage_content=True,
        base_quantity=quantity,
        base_at=tx.now,
    )
    for where, price in prices_to_make.prices(kept).items():
        wanted = {"wanted_minor": price.minor, "wanted_currency": price.currency, "wanted_at": tx.now}
        listings.set_market(tx, listing_id, where, **wanted, wanted_min_minor=minimums.get(where))
        wants.want(tx, PriceOf(listing_id, where))
    wants.want(tx, StockOf(sku_id, lower=True))
