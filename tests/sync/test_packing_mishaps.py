"""What two packers, a crash, an import in between or a mix-up may do: nothing wrong leaves, nothing is lost."""

from __future__ import annotations

import random
from typing import Any

import pytest
from sqlalchemy import select

from bmdesk.services import settings
from bmdesk.services.goods import counted
from bmdesk.services.grading.seating import Seat
from bmdesk.services.shipping import parcels
from bmdesk.services.shipping.packing import Stage
from bmdesk.services.shipping.parcels import AlreadySent
from bmdesk.store.engine import Place
from bmdesk.store.queries import allocations, catalogue, order_progress, orders, units
from bmdesk.store.tables import orders as t
from bmdesk.store.tables import parcels as p
from bmdesk.store.tables.listings import listing
from bmdesk.store.transaction import Tx
from tests.markets import FIRST, OWNER, SECOND, Shop, reopened
from tests.selling import (
    CONFIRM,
    OTHER_PARCEL,
    PACKER,
    PARCEL,
    bought,
    cancelled,
    pack,
    parcel_of,
    selling,
    state,
)

TWO = Seat("pack-2", script=True, fallback="OWNER")


def packed(shop: Shop) -> list[tuple[str, str]]:
    """(order's id, unit) of all that lies in a parcel or has left."""
    query = (
        select(t.orderline.c.order_id, t.allocation.c.unit_id)
        .select_from(t.allocation.join(t.orderline, t.allocation.c.line_id == t.orderline.c.id))
        .where(t.allocation.c.state != "reserved")
    )
    return shop.desk.read(lambda c: [(row[0], row[1]) for row in c.execute(query)])


def parcel_count(shop: Shop) -> int:
    query = select(p.parcel.c.id).where(p.parcel.c.state != "undone")
    return shop.desk.read(lambda c: len(c.execute(query).all()))


def test_an_order_cancelled_between_two_scans_is_not_packed(shop: Shop) -> None:
    (unit,) = selling(shop)
    number = bought(shop)
    pack(shop, shop.units[unit], PARCEL)
    cancelled(shop, number)

    told = pack(shop, CONFIRM)
    assert (told.ok, told.message.code, told.stage) == (False, "pack.order_changed.happened", Stage.UNIT)
    assert shop.units[unit] in str(told.message.params), "what must come out of the box is named"
    assert not pack(shop, CONFIRM).ok
    assert (parcel_count(shop), state(shop, unit)) == (0, "ready")


@pytest.mark.slow
def test_a_piece_taken_back_from_an_order_comes_out_and_the_rest_goes_on(shop: Shop) -> None:
    one, two = selling(shop, 2)
    number = bought(shop, lines=[(FIRST, 1), (FIRST, 1)])
    pack(shop, shop.units[one], shop.units[two], PARCEL)
    cancelled(shop, number)

    assert pack(shop, CONFIRM).message.code == "pack.order_changed.happened"
    after = pack(shop, PARCEL, CONFIRM)
    assert after.closed
    assert len(packed(shop)) == 1


def test_a_swap_and_the_reserved_one_are_not_both_sent(shop: Shop) -> None:
    reserved, other = selling(shop, 2)
    number = bought(shop)
    pack(shop, number, shop.units[other])
    assert not pack(shop, shop.units[reserved]).ok
    assert pack(shop, PARCEL, CONFIRM).closed
    assert [unit for _, unit in packed(shop)] == [other]
    assert state(shop, reserved) == "ready"


def test_one_unit_scanned_at_two_places_lies_in_one_parcel(shop: Shop) -> None:
    first, second, spare = selling(shop, 3)
    orders_ = [bought(shop), bought(shop)]
    assert pack(shop, orders_[0], shop.units[spare], PARCEL).stage is Stage.CONFIRM
    assert pack(shop, orders_[1], shop.units[spare], OTHER_PARCEL, seat=TWO).stage is Stage.CONFIRM
    assert pack(shop, CONFIRM).closed
    late = pack(shop, CONFIRM, seat=TWO)
    assert (late.ok, late.code) == (False, "pack.on_other_parcel")
    assert late.stage is Stage.UNIT, "the other place may scan the right one and go on"
    assert pack(shop, shop.units[second], CONFIRM, seat=TWO).closed
    assert sorted(unit for _, unit in packed(shop)) == sorted([spare, second])
    assert state(shop, first) == "ready"


