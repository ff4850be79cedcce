"""Lists of listings: for Linking, for the Listings screen, and what is asked of many SKUs at once.

Pages are keyset-paged by the listing's own SKU and its id. One listing or one SKU at a time is queries.listings.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from typing import Any, NamedTuple, TypeAlias

from sqlalchemy import ColumnElement, Connection, Select, and_, exists, func, or_, select

from bmdesk.domain.effects import EffectState
from bmdesk.domain.gate import Level
from bmdesk.domain.linking import Candidate
from bmdesk.domain.listing_reasons import ONLINE
from bmdesk.domain.unit import State
from bmdesk.store.queries.listings import LISTING, ListingRow
from bmdesk.store.tables import accounts as a
from bmdesk.store.tables import catalogue as c
from bmdesk.store.tables import listings as t
from bmdesk.store.tables import outbox as o
from bmdesk.store.tables import units as u
from bmdesk.store.transaction import Row

Condition: TypeAlias = ColumnElement[bool]
"""What narrows a list of listings."""


class After(NamedTuple):
    """Where a page goes on."""

    sku_key: str = ""
    id: str = ""


@dataclass(frozen=True, slots=True)
class SkuWithVariant:
    """A SKU of ours with its variant."""

    id: str
    text: str
    text_key: str
    variant_id: str
    grade: str
    new_battery: bool
    pieces: int | None
    model_code: str
    brand: str
    model: str
    storage: str
    colour: str
    category: str

    @property
    def title(self) -> str:
        """What the device is, in words."""
        return " ".join(x for x in (self.brand, self.model, self.storage, self.colour) if x)


_SKU = select(
    *(c.sku.c[name] for name in ("id", "text", "text_key", "variant_id", "grade", "new_battery", "pieces")),
    *(c.variant.c.model_code, c.product.c.brand, c.product.c.model, c.variant.c.storage, c.variant.c.colour),
    c.product.c.category,
).select_from(c.sku.join(c.variant, c.sku.c.variant_id == c.variant.c.id).join(c.product))


def skus(connection: Connection, sku_ids: Iterable[str]) -> dict[str, SkuWithVariant]:
    """The SKUs with these ids (at most 500), by id."""
    query = _SKU.where(c.sku.c.id.in_(list(sku_ids)))
    return {row[0]: SkuWithVariant(*tuple(row)) for row in connection.execute(query)}


def skus_by_key(connection: Connection, company_id: str, keys: Sequence[str]) -> dict[str, SkuWithVariant]:
    """The company's SKUs with these case-folded keys (at most 500), by key."""
    query = _SKU.where(c.sku.c.company_id == company_id, c.sku.c.text_key.in_(keys))
    return {row[2]: SkuWithVariant(*tuple(row)) for row in connection.execute(query)}


def candidates(connection: Connection, company_id: str) -> list[Candidate]:
    """Every variant of the company, as it is compared with listings."""
    v, p = c.variant.c, c.product.c
    columns = (v.id, v.model_code, p.brand, p.model, v.storage, v.colour, v.backmarket_product_id)
    query = select(*columns).select_from(c.variant.join(c.product)).where(v.company_id == company_id)
    return [Candidate(*row) for row in connection.execute(query)]


def variant_of_product(connection: Connection, company_id: str, product_id: str) -> str | None:
    """The one variant with this product id of the marketplace; None where there is none or several."""
    v = c.variant.c
    query = select(v.id).where(v.company_id == company_id, v.backmarket_product_id == product_id).limit(2)
    found = list(connection.execute(query).scalars())
    return found[0] if len(found) == 1 else None


def of_company(connection: Connection, company_id: str, listing_id: str) -> ListingRow | None:
    """The listing with this id in any account of this company, or None."""
    mine = select(a.account.c.id).where(a.account.c.company_id == company_id)
    query = LISTING.where(t.listing.c.id == listing_id, t.listing.c.account_id.in_(mine))
    row = connection.execute(query).first()
    return ListingRow(*row) if row else None


