"""What must be true of orders at any moment, and when everything has calmed down: asked of the marketplace's books, of
the shelf and of the store, never of the code that is tried.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from bmdesk.domain.allocation import steps_better
from bmdesk.domain.orders import TO_FULFIL, LineState, Remote, order_state
from bmdesk.domain.stock import UNCOUNTED_STATES
from bmdesk.services.orders import fulfilment, order_view
from bmdesk.services.orders.order_view import OrderFilter
from bmdesk.services.selling import account_settings
from bmdesk.store.engine import Connection
from bmdesk.store.queries import accounts, allocations, catalogue, listings, order_progress, orders, units
from bmdesk.store.queries.allocations import AllocationRow
from bmdesk.store.queries.order_progress import ConflictRow, StepRow
from bmdesk.store.queries.orders import LineRow
from bmdesk.store.queries.outbox import EffectRow
from bmdesk.store.queries.units import UnitRow
from bmdesk.store.tables import orders as t
from bmdesk.store.tables import parcels as p
from bmdesk.store.transaction import Row
from tests.markets import Shop
from tests.wholeness import assert_whole

SETTLES_DEVICES = {"shipped_elsewhere", "other_identifier", "gone_while_packed"}
"""Conflicts that a person answers by saying which device left: after that their word counts, not ours."""
_HIDDEN = (0, 8)


@dataclass(frozen=True)
class Books:
    """Both sides, read at one moment."""

    shop: Shop
    orders: dict[int, Row]
    lines: dict[int, LineRow]
    units: dict[str, UnitRow]
    stays: dict[str, list[Row]]
    """Of each unit; one that came back has two."""
    allocated: dict[str, list[AllocationRow]]
    conflicts: list[ConflictRow]
    decided: list[ConflictRow]
    steps: list[StepRow]
    parcels: list[Row]
    effects: list[EffectRow]
    handling: str

    def conflict_codes(self, line: LineRow) -> set[str]:
        """Open conflicts of this line, and of its whole order."""
        return {
            one.code
            for one in self.conflicts
            if one.line_id == line.id or (one.line_id is None and one.order_id == line.order_id)
        }

    def was_decided(self, line: LineRow, *codes: str) -> bool:
        return any(one.line_id == line.id and one.code in codes for one in self.decided)

    def asked(self, line: LineRow) -> bool:
        """A person asked to take it back, and it has not happened yet."""
        return any(one.line_id == line.id and one.state == "asked" for one in self.steps)

    def of_order(self, order_id: str) -> list[LineRow]:
        return [one for one in self.lines.values() if one.order_id == order_id]

    def steps_on_their_way(self, order_id: str) -> list[EffectRow]:
        return [one for one in self.effects if one.order_id == order_id]

    def there(self, line: LineRow) -> dict[str, Any]:
        """The line as the marketplace has it."""
        found = self.shop.market.world.find_line(line.remote_id)
        assert found is not None
        order, known = found
        return {"order": order.state, "state": known.state, "imei": known.imei, "quantity": known.quantity}


def read(shop: Shop) -> Books:
    """Everything that the store knows of orders."""

    def work(connection: Connection) -> Books:
        found = {
            row["remote_id"]: dict(row) for row in connection.execute(select(t.customer_order)).mappings()
        }
        ids = [row["id"] for row in found.values()]
        lines = orders.of_orders(connection, ids)
        allocated: dict[str, list[AllocationRow]] = {line.id: [] for line in lines}
        for one in allocations.of_lines(connection, list(allocated)):
            allocated[one.line_id].append(one)
        every = order_progress.conflicts(connection, ids, closed=True)
        name = accounts.account(connection, shop.account).name
        return Books(
            shop,
            found,
            {line.remote_id: line for line in lines},
            {one: units.unit(connection, one) for one in shop.units},
            {one: units.stays(connection, one) for one in shop.units},
            allocated,
            [one for one in every if one.closed_at is None],
            [one for one in every if one.closed_by],
            [StepRow(**row) for row in connection.execute(select(t.line_step)).mappings()],
            [dict(row) for row in connection.execute(select(p.parcel)).mappings()],
            [],
            account_settings.handling(connection, shop.desk.company, name).value,
        )

    books = shop.desk.read(work)
    unfinished = shop.effects("pending", "in_flight", "uncertain", "parked")
    books.effects.extend(unfinished)
    return books


# ---------------------------------------------------------------- at any moment


def assert_consistent(books: Books) -> None:
    """Units, lines, conflicts and parcels say the same of each other."""
    live: Counter[str] = Counter()
    for line in books.lines.values():
        mine = books.allocated[line.id]
        assert line.named == len(mine), f"line {line.remote_id} counts {line.named} of {len(mine)} units"
        for one in mine:
            unit = books.units[one.unit_id]
            live[one.unit_id] += one.state != "shipped"
            if one.state != "shipped":
                assert unit.state == one.state, f"{one.state} for line {line.remote_id}, and {unit.state}"
            here = books.stays[one.unit_id][-1]["id"] == one.stay_id  # it may have come back since
            if here and one.parcel_id is not None and line.grade and steps_better(unit.grade, line.grade) < 0:
                assert one.override_by and one.override_reason, "packed below its grade, and nobody said so"
    assert all(count <= 1 for count in live.values()), "a unit is promised twice"
    for unit_id, unit in books.units.items():
        if unit.state in ("reserved", "packed"):
            assert live[unit_id] == 1, f"{unit.state} for nobody"
    open_: Counter[str] = Counter(one.order_id for one in books.conflicts)
    for row in books.orders.values():
        lines = books.of_order(row["id"])
        assert row["conflicts"] == open_[row["id"]], "the order's count of conflicts"
        assert row["state"] == order_state([LineState(line.state) for line in lines]).value
    assert_effects_once(books)


def assert_effects_once(books: Books) -> None:
    """What our calls did at the marketplace happened once."""
    ledger = books.shop.market.ledger
    times = {value: len(books.stays[unit]) for unit, value in books.shop.units.items()}
    for value, count in Counter(one["new"] for one in ledger.writes("identifier")).items():
        assert count <= times[value], f"{value} stands at {count} lines"
    for kind in ("ship", "cancel"):
        lines = Counter(one["line"] for one in ledger.writes(kind))
        assert all(count == 1 for count in lines.values()), f"{kind} twice: {lines}"
    back = Counter(
        one["line"]
        for one in ledger.effects
        if one["kind"] == "line_state" and (one["old"], one["new"]) == (2, 1)
    )
    for line, count in Counter(one["line"] for one in ledger.writes("accept")).items():
        assert count <= 1 + back[line], f"line {line} accepted {count} times"
    asked = Counter(one.line_id for one in books.steps)
    for remote, count in Counter(one["line"] for one in ledger.writes("refund")).items():
        assert count <= asked[books.lines[remote].id], f"money of line {remote} given {count} times"


def assert_only_ours_is_written(books: Books, before: Books, since: int) -> None:
    """Whatever our calls changed at a line (`since`: that many effects are known) bmdesk fulfils, or a person asked."""
    fulfilled = {number for each in (before, books) for number, line in each.lines.items() if line.ours}
    asked = {one.line_id for one in books.steps}
    for entry in books.shop.market.ledger.effects[since:]:
        if entry["request"] is None or entry.get("line") is None:
            continue
        line = books.lines[entry["line"]]
        by_word = entry["kind"] in ("cancel", "refund") and line.id in asked
        assert by_word or line.remote_id in fulfilled, f"{entry['kind']} of line {line.remote_id}, not ours"


# ---------------------------------------------------------------- after a run that could read and write


def assert_known(books: Books, placed: list[int]) -> None:
    """Each order that the marketplace shows is known here."""
    for number in placed:
        there = books.shop.market.order_state(number)
        assert there["state"] in _HIDDEN or number in books.orders, f"order {number} is lost"


def assert_stands(books: Books, placed: list[int]) -> None:
    """Each line stands where it stands at the marketplace."""
    for number in placed:
        there = books.shop.market.order_state(number)
        for line in there["lines"] if number in books.orders else ():
            known = books.lines[line["id"]]
            assert there["state"] in (0, 10) or known.remote_state == line["state"], f"line {line['id']}"


def assert_accepted_is_in_hand(books: Books) -> None:
    """Whatever is accepted and ours has its units here, or a conflict that says why not."""
    for line in books.lines.values():
        if not line.ours or books.there(line)["state"] != Remote.ACCEPTED or books.handling == "read":
            continue
        if not books.conflict_codes(line) and not books.asked(line):
            held = [one for one in books.allocated[line.id] if one.state != "shipped"]
            assert len(held) >= line.quantity, f"line {line.remote_id} is accepted, and not in hand"
            assert all(books.units[one.unit_id].state in ("reserved", "packed") for one in held)


def assert_who_waits_is_served(books: Books) -> None:
    """No unit lies on the shelf for which a paid line waits."""
    shop = books.shop
    if books.handling == "read":
        return

    def work(connection: Connection) -> None:
        free = {row.sku_id for row in books.units.values() if row.state == "ready"}
        for line in books.lines.values():
            if not line.ours or LineState(line.state) not in TO_FULFIL or line.named >= line.quantity:
                continue
            sku_id = listings.sku_sold(connection, shop.desk.company, line.listing_id, line.sku_key)
            sku = catalogue.sku(connection, sku_id) if sku_id else None
            if sku is not None and not books.asked(line):
                assert sku_id not in free, f"line {line.remote_id} waits, and one lies on the shelf"

    shop.desk.read(work)


def assert_what_left(books: Books) -> None:
    """The identifier that we gave the marketplace is of the unit that left from here with that line."""
    writes = books.shop.market.ledger.writes
    told = {one["line"]: one["new"] for one in writes("identifier")}
    for entry in writes("ship"):
        line = books.lines[entry["line"]]
        if books.conflict_codes(line) or books.was_decided(line, *SETTLES_DEVICES):
            continue
        left = books.allocated[line.id]
        assert len(left) == line.quantity, f"line {line.remote_id} was told, and {len(left)} units left"
        assert all(one.state == "shipped" for one in left), f"line {line.remote_id} was told"
        gone = {stay["id"] for each in books.stays.values() for stay in each if stay["left_at"] is not None}
        assert all(one.stay_id in gone for one in left), "and it is still in the house"
        if line.remote_id in told:
            assert told[line.remote_id] in {books.shop.units[one.unit_id] for one in left}


def assert_goes_on(books: Books) -> None:
    """Nothing unfinished is forgotten: it is on its way, waits with a moment, or asks a person."""
    shop = books.shop
    for effect in books.effects:
        assert effect.state in ("pending", "parked"), f"{effect.kind} is {effect.state} for ever"
        if effect.state == "parked" and effect.order_id is not None:
            seen = any(one.order_id == effect.order_id for one in books.conflicts)
            assert seen or effect.fault == "by_hand", f"{effect.kind} is parked, and its order asks nobody"
        ahead = [one for one in books.effects if one.lane == effect.lane and one.state == "parked"]
        if effect.state == "pending" and not ahead:
            assert effect.next_at > shop.clock.now(), f"{effect.kind} is due, and nobody does it"
    for parcel in books.parcels:
        lines = books.of_order(parcel["order_id"])
        if parcel["state"] != "packed" or parcel["told_at"] is not None:
            continue
        if any(line.state == "packed" for line in lines):
            on_its_way = books.steps_on_their_way(parcel["order_id"])
            asks = any(one.order_id == parcel["order_id"] for one in books.conflicts)
            assert on_its_way or asks, f"parcel {parcel['number']} is told to nobody"
    if books.handling == "automatic":
        for row in books.orders.values():
            able = shop.desk.write(lambda tx, row=row: fulfilment.acceptable(tx, row["id"]))  # type: ignore[misc]
            on_its_way = books.steps_on_their_way(row["id"])
            assert not able or on_its_way, f"order {row['remote_id']} could be accepted, and nobody does it"
    assert seen_by_people(shop) == set(books.orders)


def seen_by_people(shop: Shop) -> set[int]:
    """The numbers of all orders, as somebody sees them who turns page after page."""
    found: set[int] = set()
    page = order_view.page(shop.desk, OrderFilter())
    while page.rows:
        found |= {row.number for row in page.rows}
        if page.next is None:
            break
        page = order_view.page(shop.desk, OrderFilter(), page.next)
    return found


def assert_not_above(books: Books, *skus: str) -> None:
    """What is managed offers no more than is there, or an effect that people see says what it waits for."""
    for sku in skus:
        lane = f"listing:{books.shop.listed(sku).id}/stock"
        if not [one for one in books.effects if one.lane == lane]:
            assert books.shop.remote(sku) <= on_the_shelf(books, sku), f"{sku}: more is offered than is there"


def on_the_shelf(books: Books, sku: str) -> int:
    """Units of this SKU that are promised to nobody, less pieces sold that have no unit yet."""

    def work(connection: Connection) -> int:
        ready = 0
        for row in books.units.values():
            text = catalogue.sku(connection, row.sku_id).text if row.sku_id else ""
            ready += row.state == "ready" and text == sku
        return ready

    sold = 0
    for line in books.lines.values():
        there = books.there(line)
        open_ = line.counts and there["order"] not in _HIDDEN and there["state"] not in UNCOUNTED_STATES
        if open_ and line.sku_text == sku:
            sold += max(0, line.quantity - line.named)
    return max(0, books.shop.desk.read(work) - sold)


def assert_sound(books: Books, *skus: str) -> None:
    """All of it, for when everything has calmed down."""
    assert_consistent(books)
    assert_accepted_is_in_hand(books)
    assert_who_waits_is_served(books)
    assert_what_left(books)
    assert_goes_on(books)
    assert_not_above(books, *skus)
    assert_whole(books.shop.desk, judged=False)
