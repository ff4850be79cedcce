"""What Odoo says of a unit is recorded here as the bench would: a grade, a battery reading, a hold, a place, that it is
gone. Each in the caller's transaction; what the bench would refuse is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from bmdesk.domain import commands as c
from bmdesk.domain import unit as life
from bmdesk.domain.grading import OwnGrade
from bmdesk.domain.orders import Conflict
from bmdesk.domain.unit import GoneReason, State
from bmdesk.services.desk import Actor
from bmdesk.services.goods import units_actions
from bmdesk.services.grading import finishing, judgement, recording
from bmdesk.services.grading.hand import NOBODY, Hand, changeable
from bmdesk.services.grading.refusals import Refusal, UnknownGrade
from bmdesk.services.lines import one_line
from bmdesk.services.odoo.units.units_seen import BATTERY_FIELD, GRADE_FIELD, HOLD_FIELD, Value
from bmdesk.services.orders import fulfilment, reservation
from bmdesk.services.policies import Policies
from bmdesk.store.kept import keep_text
from bmdesk.store.queries import allocations, inspections, order_progress, orders, units
from bmdesk.store.queries.units import UnitRow
from bmdesk.store.transaction import Row, Tx
from bmdesk.texts import Text, msg, render

METHOD = "ODOO"
"""How a battery was read that somebody noted there."""

TAKEN = (GRADE_FIELD, BATTERY_FIELD, HOLD_FIELD)
"""The fields of a lot that are taken over."""

_LONGEST = 500


class NotTaken(Refusal):
    """Nothing that could be recorded here. Params: `field`, `given`."""

    code = "odoo.in.not_taken"


@dataclass(frozen=True, slots=True)
class Taking:
    """One unit, and who changed it there."""

    tx: Tx
    policies: Policies
    actor: Actor
    unit_id: str

    @property
    def row(self) -> UnitRow:
        return units.unit(self.tx.connection, self.unit_id)

    def here(self) -> dict[str, Value]:
        """What this unit has in the fields that are taken over. A grade that was given and not finished counts: there
        is somebody at the bench."""
        row = self.row
        looked = _open_look(self.tx, row)
        grade = (looked["grade"] if looked is not None else "") or row.grade
        return {
            GRADE_FIELD: grade or None,
            BATTERY_FIELD: row.battery_percent or None,
            HOLD_FIELD: row.hold_reason or None,
        }

    def record(self, said: Mapping[str, Value]) -> None:
        """These values are the unit's now, all or none. Raises Failure where the bench would refuse them."""
        row = changeable(self.tx.connection, self.row)
        if GRADE_FIELD in said or BATTERY_FIELD in said:
            self._look(row, said)
        if HOLD_FIELD in said:
            self._hold(said[HOLD_FIELD])

    def put_away(self, where: tuple[str, str]) -> None:
        """It lies there now. Raises UnitNotHere."""
        units_actions.put_away_in(self.tx, self.actor, self.row, where)

    def gone(self, reason: GoneReason) -> None:
        """It has left the house. Raises IllegalMove for one that is promised."""
        units_actions.gone_in(self.tx, self.policies, self.actor, self.row, reason)

    def promised_and_gone(self, said: Text) -> None:
        """It left by Odoo's books and is promised to an order here: it may not be sold any more, the order says so."""
        tx, row = self.tx, self.row
        reason = one_line(render(said), _LONGEST)
        if row.hold_reason == reason:
            return
        units.set_unit(tx, row.id, hold_reason=reason)
        self._tell("history.hold", reason=reason)
        promised = allocations.live_of_unit(tx.connection, row.id)
        line = orders.line(tx.connection, promised.line_id) if promised is not None else None
        if line is None:
            return
        order_progress.tell(tx, line.order_id, said, line_id=line.id, operator=self.actor.code)
        if State(row.state) is State.PACKED:
            order = order_progress.order(tx.connection, line.order_id)
            name = reservation.name_of(tx, row.id)
            given: Row = {"order": str(order["remote_id"]), "unit": name, "unit_id": row.id}
            given["reason"] = keep_text(said)
            code = Conflict.SOLD_ELSEWHERE.value
            order_progress.raise_conflict(tx, line.order_id, line.id, code, given)
        fulfilment.settle(tx, self.policies, [line.order_id])  # one that is only reserved is unfit now

    # ---------------------------------------------------------------- grade and battery

    def _look(self, row: UnitRow, said: Mapping[str, Value]) -> None:
        own = _own_grade(self.policies, said[GRADE_FIELD]) if GRADE_FIELD in said else None
        percent = _percent(said[BATTERY_FIELD]) if BATTERY_FIELD in said else None
        stay = units.stay(self.tx.connection, row.id, row.stay_number)
        assert stay is not None, "a unit in the house has a stay"
        looked = inspections.last_inspection(self.tx.connection, stay["id"])
        if looked is None and stay["earlier_evidence"]:
            self._without_a_look(row, stay, own, percent)
            return
        was_done = (
            State(row.state) in (State.READY, State.HELD) and looked is not None and looked["closed_at"]
        )
        hand = Hand(self.tx, self.policies, self.actor, replace(NOBODY, unit_id=row.id), seated=False)
        if percent is not None:
            recording.record_battery(hand, c.RecordBattery(percent), METHOD)
        if own is not None:
            finishing.set_grade(hand, c.SetGrade(own.code, self.actor.code))
        if was_done:
            finishing.done(hand, c.Done())
            if row.hold_reason:  # what a person set aside stays aside
                finishing.hold(hand, c.Hold(row.hold_reason))

    def _without_a_look(self, row: UnitRow, stay: Row, own: OwnGrade | None, percent: int | None) -> None:
        """Graded elsewhere before bmdesk, and never inspected here: so it stays."""
        tx = self.tx
        values: Row = {}
        if percent is not None:
            values |= {"battery_percent": percent, "battery_at": tx.now}
            reading: Row = {"cycles": None, "design_mah": None, "full_mah": None, "method": METHOD}
            of_unit: Row = {
                "unit_id": row.id,
                "stay_id": stay["id"],
                "operator": self.actor.code,
                "at": tx.now,
            }
            inspections.set_battery(tx, tx.new_id(), percent=percent, withdrawn=False, **reading, **of_unit)
            self._tell("history.battery", percent=percent)
        if own is not None:
            values |= {"grade": own.maps_to, "own_grade": own.code}
            sku_id = finishing.sku_of(tx, row.variant_id, own.maps_to, new_battery=bool(stay["new_battery"]))
            values["sku_id"] = sku_id
            given = {"grade": own.maps_to, "own": own.code, "suggested": "", "reason": self.actor.code}
            self._tell("history.graded", **given)
        units.set_unit(tx, row.id, **values)
        judgement.settle(tx, row.id, judgement.judge(tx, self.policies, row.id))

    def _hold(self, said: Value) -> None:
        reason = one_line(str(said or ""), _LONGEST)
        if reason:
            units_actions.hold_in(self.tx, self.policies, self.actor, self.row, reason)
        else:
            units_actions.release_in(self.tx, self.policies, self.actor, self.row)

    def _tell(self, code: str, **params: str | int) -> None:
        units.append_history(self.tx, self.unit_id, self.actor.code, self.actor.station, code, params)


