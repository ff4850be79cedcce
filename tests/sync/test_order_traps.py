"""Traps around orders: stuck without a word, sent twice, or done though a person or the marketplace said otherwise."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bmdesk.domain.money import Money
from bmdesk.domain.orders import Way
from bmdesk.services.goods import catalog, counted
from bmdesk.services.orders import conflicts, documents, handling, handling_steps, order_refusals
from bmdesk.services.selling import accounts
from bmdesk.services.shipping import parcels
from bmdesk.services.shipping.parcels import AlreadySent, ForeignParcel
from bmdesk.services.syncing import outbox
from bmdesk.simulator import Simulator, happenings
from bmdesk.store import schema
from bmdesk.store.backup import restore_backup, write_backup
from bmdesk.store.queries import feeds, order_progress
from bmdesk.store.queries import parcels as parcel_rows
from tests.desks import TABLET
from tests.markets import FIRST, OWNER, SECOND, Shop, reopened
from tests.selling import PARCEL, bought, lines, open_conflicts, packed, scan, selling, state, step, there


def accept_refused(shop: Shop, market: Simulator) -> int:
    """Back Market refuses to accept it: a call by the SKU reaches both lines, and one is over."""
    selling(shop, 2)
    number = int(market.order(lines=[(FIRST, 1), (FIRST, 1)]))
    market.set_line_state(there(shop, number)[0]["id"], 4)
    shop.sync()
    assert open_conflicts(shop, number) == ["refused"]
    return number


def the_conflict(shop: Shop, number: int) -> str:
    order_id = lines(shop, number)[0].order_id
    (found,) = shop.desk.read(lambda c: order_progress.conflicts(c, [order_id]))
    return found.id


@pytest.mark.parametrize("aside", [True, False])
def test_a_refused_acceptance_does_not_stand_in_the_way_of_cancelling(
    shop: Shop, market: Simulator, aside: bool
) -> None:
    number = accept_refused(shop, market)
    if aside:
        conflicts.resolve(shop.desk, OWNER, the_conflict(shop, number), Way.KEEP)
    handling_steps.cancel(shop.desk, OWNER, lines(shop, number)[1].id, "stock")
    shop.settle()
    assert [one["state"] for one in there(shop, number)] == [4, 4]
    assert step(shop, number).state == "done"
    assert not shop.effects("parked")


@pytest.mark.slow
def test_what_was_put_aside_and_happened_elsewhere_does_not_stand_in_the_way_of_shipping(
    shop: Shop, market: Simulator
) -> None:
    number = accept_refused(shop, market)
    conflicts.resolve(shop.desk, OWNER, the_conflict(shop, number), Way.KEEP)
    market.set_line_state(there(shop, number)[1]["id"], 2)
    shop.sync()
    (unit,) = [u for u in shop.units if state(shop, u) == "reserved"]
    packed(shop, unit)
    shop.settle()
    assert [one["state"] for one in there(shop, number)] == [4, 3]


@pytest.mark.slow
def test_an_invoice_that_arrives_takes_no_question_of_another_step_away(
    shop: Shop, market: Simulator, tmp_path: Path
) -> None:
    number = accept_refused(shop, market)
    file = tmp_path / "i.pdf"
    file.write_bytes(b"%PDF-1.4 one\n%%EOF\n")
    documents.keep_invoice(shop.desk, OWNER, lines(shop, number)[0].order_id, file)
    shop.sync()
    assert market.invoice(number)
    assert [e.kind for e in shop.effects("parked")] == ["accept"]
    assert open_conflicts(shop, number) == ["refused"]


@pytest.mark.parametrize("kind", ["accept", "ship"])
@pytest.mark.slow
def test_an_invoice_that_is_refused_too_hides_no_other_step(
    shop: Shop, market: Simulator, tmp_path: Path, kind: str
) -> None:
    number = accept_refused(shop, market) if kind == "accept" else ship_refused(shop, market)
    file = tmp_path / "i.pdf"
    file.write_bytes(b"%PDF-1.4 one\n%%EOF\n")
    documents.keep_invoice(shop.desk, OWNER, lines(shop, number)[0].order_id, file)
    kept: list[Any] = []
    there_no_more = lambda: kept.append(market.world.orders.pop(number))  # noqa: E731
    happenings.race(market.world, where="POST /ws/orders/*/invoice", then=there_no_more)
    shop.sync()
    with market.world.lock:
        market.world.orders[number] = kept[0]
    refused = {e.kind: e for e in shop.effects("parked")}
    assert set(refused) == {kind, "invoice"}
    shop.retry(refused["invoice"])
    shop.sync()
    assert market.invoice(number)
    assert [e.kind for e in shop.effects("parked")] == [kind]
    assert open_conflicts(shop, number) == ["refused"]


def ship_refused(shop: Shop, market: Simulator) -> int:
    """The device in the parcel stands at another order: nothing is told."""
    unit, _ = selling(shop, 2)
    number, other = bought(shop), bought(shop)
    with market.world.lock:
        market.world.orders[other].lines[0].imei = shop.units[unit]
        market.world.orders[other].modified = market.world.clock.now()
    shop.sync()
    packed(shop, unit)
    shop.sync()
    assert open_conflicts(shop, number) == ["refused"]
    return number


def with_a_case(shop: Shop, count: int = 1) -> tuple[str, int]:
    """A phone and a case in one closed parcel, nobody told; the case's SKU and the order."""
    (unit,) = selling(shop)
    case = f"{TABLET}-GOOD"
    counted.set_pieces(shop.desk, OWNER, catalog.variant(shop.desk, TABLET).id, "GOOD", False, 3)
    shop.offer(case, 3)
    number = int(shop.market.order(lines=[(FIRST, 1), (case, count)]))
    shop.sync()
    assert [one["state"] for one in there(shop, number)] == [2, 2]
    assert scan(shop, shop.units[unit], *[case] * count, PARCEL, "BMD:CONFIRM").closed
    return case, number


