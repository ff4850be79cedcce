"""What prices are made from, in few statements for a whole account; and the occasions on which they changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, case, func, insert, select, update

from bmdesk.domain.linking import LINKED
from bmdesk.domain.unit import State
from bmdesk.store.queries.listings import LISTING, MARKET, ListingRow, MarketRow
from bmdesk.store.queries.stock import Pool, at_home
from bmdesk.store.tables import catalogue as c
from bmdesk.store.tables import listings as t
from bmdesk.store.tables import prices as p
from bmdesk.store.tables import repairs as r
from bmdesk.store.tables import units as u
from bmdesk.store.transaction import Row, Tx


class PricedSku(NamedTuple):
    """A SKU with what its price begins with."""

    id: str
    text: str
    grade: str
    brand: str
    model: str
    category: str
    new_price_minor: int | None
    new_price_currency: str | None
    new_price_on: str
    new_price_source: str


class UnitSpent(NamedTuple):
    """A free unit and what was spent on it. `parts`: amounts by currency, None where one has no cost."""

    sku_id: str
    name: str
    cost_minor: int | None
    cost_currency: str | None
    vat_scheme: str
    labour_minutes: int
    parts: tuple[tuple[str, int], ...] | None


@dataclass(frozen=True, slots=True)
class RunRow:
    """An occasion on which prices changed, all columns of its table. `undone_by`: the run that took it back."""

    id: str
    account_id: str
    at: datetime
    by: str
    why: str
    rules_version: int
    count: int
    undone_by: str | None


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """What one listing had in one market before a run and after it. `before`: the columns that an undo brings back."""

    run_id: str
    listing_id: str
    market: str
    currency: str
    before_minor: int | None
    before_min_minor: int | None
    before: dict[str, Any]
    after_minor: int | None
    after_min_minor: int | None


_SKU = select(
    *(c.sku.c.id, c.sku.c.text, c.sku.c.grade, c.product.c.brand, c.product.c.model, c.product.c.category),
    *(c.variant.c[name] for name in PricedSku._fields[6:]),
).select_from(
    c.sku.join(c.variant, c.variant.c.id == c.sku.c.variant_id).join(
        c.product, c.product.c.id == c.variant.c.product_id
    )
)
_RUN = select(*(p.price_run.c[one.name] for one in fields(RunRow)))
_CHANGE = select(*(p.price_change.c[one.name] for one in fields(ChangeRow)))


def skus(connection: Connection, sku_ids: Sequence[str]) -> list[PricedSku]:
    """These SKUs (at most 500)."""
    return [PricedSku._make(row) for row in connection.execute(_SKU.where(c.sku.c.id.in_(sku_ids)))]


def sku_of_text(connection: Connection, company_id: str, key: str) -> str | None:
    """The id of the company's SKU with this case-folded text, or None."""
    query = select(c.sku.c.id).where(c.sku.c.company_id == company_id, c.sku.c.text_key == key)
    return connection.execute(query).scalar()


def units(
    connection: Connection, company_id: str, where: Pool, sku_ids: Sequence[str] | None = None
) -> list[UnitSpent]:
    """The free units in this pool, of these SKUs (at most 500) or of all, with what was spent on each."""
    n, s, one = u.unit.c, u.stay.c, r.part.c
    mine = [
        n.company_id == company_id,
        n.state == State.READY.value,
        n.sku_id.is_not(None),
        at_home(where),
        *([n.sku_id.in_(sku_ids)] if sku_ids is not None else []),
    ]
    free = u.unit.join(u.stay, (s.unit_id == n.id) & (s.number == n.stay_number))
    unknown = func.sum(case((one.cost_minor.is_(None), 1), else_=0))
    spent = (
        select(one.stay_id, one.cost_currency, func.coalesce(func.sum(one.cost_minor), 0), unknown)
        .select_from(free.join(r.part, one.stay_id == s.id))
        .where(*mine, one.removed.is_(False))
        .group_by(one.stay_id, one.cost_currency)
    )
    parts: dict[str, list[tuple[str, int]] | None] = {}
    for stay_id, currency, minor, missing in connection.execute(spent):
        known = parts.setdefault(stay_id, [])
        if missing:
            parts[stay_id] = None
        elif known is not None:
            known.append((currency or "", int(minor)))
    named = select(func.min(u.identifier.c.value)).where(u.identifier.c.unit_id == n.id).scalar_subquery()
    query = select(
        s.id, n.sku_id, named, s.cost_minor, s.cost_currency, s.vat_scheme, s.labour_minutes
    ).select_from(free)
    found = []
    for row in connection.execute(query.where(*mine).order_by(n.sku_id, s.id)):
        of_unit = parts.get(row[0], [])
        spent_on = tuple(of_unit) if of_unit is not None else None
        found.append(UnitSpent(row[1], row[2] or "-", row[3], row[4], row[5], row[6], spent_on))
    return found


