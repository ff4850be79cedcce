"""What somebody packs, and cancels, in a real Odoo 19: Back Market hears of it as if it had been packed here, once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from bmdesk.domain.effects import EffectState
from bmdesk.domain.orders import Conflict
from bmdesk.services import settings
from bmdesk.services.odoo import choices, odoo_settings
from bmdesk.services.odoo.choices import Candidate, Choice, Kind
from bmdesk.services.syncing import outbox
from bmdesk.simulator import Simulator
from bmdesk.system.secrets import Secrets
from tests import markets
from tests.markets import OWNER, marketplace, shop
from tests.odoo import sale_shops
from tests.odoo.databases import Database
from tests.odoo.shops import Shop as OdooShop
from tests.odoo.shops import shop as odoo_shop
from tests.selling import OTHER_PARCEL, PARCEL, bought, open_conflicts, packed, selling, state, there

__all__ = ["marketplace", "shop"]

pytestmark = [pytest.mark.odoo, pytest.mark.sqlite_only]


@pytest.fixture
def market(marketplace: Simulator) -> Simulator:
    marketplace.reset()
    return marketplace


class Keys(Secrets):
    """Odoo's key, and a token for the marketplace."""

    def __init__(self, key: str, others: Secrets) -> None:
        super().__init__(Path("/nowhere"), {})
        self._key, self._others = key, others

    def get(self, name: str) -> str | None:
        return self._key if name == odoo_settings.key_name() else self._others.get(name)


@dataclass
class Trade:
    """A seller at the simulated Back Market whose company works with this Odoo; `do` is what somebody does there."""

    shop: markets.Shop
    odoo: OdooShop

    def sync(self, times: int = 1) -> None:
        for _ in range(times):
            self.shop.advance(minutes=6)
            report = self.shop.sync()
            assert not report.problems, [str(one) for one in report.problems]

    def do(self, model: str, method: str, *args: object, **context: object) -> Any:
        named = {"context": {**context, "allowed_company_ids": [self.odoo.company]}} if context else {}
        return self.odoo.admin.call(model, method, args, named)

    def sold_there(self, number: int) -> int:
        """A sale that somebody enters there for the order, of the one product there is; its delivery."""
        [product] = self.do("product.product", "search", [("tracking", "=", "serial")])
        partner = self.do("res.partner", "create", [{"name": "Ann Miller"}])[0]
        line = {"product_id": product, "product_uom_qty": 1, "price_unit": 300}
        values = {"partner_id": partner, "client_order_ref": str(number), "order_line": [(0, 0, line)]}
        sale = self.do("sale.order", "create", [values])[0]
        self.do("sale.order", "action_confirm", [sale])
        return self.delivery(number)

    def delivery(self, number: int) -> int:
        [sale] = self.do("sale.order", "search", [("client_order_ref", "=", str(number))])
        [found] = self.do("stock.picking", "search", [("sale_id", "=", sale)])
        return int(found)

    def packed_there(self, picking: int, serial: str, number: str = PARCEL) -> None:
        """Somebody puts exactly this device into the parcel and validates."""
        [lot] = self.do("stock.lot", "search", [("name", "=", serial)])
        [move] = self.do("stock.move", "search_read", [("picking_id", "=", picking)], ["product_id"])
        self.do("stock.move", "write", [move["id"]], {"move_line_ids": [(5, 0, 0)]})
        line = {"lot_id": lot, "quantity": 1, "picked": True, "product_id": move["product_id"][0]}
        self.do("stock.move", "write", [move["id"]], {"move_line_ids": [(0, 0, line)]})
        if number:
            self.do("stock.picking", "write", [picking], {"carrier_tracking_ref": number})
        done = self.do("stock.picking", "button_validate", [picking], skip_backorder=True, skip_sms=True)
        assert done is True

    def write_dates(self) -> list[Any]:
        models = ("sale.order", "stock.picking", "stock.move.line", "stock.lot")
        return [self.do(model, "search_read", [], ["write_date"]) for model in models]

    def parked(self) -> list[str]:
        return [one.title.code for one in outbox.listed(self.shop.desk, states=[EffectState.PARKED]).rows]

    def told(self, number: int) -> list[tuple[int, str]]:
        """State and identifier of the order's lines at Back Market."""
        return [(line["state"], line["imei"]) for line in there(self.shop, number)]


def _sell_in_euros(odoo: OdooShop) -> None:
    inactive = {"context": {"active_test": False}}
    found: Any = odoo.admin.call("res.currency", "search", [[("name", "=", "EUR")]], inactive)
    odoo.admin.call("res.currency", "write", [found, {"active": True}])
    odoo.admin.call("res.company", "write", [[odoo.company], {"currency_id": found[0]}])
    lists = [row["id"] for row in odoo.rows("product.pricelist", [])]
    odoo.admin.call("product.pricelist", "write", [lists, {"currency_id": found[0]}])


