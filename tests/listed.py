"""Listings for tests, put into the store as a pull would have read them."""

from __future__ import annotations

from typing import Any

from bmdesk.domain.identifiers import sku_key
from bmdesk.services.desk import Actor, Desk
from bmdesk.services.selling import accounts, linking
from bmdesk.store.queries import listings
from bmdesk.store.queries.listings import ListingRow
from bmdesk.store.transaction import Tx

OWNER = Actor("OWNER", "owner", "bench-1")


def account(desk: Desk) -> str:
    """The id of the company's first account, made when there is none."""
    known = accounts.listed(desk)
    return known[0].row.id if known else accounts.add(desk).id


def read_listing(
    desk: Desk,
    sku: str,
    grade: str = "GOOD",
    quantity: int = 0,
    markets: dict[str, int] | None = None,
    online: bool = True,
    most: int | None = None,
    **values: Any,
) -> str:
    """A listing as it was read, with its price in cents by market; its id. Not linked yet."""
    account_id = account(desk)

    def work(tx: Tx) -> str:
        listing_id = listings.add(
            tx,
            account_id=account_id,
            remote_id=values.pop("remote_id", f"uuid-{sku}-{grade}".lower()[:40]),
            sku_text=sku,
            sku_key=sku_key(sku),
            grade=grade,
            quantity=quantity,
            quantity_at=tx.now,
            first_read_at=tx.now,
            **values,
        )
        for market, price in (markets or {}).items():
            state = 2 if online and quantity else 3
            read = {"price_minor": price, "currency": "EUR", "read_at": tx.now, "publication_state": state}
            listings.set_market(tx, listing_id, market, **read, max_minor=most)
        return listing_id

    return desk.write(work)


def link_all(desk: Desk, *ids: str) -> int:
    """What the importer does after a page."""
    account_id = account(desk)
    return desk.write(lambda tx: linking.link_new(tx, account_id, ids))


def listing(desk: Desk, listing_id: str) -> ListingRow:
    """The listing as it stands."""
    return desk.read(lambda connection: listings.listing(connection, listing_id))