def chosen(connection: Connection, account_id: str, ids: Sequence[str]) -> list[ListingRow]:
    """Those of these listings (at most 500) that are the account's, by id."""
    query = LISTING.where(t.listing.c.account_id == account_id, t.listing.c.id.in_(ids))
    return [ListingRow(*row) for row in connection.execute(query.order_by(t.listing.c.id))]


def sku_texts(connection: Connection, ids: Iterable[str]) -> dict[str, str]:
    """The marketplace's SKU of each of these listings (at most 500), of whatever account."""
    query = select(t.listing.c.id, t.listing.c.sku_text).where(t.listing.c.id.in_(sorted(set(ids))))
    return {row.id: row.sku_text for row in connection.execute(query)}


def carriers(connection: Connection, account_id: str, sku_ids: Sequence[str]) -> dict[str, ListingRow]:
    """The listing that carries the stock of each of these SKUs (at most 500) in this account."""
    query = LISTING.where(
        t.listing.c.account_id == account_id, t.listing.c.sku_id.in_(sku_ids), t.listing.c.carries.is_(True)
    )
    return {row[_SKU_ID]: ListingRow(*row) for row in connection.execute(query)}


def online(connection: Connection, listing_ids: Sequence[str]) -> set[str]:
    """Those of these listings (at most 500) that were last read online in any market."""
    m = t.listing_market.c
    query = select(m.listing_id).where(m.listing_id.in_(listing_ids), m.publication_state == ONLINE)
    return set(connection.execute(query.distinct()).scalars())


def managed_anywhere(connection: Connection, sku_ids: Sequence[str]) -> set[str]:
    """Those of these SKUs (at most 500) of which any listing's stock is managed."""
    query = select(t.listing.c.sku_id).where(
        t.listing.c.sku_id.in_(sku_ids), t.listing.c.manage_stock.is_(True)
    )
    return set(connection.execute(query.distinct()).scalars())


def how_many_linked(connection: Connection, account_id: str, sku_ids: Sequence[str]) -> dict[str, int]:
    """How many listings of this account sell each of these SKUs (at most 500)."""
    query = select(t.listing.c.sku_id, func.count()).where(
        t.listing.c.account_id == account_id, t.listing.c.sku_id.in_(sku_ids)
    )
    return {row[0]: row[1] for row in connection.execute(query.group_by(t.listing.c.sku_id))}


def page(
    connection: Connection,
    account_id: str,
    conditions: Sequence[Condition],
    after: After,
    limit: int,
) -> list[ListingRow]:
    """The next listings that meet all conditions, by their own SKU."""
    query = _narrowed(LISTING, account_id, conditions)
    if after.id:
        l = t.listing.c  # noqa: E741 - short, and nothing else is near
        query = query.where(or_(l.sku_key > after.sku_key, and_(l.sku_key == after.sku_key, l.id > after.id)))
    ordered = query.order_by(t.listing.c.sku_key, t.listing.c.id).limit(limit)
    return [ListingRow(*row) for row in connection.execute(ordered)]


def count(connection: Connection, account_id: str, conditions: Sequence[Condition]) -> int:
    """How many listings meet all conditions."""
    query = _narrowed(select(func.count()).select_from(t.listing), account_id, conditions)
    return int(connection.execute(query).scalar_one())


def _narrowed(query: Select[Any], account_id: str, conditions: Sequence[Condition]) -> Select[Any]:
    return query.where(t.listing.c.account_id == account_id, *conditions)


def called(words: str) -> Condition:
    """Listings whose SKU or title holds every word, or whose SKU of ours does."""
    parts = []
    for word in words.split()[:8]:
        ours = select(c.sku.c.id).where(c.sku.c.text.icontains(word, autoescape=True))
        parts.append(
            or_(
                t.listing.c.sku_text.icontains(word, autoescape=True),
                t.listing.c.title.icontains(word, autoescape=True),
                t.listing.c.sku_id.in_(ours),
            )
        )
    return and_(*parts)


def linked_as(link: str) -> Condition:
    """Listings whose link stands so: open, linked, nothing."""
    return t.listing.c.link == link


