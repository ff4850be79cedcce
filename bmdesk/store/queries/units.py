"""Units: found by any identifier, moved through their states, with their stays and their history."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, bindparam, delete, func, insert, select, update

from bmdesk.domain import history as chain
from bmdesk.domain.identifiers import Identifier, IdentifierKind
from bmdesk.domain.unit import JUDGED
from bmdesk.store.tables import catalogue as c
from bmdesk.store.tables import people as p
from bmdesk.store.tables import units as t
from bmdesk.store.transaction import Row, Tx
from bmdesk.store.types import to_micros


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A unit's own row, with what it is and where it lies."""

    id: str
    state: str
    gone_reason: str
    grade: str
    own_grade: str
    stay_number: int
    batch_id: str | None
    battery_percent: int | None
    hold_reason: str
    history_seq: int
    history_head: str
    changed_at: datetime
    variant_id: str | None
    sku_id: str | None
    sku: str | None
    model_code: str | None
    brand: str | None
    model: str | None
    category: str | None
    storage: str | None
    colour: str | None
    warehouse: str | None
    bin: str | None

    @property
    def location(self) -> str:
        """`warehouse/bin`, empty when nobody has said."""
        return f"{self.warehouse}/{self.bin}" if self.warehouse else ""

    @property
    def title(self) -> str:
        """What the device is, in words; empty for an unknown model."""
        return " ".join(x for x in (self.brand, self.model, self.storage, self.colour) if x)


UNIT_COLUMNS = (
    t.unit.c.id,
    t.unit.c.state,
    t.unit.c.gone_reason,
    t.unit.c.grade,
    t.unit.c.own_grade,
    t.unit.c.stay_number,
    t.unit.c.batch_id,
    t.unit.c.battery_percent,
    t.unit.c.hold_reason,
    t.unit.c.history_seq,
    t.unit.c.history_head,
    t.unit.c.changed_at,
    t.unit.c.variant_id,
    t.unit.c.sku_id,
    c.sku.c.text,
    c.variant.c.model_code,
    c.product.c.brand,
    c.product.c.model,
    c.product.c.category,
    c.variant.c.storage,
    c.variant.c.colour,
    p.location.c.warehouse,
    p.location.c.bin,
)
UNIT_FROM = (
    t.unit.outerjoin(c.variant, t.unit.c.variant_id == c.variant.c.id)
    .outerjoin(c.product, c.variant.c.product_id == c.product.c.id)
    .outerjoin(c.sku, t.unit.c.sku_id == c.sku.c.id)
    .outerjoin(p.location, t.unit.c.location_id == p.location.c.id)
)
_UNIT = select(*UNIT_COLUMNS).select_from(UNIT_FROM)

# Asked with every scan, so built once: building a statement takes longer than running it.
_UNIT_BY_ID = _UNIT.where(t.unit.c.id == bindparam("unit"))
_PLACING = select(t.unit.c.state, t.unit.c.sku_id, t.unit.c.location_id).where(
    t.unit.c.id == bindparam("unit")
)
_BY_IDENTIFIER = (
    select(t.identifier.c.unit_id)
    .where(t.identifier.c.company_id == bindparam("company"), t.identifier.c.value == bindparam("value"))
    .limit(1)
)
_IDENTIFIERS = select(t.identifier.c.kind, t.identifier.c.value).where(
    t.identifier.c.unit_id == bindparam("unit")
)
_STAY = select(t.stay).where(t.stay.c.unit_id == bindparam("unit"), t.stay.c.number == bindparam("number"))
_HEAD = select(t.unit.c.history_seq, t.unit.c.history_head).where(t.unit.c.id == bindparam("unit"))
_CHANGE = update(t.unit).where(t.unit.c.id == bindparam("unit"))
_BLOCKERS = (
    select(t.blocker.c.code, t.blocker.c.level, t.blocker.c.params)
    .where(t.blocker.c.unit_id == bindparam("unit"))
    .order_by(t.blocker.c.position)
)
_NO_BLOCKERS = delete(t.blocker).where(t.blocker.c.unit_id == bindparam("unit"))


def unit(connection: Connection, unit_id: str) -> UnitRow:
    """The unit with this id; it must exist."""
    return UnitRow(*tuple(connection.execute(_UNIT_BY_ID, {"unit": unit_id}).one()))


