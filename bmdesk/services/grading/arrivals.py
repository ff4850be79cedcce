"""A device comes to the bench: a new unit, an expected one, one that comes back, or one that is already here.

How a unit first becomes known, and how a stay begins, holds for lists and imports too. Says nothing about what is
recorded of it afterwards (services.grading.recording).
"""

from __future__ import annotations

from typing import Any

from bmdesk.domain import unit as life
from bmdesk.domain.changes import Change
from bmdesk.domain.identifiers import Identifier, IdentifierKind
from bmdesk.domain.unit import State
from bmdesk.services.grading.hand import Hand
from bmdesk.services.grading.refusals import BatchClosed, IdentifierTaken, TooManyImeis, UnitInHandOpen
from bmdesk.store.queries import batches, catalogue, inspections, odoo_sold, people, units
from bmdesk.store.queries.odoo_sold import EarlierSale
from bmdesk.store.queries.units import UnitRow
from bmdesk.store.transaction import Row, Tx
from bmdesk.texts import Text, msg

_COMES_BACK = {State.SHIPPED, State.GONE}


def scan_device(hand: Hand, identifier: Identifier) -> Text:
    """An identifier was scanned: bind it to the unit in hand after ALSO, else take the device it names into the hand.

    Raises UnitInHandOpen when the unit in hand is neither done, held nor untouched; IdentifierTaken after ALSO.
    """
    connection, company = hand.tx.connection, hand.tx.company
    known = units.by_identifier(connection, company, identifier.value)
    if hand.seat.binding and hand.seat.unit_id is not None:
        return _bind(hand, identifier, known)
    if known is not None and known == hand.seat.unit_id and _is_here(hand.unit()):
        return msg("bench.already_in_hand", identifier=identifier.value)
    _let_go(hand)
    if known is None:
        known = first_seen(hand.tx, identifier, hand.actor.code, hand.actor.station)
        hand.tx.take_touched()  # who the device is was seen, not decided: UNDO takes back the arrival, not the sight
    row = units.unit(connection, known)
    hand.take(known)
    hand.tx.changes.add(Change.SEAT)
    state = State(row.state)
    if state is State.EXPECTED or state in _COMES_BACK:
        return arrive(hand, row, identifier)
    return msg("bench.opened", identifier=identifier.value, state=life.state_text(state))


def first_seen(tx: Tx, identifier: Identifier, operator: str, station: str) -> str:
    """A unit that nobody knew: it is expected until it arrives; its id."""
    unit_id = units.add_unit(tx, State.EXPECTED.value)
    units.add_identifier(tx, unit_id, identifier)
    seen: dict[str, str | int] = {"kind": identifier.kind.value, "identifier": identifier.value}
    units.append_history(tx, unit_id, operator, station, "history.first_seen", seen)
    for sale in odoo_sold.of_serial(tx.connection, tx.company, identifier.value):
        sold_earlier(tx, unit_id, sale, operator, station)
    return unit_id


def sold_earlier(tx: Tx, unit_id: str, sale: EarlierSale, operator: str, station: str) -> None:
    """The unit's history says how it was sold before bmdesk knew of it."""
    code = "history.odoo_sold_back" if sale.back else "history.odoo_sold"
    params: dict[str, str | int] = {"order": sale.number, "on": sale.on, "sale": sale.sale}
    units.append_history(tx, unit_id, operator, station, code, params)


def begin_stay(tx: Tx, row: UnitRow, state: State, bought: Row, **unit: Any) -> str:
    """The unit comes in: a new stay, for which nothing counts that was found in an earlier one; the stay's id.

    `bought`: batch, source, cost, VAT scheme and the like, as columns of the stay; `unit`: further columns of the unit.
    """
    stay_id, number = tx.new_id(), row.stay_number + 1
    came: Row = {
        "unit_id": row.id,
        "number": number,
        "arrived_at": tx.now,
        "left_at": None,
        "new_battery": False,
    }
    units.set_stay(tx, stay_id, **came, **bought)
    units.set_unit(
        tx,
        row.id,
        state=life.move(State(row.state), state).value,
        stay_number=number,
        batch_id=bought["batch_id"],
        gone_reason="",
        hold_reason="",
        grade="",
        own_grade="",
        sku_id=None,
        battery_percent=None,
        battery_at=None,
        **unit,
    )
    return stay_id


def _bind(hand: Hand, identifier: Identifier, known: str | None) -> Text:
    row = hand.changeable(repair=True)
    if known == row.id:
        hand.take(row.id)
        return msg("bench.already_bound", identifier=identifier.value)
    if known is not None:
        _take_over(hand, row, known, identifier)
    kinds = {i.kind for i in units.identifiers(hand.tx.connection, row.id)}
    kind = identifier.kind
    if kind is IdentifierKind.IMEI and IdentifierKind.IMEI in kinds:
        kind = IdentifierKind.IMEI2
        if kind in kinds:  # a phone has two at most: this is the next phone, and ALSO was forgotten
            raise TooManyImeis(identifier=identifier.value)
    units.add_identifier(hand.tx, row.id, Identifier(kind, identifier.value))
    hand.take(row.id)
    hand.close_step(row.id, "history.bound", kind=kind.value, identifier=identifier.value)
    return msg("bench.bound", identifier=identifier.value)