def linked(
    connection: Connection, account_id: str, listing_ids: Sequence[str] | None = None
) -> list[ListingRow]:
    """The account's listings that sell a SKU of ours and are still there, by SKU; of these (at most 500), or all."""
    l = t.listing.c  # noqa: E741 - short, and nothing else is near
    query = LISTING.where(
        l.account_id == account_id, l.link == LINKED, l.sku_id.is_not(None), l.missing_since.is_(None)
    )
    if listing_ids is not None:
        query = query.where(l.id.in_(listing_ids))
    return [ListingRow(*row) for row in connection.execute(query.order_by(l.sku_key, l.id)).all()]


def listing_of_text(connection: Connection, account_id: str, key: str) -> ListingRow | None:
    """The account's listing with this case-folded SKU text that sells a SKU of ours, or None."""
    l = t.listing.c  # noqa: E741 - short, and nothing else is near
    query = LISTING.where(l.account_id == account_id, l.sku_key == key, l.link == LINKED)
    row = connection.execute(query.order_by(l.carries.desc(), l.id)).first()
    return ListingRow(*row) if row else None


def cells(
    connection: Connection, account_id: str, listing_ids: Sequence[str] | None = None
) -> dict[tuple[str, str], MarketRow]:
    """The markets of the account's listings, of these (at most 500) or of all, by listing and market."""
    m = t.listing_market.c
    query = MARKET.join(t.listing, t.listing.c.id == m.listing_id).where(t.listing.c.account_id == account_id)
    if listing_ids is not None:
        query = query.where(m.listing_id.in_(listing_ids))
    return {(row[0], row[1]): MarketRow(*row) for row in connection.execute(query).all()}


def add_run(tx: Tx, account_id: str, *, by: str, why: str, rules_version: int) -> str:
    """A new occasion without any change yet; its id."""
    run_id = tx.new_id()
    values = {"by": by, "why": why, "rules_version": rules_version, "count": 0, "at": tx.now}
    tx.connection.execute(insert(p.price_run), {"id": run_id, "account_id": account_id, **values})
    return run_id


def add_changes(tx: Tx, run_id: str, changes: Sequence[Row]) -> None:
    """What changed with this run (`changes` without its id); it counts so many more."""
    if not changes:
        return
    tx.connection.execute(insert(p.price_change), [{"run_id": run_id, **one} for one in changes])
    more = p.price_run.c.count + len(changes)
    tx.connection.execute(update(p.price_run).where(p.price_run.c.id == run_id).values(count=more))


def run(connection: Connection, account_id: str, run_id: str) -> RunRow | None:
    """This run of this account, or None."""
    query = _RUN.where(p.price_run.c.id == run_id, p.price_run.c.account_id == account_id)
    row = connection.execute(query).first()
    return RunRow(*row) if row else None


def runs(connection: Connection, account_id: str, limit: int) -> list[RunRow]:
    """The last runs, newest first."""
    query = _RUN.where(p.price_run.c.account_id == account_id)
    ordered = query.order_by(p.price_run.c.at.desc(), p.price_run.c.id.desc()).limit(limit)
    return [RunRow(*row) for row in connection.execute(ordered)]


def changes_of(connection: Connection, run_id: str) -> list[ChangeRow]:
    """All that changed with a run, by listing and market."""
    x = p.price_change.c
    query = _CHANGE.where(x.run_id == run_id).order_by(x.listing_id, x.market)
    return [ChangeRow(*row) for row in connection.execute(query)]


def mark_undone(tx: Tx, run_id: str, undone_by: str) -> None:
    """Another run took this one back."""
    tx.connection.execute(update(p.price_run).where(p.price_run.c.id == run_id).values(undone_by=undone_by))


def names(connection: Connection, listing_ids: Iterable[str]) -> Mapping[str, str]:
    """The SKU texts of these listings (at most 500), by id."""
    l = t.listing.c  # noqa: E741 - short, and nothing else is near
    query = select(l.id, l.sku_text).where(l.id.in_(list(listing_ids)))
    return {row[0]: row[1] for row in connection.execute(query)}
