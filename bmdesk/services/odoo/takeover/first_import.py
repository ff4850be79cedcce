"""A serial in Odoo's stock becomes a unit here, in the transaction of whoever brings it.

It comes as any device does that is received, with a batch of its own. What its lot says of grade and battery counts as
earlier evidence, and the gate has the last word; without any it waits for the bench. What cannot be taken is told with
the reason.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any

from bmdesk.domain import unit as life
from bmdesk.domain.cards import parse_place
from bmdesk.domain.gate import Level
from bmdesk.domain.grading import OwnGrade
from bmdesk.domain.identifiers import Identifier, IdentifierKind, identify
from bmdesk.domain.money import Money, NotMoney
from bmdesk.domain.unit import State
from bmdesk.services.grading import judgement
from bmdesk.services.grading.arrivals import begin_stay, first_seen
from bmdesk.services.grading.finishing import sku_of
from bmdesk.services.odoo import odoo_settings
from bmdesk.services.odoo.choices import Kind
from bmdesk.services.odoo.takeover.found_there import LotValues, Outcome, PieceFound, Taken
from bmdesk.services.odoo.units import batches_in
from bmdesk.services.odoo.units.units_in import AGAIN
from bmdesk.services.odoo.units.units_there import LOT, PRODUCT
from bmdesk.services.policies import Policies
from bmdesk.store.queries import inspections, odoo, people, units
from bmdesk.store.transaction import Row, Tx
from bmdesk.texts import Failure, Text, msg

FLOOR = "-"
"""The bin of what lies in a warehouse and in no bin that has a name."""

_METHOD = "earlier evidence"
_MOST_MINOR = 2_000_000_000


@dataclass(frozen=True, slots=True)
class House:
    """Which warehouse here a location there is, by its id."""

    warehouses: Mapping[int, str]

    def place(self, piece: PieceFound) -> tuple[str, str] | None:
        """Warehouse and bin of the piece; None where nobody said which warehouse its location is."""
        for location in reversed(piece.path):
            warehouse = self.warehouses.get(location)
            if warehouse is not None:
                inner = location != piece.path[-1]
                named = parse_place(f"{warehouse}/{piece.place}") if inner and piece.place else None
                return named or (warehouse, FLOOR)
        return None


@dataclass(frozen=True, slots=True)
class Arrival:
    """How pieces come in: who brings them, into which batch."""

    account_id: str
    operator: str
    station: str
    batch: str
    source: str
    house: House


def house_of(tx: Tx, policies: Policies, stock: int) -> House:
    """By what a person chose; `stock`, where the company's first warehouse there has its goods, is the warehouse here
    that goods come into, unless something else was chosen for either."""
    chosen = odoo.choices(tx.connection, tx.company, Kind.LOCATION)
    usual = str(policies.settings["receiving.warehouse"])
    warehouses: dict[int, str] = {}
    for code, row in chosen.items():
        if row.remote_id not in warehouses or code == usual:
            warehouses[row.remote_id] = code
    if usual not in chosen:
        warehouses.setdefault(stock, usual)
    return House(warehouses)


def takes_evidence(policies: Policies) -> bool:
    """Whether the gate may let a unit pass that was graded elsewhere and that nobody here has tested."""
    rules = policies.gate.categories.values()
    return any(one.levels.get("earlier_evidence") is not Level.REQUIRED for one in rules)


def take_piece(tx: Tx, policies: Policies, arrival: Arrival, piece: PieceFound) -> Taken:
    """The unit of this piece, made where there is none, its lot remembered; a text says why it was left out."""
    if odoo.by_remote(tx.connection, arrival.account_id, LOT, [piece.lot_id]):
        return Outcome.KNOWN
    doubt = _doubt(piece)
    if doubt is not None:
        return doubt
    try:
        identifier = identify(piece.serial)
    except Failure as failure:
        return failure.happened
    place = arrival.house.place(piece)
    if place is None:
        return msg("odoo_import.place_unknown", place=piece.place)
    products = odoo.by_remote(tx.connection, arrival.account_id, PRODUCT, [piece.product_id])
    if piece.product_id not in products:
        return msg("odoo_import.product_unknown", product=piece.product)
    variant_id = products[piece.product_id].local_id
    unit_id = units.by_identifier(tx.connection, tx.company, identifier.value)
    if unit_id is not None and State(units.unit(tx.connection, unit_id).state) is not State.EXPECTED:
        return _is_here(tx, arrival, piece, unit_id, variant_id)
    _arrive(tx, policies, arrival, piece, identifier, (unit_id, variant_id, place))
    return Outcome.NEW


def _doubt(piece: PieceFound) -> Text | None:
    if piece.quantity != 1 or len(piece.places) > 1:
        names = ", ".join(piece.places[:5]) or piece.place
        return msg("odoo_import.not_one", quantity=f"{piece.quantity:g}", places=names)
    if piece.not_ours:
        return msg("odoo_import.not_ours")
    return msg("odoo_import.promised") if piece.reserved else None


def _is_here(tx: Tx, arrival: Arrival, piece: PieceFound, unit_id: str, variant_id: str) -> Taken:
    """Nothing of the unit changes: only its lot is remembered."""
    row = units.unit(tx.connection, unit_id)
    state = State(row.state)
    if state not in life.IN_HOUSE:
        return msg("odoo_import.left_here", state=life.state_text(state))
    if row.variant_id is not None and row.variant_id != variant_id:
        return msg("odoo_import.other_model", product=piece.product, model=row.title)
    if odoo.records(tx.connection, arrival.account_id, LOT, [unit_id]):
        return msg("odoo_import.other_lot")
    odoo.agree(tx, arrival.account_id, LOT, unit_id, piece.lot_id, None)
    if not odoo_settings.of(tx.connection, tx.company).units_go.sends:
        # Nothing goes there that would find out where it lies: the next reading does, and hears when it is sold.
        odoo.agree(tx, arrival.account_id, AGAIN, unit_id, piece.lot_id, None)
    return Outcome.KNOWN


def _arrive(
    tx: Tx,
    policies: Policies,
    arrival: Arrival,
    piece: PieceFound,
    identifier: Identifier,
    known: tuple[str | None, str, tuple[str, str]],
) -> None:
    found, variant_id, place = known
    said, who = piece.said, (arrival.operator, arrival.station)
    unit_id = found or first_seen(tx, identifier, *who)
    _second(tx, unit_id, identifier, said.second_identifier)
    batch = batches_in.still_open(tx, policies, arrival.batch, arrival.source)
    grade = next((one for text in said.grades if (one := policies.grade_map.resolve(text))), None)
    evidence = _evidence(piece) if grade is not None or said.battery is not None else ""
    cost = _cost(piece)
    bought: Row = {
        "batch_id": batch["id"],
        "source": batch["source"],
        "supplier": batch["supplier"],
        "cost_minor": cost.minor if cost is not None else batch["unit_cost_minor"],
        "cost_currency": cost.currency if cost is not None else batch["currency"],
        "vat_scheme": batch["vat_scheme"],
        "earlier_evidence": evidence,
        "labour_minutes": 0,
    }
    row = units.unit(tx.connection, unit_id)
    where: dict[str, Any] = {"location_id": people.location_id(tx, *place), "variant_id": variant_id}
    state = State.HELD if evidence else State.RECEIVED
    stay_id = begin_stay(tx, row, state, bought, **where)
    if evidence:
        _take_evidence(tx, arrival, (unit_id, stay_id, variant_id), said, grade)
        told = (piece.product, grade.code if grade else "", _percent(said), str(cost) if cost else "")
        params: dict[str, str | int] = {"file": "Odoo", "facts": ", ".join(one for one in told if one)}
        units.append_history(tx, unit_id, *who, "history.imported", params)
    else:
        came: dict[str, str | int] = {"batch": batch["code"], "stay": row.stay_number + 1}
        units.append_history(tx, unit_id, *who, "history.received", came)
    judgement.settle(tx, unit_id, judgement.judge(tx, policies, unit_id))
    base = {"values": dict(said.base), "place": piece.path[-1]}
    odoo.agree(tx, arrival.account_id, LOT, unit_id, piece.lot_id, base)
    tx.touched.clear()  # an import is no step that could be undone


def _second(tx: Tx, unit_id: str, first: Identifier, text: str) -> None:
    """The device's other number, where it is one and nobody else has it."""
    if not text:
        return
    try:
        second = identify(text)
    except Failure:
        return
    if units.by_identifier(tx.connection, tx.company, second.value) is not None:
        return
    both = first.kind is IdentifierKind.IMEI and second.kind is IdentifierKind.IMEI
    kind = IdentifierKind.IMEI2 if both else second.kind
    units.add_identifier(tx, unit_id, Identifier(kind, second.value))