def departure(went_to: str, *, scrapped: bool) -> GoneReason | None:
    """Why a unit is gone whose piece went to a location of this use; None where that says nothing."""
    if scrapped:
        return GoneReason.SCRAPPED
    return _DEPARTURES.get(went_to)


_DEPARTURES = {
    "customer": GoneReason.SOLD_ELSEWHERE,
    "supplier": GoneReason.RETURNED_TO_SUPPLIER,
    "inventory": GoneReason.LOST,
}


def why_gone(reason: GoneReason, what: str) -> Text:
    """That it left by Odoo's books. `what`: the sale or the transfer."""
    return msg("odoo.in.left", reason=life.gone_text(reason), what=what or "-")


def _open_look(tx: Tx, row: UnitRow) -> Row | None:
    stay = units.stay(tx.connection, row.id, row.stay_number)
    looked = inspections.last_inspection(tx.connection, stay["id"]) if stay is not None else None
    return looked if looked is not None and looked["closed_at"] is None else None


def _own_grade(policies: Policies, said: Value) -> OwnGrade:
    """The seller's own word for this grade of Back Market: the one of the same name, else the first that means it.
    Raises UnknownGrade."""
    code = str(said or "")
    same = [own for own in policies.grade_map.grades if own.maps_to == code]
    own = next(
        (one for one in same if one.code == code), same[0] if same else policies.grade_map.resolve(code)
    )
    if own is None or own.maps_to != code:
        known = ", ".join(one.code for one in policies.grade_map.grades)
        raise UnknownGrade(given=code[:40], known=known)
    return own


def _percent(said: Value) -> int:
    """Raises NotTaken."""
    if not isinstance(said, int) or not 1 <= said <= 100:
        raise NotTaken(field=BATTERY_FIELD, given=str(said or "")[:40])
    return said
