"""How a look at a device ends: the grade, DONE, HOLD, a second person's answer, and UNDO."""

from __future__ import annotations

from bmdesk.domain import commands as c
from bmdesk.domain import grading, history, second_check
from bmdesk.domain import unit as life
from bmdesk.domain.changes import Change
from bmdesk.domain.gate import Blocker, Level
from bmdesk.domain.grading import OwnGrade, Suggestion
from bmdesk.domain.unit import State
from bmdesk.services.goods import counted
from bmdesk.services.grading import judgement
from bmdesk.services.grading.hand import Hand
from bmdesk.services.grading.refusals import (
    NothingToUndo,
    ReasonNeeded,
    SecondPersonNeeded,
    UndoTooLate,
    UnitNotHere,
    UnitPromised,
    UnknownGrade,
)
from bmdesk.services.policies import Policies
from bmdesk.store.engine import Connection
from bmdesk.store.queries import bench, catalogue, inspections, units
from bmdesk.store.queries.units import UnitRow
from bmdesk.store.transaction import Row, Tx
from bmdesk.texts import Text, msg

ARRIVED = frozenset({"history.received", "history.received_loose", "history.imported"})
"""The history lines with which a stay begins."""


def suggest(
    connection: Connection, policies: Policies, row: UnitRow, stay_id: str, looked_id: str
) -> Suggestion:
    """The grade that the defects of this inspection allow at best, with the reasons."""
    return grading.suggest(
        [defect for _, defect in inspections.defects(connection, looked_id)],
        inspections.battery(connection, stay_id),
        inspections.parts(connection, stay_id),
        policies.grading,
        policies.checklist(row.category),
    )


def sku_of(tx: Tx, variant_id: str | None, grade: str, *, new_battery: bool) -> str | None:
    """The SKU that follows from model, grade and battery; None without a model, or with a grade that is not sold."""
    if variant_id is None or grade not in judgement.SELLABLE:
        return None
    sku_id = catalogue.sku_id(tx, catalogue.variant(tx.connection, variant_id), grade, new_battery)
    counted.unit_wins(tx, sku_id)
    return sku_id


def set_grade(hand: Hand, command: c.SetGrade) -> Text:
    """Confirm the suggested grade, or override it with a reason. A second person's grade answers the check.

    Raises UnknownGrade, ReasonNeeded, SecondPersonNeeded.
    """
    own = hand.policies.grade_map.resolve(command.grade)
    if own is None:
        known = ", ".join(g.code for g in hand.policies.grade_map.grades)
        raise UnknownGrade(given=command.grade, known=known)
    row, stay, looked = hand.working()
    allowed = suggest(hand.tx.connection, hand.policies, row, stay["id"], looked["id"])
    check = inspections.check(hand.tx.connection, looked["id"])
    if check is not None and check["agreed"] is None:
        _answer_check(hand, looked, check, own.maps_to)
    elif not command.reason and not _is_confirmed_by(own, allowed):
        given, suggested = grading.grade_text(own.maps_to), grading.grade_text(allowed.grade)
        raise ReasonNeeded(given=given, suggested=suggested)
    _write_grade(hand, looked["id"], own, allowed, command.reason or "")
    hand.close_step(
        row.id,
        "history.graded",
        grade=own.maps_to,
        own=own.code,
        suggested=allowed.grade,
        reason=command.reason or "",
    )
    return msg("bench.graded", grade=own.title)


