"""Units beside what stands for them at Odoo: many at once, with the little that is compared."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, or_, select

from bmdesk.domain.effects import OPEN, EffectState, Kind
from bmdesk.domain.identifiers import Identifier, IdentifierKind
from bmdesk.domain.unit import IN_HOUSE
from bmdesk.store.queries.allocations import SHIPPED
from bmdesk.store.queries.units import in_order
from bmdesk.store.tables import catalogue, orders, outbox, people, units

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class UnitBeside:
    """One unit. `identifier` names its lot; "" for none. `blockers`: codes, in their order."""

    id: str
    identifier: str
    state: str
    gone_reason: str
    variant_id: str | None
    title: str
    grade: str
    battery_percent: int | None
    warehouse: str
    bin: str
    blockers: tuple[str, ...]


_U = units.unit.c
_V, _P, _L = catalogue.variant.c, catalogue.product.c, people.location.c
_UNIT = select(
    _U.id, _U.state, _U.gone_reason, _U.variant_id, _P.brand, _P.model, _V.storage, _V.colour,
    _U.grade, _U.battery_percent, _L.warehouse, _L.bin,
).select_from(
    units.unit.outerjoin(catalogue.variant, _U.variant_id == _V.id)
    .outerjoin(catalogue.product, _V.product_id == _P.id)
    .outerjoin(people.location, _U.location_id == _L.id)
)  # fmt: skip


def in_house(connection: Connection, company_id: str) -> Iterator[UnitBeside]:
    """All units in the house, in the order of their ids."""
    after = ""
    while True:
        query = _UNIT.where(
            _U.company_id == company_id, _U.state.in_([one.value for one in IN_HOUSE]), _U.id > after
        )
        found = connection.execute(query.order_by(_U.id).limit(_AT_ONCE)).all()
        if not found:
            return
        yield from _whole(connection, found)
        after = found[-1].id


def these(connection: Connection, company_id: str, unit_ids: Collection[str]) -> Iterator[UnitBeside]:
    """These units of the company, wherever they are."""
    wanted = sorted(unit_ids)
    for start in range(0, len(wanted), _AT_ONCE):
        query = _UNIT.where(_U.company_id == company_id, _U.id.in_(wanted[start : start + _AT_ONCE]))
        yield from _whole(connection, connection.execute(query).all())


def by_serial(connection: Connection, company_id: str, serials: Iterable[str]) -> dict[str, str]:
    """The unit by each of these identifiers that the company knows."""
    wanted = sorted(set(serials))
    i = units.identifier.c
    found: dict[str, str] = {}
    for start in range(0, len(wanted), _AT_ONCE):
        some = wanted[start : start + _AT_ONCE]
        query = select(i.value, i.unit_id).where(i.company_id == company_id, i.value.in_(some))
        found.update((row.value, row.unit_id) for row in connection.execute(query))
    return found


def on_their_way(connection: Connection, account_id: str, since: datetime) -> set[str]:
    """Units that wait to be sent to this account, or that were sent after this moment; and those that left with an
    order that waits to be.
    """
    e = outbox.effect.c
    waits = e.state.in_([one.value for one in OPEN])
    sent = and_(e.state == EffectState.DONE.value, e.ended_at > since)
    query = select(e.unit_id).where(
        e.account_id == account_id, e.kind == Kind.UNIT.value, or_(waits, sent), e.unit_id.is_not(None)
    )
    a, line = orders.allocation.c, orders.orderline.c
    left = (
        select(a.unit_id)
        .join(orders.orderline, a.line_id == line.id)
        .join(outbox.effect, and_(e.key == line.order_id, e.kind == Kind.SALE.value))
        .where(e.account_id == account_id, waits, a.state == SHIPPED)
    )
    return {*connection.execute(query).scalars(), *connection.execute(left).scalars()}


def _whole(connection: Connection, rows: Sequence[Any]) -> Iterator[UnitBeside]:
    ids = [row[0] for row in rows]
    i, b = units.identifier.c, units.blocker.c
    names: dict[str, list[Identifier]] = {}
    for unit_id, kind, value in connection.execute(
        select(i.unit_id, i.kind, i.value).where(i.unit_id.in_(ids))
    ):
        names.setdefault(unit_id, []).append(Identifier(IdentifierKind(kind), value))
    blockers: dict[str, list[str]] = {}
    for unit_id, code in connection.execute(
        select(b.unit_id, b.code).where(b.unit_id.in_(ids)).order_by(b.unit_id, b.position)
    ):
        blockers.setdefault(unit_id, []).append(code)
    for unit_id, state, gone, variant, brand, model, storage, colour, grade, battery, warehouse, bin_ in rows:
        known = in_order(names.get(unit_id, ()))
        yield UnitBeside(
            unit_id,
            known[0].value if known else "",
            state,
            gone,
            variant,
            " ".join(one for one in (brand, model, storage, colour) if one),
            grade,
            battery,
            warehouse or "",
            bin_ or "",
            tuple(blockers.get(unit_id, ())),
        )
