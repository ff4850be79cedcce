"""BackBoxes as they were last read: which listing is to be asked next, what came, and the list of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, delete, exists, func, insert, or_, select

from bmdesk.domain.listing_reasons import ONLINE
from bmdesk.store.queries import accounts
from bmdesk.store.tables import backbox as t
from bmdesk.store.tables import listings as l
from bmdesk.store.transaction import Tx


@dataclass(frozen=True, slots=True)
class Asked:
    """A listing to ask about: its id, its name at the marketplace, its SKU there."""

    id: str
    remote_id: str
    sku_text: str


@dataclass(frozen=True, slots=True)
class BoxRow:
    """A listing in one market, all columns of its table."""

    listing_id: str
    market: str
    read_at: datetime
    found: bool
    is_winning: bool | None
    price_minor: int | None
    winner_minor: int | None
    to_win_minor: int | None
    currency: str


@dataclass(frozen=True, slots=True)
class BoxOfListing:
    """A box with the listing it is about."""

    sku_text: str
    sku_key: str
    title: str
    grade: str
    row: BoxRow


class After(NamedTuple):
    """Where a page goes on."""

    sku_key: str = ""
    listing_id: str = ""
    market: str = ""


_L, _M, _B, _R = l.listing.c, l.listing_market.c, t.backbox.c, t.backbox_reading.c
_BOX = tuple(_B[one.name] for one in fields(BoxRow))
_ASKED = select(_L.id, _L.remote_id, _L.sku_text).select_from(
    l.listing.outerjoin(t.backbox_reading, _R.listing_id == _L.id)
)


def to_ask(
    connection: Connection,
    account_id: str,
    before: datetime,
    now: datetime,
    limit: int,
    *,
    market: str = "",
    among: Sequence[str] | None = None,
    only_online: bool = False,
) -> list[Asked]:
    """Listings that were not asked about since `before`, those never asked and the oldest first.

    Only what is online (in this market, or in any) or, unless `only_online`, managed.
    `among`: only these (at most 500).
    """
    query = _ASKED.where(*_due(account_id, before, now, market, among, only_online=only_online))
    ordered = query.order_by(_R.asked_at.is_not(None), _R.asked_at, _L.id).limit(limit)
    return [Asked(*row) for row in connection.execute(ordered)]


def how_many_to_ask(
    connection: Connection,
    account_id: str,
    before: datetime,
    now: datetime,
    *,
    market: str = "",
    among: Sequence[str] | None = None,
    only_online: bool = False,
) -> int:
    """How many listings `to_ask` has in all."""
    query = _ASKED.with_only_columns(func.count())
    return connection.execute(
        query.where(*_due(account_id, before, now, market, among, only_online=only_online))
    ).scalar_one()


def _due(
    account_id: str,
    before: datetime,
    now: datetime,
    market: str,
    among: Sequence[str] | None,
    *,
    only_online: bool,
) -> list[ColumnElement[bool]]:
    in_market = [_M.listing_id == _L.id, *([_M.market == market] if market else [])]
    managed: ColumnElement[bool] = _L.manage_stock | _L.manage_price | _L.manage_content
    if market:
        managed = and_(managed, exists().where(*in_market, _M.price_minor.is_not(None)))
    online = exists().where(*in_market, _M.publication_state == ONLINE)
    found: list[ColumnElement[bool]] = [
        _L.account_id == account_id,
        _L.missing_since.is_(None),
        online if only_online else or_(managed, online),
        # What lies ahead was asked before the clock was set back.
        or_(_R.asked_at.is_(None), _R.asked_at < before, _R.asked_at > now),
    ]
    if among is not None:
        found.append(_L.id.in_(among))
    return found


def save(tx: Tx, listing_id: str, boxes: Sequence[dict[str, Any]] | None, problem: Any = None) -> None:
    """It was asked now: these are all its boxes, each the columns of its row but listing and time; None: what is known
    stays (`problem` says why).
    """
    tx.connection.execute(delete(t.backbox_reading).where(_R.listing_id == listing_id))
    tx.connection.execute(
        insert(t.backbox_reading), {"listing_id": listing_id, "asked_at": tx.now, "problem": problem}
    )
    if boxes is None:
        return
    tx.connection.execute(delete(t.backbox).where(_B.listing_id == listing_id))
    if boxes:
        tx.connection.execute(
            insert(t.backbox), [{"listing_id": listing_id, "read_at": tx.now, **one} for one in boxes]
        )


def priced_markets(connection: Connection, listing_id: str) -> list[str]:
    """The markets in which this listing was last read with a price."""
    query = select(_M.market).where(_M.listing_id == listing_id, _M.price_minor.is_not(None))
    return list(connection.execute(query.order_by(_M.market)).scalars())


def of_listings(connection: Connection, company_id: str, listing_ids: Sequence[str]) -> list[BoxRow]:
    """What was read of these listings (at most 500) of the company, by listing and market."""
    query = select(*_BOX).join(l.listing, _L.id == _B.listing_id).where(_B.listing_id.in_(listing_ids))
    mine = query.where(_L.account_id.in_(accounts.ids_of(company_id)))
    return [BoxRow(*row) for row in connection.execute(mine.order_by(_B.listing_id, _B.market))]


def page(
    connection: Connection,
    company_id: str,
    account_id: str,
    conditions: Sequence[ColumnElement[bool]],
    after: After,
    limit: int,
) -> list[BoxOfListing]:
    """The next boxes of an account of the company that meet all conditions, by the listing's SKU and market."""
    here = (_L.sku_key, _L.id, _B.market)
    query = select(_L.sku_text, _L.sku_key, _L.title, _L.grade, *_BOX)
    query = _narrowed(query, company_id, account_id, conditions)
    if after.listing_id:
        query = query.where(
            or_(
                _L.sku_key > after.sku_key,
                and_(_L.sku_key == after.sku_key, _L.id > after.listing_id),
                and_(_L.sku_key == after.sku_key, _L.id == after.listing_id, _B.market > after.market),
            )
        )
    return [_with_listing(row) for row in connection.execute(query.order_by(*here).limit(limit))]


