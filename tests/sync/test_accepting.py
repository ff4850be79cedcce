"""What Back Market hears when an order is accepted: looked up first, once, and only what is wanted."""

from __future__ import annotations

import pytest

from bmdesk.domain.effects import Kind, StepOf
from bmdesk.domain.orders import Way
from bmdesk.services import settings, wants
from bmdesk.services.orders import conflicts, handling_steps
from bmdesk.simulator import Simulator
from bmdesk.store.queries import order_progress, sync_log
from tests.markets import FIRST, OWNER, SECOND, Shop
from tests.selling import (
    bought,
    lines,
    open_conflicts,
    selling,
    state,
    there,
)


def test_accepting_is_one_look_and_one_call(shop: Shop, market: Simulator) -> None:
    selling(shop)
    number = bought(shop)

    assert [one["state"] for one in there(shop, number)] == [2]
    assert len(shop.effects(kind="accept")) == 1, "what the look itself wanted again is the same effect"
    assert market.ledger.count_requests("POST", f"/ws/orders/{number}") == 1
    assert shop.sync().parked == 0
    assert market.ledger.count_requests("GET", f"/ws/orders/{number}") == 1


@pytest.mark.slow
def test_two_goods_of_an_order_are_accepted_one_by_one(shop: Shop) -> None:
    one, other = selling(shop, 2)
    shop.offer(SECOND)
    shop.regrade(other)
    shop.sync()
    number = shop.market.order(lines=[(FIRST, 1), (SECOND, 1)])
    shop.sync()
    assert [line["state"] for line in there(shop, number)] == [2, 2]
    assert (state(shop, one), state(shop, other)) == ("reserved", "reserved")


def test_two_lines_of_one_sku_are_accepted_together_or_not_at_all(shop: Shop) -> None:
    selling(shop, 1)
    number = shop.market.order(lines=[(FIRST, 1), (FIRST, 1)])
    shop.sync()
    assert [line["state"] for line in there(shop, number)] == [1, 1], "Back Market would accept both"
    assert open_conflicts(shop, number) == ["no_unit"]
    assert not shop.open(), "and nobody asks for it again and again"

    shop.ready(1)
    shop.sync()
    assert [line["state"] for line in there(shop, number)] == [2, 2]


def test_what_another_tool_accepted_meanwhile_is_not_accepted_again(shop: Shop, market: Simulator) -> None:
    selling(shop, how="by_hand")
    number = bought(shop)
    order_id = lines(shop, number)[0].order_id
    shop.desk.write(lambda tx: wants.want(tx, StepOf(order_id, Kind.ACCEPT)))
    market.set_line_state(there(shop, number)[0]["id"], 2)
    shop.sync()
    assert [e.state for e in shop.effects(kind="accept")] == ["done"]
    assert not shop.writes("accept", order=number)


def test_an_account_that_only_reads_accepts_nothing_that_waited(shop: Shop, market: Simulator) -> None:
    selling(shop, how="by_hand")
    number = bought(shop)
    order_id = lines(shop, number)[0].order_id
    shop.desk.write(lambda tx: wants.want(tx, StepOf(order_id, Kind.ACCEPT)))
    settings.put(shop.desk, "backmarket.orders", "read")
    shop.sync()
    assert [one["state"] for one in there(shop, number)] == [1]


def test_a_line_that_a_person_wants_cancelled_is_not_accepted_before(shop: Shop) -> None:
    selling(shop, how="by_hand")
    number = bought(shop)
    handling_steps.cancel(shop.desk, OWNER, lines(shop, number)[0].id, "stock")
    settings.put(shop.desk, "backmarket.orders", "automatic")
    shop.sync()
    assert [one["state"] for one in there(shop, number)] == [4]
    assert not shop.open() and not shop.effects("parked")


def test_a_refused_acceptance_is_a_conflict_until_it_is_moot(shop: Shop, market: Simulator) -> None:
    selling(shop, 2)
    number = market.order(lines=[(FIRST, 1), (FIRST, 1)])
    market.set_line_state(there(shop, number)[0]["id"], 4)
    shop.sync()
    (parked,) = shop.effects("parked")
    assert (parked.kind, parked.fault) == ("accept", "rejected")
    assert open_conflicts(shop, number) == ["refused"]
    logged = shop.desk.read(lambda c: sync_log.log_lines(c, shop.desk.company, order_id=parked.order_id))
    assert logged, "the log knows the order"

    market.set_line_state(there(shop, number)[1]["id"], 2)
    shop.sync()
    assert not shop.effects("parked"), "accepted by another hand: nobody needs to look any more"
    assert not open_conflicts(shop, number)


@pytest.mark.slow
def test_who_tries_a_refused_acceptance_again_meets_what_was_wanted_meanwhile(
    shop: Shop, market: Simulator
) -> None:
    selling(shop, 2)
    number = market.order(lines=[(FIRST, 1), (FIRST, 1)])
    market.set_line_state(there(shop, number)[0]["id"], 4)
    shop.sync()
    market.set_line_state(there(shop, number)[1]["id"], 1)
    shop.sync()
    order_id = lines(shop, number)[0].order_id
    shop.desk.write(lambda tx: wants.want(tx, StepOf(order_id, Kind.ACCEPT)))
    (refused,) = shop.desk.read(lambda c: order_progress.conflicts(c, [order_id]))
    conflicts.resolve(shop.desk, OWNER, refused.id, Way.RETRY)
    assert not shop.effects("parked")
    assert len(shop.effects("pending", kind="accept")) == 1
