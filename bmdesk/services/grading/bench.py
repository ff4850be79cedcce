"""The grading bench: one scan in, one durable step out.

`scan` is the whole story of a code: what it is (domain.scan), what it does (arrivals, recording, finishing), and
what is said. Buttons, keys, cards and scripts come through here; each call is one transaction, on disk before it
returns. A refused scan changes nothing, and is kept in the scan log all the same.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from bmdesk.domain import commands as c
from bmdesk.domain import scan as router
from bmdesk.domain.cards import card_text, parse_card, parse_place
from bmdesk.domain.changes import Change
from bmdesk.domain.commands import Command
from bmdesk.domain.identifiers import Identifier, IdentifierKind, sku_key
from bmdesk.domain.scanned import (
    AmbiguousScan,
    BadgeScan,
    BinScan,
    CommandScan,
    EanScan,
    Expected,
    ImeiScan,
    Kind,
    Scan,
    SerialScan,
    UnreadableScan,
)
from bmdesk.services.desk import Actor, Desk
from bmdesk.services.grading import arrivals, finishing, judgement, recording, refusals, seating
from bmdesk.services.grading.hand import NOBODY, Hand
from bmdesk.services.grading.seating import Seat, fresh_seat, sign_out
from bmdesk.store.photos import Blob
from bmdesk.store.queries import catalogue, people, units
from bmdesk.store.queries.people import OperatorRow, SeatRow
from bmdesk.store.transaction import Tx
from bmdesk.texts import Failure, Text, msg

__all__ = [
    "Reassessed",
    "ScanResult",
    "Seat",
    "attach_content",
    "attach_photo",
    "choose_variant",
    "fresh_seat",
    "perform",
    "reassess",
    "remove_defect",
    "scan",
    "seconds_behind",
    "sign_out",
    "step",
]


@dataclass(frozen=True, slots=True)
class ScanResult:
    """What came of one scan. `ok` is true when it did what it says; `unit` is the unit it was about, if any."""

    scan: str
    kind: Kind
    ok: bool
    message: Text
    todo: Text | None = None
    unit: str | None = None
    finished: bool = False
    kinds: tuple[Kind, ...] = ()
    changes: frozenset[Change] = field(default_factory=frozenset)

    @property
    def code(self) -> str:
        """The message's catalogue code, stable for scripts."""
        return self.message.code


@dataclass(frozen=True, slots=True)
class Reassessed:
    """What `reassess` did. `more` says that units are still due."""

    looked_at: int
    moved: int
    more: bool
    changes: frozenset[Change] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True)
class _Step:
    """What the log says of a step that has no card."""

    text: str
    kind: Kind = Kind.COMMAND


def scan(desk: Desk, seat: Seat, text: str, *, meant: Kind | None = None) -> ScanResult:
    """Route one scan and do what it says. `meant` settles a scan that was said to be unclear.

    Never raises for anything that was scanned: what is refused comes back with `ok` False, the reason and what to do.
    Raises a StoreFailure when nothing could be kept.
    """
    shown = router.clean(text)
    blob = _kept_photo(desk, seat, shown)

    def work(tx: Tx) -> ScanResult:
        sitting = _sitting(tx, desk, seat)
        if meant is not None:
            sitting = replace(sitting, last_text="")  # the answer to a question is no double read
        known = frozenset({meant}) if meant is not None else _known(tx, shown)
        routed = router.route(text, Expected.DEVICE, known)
        return _logged(tx, desk, seat, sitting, routed, lambda hand: _dispatch(hand, seat, routed, blob))

    return desk.write(work)


def perform(desk: Desk, seat: Seat, command: Command) -> ScanResult:
    """Do what a button or a key says: the same step as its card, without the guard against double reads.

    Raises BadCard for values that no card could carry either.
    """
    checked = parse_card(card_text(command))
    routed = CommandScan(card_text(checked), checked)

    def work(tx: Tx) -> ScanResult:
        sitting = replace(_sitting(tx, desk, seat), last_text="")
        return _logged(tx, desk, seat, sitting, routed, lambda hand: _do(hand, checked, None))

    return desk.write(work)


