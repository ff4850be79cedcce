"""A delivery that somebody packed and validated in Odoo ships the order at Back Market, as if it had been packed here.

Right is what the packing place would let leave: then the unit is packed here, by an actor named after Odoo's user, and
the marketplace is to be told. Anything else is a conflict of the order, and nothing is told; what stands in its way may
be seen to here or there, so it is looked at again with each reading. A sale that was cancelled there is shown, and
never cancelled at the marketplace by itself. What bmdesk validated there itself is no news. Reading the same again
changes nothing.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from bmdesk.domain.effects import EffectState, Fault, unit_lane
from bmdesk.domain.orders import OPEN, Conflict, LineState, Remote, order_state, state_text
from bmdesk.domain.unit import IN_HOUSE, PROMISED, State
from bmdesk.services.goods import units_actions
from bmdesk.services.lines import one_line
from bmdesk.services.odoo.sales import deliveries_again
from bmdesk.services.odoo.sales.deliveries_again import Known, Word
from bmdesk.services.odoo.sales.deliveries_packing import Incomplete, Packing, Problem, unit_of
from bmdesk.services.odoo.sales.deliveries_seen import DeliverySeen
from bmdesk.services.odoo.taken import Came, Taker
from bmdesk.services.odoo.units.units_taking import Taking
from bmdesk.services.orders import fulfilment, reservation
from bmdesk.services.shipping import pack_lines
from bmdesk.services.syncing import outbox
from bmdesk.store.engine import Connection
from bmdesk.store.kept import keep_text
from bmdesk.store.queries import allocations, odoo_orders, order_progress, orders, parcels, units
from bmdesk.store.queries import outbox as queue
from bmdesk.store.queries.allocations import RESERVED
from bmdesk.store.queries.orders import LineRow
from bmdesk.store.queries.outbox import EffectRow
from bmdesk.store.transaction import Row, Tx
from bmdesk.texts import Failure, Text, msg, render

_MINE = (Conflict.DELIVERED_THERE, Conflict.CANCELLED_THERE)
_LONGEST = 500


def sales_to_see(connection: Connection, account_id: str) -> list[int]:
    """The sales there that are to be read whether they changed or not."""
    return deliveries_again.to_see(connection, account_id)


def take(tx: Tx, taker: Taker, seen: DeliverySeen, order_id: str) -> Came:
    """Take over what is new of this sale, which stands for this order."""
    came = _Following(tx, taker, seen, order_id).run()
    tx.touched.clear()  # nobody's UNDO reaches what came from elsewhere
    return came


@dataclass(frozen=True, slots=True)
class _Packed:
    """Its parcel is closed now."""


@dataclass(frozen=True, slots=True)
class _TooEarly:
    """It left before the marketplace let it."""


@dataclass(frozen=True, slots=True)
class _Cancelled:
    """What is cancelled there, and a line that is open here."""

    what: str
    line_id: str


_Outcome = Problem | Incomplete | _Packed | _TooEarly | _Cancelled | None
"""None: there is nothing to do or to say."""


class _Following:
    """A sale there and the order it stands for."""

    def __init__(self, tx: Tx, taker: Taker, seen: DeliverySeen, order_id: str) -> None:
        self._tx, self._taker, self._seen, self._order_id = tx, taker, seen, order_id
        self._policies = taker.desk.policies(tx.connection)
        self._actor = taker.actor(seen.by)
        self._inside = pack_lines.contents(tx, order_id)
        self._known = deliveries_again.known(tx.connection, taker.account_id, order_id)
        self._word = deliveries_again.word(tx.connection, taker.account_id, order_id)

    def run(self) -> Came:
        outcome = self._outcome()
        match outcome:
            case Problem():
                params: Row = {"reason": keep_text(outcome.reason), "transfer": self._seen.name or "-"}
                params["let"] = {unit: list(what) for unit, what in outcome.let.items()}
                return self._show(Conflict.DELIVERED_THERE, outcome.line_id, params)
            case _Cancelled():
                params = {"what": outcome.what, "by": self._seen.by or "-"}
                return self._show(Conflict.CANCELLED_THERE, outcome.line_id, params)
            case _TooEarly():
                self._set_aside()
                self._wait()
            case Incomplete():
                self._set_aside()
                self._over(*_MINE)
            case _Packed():
                self._note()
                self._over(*_MINE)
                self._tell_odoo_again()
                said = msg("odoo.in.packed", order=self._inside.number, transfer=self._seen.name or "-")
                self._taker.log(self._tx, said)
                return Came.TAKEN
            case None:
                self._over(*_MINE)
        return Came.NOTHING

    # ---------------------------------------------------------------- what it is

    def _outcome(self) -> _Outcome:
        ours = [one for one in self._inside.lines if one.ours]
        if not ours:
            return None
        if self._seen.has_left:
            return None if self._is_known() else self._left(ours)
        line = next((one for one in ours if LineState(one.state) in OPEN), None)
        if self._seen.cancelled and line is not None:
            return _Cancelled(self._seen.cancelled, line.id)
        return None

    def _is_known(self) -> bool:
        """It is what is in the parcel here, or was in one that was opened again since."""
        connection, transfers = self._tx.connection, frozenset(self._seen.transfers)
        if transfers <= self._known.transfers:
            return True
        if parcels.of_order(connection, self._order_id) is not None:
            found = allocations.of_lines(connection, [one.id for one in self._inside.lines])
            packed = {one.unit_id for one in found if one.state != RESERVED}
            is_known = all(unit is not None and unit in packed for unit in self._units())
        else:
            opened = parcels.opened_at(connection, self._order_id)
            at = self._seen.left_at
            is_known = opened is not None and at is not None and at <= opened
        if is_known:
            self._note()
        return is_known

    def _left(self, ours: Sequence[LineRow]) -> _Outcome:
        """What is not known here left there."""
        inside = self._inside
        states = [LineState(one.state) for one in ours]
        if parcels.of_order(self._tx.connection, self._order_id) is not None:
            open_ = next((one for one in ours if LineState(one.state) in OPEN), None)
            serials = ", ".join(one.serial for one in self._seen.pieces)[:200]
            return Problem(msg("odoo.in.other_left", serials=serials), open_.id) if open_ else None
        held_up = inside.held_up()
        if held_up is not None:
            asked = order_progress.asked_lines(self._tx.connection, [self._order_id])
            if held_up.ours and held_up.id not in asked:
                return _TooEarly()
            state = state_text(LineState(held_up.state))
            return Problem(msg("odoo.in.line_undecided", sku=held_up.sku_text, state=state), held_up.id)
        if inside.going:
            word = self._word or Word()
            account = self._taker.account_id
            packing = Packing(
                self._tx, self._policies, self._actor, account, self._seen, inside, word, self._known
            )
            found = packing.run()
            return _Packed() if found is None else found
        if all(_is_sold_no_more(one) for one in ours):
            state = state_text(order_state(states))
            return Problem(msg("odoo.in.not_sold", state=state), ours[0].id)
        return None  # another tool shipped it, and Back Market knows

    def _units(self) -> list[str | None]:
        """The units that left; None for a serial that nobody knows here."""
        connection, company = self._tx.connection, self._tx.company
        return [unit_of(connection, company, self._taker.account_id, one) for one in self._seen.pieces]

    # ---------------------------------------------------------------- what follows

    def _note(self) -> None:
        """These transfers are settled."""
        transfers = self._known.transfers | frozenset(self._seen.transfers)
        self._keep(replace(self._known, transfers=transfers))

    def _keep(self, now: Known) -> None:
        self._known = now
        deliveries_again.note(self._tx, self._taker.account_id, self._order_id, self._seen.sale.id, now)

    def _set_aside(self) -> None:
        """What is away by Odoo's books is not sold again while nobody knows whether that is right."""
        tx, what = self._tx, f"{self._seen.sale.name} {self._seen.name}".strip()
        said = msg("odoo.in.left_for", order=self._inside.number, what=what or "-")
        held = dict(self._known.held)
        for unit_id in self._units():
            row = units.unit(tx.connection, unit_id) if unit_id is not None else None
            if row is None or row.hold_reason or State(row.state) not in IN_HOUSE:
                continue
            if State(row.state) not in PROMISED:
                reason = one_line(render(said), _LONGEST)
                with suppress(Failure):  # in repair, say: it is not sold either
                    units_actions.hold_in(tx, self._policies, self._actor, row, reason)
                    held[row.id] = reason
            elif not self._is_of_this_order(row.id):
                Taking(tx, self._policies, self._actor, row.id).promised_and_gone(said)
        self._keep(replace(self._known, held=held))

    def _is_of_this_order(self, unit_id: str) -> bool:
        live = allocations.live_of_unit(self._tx.connection, unit_id)
        line = orders.line(self._tx.connection, live.line_id) if live is not None else None
        return line is not None and line.order_id == self._order_id

    def _wait(self) -> None:
        """Back Market must let it go first: said once, and looked at again until then."""
        if self._word is None or not self._word.said:
            said = msg("order.event.odoo_left_early", transfer=self._seen.name or "-")
            order_progress.tell(self._tx, self._order_id, said, operator=self._actor.code)
        self._close(*_MINE)
        word = replace(self._word or Word(), said=True)
        deliveries_again.look_again(
            self._tx, self._taker.account_id, self._order_id, self._seen.sale.id, word
        )

    def _tell_odoo_again(self) -> None:
        """What somebody there had made of this order and its devices may have stopped ours: it is tried again. What is
        away there and set aside here all the same would be refused again: it is taken back, and the next change of the
        device sends it.
        """
        connection, account = self._tx.connection, self._taker.account_id
        away = {one for one in self._units() if one is not None}
        for unit_id in sorted(away | self._known.held.keys()):
            for effect in queue.unfinished(connection, account, unit_lane(unit_id)):
                if not _was_refused(effect):
                    continue
                if unit_id in away and self._is_set_aside(unit_id):
                    queue.end(self._tx, effect.id, EffectState.CANCELLED)
                    said = msg("odoo.in.not_sent", serial=reservation.name_of(self._tx, unit_id))
                    self._taker.log(self._tx, said)
                else:
                    outbox.again(self._tx, self._actor, effect)
        of_sale = odoo_orders.unfinished(connection, self._order_id)
        if of_sale is not None and _was_refused(of_sale):
            outbox.again(self._tx, self._actor, of_sale)

    def _is_set_aside(self, unit_id: str) -> bool:
        reason = self._known.held.get(unit_id)
        row = units.find_unit(self._tx.connection, self._tx.company, unit_id)
        return row is not None and bool(reason) and row.hold_reason == reason

    # ---------------------------------------------------------------- what a person must see

    def _show(self, code: Conflict, line_id: str, params: Row) -> Came:
        """The conflict at this line, unless a person has decided this very one; whether it is new."""
        tx, connection = self._tx, self._tx.connection
        key = _digest(code, params, self._seen)
        if order_progress.was_decided(connection, line_id, code.value, key=key):
            self._over(*_MINE)
            return Came.NOTHING
        if code is Conflict.DELIVERED_THERE:
            self._set_aside()
        self._close_others(code, line_id)
        given: Row = {
            "order": self._inside.number,
            "serials": ", ".join(one.serial for one in self._seen.pieces)[:200] or "-",
            "sale": self._seen.sale.id,
            "key": key,
            **params,
        }
        new = order_progress.raise_conflict(tx, self._order_id, line_id, code.value, given)
        deliveries_again.look_again(
            tx, self._taker.account_id, self._order_id, self._seen.sale.id, self._word or Word()
        )
        if not new:
            return Came.NOTHING
        said = self._title(code, params)
        order_progress.tell(tx, self._order_id, said, line_id=line_id, operator=self._actor.code)
        self._taker.log(tx, said, "warning")
        fulfilment.settle(tx, self._policies, [self._order_id])
        return Came.SHOWN

    def _title(self, code: Conflict, params: Row) -> Text:
        given = {"order": self._inside.number, "transfer": params.get("transfer", "-")}
        return msg(f"conflict.{code.value}.title", **given, what=params.get("what", "-"))

    def _close_others(self, code: Conflict, line_id: str) -> None:
        for one in order_progress.conflicts(self._tx.connection, [self._order_id]):
            if one.code in _MINE and (one.code, one.line_id) != (code.value, line_id):
                order_progress.close_conflict(self._tx, one.id, "")

    def _over(self, *codes: Conflict) -> None:
        """Nobody has to look at this order because of Odoo. Whoever decided it, or whatever was put right: what of it
        was refused at Odoo meanwhile goes on.
        """
        closed = self._close(*codes)
        if closed or self._word is not None:
            self._tell_odoo_again()
        if self._word is not None:
            deliveries_again.done(self._tx, self._taker.account_id, self._order_id)

    def _close(self, *codes: Conflict) -> bool:
        """Whether there was one."""
        closed = False
        for one in order_progress.conflicts(self._tx.connection, [self._order_id]):
            if one.code in codes:
                order_progress.close_conflict(self._tx, one.id, "")
                closed = True
        if closed:
            fulfilment.settle(self._tx, self._policies, [self._order_id])
        return closed


def _was_refused(effect: EffectRow) -> bool:
    return effect.state == EffectState.PARKED.value and effect.fault == Fault.REJECTED.value


def _is_sold_no_more(line: LineRow) -> bool:
    """Whether it was taken back before anything had left."""
    state = LineState(line.state)
    before = state is LineState.REFUNDED and line.remote_state == Remote.REFUNDED_BEFORE
    return before or state in (LineState.CANCELLED, LineState.UNPAID)


def _digest(code: Conflict, params: Row, seen: DeliverySeen) -> str:
    """What exactly a person decides: another trouble, or another delivery, is another decision."""
    about = [code.value, sorted(seen.transfers), seen.numbers, params.get("reason"), params.get("what")]
    text = json.dumps(about, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
