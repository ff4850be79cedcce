"""Products and stock of a real Odoo come in once: doubts are told, a second run changes nothing, a killed one goes
on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import func, select

from bmdesk.connectors.backmarket.connector import Manners
from bmdesk.connectors.failures import RemoteFailure
from bmdesk.connectors.odoo.endpoint import OdooEndpoint
from bmdesk.connectors.odoo.transport import JsonRpcTransport
from bmdesk.domain.effects import EffectState
from bmdesk.domain.unit import State
from bmdesk.services import settings
from bmdesk.services.desk import Desk
from bmdesk.services.goods import receiving
from bmdesk.services.odoo import choices
from bmdesk.services.odoo.choices import Candidate, Choice, Kind
from bmdesk.services.odoo.takeover import import_runs
from bmdesk.services.odoo.takeover.import_runs import Import, Wishes
from bmdesk.store.queries import catalogue, outbox_lists, units
from bmdesk.store.tables import units as t
from bmdesk.store.tables.odoo import odoo_record
from bmdesk.sync import odoo_import
from bmdesk.sync.engine import Engine
from bmdesk.sync.manner import Manner
from bmdesk.sync.opening import Tools, opener
from bmdesk.system.clock import FixedClock
from bmdesk.system.secrets import Secrets
from tests.desks import IMEIS, PHONE, Bench
from tests.odoo.databases import Database
from tests.odoo.houses import OneKey
from tests.odoo.shops import DIALECT

pytestmark = [pytest.mark.odoo, pytest.mark.sqlite_only]

EAN = "0194252707227"  # of PHONE, in the small catalogue


class Killed(BaseException):
    """The process ends here."""


@dataclass
class There:
    """An Odoo with stock, and a desk whose company works with it."""

    desk: Desk
    clock: FixedClock
    admin: JsonRpcTransport
    secrets: Secrets
    stock: int
    shelf: int

    def run(self, wishes: Wishes | None = None, keep_going: Callable[[], bool] = lambda: True) -> Import:
        """As far as it gets; where it asks whether grades of there may count, they may."""
        one = odoo_import.begin(self.desk, self.secrets, None, wishes or Wishes(), keep_going)
        if not one.asks:
            return one
        import_runs.resume(self.desk, None, one.id)
        return odoo_import.follow(self.desk, self.secrets, one.id, keep_going)

    def create(self, model: str, *rows: Mapping[str, object], **context: object) -> list[int]:
        made = self.admin.call(model, "create", [list(rows)], {"context": context} if context else None)
        assert isinstance(made, list)
        return made

    def product(self, name: str, **values: object) -> int:
        (made,) = self.create(
            "product.product", {"name": name, "tracking": "serial", **DIALECT.storable, **values}
        )
        return made

    def put(
        self, product: int, serials: list[str], place: int, company: int = 1, **values: object
    ) -> list[int]:
        """One piece of each lies there; the ids of the lots."""
        lots = self.create(
            "stock.lot",
            *({"name": one, "product_id": product, "company_id": company, **values} for one in serials),
        )
        quants = self.create(
            "stock.quant",
            *(
                {"product_id": product, "lot_id": lot, "location_id": place, "inventory_quantity": 1}
                for lot in lots
            ),
            inventory_mode=True,
        )
        self.admin.call("stock.quant", "action_apply_inventory", [quants])
        return lots

    def left_out(self, one: Import) -> dict[str, str]:
        return {line.name: line.reason.code for line in import_runs.left_out(self.desk, one.id)}

    def states(self) -> dict[str, int]:
        return self.desk.read(lambda c: units.count_by_state(c, self.desk.company))

    def count(self, table: Any) -> int:
        return self.desk.read(lambda c: c.execute(select(func.count()).select_from(table)).scalar_one())


@pytest.fixture
def there(own_odoo_database: Database, desk: Desk, clock: FixedClock) -> Iterator[There]:
    database, who = own_odoo_database, own_odoo_database.admin()
    admin = JsonRpcTransport(OdooEndpoint(database.server, database.name, who.login, who.key))
    for name, value in {
        "odoo.url": database.server,
        "odoo.database": database.name,
        "odoo.user": who.login,
    }.items():
        settings.put(desk, name, value)
    found: Any = admin.call(
        "stock.warehouse", "search_read", [[], ["lot_stock_id"]], {"order": "id", "limit": 1}
    )
    stock = found[0]["lot_stock_id"][0]
    (shelf,) = _made(admin, "stock.location", {"name": "A-01", "usage": "internal", "location_id": stock})
    yield There(desk, clock, admin, OneKey(who.key), stock, shelf)
    admin.close()


def _made(admin: JsonRpcTransport, model: str, values: Mapping[str, object]) -> list[int]:
    made = admin.call(model, "create", [[values]])
    assert isinstance(made, list)
    return made


def with_variants(there: There) -> list[int]:
    """A phone in two colours, the variants' ids."""
    (attribute,) = there.create("product.attribute", {"name": "Color", "create_variant": "always"})
    colours = there.create(
        "product.attribute.value",
        {"name": "Midnight", "attribute_id": attribute},
        {"name": "Starlight", "attribute_id": attribute},
    )
    lines = [(0, 0, {"attribute_id": attribute, "value_ids": [(6, 0, colours)]})]
    (template,) = there.create(
        "product.template",
        {
            "name": "Apple iPhone 14 128GB",
            "tracking": "serial",
            **DIALECT.storable,
            "attribute_line_ids": lines,
        },
    )
    found: Any = there.admin.call(
        "product.product", "search", [[("product_tmpl_id", "=", template)]], {"order": "id"}
    )
    assert isinstance(found, list)
    return [int(one) for one in found]


