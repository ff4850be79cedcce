"""What is linked to one Odoo is never looked for in another: numbers there mean something else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from bmdesk.connectors.odoo.failures import AnotherOdoo
from bmdesk.services import companies, settings
from bmdesk.services.desk import Desk
from bmdesk.services.odoo import odoo_account, which_odoo
from bmdesk.services.odoo.which_odoo import NothingAsked
from bmdesk.store.kept import failure_of
from bmdesk.store.queries import odoo, outbox_lists
from bmdesk.sync import odoo_connection, odoo_drift
from bmdesk.system.clock import FixedClock
from tests.desks import Bench, add_models
from tests.markets import imei
from tests.odoo.databases import Database, fresh_database
from tests.odoo.eyes import Eyes
from tests.odoo.shops import shop
from tests.odoo.templates import Templates
from tests.odoo.test_drift import OWNER, House, connected

pytestmark = [pytest.mark.odoo, pytest.mark.sqlite_only]

SERIALS = [imei(number) for number in range(3)]


@pytest.fixture
def house(own_odoo_database: Database, desk: Desk, clock: FixedClock) -> Iterator[House]:
    """Three units, all right at Odoo."""
    admin = own_odoo_database.admin()
    with shop(own_odoo_database, admin, admin) as there:
        made = connected(desk, clock, there, admin)
        for serial in SERIALS:
            Bench(desk, clock).ready_unit(serial)
        assert made.sync().problems == ()
        yield made
        lots = there.rows("stock.lot", [("name", "in", SERIALS)])
        assert len(lots) == len(SERIALS), "none twice, none gone"


@pytest.fixture
def copy(house: House, odoo_templates: Templates) -> Iterator[Database]:
    """A copy of the house's database as it was before: the same company, and its numbers are still to be given."""
    with fresh_database(odoo_templates.ready) as database:
        yield database


def why(house: House) -> str:
    row = house.desk.read(lambda c: odoo_account.of(c, house.desk.company))
    failure = failure_of(row.block_text) if row is not None else None
    return failure.code if failure is not None else ""


def links(house: House) -> int:
    row = house.desk.read(lambda c: odoo_account.of(c, house.desk.company))
    assert row is not None
    return len(house.desk.read(lambda c: odoo.of_kind(c, row.id, "lot")))


def graded(house: House) -> set[str]:
    states = house.desk.read(lambda c: outbox_lists.count_unfinished(c, house.desk.company))
    return {state for state, count in states.items() if count}


def strangers(database: Database, count: int) -> Eyes:
    """Serials of somebody else, under the numbers that the house's have in its own database."""
    eyes = Eyes(database)
    product = eyes.ask(
        "product.product", "create", {"name": "Other", "tracking": "serial", "is_storable": True}
    )
    for number in range(count):
        values = {"name": f"OTHER{number}", "product_id": product, "company_id": 1}
        eyes.ask("stock.lot", "create", values)
    return eyes


def test_another_database_is_neither_read_nor_written_before_somebody_says_what_it_is(
    house: House, copy: Database
) -> None:
    eyes = strangers(copy, 5)
    before = eyes.rows("stock.lot", [], "name", "write_date", "x_bm_grade")
    settings.put(house.desk, "odoo.database", copy.name)
    Bench(house.desk, house.clock).ready_unit("C39XQ1TEST01")
    for _ in range(3):
        assert {one.code for one in house.sync().problems} == {"odoo.another"}
        house.clock.advance(minutes=90)
    assert why(house) == "odoo.another"
    assert graded(house) == {"pending"}, "what waits for Odoo waits, and nobody has to look at each"
    assert eyes.rows("stock.lot", [], "name", "write_date", "x_bm_grade") == before
    with pytest.raises(AnotherOdoo):
        odoo_drift.look(house.desk, house.secrets)

    settings.put(house.desk, "odoo.database", house.there.admin.endpoint.database)
    assert odoo_connection.tried(house.desk, house.secrets).ok
    assert house.sync().problems == ()
    assert (why(house), graded(house)) == ("", set())


def test_all_is_looked_for_anew_where_somebody_says_that_it_is_another(house: House, copy: Database) -> None:
    eyes = strangers(copy, 5)
    settings.put(house.desk, "odoo.database", copy.name)
    verdict = odoo_connection.tried(house.desk, house.secrets)
    assert (verdict.ok, verdict.code, why(house)) == (False, "odoo.another", "odoo.another")

    which_odoo.another(house.desk)
    assert (links(house), why(house)) == (0, "")
    assert house.sync().problems == ()
    assert {row["name"] for row in eyes.rows("stock.lot", [("name", "in", SERIALS)], "name")} == set(SERIALS)
    assert eyes.in_stock(1).keys() == set(SERIALS)
    assert links(house) == len(SERIALS)
    with pytest.raises(NothingAsked):
        which_odoo.another(house.desk)


def test_who_forgets_by_mistake_finds_the_same_records_again(house: House) -> None:
    server = house.there.admin.endpoint.url
    settings.put(house.desk, "odoo.url", server.replace("127.0.0.1", "localhost"))
    assert odoo_connection.tried(house.desk, house.secrets).code == "odoo.another"
    which_odoo.another(house.desk)
    assert house.sync().problems == ()
    assert (links(house), graded(house)) == (len(SERIALS), set())


def test_what_is_linked_stays_so_where_the_same_odoo_has_moved(house: House) -> None:
    server = house.there.admin.endpoint.url
    settings.put(house.desk, "odoo.url", server.replace("127.0.0.1", "localhost"))
    house.clock.advance(minutes=6)
    assert {one.code for one in house.sync().problems} == {"odoo.another"}
    which_odoo.same(house.desk)
    assert house.sync().problems == ()
    assert links(house) == len(SERIALS)


def test_two_companies_here_never_work_in_one_company_there(
    house: House, desk: Desk, clock: FixedClock, own_odoo_database: Database
) -> None:
    companies.add(desk, OWNER, "second", "Second Phones")
    second = next(one for one in companies.desks(desk) if one.company != desk.company)
    add_models(second)
    other = connected(second, clock, house.there, own_odoo_database.admin())
    Bench(second, clock).ready_unit("C39XQ1TEST02")
    problems = other.sync().problems
    assert {one.code for one in problems} == {"odoo.company_taken"}
    assert house.there.rows("stock.lot", [("name", "=", "C39XQ1TEST02")]) == []


def test_a_company_that_is_gone_at_odoo_stops_everything_and_parks_nothing(
    own_odoo_database: Database, desk: Desk, clock: FixedClock
) -> None:
    eyes = Eyes(own_odoo_database)
    bench = own_odoo_database.add_user(
        "bench", "base.group_user", "stock.group_stock_user", "sales_team.group_sale_salesman_all_leads"
    )
    admin = own_odoo_database.admin()
    other = eyes.ask("res.company", "create", {"name": "Second"})
    eyes.ask("res.users", "write", [admin.user_id, bench.user_id], {"company_ids": [(4, other)]})
    with shop(own_odoo_database, admin, admin) as first:
        here = connected(desk, clock, replace(first, company=other), bench)
        Bench(desk, clock).ready_unit(SERIALS[0])
        assert {one.code for one in here.sync().problems} == {"odoo.no_warehouse"}
        eyes.ask("res.company", "write", [other], {"active": False})
        clock.advance(minutes=90)
        problems = here.sync().problems
    assert {one.code for one in problems} == {"odoo.company_unknown"}
    assert "My Company (1)" in str(problems[0].params["known"])
    assert graded(here) == {"pending"}
    assert odoo_connection.tried(desk, here.secrets).code == "odoo.company_unknown"
