"""The engine in trouble: what fails waits, what is in doubt is looked at, one process at a time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import event

from bmdesk.services.desk import Desk
from bmdesk.simulator import wire
from bmdesk.store.queries import accounts as account_rows
from bmdesk.store.queries import outbox
from bmdesk.store.queries.accounts import AccountRow
from bmdesk.sync.manner import Manner
from bmdesk.sync.opening import SyncedElsewhere, Syncing
from tests.markets import FIRST, Shop


def account(shop: Shop) -> AccountRow:
    return shop.desk.read(lambda c: account_rows.account(c, shop.account))


# -------------------------------------------------------------------- troubles


def test_a_listing_that_is_gone_parks(shop: Shop) -> None:
    shop.ready(1)
    shop.offer(FIRST, 0)
    shop.market.remove_listing(FIRST)
    shop.advance(seconds=30)
    shop.tick()

    assert {shop.problem(e) for e in shop.effects("parked")} == {"remote.gone.title"}


def test_a_refused_token_blocks_the_account_and_sync_now_tries_once_more(shop: Shop) -> None:
    shop.ready(1)
    shop.offer(FIRST, 0)
    shop.market.fault("401", times=1)
    report = shop.sync()
    assert [p.code for p in report.problems] == ["remote.token_refused"]
    until = account(shop).blocked_until
    assert until is not None and until - shop.clock.now() == timedelta(hours=1)
    asked = len(shop.market.ledger.requests)
    shop.advance(minutes=5)
    shop.tick()
    assert len(shop.market.ledger.requests) == asked, "no call while it rests"
    assert not shop.engine().is_due()

    shop.sync()
    assert shop.remote(FIRST) == 1
    assert account(shop).blocked_until is None


@pytest.mark.slow
def test_failures_wait_longer_and_longer_and_never_park(shop: Shop) -> None:
    shop.ready(1)
    shop.offer(FIRST, 0)
    shop.market.fault("500", "GET /ws/listings/*-*")
    waits = []
    for _ in range(7):
        shop.sync()
        effect = next(e for e in shop.open() if e.kind == "stock")
        waits.append(effect.next_at - shop.clock.now())
        shop.advance(waits[-1] + timedelta(seconds=1))
    steps = [timedelta(seconds=30), timedelta(minutes=2), timedelta(minutes=10), timedelta(hours=1)]
    steps += [timedelta(hours=6)] * 3
    for wait, step in zip(waits, steps, strict=True):
        assert step * 0.85 < wait < step * 1.15
    assert not shop.effects("parked")
    shop.market.clear()
    shop.advance(hours=7)
    shop.settle(minutes=400)
    assert shop.remote(FIRST) == 1


def test_the_breaker_rests_the_account_after_failures_in_a_row(shop: Shop) -> None:
    shop.ready(1)
    for n in range(6):
        shop.market.add_listing(f"OTHER-{n}", quantity=1)
    shop.offer(FIRST, 0)
    shop.market.fault("500")
    last = account(shop).last_success_at
    shop.sync()
    shop.sync()
    row = account(shop)
    assert row.failures >= 3 and row.blocked_until is not None
    assert row.last_success_at == last, "having no task to ask after is no success"
    asked = len(shop.market.ledger.requests)
    shop.tick()
    assert len(shop.market.ledger.requests) == asked
    shop.market.clear()
    shop.advance(hours=1)
    shop.tick()
    assert account(shop).failures == 0


def test_after_a_lost_answer_the_present_value_is_sent_again_when_the_call_surely_ended(shop: Shop) -> None:
    shop.hasty()
    units_ = shop.ready(3)
    shop.offer(FIRST, 0)
    shop.sync()
    shop.hold(units_[0])
    shop.market.fault("late", "POST /ws/listings/*", times=1)  # done, but long after we gave up
    shop.sync()
    (uncertain,) = shop.effects("uncertain")
    shop.gone(units_[1])
    shop.sync()
    assert shop.remote(FIRST) == 3, "the lane waits until the first call has ended"
    assert uncertain.id in {effect.id for effect in shop.effects("uncertain")}
    shop.advance(seconds=91)
    shop.settle(minutes=2)
    assert shop.remote(FIRST) == 1


def test_what_was_in_flight_when_the_process_ended_is_uncertain_and_comes_right(shop: Shop) -> None:
    shop.ready(2)
    shop.offer(FIRST, 0)
    effects = [e for e in shop.open() if e.kind == "stock"]
    shop.desk.write(lambda tx: outbox.claim(tx, effects))
    shop.tick()
    (uncertain,) = shop.effects("uncertain")
    assert uncertain.next_at - shop.clock.now() <= timedelta(seconds=90)
    shop.advance(seconds=91)
    shop.sync()
    assert shop.remote(FIRST) == 2


def by_the_second(shop: Shop, seconds: int) -> int:
    """The worker looks every second; how many calls that made."""
    before = len(shop.market.ledger.requests)
    for _ in range(seconds):
        if shop.engine().is_due():
            shop.tick()
        shop.advance(seconds=1)
    return len(shop.market.ledger.requests) - before


@pytest.mark.parametrize("what", ["malformed", "500", "429"])
@pytest.mark.slow
def test_orders_that_cannot_be_read_are_not_asked_for_every_second(shop: Shop, what: str) -> None:
    shop.ready(1)
    shop.offer(FIRST, 0)
    shop.advance(minutes=6)
    shop.market.fault(what, "GET /ws/orders")
    assert by_the_second(shop, 120) < 15
    assert shop.remote(FIRST) == 0
    shop.market.clear()
    shop.advance(minutes=10)
    assert by_the_second(shop, 3) < 30
    assert shop.remote(FIRST) == 1


@pytest.mark.slow
def test_a_list_that_never_comes_to_its_end_is_not_read_every_second(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.ready(1)
    shop.offer(FIRST, 0)
    shop.advance(minutes=6)
    page = wire.page

    def too_many(*args: object) -> object:
        frame, items = page(*args)  # type: ignore[arg-type]
        return {**frame, "count": 7}, items

    monkeypatch.setattr(wire, "page", too_many)
    assert by_the_second(shop, 120) < 60
    assert shop.remote(FIRST) == 0, "orders may be missing"


@pytest.mark.slow
def test_a_clock_that_was_set_back_stops_nothing(shop: Shop) -> None:
    unit, _ = shop.ready(2)
    shop.offer(FIRST, 0)
    shop.advance(days=2)
    shop.sync()
    shop.market.fault("500", "GET /ws/listings/*-*", times=1)
    shop.hold(unit)
    shop.sync()
    assert shop.remote(FIRST) == 2 and shop.open()
    shop.advance(days=-2)
    assert shop.engine().is_due()
    shop.tick()
    assert shop.remote(FIRST) == 1


# -------------------------------------------------------------------- who syncs


def test_two_claims_of_one_effect_have_one_winner(shop: Shop) -> None:
    shop.ready(1)
    shop.offer(FIRST, 0)
    effects = shop.open()
    first = shop.desk.write(lambda tx: outbox.claim(tx, effects))
    second = shop.desk.write(lambda tx: outbox.claim(tx, effects))
    assert (len(first), len(second)) == (len(effects), 0)


def test_a_second_process_is_told_who_syncs(shop: Shop, open_desk: Callable[..., Desk]) -> None:
    other = open_desk("bench-2")
    with Syncing.begin(shop.desk, shop.tools) as syncing:
        syncing.run(Manner(everything=True))
        with pytest.raises(SyncedElsewhere) as told:
            Syncing.begin(other, shop.tools)
        assert told.value.params["station"] == "bench-1"
    Syncing.begin(other, shop.tools).close()


def test_an_idle_shop_has_nothing_due(shop: Shop) -> None:
    shop.ready(1)
    shop.offer(FIRST, 0)
    shop.sync()
    assert not shop.engine().is_due()
    shop.hold(*shop.units)
    assert shop.engine().is_due()


def test_a_clock_that_is_wrong_is_said(shop: Shop) -> None:
    shop.market.clock = shop.clock.now() + timedelta(minutes=20)
    shop.engine().run_once(Manner(everything=True))
    assert account(shop).clock_skew_ms == -20 * 60_000
    assert "sync.clock_skew" in shop.log_codes()


def test_an_idle_run_asks_once_whether_anything_waits_and_once_a_feed_whether_it_is_due(shop: Shop) -> None:
    shop.offer()
    shop.settle()
    looks: list[list[str]] = []

    def note(_connection: object, _cursor: object, sql: str, *_: object) -> None:
        if sql != "BEGIN":
            looks[-1].append(sql)

    reader = shop.desk.store.database._reader
    event.listen(reader, "begin", lambda _: looks.append([]))
    event.listen(reader, "before_cursor_execute", note)
    shop.tick()
    feeds = [look for look in looks if "FROM feed" in look[-1]]
    assert len(feeds) > 5
    assert all("FROM account" in look[0] for look in feeds)  # whether the run goes on, in the same look
    assert sum("effect.next_at <=" in sql for look in looks for sql in look) == 1