def serials(prefix: str, count: int) -> list[str]:
    return [f"{prefix}{number:05d}" for number in range(1, count + 1)]


def test_products_and_stock_come_in_and_a_second_run_changes_nothing(there: There) -> None:
    known = there.product("Whatever it is called", barcode=EAN, standard_price=210.5)
    midnight, starlight = with_variants(there)
    lots = there.put(known, [IMEIS[0], *serials("SNA", 149)], there.stock)
    there.put(midnight, serials("SNB", 100), there.shelf)
    graded = there.put(starlight, serials("SNC", 50), there.shelf, x_bm_grade="GOOD", x_bm_battery=91)

    done = there.run(Wishes(source="purchase"))
    assert (done.state, done.seen, done.count, done.percent) == ("done", 303, 303, 100)
    assert there.left_out(done) == {}
    assert (done.new, done.known, done.doubts) == (302, 1, 0)

    desk = there.desk
    made = desk.read(lambda c: catalogue.search(c, desk.company, "iphone 14", drafts=True))
    assert {(one.brand, one.model, one.storage, one.colour, one.category) for one in made} == {
        ("Apple", "iPhone 14", "128 GB", "Midnight", "phone"),
        ("Apple", "iPhone 14", "128 GB", "Starlight", "phone"),
    }
    unit_id = desk.read(lambda c: units.by_identifier(c, desk.company, IMEIS[0]))
    assert unit_id is not None
    row = desk.read(lambda c: units.unit(c, unit_id))
    assert (row.state, row.model_code, row.location) == (State.RECEIVED, PHONE, "MAIN/-")
    stay = desk.read(lambda c: units.stay(c, unit_id, 1))
    assert stay is not None and (stay["cost_minor"], stay["cost_currency"]) == (21050, "USD")
    (batch,) = receiving.list_batches(desk)
    assert (batch.source, batch.arrived) == ("purchase", 300)
    other = desk.read(lambda c: units.by_identifier(c, desk.company, "SNC00001"))
    assert other is not None
    row = desk.read(lambda c: units.unit(c, other))
    assert (row.grade, row.battery_percent, row.location) == ("GOOD", 91, "MAIN/A-01")
    assert row.state in (State.HELD, State.READY)
    assert len(lots) + len(graded) == 200

    before = [there.count(one) for one in (t.unit, t.stay, t.history, odoo_record)]
    again = there.run(Wishes())
    assert (again.state, again.new, again.known, again.doubts) == ("done", 0, 303, 0)
    assert before == [there.count(one) for one in (t.unit, t.stay, t.history, odoo_record)]


