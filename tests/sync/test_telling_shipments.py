"""What Back Market hears of a parcel: which devices left, with which number, once; and the order of it all."""

from __future__ import annotations

from typing import Any

import pytest

from bmdesk.domain.effects import Kind, StepOf
from bmdesk.services import wants
from bmdesk.services.orders import documents, handling_steps, order_view
from bmdesk.services.syncing import outbox
from bmdesk.simulator import Simulator
from bmdesk.store.queries import parcels
from bmdesk.sync.dry_run import dry_run
from bmdesk.sync.opening import opener
from bmdesk.texts import render
from tests.markets import FIRST, OWNER, SECOND, Shop
from tests.selling import (
    OTHER_PARCEL,
    PARCEL,
    bought,
    lines,
    open_conflicts,
    packed,
    selling,
    shipped,
    state,
    there,
)


def test_the_only_device_goes_with_the_order_and_is_said_with_its_tax_and_carrier(
    shop: Shop, market: Simulator
) -> None:
    (unit,) = selling(shop)
    number = bought(shop)
    packed(shop, unit)
    shop.sync()
    (line,) = there(shop, number)
    assert (line["state"], line["imei"]) == (3, shop.units[unit])
    (shipped,) = shop.writes("ship", order=number)
    assert (shipped["tracking"], shipped["shipper"]) == (PARCEL, "Royal Mail")
    assert shipped["vat_type"] in ("REGULAR", "MARGINAL")
    assert not market.ledger.count_requests("PATCH", "*")
    assert [e.state for e in shop.effects(kind="ship")] == ["done"]
    parcel = shop.desk.read(lambda c: parcels.of_order(c, lines(shop, number)[0].order_id))
    assert parcel is not None and parcel.told_at is not None


def test_several_lines_get_their_devices_first_each_its_own(shop: Shop) -> None:
    one, two = selling(shop, 2)
    number = shop.market.order(lines=[(FIRST, 1), (FIRST, 1)])
    shop.sync()
    packed(shop, one, two)
    shop.sync()
    assert [line["state"] for line in there(shop, number)] == [3, 3]
    assert sorted(line["imei"] for line in there(shop, number)) == sorted([shop.units[one], shop.units[two]])
    assert len(shop.writes("identifier")) == 2


def test_two_pieces_of_a_line_are_kept_here_for_there_is_no_place_there(shop: Shop) -> None:
    one, two = selling(shop, 2)
    number = bought(shop, 2)
    packed(shop, one, two)
    shop.sync()
    assert [(line["state"], line["imei"]) for line in there(shop, number)] == [(3, "")]
    assert [state(shop, unit) for unit in (one, two)] == ["shipped", "shipped"]


@pytest.mark.slow
def test_nothing_is_told_while_a_line_went_back_to_be_accepted(shop: Shop) -> None:
    one, two = selling(shop, 2)
    shop.offer(SECOND)
    shop.regrade(two)
    shop.sync()
    number = shop.market.order(lines=[(FIRST, 1), (SECOND, 1)])
    shop.sync()
    packed(shop, one, two)
    shop.market.set_line_state(there(shop, number)[1]["id"], 1)
    shop.sync()
    assert 3 not in [line["state"] for line in there(shop, number)]
    (waits,) = shop.effects("pending", kind="ship")
    assert shop.problem(waits) == "order.not_in_this_state.title"


def test_what_was_cancelled_in_a_closed_parcel_is_taken_out_before_the_rest_is_told(shop: Shop) -> None:
    one, two = selling(shop, 2)
    number = shop.market.order(lines=[(FIRST, 1), (FIRST, 1)])
    shop.sync()
    packed(shop, one, two)
    shop.market.set_line_state(there(shop, number)[0]["id"], 5)
    shop.sync()
    assert [line["state"] for line in there(shop, number)] == [5, 2], (
        "a parcel with too much in it must not leave"
    )
    assert open_conflicts(shop, number) == ["gone_while_packed"]
    (waits,) = shop.effects("pending", kind="ship")
    assert shop.problem(waits) == "ship.take_out_first.title"


def test_an_order_cancelled_as_a_whole_is_not_told(shop: Shop) -> None:
    (unit,) = selling(shop)
    number = bought(shop)
    packed(shop, unit)
    shop.market.set_line_state(there(shop, number)[0]["id"], 5)
    shop.sync()
    assert open_conflicts(shop, number) == ["gone_while_packed"]
    assert not shop.open() and not shop.effects("parked")


