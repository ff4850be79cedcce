"""Two write the same price, and a person who cancels ours in the outbox lets theirs count.

What the rules say of such a price is services.prices.choosing; here it is only left alone.
"""

from __future__ import annotations

from bmdesk.store.queries import listings
from bmdesk.store.queries.listings import MarketRow
from bmdesk.store.transaction import Row, Tx

THEIRS = "theirs"
"""Why such a price is chosen (listing_market.chosen_why)."""


def keep_theirs(tx: Tx, cell: MarketRow, by: str) -> None:
    """The price that stands there counts from now on, with its min_price where it has one; `by`: who said so."""
    price, currency = cell.price_minor, cell.currency if cell.price_minor is not None else ""
    fits = price is not None and cell.min_minor is not None and cell.min_minor <= price
    values: Row = {
        "base_minor": price,
        "wanted_minor": price,
        "wanted_currency": currency,
        "wanted_min_minor": cell.min_minor if fits else None,
        "wanted_at": tx.now,
        "chosen_minor": price,
        "chosen_currency": currency,
        "chosen_why": THEIRS if price is not None else "",
        "chosen_at": tx.now if price is not None else None,
        "chosen_by": by if price is not None else "",
        "foreign_minor": None,
        "foreign_at": None,
        "sent": [],
    }
    listings.set_market(tx, cell.listing_id, cell.market, **values)
