"""One process syncs a store: all companies in it, as long as it surely has the right, and shows that it lives."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import create_engine, text

from bmdesk.domain.effects import Kind
from bmdesk.domain.listing_reasons import Aspect
from bmdesk.services import claims, companies
from bmdesk.services.desk import Desk
from bmdesk.services.policies import PolicyBook
from bmdesk.services.selling import accounts
from bmdesk.services.syncing import sync_status
from bmdesk.simulator import Simulator
from bmdesk.store.engine import Place
from bmdesk.store.failures import StoreUnreachable
from bmdesk.store.queries import accounts as account_rows
from bmdesk.store.queries import feeds, outbox, outbox_calls, outbox_lists, sync_log
from bmdesk.store.queries.accounts import AccountRow
from bmdesk.store.sync_right import SyncRight
from bmdesk.store.transaction import Tx
from bmdesk.sync import opening
from bmdesk.sync.dry_run import dry_run
from bmdesk.sync.manner import Manner
from bmdesk.sync.opening import RightLost, SyncedElsewhere, Syncing, UnknownSystem, opener
from bmdesk.system.clock import FixedClock
from bmdesk.system.secrets import variable
from bmdesk.texts import msg
from tests.markets import FIRST, SECOND, Shop, make_shop


@pytest.fixture
def other(shop: Shop, clock: FixedClock) -> Iterator[Shop]:
    """A second company in the same store, with a marketplace of its own."""
    row = companies.add(shop.desk, None, "second", "Second Phones", "Europe/Paris", "EUR").row
    desk = replace(shop.desk, company=row.id, book=PolicyBook())
    with Simulator(clock=clock.now(), limits=False, task_seconds=0) as market:
        yield make_shop(desk, clock, market)


# ---------------------------------------------------------------- all companies


def test_a_window_of_one_company_syncs_the_others_too(shop: Shop, other: Shop) -> None:
    shop.market.add_listing(FIRST, quantity=1)
    other.market.add_listing(SECOND, quantity=2)
    with Syncing.begin(shop.desk, shop.tools, alone=False) as syncing:
        assert syncing.is_due()
        assert syncing.run(Manner(everything=True)).pulled == 2
    assert (shop.listed(FIRST).quantity, other.listed(SECOND).quantity) == (1, 2)


def test_a_run_for_one_company_leaves_the_others_alone(shop: Shop, other: Shop) -> None:
    with Syncing.begin(shop.desk, shop.tools) as syncing:
        syncing.run(Manner(everything=True))
    assert other.market.ledger.requests == []


def test_accounts_of_the_same_name_never_speak_with_one_token(shop: Shop, other: Shop) -> None:
    assert accounts.secret_of(shop.desk) == "backmarket.token"
    assert accounts.secret_of(other.desk) == "second.backmarket.token"
    assert accounts.token_name("us", "second") == "second.backmarket.us.token"
    assert variable(accounts.secret_of(other.desk)) == "BMDESK_SECOND_BACKMARKET_TOKEN"


@pytest.mark.sqlite_only
def test_a_copied_store_pauses_the_accounts_of_every_company(
    shop: Shop, other: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    Syncing.begin(shop.desk, shop.tools).close()
    monkeypatch.setattr(claims, "machine_id", lambda: "another machine")
    with Syncing.begin(shop.desk, shop.tools, alone=False) as syncing:
        syncing.run(Manner(everything=True))
    assert shop.market.ledger.requests == other.market.ledger.requests == []
    assert accounts.viewed(other.desk).row.pause_reason == accounts.OTHER_MACHINE
    opening.confirm_machine(shop.desk)
    assert not accounts.viewed(other.desk).is_paused


def test_an_account_of_an_unknown_system_is_left_out_with_words(shop: Shop) -> None:
    shop.desk.write(lambda tx: account_rows.add_account(tx, "elsewhere", "later"))
    shop.market.add_listing(FIRST, quantity=1)
    report = shop.sync()
    assert [type(problem) for problem in report.problems] == [UnknownSystem]
    assert shop.listed(FIRST).quantity == 1, "the other account is read"


# ---------------------------------------------------------------- alive, and in the right


def test_a_long_run_shows_that_it_lives(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    beats = 0
    with Syncing.begin(shop.desk, shop.tools) as syncing:
        syncing.beat_s = 0
        beat = syncing.beat

        def counted() -> None:
            nonlocal beats
            beats += 1
            beat()

        monkeypatch.setattr(syncing, "beat", counted)
        syncing.run(Manner(everything=True))
    assert beats > 2, "not only at its end"


def test_whoever_lost_the_right_sends_nothing_more_and_says_nothing_of_its_successor(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    syncing = Syncing.begin(shop.desk, shop.tools)
    syncing.beat_s = 0
    answers = iter([True, True, False, True, True])
    monkeypatch.setattr(SyncRight, "still_held", lambda _: next(answers))
    shop.market.add_listing(FIRST, quantity=1)
    with pytest.raises(RightLost):
        syncing.run(Manner(everything=True))
    with pytest.raises(RightLost):
        syncing.run(Manner(everything=True))
    syncing.close()
    row = shop.desk.read(feeds.syncing)
    assert row is not None and row.running, "the row is another's by now"


@pytest.mark.postgres
def test_a_right_whose_connection_was_cut_is_lost_and_can_be_taken_anew(shop: Shop) -> None:
    place = shop.desk.store.place
    syncing = Syncing.begin(shop.desk, shop.tools)
    syncing.run(Manner(everything=True))
    cut(place)
    second = SyncRight.take(place)
    assert second is not None and second.still_held()
    with pytest.raises(RightLost):
        syncing.run(Manner(everything=True))
    syncing.close()
    with pytest.raises(SyncedElsewhere):  # closing took nothing from the second
        Syncing.begin(shop.desk, shop.tools)
    second.close()
    assert not second.still_held()
    Syncing.begin(shop.desk, shop.tools).close()


def test_a_server_that_is_gone_is_a_failure_a_person_can_read() -> None:
    with pytest.raises(StoreUnreachable):
        SyncRight.take(Place.of_url("postgresql://nobody@127.0.0.1:1/nothing"))


def cut(place: Place) -> None:
    """Somebody, or a cable, ends the connections that hold the right."""
    engine = create_engine(place.address, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(
            text("SELECT pg_terminate_backend(pid, 5000) FROM pg_locks WHERE locktype = 'advisory'")
        )
    engine.dispose()


# ---------------------------------------------------------------- resting, pausing, hurrying


@pytest.mark.slow
def test_lost_answers_to_writes_rest_the_sending_and_not_the_reading(shop: Shop) -> None:
    shop.hasty()
    stocked(shop, 6)
    shop.market.fault("reset-after", "POST /ws/listings/*")
    assert shop.sync().failed == 3, "the rest was not tried"
    assert len(shop.effects("uncertain")) == 3
    assert the_account(shop).block_fault == "ambiguous"
    until = the_account(shop).blocked_until
    assert until is not None and until > shop.clock.now()
    later = shop.clock.now() + timedelta(hours=1)
    shop.desk.write(lambda tx: account_rows.set_account(tx, shop.account, blocked_until=later))

    sent, read = len(shop.writes()), orders_read(shop)
    shop.advance(minutes=20)
    assert shop.engine().is_due()
    shop.tick()
    assert orders_read(shop) > read, "orders are read by their schedule"
    assert len(shop.writes()) == sent
    assert not shop.engine().is_due(), "what waits to be sent does not wake the worker"

    shop.market.clear()
    shop.settle()
    row = the_account(shop)
    assert (row.failures, row.block_fault, shop.open()) == (0, "", [])


def test_a_pause_holds_within_a_run(shop: Shop) -> None:
    stocked(shop, 5)
    before = len(shop.writes())

    def somebody_pauses() -> bool:
        if len(shop.writes()) > before:
            accounts.pause(shop.desk, "default")
        return True

    shop.sync(keep_going=somebody_pauses)
    assert before < len(shop.writes()) < before + 5
    waiting = shop.effects("pending")
    assert waiting and not shop.effects("in_flight")
    requests = len(shop.market.ledger.requests)
    shop.sync()
    assert len(shop.market.ledger.requests) == requests


def test_sync_now_does_not_wait_for_the_next_try(shop: Shop) -> None:
    stocked(shop, 1)
    shop.market.fault("500", "GET /ws/listings/*-*", times=1)
    shop.sync()
    (waiting,) = {effect.next_at for effect in shop.effects("pending", kind="stock")}
    assert waiting > shop.clock.now()
    shop.tick()
    assert shop.effects("pending", kind="stock")
    shop.sync()
    assert shop.effects("pending", kind="stock") == []


SKUS = [
    f"{model}-{grade}" for model in ("GS22-128-GRN", "PS5-825-WHT") for grade in ("EXCELLENT", "GOOD", "FAIR")
]


def stocked(shop: Shop, count: int) -> None:
    """Listings whose quantity is wrong and is bmdesk's to correct."""
    for sku in SKUS[:count]:
        shop.offer(sku, 3, manage=False)
    shop.manage(*SKUS[:count], aspects=(Aspect.STOCK,))


