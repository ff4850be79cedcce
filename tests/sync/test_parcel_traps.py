"""What lies ready for a mistake at the packing place and at the door: another code than the label's, a word meant for
another device, an address that changed, a parcel whose money went back. Nothing of it leaves, and the reason is said.
"""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Table

from bmdesk.services import company, settings
from bmdesk.services.desk import Actor
from bmdesk.services.grading.refusals import NotAllowed
from bmdesk.services.orders import handling, order_view
from bmdesk.services.selling import accounts as account_service
from bmdesk.services.shipping import pack_view, packing, parcel_files, parcels, warranties
from bmdesk.services.shipping.packing import Stage
from bmdesk.store.queries import orders, people
from bmdesk.store.tables import accounts
from bmdesk.store.tables import orders as t
from bmdesk.store.transaction import Tx
from tests.desks import TABLET
from tests.markets import FIRST, OWNER, Shop
from tests.selling import (
    CONFIRM,
    OTHER_PARCEL,
    PACKER,
    PARCEL,
    bought,
    cancelled,
    lines,
    open_conflicts,
    pack,
    parcel_of,
    selling,
    state,
)


def decide(shop: Shop, number: int, way: str, actor: Actor = OWNER) -> None:
    detail = order_view.detail(shop.desk, order_view.find(shop.desk, str(number)))
    (one,) = detail.conflicts
    handling.resolve(shop.desk, actor, one.id, way)


def handed(shop: Shop, number: int) -> list[str]:
    """Hand the order's parcel to the driver; why not, or nothing."""
    done = parcels.hand_over(shop.desk, OWNER, [parcel_of(shop, number)])
    return [no.code for _, no in done.refused]


def moves_house(shop: Shop, number: int, street: str = "99 rue du Test") -> None:
    order = shop.market.world.orders[number]
    order.customer, order.modified = replace(order.customer, street=street), shop.market.clock
    shop.advance(minutes=5)
    shop.sync()


def labels(tmp_path: Path, *rows: tuple[object, str]) -> Path:
    path = tmp_path / "labels.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([("order", "tracking"), *rows])
    return path


# ---------------------------------------------------------------- a word for another device


@pytest.mark.parametrize("known", [True, False])
def test_a_word_for_one_device_is_over_when_the_next_is_in_hand(shop: Shop, known: bool) -> None:
    old, spare = selling(shop, 2)
    bought(shop)
    shop.advance(days=31)
    assert pack(shop, shop.units[old]).code == "pack.boot_old"
    assert pack(shop, "BMD:OVERRIDE:it was on a minute ago").stage is Stage.BADGE
    assert not pack(shop, shop.units[spare] if known else "F2LXK0AAHG7F").ok
    pack(shop, "BMD:OP:OWNER")
    after = pack(shop, PARCEL)
    assert (after.ok, after.stage) == (False, Stage.UNIT), "nothing was proven by the badge"


@pytest.mark.slow
def test_a_badge_that_comes_too_late_only_signs_in(shop: Shop) -> None:
    (unit,) = selling(shop)
    bought(shop)
    shop.advance(days=31)
    pack(shop, shop.units[unit], "BMD:OVERRIDE:it was on a minute ago")
    shop.advance(minutes=16)
    assert pack_view.view(shop.desk, PACKER).stage is Stage.UNIT
    assert pack(shop, "BMD:OP:OWNER").message.code == "bench.signed_in"
    assert not pack(shop, PARCEL).ok
    assert not pack(shop, "BMD:OVERRIDE:it was on this morning").ok


