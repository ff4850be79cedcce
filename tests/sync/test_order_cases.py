"""What goes wrong in real life with orders, case by case: each has one defined outcome, and a person sees it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bmdesk.domain.money import Money
from bmdesk.domain.orders import Conflict, Handling, Way
from bmdesk.services import policy_documents
from bmdesk.services.goods import catalog, counted
from bmdesk.services.orders import handling, order_view
from bmdesk.services.orders.order_shown import ConflictShown
from bmdesk.services.orders.order_view import OrderFilter, Tab
from bmdesk.services.selling import linking
from bmdesk.services.shipping import packing
from bmdesk.store.queries import units
from bmdesk.texts import render
from tests.desks import TABLET
from tests.markets import FIRST, OWNER, SECOND, Shop
from tests.selling import PACKER, PARCEL, bought, detail, packed, selling


def conflict(shop: Shop, number: int, code: Conflict) -> ConflictShown:
    """The only open conflict of the order; it says what happened and what to do."""
    (found,) = detail(shop, number).conflicts
    assert found.code == code.value
    assert all(render(text) for text in (found.title, found.happened, found.todo))
    return found


def settle(shop: Shop, number: int, code: Conflict, way: Way, unit: str = "") -> None:
    handling.resolve(shop.desk, OWNER, conflict(shop, number, code).id, way, unit)
    assert not detail(shop, number).conflicts
    assert number not in [row.number for row in order_view.page(shop.desk, OrderFilter(Tab.CONFLICTS)).rows]


def state(shop: Shop, *ids: str) -> list[str]:
    return [shop.desk.read(lambda c, u=unit: units.unit(c, u).state) for unit in ids]  # type: ignore[misc]


def remote_line(shop: Shop, number: int, line: int = 0) -> Any:
    """The line as the marketplace keeps it, to be changed by another hand."""
    order = shop.market.world.orders[number]
    order.modified = shop.market.clock
    return order.lines[line]


def becomes(shop: Shop, number: int, remote: int, **facts: Any) -> None:
    """Another hand moves the order's first line; then we read it."""
    shop.advance(minutes=1)
    line = remote_line(shop, number)
    for name, value in facts.items():
        setattr(line, name, value)
    shop.market.set_line_state(line.id, remote)
    shop.sync()


# ---------------------------------------------------------------- several orders for the last unit


def test_of_several_orders_for_the_last_unit_the_first_gets_it_and_the_others_are_shown(shop: Shop) -> None:
    (unit,) = selling(shop)
    placed = []
    for _ in range(3):
        placed.append(int(shop.market.order(FIRST)))
        shop.market.change(FIRST, quantity=1)
        shop.advance(seconds=30)
    shop.sync()
    assert state(shop, unit) == ["reserved"]
    found = [detail(shop, number) for number in placed]
    assert [[one.code for one in each.conflicts] for each in found] == [[], ["no_unit"], ["no_unit"]]
    assert [each.lines[0].remote_state for each in found] == [2, 1, 1], "nobody is promised what is not there"
    shop.ready(1)
    assert [len(detail(shop, number).conflicts) for number in placed] == [0, 0, 1], (
        "who waits longest is served"
    )


@pytest.mark.slow
def test_who_has_no_unit_can_be_cancelled_last_of_all(shop: Shop) -> None:
    selling(shop)
    first, second = int(shop.market.order(FIRST)), int(shop.market.order(FIRST))
    shop.sync()
    (line,) = detail(shop, second).lines
    handling.cancel(shop.desk, OWNER, line.id, "stock")
    shop.sync()
    assert detail(shop, second).row.state.value == "cancelled"
    assert not detail(shop, second).conflicts
    assert detail(shop, first).row.state.value == "accepted"


@pytest.mark.slow
def test_the_last_one_of_many_old_units_of_another_grade_is_found(shop: Shop) -> None:
    made = shop.ready(4)
    for unit in made[:3]:
        shop.regrade(unit)
    shop.offer(SECOND)
    selling(shop, 0)
    assert not detail(shop, bought(shop)).conflicts
    assert state(shop, made[3]) == ["reserved"]