def _take_evidence(
    tx: Tx, arrival: Arrival, ids: tuple[str, str, str], said: LotValues, grade: OwnGrade | None
) -> None:
    unit_id, stay_id, variant_id = ids
    values: Row = {}
    if grade is not None:
        values |= {"grade": grade.maps_to, "own_grade": grade.code}
        values["sku_id"] = sku_of(tx, variant_id, grade.maps_to, new_battery=False)
    if said.battery is not None:
        # Read when it was inspected; where nobody knows when, it counts from today.
        at = _morning(said, tx.now)
        values |= {"battery_percent": said.battery, "battery_at": at}
        inspections.set_battery(
            tx,
            tx.new_id(),
            unit_id=unit_id,
            stay_id=stay_id,
            percent=said.battery,
            cycles=None,
            design_mah=None,
            full_mah=None,
            method=_METHOD,
            withdrawn=False,
            operator=arrival.operator,
            at=at,
        )
    units.set_unit(tx, unit_id, **values)


def _morning(said: LotValues, now: datetime) -> datetime:
    if said.inspected_on is None or said.inspected_on >= now.date():
        return now
    return datetime.combine(said.inspected_on, time(), UTC)


def _evidence(piece: PieceFound) -> str:
    day = piece.said.inspected_on
    return f"Odoo, {day.isoformat()}" if day is not None else "Odoo"


def _percent(said: LotValues) -> str:
    return f"{said.battery} %" if said.battery is not None else ""


def _cost(piece: PieceFound) -> Money | None:
    """What a column can keep of it; None for none."""
    if piece.cost is None or piece.cost <= 0:
        return None
    try:
        found = Money.parse(f"{piece.cost:.2f}", piece.currency)
    except NotMoney:
        return None
    return found if found.minor <= _MOST_MINOR else None
