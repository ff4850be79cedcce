"""Listings and their markets: one by one, by SKU, and saved in pages as a pull reads them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, bindparam, func, insert, select, update

from bmdesk.domain.listing_reasons import ONLINE
from bmdesk.store.queries import catalogue
from bmdesk.store.tables import listings as t
from bmdesk.store.transaction import Row, Tx


@dataclass(frozen=True, slots=True)
class ListingRow:
    """A listing, all columns of its table."""

    id: str
    account_id: str
    remote_id: str
    listing_number: int | None
    product_number: int | None
    product_id: str
    sku_text: str
    sku_key: str
    title: str
    grade: str
    new_battery: bool
    quantity: int
    quantity_at: datetime
    first_read_at: datetime
    missing_since: datetime | None
    sku_id: str | None
    link: str
    carries: bool
    manage_stock: bool
    manage_price: bool
    manage_content: bool
    made_here: bool
    paused: bool
    base_quantity: int | None
    base_at: datetime | None
    sent: list[int]
    vanished_at: datetime | None
    vanished: int
    foreign_at: datetime | None
    foreign_value: int | None

    @property
    def is_managed(self) -> bool:
        """Whether any aspect of it is managed."""
        return self.manage_stock or self.manage_price or self.manage_content


@dataclass(frozen=True, slots=True)
class MarketRow:
    """A listing in one market, all columns of its table."""

    listing_id: str
    market: str
    price_minor: int | None
    currency: str
    min_minor: int | None
    max_minor: int | None
    comment: str
    warranty_months: int | None
    publication_state: int | None
    read_at: datetime | None
    paused: bool
    wanted_minor: int | None
    wanted_currency: str
    wanted_at: datetime | None
    wanted_min_minor: int | None
    day_on: str
    day_minor: int | None
    chosen_minor: int | None
    chosen_currency: str
    chosen_why: str
    chosen_at: datetime | None
    chosen_by: str
    foreign_minor: int | None
    foreign_at: datetime | None
    base_minor: int | None
    sent: list[int]
    written_at: datetime | None
    shippings: list[dict[str, Any]] | None
    wanted_content: dict[str, Any] | None
    base_content: dict[str, Any] | None


LISTING = select(*(t.listing.c[f.name] for f in fields(ListingRow)))
MARKET = select(*(t.listing_market.c[f.name] for f in fields(MarketRow)))

# Asked with every scan, so built once: building a statement takes longer than running it.
_BY_ID = LISTING.where(t.listing.c.id == bindparam("listing"))
_SKU_OF = select(t.listing.c.sku_id).where(t.listing.c.id == bindparam("listing"))

_CHANGE = update(t.listing).where(t.listing.c.id == bindparam("key_id"))
_CHANGE_MARKET = update(t.listing_market).where(
    t.listing_market.c.listing_id == bindparam("key_listing"),
    t.listing_market.c.market == bindparam("key_market"),
)


def listing(connection: Connection, listing_id: str) -> ListingRow:
    """The listing with this id; it must exist."""
    return ListingRow(*connection.execute(_BY_ID, {"listing": listing_id}).one())


def find(connection: Connection, account_id: str, listing_id: str) -> ListingRow | None:
    """The listing with this id in this account, or None."""
    query = LISTING.where(t.listing.c.id == listing_id, t.listing.c.account_id == account_id)
    row = connection.execute(query).first()
    return ListingRow(*row) if row else None


def by_remote(connection: Connection, account_id: str, remote_ids: Sequence[str]) -> dict[str, ListingRow]:
    """The listings with these remote ids (at most 500), by remote id."""
    query = LISTING.where(t.listing.c.account_id == account_id, t.listing.c.remote_id.in_(remote_ids))
    found = (ListingRow(*row) for row in connection.execute(query))
    return {row.remote_id: row for row in found}


def of_sku(connection: Connection, sku_id: str, account_id: str | None = None) -> list[ListingRow]:
    """The listings linked to this SKU, in one account or in all; the carrying one first."""
    query = LISTING.where(t.listing.c.sku_id == sku_id)
    if account_id is not None:
        query = query.where(t.listing.c.account_id == account_id)
    rows = connection.execute(query.order_by(t.listing.c.carries.desc(), t.listing.c.id))
    return [ListingRow(*row) for row in rows]


def sku_sold(connection: Connection, company_id: str, listing_id: str | None, sku_key: str) -> str | None:
    """The SKU that an order line sells: that of its listing, else the one whose case-folded text it bears, or None."""
    if listing_id is not None:
        found: str | None = connection.execute(_SKU_OF, {"listing": listing_id}).scalar_one()
        return found
    return catalogue.sku_by_key(connection, company_id, sku_key)


def of_skus(connection: Connection, sku_ids: Sequence[str]) -> list[ListingRow]:
    """The listings linked to any of these SKUs (at most 500)."""
    return [ListingRow(*row) for row in connection.execute(LISTING.where(t.listing.c.sku_id.in_(sku_ids)))]


def market(connection: Connection, listing_id: str, market_code: str) -> MarketRow | None:
    """The listing in this market, or None where it was never read nor wished for."""
    m = t.listing_market.c
    query = MARKET.where(m.listing_id == listing_id, m.market == market_code)
    row = connection.execute(query).first()
    return MarketRow(*row) if row else None


def markets(connection: Connection, listing_ids: Sequence[str]) -> dict[str, list[MarketRow]]:
    """The markets of these listings (at most 500), by listing."""
    found: dict[str, list[MarketRow]] = {one: [] for one in listing_ids}
    m = t.listing_market.c
    for row in connection.execute(MARKET.where(m.listing_id.in_(listing_ids)).order_by(m.market)):
        found[row[0]].append(MarketRow(*row))
    return found


def add(tx: Tx, **values: Any) -> str:
    """A listing that was read for the first time; its id."""
    listing_id = tx.new_id()
    tx.connection.execute(insert(t.listing), {"id": listing_id, "sent": [], **values})
    _note(tx, [{"id": listing_id, **values}], "id")
    _note_link(tx, [{"id": listing_id, **values}], "id")
    return listing_id


def set_listing(tx: Tx, listing_id: str, **values: Any) -> None:
    """Change the listing's row (no part of any step: UNDO does not reach the marketplace)."""
    tx.connection.execute(_CHANGE, {"key_id": listing_id, **values})
    _note(tx, [{"key_id": listing_id, **values}], "key_id")
    _note_link(tx, [{"key_id": listing_id, **values}], "key_id")