# ---------------------------------------------------------------- cancelled, refunded, back


def test_cancelled_before_it_is_packed_gives_the_unit_back(shop: Shop) -> None:
    (unit,) = selling(shop)
    number = bought(shop)
    becomes(shop, number, 5)
    assert state(shop, unit) == ["ready"]
    shop.sync()
    assert shop.remote() == 1


@pytest.mark.parametrize("remote", [4, 5])
def test_cancelled_after_the_parcel_was_closed_the_device_comes_out_and_is_never_told(
    shop: Shop, remote: int
) -> None:
    (unit,) = selling(shop)
    number = bought(shop)
    packed(shop, unit, order=number)
    becomes(shop, number, remote)
    assert state(shop, unit) == ["packed"], "it lies in the box until somebody opens it"
    settle(shop, number, Conflict.GONE_WHILE_PACKED, Way.TAKEN_OUT)
    assert state(shop, unit) == ["ready"]
    shop.settle()
    assert not shop.writes("ship")
    assert shop.remote() == 1


def test_cancelled_while_it_was_packed_and_gone_already_it_is_on_its_way(shop: Shop) -> None:
    (unit,) = selling(shop)
    number = bought(shop)
    packed(shop, unit, order=number)
    becomes(shop, number, 5)
    handling.resolve(shop.desk, OWNER, conflict(shop, number, Conflict.GONE_WHILE_PACKED).id, Way.LEFT)
    assert state(shop, unit) == ["shipped"]
    settle(shop, number, Conflict.GONE_IN_TRANSIT, Way.BACK)


@pytest.mark.parametrize("way", [Way.BACK, Way.LOST, Way.KEPT])
def test_refunded_in_transit_a_person_says_what_becomes_of_the_parcel(shop: Shop, way: Way) -> None:
    (unit,) = selling(shop)
    number = bought(shop)
    packed(shop, unit, order=number)
    shop.sync()
    assert state(shop, unit) == ["shipped"]
    becomes(shop, number, 6)
    settle(shop, number, Conflict.GONE_IN_TRANSIT, way)
    shop.sync()
    assert not detail(shop, number).conflicts, "what was decided stays decided"


@pytest.mark.slow
def test_refunded_weeks_after_it_arrived_is_a_return_and_no_conflict(shop: Shop) -> None:
    (unit,) = selling(shop)
    number = bought(shop)
    packed(shop, unit, order=number)
    shop.sync()
    shop.advance(timedelta(days=20))
    becomes(shop, number, 6)
    assert not detail(shop, number).conflicts


def test_back_from_accepted_waits_for_a_person_and_keeps_its_unit(shop: Shop) -> None:
    (unit,) = selling(shop)
    number = bought(shop)
    assert detail(shop, number).lines[0].remote_state == 2
    becomes(shop, number, 1)
    shop.sync()
    assert shop.market.order_state(number)["lines"][0]["state"] == 1, "nothing is accepted again by itself"
    settle(shop, number, Conflict.WENT_BACK, Way.ACCEPT_AGAIN)
    shop.sync()
    assert shop.market.order_state(number)["lines"][0]["state"] == 2
    assert state(shop, unit) == ["reserved"]


@pytest.mark.slow
def test_unpaid_in_the_end_gives_the_unit_back(shop: Shop) -> None:
    (unit,) = selling(shop)
    number = bought(shop, state=10)
    assert state(shop, unit) == ["ready"], "who has not paid gets nothing reserved"
    shop.market.set_order_state(number, 1)
    shop.advance(minutes=31)
    shop.sync()
    assert state(shop, unit) == ["reserved"]


# ---------------------------------------------------------------- goods that nobody knows