def parcel_of(shop: Shop, number: int) -> str:
    order_id = lines(shop, number)[0].order_id
    found = shop.desk.read(lambda c: parcel_rows.of_order(c, order_id))
    assert found is not None
    return found.id


@pytest.mark.parametrize("way", [Way.TAKEN_OUT, Way.LEFT])
@pytest.mark.slow
def test_counted_goods_cancelled_in_a_closed_parcel_are_taken_out_too(shop: Shop, way: Way) -> None:
    _, number = with_a_case(shop)
    shop.advance(minutes=1)
    shop.market.set_line_state(there(shop, number)[1]["id"], 5)
    shop.sync()
    assert open_conflicts(shop, number) == ["gone_while_packed"]
    assert [one["state"] for one in there(shop, number)] == [2, 5], "not told: what is in it must come out"
    (no,) = parcels.hand_over(shop.desk, OWNER, [parcel_of(shop, number)]).refused
    assert isinstance(no[1], ForeignParcel)
    conflicts.resolve(shop.desk, OWNER, the_conflict(shop, number), way)
    assert not open_conflicts(shop, number)
    (row,) = [one.sku.pieces for one in counted.listed(shop.desk)]
    assert row == (3 if way is Way.TAKEN_OUT else 2)
    shop.settle()
    assert not open_conflicts(shop, number)
    assert [one["state"] for one in there(shop, number)] == ([2, 5] if way is Way.TAKEN_OUT else [3, 5])


def test_what_was_given_back_in_parts_is_not_given_back_once_more(shop: Shop) -> None:
    (unit,) = selling(shop)
    number = bought(shop)
    packed(shop, unit)
    shop.sync()
    (line,) = lines(shop, number)
    whole = (line.price_minor or 0) + (line.shipping_minor or 0)
    for part in (1000, whole - 1000):
        handling_steps.refund(shop.desk, OWNER, line.id, "other", Money(part, "EUR"))
        shop.sync()
        with shop.market.world.lock:  # parts are no whole: the line stays as it is
            shop.market.world.orders[number].lines[0].state = 3
    with pytest.raises((order_refusals.BadAmount, order_refusals.NotInThatState)):
        handling_steps.refund(shop.desk, OWNER, line.id, "other")
    assert len(shop.writes("refund")) == 2