@pytest.mark.slow
def test_one_order_is_packed_at_one_place_and_taken_up_elsewhere_when_left_alone(shop: Shop) -> None:
    (unit,) = selling(shop)
    number = bought(shop)
    pack(shop, number)
    assert pack(shop, number, seat=TWO).message.code == "pack.packed_elsewhere.happened"
    shop.clock.advance(minutes=31)
    assert pack(shop, shop.units[unit], PARCEL, CONFIRM, seat=TWO).closed
    assert not pack(shop, CONFIRM).ok
    assert parcel_count(shop) == 1


@pytest.mark.sqlite_only
def test_what_was_proven_survives_a_crash_and_is_told_once(shop: Shop, place: Place) -> None:
    (unit,) = selling(shop)
    number = bought(shop)
    pack(shop, shop.units[unit], PARCEL)
    assert place.file is not None
    after = reopened(shop, place.file)
    assert pack(after, CONFIRM).closed
    after.sync()
    assert shop.market.order_state(number)["tracking_number"] == PARCEL
    assert len(shop.writes("ship")) == 1
    after.desk.store.close()


@pytest.mark.slow
def test_a_word_for_one_trouble_is_no_word_for_the_next(shop: Shop) -> None:
    _, other = selling(shop, 2)
    number = bought(shop)
    settings.put(shop.desk, "pack.swaps", "false")
    assert pack(shop, number, shop.units[other]).code == "pack.not_the_reserved"
    assert pack(shop, "BMD:OVERRIDE:the other one is in the cellar", "BMD:OP:OWNER").ok
    shop.regrade(other)

    refused = pack(shop, PARCEL, CONFIRM)
    assert (refused.ok, refused.code) == (False, "pack.grade_below")
    assert parcel_count(shop) == 0


@pytest.mark.slow
def test_a_listing_linked_anew_does_not_lower_what_the_customer_was_shown(shop: Shop) -> None:
    reserved, worse = selling(shop, 2)
    number = bought(shop)
    shop.regrade(worse)
    first = shop.listed(FIRST).id

    def relink(tx: Tx) -> None:
        sku_id = catalogue.sku_by_key(tx.connection, tx.company, SECOND.casefold())
        tx.connection.execute(listing.update().where(listing.c.id == first).values(sku_id=sku_id))

    shop.desk.write(relink)
    refused = pack(shop, number, shop.units[worse])
    assert refused.code == "pack.grade_below"
    assert state(shop, reserved) == "reserved"


@pytest.mark.slow
def test_two_codes_in_one_are_no_parcel_number(shop: Shop) -> None:
    (unit,) = selling(shop)
    bought(shop)
    pack(shop, shop.units[unit])
    assert not pack(shop, PARCEL + OTHER_PARCEL).ok
    assert not pack(shop, f"{PARCEL}\n{OTHER_PARCEL}").ok
    assert not pack(shop, "1234567890123456789").ok
    assert pack(shop, PARCEL).ok


def test_a_number_on_a_parcel_to_somebody_else_is_refused(shop: Shop) -> None:
    one, two = selling(shop, 2)
    bought(shop)
    bought(shop)
    pack(shop, shop.units[one], PARCEL, CONFIRM)
    assert pack(shop, shop.units[two], PARCEL).message.code == "pack.number_used_elsewhere.happened"
    assert pack(shop, OTHER_PARCEL, CONFIRM).closed


def test_counted_goods_in_a_parcel_are_not_offered_again(shop: Shop) -> None:
    (unit,) = selling(shop)
    found = shop.desk.read(lambda c: catalogue.by_model_code(c, shop.desk.company, "GS22-128-GRN"))
    assert found is not None
    counted.set_pieces(shop.desk, OWNER, found.id, "GOOD", False, 5)
    case = "GS22-128-GRN-GOOD"
    shop.offer(case)
    shop.sync()
    shop.market.order(lines=[(FIRST, 1), (case, 2)])
    shop.sync()
    assert shop.remote(case) == 3

    assert pack(shop, shop.units[unit]).stage is Stage.UNIT
    shop.clock.advance(seconds=5)
    assert pack(shop, case, case, PARCEL, CONFIRM).closed
    shop.settle(runs=6, minutes=1)
    assert shop.remote(case) == 3, "packed and shipped pieces are neither offered again nor taken off twice"
    (left,) = [one.sku.pieces for one in counted.listed(shop.desk)]
    assert left == 3


def test_a_parcel_opened_again_gives_its_units_back_and_is_told_once(shop: Shop) -> None:
    reserved, other = selling(shop, 2)
    number = bought(shop)
    pack(shop, shop.units[reserved], PARCEL, CONFIRM)
    parcels.open_again(shop.desk, OWNER, parcel_of(shop, number))
    assert state(shop, reserved) == "reserved"
    pack(shop, number, shop.units[other], OTHER_PARCEL, CONFIRM)
    shop.sync()

    there = shop.market.order_state(number)
    assert (there["tracking_number"], there["lines"][0]["imei"]) == (OTHER_PARCEL, shop.units[other])
    assert len(shop.writes("ship")) == 1
    with pytest.raises(AlreadySent):
        parcels.open_again(shop.desk, OWNER, parcel_of(shop, number))


