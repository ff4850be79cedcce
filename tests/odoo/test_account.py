"""The company's Odoo is an account like any other: it can be paused, let go on, and tried by its button."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bmdesk.services import settings
from bmdesk.services.desk import Desk
from bmdesk.services.odoo import odoo_account, odoo_settings
from bmdesk.services.selling import accounts
from bmdesk.services.setting_table import is_account_name
from bmdesk.services.syncing import sync_status
from bmdesk.store.queries import accounts as rows
from bmdesk.store.queries.accounts import AccountRow
from bmdesk.sync import breaker, connection
from bmdesk.system.clock import FixedClock
from bmdesk.system.paths import DataDir
from bmdesk.system.secrets import Secrets
from tests.odoo.fake import DATABASE, PASSWORD, USER, FakeOdoo


def account(desk: Desk) -> AccountRow:
    found = desk.read(lambda c: odoo_account.of(c, desk.company))
    assert found is not None
    return found


def connect(desk: Desk, odoo: FakeOdoo) -> None:
    for name, value in {"url": odoo.url, "database": DATABASE, "user": USER}.items():
        settings.put(desk, f"odoo.{name}", value)


@pytest.fixture
def secrets(data_dir: DataDir) -> Secrets:
    kept = Secrets(data_dir.root)
    kept.set(odoo_settings.key_name(), PASSWORD)
    return kept


def blocked(desk: Desk, clock: FixedClock) -> None:
    """A server that was down has made the account wait."""
    odoo = account(desk)
    failure = accounts.UnknownAccount(account="x", known="-")
    until = clock.now() + timedelta(minutes=10)
    desk.write(lambda tx: breaker.block(tx, odoo.id, failure, "server", until))
    assert account(desk).blocked_until


def test_a_paused_odoo_waits_until_somebody_lets_it_go_on(desk: Desk) -> None:
    settings.put(desk, "odoo.url", "https://odoo.example.com")
    accounts.pause(desk, odoo_account.NAME)
    assert not account(desk).may_run
    accounts.resume(desk, odoo_account.NAME)
    assert account(desk).may_run


def test_after_a_restore_it_goes_on_only_when_a_person_says_so(desk: Desk) -> None:
    settings.put(desk, "odoo.url", "https://odoo.example.com")
    odoo = account(desk)
    desk.write(lambda tx: rows.set_account(tx, odoo.id, pause_reason=accounts.OTHER_MACHINE))
    accounts.resume(desk, odoo_account.NAME)
    assert account(desk).may_run


def test_a_good_trial_ends_what_made_it_wait(desk: Desk, clock: FixedClock, secrets: Secrets) -> None:
    with FakeOdoo() as odoo:
        connect(desk, odoo)
        blocked(desk, clock)
        verdict = connection.tried(desk, odoo_account.NAME, secrets)
    assert verdict.ok
    assert account(desk).blocked_until is None


def test_a_bad_trial_says_why_and_it_goes_on_waiting(desk: Desk, clock: FixedClock, secrets: Secrets) -> None:
    with FakeOdoo() as odoo:
        connect(desk, odoo)
        odoo.logins = set()
        blocked(desk, clock)
        verdict = connection.tried(desk, odoo_account.NAME, secrets)
    assert not verdict.ok
    assert verdict.code.startswith("odoo.")
    assert account(desk).blocked_until


def test_its_name_is_kept_and_no_lines_are_counted_for_it(desk: Desk) -> None:
    assert not is_account_name(odoo_account.NAME)
    settings.put(desk, "odoo.url", "https://odoo.example.com")
    found = sync_status.status(desk)
    (health,) = [one for one in found.accounts if one.name == odoo_account.NAME]
    assert health.lines_allowed == 0