@pytest.mark.sqlite_only
def test_a_restored_store_does_not_repeat_a_refund_on_a_word_of_yesterday(shop: Shop, tmp_path: Path) -> None:
    (unit,) = selling(shop)
    number = bought(shop)
    packed(shop, unit)
    shop.sync()
    (line,) = lines(shop, number)
    shop.hasty()
    shop.market.fault("timeout", "POST /ws/sav/refund", times=1)
    handling_steps.refund(shop.desk, OWNER, line.id, "other", Money(1000, "EUR"))
    shop.settle(runs=6)
    assert open_conflicts(shop, number) == ["uncertain"], shop.effects()
    already = len(shop.writes("refund"))
    handling_steps.did_not_happen(shop.desk, OWNER, step(shop, number).id)
    file = shop.desk.store.place.file
    assert file is not None
    write_backup(file, tmp_path / "photos", tmp_path / "yesterday.zip", shop.clock.now())
    shop.settle(runs=6)
    assert len(shop.writes("refund")) == already + 1

    shop.desk.store.close()
    restore_backup(tmp_path / "yesterday.zip", file, tmp_path / "photos", schema.REVISIONS, shop.clock.now())
    again = reopened(shop, file)
    accounts.resume(again.desk, "default")
    again.settle(runs=6)
    assert len(again.writes("refund")) == already + 1, "a person looks first"
    assert open_conflicts(again, number) == ["uncertain"]
    again.desk.store.close()


@pytest.mark.parametrize("remote", [0, 8, 9])
def test_an_order_whose_money_was_taken_back_gives_its_unit_back(
    shop: Shop, market: Simulator, remote: int
) -> None:
    (unit,) = selling(shop, how="by_hand")
    number = bought(shop)
    assert state(shop, unit) == "reserved"
    shop.advance(minutes=1)
    with market.world.lock:
        order = market.world.orders[number]
        order.state, order.lines[0].state, order.modified = 8, remote, market.world.clock.now()
    for _ in range(4):
        shop.advance(minutes=31)
        shop.sync()
    assert lines(shop, number)[0].state == "unpaid"
    assert state(shop, unit) == "ready"
    assert shop.remote() == 1


@pytest.mark.sqlite_only
@pytest.mark.slow
def test_what_a_person_put_aside_stays_aside_in_a_restored_store(shop: Shop, tmp_path: Path) -> None:
    selling(shop, how="by_hand")
    number = bought(shop)
    handling.accept(shop.desk, OWNER, lines(shop, number)[0].order_id)
    (effect,) = shop.effects(kind="accept")
    outbox.park(shop.desk, OWNER, [effect.id])
    file = shop.desk.store.place.file
    assert file is not None
    write_backup(file, tmp_path / "photos", tmp_path / "yesterday.zip", shop.clock.now())
    shop.desk.store.close()
    restore_backup(tmp_path / "yesterday.zip", file, tmp_path / "photos", schema.REVISIONS, shop.clock.now())
    again = reopened(shop, file)
    accounts.resume(again.desk, "default")
    again.settle(runs=4)
    assert [one["state"] for one in there(again, number)] == [1]
    again.retry(again.effects("parked")[0])
    again.settle(runs=4)
    assert [one["state"] for one in there(again, number)] == [2]
    again.desk.store.close()


@pytest.mark.parametrize("way", [Way.WHICH_UNIT, Way.OURS_LEFT])
def test_whichever_device_is_in_the_parcel_the_parcel_is_told_once_a_person_said_so(
    shop: Shop, market: Simulator, way: Way
) -> None:
    unit, other = selling(shop, 2)
    number = bought(shop)
    packed(shop, unit)
    with market.world.lock:
        market.world.orders[number].lines[0].imei = shop.units[other]
        market.world.orders[number].modified = market.world.clock.now()
    shop.sync()
    assert open_conflicts(shop, number) == ["other_identifier"]
    conflicts.resolve(
        shop.desk, OWNER, the_conflict(shop, number), way, other if way is Way.WHICH_UNIT else ""
    )
    shop.settle(runs=6)
    assert [one["state"] for one in there(shop, number)] == [3]
    assert not shop.effects("parked")


