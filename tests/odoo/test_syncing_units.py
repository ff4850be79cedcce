"""What is done at the bench stands in a real Odoo, once, through the outbox and the engine; and nothing is lost while
Odoo is away.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import update

from bmdesk.connectors.backmarket.connector import Manners
from bmdesk.connectors.odoo.endpoint import OdooEndpoint
from bmdesk.connectors.odoo.transport import JsonRpcTransport
from bmdesk.domain.effects import EffectState
from bmdesk.services import settings
from bmdesk.services.desk import Desk
from bmdesk.services.grading import bench
from bmdesk.services.odoo import choices
from bmdesk.services.odoo.choices import Candidate, Choice, Kind
from bmdesk.services.odoo.units import units_truth
from bmdesk.services.odoo.units.units_there import LOT
from bmdesk.services.syncing import outbox
from bmdesk.store.queries import outbox_lists
from bmdesk.store.tables.odoo import odoo_record
from bmdesk.sync.engine import Engine, Report
from bmdesk.sync.manner import Manner
from bmdesk.sync.opening import Tools, opener
from bmdesk.system.clock import FixedClock
from tests.desks import IMEIS, PHONE, Bench
from tests.odoo.databases import Database
from tests.odoo.houses import OneKey

pytestmark = [pytest.mark.odoo, pytest.mark.sqlite_only]


@dataclass
class House:
    """A desk whose company works with this database."""

    desk: Desk
    bench: Bench
    clock: FixedClock
    admin: JsonRpcTransport
    engine: Engine

    def sync(self) -> Report:
        self.clock.advance(minutes=1)
        return self.engine.run_once(Manner())

    def lots(self) -> list[Mapping[str, Any]]:
        return self.rows("stock.lot", [("name", "in", IMEIS)], ["name", "x_bm_grade", "product_id"])

    def rows(self, model: str, domain: list[Any], fields: list[str]) -> list[Mapping[str, Any]]:
        found = self.admin.call(model, "search_read", [domain, fields], {"order": "id"})
        assert isinstance(found, list)
        return found

    def in_stock(self) -> dict[str, float]:
        """Pieces by serial that lie in the house, by Odoo's own books."""
        domain = [("location_id.usage", "=", "internal"), ("lot_id.name", "in", IMEIS)]
        found = self.rows("stock.quant", domain, ["lot_id", "quantity"])
        return {row["lot_id"][1]: row["quantity"] for row in found}

    def states(self) -> set[str]:
        return set(self.desk.read(lambda c: outbox_lists.count_by_state(c, self.desk.company)))


@pytest.fixture
def house(own_odoo_database: Database, desk: Desk, clock: FixedClock) -> House:
    database, who = own_odoo_database, own_odoo_database.admin()
    admin = JsonRpcTransport(OdooEndpoint(database.server, database.name, who.login, who.key))
    for name, value in {
        "odoo.url": database.server,
        "odoo.database": database.name,
        "odoo.user": who.login,
    }.items():
        settings.put(desk, name, value)
    tools = Tools(OneKey(who.key), Manners(1))
    return House(desk, Bench(desk, clock), clock, admin, Engine(desk, opener(desk, tools)))


def test_what_is_graded_stands_in_odoo_once_and_follows(house: House) -> None:
    house.bench.ready_unit(IMEIS[0])
    house.bench.ready_unit(IMEIS[1])
    report = house.sync()
    assert report.problems == () and report.done == 2
    assert house.in_stock() == {IMEIS[0]: 1.0, IMEIS[1]: 1.0}
    before = house.lots()

    house.bench.good(IMEIS[1], "BMD:GRADE:GOOD:worn", "BMD:DONE")
    house.sync()
    assert [row["id"] for row in house.lots()] == [row["id"] for row in before]
    assert {row["name"]: row["x_bm_grade"] for row in house.lots()}[IMEIS[1]] == "GOOD"
    assert house.in_stock() == {IMEIS[0]: 1.0, IMEIS[1]: 1.0}
    assert house.states() == {EffectState.DONE.value}


def test_while_odoo_is_away_the_bench_goes_on_and_all_arrives_later(house: House) -> None:
    there = settings.get(house.desk, "odoo.url")
    settings.put(house.desk, "odoo.url", "http://127.0.0.1:9")  # nobody listens there
    house.bench.ready_unit(IMEIS[2])
    assert house.sync().problems
    settings.put(house.desk, "odoo.url", there)
    assert IMEIS[2] not in house.in_stock()
    house.clock.advance(hours=7)
    house.sync()
    assert house.in_stock()[IMEIS[2]] == 1.0
    (one,) = [found for found in outbox.listed(house.desk).rows if found.goods == IMEIS[2]]
    assert one.state_code is EffectState.DONE