def test_an_unknown_sku_is_only_shown_until_a_person_takes_it_over(shop: Shop) -> None:
    selling(shop)
    shop.market.add_listing("STRANGE-1", grade="GOOD", quantity=3, prices={"fr-fr": 100})
    number = int(shop.market.order("STRANGE-1"))
    shop.sync()
    found = detail(shop, number)
    assert (found.row.conflicts, found.row.ours) == (0, False)
    done = handling.accept(shop.desk, OWNER, found.row.id)
    assert (done.count, [one.code for one in done.waits]) == (0, ["conflict.unknown_sku.title"])
    settle(shop, number, Conflict.UNKNOWN_SKU, Way.NOT_OURS)
    shop.sync()
    assert shop.market.order_state(number)["lines"][0]["state"] == 1


@pytest.mark.slow
def test_an_unlinked_listing_linked_later_gives_its_line_a_unit(shop: Shop) -> None:
    (unit,) = selling(shop)
    shop.market.add_listing("STRANGE-1", grade="EXCELLENT", quantity=3, prices={"fr-fr": 100})
    number = int(shop.market.order("STRANGE-1"))
    shop.sync()
    handling.accept(shop.desk, OWNER, detail(shop, number).row.id)
    found = conflict(shop, number, Conflict.UNKNOWN_SKU)
    linking.confirm_text(shop.desk, OWNER, shop.listed("STRANGE-1").id, FIRST)
    handling.resolve(shop.desk, OWNER, found.id, Way.LOOK_AGAIN)
    assert state(shop, unit) == ["reserved"]
    assert not detail(shop, number).conflicts


def test_of_an_unlinked_listing_a_person_names_the_unit_and_it_is_accepted(shop: Shop) -> None:
    (unit,) = selling(shop, how="by_hand")
    shop.market.add_listing("STRANGE-1", grade="EXCELLENT", quantity=3, prices={"fr-fr": 100})
    number = int(shop.market.order("STRANGE-1"))
    shop.sync()
    handling.accept(shop.desk, OWNER, detail(shop, number).row.id)
    settle(shop, number, Conflict.UNKNOWN_SKU, Way.ASSIGN, unit)
    assert handling.accept(shop.desk, OWNER, detail(shop, number).row.id).count == 1
    shop.sync()
    assert shop.market.order_state(number)["lines"][0]["state"] == 2


# ---------------------------------------------------------------- several pieces, several lines


def test_a_line_of_two_leaves_with_two_units_or_waits_for_the_second(shop: Shop) -> None:
    one, two = selling(shop, 2)
    number = bought(shop, 2)
    packed(shop, one, two, order=number)
    shop.sync()
    assert state(shop, one, two) == ["shipped", "shipped"]
    shop.market.change(FIRST, quantity=2)
    short = bought(shop, 2)
    assert render(conflict(shop, short, Conflict.NO_UNIT).happened)


def test_a_mixed_order_is_shipped_once_when_all_of_it_is_packed_or_over(shop: Shop) -> None:
    first, second = shop.ready(2)
    shop.regrade(second)
    shop.offer(SECOND)
    selling(shop, 0)
    number = int(shop.market.order(lines=[(FIRST, 1), (SECOND, 1)]))
    shop.sync()
    assert state(shop, first, second) == ["reserved", "reserved"]
    packed(shop, first, second, order=number)
    shop.sync()
    assert state(shop, first, second) == ["shipped", "shipped"]
    assert [line["imei"] for line in shop.market.order_state(number)["lines"]] == [
        shop.units[first],
        shop.units[second],
    ]


def test_one_line_of_a_mixed_order_is_cancelled_and_the_other_leaves(shop: Shop) -> None:
    first, second = shop.ready(2)
    shop.regrade(second)
    shop.offer(SECOND)
    selling(shop, 0, "by_hand")
    number = int(shop.market.order(lines=[(FIRST, 1), (SECOND, 1)]))
    shop.sync()
    lines = detail(shop, number).lines
    handling.cancel(shop.desk, OWNER, lines[1].id, "stock")
    handling.accept(shop.desk, OWNER, detail(shop, number).row.id)
    shop.sync()
    assert [line["state"] for line in shop.market.order_state(number)["lines"]] == [2, 4]
    packed(shop, first, order=number)
    shop.sync()
    assert state(shop, first, second) == ["shipped", "ready"]