@pytest.mark.slow
def test_a_badge_read_twice_lets_one_device_pass_and_nobody_takes_the_seat(shop: Shop) -> None:
    (unit,) = selling(shop)
    company.add_operator(shop.desk, "ANNA", "Anna", "operator")
    bought(shop)
    shop.advance(days=31)
    pack(shop, "BMD:OP:ANNA", shop.units[unit], "BMD:OVERRIDE:it was on a minute ago", "BMD:OP:OWNER")
    assert not packing.scan(shop.desk, PACKER, "BMD:OP:OWNER").ok
    assert pack(shop, PARCEL, CONFIRM).closed
    seat = shop.desk.read(lambda c: people.seat(c, shop.desk.company, shop.desk.station, PACKER.name))
    assert seat is not None
    assert seat.operator is not None
    assert seat.operator.code == "ANNA"


@pytest.mark.slow
def test_another_accounts_unit_takes_no_place_without_a_supervisor(shop: Shop) -> None:
    _, other = selling(shop, 2)
    given = {
        "url": shop.market.url,
        "environment": "preprod",
        "company": "Blue",
        "contact": "it@blue.example",
    }
    account_service.add(shop.desk, "na", **{**given, "markets": "fr-fr"})
    number = bought(shop)
    shop.bench.good(shop.units[other], "BMD:BIN:NA/A-1")
    account_service.serve_warehouse(shop.desk, "NA", "na")
    refused = pack(shop, number, shop.units[other])
    assert (refused.code, refused.may_override) == ("pack.other_account", True)
    assert pack(shop, "BMD:OVERRIDE:the other one is lost", "BMD:OP:OWNER", PARCEL, CONFIRM).closed


# ---------------------------------------------------------------- what is not the label


BESIDE = (
    "0194252707227",  # the box of a device that we know
    "194252707227",
    "4006381333931",  # the box of another
    "3569380300000118",  # the device in the parcel, with its software version
    "PF-2X9-ABC12345",  # another device
    "SPF-2X9-ABC12345",
    "00340434161094042558",  # a DHL label, mistyped
    "9205590164917312751088",
)


def test_what_lies_beside_the_label_is_not_its_number(shop: Shop) -> None:
    (unit,) = selling(shop)
    shop.bench.ready_unit("PF-2X9-ABC12345", TABLET)
    bought(shop)
    pack(shop, shop.units[unit])
    for beside in BESIDE:
        refused = pack(shop, beside)
        assert (refused.ok, refused.message.code) == (False, "parcel.bad_number.happened"), beside
    assert pack(shop, "00340434161094042557").ok


def test_an_order_of_backship_waits_for_its_own_label(shop: Shop) -> None:
    (unit,) = selling(shop)
    number = bought(shop, backship=True)
    assert pack(shop, shop.units[unit], PARCEL).message.code == "pack.label_not_there.happened"
    shop.advance(minutes=20)
    shop.sync()
    shop.advance(minutes=20)
    shop.sync()
    assert pack(shop, PARCEL).message.code == "pack.not_the_label.happened"
    delivery = shop.market.world.orders[number].delivery
    assert delivery is not None
    assert pack(shop, delivery.tracking_number, CONFIRM).closed


def without_its_label(shop: Shop) -> int:
    """An order of Backship for which Back Market makes no label."""
    number = bought(shop, backship=True)
    shop.market.world.orders[number].delivery = None
    return number


def test_where_the_label_never_comes_a_supervisor_lets_another_carrier_take_the_parcel(shop: Shop) -> None:
    (unit,) = selling(shop)
    number = without_its_label(shop)
    assert pack(shop, shop.units[unit], PARCEL).message.code == "pack.label_not_there.happened"
    assert open_conflicts(shop, number) == ["no_label"]
    shown = pack_view.view(shop.desk, PACKER).refused
    assert shown is not None and shown.may_override
    assert pack(shop, "BMD:OVERRIDE:no label for two days").stage is Stage.BADGE
    assert pack(shop, "BMD:OP:OWNER").stage is Stage.TRACKING
    assert open_conflicts(shop, number) == []
    assert pack(shop, PARCEL, CONFIRM).closed
    shop.sync()
    assert [one["tracking"] for one in shop.writes("ship")] == [PARCEL]


