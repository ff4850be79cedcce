"""What the bench records of the unit in hand: one function per command, each one step of its history.

The screen's buttons, the keys, the cards and scripts all end here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from bmdesk.domain import commands as c
from bmdesk.domain import unit as life
from bmdesk.domain.inspection import Coded, LockKind, Outcome, Zone, judge, parse_value
from bmdesk.domain.money import Money
from bmdesk.domain.unit import State
from bmdesk.services.grading.hand import Hand
from bmdesk.services.grading.refusals import MethodNeeded, NoBattery, UnitNotHere, UnknownCode, UnknownModel
from bmdesk.store.photos import Blob
from bmdesk.store.queries import batches, catalogue, inspections, people, units
from bmdesk.store.queries.units import UnitRow
from bmdesk.store.transaction import Row
from bmdesk.texts import Text, msg

Named = Zone | Coded


def set_model(hand: Hand, command: c.SetModel) -> Text:
    """The unit in hand is of this model; with an empty hand, so are the next units received. Raises UnknownModel."""
    variant = catalogue.by_model_code(hand.tx.connection, hand.tx.company, command.model_code)
    if variant is None:
        raise UnknownModel(model_code=command.model_code)
    return set_variant(hand, variant)


def set_variant(hand: Hand, variant: catalogue.VariantRow) -> Text:
    """The unit in hand is this variant; with an empty hand, so are the next units received."""
    if hand.seat.unit_id is None:
        people.set_seat(hand.tx, hand.actor.station, hand.actor.seat, variant_id=variant.id)
        return msg("bench.next_model", model=variant.title)
    row, _, looked = hand.working()
    write_model(hand, row, looked, variant.id, variant.category)
    hand.close_step(row.id, "history.model", model_code=variant.model_code)
    return msg("bench.model", model=variant.title)


def write_model(hand: Hand, row: UnitRow, looked: Row, variant_id: str, category: str | None) -> None:
    """The unit is of this model; its open inspection goes on with the checklist of the model's category."""
    units.set_unit(hand.tx, row.id, variant_id=variant_id)
    checklist = hand.policies.checklist(category)
    if checklist is not None and looked["checklist"] != checklist.category:
        inspections.set_inspection(
            hand.tx, looked["id"], checklist=checklist.category, checklist_version=checklist.version
        )


def put_away(hand: Hand, command: c.PutAway) -> Text:
    """The unit in hand, or the one just done, lies in this bin now. Raises NoUnitInHand, UnitNotHere."""
    if hand.seat.unit_id is None and hand.seat.last_unit_id is not None:
        row = units.unit(hand.tx.connection, hand.seat.last_unit_id)
    else:
        row = hand.unit()
    state = State(row.state)
    if state not in life.IN_HOUSE:  # sold or taken back while it lay in this hand
        raise UnitNotHere(state=life.state_text(state))
    place = people.location_id(hand.tx, command.warehouse, command.bin)
    units.set_unit(hand.tx, row.id, location_id=place)
    hand.close_step(row.id, "history.put_away", warehouse=command.warehouse, bin=command.bin)
    return msg("bench.put_away", warehouse=command.warehouse, bin=command.bin)


def all_pass(hand: Hand, _: c.AllPass) -> Text:
    """Every step of the checklist that has no result yet passes; measured steps wait for their value."""
    checklist = hand.checklist(hand.changeable())
    row, _stay, looked = hand.working()
    known = {t.code for t in inspections.tests(hand.tx.connection, looked["id"])}
    open_tests = [
        t
        for t in checklist.tests
        if t.code not in known and not t.measured and t.applies_to(looked["grade"] or None)
    ]
    passed = {"outcome": Outcome.PASS.value, "value": None, "operator": hand.actor.code, "at": hand.tx.now}
    inspections.add_tests(hand.tx, looked["id"], [test.code for test in open_tests], **passed)
    hand.close_step(row.id, "history.all_pass", count=len(open_tests))
    return msg("bench.all_pass", count=len(open_tests))


def record_test(hand: Hand, command: c.RecordTest) -> Text:
    """One step of the checklist has this result. Raises UnknownCode, or what `inspection.judge` refuses."""
    checklist = hand.checklist(hand.changeable())
    test = checklist.test(command.code)
    if test is None:
        raise _unknown(command.code, (t.code for t in checklist.tests), "test")
    value = parse_value(command.value) if command.value else None
    outcome = judge(test, Outcome(command.outcome), value)
    row, _stay, looked = hand.working()
    _write_test(hand, looked["id"], test.code, outcome, value)
    shown = f"{value:f}" if value is not None else ""
    hand.close_step(row.id, "history.test", test=test.code, outcome=outcome.value, value=shown)
    return msg("bench.test", test=test.title, outcome=msg(f"outcome.{outcome.value.lower()}"))


