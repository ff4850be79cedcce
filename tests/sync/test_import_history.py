"""Older orders by their date: all of them once, whatever breaks, is paused, or comes in between."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from bmdesk.connectors.backmarket import import_history
from bmdesk.connectors.failures import RemoteFailure
from bmdesk.services.orders import history_import
from bmdesk.services.orders.history_import import History
from bmdesk.store.queries import history_import as rows
from bmdesk.store.tables import orders as t
from bmdesk.sync.opening import opener
from tests.markets import FIRST, OWNER, Shop


def fill(shop: Shop, count: int, *, days: int = 200) -> list[int]:
    """So many orders, shipped long ago; their numbers, oldest first."""
    shop.market.add_listing(FIRST, grade="EXCELLENT", quantity=9 * count, prices={"fr-fr": 500})
    begun = shop.clock.now() - timedelta(days=days)
    numbers = []
    for n in range(count):
        at = begun + timedelta(minutes=30 * n)
        number = shop.market.order(FIRST, at=at)
        shop.market.set_line_state(shop.market.order_state(number)["lines"][0]["id"], 3)
        shop.market.world.orders[number].modified = at
        numbers.append(number)
    return numbers


def known(shop: Shop) -> int:
    return int(shop.desk.read(lambda c: c.execute(select(func.count(t.customer_order.c.id))).scalar_one()))


def begin(shop: Shop, days: int = 400, until_days: int = 0) -> str:
    now = shop.clock.now()
    since, until = now - timedelta(days=days), now - timedelta(days=until_days)
    return history_import.start(shop.desk, OWNER, shop.account, since, until).id


def standing(shop: Shop) -> History:
    return history_import.of_account(shop.desk, shop.account)[0]


def test_all_orders_of_a_range_are_read_once_and_ask_for_nothing(shop: Shop) -> None:
    fill(shop, 230)
    shop.sync()
    assert known(shop) == 0, "the first reading takes a month"
    begin(shop)
    shop.tick()

    done = standing(shop)
    assert (done.state, done.percent, done.problem) == ("done", 100, None)
    assert (done.seen, done.new, done.updated, done.quarantined, done.count) == (230, 230, 0, 0, 230)
    assert (known(shop), done.pages) == (230, 5)
    assert shop.open() == [], "history wants nothing"
    lines = shop.desk.read(
        lambda c: c.execute(select(t.orderline.c.counts, t.orderline.c.state).distinct()).all()
    )
    assert [tuple(row) for row in lines] == [(False, "shipped")]


def test_a_range_ends_where_it_was_said_to_end(shop: Shop) -> None:
    numbers = fill(shop, 480, days=100)  # ten days
    shop.sync()
    begin(shop, days=96, until_days=94)
    shop.tick()

    assert (standing(shop).state, standing(shop).seen) == ("done", 96)
    assert known(shop) == 96
    kept = shop.desk.read(lambda c: set(c.execute(select(t.customer_order.c.remote_id)).scalars()))
    assert kept == set(numbers[192:288])
    assert standing(shop).pages < 6, "what is newer is not read page by page"


def test_what_is_ordered_right_after_the_range_is_neither_its_own_nor_missing(shop: Shop) -> None:
    fill(shop, 120)
    shop.sync()
    begin(shop)
    shop.advance(seconds=30)
    shop.market.order(FIRST, at=shop.clock.now())
    shop.tick()

    done = standing(shop)
    assert (done.state, done.problem, done.seen, done.pages) == ("done", None, 120, 3)


@pytest.mark.slow
def test_it_goes_on_after_a_failure_where_it_stood(shop: Shop) -> None:
    fill(shop, 180)
    shop.sync()
    begin(shop)
    shop.market.fault("500", "GET /ws/orders", skip=2)
    shop.tick()
    broken = standing(shop)
    assert (broken.state, broken.pages) == ("running", 2)
    assert broken.problem is not None

    shop.market.clear()
    shop.advance(hours=1)
    shop.tick()
    assert (standing(shop).state, standing(shop).pages, standing(shop).new) == ("done", 4, 180)
    assert standing(shop).problem is None


def test_a_crash_between_two_pages_reads_no_page_twice(shop: Shop) -> None:
    fill(shop, 180)
    shop.sync()
    begin(shop)
    connector = opener(shop.desk, shop.tools)(_account(shop))
    client = connector._client  # type: ignore[attr-defined]
    import_history.pull(shop.desk, client, shop.account, 1, lambda: False)
    assert standing(shop).pages == 1
    import_history.pull(shop.desk, client, shop.account, 4, lambda: True)
    connector.close()
    assert (standing(shop).state, standing(shop).pages, standing(shop).seen) == ("done", 4, 180)


@pytest.mark.slow
def test_a_crash_after_the_last_page_ends_it_although_no_page_follows(shop: Shop) -> None:
    fill(shop, 60)
    shop.sync()
    one = begin(shop)
    shop.tick()
    values = {"state": "running", "next_page": 3}
    shop.desk.write(lambda tx: rows.set_history(tx, one, **values))
    shop.advance(minutes=2)
    shop.tick()
    assert (standing(shop).state, standing(shop).seen) == ("done", 60)


def test_a_person_pauses_goes_on_and_gives_up(shop: Shop) -> None:
    fill(shop, 120)
    shop.sync()
    one = begin(shop)
    with pytest.raises(history_import.UnderWay):
        begin(shop)
    history_import.pause(shop.desk, OWNER, one)
    shop.sync()
    assert (standing(shop).state, known(shop)) == ("paused", 0)
    history_import.resume(shop.desk, OWNER, one)
    shop.tick()
    assert standing(shop).state == "done"
    with pytest.raises(history_import.NotUnderWay):
        history_import.pause(shop.desk, OWNER, one)

    other = begin(shop)
    history_import.cancel(shop.desk, OWNER, other)
    shop.sync()
    assert (standing(shop).state, standing(shop).pages) == ("cancelled", 0)


def test_a_pause_while_a_page_is_on_its_way_keeps_nothing_of_it(shop: Shop) -> None:
    fill(shop, 120)
    shop.sync()
    one = begin(shop)
    connector = opener(shop.desk, shop.tools)(_account(shop))

    def pause_after_the_first() -> bool:
        history_import.pause(shop.desk, OWNER, one)
        return True

    client = connector._client  # type: ignore[attr-defined]
    done = import_history.pull(shop.desk, client, shop.account, 1, pause_after_the_first)
    connector.close()
    assert done is not None and not done.more
    assert (standing(shop).state, standing(shop).pages, known(shop)) == ("paused", 1, 50)


@pytest.mark.slow
def test_what_is_urgent_goes_in_between(shop: Shop) -> None:
    shop.ready(1)
    shop.offer(quantity=0)
    shop.settle()
    fill_more = [
        shop.market.order(FIRST, at=shop.clock.now() - timedelta(days=90 + n / 100)) for n in range(700)
    ]
    for number in fill_more:
        shop.market.set_line_state(shop.market.order_state(number)["lines"][0]["id"], 3)
        shop.market.world.orders[number].modified = shop.clock.now() - timedelta(days=80)
    begin(shop)
    shop.hold(*shop.units)
    pages: list[int] = []
    connector = opener(shop.desk, shop.tools)(_account(shop))
    feed = next(one for one in connector.feeds() if one.kind == "history")
    pulled = connector.pull(feed, lambda: True)
    pages.append(standing(shop).pages)
    connector.close()

    assert pulled.next_at == shop.clock.now(), (
        "there is more, and it goes on at once when the zero is written"
    )
    assert pages == [import_history.LEAST_PAGES]
    for _ in range(4):
        shop.tick()
    assert standing(shop).state == "done"


def test_a_range_without_a_moment_is_refused(shop: Shop) -> None:
    now = shop.clock.now()
    for since, until in ((now, now), (now + timedelta(days=1), now + timedelta(days=2))):
        with pytest.raises(history_import.BadRange):
            history_import.start(shop.desk, OWNER, shop.account, since, until)
    with pytest.raises(history_import.BadOrderState):
        history_import.start(shop.desk, OWNER, shop.account, now - timedelta(days=1), now, 4)


def _account(shop: Shop):  # type: ignore[no-untyped-def]
    from bmdesk.store.queries import accounts

    return shop.desk.read(lambda c: accounts.account(c, shop.account))


def test_a_failure_while_reading_says_its_class(shop: Shop) -> None:
    fill(shop, 20)
    shop.sync()
    begin(shop)
    shop.market.fault("500", "GET /ws/orders")
    connector = opener(shop.desk, shop.tools)(_account(shop))
    with pytest.raises(RemoteFailure):
        import_history.pull(shop.desk, connector._client, shop.account, 4, lambda: True)  # type: ignore[attr-defined]
    connector.close()
    assert standing(shop).state == "running"
