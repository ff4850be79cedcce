"""Sale orders of a real Odoo are linked to Back Market's orders here; what comes with a grade is asked about first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import pytest

from bmdesk.connectors.odoo.endpoint import OdooEndpoint
from bmdesk.connectors.odoo.transport import JsonRpcTransport
from bmdesk.domain.effects import EffectState
from bmdesk.domain.unit import State
from bmdesk.services import settings
from bmdesk.services.odoo import odoo_settings
from bmdesk.services.odoo.takeover import import_runs
from bmdesk.services.odoo.takeover.import_runs import Import, Wishes
from bmdesk.services.orders import order_view
from bmdesk.services.orders.order_view import OrderFilter
from bmdesk.store.queries import customers, odoo_import, units
from bmdesk.store.tables.odoo import odoo_record
from bmdesk.sync import odoo_import as importing
from bmdesk.sync.engine import Engine
from bmdesk.sync.manner import Manner
from bmdesk.sync.opening import opener
from bmdesk.system.secrets import Secrets
from tests.markets import Shop, market, marketplace, shop
from tests.odoo.databases import Database
from tests.odoo.houses import OneKey
from tests.odoo.shops import DIALECT
from tests.selling import bought, detail, selling

__all__ = ["market", "marketplace", "shop"]

pytestmark = [pytest.mark.odoo, pytest.mark.sqlite_only]


@dataclass
class Past:
    """A shop at Back Market, and an Odoo in which somebody has sold for it by hand."""

    shop: Shop
    admin: JsonRpcTransport
    secrets: Secrets
    product: int
    stock: int

    def run(self, *what: str, since: datetime | None = None) -> Import:
        return importing.begin(self.shop.desk, self.secrets, None, Wishes(what, since), lambda: True)

    def create(self, model: str, **values: object) -> int:
        made: Any = self.admin.call(model, "create", [[values]])
        return int(made[0])

    def serial(self, name: str, **values: object) -> int:
        """One piece of it in stock; its lot."""
        lot = self.create("stock.lot", name=name, product_id=self.product, company_id=1, **values)
        quant: Any = self.admin.call(
            "stock.quant",
            "create",
            [
                [
                    {
                        "product_id": self.product,
                        "lot_id": lot,
                        "location_id": self.stock,
                        "inventory_quantity": 1,
                    }
                ]
            ],
            {"context": {"inventory_mode": True}},
        )
        self.admin.call("stock.quant", "action_apply_inventory", [quant])
        return lot

    def sell(self, reference: str, partner: int, price: float, lot: int = 0, **values: object) -> int:
        """A confirmed sale order, delivered where there is a lot."""
        line = {
            "product_id": self.product,
            "product_uom_qty": 1,
            "price_unit": price,
            "tax_ids": [(6, 0, [])],
        }
        sale = self.create(
            "sale.order", partner_id=partner, client_order_ref=reference, order_line=[(0, 0, line)], **values
        )
        self.admin.call("sale.order", "action_confirm", [[sale]])
        if lot:
            found: Any = self.admin.call("stock.move.line", "search", [[("picking_id.sale_id", "=", sale)]])
            self.admin.call(
                "stock.move.line", "write", [found, {"lot_id": lot, "quantity": 1, "picked": True}]
            )
            picking: Any = self.admin.call("stock.picking", "search", [[("sale_id", "=", sale)]])
            self.admin.call("stock.picking", "button_validate", [picking], {"context": {"skip_sms": True}})
        return sale

    def paid(self, number: int) -> float:
        (one,) = self.shop.desk.read(lambda c: odoo_import.numbered(c, self.shop.desk.company, [number]))
        return (one.price_minor or 0) / 100

    def buyer(self, number: int) -> str:
        (one,) = self.shop.desk.read(lambda c: odoo_import.numbered(c, self.shop.desk.company, [number]))
        assert one.customer_id is not None
        row = self.shop.desk.read(
            lambda c: customers.customer(c, self.shop.desk.company, str(one.customer_id))
        )
        assert row is not None
        return row.name

    def left_out(self, one: Import) -> dict[str, str]:
        return {line.name: line.reason.code for line in import_runs.left_out(self.shop.desk, one.id)}

    def parts(self, one: Import) -> dict[str, tuple[int, int, int, int]]:
        return {part.kind: (part.new, part.known, part.alone, part.doubts) for part in one.parts}

    def records(self) -> list[tuple[str, str, int]]:
        query = odoo_record.select().order_by(odoo_record.c.kind, odoo_record.c.local_id)
        rows = self.shop.desk.read(lambda c: c.execute(query).all())
        return [(row.kind, row.local_id, row.remote_id) for row in rows]


@pytest.fixture
def past(shop: Shop, own_odoo_database: Database) -> Iterator[Past]:
    database, who = own_odoo_database, own_odoo_database.admin()
    admin = JsonRpcTransport(OdooEndpoint(database.server, database.name, who.login, who.key))
    found: Any = admin.call(
        "stock.warehouse", "search_read", [[], ["lot_stock_id"]], {"order": "id", "limit": 1}
    )
    values = {"name": "Apple iPhone 13", "tracking": "serial", "barcode": "0194252707227", **DIALECT.storable}
    made: Any = admin.call("product.product", "create", [[values]])
    yield Past(shop, admin, OneKey(who.key), made[0], found[0]["lot_stock_id"][0])
    admin.close()


def connect(past: Past) -> None:
    endpoint = past.admin.endpoint
    for name, value in (("url", endpoint.url), ("database", endpoint.database), ("user", endpoint.user)):
        settings.put(past.shop.desk, f"odoo.{name}", value)


def test_past_orders_are_linked_with_their_customers_and_serials_and_a_second_run_changes_nothing(
    past: Past,
) -> None:
    selling(past.shop)
    numbers = [bought(past.shop) for _ in range(5)]
    linked, by_name, quotation, twice, odd = numbers
    connect(past)
    desk = past.shop.desk
    walk_in = past.create("res.partner", name="Walk-in")
    ann = past.create("res.partner", name=past.buyer(linked))
    device = past.serial("SNPAST001")
    past.sell(f"Back Market {linked}", ann, past.paid(linked), device)
    past.sell("", walk_in, 12, origin=f"BM-{by_name}", currency_id=1)
    past.sell("PO 778", walk_in, 50)
    past.create("sale.order", partner_id=walk_in, client_order_ref=str(quotation))
    for _ in range(2):
        past.sell(str(twice), ann, past.paid(twice))
    past.sell(str(odd), walk_in, 3)
    past.sell("Back Market 987654321", walk_in, 3)
    past.sell("backmarket", walk_in, 3)

    done = past.run("orders")
    assert (done.state, done.seen, done.count, done.percent) == ("done", 9, 9, 100)
    assert sorted(past.left_out(done).values()) == [
        "odoo_import.order_no_number",
        "odoo_import.order_not_here",
        "odoo_import.sale_differs",
        "odoo_import.sale_differs",
        "odoo_import.sale_is_quotation",
        "odoo_import.sale_twice",
        "odoo_import.sale_twice",
    ]
    assert past.parts(done) == {"orders": (1, 0, 1, 7), "customers": (1, 0, 0, 0)}
    shown = detail(past.shop, linked).odoo
    assert shown is not None and shown.name.startswith("S")
    (found,) = order_view.page(desk, OrderFilter(words="snpast001")).rows
    assert found.number == linked

    before = past.records()
    again = past.run("orders")
    assert past.parts(again)["orders"] == (0, 1, 1, 7)
    assert past.records() == before


def test_an_order_that_somebody_made_there_by_hand_is_made_no_second_time(past: Past) -> None:
    selling(past.shop)
    number = bought(past.shop)
    connect(past)
    partner = past.create("res.partner", name=past.buyer(number))
    past.sell(f"Back Market {number}", partner, past.paid(number))
    assert past.parts(past.run("orders"))["orders"] == (1, 0, 0, 0)
    market_token = past.shop.tools.secrets

    class Both(OneKey):
        def get(self, name: str) -> str | None:
            return super().get(name) or market_token.get(name)

    tools = replace(past.shop.tools, secrets=Both(str(past.secrets.get(odoo_settings.key_name()))))
    for _ in range(3):
        past.shop.advance(minutes=5)
        Engine(past.shop.desk, opener(past.shop.desk, tools)).run_once(Manner(everything=True))
    (effect,) = past.shop.effects(kind="sale")
    # The one that is there is the one that was looked at: the currency of that Odoo is another.
    assert (effect.state, effect.problem["code"]) == (EffectState.PARKED.value, "odoo.sale.currency_differs")
    assert past.admin.call("sale.order", "search_count", [[]]) == 1
    assert past.admin.call("res.partner", "search_count", [[("name", "=", past.buyer(number))]]) == 1


def test_only_what_was_sold_since_a_day(past: Past) -> None:
    selling(past.shop)
    number = bought(past.shop)
    connect(past)
    partner = past.create("res.partner", name=past.buyer(number))
    old = past.sell(str(number), partner, past.paid(number))
    past.admin.call("sale.order", "write", [[old], {"date_order": "2020-01-02 08:00:00"}])
    past.sell("PO 1", partner, 5)
    assert past.parts(past.run("orders", since=datetime(2021, 1, 1, tzinfo=UTC))) == {"orders": (0, 0, 1, 0)}
    assert past.parts(past.run("orders"))["orders"] == (1, 0, 1, 0)


def test_what_has_a_grade_there_is_told_before_it_comes_in(past: Past) -> None:
    connect(past)
    past.serial("SNGRADE01", x_bm_grade="GOOD", x_bm_battery=95)
    past.serial("SNGRADE02", x_bm_grade="FAIR", x_bm_battery=95)
    past.serial("SNPLAIN01")
    desk = past.shop.desk
    asking = past.run("products", "stock")
    assert (asking.state, asking.asks, asking.seen) == ("paused", True, 0)
    assert asking.problem is not None and dict(asking.problem.params)["count"] == 2
    assert desk.read(lambda c: units.count_by_state(c, desk.company)) == {}

    import_runs.resume(desk, None, asking.id)
    done = importing.follow(desk, past.secrets, asking.id, lambda: True)
    assert (done.state, past.parts(done)["stock"]) == ("done", (3, 0, 0, 0))
    assert desk.read(lambda c: units.count_by_state(c, desk.company))[State.RECEIVED] == 1
    # All of them are here now: nothing is asked a second time.
    assert past.run("products", "stock").state == "done"
