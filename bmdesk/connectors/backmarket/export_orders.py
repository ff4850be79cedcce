"""Accepting an order, and telling that it has left. Each looks at the order first and never repeats what happened.

Which lines may be accepted says fulfilment; which units leave, and whether they may, was decided where they
were packed. What is registered as a line's identifier can never be corrected: it is sent once, for the unit in the
parcel.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bmdesk.connectors.backmarket.export_step import NotInThisState, OrderExporter
from bmdesk.connectors.base import Done, Dropped, Later, Outcome, Parked, Planned
from bmdesk.domain.effects import REPLAY, Fault, Kind
from bmdesk.domain.identifiers import Identifier, IdentifierKind
from bmdesk.domain.orders import OPEN, Conflict, Handling, LineState, Remote, state_text
from bmdesk.domain.packing import sent_identifier
from bmdesk.domain.parcels import OTHER, SHIPPERS
from bmdesk.domain.stock import SHIPPED_STATES
from bmdesk.services.orders import fulfilment, order_effects
from bmdesk.services.policies import Policies
from bmdesk.services.selling import account_settings
from bmdesk.services.shipping import parcels as parcel_service
from bmdesk.store.engine import Connection
from bmdesk.store.queries import (
    accounts,
    allocations,
    order_progress,
    orders,
    outbox_orders,
    parcels,
    units,
)
from bmdesk.store.queries.orders import LineRow
from bmdesk.store.queries.outbox import EffectRow
from bmdesk.store.queries.parcels import ParcelRow
from bmdesk.store.transaction import Tx
from bmdesk.texts import Failure

_NOT_YET = timedelta(minutes=5)
_VAT = {"regular": "REGULAR", "margin": "MARGINAL"}
_TAKE_OUT = (Conflict.GONE_WHILE_PACKED, Conflict.CHANGED, Conflict.ADDRESS)
"""With one of these open the parcel is not what the customer is to get, or goes where nobody waits for it."""


class NotPackedYet(Failure):
    """Other lines of the order are not packed yet. Params: order."""

    code = "ship.not_packed_yet"


class TakeOutFirst(Failure):
    """Something in the closed parcel must not leave any more. Params: order."""

    code = "ship.take_out_first"


class IdentifierTaken(Failure):
    """Back Market has another identifier for this line, for ever. Params: order, theirs, ours."""

    code = "ship.identifier_taken"


class IdentifierUsed(Failure):
    """This device's identifier stands at another order already. Params: order, other, ours."""

    code = "ship.identifier_used"


class OtherNumber(Failure):
    """Another tool told of another parcel. Params: order, theirs, ours."""

    code = "ship.other_number"


class AcceptExporter(OrderExporter):
    """Accepts the lines of an order that are bmdesk's, paid, and have all their units."""

    kind = Kind.ACCEPT
    replay = REPLAY[Kind.ACCEPT]

    def _perform(self, effect: EffectRow) -> Outcome:
        number, asked = self._number(effect), list[str]()
        open_ = self._look(effect, lambda tx: self._acceptable(tx, effect))
        while rest := [sku for sku in open_ if sku not in asked]:
            wire = self._client.move_lines(number, rest[0], Remote.ACCEPTED)
            asked.append(rest[0])
            open_ = self._keep(wire, lambda tx: self._acceptable(tx, effect))
        if any(sku in asked for sku in open_):  # an answer that says nothing of the lines is no proof
            open_ = self._look(effect, lambda tx: self._acceptable(tx, effect))
            if any(sku in asked for sku in open_):
                return self._not_taken(effect)
        return Done(
            {"old": str(Remote.PAID), "new": ", ".join(asked)[:200]} if asked else None, found=not asked
        )

    def plan(self, effect: EffectRow) -> Planned | None:
        order = self._row(effect)
        wire = self._client.order(order["remote_id"])
        paid = {line.sku for line in wire.lines if line.state == Remote.PAID}
        skus = self._desk.write(lambda tx: fulfilment.acceptable(tx, order["id"]))
        going = ", ".join(sku for sku in skus if sku in paid)[:200]
        if not going:
            return None
        old, new = str(Remote.PAID), str(Remote.ACCEPTED)
        return Planned(Kind.ACCEPT, going, order["market"], old, new, order_id=order["id"])

    def _acceptable(self, tx: Tx, effect: EffectRow) -> list[str]:
        """The SKUs, as Back Market writes them, all of whose paid lines may be accepted: it accepts them together."""
        outbox_orders.carried(tx, effect)
        name = accounts.account(tx.connection, self._account).name
        if account_settings.handling(tx.connection, tx.company, name) is Handling.READ:
            return []
        return fulfilment.acceptable(tx, effect.order_id or "")