def find_unit(connection: Connection, company_id: str, unit_id: str) -> UnitRow | None:
    """The unit with this id in this company, or None."""
    row = connection.execute(_UNIT.where(t.unit.c.id == unit_id, t.unit.c.company_id == company_id)).first()
    return UnitRow(*tuple(row)) if row else None


def placing(connection: Connection, unit_id: str) -> Row | None:
    """What decides where a unit counts as stock: state, sku_id, location_id. None when there is no such unit."""
    found = connection.execute(_PLACING, {"unit": unit_id}).mappings().first()
    return dict(found) if found else None


def by_identifier(connection: Connection, company_id: str, value: str) -> str | None:
    """The id of the unit that any identifier of this value names, or None."""
    return connection.execute(_BY_IDENTIFIER, {"company": company_id, "value": value}).scalar()


def identifiers(connection: Connection, unit_id: str) -> tuple[Identifier, ...]:
    """All identifiers of a unit, IMEI first."""
    rows = connection.execute(_IDENTIFIERS, {"unit": unit_id})
    return in_order(Identifier(IdentifierKind(row.kind), row.value) for row in rows)


def in_order(found: Iterable[Identifier]) -> tuple[Identifier, ...]:
    """A unit's identifiers as people see them: IMEI first."""
    order = list(IdentifierKind)
    return tuple(sorted(found, key=lambda i: (order.index(i.kind), i.value)))


def add_unit(tx: Tx, state: str) -> str:
    """A new unit without a stay; the id."""
    unit_id = tx.new_id()
    tx.connection.execute(
        insert(t.unit).values(
            id=unit_id, company_id=tx.company, state=state, created_at=tx.now, changed_at=tx.now
        )
    )
    return unit_id


def add_identifier(tx: Tx, unit_id: str, identifier: Identifier) -> None:
    """Bind an identifier to a unit; remembered for UNDO."""
    key = {"company_id": tx.company, "kind": identifier.kind.value, "value": identifier.value}
    tx.put(t.identifier, key, reversed=identifier.value[::-1], unit_id=unit_id)


def set_unit(tx: Tx, unit_id: str, **values: Any) -> None:
    """Change the unit's row; remembered for UNDO."""
    tx.put(t.unit, {"id": unit_id}, **values)


def note_judgement(
    tx: Tx, unit_id: str, stamp: int, recheck_at: datetime | None, blockers: list[Row]
) -> None:
    """Replace the unit's blockers by what the gate says now (derived: no part of any step)."""
    tx.connection.execute(_NO_BLOCKERS, {"unit": unit_id})
    if blockers:
        rows = [
            {"unit_id": unit_id, "company_id": tx.company, "position": n, **b} for n, b in enumerate(blockers)
        ]
        tx.connection.execute(insert(t.blocker), rows)
    values = {"policy_stamp": stamp, "recheck_at": recheck_at}
    tx.connection.execute(_CHANGE, {"unit": unit_id, **values})


def blockers(connection: Connection, unit_id: str) -> list[Row]:
    """The stored blockers of a unit in their order: code, level, params."""
    return [dict(row) for row in connection.execute(_BLOCKERS, {"unit": unit_id}).mappings()]


def due(connection: Connection, company_id: str, stamp: int, now: datetime, limit: int) -> list[str]:
    """Units whose gate must be asked again: the date has come, or the policies changed."""
    judged = t.unit.c.state.in_(sorted(JUDGED))
    mine = and_(t.unit.c.company_id == company_id, judged)
    aged = select(t.unit.c.id).where(mine, t.unit.c.recheck_at <= now).limit(limit)
    older = select(t.unit.c.id).where(mine, t.unit.c.policy_stamp < stamp).limit(limit)
    found = dict.fromkeys(connection.execute(aged).scalars())
    if len(found) < limit:
        found |= dict.fromkeys(connection.execute(older).scalars())
    return list(found)[:limit]


def stay(connection: Connection, unit_id: str, number: int) -> Row | None:
    """One stay of a unit as a row, or None."""
    row = connection.execute(_STAY, {"unit": unit_id, "number": number})
    found = row.mappings().first()
    return dict(found) if found else None


def stays(connection: Connection, unit_id: str) -> list[Row]:
    """All stays of a unit, first to last."""
    query = select(t.stay).where(t.stay.c.unit_id == unit_id).order_by(t.stay.c.number)
    return [dict(row) for row in connection.execute(query).mappings()]


def set_stay(tx: Tx, stay_id: str, **values: Any) -> None:
    """Make or change a stay; remembered for UNDO."""
    tx.put(t.stay, {"id": stay_id}, **values)