def attach_photo(desk: Desk, seat: Seat, file: Path) -> ScanResult:
    """A photo dropped on the window or found in the watched folder belongs to the unit in hand.

    Raises NotAPhoto, PhotoTooLarge, PhotoUnreadable before anything is written.
    """
    blob = desk.photos.keep(file)
    name = router.clean(file.name) or "photo"  # on disk a name is bytes, which need be no text
    return step(desk, seat, f"photo {name}"[:200], lambda hand: recording.attach_photo(hand, name, blob))


def attach_content(desk: Desk, seat: Seat, name: str, content: bytes) -> ScanResult:
    """The same for a picture that was already read (the watched folder). Raises NotAPhoto, PhotoTooLarge."""
    blob = desk.photos.keep_content(name[:80], content)
    return step(desk, seat, f"photo {name}"[:200], lambda hand: recording.attach_photo(hand, name, blob))


def remove_defect(desk: Desk, seat: Seat, defect_id: str) -> ScanResult:
    """Take a defect off the unit in hand."""
    return step(desk, seat, f"defect {defect_id}", lambda hand: recording.remove_defect(hand, defect_id))


def choose_variant(desk: Desk, seat: Seat, variant_id: str) -> ScanResult:
    """The operator chose a model from the list instead of scanning its card; refused where there is none such."""

    def choose(hand: Hand) -> Text:
        found = catalogue.find_variant(hand.tx.connection, desk.company, variant_id)
        if found is None:
            raise refusals.UnknownModel(model_code=variant_id[:40])
        return recording.set_variant(hand, found)

    return step(desk, seat, f"model {variant_id}", choose)


def reassess(desk: Desk, now: datetime | None = None, limit: int = 100) -> Reassessed:
    """Ask the gate again about units whose date has come or whose policies changed, at most `limit` of them.

    Runs at start, after a policy change, on the window's timer and in each command; the sync engine calls the same.
    """
    moment = now or desk.clock.now()

    def due(tx_or_connection: Any) -> list[str]:
        policies = desk.policies(tx_or_connection)
        return units.due(tx_or_connection, desk.company, policies.stamp, moment, limit)

    if not desk.read(due):
        return Reassessed(0, 0, more=False)

    def work(tx: Tx) -> Reassessed:
        tx.now = moment
        policies = desk.policies(tx.connection)
        moved = 0
        found = due(tx.connection)
        for unit_id in found:
            before = units.unit(tx.connection, unit_id).state
            blockers = judgement.judge(tx, policies, unit_id)
            after = judgement.settle(tx, unit_id, blockers)
            if after.value != before:
                moved += 1
                reasons = ",".join(b.code for b in blockers)
                code = "history.gate_held" if judgement.stops(blockers) else "history.gate_released"
                units.append_history(tx, unit_id, "", desk.station, code, {"reasons": reasons})
        return Reassessed(len(found), moved, len(found) == limit, frozenset({Change.UNITS}))

    return desk.write(work)


def seconds_behind(desk: Desk) -> int:
    """By how much this computer's clock stands before the last scan kept; 0 when it does not."""
    last = desk.read(lambda connection: people.last_scan_at(connection, desk.company))
    return max(0, int((last - desk.clock.now()).total_seconds())) if last else 0


def step(desk: Desk, seat: Seat, shown: str, do: Callable[[Hand], Text]) -> ScanResult:
    """A step of the unit in hand that has no card: the same rules, the same log. `shown` is what the log says."""

    def work(tx: Tx) -> ScanResult:
        sitting = replace(_sitting(tx, desk, seat), last_text="")
        return _logged(tx, desk, seat, sitting, _Step(shown), do)

    return desk.write(work)