@dataclass(frozen=True, slots=True)
class _Device:
    """A unit in the parcel. `sent`: the one identifier that is registered for it, None where it has none."""

    sent: Identifier | None
    known: frozenset[str]
    """Everything that it is known by."""
    stay_since: datetime | None
    vat_scheme: str


@dataclass(frozen=True, slots=True)
class _Going:
    """A line that leaves, with its devices; none of counted goods."""

    row: LineRow
    devices: tuple[_Device, ...]

    @property
    def theirs(self) -> str:
        return (self.row.imei or self.row.serial).upper()

    @property
    def to_tell(self) -> Identifier | None:
        """What is still to be registered. A line of several pieces has no place for all of them."""
        if self.row.quantity != 1 or self.theirs or not self.devices:
            return None
        return self.devices[0].sent


@dataclass(frozen=True, slots=True)
class _Seen:
    """What telling needs to know, read in one transaction right after the order was looked at."""

    number: int
    their_parcel: str
    parcel: ParcelRow | None
    lines: tuple[LineRow, ...]
    going: tuple[_Going, ...]
    blocked: bool

    @property
    def is_shipped(self) -> bool:
        return any(one.remote_state in SHIPPED_STATES for one in self.lines)

    @property
    def alone(self) -> bool:
        """Whether the identifier goes with the order itself: it has one line, of one piece, cancelled ones counted."""
        return len(self.lines) == 1 and self.lines[0].quantity == 1

    @property
    def vat_type(self) -> str:
        """Of the units. Two schemes in one order, by a person's choice, have no one type: then none is said."""
        schemes = {device.vat_scheme for line in self.going for device in line.devices}
        return _VAT.get(schemes.pop(), "") if len(schemes) == 1 else ""


