"""Orders come in by themselves or by hand, every open one is looked at each hour, and nothing is dropped in silence."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bmdesk.connectors.backmarket import import_orders
from bmdesk.connectors.backmarket.import_again import NotSetAside, StillUnreadable
from bmdesk.connectors.backmarket.reading import BadRecord
from bmdesk.services import settings
from bmdesk.services.orders import customers
from bmdesk.services.selling import accounts
from bmdesk.services.syncing import sync_status
from bmdesk.store.queries import orders
from bmdesk.store.transaction import Row
from bmdesk.sync import importing
from bmdesk.sync.opening import Syncing
from bmdesk.texts import msg, render
from tests.markets import FIRST, OWNER, Shop


def order(shop: Shop, number: int) -> Row:
    return shop.desk.read(lambda c: orders.orders(c, shop.account, [number]))[number]


def has(shop: Shop, number: int) -> bool:
    return bool(shop.desk.read(lambda c: orders.orders(c, shop.account, [number])))


def test_an_order_brings_its_customer_and_nothing_of_them_into_the_log(shop: Shop) -> None:
    shop.market.add_listing(FIRST, grade="EXCELLENT", quantity=9, prices={"fr-fr": 500})
    numbers = [shop.market.order(FIRST) for _ in range(2)]
    shop.sync()

    people = [customers.detail(shop.desk, order(shop, n)["customer_id"]) for n in numbers]
    assert all(one.customer.name and one.addresses and one.orders for one in people)
    said = " ".join(str(line) for line in shop.log())
    assert not any(one.customer.name in said or one.addresses[0].street in said for one in people)


def test_what_the_list_keeps_silent_about_is_seen_within_the_hour(shop: Shop) -> None:
    shop.market.add_listing(FIRST, grade="EXCELLENT", quantity=9, prices={"fr-fr": 500})
    number = shop.market.order(FIRST)
    shop.sync()
    assert order(shop, number)["state"] == "to_accept"
    remote = shop.market.world.orders[number]
    before = remote.modified
    shop.advance(minutes=65)
    for line in remote.lines:
        shop.market.set_line_state(line.id, 4)
    remote.modified = before - timedelta(days=1)  # a change that moves no date
    shop.tick()
    assert order(shop, number)["state"] == "cancelled"


def test_while_import_is_off_no_order_is_read_and_no_stock_is_written(shop: Shop) -> None:
    shop.offer(quantity=0)
    shop.settle()
    settings.put(shop.desk, "backmarket.import_orders", "false")
    shop.ready(1)
    number = shop.market.order(FIRST) if shop.remote() else None
    for _ in range(3):
        shop.advance(hours=2)
        shop.sync()
    assert shop.remote() == 0
    assert number is None
    assert [one.kind for one in shop.open()] == ["stock"]
    assert "sync.import_off.title" in [c.title.code for c in sync_status.status(shop.desk).concerns]
    assert not shop.engine().is_due(), "what is held does not make the worker run for ever"

    settings.put(shop.desk, "backmarket.import_orders", "true")
    shop.settle()
    assert shop.remote() == 1
    assert "sync.import_off.title" not in [c.title.code for c in sync_status.status(shop.desk).concerns]


@pytest.mark.slow
def test_orders_by_state_and_one_by_one_cost_nothing_while_there_are_none(shop: Shop) -> None:
    shop.offer()
    shop.settle()
    shop.advance(hours=3)
    shop.sync()
    asked = len(shop.market.ledger.requests)
    shop.advance(minutes=1)
    shop.tick()
    assert len(shop.market.ledger.requests) == asked, "papers, parcels and history ask for nothing"


def test_a_customer_shows_the_device_that_is_theirs(shop: Shop) -> None:
    (unit,) = shop.ready(1)
    shop.offer()
    settings.put(shop.desk, "backmarket.orders", "by_hand")
    number = shop.market.order(FIRST)
    shop.sync()
    (device,) = customers.detail(shop.desk, order(shop, number)["customer_id"]).devices
    assert (device.unit_id, device.identifier, device.order_number) == (unit, shop.units[unit], number)
    assert (device.state, device.warranty_until) == ("reserved", None)


def test_a_paper_that_an_open_order_lacks_is_said_aloud(shop: Shop) -> None:
    shop.market.add_listing(FIRST, grade="EXCELLENT", quantity=9, prices={"fr-fr": 500})
    number = shop.market.order(FIRST)
    shop.market.control(paper={"order": number, "kind": "missing"})
    shop.sync()
    assert "sync.papers.title" in [c.title.code for c in sync_status.status(shop.desk).concerns]


# -------------------------------------------------------------------- by hand


def test_by_hand_it_is_said_what_came_in(shop: Shop) -> None:
    settings.put(shop.desk, "backmarket.import_orders", "false")
    shop.market.add_listing(FIRST, grade="EXCELLENT", quantity=99, prices={"fr-fr": 500})
    numbers = [shop.market.order(FIRST) for _ in range(60)]
    shop.meet()
    done = importing.now(shop.desk, shop.tools, "default", lambda: True)
    assert (done.new, done.quarantined, done.complete) == (60, 0, True)
    assert done.pages >= 4

    shop.advance(minutes=30)
    shop.market.set_line_state(shop.market.order_state(numbers[0])["lines"][0]["id"], 4)
    done = importing.now(shop.desk, shop.tools, "default", lambda: True)
    assert (done.new, done.updated) == (0, 1)


def test_a_range_by_hand_is_read_to_its_end_or_watched_where_another_process_reads(shop: Shop) -> None:
    shop.market.add_listing(FIRST, grade="EXCELLENT", quantity=999, prices={"fr-fr": 500})
    begun = shop.clock.now() - timedelta(days=100)
    for n in range(120):
        number = shop.market.order(FIRST, at=begun + timedelta(hours=n))
        shop.market.set_order_state(number, 9)
    shop.meet()
    far: list[int] = []
    done = importing.between(
        shop.desk, shop.tools, OWNER, "default", begun, shop.clock.now(), None, lambda: True,
        lambda one: far.append(one.seen),
    )  # fmt: skip
    assert (done.seen, done.new, done.pages, done.complete) == (120, 120, 3, True)
    assert far == sorted(far) and far[-1] >= 100

    with Syncing.begin(shop.desk, shop.tools):  # another process syncs
        waits = iter(range(5))

        def somebody_reads(_seconds: float) -> None:
            next(waits)
            shop.tick()

        tools = replace(shop.tools, rest=somebody_reads)
        done = importing.between(
            shop.desk, tools, OWNER, "default", begun, shop.clock.now(), None, lambda: True
        )
    assert (done.seen, done.new, done.complete) == (120, 0, True)


def test_an_order_set_aside_is_taken_when_it_can_be_read(shop: Shop) -> None:
    shop.market.add_listing(FIRST, grade="EXCELLENT", quantity=9, prices={"fr-fr": 500})
    number = shop.market.order(FIRST)
    broken = BadRecord(
        str(number), 0, msg("wire.order_without_lines", order=str(number)), {"order_id": number}
    )
    shop.desk.write(
        lambda tx: import_orders.save_page(
            tx, shop.desk.policies(tx.connection), shop.account, None, [], [broken]
        )
    )
    shop.meet()
    done = importing.again(shop.desk, shop.tools, "default", str(number))
    assert (done.new, has(shop, number)) == (1, True)
    assert shop.desk.read(lambda c: orders.quarantined(c, [shop.account])) == []
    with pytest.raises(NotSetAside):
        importing.again(shop.desk, shop.tools, "default", str(number))


def test_an_order_that_is_gone_and_was_kept_broken_stays_aside_with_its_reason(shop: Shop) -> None:
    broken = BadRecord("", 0, msg("wire.order_without_id"), {"orderlines": []})
    shop.desk.write(
        lambda tx: import_orders.save_page(
            tx, shop.desk.policies(tx.connection), shop.account, None, [], [broken]
        )
    )
    (aside,) = shop.desk.read(lambda c: orders.quarantined(c, [shop.account]))
    shop.meet()
    with pytest.raises(StillUnreadable) as refused:
        importing.again(shop.desk, shop.tools, "default", aside["remote_id"])
    assert "number" in render(refused.value.happened)
    assert len(shop.desk.read(lambda c: orders.quarantined(c, [shop.account]))) == 1


def test_nothing_is_imported_for_an_account_that_waits_for_a_person(shop: Shop) -> None:
    accounts.pause(shop.desk, "default")
    with pytest.raises(importing.AccountWaits):
        importing.now(shop.desk, shop.tools, "default", lambda: True)
