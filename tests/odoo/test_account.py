"""The company's Odoo is an account like any other: it can be paused, let go on, and tried by its button."""

from __future__ import annotations

import base64
from datetime import timedelta

import pytest

from bmdesk.connectors.odoo.endpoint import BadOdooEndpoint
from bmdesk.services import settings
from bmdesk.services.desk import Desk
from bmdesk.services.odoo import odoo_account, odoo_settings
from bmdesk.services.selling import accounts
from bmdesk.services.setting_table import BadSetting, is_account_name
from bmdesk.services.syncing import sync_status
from bmdesk.store.queries import accounts as rows
from bmdesk.store.queries.accounts import AccountRow
from bmdesk.sync import breaker, connection, odoo_connection
from bmdesk.system.clock import FixedClock
from bmdesk.system.paths import DataDir
from bmdesk.system.secrets import Secrets
from bmdesk.texts import render
from tests.odoo.fake import DATABASE, PASSWORD, USER, FakeOdoo, says
from tests.odoo.fake_proxy import FakeProxy


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


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("https://Shop.Example.com/odoo/action-12?debug=1#x", "https://shop.example.com"),
        (" shop.odoo.com/web/login ", "https://shop.odoo.com"),
        ("https://odoo.example.com:8443//", "https://odoo.example.com:8443"),
        ("localhost:8069", "http://localhost:8069"),
        ("127.0.0.1:8069/web", "http://127.0.0.1:8069"),
        ("http://[::1]:8069/", "http://[::1]:8069"),
        ("", ""),
    ],
)
def test_an_address_may_be_pasted_as_the_browser_shows_it(desk: Desk, typed: str, kept: str) -> None:
    settings.put(desk, "odoo.url", typed)
    assert settings.get(desk, "odoo.url") == kept


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("odoo.url", "https://me:p4ssw0rd@odoo.example.com"),
        ("odoo.url", "me:p4ss/w0@rd@odoo.example.com/web"),
        ("odoo.url", "me:1234/p4ss@odoo.example.com"),
        ("odoo.proxy", "http://me:p4ssw0rd@proxy.example.com:3128"),
        ("odoo.proxy", "me:p4ss/w0@rd@proxy:3128"),
    ],
)
def test_a_password_in_an_address_is_refused_and_not_repeated(desk: Desk, name: str, typed: str) -> None:
    with pytest.raises(BadSetting) as raised:
        settings.put(desk, name, typed)
    words = repr(raised.value) + render(raised.value.happened) + render(raised.value.todo)
    assert "p4ss" not in words and "w0" not in words
    assert settings.get(desk, name) == ""


@pytest.mark.parametrize(
    "typed", ["http://odoo.example.com", "ftp://odoo.example.com", "https://", "odoo example"]
)
def test_an_address_that_leads_nowhere_is_refused(desk: Desk, typed: str) -> None:
    with pytest.raises(BadSetting):
        settings.put(desk, "odoo.url", typed)


def test_at_odoos_own_hosting_the_database_is_guessed(desk: Desk, secrets: Secrets) -> None:
    settings.put(desk, "odoo.url", "blue-phones.odoo.com")
    settings.put(desk, "odoo.user", USER)
    assert odoo_connection.endpoint_of(desk, secrets).database == "blue-phones"
    settings.put(desk, "odoo.database", "blue")
    assert odoo_connection.endpoint_of(desk, secrets).database == "blue"
    settings.put(desk, "odoo.database", "")
    settings.put(desk, "odoo.url", "https://odoo.example.com")
    with pytest.raises(BadOdooEndpoint):
        odoo_connection.endpoint_of(desk, secrets)


def test_a_proxy_that_wants_a_password_gets_it_from_the_secrets(desk: Desk, secrets: Secrets) -> None:
    wants = "Basic " + base64.b64encode(b"me:p@ss:word/").decode()
    with FakeOdoo() as odoo, FakeProxy(wants) as proxy:
        connect(desk, odoo)
        settings.put(desk, "odoo.proxy", f"http://{proxy.host}")
        assert connection.tried(desk, odoo_account.NAME, secrets).code == "odoo.proxy"
        secrets.set(odoo_settings.proxy_of(desk), "me:p@ss:word/")
        assert connection.tried(desk, odoo_account.NAME, secrets).ok


@pytest.mark.parametrize(
    ("location", "said"),
    [
        ("https://www.example.com/jsonrpc?x=1", "https://www.example.com"),
        ("https://me:secret@www.example.com/", "another address"),
        ("http://[", "another address"),
    ],
)
def test_where_an_address_leads_elsewhere_it_is_said(
    desk: Desk, secrets: Secrets, location: str, said: str
) -> None:
    with FakeOdoo() as odoo:
        connect(desk, odoo)
        odoo.faults.append(says(301, b"", location=location))
        verdict = connection.tried(desk, odoo_account.NAME, secrets)
    assert verdict.code == "odoo.not_an_odoo"
    assert said in render(verdict.happened) and "secret" not in render(verdict.happened)
