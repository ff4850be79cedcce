"""Lists of units out of a million: pages by id, newest first, through an index whatever they are narrowed by.

A list is narrowed by `Narrow`s. The one that leaves few units finds them through its own index and the others test
those; where all leave many, units are walked from the newest on until a page is full.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, exists, func, literal, or_, select

from bmdesk.domain.identifiers import Identifier, IdentifierKind, is_ulid, sku_key
from bmdesk.domain.listing_reasons import ONLINE
from bmdesk.domain.unit import State
from bmdesk.store.queries.units import UNIT_COLUMNS, UNIT_FROM, UnitRow, due, in_order
from bmdesk.store.tables import batches as b
from bmdesk.store.tables import catalogue as c
from bmdesk.store.tables import listings
from bmdesk.store.tables import people as p
from bmdesk.store.tables import units as t
from bmdesk.store.tables.inspections import photo
from bmdesk.store.transaction import Row

FEW = 5_000
"""Up to so many units a narrowing is looked up on its own; beyond it, walking from the newest finds a page sooner."""

MOST_FOUND = 50_000
"""A search that finds more is counted as finding so many."""

_LAST = "\uffff"  # sorts behind every character an identifier or a SKU can have


@dataclass(frozen=True, slots=True)
class Narrow:
    """One condition. `ids` find its units through an index; `where` tests a unit that something else has found."""

    ids: tuple[Select[Any], ...]
    where: ColumnElement[bool]


@dataclass(frozen=True, slots=True)
class ListRow:
    """A unit's row in a list, with what a list shows besides."""

    unit: UnitRow
    batch: str
    battery_at: datetime | None
    created_at: datetime
    identifiers: tuple[Identifier, ...]
    blockers: tuple[Row, ...]


def page(
    connection: Connection, company_id: str, narrows: Sequence[Narrow], after: str, offset: int, limit: int
) -> list[str]:
    """Ids of the next units before the id `after` ("" from the newest), `offset` of them left out."""
    few, rest = _fewest(connection, narrows)
    query = select(t.unit.c.id).where(*_conditions(company_id, narrows, few, rest))
    if after:
        query = query.where(t.unit.c.id < after)
    return list(connection.execute(query.order_by(t.unit.c.id.desc()).offset(offset).limit(limit)).scalars())


def count(connection: Connection, company_id: str, narrows: Sequence[Narrow]) -> int:
    """How many units the narrowed list holds; of a search alone at most MOST_FOUND."""
    few, rest = _fewest(connection, narrows)
    if few is not None and not rest:
        return len(few)
    if few is None and len(narrows) == 1:
        return _count_ids(connection, narrows[0].ids)
    conditions = _conditions(company_id, narrows, few, rest)
    query = select(func.count()).select_from(t.unit).where(*conditions)
    return int(connection.execute(query).scalar_one())


def rows(connection: Connection, unit_ids: Sequence[str]) -> list[ListRow]:
    """The units with these ids, in this order."""
    columns = (*UNIT_COLUMNS, b.batch.c.code, t.unit.c.battery_at, t.unit.c.created_at)
    query = select(*columns).select_from(UNIT_FROM.outerjoin(b.batch, t.unit.c.batch_id == b.batch.c.id))
    found = {row[0]: tuple(row) for row in connection.execute(query.where(t.unit.c.id.in_(unit_ids)))}
    names = _identifiers(connection, unit_ids)
    reasons = _blockers(connection, unit_ids)
    width = len(UNIT_COLUMNS)
    return [
        ListRow(
            UnitRow(*found[unit_id][:width]),
            found[unit_id][width] or "",
            found[unit_id][width + 1],
            found[unit_id][width + 2],
            names.get(unit_id, ()),
            tuple(reasons.get(unit_id, ())),
        )
        for unit_id in unit_ids
        if unit_id in found
    ]


def present_stays(connection: Connection, unit_ids: Sequence[str]) -> dict[str, Row]:
    """The present stay of each of these units that has one."""
    join = and_(t.stay.c.unit_id == t.unit.c.id, t.stay.c.number == t.unit.c.stay_number)
    query = select(t.stay).join(t.unit, join).where(t.unit.c.id.in_(unit_ids))
    return {row["unit_id"]: dict(row) for row in connection.execute(query).mappings()}


def in_state(company_id: str, state: str) -> Narrow:
    """Units in this state."""
    return _column(company_id, t.unit.c.state == state)


def listed(company_id: str) -> Narrow:
    """Ready units whose SKU's carrying listing was last read online, in any market, with something to sell."""
    l, m = listings.listing.c, listings.listing_market.c  # noqa: E741
    online = exists().where(m.listing_id == l.id, m.publication_state == ONLINE)
    selling = select(l.sku_id).where(l.carries.is_(True), l.quantity > 0, online)
    mine = select(c.sku.c.id).where(c.sku.c.company_id == company_id, c.sku.c.id.in_(selling))
    # Without the company, which the SKU implies: with it SQLite walks all units of the company.
    ready = and_(t.unit.c.state == State.READY.value, t.unit.c.sku_id.in_(mine))
    tested = and_(t.unit.c.state == State.READY.value, func.coalesce(t.unit.c.sku_id, "").in_(mine))
    return Narrow((select(t.unit.c.id).where(ready),), tested)