def managing(aspect: str, *, on: bool = True) -> Condition:
    """Listings of which this aspect (stock, price, content; any) is managed, or is not."""
    l = t.listing.c  # noqa: E741
    if aspect == "any":
        condition: Condition = l.manage_stock | l.manage_price | l.manage_content
        return condition if on else ~condition
    return l[f"manage_{aspect}"].is_(on)


def published(state: int, market: str = "") -> Condition:
    """Listings last read in this publication state, in this market or in any."""
    m = t.listing_market.c
    here = [m.listing_id == t.listing.c.id, m.publication_state == state]
    return exists().where(*here, *([m.market == market] if market else []))


def not_online(market: str = "") -> Condition:
    """Listings last read as anything but online, in this market or in every one."""
    return ~published(ONLINE, market)


def in_market(market: str) -> Condition:
    """Listings that were read or are wished for in this market."""
    m = t.listing_market.c
    return exists().where(m.listing_id == t.listing.c.id, m.market == market)


def paused(market: str = "") -> Condition:
    """Listings that a person paused: as a whole, or in this market, or in any."""
    m = t.listing_market.c
    here = [m.listing_id == t.listing.c.id, m.paused.is_(True)]
    in_one = exists().where(*here, *([m.market == market] if market else []))
    return or_(t.listing.c.paused.is_(True), in_one)


def with_problem() -> Condition:
    """Listings at which somebody should look: refused, gone at the marketplace, a second writer, price too high."""
    m = t.listing_market.c
    stuck = exists().where(
        o.effect.c.listing_id == t.listing.c.id, o.effect.c.state == EffectState.PARKED.value
    )
    dear = exists().where(
        m.listing_id == t.listing.c.id,
        func.coalesce(m.wanted_minor, m.price_minor) > m.max_minor,
    )
    return or_(stuck, t.listing.c.missing_since.is_not(None), t.listing.c.foreign_at.is_not(None), dear)


def carrying_managed() -> Condition:
    """Listings that carry the stock of a SKU and whose stock is managed: those that low stock is asked of."""
    return and_(t.listing.c.carries.is_(True), t.listing.c.manage_stock.is_(True))


def named(
    connection: Connection, company_id: str, account_id: str, text: str, key: str, limit: int = 50
) -> list[ListingRow]:
    """The listings of an account that somebody means by our SKU, the listing's SKU, its UUID, number or id."""
    l = t.listing.c  # noqa: E741
    ours = select(c.sku.c.id).where(c.sku.c.company_id == company_id, c.sku.c.text_key == key)
    ways = [l.sku_key == key, l.remote_id == text, l.id == text.upper(), l.sku_id.in_(ours)]
    if text.isascii() and text.isdigit() and len(text) <= 18:
        ways.append(l.listing_number == int(text))
    query = LISTING.where(l.account_id == account_id, or_(*ways)).order_by(l.carries.desc(), l.id)
    return [ListingRow(*row) for row in connection.execute(query.limit(limit))]


def held_by(connection: Connection, sku_ids: Sequence[str]) -> dict[str, list[tuple[int, Row]]]:
    """Why units of these SKUs (at most 500) are held: units and a blocker, the commonest first.

    The blocker is one of those with its code, for its words; parameters differ between units.
    """
    n, k = u.unit.c, u.blocker.c
    query = (
        select(n.sku_id, k.code, func.count(k.unit_id.distinct()), func.min(k.params))
        .join(u.blocker, k.unit_id == n.id)
        .where(n.sku_id.in_(sku_ids), n.state == State.HELD.value, k.level == Level.REQUIRED.value)
        .group_by(n.sku_id, k.code)
    )
    found: dict[str, list[tuple[int, Row]]] = {}
    for sku_id, code, number, params in connection.execute(query):
        row = {"code": code, "level": Level.REQUIRED.value, "params": params}
        found.setdefault(sku_id, []).append((number, row))
    for reasons in found.values():
        reasons.sort(key=lambda reason: (-reason[0], reason[1]["code"]))
    return found


_SKU_ID = [f.name for f in fields(ListingRow)].index("sku_id")
