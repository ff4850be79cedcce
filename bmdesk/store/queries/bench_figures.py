"""What inspections and first listings add to the bench's figures, and the figures: `look` and `first_listing` keep what
one adds now, `bench_day` and `listed_day` the sums of that. Written by `services.figures.looks`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BindParameter,
    Connection,
    Table,
    TextClause,
    and_,
    bindparam,
    delete,
    exists,
    select,
    text,
    update,
)

from bmdesk.domain.listing_reasons import ONLINE
from bmdesk.domain.unit import State
from bmdesk.store.tables.figures import bench_day, first_listing, listed_day, look
from bmdesk.store.tables.inspections import inspection
from bmdesk.store.tables.listings import listing, listing_market
from bmdesk.store.tables.people import company
from bmdesk.store.tables.units import stay, unit
from bmdesk.store.transaction import Tx


@dataclass(frozen=True, slots=True)
class LookRow:
    """What an inspection adds. All columns of its table but the inspection's id."""

    company_id: str
    day: int
    hour: int
    operator: str
    category: str
    grade: str
    seconds: int | None
    held: int


@dataclass(frozen=True, slots=True)
class ListedRow:
    """What a stay adds. All columns of its table but the stay's id."""

    company_id: str
    day: int
    seconds: int


@dataclass(frozen=True, slots=True)
class Ended:
    """An inspection that ended."""

    company_id: str
    opened_at: datetime
    closed_at: datetime
    operator: str
    category: str
    grade: str
    held: bool | None


@dataclass(frozen=True, slots=True)
class Listed:
    """A stay whose device was for sale. `listed_at` before `arrived_at`: nobody knows since when."""

    company_id: str
    arrived_at: datetime
    listed_at: datetime


@dataclass(frozen=True, slots=True)
class Done:
    """What a row of `bench_day` says, or by how much it changes."""

    units: int = 0
    timed: int = 0
    seconds: int = 0
    held: int = 0

    def plus(self, other: Done, sign: int = 1) -> Done:
        """Both together."""
        return Done(
            self.units + sign * other.units,
            self.timed + sign * other.timed,
            self.seconds + sign * other.seconds,
            self.held + sign * other.held,
        )


@dataclass(frozen=True, slots=True)
class Making:
    """The time zone by whose days the company's figures are made, and the unit up to which; None: all of them."""

    zone: str
    after: str | None


_I, _K, _C, _U, _T = inspection.c, look.c, company.c, unit.c, stay.c
_SOME: BindParameter[Any] = bindparam("some", expanding=True)
_LOOK_KEY = ("company_id", "day", "hour", "operator", "category", "grade")
_DONE = tuple(f.name for f in fields(Done))
_ENDED = select(
    _I.id, _I.company_id, _I.opened_at, _I.closed_at, _I.operator, _I.checklist, _I.grade, _I.held
).where(_I.id.in_(_SOME), _I.closed_at.is_not(None))
_LISTED = (
    select(_T.id, _U.company_id, _T.arrived_at, _T.listed_at)
    .join_from(stay, unit, _T.unit_id == _U.id)
    .where(_T.id.in_(_SOME), _T.listed_at.is_not(None))
)
_LOOKS = select(_K.inspection_id, *(_K[f.name] for f in fields(LookRow))).where(_K.inspection_id.in_(_SOME))
_FIRST = first_listing.c
_FIRSTS = select(_FIRST.stay_id, *(_FIRST[f.name] for f in fields(ListedRow))).where(
    _FIRST.stay_id.in_(_SOME)
)
_ONLINE = exists().where(
    listing_market.c.listing_id == listing.c.id, listing_market.c.publication_state == ONLINE
)
# Ready units whose listing was read online with something to sell: what is shown as listed, and was not before.
_WENT_LIVE = (
    select(_T.id, _T.earlier_evidence)
    .select_from(
        unit.join(stay, and_(_T.unit_id == _U.id, _T.number == _U.stay_number)).join(
            listing, listing.c.sku_id == _U.sku_id
        )
    )
    .where(
        _U.state == State.READY.value,
        _T.listed_at.is_(None),
        listing.c.carries.is_(True),
        listing.c.quantity > 0,
        _ONLINE,
    )
    .distinct()
)
_UNITS_LIVE = _WENT_LIVE.where(_U.id.in_(_SOME))
_LISTINGS_LIVE = _WENT_LIVE.where(listing.c.id.in_(_SOME))
_SET_LISTED = update(stay).where(_T.id == bindparam("key_id"))