def set_market(tx: Tx, listing_id: str, market_code: str, **values: Any) -> None:
    """Make or change the listing's row of this market."""
    here = {"key_listing": listing_id, "key_market": market_code}
    if tx.connection.execute(_CHANGE_MARKET, {**here, **values}).rowcount == 0:
        row = {"listing_id": listing_id, "market": market_code, "sent": [], **values}
        tx.connection.execute(insert(t.listing_market), row)
    _note(tx, [{**here, **values}], "key_listing")
    _note_price(tx, [{**here, **values}], "key_listing", "key_market")


def save_many(tx: Tx, changed: Sequence[Row]) -> None:
    """Change many listings at once; every row has `key_id` and the same columns."""
    if changed:
        tx.connection.execute(_CHANGE, list(changed))
        _note(tx, changed, "key_id")
        _note_link(tx, changed, "key_id")


def add_many(tx: Tx, rows: Sequence[Row]) -> None:
    """Many listings that were read for the first time, each with its id; all rows have the same columns."""
    if rows:
        tx.connection.execute(insert(t.listing), list(rows))
        _note(tx, rows, "id")


def save_markets(tx: Tx, changed: Sequence[Row]) -> None:
    """Change many market rows at once; every row has `key_listing`, `key_market` and the same columns."""
    if changed:
        tx.connection.execute(_CHANGE_MARKET, list(changed))
        _note(tx, changed, "key_listing")
        _note_price(tx, changed, "key_listing", "key_market")


def add_markets(tx: Tx, rows: Sequence[Row]) -> None:
    """Many market rows that are new; all rows have the same columns."""
    if rows:
        tx.connection.execute(insert(t.listing_market), list(rows))
        _note(tx, rows, "listing_id")
        _note_price(tx, rows, "listing_id", "market")