def test_a_label_that_is_needed_soon_and_not_there_is_asked_about_and_for(shop: Shop) -> None:
    (unit,) = selling(shop)
    number = without_its_label(shop)
    due = order_view.detail(shop.desk, order_view.find(shop.desk, str(number))).row.ship_by
    assert due is not None
    shop.advance(due - shop.clock.now() - timedelta(hours=13))
    shop.sync()
    assert open_conflicts(shop, number) == [], "there is time"
    shop.advance(hours=2)
    shop.sync()
    assert open_conflicts(shop, number) == ["no_label"]

    with shop.market.world.lock:
        shop.market.world._labels(shop.market.world.orders[number])
    decide(shop, number, "ask_label")
    shop.tick()
    assert open_conflicts(shop, number) == []
    assert pack(shop, shop.units[unit], PARCEL).message.code == "pack.not_the_label.happened"


def test_a_supervisor_in_orders_may_send_it_with_another_carrier_too(shop: Shop) -> None:
    (unit,) = selling(shop)
    number = without_its_label(shop)
    pack(shop, shop.units[unit], PARCEL)
    with pytest.raises(NotAllowed):
        decide(shop, number, "own_carrier", replace(OWNER, code="PAULA", role="packer"))
    decide(shop, number, "own_carrier")
    assert pack(shop, PARCEL, CONFIRM).closed
    assert open_conflicts(shop, number) == []


@pytest.mark.slow
def test_two_spellings_of_an_order_in_a_file_are_one_order_named_twice(shop: Shop, tmp_path: Path) -> None:
    selling(shop)
    number = bought(shop)
    file = labels(tmp_path, (number, PARCEL), (f"0{number}", OTHER_PARCEL))
    report = parcel_files.read_numbers(shop.desk, OWNER, file)
    assert (report.taken, len(report.errors.shown)) == (0, 2)


@pytest.mark.parametrize("also_ours", [True, False])
def test_of_two_accounts_with_one_order_number_no_order_is_guessed(shop: Shop, also_ours: bool) -> None:
    (unit,) = selling(shop)
    number = bought(shop)

    there = lines(shop, number)[0].order_id

    def twin(tx: Tx) -> None:
        (line,) = orders.of_order(tx.connection, there)
        account, order, row = tx.new_id(), tx.new_id(), tx.new_id()
        _copy(tx, accounts.account, shop.account, id=account, name="na")
        _copy(tx, t.customer_order, there, id=order, account_id=account)
        _copy(
            tx,
            t.orderline,
            line.id,
            id=row,
            account_id=account,
            order_id=order,
            ours=also_ours,
            listing_id=None,
        )

    shop.desk.write(twin)
    first = pack(shop, number)
    if also_ours:
        assert first.message.code == "pack.several_orders.happened"
        first = pack(shop, shop.units[unit])
    assert first.ok
    assert pack(shop, shop.units[unit], PARCEL, CONFIRM).closed
    shop.sync()
    assert state(shop, unit) == "shipped"


def _copy(tx: Tx, table: Table, key: str, **values: object) -> None:
    row = tx.connection.execute(table.select().where(table.c.id == key)).mappings().one()
    tx.connection.execute(table.insert(), {**row, **values})


# ---------------------------------------------------------------- another address


def test_a_label_scanned_before_the_address_changed_closes_no_parcel(shop: Shop) -> None:
    (unit,) = selling(shop)
    number = bought(shop)
    pack(shop, shop.units[unit], PARCEL)
    moves_house(shop, number)
    assert open_conflicts(shop, number) == ["address"]
    assert pack(shop, CONFIRM).message.code == "pack.old_address.happened"
    assert pack(shop, PARCEL).message.code == "pack.old_address.happened"
    assert pack(shop, OTHER_PARCEL, CONFIRM).closed
    assert open_conflicts(shop, number) == []
    shop.sync()
    assert shop.market.order_state(number)["tracking_number"] == OTHER_PARCEL
    assert handed(shop, number) == []