def done(hand: Hand, _: c.Done) -> Text:
    """Close the look: confirm the suggestion where nobody graded, ask the gate, and let go of the unit.

    The unit is ready when nothing required is left, else held, with every blocker named.
    """
    row = hand.changeable()
    stay = hand.stay(row)
    looked = inspections.last_inspection(hand.tx.connection, stay["id"])
    check = inspections.check(hand.tx.connection, looked["id"]) if looked else None
    unanswered = check is not None and check["agreed"] is None and check["first_operator"] != hand.actor.code
    known = looked is not None or (row.grade and stay["earlier_evidence"])
    if State(row.state) is not State.INSPECTING and not row.hold_reason and known and not unanswered:
        hand.take(None, last_unit_id=row.id)  # only looked at: nothing to finish
        hand.tx.changes.add(Change.SEAT)
        return msg("bench.laid_aside", state=life.state_text(State(row.state)))
    row, stay, looked = hand.working()
    grade = _decided(hand, row, stay, looked)
    if unanswered and check is not None:
        _answer_check(hand, looked, check, grade.maps_to)
    elif check is None or grade.maps_to != (check["second_grade"] or check["first_grade"]):
        _ask_second_person(hand, row, looked, check, grade.maps_to)
    inspections.set_inspection(hand.tx, looked["id"], closed_at=hand.tx.now)
    units.set_unit(
        hand.tx,
        row.id,
        grade=grade.maps_to,
        own_grade=grade.code,
        sku_id=sku_of(hand.tx, row.variant_id, grade.maps_to, new_battery=bool(stay["new_battery"])),
        hold_reason="",
        state=life.move(State(row.state), State.HELD).value,  # the gate releases it below, if it may
    )
    found = hand.close_step(row.id, "history.done", looked["id"], grade=grade.maps_to)
    hand.take(None, last_unit_id=row.id)
    return _finished(units.unit(hand.tx.connection, row.id), grade, found)


def hold(hand: Hand, command: c.Hold) -> Text:
    """Set the unit aside with a reason; it stays held until somebody takes it up again and says DONE."""
    row = hand.changeable()
    after = life.move(State(row.state), State.HELD)
    units.set_unit(hand.tx, row.id, state=after.value, hold_reason=command.reason)
    hand.close_step(row.id, "history.hold", reason=command.reason)
    hand.take(None, last_unit_id=row.id)
    return msg("bench.held_by_person", reason=command.reason)


def undo(hand: Hand, _: c.Undo) -> Text:
    """Take back this operator's last step, by a new line in the history.

    Raises NothingToUndo, UndoTooLate, UnitPromised, UnitNotHere.
    """
    # Two scripts may run as one operator at once: each takes back its own steps, wherever a person takes back theirs.
    place = (hand.actor.station, hand.actor.seat) if hand.scripted else None
    step = units.last_step(hand.tx.connection, hand.tx.company, hand.actor.code, place)
    if step is None:
        raise NothingToUndo
    row = units.unit(hand.tx.connection, step["unit_id"])
    state = State(row.state)
    if state in life.PROMISED:
        raise UnitPromised(state=life.state_text(state))
    if state in (State.SHIPPED, State.GONE):
        raise UnitNotHere(state=life.state_text(state))
    shown = units.identifiers(hand.tx.connection, row.id)
    # A colleague's DONE weighed what this step recorded: it would stand on something that is no longer there.
    lines = units.history(hand.tx.connection, row.id)
    # The device has been away and came back: the step belongs to a stay that is over, with its cost and its sale.
    if any(history.what(line["canonical"]).code in ARRIVED for line in lines[step["seq"] :]):
        raise UndoTooLate(unit=shown[0].value if shown else row.id)
    decided = state not in (State.RECEIVED, State.INSPECTING)
    built_upon = decided and bench.others_went_on(hand.tx.connection, row.id, step["id"], hand.actor.code)
    if built_upon or not hand.tx.restore(step["rows"]):
        raise UndoTooLate(unit=shown[0].value if shown else row.id)
    units.mark_undone(hand.tx, step["id"])
    what = history.what(lines[step["seq"] - 1]["canonical"])
    params: dict[str, str | int] = {"seq": step["seq"], "what": what.code}
    units.append_history(hand.tx, row.id, hand.actor.code, hand.actor.station, "history.undone", params)
    found = judgement.judge(hand.tx, hand.policies, row.id)
    judgement.settle(hand.tx, row.id, found)
    hand.tx.take_touched()
    after = State(units.unit(hand.tx.connection, row.id).state)
    if after not in life.IN_HOUSE and hand.seat.unit_id == row.id:
        hand.take(None)
    elif hand.seat.unit_id is None and after in (State.INSPECTING, State.RECEIVED):
        hand.take(row.id)
    hand.tx.changes |= {Change.UNITS, Change.SEAT, Change.BATCHES, Change.PHOTOS}
    return msg("bench.undone", what=what)