@pytest.mark.slow
def test_a_line_without_a_unit_is_not_packed_because_another_line_of_its_order_is(shop: Shop) -> None:
    (first,) = shop.ready(1)
    shop.offer(SECOND, 1)
    selling(shop, 0)
    number = int(shop.market.order(lines=[(FIRST, 1), (SECOND, 1)]))
    shop.sync()
    assert [line.state.value for line in detail(shop, number).lines] == ["accepted", "to_accept"]
    refused = packing.scan(shop.desk, PACKER, shop.units[first])
    for code in (PARCEL, "BMD:CONFIRM") if refused.ok else ():
        packing.scan(shop.desk, PACKER, code)
    shop.market.set_line_state(shop.market.order_state(number)["lines"][1]["id"], 2)
    shop.settle(5, 5)
    assert not shop.writes("ship"), "a line that has no unit would be told as shipped with the other"
    assert detail(shop, number).lines[1].state.value == "accepted"


@pytest.mark.slow
def test_one_of_two_lines_of_a_sku_is_taken_back_alone(shop: Shop) -> None:
    one, two = selling(shop, 2, "by_hand")
    number = int(shop.market.order(lines=[(FIRST, 1), (FIRST, 1)]))
    shop.sync()
    lines = detail(shop, number).lines
    handling.cancel(shop.desk, OWNER, lines[0].id, "stock")
    shop.sync()
    assert sorted(line["state"] for line in shop.market.order_state(number)["lines"]) == [1, 4]
    assert sorted(state(shop, one, two)) == ["ready", "reserved"]


# ---------------------------------------------------------------- another tool


def test_shipped_by_another_tool_with_the_reserved_unit_needs_nobody(shop: Shop) -> None:
    (unit,) = selling(shop)
    number = bought(shop)
    becomes(shop, number, 3, imei=shop.units[unit])
    assert state(shop, unit) == ["shipped"]
    assert not detail(shop, number).conflicts


@pytest.mark.slow
def test_shipped_by_another_tool_with_another_unit_of_ours_that_one_left(shop: Shop) -> None:
    reserved, other = selling(shop, 2)
    number = bought(shop)
    becomes(shop, number, 3, imei=shop.units[other])
    assert state(shop, reserved, other) == ["ready", "shipped"]
    assert not detail(shop, number).conflicts


@pytest.mark.parametrize(
    ("way", "after"),
    [
        (Way.OURS_LEFT, ["shipped", "ready"]),
        (Way.WHICH_UNIT, ["ready", "shipped"]),
        (Way.NONE_LEFT, ["ready", "ready"]),
    ],
)
def test_shipped_by_another_tool_and_nobody_knows_which_a_person_says(
    shop: Shop, way: Way, after: list[str]
) -> None:
    reserved, other = selling(shop, 2)
    number = bought(shop)
    becomes(shop, number, 3)
    settle(shop, number, Conflict.SHIPPED_ELSEWHERE, way, other if way is Way.WHICH_UNIT else "")
    assert state(shop, reserved, other) == after
    shop.sync()
    assert shop.remote() == after.count("ready"), "and the quantity is what lies on the shelf"
    assert not detail(shop, number).conflicts


def test_another_device_at_the_marketplace_than_in_the_parcel_a_person_says(shop: Shop) -> None:
    packed_one, other = selling(shop, 2)
    number = bought(shop)
    packed(shop, packed_one, order=number)
    becomes(shop, number, 2, imei=shop.units[other])
    shop.sync()
    assert not shop.writes("ship"), "what stands there can never be corrected"
    settle(shop, number, Conflict.OTHER_IDENTIFIER, Way.TAKEN_OUT)
    assert state(shop, packed_one, other) == ["ready", "reserved"]
    packed(shop, other, order=number)
    shop.sync()
    assert shop.market.order_state(number)["lines"][0]["state"] == 3