def of_grade(company_id: str, grade: str) -> Narrow:
    """Units of this grade."""
    return _column(company_id, t.unit.c.grade == grade)


def of_own_grade(company_id: str, code: str) -> Narrow:
    """Units that the seller called this."""
    return _column(company_id, t.unit.c.own_grade == code)


def of_batch(company_id: str, batch_id: str) -> Narrow:
    """Units whose present stay belongs to this batch."""
    return _column(company_id, t.unit.c.batch_id == batch_id)


def at_places(company_id: str, location_ids: Sequence[str]) -> Narrow:
    """Units that lie at one of these places."""
    here = t.unit.c.location_id
    return _column(company_id, here == location_ids[0] if len(location_ids) == 1 else here.in_(location_ids))


def blocked_by(company_id: str, codes: Sequence[str]) -> Narrow:
    """Units with one of these blockers; a unit may have one code several times."""
    k = t.blocker.c
    ids = select(k.unit_id).where(k.company_id == company_id, k.code.in_(codes)).distinct()
    return Narrow((ids,), exists().where(k.unit_id == t.unit.c.id, k.code.in_(codes)))


def among(company_id: str, unit_ids: Sequence[str]) -> Narrow:
    """These units, as far as they are the company's."""
    return _column(company_id, t.unit.c.id.in_(unit_ids))


def of_category(company_id: str, category: str) -> Narrow:
    """Units of this category of device."""
    variants = (
        select(c.variant.c.id)
        .join(c.product, c.variant.c.product_id == c.product.c.id)
        .where(c.product.c.company_id == company_id, c.product.c.category == category)
    )
    return _variants(company_id, variants)


def found_by(company_id: str, words: str) -> Narrow:
    """Units that these words name: an identifier or the unit's id by its beginning, an identifier by its end, a SKU or
    model code by its beginning, a model by words of its name."""
    i, u = t.identifier.c, t.unit.c
    upper, key = words.strip().upper(), sku_key(words)
    mine = i.company_id == company_id
    skus = select(c.sku.c.id).where(c.sku.c.company_id == company_id, _begins(c.sku.c.text_key, key))
    variants = _variants_called(company_id, words)
    ids = [
        select(i.unit_id).where(mine, _begins(i.value, upper)),
        select(i.unit_id).where(mine, _begins(i.reversed, upper[::-1])),
        # Without the company, which the SKU implies: with it SQLite walks all units of the company.
        select(u.id).where(u.sku_id.in_(skus)),
        select(u.id).where(u.company_id == company_id, u.variant_id.in_(variants)),
    ]
    # Here the identifiers of one unit are looked at, so the bare columns with their indexes would only mislead.
    named = or_(
        _begins(func.coalesce(i.value, ""), upper), _begins(func.coalesce(i.reversed, ""), upper[::-1])
    )
    tests = [
        exists().where(i.unit_id == u.id, named),
        func.coalesce(u.sku_id, "").in_(skus),
        func.coalesce(u.variant_id, "").in_(variants),
    ]
    if is_ulid(upper):
        ids.append(select(u.id).where(u.company_id == company_id, u.id == upper))
        tests.append(u.id == upper)
    return Narrow(tuple(ids), or_(*tests))


def to_retest(company_id: str, before: Sequence[tuple[str, datetime]], above_minor: int) -> Narrow:
    """Units in stock whose battery was read before the moment of their category, and that cost enough when new."""
    return _column(company_id, _aged(company_id, before, above_minor))


def retest_ids(
    connection: Connection,
    company_id: str,
    before: Sequence[tuple[str, datetime]],
    above_minor: int,
    limit: int,
) -> list[str]:
    """The same units, the oldest reading first."""
    query = select(t.unit.c.id).where(
        t.unit.c.company_id == company_id, _aged(company_id, before, above_minor)
    )
    query = query.order_by(t.unit.c.battery_at, t.unit.c.id).limit(limit)
    return list(connection.execute(query).scalars())


def categories(connection: Connection, company_id: str) -> list[str]:
    """The categories of device that the catalogue holds."""
    query = select(c.product.c.category).where(c.product.c.company_id == company_id).distinct()
    return sorted(connection.execute(query).scalars())


def places_named(connection: Connection, company_id: str, place: str) -> list[str]:
    """The places meant by `WAREHOUSE/BIN`, a bin of any warehouse, or a whole warehouse."""
    here = p.location.c
    warehouse, slash, bin_ = place.strip().partition("/")
    query = select(here.id).where(here.company_id == company_id)
    if slash and bin_:
        query = query.where(here.warehouse == warehouse, here.bin == bin_)
    elif slash:
        query = query.where(here.warehouse == warehouse)
    else:
        query = query.where(or_(here.bin == warehouse, here.warehouse == warehouse))
    return list(connection.execute(query).scalars())