@pytest.mark.slow
def test_a_carriers_label_for_the_old_address_counts_no_more(shop: Shop, tmp_path: Path) -> None:
    (unit,) = selling(shop)
    number = bought(shop)
    old = labels(tmp_path, (number, PARCEL))
    assert parcel_files.read_numbers(shop.desk, OWNER, old).taken == 1
    moves_house(shop, number)
    assert parcel_files.read_numbers(shop.desk, OWNER, old).taken == 0, (
        "the same file again brings it not back"
    )
    assert pack(shop, shop.units[unit], PARCEL).message.code == "pack.old_address.happened"
    assert parcel_files.read_numbers(shop.desk, OWNER, labels(tmp_path, (number, OTHER_PARCEL))).taken == 1
    assert pack(shop, OTHER_PARCEL, CONFIRM).closed


def test_a_label_of_the_file_that_went_out_before_the_address_changed_counts_nowhere(
    shop: Shop, tmp_path: Path
) -> None:
    (unit,) = selling(shop)
    number = bought(shop)
    parcel_files.write_addresses(shop.desk, tmp_path / "addresses.csv")
    moves_house(shop, number)
    assert open_conflicts(shop, number) == [], "nobody knows yet whether a label was made"
    old = labels(tmp_path, (number, PARCEL))
    for _ in ("first", "when the new address has gone out"):
        report = parcel_files.read_numbers(shop.desk, OWNER, old)
        assert [one.reason.code for one in report.errors.shown] == ["pack.old_address.happened"]
        assert pack(shop, shop.units[unit], PARCEL).message.code == "pack.old_address.happened"
        assert open_conflicts(shop, number) == ["address"]
        parcel_files.write_addresses(shop.desk, tmp_path / "addresses.csv")
        pack(shop, "BMD:NEXT")
    assert parcel_files.read_numbers(shop.desk, OWNER, labels(tmp_path, (number, OTHER_PARCEL))).taken == 1
    assert pack(shop, shop.units[unit], OTHER_PARCEL, CONFIRM).closed
    assert open_conflicts(shop, number) == []


def test_a_label_that_nobody_told_of_is_asked_about_when_the_address_has_changed(
    shop: Shop, tmp_path: Path
) -> None:
    (unit,) = selling(shop)
    number = bought(shop)
    parcel_files.write_addresses(shop.desk, tmp_path / "addresses.csv")
    moves_house(shop, number)
    assert pack(shop, shop.units[unit], PARCEL).message.code == "pack.old_address.happened"
    decide(shop, number, "keep")
    assert pack(shop, PARCEL, CONFIRM).closed
    shop.sync()
    assert len(shop.writes("ship")) == 1


def test_a_closed_parcel_to_the_old_address_is_neither_told_nor_handed_over(shop: Shop) -> None:
    (unit,) = selling(shop)
    number = bought(shop)
    pack(shop, shop.units[unit], PARCEL, CONFIRM)
    moves_house(shop, number)
    assert not shop.writes("ship")
    assert handed(shop, number) == ["parcel.must_not_leave"]

    decide(shop, number, "taken_out")
    assert state(shop, unit) == "reserved"
    assert not pack(shop, shop.units[unit], PARCEL).ok
    assert pack(shop, OTHER_PARCEL, CONFIRM).closed
    shop.sync()
    assert [one["tracking"] for one in shop.writes("ship")] == [OTHER_PARCEL]
    assert open_conflicts(shop, number) == []


def test_a_person_may_say_that_the_label_is_right_and_spelling_is_no_change(shop: Shop) -> None:
    (unit,) = selling(shop)
    number = bought(shop)
    moves_house(shop, number, "12, Rue de l'Été")
    pack(shop, shop.units[unit], PARCEL, CONFIRM)
    moves_house(shop, number, "12 rue de l'ete")
    assert len(shop.writes("ship")) == 1
    moves_house(shop, number, "12 b rue de l'ete")
    assert handed(shop, number) == ["parcel.must_not_leave"]
    decide(shop, number, "keep")
    assert handed(shop, number) == []
    moves_house(shop, number, "too late")
    assert open_conflicts(shop, number) == [], "the driver has it"