@pytest.mark.slow
def test_fewer_pieces_than_were_reserved_give_the_rest_back(shop: Shop) -> None:
    one, two = selling(shop, 2)
    number = bought(shop, 2)
    becomes(shop, number, 2, quantity=1)
    assert sorted(state(shop, one, two)) == ["ready", "reserved"]
    assert not detail(shop, number).conflicts


def test_fewer_pieces_than_were_packed_are_taken_out_again(shop: Shop) -> None:
    one, two = selling(shop, 2)
    number = bought(shop, 2)
    packed(shop, one, two, order=number)
    becomes(shop, number, 2, quantity=1)
    settle(shop, number, Conflict.CHANGED, Way.TAKEN_OUT)
    assert sorted(state(shop, one, two)) == ["ready", "reserved"]


@pytest.mark.slow
def test_more_pieces_than_were_reserved_get_their_units(shop: Shop) -> None:
    one, two = selling(shop, 2)
    number = bought(shop)
    becomes(shop, number, 2, quantity=2)
    assert state(shop, one, two) == ["reserved", "reserved"]


@pytest.mark.slow
def test_a_price_changed_by_another_tool_changes_nothing_else(shop: Shop) -> None:
    (unit,) = selling(shop)
    number = bought(shop)
    becomes(shop, number, 2)
    assert state(shop, unit) == ["reserved"]
    assert not detail(shop, number).conflicts


# ---------------------------------------------------------------- handling switched, units gone bad, counted goods


def test_switched_off_and_on_nothing_is_promised_twice_and_nothing_lost(shop: Shop) -> None:
    one, two = selling(shop, 2)
    number, second = bought(shop), bought(shop)
    packed(shop, two, order=second)
    handling.set_handling(shop.desk, OWNER, "default", Handling.READ)
    assert state(shop, one, two) == ["ready", "packed"]
    shop.sync()
    assert shop.market.order_state(second)["lines"][0]["state"] == 3, "what was packed here is still told"
    handling.set_handling(shop.desk, OWNER, "default", Handling.BY_HAND)
    (line,) = handling.open_lines(shop.desk)
    assert line.order_number == number
    handling.take_over(shop.desk, OWNER, "default", [line.line_id])
    assert state(shop, one) == ["reserved"]


@pytest.mark.parametrize("way", [Way.SWAP, Way.KEEP])
def test_a_reserved_unit_that_a_new_rule_forbids_is_swapped_or_kept_by_a_person(shop: Shop, way: Way) -> None:
    (first,) = selling(shop)
    number = bought(shop)
    body: dict[str, Any] = policy_documents.document(shop.desk, "gate")
    body["categories"]["phone"]["levels"]["photos"] = "required"
    policy_documents.save_document(shop.desk, OWNER, "gate", body)
    shop.sync()
    found = conflict(shop, number, Conflict.UNIT_UNFIT)
    handling.resolve(shop.desk, OWNER, found.id, way)
    shop.sync()
    if way is Way.KEEP:
        assert (detail(shop, number).conflicts, state(shop, first)) == ((), ["reserved"])
    else:
        assert state(shop, first) == ["held"]
        conflict(shop, number, Conflict.NO_UNIT)


@pytest.mark.slow
def test_counted_goods_sold_beyond_the_last_piece_are_a_conflict_for_who_came_last(shop: Shop) -> None:
    selling(shop)
    case = f"{TABLET}-GOOD"
    counted.set_pieces(shop.desk, OWNER, catalog.variant(shop.desk, TABLET).id, "GOOD", False, 1)
    shop.offer(case, 2)
    shop.market.change(case, quantity=2)
    first, second = (int(shop.market.order(case)) for _ in range(2))
    shop.sync()
    assert not detail(shop, first).conflicts
    assert render(conflict(shop, second, Conflict.NO_UNIT).title)
    counted.set_pieces(shop.desk, OWNER, catalog.variant(shop.desk, TABLET).id, "GOOD", False, 2)
    settle(shop, second, Conflict.NO_UNIT, Way.LOOK_AGAIN)


