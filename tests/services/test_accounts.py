"""Accounts at the marketplace: their settings, what stops them, and which store may speak for a token."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from bmdesk.connectors.failures import TokenRefused
from bmdesk.domain.markets import Environment, Region
from bmdesk.services import claims, settings
from bmdesk.services.claims import ClaimedElsewhere
from bmdesk.services.desk import Desk
from bmdesk.services.selling import account_settings, accounts
from bmdesk.services.selling.account_settings import AccountSettings
from bmdesk.services.selling.accounts import AccountExists, BadAccountName, UnknownAccount, UnknownWarehouse
from bmdesk.services.settings import BadSetting, UnknownSetting
from bmdesk.store.engine import Connection, Place
from bmdesk.store.kept import keep_failure
from bmdesk.store.queries import accounts as queries
from bmdesk.store.queries import listings, people
from bmdesk.store.transaction import Tx
from bmdesk.system.clock import FixedClock
from bmdesk.system.secrets import variable
from bmdesk.texts import render
from tests.desks import Bench

TOKEN, HOST = "bm-token", "www.backmarket.fr"


@pytest.fixture(autouse=True)
def claims_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The machine's folder of claims, of this test alone."""
    folder = tmp_path / "claims"
    monkeypatch.setenv("BMDESK_CLAIMS", str(folder))
    return folder


def of(desk: Desk, name: str = "default") -> AccountSettings:
    return desk.read(lambda connection: account_settings.of(connection, desk.company, name))


# ---------------------------------------------------------------- settings


def test_an_account_begins_with_sensible_settings(desk: Desk) -> None:
    settings.put(desk, "company.name", "Second Life")
    assert of(desk) == AccountSettings(
        region=Region.EU,
        environment=Environment.PRODUCTION,
        url="",
        markets=("fr-fr",),
        company="Second Life",
        contact="",
        rate=Decimal("0.75"),
        orders="read",
        import_orders=True,
        every_orders=5,
        every_listings=60,
        every_prices=15,
        every_backbox=60,
        every_categories=1440,
        hold_minutes=15,
        low_stock=2,
        backpricer=False,
        gather_seconds=5,
    )


@pytest.mark.parametrize(("region", "main"), [("EU", "fr-fr"), ("na", "en-us"), (" AP ", "ja-jp")])
def test_each_region_has_a_main_market(desk: Desk, region: str, main: str) -> None:
    settings.put(desk, "backmarket.region", region)
    assert of(desk).primary_market == main


def test_the_default_account_has_two_spellings_and_one_value(desk: Desk) -> None:
    settings.put(desk, "backmarket.default.markets", " DE_de,fr-fr,, de-de ")
    assert settings.get(desk, "backmarket.markets") == "de-de,fr-fr"
    assert settings.get(desk, "backmarket.default.markets") == "de-de,fr-fr"
    assert settings.get(desk, "backmarket.shop.markets") == ""
    assert of(desk).markets == ("de-de", "fr-fr")
    assert "backmarket.default.markets" not in settings.names(desk)


@pytest.mark.parametrize(
    ("key", "given"),
    [
        ("region", "Europe"),
        ("environment", "test"),
        ("markets", "fr-fr,fr"),
        ("url", "http://backmarket.example"),
        ("url", "https://host/ws"),
        ("url", "https://user:word@host"),
        ("url", "https://host?x"),
        ("url", "https://host:99999"),
        ("url", "ftp://127.0.0.1"),
        ("url", "http://localhost.evil.example"),
        ("url", "http://127.0.0.1.evil.example:80"),
        ("url", "https://host\nX: y"),
        ("contact", "nobody"),
        ("contact", "a@b.c\nX-Evil: 1"),
        ("company", "two;parts"),
        ("company", "line\nbreak"),
        ("rate", "0.96"),
        ("rate", "0.04"),
        ("rate", "75"),
        ("orders", "sometimes"),
        ("every.orders", "7"),
        ("every.listings", "-5"),
        ("every.backbox", "5"),
        ("every.categories", "60"),
        ("hold_minutes", "a"),
        ("low_stock", "-1"),
        ("gather_seconds", "61"),
    ],
)
def test_a_value_that_does_not_fit_is_refused_in_words_and_the_old_one_stays(
    desk: Desk, key: str, given: str
) -> None:
    before = of(desk)
    with pytest.raises(BadSetting) as refused:
        settings.put(desk, f"backmarket.{key}", given)
    assert render(refused.value.happened)
    assert render(refused.value.todo)
    assert of(desk) == before


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("https://Preprod.Backmarket.fr/", "https://preprod.backmarket.fr"),
        ("http://127.0.0.1:8123", "http://127.0.0.1:8123"),
        ("http://localhost:8123/", "http://localhost:8123"),
        ("http://[::1]:8123", "http://[::1]:8123"),
        ("", ""),
    ],
)
def test_an_address_is_scheme_and_host(desk: Desk, given: str, kept: str) -> None:
    settings.put(desk, "backmarket.url", given)
    assert of(desk).url == kept


