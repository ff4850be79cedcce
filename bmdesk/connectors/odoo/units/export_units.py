"""Units at Odoo: many of them in a few calls, each as it is here when it is sent."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from bmdesk.connectors.base import Done, Dropped, Outcome, Parked, Planned
from bmdesk.connectors.odoo.session import OdooSession
from bmdesk.connectors.odoo.units.unit_doubts import LotOfAnotherUnit, ProductAlreadyTaken
from bmdesk.connectors.odoo.units.units import UnitsAtOdoo
from bmdesk.domain.effects import REPLAY, Fault, Kind
from bmdesk.services.desk import Desk
from bmdesk.services.odoo import choices, odoo_settings
from bmdesk.services.odoo.sales.orders_there import UnitsInDoubt
from bmdesk.services.odoo.units import diverged, units_truth
from bmdesk.services.odoo.units.diverged import PLACE, ChangedThere
from bmdesk.services.odoo.units.units_there import (
    IN_HOUSE,
    LOT,
    PRODUCT,
    Differs,
    Doubt,
    GradeKept,
    Known,
    Places,
    Right,
    UnitResult,
    UnitThere,
    with_sent,
)
from bmdesk.store.engine import Connection
from bmdesk.store.queries import odoo, odoo_orders
from bmdesk.store.queries.odoo import RecordRow
from bmdesk.store.queries.outbox import EffectRow
from bmdesk.store.transaction import Tx


class UnitExporter:
    """Implements connectors.base.Exporter for units."""

    kind = Kind.UNIT
    replay = REPLAY[Kind.UNIT]
    batch = 500

    def __init__(self, desk: Desk, account_id: str, session: Callable[[], OdooSession]) -> None:
        self._desk, self._account, self._session = desk, account_id, session

    def perform(self, effects: Sequence[EffectRow]) -> Mapping[str, Outcome]:
        units, known, places, grade = self._desk.read(lambda c: self._wanted(c, [one.key for one in effects]))
        if not units:
            return {one.id: Dropped() for one in effects}
        session = self._session()
        where = places(session.stock)
        there = UnitsAtOdoo(
            session.remote, session.dialect, session.company, where, grade, keep_sent=self._keep_sent
        )
        made = there.make_right(list(units.values()), known)
        results = self._desk.write(lambda tx: self._keep(tx, units, made))
        return {one.id: _outcome(units.get(one.key), results.get(one.key)) for one in effects}

    def plan(self, effect: EffectRow) -> Planned | None:
        units = self._desk.read(lambda c: units_truth.read(c, self._desk, [effect.key]))
        unit = units.get(effect.key)
        return (
            Planned(Kind.UNIT, unit.product.model_code, "", "", unit.identifier) if unit is not None else None
        )

    def order(self, effects: Sequence[EffectRow]) -> Sequence[EffectRow]:
        return effects

    def _wanted(
        self, connection: Connection, unit_ids: Sequence[str]
    ) -> tuple[dict[str, UnitThere], Known, Callable[[int], Places], GradeKept | None]:
        """What must stand there, what is remembered of it, where it lies, given the location for the rest, and where
        the grade is kept.
        """
        units = units_truth.read(connection, self._desk, unit_ids)
        lots = odoo.records(connection, self._account, LOT, units)
        products = odoo.of_kind(connection, self._account, PRODUCT)
        chosen = odoo.choices(connection, self._desk.company, choices.Kind.LOCATION)
        by_warehouse = {code: one.remote_id for code, one in chosen.items()}
        receive_by = odoo_settings.of(connection, self._desk.company).receive_by
        known = Known(
            products=_products(products, units, lots),
            lots={unit_id: row.remote_id for unit_id, row in lots.items()},
            bases={unit_id: row.base for unit_id, row in lots.items() if row.base is not None},
        )
        grade = choices.grade_kept(connection, self._desk.company)
        return units, known, lambda stock: Places(stock, by_warehouse, receive_by), grade

    def _keep_sent(self, changes: Mapping[str, Mapping[str, object]]) -> None:
        def work(tx: Tx) -> None:
            for unit_id, row in odoo.records(tx.connection, self._account, LOT, changes).items():
                base = with_sent(row.base or {}, changes[unit_id])
                if base != row.base:
                    odoo.agree(tx, self._account, LOT, unit_id, row.remote_id, base)

        self._desk.write(work)

    def _keep(
        self, tx: Tx, units: Mapping[str, UnitThere], results: Mapping[str, UnitResult]
    ) -> dict[str, UnitResult]:
        """Remember what both sides have now. What another unit or variant has there already is a doubt instead: one
        batch knows nothing of the others.
        """
        kept = dict(results)
        stood = {one: result for one, result in results.items() if isinstance(result, Right | Differs)}
        products = odoo.by_remote(
            tx.connection, self._account, PRODUCT, {one.product_id for one in stood.values()}
        )
        lots = odoo.by_remote(tx.connection, self._account, LOT, [one.lot_id for one in stood.values()])
        agreed: dict[str, int] = {}
        for unit_id, result in stood.items():
            unit = units[unit_id]
            variant_id = unit.product.variant_id
            product, lot = products.get(result.product_id), lots.get(result.lot_id)
            if product is not None and product.local_id != variant_id:
                name = unit.product.name
                kept[unit_id] = Doubt(ProductAlreadyTaken(product=name, found=name, other=name))
            elif lot is not None and lot.local_id != unit_id:
                kept[unit_id] = Doubt(LotOfAnotherUnit(serial=unit.identifier))
            else:
                if product is None:
                    agreed[variant_id] = result.product_id
                base = _base(unit, result)
                if lot is None or lot.base != base:
                    odoo.agree(tx, self._account, LOT, unit_id, result.lot_id, base)
        for variant_id, product_id in agreed.items():
            odoo.agree(tx, self._account, PRODUCT, variant_id, product_id, None)
        right = [unit_id for unit_id, result in kept.items() if isinstance(result, Right)]
        odoo_orders.hurry(tx, self._account, right, UnitsInDoubt.code)
        return kept


def _products(
    known: Mapping[str, RecordRow], units: Mapping[str, UnitThere], lots: Mapping[str, RecordRow]
) -> dict[str, int]:
    """The products there by variant. What came from there without a model is, once a person here says its model, of the
    product that it came as."""
    found = {variant_id: row.remote_id for variant_id, row in known.items()}
    taken = set(found.values())
    for unit_id, row in lots.items():
        came_as = (row.base or {}).get("product")
        variant_id = units[unit_id].product.variant_id
        if came_as and variant_id not in found and came_as not in taken:
            found[variant_id] = int(came_as)
            taken.add(int(came_as))
    return found


def _base(unit: UnitThere, result: Right | Differs) -> dict[str, object]:
    """What both have now, and where the unit lies here while its piece lies there: who moved it later shows so."""
    base = dict(result.base)
    if unit.state == IN_HOUSE and not (isinstance(result, Differs) and PLACE in result.fields):
        base["at"] = f"{unit.warehouse}/{unit.bin}" if unit.warehouse else ""
    return base


def _outcome(unit: UnitThere | None, result: UnitResult | None) -> Outcome:
    match result:
        case Right(changed=changed, notes=notes):
            assert unit is not None, "there is no result without a unit"
            return Done({"old": "", "new": unit.identifier} if changed else None, notes, found=not changed)
        case Differs(theirs=theirs, said=said):
            assert unit is not None, "there is no result without a unit"
            kept = diverged.kept(said, theirs)
            names = tuple(one.name for one in diverged.both(kept))
            return Parked(Fault.DIVERGED, ChangedThere(serial=unit.identifier, fields=names), kept)
        case Doubt(failure):
            return Parked(Fault.REJECTED, failure)
        case None:
            return Dropped()  # it cannot stand there yet: no model, no serial
