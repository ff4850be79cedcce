"""The ways out of a conflict: what a person decides about an order or a line, and what follows from it.

Which ways there are says domain.orders.WAYS. A conflict that the facts settle closes by itself (fulfilment);
here is what only a person knows: what lies in the box, which device left, whether it happened.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import TypeAlias

from bmdesk.domain.effects import EffectState, Fault, Kind, StockOf
from bmdesk.domain.orders import NAMES_A_UNIT, RIGHT_OF_WAY, WAYS, Conflict, Remote, Way, way_text
from bmdesk.domain.stock import SHIPPED_STATES
from bmdesk.domain.unit import State
from bmdesk.services import rights
from bmdesk.services.desk import Actor, Desk
from bmdesk.services.goods.units import UnknownUnit
from bmdesk.services.grading.hand import changeable
from bmdesk.services.odoo.sales import deliveries_again
from bmdesk.services.orders import (
    addresses,
    fulfilment,
    label_wait,
    order_board,
    order_doubts,
    order_refusals,
    reservation,
)
from bmdesk.services.orders.order_detail import conflict_shown
from bmdesk.services.orders.order_effects import OF_A_LINE
from bmdesk.services.orders.order_hands import Handled, give_unit, the_line, the_order, want_accepted
from bmdesk.services.shipping import parcel_closing, parcels
from bmdesk.services.syncing import outbox as outbox_service
from bmdesk.services.syncing.outbox import ParkedByHand
from bmdesk.services.wants import want
from bmdesk.store.queries import allocations, order_progress, outbox, outbox_orders, units
from bmdesk.store.queries import parcels as parcel_rows
from bmdesk.store.queries.allocations import PACKED, RESERVED, AllocationRow
from bmdesk.store.queries.order_progress import ConflictRow, StepRow
from bmdesk.store.queries.orders import LineRow
from bmdesk.store.queries.outbox import EffectRow
from bmdesk.store.transaction import Row, Tx
from bmdesk.texts import msg


def resolve(desk: Desk, actor: Actor, conflict_id: str, way: Way | str, unit_id: str = "") -> Handled:
    """Settle this conflict this way; ASSIGN and WHICH_UNIT name a unit.

    Raises UnknownConflict, NotAWay, UnknownUnit, AlreadySent (a parcel that cannot be opened again), and what `assign`,
    `happened` and `did_not_happen` raise; NotAllowed for what others may not decide.
    """
    row = desk.read(lambda connection: order_progress.conflict(connection, conflict_id))
    if row is None or row.closed_at is not None:
        raise order_refusals.UnknownConflict
    known = WAYS[Conflict(row.code)]
    if way not in known or (way in NAMES_A_UNIT) != bool(unit_id):
        raise order_refusals.NotAWay(given=str(way)[:40], known=", ".join(known))
    chosen = Way(way)
    if chosen in RIGHT_OF_WAY:
        rights.require(desk, RIGHT_OF_WAY[chosen], actor)
    if chosen is Way.TAKEN_OUT:
        _open_parcel(desk, actor, row)
    if chosen in (Way.BACK, Way.LOST):
        _move_parcel(desk, actor, row, chosen)
    return desk.write(lambda tx: _Deciding(tx, desk, actor, row).run(chosen, unit_id))


def _open_parcel(desk: Desk, actor: Actor, row: ConflictRow) -> None:
    """All of the order comes out of the box: what is still bought is reserved and packed anew. Of one that was told
    already only what was taken back comes out: the rest leaves in it.
    """
    parcel = desk.read(lambda connection: parcel_rows.of_order(connection, row.order_id))
    is_told = parcel is not None and parcel.told_at is not None
    if parcel is not None and not (is_told and row.code == Conflict.GONE_WHILE_PACKED.value):
        parcels.open_again(desk, actor, parcel.id)


def _move_parcel(desk: Desk, actor: Actor, row: ConflictRow, way: Way) -> None:
    parcel = desk.read(lambda connection: parcel_rows.of_order(connection, row.order_id))
    if parcel is not None:
        with suppress(parcels.NotThere):  # somebody said so already
            (parcels.back if way is Way.BACK else parcels.lost)(desk, actor, parcel.id)


_Step: TypeAlias = Callable[[str], bool]


class _Deciding:
    """One decision, in one transaction."""

    def __init__(self, tx: Tx, desk: Desk, actor: Actor, row: ConflictRow) -> None:
        self._tx, self._desk, self._actor, self._row = tx, desk, actor, row
        self._order: Row = the_order(tx, desk, row.order_id)
        self._policies = desk.policies(tx.connection)

    def run(self, way: Way, unit_id: str) -> Handled:
        """Do what follows, note who decided, settle the order."""
        tx, row, actor = self._tx, self._row, self._actor
        again = order_progress.conflict(tx.connection, row.id)
        if again is None or (again.closed_at is not None and way is not Way.TAKEN_OUT):
            raise order_refusals.UnknownConflict
        steps: dict[Way, _Step] = {
            Way.ASSIGN: self._assign,
            Way.NOT_OURS: self._not_ours,
            Way.SWAP: self._swap,
            Way.TAKEN_OUT: self._taken_out,
            Way.LEFT_SO: self._left_so,
            Way.LEFT: self._left,
            Way.OURS_LEFT: self._ours_left,
            Way.WHICH_UNIT: self._which_unit,
            Way.NONE_LEFT: self._none_left,
            Way.ASK_LABEL: self._ask_label,
            Way.RETRY: self._retry,
            Way.HAPPENED: self._happened,
            Way.DID_NOT_HAPPEN: self._did_not_happen,
            Way.LOOK_AGAIN: self._look_again,
            Way.KEEP: self._keep,
        }
        # A way without a step of its own is a person's word, and that is enough.
        do = steps.get(way)
        if do is None or do(unit_id):
            order_progress.close_conflict(tx, row.id, actor.code)
            said = msg("order.event.decided", conflict=conflict_shown(row).title, way=way_text(way))
            order_progress.tell(
                tx, row.order_id, said, line_id=row.line_id, operator=actor.code, station=actor.station
            )
        if way is Way.ACCEPT_AGAIN:
            want_accepted(tx, actor, row.order_id)
        fulfilment.settle(tx, self._policies, [row.order_id])
        return Handled(row.order_id, msg("order.decided", way=way_text(way)))

    # ---------------------------------------------------------------- units

    def _assign(self, unit_id: str) -> bool:
        give_unit(self._tx, self._desk, self._actor, self._line(), self._order, unit_id)
        return False  # it closes where every piece has its unit now

    def _look_again(self, _: str) -> bool:
        if self._row.code != Conflict.CHANGED.value:
            return False
        for one in self._units(RESERVED):
            self._release(one)
        return not self._line().named  # what lies in a closed parcel is not there to be chosen anew

    def _not_ours(self, _: str) -> bool:
        line = self._line()
        if self._units(PACKED):
            raise order_refusals.AllPacked(order=str(self._order["remote_id"]))
        for one in self._units(RESERVED):
            self._release(one)
        order_progress.set_line(self._tx, line.id, ours=False)
        every = [code.value for code in Conflict if code.value != self._row.code]
        order_progress.close_conflicts(self._tx, line.id, every, self._actor.code)
        return True

    def _swap(self, _: str) -> bool:
        """The unit that became unfit is where the gate puts it; the line gets another."""
        unfit = (self._row.params or {}).get("unit_id")
        for one in self._units(RESERVED):
            if one.unit_id == unfit:
                self._release(one)
        return True

    def _taken_out(self, _: str) -> bool:
        """The parcel was opened before this; what is still in the order was settled then."""
        if self._row.code == Conflict.ADDRESS.value:
            return False  # until it bears another label: the old one is refused where it is packed
        if self._row.code == Conflict.GONE_WHILE_PACKED.value:
            parcel_closing.put_back_counted(self._tx, self._line())
            for one in self._units(PACKED):
                self._release(one)
        theirs = str((self._row.params or {}).get("theirs", ""))
        if self._row.code == Conflict.OTHER_IDENTIFIER.value and theirs:
            unit_id = units.by_identifier(self._tx.connection, self._tx.company, theirs.upper())
            row = units.find_unit(self._tx.connection, self._tx.company, unit_id) if unit_id else None
            if row is not None and row.state == State.READY.value:
                give_unit(self._tx, self._desk, self._actor, self._line(), self._order, row.id)
        return True

    # ---------------------------------------------------------------- what left

    def _left_so(self, _: str) -> bool:
        """Whoever reads the other system tells it, when it has seen once more that nothing else is wrong."""
        given = self._row.params or {}
        if not given.get("let"):
            known = WAYS[Conflict(self._row.code)]
            others = ", ".join(way for way in known if way is not Way.LEFT_SO)
            raise order_refusals.NotAWay(given=Way.LEFT_SO.value, known=others)
        deliveries_again.let_pass(self._tx, self._order["id"], given["sale"], given["let"], self._actor.code)
        return True

    def _left(self, _: str) -> bool:
        """It had left before anybody knew: refunded in transit."""
        gone = self._units(PACKED)
        for one in gone:
            self._leave(one.unit_id)
        if gone:
            parcels.left(self._tx, self._actor, self._order["id"])
            names = ", ".join(reservation.name_of(self._tx, one.unit_id) for one in gone)
            given = {"order": str(self._order["remote_id"]), "unit": names}
            code = Conflict.GONE_IN_TRANSIT.value
            order_progress.raise_conflict(self._tx, self._order["id"], self._row.line_id, code, given)
        return True

    def _ours_left(self, _: str) -> bool:
        line = self._line()
        if line.remote_state in SHIPPED_STATES:
            for one in self._units(RESERVED, PACKED):
                self._leave(one.unit_id)
            return True
        self._tell_it()
        return True

    def _tell_it(self) -> None:
        """Not told yet: it ships in spite of what stands there, which cannot be changed."""
        for effect in outbox_orders.unfinished(self._tx.connection, self._order["id"]):
            if effect.kind == Kind.SHIP.value and effect.state == EffectState.PARKED.value:
                outbox_service.again(self._tx, self._actor, effect)
                waits = outbox.pending(self._tx.connection, effect.account_id, effect.kind, effect.key)
                if waits is not None:
                    outbox.set_effect(self._tx, waits.id, forced=True)

    def _which_unit(self, unit_id: str) -> bool:
        row = units.find_unit(self._tx.connection, self._desk.company, unit_id)
        if row is None:
            raise UnknownUnit(given=unit_id[:40])
        mine = self._units(RESERVED, PACKED)
        if all(one.unit_id != unit_id for one in mine):
            changeable(self._tx.connection, row, repair=True)
            if mine:
                self._release(mine[-1])
        self._leave(unit_id)
        if self._row.code == Conflict.OTHER_IDENTIFIER.value and self._line().remote_state == Remote.ACCEPTED:
            self._tell_it()
        return not self._units(RESERVED, PACKED)

    def _none_left(self, _: str) -> bool:
        """Whatever was sent was not from here: the line never came off our stock."""
        line = self._line()
        for one in self._units(RESERVED):
            self._release(one)
        order_progress.set_line(self._tx, line.id, counts=False, ours=False)
        sku = order_board.sku_of(self._tx, line)
        if sku is not None:
            want(self._tx, StockOf(sku.id))
        return True

    # ---------------------------------------------------------------- steps

    def _ask_label(self, _: str) -> bool:
        label_wait.ask_again(self._tx, self._order["account_id"])
        return False  # it closes when the label is there

    def _retry(self, _: str) -> bool:
        for effect in self._parked():
            outbox_service.again(self._tx, self._actor, effect)
        return True

    def _keep(self, _: str) -> bool:
        """A refused step of a line is not asked for any more, one of the whole order is put aside until a person takes
        it up again. Else: it is well as it is.
        """
        if self._row.code == Conflict.ADDRESS.value:
            addresses.label_is_right(self._tx, self._order["id"])
        if self._row.code != Conflict.REFUSED.value:
            return True
        for effect in self._parked():
            if effect.kind in OF_A_LINE:
                over = {"state": EffectState.CANCELLED.value, "ended_at": self._tx.now}
                outbox.set_effect(self._tx, effect.id, **over)
                order_progress.end_step(self._tx, effect.key, order_progress.FAILED)
            else:  # taken away it would be wanted again at once
                aside = ParkedByHand(operator=self._actor.code)
                by_hand = Fault.BY_HAND.value
                outbox.end(self._tx, effect.id, EffectState.PARKED, fault=by_hand, problem=aside)
        return True

    def _happened(self, _: str) -> bool:
        return self._answer(order_doubts.happened)

    def _did_not_happen(self, _: str) -> bool:
        return self._answer(order_doubts.did_not_happen)

    def _answer(self, says: Callable[[Tx, Actor, str], None]) -> bool:
        """Of a line's step the person's word counts; accepting and shipping can be looked up, so they are."""
        step = self._step()
        if step is None:
            return self._retry("")
        says(self._tx, self._actor, step.id)
        return True

    # ---------------------------------------------------------------- parts

    def _line(self) -> LineRow:
        return the_line(self._tx, self._desk, self._row.line_id or "")[0]

    def _units(self, *states: str) -> list[AllocationRow]:
        found = allocations.of_lines(self._tx.connection, [self._row.line_id or ""])
        return [one for one in found if one.state in states]

    def _release(self, one: AllocationRow) -> None:
        number, actor = self._order["remote_id"], self._actor
        reservation.release(self._tx, self._policies, number, self._line(), one, actor.code, actor.station)

    def _leave(self, unit_id: str) -> None:
        number, actor = self._order["remote_id"], self._actor
        code = "history.sold_with_line"
        reservation.leave(self._tx, number, self._line(), unit_id, code, actor.code, actor.station)

    def _parked(self) -> list[EffectRow]:
        """What of this order the marketplace refused: of this line's step, or of the whole order."""
        found = outbox_orders.unfinished(self._tx.connection, self._order["id"])
        parked = [one for one in found if one.state == EffectState.PARKED.value]
        if self._row.line_id is None:
            return [one for one in parked if one.key == self._order["id"]]
        step = self._step()
        return [one for one in parked if step is not None and one.key == step.id]

    def _step(self) -> StepRow | None:
        """What a person asked of this line and has not happened yet."""
        line_id = self._row.line_id
        return order_progress.asked_step(self._tx.connection, line_id) if line_id is not None else None