class ShipExporter(OrderExporter):
    """Tells Back Market that a packed order has left: the identifier of every line first, then the parcel."""

    kind = Kind.SHIP
    replay = REPLAY[Kind.SHIP]

    def _perform(self, effect: EffectRow) -> Outcome:
        if self._desk.read(lambda c: parcels.of_order(c, effect.order_id or "")) is None:
            return Dropped()  # it was opened again
        seen = self._look(effect, lambda tx: self._see(tx.connection, effect))
        if seen.parcel is None:
            return Dropped()
        if seen.is_shipped:
            return self._shipped_already(effect, seen, seen.parcel)
        if not any(LineState(one.state) in OPEN for one in seen.lines):
            return Dropped()  # nothing of it leaves any more; a conflict says what to take out
        if waits := self._waits(seen):
            return waits
        if not effect.forced and (wrong := self._wrong_device(seen)):
            return wrong
        return self._tell(effect, seen, seen.parcel)

    def plan(self, effect: EffectRow) -> Planned | None:
        order = self._row(effect)
        wire = self._client.order(order["remote_id"])
        seen = self._desk.read(lambda c: self._see(c, effect))
        if seen.parcel is None or any(line.state == Remote.SHIPPED for line in wire.lines):
            return None
        waits = self._waits(seen)
        return Planned(
            Kind.SHIP,
            ", ".join(one.row.sku_text for one in seen.going)[:200],
            order["market"],
            str(Remote.ACCEPTED),
            f"{Remote.SHIPPED} {seen.parcel.number}",
            waits.problem.happened if waits is not None else None,
            order_id=order["id"],
        )

    # ---------------------------------------------------------------- may it be told

    def _shipped_already(self, effect: EffectRow, seen: _Seen, parcel: ParcelRow) -> Outcome:
        theirs = seen.their_parcel.replace(" ", "").upper()
        self._told(effect, theirs[:60])
        if theirs and theirs != parcel.number:
            return Dropped(OtherNumber(order=str(seen.number), theirs=theirs[:60], ours=parcel.number))
        return Done(found=True)

    def _waits(self, seen: _Seen) -> Later | None:
        """Why it cannot be told yet; asked again from time to time, and at once when the parcel is closed anew."""
        at, order = self._desk.clock.now() + _NOT_YET, str(seen.number)
        states = [LineState(one.state) for one in seen.lines]
        for state in (LineState.WAITING, LineState.TO_ACCEPT):
            if state in states:
                return Later(at, NotInThisState(order=order, state=state_text(state)))
        if seen.blocked:
            return Later(at, TakeOutFirst(order=order))
        return Later(at, NotPackedYet(order=order)) if LineState.ACCEPTED in states else None

    def _wrong_device(self, seen: _Seen) -> Parked | None:
        """Back Market has another device for a line, or this device for another: nothing is sent, it could never be
        corrected. A person who says so all the same ships it without that identifier.
        """
        for line in seen.going:
            for device in line.devices[:1]:
                ours = device.sent.value if device.sent is not None else min(device.known, default="-")
                if line.theirs and not any(line.theirs in one.known for one in line.devices):
                    taken = IdentifierTaken(order=str(seen.number), theirs=line.theirs, ours=ours)
                    return self._conflict(line, taken, line.theirs, ours)
                other = self._elsewhere(line, device)
                if other is not None:
                    used = IdentifierUsed(order=str(seen.number), other=str(other), ours=ours)
                    return Parked(Fault.DIVERGED, used)
        return None

    def _elsewhere(self, line: _Going, device: _Device) -> int | None:
        """The number of another order that took this device's identifier in its present stay, or None."""
        told = line.to_tell
        if told is None:
            return None
        value, account = told.value, self._account
        return self._desk.read(
            lambda c: orders.with_identifier(c, account, value, line.row.id, device.stay_since)
        )

    def _conflict(self, line: _Going, problem: Failure, theirs: str, ours: str) -> Parked:
        def note(tx: Tx) -> None:
            what = {"order": str(problem.params["order"]), "theirs": theirs, "ours": ours}
            code = Conflict.OTHER_IDENTIFIER.value
            order_progress.raise_conflict(tx, line.row.order_id, line.row.id, code, what)
            order_effects.recount(tx, line.row.order_id)

        self._desk.write(note)
        return Parked(Fault.DIVERGED, problem, said=True)

    # ---------------------------------------------------------------- telling

    def _tell(self, effect: EffectRow, seen: _Seen, parcel: ParcelRow) -> Outcome:
        told = {line.row.remote_id: line.to_tell for line in seen.going if self._may_tell(effect, line)}
        if not seen.alone:
            for number, device in told.items():
                if device is not None:
                    self._client.identify(number, **_named(device))
        alone = told.get(seen.going[0].row.remote_id) if seen.alone else None
        wire = self._client.ship(
            seen.number,
            parcel.number,
            shipper=_shipper(parcel.shipper),
            tracking_url=parcel.url,
            vat_type=seen.vat_type,
            shipped_at=parcel.packed_at,
            **_named(alone),
        )
        after = self._keep(wire, lambda tx: self._see(tx.connection, effect))
        if not after.is_shipped:  # an answer that says nothing of the lines is no proof
            after = self._look(effect, lambda tx: self._see(tx.connection, effect))
        if not after.is_shipped:
            return self._not_taken(effect)
        self._told(effect)
        return Done({"old": str(Remote.ACCEPTED), "new": parcel.number})

    def _may_tell(self, effect: EffectRow, line: _Going) -> bool:
        """Not what stands at another order: a person who ships all the same ships it without."""
        return not effect.forced or not line.devices or self._elsewhere(line, line.devices[0]) is None

    def _told(self, effect: EffectRow, theirs: str = "") -> None:
        self._desk.write(lambda tx: parcel_service.told(tx, effect.order_id or "", theirs))

    # ---------------------------------------------------------------- reading

    def _see(self, connection: Connection, effect: EffectRow) -> _Seen:
        order_id = effect.order_id or ""
        order = order_progress.order(connection, order_id)
        lines = tuple(orders.of_order(connection, order_id))
        policies = self._desk.policies(connection)
        stuck = {one.code for one in order_progress.conflicts(connection, [order_id])}
        return _Seen(
            order["remote_id"],
            order["tracking_number"],
            parcels.of_order(connection, order_id),
            lines,
            tuple(
                _Going(one, tuple(_devices(connection, policies, one)))
                for one in lines
                if one.state == LineState.PACKED.value
            ),
            not stuck.isdisjoint(one.value for one in _TAKE_OUT),
        )


def _devices(connection: Connection, policies: Policies, line: LineRow) -> Sequence[_Device]:
    found = []
    for one in allocations.of_lines(connection, [line.id]):
        unit = units.unit(connection, one.unit_id)
        checklist = policies.checklist(unit.category)
        needs = checklist is not None and checklist.needs_imei
        known = units.identifiers(connection, one.unit_id)
        stay = units.stay(connection, one.unit_id, unit.stay_number)
        found.append(
            _Device(
                sent_identifier(known, needs_imei=needs),
                frozenset(each.value.upper() for each in known),
                stay["arrived_at"] if stay is not None else None,
                stay["vat_scheme"] if stay is not None else "",
            )
        )
    return found


def _named(device: Identifier | None) -> dict[str, str]:
    """As the client takes it."""
    if device is None:
        return {}
    return {"imei" if device.kind is IdentifierKind.IMEI else "serial": device.value}


def _shipper(name: str) -> str:
    """A name of the contract's list; one that is not on it is sent as "Other", none is left out."""
    return name if not name or name in SHIPPERS else OTHER
