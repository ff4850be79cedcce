"""The packing place: unit, parcel number, CONFIRM. Three scans an ordinary order, and no wrong device leaves.

`scan` is the whole story of a code; each call is one transaction, on disk before it returns. What was proven survives a
crash. Nothing is promised to the customer or told to the marketplace before CONFIRM; what CONFIRM did is told by an
effect, once. Whether a unit may leave says domain.packing alone.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bmdesk.domain import commands as c
from bmdesk.domain import packing as rules
from bmdesk.domain import scan as router
from bmdesk.domain.changes import Change
from bmdesk.domain.identifiers import sku_key
from bmdesk.domain.orders import LineState, state_text
from bmdesk.domain.rights import Right, may
from bmdesk.domain.scanned import BadgeScan, CommandScan, Expected, Kind, OrderScan, Scan, UnreadableScan
from bmdesk.services.desk import Actor, Desk
from bmdesk.services.grading import refusals, seating
from bmdesk.services.grading.seating import Seat
from bmdesk.services.orders import order_board, reservation
from bmdesk.services.policies import Policies
from bmdesk.services.shipping import pack_boot, pack_facts, pack_label, pack_lines
from bmdesk.services.shipping import pack_refusals as no
from bmdesk.services.shipping.pack_lines import Contents
from bmdesk.services.shipping.pack_result import PackResult, Stage
from bmdesk.services.shipping.parcel_closing import Closing, GateClosed
from bmdesk.store.queries import allocations, catalogue, orders, packing, people, units
from bmdesk.store.queries.orders import LineRow
from bmdesk.store.queries.packing import PackSeat, Proven, Refused
from bmdesk.store.transaction import Tx
from bmdesk.texts import Failure, Text, msg

__all__ = ["PackResult", "Stage", "fresh", "scan", "stage_of"]

_LEFT_ALONE = timedelta(minutes=30)
"""An order in hand at a place where nobody scanned for so long may be taken up elsewhere."""


def scan(desk: Desk, seat: Seat, text: str) -> PackResult:
    """Route one scan and do what it says. Never raises for anything that was scanned. Raises StoreFailure."""
    return desk.write(lambda tx: _Place(tx, desk, seat).take(text))


def fresh(desk: Desk, seat: Seat) -> None:
    """An empty place: nothing in hand, nobody signed in. What was proven and not confirmed is undone.

    A script begins like this.
    """

    def work(tx: Tx) -> None:
        packing.set_seat(tx, desk.station, seat.name, PackSeat())
        people.set_seat(tx, desk.station, seat.name, operator_id=None)

    desk.write(work)


def stage_of(place: PackSeat, inside: Contents) -> Stage:
    """What a place waits for. `inside`: of the order in hand."""
    if place.refused is not None and place.refused.reason:
        return Stage.BADGE
    if place.order_id is None or inside.missing(place):
        return Stage.UNIT
    return Stage.CONFIRM if place.number else Stage.TRACKING


class _Place:
    """One packing place during one scan."""

    def __init__(self, tx: Tx, desk: Desk, seat: Seat) -> None:
        self._tx, self._desk, self._seat = tx, desk, seat
        self._policies: Policies = desk.policies(tx.connection)
        self._now = packing.seat(tx.connection, tx.company, desk.station, seat.name)
        self._read = Contents()
        self._person = seating.sitting(tx, desk.station, seat)
        self._unit: str | None = None
        self._reasons: tuple[rules.Refusal, ...] = ()
        self._closed = False
        self._taken_out: tuple[Proven, ...] = ()
        self._another = False

    def take(self, text: str) -> PackResult:
        """The scan, from what it is to what it did; what a refused one had begun is rolled back."""
        tx = self._tx
        shown = router.clean(text)
        order_before = self._now.order_id
        # What was cancelled, packed elsewhere or shipped since the last scan is in hand no more.
        self._now, self._taken_out = pack_lines.still(tx, self._now, self._inside(order_before))
        stood = self._now
        stage = stage_of(stood, self._inside(stood.order_id))
        expected = Expected.TRACKING if stage in (Stage.TRACKING, Stage.CONFIRM) else Expected.DEVICE
        routed = router.route(text, expected, self._known(shown))
        part = tx.connection.begin_nested()
        todo: Text | None = None
        try:
            self._guard(routed)
            self._say_what_comes_out(order_before)
            message, ok = self._do(routed, stage), True
            part.commit()
        except Failure as refused:
            part.rollback()
            message, todo, ok = refused.happened, refused.todo, False
            kept = pack_label.met(tx, stood, refused)
            # Which unit was refused stays known: OVERRIDE is for it. One that was proven before is so no more.
            if self._reasons:
                kept = replace(kept, refused=self._now.refused, proven=self._now.proven)
            elif self._another:  # a word for the one before is no word for what is in hand now
                kept = replace(kept, refused=None)
            self._now = kept
        self._now = replace(self._now, last_text=routed.text[:520], last_at=tx.now)
        packing.set_seat(tx, self._desk.station, self._seat.name, self._now)
        self._log(routed, ok, message)
        about = self._now.order_id or order_before
        number = self._inside(about).order["remote_id"] if about else None
        changes = frozenset({Change.PACKING, Change.ORDERS, Change.UNITS} if ok else {Change.PACKING})
        after = stage_of(self._now, self._inside(self._now.order_id))
        what = (routed.text, routed.kind, ok, message, after, todo)
        return PackResult(*what, self._reasons, number, self._unit, self._closed, changes)

    # ---------------------------------------------------------------- what changed meanwhile

    def _say_what_comes_out(self, order_id: str | None) -> None:
        if not self._taken_out or order_id is None:
            return
        units_out = [one.unit_id for one in self._taken_out if one.unit_id is not None]
        named = ", ".join(reservation.name_of(self._tx, one) for one in units_out) or "-"
        inside = self._inside(order_id)
        state = state_text(LineState(inside.order["state"]))
        raise no.OrderChanged(order=inside.number, state=state, units=named)

    # ---------------------------------------------------------------- what was scanned

    def _do(self, routed: Scan, stage: Stage) -> Text:
        match routed:
            case BadgeScan(code=code):
                return self._badge(code)
            case CommandScan(command=c.Confirm()):
                return self._confirm()
            case CommandScan(command=c.Override(reason=reason)):
                return self._override(reason)
            case CommandScan(command=c.NextUnit()):
                self._now = PackSeat()
                return msg("pack.set_aside")
            case CommandScan(command=c.Undo()):
                return self._undo()
            case CommandScan(command=c.RecordTest() as test):
                return pack_boot.note(self._tx, self._actor, self._now.refused, test)
            case CommandScan():
                raise refusals.NotForPacking
            case OrderScan(text=text):
                return self._take_order(text)
        if stage in (Stage.TRACKING, Stage.CONFIRM):
            said = self._tracking(routed.text)
            if isinstance(routed, UnreadableScan):  # two codes in one, say: it only looks like a number
                raise refusals.Unreadable(reason=routed.reason)
            return said
        if isinstance(routed, UnreadableScan):
            raise refusals.Unreadable(reason=routed.reason)
        return self._piece(routed.text)

    def _piece(self, text: str) -> Text:
        """A device, or a piece of counted goods by its label."""
        self._another = True
        for value in router.lookup_keys(text):
            unit_id = units.by_identifier(self._tx.connection, self._tx.company, value)
            if unit_id is not None:
                return self._device(unit_id)
        sku_id = catalogue.sku_by_key(self._tx.connection, self._tx.company, sku_key(text))
        if sku_id is not None and self._now.order_id is not None:
            return self._counted(sku_id)
        raise no.UnknownDevice(given=text[:40])

    def _device(self, unit_id: str) -> Text:
        self._unit = unit_id
        if any(one.unit_id == unit_id for one in self._now.proven):
            return msg("pack.proven_already", unit=reservation.name_of(self._tx, unit_id))
        line = self._line_for(unit_id)
        self._reasons = pack_facts.refusals(self._tx, self._policies, unit_id, line)
        if self._reasons:
            self._now = replace(self._now, refused=Refused(unit_id, line.id))
            first = self._reasons[0]
            raise no.MayNotLeave(title=first.title, action=first.todo, count=len(self._reasons))
        return self._prove(Proven(line.id, unit_id))

    def _line_for(self, unit_id: str) -> LineRow:
        """The line this unit would leave with: its own, or in the order in hand one of the same goods."""
        live = allocations.live_of_unit(self._tx.connection, unit_id)
        own = orders.line(self._tx.connection, live.line_id) if live is not None else None
        if self._now.order_id is None:
            if own is None:
                raise no.NotBought(unit=reservation.name_of(self._tx, unit_id))
            self._open(own.order_id)
        return self._line_in_hand(unit_id, own)

    def _line_in_hand(self, unit_id: str, own: LineRow | None) -> LineRow:
        inside = self._inside(self._now.order_id)
        return pack_lines.line_for(self._tx, self._policies, self._now, inside, unit_id, own)

    def _counted(self, sku_id: str) -> Text:
        inside = self._inside(self._now.order_id)
        for line in inside.going:
            sku = order_board.sku_of(self._tx, line)
            counted = sku is not None and sku.id == sku_id and sku.pieces is not None
            if counted and pack_lines.open_pieces(line, self._now):
                return self._prove(Proven(line.id, None))
        sku_text = catalogue.sku(self._tx.connection, sku_id).text
        raise no.NotInThisOrder(unit=sku_text, order=inside.number)

    def _take_order(self, text: str) -> Text:
        found = pack_lines.meant(self._tx, int(text))
        if found is None:
            raise no.UnknownOrder(given=text[:20])
        self._open(found)
        inside = self._inside(found)
        return msg("pack.order_in_hand", order=inside.number, pieces=inside.missing(self._now))

    def _open(self, order_id: str) -> None:
        """This order is in hand. Raises UnitFirst, TrackingFirst, NothingToPack, LineUndecided, PackedElsewhere."""
        if self._now.order_id not in (None, order_id) and self._now.proven:
            other = self._inside(self._now.order_id)
            rest = other.missing(self._now)
            raise (no.UnitFirst(order=other.number, missing=rest) if rest else no.TrackingFirst())
        inside = self._inside(order_id)
        if not inside.going:
            state = state_text(LineState(inside.order["state"]))
            raise no.NothingToPack(order=inside.number, state=state)
        _decided(inside)
        place = packing.in_other_hands(
            self._tx.connection,
            self._tx.company,
            order_id,
            self._desk.station,
            self._seat.name,
            self._tx.now - _LEFT_ALONE,
        )
        if place is not None:
            raise no.PackedElsewhere(order=inside.number, station=place)
        if self._now.order_id != order_id:
            self._now = PackSeat(order_id=order_id)

    def _prove(self, piece: Proven) -> Text:
        self._now = replace(self._now, proven=(*self._now.proven, piece), refused=None)
        rest = self._inside(self._now.order_id).missing(self._now)
        return msg("pack.proven_more", missing=rest) if rest else msg("pack.proven_all")

    # ---------------------------------------------------------------- override

    def _override(self, reason: str) -> Text:
        refused = self._now.refused
        if refused is None or not self._may_overrule(refused):
            raise no.NothingRefused
        self._now = replace(self._now, refused=replace(refused, reason=reason))
        return msg("pack.badge_please")

    def _may_overrule(self, refused: Refused) -> bool:
        if pack_label.is_meant(refused):
            return True
        line = orders.line(self._tx.connection, refused.line_id)
        assert line is not None, "a line is never deleted"
        found = pack_facts.refusals(self._tx, self._policies, refused.unit_id, line)
        return all(one.may_override for one in found)

    def _badge(self, code: str) -> Text:
        person = seating.badge(self._tx, code)
        refused = self._now.refused
        if refused is None or not refused.reason:
            return seating.sign_in(self._tx, self._desk.station, self._seat.name, person)
        if not may(person.role, Right.OVERRIDE):
            raise no.NotASupervisor(name=person.name)
        if pack_label.is_meant(refused):
            self._now = pack_label.given_up(self._tx, self._now, person.code)
            return msg("pack.own_carrier")
        line = orders.line(self._tx.connection, refused.line_id)
        assert line is not None, "a line is never deleted"
        if self._now.order_id is None:
            self._open(line.order_id)
        own = line if self._now.order_id == line.order_id else None
        line = self._line_in_hand(refused.unit_id, own)
        found = pack_facts.refusals(self._tx, self._policies, refused.unit_id, line)
        if not all(one.may_override for one in found):  # something graver came up meanwhile
            raise no.NothingRefused
        self._unit, let = refused.unit_id, tuple(one.about for one in found)
        return self._prove(Proven(line.id, refused.unit_id, refused.reason, person.code, let))

    def _undo(self) -> Text:
        if self._now.number:
            self._now = replace(self._now, number="", shipper="")
            return msg("pack.number_undone")
        if self._now.proven:
            self._now = replace(self._now, proven=self._now.proven[:-1], refused=None)
            return msg("pack.piece_undone")
        self._now = PackSeat()
        return msg("pack.set_aside")

    # ---------------------------------------------------------------- parcel

    def _tracking(self, text: str) -> Text:
        closing = self._closing()
        number, shipper = closing.number(text)
        self._now = replace(self._now, number=number, shipper=shipper, refused=None)
        told = ", ".join(closing.registered()) or "-"
        return msg("pack.confirm_please", number=number, shipper=shipper, identifiers=told)

    def _confirm(self) -> Text:
        if self._now.order_id is None:
            raise no.NothingInHand
        inside = self._inside(self._now.order_id)
        if rest := inside.missing(self._now):
            raise no.UnitFirst(order=inside.number, missing=rest)
        if not self._now.number:
            raise no.TrackingFirst
        _decided(inside)
        try:
            self._closing().close()
        except GateClosed as closed:
            self._unit, self._reasons = closed.piece.unit_id, closed.refusals
            others = tuple(one for one in self._now.proven if one != closed.piece)
            refused = Refused(closed.piece.unit_id or "", closed.piece.line_id)
            self._now = replace(self._now, proven=others, refused=refused)
            raise
        number = self._now.number
        self._now, self._closed = PackSeat(), True
        return msg("pack.closed", order=inside.number, number=number)

    def _closing(self) -> Closing:
        order = self._inside(self._now.order_id).order
        return Closing(self._tx, self._policies, self._actor, order, self._now)

    # ---------------------------------------------------------------- parts

    def _inside(self, order_id: str | None) -> Contents:
        """What is in this order. Read once: nothing of this transaction changes it before its parcel is closed, and
        then it is in hand no more.
        """
        if self._read.order_id != order_id:
            self._read = pack_lines.contents(self._tx, order_id)
        return self._read

    @property
    def _actor(self) -> Actor:
        person = self._person
        return Actor(
            person.code if person else "", person.role if person else "", self._desk.station, self._seat.name
        )

    def _guard(self, routed: Scan) -> None:
        if isinstance(routed, UnreadableScan):
            return
        signs_in = isinstance(routed, BadgeScan)
        if not signs_in and (self._person is None or not self._person.active):
            raise refusals.NotSignedIn
        window = timedelta(milliseconds=self._policies.settings["bench.repeat_ms"])
        last = self._now
        if last.last_at is not None and router.same_scan_again(
            last.last_text, last.last_at, routed.text, self._tx.now, window
        ):
            raise refusals.ScannedAgain(text=routed.text[:40])

    def _known(self, shown: str) -> frozenset[Kind]:
        number = int(shown) if shown.isdecimal() and len(shown) <= 18 else 0
        is_order = number and orders.by_number(self._tx.connection, self._tx.company, number)
        return frozenset({Kind.ORDER}) if is_order else frozenset()

    def _log(self, routed: Scan, ok: bool, message: Text) -> None:
        people.log_scan(
            self._tx,
            station=self._desk.station,
            seat=self._seat.name,
            operator=self._actor.code,
            text=routed.text[:520],
            kind=routed.kind.value,
            ok=ok,
            code=message.code,
            unit_id=self._unit,
        )


def _decided(inside: Contents) -> None:
    """One parcel takes the whole order, so every line of it must be ours and accepted. Raises LineUndecided."""
    line = inside.held_up()
    if line is not None:
        state = state_text(LineState(line.state))
        raise no.LineUndecided(order=inside.number, sku=line.sku_text, state=state)