def _sitting(tx: Tx, desk: Desk, seat: Seat) -> SeatRow:
    return people.seat(tx.connection, tx.company, desk.station, seat.name) or NOBODY


def _known(tx: Tx, shown: str) -> frozenset[Kind]:
    """The kinds under which the store knows this very text."""
    if shown.upper().startswith("BMD:"):
        return frozenset()
    found = set()
    for value in router.lookup_keys(shown):
        unit_id = units.by_identifier(tx.connection, tx.company, value)
        if unit_id is not None:
            kinds = {i.kind for i in units.identifiers(tx.connection, unit_id) if i.value == value}
            imei = kinds & {IdentifierKind.IMEI, IdentifierKind.IMEI2}
            found.add(Kind.IMEI if imei else Kind.SERIAL)
    if shown.isdigit():
        if len(shown) <= 14 and catalogue.by_ean(tx.connection, tx.company, shown):
            found.add(Kind.EAN)
    elif catalogue.sku_by_key(tx.connection, tx.company, sku_key(shown)) or _names_a_model(tx, shown):
        found.add(Kind.SKU)
    where = parse_place(shown)
    if where is not None and people.is_warehouse(tx.connection, tx.company, where[0]):
        found.add(Kind.BIN)  # also a bin that nothing lay in yet
    return frozenset(found)


def _names_a_model(tx: Tx, shown: str) -> bool:
    """Whether this is a model code, or a SKU of one that no unit had yet: the label of a shelf is no device."""
    code = _SKU_TAIL.sub("", shown)
    return catalogue.by_model_code(tx.connection, tx.company, code) is not None


_SKU_TAIL = re.compile(rf"(-({'|'.join(judgement.SELLABLE)})(-NB)?)?$", re.IGNORECASE)


def _logged(
    tx: Tx, desk: Desk, seat: Seat, sitting: SeatRow, routed: Scan | _Step, do: Callable[[Hand], Text]
) -> ScanResult:
    """Run the step; keep the scan with what came of it. What a refused step had begun is rolled back."""
    person = sitting.operator or seating.fallback(tx, seat)
    actor = Actor(person.code if person else "", person.role if person else "", desk.station, seat.name)
    hand = Hand(tx, desk.policies(tx.connection), actor, sitting, seat.script)
    todo: Text | None = None
    part = tx.connection.begin_nested()
    try:
        _guard(hand, seat, routed, person)
        message, ok = do(hand), True
        part.commit()
    except Failure as refused:
        part.rollback()
        tx.changes.clear()
        hand.about = None  # a unit it had made is no more
        message, todo, ok = refused.happened, refused.todo, False
    after = _sitting(tx, desk, seat)
    unit_id = hand.about or after.unit_id or sitting.unit_id
    people.set_seat(tx, desk.station, seat.name, last_text=routed.text[:520], last_at=tx.now)
    people.log_scan(
        tx,
        station=desk.station,
        seat=seat.name,
        operator=actor.code,
        text=routed.text[:520],
        kind=routed.kind.value,
        ok=ok,
        code=message.code,
        unit_id=unit_id,
    )
    kinds = routed.kinds if isinstance(routed, AmbiguousScan) else ()
    finished = ok and sitting.unit_id is not None and after.unit_id is None
    changes = frozenset(tx.changes | {Change.SEAT})
    return ScanResult(routed.text, routed.kind, ok, message, todo, unit_id, finished, kinds, changes)


def _guard(hand: Hand, seat: Seat, routed: Scan | _Step, person: OperatorRow | None) -> None:
    """What must hold before any scan does anything: somebody is signed in, and this is no double read."""
    if isinstance(routed, BadgeScan | UnreadableScan):
        return
    if person is None or not person.active:
        raise refusals.NotSignedIn
    window = timedelta(milliseconds=hand.policies.settings["bench.repeat_ms"])
    # A script may say UNDO twice in a millisecond and mean it; a scanner's trigger held too long does not.
    undoing = seat.script and isinstance(routed, CommandScan) and isinstance(routed.command, c.Undo)
    if hand.seat.last_at is None or undoing or not routed.text:
        return
    if router.same_scan_again(hand.seat.last_text, hand.seat.last_at, routed.text, hand.tx.now, window):
        raise refusals.ScannedAgain(text=routed.text[:40])