@pytest.mark.slow
def test_a_parcel_that_may_have_been_told_is_not_opened_because_its_telling_was_put_aside(shop: Shop) -> None:
    (unit,) = selling(shop)
    number = bought(shop)
    packed(shop, unit)
    shop.hasty()
    shop.market.fault("timeout-after", f"POST /ws/orders/{number}", times=1)
    shop.sync()
    (lost,) = shop.effects("uncertain")
    outbox.park(shop.desk, OWNER, [lost.id])
    with pytest.raises(AlreadySent):
        parcels.open_again(shop.desk, OWNER, parcel_of(shop, number))
    with pytest.raises(order_refusals.ParcelOnItsWay):
        handling_steps.cancel(shop.desk, OWNER, lines(shop, number)[0].id, "stock")


@pytest.mark.slow
def test_an_acceptance_that_a_person_cancelled_is_not_asked_for_by_the_next_reading(
    shop: Shop, market: Simulator
) -> None:
    selling(shop)
    market.fault("502", "POST /ws/orders/*", times=1)
    number = bought(shop)
    (waits,) = shop.open()
    outbox.cancel(shop.desk, OWNER, [waits.id])
    for _ in range(3):
        shop.advance(minutes=70)
        shop.sync()
    assert [one["state"] for one in there(shop, number)] == [1]
    handling.accept(shop.desk, OWNER, lines(shop, number)[0].order_id)
    shop.settle()
    assert [one["state"] for one in there(shop, number)] == [2]


@pytest.mark.slow
def test_what_a_person_decided_of_another_device_is_not_asked_again_when_it_was_told(
    shop: Shop, market: Simulator
) -> None:
    unit, other = selling(shop, 2)
    number = bought(shop)
    packed(shop, unit)
    with market.world.lock:
        market.world.orders[number].lines[0].imei = shop.units[other]
        market.world.orders[number].modified = market.world.clock.now()
    shop.sync()
    conflicts.resolve(shop.desk, OWNER, the_conflict(shop, number), Way.OURS_LEFT)
    shop.settle(runs=6)
    assert [one["state"] for one in there(shop, number)] == [3]
    assert not open_conflicts(shop, number)
    assert (state(shop, unit), state(shop, other)) == ("shipped", "ready")


@pytest.mark.parametrize("way", [Way.KEEP, Way.LOOK_AGAIN])
def test_one_piece_more_than_is_bought_leaves_only_if_a_person_says_so(
    shop: Shop, market: Simulator, way: Way
) -> None:
    one, two = selling(shop, 2)
    number = bought(shop, 2)
    packed(shop, one, two)
    with market.world.lock:
        market.world.orders[number].lines[0].quantity = 1
        market.world.orders[number].modified = market.world.clock.now()
    shop.sync()
    assert open_conflicts(shop, number) == ["changed"]
    conflicts.resolve(shop.desk, OWNER, the_conflict(shop, number), way)
    shop.settle(runs=4)
    left = way is Way.KEEP
    assert [one["state"] for one in there(shop, number)] == [3 if left else 2]
    assert open_conflicts(shop, number) == ([] if left else ["changed"])


@pytest.mark.slow
def test_one_piece_less_than_is_bought_never_leaves_unasked(shop: Shop, market: Simulator) -> None:
    (one,) = selling(shop)
    number = bought(shop)
    packed(shop, one)
    with market.world.lock:
        market.world.orders[number].lines[0].quantity = 2
        market.world.orders[number].modified = market.world.clock.now()
    shop.sync()
    order_id = lines(shop, number)[0].order_id
    changed = next(
        one
        for one in shop.desk.read(lambda c: order_progress.conflicts(c, [order_id]))
        if one.code == "changed"
    )
    conflicts.resolve(shop.desk, OWNER, changed.id, Way.KEEP)
    shop.settle(runs=4)
    assert [one["state"] for one in there(shop, number)] == [2]
    assert "changed" in open_conflicts(shop, number)