def test_what_is_in_doubt_is_told_and_the_rest_goes_on(there: There) -> None:
    there.product("Twin one", default_code="TWIN")
    twin = there.product("Twin two", default_code="TWIN")
    crossed = there.product("Crossed", barcode=EAN, default_code="GS22-128-GRN")
    good = there.product("Sony PlayStation 5", default_code="PS5-825-WHT")
    there.put(twin, ["SNTWIN01"], there.stock)
    there.put(crossed, ["SNCROSS1"], there.stock)
    there.put(good, ["SNGOOD01", "356938035643808", "N/A", "snlower1", "SNLOWER1"], there.stock)
    # The same number under two products, and one that is promised to a delivery there.
    there.put(there.product("Another", default_code="ANOTHER-1"), ["SNGOOD01"], there.shelf)
    done = there.run()
    assert there.left_out(done) == {
        "Twin one": "odoo_import.code_shared",
        "Twin two": "odoo_import.code_shared",
        "Crossed": "odoo_import.barcode_of_another",
        "SNTWIN01": "odoo_import.product_unknown",
        "SNCROSS1": "odoo_import.product_unknown",
        "356938035643808": "identifier.not_an_imei.happened",
        "N/A": "identifier.not_a_serial.happened",
        "SNLOWER1": "odoo_import.other_lot",
        "SNGOOD01": "odoo_import.other_model",
    }
    assert done.state == "done" and done.seen == done.new + done.known + done.doubts
    assert there.states() == {"received": 2}


def test_a_unit_that_is_here_stays_as_it_is_and_its_lot_is_known(there: There) -> None:
    desk = there.desk
    unit_id = Bench(desk, there.clock).ready_unit(IMEIS[0])
    before = desk.read(lambda c: units.unit(c, unit_id))
    there.put(there.product("x", barcode=EAN), [IMEIS[0]], there.shelf)
    done = there.run()
    assert (done.new, done.known, done.doubts) == (0, 2, 0)
    assert desk.read(lambda c: units.unit(c, unit_id)) == before
    assert receiving.list_batches(desk) == ()


def test_killed_between_pages_it_goes_on_where_it_stood(there: There) -> None:
    product = there.product("x", barcode=EAN)
    there.put(product, serials("SNK", 130), there.stock)
    calls = 0

    def dies() -> bool:
        nonlocal calls
        calls += 1
        if calls == 4:
            raise Killed
        return True

    with suppress(Killed):
        there.run(keep_going=dies)
    one = import_runs.under_way(there.desk)
    assert one is not None and (one.state, one.seen) == ("running", 61)
    with pytest.raises(import_runs.UnderWay):
        there.run()
    paused = odoo_import.follow(there.desk, there.secrets, one.id, lambda: False)
    assert (paused.state, paused.seen) == ("paused", 81)
    assert odoo_import.follow(there.desk, there.secrets, one.id, lambda: True).seen == 81
    import_runs.resume(there.desk, None, one.id)
    done = odoo_import.follow(there.desk, there.secrets, one.id, lambda: True)
    assert (done.state, done.seen, done.new, done.known) == ("done", 131, 130, 1)
    assert there.states() == {"received": 130} and there.count(t.stay) == 130