@pytest.fixture
def trade(own_odoo_database: Database, shop: markets.Shop) -> Iterator[Trade]:
    """In euros there, too; what Odoo has is read once."""
    database, who = own_odoo_database, own_odoo_database.admin()
    with odoo_shop(database, who, who) as odoo:
        _sell_in_euros(odoo)
        taxes = sale_shops.choices(odoo).taxes
        chosen = [Choice(Kind.TAX, scheme, Candidate(tax, scheme)) for scheme, tax in taxes.items()]
        choices.keep(shop.desk, OWNER, chosen)
        for name, value in {"url": database.server, "database": database.name, "user": who.login}.items():
            settings.put(shop.desk, f"odoo.{name}", value)
        shop.tools = replace(shop.tools, secrets=Keys(who.key, shop.tools.secrets))
        yield Trade(shop, odoo)


def test_what_somebody_sells_and_packs_there_ships_at_back_market_once(trade: Trade) -> None:
    shop = trade.shop
    settings.put(shop.desk, "odoo.orders.direction", "in")
    one, two = selling(shop, 2)
    number = bought(shop)
    trade.sync(2)
    assert trade.do("sale.order", "search", []) == []  # orders only come in
    reserved, other = (one, two) if state(shop, one) == "reserved" else (two, one)
    trade.packed_there(trade.sold_there(number), shop.units[other])
    trade.sync(3)
    assert trade.told(number) == [(3, shop.units[other])]
    (told,) = shop.writes("ship", order=number)
    assert (told["tracking"], told["shipper"]) == (PARCEL, "Royal Mail")
    assert (state(shop, other), state(shop, reserved)) == ("shipped", "ready")
    assert open_conflicts(shop, number) == [] and trade.parked() == []


def test_what_went_there_and_was_packed_there_comes_back_and_nothing_echoes(trade: Trade) -> None:
    shop = trade.shop
    one, two = selling(shop, 2)
    first = bought(shop)
    trade.sync(2)
    own, other = (one, two) if state(shop, one) == "reserved" else (two, one)
    trade.packed_there(trade.delivery(first), shop.units[own])
    trade.sync(2)
    assert trade.told(first) == [(3, shop.units[own])] and state(shop, own) == "shipped"

    second = bought(shop)
    packed(shop, other, parcel=OTHER_PARCEL)
    trade.sync(2)
    [row] = trade.do("stock.picking", "read", [trade.delivery(second)], ["state", "carrier_tracking_ref"])
    assert (row["state"], row["carrier_tracking_ref"]) == ("done", OTHER_PARCEL)
    before = trade.write_dates()
    trade.sync(3)
    assert trade.write_dates() == before
    assert len(shop.writes("ship")) == 2 and trade.parked() == []
    assert open_conflicts(shop, first) == open_conflicts(shop, second) == []


def test_a_swap_there_is_one_here_and_odoo_is_right_with_it(trade: Trade) -> None:
    shop = trade.shop
    one, two = selling(shop, 2)
    number = bought(shop)
    trade.sync(2)
    own, other = (one, two) if state(shop, one) == "reserved" else (two, one)
    trade.packed_there(trade.delivery(number), shop.units[other])
    trade.sync(3)
    assert trade.told(number) == [(3, shop.units[other])]
    assert (state(shop, own), state(shop, other)) == ("ready", "shipped")
    assert open_conflicts(shop, number) == [] and trade.parked() == []


def test_what_is_not_right_there_is_asked_about_until_it_is(trade: Trade) -> None:
    shop = trade.shop
    one, two, three = selling(shop, 3)
    first, second = bought(shop), bought(shop)
    trade.sync(2)
    free = next(unit for unit in (one, two, three) if state(shop, unit) == "ready")
    picking = trade.delivery(first)
    trade.packed_there(picking, shop.units[free], number="")
    [sale] = trade.do("sale.order", "search", [("client_order_ref", "=", str(second))])
    trade.do("sale.order", "action_cancel", [sale])
    trade.sync(2)
    assert open_conflicts(shop, first) == [Conflict.DELIVERED_THERE.value]
    assert open_conflicts(shop, second) == [Conflict.CANCELLED_THERE.value]
    assert state(shop, free) == "held" and not shop.writes("ship")
    assert trade.told(first) == trade.told(second) == [(2, "")]
    trade.do("stock.picking", "write", [picking], {"carrier_tracking_ref": PARCEL})
    trade.do("sale.order", "action_draft", [sale])
    trade.do("sale.order", "action_confirm", [sale])
    trade.sync(3)
    assert trade.told(first) == [(3, shop.units[free])]
    assert open_conflicts(shop, first) == open_conflicts(shop, second) == []


def test_only_out_reads_nothing_there(trade: Trade) -> None:
    shop = trade.shop
    settings.put(shop.desk, "odoo.orders.direction", "out")
    (unit,) = selling(shop)
    number = bought(shop)
    trade.sync(2)
    trade.packed_there(trade.delivery(number), shop.units[unit])
    trade.sync(3)
    assert trade.told(number) == [(2, "")] and state(shop, unit) == "reserved"
    assert open_conflicts(shop, number) == []
