"""What happened to units at Odoo happens here: received there they are to grade here, and grade, battery, hold, place
and departure follow by what both sides had when they last agreed.

What only Odoo changed is taken over, as if it had been entered at the bench; what only we changed is left to the
outbox; what both changed to different things is shown, with both values, and neither is written over. What was taken,
and what we wrote ourselves, is agreed in the same transaction, so it never comes back as a change. Reading the same
again changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

from bmdesk.domain.effects import EffectState, Fault, UnitOf, unit_lane
from bmdesk.domain.unit import IN_HOUSE, PROMISED, State, gone_text
from bmdesk.services import wants
from bmdesk.services.odoo.sales import orders_meant
from bmdesk.services.odoo.taken import Came
from bmdesk.services.odoo.units import diverged
from bmdesk.services.odoo.units.diverged import PLACE, ChangedThere
from bmdesk.services.odoo.units.units_arriving import (
    Reading,
    arrive,
    aside,
    ask_outbox,
    may_arrive,
    receive,
)
from bmdesk.services.odoo.units.units_fields import Fields
from bmdesk.services.odoo.units.units_seen import CUSTOMER, TRANSIT, LotSeen, MoveSeen, Value
from bmdesk.services.odoo.units.units_taking import Taking, departure, why_gone
from bmdesk.services.odoo.units.units_there import LOT, was_sent
from bmdesk.store.engine import Connection
from bmdesk.store.failures import StoreFailure
from bmdesk.store.queries import allocations, odoo, orders, outbox, units
from bmdesk.store.queries.odoo import RecordRow
from bmdesk.store.queries.units import UnitRow
from bmdesk.store.transaction import Tx
from bmdesk.texts import Failure, Text, msg

AGAIN = "lot_again"
"""Lots to be looked at in the next reading whether they change or not: something here was in the way. Stored so."""


class NotTheirs(Failure):
    """Changed in Odoo to something that cannot be here. Params: `serial`, `fields`, `reason`."""

    code = "odoo.in.refused"


def lots_to_see(connection: Connection, account_id: str) -> list[int]:
    """Lots that are to be read whether they changed or not: also those that were set aside, until nothing is wrong."""
    again = [row.remote_id for row in odoo.of_kind(connection, account_id, AGAIN).values()]
    rows = orders.quarantined(connection, [account_id])
    return again + [
        int(row["remote_id"]) for row in rows if row["kind"] == LOT and row["remote_id"].isdigit()
    ]


def absent(tx: Tx, account_id: str, lots: Collection[int]) -> None:
    """These are not there any more: nothing of them is asked about."""
    orders.release_quarantined(tx, account_id, LOT, [str(one) for one in lots])


def is_news(connection: Connection, reading: Reading, seen: Iterable[LotSeen]) -> list[LotSeen]:
    """Those of these lots that are not just as both sides left them: most that is read is our own doing."""
    found = list(seen)
    records = odoo.by_remote(connection, reading.account_id, LOT, [one.id for one in found])
    again, taken = set(lots_to_see(connection, reading.account_id)), Fields(reading.grade)

    def is_new(one: LotSeen) -> bool:
        record = records.get(one.id)
        if record is None:
            return may_arrive(connection, reading, one)
        return _is_new(record, one, taken)

    return [one for one in found if one.id in again or is_new(one)]


def take(tx: Tx, reading: Reading, seen: LotSeen) -> Came:
    """Take over what is new of this lot. What cannot be here is set aside: one lot does not hold up the others."""
    try:
        with tx.attempt():
            came = _take(tx, reading, seen)
            orders.release_quarantined(tx, reading.account_id, LOT, [str(seen.id)])
            return came
    except StoreFailure:
        raise
    except Failure as refused:
        return aside(tx, reading, seen, refused)


def _take(tx: Tx, reading: Reading, seen: LotSeen) -> Came:
    account_id = reading.account_id
    record = odoo.by_remote(tx.connection, account_id, LOT, [seen.id]).get(seen.id)
    came = Came.NOTHING
    if record is None:
        came, unit_id = arrive(tx, reading, seen)
        if not unit_id:
            return came
        # What somebody noted on it there already is followed at once; what bmdesk itself says of a unit, it says anew.
        taken = Fields(reading.grade)
        known = {
            field: one for field, one in seen.values.items() if field != "name" and not taken.means(field)
        }
        base = {"values": known, "product": seen.product.id}
        odoo.agree(tx, account_id, LOT, unit_id, seen.id, base)
        record = odoo.records(tx.connection, account_id, LOT, [unit_id])[unit_id]
    row = units.find_unit(tx.connection, tx.company, record.local_id)
    followed = _Following(tx, reading, seen, record, row).run() if row is not None else Came.NOTHING
    tx.touched.clear()  # nobody's UNDO reaches what came from elsewhere
    return followed if came is Came.NOTHING else came


def theirs_count(tx: Tx, account_id: str, unit_id: str) -> None:
    """A person says that what stands at Odoo is right: the next reading takes it over."""
    record = odoo.records(tx.connection, account_id, LOT, [unit_id]).get(unit_id)
    if record is not None:
        base = {**(record.base or {}), "theirs": True}
        odoo.agree(tx, account_id, LOT, unit_id, record.remote_id, base)
        odoo.agree(tx, account_id, AGAIN, unit_id, record.remote_id, None)


def _is_new(record: RecordRow, seen: LotSeen, taken: Fields) -> bool:
    base = record.base or {}
    values = base.get("values") or {}
    place = seen.place.id if seen.place is not None else 0
    if base.get("place") != place or base.get("line") != _line(seen.last):
        return True
    return any(
        values[name] != value if name in values else taken.means(name) and value is not None
        for name, value in seen.values.items()
    )


def _line(last: MoveSeen | None) -> int:
    return last.id if last is not None else 0


# -------------------------------------------------------------------- what is known


class _Following:
    """A lot and the unit it stands for."""

    def __init__(self, tx: Tx, reading: Reading, seen: LotSeen, record: RecordRow, row: UnitRow) -> None:
        self._tx, self._reading, self._seen, self._record, self._row = tx, reading, seen, record, row
        self._base: dict[str, Any] = dict(record.base or {})
        self._theirs_count = bool(self._base.pop("theirs", False))
        self._fields = Fields(reading.grade)
        self._differs: dict[str, object] = {}
        """What both changed, by field: theirs, as diverged.kept wants it; and in words, ours first."""
        self._said: dict[str, tuple[str, str]] = {}
        self._problem: Failure | None = None
        self._again = False
        self._took: list[Text] = []

    def run(self) -> Came:
        tx, reading, unit_id = self._tx, self._reading, self._row.id
        if self._is_in_doubt():
            odoo.agree(tx, reading.account_id, AGAIN, unit_id, self._seen.id, None)
            return Came.NOTHING
        self._follow_piece()
        if State(units.unit(tx.connection, unit_id).state) in IN_HOUSE:
            self._follow_values()
        if self._base != self._record.base:
            odoo.agree(tx, reading.account_id, LOT, unit_id, self._seen.id, self._base)
        if self._again:
            odoo.agree(tx, reading.account_id, AGAIN, unit_id, self._seen.id, None)
        else:
            odoo.forget(tx, reading.account_id, AGAIN, unit_id)
        if self._took:
            reading.log(tx, msg("odoo.in.took", serial=self._seen.name[:60], fields=tuple(self._took)))
        if self._differs and self._show():
            return Came.SHOWN
        return Came.TAKEN if self._took else Came.NOTHING

    def _is_in_doubt(self) -> bool:
        """Something of ours is under way to it: what stands there may be that. Or a person said that ours counts, and
        it is not there yet."""
        doubts = {EffectState.IN_FLIGHT.value, EffectState.UNCERTAIN.value}
        lane = unit_lane(self._row.id)
        waiting = outbox.unfinished(self._tx.connection, self._reading.account_id, lane)
        pending = EffectState.PENDING.value
        return any(one.state in doubts or (one.forced and one.state == pending) for one in waiting)

    def _taking(self, by: str) -> Taking:
        policies = self._reading.desk.policies(self._tx.connection)
        return Taking(self._tx, policies, self._reading.actor(by), self._row.id)

    def _did(self, what: Sequence[Text], act: Callable[[], None]) -> bool:
        """Whether it could be taken over; what the bench would refuse is shown instead, and nothing of it is kept."""
        try:
            with self._tx.attempt():
                act()
        except Failure as refused:
            self._problem = refused
            return False
        self._took += what
        return True

    # ---------------------------------------------------------------- values

    def _follow_values(self) -> None:
        """Field by field. The others than TAKEN are bmdesk's to say: where they differ, the outbox finds it out."""
        taking = self._taking(self._seen.by)
        here, before = self._fields.there(taking.here()), dict(self._base.get("values") or {})
        agreed, news = dict(before), {}
        for field, there in self._seen.values.items():
            if field not in here:
                self._see_other(field, there, before)
                continue
            ours = here[field]
            base = ours if self._theirs_count else before.get(field)
            if there == ours:
                agreed[field] = there
            elif there == base and (field in before or there is None):
                continue  # ours is new, and goes there
            elif not self._theirs_count and was_sent(self._base, field, there):
                ask_outbox(self._tx, self._reading, self._row.id)  # ours too, only its answer never came
            elif ours == base:
                news[field] = there
            else:
                self._differ(field, there, ours)
        named = [diverged.name_of(field) for field in news]
        if news and self._did(named, lambda: taking.record(self._fields.here(news))):
            agreed |= news
        elif news:
            for field, there in news.items():
                self._differ(field, there, here[field])
        self._base["values"] = agreed

    def _see_other(self, field: str, there: Value, before: Mapping[str, Value]) -> None:
        if field in before and there != before[field]:
            ask_outbox(self._tx, self._reading, self._row.id)

    # ---------------------------------------------------------------- the piece

    def _follow_piece(self) -> None:
        seen, state = self._seen, State(self._row.state)
        here = state in IN_HOUSE
        if seen.place is None:
            if not here:
                self._settled(0)
            elif (self._base.get("place") or self._base.get("lay")) and self._moved_since():
                self._left()
        elif here:
            self._base["lay"] = seen.place.id  # known or not which place of ours that is
            self._lies(seen.place.id)
        elif state in (State.SHIPPED, State.GONE) and self._is_back():
            self._came_back()

    def _moved_since(self) -> bool:
        return "line" not in self._base or _line(self._seen.last) != self._base["line"]

    def _is_back(self) -> bool:
        """It was seen away before, or was with a customer since it was last seen. Else it left from here, and Odoo has
        not heard of that."""
        last = self._seen.last
        from_customer = last is not None and last.came_from == CUSTOMER and "line" in self._base
        return self._base.get("place") == 0 or (from_customer and self._moved_since())

    def _settled(self, place: int) -> None:
        """Both know where its piece is."""
        self._base |= {"place": place, "lay": place, "line": _line(self._seen.last)}
        row = units.unit(self._tx.connection, self._row.id)
        self._base["at"] = row.location

    def _lies(self, place: int) -> None:
        assert self._seen.place is not None, "asked of what lies somewhere"
        before = self._base.get("place")
        where = self._reading.places.of(self._seen.place, self._row)
        here = (self._row.warehouse or "", self._row.bin or "")
        moved_here = self._base.get("at", self._row.location) != self._row.location and not self._theirs_count
        if where == here or (before == place and not moved_here):
            self._settled(place)
        elif before == place:
            return  # moved here only: it goes there
        elif was_sent(self._base, PLACE, place) and not self._theirs_count:
            ask_outbox(self._tx, self._reading, self._row.id)  # we moved it, only the answer never came
        elif before is None and not self._theirs_count:
            if where is None:  # it is of no warehouse here: nobody moves it by himself
                self._base["place"] = 0
                self._differ(PLACE, place, self._row.location, self._seen.place.name)
            elif not self._reading.sends:  # nobody will ever agree on it there: each stays where it is
                self._settled(place)
            self._base["line"] = _line(self._seen.last)
        elif where is None or moved_here:
            self._differ(PLACE, place, self._row.location, self._seen.place.name)
        else:
            last = self._seen.last
            taking = self._taking(last.by if last is not None else self._seen.by)
            if self._did([diverged.name_of(PLACE)], lambda: taking.put_away(where)):
                self._settled(place)
            else:
                self._differ(PLACE, place, self._row.location, self._seen.place.name)

    def _left(self) -> None:
        """It was in the house by both books, and is not any more by theirs."""
        last = self._seen.last
        if last is None or last.went_to == TRANSIT:
            return  # on its way from one of their warehouses to another
        reason = departure(last.went_to, scrapped=last.scrapped)
        if last.went_to == CUSTOMER and self._is_ours(last):
            self._settled(0)
            return
        if reason is None:
            self._differ(PLACE, 0, self._row.location, last.went_to)
            return
        what = last.sale.name if last.sale is not None else last.transfer
        said = why_gone(reason, what)
        taking = self._taking(last.by)
        if State(self._row.state) in PROMISED:
            taking.promised_and_gone(said)
            self._again = True  # once no order has it, it is gone
        elif self._did([gone_text(reason)], lambda: taking.gone(reason)):
            params: dict[str, str | int] = {"what": what or "-"}
            by = (taking.actor.code, taking.actor.station)
            units.append_history(self._tx, self._row.id, *by, "history.odoo_left", params)
            self._settled(0)
        else:
            self._differ(PLACE, 0, self._row.location, last.went_to)

    def _is_ours(self, last: MoveSeen) -> bool:
        """Whether it was delivered for an order that is here: its own, or another one, whose delivery is then looked at
        where orders are read."""
        connection, reading = self._tx.connection, self._reading
        if last.sale is None:
            return False
        meant = orders_meant.of_sales(connection, self._tx.company, reading.account_id, [last.sale])
        if last.sale.id not in meant:
            return False
        stay = units.stay(connection, self._row.id, self._row.stay_number)
        promised = allocations.of_stay(connection, stay["id"]) if stay is not None else None
        line = orders.line(connection, promised.line_id) if promised is not None else None
        is_its_own = line is not None and line.order_id == meant[last.sale.id]
        return is_its_own or reading.orders

    def _came_back(self) -> None:
        """It had left by both books and lies in the house by theirs: a new stay."""
        identifier = next(iter(units.identifiers(self._tx.connection, self._row.id)), None)
        if identifier is None:
            return
        receive(self._tx, self._reading, self._seen, self._row, identifier)
        self._took.append(msg("odoo.in.took_back"))
        # Grade and battery there are of the stay before: the bench says what they are now, and that goes there.
        values = dict(self._base.get("values") or {})
        values |= {name: value for name, value in self._seen.values.items() if self._fields.means(name)}
        self._base["values"] = values
        assert self._seen.place is not None, "it lies in the house"
        self._settled(self._seen.place.id)

    # ---------------------------------------------------------------- what a person must see

    def _differ(self, field: str, there: Value, here: Value, shown: str = "") -> None:
        """Both changed it. `shown`: what is there in words, where that is not the value."""
        self._differs[field] = there
        self._said[field] = (str(here or ""), shown or str(there or ""))

    def _show(self) -> bool:
        """The unit's effect stands aside with both values, until a person has looked; whether that is new."""
        tx, account_id, unit_id = self._tx, self._reading.account_id, self._row.id
        lane = unit_lane(unit_id)
        change = diverged.kept(self._said, self._differs)
        fields = tuple(one.name for one in diverged.both(change))
        waiting = outbox.unfinished(tx.connection, account_id, lane)
        if not self._reading.sends:
            tx.told.discard(unit_id)
        elif waiting:
            return False  # the outbox brings there what does not differ, and says what does
        if any(one.state == EffectState.PARKED.value for one in waiting):
            return False
        if not waiting:
            wants.want(tx, UnitOf(unit_id))
            waiting = outbox.unfinished(tx.connection, account_id, lane)
        if not waiting:
            return False
        serial = self._seen.name[:60]
        problem: Failure = ChangedThere(serial=serial, fields=fields)
        if self._problem is not None:
            problem = NotTheirs(serial=serial, fields=fields, reason=self._problem.happened)
        outbox.end(
            tx, waiting[0].id, EffectState.PARKED, fault=Fault.DIVERGED.value, problem=problem, change=change
        )
        self._reading.log(tx, problem.happened, "warning")
        return True