@pytest.mark.parametrize(
    "name",
    [
        "backmarket.nonsense",
        "backmarket.every.url",
        "backmarket.Shop.url",
        "backmarket.token.url",
        "backmarket.shop.every",
        "backmarket.-.url",
        "backmarket.a--b.url",
        "backmarket.",
        "backmarket.markets.url",
    ],
)
def test_a_misspelt_key_is_no_setting(desk: Desk, name: str) -> None:
    with pytest.raises(UnknownSetting):
        settings.put(desk, name, "1")


def test_markets_belong_to_the_region_and_a_changed_region_is_said(desk: Desk) -> None:
    accounts.add(desk, region="EU", markets="fr-fr,en-gb")
    with pytest.raises(BadSetting) as refused:
        settings.put(desk, "backmarket.markets", "fr-fr,en-us")
    assert "EU" in render(refused.value.todo)

    settings.put(desk, "backmarket.region", "NA")

    (view,) = accounts.listed(desk)
    assert view.settings is not None
    assert view.settings.trouble is not None
    assert view.problem is not None
    assert "fr-fr, en-gb" in render(view.problem)


def test_an_unreadable_value_never_turns_into_the_real_marketplace(desk: Desk) -> None:
    accounts.add(desk)
    desk.write(lambda tx: people.set_setting(tx, "backmarket.url", "http://elsewhere.example/ws"))
    with pytest.raises(BadSetting):
        of(desk)
    (view,) = accounts.listed(desk)
    assert view.settings is None
    assert view.problem is not None
    assert "backmarket.url" in render(view.problem)


def test_every_setting_goes_back_to_its_default(desk: Desk) -> None:
    before = of(desk)
    given = {"region": "NA", "rate": "0.5", "every.orders": "0", "markets": "en-us", "contact": "a@b.example"}
    for key, value in given.items():
        settings.put(desk, f"backmarket.{key}", value)
    assert of(desk).every_orders == 0
    for key in given:
        settings.reset(desk, f"backmarket.{key}")
    assert of(desk) == before


# ---------------------------------------------------------------- accounts


def test_an_account_is_added_with_its_settings_or_not_at_all(desk: Desk) -> None:
    with pytest.raises(BadSetting):
        accounts.add(desk, "us", markets="fr-fr", region="NA")
    assert accounts.listed(desk) == ()

    accounts.add(desk, "us", markets="en-us", region="NA", every_orders="15")

    assert of(desk, "us").every_orders == 15
    assert of(desk).every_orders == 5
    assert accounts.the_account(desk, "us").active
    with pytest.raises(AccountExists):
        accounts.add(desk, "us")
    with pytest.raises(UnknownAccount):
        accounts.the_account(desk)


@pytest.mark.parametrize(
    "name", ["", "Us", "2nd", "a b", "every", "region", "token", "a.b", "x" * 32, "a-", "é"]
)
def test_an_account_has_a_plain_name_that_is_no_key(desk: Desk, name: str) -> None:
    with pytest.raises(BadAccountName):
        accounts.add(desk, name)


def test_settings_of_an_account_that_nobody_added_make_it(desk: Desk) -> None:
    assert accounts.ensure(desk) == ()
    settings.put(desk, "backmarket.url", "http://127.0.0.1:8123")
    settings.put(desk, "backmarket.us-2.region", "NA")
    assert [row.name for row in accounts.ensure(desk)] == ["default", "us-2"]
    assert accounts.ensure(desk) == ()
    assert [view.row.name for view in accounts.listed(desk)] == ["default", "us-2"]


def test_a_pause_lasts_until_a_person_ends_it(desk: Desk) -> None:
    accounts.add(desk)
    accounts.pause(desk, "default")
    accounts.unblock(desk, "default")
    assert accounts.viewed(desk).is_paused
    assert accounts.viewed(desk).problem is not None
    accounts.resume(desk, "default")
    assert not accounts.viewed(desk).is_paused
    assert accounts.viewed(desk).problem is None


