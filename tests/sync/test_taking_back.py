"""Cancelling and refunding at Back Market: what another did first counts, money goes back once."""

from __future__ import annotations

from typing import Any

import pytest

from bmdesk.domain.effects import Kind, StepOf
from bmdesk.domain.money import Money
from bmdesk.domain.orders import Way
from bmdesk.services import wants
from bmdesk.services.orders import handling_steps, order_view
from bmdesk.services.orders.order_doubts import BeingFoundOut
from bmdesk.services.syncing import outbox
from bmdesk.simulator import Simulator
from bmdesk.store.queries import order_progress
from tests.markets import FIRST, OWNER, Shop
from tests.selling import (
    bought,
    lines,
    open_conflicts,
    selling,
    shipped,
    state,
    step,
    there,
)


def test_a_line_is_cancelled_and_its_unit_is_for_sale_again(shop: Shop) -> None:
    (unit,) = selling(shop, how="by_hand")
    number = bought(shop)
    handling_steps.cancel(shop.desk, OWNER, lines(shop, number)[0].id, "stock")
    shop.sync()
    assert [one["state"] for one in there(shop, number)] == [4]
    assert (step(shop, number).state, state(shop, unit)) == ("done", "ready")


def test_a_line_accepted_meanwhile_is_not_cancelled_but_asked_about(shop: Shop, market: Simulator) -> None:
    selling(shop, how="by_hand")
    number = bought(shop)
    handling_steps.cancel(shop.desk, OWNER, lines(shop, number)[0].id, "stock")
    market.set_line_state(there(shop, number)[0]["id"], 2)
    shop.sync()
    assert step(shop, number).state == "failed"
    assert open_conflicts(shop, number) == ["refused"]
    assert not shop.effects("parked"), "the order's lane is free for what the person asks now"
    (asks,) = order_view.detail(shop.desk, lines(shop, number)[0].order_id).conflicts
    assert asks.ways == (Way.KEEP,), "nothing stands aside that could be tried again"
    handling_steps.cancel(shop.desk, OWNER, lines(shop, number)[0].id, "stock")
    shop.sync()
    assert [one["state"] for one in there(shop, number)] == [5]


@pytest.mark.parametrize(
    ("how", "found", "became", "asks"),
    [
        ("by_hand", 4, "done", []),
        ("by_hand", 7, "done", []),
        ("automatic", 5, "done", []),
        ("automatic", 6, "done", []),
        ("by_hand", 3, "failed", ["too_late"]),
        ("automatic", 3, "failed", ["too_late"]),
    ],
)
def test_what_another_tool_did_first_is_taken_as_done_or_said_to_be_too_late(
    shop: Shop, market: Simulator, how: str, found: int, became: str, asks: list[str]
) -> None:
    selling(shop, how=how)
    number = bought(shop)
    (line,) = lines(shop, number)
    handling_steps.cancel(shop.desk, OWNER, line.id, "stock")
    market.set_line_state(line.remote_id, found)
    shop.sync()
    assert step(shop, number).state == became
    assert [one for one in open_conflicts(shop, number) if one != "shipped_elsewhere"] == asks
    assert not shop.writes("cancel") and not shop.effects("parked")
    if asks:
        handling_steps.refund(shop.desk, OWNER, line.id, "stock")
        shop.sync()
        assert [one["state"] for one in there(shop, number)] == [6]
        assert "too_late" not in open_conflicts(shop, number)


def test_no_part_of_the_money_is_given_once_all_of_it_is_back(shop: Shop, market: Simulator) -> None:
    number = shipped(shop)
    (line,) = lines(shop, number)
    handling_steps.refund(shop.desk, OWNER, line.id, "other", Money(2050, "EUR"))
    market.set_line_state(line.remote_id, 6)
    shop.sync()
    assert step(shop, number).state == "withdrawn"
    assert not shop.writes("refund") and "refused" not in open_conflicts(shop, number)


def test_one_of_two_lines_of_a_sku_is_taken_back_alone(shop: Shop, market: Simulator) -> None:
    selling(shop, 2)
    number = shop.market.order(lines=[(FIRST, 1), (FIRST, 1)])
    shop.sync()
    handling_steps.cancel(shop.desk, OWNER, lines(shop, number)[0].id, "stock")
    shop.sync()
    assert sorted(one["state"] for one in there(shop, number)) == [2, 5]
    assert market.ledger.count_requests("POST", "/ws/sav/refund") == 1


@pytest.mark.slow
def test_a_cancel_effect_beside_another_line_of_its_sku_means_its_own_line(
    shop: Shop, market: Simulator
) -> None:
    selling(shop, 2)
    number = shop.market.order(lines=[(FIRST, 1), (FIRST, 1)])
    shop.sync()
    line = lines(shop, number)[0]

    def ask(tx: Any) -> None:
        asked = order_progress.ask(tx, line.order_id, line.id, "refund_before", "stock", "", None, "OWNER")
        wants.want(tx, StepOf(line.order_id, Kind.CANCEL, asked))

    shop.desk.write(ask)
    shop.sync()
    assert sorted(one["state"] for one in there(shop, number)) == [2, 5]