def _is_confirmed_by(own: OwnGrade, allowed: Suggestion) -> bool:
    return own.maps_to == allowed.grade or (own.maps_to == grading.PREMIUM and allowed.premium_possible)


def _decided(hand: Hand, row: UnitRow, stay: Row, looked: Row) -> OwnGrade:
    """The grade that somebody confirmed under the present suggestion, else the suggestion itself, now confirmed.

    A lower grade than suggested was a person's word, and a further defect does not raise it. One given elsewhere saw
    the whole device: what was noted here can only lower it.
    """
    allowed = suggest(hand.tx.connection, hand.policies, row, stay["id"], looked["id"])
    if looked["grade"]:
        confirmed = _named(hand.policies, looked["own_grade"], looked["grade"])
        lowered = grading.is_better(looked["suggested"], confirmed.maps_to)
        still_lower = lowered and not grading.is_better(confirmed.maps_to, allowed.grade)
        if looked["suggested"] == allowed.grade or still_lower:
            return confirmed
    elif row.grade and stay["earlier_evidence"]:
        elsewhere = _named(hand.policies, row.own_grade, row.grade)
        if not grading.is_better(elsewhere.maps_to, allowed.grade) or _is_confirmed_by(elsewhere, allowed):
            _write_grade(hand, looked["id"], elsewhere, allowed, "")
            return elsewhere
    # The seller's own word for it: the one of the same name, else the first that means it.
    same = [g for g in hand.policies.grade_map.grades if g.maps_to == allowed.grade]
    plain = OwnGrade(allowed.grade, allowed.grade, allowed.grade)
    own = next((g for g in same if g.code == allowed.grade), same[0] if same else plain)
    _write_grade(hand, looked["id"], own, allowed, "")
    return own


def _named(policies: Policies, own: str, grade: str) -> OwnGrade:
    """A grade that was kept, with the words the seller has for it today."""
    today = policies.grade_map.resolve(own)
    return OwnGrade(own, today.title if today is not None else own, grade)


def _write_grade(hand: Hand, looked_id: str, own: OwnGrade, allowed: Suggestion, reason: str) -> None:
    inspections.set_inspection(
        hand.tx,
        looked_id,
        suggested=allowed.grade,
        grade=own.maps_to,
        own_grade=own.code,
        grade_reason=reason,
        graded_by=hand.actor.code,
    )


def _ask_second_person(hand: Hand, row: UnitRow, looked: Row, before: Row | None, grade: str) -> None:
    if not second_check.due(row.id, looked["number"], grade, hand.actor.code, hand.policies.shares):
        if before is not None and before["agreed"] is None:  # asked for a grade that nobody claims any more
            inspections.drop_check(hand.tx, looked["id"])
        return
    earlier = before["detail"].get("earlier", []) if before else []
    if before is not None and before["agreed"] is not None:
        said = ("first_operator", "first_grade", "second_operator", "second_grade", "agreed")
        earlier = [*earlier, {name: before[name] for name in said}]
    inspections.set_check(
        hand.tx,
        looked["id"],
        first_operator=hand.actor.code,
        first_grade=grade,
        second_operator="",
        second_grade="",
        agreed=None,
        asked_at=hand.tx.now,
        answered_at=None,
        detail={"earlier": earlier},
    )


def _answer_check(hand: Hand, looked: Row, check: Row, grade: str) -> None:
    """What the second person says stands; whether the two agreed is kept for ever."""
    if check["first_operator"] == hand.actor.code:
        raise SecondPersonNeeded(operator=hand.actor.code)
    inspections.set_check(
        hand.tx,
        looked["id"],
        second_operator=hand.actor.code,
        second_grade=grade,
        agreed=grade == check["first_grade"],
        answered_at=hand.tx.now,
    )


def _finished(row: UnitRow, grade: OwnGrade, found: list[Blocker]) -> Text:
    if not judgement.stops(found):
        if row.sku is None:
            return msg("bench.ready_without_sku", grade=grade.title)
        return msg("bench.ready", grade=grade.title, sku=row.sku)
    named = tuple(b.title for b in found if b.level is Level.REQUIRED)
    return msg("bench.held", grade=grade.title, blockers=named)