def test_what_came_in_is_what_the_sync_wants_there(there: There) -> None:
    there.put(there.product("x", barcode=EAN), ["SNSYNC001"], there.stock)
    there.put(
        there.product("Sony PlayStation 5"), ["SNSYNC002"], there.shelf, x_bm_grade="GOOD", x_bm_battery=88
    )
    there.run()
    engine = Engine(there.desk, opener(there.desk, Tools(there.secrets, Manners(1))))
    there.clock.advance(minutes=1)
    assert engine.run_once(Manner()).problems == ()
    states = there.desk.read(lambda c: outbox_lists.count_by_state(c, there.desk.company))
    assert states == {EffectState.DONE.value: 2}
    found: Any = there.admin.call(
        "stock.lot",
        "search_read",
        [[], ["name", "x_bm_grade", "x_bm_battery", "location_id"]],
        {"order": "name"},
    )
    assert [(one["name"], one["x_bm_grade"], one["location_id"][0]) for one in found] == [
        ("SNSYNC001", False, there.stock),
        ("SNSYNC002", "GOOD", there.shelf),
    ]
    assert found[1]["x_bm_battery"] == 88


def test_while_odoo_is_away_it_is_paused_and_says_why(there: There) -> None:
    there.put(there.product("x", barcode=EAN), ["SNAWAY01"], there.stock)
    address = settings.get(there.desk, "odoo.url")
    settings.put(there.desk, "odoo.url", "http://127.0.0.1:9")
    with pytest.raises(RemoteFailure):
        there.run()
    one = import_runs.under_way(there.desk)
    assert one is not None and one.state == "paused" and one.problem is not None
    settings.put(there.desk, "odoo.url", address)
    import_runs.resume(there.desk, None, one.id)
    done = odoo_import.follow(there.desk, there.secrets, one.id, lambda: True)
    assert (done.state, done.new, done.problem) == ("done", 1, None)


def test_what_lies_where_no_warehouse_was_chosen_waits_until_one_is(there: There) -> None:
    product = there.product("x", barcode=EAN)
    (house,) = there.create("stock.warehouse", {"name": "Second", "code": "WH2"})
    found: Any = there.admin.call("stock.warehouse", "read", [[house], ["lot_stock_id"]])
    second = found[0]["lot_stock_id"][0]
    there.put(product, ["SNSECOND1"], second)
    assert there.left_out(there.run()) == {"SNSECOND1": "odoo_import.place_unknown"}

    choices.keep(there.desk, None, [Choice(Kind.LOCATION, "SHOP", Candidate(second, "WH2/Stock"))])
    assert there.left_out(there.run()) == {}
    unit_id = there.desk.read(lambda c: units.by_identifier(c, there.desk.company, "SNSECOND1"))
    assert unit_id is not None and there.desk.read(lambda c: units.unit(c, unit_id)).location == "SHOP/-"


def test_another_companys_stock_is_not_ours(there: There) -> None:
    (company,) = there.create("res.company", {"name": "Another house"})
    found: Any = there.admin.call("res.users", "search", [[("login", "=", there.admin.endpoint.user)]])
    there.admin.call("res.users", "write", [found, {"company_ids": [(4, company)]}])
    settings.put(there.desk, "odoo.company", "1")
    both = {"allowed_company_ids": [1, company]}
    (house,) = there.create(
        "stock.warehouse", {"name": "Other", "code": "OTH", "company_id": company}, **both
    )
    theirs: Any = there.admin.call("stock.warehouse", "read", [[house], ["lot_stock_id"]], {"context": both})
    product = there.product("Shared", barcode=EAN)
    (own,) = there.create(
        "product.product",
        {
            "name": "Only theirs",
            "tracking": "serial",
            "company_id": company,
            "default_code": "THEIRS",
            **DIALECT.storable,
        },
        **both,
    )
    for one, serial in ((product, "SNTHEIRS1"), (own, "SNTHEIRS2")):
        (lot,) = there.create("stock.lot", {"name": serial, "product_id": one, "company_id": company}, **both)
        quants = there.create(
            "stock.quant",
            {
                "product_id": one,
                "lot_id": lot,
                "location_id": theirs[0]["lot_stock_id"][0],
                "inventory_quantity": 1,
            },
            inventory_mode=True,
            **both,
        )
        there.admin.call("stock.quant", "action_apply_inventory", [quants], {"context": both})
    there.put(product, ["SNOURS001"], there.stock)
    done = there.run()
    assert (done.seen, done.new, done.doubts) == (2, 1, 0)
    assert there.states() == {"received": 1}
