"""What happens to units at a real Odoo 19 happens here: through the engine, with the outbox beside it, and no echo."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bmdesk.connectors.backmarket.connector import Manners
from bmdesk.connectors.odoo.incoming import changes, import_units
from bmdesk.connectors.odoo.transport import JsonRpcTransport
from bmdesk.domain.effects import EffectState
from bmdesk.services import settings
from bmdesk.services.desk import Desk
from bmdesk.services.odoo import odoo_account
from bmdesk.services.odoo.odoo_settings import UNITS
from bmdesk.services.odoo.units import units_in
from bmdesk.services.odoo.units.diverged import Both
from bmdesk.services.odoo.units.units_there import LOT
from bmdesk.services.syncing import outbox
from bmdesk.store.queries import feeds, odoo, units
from bmdesk.store.queries.units import UnitRow
from bmdesk.sync.engine import Engine
from bmdesk.sync.manner import Manner
from bmdesk.sync.opening import Tools, opener
from bmdesk.system.clock import FixedClock
from tests.desks import PHONE, Bench
from tests.markets import OWNER, imei
from tests.odoo.databases import Account, Database
from tests.odoo.houses import OneKey
from tests.odoo.shops import DIALECT, main_stock, transport

pytestmark = [pytest.mark.odoo, pytest.mark.sqlite_only]

EAN = "0194252707227"


@dataclass
class House:
    """A desk whose company works with this database; `do` is what somebody does there."""

    desk: Desk
    bench: Bench
    clock: FixedClock
    admin: JsonRpcTransport
    engine: Engine
    company: int = 1

    def sync(self, times: int = 1) -> None:
        for _ in range(times):
            self.clock.advance(minutes=6)
            report = self.engine.run_once(Manner())
            assert not report.problems, [str(one) for one in report.problems]

    # ---------------------------------------------------------------- there

    def do(self, model: str, method: str, *args: object, **context: object) -> Any:
        named = {"context": {**context, "allowed_company_ids": [self.company]}} if context else {}
        return self.admin.call(model, method, args, named)

    @property
    def stock(self) -> int:
        return main_stock(self.admin, self.company)

    def usage(self, name: str) -> int:
        found = self.do(
            "stock.location", "search", [("usage", "=", name), ("company_id", "in", [False, self.company])]
        )
        return int(found[0])

    def product(self) -> int:
        """The phone, by its barcode."""
        known = self.do("product.product", "search", [("barcode", "=", EAN)])
        if known:
            return int(known[0])
        values = {"name": "iPhone", "barcode": EAN, "tracking": "serial", **DIALECT.storable}
        return int(self.do("product.product", "create", [values])[0])

    def received(self, product: int, *serials: str, place: int = 0) -> None:
        """A receipt from a supplier, validated by somebody there."""
        [operation] = self.do(
            "stock.picking.type", "search", [("code", "=", "incoming"), ("company_id", "=", self.company)]
        )[:1]
        self._transfer(
            operation, self.usage("supplier"), place or self.stock, product, self.lots(product, *serials)
        )

    def lots(self, product: int, *serials: str) -> list[int]:
        rows = [{"name": one, "product_id": product, "company_id": self.company} for one in serials]
        return list(self.do("stock.lot", "create", rows))

    def lot(self, serial: str) -> int:
        [found] = self.do("stock.lot", "search", [("name", "=", serial), ("company_id", "=", self.company)])
        return int(found)

    def sold(self, serial: str) -> None:
        """A sale of theirs, with exactly this device, delivered."""
        lot = self.lot(serial)
        [row] = self.do("stock.lot", "read", [lot], ["product_id"])
        product = row["product_id"][0]
        partner = self.do("res.partner", "create", [{"name": "Counter"}])[0]
        line = {"product_id": product, "product_uom_qty": 1, "price_unit": 300}
        sale = self.do("sale.order", "create", [{"partner_id": partner, "order_line": [(0, 0, line)]}])[0]
        self.do("sale.order", "action_confirm", [sale])
        [move] = self.do(
            "stock.move",
            "search_read",
            [("sale_line_id.order_id", "=", sale)],
            ["picking_id", "move_line_ids"],
        )
        self.do("stock.move", "write", [move["id"]], {"move_line_ids": [(5, 0, 0)]})
        values = {"lot_id": lot, "quantity": 1, "picked": True, "product_id": product}
        self.do("stock.move", "write", [move["id"]], {"move_line_ids": [(0, 0, values)]})
        done = self.do(
            "stock.picking", "button_validate", [move["picking_id"][0]], skip_backorder=True, skip_sms=True
        )
        assert done is True

    def scrapped(self, serial: str) -> None:
        lot = self.lot(serial)
        [row] = self.do("stock.lot", "read", [lot], ["product_id"])
        values = {
            "product_id": row["product_id"][0],
            "lot_id": lot,
            "location_id": self.stock,
            "scrap_qty": 1,
        }
        scrap = self.do("stock.scrap", "create", [values])
        self.do("stock.scrap", "do_scrap", list(scrap))

    def _transfer(self, operation: int, source: int, goal: int, product: int, lots: list[int]) -> None:
        way = {"location_id": source, "location_dest_id": goal}
        lines = [
            (0, 0, {**way, "product_id": product, "lot_id": lot, "quantity": 1, "picked": True})
            for lot in lots
        ]
        move = {**way, "product_id": product, "product_uom_qty": len(lots), "move_line_ids": lines}
        values = {**way, "picking_type_id": operation, "move_ids": [(0, 0, move)]}
        picking = self.do("stock.picking", "create", [values])
        self.do("stock.picking", "button_validate", list(picking), skip_backorder=True, skip_sms=True)

    def write_dates(self) -> list[tuple[int, str]]:
        rows = self.do("stock.lot", "search_read", [("company_id", "=", self.company)], ["write_date"])
        return sorted((row["id"], row["write_date"]) for row in rows)

    # ---------------------------------------------------------------- here

    def unit(self, serial: str) -> UnitRow | None:
        def work(connection: Any) -> UnitRow | None:
            found = units.by_identifier(connection, self.desk.company, serial)
            return units.unit(connection, found) if found else None

        return self.desk.read(work)

    def state(self, serial: str) -> str:
        found = self.unit(serial)
        return found.state if found is not None else ""

    def history(self, serial: str) -> int:
        found = self.unit(serial)
        assert found is not None
        return len(self.desk.read(lambda c: units.history(c, found.id)))

    def parked(self, serials: list[str]) -> list[str]:
        """What needs a person of these: other stories of this file leave devices in stock there, too."""
        rows = outbox.listed(self.desk, states=[EffectState.PARKED]).rows
        return [one.title.code for one in rows if one.goods in serials]


@pytest.fixture
def house(odoo_database: Database, odoo_admin: Account, desk: Desk, clock: FixedClock) -> House:
    """The first reading is done: what lay there before is not asked for."""
    there = odoo_database
    values = {"url": there.server, "database": there.name, "user": "admin", "company": "1"}
    for name, value in values.items():
        settings.put(desk, f"odoo.{name}", value)
    engine = Engine(desk, opener(desk, Tools(OneKey(odoo_admin.key), Manners(1))))
    made = House(desk, Bench(desk, clock), clock, transport(there, odoo_admin, 1), engine)
    made.sync()
    return made


@pytest.fixture
def serials() -> list[str]:
    """Of this story alone: all of them happen in one database."""
    return [imei(next(_numbers)) for _ in range(3)]


_numbers = itertools.count(7001)


def test_what_is_received_there_is_graded_here_and_goes_back_graded(house: House, serials: list[str]) -> None:
    house.received(house.product(), serials[0], serials[1])
    house.sync()
    found = house.unit(serials[0])
    assert found is not None and (found.state, found.model_code) == ("received", PHONE)
    house.bench.ready_unit(serials[0])
    house.sync(2)
    [row] = house.do(
        "stock.lot", "read", [house.lot(serials[0])], ["x_bm_grade", "x_bm_battery", "location_id"]
    )
    assert (row["x_bm_grade"], row["x_bm_battery"], row["location_id"][0]) == ("EXCELLENT", 92, house.stock)
    assert house.parked(serials) == []


def test_grade_battery_and_hold_from_there_count_and_nothing_echoes(house: House, serials: list[str]) -> None:
    house.bench.ready_unit(serials[0])
    house.sync(2)
    lot = house.lot(serials[0])
    house.do("stock.lot", "write", [lot], {"x_bm_grade": "FAIR", "x_bm_battery": 88})
    house.sync(2)
    found = house.unit(serials[0])
    assert found is not None
    assert (found.state, found.grade, found.battery_percent, found.sku) == (
        "ready",
        "FAIR",
        88,
        f"{PHONE}-FAIR",
    )
    house.do("stock.lot", "write", [lot], {"x_bm_hold": "police asks"})
    house.sync(2)
    assert house.state(serials[0]) == "held"
    lines, written = house.history(serials[0]), house.write_dates()
    house.sync(3)
    assert (house.history(serials[0]), house.write_dates()) == (lines, written)
    assert house.parked(serials) == []


def test_what_leaves_there_is_gone_here(house: House, serials: list[str]) -> None:
    for serial in serials[:3]:
        house.bench.ready_unit(serial)
    house.sync(2)
    house.sold(serials[0])
    house.scrapped(serials[1])
    house.sync(2)
    reasons = [found.gone_reason if (found := house.unit(one)) else "" for one in serials[:3]]
    assert reasons == ["sold_elsewhere", "scrapped", ""]
    assert house.parked(serials) == []


def test_what_is_moved_there_lies_there_here_and_stays(house: House, serials: list[str]) -> None:
    house.bench.ready_unit(serials[0])
    house.sync(2)
    values = {"name": "A-07", "usage": "internal", "location_id": house.stock}
    shelf = house.do("stock.location", "create", [values])[0]
    house.do("stock.lot", "write", [house.lot(serials[0])], {"location_id": shelf})
    house.sync(3)
    found = house.unit(serials[0])
    assert found is not None and found.location == "MAIN/A-07"
    [row] = house.do("stock.lot", "read", [house.lot(serials[0])], ["location_id"])
    assert row["location_id"][0] == shelf and house.parked(serials) == []


def test_what_both_changed_is_shown_and_a_person_says_whose_counts(house: House, serials: list[str]) -> None:
    house.bench.ready_unit(serials[0])
    house.bench.ready_unit(serials[1])
    house.sync(2)
    for serial in serials[:2]:
        house.do("stock.lot", "write", [house.lot(serial)], {"x_bm_grade": "FAIR"})
        house.bench.good(serial, "BMD:GRADE:GOOD:worn", "BMD:DONE")
    house.sync(2)
    parked = {
        one.goods: one
        for one in outbox.listed(house.desk, states=[EffectState.PARKED]).rows
        if one.goods in serials
    }
    assert {one.title.code for one in parked.values()} == {"odoo.changed_there.title"}
    assert Both("x_bm_grade", "GOOD", "FAIR") in parked[serials[0]].both

    outbox.cancel(house.desk, OWNER, [parked[serials[0]].id])
    outbox.retry(house.desk, OWNER, [parked[serials[1]].id])
    house.sync(2)
    grades = [found.grade if (found := house.unit(one)) else "" for one in serials[:2]]
    assert grades == ["FAIR", "GOOD"]
    found = house.do("stock.lot", "read", [house.lot(one) for one in serials[:2]], ["x_bm_grade"])
    assert [row["x_bm_grade"] for row in found] == ["FAIR", "GOOD"]
    assert house.parked(serials) == []


def test_a_reading_that_dies_between_pages_goes_on_where_it_was(
    house: House, serials: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_units, "_PAGE", 1)
    account = house.desk.read(lambda c: odoo_account.of(c, house.desk.company))
    assert account is not None

    def cursor() -> object:
        row = house.desk.read(lambda c: feeds.feed(c, account.id, UNITS, ""))
        return row.cursor if row is not None else None

    before = cursor()
    house.received(house.product(), *serials[:3])

    class Died(Exception):
        pass

    taken: list[int] = []
    real = units_in.take

    def dies(*given: Any) -> Any:
        if given[2].name in serials:
            if taken:
                raise Died
            taken.append(1)
        return real(*given)

    with monkeypatch.context() as patched:
        patched.setattr(units_in, "take", dies)
        with pytest.raises(Died):
            house.sync()
    assert cursor() == before
    assert sorted(house.state(one) for one in serials[:3]) == ["", "", "received"]
    house.sync()
    assert [house.state(one) for one in serials[:3]] == ["received"] * 3
    assert [house.history(one) for one in serials[:3]] == [3, 3, 3]
    assert cursor() != before


def test_of_two_companies_each_receives_its_own(
    house: House, odoo_database: Database, odoo_admin: Account, serials: list[str]
) -> None:
    [other] = house.do("res.company", "create", [{"name": "Other"}])
    house.do("res.users", "write", [house.admin.login()], {"company_ids": [(4, other)]})
    product = house.product()
    house.received(product, serials[0])
    theirs = replace(house, admin=transport(odoo_database, odoo_admin, other), company=other)
    theirs.do("stock.warehouse", "create", [{"name": "Second", "code": "SEC", "company_id": other}])
    theirs.received(product, serials[1])
    house.sync(2)
    assert (house.state(serials[0]), house.state(serials[1])) == ("received", "")


def test_what_was_received_there_just_before_is_left_to_a_first_import(
    house: House, serials: list[str]
) -> None:
    account = house.desk.read(lambda c: odoo_account.of(c, house.desk.company))
    assert account is not None
    house.received(house.product(), serials[0])
    # As if this Odoo had been connected only now.
    house.desk.write(lambda tx: feeds.set_feed(tx, account.id, UNITS, "", cursor=None))
    house.sync(2)
    assert house.state(serials[0]) == ""
    house.received(house.product(), serials[1])
    house.sync()
    assert [house.state(one) for one in serials[:2]] == ["", "received"]


def test_what_was_written_while_the_clock_there_was_wrong_hides_nothing(
    house: House, serials: list[str]
) -> None:
    account = house.desk.read(lambda c: odoo_account.of(c, house.desk.company))
    assert account is not None
    ahead = datetime.now(UTC) + timedelta(days=300)
    house.desk.write(lambda tx: feeds.set_feed(tx, account.id, UNITS, "", cursor=ahead))
    house.received(house.product(), serials[0])
    house.sync()
    assert house.state(serials[0]) == "received"
    row = house.desk.read(lambda c: feeds.feed(c, account.id, UNITS, ""))
    assert row is not None and row.cursor is not None and row.cursor < ahead - timedelta(days=200)


def test_where_nothing_is_sent_a_device_that_was_scanned_here_first_is_followed(
    house: House, serials: list[str]
) -> None:
    settings.put(house.desk, "odoo.units.direction", "in")
    house.bench.ready_unit(serials[0])
    house.received(house.product(), f"{serials[0]} ")
    house.sync()
    house.do("stock.lot", "write", [house.lot(f"{serials[0]} ")], {"x_bm_hold": "police asks"})
    house.sync()
    assert house.state(serials[0]) == "held"
    house.sold(f"{serials[0]} ")
    house.sync()
    found = house.unit(serials[0])
    assert found is not None and found.gone_reason == "sold_elsewhere"


def test_a_serial_that_is_typed_otherwise_there_is_the_same_device_and_never_a_second_one(
    house: House, serials: list[str]
) -> None:
    mine = [f"F2LX{one[-6:]}" for one in serials[:2]]
    typed = [f"{serials[0][:2]}-{serials[0][2:8]}-{serials[0][8:14]}-{serials[0][14]}", mine[0].lower()]
    house.received(house.product(), *typed, f"f2lX{serials[1][-6:]}")
    account = house.desk.read(lambda c: odoo_account.of(c, house.desk.company))
    assert account is not None
    # It lay there before Odoo was connected: of these two nothing is read.
    house.desk.write(lambda tx: feeds.set_feed(tx, account.id, UNITS, "", cursor=None))
    house.sync()
    for one in (serials[0], *mine):
        house.bench.ready_unit(one)
    # Touched there before anything of it was sent: it is read first.
    house.do("stock.lot", "write", [house.lot(f"f2lX{serials[1][-6:]}")], {"note": "seen"})
    house.sync(3)
    names = house.do(
        "stock.lot", "search_read", [("name", "in", [*typed, serials[0], *mine, mine[0].lower()])], ["name"]
    )
    assert sorted(row["name"] for row in names) == sorted(typed)
    lots = [house.lot(one) for one in typed]
    found = house.do("stock.lot", "read", lots, ["x_bm_grade", "product_qty"])
    assert [(row["x_bm_grade"], row["product_qty"]) for row in found] == [("EXCELLENT", 1.0)] * 2
    assert house.parked([*serials, *mine]) == []


def test_what_was_sold_from_where_it_did_not_lie_is_gone_all_the_same(
    house: House, serials: list[str]
) -> None:
    house.bench.ready_unit(serials[0])
    house.sync(2)
    values = {"name": "B-01", "usage": "internal", "location_id": house.stock}
    shelf = house.do("stock.location", "create", [values])[0]
    lot = house.lot(serials[0])
    house.do("stock.lot", "write", [lot], {"location_id": shelf})
    house.sync(2)
    [operation] = house.do(
        "stock.picking.type", "search", [("code", "=", "outgoing"), ("company_id", "=", house.company)]
    )[:1]
    house._transfer(operation, house.stock, house.usage("customer"), house.product(), [lot])
    quants = house.do(
        "stock.quant",
        "search_read",
        [("lot_id", "=", lot), ("location_id.usage", "=", "internal")],
        ["quantity"],
    )
    assert sorted(row["quantity"] for row in quants) == [-1.0, 1.0]
    house.sync(2)
    found = house.unit(serials[0])
    assert found is not None and found.gone_reason == "sold_elsewhere"


def test_what_was_committed_there_long_after_it_began_is_read_the_next_day(
    house: House, serials: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    # As if its transaction had begun before what was read last, longer ago than each reading goes back.
    monkeypatch.setattr(changes, "OVERLAP", timedelta(hours=-1))
    house.received(house.product(), serials[0])
    house.sync()
    assert house.state(serials[0]) == ""
    house.clock.advance(hours=24)
    house.sync()
    assert house.state(serials[0]) == "received"


def test_a_lot_that_was_merged_into_another_is_followed(house: House, serials: list[str]) -> None:
    house.received(house.product(), serials[0])
    house.sync()
    house.bench.ready_unit(serials[0])
    house.sync(2)
    account = house.desk.read(lambda c: odoo_account.of(c, house.desk.company))
    unit = house.unit(serials[0])
    assert account is not None and unit is not None
    # As if this one had stood for it, which an addon has merged into the other: Odoo itself deletes no lot that moved.
    record = house.desk.read(lambda c: odoo.records(c, account.id, LOT, [unit.id]))[unit.id]
    house.desk.write(lambda tx: odoo.agree(tx, account.id, LOT, unit.id, 987_654_321, record.base))
    house.do("stock.lot", "write", [house.lot(serials[0])], {"note": "merged"})
    house.sync()
    now = house.desk.read(lambda c: odoo.records(c, account.id, LOT, [unit.id]))[unit.id]
    assert now.remote_id == house.lot(serials[0])
    house.sold(serials[0])
    house.sync(2)
    gone = house.unit(serials[0])
    assert gone is not None and gone.gone_reason == "sold_elsewhere"
    assert house.parked(serials) == []