def _note(tx: Tx, rows: Sequence[Row], name: str) -> None:
    """Listings of which this was written may sell what was not for sale before; `name`: the column with their id."""
    for row in rows:
        if row.get("publication_state") == ONLINE or (row.get("quantity") or 0) > 0 or row.get("carries"):
            tx.offered.add(row[name])


def _note_price(tx: Tx, rows: Sequence[Row], listing_name: str, market_name: str) -> None:
    """Of these the confirmed price was written, or taken away."""
    tx.priced.update((row[listing_name], row[market_name]) for row in rows if "wanted_minor" in row)


def _note_link(tx: Tx, rows: Sequence[Row], name: str) -> None:
    """These may sell another SKU now, or their prices may count otherwise than before."""
    tx.relisted.update(row[name] for row in rows if not _LINK.isdisjoint(row) or row.get("missing_since"))


_LINK = frozenset({"sku_id", "carries", "manage_price"})


def mark_missing(tx: Tx, account_id: str, read_before: datetime) -> int:
    """Listings that were not read since this moment are missing; how many are so since now."""
    c = t.listing.c
    unseen = and_(c.account_id == account_id, c.quantity_at < read_before, c.missing_since.is_(None))
    found = tx.connection.execute(select(c.id).where(unseen)).scalars().all()
    tx.connection.execute(update(t.listing).where(unseen).values(missing_since=tx.now))
    tx.relisted.update(found)
    return len(found)


def handed_over(connection: Connection, listing_ids: Sequence[str]) -> set[str]:
    """Those of these listings (at most 500) that are linked to a SKU and whose stock bmdesk manages."""
    c = t.listing.c
    query = select(c.id).where(c.id.in_(listing_ids), c.sku_id.is_not(None), c.manage_stock.is_(True))
    return set(connection.execute(query).scalars())


def managed(connection: Connection, account_id: str) -> list[ListingRow]:
    """The listings of an account of which any aspect is managed."""
    c = t.listing.c
    any_aspect = c.manage_stock | c.manage_price | c.manage_content
    query = LISTING.where(c.account_id == account_id, any_aspect).order_by(c.id)
    return [ListingRow(*row) for row in connection.execute(query)]


def is_any_price_managed(connection: Connection, account_id: str) -> bool:
    """Whether bmdesk writes the prices of any listing of the account."""
    c = t.listing.c
    query = select(c.id).where(c.account_id == account_id, c.manage_price.is_(True)).limit(1)
    return connection.execute(query).first() is not None


def count(connection: Connection, account_id: str) -> int:
    """How many listings an account has."""
    query = select(func.count()).select_from(t.listing).where(t.listing.c.account_id == account_id)
    return connection.execute(query).scalar_one()


def hold_back(tx: Tx, unit_id: str, listing_ids: Iterable[str]) -> None:
    """The unit counts nowhere until these listings were read without it."""
    for listing_id in listing_ids:
        known = select(t.still_offered.c.unit_id).where(
            t.still_offered.c.unit_id == unit_id, t.still_offered.c.listing_id == listing_id
        )
        if tx.connection.execute(known).first() is None:
            tx.connection.execute(
                insert(t.still_offered).values(unit_id=unit_id, listing_id=listing_id, at=tx.now)
            )


def waiting_for(connection: Connection, listing_id: str) -> list[str]:
    """Units that count nowhere until this listing was read without them."""
    s = t.still_offered.c
    return list(connection.execute(select(s.unit_id).where(s.listing_id == listing_id)).scalars())


def release(tx: Tx, listing_id: str, unit_ids: Sequence[str]) -> list[str]:
    """This listing was read without these units; those of them that wait for no other listing now."""
    s = t.still_offered.c
    if not unit_ids:
        return []
    tx.connection.execute(t.still_offered.delete().where(s.listing_id == listing_id, s.unit_id.in_(unit_ids)))
    others = set(tx.connection.execute(select(s.unit_id).where(s.unit_id.in_(unit_ids))).scalars())
    return [one for one in unit_ids if one not in others]