def test_what_another_tool_shipped_with_our_parcel_is_found_and_not_told_again(
    shop: Shop, market: Simulator
) -> None:
    (unit,) = selling(shop)
    number = bought(shop)
    packed(shop, unit)
    with market.world.lock:
        market.world.orders[number].tracking_number = PARCEL
    market.set_line_state(there(shop, number)[0]["id"], 3)
    shop.sync()
    assert not shop.writes("ship", order=number)
    assert [e.state for e in shop.effects(kind="ship")] == ["done"]


def test_another_parcel_told_by_another_tool_is_a_conflict(shop: Shop, market: Simulator) -> None:
    (unit,) = selling(shop)
    number = bought(shop)
    packed(shop, unit)
    with market.world.lock:
        market.world.orders[number].tracking_number = OTHER_PARCEL
    market.set_line_state(there(shop, number)[0]["id"], 3)
    shop.sync()
    assert "refused" in open_conflicts(shop, number)
    found = order_view.detail(shop.desk, order_view.find(shop.desk, str(number)))
    said = [render(one.what) for one in found.timeline]
    assert f"Back Market knows of parcel {OTHER_PARCEL}." in said
    assert f"Back Market knows of parcel {PARCEL}." not in said, "it never heard of ours"


def test_another_device_that_stands_at_the_line_is_never_written_over(shop: Shop, market: Simulator) -> None:
    one, two = selling(shop, 2)
    number = shop.market.order(lines=[(FIRST, 1), (FIRST, 1)])
    shop.sync()
    packed(shop, one, two)
    foreign = "490154203237518"
    with market.world.lock:
        market.world.orders[number].lines[0].imei = foreign
        market.world.orders[number].modified = market.world.clock.now()
    shop.sync()
    (parked,) = shop.effects("parked")
    assert (parked.kind, parked.fault) == ("ship", "diverged")
    assert "other_identifier" in open_conflicts(shop, number)
    assert not shop.writes("identifier")

    shop.retry(parked)  # the right devices are in the parcel, a person says
    shop.sync()
    assert [line["state"] for line in there(shop, number)] == [3, 3]
    assert len(shop.writes("identifier")) == 1, "the other line still gets its own"


@pytest.mark.slow
def test_an_identifier_that_stands_at_another_order_is_not_registered_twice(
    shop: Shop, market: Simulator
) -> None:
    one, _ = selling(shop, 2)
    first, second = bought(shop), bought(shop)
    with market.world.lock:  # told for the wrong order, by hand
        market.world.orders[second].lines[0].imei = shop.units[one]
        market.world.orders[second].modified = market.world.clock.now()
    shop.sync()
    packed(shop, one)
    shop.sync()
    (parked,) = shop.effects("parked")
    assert (parked.fault, shop.problem(parked)) == ("diverged", "ship.identifier_used.title")
    assert open_conflicts(shop, first) == ["refused"]
    assert not shop.writes("identifier")


@pytest.mark.slow
@pytest.mark.sqlite_only  # a number that Back Market refuses is too long for the column: SQLite alone lets it in
def test_a_refused_parcel_is_told_anew_when_it_was_packed_anew(shop: Shop, market: Simulator) -> None:
    (unit,) = selling(shop)
    number = bought(shop)
    packed(shop, unit)
    with market.world.lock:
        market.world.orders[number].lines[0].imei = ""
    shop.desk.write(lambda tx: parcels.set_parcel(tx, _parcel(shop, number), number="9" * 210))
    shop.sync()
    (parked,) = shop.effects("parked")
    assert (parked.kind, parked.fault) == ("ship", "rejected")
    assert open_conflicts(shop, number) == ["refused"]
    shop.desk.write(lambda tx: parcels.set_parcel(tx, _parcel(shop, number), number=OTHER_PARCEL))
    shop.retry(parked)
    assert not open_conflicts(shop, number)
    shop.sync()
    assert [line["state"] for line in there(shop, number)] == [3]


def _parcel(shop: Shop, number: int) -> str:
    order_id = lines(shop, number)[0].order_id
    found = shop.desk.read(lambda c: parcels.of_order(c, order_id))
    assert found is not None
    return found.id


@pytest.mark.slow
def test_a_carrier_that_is_not_on_the_list_is_another(shop: Shop) -> None:
    (unit,) = selling(shop)
    number = bought(shop)
    packed(shop, unit)
    shop.desk.write(lambda tx: parcels.set_parcel(tx, _parcel(shop, number), shipper="Uncle Bob's Van"))
    shop.sync()
    (shipped,) = shop.writes("ship", order=number)
    assert shipped["shipper"] == "Other"