def test_all_the_money_after_shipping_is_state_6(shop: Shop) -> None:
    number = shipped(shop)
    handling_steps.refund(shop.desk, OWNER, lines(shop, number)[0].id, "withdrawal", message="Sorry")
    shop.sync()
    assert [one["state"] for one in there(shop, number)] == [6]
    assert step(shop, number).state == "done"


def test_a_part_of_the_money_is_given_once_and_noted(shop: Shop, market: Simulator) -> None:
    number = shipped(shop)
    handling_steps.refund(shop.desk, OWNER, lines(shop, number)[0].id, "other", Money(2050, "EUR"))
    shop.sync()
    assert [one["state"] for one in there(shop, number)] == [3]
    assert lines(shop, number)[0].refunded_minor == 2050
    assert market.ledger.count_requests("POST", "/ws/sav/refund") == 1
    assert not shop.open()


def test_a_lost_part_is_asked_about_and_never_sent_again_by_itself(shop: Shop, market: Simulator) -> None:
    number = shipped(shop)
    handling_steps.refund(shop.desk, OWNER, lines(shop, number)[0].id, "other", Money(2050, "EUR"))
    market.fault("reset-after", "POST /ws/sav/refund", times=1)
    shop.settle()
    (parked,) = shop.effects("parked")
    assert (parked.kind, parked.fault) == ("refund", "ambiguous")
    assert open_conflicts(shop, number) == ["uncertain"]
    assert market.ledger.count_requests("POST", "/ws/sav/refund") == 1

    handling_steps.happened(shop.desk, OWNER, step(shop, number).id)
    shop.sync()
    assert lines(shop, number)[0].refunded_minor == 2050
    assert not open_conflicts(shop, number) and not shop.effects("parked")
    assert market.ledger.count_requests("POST", "/ws/sav/refund") == 1


def test_while_nobody_knows_whether_a_part_was_given_the_order_says_so_and_asks_nobody(
    shop: Shop, market: Simulator
) -> None:
    number = shipped(shop)
    (line,) = lines(shop, number)
    handling_steps.refund(shop.desk, OWNER, line.id, "other", Money(2050, "EUR"))
    market.fault("reset-after", "POST /ws/sav/refund", times=1)
    shop.sync()
    (shown,) = order_view.detail(shop.desk, line.order_id).lines[0].steps
    assert (shown.looked_for, shown.in_doubt, shown.sent) == (True, False, True)
    for says in (handling_steps.happened, handling_steps.did_not_happen):
        with pytest.raises(BeingFoundOut):
            says(shop.desk, OWNER, shown.id)
    with pytest.raises(BeingFoundOut):
        handling_steps.refund(shop.desk, OWNER, line.id, "other", Money(100, "EUR"))
    shop.settle()
    (shown,) = order_view.detail(shop.desk, line.order_id).lines[0].steps
    assert (shown.looked_for, shown.in_doubt) == (False, True)
    handling_steps.happened(shop.desk, OWNER, shown.id)


@pytest.mark.slow
def test_each_word_of_a_person_sends_a_lost_part_once(shop: Shop, market: Simulator) -> None:
    number = shipped(shop)
    handling_steps.refund(shop.desk, OWNER, lines(shop, number)[0].id, "other", Money(2050, "EUR"))
    market.fault("reset", "POST /ws/sav/refund", times=2)
    for sent in (1, 2):
        shop.settle()
        assert market.ledger.count_requests("POST", "/ws/sav/refund") == sent
        handling_steps.did_not_happen(shop.desk, OWNER, step(shop, number).id)
    shop.settle()
    assert market.ledger.count_requests("POST", "/ws/sav/refund") == 3
    assert step(shop, number).state == "done"
    assert market.ledger.count("refund", order=number) <= 1


def test_a_lost_cancel_that_happened_is_found_and_one_that_did_not_is_asked_about(
    shop: Shop, market: Simulator
) -> None:
    selling(shop, 2, how="by_hand")
    first, second = bought(shop), bought(shop)
    handling_steps.cancel(shop.desk, OWNER, lines(shop, first)[0].id, "stock")
    market.fault("reset-after", f"POST /ws/orders/{first}", times=1)
    shop.settle()
    assert (step(shop, first).state, there(shop, first)[0]["state"]) == ("done", 4)

    handling_steps.cancel(shop.desk, OWNER, lines(shop, second)[0].id, "stock")
    market.fault("reset", f"POST /ws/orders/{second}", times=1)
    shop.settle()
    assert open_conflicts(shop, second) == ["uncertain"]
    (parked,) = shop.effects("parked")
    shop.retry(parked)
    shop.settle()
    assert (step(shop, second).state, there(shop, second)[0]["state"]) == ("done", 4)


def test_what_a_person_drops_in_the_sync_room_is_withdrawn(shop: Shop, market: Simulator) -> None:
    selling(shop, how="by_hand")
    number = bought(shop)
    handling_steps.cancel(shop.desk, OWNER, lines(shop, number)[0].id, "stock")
    (waits,) = shop.effects("pending", kind="cancel")
    assert outbox.shown(shop.desk, waits.id).goods == f"#{number}"
    assert outbox.cancel(shop.desk, OWNER, [waits.id]).done
    shop.sync()
    assert (step(shop, number).state, there(shop, number)[0]["state"]) == ("withdrawn", 1)