def _write_test(hand: Hand, inspection_id: str, code: str, outcome: Outcome, value: object) -> None:
    inspections.set_test(
        hand.tx,
        inspection_id,
        code,
        outcome=outcome.value,
        value=value,
        operator=hand.actor.code,
        at=hand.tx.now,
    )


def record_battery(hand: Hand, command: c.RecordBattery, method: str = "") -> Text:
    """The state of health was read, now. `method`: how, where it was not at the bench. Raises NoBattery for a device
    without one."""
    unit = hand.changeable()
    checklist = hand.policies.checklist(unit.category)
    if checklist is not None and not checklist.has_battery:
        raise NoBattery(model=unit.title)
    row, stay, _ = hand.working()
    at = _later_than_known(hand, stay["id"])
    inspections.set_battery(
        hand.tx,
        hand.tx.new_id(),
        unit_id=row.id,
        stay_id=stay["id"],
        percent=command.percent,
        cycles=command.cycles,
        design_mah=None,
        full_mah=None,
        method=method or hand.policies.settings["bench.battery_method"],
        withdrawn=False,
        operator=hand.actor.code,
        at=at,
    )
    units.set_unit(hand.tx, row.id, battery_percent=command.percent, battery_at=at)
    hand.close_step(row.id, "history.battery", percent=command.percent)
    return msg("bench.battery", percent=command.percent)


def add_defect(hand: Hand, command: c.AddDefect) -> Text:
    """One more cosmetic fault. Raises UnknownCode."""
    checklist = hand.checklist(hand.changeable())
    zone = _coded(command.zone, checklist.zones, "zone")
    kind = _coded(command.kind, checklist.defects, "defect")
    row, _, looked = hand.working()
    inspections.set_defect(
        hand.tx,
        hand.tx.new_id(),
        inspection_id=looked["id"],
        zone=command.zone,
        kind=command.kind,
        severity=command.severity,
        removed=False,
        operator=hand.actor.code,
        at=hand.tx.now,
    )
    hand.close_step(row.id, "history.defect", zone=command.zone, kind=command.kind, severity=command.severity)
    return msg("bench.defect", zone=zone.title, kind=kind.title, severity=command.severity)


def remove_defect(hand: Hand, defect_id: str) -> Text:
    """A defect was noted by mistake (the screen's way; scanners use UNDO)."""
    row, _, looked = hand.working()
    found = dict(inspections.defects(hand.tx.connection, looked["id"])).get(defect_id)
    if found is None:
        raise UnknownCode(given=defect_id, known="", what=msg("code.defect"))
    inspections.set_defect(hand.tx, defect_id, removed=True)
    hand.close_step(row.id, "history.defect_removed", zone=found.zone, kind=found.kind)
    return msg("bench.defect_removed")


def record_accessory(hand: Hand, command: c.RecordAccessory) -> Text:
    """An accessory is there, or is not. Raises UnknownCode."""
    checklist = hand.checklist(hand.changeable())
    item = _coded(command.code, checklist.accessories, "accessory")
    row, stay, _ = hand.working()
    inspections.set_accessory(
        hand.tx, stay["id"], command.code, present=command.present, operator=hand.actor.code, at=hand.tx.now
    )
    said = "history.accessory_there" if command.present else "history.accessory_missing"
    hand.close_step(row.id, said, item=command.code)
    return msg("bench.accessory_there" if command.present else "bench.accessory_missing", item=item.title)


def record_erasure(hand: Hand, command: c.RecordErasure) -> Text:
    """The former owner's data are gone, by this method or the one the batch presets. Raises MethodNeeded."""
    row, stay, _ = hand.working()
    method = command.method or _preset(hand, row, "erasure_method")
    if not method:
        raise MethodNeeded
    certificate = command.certificate or ""
    inspections.set_erasure(
        hand.tx, stay["id"], method=method, certificate=certificate, operator=hand.actor.code, at=hand.tx.now
    )
    hand.close_step(row.id, "history.erased", method=method, certificate=certificate)
    return msg("bench.erased", method=method)