def _dispatch(hand: Hand, seat: Seat, routed: Scan, blob: Blob | Failure | None) -> Text:
    match routed:
        case BadgeScan(code=code):
            person = seating.badge(hand.tx, code)
            return seating.sign_in(hand.tx, hand.actor.station, hand.actor.seat, person)
        case ImeiScan(imei=imei):
            return arrivals.scan_device(hand, Identifier(IdentifierKind.IMEI, imei.digits))
        case SerialScan(serial=serial):
            return arrivals.scan_device(hand, Identifier(IdentifierKind.SERIAL, serial.text))
        case CommandScan(command=c.AddPhoto()) if not seat.script:
            raise refusals.ScriptsOnly
        case CommandScan(command=command):
            return _do(hand, command, blob)
        case BinScan(warehouse=warehouse, bin=bin_):
            return recording.put_away(hand, c.PutAway(warehouse, bin_))
        case EanScan(ean=ean):
            return seating.model_by_ean(hand, ean.digits)
        case AmbiguousScan(kinds=kinds):
            raise refusals.UnclearScan(kinds=tuple(msg(f"kind.{k.value}") for k in kinds))
        case UnreadableScan(reason=reason):
            raise refusals.Unreadable(reason=reason)
        case _:
            raise refusals.NotForTheBench(kind=msg(f"kind.{routed.kind.value}"))


def _do(hand: Hand, command: Command, blob: Blob | Failure | None) -> Text:
    if hand.seat.binding and not isinstance(command, c.Also):
        # ALSO is for the very next scan: left standing, it would bind the next phone to this one.
        people.set_seat(hand.tx, hand.actor.station, hand.actor.seat, binding=False)
    step = _STEPS.get(type(command))
    if step is not None:
        return step(hand, command)
    match command:
        case c.SetBatch(code=code):
            return seating.set_batch(hand, code)
        case c.Also():
            row = hand.changeable(repair=True)
            people.set_seat(hand.tx, hand.actor.station, hand.actor.seat, unit_id=row.id, binding=True)
            return msg("bench.also")
        case c.AddPhoto(file=file):
            if isinstance(blob, Failure):
                raise blob
            assert blob is not None, "the photo is kept before its step begins"
            return recording.attach_photo(hand, Path(file).name, blob)
        case _:
            raise refusals.LaterCommand(card=card_text(command))


_STEPS: dict[type, Callable[[Hand, Any], Text]] = {
    c.SetModel: recording.set_model,
    c.PutAway: recording.put_away,
    c.AllPass: recording.all_pass,
    c.RecordTest: recording.record_test,
    c.RecordBattery: recording.record_battery,
    c.AddDefect: recording.add_defect,
    c.RecordAccessory: recording.record_accessory,
    c.RecordErasure: recording.record_erasure,
    c.RecordLock: recording.record_lock,
    c.AddPart: recording.add_part,
    c.AddLabour: recording.add_labour,
    c.SetGrade: finishing.set_grade,
    c.Done: finishing.done,
    c.Hold: finishing.hold,
    c.Undo: finishing.undo,
}


def _kept_photo(desk: Desk, seat: Seat, shown: str) -> Blob | Failure | None:
    """The photo a script names is on disk before the step that names it begins; a refusal waits for its turn."""
    if not seat.script or not shown.upper().startswith("BMD:PHOTO:"):
        return None
    try:
        return desk.photos.keep(Path(shown[len("BMD:PHOTO:") :]))
    except Failure as failure:
        return failure