def append_history(
    tx: Tx, unit_id: str, operator: str, station: str, code: str, params: dict[str, str | int]
) -> int:
    """Add one linked line to a unit's history and move the head; the line's number."""
    head = tx.connection.execute(_HEAD, {"unit": unit_id}).one()
    seq, previous = head.history_seq + 1, head.history_head or chain.GENESIS
    text = chain.canonical(unit_id, seq, to_micros(tx.now), operator, station, code, params)
    digest = chain.link(previous, text)
    line = {
        "unit_id": unit_id,
        "seq": seq,
        "at": tx.now,
        "operator": operator,
        "station": station,
        "canonical": text,
        "prev_hash": previous,
        "hash": digest,
    }
    tx.connection.execute(insert(t.history), line)
    values = {"history_seq": seq, "history_head": digest, "changed_at": tx.now}
    tx.connection.execute(_CHANGE, {"unit": unit_id, **values})
    tx.told.add(unit_id)
    return int(seq)


def history(connection: Connection, unit_id: str) -> list[Row]:
    """A unit's whole history, first to last."""
    query = select(t.history).where(t.history.c.unit_id == unit_id).order_by(t.history.c.seq)
    return [dict(row) for row in connection.execute(query).mappings()]


def heads(connection: Connection, after: str, limit: int) -> list[tuple[str, int, str]]:
    """(unit, number of entries, head hash) of the next units after this id, for checking all chains in pages."""
    query = select(t.unit.c.id, t.unit.c.history_seq, t.unit.c.history_head).where(t.unit.c.id > after)
    return [(r[0], r[1], r[2]) for r in connection.execute(query.order_by(t.unit.c.id).limit(limit))]


def entries(connection: Connection, unit_ids: list[str]) -> dict[str, list[chain.Entry]]:
    """The history of several units, as the chain wants it."""
    found: dict[str, list[chain.Entry]] = {unit_id: [] for unit_id in unit_ids}
    h = t.history.c
    query = select(h.unit_id, h.seq, h.canonical, h.prev_hash, h.hash).where(h.unit_id.in_(unit_ids))
    for row in connection.execute(query.order_by(h.unit_id, h.seq)):
        found[row[0]].append(chain.Entry(*row[1:]))
    return found


def orphans(connection: Connection) -> list[str]:
    """Histories whose unit is gone from the table (at most 100)."""
    query = select(t.history.c.unit_id).outerjoin(t.unit, t.unit.c.id == t.history.c.unit_id)
    return list(connection.execute(query.where(t.unit.c.id.is_(None)).distinct().limit(100)).scalars())


def add_step(tx: Tx, unit_id: str, seq: int, operator: str, station: str, seat: str) -> None:
    """Keep what this history line touched, so that it can be undone."""
    row = {
        "company_id": tx.company,
        "unit_id": unit_id,
        "seq": seq,
        "operator": operator,
        "station": station,
        "seat": seat,
        "rows": tx.take_touched(),
        "undone": False,
    }
    tx.connection.execute(insert(t.step), row)


def last_step(
    connection: Connection, company_id: str, operator: str, at_seat: tuple[str, str] | None = None
) -> Row | None:
    """This operator's newest step that was not undone, or None; with (station, seat), the newest made there."""
    query = (
        select(t.step)
        .where(t.step.c.company_id == company_id, t.step.c.operator == operator, t.step.c.undone.is_(False))
        .order_by(t.step.c.id.desc())
        .limit(1)
    )
    if at_seat is not None:
        query = query.where(t.step.c.station == at_seat[0], t.step.c.seat == at_seat[1])
    found = connection.execute(query).mappings().first()
    return dict(found) if found else None


def mark_undone(tx: Tx, step_id: int) -> None:
    """This step was taken back."""
    tx.connection.execute(update(t.step).where(t.step.c.id == step_id).values(undone=True))


def count_by_state(connection: Connection, company_id: str) -> dict[str, int]:
    """How many units of a company are in each state."""
    query = select(t.unit.c.state, func.count()).where(t.unit.c.company_id == company_id)
    return {row[0]: row[1] for row in connection.execute(query.group_by(t.unit.c.state))}


def count_graded(connection: Connection, company_id: str) -> int:
    """How many units carry a grade."""
    query = select(func.count()).where(t.unit.c.company_id == company_id, t.unit.c.grade != "")
    return connection.execute(query).scalar_one()