def test_a_refused_token_is_said_until_the_connection_works_again(desk: Desk, clock: FixedClock) -> None:
    accounts.add(desk)
    row = accounts.the_account(desk)
    refused = keep_failure(TokenRefused(region="EU", environment="production", host=HOST))
    until = clock.now() + timedelta(hours=6)
    blocked = {"blocked_until": until, "block_fault": "auth", "block_text": refused, "failures": 3}
    desk.write(lambda tx: queries.set_account(tx, row.id, **blocked))
    problem = accounts.viewed(desk).problem
    assert problem is not None
    assert render(problem)

    accounts.unblock(desk, "default")

    assert accounts.viewed(desk).row == row
    assert accounts.viewed(desk).problem is None


def test_an_account_is_switched_off_and_never_removed(desk: Desk) -> None:
    accounts.add(desk)
    accounts.switch(desk, "default", active=False)
    assert not accounts.is_any_active(desk)
    assert len(accounts.listed(desk)) == 1
    accounts.switch(desk, "default", active=True)
    assert accounts.is_any_active(desk)


def test_a_warehouse_serves_the_account_that_it_was_given_to(at_bench: Bench) -> None:
    desk = at_bench.desk
    at_bench.ready_unit()
    accounts.add(desk)
    accounts.add(desk, "us", region="NA")
    accounts.serve_warehouse(desk, "main", "us")

    def served(connection: Connection) -> dict[str, str]:
        return queries.warehouse_accounts(connection, desk.company)

    assert desk.read(served) == {"MAIN": accounts.the_account(desk, "us").id}
    accounts.serve_warehouse(desk, "MAIN", "default")
    assert desk.read(served) == {"MAIN": accounts.the_account(desk).id}
    with pytest.raises(UnknownWarehouse):
        accounts.serve_warehouse(desk, "NOWHERE", "us")
    with pytest.raises(UnknownAccount):
        accounts.serve_warehouse(desk, "MAIN", "nobody")


def test_stock_that_changes_hands_is_offered_by_nobody_until_the_old_listing_is_lower(
    at_bench: Bench,
) -> None:
    desk = at_bench.desk
    accounts.add(desk)
    at_bench.clock.advance(seconds=1)
    accounts.add(desk, "us", region="NA")
    first, second = (view.row.id for view in accounts.listed(desk))
    unit = at_bench.ready_unit()

    def offered(tx: Tx) -> dict[str, str]:
        (row,) = queries.ready_in(tx.connection, tx.company, "MAIN")
        common = {"sku_text": "X", "sku_key": "x", "sku_id": row[1], "link": "linked", "carries": True}
        common |= {"manage_stock": True, "quantity": 1, "quantity_at": tx.now, "first_read_at": tx.now}
        return {one: listings.add(tx, account_id=one, remote_id=one, **common) for one in (first, second)}

    listing = desk.write(offered)

    accounts.serve_warehouse(desk, "MAIN", "us")

    def stands(connection: Connection) -> tuple[list[tuple[str, str]], set[str]]:
        held = connection.exec_driver_sql("SELECT unit_id, listing_id FROM still_offered").all()
        wanted = connection.exec_driver_sql("SELECT listing_id FROM effect WHERE state = 'pending'").scalars()
        return [(row[0], row[1]) for row in held], set(wanted)

    assert desk.read(stands) == ([(unit, listing[first])], set(listing.values()))
    accounts.serve_warehouse(desk, "MAIN", "us")  # nothing new
    assert len(desk.read(stands)[0]) == 1


def test_each_account_has_a_token_of_its_own() -> None:
    assert variable(accounts.token_name()) == "BMDESK_BACKMARKET_TOKEN"
    assert variable(accounts.token_name("us-2")) == "BMDESK_BACKMARKET_US_2_TOKEN"


# ---------------------------------------------------------------- claims


def claim(desk: Desk, token: str = TOKEN, host: str = HOST) -> None:
    claims.claim(token, host, desk.store.info("id"), desk.store.place, desk.clock.now())


@pytest.fixture
def second(template: Path, tmp_path: Path) -> Place:
    """A file with another store of this machine; its id is that of every store made from the template."""
    folder = tmp_path / "second"
    folder.mkdir()
    shutil.copyfile(template, folder / "store.db")
    return Place.of_file(folder / "store.db")


