"""Each known trouble is recognised by what the store shows of it, and told with cause and step."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, update

from bmdesk.connectors.failures import NameNotFound, Rejected, RemoteFailure, TokenRefused
from bmdesk.domain.effects import EffectState, Fault
from bmdesk.domain.orders import Conflict
from bmdesk.services import health, settings, troubles
from bmdesk.services.desk import Desk
from bmdesk.services.selling import accounts
from bmdesk.store.kept import keep_failure
from bmdesk.store.queries import accounts as account_rows
from bmdesk.store.queries import feeds
from bmdesk.store.tables import listings, orders, outbox, people
from bmdesk.store.transaction import Tx
from bmdesk.system.clock import FixedClock
from bmdesk.system.logs import stop_logging
from bmdesk.system.paths import DataDir
from bmdesk.texts import render
from tests.desks import Bench
from tests.texts.test_catalogue import failure_codes

ID = "01KEXAMPLE0000000000000000"


def rests(failure: RemoteFailure) -> Callable[[Desk, Tx, str], None]:
    def happen(desk: Desk, tx: Tx, account: str) -> None:
        until = tx.now + timedelta(hours=1)
        fault = {"block_fault": failure.fault.value, "block_text": keep_failure(failure)}
        account_rows.set_account(tx, account, blocked_until=until, **fault)

    return happen


def copied(desk: Desk, tx: Tx, account: str) -> None:
    account_rows.set_account(tx, account, pause_reason=accounts.OTHER_MACHINE)


def paused(desk: Desk, tx: Tx, account: str) -> None:
    account_rows.set_account(tx, account, pause_reason=accounts.BY_HAND)


def waits(desk: Desk, tx: Tx, account: str) -> None:
    an_effect(tx, account, state=EffectState.PENDING.value)


def refused(desk: Desk, tx: Tx, account: str) -> None:
    problem = keep_failure(Rejected(reason="price out of bounds"))
    an_effect(tx, account, state=EffectState.PARKED.value, fault=Fault.REJECTED.value, problem=problem)


def fails_to_read(desk: Desk, tx: Tx, account: str) -> None:
    failed = {"failures": 2, "problem": keep_failure(Rejected(reason="no"))}
    feeds.set_feed(tx, account, "orders", "", next_at=tx.now, started_at=tx.now, **failed)


def set_aside(desk: Desk, tx: Tx, account: str) -> None:
    row = {"account_id": account, "kind": "order", "remote_id": "7", "body": {}, "at": tx.now}
    tx.connection.execute(insert(orders.quarantined).values(reason={"code": "order.bad"}, **row))


def in_pounds(desk: Desk, tx: Tx, account: str) -> None:
    a_listing(tx, account)
    price = {"price_minor": 100, "currency": "GBP", "sent": []}
    tx.connection.execute(
        insert(listings.listing_market).values(listing_id=ID, market="fr-fr", comment="", **price)
    )


def written_by_another(desk: Desk, tx: Tx, account: str) -> None:
    a_listing(tx, account, foreign_at=tx.now, foreign_value=9)


def disputed(desk: Desk, tx: Tx, account: str) -> None:
    sold = {"id": ID, "account_id": account, "remote_id": 4711, "remote_state": 3, "read_at": tx.now}
    tx.connection.execute(insert(orders.customer_order).values(**sold))
    what = {"code": Conflict.GONE_IN_TRANSIT.value, "params": {}, "closed_by": ""}
    tx.connection.execute(insert(orders.conflict).values(id=ID, order_id=ID, at=tx.now, **what))


def a_listing(tx: Tx, account: str, **values: Any) -> None:
    read = {"quantity_at": tx.now, "first_read_at": tx.now, "sent": []}
    named = {"id": ID, "account_id": account, "remote_id": "r", "sku_text": "X", "sku_key": "x"}
    tx.connection.execute(insert(listings.listing).values(**named, **read, **values))


def an_effect(tx: Tx, account: str, **values: Any) -> None:
    about = {"kind": "price", "lane": "x", "key": "x", "created_at": tx.now, "next_at": tx.now}
    row = {"id": ID, "company_id": tx.company, "account_id": account, **about, **values}
    tx.connection.execute(insert(outbox.effect).values(**row))


@pytest.fixture
def account(desk: Desk) -> str:
    """An account at the real marketplace, freshly set up."""
    return accounts.add(desk, company="Blue", contact="it@blue.example", markets="fr-fr").id


def codes(desk: Desk) -> set[str]:
    there = troubles.found(desk)
    for one in there:
        words = (one.happened, one.trouble.title, one.trouble.cause, one.trouble.step, one.todo)
        assert all(render(text) for text in words if text is not None)
    return {one.trouble.code for one in there}


def test_a_healthy_shop_has_no_trouble(desk: Desk, account: str) -> None:
    assert codes(desk) == set()


@pytest.mark.parametrize(
    ("code", "happen"),
    [
        ("connection", rests(NameNotFound(host="www.backmarket.fr"))),
        ("sync", waits),
        ("sync", paused),
        ("listing", refused),
        ("orders", set_aside),
        ("token", rests(TokenRefused(host="h", region="EU", environment="production"))),
        ("country", in_pounds),
        ("dispute", disputed),
        ("stations", copied),
        ("stations", written_by_another),
    ],
)
def test_each_trouble_is_recognised(
    desk: Desk, account: str, code: str, happen: Callable[[Desk, Tx, str], None]
) -> None:
    desk.store.write(desk.company, lambda tx: happen(desk, tx, account))
    assert codes(desk) == {code}


@pytest.mark.slow
def test_orders_that_cannot_be_read_are_a_trouble_before_they_are_overdue(desk: Desk, account: str) -> None:
    desk.store.write(desk.company, lambda tx: fails_to_read(desk, tx, account))
    assert codes(desk) == {"orders"}, "no listing was refused"


@pytest.mark.slow
def test_the_test_environment_is_said_for_what_it_is(desk: Desk, account: str) -> None:
    settings.put(desk, "backmarket.environment", "preprod")
    assert codes(desk) == {"connection"}


@pytest.mark.slow
def test_a_rate_that_grew_old_is_said_where_an_account_sells_in_its_currency(
    desk: Desk, account: str, clock: FixedClock
) -> None:
    settings.put(desk, "rate.GBP", "0.86")
    settings.put(desk, "rate.PLN", "4.26")
    clock.advance(seconds=8 * 86400)
    assert not [one for one in troubles.found(desk) if one.trouble is troubles.RATES]
    settings.put(desk, "backmarket.markets", "fr-fr,en-gb")
    (found,) = [one for one in troubles.found(desk) if one.trouble is troubles.RATES]
    assert "GBP" in render(found.happened) and "PLN" not in render(found.happened)


def test_one_device_in_two_hands_is_named(at_bench: Bench, anna: Bench) -> None:
    unit = at_bench.ready_unit()
    place = update(people.seat).values(unit_id=unit)
    for each in (at_bench, anna):
        each.scan("BMD:HELP")
    at_bench.desk.store.write(at_bench.desk.company, lambda tx: tx.connection.execute(place).rowcount)
    assert codes(at_bench.desk) == {"stations"}


@pytest.mark.slow
def test_signs_are_codes_that_something_says() -> None:
    known = set(failure_codes().values())
    concerns = {
        "sync.stalled", "sync.paused_title", "sync.import_off", "sync.quarantined", "sync.token_missing_title",
    }  # fmt: skip
    signs = {sign for trouble in troubles.TROUBLES for sign in trouble.signs}
    assert signs - known - concerns == set()
    assert troubles.of_failure("remote.token_refused") is troubles.TOKEN


@pytest.mark.slow
def test_the_doctor_gives_cause_and_step(data_dir: DataDir, clock: FixedClock) -> None:
    from bmdesk.services.session import open_session

    with open_session(data_dir, clock=clock) as session:
        made = accounts.add(session.desk, company="Blue", contact="it@blue.example", markets="fr-fr").id
        block = rests(NameNotFound(host="www.backmarket.fr"))
        session.store.write(session.desk.company, lambda tx: block(session.desk, tx, made))
    found = {one.part: one for one in health.doctor(data_dir, clock=clock)}
    stop_logging()
    said = found["trouble.connection"]
    assert said.todo is not None and render(troubles.CONNECTION.step) in render(said.todo)
    assert "sync" not in found  # said once, with its cause