def _kept(table: Table, key: str, row: type) -> TextClause:
    """One statement a row, whether it is there or not; both databases say it in these words."""
    names = [f.name for f in fields(row)]
    values = ", ".join(f":{name}" for name in (key, *names))
    sets = ", ".join(f"{name} = excluded.{name}" for name in names)
    into = f"INSERT INTO {table.name} ({key}, {', '.join(names)}) VALUES ({values})"  # noqa: S608 - own names
    return text(f"{into} ON CONFLICT ({key}) DO UPDATE SET {sets}")


def _added(table: Table, key: Sequence[str], sums: Sequence[str]) -> TextClause:
    values = ", ".join(f":{name}" for name in (*key, *sums))
    sets = ", ".join(f"{name} = {table.name}.{name} + excluded.{name}" for name in sums)
    into = f"INSERT INTO {table.name} ({', '.join((*key, *sums))}) VALUES ({values})"  # noqa: S608 - own names
    return text(f"{into} ON CONFLICT ({', '.join(key)}) DO UPDATE SET {sets}")


_KEEP_LOOK = _kept(look, "inspection_id", LookRow)
_KEEP_FIRST = _kept(first_listing, "stay_id", ListedRow)
_ADD_DONE = _added(bench_day, _LOOK_KEY, _DONE)
_ADD_LISTED = _added(listed_day, ("company_id", "day"), ("units", "seconds"))
_EMPTY_DONE = delete(bench_day).where(
    *(bench_day.c[name] == bindparam(f"key_{name}") for name in _LOOK_KEY), bench_day.c.units == 0
)
_EMPTY_LISTED = delete(listed_day).where(
    *(listed_day.c[name] == bindparam(f"key_{name}") for name in ("company_id", "day")),
    listed_day.c.units == 0,
)


# ---------------------------------------------------------------- what happened


def went_live(tx: Tx, unit_ids: Sequence[str] = (), listing_ids: Sequence[str] = ()) -> dict[str, bool]:
    """The stays of these units, or of those that these listings sell (at most 500), that are for sale for the first
    time; and whether what stands of them was found elsewhere.
    """
    found: dict[str, bool] = {}
    for query, some in ((_UNITS_LIVE, unit_ids), (_LISTINGS_LIVE, listing_ids)):
        if some:
            found |= {row[0]: bool(row[1]) for row in tx.connection.execute(query, {"some": some})}
    return found


def set_listed(tx: Tx, stays: Mapping[str, datetime]) -> None:
    """Since when these are for sale. No part of any step: UNDO does not reach the marketplace."""
    if stays:
        rows = [{"key_id": stay_id, "listed_at": at} for stay_id, at in sorted(stays.items())]
        tx.connection.execute(_SET_LISTED, rows)
        tx.stayed.update(stays)


# ---------------------------------------------------------------- keeping the sums


def ended(connection: Connection, inspection_ids: Sequence[str]) -> dict[str, Ended]:
    """Those of these inspections (at most 500) that ended."""
    rows = connection.execute(_ENDED, {"some": inspection_ids})
    return {row[0]: Ended(*row[1:]) for row in rows}


def listed(connection: Connection, stay_ids: Sequence[str]) -> dict[str, Listed]:
    """Those of these stays (at most 500) that were for sale."""
    return {row[0]: Listed(*row[1:]) for row in connection.execute(_LISTED, {"some": stay_ids})}


def looks(connection: Connection, inspection_ids: Sequence[str]) -> dict[str, LookRow]:
    """What these inspections add as it was written last."""
    return {row[0]: LookRow(*row[1:]) for row in connection.execute(_LOOKS, {"some": inspection_ids})}


def firsts(connection: Connection, stay_ids: Sequence[str]) -> dict[str, ListedRow]:
    """The same of these stays."""
    return {row[0]: ListedRow(*row[1:]) for row in connection.execute(_FIRSTS, {"some": stay_ids})}