@pytest.mark.slow
def test_nobody_is_asked_about_the_label_of_an_order_that_is_over(shop: Shop) -> None:
    (unit,) = selling(shop)
    number = bought(shop)
    moves_house(shop, number, "no label yet")
    assert open_conflicts(shop, number) == []
    pack(shop, shop.units[unit], PARCEL)
    moves_house(shop, number)
    cancelled(shop, number)
    assert open_conflicts(shop, number) == []


@pytest.mark.slow
def test_orders_that_say_no_address_do_not_share_a_number(shop: Shop) -> None:
    one, two = selling(shop, 2)
    for number in (shop.market.order(FIRST), shop.market.order(FIRST)):
        nowhere: dict[str, Any] = {"first_name": "", "last_name": "", "company": "", "street": "", "city": ""}
        order = shop.market.world.orders[number]
        order.customer = replace(order.customer, postcode="", country="", **nowhere)
    shop.sync()
    assert pack(shop, shop.units[one], PARCEL, CONFIRM).closed
    assert pack(shop, shop.units[two], PARCEL).message.code == "pack.number_used_elsewhere.happened"


@pytest.mark.slow
def test_a_telephone_leaves_for_the_carrier_without_a_mark_before_it(shop: Shop, tmp_path: Path) -> None:
    selling(shop)
    number = shop.market.order(FIRST)
    order = shop.market.world.orders[number]
    order.customer = replace(order.customer, phone="+33612345678", street="@SUM(1)")
    shop.sync()
    parcel_files.write_addresses(shop.desk, tmp_path / "addresses.csv")
    with (tmp_path / "addresses.csv").open(newline="", encoding="utf-8-sig") as file:
        (row,) = csv.DictReader(file)
    assert (row["phone"], row["street"]) == ("0033612345678", "'@SUM(1)")


# ---------------------------------------------------------------- evidence


def test_a_start_test_is_made_again_where_the_parcel_is_packed(shop: Shop) -> None:
    (unit,) = selling(shop)
    bought(shop)
    assert not pack(shop, "BMD:TEST:BOOT:PASS").ok, "no device was refused"
    shop.advance(days=31)
    assert pack(shop, shop.units[unit]).code == "pack.boot_old"
    assert not pack(shop, "BMD:TEST:TOUCH:PASS").ok, "nothing else is recorded here"
    assert pack(shop, "BMD:TEST:BOOT:PASS").ok
    assert pack(shop, shop.units[unit], PARCEL, CONFIRM).closed


def test_a_device_that_does_not_start_leaves_by_nobodys_word(shop: Shop) -> None:
    (unit,) = selling(shop)
    bought(shop)
    shop.advance(days=31)
    pack(shop, shop.units[unit], "BMD:TEST:BOOT:FAIL")
    refused = pack(shop, shop.units[unit])
    assert (refused.code, refused.may_override) == ("pack.boot_failed", False)
    assert not pack(shop, "BMD:OVERRIDE:it will do").ok


@pytest.mark.slow
def test_old_tests_that_a_listing_only_warns_of_need_a_supervisor(shop: Shop) -> None:
    (unit,) = selling(shop)
    bought(shop)
    settings.put(shop.desk, "pack.boot_days", "0")
    shop.advance(days=181)
    refused = pack(shop, shop.units[unit])
    assert (refused.code, refused.may_override) == ("pack.gate", True)
    assert pack(shop, "BMD:OVERRIDE:looked at just now", "BMD:OP:OWNER", PARCEL, CONFIRM).closed


# ---------------------------------------------------------------- warranties