@pytest.mark.slow
def test_an_order_that_is_gone_stands_aside_with_a_conflict(shop: Shop, market: Simulator) -> None:
    (unit,) = selling(shop)
    number = bought(shop)
    packed(shop, unit)
    with market.world.lock:
        kept = market.world.orders.pop(number)
    shop.sync()
    (parked,) = shop.effects("parked")
    assert (parked.kind, parked.fault) == ("ship", "gone")
    with market.world.lock:
        market.world.orders[number] = kept
    shop.retry(parked)
    shop.sync()
    assert [line["state"] for line in there(shop, number)] == [3]


@pytest.mark.slow
def test_an_answer_that_says_nothing_of_the_lines_is_looked_up(shop: Shop, market: Simulator) -> None:
    (unit,) = selling(shop)
    number = bought(shop)
    packed(shop, unit)
    market.fault("nulls", f"POST /ws/orders/{number}", times=1)
    shop.sync()
    assert [e.state for e in shop.effects(kind="ship")] == ["done"]
    assert state(shop, unit) == "shipped"


def test_a_dry_run_names_each_step_and_writes_nothing(shop: Shop, market: Simulator) -> None:
    selling(shop, 2, how="by_hand")
    first = bought(shop)
    order_id = lines(shop, first)[0].order_id
    shop.desk.write(lambda tx: wants.want(tx, StepOf(order_id, Kind.ACCEPT)))
    second = bought(shop)
    handling_steps.cancel(shop.desk, OWNER, lines(shop, second)[0].id, "stock")
    before = [dict(one) for one in market.ledger.effects]
    planned = dry_run(shop.desk, opener(shop.desk, shop.tools))
    assert planned.complete and not planned.problems
    steps = {(one.kind, one.old, one.new) for one in planned.writes if one.order_id}
    assert (Kind.CANCEL, "1", "4") in steps
    assert market.ledger.effects == before


def test_what_is_gone_is_lowered_before_orders_are_told_and_the_rest_of_the_stock_after_them(
    shop: Shop, market: Simulator
) -> None:
    one, two, three = selling(shop, 3)
    shop.offer(SECOND)
    number = bought(shop)
    packed(shop, one)
    shop.regrade(three)  # more of SECOND, which may wait
    shop.gone(two)  # less of FIRST, which may not
    said = len(market.ledger.effects)
    shop.sync()
    told = [(e["kind"], e.get("sku")) for e in market.ledger.effects[said:] if e["request"] is not None]
    first = next(n for n, (kind, sku) in enumerate(told) if (kind, sku) == ("quantity", FIRST))
    ship = next(n for n, (kind, _) in enumerate(told) if kind == "ship")
    more = next(n for n, (kind, sku) in enumerate(told) if (kind, sku) == ("quantity", SECOND))
    assert first < ship < more, told
    assert there(shop, number)[0]["state"] == 3


def test_an_invoice_lies_there_and_a_newer_one_takes_its_place(
    shop: Shop, market: Simulator, tmp_path: Any
) -> None:
    number = shipped(shop)
    order_id = lines(shop, number)[0].order_id
    for content in (b"%PDF-1.4 one\n%%EOF\n", b"%PDF-1.4 two\n%%EOF\n"):
        file = tmp_path / "Invoice of Jane Doe.pdf"
        file.write_bytes(content)
        documents.keep_invoice(shop.desk, OWNER, order_id, file)
        shop.sync()
        assert market.invoice(number) == content
    assert not any("Jane" in render(text) for text in shop.log()), "a file's name may say who bought"


def test_of_a_closed_parcel_back_market_hears_in_the_end_or_somebody_sees_that_it_did_not(shop: Shop) -> None:
    (unit,) = selling(shop)
    number = bought(shop)
    packed(shop, unit)
    (waits,) = shop.effects("pending", kind="ship")
    ((_, said),) = outbox.cancel(shop.desk, OWNER, [waits.id]).done
    assert said.code == "outbox.kept_ship"
    shop.settle()
    assert [one["state"] for one in there(shop, number)] == [2]
    (aside,) = shop.effects("parked", kind="ship")
    shop.retry(aside)
    shop.settle()
    assert [one["state"] for one in there(shop, number)] == [3]
