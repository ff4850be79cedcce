"""A serial that came into the house by Odoo's books is received here, as at the bench."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from bmdesk.domain.effects import UnitOf, unit_lane
from bmdesk.domain.identifiers import Identifier, identify
from bmdesk.domain.unit import IN_HOUSE, State
from bmdesk.services import wants
from bmdesk.services.desk import Actor
from bmdesk.services.grading import arrivals
from bmdesk.services.grading.hand import NOBODY, Hand
from bmdesk.services.lines import one_line
from bmdesk.services.odoo.taken import WHO, Came, Taker
from bmdesk.services.odoo.takeover.found_there import ProductFound
from bmdesk.services.odoo.units import batches_in
from bmdesk.services.odoo.units.products_in import take_product
from bmdesk.services.odoo.units.units_places import PlacesHere
from bmdesk.services.odoo.units.units_seen import CUSTOMER, SUPPLIER, LotSeen, MoveSeen, ProductSeen
from bmdesk.services.odoo.units.units_taking import Taking
from bmdesk.services.odoo.units.units_there import LOT, PRODUCT, GradeKept
from bmdesk.store.engine import Connection
from bmdesk.store.kept import keep_failure
from bmdesk.store.queries import batches, odoo, orders, outbox, units
from bmdesk.store.queries.units import UnitRow
from bmdesk.store.transaction import Row, Tx
from bmdesk.texts import Failure, msg

_OF_BATCH = 60
_SOURCES = {SUPPLIER: "purchase", CUSTOMER: "return"}


class SameSerial(Failure):
    """Another lot of this serial stands for the unit already. Params: `serial`, `product`."""

    code = "odoo.in.same_serial"


class OtherModel(Failure):
    """The unit of this serial is of another model here. Params: `serial`, `product`, `model`."""

    code = "odoo.in.other_model"


@dataclass(frozen=True, slots=True)
class Begun:
    """How Odoo stood when its units were first read: its newest change, and the newest movement's line. What lay there
    then is for a first import to choose."""

    at: datetime
    line: int

    def is_before(self, last: MoveSeen | None) -> bool:
        """Whether this movement came after it. Odoo tells times to the second."""
        return (
            last is not None and last.changed is not None and (last.changed, last.id) > (self.at, self.line)
        )


@dataclass(frozen=True, slots=True)
class Reading(Taker):
    """What one reading of units goes by. `sends`: whether what is here goes there, too. `grade`: the seller's own place
    for it; None: bmdesk's field. `orders`: whether what is delivered there for our orders is read, too. `begun`: what
    was moved there before is not received here; None: nobody noted it."""

    places: PlacesHere
    sends: bool = True
    grade: GradeKept | None = None
    orders: bool = True
    begun: Begun | None = None


def may_arrive(connection: Connection, reading: Reading, seen: LotSeen) -> bool:
    """Whether it came into the house, or is one that is here; and lies there once, and is told apart by its serial.
    What bmdesk made there is the outbox's."""
    alone = seen.product.by_serial and seen.place is not None and seen.pieces == 1 and not seen.of_unit
    came = reading.begun is None or reading.begun.is_before(seen.last)
    return alone and (came or _is_here(connection, reading, seen))


def _is_here(connection: Connection, reading: Reading, seen: LotSeen) -> bool:
    unit_id = _unit_of(connection, reading, seen)
    return bool(unit_id) and State(units.unit(connection, unit_id).state) in IN_HOUSE


def _unit_of(connection: Connection, reading: Reading, seen: LotSeen) -> str:
    """The unit of this serial; "" for none."""
    try:
        serial = identify(seen.name).value
    except Failure:
        return ""
    return units.by_identifier(connection, reading.desk.company, serial) or ""


def arrive(tx: Tx, reading: Reading, seen: LotSeen) -> tuple[Came, str]:
    """What becomes of a lot that stands for nothing here, and the unit that it stands for from now on, if any. Raises
    Failure where it cannot be here."""
    if not may_arrive(tx.connection, reading, seen):
        return Came.NOTHING, ""
    identifier = identify(seen.name)
    unit_id = units.by_identifier(tx.connection, tx.company, identifier.value)
    if unit_id is None:
        actor = _actor(reading, seen)
        unit_id = arrivals.first_seen(tx, identifier, actor.code, actor.station)
        tx.take_touched()
    elif odoo.records(tx.connection, reading.account_id, LOT, [unit_id]):
        raise SameSerial(serial=identifier.value, product=seen.product.name)
    row = units.unit(tx.connection, unit_id)
    if State(row.state) in IN_HOUSE:
        if reading.sends and seen.name == identifier.value:
            ask_outbox(tx, reading, unit_id)  # it finds the lot by the serial
            return Came.NOTHING, ""
        return Came.NOTHING, _met(tx, reading, seen, row)
    came_back = seen.last is not None and seen.last.came_from in _SOURCES
    if State(row.state) is not State.EXPECTED and not came_back:
        return Came.NOTHING, ""  # it left from here, and Odoo has not heard of that yet
    receive(tx, reading, seen, row, identifier)
    reading.log(tx, msg("odoo.in.received", serial=identifier.value, product=seen.product.name))
    return Came.TAKEN, row.id