def test_what_was_cancelled_in_the_parcel_does_not_leave_with_the_driver(shop: Shop) -> None:
    (unit,) = selling(shop)
    number = bought(shop)
    pack(shop, shop.units[unit], PARCEL, CONFIRM)
    cancelled(shop, number)
    parcel = parcel_of(shop, number)

    done = parcels.hand_over(shop.desk, OWNER, [parcel])
    assert not done.parcels
    assert [no.code for _, no in done.refused] == ["parcel.must_not_leave"]
    parcels.open_again(shop.desk, OWNER, parcel)
    assert state(shop, unit) == "ready"


@pytest.mark.parametrize("seed", [0, *(pytest.param(n, marks=pytest.mark.slow) for n in range(1, 10))])
def test_whatever_two_packers_scan_nothing_leaves_twice_or_too_bad(shop: Shop, seed: int) -> None:
    """Any scans at two places with cancellations, readings and new grades between them."""
    any_ = random.Random(seed)
    made = selling(shop, 5)
    shop.offer(SECOND)
    shop.regrade(made[4])
    numbers = [bought(shop) for _ in range(3)]
    labels = ["RR123456785GB", "CP000000005DE", "1Z999AA10123456784"]
    for _ in range(60):
        seat = any_.choice((PACKER, TWO))
        match any_.randrange(20):
            case 0:
                shop.sync()
            case 1:
                cancelled(shop, any_.choice(numbers))
            case 2:
                pack(shop, "BMD:OVERRIDE:so be it", "BMD:OP:OWNER", seat=seat)
            case 3 | 4 | 5 | 6 | 7:
                pack(shop, any_.choice(labels), seat=seat)
            case 8 | 9 | 10 | 11:
                pack(shop, CONFIRM, seat=seat)
            case 12 | 13:
                pack(shop, any_.choice(numbers), seat=seat)
            case 14:
                pack(shop, any_.choice(("BMD:UNDO", "BMD:NEXT")), seat=seat)
            case _:
                pack(shop, shop.units[any_.choice(made)], seat=seat)
        _holds(shop)
    shop.settle(runs=5, minutes=5)
    _holds(shop)


def _holds(shop: Shop) -> None:
    """A unit lies in one parcel; a line has no more units than pieces; below grade only with a recorded word."""
    gone = packed(shop)
    assert len({unit for _, unit in gone}) == len(gone)

    def work(connection: Any) -> None:
        ids = list(connection.execute(select(t.orderline.c.id)).scalars())
        for one in allocations.of_lines(connection, ids):
            line = orders.line(connection, one.line_id)
            unit = units.unit(connection, one.unit_id)
            assert line is not None
            assert line.named <= line.quantity
            if one.state != "reserved":
                assert unit.grade == "EXCELLENT" or one.override_by, unit
                assert unit.state in ("packed", "shipped")

    shop.desk.read(work)
    for write in shop.writes("ship"):
        assert len(shop.writes("ship", order=write["order"])) == 1


@pytest.mark.slow
def test_a_number_that_back_market_refuses_is_replaced_by_opening_the_parcel_again(shop: Shop) -> None:
    (unit,) = selling(shop)
    number = bought(shop)
    pack(shop, shop.units[unit], PARCEL, CONFIRM)
    shop.desk.write(lambda tx: tx.connection.execute(p.parcel.update().values(number="")))
    shop.sync()
    assert [one.kind for one in shop.effects("parked")] == ["ship"]

    parcels.open_again(shop.desk, OWNER, parcel_of(shop, number))
    assert not shop.effects("parked")
    row = shop.desk.read(lambda c: order_progress.order(c, parcels_order(c, number)))
    assert (row["state"], row["conflicts"]) == ("accepted", 0), (
        "nobody is asked about a parcel that is no more"
    )
    pack(shop, shop.units[unit], OTHER_PARCEL, CONFIRM)
    shop.sync()
    assert shop.market.order_state(number)["tracking_number"] == OTHER_PARCEL
    assert state(shop, unit) == "shipped"


def parcels_order(connection: Any, number: int) -> str:
    query = select(t.customer_order.c.id).where(t.customer_order.c.remote_id == number)
    return str(connection.execute(query).scalar_one())