def keep_looks(tx: Tx, rows: Mapping[str, LookRow | None]) -> None:
    """What these inspections add from now on; None: nothing."""
    _keep(tx, look, "inspection_id", _KEEP_LOOK, rows)


def keep_firsts(tx: Tx, rows: Mapping[str, ListedRow | None]) -> None:
    """The same of stays."""
    _keep(tx, first_listing, "stay_id", _KEEP_FIRST, rows)


def _keep(
    tx: Tx, table: Table, key: str, kept: TextClause, rows: Mapping[str, LookRow | ListedRow | None]
) -> None:
    new = [
        {key: one, **{f.name: getattr(row, f.name) for f in fields(row)}}
        for one, row in sorted(rows.items())
        if row is not None
    ]
    if new:
        tx.connection.execute(kept, new)
    if gone := [one for one, row in rows.items() if row is None]:
        tx.connection.execute(delete(table).where(table.c[key].in_(gone)))


def add_done(tx: Tx, sums: Mapping[tuple[object, ...], Done]) -> None:
    """Change the sums by these; a row that is left without a unit goes."""
    names = (*_LOOK_KEY, *_DONE)
    moved = sorted((key, one) for key, one in ((k, astuple(s)) for k, s in sums.items()) if any(one))
    if moved:
        tx.connection.execute(_ADD_DONE, [dict(zip(names, (*key, *one), strict=True)) for key, one in moved])
    if less := [key for key, one in moved if one[0] < 0]:
        keys = [f"key_{name}" for name in _LOOK_KEY]
        tx.connection.execute(_EMPTY_DONE, [dict(zip(keys, key, strict=True)) for key in less])


def add_listed(tx: Tx, sums: Mapping[tuple[str, int], tuple[int, int]]) -> None:
    """The same of first listings: units and seconds by company and day."""
    moved = sorted((key, one) for key, one in sums.items() if any(one))
    if moved:
        names = ("company_id", "day", "units", "seconds")
        tx.connection.execute(
            _ADD_LISTED, [dict(zip(names, (*key, *one), strict=True)) for key, one in moved]
        )
    if less := [key for key, one in moved if one[0] < 0]:
        tx.connection.execute(_EMPTY_LISTED, [{"key_company_id": who, "key_day": day} for who, day in less])


# ---------------------------------------------------------------- making them anew


def making(connection: Connection, company_id: str) -> Making:
    """How far the company's figures are made."""
    return Making(*connection.execute(select(_C.bench_zone, _C.bench_after).where(_C.id == company_id)).one())


def set_making(tx: Tx, zone: str, after: str | None) -> None:
    """So far they are made."""
    here = update(company).where(_C.id == tx.company)
    tx.connection.execute(here.values(bench_zone=zone, bench_after=after))


def next_units(connection: Connection, company_id: str, after: str, limit: int) -> list[str]:
    """The company's units after this id."""
    query = select(_U.id).where(_U.company_id == company_id, _U.id > after).order_by(_U.id).limit(limit)
    return list(connection.execute(query).scalars())


def of_units(connection: Connection, unit_ids: Sequence[str]) -> tuple[list[str], list[str]]:
    """The inspections and the stays of these units."""
    found = []
    for table in (inspection, stay):
        query = select(table.c.id).where(table.c.unit_id.in_(unit_ids)).order_by(table.c.id)
        found.append(list(connection.execute(query).scalars()))
    return found[0], found[1]


def some_kept(tx: Tx, limit: int) -> tuple[list[str], list[str]]:
    """Some inspections and stays of which it is kept what they add."""
    found = []
    for table, key in ((look, _K.inspection_id), (first_listing, _FIRST.stay_id)):
        query = select(key).where(table.c.company_id == tx.company).limit(limit)
        found.append(list(tx.connection.execute(query).scalars()))
    return found[0], found[1]


def forget_sums(tx: Tx) -> None:
    """Forget the sums."""
    for table in (bench_day, listed_day):
        tx.connection.execute(delete(table).where(table.c.company_id == tx.company))
