"""`bmdesk odoo import` at a real Odoo: what nobody tested here is asked about first, by its number."""

from __future__ import annotations

from typing import Any

import pytest

from bmdesk.connectors.odoo.endpoint import OdooEndpoint
from bmdesk.connectors.odoo.transport import JsonRpcTransport
from tests.cli.conftest import Bmdesk, bmdesk, first_day
from tests.odoo.databases import Database
from tests.odoo.shops import DIALECT

__all__ = ["bmdesk", "first_day"]

pytestmark = [pytest.mark.odoo, pytest.mark.sqlite_only]


@pytest.fixture
def graded(bmdesk: Bmdesk, own_odoo_database: Database, monkeypatch: pytest.MonkeyPatch) -> Bmdesk:
    """The company's Odoo has two serials in stock, one of them with a grade."""
    database, who = own_odoo_database, own_odoo_database.admin()
    admin = JsonRpcTransport(OdooEndpoint(database.server, database.name, who.login, who.key))
    place: Any = admin.call("stock.warehouse", "search_read", [[], ["lot_stock_id"]], {"order": "id"})
    phone = {"name": "Apple iPhone 13", "tracking": "serial", "default_code": "IP13", **DIALECT.storable}
    product: Any = admin.call("product.product", "create", [[phone]])
    for name, grade in (("SNCLI0001", "GOOD"), ("SNCLI0002", False)):
        lot = {"name": name, "product_id": product[0], "company_id": 1, "x_bm_grade": grade}
        lots: Any = admin.call("stock.lot", "create", [[lot]])
        quant = {"product_id": product[0], "lot_id": lots[0], "quantity": 1}
        admin.call("stock.quant", "create", [[{**quant, "location_id": place[0]["lot_stock_id"][0]}]])
    admin.close()
    monkeypatch.setenv("BMDESK_ODOO_KEY", who.key)
    for key, value in (("url", database.server), ("database", database.name), ("user", who.login)):
        assert bmdesk("config", "set", f"odoo.{key}", value).code == 0
    return bmdesk


def test_a_script_stops_before_anything_untested_comes_in_until_it_is_told_to_go_on(graded: Bmdesk) -> None:
    asks = graded("odoo", "import", "--json")
    assert asks.code == 1
    assert (asks.json["state"], asks.json["asks"], asks.json["seen"]) == ("paused", True, 0)
    assert "1 serial number" in asks.json["problem"]
    assert "'The inspection was made here'" in graded("odoo", "import", "--report").out

    done = graded("odoo", "import", "--resume", "--json")
    assert done.code == 0
    assert done.json["parts"]["stock"] == {"new": 2, "known": 0, "alone": 0, "left_out": 0}


def test_who_says_yes_before_is_not_asked(graded: Bmdesk) -> None:
    said = graded("odoo", "import", "--yes", "--what", "products,stock")
    assert said.code == 0
    assert "Stock: 2 new here" in said.out