@pytest.mark.sqlite_only
def test_a_second_store_does_not_get_the_token(
    desk: Desk, second: Place, clock: FixedClock, claims_folder: Path
) -> None:
    claim(desk)
    claim(desk)
    with pytest.raises(ClaimedElsewhere) as refused:  # a copy of the store has its id, and is another store
        claims.claim(TOKEN, HOST, desk.store.info("id"), second, clock.now())
    assert str(desk.store.place.file) in render(refused.value.happened)
    with pytest.raises(ClaimedElsewhere):
        claims.claim(TOKEN, HOST.upper(), "01OTHER", second, clock.now())
    claims.claim("other token", HOST, "01OTHER", second, clock.now())
    claims.claim(TOKEN, "preprod.backmarket.fr", "01OTHER", second, clock.now())

    files = [file for file in claims_folder.iterdir() if len(file.name) == 64]
    assert len(files) == 3
    for file in files:
        assert TOKEN not in file.read_text("utf-8") + file.name
        assert file.stat().st_mode & 0o077 == 0


@pytest.mark.sqlite_only
def test_the_claim_of_a_store_that_is_gone_or_was_replaced_is_void(
    desk: Desk, second: Place, clock: FixedClock
) -> None:
    assert second.file is not None
    claims.claim(TOKEN, HOST, "01REPLACED", second, clock.now())  # the file there has another id now
    claim(desk)
    claims.take_over(TOKEN, HOST, desk.store.info("id"), second, clock.now())
    with pytest.raises(ClaimedElsewhere):
        claim(desk)
    second.file.unlink()
    claim(desk)


@pytest.mark.sqlite_only
def test_a_store_file_that_cannot_be_read_keeps_its_claim(
    desk: Desk, second: Place, clock: FixedClock
) -> None:
    assert second.file is not None
    claims.claim(TOKEN, HOST, "01SECOND", second, clock.now())
    second.file.write_bytes(b"damaged" * 1000)
    with pytest.raises(ClaimedElsewhere):
        claim(desk)
    assert second.file.read_bytes() == b"damaged" * 1000


@pytest.mark.sqlite_only
def test_a_token_is_taken_over_by_a_persons_word_and_let_go(
    desk: Desk, second: Place, clock: FixedClock
) -> None:
    store = desk.store.info("id")
    claim(desk)
    claims.take_over(TOKEN, HOST, store, second, clock.now())
    claims.release(TOKEN, HOST, store, desk.store.place)  # not its own to let go
    with pytest.raises(ClaimedElsewhere):
        claim(desk)
    claims.release(TOKEN, HOST, store, second)
    claim(desk)


def test_a_damaged_claim_binds_nobody(desk: Desk, claims_folder: Path) -> None:
    claim(desk)
    (file,) = (file for file in claims_folder.iterdir() if len(file.name) == 64)
    for damage in (
        b"",
        b"{",
        b"[]",
        b'{"store": 1}',
        b"\xff",
        b'{"store":"x","file":"y","shown":"z","since":4}',
    ):
        file.write_bytes(damage)
        claim(desk)
        assert file.read_bytes() != damage


def test_a_store_on_a_server_claims_by_its_id_whatever_its_address(clock: FixedClock) -> None:
    here, there = (Place.of_url(f"postgresql://anna@{host}/bmdesk") for host in ("db", "db.example"))
    claims.claim(TOKEN, HOST, "01SERVER", here, clock.now())
    claims.claim(TOKEN, HOST, "01SERVER", there, clock.now())
    with pytest.raises(ClaimedElsewhere):
        claims.claim(TOKEN, HOST, "01OTHER", there, clock.now())


@pytest.mark.sqlite_only
def test_a_store_that_came_from_another_machine_waits_for_a_persons_word(desk: Desk) -> None:
    accounts.add(desk)
    assert not claims.is_other_machine(desk.store)
    claims.note_machine(desk.store)
    assert not claims.is_other_machine(desk.store)
    assert claims.is_other_machine(desk.store, "another machine")

    claims.note_machine(desk.store, "another machine")
    assert claims.is_other_machine(desk.store)
    accounts.pause(desk, "default", accounts.OTHER_MACHINE)
    accounts.resume(desk, "default")
    assert not claims.is_other_machine(desk.store)


def test_a_machine_has_one_name_that_tells_nothing() -> None:
    assert claims.machine_id() == claims.machine_id()
    assert len(claims.machine_id()) == 32


@pytest.mark.sqlite_only
def test_looking_at_another_stores_id_leaves_it_as_it_was(
    second: Place, open_desk: Callable[..., Desk]
) -> None:
    assert second.file is not None
    before = second.file.read_bytes()
    assert queries.id_in_file(second.file) == "01KEXAMPLESTORE00000000000"
    assert second.file.read_bytes() == before