@pytest.mark.slow
def test_a_device_that_came_back_and_is_sold_again_is_covered_for_its_new_owner_alone(shop: Shop) -> None:
    (unit,) = selling(shop)
    first = bought(shop)
    pack(shop, shop.units[unit], PARCEL, CONFIRM)
    shop.sync()
    shop.advance(days=20)
    assert shop.bench.ready_unit(shop.units[unit]) == unit
    assert len(warranties.page(shop.desk).rows) == 1
    second = bought(shop)
    assert pack(shop, shop.units[unit], OTHER_PARCEL, CONFIRM).closed
    shop.sync()
    assert [one.order for one in warranties.page(shop.desk).rows] == [second]
    assert {one.order: one.void for one in warranties.page(shop.desk, "", ended=True).rows} == {
        first: "resold",
        second: "",
    }


@pytest.mark.slow
def test_a_delivery_noted_before_the_parcel_was_packed_shortens_no_warranty(shop: Shop) -> None:
    settings.put(shop.desk, "warranty.begins", "delivery")
    (unit,) = selling(shop)
    number = bought(shop)
    pack(shop, shop.units[unit], PARCEL, CONFIRM)
    shop.sync()
    sold = shop.clock.now()
    parcels.delivered(shop.desk, OWNER, parcel_of(shop, number), sold - timedelta(days=10))
    (found,) = warranties.page(shop.desk, "", ended=True).rows
    assert found.starts_on == sold.date()


# ---------------------------------------------------------------- at the door


def test_a_parcel_whose_money_went_back_stays_in_the_house(shop: Shop) -> None:
    (unit,) = selling(shop)
    number = bought(shop)
    pack(shop, shop.units[unit], PARCEL, CONFIRM)
    shop.sync()
    shop.market.control(refund={"order": number})
    shop.sync()
    assert open_conflicts(shop, number) == ["gone_in_transit"]
    assert handed(shop, number) == ["parcel.must_not_leave"]
    decide(shop, number, "kept")
    assert handed(shop, number) == []


@pytest.mark.slow
def test_what_had_left_before_its_refund_was_read_is_with_the_driver_and_covered_by_nobody(
    shop: Shop,
) -> None:
    (unit,) = selling(shop)
    number = bought(shop)
    pack(shop, shop.units[unit], PARCEL, CONFIRM)
    cancelled(shop, number)
    decide(shop, number, "left")
    assert state(shop, unit) == "shipped"
    assert [one.void for one in warranties.page(shop.desk, "", ended=True).rows] == ["refunded"]
    assert (parcels.to_hand_over(shop.desk), open_conflicts(shop, number)) == ((), ["gone_in_transit"])
    decide(shop, number, "back")
    assert parcels.find(shop.desk, str(number)).state == "back"


def test_a_parcel_that_somebody_asked_to_take_back_waits_for_the_answer(shop: Shop) -> None:
    (unit,) = selling(shop)
    number = bought(shop)
    pack(shop, shop.units[unit], PARCEL, CONFIRM)
    order_id = order_view.find(shop.desk, str(number))
    (line,) = shop.desk.read(lambda c: orders.of_order(c, order_id))
    handling.cancel(shop.desk, OWNER, line.id, "stock")
    assert handed(shop, number) == ["parcel.must_not_leave"]
    shop.sync()
    decide(shop, number, "taken_out")
    assert state(shop, unit) == "ready"


@pytest.mark.slow
def test_a_second_parcel_for_what_another_tool_shipped_does_not_leave_unseen(shop: Shop) -> None:
    (unit,) = selling(shop)
    number = bought(shop)
    pack(shop, shop.units[unit], PARCEL, CONFIRM)
    shop.market.control(ship={"order": number, "tracking": OTHER_PARCEL, "shipper": "DHL"})
    shop.sync()
    assert open_conflicts(shop, number) == ["refused"]
    assert handed(shop, number) == ["parcel.must_not_leave"]
