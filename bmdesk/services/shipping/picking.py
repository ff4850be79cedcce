"""Picking: what lies where for the orders that may be packed, and moving along it by scanning bins and units.

A pick proves nothing: what leaves is proven at the packing place. A list is worked out anew each time it is asked
for, so what was cancelled meanwhile is not fetched, and what was fetched for it is to be put back.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from bmdesk.domain import scan as router
from bmdesk.domain.changes import Change
from bmdesk.domain.commands import PutAway
from bmdesk.domain.scanned import BadgeScan, BinScan, CommandScan, Expected, UnreadableScan
from bmdesk.services.desk import Actor, Desk
from bmdesk.services.grading import refusals, seating
from bmdesk.services.grading.refusals import Refusal
from bmdesk.services.grading.seating import Seat
from bmdesk.store.engine import Connection
from bmdesk.store.queries import picking, units
from bmdesk.store.queries.allocations import RESERVED
from bmdesk.store.queries.picking import BatchRow, PickRow
from bmdesk.store.transaction import Tx
from bmdesk.texts import Failure, Text, msg


class NothingToPick(Refusal):
    """None of these orders has a reserved unit that waits to be fetched. No params."""

    code = "pick.nothing"


class UnknownBatch(Refusal):
    """There is no such list. Params: `given`."""

    code = "pick.unknown_batch"


class BatchClosed(Refusal):
    """Nobody picks this list any more. Params: `number`."""

    code = "pick.batch_closed"


class NotOnTheList(Refusal):
    """The unit is not fetched for this list. Params: `unit`, `number`."""

    code = "pick.not_on_the_list"


class PutBack(Refusal):
    """The unit's order was taken back, or another unit took its place. Params: `unit`, `order`."""

    code = "pick.put_back"


class NothingHere(Refusal):
    """Nothing of the list lies in this bin. Params: `place`."""

    code = "pick.nothing_here"


class NothingKnown(Refusal):
    """No bin and no unit. Params: `given`."""

    code = "pick.unknown"


@dataclass(frozen=True, slots=True)
class PickItem:
    """A piece to fetch. `unit_id` empty: `pieces` of counted goods. `put_back`: fetched, and nobody wants it now."""

    line_id: str
    unit_id: str
    identifier: str
    title: str
    sku: str
    order_id: str
    order_number: int
    ship_by: datetime | None
    picked: bool
    pieces: int = 1
    put_back: bool = False


@dataclass(frozen=True, slots=True)
class PickStop:
    """One place, and what to take there. `location` is `warehouse/bin`, or empty where nobody said."""

    location: str
    items: tuple[PickItem, ...]

    @property
    def left(self) -> int:
        """Pieces that are still to be taken here."""
        return sum(one.pieces for one in self.items if not one.picked and not one.put_back)


@dataclass(frozen=True, slots=True)
class PickList:
    """The way through the house. `batch` None: all that is in no open list."""

    stops: tuple[PickStop, ...]
    batch: BatchRow | None = None

    @property
    def items(self) -> tuple[PickItem, ...]:
        return tuple(item for stop in self.stops for item in stop.items)

    @property
    def left(self) -> int:
        """Pieces that are still to be fetched."""
        return sum(stop.left for stop in self.stops)

    @property
    def orders(self) -> int:
        """For how many orders."""
        return len({item.order_id for item in self.items})


@dataclass(frozen=True, slots=True)
class PickScan:
    """What came of one scan. `stop` and `item`: where to go and what to take next, None at the end."""

    ok: bool
    message: Text
    todo: Text | None = None
    stop: PickStop | None = None
    item: PickItem | None = None
    changes: frozenset[Change] = field(default_factory=frozenset)


def to_pick(desk: Desk, batch: str | None = None) -> PickList:
    """What is to be fetched, by place; of one list (id or number), else all that is in no open one.

    Raises UnknownBatch.
    """
    return desk.read(lambda connection: _list(connection, desk.company, batch))


def batches(desk: Desk, limit: int = 50, *, closed: bool = False) -> tuple[BatchRow, ...]:
    """Lists that are being picked, newest first; with `closed` all."""
    return desk.read(lambda c: tuple(picking.batches(c, desk.company, limit, closed=closed)))


def new_batch(desk: Desk, actor: Actor, order_ids: Sequence[str] | None = None) -> BatchRow:
    """These orders (None: all that wait) are picked together. What is in another open list stays there.

    Raises NothingToPick.
    """

    def work(tx: Tx) -> BatchRow:
        waiting = picking.reserved(tx.connection, tx.company)
        rows = [one for one in waiting if order_ids is None or one.order_id in set(order_ids)]
        if not rows:
            raise NothingToPick
        return picking.add_batch(tx, actor.code, rows)

    return desk.write(work)


def close_batch(desk: Desk, _actor: Actor, batch_id: str) -> frozenset[Change]:
    """Nobody picks this list any more; what was not fetched waits again. Raises UnknownBatch."""

    def work(tx: Tx) -> frozenset[Change]:
        picking.close_batch(tx, _batch(tx.connection, tx.company, batch_id).id)
        return frozenset({Change.PACKING, Change.ORDERS})

    return desk.write(work)