def _take_over(hand: Hand, row: UnitRow, known: str, identifier: Identifier) -> None:
    """The other unit of this number was only promised: it is this very device, so its number and line come here.

    A supplier lists serial numbers, the bench scans the IMEI first. Raises IdentifierTaken for a unit that was here.
    """
    tx = hand.tx
    promised = units.unit(tx.connection, known)
    if State(promised.state) is not State.EXPECTED or promised.stay_number > 0:
        raise IdentifierTaken(identifier=identifier.value)
    for other in units.identifiers(tx.connection, known):
        batches.let_go_of(tx, other)
        if other.value != identifier.value:
            units.add_identifier(tx, row.id, other)
    for line in batches.lines_to(tx.connection, known):
        batches.set_expected(tx, line["id"], unit_id=row.id)
        stay = hand.stay(row)
        if line["cost_minor"] is not None and line["batch_id"] == stay["batch_id"]:
            units.set_stay(tx, stay["id"], cost_minor=line["cost_minor"], cost_currency=line["currency"])
    if row.variant_id is None and promised.variant_id is not None:
        units.set_unit(tx, row.id, variant_id=promised.variant_id)
    units.set_unit(tx, known, state=life.move(State.EXPECTED, State.GONE).value, gone_reason="same_device")
    same: dict[str, str | int] = {"identifier": identifier.value}
    units.append_history(tx, known, hand.actor.code, hand.actor.station, "history.merged", same)
    tx.changes.add(Change.BATCHES)


def _is_here(row: UnitRow) -> bool:
    """Not so when a colleague took its arrival back, or it was sold, while it was in this hand."""
    return State(row.state) in life.IN_HOUSE


def _let_go(hand: Hand) -> None:
    """The unit in hand may be laid aside when it is done, held, or nothing was recorded of it."""
    if hand.seat.unit_id is None:
        return
    row = units.unit(hand.tx.connection, hand.seat.unit_id)
    if State(row.state) is State.INSPECTING:
        shown = units.identifiers(hand.tx.connection, row.id)
        raise UnitInHandOpen(unit=shown[0].value if shown else row.id)


def arrive(hand: Hand, row: UnitRow, identifier: Identifier) -> Text:
    """The device comes in: a new stay, with what the batch and its list say of it."""
    tx, settings = hand.tx, hand.policies.settings
    batch = _batch(hand, row)
    values = [i.value for i in units.identifiers(tx.connection, row.id)]
    line = batches.expected_line(tx.connection, batch["id"], values) if batch else None
    variant_id = _variant(hand, row, batch, line)
    place = (batch or {}).get("location_id") or people.location_id(
        tx, settings["receiving.warehouse"], settings["receiving.bin"]
    )
    cost, currency = _cost(hand, batch, line)
    bought: Row = {
        "batch_id": batch["id"] if batch else None,
        "source": batch["source"] if batch else "",
        "supplier": batch["supplier"] if batch else "",
        "cost_minor": cost,
        "cost_currency": currency,
        "vat_scheme": batch["vat_scheme"] if batch else settings["receiving.vat_scheme"],
        "earlier_evidence": "",
        "labour_minutes": (batch["preset"].get("labour_minutes") or 0) if batch else 0,
    }
    what = {"variant_id": variant_id} if variant_id else {}
    stay_id = begin_stay(tx, row, State.RECEIVED, bought, location_id=place, **what)
    for code, present in (batch["preset"].get("accessories") or {}).items() if batch else ():
        values_of: dict[str, Any] = {"present": present, "operator": hand.actor.code, "at": tx.now}
        inspections.set_accessory(tx, stay_id, code, **values_of)
    if batch is not None:
        hand.close_step(row.id, "history.received", batch=batch["code"], stay=row.stay_number + 1)
    else:
        hand.close_step(row.id, "history.received_loose", stay=row.stay_number + 1)
    tx.changes.add(Change.BATCHES)
    return _said(identifier, batch, line, row)


def _batch(hand: Hand, row: UnitRow) -> Row | None:
    """The batch on the bench; with none there, the open one whose list promised this device. Raises BatchClosed."""
    connection = hand.tx.connection
    if hand.seat.batch_id:
        chosen = batches.batch(connection, hand.seat.batch_id)
        if chosen["closed_at"] is not None:  # in Receiving, after its card was scanned here
            raise BatchClosed(batch=chosen["code"])
        return chosen
    promised = [batches.batch(connection, line["batch_id"]) for line in batches.lines_to(connection, row.id)]
    return next((batch for batch in promised if batch["closed_at"] is None), None)


def _variant(hand: Hand, row: UnitRow, batch: Row | None, line: Row | None) -> str | None:
    if line is not None and line["model_code"]:
        promised = catalogue.by_model_code(hand.tx.connection, hand.tx.company, line["model_code"])
        if promised is not None:
            return promised.id
    return hand.seat.variant_id or (batch["variant_id"] if batch else None) or row.variant_id


def _cost(hand: Hand, batch: Row | None, line: Row | None) -> tuple[int | None, str | None]:
    if line is not None and line["cost_minor"] is not None:
        return line["cost_minor"], line["currency"]
    if batch is not None and batch["unit_cost_minor"] is not None:
        return batch["unit_cost_minor"], batch["currency"]
    return None, hand.policies.currency


def _said(identifier: Identifier, batch: Row | None, line: Row | None, row: UnitRow) -> Text:
    if batch is None:
        return msg("bench.received_loose", identifier=identifier.value)
    if row.stay_number > 0:
        return msg("bench.received_again", identifier=identifier.value, batch=batch["code"])
    if line is not None:
        return msg("bench.received_expected", identifier=identifier.value, batch=batch["code"])
    return msg("bench.received", identifier=identifier.value, batch=batch["code"])