# ---------------------------------------------------------------- steps that are refused, or of which nobody knows


def test_a_refund_whose_answer_is_lost_is_asked_of_a_person_who_says_it_happened(shop: Shop) -> None:
    number = part_refund_lost(shop)
    settle(shop, number, Conflict.UNCERTAIN, Way.HAPPENED)
    shop.settle()
    (line,) = detail(shop, number).lines
    assert (line.refunded, [step.state for step in line.steps]) == (Money(1000, "EUR"), ["done"])
    assert len(shop.writes("refund")) == 1


@pytest.mark.slow
def test_a_refund_whose_answer_is_lost_is_sent_again_only_on_a_persons_word(shop: Shop) -> None:
    number = part_refund_lost(shop, happens=False)
    assert detail(shop, number).lines[0].steps[0].in_doubt
    settle(shop, number, Conflict.UNCERTAIN, Way.DID_NOT_HAPPEN)
    shop.settle()
    assert len(shop.writes("refund")) == 1
    assert detail(shop, number).lines[0].refunded == Money(1000, "EUR")


@pytest.mark.slow
def test_an_acceptance_that_is_refused_is_tried_again_or_put_aside_until_a_person_accepts(shop: Shop) -> None:
    selling(shop, 2)
    number = int(shop.market.order(lines=[(FIRST, 1), (FIRST, 1)]))
    lines = shop.market.order_state(number)["lines"]
    shop.market.set_line_state(lines[0]["id"], 4)  # a call by the SKU reaches both lines, and one is over
    shop.sync()
    handling.resolve(shop.desk, OWNER, conflict(shop, number, Conflict.REFUSED).id, Way.RETRY)
    shop.sync()
    settle(shop, number, Conflict.REFUSED, Way.KEEP)
    shop.sync()
    assert not detail(shop, number).conflicts, "put aside, nothing is asked again by itself"
    handling.accept(shop.desk, OWNER, detail(shop, number).row.id)
    shop.sync()
    assert conflict(shop, number, Conflict.REFUSED).id


@pytest.mark.slow
def test_a_packed_order_waits_while_its_refund_is_asked_and_leaves_when_it_is_withdrawn(shop: Shop) -> None:
    (unit,) = selling(shop)
    number = bought(shop)
    packed(shop, unit, order=number)
    (line,) = detail(shop, number).lines
    handling.cancel(shop.desk, OWNER, line.id, "withdrawal")
    (step,) = detail(shop, number).lines[0].steps
    handling.withdraw(shop.desk, OWNER, step.id)
    shop.settle()
    assert shop.market.order_state(number)["lines"][0]["state"] == 3
    assert state(shop, unit) == ["shipped"]


def test_a_packed_order_that_is_refunded_before_anybody_was_told_does_not_leave(shop: Shop) -> None:
    (unit,) = selling(shop)
    number = bought(shop)
    packed(shop, unit, order=number)
    (line,) = detail(shop, number).lines
    handling.refund(shop.desk, OWNER, line.id, "withdrawal")
    shop.settle()
    assert shop.market.order_state(number)["lines"][0]["state"] == 5
    assert not shop.writes("ship")
    settle(shop, number, Conflict.GONE_WHILE_PACKED, Way.TAKEN_OUT)
    assert state(shop, unit) == ["ready"]


def part_refund_lost(shop: Shop, *, happens: bool = True) -> int:
    """A part of the money is given back, and the answer does not come."""
    (unit,) = selling(shop)
    number = bought(shop)
    packed(shop, unit, order=number)
    shop.sync()
    (line,) = detail(shop, number).lines
    shop.hasty()
    shop.market.fault("timeout-after" if happens else "timeout-before", "POST /ws/sav/refund", times=1)
    handling.refund(shop.desk, OWNER, line.id, "other", Money(1000, "EUR"))
    for _ in range(3):
        shop.sync()
        shop.advance(minutes=10)
    return number