def record_lock(hand: Hand, command: c.RecordLock) -> Text:
    """What was seen of one lock, or of all: on or off, how and when. The method may be preset, the value never."""
    row, stay, _ = hand.working()
    method = (
        command.method or _preset(hand, row, "lock_method") or hand.policies.settings["bench.lock_method"]
    )
    for name in command.kinds:
        inspections.set_lock(
            hand.tx,
            stay["id"],
            LockKind(name),
            is_on=command.on,
            method=method,
            operator=hand.actor.code,
            at=hand.tx.now,
        )
    said = "history.lock_on" if command.on else "history.lock_off"
    hand.close_step(row.id, said, kinds=", ".join(command.kinds), method=method)
    names = tuple(msg(f"lock.{name.lower()}") for name in command.kinds)
    return msg("bench.lock_on" if command.on else "bench.lock_off", locks=names)


def add_part(hand: Hand, command: c.AddPart) -> Text:
    """A part was put in. A battery makes the unit's SKU a new-battery one and asks for a later reading."""
    row = hand.changeable(repair=True)
    part = _coded(command.code, hand.checklist(row).parts, "part")
    if State(row.state) is not State.IN_REPAIR:
        row, stay, _ = hand.working()
    else:
        stay = hand.stay(row)
    cost = Money.parse(command.cost, hand.policies.currency) if command.cost is not None else None
    inspections.set_part(
        hand.tx,
        hand.tx.new_id(),
        unit_id=row.id,
        stay_id=stay["id"],
        code=command.code,
        cost_minor=cost.minor if cost else None,
        cost_currency=cost.currency if cost else None,
        genuine=None,
        removed=False,
        operator=hand.actor.code,
        at=_later_than_known(hand, stay["id"]),
    )
    if command.code == "BATTERY":
        units.set_stay(hand.tx, stay["id"], new_battery=True)
    hand.close_step(row.id, "history.part", part=command.code, cost=str(cost) if cost else "")
    return msg("bench.part", part=part.title)


def add_labour(hand: Hand, command: c.AddLabour) -> Text:
    """Minutes of work on this unit, added to those of the stay."""
    row = hand.changeable(repair=True)
    stay = hand.stay(row)
    total = stay["labour_minutes"] + command.minutes
    units.set_stay(hand.tx, stay["id"], labour_minutes=total)
    hand.close_step(row.id, "history.labour", minutes=command.minutes)
    return msg("bench.labour", minutes=command.minutes, total=total)


def attach_photo(hand: Hand, name: str, blob: Blob) -> Text:
    """A photo that is already kept belongs to the unit in hand; the same photo twice is one."""
    row = hand.changeable(repair=True)
    stay = hand.stay(row)
    if any(p["sha256"] == blob.sha256 for p in inspections.photos(hand.tx.connection, row.id)):
        return msg("bench.photo_known", name=name)
    inspections.set_photo(
        hand.tx,
        hand.tx.new_id(),
        unit_id=row.id,
        stay_id=stay["id"],
        sha256=blob.sha256,
        name=name[:255],
        media_type=blob.media_type,
        size=blob.size,
        removed=False,
        operator=hand.actor.code,
        at=hand.tx.now,
    )
    hand.close_step(row.id, "history.photo", sha256=blob.sha256)
    return msg("bench.photo", name=name[:80])


def _later_than_known(hand: Hand, stay_id: str) -> datetime:
    """Now; but where the clock jumped back, just after the last reading and part: of batteries the newest counts."""
    reading = inspections.battery(hand.tx.connection, stay_id)
    known = [part.at for part in inspections.parts(hand.tx.connection, stay_id)]
    if reading is not None:
        known.append(reading.at)
    return max([hand.tx.now, *(at + timedelta(microseconds=1) for at in known)])


def _preset(hand: Hand, row: UnitRow, name: str) -> str:
    batch_id = hand.stay(row)["batch_id"]
    return batches.batch(hand.tx.connection, batch_id)["preset"].get(name) or "" if batch_id else ""


def _coded(code: str, known: Sequence[Named], what: str) -> Named:
    found = next((item for item in known if item.code == code), None)
    if found is None:
        raise _unknown(code, (item.code for item in known), what)
    return found


def _unknown(given: str, known: Iterable[str], what: str) -> UnknownCode:
    return UnknownCode(given=given, known=", ".join(known), what=msg(f"code.{what}"))
