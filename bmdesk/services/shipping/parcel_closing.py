"""Closing a parcel: is this number its own, and then, all at once, every unit goes in and Back Market is to be told.

What cannot be taken back begins here: the identifiers that are sent can never be corrected at Back Market.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import timedelta

from bmdesk.domain import customers as who
from bmdesk.domain.effects import Kind, StepOf, StockOf
from bmdesk.domain.identifiers import imeis_within, sku_key
from bmdesk.domain.packing import Refusal, sent_identifier
from bmdesk.domain.parcels import BadParcelNumber, parcel_number, suggested_shipper, tracking_url
from bmdesk.domain.scan import lookup_keys
from bmdesk.domain.unit import State
from bmdesk.services import wants
from bmdesk.services.desk import Actor
from bmdesk.services.orders import addresses, fulfilment, label_wait, order_board, reservation
from bmdesk.services.policies import Policies
from bmdesk.services.shipping import pack_facts, pack_lines
from bmdesk.services.shipping import pack_refusals as no
from bmdesk.store.queries import (
    allocations,
    backship,
    catalogue,
    counted,
    customers,
    order_progress,
    orders,
    parcels,
    units,
)
from bmdesk.store.queries.allocations import RESERVED, AllocationRow
from bmdesk.store.queries.customers import SHIPPING
from bmdesk.store.queries.orders import LineRow
from bmdesk.store.queries.packing import PackSeat, Proven
from bmdesk.store.transaction import Row, Tx
from bmdesk.texts import msg


class GateClosed(no.MayNotLeave):
    """A unit that was proven may not leave any more: what changed meanwhile. `refusals`: every reason."""

    def __init__(self, piece: Proven, refusals: tuple[Refusal, ...]) -> None:
        super().__init__(title=refusals[0].title, action=refusals[0].todo, count=len(refusals))
        self.piece, self.refusals = piece, refusals


@dataclass(frozen=True, slots=True)
class Closing:
    """One parcel that is about to be closed."""

    tx: Tx
    policies: Policies
    actor: Actor
    order: Row
    place: PackSeat

    def number(self, text: str) -> tuple[str, str]:
        """The parcel's number as it will be sent, and its carrier.

        Raises BadParcelNumber, NotTheLabel, LabelNotThere, OldAddress, OtherAddress.
        """
        connection = self.tx.connection
        devices = frozenset(
            one.value
            for piece in self.place.proven
            if piece.unit_id is not None
            for one in units.identifiers(connection, piece.unit_id)
        )
        carriers = parcels.carriers(connection, self.tx.company)
        given = parcel_number(text, device_identifiers=devices, carriers=carriers)
        self._is_no_other_code(text, given)
        self._is_the_label(given)
        other = self._used_by(given)
        if other is not None:
            raise no.OtherAddress(number=given, order=str(other))
        return given, suggested_shipper(given, carriers, self.order["shipper"])

    def _is_no_other_code(self, text: str, given: str) -> None:
        """What lies on the table beside the label bears codes too: devices, their boxes, our own labels of goods.

        Raises BadParcelNumber.
        """
        connection, company = self.tx.connection, self.tx.company
        hint = msg("parcel.scan_the_label")
        read = {*lookup_keys(text), *imeis_within(given), given}
        forms = read | {one.removeprefix("S") for one in read}  # makers print an S before the serial number
        if any(units.by_identifier(connection, company, one) is not None for one in forms):
            raise BadParcelNumber(number=given, reason=msg("parcel.bad_device"), hint=hint)
        ours = sku_key(text)
        if (
            catalogue.sku_by_key(connection, company, ours) is not None
            or catalogue.by_model_code(connection, company, ours) is not None
            or (given.isdecimal() and catalogue.by_ean(connection, company, given))
        ):
            raise BadParcelNumber(number=given, reason=msg("parcel.bad_goods"), hint=hint)

    def _is_the_label(self, given: str) -> None:
        """The label that was made for this order, by Back Market or a carrier's tool, for no other and for the address
        that counts now. Raises NotTheLabel, LabelNotThere, OldAddress.
        """
        account, number = self.order["account_id"], self.order["remote_id"]
        if addresses.is_old(self.tx, self.order["id"], given):
            raise no.OldAddress(number=given, order=str(number))
        label = backship.label_of_order(self.tx.connection, account, number)
        waits = self.order["is_backship"] and not label
        if waits and not label_wait.is_given_up(self.tx.connection, self.order["id"]):
            raise no.LabelNotThere(order=str(number))
        if label and re.sub(r"[\s\-]", "", label).upper() != given:
            raise no.NotTheLabel(number=given, label=label)
        other = backship.order_of_label(self.tx.connection, account, given)
        if other is not None and other != number:
            raise no.NotTheLabel(number=given, label=label or "-")

    def _used_by(self, given: str) -> int | None:
        """Back Market's number of an order to another address that has this parcel number, lately: carriers give a
        number again after a year.
        """
        tx, order = self.tx, self.order
        since, here = tx.now - _LATELY, self._address(order["id"])
        found = parcels.other_address(tx.connection, tx.company, given, order["id"], here, since)
        if found is not None:
            return found
        for order_id, number in parcels.shown_with(tx.connection, tx.company, given, order["id"], since):
            if self._address(order_id) != here:
                return number
        return None

    def registered(self) -> list[str]:
        """The identifiers that will stand at Back Market, for ever."""
        found = []
        for piece in self.place.proven:
            if piece.unit_id is None:
                continue
            row = units.unit(self.tx.connection, piece.unit_id)
            checklist = self.policies.checklist(row.category)
            needs = checklist is not None and checklist.needs_imei
            sent = sent_identifier(units.identifiers(self.tx.connection, piece.unit_id), needs_imei=needs)
            found.append(sent.value if sent else "-")
        return found

    def close(self) -> None:
        """The parcel is closed, and Back Market is to be told.

        Raises GateClosed, NotInThisOrder, and what `number` raises; then nothing changed.
        """
        tx, place, order = self.tx, self.place, self.order
        self.number(place.number)  # hours may have passed: another parcel may have it now
        carriers = parcels.carriers(tx.connection, tx.company)
        parcel_id = parcels.add(
            tx,
            account_id=order["account_id"],
            order_id=order["id"],
            number=place.number,
            shipper=place.shipper,
            url=tracking_url(place.number, carriers, place.shipper),
            address_hash=self._address(order["id"]),
            packed_by=self.actor.code,
            station=self.actor.station,
        )
        addresses.labelled_anew(tx, order["id"])
        for piece in place.proven:
            self._put_in(parcel_id, piece)
        said = msg("order.event.packed", number=place.number, pieces=len(place.proven))
        order_progress.tell(tx, order["id"], said, operator=self.actor.code, station=self.actor.station)
        fulfilment.settle(tx, self.policies, [order["id"]])
        wants.want(tx, StepOf(order["id"], Kind.SHIP))

    def _put_in(self, parcel_id: str, piece: Proven) -> None:
        """One piece goes in; the gate is asked once more, for hours may have passed since it was scanned."""
        tx, number = self.tx, self.order["remote_id"]
        line = orders.line(tx.connection, piece.line_id)
        assert line is not None, "a line is never deleted"
        if piece.unit_id is None:
            _take_counted(tx, line, 1)
            return
        found = pack_facts.refusals(tx, self.policies, piece.unit_id, line)
        fresh = tuple(one for one in found if not one.may_override or one.about not in piece.overruled)
        if fresh:
            raise GateClosed(piece, fresh)
        live = self._swap_in(line, piece.unit_id)
        reservation.pack(tx, number, line, live, self.actor.code, self.actor.station)
        why = {"override_reason": piece.override_reason, "override_by": piece.override_by}
        allocations.change(tx, line.id, piece.unit_id, parcel_id=parcel_id, **why)
        if piece.override_by:
            told = msg("order.event.overridden", reason=piece.override_reason, supervisor=piece.override_by)
            order_progress.tell(tx, self.order["id"], told, line_id=line.id, operator=self.actor.code)
            let: dict[str, str | int] = {"order": str(number), "reason": piece.override_reason}
            let["supervisor"] = piece.override_by
            units.append_history(
                tx, piece.unit_id, self.actor.code, self.actor.station, "history.overridden", let
            )

    def _swap_in(self, line: LineRow, unit_id: str) -> AllocationRow:
        """The unit as it is reserved for this line.

        One that nobody had reserved takes the place of one that was: the other is for sale again.
        """
        tx, actor, number = self.tx, self.actor, self.order["remote_id"]
        live = allocations.live_of_unit(tx.connection, unit_id)
        if live is not None and live.line_id == line.id:
            return live
        proven = {one.unit_id for one in self.place.proven}
        there = allocations.of_lines(tx.connection, [line.id])
        spare = [a for a in there if a.state == RESERVED and a.unit_id not in proven]
        if spare and line.named >= line.quantity:
            reservation.release(tx, self.policies, number, line, spare[0], actor.code, actor.station)
            names = {
                "unit": reservation.name_of(tx, unit_id),
                "instead": reservation.name_of(tx, spare[0].unit_id),
            }
            said = msg("order.event.swapped", **names)
            order_progress.tell(tx, line.order_id, said, line_id=line.id, operator=actor.code)
        row = units.unit(tx.connection, unit_id)
        if live is not None or State(row.state) is not State.READY:
            raise no.NotInThisOrder(unit=reservation.name_of(tx, unit_id), order=str(number))
        reservation.reserve(tx, number, line, unit_id, actor.code, actor.station)
        swapped = allocations.live_of_unit(tx.connection, unit_id)
        assert swapped is not None, "it was just reserved"
        return swapped

    def _address(self, order_id: str) -> str:
        person = customers.address(self.tx.connection, order_id, SHIPPING)
        # An order that says not where it goes shares its parcel's number with no other.
        key = (who.address_key(person).strip("|") if person is not None else "") or order_id
        return hashlib.sha256(key.encode()).hexdigest()


def put_back_counted(tx: Tx, line: LineRow) -> None:
    """The parcel was opened again: counted pieces of this line lie on the shelf as open pieces of it."""
    if line.named and pack_lines.is_counted(tx, line):
        _take_counted(tx, line, -line.named)


def _take_counted(tx: Tx, line: LineRow, pieces: int) -> None:
    """Counted goods come off the shelf when the parcel is closed. They come off the line's open pieces in the same
    moment, so the quantity on offer stays what it was.
    """
    sku = order_board.sku_of(tx, line)
    if sku is None or sku.pieces is None:
        return
    counted.name_pieces(tx, line.id, pieces)
    counted.set_pieces(tx, sku.id, max(0, sku.pieces - pieces))
    wants.want(tx, StockOf(sku.id, lower=True))


_LATELY = timedelta(days=365)
