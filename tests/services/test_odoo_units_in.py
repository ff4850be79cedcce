"""What was seen at Odoo and what becomes of it here: received, taken over, left to the outbox, or shown."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bmdesk.domain.effects import EffectState, Fault, Kind, unit_lane
from bmdesk.domain.history import what
from bmdesk.domain.unit import GoneReason
from bmdesk.services import settings
from bmdesk.services.desk import Actor, Desk
from bmdesk.services.goods import receiving, unit_detail, units, units_actions
from bmdesk.services.grading import arrivals
from bmdesk.services.odoo import odoo_account
from bmdesk.services.odoo.taken import Came
from bmdesk.services.odoo.takeover.found_there import ProductFound
from bmdesk.services.odoo.units import diverged, units_in
from bmdesk.services.odoo.units.diverged import Both
from bmdesk.services.odoo.units.products_in import take_product
from bmdesk.services.odoo.units.units_arriving import Begun, Reading
from bmdesk.services.odoo.units.units_places import PlacesHere
from bmdesk.services.odoo.units.units_seen import LotSeen, MoveSeen, PlaceSeen, ProductSeen, SaleSeen
from bmdesk.services.odoo.units.units_there import LOT, PRODUCT, GradeKept
from bmdesk.services.syncing import account_setup
from bmdesk.services.syncing import outbox as outbox_service
from bmdesk.services.syncing.account_setup import AccountSetup
from bmdesk.store.engine import Connection
from bmdesk.store.queries import odoo, orders, outbox
from bmdesk.store.queries import units as unit_rows
from bmdesk.store.queries.outbox import EffectRow
from bmdesk.store.queries.units import UnitRow
from bmdesk.system.clock import FixedClock
from bmdesk.texts import msg
from tests.desks import IMEIS, PHONE, TABLET, Bench

OWNER = Actor("OWNER", "owner", "bench-1")
STOCK, SHOP, SHELF, ATTIC = 8, 20, 81, 99
IN_STOCK = PlaceSeen(STOCK, "Stock", (1, STOCK))
IN_SHOP = PlaceSeen(SHOP, "Shop", (2, SHOP))
ON_SHELF = PlaceSeen(SHELF, "A-07", (1, STOCK, SHELF))
IN_ATTIC = PlaceSeen(ATTIC, "Attic", (3, ATTIC))
IPHONE = ProductSeen(5, "iPhone 13 128 GB Midnight", "0194252707227", "", by_serial=True)
RECEIPT = MoveSeen(1, "supplier", "internal", "WH/IN/00001", "Mitchell Admin")
OWN = GradeKept("x_own", values={"EXCELLENT": "as new", "GOOD": "worn", "FAIR": "used"})
DELIVERY = MoveSeen(9, "internal", "customer", "WH/OUT/00007", "Marc Demo", sale=SaleSeen(3, "S00003", ""))


@dataclass
class House:
    """A desk whose company works with an Odoo that only this story knows."""

    desk: Desk
    bench: Bench
    account: str
    reading: Reading

    def take(self, seen: LotSeen) -> Came:
        return self.desk.write(lambda tx: units_in.take(tx, self.reading, seen))

    def is_news(self, seen: LotSeen) -> bool:
        return bool(self.desk.read(lambda c: units_in.is_news(c, self.reading, [seen])))

    def known(self, identifier: str = IMEIS[0], **there: Any) -> tuple[str, LotSeen]:
        """A ready unit on which both agree, and its lot."""
        unit_id = self.bench.ready_unit(identifier)
        values = {
            "name": identifier,
            "x_bm_grade": "EXCELLENT",
            "x_bm_battery": 92,
            "x_bm_hold": None,
            **there,
        }
        seen = LotSeen(7, identifier, IPHONE, values, IN_STOCK, 1, RECEIPT, unit_id, "Mitchell Admin")
        base = {"values": values, "place": STOCK, "at": self.row(unit_id).location}
        self.desk.write(lambda tx: odoo.agree(tx, self.account, LOT, unit_id, 7, base))
        self.settle()
        assert self.take(seen) is Came.NOTHING
        return unit_id, seen

    def to_see(self) -> list[int]:
        return self.desk.read(lambda c: units_in.lots_to_see(c, self.account))

    def settle(self) -> None:
        """All that waits for Odoo went there."""

        def work(tx: Any) -> None:
            for row in outbox_service.listed(self.desk).rows:
                if row.kind_code == "unit" and row.state_code is EffectState.PENDING:
                    outbox.end(tx, row.id, EffectState.DONE)

        self.desk.write(work)

    def row(self, unit_id: str) -> UnitRow:
        return self.desk.read(lambda c: unit_rows.unit(c, unit_id))

    def unit_of(self, identifier: str) -> UnitRow:
        found = self.desk.read(lambda c: unit_rows.by_identifier(c, self.desk.company, identifier))
        assert found is not None
        return self.row(found)

    def effects(self, unit_id: str) -> list[EffectRow]:
        return self.desk.read(lambda c: outbox.unfinished(c, self.account, unit_lane(unit_id)))

    def told(self, unit_id: str) -> list[tuple[str, str]]:
        lines = self.desk.read(lambda c: unit_rows.history(c, unit_id))
        return [(what(line["canonical"]).code, line["operator"]) for line in lines]


@pytest.fixture
def house(desk: Desk, clock: FixedClock) -> House:
    settings.put(desk, "odoo.url", "https://odoo.example.com")
    account = desk.read(lambda c: odoo_account.of(c, desk.company))
    assert account is not None
    reading = Reading(desk, account.id, PlacesHere({"SHOP": SHOP}, STOCK, "MAIN"))
    return House(desk, Bench(desk, clock), account.id, reading)


def a_lot(name: str = IMEIS[0], **facts: Any) -> LotSeen:
    values = {"name": name, "x_bm_grade": None, "x_bm_battery": None, "x_bm_hold": None}
    usual = LotSeen(7, name, IPHONE, values, IN_STOCK, 1, RECEIPT, "", "Mitchell Admin")
    return replace(usual, **facts)


def changed(seen: LotSeen, **values: Any) -> LotSeen:
    return replace(seen, values={**seen.values, **values}, by="Marc Demo")


def away(seen: LotSeen, last: MoveSeen = DELIVERY) -> LotSeen:
    return replace(seen, place=None, pieces=0, last=last)


# -------------------------------------------------------------------- what came in


def test_what_was_received_there_is_here_to_grade_as_what_it_is(house: House) -> None:
    assert house.take(a_lot()) is Came.TAKEN
    row = house.unit_of(IMEIS[0])
    assert (row.state, row.model_code, row.location) == ("received", PHONE, "MAIN/-")
    batch = receiving.batch(house.desk, "Odoo WH/IN/00001")
    assert (batch.source, batch.arrived) == ("purchase", 1)
    who = "Odoo: Mitchell Admin"
    assert house.told(row.id) == [
        ("history.first_seen", who),
        ("history.received", who),
        ("history.odoo_received", who),
    ]
    assert house.desk.read(lambda c: odoo.by_remote(c, house.account, PRODUCT, [5]))[5].local_id
    assert not house.is_news(a_lot()) and house.take(a_lot()) is Came.NOTHING
    # It is inspected like any other.
    assert house.bench.ready_unit(IMEIS[0]) == row.id
    assert house.row(row.id).state == "ready"


def test_a_product_that_nobody_knows_here_is_received_all_the_same(house: House) -> None:
    house.take(a_lot(product=ProductSeen(6, "Strange phone", "", "", by_serial=True)))
    row = house.unit_of(IMEIS[0])
    assert (row.state, row.model_code) == ("received", None)
    lines = house.desk.read(lambda c: unit_rows.history(c, row.id))
    assert "Strange phone" in lines[-1]["canonical"]


def test_a_transfer_whose_batch_was_closed_goes_on_in_another(house: House) -> None:
    house.take(a_lot())
    receiving.close_batch(house.desk, receiving.batch(house.desk, "Odoo WH/IN/00001").id)
    house.take(replace(a_lot(IMEIS[1]), id=8))
    assert receiving.batch(house.desk, "Odoo WH/IN/00001").arrived == 1
    assert receiving.batch(house.desk, "Odoo WH/IN/00001 2").arrived == 1


def test_a_barcode_and_a_code_of_two_models_are_no_model(house: House) -> None:
    crossed = replace(IPHONE, barcode="0194252707227", code=TABLET)
    assert house.take(a_lot(product=crossed)) is Came.TAKEN
    assert house.unit_of(IMEIS[0]).model_code is None


def test_what_somebody_graded_there_before_is_noted_for_the_bench(house: House) -> None:
    house.take(changed(a_lot(), x_bm_grade="GOOD", x_bm_battery=88))
    row = house.unit_of(IMEIS[0])
    assert (row.state, row.battery_percent) == ("inspecting", 88)


@pytest.mark.parametrize(
    "facts",
    [
        {"product": replace(IPHONE, by_serial=False)},
        {"place": None, "pieces": 0},
        {"pieces": 2},
        {"of_unit": "01JUNIT"},
    ],
)
def test_what_is_no_single_device_in_the_house_is_left_alone(house: House, facts: dict[str, Any]) -> None:
    assert not house.is_news(a_lot(**facts)) and house.take(a_lot(**facts)) is Came.NOTHING
    assert units.count_units(house.desk) == 0


def test_what_is_no_serial_is_set_aside_and_said_once(house: House) -> None:
    wrong = a_lot("356938035643800")  # a digit was mistyped
    assert house.take(wrong) is Came.SHOWN
    assert house.take(wrong) is Came.NOTHING
    assert len(house.desk.read(lambda c: orders.quarantined(c, [house.account]))) == 1


def test_a_promised_unit_arrives_in_the_batch_that_promised_it(house: House, tmp_path: Any) -> None:
    receiving.open_batch(house.desk, receiving.BatchForm("LEASE-1", "lease"))
    file = tmp_path / "list.csv"
    file.write_text(f"identifier,model_code\n{IMEIS[0]},{PHONE}\n")
    receiving.import_expected(house.desk, "LEASE-1", file)
    house.take(a_lot())
    assert house.unit_of(IMEIS[0]).state == "received"
    assert receiving.batch(house.desk, "LEASE-1").arrived == 1


def test_what_lay_there_before_units_were_read_is_for_a_first_import(house: House) -> None:
    begun = Begun(datetime(2026, 1, 5, 9, tzinfo=UTC), 4)
    house.reading = replace(house.reading, begun=begun)
    before = a_lot(last=replace(RECEIPT, changed=begun.at))
    assert not house.is_news(before) and house.take(before) is Came.NOTHING
    assert not house.is_news(a_lot(last=None))
    # In the same second, and after.
    assert house.is_news(a_lot(last=replace(RECEIPT, id=5, changed=begun.at)))
    assert house.take(a_lot(last=replace(RECEIPT, changed=begun.at + timedelta(seconds=1)))) is Came.TAKEN


def test_what_was_set_aside_is_asked_about_until_nothing_is_wrong(house: House) -> None:
    wrong = a_lot("356938035643800")
    house.take(wrong)
    assert house.to_see() == [7] and house.is_news(wrong)
    # Somebody took it out of stock there, or deleted it.
    assert house.take(away(wrong)) is Came.NOTHING
    assert house.to_see() == []
    house.take(wrong)
    house.desk.write(lambda tx: units_in.absent(tx, house.account, [7]))
    assert house.to_see() == []


def test_what_cannot_be_received_holds_up_nobody_else(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuses(*_given: object, **_named: object) -> None:
        raise receiving.BadBatch(field="code", reason=msg("receiving.code_taken", batch="X"))

    with monkeypatch.context() as patched:
        patched.setattr(arrivals, "arrive", refuses)
        assert house.take(a_lot()) is Came.SHOWN
        assert house.take(a_lot()) is Came.NOTHING, "told once"
    assert units.count_units(house.desk) == 0, "nothing of it is kept"
    assert house.take(a_lot()) is Came.TAKEN
    assert house.to_see() == []


def test_what_was_scanned_here_first_is_the_same_device_where_nothing_is_sent(house: House) -> None:
    house.reading = replace(house.reading, sends=False)
    unit_id = house.bench.ready_unit(IMEIS[0])
    came = a_lot(f" {IMEIS[0]} ")
    house.take(came)
    assert (house.row(unit_id).state, house.row(unit_id).location) == ("ready", "MAIN/-")
    assert not house.is_news(came)
    assert house.take(away(came)) is Came.TAKEN
    assert house.row(unit_id).gone_reason == "sold_elsewhere"


def test_a_device_that_is_another_model_there_is_asked_about_where_nothing_is_sent(house: House) -> None:
    house.reading = replace(house.reading, sends=False)
    house.take(a_lot(IMEIS[1], id=8))  # the product is known from now on
    unit_id = house.bench.ready_unit(IMEIS[0])
    other = ProductFound(6, "Galaxy Tab", TABLET, "", "")
    house.desk.write(lambda tx: take_product(tx, house.account, other, make=True))
    strange = a_lot(product=ProductSeen(6, "Galaxy Tab", "", TABLET, by_serial=True))
    assert house.take(strange) is Came.SHOWN
    assert house.row(unit_id).state == "ready"
    assert not house.desk.read(lambda c: odoo.records(c, house.account, LOT, [unit_id]))


# -------------------------------------------------------------------- what was changed


def test_a_grade_from_there_counts_like_one_from_the_bench(house: House) -> None:
    unit_id, seen = house.known()
    assert house.take(changed(seen, x_bm_grade="FAIR")) is Came.TAKEN
    row = house.row(unit_id)
    assert (row.state, row.grade, row.sku) == ("ready", "FAIR", f"{PHONE}-FAIR")
    assert house.told(unit_id)[-2:] == [
        ("history.graded", "Odoo: Marc Demo"),
        ("history.done", "Odoo: Marc Demo"),
    ]
    assert house.take(changed(seen, x_bm_grade="FAIR")) is Came.NOTHING


def test_premium_from_there_waits_for_the_second_person(house: House) -> None:
    unit_id, seen = house.known()
    house.take(changed(seen, x_bm_grade="PREMIUM"))
    row = house.row(unit_id)
    assert (row.state, row.grade) == ("held", "PREMIUM")


def test_a_battery_from_there_is_a_reading_and_asks_the_gate(house: House) -> None:
    unit_id, seen = house.known()
    house.take(changed(seen, x_bm_battery=61))
    assert (house.row(unit_id).battery_percent, house.row(unit_id).state) == (61, "held")


def test_a_hold_from_there_holds_and_its_end_releases(house: House) -> None:
    unit_id, seen = house.known()
    house.take(changed(seen, x_bm_hold="police asks"))
    assert (house.row(unit_id).state, house.row(unit_id).hold_reason) == ("held", "police asks")
    # A grade meanwhile does not let it go.
    house.take(changed(seen, x_bm_hold="police asks", x_bm_grade="GOOD"))
    assert (house.row(unit_id).hold_reason, house.row(unit_id).grade) == ("police asks", "GOOD")
    house.take(changed(seen, x_bm_grade="GOOD"))
    assert house.row(unit_id).state == "ready"


def test_what_only_we_changed_is_left_to_the_outbox(house: House) -> None:
    unit_id, seen = house.known()
    house.bench.good(IMEIS[0], "BMD:GRADE:GOOD:worn", "BMD:DONE")
    assert house.take(seen) is Came.NOTHING
    assert house.row(unit_id).grade == "GOOD"
    assert [one.state for one in house.effects(unit_id)] == ["pending"]


def test_fields_that_each_side_changed_apart_both_count(house: House) -> None:
    unit_id, seen = house.known()
    house.bench.good(IMEIS[0], "BMD:BATTERY:85", "BMD:DONE")
    assert house.take(changed(seen, x_bm_grade="FAIR")) is Came.TAKEN
    assert (house.row(unit_id).grade, house.row(unit_id).battery_percent) == ("FAIR", 85)


def test_what_both_changed_is_shown_once_with_both_and_nothing_is_written_over(house: House) -> None:
    unit_id, seen = house.known()
    house.bench.good(IMEIS[0], "BMD:GRADE:GOOD:worn", "BMD:DONE")
    house.settle()
    theirs = changed(seen, x_bm_grade="FAIR")
    assert house.take(theirs) is Came.SHOWN
    (effect,) = house.effects(unit_id)
    assert (effect.state, effect.fault) == (EffectState.PARKED.value, Fault.DIVERGED.value)
    assert diverged.both(effect.change) == (Both("x_bm_grade", "GOOD", "FAIR"),)
    house.take(theirs)
    assert [one.id for one in house.effects(unit_id)] == [effect.id]
    assert house.row(unit_id).grade == "GOOD"


def test_a_grade_that_the_seller_keeps_in_a_place_of_their_own_is_read_from_there(house: House) -> None:
    house.reading = replace(house.reading, grade=OWN)
    unit_id, seen = house.known(x_own="as new", x_bm_grade=None)
    seen = replace(seen, values={name: one for name, one in seen.values.items() if name != "x_bm_grade"})
    assert not house.is_news(seen)
    worn = changed(seen, x_own="worn")
    assert house.is_news(worn) and house.take(worn) is Came.TAKEN
    assert house.row(unit_id).grade == "GOOD"
    assert not house.is_news(worn) and house.take(worn) is Came.NOTHING
    house.settle()
    assert house.take(changed(worn, x_own="eaten")) is Came.SHOWN
    assert house.row(unit_id).grade == "GOOD"
    (effect,) = house.effects(unit_id)
    assert [(one.name.code, one.here, one.there) for one in diverged.both(effect.change)] == [
        ("odoo.field.grade", "worn", "eaten")
    ]


def test_what_both_changed_in_that_place_is_shown_and_ours_goes_there_if_a_person_says_so(
    house: House,
) -> None:
    house.reading = replace(house.reading, grade=OWN)
    unit_id, seen = house.known(x_own="as new")
    seen = replace(seen, values={name: one for name, one in seen.values.items() if name != "x_bm_grade"})
    house.bench.good(IMEIS[0], "BMD:GRADE:GOOD:worn", "BMD:DONE")
    house.settle()
    assert house.take(changed(seen, x_own="used")) is Came.SHOWN
    (effect,) = house.effects(unit_id)
    assert diverged.both(effect.change) == (Both("x_own", "worn", "used"),)
    outbox_service.retry(house.desk, OWNER, [effect.id])
    record = house.desk.read(lambda c: odoo.by_remote(c, house.account, LOT, [7]))[7]
    assert record.base["values"]["x_own"] == "used"  # what they saw is written over, and nothing newer


def test_a_person_says_that_theirs_is_right(house: House) -> None:
    unit_id, seen = house.known()
    house.bench.good(IMEIS[0], "BMD:GRADE:GOOD:worn", "BMD:DONE")
    house.settle()
    theirs = changed(seen, x_bm_grade="FAIR")
    house.take(theirs)
    assert outbox_service.cancel(house.desk, OWNER, [house.effects(unit_id)[0].id]).done
    assert house.is_news(theirs) and house.take(theirs) is Came.TAKEN
    assert house.row(unit_id).grade == "FAIR"
    assert house.desk.read(lambda c: units_in.lots_to_see(c, house.account)) == []


@pytest.mark.parametrize("values", [{"x_bm_grade": None}, {"x_bm_grade": "SUPER"}, {"x_bm_battery": 400}])
def test_what_cannot_be_here_is_shown_with_the_reason(house: House, values: dict[str, Any]) -> None:
    unit_id, seen = house.known()
    before = house.row(unit_id)
    assert house.take(changed(seen, **values)) is Came.SHOWN
    after = house.row(unit_id)
    assert (after.grade, after.battery_percent, after.state) == (
        before.grade,
        before.battery_percent,
        "ready",
    )
    (shown,) = [one for one in outbox_service.listed(house.desk).rows if one.state_code is EffectState.PARKED]
    assert shown.title.code == "odoo.in.refused.title"


def test_while_ours_is_in_doubt_nothing_is_taken_for_theirs(house: House) -> None:
    unit_id, seen = house.known()
    house.bench.good(IMEIS[0], "BMD:BATTERY:85", "BMD:DONE")
    (effect,) = house.effects(unit_id)
    house.desk.write(lambda tx: outbox.set_effect(tx, effect.id, state=EffectState.UNCERTAIN.value))
    assert house.take(changed(seen, x_bm_grade="FAIR")) is Came.NOTHING
    assert house.row(unit_id).grade == "EXCELLENT"
    assert house.desk.read(lambda c: units_in.lots_to_see(c, house.account)) == [7]
    house.desk.write(lambda tx: outbox.end(tx, effect.id, EffectState.DONE))
    house.take(changed(seen, x_bm_grade="FAIR"))
    assert house.row(unit_id).grade == "FAIR"


# -------------------------------------------------------------------- where it is


@pytest.mark.parametrize(
    ("last", "reason"),
    [
        (DELIVERY, GoneReason.SOLD_ELSEWHERE),
        (replace(DELIVERY, went_to="supplier", sale=None), GoneReason.RETURNED_TO_SUPPLIER),
        (replace(DELIVERY, went_to="inventory", sale=None, scrapped=True), GoneReason.SCRAPPED),
        (replace(DELIVERY, went_to="inventory", sale=None), GoneReason.LOST),
    ],
)
def test_what_left_there_is_gone_here(house: House, last: MoveSeen, reason: GoneReason) -> None:
    unit_id, seen = house.known()
    assert house.take(away(seen, last)) is Came.TAKEN
    detail = house.desk.read(lambda c: unit_detail.read(c, unit_id, house.desk.clock.now().date()))
    assert (detail.row.state, detail.row.gone_reason) == ("gone", reason.value)
    assert house.told(unit_id)[-1] == ("history.odoo_left", "Odoo: Marc Demo")
    assert house.take(away(seen, last)) is Came.NOTHING


def test_what_is_under_way_between_their_warehouses_is_not_gone(house: House) -> None:
    unit_id, seen = house.known()
    house.take(away(seen, replace(DELIVERY, went_to="transit", sale=None)))
    assert house.row(unit_id).state == "ready"
    house.take(replace(seen, place=IN_SHOP, last=replace(DELIVERY, id=10, came_from="transit")))
    assert house.row(unit_id).location == "SHOP/-"


def test_what_comes_back_from_there_is_here_to_grade_again(house: House) -> None:
    unit_id, seen = house.known()
    house.take(away(seen))
    back = replace(seen, last=MoveSeen(12, "customer", "internal", "WH/IN/00009", "Marc Demo"))
    assert house.take(back) is Came.TAKEN
    row = house.row(unit_id)
    assert (row.state, row.stay_number, row.grade) == ("received", 2, "")
    assert receiving.batch(house.desk, "Odoo WH/IN/00009").source == "return"
    assert house.take(back) is Came.NOTHING and not house.is_news(back)


def test_what_left_here_and_lies_there_still_is_no_return(house: House) -> None:
    unit_id, seen = house.known()
    units_actions.mark_gone(house.desk, OWNER, [unit_id], GoneReason.SOLD_ELSEWHERE)
    assert house.take(seen) is Came.NOTHING
    assert house.row(unit_id).state == "gone"


@pytest.mark.parametrize(
    ("there", "location"),
    [(IN_SHOP, "SHOP/-"), (ON_SHELF, "MAIN/A-07"), (replace(ON_SHELF, name="no bin!"), "MAIN/-")],
)
def test_what_was_moved_there_lies_there_here(house: House, there: PlaceSeen, location: str) -> None:
    unit_id, seen = house.known()
    moved = replace(seen, place=there, last=replace(RECEIPT, id=4, came_from="internal"))
    house.take(moved)
    assert house.row(unit_id).location == location
    assert house.take(moved) is Came.NOTHING and not house.is_news(moved)


def test_what_both_moved_elsewhere_is_shown(house: House) -> None:
    unit_id, seen = house.known()
    units_actions.move_to_bin(house.desk, OWNER, [unit_id], "SHOP/B-1")
    house.settle()
    assert house.take(seen) is Came.NOTHING  # moved here only: it goes there
    assert house.take(replace(seen, place=ON_SHELF)) is Came.SHOWN
    (effect,) = house.effects(unit_id)
    assert diverged.both(effect.change) == (Both("place", "SHOP/B-1", "A-07"),)
    assert house.row(unit_id).location == "SHOP/B-1"


def test_what_lies_in_no_warehouse_known_here_is_received_and_asked_about(house: House) -> None:
    assert house.take(a_lot(place=IN_ATTIC)) is Came.TAKEN
    row = house.unit_of(IMEIS[0])
    assert row.state == "received"
    record = house.desk.read(lambda c: odoo.by_remote(c, house.account, LOT, [7]))[7]
    assert record.base["place"] == 0  # so the outbox moves nothing there, and asks
    house.take(away(a_lot(place=IN_ATTIC)))
    assert house.row(row.id).state == "gone"


def test_nothing_is_sent_where_units_only_come_in(house: House) -> None:
    settings.put(house.desk, "odoo.units.direction", "in")
    house.reading = replace(house.reading, sends=False)
    unit_id, seen = house.known()
    house.bench.good(IMEIS[0], "BMD:GRADE:GOOD:worn", "BMD:DONE")
    assert house.take(changed(seen, x_bm_grade="FAIR")) is Came.SHOWN
    assert [one.state for one in house.effects(unit_id)] == [EffectState.PARKED.value]


def test_what_a_person_said_of_ours_is_not_asked_again_before_it_went_there(house: House) -> None:
    unit_id, seen = house.known()
    house.bench.good(IMEIS[0], "BMD:GRADE:GOOD:worn", "BMD:DONE")
    house.settle()
    theirs = changed(seen, x_bm_grade="FAIR")
    house.take(theirs)
    outbox_service.retry(house.desk, OWNER, [house.effects(unit_id)[0].id])
    assert house.take(theirs) is Came.NOTHING
    assert [(one.state, one.forced) for one in house.effects(unit_id)] == [("pending", True)]
    assert house.row(unit_id).grade == "GOOD"


@pytest.mark.parametrize(
    ("direction", "minutes", "read", "held"),
    [("both", "5", [300.0], ()), ("out", "5", [], ()), ("in", "0", [60.0], (Kind.UNIT,))],
)
def test_units_go_the_way_that_was_chosen_and_as_often(
    house: House, direction: str, minutes: str, read: list[float], held: tuple[Kind, ...]
) -> None:
    settings.put(house.desk, "odoo.units.direction", direction)
    settings.put(house.desk, "odoo.units.every", minutes)
    settings.put(house.desk, "odoo.orders.direction", "out")
    settings.put(house.desk, "odoo.prices.direction", "out")

    def asked(connection: Connection) -> AccountSetup | None:
        account = odoo_account.of(connection, house.desk.company)
        return account_setup.of(connection, account) if account is not None else None

    found = house.desk.read(asked)
    assert found is not None
    assert ([one.every.total_seconds() for one in found.readings], found.held) == (read, held)


def test_what_an_earlier_bmdesk_said_of_a_device_is_no_difference(house: House) -> None:
    house.take(changed(a_lot(), x_bm_inspected_on="2025-03-01", x_bm_source="lease"))
    record = house.desk.read(lambda c: odoo.by_remote(c, house.account, LOT, [7]))[7]
    # The outbox writes over what both knew; what it knows nothing of it would ask about.
    assert record.base["values"] == {
        "x_bm_grade": None,
        "x_bm_battery": None,
        "x_bm_hold": None,
        "x_bm_inspected_on": "2025-03-01",
        "x_bm_source": "lease",
    }
