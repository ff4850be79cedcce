"""What is known of the units behind a listing's words, and every change of content with what was before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, func, insert, or_, select, update

from bmdesk.domain.effects import EffectState, Fault, Kind
from bmdesk.domain.unit import State
from bmdesk.store.queries.outbox import EFFECT, EffectRow
from bmdesk.store.queries.stock import Pool, at_home
from bmdesk.store.tables import inspections as i
from bmdesk.store.tables import listings as t
from bmdesk.store.tables import outbox as o
from bmdesk.store.tables import units as u
from bmdesk.store.transaction import Tx

MOST = 500
"""SKUs or listings asked for at once."""


@dataclass(frozen=True, slots=True)
class UnitSeen:
    """A free unit of a SKU with what its present stay knows. None: never read, never counted."""

    unit_id: str
    sku_id: str
    battery: int | None
    cycles: int | None
    accessories: frozenset[str]
    photos: int
    tested: bool


@dataclass(frozen=True, slots=True)
class RunRow:
    """One occasion on which content changed."""

    id: str
    account_id: str
    at: datetime
    by: str
    why: str
    count: int
    undone_by: str | None


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """One listing's content in one market before and after an occasion."""

    run_id: str
    listing_id: str
    market: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]


_RUN = select(
    *(t.content_run.c[name] for name in ("id", "account_id", "at", "by", "why", "count", "undone_by"))
)


def units_of(connection: Connection, where: Pool, sku_ids: Sequence[str]) -> dict[str, list[UnitSeen]]:
    """The free units of these SKUs (at most 500) in this pool: those that the next buyer may get."""
    found: dict[str, list[UnitSeen]] = {sku_id: [] for sku_id in sku_ids}
    if not sku_ids:
        return found
    s, b = u.stay.c, i.battery_reading.c
    here = (
        select(u.unit.c.id, u.unit.c.sku_id, s.id, s.earlier_evidence)
        .join(u.stay, and_(s.unit_id == u.unit.c.id, s.number == u.unit.c.stay_number))
        .where(u.unit.c.state == State.READY.value, u.unit.c.sku_id.in_(sku_ids), at_home(where))
    )
    rows = connection.execute(here).all()
    stays = here.with_only_columns(s.id).scalar_subquery()
    newest: dict[str, tuple[int, int | None]] = {}
    readings = select(b.stay_id, b.percent, b.cycles).where(b.stay_id.in_(stays), b.withdrawn.is_(False))
    for stay_id, percent, cycles in connection.execute(readings.order_by(b.at, b.id)):
        newest[stay_id] = percent, cycles
    has: dict[str, set[str]] = {}
    present = select(i.accessory.c.stay_id, i.accessory.c.code).where(
        i.accessory.c.stay_id.in_(stays), i.accessory.c.present.is_(True)
    )
    for stay_id, code in connection.execute(present):
        has.setdefault(stay_id, set()).add(code)
    counted = (
        select(i.photo.c.stay_id, func.count())
        .where(i.photo.c.stay_id.in_(stays), i.photo.c.removed.is_(False))
        .group_by(i.photo.c.stay_id)
    )
    photos: dict[str, int] = {row[0]: row[1] for row in connection.execute(counted)}
    done = select(i.inspection.c.stay_id).where(
        i.inspection.c.stay_id.in_(stays), i.inspection.c.closed_at.is_not(None)
    )
    tested = set(connection.execute(done).scalars())
    for unit_id, sku_id, stay_id, earlier in rows:
        percent, cycles = newest.get(stay_id, (None, None))
        seen = UnitSeen(
            unit_id,
            sku_id,
            percent,
            cycles,
            frozenset(has.get(stay_id, ())),
            photos.get(stay_id, 0),
            bool(earlier) or stay_id in tested,
        )
        found[sku_id].append(seen)
    return found


def add_run(tx: Tx, account_id: str, by: str, why: str, changes: Sequence[ChangeRow]) -> str:
    """An occasion with its changes (their `run_id` is given here); its id."""
    run_id = tx.new_id()
    row = {"id": run_id, "account_id": account_id, "at": tx.now, "by": by, "why": why, "count": len(changes)}
    tx.connection.execute(insert(t.content_run), row)
    add_changes(tx, run_id, changes)
    return run_id


def add_changes(tx: Tx, run_id: str, changes: Sequence[ChangeRow]) -> None:
    """More changes of an occasion."""
    rows = [
        {
            "run_id": run_id,
            "listing_id": one.listing_id,
            "market": one.market,
            "before": one.before,
            "after": one.after,
        }
        for one in changes
    ]
    if rows:
        tx.connection.execute(insert(t.content_change), rows)


def set_run(tx: Tx, run_id: str, **values: Any) -> None:
    """Change the row of an occasion."""
    tx.connection.execute(update(t.content_run).where(t.content_run.c.id == run_id).values(**values))


def run(connection: Connection, account_id: str, run_id: str) -> RunRow | None:
    """The occasion with this id, or with an id that ends so, in this account; None for none."""
    c = t.content_run.c
    named = or_(c.id == run_id, c.id.endswith(run_id, autoescape=True))
    rows = connection.execute(_RUN.where(c.account_id == account_id, named).limit(2)).all()
    return RunRow(*rows[0]) if len(rows) == 1 else None


def runs(connection: Connection, account_id: str, limit: int) -> list[RunRow]:
    """The occasions of an account, newest first."""
    query = _RUN.where(t.content_run.c.account_id == account_id).order_by(t.content_run.c.at.desc())
    return [RunRow(*row) for row in connection.execute(query.limit(limit))]


def changes(connection: Connection, run_id: str) -> list[ChangeRow]:
    """What an occasion changed."""
    c = t.content_change.c
    query = select(c.run_id, c.listing_id, c.market, c.before, c.after).where(c.run_id == run_id)
    return [ChangeRow(*row) for row in connection.execute(query.order_by(c.listing_id, c.market))]


def refused_creates(connection: Connection, account_id: str) -> list[EffectRow]:
    """New listings of this account that wait for a person because they were refused."""
    c = o.effect.c
    parked = and_(c.state == EffectState.PARKED.value, c.fault == Fault.REJECTED.value)
    query = EFFECT.where(c.account_id == account_id, c.kind == Kind.CREATE.value, parked)
    return [EffectRow(*row) for row in connection.execute(query)]


def with_base(connection: Connection, account_id: str) -> list[str]:
    """Listings of which bmdesk manages the content and has written some of it before."""
    m, li = t.listing_market.c, t.listing.c
    query = (
        select(li.id)
        .join(t.listing_market, m.listing_id == li.id)
        .where(li.account_id == account_id, li.manage_content.is_(True), m.base_content.is_not(None))
        .distinct()
        .order_by(li.id)
    )
    return list(connection.execute(query).scalars())
