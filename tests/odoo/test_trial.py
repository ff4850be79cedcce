"""Test connection at an Odoo: each thing that can be missing has its own words, and the words say what to do."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bmdesk.connectors.http import Timeouts
from bmdesk.connectors.odoo.endpoint import OdooEndpoint
from bmdesk.connectors.odoo.setting_up.modules import MODULES
from bmdesk.connectors.odoo.setting_up.rights import WORKS
from bmdesk.connectors.odoo.setting_up.trial import try_connection
from bmdesk.connectors.odoo.transport import JsonRpcTransport
from bmdesk.connectors.verdict import Verdict
from bmdesk.services.odoo.key_end import WARNED_BEFORE, KeyFacts
from bmdesk.texts import languages, render, use_language
from tests.connectors.hosts import RawHost, reply
from tests.odoo.databases import Account, Database
from tests.odoo.fake import DATABASE, KEY, PASSWORD, USER, FakeOdoo, says

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
COMMUNITY = {"quality.check", "helpdesk.ticket"}
EACH = pytest.mark.parametrize("version", ["17.0", "18.0", "19.0"])


def endpoint(url: str, **more: object) -> OdooEndpoint:
    settings: dict[str, object] = {
        "secret": PASSWORD,
        "timeouts": Timeouts(connect=10.0, read=20.0, total=40.0),
        **more,
    }
    return OdooEndpoint(url, DATABASE, USER, **settings)  # type: ignore[arg-type]


def verdict(place: OdooEndpoint) -> Verdict:
    found = try_connection(place)
    for language in languages():
        use_language(language)
        texts = [found.title, found.happened, found.todo]
        texts += [text for one in found.findings for text in (one.title, one.happened, one.todo)]
        for words in map(render, texts):
            assert words
            assert "{" not in words
            assert PASSWORD not in words
            assert KEY not in words
    use_language("en")
    return found


def codes(found: Verdict) -> list[str]:
    return [one.code for one in found.findings]


@EACH
def test_all_well_says_who_is_let_in_and_where(version: str) -> None:
    with FakeOdoo(version) as odoo:
        found = verdict(endpoint(odoo.url, company=1))

    assert (found.ok, found.code, found.findings) == (True, "odoo.trial.ok", ())
    assert (found.details["version"], found.details["company"]) == (version, "Blue Phones")
    assert version in render(found.happened)
    methods = {asked.method for asked in odoo.asked}
    access = "check_access_rights" if version == "17.0" else "has_access"
    assert methods == {"fields_get", "read", "search_read", access}, "a trial writes nothing"


@EACH
def test_what_the_user_may_not_do_is_said_by_the_work_that_suffers(version: str) -> None:
    with FakeOdoo(version) as odoo:
        odoo.denied = {
            ("res.partner", "create"),
            ("res.partner", "write"),
            ("stock.move.line", "write"),
            ("account.move", "create"),
        }
        found = verdict(endpoint(odoo.url))

    assert (found.ok, found.code) == (False, "odoo.rights_missing"), "units cannot be moved"
    assert [one.blocks for one in found.findings] == [True, False, False]
    words = [render(one.title) + render(one.happened) + render(one.todo) for one in found.findings]
    assert "stock.move.line (write)" in words[0]
    assert "Inventory: User" in words[0]
    assert "res.partner (create, write)" in words[1]
    assert "account.move (create)" in words[2]


@EACH
def test_a_community_server_works_and_each_absence_says_its_cost(version: str) -> None:
    with FakeOdoo(version) as odoo:
        odoo.absent = {
            *COMMUNITY,
            "repair.order",
            "stock.picking.carrier_tracking_ref",
            "sale.order.picking_ids",
        }
        found = verdict(endpoint(odoo.url))

    assert (found.ok, found.code) == (True, "odoo.trial.remarks")
    assert "5 remarks" in render(found.happened)
    assert codes(found) == ["odoo.module_absent"] * 3 + ["odoo.enterprise_absent"] * 2
    titles = [render(one.title) for one in found.findings]
    for title, name in zip(
        titles, ("sale_stock", "stock_delivery", "repair", "quality_control", "helpdesk"), strict=True
    ):
        assert name in title


def test_without_the_stock_module_nothing_can_be_connected() -> None:
    with FakeOdoo() as odoo:
        odoo.absent = {
            "stock.lot", "stock.quant", "stock.location", "stock.picking", "stock.move", "stock.move.line",
        }  # fmt: skip
        found = verdict(endpoint(odoo.url))

    assert (found.ok, found.code) == (False, "odoo.module_absent")
    assert "stock" in render(found.title)


def test_every_module_and_every_work_has_words() -> None:
    said = [render(module.costs) for module in MODULES]
    said += [render(one.says) for one in WORKS] + [render(one.group) for one in WORKS]

    assert all(said)
    assert {module.name for module in MODULES if module.enterprise} == {"quality_control", "helpdesk"}


# ---------------------------------------------------------------- companies


def test_a_company_that_is_not_the_users_is_named_with_those_that_are() -> None:
    with FakeOdoo() as odoo:
        odoo.companies, odoo.theirs = {1: "Blue Phones", 2: "Red Phones", 3: "Other"}, [1, 2]
        found = verdict(endpoint(odoo.url, company=3))

    assert (found.ok, found.code) == (False, "odoo.company_unknown")
    assert "Blue Phones (1), Red Phones (2)" in render(found.happened)
    assert "Other" not in render(found.happened)


def test_of_several_companies_one_must_be_chosen() -> None:
    with FakeOdoo() as odoo:
        odoo.companies, odoo.theirs = {1: "Blue Phones", 2: "Red Phones"}, [1, 2]
        found = verdict(endpoint(odoo.url))
        chosen = verdict(endpoint(odoo.url, company=2))

    assert (found.ok, found.code) == (False, "odoo.company_not_chosen")
    assert (chosen.ok, chosen.details["company"]) == (True, "Red Phones")


# ---------------------------------------------------------------- keys


@pytest.mark.parametrize("version", ["18.0", "19.0"])
def test_a_key_that_ends_soon_is_said_while_there_is_time(version: str) -> None:
    with FakeOdoo(version) as odoo:
        soon = datetime.now(UTC) + timedelta(days=5, hours=1)
        odoo.keys = [
            {"name": "bench", "expiration_date": soon.strftime("%Y-%m-%d %H:%M:%S")},
            {"name": "dead", "expiration_date": "2020-01-01 00:00:00"},
            {"name": "odd", "expiration_date": "soon"},
        ]
        found = verdict(endpoint(odoo.url, secret=KEY))
        by_password = verdict(endpoint(odoo.url))

    assert (found.ok, codes(found)) == (True, ["odoo.key_ends"])
    assert found.details["key_days_left"] == 5
    assert "5 days" in render(found.findings[0].happened)
    assert "'bench'" in render(found.findings[0].happened)
    assert codes(by_password) == []


def test_odoo_17_has_keys_without_an_end() -> None:
    with FakeOdoo("17.0") as odoo:
        found = verdict(endpoint(odoo.url, secret=KEY))

    assert found.code == "odoo.trial.ok"
    assert not any(asked.model == "res.users.apikeys" for asked in odoo.asked)


@pytest.mark.parametrize(
    ("left", "days", "warned"),
    [
        (WARNED_BEFORE + timedelta(seconds=1), 14, False),
        (WARNED_BEFORE, 14, True),
        (timedelta(hours=23), 0, True),
        (timedelta(days=-3), 0, True),
    ],
)
def test_two_weeks_before_its_end_a_key_is_spoken_of(left: timedelta, days: int, warned: bool) -> None:
    key = KeyFacts("bench", NOW + left)
    warning = key.warning(USER, NOW)

    assert key.days_left(NOW) == days
    assert (warning is not None) == warned
    if warning is not None:
        assert warning.params["count"] == days
        assert isinstance(warning.params["day"], date)


# ---------------------------------------------------------------- no way in


def test_who_is_not_let_in_hears_of_that_alone() -> None:
    with FakeOdoo() as odoo:
        odoo.denied, odoo.absent = {("stock.lot", "write")}, set(COMMUNITY)
        right = endpoint(odoo.url)
        found = {
            "password": verdict(replace(right, secret="wrong")),
            "key": verdict(replace(right, secret="0" * 40)),
            "database": verdict(replace(right, database="nothing")),
        }

    assert {name: (one.ok, one.code, len(one.findings)) for name, one in found.items()} == {
        "password": (False, "odoo.password_refused", 1),
        "key": (False, "odoo.key_refused", 1),
        "database": (False, "odoo.no_such_database", 1),
    }


@pytest.mark.parametrize("version", ["16.0", "20.0", "saas~18.2+e"])
def test_another_version_is_said_before_anybody_logs_in(version: str) -> None:
    with FakeOdoo(version) as odoo:
        found = verdict(endpoint(odoo.url))

    assert (found.ok, found.code) == (False, "odoo.version")
    assert odoo.requests == 1
    assert "17, 18, 19" in render(found.happened)


@pytest.mark.parametrize(
    "answer",
    [
        reply(b"<html>It works!</html>", content_type="text/html"),
        reply(b"<html>no</html>", "404 Not Found", content_type="text/html"),
        reply(b"", "301 Moved Permanently", location="https://elsewhere.example"),
        reply(b'{"hello": "world"}'),
        reply(b"[]"),
        reply(b"hello"),
    ],
)
def test_something_else_at_the_address_is_no_odoo(answer: bytes) -> None:
    with RawHost(answer) as host:
        found = verdict(endpoint(host.url))

    assert (found.ok, found.code) == (False, "odoo.not_an_odoo")


def test_nobody_there_no_tls_a_proxy_and_a_door_are_four_things() -> None:
    with FakeOdoo() as odoo:
        gone = odoo.url
        odoo.faults.append(says(401))
        door = verdict(endpoint(odoo.url))
        no_tls = verdict(endpoint(odoo.url.replace("http:", "https:")))
    nobody = verdict(endpoint(gone))
    proxy = verdict(endpoint("https://odoo.example", proxy=gone))

    assert [one.code for one in (door, no_tls, nobody, proxy)] == [
        "odoo.gateway",
        "odoo.certificate",
        "odoo.connection_refused",
        "odoo.proxy",
    ]


def test_a_ca_file_that_is_not_there_is_said_like_anything_else() -> None:
    found = verdict(endpoint("https://odoo.example", ca_file="/nowhere/ca.pem"))

    assert (found.ok, found.code) == (False, "odoo.endpoint")
    assert "/nowhere/ca.pem" in render(found.happened)


def test_a_clock_that_is_off_is_said() -> None:
    def opened(one: OdooEndpoint) -> JsonRpcTransport:
        return JsonRpcTransport(one, now=lambda: datetime.now(UTC) + timedelta(minutes=9))

    with FakeOdoo() as odoo:
        found = try_connection(endpoint(odoo.url), opened=opened)

    assert (found.ok, found.code) == (False, "trial.clock")


# ---------------------------------------------------------------- a real Odoo 19


@pytest.mark.odoo
def test_a_real_odoo_lacks_nothing_for_its_administrator_but_enterprise(
    odoo_database: Database, odoo_admin: Account
) -> None:
    found = verdict(OdooEndpoint(odoo_database.server, odoo_database.name, "admin", odoo_admin.key))

    assert found.ok
    assert codes(found) == ["odoo.enterprise_absent"] * 2
    assert found.details["company"] == "My Company"


@pytest.mark.odoo
def test_a_real_user_of_the_bench_can_work_and_hears_what_others_must_do(
    odoo_database: Database, odoo_bench: Account
) -> None:
    place = OdooEndpoint(odoo_database.server, odoo_database.name, odoo_bench.login, odoo_bench.key)
    found = verdict(place)

    assert found.ok
    lacking = [render(one.title) for one in found.findings if one.code == "odoo.rights_missing"]
    assert [words.partition(": ")[2] for words in lacking] == [
        "write customers",
        "write products and variants",
        "write invoices",
    ]


@pytest.mark.odoo
def test_a_real_key_that_ends_soon_is_seen_by_its_own_user(own_odoo_database: Database) -> None:
    bench = own_odoo_database.add_user("packer", "base.group_user", "stock.group_stock_user")
    own_odoo_database.shell(
        "from datetime import datetime, timedelta\n"
        f"user = env['res.users'].browse({bench.user_id})\n"
        "soon = datetime.now() + timedelta(days=5, hours=1)\n"
        "env['res.users.apikeys'].with_user(user).sudo()._generate('rpc', 'ends', soon)\n"
        "env.cr.commit()\n"
    )
    found = verdict(OdooEndpoint(own_odoo_database.server, own_odoo_database.name, bench.login, bench.key))

    assert found.details["key_days_left"] == 5
    assert codes(found)[0] == "odoo.key_ends"