def rivals(connection: Connection, reading: Reading, seen: Iterable[LotSeen]) -> dict[int, int]:
    """Those of these lots that stand for nothing here and bear the serial of a unit, by the lot that stands for it."""
    found = list(seen)
    known = odoo.by_remote(connection, reading.account_id, LOT, [one.id for one in found])
    units_of = {one.id: _unit_of(connection, reading, one) for one in found if one.id not in known}
    bound = odoo.records(connection, reading.account_id, LOT, [unit for unit in units_of.values() if unit])
    return {lot: bound[unit].remote_id for lot, unit in units_of.items() if unit in bound}


def take_its_place(tx: Tx, reading: Reading, seen: LotSeen, gone: int) -> None:
    """The lot of its serial was deleted there, or merged into this one: what is here stands for this one now. Nothing
    of what it says was agreed."""
    record = odoo.by_remote(tx.connection, reading.account_id, LOT, [gone]).get(gone)
    if record is None or not may_arrive(tx.connection, reading, seen):
        return
    odoo.forget(tx, reading.account_id, LOT, record.local_id)
    row = units.find_unit(tx.connection, tx.company, record.local_id)
    if row is not None and State(row.state) in IN_HOUSE and seen.place is not None:
        base = {"product": seen.product.id, "lay": seen.place.id}
        odoo.agree(tx, reading.account_id, LOT, row.id, seen.id, base)
    reading.log(tx, msg("odoo.in.other_lot_now", serial=seen.name[:60]))


def _met(tx: Tx, reading: Reading, seen: LotSeen, row: UnitRow) -> str:
    """It was received here before it was there, and nothing goes there that would find the lot, or not as it is
    spelled: it stands for this unit from now on, so that a sale there is heard of, and none is made anew. Raises
    OtherModel."""
    variant_id = _variant(tx, reading.account_id, seen.product)
    if variant_id and row.variant_id and variant_id != row.variant_id:
        raise OtherModel(serial=seen.name[:60], product=seen.product.name, model=row.title)
    return row.id


def receive(tx: Tx, reading: Reading, seen: LotSeen, row: UnitRow, identifier: Identifier) -> None:
    """The unit came in: in a batch named after the transfer, as the model that the product there is, or as none yet:
    then the bench asks, and the history says what Odoo called it."""
    policies = reading.desk.policies(tx.connection)
    actor = _actor(reading, seen)
    promised = batches.lines_to(tx.connection, row.id)
    batch_id = None if promised else _batch(tx, reading, seen.last)
    seat = replace(NOBODY, batch_id=batch_id, variant_id=_variant(tx, reading.account_id, seen.product))
    arrivals.arrive(Hand(tx, policies, actor, seat, seated=False), row, identifier)
    where = reading.places.of(seen.place, None) if seen.place is not None else None
    if where is not None:
        Taking(tx, policies, actor, row.id).put_away(where)
    transfer = seen.last.transfer if seen.last is not None else ""
    params: dict[str, str | int] = {"product": seen.product.name, "transfer": transfer or "-"}
    units.append_history(tx, row.id, actor.code, actor.station, "history.odoo_received", params)


def ask_outbox(tx: Tx, reading: Reading, unit_id: str) -> None:
    """The outbox looks at it; not anew for one that waits or stands aside already."""
    if not outbox.unfinished(tx.connection, reading.account_id, unit_lane(unit_id)):
        wants.want(tx, UnitOf(unit_id))


def _actor(reading: Reading, seen: LotSeen) -> Actor:
    return reading.actor(seen.last.by if seen.last is not None else seen.by)


def aside(tx: Tx, reading: Reading, seen: LotSeen, problem: Failure) -> Came:
    """It is kept with the records that could not be taken, and told once."""
    known = orders.quarantined_body(tx.connection, reading.account_id, LOT, str(seen.id))
    reason = keep_failure(problem) or {}
    if known is not None and known["reason"] == reason:
        return Came.NOTHING
    body: Row = {"lot": seen.name[:200], "product": seen.product.name}
    orders.quarantine(tx, reading.account_id, LOT, str(seen.id), reason, body)
    said = msg("odoo.in.aside", serial=seen.name[:60], reason=problem.happened)
    reading.log(tx, said, "warning")
    return Came.SHOWN


def _batch(tx: Tx, reading: Reading, last: MoveSeen | None) -> str:
    """The open batch of this transfer."""
    code = one_line(f"{WHO} {last.transfer}" if last is not None else WHO, _OF_BATCH).strip()
    source = _SOURCES.get(last.came_from, "") if last is not None else ""
    policies = reading.desk.policies(tx.connection)
    return str(batches_in.still_open(tx, policies, code, source)["id"])


def _variant(tx: Tx, account_id: str, product: ProductSeen) -> str | None:
    """Which variant the product is, as a first import finds it; that is remembered then. None: a person says at the
    bench."""
    found = ProductFound(product.id, product.name, product.code, product.barcode, "")
    take_product(tx, account_id, found, make=False)
    known = odoo.by_remote(tx.connection, account_id, PRODUCT, [product.id]).get(product.id)
    return known.local_id if known is not None else None
