"""What differs between the stock here and the stock at Odoo: each unit is one thing, with what helps against it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bmdesk.domain.effects import EffectState, Fault, Kind, UnitOf
from bmdesk.services import settings, wants
from bmdesk.services.desk import Actor, Desk
from bmdesk.services.grading.refusals import NotAllowed
from bmdesk.services.odoo import odoo_account
from bmdesk.services.odoo.units import diverged, drift
from bmdesk.services.odoo.units.drift import Difference, Here, PieceThere, Repair, There
from bmdesk.services.odoo.units.drift import Kind as Differing
from bmdesk.services.odoo.units.places_there import Place, Target
from bmdesk.services.odoo.units.units_there import LOT
from bmdesk.services.syncing import outbox
from bmdesk.store.queries import odoo
from bmdesk.store.queries import outbox as effects
from bmdesk.store.queries.odoo_drift import UnitBeside
from bmdesk.system.clock import FixedClock
from bmdesk.texts import Failure, Text, render
from tests.desks import IMEIS, Bench

STOCK = Place(8, "Stock", (1, 8), 1, is_stock=True, shown="WH/Stock")
SHELF = Place(9, "A-1", (1, 8, 9), 1, is_stock=True, shown="WH/Stock/A-1")
REPAIRS = Place(20, "Repairs", (1, 20), 1, is_stock=True, shown="WH/Repairs")
OWNER = Actor("OWNER", "owner", "office")

UNIT = UnitBeside(
    id="01JUNIT",
    identifier="SN1",
    state="ready",
    gone_reason="",
    variant_id="01JPHONE",
    title="Apple iPhone 13",
    grade="GOOD",
    battery_percent=91,
    warehouse="MAIN",
    bin="",
    blockers=("not_erased", "tests_old"),
)
PIECE = PieceThere(
    lot_id=5,
    serial="SN1",
    product_id=3,
    product="iPhone 13",
    place_id=STOCK.id,
    place=STOCK.shown,
    quantity=1.0,
    values={"x_bm_grade": "GOOD", "x_bm_battery": 91, "x_bm_blockers": "not erased; tests old"},
)


def here(*units: UnitBeside, busy: bool = False, owner: str = UNIT.id) -> Here:
    return Here(
        units,
        {UNIT.id: 5},
        {"01JPHONE": 3},
        {5: owner} if owner else {},
        frozenset({UNIT.id} if busy else ()),
    )


def there(*pieces: PieceThere, away: dict[int | str, str] | None = None) -> There:
    places = {place.id: place for place in (STOCK, SHELF, REPAIRS)}
    goals = {("MAIN", ""): Target(STOCK, anywhere_below=True), ("MAIN", "A-1"): Target(SHELF, False)}
    return There(pieces, places, goals, away or {})


def said(found: Here, other: There) -> Difference:
    [one] = drift.compare(found, other).differences
    return one


def test_where_both_say_the_same_nothing_is_said() -> None:
    found = drift.compare(here(UNIT), there(PIECE))
    assert (found.differences, found.units, found.pieces, found.busy) == ((), 1, 1, 0)


def test_what_lies_in_a_bin_of_its_warehouse_lies_right() -> None:
    on_the_shelf = replace(PIECE, place_id=SHELF.id, place=SHELF.shown)
    assert not drift.compare(here(UNIT), there(on_the_shelf)).differences
    assert not drift.compare(here(replace(UNIT, bin="A-1")), there(on_the_shelf)).differences


@pytest.mark.parametrize(
    ("unit", "piece", "kind", "repair"),
    [
        ({}, None, Differing.MISSING_THERE, Repair.SEND),
        ({}, {"quantity": 2.0}, Differing.TWICE, Repair.LOOK),
        ({}, {"product_id": 4, "product": "Another"}, Differing.OTHER_PRODUCT, Repair.LOOK),
        ({}, {"place_id": 20, "place": "WH/Repairs"}, Differing.OTHER_PLACE, Repair.SEND),
        ({"bin": "A-1"}, {}, Differing.OTHER_PLACE, Repair.SEND),
        ({"grade": "FAIR"}, {}, Differing.OTHER_GRADE, Repair.SEND),
        ({"battery_percent": None}, {}, Differing.OTHER_BATTERY, Repair.SEND),
        ({"blockers": ()}, {}, Differing.OTHER_HOLD, Repair.SEND),
        ({}, {"serial": "SN1-B"}, Differing.OTHER_SERIAL, Repair.SEND),
        ({"state": "shipped"}, {}, Differing.LEFT_HERE, Repair.LOOK),
        ({"state": "gone", "gone_reason": "lost"}, {}, Differing.LEFT_HERE, Repair.LOOK),
        ({"state": "gone", "gone_reason": "scrapped"}, {}, Differing.SCRAPPED_HERE, Repair.SEND),
        ({"state": "expected"}, {}, Differing.MISSING_HERE, Repair.TAKE_OVER),
    ],
)
def test_each_difference_has_its_name_and_what_helps(
    unit: dict[str, object], piece: dict[str, object] | None, kind: Differing, repair: Repair
) -> None:
    pieces = [] if piece is None else [replace(PIECE, **piece)]  # type: ignore[arg-type]
    one = said(here(replace(UNIT, **unit)), there(*pieces))  # type: ignore[arg-type]
    assert (one.kind, one.repair, one.serial) == (kind, repair, "SN1")
    assert render(one.what) != one.what.code
    assert render(one.proposal) != one.proposal.code
    assert not isinstance(one.here, Text) or render(one.here) != one.here.code


def test_what_left_the_house_by_their_books_is_not_sent_again() -> None:
    one = said(here(UNIT), there(away={5: "Partners/Customers"}))
    assert (one.kind, one.repair, one.there) == (Differing.LEFT_THERE, Repair.LOOK, "Partners/Customers")


def test_a_lot_that_nobody_here_knows_is_to_be_received_and_one_of_all_companies_is_not_ours_to_name() -> (
    None
):
    one = said(here(owner=""), there(PIECE))
    assert (one.kind, one.repair, one.lot_id) == (Differing.MISSING_HERE, Repair.TAKE_OVER, 5)
    assert (one.product_id, one.place_id, one.unit_id) == (3, STOCK.id, "")
    assert not drift.compare(here(owner=""), there(replace(PIECE, is_shared=True))).differences


def test_the_same_serial_under_two_products_is_in_stock_twice() -> None:
    found = Here((UNIT,), {UNIT.id: 5}, {}, {5: UNIT.id, 6: UNIT.id}, frozenset())
    one = said(found, there(PIECE, replace(PIECE, lot_id=6, product_id=4)))
    assert (one.kind, one.there) == (Differing.TWICE, "WH/Stock (1), WH/Stock (1)")


def test_a_second_name_of_a_unit_is_not_made_a_second_lot() -> None:
    found = Here((UNIT,), {}, {}, {7: UNIT.id}, frozenset())
    one = said(found, there(replace(PIECE, lot_id=7, serial="IMEI-2")))
    assert (one.kind, one.repair) == (Differing.OTHER_SERIAL, Repair.LOOK)


def test_what_waits_to_be_sent_is_no_drift() -> None:
    found = drift.compare(here(UNIT, busy=True), there())
    assert (found.differences, found.busy, found.units) == ((), 1, 0)


def test_what_cannot_stand_there_yet_is_not_missing_there() -> None:
    for unit in (replace(UNIT, variant_id=None), replace(UNIT, identifier="")):
        assert not drift.compare(here(unit), there()).differences


def test_a_field_that_this_odoo_lacks_is_not_compared() -> None:
    bare = replace(PIECE, values={"x_bm_grade": "GOOD"})
    assert not drift.compare(here(replace(UNIT, battery_percent=3)), there(bare)).differences


# ---------------------------------------------------------------- in a store


@pytest.fixture
def unit(desk: Desk, clock: FixedClock) -> str:
    settings.put(desk, "odoo.url", "https://odoo.example.com")
    return Bench(desk, clock).ready_unit(IMEIS[0])


def account_of(desk: Desk) -> str:
    found = desk.read(lambda c: odoo_account.of(c, desk.company))
    assert found is not None
    return found.id


def waiting(desk: Desk, unit_id: str) -> effects.EffectRow | None:
    account = account_of(desk)
    return desk.read(lambda c: effects.pending(c, account, Kind.UNIT.value, unit_id))


def was_sent(desk: Desk, clock: FixedClock, unit_id: str, **base: object) -> None:
    """It stood there right, in lot 5."""
    row = waiting(desk, unit_id)
    assert row is not None
    account = account_of(desk)
    desk.write(lambda tx: effects.end(tx, row.id, EffectState.DONE))
    desk.write(
        lambda tx: odoo.agree(tx, account, LOT, unit_id, 5, {"values": {"x_bm_grade": "GOOD"}, **base})
    )
    clock.advance(minutes=1)


def looked(desk: Desk, *pieces: PieceThere) -> drift.Drift:
    account, now = account_of(desk), desk.clock.now()
    found = desk.read(lambda c: drift.read(c, desk, account, pieces, now))
    return drift.compare(found, there(*pieces))


def test_a_unit_is_known_by_its_lot_and_else_by_its_serial(desk: Desk, clock: FixedClock, unit: str) -> None:
    mine = replace(PIECE, serial=IMEIS[0])
    assert looked(desk, mine).busy == 1
    was_sent(desk, clock, unit)
    assert {one.unit_id for one in looked(desk, replace(mine, serial="renamed")).differences} == {unit}
    assert {one.unit_id for one in looked(desk, replace(mine, lot_id=77)).differences} == {unit}


def test_what_was_sent_while_odoo_was_read_is_no_drift(desk: Desk, clock: FixedClock, unit: str) -> None:
    began = clock.now()
    was_sent(desk, clock, unit)
    clock.advance(minutes=1)
    row = desk.write(lambda tx: wants.want(tx, UnitOf(unit)))
    assert row is None
    clock.advance(seconds=1)
    was_sent(desk, clock, unit)
    account = account_of(desk)
    found = desk.read(lambda c: drift.read(c, desk, account, (), began))
    assert drift.compare(found, there()).differences == ()


def test_sending_again_writes_over_what_was_seen_there_and_no_more(
    desk: Desk, clock: FixedClock, unit: str
) -> None:
    was_sent(desk, clock, unit, place=STOCK.id)
    account = account_of(desk)
    moved = Difference(
        Differing.OTHER_PLACE,
        Repair.SEND,
        "SN1",
        "",
        "",
        "",
        unit,
        theirs={"place": 20, "x_bm_grade": "FAIR"},
    )
    looks = Difference(Differing.TWICE, Repair.LOOK, "SN2", "", "", "", "01JANOTHER")
    assert drift.repair(desk, OWNER, [moved, looks]) == 1
    assert waiting(desk, unit) is not None
    kept = desk.read(lambda c: odoo.records(c, account, LOT, [unit]))[unit]
    assert kept.base == {"values": {"x_bm_grade": "FAIR"}, "place": 20}


def test_who_may_not_work_with_the_queue_repairs_nothing(desk: Desk, clock: FixedClock, unit: str) -> None:
    was_sent(desk, clock, unit)
    packer = Actor("PAT", "packer", "bench")
    with pytest.raises(NotAllowed):
        drift.repair(
            desk, packer, [Difference(Differing.MISSING_THERE, Repair.SEND, "SN1", "", "", "", unit)]
        )
    assert waiting(desk, unit) is None


class Changed(Failure):
    code = "odoo.changed_there"


def test_a_unit_changed_on_both_sides_shows_both_and_may_be_sent_over(
    desk: Desk, clock: FixedClock, unit: str
) -> None:
    row = waiting(desk, unit)
    assert row is not None
    account = account_of(desk)
    desk.write(lambda tx: odoo.agree(tx, account, LOT, unit, 5, {"values": {"x_bm_grade": "GOOD"}}))
    both = diverged.kept({"x_bm_grade": ("EXCELLENT", "FAIR")}, {"x_bm_grade": "FAIR"})
    desk.write(lambda tx: effects.claim(tx, [row]))
    problem = Changed(serial=IMEIS[0], fields=(diverged.name_of("x_bm_grade"),))
    desk.write(lambda tx: effects.park(tx, row.id, Fault.DIVERGED, problem, change=both))

    shown = outbox.shown(desk, row.id)
    assert [(render(one.name), one.here, one.there) for one in shown.both] == [("Grade", "EXCELLENT", "FAIR")]
    assert "Grade" in render(shown.happened)

    outbox.retry(desk, OWNER, [row.id])
    assert outbox.shown(desk, row.id).state_code is EffectState.PENDING
    kept = desk.read(lambda c: odoo.records(c, account, LOT, [unit]))[unit]
    assert kept.base == {"values": {"x_bm_grade": "FAIR"}}