def tally(
    connection: Connection, company_id: str, account_id: str, conditions: Sequence[ColumnElement[bool]]
) -> list[tuple[bool, bool | None, int]]:
    """How many of them there are, by (found, winning)."""
    query = select(_B.found, _B.is_winning, func.count())
    narrowed = _narrowed(query, company_id, account_id, conditions)
    rows = connection.execute(narrowed.group_by(_B.found, _B.is_winning))
    return [(row[0], row[1], row[2]) for row in rows]


def in_market(market: str) -> ColumnElement[bool]:
    """Boxes of this market."""
    return _B.market == market


def of_any(listing_ids: Sequence[str]) -> ColumnElement[bool]:
    """Boxes of these listings (at most 500)."""
    return _B.listing_id.in_(listing_ids)


def standing_so(found: bool, is_winning: bool | None) -> ColumnElement[bool]:
    """Boxes that were read so."""
    return and_(_B.found.is_(found), _B.is_winning.is_(is_winning)) if found else _B.found.is_(False)


def _narrowed(
    query: Select[Any], company_id: str, account_id: str, conditions: Sequence[ColumnElement[bool]]
) -> Select[Any]:
    joined = query.select_from(t.backbox.join(l.listing, _L.id == _B.listing_id))
    mine = and_(_L.account_id == account_id, _L.account_id.in_(accounts.ids_of(company_id)))
    return joined.where(mine, *conditions)


def _with_listing(row: Row[Any]) -> BoxOfListing:
    sku_text, sku_key, title, grade, *box = tuple[Any, ...](row)
    return BoxOfListing(sku_text, sku_key, title, grade, BoxRow(*box))
