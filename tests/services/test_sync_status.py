"""What goes wrong with syncing is said aloud, the gravest first, with what to do."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import event

from bmdesk.domain.effects import EffectState
from bmdesk.services.desk import Desk
from bmdesk.services.selling import accounts
from bmdesk.services.syncing import outbox, sync_status
from bmdesk.services.syncing.sync_status import Level
from bmdesk.store.queries import accounts as account_rows
from bmdesk.store.queries import feeds, limits
from bmdesk.store.queries import outbox as effects
from bmdesk.store.transaction import Tx
from bmdesk.texts import render
from tests.markets import FIRST, OWNER, Shop, market, marketplace, shop

__all__ = ["market", "marketplace", "shop"]


def alive(shop: Shop) -> None:
    """A process syncs this store now."""
    now = shop.clock.now()
    values = {
        "station": "bench-1",
        "process": 7,
        "since": now,
        "beat_at": now,
        "running": True,
    }
    shop.desk.write(lambda tx: feeds.set_syncing(tx, **values))


def concerns(shop: Shop) -> list[str]:
    found = sync_status.status(shop.desk)
    for one in found.concerns:
        assert all(render(text) for text in (one.title, one.happened, one.todo))
    return [one.title.code for one in found.concerns]


def test_where_all_is_well_nothing_is_said(shop: Shop) -> None:
    shop.offer()
    shop.sync()
    alive(shop)

    found = sync_status.status(shop.desk)

    assert (found.level, found.concerns) == (Level.OK, ())
    (account,) = found.accounts
    assert (account.state.code, account.sandbox, account.works) == ("sync.account.works", True, True)
    kinds = [(feed.kind_code, feed.market) for feed in account.feeds]
    assert kinds == [
        ("orders", ""),
        ("unfinished", ""),
        ("tasks", ""),
        ("listings", "fr-fr"),
        ("prices", ""),
        ("content", ""),
        ("backship", ""),
        ("papers", ""),
        ("backbox", ""),
        ("categories", ""),
        ("history", ""),
    ]
    assert all(feed.last_success and feed.next_run and not feed.overdue for feed in account.feeds)
    assert account.lines_used > 0 and account.lines_allowed == 1900
    assert sync_status.summary(shop.desk).text.code == "sync.short_fine"


def test_a_company_without_an_account_is_told_so_and_nothing_is_wrong(desk: Desk) -> None:
    found = sync_status.status(desk)
    assert (found.accounts, found.concerns) == ((), ())
    assert sync_status.summary(desk).text.code == "sync.no_account_yet"


def test_no_success_for_twice_the_interval_is_said(shop: Shop) -> None:
    shop.sync()
    shop.advance(minutes=11)
    assert concerns(shop) == ["sync.silent.title"]
    (one,) = sync_status.status(shop.desk).concerns
    assert (one.level, one.todo.code) == (Level.WARNING, "sync.silent.nobody")
    assert sync_status.summary(shop.desk).text.code == "sync.short_nobody"

    alive(shop)
    (one,) = sync_status.status(shop.desk).concerns
    assert (one.level, one.todo.code) == (Level.ERROR, "sync.silent.todo")


def test_a_refused_token_comes_first_and_says_what_the_marketplace_said(shop: Shop) -> None:
    shop.offer(quantity=2)
    outbox.park(shop.desk, OWNER, [shop.effects("pending")[0].id])
    shop.market.fault("401")
    shop.sync()
    alive(shop)

    assert concerns(shop) == ["remote.token_refused.title", "sync.parked.title"]
    (account,) = sync_status.status(shop.desk).accounts
    assert account.state.code == "sync.account.rests_because"
    assert sync_status.summary(shop.desk).level is Level.ERROR


def test_a_missing_token_is_the_callers_to_know(shop: Shop) -> None:
    found = sync_status.status(shop.desk, lambda name: False)
    assert [one.title.code for one in found.concerns] == ["sync.token_missing_title"]
    assert found.accounts[0].state.code == "sync.account.no_token"
    accounts.switch(shop.desk, "default", active=False)
    off = sync_status.status(shop.desk, lambda name: False)
    assert (off.concerns, off.accounts[0].state.code) == ((), "sync.account.off")


def test_a_copied_store_waits_for_a_word(shop: Shop) -> None:
    shop.sync()
    alive(shop)
    accounts.pause(shop.desk, "default", accounts.OTHER_MACHINE)
    (one,) = sync_status.status(shop.desk).concerns
    assert (one.level, one.todo.code) == (Level.ERROR, "sync.paused_confirm")
    assert sync_status.summary(shop.desk).text.code == "sync.short_other_machine"


def test_a_process_that_hangs_is_told_from_one_that_works(shop: Shop) -> None:
    shop.sync()
    alive(shop)
    assert concerns(shop) == []
    shop.advance(minutes=3)
    assert concerns(shop) == ["sync.stalled.title"]
    assert sync_status.summary(shop.desk).text.code == "sync.stalled.title"


def test_a_wrong_clock_and_a_used_up_hour_are_said(shop: Shop) -> None:
    shop.offer(quantity=2)
    alive(shop)

    def work(tx: Tx) -> None:
        account_rows.set_account(tx, shop.account, clock_skew_ms=-400_000)
        limits.reserve(tx, shop.account, "lines", 1900, 1900, timedelta(hours=1), 1900)

    shop.desk.write(work)

    assert concerns(shop) == ["sync.skew.title", "sync.lines.title"]
    words = render(sync_status.status(shop.desk).concerns[1].happened)
    assert "1,900" in words and "2 more wait" in words


def test_what_fails_again_and_again_is_said(shop: Shop) -> None:
    shop.offer(quantity=2)
    first = shop.effects("pending")[0]
    shop.desk.write(lambda tx: effects.set_effect(tx, first.id, attempts=5))
    alive(shop)
    assert "sync.stuck.title" in concerns(shop)
    assert sync_status.status(shop.desk).queue[EffectState.PENDING] == 2


def test_a_line_without_a_unit_asks_which_one_left(shop: Shop) -> None:
    shop.ready()
    shop.offer(quantity=1)
    shop.sync()
    order = shop.market.order(FIRST)
    shop.sync()
    alive(shop)
    assert "sync.which_unit.title" not in concerns(shop)
    shop.market.set_order_state(order, 9)
    shop.advance(minutes=1)
    shop.sync()
    alive(shop)
    assert "sync.which_unit.title" in concerns(shop)


def test_the_header_costs_less_than_five_questions(shop: Shop) -> None:
    shop.offer()
    shop.sync()
    alive(shop)
    said: list[str] = []

    def work(connection: object) -> None:
        event.listen(connection, "before_cursor_execute", lambda *a: said.append(a[2]))

    # Counted on one connection: what `summary` reads is one snapshot.
    read = shop.desk.store.read

    def counted(what):  # type: ignore[no-untyped-def]
        def whole(connection):  # type: ignore[no-untyped-def]
            work(connection)
            return what(connection)

        return read(whole)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shop.desk.store, "read", counted)
        assert sync_status.summary(shop.desk).level is Level.OK
    assert 0 < len(said) < 5, said


def test_the_log_is_found_by_its_words(shop: Shop) -> None:
    shop.offer(quantity=2)
    shop.sync()
    everything = sync_status.log(shop.desk)
    assert everything.next is None and len(everything.lines) > 1
    found = sync_status.log(shop.desk, words="quantity 2")
    assert [render(line.text) for line in found.lines] == ["Quantity 2 → 0"]
    assert [line.sku for line in found.lines] == [FIRST]
    first = sync_status.log(shop.desk, limit=1)
    second = sync_status.log(shop.desk, before=first.next, limit=1)
    assert [*first.lines, *second.lines] == list(everything.lines[:2])
    assert sync_status.log(shop.desk, levels=["error"]).lines == ()
