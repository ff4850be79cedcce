"""Doing again what was done to the unit before: fifty phones of one model want it said once.

Copies what belongs to the model and the box: model, accessories, labour. What was seen of one device (tests, battery,
locks, erasure, defects, grade) is never copied.
"""

from __future__ import annotations

from bmdesk.services.desk import Desk
from bmdesk.services.grading import recording
from bmdesk.services.grading.bench import ScanResult, Seat, step
from bmdesk.services.grading.hand import Hand
from bmdesk.services.grading.refusals import Refusal
from bmdesk.store.queries import inspections, units
from bmdesk.texts import Text, msg


class NothingToRepeat(Refusal):
    """This seat has finished no other unit yet. No params."""

    code = "refused.nothing_to_repeat"


def repeat_last(desk: Desk, seat: Seat) -> ScanResult:
    """The unit in hand gets the model, accessories and labour of the seat's last unit, as one step."""
    return step(desk, seat, "repeat last", _repeat)


def _repeat(hand: Hand) -> Text:
    """Raises NothingToRepeat, or what keeps the unit in hand from being changed."""
    row = hand.changeable()
    last_id = hand.seat.last_unit_id
    if last_id is None or last_id == row.id:
        raise NothingToRepeat
    last = units.unit(hand.tx.connection, last_id)
    before = hand.stay(last)
    row, stay, looked = hand.working()
    if last.variant_id is not None:
        recording.write_model(hand, row, looked, last.variant_id, last.category)
    copied = inspections.accessories(hand.tx.connection, before["id"])
    for record in copied:
        inspections.set_accessory(
            hand.tx,
            stay["id"],
            record.code,
            present=record.present,
            operator=hand.actor.code,
            at=hand.tx.now,
        )
    units.set_stay(hand.tx, stay["id"], labour_minutes=before["labour_minutes"])
    hand.close_step(
        row.id,
        "history.repeated",
        model_code=last.model_code or "",
        accessories=len(copied),
        minutes=before["labour_minutes"],
    )
    return msg("bench.repeated", model=last.title, accessories=len(copied), minutes=before["labour_minutes"])