@pytest.mark.slow
def test_a_line_whose_goods_changed_before_it_was_packed(shop: Shop, market: Simulator) -> None:
    one, two = selling(shop, 2)
    shop.offer(SECOND)
    shop.regrade(two)
    shop.sync()
    number = bought(shop)
    assert state(shop, one) == "reserved"
    shop.advance(minutes=1)
    with market.world.lock:
        order = market.world.orders[number]
        order.lines[0].listing = next(x for x in market.world.listings.values() if x.sku == SECOND)
        order.lines[0].sku = SECOND
        order.modified = market.world.clock.now()
    shop.sync()
    assert open_conflicts(shop, number) == ["changed"], lines(shop, number)
    shop.sync()
    assert open_conflicts(shop, number) == ["changed"]
    conflicts.resolve(shop.desk, OWNER, the_conflict(shop, number), Way.LOOK_AGAIN)
    assert (state(shop, one), state(shop, two)) == ("ready", "reserved")


def test_two_refunds_of_a_part_both_go_out(shop: Shop) -> None:
    (unit,) = selling(shop)
    number = bought(shop)
    packed(shop, unit)
    shop.sync()
    (line,) = lines(shop, number)
    for _ in range(2):
        handling_steps.refund(shop.desk, OWNER, line.id, "other", Money(1000, "EUR"))
        shop.sync()
    assert len(shop.writes("refund")) == 2
    assert lines(shop, number)[0].refunded_minor == 2000
    with pytest.raises(order_refusals.BadAmount):
        handling_steps.refund(shop.desk, OWNER, line.id, "other", Money(0, "EUR"))
    with pytest.raises(order_refusals.BadAmount):
        handling_steps.refund(shop.desk, OWNER, line.id, "other", Money(1000, "GBP"))
    with pytest.raises(order_refusals.BadAmount):
        handling_steps.refund(shop.desk, OWNER, line.id, "other", Money(line.price_minor or 0, "EUR"))
    handling_steps.refund(shop.desk, OWNER, line.id, "other")
    shop.sync()
    assert [one["amount"] for one in shop.writes("refund")] == ["10.00", "10.00", "480.00"]


def test_a_line_taken_back_in_the_moment_its_order_is_told_comes_out_of_the_parcel_alone(
    shop: Shop, market: Simulator
) -> None:
    one, two = selling(shop, 2)
    number = int(market.order(lines=[(FIRST, 1), (FIRST, 1)]))
    shop.sync()
    packed(shop, one, two)
    first = there(shop, number)[0]["id"]
    happenings.race(
        market.world,
        where=f"POST /ws/orders/{number}",
        then=lambda: happenings.refund(market.world, line=first),
    )
    shop.sync()
    assert [line["state"] for line in there(shop, number)] == [5, 3]
    assert open_conflicts(shop, number) == ["gone_while_packed"]
    inside = next(u for u in (one, two) if state(shop, u) == "packed")
    conflicts.resolve(shop.desk, OWNER, the_conflict(shop, number), Way.TAKEN_OUT)
    assert not open_conflicts(shop, number)
    assert state(shop, inside) == "ready"
    shop.settle(runs=4)
    assert not open_conflicts(shop, number)
    assert sorted(state(shop, u) for u in (one, two)) == ["ready", "shipped"]
    assert not parcels.hand_over(shop.desk, OWNER, [parcel_of(shop, number)]).refused


@pytest.mark.slow
def test_a_state_that_nobody_knows_waits_with_its_unit_and_is_said(shop: Shop, market: Simulator) -> None:
    (unit,) = selling(shop)
    number = bought(shop)
    for remote in (12, 2):
        shop.advance(minutes=1)
        with market.world.lock:
            order = market.world.orders[number]
            order.lines[0].state, order.modified = remote, market.world.clock.now()
        shop.sync()
        assert state(shop, unit) == "reserved"
        assert lines(shop, number)[0].state == ("waiting" if remote == 12 else "accepted")
        drift = shop.desk.read(lambda c: feeds.feed(c, shop.account, "orders", ""))
        assert drift is not None
        assert ("order.line.state" in str(drift.drift)) == (remote == 12)
    packed(shop, unit)
    shop.settle(runs=3)
    assert [one["state"] for one in there(shop, number)] == [3]