def photo_hashes(connection: Connection, after: str, limit: int) -> list[str]:
    """The next content hashes that the store names, for checking that each photo is there."""
    query = select(photo.c.sha256).where(photo.c.sha256 > after, photo.c.removed.is_(False)).distinct()
    return list(connection.execute(query.order_by(photo.c.sha256).limit(limit)).scalars())


def count_due(connection: Connection, company_id: str, stamp: int, now: datetime, most: int) -> int:
    """How many units wait to be judged anew, counted up to `most`."""
    return len(due(connection, company_id, stamp, now, most))


def _count_ids(connection: Connection, ids: Sequence[Select[Any]]) -> int:
    if len(ids) == 1:
        return int(connection.execute(select(func.count()).select_from(ids[0].subquery())).scalar_one())
    # One unit can be found in several ways, so they are counted by their ids; past MOST_FOUND nobody counts along.
    found: set[str] = set()
    for query in ids:
        found.update(connection.execute(query.limit(MOST_FOUND)).scalars())
    return min(len(found), MOST_FOUND)


def _conditions(
    company_id: str, narrows: Sequence[Narrow], few: set[str] | None, rest: Sequence[Narrow]
) -> list[ColumnElement[bool]]:
    if few is None:
        return [t.unit.c.company_id == company_id, *(n.where for n in narrows)]
    # The ids are the company's own; to name it again would lure SQLite away from them.
    return [t.unit.c.id.in_(sorted(few)), *(n.where for n in rest)]


def _fewest(connection: Connection, narrows: Sequence[Narrow]) -> tuple[set[str] | None, list[Narrow]]:
    """The units of the narrowing that leaves fewest, where it leaves few; and the narrowings that remain."""
    best: set[str] | None = None
    chosen: Narrow | None = None
    for narrow in narrows:
        most = FEW if best is None else len(best)
        found = _up_to(connection, narrow, most)
        if found is not None and (best is None or len(found) < len(best)):
            best, chosen = found, narrow
    return best, [n for n in narrows if n is not chosen]


def _up_to(connection: Connection, narrow: Narrow, most: int) -> set[str] | None:
    found: set[str] = set()
    for ids in narrow.ids:
        found |= set(connection.execute(ids.limit(most + 1)).scalars())
        if len(found) > most:
            return None
    return found


def _column(company_id: str, condition: ColumnElement[bool]) -> Narrow:
    ids = select(t.unit.c.id).where(t.unit.c.company_id == company_id, condition)
    return Narrow((ids,), condition)


def _variants(company_id: str, variants: Select[Any]) -> Narrow:
    u = t.unit.c
    ids = select(u.id).where(u.company_id == company_id, u.variant_id.in_(variants))
    # Not the bare column: by its index the newest hundred of half a million would have to be sorted first.
    return Narrow((ids,), func.coalesce(u.variant_id, "").in_(variants))


def _variants_called(company_id: str, words: str) -> Select[Any]:
    v, product = c.variant.c, c.product.c
    query = select(v.id).join(c.product, v.product_id == product.id).where(v.company_id == company_id)
    by_name = []
    for word in words.split()[:8]:
        columns = (product.brand, product.model, v.storage, v.colour)
        by_name.append(or_(*(column.icontains(word, autoescape=True) for column in columns)))
    return query.where(or_(_begins(v.model_code_key, sku_key(words)), and_(*by_name)))


def _begins(column: ColumnElement[str], prefix: str) -> ColumnElement[bool]:
    # A range, not LIKE: it goes through the index on every database.
    return and_(column >= prefix, column < prefix + _LAST)


def _aged(company_id: str, before: Sequence[tuple[str, datetime]], above_minor: int) -> ColumnElement[bool]:
    u, v, product = t.unit.c, c.variant.c, c.product.c
    cases = []
    for category, moment in before:
        variants = (
            select(v.id)
            .join(c.product, v.product_id == product.id)
            .where(product.company_id == company_id, product.category == category)
        )
        if above_minor > 0:
            variants = variants.where(v.new_price_minor >= above_minor)
        cases.append(and_(u.battery_at < moment, func.coalesce(u.variant_id, "").in_(variants)))
    return and_(u.state.in_(("ready", "held")), or_(literal(False), *cases))


def _identifiers(connection: Connection, unit_ids: Sequence[str]) -> dict[str, tuple[Identifier, ...]]:
    i = t.identifier.c
    found: dict[str, list[Identifier]] = {}
    for row in connection.execute(select(i.unit_id, i.kind, i.value).where(i.unit_id.in_(unit_ids))):
        found.setdefault(row[0], []).append(Identifier(IdentifierKind(row[1]), row[2]))
    return {unit_id: in_order(names) for unit_id, names in found.items()}


def _blockers(connection: Connection, unit_ids: Sequence[str]) -> dict[str, list[Row]]:
    k = t.blocker.c
    query = select(k.unit_id, k.code, k.level, k.params).where(k.unit_id.in_(unit_ids))
    found: dict[str, list[Row]] = {}
    for row in connection.execute(query.order_by(k.unit_id, k.position)).mappings():
        found.setdefault(row["unit_id"], []).append(dict(row))
    return found