def scan(desk: Desk, seat: Seat, batch_id: str, text: str) -> PickScan:
    """A bin: what to take there. A unit: it is in the cart; where to go next. A badge: who picks.

    Never raises for anything that was scanned.
    """

    def work(tx: Tx) -> PickScan:
        try:
            return _scan(tx, desk, seat, batch_id, text)
        except Failure as refused:
            return PickScan(False, refused.happened, refused.todo)

    return desk.write(work)


def _scan(tx: Tx, desk: Desk, seat: Seat, batch_id: str, text: str) -> PickScan:
    routed = router.route(text, Expected.ANY)
    if isinstance(routed, BadgeScan):
        person = seating.badge(tx, routed.code)
        return PickScan(True, seating.sign_in(tx, desk.station, seat.name, person))
    operator = _operator(tx, desk, seat)
    batch = _batch(tx.connection, tx.company, batch_id)
    if batch.closed_at is not None:
        raise BatchClosed(number=batch.number)
    found = _list(tx.connection, tx.company, batch.id)
    match routed:
        case BinScan(warehouse=warehouse, bin=bin_) | CommandScan(command=PutAway(warehouse, bin_)):
            return _at(found, f"{warehouse}/{bin_}")
        case CommandScan():
            raise NothingKnown(given=routed.text[:40])
    for value in router.lookup_keys(text):
        unit_id = units.by_identifier(tx.connection, tx.company, value)
        if unit_id is not None:
            return _take(tx, found, unit_id, operator)
    if isinstance(routed, UnreadableScan):
        raise refusals.Unreadable(reason=routed.reason)
    raise NothingKnown(given=text.strip()[:40])


def _at(found: PickList, place: str) -> PickScan:
    stop = next((one for one in found.stops if one.location.casefold() == place.casefold()), None)
    if stop is None or not stop.left:
        raise NothingHere(place=place)
    item = next(one for one in stop.items if not one.picked and not one.put_back)
    return PickScan(True, msg("pick.at_bin", place=stop.location, pieces=stop.left), stop=stop, item=item)


def _take(tx: Tx, found: PickList, unit_id: str, operator: str) -> PickScan:
    item = next((one for one in found.items if one.unit_id == unit_id), None)
    name = picking.identifiers(tx.connection, [unit_id]).get(unit_id, unit_id)
    assert found.batch is not None, "a list that is scanned has a number"
    if item is None:
        raise NotOnTheList(unit=name, number=found.batch.number)
    if item.put_back:
        raise PutBack(unit=name, order=str(item.order_number))
    if not item.picked:
        picking.note_picked(tx, found.batch.id, item.line_id, unit_id, operator)
    after = _list(tx.connection, tx.company, found.batch.id)
    stop, following = _next(after, unit_id)
    left = after.left
    said = msg("pick.taken", unit=name, left=left) if left else msg("pick.done", unit=name)
    return PickScan(True, said, stop=stop, item=following, changes=frozenset({Change.PACKING}))


def _next(found: PickList, unit_id: str) -> tuple[PickStop | None, PickItem | None]:
    """What to take next: in the same place, else further along the way, else back at its beginning."""
    at = next((n for n, s in enumerate(found.stops) if any(i.unit_id == unit_id for i in s.items)), 0)
    for stop in (*found.stops[at:], *found.stops[:at]):
        for item in stop.items:
            if not item.picked and not item.put_back:
                return stop, item
    return None, None


def _operator(tx: Tx, desk: Desk, seat: Seat) -> str:
    person = seating.sitting(tx, desk.station, seat)
    if person is None or not person.active:
        raise refusals.NotSignedIn
    return person.code


def _batch(connection: Connection, company: str, given: str) -> BatchRow:
    found = picking.batch(connection, company, given)
    if found is None:
        raise UnknownBatch(given=given[:40])
    return found


def _list(connection: Connection, company: str, given: str | None) -> PickList:
    batch = _batch(connection, company, given) if given is not None else None
    if batch is None:
        rows = picking.reserved(connection, company) + picking.counted(connection, company)
    else:
        rows = picking.of_batch(connection, batch.id)
        orders = sorted({one.order_id for one in rows})
        for begin in range(0, len(orders), 500):
            rows += picking.counted(connection, company, orders[begin : begin + 500])
    names = picking.identifiers(connection, [one.unit_id for one in rows if one.unit_id])
    return PickList(_stops(rows, names), batch)


def _stops(rows: Iterable[PickRow], names: dict[str, str]) -> tuple[PickStop, ...]:
    """By place, as people walk: A-2 before A-10; what lies nowhere comes last."""
    places: dict[str, list[PickItem]] = {}
    for row in rows:
        wanted = row.state == RESERVED
        if not wanted and (row.state or row.picked_at is None):
            continue  # packed or gone, or never fetched and not wanted any more
        place = f"{row.warehouse}/{row.bin}" if row.warehouse else ""
        item = PickItem(
            row.line_id,
            row.unit_id,
            names.get(row.unit_id, ""),
            row.title,
            row.sku,
            row.order_id,
            row.order,
            row.ship_by,
            row.picked_at is not None,
            row.pieces,
        )
        places.setdefault(place, []).append(replace(item, put_back=not wanted))
    return tuple(PickStop(place, tuple(places[place])) for place in sorted(places, key=_way))


def _way(place: str) -> tuple[bool, list[tuple[int, str]]]:
    parts = re.findall(r"[0-9]{1,9}|[^0-9]+", place.casefold())
    return not place, [(int(part), "") if part.isdecimal() else (-1, part) for part in parts]