def test_a_lot_that_stands_for_another_unit_is_a_question_and_stops_nobody_else(house: House) -> None:
    house.bench.ready_unit(IMEIS[0])
    house.sync()
    others = update(odoo_record).where(odoo_record.c.kind == LOT).values(local_id="ANOTHER")
    house.desk.write(lambda tx: tx.connection.execute(others).rowcount)
    house.bench.good(IMEIS[0], "BMD:GRADE:GOOD:worn", "BMD:DONE")
    house.bench.ready_unit(IMEIS[1])
    house.sync()
    (parked,) = outbox.listed(house.desk, states=[EffectState.PARKED]).rows
    assert (parked.goods, parked.title.code) == (IMEIS[0], "odoo.unit.other_unit.title")
    assert house.in_stock() == {IMEIS[0]: 1.0, IMEIS[1]: 1.0}


def test_looks_photos_and_things_to_do_stand_on_the_lot_once(house: House) -> None:
    photo = b"\xff\xd8\xff\xe0 the front" * 20
    unit_id = house.bench.ready_unit(IMEIS[0])
    house.bench.good(IMEIS[0])
    assert bench.attach_content(house.desk, house.bench.seat, "front.jpg", photo).ok
    house.bench.good("BMD:HOLD:ask the boss")
    house.sync()
    (lot,) = [row["id"] for row in house.lots()]

    def on_lot(model: str, key: str, *fields: str, mine: Sequence[tuple[str, str, str]] = ()) -> list[Any]:
        rows = house.rows(model, [(key, "=", "stock.lot"), ("res_id", "=", lot), *mine], list(fields))
        return [row[fields[0]] for row in rows]

    def notes() -> list[str]:
        return on_lot("mail.message", "model", "body", mine=[("message_id", "like", "@bmdesk")])

    def to_do() -> list[str]:
        return on_lot("mail.activity", "res_model", "summary")

    assert len(notes()) == 1 and "Inspected by" in notes()[0] and " tests, 0 failed" in notes()[0]
    assert on_lot("ir.attachment", "res_model", "checksum") == [hashlib.sha1(photo).hexdigest()]
    assert to_do() == ["bmdesk: held"]

    house.bench.good(IMEIS[0], "BMD:GRADE:FAIR:worn", "BMD:DONE")
    house.sync()
    assert to_do() == []
    house.clock.advance(days=90)  # nobody touches it: its readings grow old
    assert bench.reassess(house.desk).looked_at == 1
    house.sync()
    assert to_do() == ["bmdesk: re-test due"]
    house.sync()
    assert len(on_lot("ir.attachment", "res_model", "checksum")) == 1
    assert len(notes()) == len(
        house.desk.read(lambda c: units_truth.read(c, house.desk, [unit_id]))[unit_id].notes
    )


def test_all_units_of_a_house_come_when_it_gets_its_odoo_and_are_counted_in_where_it_says_so(
    house: House,
) -> None:
    address = settings.get(house.desk, "odoo.url")
    settings.put(house.desk, "odoo.url", "")
    for imei in IMEIS[:3]:
        house.bench.ready_unit(imei)
    assert house.states() == set()
    settings.put(house.desk, "odoo.receive_by", "inventory")
    settings.put(house.desk, "odoo.url", address)
    report = house.sync()
    assert report.problems == () and report.done == 3
    assert house.in_stock() == dict.fromkeys(IMEIS[:3], 1.0)
    assert house.rows("stock.picking", [("origin", "like", "bmdesk")], ["name"]) == []
    settings.put(house.desk, "odoo.receive_by", "picking")
    house.bench.ready_unit(IMEIS[3])
    house.sync()
    assert len(house.rows("stock.picking", [("origin", "like", "bmdesk")], ["name"])) == 1


def test_the_sellers_own_grades_are_written_where_the_set_up_says(house: House) -> None:
    [model] = house.rows("ir.model", [("model", "=", "stock.lot")], ["id"])
    field = {"name": "x_own", "field_description": "Own", "model_id": model["id"], "ttype": "char"}
    house.admin.call("ir.model.fields", "create", [field])
    values = [Choice(Kind.GRADE_VALUE, "GOOD", Candidate(0, "B+"))]
    choices.keep(
        house.desk, None, [Choice(Kind.GRADE, choices.GRADE, Candidate(0, "Own", key="x_own")), *values]
    )
    house.bench.good(IMEIS[0], f"BMD:MODEL:{PHONE}", "BMD:ALLPASS", "BMD:BATTERY:92", "BMD:LOCK:ALL:OFF")
    house.bench.good("BMD:ERASED:BLANCCO:C-1", "BMD:GRADE:GOOD:worn", "BMD:DONE")
    house.sync()
    (row,) = house.rows("stock.lot", [("name", "=", IMEIS[0])], ["x_own", "x_bm_grade"])
    assert (row["x_own"], row["x_bm_grade"]) == ("B+", False)