def the_account(shop: Shop) -> AccountRow:
    return shop.desk.read(lambda c: account_rows.account(c, shop.account))


def orders_read(shop: Shop) -> datetime:
    row = shop.desk.read(lambda c: feeds.feed(c, shop.account, "orders", ""))
    assert row is not None and row.success_at is not None
    return row.success_at


# ---------------------------------------------------------------- what is said, kept, planned


def test_what_flies_for_more_than_an_hour_is_said_aloud(shop: Shop) -> None:
    stocked(shop, 1)
    shop.desk.write(lambda tx: outbox.claim(tx, shop.open()))
    assert "sync.stuck.title" not in [c.title.code for c in sync_status.status(shop.desk).concerns]
    shop.advance(minutes=61)
    assert "sync.stuck.title" in [c.title.code for c in sync_status.status(shop.desk).concerns]


def test_what_ended_long_ago_is_forgotten_a_page_at_a_time(
    shop: Shop, open_desk: Callable[..., Desk]
) -> None:
    def past(tx: Tx) -> None:
        for _ in range(7):
            sync_log.log(tx, shop.account, "info", msg("effect.nothing"))
        call = outbox_calls.add_call(tx, shop.account, Kind.CREATE, "fr-fr")
        outbox_calls.set_call(tx, call, state="done", ended_at=tx.now)

    shop.desk.write(past)
    old = shop.clock.now() + timedelta(days=1)
    assert shop.desk.write(lambda tx: outbox_lists.forget_some(tx, old, 4))
    assert len(shop.log()) == 3
    assert not shop.desk.write(lambda tx: outbox_lists.forget_some(tx, old, 4))
    assert shop.log() == []
    shop.desk.write(past)
    with Syncing.begin(shop.desk, shop.tools) as syncing:
        syncing.run(Manner(everything=True))
        assert [one for one in shop.log_codes() if one == "effect.nothing"]
        shop.advance(days=91)
        syncing.run(Manner())
        assert "effect.nothing" not in shop.log_codes(), "in a process that goes on for months"


def test_a_dry_run_looks_at_everything_and_says_when_it_did_not(shop: Shop) -> None:
    stocked(shop, 4)
    told: list[tuple[int, int]] = []
    found = dry_run(shop.desk, opener(shop.desk, shop.tools), told=lambda *so_far: told.append(so_far))
    waiting = len(shop.open())
    assert found.complete and told[-1] == (waiting, waiting)
    stocks = [one for one in found.writes if one.kind == "stock"]
    assert len(stocks) == len({one.listing_id for one in stocks}) == 4
    cut_short = dry_run(shop.desk, opener(shop.desk, shop.tools), keep_going=lambda: False)
    assert not cut_short.complete
